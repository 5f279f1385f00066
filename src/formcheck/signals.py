"""Named channels on one clock: gaps, smoothing, derivatives, and the causal filter for live use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

LONGEST_GAP_S = 0.3  # a limb can turn round within a third of a second: longer gaps are not guessed


@dataclass(frozen=True, eq=False)
class Signal:
    """Named channels sampled at the same, not necessarily uniform, instants.

    `time` (T,) seconds, strictly increasing; `values` (T, C); `channels` C names that end in their unit
    (`knee_flexion_left_deg`). Missing is NaN. Raises ValueError when the parts do not fit together.
    """

    time: Floats
    values: Floats
    channels: tuple[str, ...]

    def __post_init__(self) -> None:
        time = checked_time(self.time)
        values = np.array(self.values, dtype=np.float64)
        channels = tuple(self.channels)
        if values.shape != (len(time), len(channels)):
            raise ValueError(
                f"expected values of shape (time, channels) = {(len(time), len(channels))}, got {values.shape}"
            )
        if len(set(channels)) != len(channels):
            raise ValueError(f"expected distinct channel names, got {channels}")
        values[~np.isfinite(values)] = np.nan
        values.setflags(write=False)
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "channels", channels)

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, channel: str) -> Floats:
        """One channel, (T,); raises KeyError naming the channels there are."""
        if channel not in self.channels:
            raise KeyError(f"expected one of the channels {self.channels}, got {channel!r}")
        return self.values[:, self.channels.index(channel)]

    def between(self, start_s: float, end_s: float) -> Signal:
        """The samples with start_s <= time < end_s."""
        keep = (self.time >= start_s) & (self.time < end_s)
        return Signal(self.time[keep], self.values[keep], self.channels)


def checked_time(time: ArrayLike) -> Floats:
    """A read-only (T,) array of finite, strictly increasing seconds; raises ValueError otherwise."""
    array = np.array(time, dtype=np.float64)
    if array.ndim != 1:
        raise ValueError(f"expected time of shape (T,), got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("expected finite times in seconds, got NaN or infinity")
    if (np.diff(array) <= 0).any():
        at = int(np.argmax(np.diff(array) <= 0))
        raise ValueError(
            f"expected strictly increasing times, got {array[at]:.4f} s then {array[at + 1]:.4f} s at index {at}"
        )
    array.setflags(write=False)
    return array


def rate_hz(time: Floats) -> float:
    """The median sampling rate of a clock; NaN for fewer than two samples."""
    return float(1.0 / np.median(np.diff(time))) if len(time) > 1 else float("nan")


def fill_gaps(time: Floats, values: Floats, longest_s: float = LONGEST_GAP_S) -> Floats:
    """`values` (T, ...) with missing stretches of at most `longest_s` bridged by straight lines.

    A stretch is measured between the two samples that surround it. Longer stretches, and those at either end,
    stay NaN: nothing is invented there.
    """
    flat = np.array(values, dtype=np.float64).reshape(len(time), -1)
    for column in flat.T:
        known = np.flatnonzero(np.isfinite(column))
        for gap in np.flatnonzero(np.diff(known) > 1):
            before, after = known[gap], known[gap + 1]
            if time[after] - time[before] <= longest_s + 1e-9:
                inside = slice(before + 1, after)
                column[inside] = np.interp(time[inside], time[[before, after]], column[[before, after]])
    return flat.reshape(values.shape)


def smooth(time: Floats, values: Floats, cutoff_hz: float = 5.0, order: int = 2) -> Floats:
    """`values` (T, ...) low-passed without phase shift, each unbroken stretch by itself; NaN stays NaN.

    A Butterworth filter run forwards and backwards (Winter, *Biomechanics and Motor Control of Human Movement*,
    ch. 2, uses 4-6 Hz for human movement). The clock is taken as locally uniform at its median rate, which holds
    for cameras; where it is too slow for the cutoff the values are returned as they are.
    """
    from scipy.signal import sosfiltfilt  # 1.6 s to import: only when a recording is analysed

    out = np.array(values, dtype=np.float64)
    rate = rate_hz(time)
    if not np.isfinite(rate) or cutoff_hz >= 0.45 * rate:
        return out
    sos = _low_pass(order, cutoff_hz, float(rate))
    flat = out.reshape(len(time), -1)
    known = np.isfinite(flat)
    alike: dict[bytes, list[int]] = {}  # columns that are known at the same instants are filtered at once
    for column, mask in enumerate(known.T):
        alike.setdefault(mask.tobytes(), []).append(column)
    for columns in alike.values():
        for start, end in stretches(known[:, columns[0]]):
            if end - start > 3:
                pad = min(end - start - 1, int(rate / cutoff_hz * 3))
                flat[start:end, columns] = sosfiltfilt(sos, flat[start:end, columns], axis=0, padlen=pad)
    return flat.reshape(out.shape)


@lru_cache(maxsize=64)  # live, the same filter is asked for many times a second
def _low_pass(order: int, cutoff_hz: float, rate: float) -> Floats:
    from scipy.signal import butter

    return np.asarray(butter(order, cutoff_hz, fs=rate, output="sos"), dtype=np.float64)


def stretches(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """The unbroken [start, end) index ranges in which a (T,) mask is true."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def derivative(time: Floats, values: Floats) -> Floats:
    """d values / d time by central differences, (T, ...), per second; NaN next to a missing sample."""
    if len(time) < 2:
        return np.full(np.shape(values), np.nan)
    return np.asarray(np.gradient(values, time, axis=0), dtype=np.float64)


class OneEuro:
    """A causal low-pass filter whose cutoff rises with speed, for live use.

    Casiez, Roussel & Vogel, "1 € Filter", CHI 2012: `min_cutoff_hz` removes jitter at rest, `beta` (per unit of
    speed) removes lag in motion. Call it with one sample at a time.
    """

    def __init__(self, min_cutoff_hz: float = 1.5, beta: float = 0.02, derivative_cutoff_hz: float = 1.0) -> None:
        self._min_cutoff_hz = min_cutoff_hz
        self._beta = beta
        self._derivative_cutoff_hz = derivative_cutoff_hz
        self._time_s: float | None = None
        self._value: Floats | None = None
        self._speed: Floats | None = None

    def __call__(self, time_s: float, value: ArrayLike) -> Floats:
        """The filtered value at `time_s`; a NaN passes through and does not disturb the filter's memory."""
        now = np.asarray(value, dtype=np.float64)
        if self._time_s is None or self._value is None or self._speed is None:
            self._time_s, self._value, self._speed = time_s, now, np.zeros_like(now)
            return now
        step_s = max(time_s - self._time_s, 1e-6)
        speed = np.where(np.isfinite(self._value), (now - self._value) / step_s, 0.0)
        speed = self._speed + _alpha(self._derivative_cutoff_hz, step_s) * (np.nan_to_num(speed) - self._speed)
        alpha = _alpha(self._min_cutoff_hz + self._beta * np.abs(speed), step_s)
        filtered = np.where(np.isfinite(self._value), self._value + alpha * (now - self._value), now)
        self._time_s, self._speed = time_s, speed
        self._value = np.where(np.isfinite(filtered), filtered, self._value)
        return np.where(np.isfinite(now), filtered, np.nan)


def _alpha(cutoff_hz: float | Floats, step_s: float) -> float | Floats:
    return 1.0 / (1.0 + 1.0 / (2.0 * np.pi * cutoff_hz * step_s))


def uniform_clock(start_s: float, end_s: float, rate_hz: float) -> Floats:
    """Instants start_s, start_s + 1 / rate_hz, ... below end_s."""
    return start_s + np.arange(max(0, int(np.ceil((end_s - start_s) * rate_hz - 1e-9)))) / rate_hz


def at(time: Floats, values: Floats, when_s: float | Sequence[float] | Floats) -> Floats:
    """`values` (T,) read at `when_s` by straight lines between samples; NaN outside the clock."""
    return np.interp(np.asarray(when_s, dtype=np.float64), time, values, left=np.nan, right=np.nan)
