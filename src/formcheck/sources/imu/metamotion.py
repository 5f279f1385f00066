"""CSV files as the maker's app writes them for MetaMotion sensors: one for each quantity of a sensor.

Named `<name>_MetaWear_<local start>_<address>_<quantity>_<rate>Hz_<firmware>.csv`, with the columns `epoch (ms)`, `time
(<zone>)`, `elapsed (s)` and three axes in g, deg/s or T; taken from public recordings and the app's own headers.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from formcheck.sources.frame import SourceError
from formcheck.sources.imu.naming import place_in
from formcheck.sources.imu.recording import Reading
from formcheck.sources.imu.table import Table

LAYOUT = "MetaMotion CSV"
EXPECTED = "columns epoch (ms), time, elapsed (s) and x-axis, y-axis, z-axis with their unit"

_QUANTITIES = {"accelerometer": "acc", "gyroscope": "gyro", "magnetometer": "mag"}
_NAME = re.compile(
    r"(?P<label>.*?)_MetaWear_(?P<stamp>[\dT.\-]+)_(?P<address>[0-9A-F]{12})_(?P<quantity>[A-Za-z]+)(?P<rest>.*)", re.I
)
_AXIS = re.compile(r"(?P<axis>[xyz])-axis \((?P<unit>.+)\)")
_BY_UNIT = {"g": "acc", "deg/s": "gyro", "t": "mag"}


def recognises(table: Table) -> bool:
    """Whether a table has the columns of such a file."""
    return table.header[0].startswith("epoch") and len(_axes(table)) == 3


def read(table: Table, rate_hz: float | None) -> list[Reading]:
    """The readings of one file; the rate is that of its stamps. Raises SourceError for an unknown quantity."""
    axes = _axes(table)
    unit = next(iter(axes.values()))[1]
    named = _NAME.fullmatch(table.name)
    quantity = _QUANTITIES.get(named["quantity"].lower()) if named else _BY_UNIT.get(unit.lower())
    if quantity is None:
        what = named["quantity"] if named else unit
        raise SourceError(f"expected accelerometer, gyroscope or magnetometer in {table.path.name}, got {what}")
    label, address = (named["label"], named["address"].upper()) if named else (table.name, table.name)
    place, recording = place_in(label)
    values = np.stack([table.numbers(axes[axis][0]) for axis in "xyz"], axis=1)
    return [
        Reading(
            table.path.name, recording, place or address, place, quantity, unit, table.numbers(0) / 1000, values, True
        )
    ]


def siblings(path: Path) -> list[Path]:
    """The files of the other quantities of the same sensor, beside a file of one."""
    named = _NAME.match(path.name)
    if named is None or not path.parent.is_dir():
        return []

    def same(other: Path) -> bool:
        name = _NAME.match(other.name)
        return (
            name is not None
            and name["quantity"].lower() != named["quantity"].lower()
            and name["label"].strip() == named["label"].strip()
            and (name["stamp"], name["address"]) == (named["stamp"], named["address"])
            and _firmware(name["rest"]) == _firmware(named["rest"])
        )

    return sorted(other for other in path.parent.iterdir() if same(other))


def _firmware(rest: str) -> str:
    return rest.partition("Hz_")[2]


def _axes(table: Table) -> dict[str, tuple[int, str]]:
    """The column and the unit of each axis."""
    found = {at: _AXIS.fullmatch(cell) for at, cell in enumerate(table.header)}
    return {name["axis"]: (at, name["unit"]) for at, name in found.items() if name}
