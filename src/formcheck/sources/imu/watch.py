"""A watch's motion as phone apps log it from Apple's Core Motion: rotation rate, gravity and the rest of acceleration.

Core Motion gives gravity and user acceleration in g whose sum is what an accelerometer reads, with the sign turned (a
watch that lies face up reads -1 along z), and rotation in rad/s (Apple, *CMDeviceMotion*).
"""

from __future__ import annotations

import numpy as np

from formcheck.sources.frame import SourceError
from formcheck.sources.imu.naming import place_in
from formcheck.sources.imu.recording import Reading
from formcheck.sources.imu.table import Table

LAYOUT = "watch CSV"
EXPECTED = "columns secondsElapsed, ..rotationRateX, ..gravityX, ..accelerationX and so on for y and z"

_PARTS = ("rotationRate", "gravity", "acceleration")


def recognises(table: Table) -> bool:
    """Whether a table has gravity and acceleration, three columns each, and seconds."""
    return _time(table) is not None and all(_columns(table, part) is not None for part in _PARTS[1:])


def read(table: Table, rate_hz: float | None) -> list[Reading]:
    """Accelerometer and gyroscope of one file; raises SourceError for columns that do not fit."""
    clock, gravity, moved = _time(table), _columns(table, "gravity"), _columns(table, "acceleration")
    if clock is None or gravity is None or moved is None:
        raise SourceError(f"expected {EXPECTED} in {table.path.name}")
    time = table.numbers(clock) * (1.0 if table.header[clock].startswith("seconds") else 1e-9)
    place, recording = place_in(table.name)
    both = sum(np.stack([table.numbers(at) for at in columns], axis=1) for columns in (gravity, moved))
    sensor = place or table.name
    found = [Reading(table.path.name, recording, sensor, place, "acc", "g", time, -np.asarray(both))]
    turns = _columns(table, "rotationRate")
    if turns is not None:
        values = np.stack([table.numbers(at) for at in turns], axis=1)
        found.append(Reading(table.path.name, recording, sensor, place, "gyro", "rad/s", time, values))
    return found


def _time(table: Table) -> int | None:
    for name in ("secondsElapsed", "seconds_elapsed"):
        if name in table.header:
            return table.header.index(name)
    return None


def _columns(table: Table, part: str) -> list[int] | None:
    """The columns of x, y and z of one part, whatever comes before its name."""
    found = [
        [
            at
            for at, cell in enumerate(table.header)
            if cell == f"{part}{axis}" or cell.endswith((f"_{part}{axis}", f".{part}{axis}"))
        ]
        for axis in "XYZ"
    ]
    return [columns[0] for columns in found] if all(found) else None
