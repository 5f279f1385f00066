"""A repetition as it looks whoever does it: in body sizes, turned to the front, with the working side on the left."""

from __future__ import annotations

import numpy as np

from formcheck.body import PoseSequence
from formcheck.signals import Floats

FRAMES = 64  # to which every repetition is stretched or squeezed: what it lasts is another matter
MEDIAN_S = 0.23  # a depth camera throws a joint far off for a few frames
SMOOTH_S = 0.05
STARTING = 6  # frames of those: the posture in which a repetition begins
SIDEWAYS = 0.1  # of the body's size: so far is the nose before the shoulders of somebody who is seen from the side

_FINE = ("eye", "ear", "mouth", "pinky", "thumb", "index")  # of the face and of the hand: they say nothing more
_SIDES = ("left", "right")


class Stance:
    """One repetition: `at[joint]` (64, D) in body sizes, y up, x to the left of whoever works with the left side.

    D is 3 where there are landmarks in space (then z is towards where the person looks at first), else 2. A joint
    that is never seen is NaN.
    """

    def __init__(self, pose: PoseSequence) -> None:
        if len(pose) < 2:
            raise ValueError(f"expected a repetition of at least 2 frames, got {len(pose)}")
        flat = pose.world is None
        joints = [joint for joint in pose.skeleton.joints if not joint.startswith(_FINE)]
        chosen = [pose.skeleton.index(joint) for joint in joints]
        where = np.asarray(pose.image if pose.world is None else pose.world)[:, chosen]
        rate_hz = (len(pose) - 1) / float(pose.time[-1] - pose.time[0])
        upright = _resampled(smoothed(filled(where), rate_hz)) * ([1.0, -1.0] if flat else [1.0, -1.0, -1.0])
        self.duration_s = len(pose) / rate_hz
        self.at = {joint: upright[:, at] for at, joint in enumerate(joints)}
        if "nose" not in self.at:
            self.at["nose"] = self.at.pop("head")  # of a depth camera: as good
        if not flat:
            self._face_front()
        self._in_body_sizes()
        if self._to_be_mirrored(flat):
            self.at = {joint: self.at[_other(joint)] * _across(self.at[joint]) for joint in self.at}

    def middle(self, joint: str) -> Floats:
        """Half way between the left and the right one, (64, D)."""
        return (self.at[f"{joint}_left"] + self.at[f"{joint}_right"]) / 2

    def across(self, joint: str) -> Floats:
        """From the right one to the left one, (64, D)."""
        return self.at[f"{joint}_left"] - self.at[f"{joint}_right"]

    def _face_front(self) -> None:
        line = (self.across("hip") + self.across("shoulder"))[:STARTING].mean(axis=0)
        yaw = np.arctan2(line[2], line[0])
        turn = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
        self.at = {joint: place @ turn for joint, place in self.at.items()}

    def _in_body_sizes(self) -> None:
        """Trunk and leg are 1 long together; in the picture the longest they are seen."""

        def long(bone: Floats) -> float:
            length = np.linalg.norm(bone, axis=1)
            return float(np.nanpercentile(length, 90) if bone.shape[1] == 2 else np.nanmedian(length))

        size = long(self.middle("shoulder") - self.middle("hip"))
        legs = [
            long(self.at[f"{upper}_{side}"] - self.at[f"{lower}_{side}"])
            for side in _SIDES
            for upper, lower in (("hip", "knee"), ("knee", "ankle"))
            if np.isfinite(self.at[f"{upper}_{side}"] - self.at[f"{lower}_{side}"]).any()
        ]
        size += sum(legs) / 2 if len(legs) == 4 else 1.8 * size  # Winter, Biomechanics: legs are 1.8 trunks long
        self.at = {joint: place / size for joint, place in self.at.items()}

    def _to_be_mirrored(self, flat: bool) -> bool:
        before = float(np.nanmedian((self.at["nose"] - self.middle("shoulder"))[:, 0]))
        if flat and abs(before) > SIDEWAYS:
            return before < 0
        left, right = (self._work(side) for side in _SIDES)
        return bool(right > left)

    def _work(self, side: str) -> float:
        """How much arm and leg of a side move about where they hang."""
        arm = self.at[f"wrist_{side}"] - self.at[f"shoulder_{side}"]
        thigh = self.at[f"knee_{side}"] - self.at[f"hip_{side}"]
        bend = np.radians(angle(thigh, self.at[f"ankle_{side}"] - self.at[f"knee_{side}"]))
        return float(np.nansum([*arm.std(axis=0), *thigh.std(axis=0), bend.std() / 2]))


def angle(one: Floats, other: Floats) -> Floats:
    """Between two directions (T, D), in degrees (T,)."""
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return np.degrees(np.arccos(np.clip((one * other).sum(axis=1) / np.maximum(lengths, 1e-9), -1.0, 1.0)))


def _other(joint: str) -> str:
    name, _, side = joint.rpartition("_")
    return {"left": f"{name}_right", "right": f"{name}_left"}.get(side, joint)


def _across(place: Floats) -> Floats:
    return np.array([-1.0, 1.0, 1.0])[: place.shape[1]]


def filled(where: Floats) -> Floats:
    """(T, K, D) with what is missing between on a straight line; joints that are never seen stay NaN."""
    filled = where.reshape(len(where), -1).copy()
    for column in filled.T:
        known = np.isfinite(column)
        if known.any() and not known.all():
            column[:] = np.interp(np.arange(len(column)), np.flatnonzero(known), column[known])
    return filled.reshape(where.shape)


def smoothed(where: Floats, rate_hz: float) -> Floats:
    from scipy.ndimage import gaussian_filter1d, median_filter

    width = 2 * round(MEDIAN_S * rate_hz / 2) + 1
    steady = median_filter(where, size=(min(width, len(where)), 1, 1), mode="nearest")
    return np.asarray(gaussian_filter1d(steady, SMOOTH_S * rate_hz, axis=0, mode="nearest"))


def _resampled(where: Floats) -> Floats:
    at = np.linspace(0, len(where) - 1, FRAMES)
    before = np.minimum(at.astype(np.intp), len(where) - 2)
    share = (at - before)[:, None, None]
    return where[before] * (1 - share) + where[before + 1] * share
