"""How well focal lengths are told from people who walk or exercise before cameras that look up, level or down."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from formcheck.body import PoseSequence
from formcheck.calibration import CalibrationError
from formcheck.calibration.person import USUAL, USUAL_ERROR, Focal, focal_of
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import find
from formcheck.learn.watching import watch_all
from formcheck.sources import read_pose
from formcheck.synthetic import Athlete, Camera, Performance, act, perform
from formcheck.synthetic.estimated import estimated_before

Progress = Callable[[str, float], None]
Landmarks = Literal["exact", "fast mode", "film"]

RATE_HZ = 12.0
FRAME_SIZE = (480, 640)
FOCALS = (0.6, 1.6)  # of the longer side, evenly in the logarithm
HEIGHTS_M = {"looks up": (0.12, 0.4), "level": (0.8, 1.3), "looks down": (1.7, 2.2)}
SITUATIONS = ("walks about", "walks in", "on the spot")
WALKED_S, ENTERED_S = 14.0, 5.0
EXERCISES = ("squat", "lunge", "shoulder press", "jumping jack", "deadlift")
WITHIN = 0.1
_SURE = 1.96  # standard errors to each side


@dataclass(frozen=True)
class Shot:
    """One person in one situation before one camera of unknown focal length; the same for the same shot."""

    situation: str
    tilt: str
    athlete: int

    def _draw(self) -> np.random.Generator:
        return np.random.default_rng(
            [self.athlete, SITUATIONS.index(self.situation), list(HEIGHTS_M).index(self.tilt), 13]
        )

    @property
    def focal(self) -> float:
        """In lengths of the picture's longer side."""
        return float(np.exp(self._draw().uniform(*np.log(FOCALS))))

    def performed(self) -> Performance:
        """What the person does."""
        athlete = Athlete.sample(self.athlete)
        if self.situation == "walks about":
            return act("walking", athlete, WALKED_S, self.athlete, RATE_HZ)
        walk_in_s = ENTERED_S if self.situation == "walks in" else 0.0
        names = EXERCISES[:3] if walk_in_s else EXERCISES
        exercise = find(names[(self.athlete + list(HEIGHTS_M).index(self.tilt)) % len(names)])
        return perform(exercise, athlete, 2, (), self.athlete, RATE_HZ, 0.6, 0.6, walk_in_s=walk_in_s)

    def camera(self, performance: Performance) -> Camera:
        """Before the person, within 35 degrees of straight ahead, so near that they fill the picture."""
        draw = self._draw()
        draw.uniform()  # the focal length
        height_m = float(draw.uniform(*HEIGHTS_M[self.tilt]))
        azimuth_deg = float(draw.uniform(-35.0, 35.0))
        return performance.camera(azimuth_deg=azimuth_deg, height_m=height_m, frame_size=FRAME_SIZE, focal=self.focal)


@dataclass(frozen=True)
class Told:
    """What was told of one shot; without a `focal`, nobody stood upright at several places."""

    shot: Shot
    focal: Focal | None

    @property
    def off(self) -> float:
        """The logarithm of what was told over what is true; nothing told counts as the usual focal length."""
        return float(np.log((USUAL if self.focal is None else self.focal.ratio) / self.shot.focal))

    @property
    def error(self) -> float:
        """The standard error that was told."""
        return USUAL_ERROR if self.focal is None else self.focal.error


def shots(athletes: Sequence[int]) -> list[Shot]:
    """Every person in every situation before every camera."""
    return [Shot(situation, tilt, seed) for seed in athletes for situation in SITUATIONS for tilt in HEIGHTS_M]


def told(
    planned: Sequence[Shot], by: Landmarks, folder: Path, workers: int = 1, progress: Progress | None = None
) -> list[Told]:
    """The focal length of every shot from exact landmarks, from those of the fast mode, or of the real estimator."""
    kept = _filmed(planned, folder, workers, progress) if by == "film" else {}
    out: list[Told] = []
    for at, shot in enumerate(planned):
        pose = read_pose(kept[shot]) if by == "film" else _landmarks(shot, by)
        try:
            out.append(Told(shot, focal_of(pose)))
        except CalibrationError:
            out.append(Told(shot, None))
        if progress is not None:
            progress(f"Telling focal lengths, {by}", (at + 1) / len(planned))
    return out


def _landmarks(shot: Shot, by: Landmarks) -> PoseSequence:
    performance = shot.performed()
    camera = shot.camera(performance)
    if by == "exact":
        return performance.landmarks(camera, occlusion=False)
    return estimated_before(performance, camera, np.random.default_rng([shot.athlete, len(shot.situation), 5]))


def _filmed(planned: Sequence[Shot], folder: Path, workers: int, progress: Progress | None) -> Mapping[Shot, Path]:
    kept = {shot: folder / _name(shot) for shot in planned}
    watch_all(kept, _made, workers, progress)
    return kept


def _made(shot: Shot) -> tuple[Performance, Camera]:
    performance = shot.performed()
    return performance, shot.camera(performance)


def _name(shot: Shot) -> str:
    """Changes with what is filmed."""
    performance, camera = _made(shot)
    key = hashlib.sha256(np.round(camera.project(performance.outline()), 2).tobytes()).hexdigest()[:16]
    return f"focal-{shot.situation}-{shot.tilt}-{shot.athlete}-{key}.npz".replace(" ", "_")


def focal_rows(done: Sequence[Told]) -> list[tuple[str, ...]]:
    """The table by situation and camera; the last rows are of all that the person told something about."""
    heading = ("person", "camera", "clips", "told %", "within 10 % %", "median off %", "stated error %", "95 % holds %")
    rows: list[tuple[str, ...]] = [heading]
    for situation in SITUATIONS:
        for tilt in HEIGHTS_M:
            here = [each for each in done if (each.shot.situation, each.shot.tilt) == (situation, tilt)]
            rows += [(situation, tilt, *_cells(here))] if here else []
    rows.append(("all", "", *_cells(done)))
    sure = [each for each in done if each.focal is not None and each.focal.told]
    return [*rows, ("those told", "", *_cells(sure))] if sure else rows


def _cells(done: Sequence[Told]) -> tuple[str, ...]:
    people = [str(each.shot.athlete) for each in done]
    off, error = np.array([each.off for each in done]), np.array([each.error for each in done])
    known = [each.focal is not None and each.focal.told for each in done]
    return (
        str(len(done)),
        f"{100 * np.mean(known):.0f}",
        with_interval((np.abs(np.expm1(off)) <= WITHIN).astype(np.float64), people),
        f"{100 * np.median(np.abs(np.expm1(off))):.1f}",
        f"{100 * np.mean(error):.0f}",
        with_interval((np.abs(off) <= _SURE * error).astype(np.float64), people),
    )
