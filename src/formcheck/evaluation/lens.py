"""What a wide lens does to joint angles, and what straightening its pictures takes back."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.body import PoseSequence
from formcheck.body.track import Track
from formcheck.calibration import Intrinsics
from formcheck.evaluation.estimator import driving_angle
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import find
from formcheck.pose import estimate
from formcheck.signals import Floats
from formcheck.sources import Straight, Video
from formcheck.synthetic import Athlete, Camera, Lens, Performance, film, perform

WIDE = Lens(k1=-0.26, k2=0.055)  # as action cameras have: straight lines at the edge bow by a tenth
FOCAL = 0.55  # of the frame's longer side: 85 degrees across
FRAME_SIZE = (960, 540)
RATE_HZ = 20.0
SHOWN: tuple[tuple[str, float], ...] = (
    ("squat", 90.0),
    ("jumping jack", 0.0),
    ("lunge", 90.0),
    ("shoulder press", 0.0),
)
ASIDE = 0.25  # of the way to the picture's edge stands the athlete: a lens bends little in the middle
NEAR = 1.15  # times the distance at which the athlete fills the picture's height


@dataclass(frozen=True, eq=False)
class Bent:
    """Errors of the driving joint's angle in deg, frame by frame: as filmed by the lens, and straightened."""

    exercise: str
    athlete: int
    as_filmed: Floats
    straightened: Floats
    found: tuple[float, float]


def measured(athletes: Sequence[int], progress: Callable[[str, float], None] | None = None) -> list[Bent]:
    """Film people beside the middle of a wide picture, and compare angles, bent and straightened, with the truth."""
    plan = [(name, azimuth, seed) for seed in athletes for name, azimuth in SHOWN]
    done: list[Bent] = []
    for at, (name, azimuth_deg, seed) in enumerate(plan):
        performance = perform(find(name), Athlete.sample(seed), 2, (), seed, RATE_HZ, 0.4, 0.4)
        camera = _aside(performance, azimuth_deg, seed)
        with tempfile.TemporaryDirectory(prefix="formcheck-lens-") as folder:
            video = Path(folder) / "clip.mp4"
            film(performance, camera, video)
            lens = intrinsics(camera)
            source = Video(video)
            poses = [estimate(source), estimate(Straight(source, lambda size, lens=lens: lens.for_frames(size).maps()))]
        errors = [_errors(performance, camera, pose) for pose in poses]
        both = np.isfinite(errors[0]) & np.isfinite(errors[1])
        found = (float(poses[0].found.mean()), float(poses[1].found.mean()))
        done.append(Bent(name, seed, errors[0][both], errors[1][both], found))
        if progress is not None:
            progress("Filming through a wide lens", (at + 1) / len(plan))
    return done


def intrinsics(camera: Camera) -> Intrinsics:
    """What a calibration of a studio camera would give."""
    width, height = camera.frame_size
    lens = camera.lens
    matrix = np.array([[camera.focal_px, 0, width / 2], [0, camera.focal_px, height / 2], [0, 0, 1.0]])
    return Intrinsics(matrix, (lens.k1, lens.k2, lens.p1, lens.p2, 0.0), camera.frame_size)


def _aside(performance: Performance, azimuth_deg: float, seed: int) -> Camera:
    """A wide camera that has the athlete beside the middle of its picture."""
    camera = performance.camera(azimuth_deg=azimuth_deg, frame_size=FRAME_SIZE, focal=FOCAL)
    away = NEAR * (camera.position - camera.target)
    right = camera.axes[0]
    far = float(np.linalg.norm(away))
    aside = ASIDE * 0.5 / FOCAL * far * (1.0 if seed % 2 else -1.0)
    return replace(camera, position=camera.target + away, target=camera.target + aside * right, lens=WIDE)


def _errors(performance: Performance, camera: Camera, pose: PoseSequence) -> Floats:
    """(T,) how far off the driving joint's angle is, deg, the mean of both sides."""
    quantity = driving_angle(performance.exercise)
    exact = performance.landmarks(replace(camera, lens=Lens()), occlusion=False)
    count = min(len(pose), len(exact))
    track = Track(replace(pose, view=camera.view))
    truth = Track(replace(exact, view="oblique"))
    off = [np.abs(track.values(quantity, side)[:count] - truth.values(quantity, side)[:count]) for side in track.sides]
    return np.asarray(np.mean(off, axis=0), dtype=np.float64)


def lens_rows(done: Sequence[Bent]) -> list[tuple[str, ...]]:
    """The table: errors as filmed and straightened, and by how much they fell; intervals over people."""
    rows: list[tuple[str, ...]] = [("exercise", "as filmed, deg", "straightened, deg", "less, deg", "found")]
    names = [*dict.fromkeys(each.exercise for each in done), "all"]
    for name in names:
        here = [each for each in done if name in (each.exercise, "all")]
        people = [str(each.athlete) for each in here]
        filmed, straight = (
            [float(values.mean()) for values in each]
            for each in zip(*((e.as_filmed, e.straightened) for e in here), strict=True)
        )
        less = [one - other for one, other in zip(filmed, straight, strict=True)]
        share = np.mean([each.found for each in here], axis=0)
        cells = [with_interval(values, people, percent=False) for values in (filmed, straight, less)]
        rows.append((name, *cells, f"{share[0]:.0%}, {share[1]:.0%}"))
    return rows
