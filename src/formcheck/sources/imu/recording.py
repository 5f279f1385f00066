"""What inertial sensors recorded of one performance, and what one of their files holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.signals import Floats, Signal

PLACES = ("wrist_left", "wrist_right", "ankle_left", "ankle_right")
QUANTITIES = {"acc": "m_s2", "gyro": "deg_s", "mag": "ut"}
"""The units of what is measured, by the name with which its channels begin (`acc_x_m_s2`)."""


@dataclass(frozen=True, eq=False)
class ImuRecording:
    """What the inertial sensors of one performance recorded.

    `sensors` by place: `wrist_left`, `wrist_right`, `ankle_left`, `ankle_right`, the place that the file names, or
    `sensor_1`, `sensor_2` ... where nothing says it. Channels are those of `acc_x_m_s2`, `gyro_x_deg_s`, `mag_x_ut`
    (and y, z) that exist; an accelerometer at rest reads 9.8 m/s2 upwards. Every sensor keeps its own rate; time 0 is
    the recording's first sample, which was at `started_s`, seconds since 1970 (UTC), None where the files do not say.
    `warnings` are sentences about what was wrong and what was done about it.
    """

    sensors: Mapping[str, Signal]
    started_s: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Reading:
    """One quantity of one sensor, as its file has it.

    `time` (T,) s, `values` (T, 3) in `unit` as the file declares it (None where it does not), not yet checked; NaN is
    missing. `sensor` tells sensors of a recording apart, `recording` recordings; `epoch` is True for seconds since 1970
    (UTC). `file` is its name, for warnings.
    """

    file: str
    recording: str
    sensor: str
    place: str | None
    quantity: str
    unit: str | None
    time: Floats
    values: Floats
    epoch: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        """The sensor and the quantity in words."""
        name = {"acc": "accelerometer", "gyro": "gyroscope", "mag": "magnetometer"}[self.quantity]
        where = self.place.replace("_", " ") if self.place else self.sensor
        return f"the {name} of {where} ({self.file})"

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the three channels."""
        return tuple(f"{self.quantity}_{axis}_{QUANTITIES[self.quantity]}" for axis in "xyz")

    @property
    def rate_hz(self) -> float:
        """The median rate; NaN for fewer than two samples."""
        return float(1.0 / np.median(np.diff(self.time))) if len(self.time) > 1 else float("nan")
