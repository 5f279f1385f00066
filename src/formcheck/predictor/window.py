"""Windows of a pose: the only preprocessing there is, in training and in serving."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.predictor.layout import Layout
from formcheck.signals import Floats, at, fill_gaps, uniform_clock


@dataclass(frozen=True)
class Sliding:
    """Windows of `frames` at `rate_hz`, whatever the camera's rate, a new one every `step_s`.

    A recording shorter than a window gives one, whose last frames are missing.
    """

    frames: int = 60
    rate_hz: float = 15.0
    step_s: float = 1.0

    def __post_init__(self) -> None:
        if self.frames < 2 or self.rate_hz <= 0 or self.step_s <= 0:
            raise ValueError(f"expected at least 2 frames, a rate and a step above 0, got {self}")

    @property
    def length_s(self) -> float:
        """How long a window lasts."""
        return self.frames / self.rate_hz


@dataclass(frozen=True)
class Padded:
    """One window of `frames` as they come, whatever their rate: cut off after the last, filled up with missing ones."""

    frames: int

    def __post_init__(self) -> None:
        if self.frames < 2:
            raise ValueError(f"expected at least 2 frames, got {self.frames}")


REPETITION_30 = Padded(30)
"""EJUST-GYM-3: a repetition padded or truncated to 30 frames, not resampled."""

PAPER_12_S = Sliding(60, 5.0, 6.0)
"""22 gym gestures: 60 frames of about 12 s that overlap. The paper leaves by how much open; ours by half."""


@dataclass(frozen=True, eq=False)
class Windows:
    """N windows: `values` (N, T, C) in a layout, `start_s` and `end_s` (N,) on the recording's clock.

    `found` (N,) is the share of frames in which the person was found.
    """

    values: NDArray[np.float32]
    start_s: Floats
    end_s: Floats
    found: Floats
    layout: Layout

    def __len__(self) -> int:
        return len(self.values)


def share_within(begins_s: Floats, ends_s: Floats, start_s: float, end_s: float) -> Floats:
    """(N,) the share of each window, from `begins_s` to `ends_s` (N,), that lies in [start_s, end_s)."""
    inside = np.clip(np.minimum(ends_s, end_s) - np.maximum(begins_s, start_s), 0.0, None)
    return np.asarray(inside / (ends_s - begins_s), dtype=np.float64)


def windows(pose: PoseSequence, layout: Layout, cut: Sliding | Padded) -> Windows:
    """A recording in windows of a layout; none of a recording without frames.

    Gaps that signals.fill_gaps bridges are bridged when frames are resampled, longer ones stay missing.
    """
    parts = _padded(pose, cut.frames) if isinstance(cut, Padded) else _sliding(pose, cut)
    values = [layout.values(part) for part in parts]
    lasts = [float(np.median(np.diff(part.time))) for part in parts]  # a frame lasts until the next
    return Windows(
        np.stack(values) if values else np.zeros((0, cut.frames, len(layout.channels)), dtype=np.float32),
        np.array([part.time[0] for part in parts], dtype=np.float64),
        np.array([part.time[-1] + last for part, last in zip(parts, lasts, strict=True)], dtype=np.float64),
        np.array([_found(part) for part in parts], dtype=np.float64),
        layout,
    )


def _found(pose: PoseSequence) -> float:
    if pose.world is None:
        return float(pose.found.mean())
    return float((pose.found | np.isfinite(pose.world).any(axis=(1, 2))).mean())


def _padded(pose: PoseSequence, frames: int) -> list[PoseSequence]:
    if not len(pose):
        return []
    step = float(np.median(np.diff(pose.time))) if len(pose) > 1 else 1.0 / 30.0
    further = max(0, frames - len(pose))
    time = np.concatenate([pose.time[:frames], pose.time[-1] + step * np.arange(1, further + 1)])
    return [_extended(pose, time, min(frames, len(pose)))]


def _extended(pose: PoseSequence, time: Floats, known: int) -> PoseSequence:
    def filled(values: Floats, missing: float) -> Floats:
        rest = np.full((len(time) - known, *values.shape[1:]), missing)
        return np.concatenate([values[:known], rest])

    return replace(
        pose,
        time=time,
        image=filled(pose.image, np.nan),
        world=None if pose.world is None else filled(pose.world, np.nan),
        visibility=filled(pose.visibility, 0.0),
    )


def _sliding(pose: PoseSequence, cut: Sliding) -> list[PoseSequence]:
    if not len(pose):
        return []
    start_s = float(pose.time[0])
    last_s = max(start_s, float(pose.time[-1]) - cut.length_s + 1.0 / cut.rate_hz)
    starts = uniform_clock(start_s, last_s + 1e-6, 1.0 / cut.step_s)
    smooth = resampled(pose, cut.rate_hz)
    parts: list[PoseSequence] = []
    for begins_s in starts:
        first = round((begins_s - start_s) * cut.rate_hz)
        part = smooth.rows(slice(first, first + cut.frames))
        if len(part) < cut.frames:
            part = _padded(part, cut.frames)[0]
        parts.append(part)
    return parts


def resampled(pose: PoseSequence, rate_hz: float) -> PoseSequence:
    """The same movement on an even clock of `rate_hz` from the first frame on, by straight lines between frames."""
    if len(pose) < 2:
        return pose
    clock = uniform_clock(float(pose.time[0]), float(pose.time[-1]) + 1e-9, rate_hz)

    def read(values: Floats) -> Floats:
        flat = fill_gaps(pose.time, values).reshape(len(pose), -1)
        columns = [at(pose.time, column, clock) for column in flat.T]
        return np.stack(columns, axis=1).reshape(len(clock), *values.shape[1:])

    return replace(
        pose,
        time=clock,
        image=read(pose.image),
        world=None if pose.world is None else read(pose.world),
        visibility=np.nan_to_num(read(pose.visibility)),
    )
