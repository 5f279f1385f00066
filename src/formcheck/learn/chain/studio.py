"""Repetitions as a chain cuts them, from synthetic people who do its exercises, all others of the catalogue, and else.

Nothing is filmed: landmarks get the estimator's measured errors (`synthetic.estimated`), and are cut by what cuts them
on the device, so that what is no repetition of the exercise is met as it will be met there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import catalogue, find
from formcheck.learn.chain import example
from formcheck.learn.chain.drivings import DRIVINGS
from formcheck.learn.kept import kept
from formcheck.predictor.streams import INSTANTS
from formcheck.replicas.faults import draw_faults
from formcheck.synthetic import Athlete, Performance, act, activities, perform
from formcheck.synthetic.camera import placed
from formcheck.synthetic.estimated import estimated_before

OTHER = "other"
VERSION = 1  # of what is drawn below: another one makes new files
PART = 25  # people in a file
REPS, OTHER_REPS = 6, 4
OTHERS, ACTIVITIES = 8, 2  # exercises that the chain lacks, and things that are none, of everybody
ACTIVITY_S = 12.0
IDLE_S = 0.7
TEMPI = (0.7, 1.45)
ASTRAY_DEG = 20.0  # a camera stands in front, or at a side, by eye
HEIGHT_M = (0.5, 1.7)
SAME, UNLIKE = 0.5, 0.3  # of their common length do two spans share to be one repetition, or another; between: unclear

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Named:
    """N repetitions: `front` and `side` (N, 30, 99) m as float16, (N,) `duration_s`, `labels`, `people`."""

    front: NDArray[np.float16]
    side: NDArray[np.float16]
    duration_s: NDArray[np.float32]
    labels: NDArray[np.int64]
    people: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)


def named(exercises: Sequence[str], people: Sequence[int], cache: Path, progress: Progress | None = None) -> Named:
    """What synthetic people (their seeds) show, read from `cache` or made and kept there.

    Labels are places in `exercises`, and behind them `other`. Raises ValueError for an exercise without a driving
    signal in `chain.drivings`, and for nobody.
    """
    if lacking := [name for name in exercises if name not in DRIVINGS]:
        raise ValueError(f"expected exercises that a chain can cut ({', '.join(DRIVINGS)}), got {', '.join(lacking)}")
    if not len(people):
        raise ValueError("expected the seeds of synthetic people, got none")
    parts: list[Named] = []
    for at in range(0, len(people), PART):
        who = people[at : at + PART]
        short = "-".join(name.replace(" ", "") for name in exercises)
        path = cache / f"chain-v{VERSION}-{short}-{who[0]}-{len(who)}.npz"
        parts.append(kept(path, Named, lambda who=who: _made(exercises, who)))
        if progress is not None:
            progress("Performing", min(1.0, (at + PART) / len(people)))
    return Named(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Named)))


def _made(exercises: Sequence[str], people: Sequence[int]) -> Named:
    rows = [(*row, seed) for seed in people for row in _of_person(exercises, seed)]
    front, side, duration_s, labels, seeds = (np.array(each) for each in zip(*rows, strict=True))
    return Named(
        np.nan_to_num(front).astype(np.float16),
        np.nan_to_num(side).astype(np.float16),
        duration_s.astype(np.float32),
        labels.astype(np.int64),
        seeds.astype(np.int64),
    )


def _of_person(exercises: Sequence[str], seed: int) -> Iterator[tuple[np.ndarray, np.ndarray, float, int]]:
    draw = np.random.default_rng([seed, 197])
    athlete = Athlete.sample(seed)
    athlete = replace(athlete, tempo=athlete.tempo * float(np.exp(draw.uniform(*np.log(TEMPI)))))
    others = [each.name for each in catalogue() if each.name not in exercises and each.motion is not None]
    for label, name in enumerate(exercises):
        yield from _of_set(exercises, _set(name, athlete, REPS, seed, draw), label, draw)
    for name in draw.choice(others, OTHERS, replace=False):
        yield from _of_set(exercises, _set(str(name), athlete, OTHER_REPS, seed, draw), len(exercises), draw)
    for name in draw.choice(activities(), ACTIVITIES, replace=False):
        yield from _of_set(exercises, act(str(name), athlete, ACTIVITY_S, seed), len(exercises), draw)


def _set(name: str, athlete: Athlete, reps: int, seed: int, draw: np.random.Generator) -> Performance:
    exercise = find(name)
    reps = 1 if exercise.hold else reps
    faults = draw_faults(exercise, reps, draw, "scores") if exercise.faults else {}
    return perform(exercise, athlete, reps, faults, seed, 30.0, IDLE_S, IDLE_S)


def cameras(done: Performance, draw: np.random.Generator) -> dict[str, example.Camera]:
    """What the estimator reports before a camera in front and one at the left, by eye."""
    found: dict[str, example.Camera] = {}
    for name, best_deg in (("front", 0.0), ("side", done.exercise.side_camera_deg)):
        camera = placed(
            done.outline()[::3],
            azimuth_deg=best_deg + float(draw.uniform(-ASTRAY_DEG, ASTRAY_DEG)),
            height_m=float(draw.uniform(*HEIGHT_M)),
        )
        pose = estimated_before(done, camera, draw)
        assert pose.world is not None
        found[name] = pose.time, pose.world
    return found


def _of_set(
    exercises: Sequence[str], done: Performance, label: int, draw: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray, float, int]]:
    """What each of two cameras would cut, by every signal there is, as both see it; one of them may be hidden."""
    seen = cameras(done, draw)
    truth = [(rep.start_s, rep.end_s) for rep in done.reps]
    for first in ("front", "side"):
        time, world = seen[first]
        for driving in {DRIVINGS[name] for name in exercises}:
            for start_s, end_s in example.cut(time, example.height(time, world, driving.told()), driving.least):
                same = max((shared((start_s, end_s), each) for each in truth), default=0.0)
                if label < len(exercises) and UNLIKE < same < SAME:
                    continue
                shown = {
                    name: example.parts(*camera, start_s, end_s, INSTANTS)
                    for name, camera in seen.items()
                    if name == first or draw.random() < 0.4
                }
                if all(each is None for each in shown.values()):
                    continue
                missing = np.zeros((1, INSTANTS, 99), np.float32)
                front, side = (missing if (each := shown.get(name)) is None else each for name in ("front", "side"))
                yield front[0], side[0], end_s - start_s, label if same >= SAME else len(exercises)


def shared(one: tuple[float, float], other: tuple[float, float]) -> float:
    """What two spans have in common, of what they cover together."""
    both = min(one[1], other[1]) - max(one[0], other[0])
    return max(0.0, both) / (max(one[1], other[1]) - min(one[0], other[0]))
