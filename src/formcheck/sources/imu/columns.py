"""Plain columns whose names say what they hold: `time_s, wrist_left_acc_x_m_s2, gyro y (deg/s)` and the like.

A column's name has a quantity (acc, gyro, mag and longer words for them), an axis, where there are several sensors a
place, and should have a unit; the clock's column is called time, timestamp, t, epoch or seconds, in s, ms, us or ns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from formcheck.signals import Floats
from formcheck.sources.frame import SourceError
from formcheck.sources.imu.naming import place_in
from formcheck.sources.imu.recording import Reading
from formcheck.sources.imu.table import Table, is_number

LAYOUT = "plain columns"
EXPECTED = "a time column and columns such as acc_x_m_s2, gyro_x_deg_s or 'acc x (g)', with a place before them if many"

_QUANTITIES = (
    ("gyro", r"gyro(?:scope)?|gyr|rotation_?rate|angular_?velocity|omega"),
    ("mag", r"magnetometer|magnetic(?:_?field)?|mag"),
    ("acc", r"accelerometer|acceleration|accel|acc"),
)
_UNITS = (
    ("m/s2", r"m[/_ ]?s(?:\^|\*\*)?[2²]|mps2"),
    ("mg", r"mg|milli_?g"),
    ("deg/s", r"deg(?:rees)?[/_ ]?s(?:ec)?|dps|°/s"),
    ("rad/s", r"rad(?:ians)?[/_ ]?s(?:ec)?|rps"),
    ("ut", r"[uµμ]t|micro_?tesla"),
    ("t", r"t|tesla"),
    ("g", r"g"),
)
_CLOCK = re.compile(
    r"(?:time_?stamp|time|epoch|seconds?_?elapsed|seconds|elapsed|t)[\s_(\[]*(?P<unit>s|sec|seconds|ms|us|µs|ns)?[)\]]?",
    re.I,
)
_TICKS_S = {"s": 1.0, "sec": 1.0, "seconds": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9}
_SINCE_1970_S = 1e8  # later than spring 1973: no stopwatch shows that
_PLAUSIBLE_S = (1 / 2000, 1.0)  # between two samples of what records how people move


@dataclass(frozen=True)
class _Column:
    place: str | None
    quantity: str
    axis: str
    unit: str | None


def recognises(table: Table) -> bool:
    """Whether the header names three axes of an accelerometer or a gyroscope."""
    return not is_number(table.header[0]) and any(len(axes) == 3 for axes in _triads(table).values())


def read(table: Table, rate_hz: float | None) -> list[Reading]:
    """Every quantity of every sensor in one file; raises SourceError without a clock unless a rate is stated."""
    time, epoch, warnings = _time(table, rate_hz)
    place_of_file, recording = place_in(table.name)
    found: list[Reading] = []
    for (place, quantity), axes in _triads(table).items():
        if len(axes) < 3:
            continue
        values = np.stack([table.numbers(axes[axis][0]) for axis in "xyz"], axis=1)
        worn = place or place_of_file
        unit, sensor = axes["x"][1], worn or table.name
        found.append(Reading(table.path.name, recording, sensor, worn, quantity, unit, time, values, epoch, warnings))
        warnings = ()
    return found


def _triads(table: Table) -> dict[tuple[str | None, str], dict[str, tuple[int, str | None]]]:
    """By place and quantity, the column and the unit of each axis."""
    out: dict[tuple[str | None, str], dict[str, tuple[int, str | None]]] = {}
    for at, cell in enumerate(table.header):
        column = _column(cell)
        if column is not None:
            out.setdefault((column.place, column.quantity), {}).setdefault(column.axis, (at, column.unit))
    return out


def _column(cell: str) -> _Column | None:
    """What a column's name says, None where it is none of a sensor."""
    place, rest = place_in(cell)
    rest = re.sub(r"(?<=[a-z])(?=[XYZ](?![a-z]))", "_", rest).lower()  # accX
    for quantity, pattern in _QUANTITIES:
        word = re.search(rf"(?<![a-z])(?:{pattern})", rest)
        if word is None:
            continue
        tail = rest[word.end() :]
        axis = re.match(r"[\s_\-.(\[]*(?:axis[\s_]*)?(?P<axis>[xyz])(?![a-z])", tail)
        if axis is None:
            return None
        said = tail[axis.end() :].replace("-axis", "").strip(" _-.,()[]")
        unit = next((name for name, each in _UNITS if re.fullmatch(each, said)), None)
        return _Column(place, quantity, axis["axis"], unit)
    return None


def _time(table: Table, rate_hz: float | None) -> tuple[Floats, bool, tuple[str, ...]]:
    """The clock in seconds, whether it counts from 1970, and what was assumed about it."""
    named = [(at, found) for at, cell in enumerate(table.header) if (found := _CLOCK.fullmatch(cell))]
    clocks = [(at, found["unit"], table.numbers(at)) for at, found in named]
    clocks = [each for each in clocks if np.isfinite(each[2]).sum() > 2]
    if not clocks:
        if rate_hz is None:
            raise SourceError(
                f"expected a column time in s, ms or since 1970 in {table.path.name}, "
                f"got {', '.join(table.header[:6])}; add one or state the rate"
            )
        return np.arange(len(table.rows)) / rate_hz, False, ()
    _, unit, ticks = clocks[0]
    tick_s, warnings = _tick_s(table, unit, ticks)
    time = ticks * tick_s
    return time, bool(np.nanmin(time) > _SINCE_1970_S), warnings


def _tick_s(table: Table, unit: str | None, ticks: Floats) -> tuple[float, tuple[str, ...]]:
    """How long one unit of the clock lasts: as declared, else the one at which somebody would sample."""
    steps = np.diff(ticks[np.isfinite(ticks)])
    step = float(np.median(steps[steps > 0])) if (steps > 0).any() else float("nan")
    if not np.isfinite(step):
        raise SourceError(f"expected a clock that goes on in {table.path.name}, got one that stands still")
    low_s, high_s = _PLAUSIBLE_S
    if unit is not None and low_s <= step * _TICKS_S[unit.lower()] <= high_s:
        return _TICKS_S[unit.lower()], ()
    for name in ("s", "ms", "us", "ns"):
        if low_s <= step * _TICKS_S[name] <= high_s:
            said = (
                f"declares its clock in {unit}, which would be {1 / (step * _TICKS_S[unit.lower()]):.3g} Hz"
                if unit
                else ("does not say the unit of its clock")
            )
            return _TICKS_S[name], (f"{table.path.name} {said}: {name} was assumed.",)
    raise SourceError(
        f"expected steps of 0.5 ms to 1 s in the clock of {table.path.name}, got steps of {step:g} {unit or ''}"
    )
