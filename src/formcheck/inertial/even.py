"""Sensors on one even clock."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import LONGEST_GAP_S, Floats, Signal, fill_gaps, rate_hz, smooth, uniform_clock

RATE_HZ = 50.0
_PERIODS = 2.5  # of a slow sensor are no gap
_ALIASED = 1.6  # times the rate, from which there is something to fold down
_PASSED_HZ = 20.0  # of that: what a BMI160 passes at 50 Hz (Bosch BST-BMI160-DS000: -3 dB at 20.25 Hz)


def even(sensors: Mapping[str, Signal], rate: float = RATE_HZ) -> dict[str, Signal]:
    """Every sensor at `rate` Hz on one clock from the first sample of any to the last, by straight lines.

    Samples are NaN where a sensor was silent for more than 0.3 s (or two and a half periods of a slow one), and before
    and after it ran. Sensors faster than that rate are low-passed at 20 Hz beforehand. Sensors without two samples are
    left out.
    """
    running = {name: each for name, each in sensors.items() if _known(each).sum() > 1}
    if not running:
        return {}
    start_s = min(float(each.time[_known(each)][0]) for each in running.values())
    end_s = max(float(each.time[_known(each)][-1]) for each in running.values())
    clock = uniform_clock(start_s, end_s + 1e-6, rate)
    return {name: _resampled(each, clock, rate) for name, each in running.items()}


def longest_gap_s(time: Floats) -> float:
    """How long a silence of a sensor may be bridged: 0.3 s, or two and a half periods of a slow one."""
    return max(LONGEST_GAP_S, _PERIODS / rate_hz(time))


def _resampled(signal: Signal, clock: Floats, rate: float) -> Signal:
    there = _known(signal)
    time, longest_s = signal.time[there], longest_gap_s(signal.time[there])
    values = fill_gaps(time, signal.values[there], longest_s)
    if rate_hz(time) > _ALIASED * rate:
        values = smooth(time, values, _PASSED_HZ * rate / RATE_HZ)
    out = np.full((len(clock), values.shape[1]), np.nan)
    for column, each in zip(out.T, values.T, strict=True):
        known = np.isfinite(each)
        if known.sum() > 1:
            column[:] = _between(time[known], each[known], clock, longest_s)
    return Signal(clock, out, signal.channels)


def _between(time: Floats, values: Floats, clock: Floats, longest_s: float) -> Floats:
    """Values at a clock's instants, NaN beyond the ends and inside gaps."""
    after = np.clip(np.searchsorted(time, clock), 1, len(time) - 1)
    bridged = time[after] - time[after - 1] <= longest_s + 1e-9
    near = 0.5 * (clock[1] - clock[0]) if len(clock) > 1 else 0.0
    inside = (clock >= time[0] - near) & (clock <= time[-1] + near) & bridged
    return np.where(inside, np.interp(clock, time, values), np.nan)


def _known(signal: Signal) -> NDArray[np.bool_]:
    return np.asarray(np.isfinite(signal.values).any(axis=1))
