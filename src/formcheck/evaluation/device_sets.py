"""Whole sets of synthetic people through a chain: what is found and named, and how far its scores are off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.assess.sets import find_spans
from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.counting import gathered
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import Exercise, find
from formcheck.learn.chain import example
from formcheck.learn.chain.samples import first_that_runs
from formcheck.learn.chain.studio import SAME, cameras, shared
from formcheck.learn.correctness.studio import correct
from formcheck.learn.verdicts_studio import judged_criteria
from formcheck.replicas.faults import draw_faults
from formcheck.synthetic import Athlete, perform

FIRST = 11_700_000  # the seeds of people whom no network has met
REPS = 8
TEMPI = (0.7, 1.45)

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Watched:
    """One set before one camera: how many repetitions formcheck found, given the exercise, and what the chain did.

    `counted` are those that it named after the exercise, `wrong` after another; `errors` of the scores of those that
    match one that was performed.
    """

    exercise: Exercise
    view: str
    person: str
    performed: int
    ours: int
    counted: int
    wrong: int
    errors: tuple[float, ...]


def watch_sets(folder: Path, people: int, progress: Progress | None = None) -> tuple[list[Watched], str]:
    """Sets of eight of every exercise of a chain by synthetic people, before two cameras; and which format was run."""
    chain, kind = first_that_runs(folder)
    found: list[Watched] = []
    for at in range(people):
        for name in chain.exercises:
            found += _of_set(chain, find(name), FIRST + at)
        if progress is not None:
            progress("Watching sets", (at + 1) / people)
    return found, kind


def _of_set(chain: example.Chain, exercise: Exercise, seed: int) -> list[Watched]:
    draw = np.random.default_rng([seed, sum(exercise.name.encode()), 227])
    athlete = Athlete.sample(seed)
    athlete = replace(athlete, tempo=athlete.tempo * float(np.exp(draw.uniform(*np.log(TEMPI)))))
    faults = draw_faults(exercise, REPS, draw, "scores")
    done = perform(exercise, athlete, REPS, faults, seed, 30.0, 0.7, 0.7)
    grades = np.array([[fault.get(name, 0.0) for name in judged_criteria(exercise)] for fault in faults])
    truth = [
        (rep.start_s, rep.end_s, float(score)) for rep, score in zip(done.reps, correct(exercise, grades), strict=True)
    ]
    found: list[Watched] = []
    for view, (time, world) in cameras(done, draw).items():
        seen = chain.watch({example.view(world): (time, world)})
        known = [each for each in seen if each.label in chain.exercises]
        errors: list[float] = []
        for each in known:
            start_s, end_s, score = max(truth, key=lambda one: shared((each.start_s, each.end_s), one[:2]))
            if each.score is not None and shared((each.start_s, each.end_s), (start_s, end_s)) >= SAME:
                errors.append(abs(each.score - score))
        right = sum(each.label == exercise.name for each in known)
        ours = [each for each in find_spans(exercise, Track(_pose(time, world))) if each.complete and not each.attempt]
        found.append(
            Watched(exercise, view, str(seed), len(truth), len(ours), right, len(known) - right, tuple(errors))
        )
    return found


def _pose(time: np.ndarray, world: np.ndarray) -> PoseSequence:
    """As formcheck holds landmarks, seen by a camera far away."""
    seen = np.where(np.isfinite(world).all(axis=2), 1.0, 0.0)
    return with_view(PoseSequence(time, world[..., :2] * 300.0 + 500.0, world, seen, BLAZEPOSE_33, (1000, 1000)))


def sets_table(watched: Sequence[Watched]) -> list[tuple[str, ...]]:
    """Rows by exercise and camera, with 95 % intervals over people."""
    rows = [
        ("exercise", "camera", "formcheck exact %", "chain exact %", "chain within ±1 %", "named wrong", "score, MAE")
    ]
    for name in dict.fromkeys(each.exercise.name for each in watched):
        for view in ("front", "side"):
            some = [each for each in watched if (each.exercise.name, each.view) == (name, view)]
            people = [each.person for each in some]
            errors = [(error, each.person) for each in some for error in each.errors]
            rows.append(
                (
                    name,
                    view,
                    with_interval([float(each.ours == each.performed) for each in some], people),
                    with_interval([float(each.counted == each.performed) for each in some], people),
                    with_interval([float(abs(each.counted - each.performed) <= 1) for each in some], people),
                    str(sum(each.wrong for each in some)),
                    with_interval([error for error, _ in errors], [who for _, who in errors], percent=False),
                )
            )
    return rows


def real_table(folder: Path, data: Path, progress: Progress | None = None) -> list[tuple[str, ...]]:
    """Rows of what a chain finds in labelled recordings of real people: of its exercises, and of others."""
    chain, _ = first_that_runs(folder)
    found: dict[str, list[tuple[int, int, int, float]]] = {}
    clips = [clip for each in gathered(data) for clip in each.clips]
    for at, clip in enumerate(clips):
        pose = clip.pose()
        if pose.world is not None and len(pose) > 2:
            camera = pose.time, pose.on(BLAZEPOSE_33).world
            assert camera[1] is not None
            labels = [each.label for each in chain.watch({example.view(camera[1]): (camera[0], camera[1])})]
            known = sum(label in chain.exercises for label in labels)
            right = sum(label == clip.exercise for label in labels)
            name = clip.exercise if clip.exercise in chain.exercises else "none of the chain's exercises"
            row = (right, known - right, clip.error(right), (pose.time[-1] - pose.time[0]) / 60)
            found.setdefault(name, []).append(row)
        if progress is not None:
            progress("Watching real people", (at + 1) / len(clips))
    rows = [("what is done", "recordings", "within ±1", "named wrong", "minutes", "wrong a minute")]
    for name, some in sorted(found.items()):
        counted = sum(error <= 1 for _, _, error, _ in some) if name in chain.exercises else None
        wrong, minutes = sum(each[1] for each in some), sum(each[3] for each in some)
        near = "–" if counted is None else str(counted)
        rows.append((name, str(len(some)), near, str(wrong), f"{minutes:.1f}", f"{wrong / minutes:.2f}"))
    return rows
