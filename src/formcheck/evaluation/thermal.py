"""Real far-infrared pictures: is anybody found; and a pose estimator made for photographs, tried on thermal frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.counting import Rows, Tell
from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.thermal_studio import recorded
from formcheck.exercises import Exercise
from formcheck.sources import Frame
from formcheck.sources.thermal import Warmth, read_thermal
from formcheck.thermal import silhouettes

CLASSES = {"1": "lying", "2": "sitting", "3": "standing", "4": "people", "5": "nobody"}
ENLARGED_PX = 640  # the longer side of what the estimator is shown
DARKEST, BRIGHTEST = 1.0, 99.8  # percentiles between which contrast is stretched
EVERY_S = 1.0  # of studio frames that the estimator is shown
COMPARED = ("shoulder", "hip", "knee", "ankle")  # whose landmarks are compared with the truth

Found = Callable[[NDArray[np.uint8]], NDArray[np.floating] | None]
"""Landmarks (33, 2) px of somebody in a picture (H, W, 3), or None."""


@dataclass(frozen=True)
class Picture:
    """One real picture: its class by folder, the recording it is of, and whether anybody was found by either way."""

    kind: str
    session: str
    silhouette: bool
    pose: bool | None


def real_pictures(folder: Path, find: Found | None = None, tell: Tell = None) -> list[Picture]:
    """Every picture in folders 1 to 5 (lying, sitting, standing, people, background), as ARTraining lays them out.

    Pictures taken within a second or so are nearly the same: their name up to the second tells the `session`.
    """
    files = [file for kind in CLASSES for file in sorted((folder / kind).glob("*.png"))]
    rows: list[Picture] = []
    for at, file in enumerate(files):
        recording = read_thermal(file)
        by_pose = None if find is None else find(stretched(recording.values[0])) is not None
        session = f"{file.parent.name}/{file.stem.rsplit('.', 1)[0]}"
        rows.append(Picture(file.parent.name, session, bool(silhouettes(recording).found[0]), by_pose))
        if tell is not None:
            tell("Real thermal pictures", (at + 1) / len(files))
    return rows


def picture_table(rows: Sequence[Picture]) -> Rows:
    """Rows of (folder, pictures, recordings, found by silhouette, found by the pose estimator)."""
    out: Rows = [("folder", "pictures", "recordings", "person found %", "found by the pose estimator %")]
    groups = [(f"{kind} {name}", [each for each in rows if each.kind == kind]) for kind, name in CLASSES.items()]
    groups.insert(4, ("1 to 4", [each for each in rows if each.kind != "5"]))
    for name, chosen in groups:
        if chosen:
            sessions = [each.session for each in chosen]
            pose = [float(each.pose) for each in chosen if each.pose is not None]
            cells = with_interval([float(each.silhouette) for each in chosen], sessions)
            by_pose = with_interval(pose, sessions) if len(pose) == len(chosen) else "–"
            out.append((name, str(len(chosen)), str(len(set(sessions))), cells, by_pose))
    return out


def stretched(frame: Warmth) -> NDArray[np.uint8]:
    """A thermal frame (H, W) as a grey picture (H', W', 3) of 640 px, as an estimator may take for a photograph."""
    import cv2

    low, high = np.nanpercentile(frame, [DARKEST, BRIGHTEST])
    grey = np.clip((np.nan_to_num(frame, nan=float(low)) - low) / max(float(high - low), 1e-6), 0, 1) * 255
    share = ENLARGED_PX / max(frame.shape)
    size = round(frame.shape[1] * share), round(frame.shape[0] * share)
    large = np.asarray(cv2.resize(grey.astype(np.uint8), size, interpolation=cv2.INTER_CUBIC))
    return np.ascontiguousarray(np.repeat(large[..., None], 3, axis=2), dtype=np.uint8)


@dataclass(frozen=True)
class Tried:
    """A pose estimator on one set's frames: `found` of `frames`, and how far landmarks were off, shares of stature."""

    exercise: str
    person: str
    frames: int
    found: int
    off: tuple[float, ...]


def try_pose(exercises: Sequence[Exercise], seeds: Sequence[int], find: Found, tell: Tell = None) -> list[Tried]:
    """The estimator on a frame a second of synthetic sets before a thermal camera."""
    rows: list[Tried] = []
    jobs = [(exercise, seed) for exercise in exercises for seed in seeds]
    for at, (exercise, seed) in enumerate(jobs):
        done, frames, camera, _ = recorded(exercise, seed)
        chosen = np.arange(0, len(frames.time), max(1, round(EVERY_S * 8.7)))
        truth = done.at(frames.time[chosen]).landmarks(camera, occlusion=False)
        tall = float(np.median(np.ptp(truth.image[:, :, 1], axis=1)))
        joints = [truth.skeleton.index(f"{name}_{side}") for name in COMPARED for side in ("left", "right")]
        scale = ENLARGED_PX / max(camera.frame_size)
        off: list[float] = []
        found = 0
        for index, now in zip(chosen, truth.image, strict=True):
            seen = find(stretched(frames.celsius[index]))
            if seen is not None:
                found += 1
                off.append(float(np.median(np.linalg.norm(seen[joints] / scale - now[joints], axis=1)) / tall))
        rows.append(Tried(exercise.name, str(seed), len(chosen), found, tuple(off)))
        if tell is not None:
            tell("A pose estimator on thermal frames", (at + 1) / len(jobs))
    return rows


def pose_table(rows: Sequence[Tried]) -> Rows:
    """Rows of (exercise, people, frames, found, median error of eight joints in shares of the person's height)."""
    out: Rows = [("exercise", "people", "frames", "found %", "median error, % of height")]
    names = list(dict.fromkeys(each.exercise for each in rows))
    for name, chosen in [*((name, [each for each in rows if each.exercise == name]) for name in names), ("all", rows)]:
        people = [each.person for each in chosen]
        frames = [float(each.frames) for each in chosen]
        found = with_interval([each.found / each.frames for each in chosen], people, weights=frames)
        off = [each for row in chosen for each in row.off]
        middle = f"{100 * float(np.median(off)):.1f}" if off else "–"
        out.append((name, str(len(set(people))), str(int(sum(frames))), found, middle))
    return out


def mediapipe_finder() -> tuple[Found, Callable[[], None]]:
    """The estimator that ships, on single pictures, and how to let go of it."""
    from formcheck.pose import pose_model
    from formcheck.pose.mediapipe import Landmarker

    looking = Landmarker(pose_model(None), people=1, video=False)

    def find(picture: NDArray[np.uint8]) -> NDArray[np.floating] | None:
        people = looking.everybody(Frame(0.0, picture, (picture.shape[1], picture.shape[0])))
        return people[0].image if people else None

    return find, looking.close
