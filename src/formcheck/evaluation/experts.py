"""The studio's experts: practised synthetic people of several builds and tempos, filmed and watched as users are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.evaluation.synthetic import FAST_HZ, rate_of
from formcheck.exercises import Exercise, find
from formcheck.synthetic import Athlete, Camera, Performance, perform

SEED = 9000  # the first expert: nobody else in the studio has these seeds
RATE_HZ = 20.0
IDLE_S = 0.7
AZIMUTH_DEG = {"front": 0.0, "side": 90.0, "oblique": 45.0, "back": 180.0}
TURN_DEG = 12.0  # users do not stand exactly before or beside the camera
HEIGHT = (0.85, 1.2)  # times the studio's height of a camera


@dataclass(frozen=True)
class Expert:
    """One expert, one or two clean repetitions before one camera.

    `turn_deg` and `height` move the camera from where it stands best; `left` says which side works, or works first.
    """

    exercise: str
    athlete: int
    sector: str
    left: bool = True
    turn_deg: float = 0.0
    height: float = 1.0

    def performed(self) -> Performance:
        """The repetitions as they truly were."""
        exercise = find(self.exercise)
        somebody = replace(Athlete.sample(self.athlete, skill=1.0), works_left=self.left)
        reps = 2 if exercise.working == "alternating" else 1
        rate_hz = FAST_HZ if rate_of(exercise) == FAST_HZ else RATE_HZ
        return perform(exercise, somebody, reps, (), self.athlete, rate_hz, IDLE_S, IDLE_S)

    def camera(self, performance: Performance) -> Camera:
        """Before, beside, behind, or between."""
        centre = performance.exercise.side_camera_deg if self.sector == "side" else AZIMUTH_DEG[self.sector]
        azimuth_deg = centre + self.turn_deg
        best = performance.camera(azimuth_deg=azimuth_deg)
        return performance.camera(azimuth_deg=azimuth_deg, height_m=self.height * float(best.position[1]))


def experts(exercises: Sequence[Exercise], people: Sequence[int], *, exactly: bool) -> list[Expert]:
    """Every expert (0, 1, ...) in every exercise from every sector in which it is judged.

    `exactly` puts the cameras where they stand best; else they stand about there, as users' cameras do.
    """
    planned: list[Expert] = []
    for exercise in exercises:
        for number in people:
            for sector in sectors(exercise):
                draw = np.random.default_rng([SEED + number, sorted(AZIMUTH_DEG).index(sector), len(exercise.name)])
                turn_deg = 0.0 if exactly else round(float(draw.uniform(-TURN_DEG, TURN_DEG)), 1)
                height = 1.0 if exactly else round(float(draw.uniform(*HEIGHT)), 2)
                both = exactly and exercise.working == "one" and sector != "front" and sector != "back"
                sides = (True, False) if both else (bool(draw.random() < 0.5),) if not exactly else (True,)
                planned += [Expert(exercise.name, SEED + number, sector, left, turn_deg, height) for left in sides]
    return planned


def sectors(exercise: Exercise) -> tuple[str, ...]:
    """Where cameras are put before an exercise: beside, before, between, and behind where something is judged there."""
    behind = any("back" in criterion.views for criterion in exercise.criteria)
    return ("side", "front", "oblique", *(("back",) if behind else ()))
