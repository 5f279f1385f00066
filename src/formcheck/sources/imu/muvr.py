"""Recordings of a watch's accelerometer in g without a header and without a clock, as the muvr project published them.

Columns x, y, z, exercise, intensity, weight, repetitions. The rate is not written; 50 samples a second is assumed
unless another is stated.
"""

from __future__ import annotations

import numpy as np

from formcheck.sources.imu.naming import place_in
from formcheck.sources.imu.recording import Reading
from formcheck.sources.imu.table import Table, is_number

LAYOUT = "muvr CSV"
EXPECTED = "no header; columns x, y, z in g, then exercise, intensity, weight, repetitions"
ASSUMED_HZ = 50.0


def recognises(table: Table) -> bool:
    """Whether the first row is three numbers and then words."""
    first = table.header
    return len(first) >= 4 and all(map(is_number, first[:3])) and bool(first[3]) and not is_number(first[3])


def read(table: Table, rate_hz: float | None) -> list[Reading]:
    """The accelerometer of one file."""
    values = np.stack([table.numbers(axis, headless=True) for axis in range(3)], axis=1)
    place, recording = place_in(table.name)
    said = f"{table.path.name} has no clock: {ASSUMED_HZ:g} Hz were assumed, state the rate if you know it."
    time = np.arange(len(values)) / (rate_hz or ASSUMED_HZ)
    warnings = () if rate_hz else (said,)
    sensor = place or table.name
    return [Reading(table.path.name, recording, sensor, place, "acc", "g", time, values, warnings=warnings)]
