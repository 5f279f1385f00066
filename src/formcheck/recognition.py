"""The sets of a recording named after the exercises that a model sees in them, counted and judged as such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from formcheck.assess import ExerciseSet, Likely, assess
from formcheck.assess.workout import unnamed_sets
from formcheck.body import PoseSequence
from formcheck.body.track import Track
from formcheck.exercises import Exercise, catalogue, find
from formcheck.predictor import Answer, ModelFolder, Naming, changes, name_stretch, shipped
from formcheck.predictor.criteria import seconds

AROUND_S = 2.0  # before and after the sets of an exercise: how it begins and ends
OVERLAP = 0.5  # of a set found without a name must be in one found by name, or the name is not believed
APART_S = 30.0  # sets of one exercise nearer than this are looked at together
LIKELY = 3  # exercises that are told when they might have been meant
TOLD = 0.05  # and not those less likely than this


@dataclass(frozen=True)
class _Stretch:
    """Where something is done, [start_s, end_s), what it is, and the sets found there without a name."""

    start_s: float
    end_s: float
    naming: Naming | None
    sets: tuple[ExerciseSet, ...] = ()

    @property
    def name(self) -> str | None:
        return self.naming.label if self.naming is not None and self.naming.known else None


def recognised_sets(
    poses: Mapping[str, PoseSequence],
    model: ModelFolder | None = None,
    made: Mapping[str, PoseSequence] | None = None,
    felt: Sequence[Answer] = (),
) -> tuple[ExerciseSet, ...]:
    """Every set in a recording, named and judged where the model knows the exercise, and counted where it does not.

    `poses` are the camera streams by name, on one clock; the shipped model is asked unless another is given. `made`
    is what two of them make together, which criteria are judged by as well; `felt` what other streams say is done, of
    the same labels, which is heard together with what is seen. Raises ModelFolderError when the shipped model is
    damaged.
    """
    seen = {name: pose for name, pose in poses.items() if len(pose) > 1 and pose.found.any()}
    if not seen:
        return ()
    asked = shipped() if model is None else model
    answers = [asked.answer(pose) for pose in seen.values()]
    below = asked.card.unknown_below
    heard = [*answers, *(each for each in felt if each.labels == asked.card.labels)]
    stretches = [
        _Stretch(each.start_s, each.end_s, name_stretch(heard, below, each.start_s, each.end_s), (each,))
        for whole in unnamed_sets(seen)
        for each in _parted(whole, answers, seen)
    ]
    stretches = sorted([*stretches, *_held(answers, below, stretches)], key=lambda each: each.start_s)
    groups = _together(stretches)
    if not groups:  # somebody who stands still
        return ()
    cuts = [-np.inf, *((a.end_s + b.start_s) / 2 for a, b in pairwise(groups)), np.inf]
    sets: list[ExerciseSet] = []
    for group, after_s, before_s in zip(groups, cuts[:-1], cuts[1:], strict=True):
        start_s, end_s = max(group.start_s - AROUND_S, after_s), min(group.end_s + AROUND_S, before_s)
        if len(groups) == 1:
            start_s, end_s = -np.inf, np.inf
        sets += _judged(group, {name: pose.between(start_s, end_s) for name, pose in {**seen, **(made or {})}.items()})
    return tuple(sets)


def _parted(
    whole: ExerciseSet, answers: Sequence[Answer], poses: Mapping[str, PoseSequence]
) -> tuple[ExerciseSet, ...]:
    """A set, or those that are counted anew on both sides of where one exercise gives way to another."""
    cuts = changes(answers, whole.start_s, whole.end_s)
    edges = (whole.start_s - AROUND_S, *cuts, whole.end_s + AROUND_S)
    parts = [
        each
        for start_s, end_s in pairwise(edges)
        for each in unnamed_sets({name: pose.between(start_s, end_s) for name, pose in poses.items()})
    ]
    return tuple(parts) if cuts and parts else (whole,)


def _held(answers: Sequence[Answer], below: float, stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Stretches in which a posture is held, which nothing that repeats itself would show."""
    holds = {each.name: each.hold.least_s for each in catalogue() if each.hold is not None}
    answer = max(answers, key=lambda each: float(each.found.mean()))
    said = [answer.labels[at] for at in answer.probabilities.argmax(axis=1)]
    runs: list[tuple[float, float, str]] = []
    for at, label in enumerate(said):
        if label not in holds:
            continue
        start_s, end_s = float(answer.start_s[at]), float(answer.end_s[at])
        if runs and runs[-1][2] == label and start_s <= runs[-1][1]:
            runs[-1] = (runs[-1][0], end_s, label)
        else:
            runs.append((start_s, end_s, label))
    found: list[_Stretch] = []
    for start_s, end_s, label in runs:
        covered = sum(max(0.0, min(end_s, each.end_s) - max(start_s, each.start_s)) for each in stretches)
        naming = name_stretch(answers, below, start_s, end_s)
        if covered < OVERLAP * (end_s - start_s) and naming is not None and naming.label == label:
            found.append(_Stretch(start_s, end_s, naming))
    return found


def _together(stretches: Sequence[_Stretch]) -> list[_Stretch]:
    """Neighbours of one name as one stretch, since a set may have been taken for two."""
    groups: list[_Stretch] = []
    for each in stretches:
        last = groups[-1] if groups else None
        if last and last.name is not None and last.name == each.name and each.start_s - last.end_s < APART_S:
            surer = max((last, each), key=lambda part: part.naming.confidence if part.naming else 0.0)
            groups[-1] = _Stretch(last.start_s, max(last.end_s, each.end_s), surer.naming, last.sets + each.sets)
        else:
            groups.append(each)
    return groups


def _judged(group: _Stretch, poses: Mapping[str, PoseSequence]) -> tuple[ExerciseSet, ...]:
    """The sets of a stretch under its name; without one as they were, and so, but for the name, where nothing of that
    exercise is found that could be judged: half a repetition, or joints outside the picture."""
    if group.name is None or group.naming is None:
        return tuple(_with_name(each, group.naming) for each in group.sets)
    exercise: Exercise = find(group.name)
    sets = assess(exercise, {name: Track(pose) for name, pose in poses.items()}, seconds(exercise))
    sets = tuple(each for each in sets if each.reps and _shared(each.start_s, each.end_s, group) > 0)
    covered = sum(_shared(each.start_s, each.end_s, group) for each in sets)
    if covered < OVERLAP * (group.end_s - group.start_s):
        own = {"exercise": exercise.name, "title": exercise.title}
        return tuple(_with_name(each.model_copy(update=own), group.naming) for each in group.sets)
    return tuple(_with_name(each, group.naming) for each in sets)


def _shared(start_s: float, end_s: float, group: _Stretch) -> float:
    return max(0.0, min(end_s, group.end_s) - max(start_s, group.start_s))


def _with_name(found: ExerciseSet, naming: Naming | None) -> ExerciseSet:
    """A set with what it looks like."""
    likely = () if naming is None else naming.likely[:LIKELY]
    told = tuple(
        Likely(exercise=name, title=find(name).title, probability=round(share, 4))
        for name, share in likely
        if share >= TOLD
    )
    return found.model_copy(update={"recognised": told})
