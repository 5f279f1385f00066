"""The unit in which a sensor really reports: gravity's magnitude tells it, whatever the file declares."""

from __future__ import annotations

import numpy as np

from formcheck.signals import Floats, derivative, fill_gaps, rate_hz, smooth
from formcheck.sources.frame import SourceError
from formcheck.sources.imu.recording import Reading

STANDARD_GRAVITY_M_S2 = 9.80665  # ISO 80000-3
_ACC = {"g": STANDARD_GRAVITY_M_S2, "m/s2": 1.0, "mg": STANDARD_GRAVITY_M_S2 / 1000}
_GYRO = {"deg/s": 1.0, "rad/s": float(np.degrees(1.0))}
_MAG = {"ut": 1.0, "t": 1e6}
# Nobody accelerates the whole time: the median magnitude stays near 1 g. Between g and m/s2 lies a factor of 9.8, so
# within its root of 3.1 there is no doubt; 2 leaves room for a bad scale.
_NEAR = 2.0
_TURNING_HZ = 2.0  # slower than this an accelerometer on a limb mostly shows how it is turned
_LEAST_TURN_DEG_S = 5.0
_ALIKE = 0.3  # correlation of the turning that both see, from which their sizes can be compared
_APART = 12.0  # times; between rad and deg lies a factor of 57, and the accelerometer's own motion may make one of 3


def acc_m_s2(reading: Reading) -> tuple[Floats, tuple[str, ...]]:
    """An accelerometer's values (T, 3) in m/s2, and what is to be said about its unit."""
    norm = float(np.nanmedian(np.linalg.norm(reading.values, axis=1)))
    declared = _declared(reading, _ACC)
    if declared and _is_gravity(norm * _ACC[declared]):
        return reading.values * _ACC[declared], ()
    for name, scale in _ACC.items():
        if name != declared and _is_gravity(norm * scale):
            said = f"declares {declared}" if declared else "does not say its unit"
            why = f"at rest it reads {norm:.3g}, as gravity does in {name}"
            return reading.values * scale, (f"{_start(reading.called)} {said}, but {why}: it was read as {name}.",)
    scale = _ACC[declared or "m/s2"]
    said = f"{_start(reading.called)} reads {norm * scale:.2g} m/s2 in the middle, not gravity's 9.8: "
    why = "gravity seems to have been taken out" if norm * scale < STANDARD_GRAVITY_M_S2 else "its scale is in doubt"
    return reading.values * scale, (f"{said}{why}.",)


def gyro_deg_s(reading: Reading, acc: tuple[Floats, Floats] | None) -> tuple[Floats, tuple[str, ...]]:
    """A gyroscope's values (T, 3) in deg/s, and what is to be said about its unit.

    `acc` is the same sensor's accelerometer, time (A,) s and values (A, 3) in m/s2: as the limb turns, gravity turns
    the other way in the sensor, so both must see the same speed (d g / dt = - omega x g).
    """
    declared = _declared(reading, _GYRO)
    scale = _GYRO[declared or "deg/s"]
    ratio = None if acc is None else _seen_over_told(reading.time, reading.values * scale, *acc)
    if ratio is not None and (ratio > _APART or ratio < 1 / _APART):
        other = "rad/s" if ratio > _APART else "deg/s"
        if other != (declared or "deg/s"):
            said = f"declares {declared}" if declared else "does not say its unit, deg/s would be usual"
            why = f"gravity turns {ratio:.3g} times as fast as that"
            return (
                reading.values * _GYRO[other],
                (f"{_start(reading.called)} {said}, but {why}: it was read as {other}.",),
            )
    return reading.values * scale, () if declared else (f"{_start(reading.called)} has no unit: deg/s was assumed.",)


def mag_ut(reading: Reading) -> tuple[Floats, tuple[str, ...]]:
    """A magnetometer's values (T, 3) in microtesla, and what is to be said about its unit."""
    declared = _declared(reading, _MAG)
    return reading.values * _MAG[declared or "ut"], () if declared else (f"{_start(reading.called)} has no unit.",)


def _declared(reading: Reading, units: dict[str, float]) -> str | None:
    unit = reading.unit.lower() if reading.unit else None
    if unit is not None and unit not in units:
        raise SourceError(f"expected {', '.join(units)} of {reading.called}, got {reading.unit}; convert it")
    return unit


def _is_gravity(norm_m_s2: float) -> bool:
    return bool(1 / _NEAR < norm_m_s2 / STANDARD_GRAVITY_M_S2 < _NEAR)


def _seen_over_told(time: Floats, gyro_deg_s: Floats, acc_time: Floats, acc: Floats) -> float | None:
    """How fast gravity turns over how fast the gyroscope says it does; None where neither moves or they disagree."""
    inside = (acc_time >= time[0]) & (acc_time <= time[-1])
    if inside.sum() < 20:
        return None
    clock = acc_time[inside]
    low = smooth(clock, fill_gaps(clock, acc[inside]), min(_TURNING_HZ, 0.2 * rate_hz(clock)))
    down = low / np.linalg.norm(low, axis=1, keepdims=True)
    omega = np.stack([np.interp(clock, time, np.nan_to_num(axis)) for axis in gyro_deg_s.T], axis=1)
    told = np.cross(down, smooth(clock, omega, min(_TURNING_HZ, 0.2 * rate_hz(clock))))
    seen = np.degrees(derivative(clock, down))
    known = np.isfinite(seen).all(axis=1)
    seen, told = seen[known].ravel(), told[known].ravel()
    sizes = np.linalg.norm(seen), np.linalg.norm(told)
    if not known.any() or sizes[0] / np.sqrt(known.sum()) < _LEAST_TURN_DEG_S or sizes[1] == 0:
        return None
    if float(seen @ told) / float(sizes[0] * sizes[1]) < _ALIKE:
        return None
    return float(sizes[0] / sizes[1])


def _start(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
