"""Synthetic people who are filmed from the front and from the side at once, with every fault of an exercise.

What verdicts are worth is decided on them, since they are watched by the real estimator, and nobody is trained on them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from formcheck.exercises import Exercise, find
from formcheck.learn.verdicts_worth import Said, said_of
from formcheck.learn.watching import watch_all
from formcheck.predictor.criteria import CriteriaModel
from formcheck.replicas.faults import draw_faults
from formcheck.sources import read_pose
from formcheck.synthetic import Athlete, Camera, Performance, perform

VALIDATION = range(41_000, 42_000)  # the seeds of those on whom it is decided who is trusted
VERSION = 1  # of what is filmed: another one films anew
REPS = 6
RATE_HZ, FAST_HZ = 15.0, 30.0  # of the film; the faster for repetitions of less than a second
IDLE_S = 0.8
ASTRAY_DEG = 12.0  # cameras stand by eye
HEIGHT_M = (0.8, 1.4)

Where = Literal["front", "side"]
WHERE: tuple[Where, Where] = ("front", "side")


@dataclass(frozen=True)
class Take:
    """One set of a person before one of two cameras that film it at once."""

    exercise: str
    athlete: int
    where: Where

    @property
    def kept(self) -> str:
        """The name of the file with its landmarks."""
        key = hashlib.sha256(repr((VERSION, self)).encode()).hexdigest()[:8]
        return f"{self.exercise.replace(' ', '-')}-{self.athlete}-{self.where}-{key}.npz"

    def performed(self) -> Performance:
        """The set as it truly was, the same before both cameras."""
        exercise = find(self.exercise)
        draw = np.random.default_rng([self.athlete, sum(self.exercise.encode()), 163])
        reps = 1 if exercise.hold else REPS
        timing = exercise.motion.timing if exercise.motion else None
        fast = timing is not None and timing.out_s + timing.hold_s + timing.back_s < 1.0
        return perform(
            exercise,
            Athlete.sample(self.athlete),
            reps,
            draw_faults(exercise, reps, draw),
            seed=self.athlete,
            rate_hz=FAST_HZ if fast else RATE_HZ,
            before_s=IDLE_S,
            after_s=IDLE_S,
        )

    def camera(self, performance: Performance) -> Camera:
        """About in front, or about where a camera at either side stands best."""
        draw = np.random.default_rng([self.athlete, sum(self.exercise.encode()), len(self.where), 167])
        best = 0.0 if self.where == "front" else performance.exercise.side_camera_deg
        azimuth_deg = float(draw.choice([-1.0, 1.0])) * best + float(draw.uniform(-ASTRAY_DEG, ASTRAY_DEG))
        return performance.camera(azimuth_deg=azimuth_deg, height_m=float(draw.uniform(*HEIGHT_M)))


def takes(exercises: Sequence[str], athletes: Sequence[int]) -> list[Take]:
    """Every athlete in every exercise before both cameras."""
    return [Take(name, athlete, where) for athlete in athletes for name in exercises for where in WHERE]


def watched(
    planned: Sequence[Take], folder: Path, workers: int = 1, progress: Callable[[str, float], None] | None = None
) -> Mapping[Take, Path]:
    """Where the landmarks of every take are, filming and watching what is not there yet; it can be interrupted.

    Raises OSError when the folder cannot be written.
    """
    kept = {take: folder / take.kept for take in planned}
    watch_all(kept, made, workers, progress)
    return kept


def made(take: Take) -> tuple[Performance, Camera]:
    """The performance of a take and the camera before it."""
    performance = take.performed()
    return performance, take.camera(performance)


def said_by_people(
    exercise: Exercise,
    people: Sequence[int],
    folder: Path,
    model: CriteriaModel,
    workers: int = 1,
    progress: Callable[[str, float], None] | None = None,
) -> list[Said]:
    """What rules and a model say of filmed people, from the front, from the side, and from both."""
    kept = watched(takes([exercise.name], people), folder, workers, progress)
    said: list[Said] = []
    for person in people:
        mine = [take for take in kept if take.athlete == person]
        poses = {take.where: read_pose(kept[take]) for take in mine}
        done = mine[0].performed()
        for chosen in (("front",), ("side",), WHERE):
            seen = {where: poses[where] for where in chosen}
            said += said_of(exercise, done, seen, f"person {person}", model)
    return said
