"""Windows of what sensors measured, as EJUST-GYM-3 cuts them: 100 samples at 50 Hz, half of each in the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.inertial.even import even
from formcheck.inertial.orientation import ACC, GYRO
from formcheck.signals import Floats, Signal

PLACES = ("wrist_left", "wrist_right", "ankle_left", "ankle_right")
MAG = ("mag_x_ut", "mag_y_ut", "mag_z_ut")
CHANNELS = {"acc": ACC, "gyro": GYRO, "mag": MAG}
SAMPLES, OVERLAP = 100, 0.5
_RECEIVED = 0.5  # of the samples of a window: fewer, and it is left out


@dataclass(frozen=True, eq=False)
class Windows:
    """N windows: `values` (N, 100, C), NaN where nothing was received, each from `start_s` (N,) on; `channels` (C,)."""

    values: Floats
    start_s: Floats
    channels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.values)


def windows(
    sensors: Mapping[str, Signal],
    places: Sequence[str] = PLACES,
    quantities: Sequence[str] = ("acc",),
    samples: int = SAMPLES,
    overlap: float = OVERLAP,
) -> Windows:
    """Windows of sensors at 50 Hz: (N, 100, 12) for the accelerometers of four places, (N, 100, 36) with all axes.

    `quantities` of acc, gyro and mag. The paper says (100, 12) for four sensors, so three axes each, but not which: it
    is read as the accelerometers. A place without a sensor is NaN. Windows of which fewer than half the samples were
    received by every sensor are left out; a recording shorter than a window makes none.
    """
    channels = tuple(f"{place}_{name}" for place in places for each in quantities for name in CHANNELS[each])
    running = even({name: each for name, each in sensors.items() if name in places})
    if not running:
        return Windows(np.zeros((0, samples, len(channels))), np.zeros(0), channels)
    clock = next(iter(running.values())).time
    columns = [
        _column(running, place, name, len(clock)) for place in places for q in quantities for name in CHANNELS[q]
    ]
    values = np.stack(columns, axis=1)
    step = max(1, round(samples * (1.0 - overlap)))
    firsts = np.arange(0, len(clock) - samples + 1, step)
    if not len(firsts):
        return Windows(np.zeros((0, samples, len(channels))), np.zeros(0), channels)
    cut = np.lib.stride_tricks.sliding_window_view(values, samples, axis=0)[firsts].transpose(0, 2, 1)
    kept = _received(cut)
    return Windows(cut[kept], clock[firsts[kept]], channels)


def _column(running: Mapping[str, Signal], place: str, channel: str, count: int) -> Floats:
    if place in running and channel in running[place].channels:
        return running[place][channel]
    return np.full(count, np.nan)


def _received(cut: Floats) -> NDArray[np.bool_]:
    """(N,) whether some sensor was received in enough of a window (N, 100, C)."""
    return np.asarray(np.isfinite(cut).mean(axis=1).max(axis=1) >= _RECEIVED)
