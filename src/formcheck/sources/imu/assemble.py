"""One recording from the readings of its sensors: units settled, quantities on one clock a sensor, clocks together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from formcheck.signals import Floats, Signal
from formcheck.sources.frame import SourceError
from formcheck.sources.imu.faults import checked, longest_gap_s
from formcheck.sources.imu.recording import PLACES, QUANTITIES, ImuRecording, Reading
from formcheck.sources.imu.units import acc_m_s2, gyro_deg_s, mag_ut

_APART_S = 600.0  # clocks that differ by more were set wrong, or are of another recording
_ZONE_S = 1800.0  # time zones lie whole half hours apart
_SET_BY_HAND_S = 180.0  # and what else two clocks may differ by


def assembled(readings: Sequence[Reading]) -> ImuRecording:
    """The recording that readings make; raises SourceError when none of them is of use."""
    warnings: list[str] = []
    usable: list[Reading] = []
    for each in readings:
        reading, said = checked(each)
        warnings += said
        usable += [] if reading is None else [reading]
    usable = _on_one_clock(usable, warnings)
    sensors: dict[str, list[Reading]] = {}
    for reading in usable:
        sensors.setdefault(reading.sensor, []).append(reading)
    signals: dict[str, Signal] = {}
    for name, parts in _placed(sensors):
        signals[name] = _merged(parts, warnings)
    if not signals:
        why = " ".join(warnings) or "no accelerometer or gyroscope was found."
        raise SourceError(f"expected readings of an inertial sensor, got none of use: {why}")
    start = min(signal.time[0] for signal in signals.values())
    epoch = all(reading.epoch for reading in usable)
    moved = {name: Signal(each.time - start, each.values, each.channels) for name, each in signals.items()}
    return ImuRecording(moved, float(start) if epoch else None, tuple(warnings))


def _placed(sensors: dict[str, list[Reading]]) -> list[tuple[str, list[Reading]]]:
    """Sensors with their names: places first, in their order, then those without one, numbered."""
    named = {parts[0].place: parts for parts in sensors.values() if parts[0].place is not None}
    rank = {place: at for at, place in enumerate(PLACES)}
    known = sorted(named, key=lambda place: (rank.get(str(place), len(rank)), str(place)))
    unknown = [parts for _, parts in sorted(sensors.items()) if parts[0].place is None]
    return [(str(place), named[place]) for place in known] + [
        (f"sensor_{at + 1}", parts) for at, parts in enumerate(unknown)
    ]


def _merged(parts: list[Reading], warnings: list[str]) -> Signal:
    """Quantities of one sensor on the clock of the fastest; what the others lack there is NaN."""
    parts = sorted(parts, key=lambda part: list(QUANTITIES).index(part.quantity))
    acc: tuple[Floats, Floats] | None = None
    settled: list[Reading] = []
    for part in parts:
        if part.quantity == "acc":
            values, said = acc_m_s2(part)
            acc = (part.time, values)
        else:
            values, said = gyro_deg_s(part, acc) if part.quantity == "gyro" else mag_ut(part)
        warnings += said
        settled.append(replace(part, values=values))
    clock = _joint_clock(settled)
    columns = [_on(clock, part) for part in settled]
    return Signal(clock, np.concatenate(columns, axis=1), tuple(name for part in settled for name in part.channels))


def _joint_clock(parts: Sequence[Reading]) -> Floats:
    """The stamps of the fastest quantity, and of the others before, after and in the gaps of it."""
    fastest = max(parts, key=lambda part: (round(part.rate_hz, 1), len(part.time)))
    clock = fastest.time
    apart = longest_gap_s(fastest)
    for part in parts:
        if part is fastest:
            continue
        at = np.searchsorted(clock, part.time)
        before = np.where(at > 0, part.time - clock[np.maximum(at - 1, 0)], np.inf)
        after = np.where(at < len(clock), clock[np.minimum(at, len(clock) - 1)] - part.time, np.inf)
        alone = part.time[(before + after > apart) & (np.minimum(before, after) > 0.25 / fastest.rate_hz)]
        clock = np.unique(np.concatenate([clock, alone]))
    return clock


def _on(clock: Floats, part: Reading) -> Floats:
    """(T, 3) a quantity at other instants: by straight lines, not across gaps and not beyond its ends."""
    out = np.full((len(clock), 3), np.nan)
    for axis, column in enumerate(part.values.T):
        known = np.isfinite(column)
        time, values = part.time[known], column[known]
        if len(time) < 2:
            continue
        after = np.clip(np.searchsorted(time, clock), 1, len(time) - 1)
        bridged = time[after] - time[after - 1] <= longest_gap_s(part)
        exact = np.isin(clock, time)
        inside = (clock >= time[0]) & (clock <= time[-1]) & (bridged | exact)
        out[inside, axis] = np.interp(clock[inside], time, values)
    return out


def _on_one_clock(readings: list[Reading], warnings: list[str]) -> list[Reading]:
    """Readings of one time: clocks whole half hours wrong are set right, others that never meet are left out."""
    if len(readings) < 2:
        return readings
    if len({reading.epoch for reading in readings}) > 1:
        warnings.append("Some sensors have the time of day and others a stopwatch: all were taken to start together.")
        return [replace(each, time=each.time - each.time[0], epoch=False) for each in readings]
    starts = np.array([reading.time[0] for reading in readings])
    close = np.abs(starts[:, None] - starts) < _APART_S
    reference = float(starts[int(np.argmax(close.sum(axis=1)))])  # the clock that most of them share
    out: list[Reading] = []
    for reading in readings:
        off_s = float(reading.time[0]) - reference
        whole_s = _ZONE_S * round(off_s / _ZONE_S)
        if abs(off_s) < _APART_S:
            out.append(reading)
        elif abs(off_s - whole_s) <= _SET_BY_HAND_S:
            out.append(replace(reading, time=reading.time - whole_s))
            warnings.append(
                f"The clock of {reading.called} is {whole_s / 3600:+.1f} h from the others', as after a wrong time "
                "zone or summer time: it was set right."
            )
        else:
            warnings.append(
                f"The clock of {reading.called} is {off_s / 3600:+.1f} h from the others', which is no time zone: "
                "it was left out."
            )
    return out
