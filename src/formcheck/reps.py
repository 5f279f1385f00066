"""What a repetition is: one state machine over a driving signal, for recordings and live.

The driving signal grows from the start posture towards the turning point (flip it beforehand when it shrinks).
The machine follows it from valley to peak to valley, and takes a reversal for real once it is larger than a share
of the repetitions seen so far. A recording is looked at whole first, so the machine knows the size of its
repetitions from the beginning; live, it learns it as they come.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats, stretches

REVERSAL = 0.4  # of the typical excursion: a smaller reversal is jitter, a correction or a sticking point
FULL = 0.3  # of the typical excursion: a smaller one is an attempt
SHALLOW = 0.5  # of the typical excursion counts even below the least, in a set with
ESTABLISHED = 4  # swings to and fro of full size
BACK = 0.7  # of the excursion must be undone before a repetition that the recording cuts off is complete
HALF = 0.5  # of the excursion is enough where the signal has come to rest: who stops short has still come back
RESTED_S = 0.5  # a signal that stays put this long where the recording begins or ends is not in the middle of its way
FLANK = 0.06  # of the excursion: nearer to a valley or peak than this, drift and jitter hide the movement
# A reaching movement runs along a minimum-jerk curve (Flash & Hogan, J Neurosci 5(7), 1985): it spends 21 % of its time
# below 6 % of its way, so 0.37 times the visible part lies before that point.
HIDDEN = 0.37


@dataclass(frozen=True)
class RepSpan:
    """One repetition on the driving signal: [start_s, end_s), its turning point, and how far it went.

    `excursion` is from the lower valley to the peak, in the signal's unit. `begun` and `ended` are False where the
    recording begins or ends inside the repetition; `attempt` is True where it fell well short of the others. Of a hold
    (`held`) the turning point is the middle and the excursion its length in seconds; it is as long as it was seen.
    """

    start_s: float
    turn_s: float
    end_s: float
    excursion: float
    begun: bool = True
    ended: bool = True
    attempt: bool = False
    held: bool = False

    @property
    def complete(self) -> bool:
        """Whether the whole repetition is in the recording."""
        return self.begun and self.ended


@dataclass(frozen=True)
class Extreme:
    """A confirmed valley (`peak` False) or peak of the driving signal."""

    time_s: float
    value: float
    peak: bool


class RepMachine:
    """Follows a driving signal sample by sample and yields its valleys and peaks as they become certain.

    `least` is the smallest excursion of a repetition in the signal's unit (from the exercise); `typical` the usual
    one where it is known beforehand, else it is learnt. Missing samples (NaN) are passed over.
    """

    def __init__(self, least: float, typical: float | None = None) -> None:
        if not least > 0:
            raise ValueError(f"expected a least excursion above 0, got {least}")
        self._least = least
        self._typical = typical
        self._swings: list[float] = []
        self._low: tuple[float, float] | None = None
        self._high: tuple[float, float] | None = None
        self._rising: bool | None = None

    @property
    def reversal(self) -> float:
        """How far the signal must turn back before an extreme is certain, in its unit."""
        typical = self._typical
        if typical is None:
            typical = float(np.median(self._swings[-6:])) if self._swings else self._least / REVERSAL * 0.5
        return max(REVERSAL * typical, 0.5 * self._least)

    def push(self, time_s: float, value: float) -> Extreme | None:
        """Take one sample; returns the extreme that it makes certain, or None."""
        if not np.isfinite(value):
            return None
        sample = (time_s, value)
        if self._low is None or self._high is None:
            self._low = self._high = sample
            return None
        if value < self._low[1]:
            self._low = sample
        if value > self._high[1]:
            self._high = sample
        if self._rising is not False and value < self._high[1] - self.reversal:
            return self._turn(peak=True, sample=sample)
        if self._rising is not True and value > self._low[1] + self.reversal:
            return self._turn(peak=False, sample=sample)
        return None

    def _turn(self, peak: bool, sample: tuple[float, float]) -> Extreme:
        assert self._low is not None and self._high is not None
        at = self._high if peak else self._low
        if self._rising is not None:
            self._swings.append(self._high[1] - self._low[1])
        self._rising = not peak
        if peak:
            self._low = sample
        else:
            self._high = sample
        return Extreme(at[0], at[1], peak)

    def finish(self) -> Extreme | None:
        """The extreme that the signal was heading for when it stopped."""
        if self._low is None or self._high is None or self._rising is None:
            return None
        at = self._high if self._rising else self._low
        return Extreme(at[0], at[1], self._rising)


def find_reps(time: Floats, value: Floats, least: float) -> tuple[RepSpan, ...]:
    """The repetitions in a whole recording of a driving signal (T,), smoothed, NaN where missing.

    `least`: smallest excursion of a repetition, in the signal's unit. Repetitions that the recording cuts off come
    with `complete` False, those well short of the others with `attempt=True`. Sorted by time.
    """
    known = np.isfinite(value)
    if known.sum() < 3:
        return ()
    extremes = _extremes(time, value, least, typical=least)
    for _ in range(2):  # the size of the swings decides which of them are jitter, and the other way round
        typical = typical_excursion(extremes, least)
        extremes = _extremes(time, value, least, typical)
    typical = typical_excursion(extremes, least)
    time, value = time[known], value[known]
    spans = _spans(time, value, extremes, least, typical)
    return tuple(sorted(spans + _between(time, value, spans, least, typical), key=lambda span: span.turn_s))


def find_holds(time: Floats, met: NDArray[np.bool_], least_s: float, gap_s: float) -> tuple[RepSpan, ...]:
    """The stretches of a clock (T,) s in which a posture is held: `met` (T,) says when its conditions are.

    Interruptions of at most `gap_s` are bridged. A hold shorter than `least_s` comes with `attempt=True`, one shorter
    than half of that not at all. Sorted by time.
    """
    parts: list[list[float]] = []
    for start, end in stretches(met):
        if parts and time[start] - parts[-1][1] <= gap_s:
            parts[-1][1] = float(time[end - 1])
        else:
            parts.append([float(time[start]), float(time[end - 1])])
    return tuple(
        RepSpan(start_s, (start_s + end_s) / 2, end_s, end_s - start_s, attempt=end_s - start_s < least_s, held=True)
        for start_s, end_s in parts
        if end_s - start_s >= 0.5 * least_s
    )


def typical_excursion(extremes: list[Extreme], least: float) -> float:
    """The excursion that a full repetition has here: the median of the swings that are at least half the largest."""
    swings = np.abs(np.diff([extreme.value for extreme in extremes]))
    swings = swings[swings >= least]
    if not len(swings):
        return least
    return float(np.median(swings[swings >= 0.5 * np.percentile(swings, 90)]))


def _extremes(time: Floats, value: Floats, least: float, typical: float) -> list[Extreme]:
    machine = RepMachine(least, typical)
    told = _corners(value)
    found = [extreme for at in told if (extreme := machine.push(float(time[at]), float(value[at]))) is not None]
    last = machine.finish()
    if last is not None:
        found.append(last)
    if found:  # the first extreme is only the first that was confirmed: the signal came from somewhere
        first = np.flatnonzero(np.isfinite(value))[0]
        if time[first] < found[0].time_s:
            before = slice(first, int(np.searchsorted(time, found[0].time_s)) + 1)
            pick = np.nanargmin(value[before]) if found[0].peak else np.nanargmax(value[before])
            at = first + int(pick)
            if time[at] < found[0].time_s and abs(value[at] - found[0].value) >= machine.reversal:
                found.insert(0, Extreme(float(time[at]), float(value[at]), not found[0].peak))
    return found


def _corners(value: Floats) -> NDArray[np.intp]:
    """Indices of the known samples at which a signal turns, with the first and the last: all that the machine needs."""
    known = np.flatnonzero(np.isfinite(value))
    steps = np.diff(value[known])
    moving = np.flatnonzero(steps)  # of equal samples the first is told
    turning = moving[1:][np.sign(steps[moving[1:]]) != np.sign(steps[moving[:-1]])] if len(moving) else moving
    first_of_flat = moving[np.searchsorted(moving, turning) - 1] + 1
    return known[np.unique(np.concatenate([[0], first_of_flat, [len(known) - 1]]))] if len(known) else known


def _spans(time: Floats, value: Floats, extremes: list[Extreme], least: float, typical: float) -> list[RepSpan]:
    spans: list[RepSpan] = []
    swings = np.abs(np.diff([extreme.value for extreme in extremes]))
    # whoever has done a few tires: half of what they did then still counts
    smallest = min(least, SHALLOW * typical) if (swings >= least).sum() >= ESTABLISHED else least
    for at, extreme in enumerate(extremes):
        if not extreme.peak:
            continue
        before = extremes[at - 1] if at else None
        after = extremes[at + 1] if at + 1 < len(extremes) else None
        rise = extreme.value - before.value if before else 0.0
        fall = extreme.value - after.value if after else 0.0
        excursion = max(rise, fall)
        if excursion < 0.5 * least:
            continue
        ended_inside = after is None or (at + 2 == len(extremes) and fall < BACK * excursion)
        began_inside = before is None or (at == 1 and rise < BACK * excursion)
        if fall >= HALF * excursion and _rests(value[time >= time[-1] - RESTED_S], excursion):
            ended_inside = False
        if rise >= HALF * excursion and _rests(value[time <= time[0] + RESTED_S], excursion):
            began_inside = False
        attempt = excursion < max(smallest, FULL * typical)
        span = RepSpan(
            start_s=_leaves(time, value, before, extreme, excursion) if before else float(time[0]),
            turn_s=_held(time, value, extreme, excursion),
            end_s=_returns(time, value, extreme, after, excursion) if after else float(time[-1]),
            excursion=float(excursion),
            begun=not began_inside,
            ended=not ended_inside,
            attempt=bool(attempt),
        )
        spans.append(span)
    return _apart(spans)


def _rests(value: Floats, excursion: float) -> bool:
    """Whether a stretch of the signal stays where it is."""
    return len(value) > 2 and float(np.ptp(value)) < FLANK * excursion


def _between(time: Floats, value: Floats, spans: list[RepSpan], least: float, typical: float) -> list[RepSpan]:
    """Movements beside repetitions that are too small to have turned the machine round, but no jitter either."""
    found: list[RepSpan] = []
    edges = [float(time[0]), *(edge for span in spans for edge in (span.start_s, span.end_s)), float(time[-1])]
    for start_s, end_s in zip(edges[::2], edges[1::2], strict=True):
        inside = (time >= start_s) & (time <= end_s)
        if not spans or inside.sum() < 3:
            continue
        extremes = _extremes(time[inside], value[inside], least, typical=least)
        smaller = _spans(time[inside], value[inside], extremes, least, typical)
        within = spans[0].start_s <= start_s and end_s <= spans[-1].end_s
        found += [span for span in smaller if span.complete and (within or not span.attempt)]
    return found


def _held(time: Floats, value: Floats, peak: Extreme, excursion: float) -> float:
    """The middle of the stretch about the peak in which the signal stays near it: a pause has no single top."""
    near = stretches(value >= peak.value - FLANK * excursion)
    start, end = next((a, b) for a, b in near if time[a] <= peak.time_s <= time[b - 1])
    return float(time[start] + time[end - 1]) / 2


def _leaves(time: Floats, value: Floats, valley: Extreme, peak: Extreme, excursion: float) -> float:
    """When the movement to the peak began: before the last moment at which the signal was still near its valley."""
    way = np.flatnonzero((time >= valley.time_s) & (time <= peak.time_s))
    near = way[value[way] <= valley.value + FLANK * excursion]
    if not len(near):
        return valley.time_s
    left = near[-1]
    arrived = way[(way > left) & (value[way] >= peak.value - FLANK * excursion)]
    arrived_s = float(time[arrived[0]]) if len(arrived) else peak.time_s
    return float(max(time[0], time[left] - HIDDEN * (arrived_s - time[left])))


def _returns(time: Floats, value: Floats, peak: Extreme, valley: Extreme, excursion: float) -> float:
    """When the movement from the peak came to rest: the same, backwards."""
    turned = Extreme(-valley.time_s, valley.value, peak=False), Extreme(-peak.time_s, peak.value, peak=True)
    return -_leaves(-time[::-1], value[::-1], *turned, excursion)


def _apart(spans: list[RepSpan]) -> list[RepSpan]:
    """The same repetitions, two that overlap divided in the middle of their overlap."""
    for at in range(len(spans) - 1):
        earlier, later = spans[at : at + 2]
        if earlier.end_s > later.start_s:
            middle = float(np.clip((earlier.end_s + later.start_s) / 2, earlier.turn_s, later.turn_s))
            spans[at : at + 2] = replace(earlier, end_s=middle), replace(later, start_s=middle)
    return spans
