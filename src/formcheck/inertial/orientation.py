"""How a sensor is turned to the vertical, and how it accelerates without gravity.

Specific force, turned by the gyroscope into a frame that hardly turns at all, is gravity plus accelerations that come
and go: a low-pass there leaves gravity (the first step of VQF; Laidig & Seel 2023, Information Fusion 91, 187-204). Run
forwards and backwards over a recording, a gyroscope's bias shifts what is past as much as what is to come, and cancels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from formcheck.inertial.even import RATE_HZ, even
from formcheck.signals import Floats, Signal, smooth

if TYPE_CHECKING:
    from scipy.spatial.transform import Rotation

GRAVITY_M_S2 = 9.81
# Gravity's low-pass in the frame that hardly turns: VQF's time constant of 3 s, as the cut-off of one that is run both
# ways. On synthetic people 0.03 to 0.12 Hz are alike but for fast swings.
_GRAVITY_HZ = 0.08
# Without a gyroscope: slower than half the rate of usual repetitions, which is the best that can be done.
_TILT_HZ = 0.8
_NO_GRAVITY = 0.4  # of gravity's magnitude: less, and it was taken out beforehand

ACC = ("acc_x_m_s2", "acc_y_m_s2", "acc_z_m_s2")
GYRO = ("gyro_x_deg_s", "gyro_y_deg_s", "gyro_z_deg_s")


@dataclass(frozen=True, eq=False)
class Oriented:
    """One sensor at 50 Hz, gravity apart from the rest.

    `time` (T,) s; `known` (T,) where it was running; elsewhere values are bridged. `up` (T, 3) the vertical in the
    sensor's axes, of length 1, zero where gravity is not measured; `moving_m_s2` (T, 3) acceleration without gravity,
    in a level frame (z up, x and y anywhere but steady) where there is a gyroscope, else in the sensor's axes;
    `turning_deg_s` (T, 3) in the sensor's axes and `level_axes` (T, 3, 3), the sensor's axes as columns in the level
    frame, both None without a gyroscope.
    """

    time: Floats
    known: NDArray[np.bool_]
    up: Floats
    moving_m_s2: Floats
    turning_deg_s: Floats | None
    level_axes: Floats | None = None


def orient(signal: Signal) -> Oriented:
    """A sensor's signal at an even rate, gaps NaN, with gravity and motion apart.

    Raises KeyError without accelerometer channels.
    """
    time = signal.time
    acc, known = _bridged(np.stack([signal[name] for name in ACC], axis=1))
    if not set(GYRO) <= set(signal.channels):
        return _by_tilt(time, acc, known)
    gyro, turned = _bridged(np.stack([signal[name] for name in GYRO], axis=1))
    if not turned.any():
        return _by_tilt(time, acc, known)
    return _by_turning(time, acc, gyro, known)


def without_gravity(sensors: Mapping[str, Signal]) -> dict[str, Oriented]:
    """Every sensor with an accelerometer, on one 50 Hz clock, gravity and motion apart."""
    return {name: orient(each) for name, each in even(sensors).items() if set(ACC) <= set(each.channels)}


def _by_turning(time: Floats, acc: Floats, gyro: Floats, known: NDArray[np.bool_]) -> Oriented:
    from scipy.spatial.transform import Rotation

    turns = Rotation.from_quat(_strapped_down(gyro, 1.0 / (time[1] - time[0])))
    steady = turns.apply(acc)
    gravity = _low(steady, _GRAVITY_HZ)
    size = np.linalg.norm(gravity, axis=1, keepdims=True)
    if float(np.median(size)) < _NO_GRAVITY * GRAVITY_M_S2:
        return Oriented(time, known, np.zeros_like(acc), steady, gyro)
    up = gravity / np.maximum(size, 1e-9)
    level = _levelled(up)
    moving = level.apply(steady) - [0.0, 0.0, float(np.median(np.linalg.norm(acc, axis=1)))]
    return Oriented(time, known, turns.inv().apply(up), moving, gyro, (level * turns).as_matrix())


def _by_tilt(time: Floats, acc: Floats, known: NDArray[np.bool_]) -> Oriented:
    gravity = smooth(time, acc, _TILT_HZ)
    size = np.linalg.norm(gravity, axis=1, keepdims=True)
    if float(np.median(size)) < _NO_GRAVITY * GRAVITY_M_S2:
        return Oriented(time, known, np.zeros_like(acc), acc, None)
    return Oriented(time, known, gravity / np.maximum(size, 1e-9), acc - gravity, None)


def _strapped_down(gyro: Floats, rate: float) -> Floats:
    """(T, 4) the sensor's orientation, x y z w, against where it was at first: its turning summed up.

    Neighbours are multiplied in pairs, then pairs of pairs: log2(T) steps in place of T.
    """
    from scipy.spatial.transform import Rotation

    steps = np.radians(gyro[1:] + gyro[:-1]) / (2 * rate)
    turned = Rotation.from_rotvec(np.concatenate([np.zeros((1, 3)), steps])).as_quat()
    reach = 1
    while reach < len(turned):
        turned[reach:] = _product(turned[:-reach], turned[reach:])
        reach *= 2
    return turned / np.linalg.norm(turned, axis=1, keepdims=True)


def _product(first: Floats, then: Floats) -> Floats:
    """(T, 4) quaternions first * then, x y z w."""
    a, b = first[:, :3], then[:, :3]
    vector = first[:, 3:] * b + then[:, 3:] * a + np.cross(a, b)
    return np.concatenate([vector, first[:, 3:] * then[:, 3:] - (a * b).sum(axis=1, keepdims=True)], axis=1)


def _levelled(up: Floats) -> Rotation:
    """The shortest turns (T,) that bring unit vectors (T, 3) to z."""
    from scipy.spatial.transform import Rotation

    axis = np.stack([up[:, 1], -up[:, 0], np.zeros(len(up))], axis=1)  # up x z
    w = 1.0 + up[:, 2]
    quaternion = np.concatenate([axis, w[:, None]], axis=1)
    quaternion[w < 1e-6] = [1.0, 0.0, 0.0, 0.0]  # upside down: about any level axis
    return Rotation.from_quat(quaternion)


def _low(values: Floats, cutoff_hz: float) -> Floats:
    from scipy.signal import butter, sosfiltfilt

    sos = butter(1, cutoff_hz, fs=RATE_HZ, output="sos")
    return np.asarray(sosfiltfilt(sos, values, axis=0, padlen=min(len(values) - 1, int(RATE_HZ / cutoff_hz))))


def _bridged(values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """(T, 3) values with straight lines where they are missing, and (T,) where they are not."""
    known = np.asarray(np.isfinite(values).all(axis=1))
    if not known.any():
        return np.zeros_like(values), known
    at = np.flatnonzero(known)
    columns = [np.interp(np.arange(len(values)), at, column[at]) for column in values.T]
    return np.stack(columns, axis=1), known
