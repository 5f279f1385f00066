"""The sets of a performance from whichever kinds of stream there are, each confirmed by the others or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from formcheck.assess import ExerciseSet, Likely
from formcheck.assess.analysis import RegionWarmth, StreamCount, Trace
from formcheck.assess.unnamed import Count
from formcheck.assess.workout import BODY, counted_set, counted_trace
from formcheck.body import Recording
from formcheck.body.movement import Movement
from formcheck.exercises import Exercise, catalogue, find
from formcheck.inertial import InertialMovement, by_side, imu_sets
from formcheck.predictor import name_stretch
from formcheck.predictor.worn import shipped_worn
from formcheck.recognition import LIKELY, TOLD
from formcheck.signals import Signal
from formcheck.thermal import Silhouettes, thermal_sets, warmth_by_region

Kind = Literal["camera", "imu", "thermal"]

WORDS: Mapping[Kind, str] = {"camera": "camera", "imu": "sensors", "thermal": "thermal camera"}
UNITS: Mapping[Kind, str] = {"camera": BODY, "imu": "", "thermal": ""}  # of signals that have no unit people know
NO_CAMERA: Mapping[Kind, str] = {
    "camera": "",
    "imu": "it can only be seen by a camera, and the sensors alone counted here",
    "thermal": "it can only be seen by a camera, and the thermal camera alone counted here",
}
ALIKE = 0.3  # how often two wrong counts are wrong by the same: mostly one too many or too few
SURE = (0.3, 0.95)  # what a stream's word for its own count is taken for at the least and the most
SILENT = 0.5  # the probability that a stream which found no set at all is right
AROUND = 0.75  # of a repetition: a turning point so near a set belongs to it
LIKELY_ONE = 0.2  # confidence from which a single repetition is told where no camera saw it
FEWEST = 3  # repetitions that nobody else saw, to be a set or a warning
SEEN = 0.5  # of the time: who was seen by the camera then, and not doing anything that is repeated, was not
RAN = 0.5  # of a set must a stream have run, to be asked


def counts_of(recording: Recording, warm: Silhouettes | None) -> dict[Kind, list[Count]]:
    """What sensors and thermal camera count by themselves, for those that are there."""
    counts: dict[Kind, list[Count]] = {}
    if recording.imu:
        counts["imu"] = imu_sets(recording.imu)
    if warm is not None and warm.found.any():
        counts["thermal"] = thermal_sets(warm)
    return counts


def joined(
    sets: Sequence[ExerciseSet],
    counts: Mapping[Kind, Sequence[Count]],
    recording: Recording,
    wanted: Exercise | None,
) -> tuple[tuple[ExerciseSet, ...], tuple[str, ...]]:
    """The sets that the cameras found, or else the sensors, or else the thermal camera, with what the others say.

    A count that another kind of stream confirms is surer, one that it contradicts less sure, by Bayes' rule from how
    sure that stream is; both are told, the latter in the warnings. What others felt where no camera saw the person is
    a set of its own. `wanted` is the exercise that somebody named.
    """
    chosen, warnings = list(sets), list[str]()
    lead: Kind | None = "imu" if counts.get("imu") else "thermal" if counts.get("thermal") else None
    if not chosen and lead is not None:
        if wanted is not None and wanted.hold is not None:
            return (), (f"A {wanted.name} can be timed by a camera only: nothing that is repeated can be a hold.",)
        likely = [each for each in counts[lead] if each.count > 1 or each.confidence >= LIKELY_ONE]
        chosen = [counted(lead, each, recording, wanted) for each in likely]
        if chosen and any(pose.found.any() for pose in recording.poses.values()):
            chosen = [_doubted(each) for each in chosen]
            warnings.append(
                f"The camera saw no repetition, so those that the {WORDS[lead]} counted are told, without judgement."
            )
    for kind, found in counts.items():
        for each in found:
            if any(_overlap(each, other) for other in chosen) or each.count < FEWEST:
                continue
            if _unseen(recording, each) and wanted is None:
                chosen.append(counted(kind, each, recording, None))
            else:
                start_s, end_s = each.spans[0].start_s, each.spans[-1].end_s
                warnings.append(
                    f"The {WORDS[kind]} also counted {each.count} repetitions from {start_s:.0f} to {end_s:.0f} s, "
                    f"where the {WORDS[chosen[0].counted_by] if chosen else 'camera'} counted none: left out."
                )
    out: list[ExerciseSet] = []
    for each in sorted(chosen, key=lambda one: one.start_s):
        confirmed, said = _confirmed(each, counts, recording)
        out.append(confirmed)
        warnings += said
    return tuple(out), tuple(warnings)


def counted(kind: Kind, found: Count, recording: Recording, wanted: Exercise | None) -> ExerciseSet:
    """A set that sensors or a thermal camera counted, under its name where somebody said it or a model knows it."""
    if wanted is not None:
        found = _each_side(kind, found, wanted, recording)
        made = counted_set(found, wanted, NO_CAMERA[kind], UNITS[kind])
        return made.model_copy(update={"counted_by": kind})
    model = shipped_worn() if kind == "imu" else None
    if model is None:
        return counted_set(found, unit=UNITS[kind]).model_copy(update={"counted_by": kind, "recognised": ()})
    naming = name_stretch(
        [model.answer(recording.imu)], model.card.unknown_below, found.spans[0].start_s, found.spans[-1].end_s
    )
    exercise = find(naming.label) if naming is not None and naming.known else None
    likely = () if naming is None else naming.likely[:LIKELY]
    told = tuple(
        Likely(exercise=name, title=find(name).title, probability=round(share, 4))
        for name, share in likely
        if share >= TOLD
    )
    if exercise is not None:
        found = _each_side(kind, found, exercise, recording)
    made = counted_set(found, exercise, NO_CAMERA[kind], UNITS[kind])
    return made.model_copy(update={"counted_by": kind, "recognised": told})


def _each_side(kind: Kind, found: Count, exercise: Exercise, recording: Recording) -> Count:
    """A count with a repetition for each side, as exercises in which the sides take turns are counted."""
    alternates = exercise.motion is not None and exercise.motion.working == "alternating"
    return by_side(found, recording.imu) if kind == "imu" and alternates else found


def movement_felt(recording: Recording) -> Movement | None:
    """How the limbs with sensors moved, by which rest is told from other movement where no camera saw the person."""
    return InertialMovement.of_sensors(recording.imu) if recording.imu else None


def with_warmth(sets: Sequence[ExerciseSet], warm: Silhouettes | None) -> tuple[ExerciseSet, ...]:
    """The sets with how warm parts of the body looked in the beginning and the end, where temperatures are known."""
    if warm is None or warm.unit != "celsius":
        return tuple(sets)
    out: list[ExerciseSet] = []
    for each in sets:
        told = tuple(
            RegionWarmth(
                region=part.region,
                start_c=round(part.start_c, 2),
                end_c=round(part.end_c, 2),
                change_k=round(part.change_k, 2),
            )
            for part in warmth_by_region(warm, each.start_s, each.end_s)
            if np.isfinite([part.start_c, part.end_c]).all()
        )
        out.append(each.model_copy(update={"warmth": told}))
    return tuple(out)


def surer(confidence: float, other: float | None, agrees: bool) -> float:
    """The probability that a count is right after another stream, right with probability `other`, agrees or does not.

    Both err independently of each other; two wrong counts are the same in three of ten cases. None is a stream that
    found nothing at all, which says less.
    """
    own = float(np.clip(confidence, 0.01, 0.99))
    right = SILENT if other is None else float(np.clip(other, *SURE))
    wrong = 1 - right
    odds = right / (wrong * ALIKE) if agrees else wrong / (right + wrong * (1 - ALIKE))
    return own * odds / (own * odds + 1 - own)


def _confirmed(
    each: ExerciseSet, counts: Mapping[Kind, Sequence[Count]], recording: Recording
) -> tuple[ExerciseSet, list[str]]:
    """A set with what the other kinds of stream counted meanwhile, and what to say where that is something else."""
    if each.hold_s is not None:
        return each, []
    others: list[StreamCount] = []
    traces: list[Trace] = []
    said: list[str] = []
    confidence = each.confidence
    for kind, found in counts.items():
        if kind == each.counted_by or _ran(recording, kind, each.start_s, each.end_s) < RAN:
            continue
        meanwhile = [one for one in found if _overlap(one, each)]
        known = next((one for one in catalogue() if one.name == each.exercise), None)
        if known is not None:
            meanwhile = [_each_side(kind, one, known, recording) for one in meanwhile]
        number = sum(_within(one, each) for one in meanwhile)
        sure = float(np.prod([one.confidence for one in meanwhile])) if meanwhile else None
        agrees = number == each.count
        confidence = surer(confidence, sure, agrees)
        others.append(StreamCount(kind=kind, count=number, confidence=round(sure or 0.0, 4), agrees=agrees))
        traces += [
            counted_trace(
                replace(one, driven_by=f"{WORDS[kind]}: {one.driven_by}"), each.start_s, each.end_s, UNITS[kind]
            )
            for one in meanwhile[:1]
        ]
        if not agrees:
            said.append(
                f"The {WORDS[kind]} counted {number} repetitions from {each.start_s:.0f} to {each.end_s:.0f} s, the "
                f"{WORDS[each.counted_by]} {each.count}, which is believed."
            )
    update = {"confidence": round(confidence, 4), "other_counts": tuple(others), "other_traces": tuple(traces)}
    return each.model_copy(update=update), said


def _doubted(each: ExerciseSet) -> ExerciseSet:
    return each.model_copy(update={"confidence": round(surer(each.confidence, None, False), 4)})


def _within(one: Count, each: ExerciseSet) -> int:
    """Complete repetitions of a count that turn within a set, or just before or after it."""
    around_s = AROUND * float(np.median([rep.end_s - rep.start_s for rep in each.reps]))
    return sum(
        span.complete and not span.attempt and each.start_s - around_s <= span.turn_s <= each.end_s + around_s
        for span in one.spans
    )


def _overlap(one: Count, each: ExerciseSet) -> bool:
    return one.spans[0].start_s < each.end_s and each.start_s < one.spans[-1].end_s


def _unseen(recording: Recording, one: Count) -> bool:
    """Whether no camera saw the person while something was repeated."""
    start_s, end_s = one.spans[0].start_s, one.spans[-1].end_s
    for pose in recording.poses.values():
        inside = (pose.time >= start_s) & (pose.time < end_s)
        if inside.any() and pose.found[inside].mean() >= SEEN:
            return False
    return True


def _ran(recording: Recording, kind: Kind, start_s: float, end_s: float) -> float:
    """The share of [start_s, end_s) in which a kind of stream recorded something."""
    signals: list[Signal] = list(recording.imu.values()) if kind == "imu" else []
    signals += [recording.thermal] if kind == "thermal" and recording.thermal is not None else []
    best = 0.0
    for signal in signals:
        known = signal.time[np.isfinite(signal.values).any(axis=1)]
        if len(known):
            best = max(best, (min(end_s, known[-1]) - max(start_s, known[0])) / max(end_s - start_s, 1e-9))
    return float(best)
