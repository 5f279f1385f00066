"""How the pose estimator does on synthetic people: whom it finds, how far off it is, and if the fast mode agrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.body import PoseSequence
from formcheck.body.planes import angle_deg
from formcheck.body.quantities import arm_elevation, elbow_flexion, hip_flexion, knee_flexion
from formcheck.body.track import Quantity, Track
from formcheck.evaluation.error_fit import Watched, compare, fit
from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.synthetic import Clip, film_and_watch, rate_of
from formcheck.exercises import Exercise, find
from formcheck.signals import Floats
from formcheck.sources import read_pose
from formcheck.synthetic import Athlete, Camera, Performance, perform
from formcheck.synthetic.estimated import Errors, estimated, kind_of_view, posture

SECTORS = {"front": (0.0, 20.0), "side": (90.0, 15.0), "oblique": (45.0, 15.0), "back": (180.0, 20.0)}
FARTHEST = 2.2  # times the distance at which the athlete fills the frame
_ANGLE_OF = {"knee": knee_flexion, "hip": hip_flexion, "elbow": elbow_flexion, "shoulder": arm_elevation}


@dataclass(frozen=True)
class Portrait:
    """Two repetitions, one clean and one with a fault, before a camera anywhere; the errors are fitted to these."""

    exercise: str
    athlete: int
    sector: str

    def _draw(self) -> np.random.Generator:
        return np.random.default_rng([self.athlete, sorted(SECTORS).index(self.sector), len(self.exercise), 41])

    def performed(self) -> Performance:
        """The set as it truly was."""
        exercise, draw = find(self.exercise), self._draw()
        fault = exercise.faults[int(draw.integers(len(exercise.faults)))].criterion
        grades = [{}, {fault: float(draw.uniform(0.3, 1.0))}][: 1 if exercise.hold else 2]
        rate_hz = max(24.0, rate_of(exercise))
        return perform(
            exercise,
            Athlete.sample(self.athlete),
            len(grades),
            grades,
            self.athlete,
            rate_hz,
            before_s=0.4,
            after_s=0.4,
        )

    def camera(self, performance: Performance) -> Camera:
        """Somewhere in the sector, at a phone's height, near or far."""
        draw = self._draw()
        centre, spread = SECTORS[self.sector]
        azimuth_deg = (centre + draw.uniform(-spread, spread)) * draw.choice([-1.0, 1.0])
        near = performance.camera(azimuth_deg=azimuth_deg)
        distance_m = float(np.linalg.norm((near.target - near.position)[[0, 2]])) * FARTHEST ** draw.uniform(0.0, 1.0)
        return performance.camera(azimuth_deg=azimuth_deg, distance_m=distance_m, frame_size=near.frame_size)


def portraits(exercises: Sequence[Exercise], athletes: Sequence[int]) -> list[Portrait]:
    """Every athlete in every exercise from every side."""
    return [Portrait(each.name, athlete, sector) for each in exercises for athlete in athletes for sector in SECTORS]


def fit_errors(
    planned: Sequence[Portrait], folder: Path, workers: int = 2, progress: Callable[[str, float], None] | None = None
) -> dict[tuple[str, str], Errors]:
    """The estimator's errors by posture and view, measured over rendered video."""
    kept = film_and_watch(planned, folder, workers, progress)
    recordings: dict[tuple[str, str], list[Watched]] = {}
    for each, path in kept.items():
        performance = each.performed()
        exact = performance.landmarks(each.camera(performance), occlusion=False)
        key = (posture(performance.motion), each.sector)
        recordings.setdefault(key, []).append(compare(exact, read_pose(path)))
    return fit(recordings)


@dataclass(frozen=True)
class Seen:
    """What the estimator made of one clip: share of frames found, and the driving joint's angle errors, deg."""

    clip: Clip
    found: float
    joint: str
    off_deg: Floats


def measure(kept: Mapping[Clip, Path], progress: Callable[[str, float], None] | None = None) -> list[Seen]:
    """Found share and driving-joint error of every clip that was watched."""
    out: list[Seen] = []
    for at, (clip, path) in enumerate(kept.items()):
        if progress is not None:
            progress("Comparing with the truth", (at + 1) / len(kept))
        performance, seen = clip.performed(), read_pose(path)
        camera = clip.camera(performance)
        exact = performance.landmarks(camera, occlusion=False)
        quantity = driving_angle(performance.exercise)
        track = Track(replace(seen, view=camera.view))
        # The truth is the angle in space, with which what a camera at the side measures in its picture is compared.
        truth = Track(replace(exact, view="oblique"))
        off = [np.abs(track.values(quantity, side) - truth.values(quantity, side)) for side in track.sides]
        joined = np.concatenate(off)
        out.append(Seen(clip, float(seen.found.mean()), quantity.name, joined[np.isfinite(joined)]))
    return out


def driving_angle(exercise: Exercise) -> Quantity:
    """The angle at the joint that drives an exercise: what it shows, or the flexion of that joint."""
    shown = exercise.shown
    return shown if shown.unit == "deg" and shown.paired else _ANGLE_OF.get(shown.joints[0], hip_flexion)


def seen_rows(results: Sequence[Seen]) -> list[tuple[str, ...]]:
    """Rows of (exercise, view, clips, found %, driving joint, median angle error deg), the best view of each marked."""
    rows: list[tuple[str, ...]] = [
        ("exercise", "view", "synthetic people", "frames found %", "driving joint", "median angle error, deg")
    ]
    for name in sorted({result.clip.exercise for result in results}):
        for view in sorted({result.clip.view for result in results if result.clip.exercise == name}):
            chosen = [result for result in results if (result.clip.exercise, result.clip.view) == (name, view)]
            people = [str(result.clip.athlete) for result in chosen]
            medians = [float(np.median(result.off_deg)) for result in chosen if len(result.off_deg)]
            rows.append(
                (
                    name,
                    view + (" (best)" if view == find(name).watched.views[0] else ""),
                    str(len(set(people))),
                    with_interval([result.found for result in chosen], people),
                    chosen[0].joint,
                    f"{np.median(medians):.1f}" if medians else "–",
                )
            )
    return rows


def match_rows(kept: Mapping[Clip, Path], errors: Mapping[tuple[str, str], Errors]) -> list[tuple[str, ...]]:
    """Rows that set the errors measured in clips beside those of the fast mode for the same performances."""
    groups: dict[tuple[str, str], list[tuple[dict[str, Floats], dict[str, Floats]]]] = {}
    for clip, path in kept.items():
        performance = clip.performed()
        camera = clip.camera(performance)
        exact = performance.landmarks(camera, occlusion=False)
        key = (posture(performance.motion), kind_of_view(camera.view))
        fast = estimated(exact, errors[key], seed=clip.athlete)
        groups.setdefault(key, []).append((_told(exact, read_pose(path)), _told(exact, fast)))
    heading = ("posture", "view", "clips", *(f"{name}: measured / fast" for name in _TOLD))
    rows: list[tuple[str, ...]] = [heading]
    for (kind, view), pairs in sorted(groups.items()):
        rows.append((kind, view, str(len(pairs)), *_beside(pairs)))
    return [*rows, ("all", "", str(len(kept)), *_beside([pair for pairs in groups.values() for pair in pairs]))]


_TOLD: dict[str, Callable[[Floats], float]] = {
    "image error, % of trunk": np.median,
    "its 90th percentile": lambda values: float(np.percentile(values, 90)),
    "world error, % of trunk": np.median,
    "knee, deg": np.median,
    "elbow, deg": np.median,
    "hip, deg": np.median,
    "jitter, % of trunk": np.median,
    "clearly visible %": np.mean,
    "found %": np.mean,
}


def _beside(pairs: Sequence[tuple[Mapping[str, Floats], Mapping[str, Floats]]]) -> list[str]:
    cells: list[str] = []
    for name, summary in _TOLD.items():
        sides = [np.concatenate([pair[at][name] for pair in pairs]) for at in (0, 1)]
        cells.append(" / ".join(f"{summary(side):.1f}" if len(side) else "–" for side in sides))
    return cells


def _told(exact: PoseSequence, seen: PoseSequence) -> dict[str, Floats]:
    """The errors of one clip in the terms of the table, every value of every found frame."""
    watched = compare(exact, seen)
    found = watched.found
    off = 100.0 * np.linalg.norm(watched.off[found][:, :66].reshape(-1, 33, 2), axis=-1)
    world = 100.0 * np.linalg.norm(watched.off[found][:, 66:165].reshape(-1, 33, 3), axis=-1)
    steps = 100.0 * np.diff(watched.off[:, :66], axis=0).reshape(-1, 33, 2)
    jitter = np.sqrt((steps**2).sum(axis=-1).mean(axis=1))
    angles = {
        name: np.concatenate(
            [np.abs(_space_deg(exact, part, side) - _space_deg(seen, part, side))[found] for side in ("left", "right")]
        )
        for name, part in {
            "knee, deg": ("hip", "knee", "ankle"),
            "elbow, deg": ("shoulder", "elbow", "wrist"),
            "hip, deg": ("shoulder", "hip", "knee"),
        }.items()
    }
    return {
        "image error, % of trunk": off.mean(axis=1),
        "its 90th percentile": off.ravel(),
        "world error, % of trunk": world.mean(axis=1),
        **angles,
        "jitter, % of trunk": jitter[np.isfinite(jitter)],
        "clearly visible %": 100.0 * (seen.visibility[found] > 0.5).mean(axis=1),
        "found %": 100.0 * found.astype(float),
    }


def _space_deg(pose: PoseSequence, part: tuple[str, str, str], side: str) -> Floats:
    a, vertex, b = (f"{joint}_{side}" for joint in part)
    return angle_deg(replace(pose, view="oblique"), a, vertex, b)
