"""How a body moves, whatever it does: joints about the hips, in units of the body, on an even clock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from formcheck.body.pose import PoseSequence
from formcheck.signals import Floats, fill_gaps, rate_hz, smooth, uniform_clock

PAIRED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
JOINTS = ("nose", *(f"{name}_{side}" for name in PAIRED for side in ("left", "right")))
SWAPPED = np.array([0, *(1 + 2 * at + other for at in range(len(PAIRED)) for other in (1, 0))])
FASTEST_HZ = 30.0  # nothing that a person repeats needs more
LONGEST_GAP_S = 0.5
CUTOFF_HZ = 5.0  # as for a Track
BODY = 1.3  # a standing trunk over the root mean square distance of joints from their middle
STIRRING = 0.3  # bodies a second: at this mean speed of the joints an instant counts half
DEG = 40.0  # degrees of a joint that look as large as one body length: an elbow moves the wrist half a trunk
LOST = 0.1  # the weight of somebody hidden all the time is a hundredth of somebody's in view
LEAST_FRAMES = 8
WHOLE = 0.7  # of the joints must be known for a frame to show the body


@dataclass(frozen=True, eq=False)
class Movement:
    """A person's movement in the picture without place and size, on an even clock; other sensors make their own kind.

    `time` (T,) s; `joints` (T, 13, 2) of `JOINTS` about mid-hip, in body sizes, x right, y down, gaps bridged by
    straight lines; `known` (T,) where there was no gap; `weight` (13,) 0..1, how well each joint was seen; `middle` (T,
    2) where mid-hip was in the picture, in body sizes.
    """

    time: Floats
    joints: Floats
    known: NDArray[np.bool_]
    weight: Floats
    middle: Floats

    @staticmethod
    def of(pose: PoseSequence) -> Movement | None:
        """The movement of a recorded person; None when they were seen in too few frames."""
        points = np.stack([_place(pose, joint) for joint in JOINTS], axis=1)
        seen = np.stack([_seen(pose, joint) for joint in JOINTS], axis=1)
        there = np.asarray(np.isfinite(points).all(axis=2))
        has = there.sum(axis=0) >= LEAST_FRAMES
        whole = there[:, has].mean(axis=1) >= WHOLE if has[1:].any() else np.zeros(len(pose), dtype=bool)
        if whole.sum() < LEAST_FRAMES:
            return None
        time, first, last = pose.time, *pose.time[whole][[0, -1]]
        rate = min(FASTEST_HZ, rate_hz(time[whole]))
        known = np.isfinite(fill_gaps(time, np.where(whole, 1.0, np.nan), LONGEST_GAP_S))
        clock = uniform_clock(float(first), float(last) + 1e-6, rate)
        even = np.zeros((len(clock), len(JOINTS), 2))
        for joint in np.flatnonzero(has):
            for axis in (0, 1):
                at = there[:, joint]
                even[:, joint, axis] = np.interp(clock, time[at], points[at, joint, axis])
        even = _steady(clock, even.reshape(len(clock), -1), rate).reshape(even.shape)
        between = np.interp(clock, time, known.astype(float)) > 0.99
        hips = even[:, [JOINTS.index("hip_left"), JOINTS.index("hip_right")]].mean(axis=1)
        spread = even[:, has] - even[:, has].mean(axis=1, keepdims=True)
        size = BODY * float(np.median(np.sqrt((spread**2).sum(axis=-1).mean(axis=-1))[between]))
        if not size > 0:
            return None
        joints = np.where(has[:, None], (even - hips[:, None]) / size, 0.0)
        return Movement(clock, joints, between, np.where(has, seen[whole].mean(axis=0), 0.0), hips / size)

    @property
    def rate_hz(self) -> float:
        """Samples a second."""
        return 1.0 / (self.time[1] - self.time[0])

    def between(self, start_s: float, end_s: float) -> Movement:
        """The part in [start_s, end_s)."""
        part = slice(*np.searchsorted(self.time, (start_s, end_s)))
        return Movement(self.time[part], self.joints[part], self.known[part], self.weight, self.middle[part])

    @cached_property
    def stirring(self) -> Floats:
        """(T,) 0..1: how much of the body moves how fast; half at `STIRRING`."""
        speed = np.gradient(self.joints, axis=0) * self.rate_hz
        weight = self.weight**2
        mean = np.sqrt(((speed**2).sum(axis=-1) * weight).sum(axis=-1) / max(float(weight.sum()), 1e-9))
        return mean / (mean + STIRRING)

    @cached_property
    def stirred(self) -> Floats:
        """(T + 1,) seconds of movement up to each instant: those of rest do not count, those of full movement do."""
        return np.concatenate([[0.0], np.cumsum(self.stirring) / self.rate_hz])

    def index(self, when_s: Floats) -> NDArray[np.intp]:
        """(N,) the samples just before instants (N,) s."""
        return np.clip(((when_s - self.time[0]) * self.rate_hz).astype(np.intp), 0, len(self.time) - 1)

    def at(self, when_s: Floats) -> Floats:
        """(N, 13, 2) joints at instants (N,) s, between samples by straight lines."""
        exact = np.clip((when_s - self.time[0]) * self.rate_hz, 0.0, len(self.time) - 1.001)
        before = exact.astype(np.intp)
        share = (exact - before)[:, None, None]
        return self.joints[before] * (1.0 - share) + self.joints[before + 1] * share

    def turned(self, ways: Floats) -> tuple[Floats, ...]:
        """Ways (N, P, 13, 2) with the sides of the body exchanged: seen from the side, and from in front (mirrored)."""
        other = ways[:, :, SWAPPED]
        return other, other * [-1.0, 1.0]

    @cached_property
    def alike(self) -> Floats:
        """(T, 39) weighted coordinates that are the same for a body and its mirror image."""
        joints, other = self.joints, self.joints[:, SWAPPED]
        parts = [(joints + other)[..., 1] / 2, (joints + other)[..., 0] / 2, np.abs(joints - other)[..., 0] / 2]
        return np.concatenate(parts, axis=1) * np.tile((self.weight + self.weight[SWAPPED]) / 2, 3) ** 2

    @cached_property
    def signals(self) -> dict[str, Floats]:
        """By name, everything (T,) that may drive repetitions: in body sizes, degrees over 40."""
        sides = {name: self._sides(name) for name in PAIRED}
        one = {name: (left * a + right * b) for name, ((left, right), (a, b)) in sides.items()}
        one["nose"] = self.joints[:, 0]
        out: dict[str, Floats] = {}
        for name, places in _ANGLES.items():
            angles = [_bend(*(self.joints[:, JOINTS.index(f"{at}_{side}")] for at in places)) for side in _SIDES]
            a, b = self._shares(*places)
            out[name] = a * angles[0] + b * angles[1]
            out[f"{name}, the more bent"], out[f"{name}, the less bent"] = np.minimum(*angles), np.maximum(*angles)
        for first, second in _BETWEEN:
            way = one[first] - one[second]
            out[f"{first} over {second}"] = way[:, 1]
            out[f"{first} from {second}"] = np.linalg.norm(way, axis=1)
        for first, second in _AHEAD:
            out[f"{first} ahead of {second}"] = (one[first] - one[second])[:, 0]
        for name in ("elbow", "wrist", "knee", "ankle"):
            (left, right), _ = sides[name]
            out[f"{name}s apart"] = np.linalg.norm(left - right, axis=1)
            out[f"upper {name}"], out[f"lower {name}"] = np.minimum(left, right)[:, 1], np.maximum(left, right)[:, 1]
            out[f"both {name}s"] = (left + right)[:, 1] / 2
        for name in ("shoulder", "hip", "nose", "wrist"):
            out[f"height of {name}"] = (one[name] + self.middle)[:, 1]
        for at, component in enumerate(principal(self.alike, self.known, 3)):
            out[f"component {at + 1}"] = component
        return {name: values for name, values in out.items() if np.ptp(values) > 0}

    def _sides(self, name: str) -> tuple[tuple[Floats, Floats], tuple[float, float]]:
        left, right = (self.joints[:, JOINTS.index(f"{name}_{side}")] for side in _SIDES)
        return (left, right), self._shares(name)

    def _shares(self, *names: str) -> tuple[float, float]:
        """How much left and right count by how well they are seen."""
        left, right = (min(float(self.weight[JOINTS.index(f"{at}_{side}")]) for at in names) for side in _SIDES)
        left, right = left**2 + LOST**2, right**2 + LOST**2
        return left / (left + right), right / (left + right)


_SIDES = ("left", "right")
_ANGLES = {
    "elbow": ("shoulder", "elbow", "wrist"),
    "armpit": ("elbow", "shoulder", "hip"),
    "hip": ("shoulder", "hip", "knee"),
    "knee": ("hip", "knee", "ankle"),
}
_BETWEEN = (
    ("wrist", "shoulder"),
    ("wrist", "hip"),
    ("elbow", "shoulder"),
    ("nose", "hip"),
    ("shoulder", "hip"),
    ("ankle", "hip"),
    ("knee", "hip"),
    ("shoulder", "ankle"),
    ("nose", "ankle"),
    ("wrist", "ankle"),
    ("nose", "wrist"),
    ("knee", "shoulder"),
)
_AHEAD = (("wrist", "shoulder"), ("shoulder", "hip"), ("knee", "hip"), ("wrist", "hip"), ("shoulder", "ankle"))


def principal(values: Floats, inside: NDArray[np.bool_], count: int) -> Floats:
    """(count, T) projections of `values` (T, K) on the directions in which they vary most where `inside`."""
    if inside.sum() < 3:
        return np.zeros((0, len(values)))
    middle = values[inside].mean(axis=0)
    directions = np.linalg.eigh(np.cov((values[inside] - middle).T))[1][:, ::-1][:, :count]
    return ((values - middle) @ directions).T


def _place(pose: PoseSequence, joint: str) -> Floats:
    """A joint in the picture; a skeleton without a nose has a head."""
    return pose.pixels("head" if joint == "nose" and joint not in pose.skeleton else joint)


def _seen(pose: PoseSequence, joint: str) -> Floats:
    return pose.seen("head" if joint == "nose" and joint not in pose.skeleton else joint)


def _steady(clock: Floats, values: Floats, rate: float) -> Floats:
    """Without single frames in which a joint jumps, and low-passed."""
    from scipy.ndimage import median_filter

    wide = max(3, round(rate * 0.12) | 1)
    return smooth(clock, median_filter(values, size=(wide, 1), mode="nearest"), min(CUTOFF_HZ, 0.4 * rate))


def _bend(start: Floats, vertex: Floats, end: Floats) -> Floats:
    """(T,) the angle at `vertex` in the picture, degrees over 40."""
    one, other = start - vertex, end - vertex
    cosine = (one * other).sum(axis=-1) / np.maximum(
        np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1), 1e-9
    )
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))) / DEG
