"""How much is going on at every instant, for bringing streams together that see the same movement."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from formcheck.inertial.orientation import without_gravity
from formcheck.signals import Signal, smooth

_REACH_M = 0.25  # a forearm's length: an acceleration there of that many times the square of the turning
_BAND_HZ = 4.0  # what a camera at 30 Hz sees of it


def motion_energy(sensors: Mapping[str, Signal]) -> Signal:
    """How fast limbs with sensors move, `motion_m_s` (T,) at 50 Hz, low-passed at 4 Hz; NaN where no sensor ran.

    The root mean square over sensors of the speed at which the sensor turns about a forearm's length and of the speed
    that its acceleration makes within a second. Made for correlating with other streams: its scale is rough.
    """
    oriented = without_gravity(sensors)
    if not oriented:
        return Signal(np.zeros(0), np.zeros((0, 1)), ("motion_m_s",))
    squares: list[np.ndarray] = []
    time = next(iter(oriented.values())).time
    for each in oriented.values():
        speed = np.zeros_like(each.moving_m_s2)
        if len(time) > 12:
            speed = _speed(each.moving_m_s2, 1.0 / (time[1] - time[0]))
        square = (speed**2).sum(axis=1)
        if each.turning_deg_s is not None:
            square = square + (_REACH_M * np.radians(each.turning_deg_s)).__pow__(2).sum(axis=1)
        squares.append(np.where(each.known, square, np.nan))
    known = np.isfinite(squares).any(axis=0)
    total = np.nansum(squares, axis=0) / np.maximum(np.isfinite(squares).sum(axis=0), 1)
    energy = np.where(known, np.sqrt(total), np.nan)
    return Signal(time, smooth(time, energy, _BAND_HZ)[:, None], ("motion_m_s",))


def _speed(acc_m_s2: np.ndarray, rate: float) -> np.ndarray:
    """(T, 3) m/s: acceleration summed up, without what is slower than a quarter of a hertz."""
    from scipy.signal import butter, sosfiltfilt

    summed = np.cumsum(acc_m_s2 - acc_m_s2.mean(axis=0), axis=0) / rate
    sos = butter(2, 0.25, btype="highpass", fs=rate, output="sos")
    return np.asarray(sosfiltfilt(sos, summed, axis=0, padlen=min(len(summed) - 1, int(4 * rate))))
