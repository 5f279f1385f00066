"""An exercise learnt from recordings of an expert: a file to read, to use at once, and to edit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from formcheck.assess.imitation import LEGS, CannotImitate, Imitation, Range, imitate
from formcheck.body import BLAZEPOSE_33
from formcheck.body.quantities import arm_elevation, elbow_flexion, hip_flexion, knee_flexion, trunk_lean
from formcheck.body.track import Quantity, Track
from formcheck.body.view import with_view
from formcheck.exercises import Criterion, Driving, Exercise, Posture
from formcheck.exercises.measures import BusierSide, Limbs, Moment, Read
from formcheck.exercises.vocabulary import INF, CameraView
from formcheck.exercises.written import written
from formcheck.pose import Estimator, estimate_many
from formcheck.sources import open_source

__all__ = ["CannotImitate", "Lesson", "learn", "learn_from"]

Progress = Callable[[str, float], None]

MOVES = 25.0  # deg between start and turning point: less is a joint that is kept still
STEADY = 7.0  # deg of spread: a joint that is kept still as the exercise asks, not by chance
MOST = 6  # criteria: more are not read
WIDTH = {"deg": 8.0, "trunk lengths": 0.08, "shoulder widths": 0.15}  # from the expert's median is as good, at least
TRUNK_APART = 65.0  # deg that a trunk may lean otherwise than the expert's before it is another exercise
LOOSE = 2.0  # times that width is too much spread for a rule
STRAIGHT = 35.0  # deg of bend below which one says straight


@dataclass(frozen=True)
class Lesson:
    """What was learnt: the exercise, the text of the file that defines it, and what it was learnt from."""

    exercise: Exercise
    text: str
    imitation: Imitation


@dataclass(frozen=True)
class _Angle:
    """How an angle is spoken of: as a title, how more of it is asked for, and how none, once and throughout."""

    quantity: Quantity
    id: str
    title: str
    more: str
    none: str
    keep: str
    keep_none: str


_ANGLES = (
    _Angle(
        *(knee_flexion, "knees", "Knees", "Bend your knees", "Straighten your knees"),
        *("Keep your knees bent", "Keep your knees straight"),
    ),
    _Angle(
        *(hip_flexion, "hips", "Hips", "Bend your hips", "Straighten your hips"),
        *("Keep your hips bent", "Keep your hips straight"),
    ),
    _Angle(
        *(elbow_flexion, "elbows", "Elbows", "Bend your elbows", "Straighten your arms"),
        *("Keep your elbows bent", "Keep your arms straight"),
    ),
    _Angle(
        *(arm_elevation, "arms", "Upper arms", "Raise your upper arms", "Lower your upper arms to your sides"),
        *("Keep your upper arms raised", "Keep your upper arms at your sides"),
    ),
    _Angle(
        *(trunk_lean, "trunk", "Trunk", "Lean your trunk forward", "Bring your trunk upright"),
        *("Keep your trunk leaning forward", "Keep your trunk upright"),
    ),
)
_WHEN: dict[Moment, str] = {"start": "in the start position", "turn": "at the turning point", "whole": "throughout"}


def learn(
    name: str,
    clips: Sequence[str | Path],
    *,
    estimator: Callable[[], Estimator] | None = None,
    progress: Progress | None = None,
) -> Lesson:
    """Learn an exercise from recordings in which an expert does it at least twice, three times in all.

    `clips` are videos, folders of pictures or pose files, best from the view that will be filmed later. Raises
    CannotImitate when no repeated movement is found or the recordings disagree, ValueError for a name without letters
    or a recording that is given twice, SourceError for unusable input, and PoseModelError when the pose model is not
    to be had.
    """
    paths = [str(clip) for clip in clips]
    if not re.search(r"[^\W_]", name):
        raise ValueError(f"expected a name for the exercise, got {name!r}: say what it is called with --name")
    if not paths or len(set(paths)) != len(paths):
        raise ValueError(f"expected one or more different recordings, got {' '.join(paths) or 'none'}")
    tell = None if progress is None else lambda share: progress("Watching", share)
    poses = estimate_many({path: open_source(path) for path in paths}, estimator, progress=tell)
    return learn_from(name, {path: Track(with_view(pose.on(BLAZEPOSE_33))) for path, pose in poses.items()})


def learn_from(name: str, clips: Mapping[str, Track]) -> Lesson:
    """`learn` from recordings that have been watched already, by their names."""
    imitation = imitate(clips)
    exercise = _exercise(name.strip(), imitation)
    return Lesson(exercise, written(exercise, _heading(exercise, imitation), _notes(exercise, imitation)), imitation)


def _exercise(name: str, imitation: Imitation) -> Exercise:
    others: tuple[CameraView, ...] = ("side", "oblique", "front", "back")
    driving = Driving(
        imitation.quantity,
        least=_rounded(imitation.least, imitation.quantity.unit),
        falls=imitation.falls,
        views=tuple(dict.fromkeys((*imitation.views, *others))),
        side_of=BusierSide(imitation.busy) if imitation.busy else None,
    )
    return Exercise(
        name=name,
        aliases=(),
        driving=driving,
        criteria=tuple(_criteria(imitation)),
        postures=_postures(imitation),
        phases=("out", "back"),
    )


def _postures(imitation: Imitation) -> tuple[Posture, ...]:
    lean = imitation.range(Read(trunk_lean, "whole"))
    if lean is None:
        return ()
    low, high = (round(float(edge)) for edge in (lean.values.min() - TRUNK_APART, lean.values.max() + TRUNK_APART))
    return (Posture(trunk_lean, float(low), float(high)),)


def _criteria(imitation: Imitation) -> list[Criterion]:
    """At most MOST criteria: the way of what moves most, where other joints go, and what is kept still."""
    limbs: Limbs = "working" if imitation.busy else "each"

    def way(quantity: Quantity) -> tuple[Range, Range] | None:
        start, turn = (imitation.range(Read(quantity, at, limbs=limbs)) for at in ("start", "turn"))
        return (start, turn) if start is not None and turn is not None else None

    seen = {angle: found for angle in _ANGLES if (found := way(angle.quantity)) is not None}
    moved = {angle: abs(turn.median - start.median) for angle, (start, turn) in seen.items()}
    moving = sorted((angle for angle in seen if moved[angle] >= MOVES), key=lambda angle: -moved[angle])
    main = min(moving, key=lambda angle: _apart(angle.quantity, imitation.quantity), default=None)
    if (main is None or not _alike(seen[main][1])) and (found := way(imitation.quantity)) is not None:
        main = _Angle(imitation.quantity, "way", *_plain_words(imitation.quantity.name))
        seen = {main: found, **seen}
    made: list[Criterion] = []
    if main is not None:
        start, turn = seen[main]
        grows = turn.median > start.median
        both_ends = ((turn, grows), (start, not grows))
        made = [_criterion(main, found, at_least, imitation) for found, at_least in both_ends if _alike(found)]
    others = (angle for angle in moving if angle != main and _alike(seen[angle][1]))
    made += [_criterion(angle, seen[angle][1], None, imitation) for angle in others]
    for angle in seen:
        kept = imitation.range(Read(angle.quantity, "whole", limbs=limbs))
        if angle not in moving and angle != main and kept is not None and kept.spread <= STEADY:
            made.append(_criterion(angle, kept, None, imitation))
    return made[:MOST]


def _apart(quantity: Quantity, driving: Quantity) -> int:
    """How far a quantity is from the driving one: the same, of the same limbs, or of others."""
    return 0 if quantity == driving else 2 if (quantity in LEGS) != (driving in LEGS) else 1


def _alike(found: Range) -> bool:
    """Whether the expert does it alike each time; else there is nothing to learn from it, as where legs take turns."""
    return found.spread <= LOOSE * WIDTH[found.measure.unit]


def _plain_words(name: str) -> tuple[str, str, str, str, str]:
    return name[:1].upper() + name[1:], f"Bring the {name}", f"Bring the {name}", f"Keep the {name}", f"Keep the {name}"


def _criterion(angle: _Angle, found: Range, at_least: bool | None, imitation: Imitation) -> Criterion:
    """A criterion about the expert's values: a lower limit, an upper one, or (None) both."""
    measure, unit = found.measure, found.measure.unit
    assert isinstance(measure, Read)
    width, margin = max(2.0 * found.spread, WIDTH[unit]), max(found.spread, WIDTH[unit] / 1.6)
    step = 5.0 if unit == "deg" else 0.01  # nobody aims for 141 degrees
    low = -INF if at_least is False else round(step * math.floor((found.median - width) / step), 2)
    high = INF if at_least is True else round(step * math.ceil((found.median + width) / step), 2)
    moment = {"start": "at_start", "turn": "at_turn"}.get(measure.moment, "kept")
    return Criterion(
        id=f"{angle.id}_{moment}",
        title=f"{angle.title} {_WHEN[measure.moment]}",
        measure=measure,
        good=(low, high),
        margin=_rounded(margin, unit),
        views=imitation.views or ("side", "oblique", "front", "back"),
        cue=_cue(angle, measure.moment, unit, (low, high), found.median),
        why="So the expert does it.",
        source=f"learnt from {_reps(imitation)} repetitions of an expert",
        error=_rounded(max(found.spread, WIDTH[unit] / 2), unit),
    )


def _cue(angle: _Angle, moment: Moment, unit: str, good: tuple[float, float], middle: float) -> str:
    """What to do, in words, from the quantity and the side of its limit."""
    (low, high), when, kept = good, _WHEN[moment], moment == "whole"
    near_none = high <= STRAIGHT if low == -INF else abs(middle) <= STRAIGHT / 2
    if angle in _ANGLES and near_none and high < INF and middle > -STRAIGHT / 2:
        return f"{angle.keep_none if kept else angle.none} {when}."
    more = angle.keep if kept else angle.more
    if angle.quantity == trunk_lean and middle < 0:
        more, low, high, middle = more.replace("forward", "back"), -high, -low, -middle
    if high == INF:
        return f"{more} to {_said(low, unit)} or more {when}."
    if low == -INF:
        return f"{more} to {_said(high, unit)} or less {when}."
    return f"{more} to about {_said(middle, unit)} {when}."


def _heading(exercise: Exercise, imitation: Imitation) -> str:
    files = ", ".join(Path(clip.name).name for clip in imitation.clips)
    return (
        f"{exercise.title}, learnt from {_reps(imitation)} repetitions of an expert in {files}.\n\n"
        "Edit it as you like: the limits are the expert's, and only you know which of them matter."
    )


def _notes(exercise: Exercise, imitation: Imitation) -> dict[str, str]:
    """What an editor wants to know about each part."""
    quantity = imitation.quantity
    ends = [found for at in ("start", "turn") if (found := imitation.range(Read(quantity, at)))]
    way = " to ".join(_said(found.median, quantity.unit) for found in ends)
    notes = {
        "driving": f"A repetition goes from {way} and back. Where it should begin at the other end, "
        f"{'leave out' if imitation.falls else 'add'} falls=True. Smaller swings than `least` do not count.",
        "postures": "The trunk leans this far, in degrees forward from upright: other movements do not count.",
        "phases": "The two ways of a repetition as you call them, such as down and up.",
    }
    for criterion in exercise.criteria:
        found = imitation.range(criterion.measure)
        if found is not None:
            low, middle, high = (
                _said(value, criterion.measure.unit) for value in (found.values.min(), found.median, found.values.max())
            )
            notes[criterion.id] = f"The expert: {low} to {high}, median {middle}."
    return notes


def _reps(imitation: Imitation) -> int:
    return sum(len(clip.reps) for clip in imitation.clips)


def _said(value: float, unit: str) -> str:
    return f"{round(float(value))} degrees" if unit == "deg" else f"{float(value):.2f} {unit}"


def _rounded(value: float, unit: str) -> float:
    return round(float(value), 0 if unit == "deg" else 2)
