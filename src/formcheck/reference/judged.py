"""From the nearest experts to findings and advice: which joint, how much, which way, and when."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal

import numpy as np

from formcheck.assess.analysis import Advice, Comparison, ExerciseSet, Finding, JointDifference, KeyMoment, Rep
from formcheck.assess.judge import kind_of_view
from formcheck.body import PoseSequence
from formcheck.body.planes import Side
from formcheck.body.track import SIDES
from formcheck.exercises import Exercise
from formcheck.exercises.vocabulary import CameraView
from formcheck.reference.compare import WHENS, Difference, When
from formcheck.reference.joints import JOINTS, Joint, of_exercise, sentence
from formcheck.reference.moments import KeyMoment as Moment
from formcheck.reference.moments import speed
from formcheck.reference.nearest import Experts, Found, Performed, comparable, described
from formcheck.reference.shown import Half, Reference
from formcheck.reference.spread import FALLBACK_DEG, OTHER_TIMES, TIMES, USUAL, threshold
from formcheck.reps import RepSpan
from formcheck.signals import Floats

# A synthetic expert holds what is left to taste in one way of many: only what an exercise is about is told, and only
# beyond GymbrAIn's threshold. An expert who was filmed as you are shows how it is done where you train.
STUDIO_LEAST = FALLBACK_DEG
UNLIKE_DEG = 30.0  # in step, on average: two movements that have nothing to do with each other
AGREEING = 3  # experts whose mean is what a joint is held against: one alone has habits
ADVICE = 2  # more than two things at a time are not heard
MOST_REPS = 0.2  # of the repetitions must show it before it is advised: one of five
EDGE_S = 0.15  # a repetition that begins or ends this near to the recording's edge is cut off there

_BY_ID = {joint.id: joint for joint in JOINTS}


@dataclass(frozen=True, eq=False)
class _Watched:
    """One camera's stream, ready for many repetitions."""

    name: str
    pose: PoseSequence
    fast: Floats


@dataclass(frozen=True)
class Off:
    """Where one joint differs most for its threshold."""

    joint: Joint
    side: Side | None
    when: When
    difference: Difference
    threshold: float

    @property
    def ratio(self) -> float:
        """The difference in thresholds: above 1 it is one."""
        return abs(self.difference.value) / self.threshold

    @property
    def told(self) -> bool:
        """Whether it is beyond its threshold, and on the side of the expert's that is a fault."""
        return self.ratio > 1.0 and bool(sentence(self.joint, self._sides, self.difference.value, ""))

    @property
    def criterion(self) -> str:
        """The id of its finding."""
        return f"expert_{self.joint.id}" + (f"_{self.side}" if self.side else "")

    @property
    def _sides(self) -> tuple[Side, ...]:
        return (self.side,) if self.side else ()

    def cue(self, exercise: Exercise) -> str:
        """What to do about it, one sentence."""
        return sentence(self.joint, self._sides, self.difference.value, _when(exercise, self.when))


@dataclass(frozen=True, eq=False)
class _Beside:
    """One repetition in one stream beside the nearest experts."""

    stream: _Watched
    user: Performed
    nearest: Found
    off: tuple[Off, ...]


def with_experts(
    sets: Sequence[ExerciseSet],
    exercises: Mapping[str, Exercise],
    poses: Mapping[str, PoseSequence],
    references: Callable[[str], Sequence[Reference]],
) -> tuple[ExerciseSet, ...]:
    """The sets with every repetition beside the expert nearest to it, and advice from that.

    `exercises` by name; `poses` the camera streams on the sets' clock; `references` gives the experts of an exercise,
    of whom people come before the studio's. A set of no known exercise is left as it is.
    """
    watched = [_Watched(name, pose, speed(pose)) for name, pose in poses.items() if pose.found.any()]
    return tuple(
        _compared(each, exercises[each.exercise], watched, references(each.exercise))
        if each.exercise in exercises
        else each
        for each in sets
    )


def _compared(
    found: ExerciseSet, exercise: Exercise, watched: Sequence[_Watched], references: Sequence[Reference]
) -> ExerciseSet:
    asked = [Experts([each for each in references if each.origin == origin]) for origin in ("person", "studio")]
    reps: list[Rep] = []
    told: dict[int, list[Off]] = {}  # of each repetition that is compared
    reasons: list[str] = []
    for rep in found.reps:
        tried = [] if rep.attempt else [_beside(exercise, stream, rep, asked) for stream in watched]
        beside = [one for one in tried if isinstance(one, _Beside)]
        reasons += [one for one in tried if isinstance(one, str)]
        best = _best(beside)
        if beside:
            told[rep.index] = [off for _, off in best if off.told]
        reps.append(_with(rep, exercise, beside, best) if beside else rep)
    reason = None
    if not told:
        if not references:
            reasons = [f"there is no expert of {exercise.name} among those that were asked for"]
        reason = max(reasons, key=reasons.count, default="no camera saw a repetition of yours")
    return found.model_copy(
        update={"reps": tuple(reps), "expert_advice": _advice(exercise, told), "not_compared": reason}
    )


def _beside(exercise: Exercise, stream: _Watched, rep: Rep, asked: Sequence[Experts]) -> _Beside | str:
    """One repetition in one stream beside the nearest experts, or why it is beside none."""
    span = span_of(rep, stream.pose.time)
    inside = (stream.pose.time >= rep.start_s) & (stream.pose.time <= rep.end_s)
    if inside.sum() < 4 or not stream.pose.found[inside].any():
        return "the camera did not see you"
    side = None if rep.side == "both" else rep.side
    lifting: Half = "back" if exercise.eccentric_first else "out"
    user = described(stream.pose, stream.fast, span, side, lifting)
    reason = "there is no expert of this exercise yet"
    for experts in asked:
        found = experts.best(user, AGREEING)
        if found and found[0].beside.distance <= UNLIKE_DEG:
            origin = found[0].candidate.reference.origin
            off = differing(exercise, kind_of_view(stream.pose.view), found, origin)
            if off:
                return _Beside(stream, user, found[0], off)
            reason = "from where your camera stands no joint of this exercise is told well enough"
        elif found:
            reason = "you move too differently from every expert for single joints to tell anything"
        elif nearest := experts.nearest(user, 1, alike=False):
            reason = comparable(user, nearest[0][0]) or reason
    return reason


def span_of(rep: Rep, time: Floats) -> RepSpan:
    """Where a repetition of an analysis is on the clock (T,) s of a camera, and which of its ends that camera shows."""
    begun = rep.complete or rep.start_s > float(time[0]) + EDGE_S
    ended = rep.complete or rep.end_s < float(time[-1]) - EDGE_S
    if not begun and not ended:
        begun = True  # nothing says which way is whole: the way to the turning point was at least arrived
    held = rep.kind == "hold"
    return RepSpan(rep.start_s, rep.turn_s, rep.end_s, rep.range_of_motion or 0.0, begun, ended, held=held)


def differing(
    exercise: Exercise, view: CameraView | None, found: Sequence[Found], origin: Literal["person", "studio"]
) -> tuple[Off, ...]:
    """For each joint that can be told in a view, where it differs most; the largest for its threshold first.

    `found` are the nearest experts, `origin` who they are: of the studio's, only what an exercise is about is told.
    """
    studio = origin == "studio"
    meant = frozenset[str]() if view is None else of_exercise(exercise, view)
    out: list[Off] = []
    for key, parts in found[0].beside.differences.items():
        joint = _BY_ID[key[0]]
        if view is None or view not in joint.views or (studio and joint.id not in meant):
            continue
        others = [each.beside.differences[key] for each in found if key in each.beside.differences]
        here: list[Off] = []
        for when in WHENS:
            limit = threshold(exercise.name, view, joint.id, when)
            if when not in parts or limit is None:
                continue
            limit = max(limit, STUDIO_LEAST) if studio else limit
            mean = float(np.mean([other[when].value for other in others if when in other]))
            told = Difference(mean, parts[when].time_s, parts[when].other_s, parts[when].ours)
            here.append(Off(joint, key[1], when, told, limit))
        if here and all(abs(each.difference.value) <= joint.most for each in here):
            out.append(max(here, key=lambda each: each.ratio))
    return tuple(sorted(out, key=lambda each: -each.ratio))


def _best(beside: Sequence[_Beside]) -> list[tuple[_Beside, Off]]:
    """Every joint in the camera that tells it best."""
    best: dict[tuple[str, Side | None], tuple[_Beside, Off]] = {}
    for one in beside:
        for off in one.off:
            key = (off.joint.id, off.side)
            if key not in best or off.threshold < best[key][1].threshold:
                best[key] = (one, off)
    return list(best.values())


def _with(rep: Rep, exercise: Exercise, beside: Sequence[_Beside], best: Sequence[tuple[_Beside, Off]]) -> Rep:
    """The repetition with its findings, and with the comparison in the camera that tells most."""
    findings = tuple(_finding(exercise, one, off) for one, off in best)
    first = max(beside, key=lambda one: sum(1.0 / off.threshold for off in one.off))
    return rep.model_copy(update={"findings": (*rep.findings, *findings), "comparison": _comparison(first)})


def _finding(exercise: Exercise, beside: _Beside, off: Off) -> Finding:
    value, limit = off.difference.value, off.threshold
    times = TIMES if off.joint.id in USUAL else OTHER_TIMES
    sure = NormalDist().cdf(abs(abs(value) - limit) / (limit / times))
    quantity = off.joint.quantity
    return Finding(
        criterion=off.criterion,
        title=f"{off.side.capitalize() + ' ' if off.side else ''}{off.joint.title} as the expert's".capitalize(),
        verdict="fail" if off.told else "pass",
        measure=f"{quantity.name} beside the expert's",
        value=round(value, 1),
        unit=quantity.unit,
        good=(-limit, limit),
        score=round(float(np.clip(1.0 - 0.5 * abs(value) / limit, 0.0, 1.0)), 4)
        if off.told or abs(value) <= limit
        else 0.5,
        confidence=round(float(sure), 4),
        source="reference",
        stream=beside.stream.name,
        view=beside.stream.pose.view,
        time_s=round(off.difference.time_s, 3),
        joint=f"{quantity.joints[0]}_{off.side or 'left'}",
        cue=off.cue(exercise) if off.told else "",
        reason=None,
    )


def _comparison(beside: _Beside) -> Comparison:
    candidate, found = beside.nearest.candidate, beside.nearest
    steps = found.beside.steps
    user_s, expert_s = steps[:, 0], steps[:, 1]
    experts = {moment.kind: moment.time_s for moment in candidate.performed.moments}
    halves = set(beside.user.course.halves) & set(candidate.performed.course.halves)
    half: Half | None = None if len(halves) == 2 else "out" if "out" in halves else "back"
    return Comparison(
        reference=candidate.reference.name,
        origin=candidate.reference.origin,
        shown=candidate.at,
        mirrored=candidate.mirrored,
        stream=beside.stream.name,
        view=beside.stream.pose.view,
        half=half,
        distance=round(found.distance, 4),
        apart_deg=round(found.beside.distance, 3),
        moments=tuple(_moment(each, experts, user_s, expert_s) for each in beside.user.moments),
        steps=tuple((round(float(a), 4), round(float(b), 4)) for a, b in steps),
        joints=tuple(_joint(off, found.beside.fastest[off.joint.id, off.side]) for off in beside.off),
    )


def _moment(moment: Moment, experts: Mapping[str, float], user_s: Floats, expert_s: Floats) -> KeyMoment:
    """A key moment of the user's and the expert's: its own of that kind, or what is in step with the user's."""
    inside = user_s[0] - EDGE_S <= moment.time_s <= user_s[-1] + EDGE_S
    same = experts.get(moment.kind)
    if same is None and inside:
        same = float(np.interp(moment.time_s, user_s, expert_s))
    return KeyMoment(
        kind=moment.kind, time_s=round(moment.time_s, 3), reference_s=None if same is None else round(same, 3)
    )


def _joint(off: Off, fastest: tuple[float, float]) -> JointDifference:
    value = off.difference.value
    return JointDifference(
        joint=off.joint.id,
        title=off.joint.quantity.name,
        side=off.side or "both",
        unit=off.joint.quantity.unit,
        when=off.when,
        time_s=round(off.difference.time_s, 3),
        reference_s=round(off.difference.other_s, 3),
        value=round(off.difference.ours, 1),
        reference=round(off.difference.ours - value, 1),
        difference=round(value, 1),
        threshold=off.threshold,
        fastest=round(fastest[0], 1),
        reference_fastest=round(fastest[1], 1),
    )


def _advice(exercise: Exercise, told: Mapping[int, Sequence[Off]]) -> tuple[Advice, ...]:
    """What enough repetitions differ in, the furthest beyond its threshold first; two sides that agree are one.

    `told` is what is told of every repetition that is compared, by its index.
    """
    failed: dict[tuple[str, bool], dict[int, list[Off]]] = {}
    for index, offs in told.items():
        for off in offs:
            failed.setdefault((off.joint.id, off.difference.value > 0), {}).setdefault(index, []).append(off)
    worth = {
        key: float(np.mean([max(off.ratio for off in each) for each in by.values()])) for key, by in failed.items()
    }
    usual = [key for key, by in failed.items() if len(by) >= math.ceil(MOST_REPS * len(told))]
    chosen = sorted(usual, key=lambda key: -worth[key])[:ADVICE]
    return tuple(_advised(exercise, failed[key]) for key in chosen)


def _advised(exercise: Exercise, by_rep: Mapping[int, Sequence[Off]]) -> Advice:
    every = [off for offs in by_rep.values() for off in offs]
    joint, whens = every[0].joint, [off.when for off in every]
    sides: tuple[Side, ...] = tuple(side for side in SIDES if any(off.side == side for off in every))
    value = float(np.median([off.difference.value for off in every]))
    unit = "degrees" if joint.quantity.unit == "deg" else "%"
    return Advice(
        criterion=every[0].criterion,
        cue=sentence(joint, sides, value, _when(exercise, max(WHENS, key=whens.count))),
        why=f"The experts nearest to you are {abs(value):.0f} {unit} away there.",
        reps=tuple(sorted(by_rep)),
    )


_AT = {"down": "at the bottom", "lower": "at the bottom", "up": "at the top", "press": "at the top"}


def _when(exercise: Exercise, when: When) -> str:
    """A part of a repetition in the words of a coach."""
    if exercise.hold is not None:
        return "throughout"
    way, back = exercise.phases
    directions = {"down", "up"}
    along = [f"on the way {name}" if name in directions else f"while you {name}" for name in (way, back)]
    words: dict[When, str] = {
        "start": "at the start",
        "out": along[0],
        "turn": _AT.get(way, "at the turning point"),
        "back": along[1],
        "end": "at the end",
    }
    return words[when]
