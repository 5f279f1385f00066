"""Single pictures of people who walk, run, jump, sit, stand or squat, as COCO's 17 key points.

Samcoding5854, LSTM, 2024 (github.com/Samcoding5854/LSTM). `coco17_xy.npz` has arrays frames x 34 (x, y of 17 joints, in
shares of the picture) by names such as `walking__walking_5`. They look like sequences of 30 frames and are none: of
each only the first frame is somebody's, and the other 29 are one and the same body in every sequence, which this reader
leaves out. What is left is shown as a picture that is held.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import numpy as np

from formcheck.body import COCO_17, PoseSequence
from formcheck.learn.datasets.dataset import Dataset, DatasetError, Progress
from formcheck.learn.datasets.shown import ShownClip, ShownSet, as_dataset, packed, shaped
from formcheck.signals import Floats

LAYOUT = "daily activities"
EXPECTED = "coco17_xy.npz (arrays of frames x 34 by names such as walking__walking_5)"

FILE = "coco17_xy.npz"
RATE_HZ = 15.0  # assumed
FRAMES = 30  # of a sequence, for which a single picture is held
SIDE_PX = 1000  # assumed: the pictures' shapes are not told, and differ
FILLER = 0.5  # of the recordings that a frame has to occur in, to be nobody's
EXERCISES: Mapping[str, str | None] = {
    "squat": "squat",
    **dict.fromkeys(("walking", "running", "jumping", "sitting", "standing")),
}


def recognises(folder: Path) -> bool:
    """Whether the packed arrays lie in it."""
    return (folder / FILE).is_file()


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every recording. Raises DatasetError when there is none."""
    return as_dataset(shown(folder), (folder / FILE,))


def shown(folder: Path, rate_hz: float | None = None) -> ShownSet:
    """Every picture, as if at `rate_hz` where another rate is assumed. Raises DatasetError when there is none."""
    file = folder / FILE
    arrays, problems = shaped(file, packed(file), (2 * len(COCO_17),))
    named = {name: array for name, array in arrays.items() if name.partition("__")[0] in EXERCISES}
    if not named:
        raise DatasetError(problems[0] if problems else f"expected {EXPECTED}, got no such array in {file}")
    nobody = _filler(list(named.values()))
    rate_hz = rate_hz or RATE_HZ
    clips: list[ShownClip] = []
    filled = 0
    for name, array in named.items():
        own = np.array([row for row in array if row.tobytes() not in nobody and row.any()]).reshape(-1, array.shape[1])
        filled += len(array) - len(own)
        if len(own):
            kind = name.partition("__")[0]
            clips.append(ShownClip(name, name, kind, EXERCISES[kind], partial(_pose, own, rate_hz)))
    notes = (
        f"Of {sum(map(len, named.values()))} frames {filled} are empty or one and the same body in most recordings, "
        f"and left out; what is left of a recording is held for {FRAMES} frames at {rate_hz:g} Hz. Both the rate and "
        "a square picture are assumed.",
        *((f"{len(named) - len(clips)} recordings show nobody.",) if len(clips) < len(named) else ()),
    )
    return ShownSet(LAYOUT, folder, tuple(clips), tuple(problems), notes)


def _filler(arrays: list[Floats]) -> set[bytes]:
    occurs = Counter(row for array in arrays for row in {each.tobytes() for each in array})
    return {row for row, count in occurs.items() if count > 1 and count > FILLER * len(arrays)}


def _pose(frames: Floats, rate_hz: float) -> PoseSequence:
    held = np.concatenate([frames, np.repeat(frames[-1:], max(0, FRAMES - len(frames)), axis=0)])
    shares = held.reshape(len(held), len(COCO_17), 2)
    missing = (shares == 0).all(axis=2)
    return PoseSequence(
        time=np.arange(len(held)) / rate_hz,
        image=np.where(missing[..., None], np.nan, SIDE_PX * shares),
        world=None,
        visibility=np.where(missing, 0.0, 1.0),
        skeleton=COCO_17,
        frame_size=(SIDE_PX, SIDE_PX),
    )
