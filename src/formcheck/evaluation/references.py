"""What comparison with the studio's experts is worth: right expert, right joint, right way, and silence where clean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.body import View
from formcheck.evaluation.synthetic import rate_of
from formcheck.exercises import Exercise, find
from formcheck.exercises.vocabulary import CameraView
from formcheck.synthetic import Athlete, Camera, Performance, perform

REPS = 2  # whoever makes a mistake makes it in every repetition
IDLE_S = 0.6
_CAMERAS: dict[CameraView, View] = {"front": "front", "side": "side-left", "back": "back", "oblique": "oblique"}


@dataclass(frozen=True)
class Trial:
    """One set of a user before one camera: every repetition with the same fault and grade, or clean."""

    exercise: str
    athlete: int
    view: CameraView
    fault: tuple[str, float] | None

    def performed(self) -> Performance:
        """The set as it truly was."""
        exercise = find(self.exercise)
        grades = {} if self.fault is None else {self.fault[0]: self.fault[1]}
        return perform(
            exercise, Athlete.sample(self.athlete), REPS, grades, self.athlete, rate_of(exercise), IDLE_S, IDLE_S
        )

    def camera(self, performance: Performance) -> Camera:
        """Where the criterion is seen best."""
        azimuth_deg = performance.exercise.side_camera_deg if self.view == "side" else None
        return performance.camera(_CAMERAS[self.view], azimuth_deg=azimuth_deg)


def trials(exercises: Sequence[Exercise], people: Sequence[int]) -> list[Trial]:
    """Every fault of every exercise before the camera that sees it best, and a clean set before each such camera.

    Grades are drawn from [0.5, 1]: below, nobody would call it a fault.
    """
    planned: list[Trial] = []
    for exercise in exercises:
        best = {criterion.id: criterion.views[0] for criterion in exercise.criteria}
        faults = [fault.criterion for fault in exercise.faults]
        for person in people:
            draw = np.random.default_rng([person, 8, len(exercise.name)])
            views = dict.fromkeys(best[fault] for fault in faults)
            planned += [Trial(exercise.name, person, view, None) for view in views]
            planned += [
                Trial(exercise.name, person, best[fault], (fault, round(float(draw.uniform(0.5, 1.0)), 3)))
                for fault in faults
            ]
    return planned
