"""Where the head is at every instant, found or not, so that it can be hidden."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.body.pose import PoseSequence
from formcheck.signals import Floats

_FACE = ("nose", "eye", "eye_inner", "eye_outer", "ear", "mouth", "head", "head_top")

# Head sizes after Drillis & Contini 1966 (head height 0.130, biacromial breadth 0.259, trunk 0.288 of stature), as a
# radius round the middle of the face with room for hair, chin and landmarks that are off.
PER_SHOULDERS = 0.42
PER_TRUNK = 0.36
PER_EARS = 0.95
SIZE_WINDOW_S = 1.0  # foreshortening makes a head look small for a moment: the largest size nearby counts
SHORT_GAP_S = 0.5
LEAST_FRAME_SHARE = 0.02


@dataclass(frozen=True)
class Region:
    """An ellipse to hide, px of the full frame; `whole` hides the full picture."""

    center: tuple[float, float]
    radius: tuple[float, float]
    whole: bool = False


@dataclass(frozen=True, eq=False)
class Head:
    """The head of one person over time: `time` (T,) s, `center` (T, 2) px, `radius` (T,) px, found frames only."""

    time: Floats
    center: Floats
    radius: Floats

    @classmethod
    def of(cls, pose: PoseSequence) -> Head:
        """From nose, eyes, ears and mouth; its size is the largest that ears, shoulders or trunk suggest nearby."""
        names = [joint for joint in pose.skeleton.joints if joint.removesuffix("_left").removesuffix("_right") in _FACE]
        face = np.stack([pose.pixels(name) for name in names], axis=1) if names else np.empty((len(pose), 0, 2))
        known = np.isfinite(face).all(axis=2).sum(axis=1) > 0
        time, face = pose.time[known], face[known]
        if not len(time):
            return cls(time, np.empty((0, 2)), np.empty(0))
        low, high = np.nanmin(face, axis=1), np.nanmax(face, axis=1)
        spread = np.linalg.norm(high - low, axis=1) / 2
        sizes = np.stack([1.6 * spread, *(size[known] for size in _suggested(pose))], axis=1)
        least = LEAST_FRAME_SHARE * max(pose.frame_size)
        radius = np.maximum(np.nan_to_num(np.nanmax(sizes, axis=1)), least)
        return cls(time, (low + high) / 2, _largest_near(time, radius))

    def at(self, time_s: float) -> Region:
        """What to hide at an instant.

        Between frames that are at most 0.5 s apart the head is followed along a straight line and the region grows a
        little with the distance. In longer gaps everything round and above the places where the head was before and
        is afterwards is hidden; when it was never seen, the whole picture is.
        """
        if not len(self.time):
            return Region((0.0, 0.0), (0.0, 0.0), whole=True)
        after = int(np.searchsorted(self.time, time_s))
        at = [index for index in (after - 1, after) if 0 <= index < len(self.time)]
        distance_s = min(abs(float(self.time[index]) - time_s) for index in at)
        near_gap = len(at) == 2 and self.time[at[1]] - self.time[at[0]] <= SHORT_GAP_S
        if distance_s <= SHORT_GAP_S / 2 and (near_gap or distance_s <= 0.1):
            x, y = (float(np.interp(time_s, self.time[at], self.center[at, axis])) for axis in (0, 1))
            radius = float(self.radius[at].max()) * (1.0 + 1.5 * max(0.0, distance_s - 0.05))
            return Region((x, y), (radius, radius))
        low = (self.center[at] - 2.5 * self.radius[at, None]).min(axis=0)
        high = (self.center[at] + 2.5 * self.radius[at, None]).max(axis=0)
        low[1] = min(low[1], 0.0)
        x, y = (low + high) / 2
        width, height = (high - low) / 2 * np.sqrt(2.0)  # the ellipse that holds the box
        return Region((float(x), float(y)), (float(width), float(height)))


def _suggested(pose: PoseSequence) -> list[Floats]:
    def distance(a: str, b: str) -> Floats:
        return np.linalg.norm(pose.pixels(a) - pose.pixels(b), axis=1)

    trunk = np.fmax(distance("shoulder_left", "hip_left"), distance("shoulder_right", "hip_right"))
    return [
        PER_SHOULDERS * distance("shoulder_left", "shoulder_right"),
        PER_TRUNK * trunk,
        PER_EARS * distance("ear_left", "ear_right"),
    ]


def _largest_near(time: Floats, radius: Floats) -> Floats:
    first = np.searchsorted(time, time - SIZE_WINDOW_S / 2)
    last = np.searchsorted(time, time + SIZE_WINDOW_S / 2, side="right")
    return np.array([np.percentile(radius[a:b], 90) for a, b in zip(first, last, strict=True)])


def blur_head(image: NDArray[np.uint8], region: Region, scale: float) -> NDArray[np.uint8]:
    """A copy of an RGB picture (H, W, 3) with a region, given in px of the full frame times `scale`, made coarse.

    The region is averaged down to a few cells, which cannot be undone, then softened.
    """
    import cv2

    height, width = image.shape[:2]
    if region.whole:
        return _coarse(image, 5)
    (x, y), (across, down) = ((scale * a, scale * b) for a, b in (region.center, region.radius))
    left, right = max(0, int(x - across) - 1), min(width, int(x + across) + 2)
    top, bottom = max(0, int(y - down) - 1), min(height, int(y + down) + 2)
    if right - left < 2 or bottom - top < 2:
        return image
    out = image.copy()
    patch = out[top:bottom, left:right]
    mask = np.zeros(patch.shape[:2], np.uint8)
    axes = (max(1, round(across)), max(1, round(down)))
    cv2.ellipse(mask, (round(x - left), round(y - top)), axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    share = mask[..., None].astype(np.float32) / 255.0
    out[top:bottom, left:right] = (_coarse(patch, 5) * share + patch * (1 - share)).astype(np.uint8)
    return out


def _coarse(image: NDArray[np.uint8], cells: int) -> NDArray[np.uint8]:
    import cv2

    height, width = image.shape[:2]
    few = (min(width, cells), min(height, max(2, round(cells * height / max(width, 1)))))
    small = cv2.resize(image, few, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
