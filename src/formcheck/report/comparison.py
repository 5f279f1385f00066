"""What the report shows of the comparison with an expert: who, key moments in pictures, and joint by joint."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.assess.analysis import Comparison, ExerciseSet, JointDifference, KeyMoment, Rep
from formcheck.reference import Reference
from formcheck.report.beside import most_different
from formcheck.report.drawing import Picture
from formcheck.report.footage import GROUND_RGB, Footage
from formcheck.report.plot import Tick, ticks
from formcheck.report.stage import Shown, Stage, aspect_of, body_box, staged
from formcheck.report.together import Together, differing, short
from formcheck.report.words import (
    counted,
    in_reps,
    is_counted,
    listed,
    lower_first,
    noun,
    quantity,
    rep_name,
    runs,
    signal_name,
    view_words,
)

SHOWN_PX = 400  # height of a picture, enough for print and fine screens
WIDEST_PX = 520
JPEG_QUALITY = 82
MOST_BARS = 10
MOST_PAIRS = 3
LIT_AT_ONCE = 2
SAME_MOMENT_S = 0.1

_LABELS = {"start": "Start", "turn": "Turning point", "end": "End", "sticking point": "Sticking point"}


@dataclass(frozen=True)
class AnglePair:
    """One joint at one moment, the user's value and the expert's; `over`: by more than the threshold apart."""

    title: str
    yours: str
    theirs: str
    over: bool


@dataclass(frozen=True)
class KeyShot:
    """A key moment: both pictures as data addresses of `size` (width, height) px, and the joints that differ most."""

    label: str
    time_s: float
    yours: str
    theirs: str
    size: tuple[int, int]
    pairs: tuple[AnglePair, ...]


@dataclass(frozen=True)
class JointBar:
    """One joint over the set; positions in percent of the width, `dots` one for each repetition with its name."""

    title: str
    left: float
    width: float
    limits: tuple[float, float]
    dots: tuple[tuple[float, str], ...]
    value: str
    over: bool


@dataclass(frozen=True)
class ComparisonPanel:
    """Everything that the page says beside an expert; where nothing is compared, `reason` alone."""

    lead: str = ""
    advice: tuple[tuple[str, str, str], ...] = ()
    shots: tuple[KeyShot, ...] = ()
    pictured: str = ""
    bars: tuple[JointBar, ...] = ()
    scale: tuple[Tick, ...] = ()
    video: str = ""
    reason: str = ""


def comparison_panel(
    each: ExerciseSet,
    footages: Mapping[str, Footage],
    references: Mapping[str, Reference],
    shown: Sequence[Together] = (),
) -> ComparisonPanel | None:
    """The panel of a set; None where no comparison was asked for. `shown` are its repetitions in the video."""
    there = [(rep, rep.comparison) for rep in each.reps if rep.comparison is not None]
    if not there:
        return ComparisonPanel(reason=each.not_compared) if each.not_compared else None
    pairs = [found for rep, _ in there if (found := Together.of(rep, footages, references)) is not None]
    pictured = most_different(pairs)
    bars, scale = _bars(there)
    return ComparisonPanel(
        _lead(each, there),
        tuple(_advice(each, there)),
        () if pictured is None else _shots(pictured),
        "" if pictured is None else rep_name(pictured.rep),
        bars,
        scale,
        _video(each, shown, len(there)),
        each.not_compared or "",
    )


def _lead(each: ExerciseSet, there: Sequence[tuple[Rep, Comparison]]) -> str:
    by_name: dict[str, list[tuple[Rep, Comparison]]] = {}
    for rep, comparison in there:
        by_name.setdefault(comparison.reference, []).append((rep, comparison))
    who: list[str] = []
    for name, reps in by_name.items():
        said = "the studio's synthetic expert" if reps[0][1].origin == "studio" else ""
        where = f"{noun(each)}s {runs(rep.index for rep, _ in reps)}" if len(by_name) > 1 and len(reps) > 1 else ""
        where = f"{noun(each)} {reps[0][0].index}" if len(by_name) > 1 and len(reps) == 1 else where
        small = "; ".join(filter(None, (said, where)))
        who.append(f"{name} ({small})" if small else name)
    views = list(dict.fromkeys(comparison.view for _, comparison in there))
    most = f"the {'repetition' if noun(each) == 'rep' else 'hold'} most like yours among those at hand"
    told = f"You beside {listed(who)}: {most}, seen {listed([view_words(view) for view in views])}."
    halves = {comparison.half for _, comparison in there}
    if halves == {"out"} or halves == {"back"}:
        told += f" Only the way {'to the turning point' if 'out' in halves else 'back'} is shown, and compared."
    if any(comparison.mirrored for _, comparison in there):
        told += " Where it had to be, the expert is mirrored, so that both show the same side."
    left = sum(is_counted(rep) for rep in each.reps) - sum(is_counted(rep) for rep, _ in there)
    return told + (f" {counted(left, noun(each))} could not be compared." if left > 0 else "")


def _advice(each: ExerciseSet, there: Sequence[tuple[Rep, Comparison]]) -> list[tuple[str, str, str]]:
    """(cue, why, where) of each sentence."""
    return [
        (entry.cue, entry.why, in_reps(entry.reps, len(there), len(each.reps), noun(each)) if entry.reps else "")
        for entry in each.expert_advice
    ]


def _video(each: ExerciseSet, shown: Sequence[Together], compared: int) -> str:
    if not shown:
        return ""
    indices = [one.rep.index for one in shown]
    which = in_reps(indices, -1, -1, noun(each)).removeprefix("in ")
    few = f" of {compared} compared" if len(indices) < compared else ""
    return f"beside.mp4 shows {which}{few} in step with the expert, slower where you differ most."


def _shots(pair: Together) -> tuple[KeyShot, ...]:
    box = body_box(pair)
    aspect = aspect_of(box)
    height = min(SHOWN_PX, WIDEST_PX / aspect)
    moments = _moments(pair)
    said = _differing_most(pair)
    times = [moment.time_s for moment in moments]
    pictures = pair.footage.pictures(times, 1440) if pair.footage.source is not None else iter(())
    shots: list[KeyShot] = []
    for moment in moments:
        stage = staged(pair, box, (round(aspect * height), round(height)))
        shots.append(_shot(stage, moment, said, next(pictures, None)))
    return tuple(shots)


def _moments(pair: Together) -> list[KeyMoment]:
    """The key moments within what is compared, in order; without any, both ends and the turning point."""
    within = [moment for moment in pair.comparison.moments if pair.first_s - 0.3 <= moment.time_s <= pair.last_s + 0.3]
    if within:
        return sorted(within, key=lambda moment: moment.time_s)
    rep = pair.rep
    told = (
        KeyMoment(kind="start", time_s=rep.start_s, reference_s=None),
        KeyMoment(kind="turn", time_s=rep.turn_s, reference_s=None),
        KeyMoment(kind="end", time_s=rep.end_s, reference_s=None),
    )
    return [moment for moment in told if pair.first_s - 0.05 <= moment.time_s <= pair.last_s + 0.05]


def _differing_most(pair: Together) -> list[JointDifference]:
    advised = [each.difference for each in pair.offences if each.difference is not None]
    rest = [each for each in pair.comparison.joints if each not in advised]
    return [*advised, *rest][:MOST_PAIRS]


def _shot(stage: Stage, moment: KeyMoment, said: Sequence[JointDifference], picture: Picture | None) -> KeyShot:
    pair = stage.pair
    expert_s = pair.expert_s(moment.time_s) if moment.reference_s is None else moment.reference_s
    here = [found for each in said if (found := _at_moment(pair, each, moment.time_s, expert_s)) is not None]
    over = [each for each in here if abs(each.difference) > each.threshold]
    shown = Shown(tuple(differing(each, brief=True) for each in over[:LIT_AT_ONCE]))
    yours = stage.yours(picture, moment.time_s, shown, GROUND_RGB)
    theirs = stage.theirs(expert_s, shown, GROUND_RGB)
    pairs = tuple(
        AnglePair(_title(each), short(each.value, each.unit), short(each.reference, each.unit), each in over)
        for each in here
    )
    label = "Half way" if pair.rep.kind == "hold" and moment.kind == "turn" else _LABELS[moment.kind]
    return KeyShot(label, moment.time_s, _address(yours), _address(theirs), stage.size, pairs)


def _at_moment(pair: Together, difference: JointDifference, time_s: float, expert_s: float) -> JointDifference | None:
    """A joint's difference as it is at a key moment; None where it is not seen there."""
    if abs(difference.time_s - time_s) < SAME_MOMENT_S:
        return difference
    yours, theirs = pair.values(difference, time_s, expert_s)
    if not (np.isfinite(yours) and np.isfinite(theirs)):
        return None
    told = {"time_s": time_s, "reference_s": expert_s, "value": yours, "reference": theirs}
    return difference.model_copy(update={**told, "difference": yours - theirs})


def _title(difference: JointDifference) -> str:
    side = "" if difference.side == "both" else f", {difference.side}"
    return f"{signal_name(difference.title, difference.unit)}{side}"


def _bars(there: Sequence[tuple[Rep, Comparison]]) -> tuple[tuple[JointBar, ...], tuple[Tick, ...]]:
    """A bar for every joint, those that differ most for their threshold first, and the numbers below them."""
    by_joint: dict[tuple[str, str], list[tuple[Rep, JointDifference]]] = {}
    for rep, comparison in there:
        for each in comparison.joints:
            by_joint.setdefault((each.joint, each.side), []).append((rep, each))
    rows: list[tuple[float, float, list[tuple[Rep, JointDifference]]]] = []
    for found in by_joint.values():
        middle = float(np.median([each.difference for _, each in found]))
        rows.append((middle, float(np.median([each.threshold for _, each in found])), found))
    rows = sorted(rows, key=lambda row: -abs(row[0]) / row[1])[:MOST_BARS]
    if not rows:
        return (), ()
    largest = max(max(limit, *(abs(each.difference) for _, each in found)) for _, limit, found in rows)
    reach = 1.06 * largest

    def at(value: float) -> float:
        return 50.0 + 50.0 * value / reach

    bars = tuple(
        JointBar(
            _title(found[0][1]),
            min(at(0.0), at(middle)),
            abs(at(middle) - at(0.0)),
            (at(-limit), at(limit)),
            tuple((at(each.difference), f"{rep_name(rep)}: {_signed(each)}") for rep, each in found),
            _signed(found[0][1].model_copy(update={"difference": middle})),
            abs(middle) > limit,
        )
        for middle, limit, found in rows
    )
    units = {found[0][1].unit for _, _, found in rows}
    suffix = "deg" if units == {"deg"} else ""
    return bars, tuple(Tick(at(value), quantity(value, suffix, 0)) for value in ticks(-reach, reach, 8))


def _signed(difference: JointDifference) -> str:
    said = short(difference.difference, difference.unit)
    return f"+{said}" if difference.difference > 0 and said[0] != "0" else said


def _address(picture: Picture) -> str:
    import cv2

    done, data = cv2.imencode(
        ".jpg", np.ascontiguousarray(picture[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    )
    return f"data:image/jpeg;base64,{base64.b64encode(data.tobytes()).decode()}" if done else ""


def quietly(reason: str) -> str:
    """Why nothing is compared, in one line."""
    return f"Not compared with an expert: {lower_first(reason).rstrip('.')}."
