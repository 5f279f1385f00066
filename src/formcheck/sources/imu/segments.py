"""Sensors on many segments of the body in one table, three header rows: segment, quantity, axis.

Each sensor has its own `Time` in seconds; accelerometers in m/s2, gyroscopes in rad/s (Xsens MTw). Orientation and
joint angles in the same table are left aside.
"""

from __future__ import annotations

import re

import numpy as np

from formcheck.sources.imu.naming import place_in
from formcheck.sources.imu.recording import Reading
from formcheck.sources.imu.table import Table

LAYOUT = "segments CSV"
EXPECTED = "three header rows: segment (LeftShank), quantity (Time, Accelerometer, Gyroscope), axis (X, Y, Z)"

_QUANTITIES = {"Accelerometer": ("acc", "m/s2"), "Gyroscope": ("gyro", "rad/s"), "Magnetometer": ("mag", None)}


def recognises(table: Table) -> bool:
    """Whether the second row names quantities and the third axes."""
    return len(table.rows) > 3 and "Accelerometer" in table.rows[0] and {"X", "Y", "Z"} <= set(table.rows[1])


def read(table: Table, rate_hz: float | None) -> list[Reading]:
    """Accelerometer and gyroscope of every segment; magnetometers of this layout have no unit and stay out."""
    clocks: dict[str, int] = {}
    columns: dict[tuple[str, str], dict[str, int]] = {}
    for at, (segment, quantity, axis) in enumerate(zip(table.header, table.rows[0], table.rows[1], strict=False)):
        if quantity == "Time":
            clocks.setdefault(segment, at)
        elif quantity in _QUANTITIES and axis in ("X", "Y", "Z"):
            columns.setdefault((segment, quantity), {}).setdefault(axis, at)
    found: list[Reading] = []
    for (segment, quantity), axes in columns.items():
        name, unit = _QUANTITIES[quantity]
        if segment in clocks and len(axes) == 3 and unit is not None:
            place = place_in(segment)[0] or _snake(segment)
            time = table.numbers(clocks[segment], skip=2)
            values = np.stack([table.numbers(axes[axis], skip=2) for axis in "XYZ"], axis=1)
            found.append(Reading(table.path.name, table.name, segment, place, name, unit, time, values))
    return found


def _snake(segment: str) -> str:
    """`LeftThigh` as `thigh_left`."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", segment).lower().split("_")
    return "_".join((*words[1:], words[0]) if words[0] in ("left", "right") else words)
