"""The studio's experts: practised synthetic people of several builds and tempos, filmed and watched as users are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.assess.sets import find_spans
from formcheck.body.planes import Side
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.synthetic import FAST_HZ, found_for, rate_of
from formcheck.exercises import Exercise, find
from formcheck.reference import Reference, Shown
from formcheck.reference.shipped import packed
from formcheck.reference.shown import showing
from formcheck.sources import read_pose
from formcheck.synthetic import Athlete, Camera, Performance, perform
from formcheck.synthetic.plan import PlannedRep

Progress = Callable[[str, float], None]

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


def as_references(kept: Mapping[Expert, Path], progress: Progress | None = None) -> list[Reference]:
    """Everybody who was watched, as references: one for each person and exercise, of all the views that show it whole.

    A view in which the repetitions were not found, or not whole, is left out.
    """
    shown: dict[tuple[str, int], list[Shown]] = {}
    for at, (expert, path) in enumerate(kept.items()):
        shown.setdefault((expert.exercise, expert.athlete), []).extend(_shown(expert, path))
        if progress is not None:
            progress("Cutting out repetitions", (at + 1) / len(kept))
    return [
        Reference(f"studio {exercise} {athlete - SEED + 1}", exercise, tuple(seen), "studio", _described(athlete))
        for (exercise, athlete), seen in shown.items()
        if seen
    ]


def _shown(expert: Expert, path: Path) -> list[Shown]:
    performance, pose = expert.performed(), with_view(read_pose(path))
    exercise, track = performance.exercise, Track(pose)
    spans = [span for span in find_spans(exercise, track) if span.complete and not span.attempt]
    found: list[Shown] = []
    for rep in performance.reps:
        if span := found_for(rep, spans):
            found.append(showing(expert.sector, pose, span, working_side(exercise, rep)))
    return found


def working_side(exercise: Exercise, rep: PlannedRep) -> Side | None:
    """The side that works in a planned repetition; None where both do."""
    return None if exercise.working == "both" else "left" if rep.works_left else "right"


def _described(athlete: int) -> str:
    somebody = Athlete.sample(athlete, skill=1.0)
    build = "woman" if somebody.female else "man"
    pace = "slow" if somebody.tempo > 1.07 else "brisk" if somebody.tempo < 0.93 else "medium"
    return f"synthetic {build}, {somebody.stature_m:.2f} m, {pace} tempo"


def write_shipped(references: Sequence[Reference], folder: Path) -> int:
    """Write the files that ship, one an exercise; the bytes they take."""
    folder.mkdir(parents=True, exist_ok=True)
    size = 0
    for exercise in dict.fromkeys(each.exercise for each in references):
        path = folder / f"{exercise.replace(' ', '_')}.npz"
        with path.open("wb") as file:
            np.savez_compressed(file, **packed([each for each in references if each.exercise == exercise]))  # pyright: ignore[reportArgumentType]
        size += path.stat().st_size
    return size
