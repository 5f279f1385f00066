"""What a recording falls into: sets, whose exercise nobody has named here, rest, and other movement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from formcheck.assess.analysis import ExerciseSet, Rep, Segment, Tempo, Trace
from formcheck.assess.judge import not_judged
from formcheck.assess.sets import summaries
from formcheck.assess.unnamed import Count, find_sets
from formcheck.body.movement import Movement
from formcheck.body.pose import PoseSequence
from formcheck.exercises.vocabulary import Exercise
from formcheck.reps import RepSpan
from formcheck.signals import Floats, stretches

UNNAMED = "unnamed"
TITLE = "Unnamed exercise"
RESTLESS = 0.35  # of `Movement.stirring`, over some seconds: who stands or sits about stays below it
SHORTEST_S = 3.0  # of a rest, or of another movement, that is worth telling
OVER_S = 1.5  # before and after an instant, stirring is taken together: nobody rests between two steps
TRACE_HZ = 20.0
BODY = "body sizes"


def unnamed_sets(poses: Mapping[str, PoseSequence]) -> tuple[ExerciseSet, ...]:
    """Every set of repetitions in the camera stream that sees the person best, whatever is repeated."""
    if not poses:
        return ()
    pose = max(poses.values(), key=lambda each: float(each.found.mean()) if len(each) else 0.0)
    return tuple(counted_set(found) for found in find_sets(pose))


def between_sets(
    sets: Sequence[ExerciseSet],
    poses: Mapping[str, PoseSequence],
    start_s: float,
    end_s: float,
    felt: Movement | None = None,
) -> tuple[Segment, ...]:
    """The stretches of [start_s, end_s) outside every set, of at least 3 s: rest, or movement that is no exercise.

    `felt` is the movement as another stream has it, where no camera saw the person.
    """
    edges = [start_s, *(edge for each in sets for edge in (each.start_s, each.end_s)), end_s]
    gaps = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= SHORTEST_S]
    seen = [pose for pose in poses.values() if pose.found.any()]
    movement = Movement.of(max(seen, key=lambda each: float(each.found.mean()))) if gaps and seen else felt
    if movement is None:
        return tuple(Segment(kind="rest", start_s=a, end_s=b) for a, b in gaps)
    busy = _busy(movement)
    return tuple(part for a, b in gaps for part in _parts(movement.time, busy, a, b))


def _busy(movement: Movement) -> np.ndarray:
    """(T,) whether the body moves as a whole, taken over some seconds."""
    wide = max(1, round(OVER_S * movement.rate_hz))
    padded = np.pad(np.where(movement.known, movement.stirring, 0.0), wide, mode="edge")
    return np.convolve(padded, np.full(2 * wide + 1, 1.0 / (2 * wide + 1)), mode="valid") > RESTLESS


def _parts(time: Floats, busy: np.ndarray, start_s: float, end_s: float) -> list[Segment]:
    """One gap as rest and other movement, each of at least 3 s: what is shorter belongs to what surrounds it."""
    inside = np.flatnonzero((time >= start_s) & (time < end_s))
    moves = busy[inside]
    step_s = float(np.median(np.diff(time)))
    for kind in (True, False):  # short movements in a rest first, then short rests
        for first, last in stretches(moves == kind):
            if (last - first) * step_s < SHORTEST_S:
                moves[first:last] = not kind
    edges = [start_s, *(float(time[inside[at]]) for at in np.flatnonzero(np.diff(moves)) + 1), end_s]
    kinds = [bool(moves[0]) if len(moves) else False]
    while len(kinds) < len(edges) - 1:
        kinds.append(not kinds[-1])
    return [
        Segment(kind="unknown" if kind else "rest", start_s=round(a, 4), end_s=round(b, 4))
        for kind, a, b in zip(kinds, edges[:-1], edges[1:], strict=True)
    ]


def counted_set(found: Count, exercise: Exercise | None = None, reason: str = "", unit: str = BODY) -> ExerciseSet:
    """Repetitions that were counted and not looked at, unnamed or of an exercise whose criteria are not judged.

    `reason` says why not; `unit` is that of the signal that they were found on, empty where it has none that says
    anything: then no range of motion is told.
    """
    reps = tuple(unnamed_rep(span, at, found) for at, span in enumerate(found.spans, 1))
    if not unit:
        reps = tuple(rep.model_copy(update={"range_of_motion": None}) for rep in reps)
    if exercise is not None:
        findings = tuple(not_judged(criterion, reason) for criterion in exercise.criteria)
        reps = tuple(rep.model_copy(update={"findings": findings}) for rep in reps)
    return ExerciseSet(
        exercise=UNNAMED if exercise is None else exercise.name,
        title=TITLE if exercise is None else exercise.title,
        confidence=round(found.confidence, 4),
        start_s=reps[0].start_s,
        end_s=reps[-1].end_s,
        count=found.count,
        hold_s=None,
        score=None,
        reps=reps,
        criteria=() if exercise is None else summaries(exercise, reps),
        advice=(),
        trace=counted_trace(found, reps[0].start_s, reps[-1].end_s, unit),
    )


def unnamed_rep(span: RepSpan, index: int, found: Count | None = None) -> Rep:
    """One repetition of which nothing but its times is known; `index` from 1."""
    return Rep(
        index=index,
        kind="repetition",
        start_s=round(span.start_s, 4),
        turn_s=round(span.turn_s, 4),
        end_s=round(span.end_s, 4),
        complete=span.complete,
        attempt=span.attempt,
        score=None,
        confidence=0.5 if found is None else round(found.confidence, 4),
        tempo=Tempo(down_s=None, hold_s=None, up_s=None),  # who knows which way is down
        range_of_motion=round(span.excursion, 4),
        peak_velocity=None,
        asymmetry=None,
        findings=(),
    )


def counted_trace(found: Count, start_s: float, end_s: float, unit: str = BODY) -> Trace:
    """The signal that repetitions were found on, from a little before a set to a little after, thinned for drawing."""
    inside = np.flatnonzero((found.time >= start_s - 2.0) & (found.time <= end_s + 2.0))
    if len(inside) > 1:
        rate = (len(inside) - 1) / (found.time[inside[-1]] - found.time[inside[0]])
        inside = inside[:: max(1, int(rate / TRACE_HZ))]
    values = found.signal[inside]
    return Trace(
        name=found.driven_by,
        unit=unit,
        time_s=tuple(round(float(time), 4) for time in found.time[inside]),
        value=tuple(round(float(value), 3) if np.isfinite(value) else None for value in values),
    )
