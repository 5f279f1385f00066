"""How limbs with sensors move, whatever they do, as what is repeated can be found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from formcheck.body.movement import DEG, STIRRING, Movement, principal
from formcheck.inertial.even import RATE_HZ
from formcheck.inertial.orientation import Oriented, without_gravity
from formcheck.signals import Floats, Signal, smooth

TRUNK_M = 0.5  # one body size of a Movement, about a trunk's length (Drillis & Contini 1966: 0.29 of stature)
_TILT = float(np.degrees(1.0)) / DEG  # body sizes a radian
_SLOWEST_HZ = 0.15  # repetitions of more than 7 s are not told from an accelerometer's drift; their tilt still is
_STEEP = 4  # order of that high-pass
_CUTOFF_HZ = 5.0  # as for joints in a picture
_LEAST_S = 1.0


@dataclass(frozen=True, eq=False)
class InertialMovement(Movement):
    """Limbs that move: `joints` (T, 2 S, 3) are, for each of S sensors, its tilt and its way, in body sizes.

    The tilt is the vertical in the sensor's axes, 40 degrees for a body size; the way is where the sensor was, as far
    as twice integrated acceleration tells: without what is slower than 7 s. `names` (S,) of the sensors; `level` says
    whose ways are in a level frame.
    """

    names: tuple[str, ...] = ()
    level: tuple[bool, ...] = ()
    swaps: tuple[tuple[tuple[int, ...], float], ...] = field(default=())

    @staticmethod
    def of_sensors(sensors: Mapping[str, Signal]) -> InertialMovement | None:
        """The movement of sensors with accelerometers; None where none of them ran for a second."""
        oriented = without_gravity(sensors)
        oriented = {name: each for name, each in oriented.items() if each.known.sum() >= _LEAST_S * RATE_HZ}
        if not oriented:
            return None
        parts = [part for each in oriented.values() for part in (_TILT * _tilt(each), _way(each) / TRUNK_M)]
        joints = np.stack(parts, axis=1)
        running = np.stack([each.known for each in oriented.values()], axis=1)
        weight = np.repeat(running.mean(axis=0), 2)
        time = next(iter(oriented.values())).time
        known = running.mean(axis=1) >= 0.5 * running.any(axis=0).mean()
        names = tuple(oriented)
        return InertialMovement(
            time,
            joints,
            known,
            weight,
            np.zeros((len(time), 2)),
            names,
            tuple(each.turning_deg_s is not None for each in oriented.values()),
            _swaps(names),
        )

    def between(self, start_s: float, end_s: float) -> InertialMovement:
        """The part in [start_s, end_s)."""
        part = slice(*np.searchsorted(self.time, (start_s, end_s)))
        time, joints, known, middle = self.time[part], self.joints[part], self.known[part], self.middle[part]
        return replace(self, time=time, joints=joints, known=known, middle=middle)

    def turned(self, ways: Floats) -> tuple[Floats, ...]:
        """Ways (N, P, 2 S, 3) with left and right sensors exchanged, worn alike or as mirror images of each other."""
        return tuple(ways[:, :, list(order)] * [1.0, sign, 1.0] for order, sign in self.swaps)

    @cached_property
    def stirring(self) -> Floats:
        """(T,) 0..1: how fast the limb moves that moves most; half at 0.3 body sizes a second."""
        speed = np.linalg.norm(np.gradient(self.joints, axis=0), axis=-1) * self.rate_hz * self.weight
        most = np.sqrt((speed**2).reshape(len(speed), -1, 2).sum(axis=-1).max(axis=-1))
        return most / (most + STIRRING)

    @cached_property
    def alike(self) -> Floats:
        """(T, 6 S) everything that moves."""
        return (self.joints * self.weight[:, None]).reshape(len(self.joints), -1)

    @cached_property
    def signals(self) -> dict[str, Floats]:
        """By name, everything (T,) that may drive repetitions, in body sizes."""
        out: dict[str, Floats] = {}
        for at, name in enumerate(self.names):
            tilt, way = self.joints[:, 2 * at], self.joints[:, 2 * at + 1]
            for axis, letter in enumerate("xyz"):
                out[f"tilt of {name} along {letter}"] = tilt[:, axis]
            if self.level[at]:
                out[f"height of {name}"] = way[:, 2]
            for what, values in (("tilt", tilt), ("way", way), ("movement", self.joints[:, 2 * at : 2 * at + 2])):
                flat = values.reshape(len(values), -1)
                for number, component in enumerate(principal(flat, self.known, 2)):
                    out[f"{what} of {name}, component {number + 1}"] = component
        for at, component in enumerate(principal(self.alike, self.known, 3)):
            out[f"component {at + 1}"] = component
        return {name: values for name, values in out.items() if np.ptp(values) > 0}


def _tilt(each: Oriented) -> Floats:
    return smooth(each.time, each.up, _CUTOFF_HZ)


def _way(each: Oriented) -> Floats:
    """(T, 3) m: acceleration integrated twice, without what is slower than a slow repetition."""
    return smooth(each.time, _twice_integrated(each.moving_m_s2), _CUTOFF_HZ)


def _twice_integrated(acc_m_s2: Floats) -> Floats:
    """In the frequency domain, mirrored at both ends: who begins or ends is mostly at rest there."""
    pad = min(len(acc_m_s2) - 1, int(2 * RATE_HZ / _SLOWEST_HZ))
    longer = np.concatenate([acc_m_s2[pad:0:-1], acc_m_s2, acc_m_s2[-2 : -pad - 2 : -1]])
    frequency_hz = np.fft.rfftfreq(len(longer), 1.0 / RATE_HZ)
    with np.errstate(divide="ignore", invalid="ignore"):
        twice = -1.0 / (2 * np.pi * frequency_hz) ** 2 / (1.0 + (_SLOWEST_HZ / frequency_hz) ** (2 * _STEEP))
    twice[0] = 0.0
    way = np.fft.irfft(np.fft.rfft(longer, axis=0) * twice[:, None], len(longer), axis=0)
    return way[pad : pad + len(acc_m_s2)]


def _swaps(names: tuple[str, ...]) -> tuple[tuple[tuple[int, ...], float], ...]:
    """How the parts of sensors are exchanged with those of the other side; nothing where there is only one side."""
    other = {name: _other_side(name) for name in names}
    order = [names.index(other[name]) if other[name] in names else at for at, name in enumerate(names)]
    if order == list(range(len(names))):
        return ()
    parts = tuple(2 * at + part for at in order for part in (0, 1))
    return ((parts, 1.0), (parts, -1.0))


def _other_side(name: str) -> str:
    if name.endswith("_left"):
        return name.removesuffix("left") + "right"
    return name.removesuffix("right") + "left" if name.endswith("_right") else name
