"""Recordings of a Kinect v2 body as comma-separated joints, as the KIMORE data set has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formcheck.body import KINECT_25, PoseSequence
from formcheck.signals import Floats
from formcheck.sources.frame import SourceError, checked_path
from formcheck.sources.posefile import PoseFile

PREFIX, STAMPS = "JointPosition", "TimeStamp"
FRAME_PX = (1920, 1080)
FOCAL_PX = 960 / np.tan(np.radians(84.1 / 2))  # Microsoft, Kinect v2: its colour picture is 84.1 degrees wide
RATE_HZ = 30.0  # of a Kinect v2 in good light; it halves in the dark
TICKS_S = 1e-7  # Microsoft, Kinect for Windows SDK 2.0: relative times are in units of 100 ns
# TrackingState of the SDK: 0 not tracked, 1 inferred from other joints, 2 tracked.
VISIBLE = np.array([0.0, 0.3, 1.0])

_VALUES = 4 * len(KINECT_25)


def is_kinect(path: Path) -> bool:
    """Whether a file is named as one of joint positions, `JointPosition271114_122627.csv`."""
    return path.name.startswith(PREFIX) and path.suffix.lower() == ".csv"


def open_kinect(path: str | Path) -> PoseFile:
    """A body of 25 joints from a table of frames x 25 x (x, y, z, tracking state), and the time stamps beside it.

    Positions are in metres in camera space (Microsoft, Kinect for Windows SDK 2.0: x to the sensor's left, y up, z away
    from it); the picture is that of a nominal colour camera there. Empty lines, and a comma at the end of a line, mean
    nothing. Joints that were not tracked are missing, inferred ones are hardly seen. Without a `TimeStamp` file of as
    many frames beside it, 30 frames a second are assumed, with a warning. Raises SourceError for a table of another
    shape, naming the row.
    """
    file = checked_path(path, "a table of Kinect joints")
    values = _table(file)
    joints = values.reshape(len(values), len(KINECT_25), 4)
    state = np.clip(np.nan_to_num(joints[..., 3]), 0, 2).astype(np.intp)
    places = np.where((state > 0)[..., None] & np.isfinite(joints[..., :3]), joints[..., :3], np.nan)
    places[(np.abs(places) < 1e-9).all(axis=2)] = np.nan  # a joint at the sensor itself was never set
    if not np.isfinite(places).any():
        raise SourceError(f"expected tracked joints in {file}, got none; nobody was before the sensor")
    time, warnings = _times(file, len(values))
    seen = places * [-1.0, -1.0, 1.0]
    hips = [KINECT_25.index(f"hip_{side}") for side in ("left", "right")]
    depth = np.where(seen[..., 2:] > 0.1, seen[..., 2:], np.nan)
    sequence = PoseSequence(
        time=time,
        image=FOCAL_PX * seen[..., :2] / depth + np.array(FRAME_PX) / 2,
        world=seen - seen[:, hips].mean(axis=1, keepdims=True),
        visibility=np.where(np.isfinite(places).all(axis=2), VISIBLE[state], 0.0),
        skeleton=KINECT_25,
        frame_size=FRAME_PX,
    )
    return PoseFile(file, sequence, warnings)


def _table(file: Path) -> Floats:
    """(T, 100) numbers; a row that is cut off or holds something else is an error that names it."""
    rows: list[list[float]] = []
    for number, cells in _rows(file):
        if len(cells) < _VALUES:
            raise SourceError(
                f"expected {_VALUES} numbers in {file}, row {number} (25 joints x x, y, z, state), got {len(cells)}"
            )
        try:
            rows.append([float(cell) for cell in cells[:_VALUES]])
        except ValueError as error:
            raise SourceError(f"expected numbers in {file}, row {number}: {error}") from error
    if not rows:
        raise SourceError(f"expected frames in {file}, got an empty table")
    return np.array(rows, dtype=np.float64)


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers from 1, without the empty cells at their ends."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"expected a table of numbers, got {file}: {error}") from error
    split = ((number, line.replace(";", ",").rstrip(", \t").split(",")) for number, line in enumerate(lines, 1))
    return [(number, cells) for number, cells in split if any(cell.strip() for cell in cells)]


def _times(file: Path, frames: int) -> tuple[Floats, tuple[str, ...]]:
    """The instants (T,) s from the first frame on, and what had to be assumed."""
    even = np.arange(frames) / RATE_HZ
    beside = file.with_name(file.name.replace(PREFIX, STAMPS, 1))
    if not beside.is_file():
        return even, (f"No {beside.name} lies beside it: {RATE_HZ:.0f} frames a second were assumed.",)
    try:
        told = np.array([float(cells[0]) for _, cells in _rows(beside)], dtype=np.float64)
    except (ValueError, SourceError):
        return even, (f"{beside.name} holds no numbers: {RATE_HZ:.0f} frames a second were assumed.",)
    if len(told) != frames or not np.isfinite(told).all() or (np.diff(told) <= 0).any():
        what = f"{len(told)} time stamps for {frames} frames" if len(told) != frames else "time stamps that fall"
        return even, (f"{beside.name} has {what}: {RATE_HZ:.0f} frames a second were assumed.",)
    step = float(np.median(np.diff(told))) if frames > 1 else 1.0
    unit_s = 1.0 if step < 1.0 else 1e-3 if step < 1000.0 else TICKS_S
    return (told - told[0]) * unit_s, ()
