"""One repetition as each kind of stream shows it to a model, in arrays of fixed size: the only preparation there is.

As in EJUST-GYM-3: 33 landmarks at 30 instants, inertial sensors on both wrists and ankles, and the gait energy image
of a thermal camera. Its landmarks are padded or truncated; here a repetition is cut into equal parts whatever its
length, which is told beside. Scaling and what depends on the body's size is done inside the networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.predictor.equal_parts import means
from formcheck.signals import Signal

Singles = NDArray[np.float32]

INSTANTS = 30  # of the landmarks,
READINGS = 100  # and of the sensors
PIXELS = 64
PLACES = ("wrist_left", "wrist_right", "ankle_left", "ankle_right")
CHANNELS = (*(f"acc_{axis}_m_s2" for axis in "xyz"), *(f"gyro_{axis}_deg_s" for axis in "xyz"))
SHAPES: Mapping[str, tuple[int, ...]] = {
    "front": (INSTANTS, 3 * len(BLAZEPOSE_33)),
    "side": (INSTANTS, 3 * len(BLAZEPOSE_33)),
    "imu": (READINGS, len(PLACES) * len(CHANNELS)),
    "thermal": (2, PIXELS, PIXELS),
}
"""What a network is given of a repetition, by stream; all NaN, or zeros, where there is no such stream."""

# A sensor's axes in a mirror: along the limb and out of the skin stay, the third, their cross product, is turned
# round; of the turning rate, which is no arrow but a sense of rotation, it is the other way about.
_IN_A_MIRROR = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
_OTHER_SIDE = np.array(
    [PLACES.index(place.replace("left", "?").replace("right", "left").replace("?", "right")) for place in PLACES]
)


@dataclass(frozen=True, eq=False)
class Repetition:
    """One repetition: `streams` of the sizes in SHAPES, those that there are, and how long it took."""

    streams: Mapping[str, Singles]
    duration_s: float

    def __post_init__(self) -> None:
        if not self.streams:
            raise ValueError(f"expected a stream at least, any of {', '.join(SHAPES)}, got none")
        for name, values in self.streams.items():
            if name not in SHAPES or values.shape != SHAPES[name]:
                raise ValueError(f"expected any of {dict(SHAPES)}, got {name} of {values.shape}")
        if not self.duration_s > 0:
            raise ValueError(f"expected a repetition that takes time, got {self.duration_s} s")

    def mirrored(self) -> Repetition:
        """What would have been seen in a mirror: left is right."""
        turned = {"front": mirrored_landmarks, "side": mirrored_landmarks, "imu": mirrored_readings}
        streams = {
            name: turned[name](values) if name in turned else np.ascontiguousarray(values[..., ::-1])
            for name, values in self.streams.items()
        }
        return Repetition(streams, self.duration_s)


def landmarks(pose: PoseSequence, start_s: float, end_s: float) -> Singles | None:
    """(30, 99) world landmarks x, y, z m of a repetition; None where the person was seen in less than half of it.

    A camera from the right sees what a camera from the left would see in a mirror, and is shown as that is.
    """
    near = (pose.time >= start_s - 0.5) & (pose.time < end_s + 0.5)
    part = pose.rows(near)
    inside = (part.time >= start_s) & (part.time < end_s)
    if part.world is None or len(part) < 2 or not inside.any() or part.found[inside].mean() < 0.5:
        return None
    part = part if part.skeleton is BLAZEPOSE_33 else part.on(BLAZEPOSE_33)
    assert part.world is not None
    found = means(part.time, part.world, start_s, end_s, INSTANTS)
    return found.reshape(INSTANTS, -1).astype(np.float32)


def readings(sensors: Mapping[str, Signal], start_s: float, end_s: float) -> Singles | None:
    """(100, 24) accelerations m/s2 and turning rates deg/s of four sensors, NaN for those that are not worn.

    None where there is no sensor at any of the four places that says anything of the repetition.
    """
    found = np.full((READINGS, len(PLACES), len(CHANNELS)), np.nan)
    for at, place in enumerate(PLACES):
        signal = sensors.get(place)
        if signal is None:
            continue
        near = signal.between(start_s - 0.5, end_s + 0.5)
        if len(near) < 2:
            continue
        for to, channel in enumerate(CHANNELS):
            if channel in near.channels:
                found[:, at, to] = means(near.time, near[channel], start_s, end_s, READINGS)
    return found.reshape(READINGS, -1).astype(np.float32) if np.isfinite(found).any() else None


def energy(share: NDArray[np.floating], warmth: NDArray[np.floating]) -> Singles | None:
    """(2, 64, 64) of an energy image: in which `share` of the time the body was where, and how warm it was there.

    `warmth` is NaN where the body hardly was. It is told between 0 and 1, from the person's coldest twentieth to their
    warmest, so that temperatures and brightness give the same; None where nobody was seen.
    """
    known = np.isfinite(warmth)
    if not known.any():
        return None
    low, high = np.percentile(warmth[known], [5, 95])
    warm = np.where(known, np.clip((warmth - low) / max(float(high - low), 1e-6), 0.0, 1.0), 0.0)
    return np.stack([share, warm]).astype(np.float32)


def mirrored_landmarks(values: Singles) -> Singles:
    """Landmarks (..., 99) of the person in a mirror."""
    joints = values.reshape(*values.shape[:-1], len(BLAZEPOSE_33), 3)
    turned = joints[..., BLAZEPOSE_33.mirrored_order(), :] * np.array([-1.0, 1.0, 1.0], dtype=np.float32)
    return turned.reshape(values.shape).astype(np.float32)


def mirrored_readings(values: Singles) -> Singles:
    """Readings (..., 24) of the person in a mirror: sensors change sides, and their axes turn round."""
    each = values.reshape(*values.shape[:-1], len(PLACES), len(CHANNELS))
    turned = each[..., _OTHER_SIDE, :] * _IN_A_MIRROR
    return turned.reshape(values.shape).astype(np.float32)
