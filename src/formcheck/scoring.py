"""How correct every repetition was: the model of the exercise that was recognised, on all streams that there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from formcheck.assess import ExerciseSet
from formcheck.assess.analysis import Correctness, LostPoints, Rep
from formcheck.assess.judge import kind_of_view
from formcheck.body import PoseSequence
from formcheck.exercises import find
from formcheck.predictor.correctness import Correct, CorrectnessModel, shipped_correctness
from formcheck.predictor.streams import Repetition, landmarks, readings
from formcheck.signals import Signal

Energy = Callable[[float, float], NDArray[np.float32] | None]
"""Gives the energy image (2, 64, 64) of a repetition from its start to its end in seconds."""

WORTH_TELLING = 1.0  # points of a hundred


def with_correctness(
    sets: tuple[ExerciseSet, ...],
    poses: Mapping[str, PoseSequence],
    sensors: Mapping[str, Signal] | None = None,
    energy: Energy | None = None,
) -> tuple[ExerciseSet, ...]:
    """The sets with scores for the repetitions of those exercises that have a model; the others as they are.

    `poses` by stream, and `sensors` by place, are on one clock. Only whole repetitions are scored. Raises
    ModelFolderError where a model that ships is damaged.
    """
    return tuple(_scored(each, poses, sensors or {}, energy) for each in sets)


def _scored(
    found: ExerciseSet, poses: Mapping[str, PoseSequence], sensors: Mapping[str, Signal], energy: Energy | None
) -> ExerciseSet:
    model = shipped_correctness(found.exercise) if found.exercise else None
    if model is None:
        return found
    titles = {criterion.id: criterion.title for criterion in find(found.exercise).criteria}
    reps = tuple(
        rep.model_copy(update={"correctness": told(said, titles)})
        if rep.complete and not rep.attempt and (said := score(model, rep, poses, sensors, energy)) is not None
        else rep
        for rep in found.reps
    )
    scores = [rep.correctness.score for rep in reps if rep.correctness is not None]
    return found.model_copy(update={"reps": reps, "correctness": round(float(np.mean(scores)), 4) if scores else None})


def score(
    model: CorrectnessModel,
    rep: Rep,
    poses: Mapping[str, PoseSequence],
    sensors: Mapping[str, Signal],
    energy: Energy | None,
) -> Correct | None:
    """How correct a repetition was; None where no stream shows it that the model knows."""
    streams: dict[str, NDArray[np.float32]] = {}
    mirrored = False
    for pose in poses.values():
        kind = kind_of_view(pose.view)
        if kind in ("front", "side") and kind not in streams:
            seen = landmarks(pose, rep.start_s, rep.end_s)
            if seen is not None:
                streams[kind] = seen
                mirrored |= pose.view == "side-right"
    felt = readings(sensors, rep.start_s, rep.end_s) if sensors else None
    warm = energy(rep.start_s, rep.end_s) if energy is not None else None
    streams |= {name: values for name, values in (("imu", felt), ("thermal", warm)) if values is not None}
    if not streams:
        return None
    shown = Repetition(streams, rep.end_s - rep.start_s)
    return model.score(shown.mirrored() if mirrored else shown)  # it has been shown sides from the left, and mirrors


def told(said: Correct, titles: Mapping[str, str]) -> Correctness:
    """A score as the analysis has it; points below one are left out."""
    lost = tuple(
        LostPoints(criterion=name, title=titles.get(name, name), points=round(100.0 * cost, 1))
        for name, cost in said.lost.items()
        if 100.0 * cost >= WORTH_TELLING
    )
    return Correctness(score=round(said.score, 4), error=round(said.error, 4), streams=said.streams, lost=lost)
