"""Recordings of one exercise each, well done and not, as the landmarks of two estimators packed in one file a dataset.

- `squat_mediapipe33.npz`: squats from in front (michaelltao, FrontSquat, github.com/michaelltao/FrontSquat).
- `pushup_mediapipe33.npz`: push-ups (riyer8, cs231n-pushfit, github.com/riyer8/cs231n-pushfit).
  Both frames x 33 x 4: x, y, z in shares of the picture, and visibility; zeros where nobody was found.
- `openpose18.npz`: biceps curls, front raises, shoulder presses and shrugs with dumbbells (S. Chen, pose-trainer,
  github.com/stevenzchen/pose-trainer). Frames x 18 x 3: x, y in px, and confidence; zeros where a joint was not found.

None tells its frame rate, and the first two not the shape of their pictures. Neither do they tell who is who: the
recordings that are near one another in the picture count as one source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from formcheck.body import BLAZEPOSE_33, OPENPOSE_18, PoseSequence, Skeleton
from formcheck.learn.datasets.dataset import Dataset, DatasetError, Progress
from formcheck.learn.datasets.shown import ShownClip, ShownSet, alike, as_dataset, packed, shaped
from formcheck.signals import Floats

LAYOUT = "form in arrays"
EXPECTED = "squat_mediapipe33.npz, pushup_mediapipe33.npz or openpose18.npz"

RATE_HZ = 30.0  # assumed: a squat of FrontSquat then takes 2.7 s, a curl of pose-trainer 3.5 s


@dataclass(frozen=True)
class _Packed:
    """One file: what arrays hold, and by how a name begins what it shows and its exercise in the catalogue."""

    layout: str
    skeleton: Skeleton
    columns: int
    frame_size: tuple[int, int]
    in_px: bool
    begins: Mapping[str, tuple[str, str | None]]
    note: str


_FILES: Mapping[str, _Packed] = {
    "squat_mediapipe33.npz": _Packed(
        "FrontSquat",
        BLAZEPOSE_33,
        4,
        # Only upright are shoulders (1.11 of the trunk in shares of the picture) as wide as in the other recordings.
        (1080, 1920),
        False,
        {"Valid_": ("squat", "squat"), "Invalid_": ("squat", "squat")},
        "an upright picture (9 : 16)",
    ),
    "pushup_mediapipe33.npz": _Packed(
        "pushfit",
        BLAZEPOSE_33,
        4,
        # Only lying are the arms that hold somebody up (1.77 of the trunk in shares) about as long as the trunk.
        (1920, 1080),
        False,
        {"correct": ("push-up", "push-up"), "wrong": ("push-up", "push-up")},
        "a picture of 16 : 9",
    ),
    "openpose18.npz": _Packed(
        "pose-trainer",
        OPENPOSE_18,
        3,
        (1280, 720),
        True,
        {
            "bicep__": ("dumbbell biceps curl", "barbell biceps curl"),
            "shoulderpress__": ("shoulder press", "shoulder press"),
            "frontraise__": ("front raise", None),
            "shouldershrug__": ("shoulder shrug", None),
        },
        "a picture of 1280 x 720 px",
    ),
}


def recognises(folder: Path) -> bool:
    """Whether one of the files lies in it."""
    return any((folder / name).is_file() for name in _FILES)


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every recording of the first of the files. Raises DatasetError when there is none."""
    return as_dataset(shown(folder), (_file(folder),))


def shown(folder: Path, rate_hz: float | None = None) -> ShownSet:
    """Every recording, as if at `rate_hz` where another rate is assumed. Raises DatasetError when there is none."""
    file = _file(folder)
    what = _FILES[file.name]
    arrays, problems = shaped(file, packed(file), (len(what.skeleton), what.columns))
    told = {name: kind for name in arrays for begin, kind in what.begins.items() if name.startswith(begin)}
    if not told:
        raise DatasetError(problems[0] if problems else f"expected {EXPECTED}, got no recording in {file}")
    rate_hz = rate_hz or RATE_HZ
    poses = {name: partial(_pose, arrays[name], what, rate_hz) for name in told}
    sources = alike(np.stack([_place(read_pose) for read_pose in poses.values()]))
    clips = tuple(
        ShownClip(name, f"source {source}", *kind, poses[name])
        for (name, kind), source in zip(told.items(), sources.tolist(), strict=True)
    )
    notes = (
        f"Assumed: {rate_hz:g} frames a second, {what.note}.",
        f"Nobody says who is who: recordings that are near in the picture are one source, {len(set(sources))} in all.",
    )
    return ShownSet(what.layout, folder, clips, tuple(problems), notes)


def well_done(name: str) -> bool:
    """Whether a recording is labelled as well done, going by its name as the three data sets give it."""
    return name.startswith(("Valid_", "correct")) or "good" in name


def _file(folder: Path) -> Path:
    for name in _FILES:
        if (folder / name).is_file():
            return folder / name
    raise DatasetError(f"expected {EXPECTED}, got none in {folder}")


def _place(read_pose: Callable[[], PoseSequence]) -> Floats:
    """Where each joint is half of the time (K, 2), in shares of the picture; 0 where it is never seen."""
    pose = read_pose()
    seen = np.isfinite(pose.image).any(axis=(0, 2))
    place = np.zeros((len(pose.skeleton), 2))
    place[seen] = np.nanmedian(pose.image[:, seen], axis=0) / np.array(pose.frame_size)
    return place


def _pose(array: Floats, what: _Packed, rate_hz: float) -> PoseSequence:
    missing = (array[..., :2] == 0).all(axis=2) | ~np.isfinite(array[..., :2]).all(axis=2)
    size = np.ones(2) if what.in_px else np.array(what.frame_size, dtype=np.float64)
    return PoseSequence(
        time=np.arange(len(array)) / rate_hz,
        image=np.where(missing[..., None], np.nan, array[..., :2] * size),
        world=None,
        visibility=np.where(missing, 0.0, np.clip(array[..., -1], 0.0, 1.0)),
        skeleton=what.skeleton,
        frame_size=what.frame_size,
    )
