"""What can be wrong with a sensor's readings: nothing in them, a dead or saturated axis, a clock that jumps, gaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.signals import LONGEST_GAP_S, Floats, stretches
from formcheck.sources.imu.recording import Reading

_FEWEST = 20  # samples that are worth looking at
_STUCK = 0.5  # of the recording: a sensor that repeats one value so long is dead
_STUCK_S = 2.0  # noise alone changes the last digit sooner than that
_CLIPPED_RUN = 3  # samples in a row at the very same extreme
_CLIPPED_SOME, _CLIPPED_MUCH = 0.005, 0.2  # of the samples
_PERIODS = 2.5  # a longer step than this many periods is a gap,
_TOLD_S = 10.0  # and empty rows of this length at an end are told


def checked(reading: Reading) -> tuple[Reading | None, tuple[str, ...]]:
    """A reading with a clock that goes on and without empty rows, or None where it is of no use, and sentences why."""
    said: list[str] = list(reading.warnings)
    time, values = reading.time, reading.values
    there = np.isfinite(time) & np.isfinite(values).any(axis=1)
    if there.sum() < _FEWEST:
        return None, (*said, f"{_start(reading)} holds {int(there.sum())} samples: it was left out.")
    lost_s = _empty_s(time, there)
    if lost_s > _TOLD_S:
        said.append(f"{_start(reading)} is empty for {lost_s:.0f} s at its ends: that was cut off.")
    time, values = time[there], values[there]
    onward = np.concatenate([[True], time[1:] > np.maximum.accumulate(time)[:-1]])
    if not onward.all():
        said.append(
            f"{_start(reading)} has {int((~onward).sum())} rows whose clock does not go on: they were left out."
        )
        time, values = time[onward], values[onward]
    reading = replace(reading, time=time, values=values, warnings=())
    dead = _dead(reading)
    if dead is not None:
        return None, (*said, f"{_start(reading)} {dead}: it was left out.")
    clipped = _clipped(values)
    if clipped > _CLIPPED_MUCH:
        return None, (
            *said,
            f"{_start(reading)} is saturated in {100 * clipped:.0f} % of its samples: it was left out.",
        )
    if clipped > _CLIPPED_SOME:
        said.append(f"{_start(reading)} is saturated in {100 * clipped:.1f} % of its samples: its range is too small.")
    said += _gaps(reading)
    return reading, tuple(said)


def longest_gap_s(reading: Reading) -> float:
    """The longest step of its clock that is no gap."""
    return max(LONGEST_GAP_S, _PERIODS / reading.rate_hz)


def _gaps(reading: Reading) -> list[str]:
    steps = np.diff(reading.time)
    gaps = steps[steps > longest_gap_s(reading)]
    if not len(gaps):
        return []
    many = "a gap" if len(gaps) == 1 else f"{len(gaps)} gaps"
    return [f"{_start(reading)} has {many}, the longest of {gaps.max():.1f} s."]


def _empty_s(time: Floats, there: np.ndarray) -> float:
    known = time[there]
    finite = time[np.isfinite(time)]
    return float(known[0] - finite[0] + finite[-1] - known[-1])


def _dead(reading: Reading) -> str | None:
    """Why a sensor is dead: all its axes, or one of them, stand still most of the time."""
    least = max(_STUCK_S, _STUCK * float(reading.time[-1] - reading.time[0]))
    axes: list[str] = []
    for axis, column in zip("xyz", reading.values.T, strict=True):
        known = np.flatnonzero(np.isfinite(column))
        still = np.diff(column[known]) == 0
        runs = [reading.time[known[end]] - reading.time[known[start]] for start, end in stretches(still)]
        if not len(known) or sum(run for run in runs if run > _STUCK_S / 2) > least:
            axes.append(axis)
    if len(axes) == 3:
        return "is dead: it never changes"
    if axes:
        return f"has a dead axis ({', '.join(axes)})"
    return None


def _clipped(values: Floats) -> float:
    """The largest share of an axis's samples that lie in runs at its very extreme."""
    worst = 0.0
    for column in values.T:
        known = column[np.isfinite(column)]
        for extreme in (known.max(), known.min()):
            runs = [end - start for start, end in stretches(known == extreme) if end - start >= _CLIPPED_RUN]
            worst = max(worst, sum(runs) / len(known))
    return worst


def _start(reading: Reading) -> str:
    return reading.called[0].upper() + reading.called[1:]
