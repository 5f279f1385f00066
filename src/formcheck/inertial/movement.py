"""How limbs with sensors move, whatever they do, as what is repeated can be found in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from formcheck.body.movement import DEG, STIRRING, Movement, principal
from formcheck.inertial.even import RATE_HZ
from formcheck.inertial.orientation import Oriented, without_gravity
from formcheck.signals import Floats, Signal, smooth

TRUNK_M = 0.5  # one body size of a Movement, about a trunk's length (Drillis & Contini 1966: 0.29 of stature)
_TILT = float(np.degrees(1.0)) / DEG  # body sizes a radian
_CUTOFF_HZ = 5.0  # as for joints in a picture
_LEAST_S = 1.0
_STEEP = 4  # order of the high-pass of a way, at
_OF_THE_RHYTHM = 0.5  # of its rhythm: an accelerometer twice integrated drifts, the more the slower
_DRIFTS_HZ = (0.1, 1.0)  # the least and the most of that
_SPEED_HZ = 0.2  # what is slower stays out of the speed that tells the rhythm
_RHYTHM_S = (0.4, 8.0)  # from one repetition to the next
_USUAL_S = 3.0  # where no rhythm is found
_AS_GOOD = 0.8  # of the best likeness after a while: the first such while is the rhythm


@dataclass(frozen=True, eq=False)
class InertialMovement(Movement):
    """Limbs that move: `joints` (T, 2 S, 3) are, for each of S sensors, its tilt and its way, in body sizes.

    The tilt is the vertical in the sensor's axes, 40 degrees for a body size; the way is where the sensor was, as far
    as twice integrated acceleration `moving_m_s2` (T, S, 3) tells: without what is slower than half its rhythm. `names`
    (S,) of the sensors; `level` says whose ways are in a level frame, z up.
    """

    names: tuple[str, ...] = ()
    level: tuple[bool, ...] = ()
    moving_m_s2: Floats | None = None

    @staticmethod
    def of_sensors(sensors: Mapping[str, Signal]) -> InertialMovement | None:
        """The movement of sensors with accelerometers; None where none of them ran for a second."""
        oriented = without_gravity(sensors)
        oriented = {name: each for name, each in oriented.items() if each.known.sum() >= _LEAST_S * RATE_HZ}
        if not oriented:
            return None
        time = next(iter(oriented.values())).time
        tilt = np.stack([_TILT * smooth(time, each.up, _CUTOFF_HZ) for each in oriented.values()], axis=1)
        running = np.stack([each.known for each in oriented.values()], axis=1)
        known = np.asarray(running.mean(axis=1) >= 0.5 * running.any(axis=0).mean())
        return _moving(
            time,
            tilt,
            known,
            np.repeat(running.mean(axis=0), 2),
            tuple(oriented),
            tuple(each.turning_deg_s is not None for each in oriented.values()),
            np.stack(_ahead_alike(oriented), axis=1),
        )

    def between(self, start_s: float, end_s: float) -> InertialMovement:
        """The part in [start_s, end_s), by its own rhythm."""
        part = slice(*np.searchsorted(self.time, (start_s, end_s)))
        assert self.moving_m_s2 is not None
        time, tilt, known = self.time[part], self.joints[part, ::2], self.known[part]
        return _moving(time, tilt, known, self.weight, self.names, self.level, self.moving_m_s2[part])

    def turned(self, ways: Floats) -> tuple[Floats, ...]:
        """Ways (N, P, 2 S, 3) with left and right sensors exchanged, worn alike or as mirror images of each other."""
        order = self._exchanged
        if order == list(range(len(order))):
            return ()
        other = ways[:, :, order]
        return other, other * [1.0, -1.0, 1.0]

    @cached_property
    def _exchanged(self) -> list[int]:
        """(2 S,) whose tilt and way take the place of each one's where left and right are exchanged."""
        other = [_other_side(name) for name in self.names]
        sides = [self.names.index(name) if name in self.names else at for at, name in enumerate(other)]
        return [2 * at + part for at in sides for part in (0, 1)]

    @cached_property
    def stirring(self) -> Floats:
        """(T,) 0..1: how fast the limb moves that moves most; half at 0.3 body sizes a second."""
        speed = np.linalg.norm(np.gradient(self.joints, axis=0), axis=-1) * self.rate_hz * self.weight
        most = np.sqrt((speed**2).reshape(len(speed), -1, 2).sum(axis=-1).max(axis=-1))
        return most / (most + STIRRING)

    @cached_property
    def alike(self) -> Floats:
        """(T, 6 S) everything that moves, in sums and differences of both sides that do not tell them apart."""
        joints = self.joints * self.weight[:, None]
        other = joints[:, self._exchanged]
        both = np.where(np.arange(3) == 1, np.abs(joints - other) / 2, (joints + other) / 2)
        return both.reshape(len(joints), -1)

    @cached_property
    def signals(self) -> dict[str, Floats]:
        """By name, everything (T,) that may drive repetitions."""
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
            if name.endswith("_left") and _other_side(name) in self.names:
                out |= self._of_both(at, self.names.index(_other_side(name)))
        everything = (self.joints * self.weight[:, None]).reshape(len(self.joints), -1)
        for what, values in (("component", everything), ("component of both sides", self.alike)):
            for at, component in enumerate(principal(values, self.known, 3)):
                out[f"{what} {at + 1}"] = component
        return {name: values for name, values in out.items() if np.ptp(values) > 0}

    def _of_both(self, left: int, right: int) -> dict[str, Floats]:
        """What does not tell left from right: whoever does the same with both in turn repeats it twice as often."""
        limb = self.names[left].removesuffix("_left")
        out: dict[str, Floats] = {}
        one, other = self.joints[:, 2 * left], self.joints[:, 2 * right]
        for axis, letter in enumerate("xyz"):
            out[f"tilt of both {limb}s along {letter}"] = (one[:, axis] + other[:, axis]) / 2
        out[f"tilt of {limb}s along y, mirrored"] = (one[:, 1] - other[:, 1]) / 2
        if self.level[left] and self.level[right]:
            first, second = self.joints[:, 2 * left + 1, 2], self.joints[:, 2 * right + 1, 2]
            out[f"height of both {limb}s"] = (first + second) / 2
            out[f"height of the upper {limb}"] = np.maximum(first, second)
        return out


def _moving(
    time: Floats,
    tilt: Floats,
    known: NDArray[np.bool_],
    weight: Floats,
    names: tuple[str, ...],
    level: tuple[bool, ...],
    moving_m_s2: Floats,
) -> InertialMovement:
    """Sensors with their ways at the rhythm of what they do."""
    rhythm_s = _rhythm_s(time, tilt, moving_m_s2)
    slowest_hz = float(np.clip(_OF_THE_RHYTHM / rhythm_s, *_DRIFTS_HZ))
    way = smooth(time, _twice_integrated(moving_m_s2, slowest_hz), _CUTOFF_HZ) / TRUNK_M
    joints = np.stack([tilt, way], axis=2).reshape(len(time), -1, 3)
    return InertialMovement(
        time, joints, known, weight, np.zeros((len(time), 2)), names=names, level=level, moving_m_s2=moving_m_s2
    )


def _rhythm_s(time: Floats, tilt: Floats, moving_m_s2: Floats) -> float:
    """After how long the limbs tilt and go as before: the first lag at which that is nearly as true as at any other."""
    first, last = (round(lag * RATE_HZ) for lag in _RHYTHM_S)
    last = min(last, len(time) // 2)
    if last <= first + 2:
        return _USUAL_S
    speed = _integrated(moving_m_s2, _SPEED_HZ, 1) / TRUNK_M
    values = np.concatenate([tilt, speed], axis=1).reshape(len(time), -1)
    values = values - values.mean(axis=0)
    spectrum = np.fft.rfft(values, 2 * len(time), axis=0)
    alike = np.fft.irfft((np.abs(spectrum) ** 2).sum(axis=1))[: last + 1]
    alike = alike / np.arange(len(time), len(time) - last - 1, -1)
    inside = alike[first:last]
    peaks = first + np.flatnonzero((inside >= alike[first - 1 : last - 1]) & (inside >= alike[first + 1 : last + 1]))
    peaks = peaks[alike[peaks] > 0]
    if not len(peaks):
        return _USUAL_S
    return float(peaks[alike[peaks] >= _AS_GOOD * alike[peaks].max()][0] / RATE_HZ)


def _twice_integrated(acc_m_s2: Floats, slowest_hz: float) -> Floats:
    return _integrated(acc_m_s2, slowest_hz, 2)


def _integrated(acc_m_s2: Floats, slowest_hz: float, times: int) -> Floats:
    """(T, ...) in the frequency domain, mirrored at both ends: who begins or ends is mostly at rest there."""
    pad = min(len(acc_m_s2) - 1, int(2 * RATE_HZ / slowest_hz))
    longer = np.concatenate([acc_m_s2[pad:0:-1], acc_m_s2, acc_m_s2[-2 : -pad - 2 : -1]])
    frequency_hz = np.fft.rfftfreq(len(longer), 1.0 / RATE_HZ)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (2j * np.pi * frequency_hz) ** -times / (1.0 + (slowest_hz / frequency_hz) ** (2 * _STEEP))
    share[0] = 0.0
    spectrum = np.fft.rfft(longer, axis=0) * share.reshape(-1, *[1] * (acc_m_s2.ndim - 1))
    return np.fft.irfft(spectrum, len(longer), axis=0)[pad : pad + len(acc_m_s2)]


def _ahead_alike(oriented: Mapping[str, Oriented]) -> list[Floats]:
    """(T, 3) accelerations of each sensor in level frames that left and right sensors have in common.

    Nothing tells where a sensor's level frame faces, so x is where one of its own axes mostly points: the same one for
    both sides, and the one that lies most level and steady.
    """
    axes = {name: _mostly(each) for name, each in oriented.items()}
    out: list[Floats] = []
    for name, each in oriented.items():
        level = np.abs(axes[name]) + np.abs(axes.get(_other_side(name), np.zeros(3)))
        ahead = axes[name][int(np.argmax(level))]
        turn = np.conj(ahead) / max(abs(ahead), 1e-9)
        flat = (each.moving_m_s2[:, 0] + 1j * each.moving_m_s2[:, 1]) * turn
        level_frame = each.level_axes is not None
        out.append(
            np.stack([flat.real, flat.imag, each.moving_m_s2[:, 2]], axis=1) if level_frame else each.moving_m_s2
        )
    return out


def _mostly(each: Oriented) -> NDArray[np.complex128]:
    """(3,) where each axis of a sensor points in the level plane on average, as x + iy."""
    if each.level_axes is None:
        return np.zeros(3, dtype=np.complex128)
    return np.asarray((each.level_axes[:, 0] + 1j * each.level_axes[:, 1]).mean(axis=0), dtype=np.complex128)


def _other_side(name: str) -> str:
    if name.endswith("_left"):
        return name.removesuffix("left") + "right"
    return name.removesuffix("right") + "left" if name.endswith("_right") else name
