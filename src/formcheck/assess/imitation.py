"""What recordings of an expert have in common: the signal that drives their movement, and the angles they reach.

Every quantity of the body is tried as the driving signal. The one is taken whose swings are large, clear, regular and
alike in every recording; its repetitions are those of the state machine that counts all exercises.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.assess.judge import kind_of_view
from formcheck.body import quantities
from formcheck.body.planes import Side
from formcheck.body.track import SEEN, SIDES, Quantity, Track
from formcheck.exercises.measures import BusierSide, Measure, at_turn
from formcheck.exercises.vocabulary import CameraView
from formcheck.reps import RepSpan, find_reps
from formcheck.signals import Floats

IN_A_CLIP = 2  # repetitions, at least: one swing is no rhythm
FEWEST_REPS = 3  # in all: two alike can be chance
# Swings as large as one could wish, by unit. Quantities in other units tell how well something is done, not that it is.
FULL_SWING = {"deg": 90.0, "trunk lengths": 1.0, "shoulder widths": 2.0}
SMALLEST = 0.12  # of a full swing: smaller ones are no repetitions
CLEAR = 0.42  # of 1: a signal of lower quality drives nothing
ALIKE = 0.5  # of the larger one: recordings whose excursions differ by more show different movements
LEAST = 0.33  # of the expert's excursion is the least that counts as a repetition
BUSIER = 1.8  # times as far as the other side: this side works alone
# Flexions are the same from every camera and heights need no depth; what lies ahead or aside needs the right view.
# Arms go along when legs drive, but legs stay when arms do.
LEGS = (
    quantities.knee_flexion,
    quantities.hip_flexion,
    quantities.leg_bend,
    quantities.crouch,
    quantities.hip_height,
    quantities.hip_over_knee,
)
ARMS = (
    quantities.elbow_flexion,
    quantities.arm_elevation,
    quantities.arm_raised,
    quantities.shoulder_over_hand,
)
PLACES = 20  # instants at which the ways out and back are compared between repetitions
ODD = 0.75  # correlation below which a repetition is unlike the others


class CannotImitate(ValueError):
    """The recordings show no repeated movement, or not the same one; the message says what to do."""


@dataclass(frozen=True)
class Shown:
    """What one recording shows: the repetitions that are alike, and those that are unlike them."""

    name: str
    track: Track
    reps: tuple[RepSpan, ...]
    odd: tuple[RepSpan, ...]


@dataclass(frozen=True)
class Range:
    """What a measure reads over all repetitions, recordings and sides that show it; `values` (N,) in its unit."""

    measure: Measure
    values: Floats

    @property
    def median(self) -> float:
        """The middle of the values."""
        return float(np.median(self.values))

    @property
    def spread(self) -> float:
        """The standard deviation of the values without the odd one, by their 10th and 90th percentile."""
        return float(np.diff(np.percentile(self.values, [10, 90]))[0]) / 2.563


@dataclass(frozen=True)
class Imitation:
    """A movement learnt from recordings: what drives it, and its repetitions.

    The driving `quantity` grows towards the turning point, or shrinks where `falls`; `least` is the smallest excursion
    that counts. Where one side works while the other rests, `busy` is what goes further on the working side.
    """

    quantity: Quantity
    falls: bool
    least: float
    busy: Quantity | None
    clips: tuple[Shown, ...]

    @property
    def views(self) -> tuple[CameraView, ...]:
        """The views of the recordings, the most frequent first."""
        kinds: list[CameraView] = [view for clip in self.clips if (view := kind_of_view(clip.track.pose.view))]
        unique: list[CameraView] = list(dict.fromkeys(kinds))
        return tuple(sorted(unique, key=kinds.count, reverse=True))

    def range(self, measure: Measure) -> Range | None:
        """What a measure reads in these repetitions; None where most of them do not show it."""
        read = [(clip.track, rep, self._readings(measure, clip.track, rep)) for clip in self.clips for rep in clip.reps]
        shown = [values for _, _, values in read if values]
        if len(shown) < max(IN_A_CLIP, 0.6 * len(read)):
            return None
        return Range(measure, np.concatenate(shown))

    def _readings(self, measure: Measure, track: Track, rep: RepSpan) -> list[float]:
        sides: tuple[Side, ...] = track.sides if measure.quantity.paired else (SIDES[0],)
        if self.busy is not None and measure.quantity.paired:
            side = BusierSide(self.busy)(track, rep)
            sides = (side,) if side else ()
        at = measure.frames(track, rep)
        seen: list[Side] = [
            side for side in sides if len(at) and np.median(track.seen(measure.quantity, side)[at]) >= SEEN
        ]
        values = (measure.read(track, rep, side).value for side in seen)
        return [value for value in values if np.isfinite(value)]


def imitate(clips: Mapping[str, Track]) -> Imitation:
    """What the recordings of one exercise have in common; `clips` by name, with two repetitions or more in each.

    Raises CannotImitate when a recording shows no repeated movement, or the recordings show different ones.
    """
    tries = {name: _tries(track) for name, track in clips.items()}
    for name, found in tries.items():
        if not any(each.quality >= CLEAR for each in found.values()):
            raise CannotImitate(
                f"expected a movement that is repeated in {name}, found none that stands out: film at least three full "
                "repetitions with the whole body in the picture and little else, or leave this recording out"
            )
    keys = {key for found in tries.values() for key in found}
    joint = {key: _joint([found.get(key) for found in tries.values()]) for key in keys}
    best = max(joint, key=lambda key: (joint[key] * _plain(key[0]), key[0].name))
    if joint[best] < CLEAR * ALIKE:
        raise CannotImitate(_disagreement(tries))
    chosen = {name: found[best] for name, found in tries.items()}
    reps = sum(len(each.reps) for each in chosen.values())
    if reps < FEWEST_REPS:
        raise CannotImitate(
            f"expected at least {FEWEST_REPS} repetitions in all, found {reps} in {' and '.join(clips)}: "
            "film more of them, or give more recordings"
        )
    shown = tuple(Shown(name, clips[name], each.reps, each.odd) for name, each in chosen.items())
    least = LEAST * float(np.median([each.excursion for each in chosen.values()]))
    return Imitation(best[0], best[1], least, _busy(best[0], shown), shown)


@dataclass(frozen=True)
class _Try:
    """A quantity tried as the driving signal of one recording; `quality` 0..1."""

    reps: tuple[RepSpan, ...]
    odd: tuple[RepSpan, ...]
    excursion: float
    start: float
    quality: float


_Key = tuple[Quantity, bool]


def _tries(track: Track) -> dict[_Key, _Try]:
    """Every quantity that swings, both ways round; those that agree with most others on the count are worth more."""
    every = [each for each in vars(quantities).values() if isinstance(each, Quantity)]
    found = {(each, falls): tried for each in every for falls in (False, True) if (tried := _try(track, each, falls))}
    votes: dict[int, float] = {}
    for each in found.values():
        votes[len(each.reps)] = votes.get(len(each.reps), 0.0) + each.quality**2
    total = sum(votes.values())
    return {
        key: _Try(
            each.reps, each.odd, each.excursion, each.start, each.quality * (votes[len(each.reps)] / total) ** 0.2
        )
        for key, each in found.items()
    }


def _try(track: Track, quantity: Quantity, falls: bool) -> _Try | None:
    value, full = track.mean(quantity), FULL_SWING.get(quantity.unit)
    known = np.isfinite(value)
    if full is None or known.mean() < 0.6:
        return None
    low, high = np.percentile(value[known], [3, 97])
    if high - low < SMALLEST * full:
        return None
    signal = -value if falls else value
    spans, whole = _found(track.time, signal, LEAST * float(high - low))
    if whole:  # the size of the repetitions decides what is too small for one
        spans, whole = _found(track.time, signal, LEAST * float(np.median([span.excursion for span in whole])))
    if len(whole) < IN_A_CLIP:
        return None
    shapes = _shapes(track.time[known], signal[known], whole)
    alike, size = _correlations(shapes), np.array([span.excursion for span in whole])
    ok = (alike >= ODD) & (size > 0.6 * np.median(size)) & (size < 1.6 * np.median(size))
    if ok.sum() < IN_A_CLIP:
        return None
    excursion, start = float(np.median(size[ok])), float(np.median(shapes[ok][:, [0, -1]]))
    if quantity.unit == "deg" and excursion > 180.0:  # an angle that runs over its end
        return None
    length = np.array([span.end_s - span.start_s for span in whole])[ok]
    uneven = float(np.std(size[ok])) / excursion + 0.5 * float(np.std(length) / np.mean(length))
    quality = (
        float(np.median(alike[ok]))  # every repetition looks like the others,
        / (1.0 + uneven)  # goes as far and takes as long,
        * min(1.0, excursion / full) ** 0.5  # goes far,
        * (excursion / (excursion + 10.0 * _noise(track, quantity)))  # stands out of the noise,
        * (float(ok.sum()) / len(spans))  # with nothing half done between,
        * min(1.0, _best_seen(track, quantity) / 0.8)  # at joints that are seen,
        * _rest(signal[known], start, excursion)  # from where people rest
        * (1.0 if _in_step(track, quantity) else 0.5)  # and on both sides at once
    )
    parts = [tuple(span for span, good in zip(whole, ok, strict=True) if good == kept) for kept in (True, False)]
    return _Try(parts[0], parts[1], excursion, -start if falls else start, quality)


def _found(time: Floats, signal: Floats, least: float) -> tuple[tuple[RepSpan, ...], list[RepSpan]]:
    """Everything that looks like a repetition, and what of it is whole."""
    spans = find_reps(time, signal, least)
    return spans, [span for span in spans if span.complete and not span.attempt]


def _shapes(time: Floats, signal: Floats, spans: Sequence[RepSpan]) -> Floats:
    """(N, 2 * PLACES): the signal on the way out and on the way back, at even shares of each."""
    share = np.linspace(0.0, 1.0, PLACES)
    ways = [
        np.concatenate(
            [span.start_s + share * (span.turn_s - span.start_s), span.turn_s + share * (span.end_s - span.turn_s)]
        )
        for span in spans
    ]
    return np.stack([np.interp(way, time, signal) for way in ways])


def _correlations(shapes: Floats) -> Floats:
    """(N,) of each with the median one; 0 where nothing moves."""
    middle = np.median(shapes, axis=0)
    return np.array([np.corrcoef(shape, middle)[0, 1] if np.ptp(shape) and np.ptp(middle) else 0.0 for shape in shapes])


def _noise(track: Track, quantity: Quantity) -> float:
    """How far single frames lie from the smooth course, in the quantity's unit."""
    rough = [quantity.read(track.pose, side) - track.values(quantity, side) for side in SIDES]
    sizes = [np.nanmedian(np.abs(each)) for each in rough if np.isfinite(each).any()]
    return 1.4826 * float(min(sizes)) if sizes else 0.0


def _rest(signal: Floats, start: float, excursion: float) -> float:
    """How likely the low end of a signal is where a repetition begins: people wait there before, between and after."""
    height = np.clip((signal - start) / excursion, 0.0, 1.0)
    at_turn, at_start = float(np.mean(height > 0.8)), float(np.mean(height < 0.2))
    return 1.0 - 0.3 * float(height[[0, -1]].mean()) - 0.2 * at_turn / max(at_turn + at_start, 1e-9)


def _best_seen(track: Track, quantity: Quantity) -> float:
    return max(float(np.median(track.seen(quantity, side))) for side in SIDES)


def _in_step(track: Track, quantity: Quantity) -> bool:
    """Whether both sides move together: where they take turns, their mean or the nearer one shows half of it."""
    if not quantity.paired:
        return True
    values = np.stack([track.values(quantity, side) for side in SIDES])
    values = values[:, np.isfinite(values).all(axis=0)]
    if values.shape[1] < 4 or np.ptp(values, axis=1).min() < np.ptp(values, axis=1).max() / BUSIER:
        return True
    swing = np.max(values, axis=1, keepdims=True) - np.min(values, axis=1, keepdims=True) + 1e-9
    far = np.abs(values - np.median(values, axis=1, keepdims=True)) / swing
    busy = values[:, far.max(axis=0) > 0.4]  # at rest, sides are alike whatever they do
    return busy.shape[1] < 4 or bool(np.corrcoef(busy[0], busy[1])[0, 1] > -0.5)


def _plain(quantity: Quantity) -> float:
    """How much a quantity is to be preferred, 0..1, for what it is."""
    return 1.0 if quantity in LEGS else 0.88 if quantity in ARMS else 0.7


def _joint(tries: Iterable[_Try | None]) -> float:
    """How well a quantity drives all recordings, 0..1: as in the mean one, less where their swings differ."""
    found = list(tries)
    known = [each for each in found if each is not None]
    if len(known) < len(found):
        return 0.0
    size = [each.excursion for each in known]
    apart = float(np.ptp([each.start for each in known])) / max(size)
    alike = min(size) / max(size) * max(0.0, 1.0 - apart)
    return float(np.exp(np.mean(np.log([each.quality for each in known]))) * alike**0.5) if alike >= ALIKE**2 else 0.0


def _disagreement(tries: Mapping[str, Mapping[_Key, _Try]]) -> str:
    said: list[str] = []
    for name, found in tries.items():
        (quantity, _), each = max(found.items(), key=lambda item: item[1].quality)
        said.append(f"in {name} the {quantity.name} swings by {each.excursion:.3g} {quantity.unit}")
    return (
        f"expected recordings of one exercise, got different movements: {', '.join(said)}; "
        "use recordings of the same exercise from the same view, or fewer of them"
    )


def _busy(quantity: Quantity, clips: Sequence[Shown]) -> Quantity | None:
    """The quantity by which one side goes much further than the other in nearly every repetition, if there is one."""
    joints = (*((quantity,) if quantity.paired else ()), *(each for each in LEGS + ARMS if each.unit == "deg"))
    shares = {each: _one_sided(each, clips) for each in joints}
    best = max(joints, key=lambda each: shares[each])
    return best if shares[best] >= 0.8 else None


def _one_sided(quantity: Quantity, clips: Sequence[Shown]) -> float:
    """The share of repetitions in which one side goes much further than the other; 0 where both are seldom seen.

    From the side, the far limb is a guess: there only sides that take turns tell something.
    """
    least = 2.0 * SMALLEST * FULL_SWING.get(quantity.unit, np.inf)
    alone: list[bool] = []
    for clip in clips:
        ways: list[tuple[float, float]] = []
        for rep in clip.reps:
            at = at_turn(quantity).frames(clip.track, rep)
            if min(float(np.median(clip.track.seen(quantity, side)[at])) for side in SIDES) >= SEEN:
                ways.append(BusierSide(quantity).ways(clip.track, rep))
        far = [max(left, right) > max(least, BUSIER * min(left, right)) for left, right in ways]
        in_turn = len({left > right for left, right in ways}) == 2
        alone += [each and (in_turn or len(clip.track.sides) == 2) for each in far]
    seen = len(alone) >= 0.5 * sum(len(clip.reps) for clip in clips)
    return float(np.mean(alone)) if alone and seen else 0.0
