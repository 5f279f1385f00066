"""How far and how fast a weight rises: the height of what moves with it, in metres, from the picture.

World landmarks have their origin between the hips, so they do not show how the body itself rises; the picture does.
Its pixels become metres by the size of the whole body in both. The camera must stand still, and what moves towards it
or away from it looks a little faster or slower than it is: every speed is an estimate, with its standard error.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from formcheck.assess.analysis import Rep, RepLift
from formcheck.body.planes import Side
from formcheck.body.pose import PoseSequence
from formcheck.body.track import SEEN, SIDES, Quantity, Track
from formcheck.exercises.vocabulary import Exercise, LiftedJoint
from formcheck.signals import Floats, derivative

STILL = 0.1  # of the top speed: slower than this, the weight does not rise yet, or no longer
MIDST = 0.15  # of the way from either end: in between, a weight that sticks has not stopped
LEAST_FRAMES = 5
LEAST_SHARE = 0.8  # of the frames of a rise must show what is lifted
ALIKE = 1.35  # a rise this many times the usual one of its set, or smaller by as much, is a hand lost and found again
CLEAR = 0.5  # visibility from which a joint tells how large the body is
LEAST_JOINTS = 6
# Standard errors as a share, measured on synthetic people as the estimator sees them from all sides (docs/strength.md):
# of metres and m/s, and of one repetition's speed against another's in the same recording, where size does not matter.
SIZE_ERROR: dict[LiftedJoint, float] = {"wrist": 0.15, "shoulder": 0.11, "hip": 0.17}
REP_ERROR: dict[LiftedJoint, float] = {"wrist": 0.1, "shoulder": 0.05, "hip": 0.08}


@dataclass(frozen=True)
class Rise:
    """One rise of the weight: [start_s, end_s), how far, and its mean and top speed, in px and px/s."""

    start_s: float
    end_s: float
    height_px: float
    peak_px_s: float

    @property
    def mean_px_s(self) -> float:
        """Its mean speed."""
        return self.height_px / (self.end_s - self.start_s)


@cache
def height_of(joint: LiftedJoint) -> Quantity:
    """How high the hands, shoulders or hips are in the picture, in px above its upper edge (so below zero)."""

    def read(pose: PoseSequence, side: Side) -> Floats:
        return -pose.pixels(f"{joint}_{side}")[:, 1]

    return Quantity(f"height of the {joint} in the picture", "px", (joint,), read)


def rises(exercise: Exercise, track: Track, reps: tuple[Rep, ...]) -> tuple[Rise | None, ...]:
    """The rise of each repetition in one camera stream; None where it cannot be told, and of all but whole ones."""
    lift = exercise.lift
    if lift is None or lift.joint is None:
        return (None,) * len(reps)
    quantity = height_of(lift.joint)
    height = track.mean(quantity)
    seen = np.max([track.seen(quantity, side) for side in SIDES], axis=0) >= SEEN
    found: list[Rise | None] = []
    for rep in reps:
        first, last = (rep.turn_s, rep.end_s) if exercise.eccentric_first else (rep.start_s, rep.turn_s)
        way = 0.1 * (last - first)  # the weight and the signal that counts need not turn at the same instant
        inside = (track.time >= first - way) & (track.time <= last + way)
        whole = rep.kind == "repetition" and rep.complete and not rep.attempt
        clear = whole and inside.sum() >= LEAST_FRAMES and (seen & np.isfinite(height))[inside].mean() >= LEAST_SHARE
        up = -1.0 if lift.downwards else 1.0
        found.append(rise(track.time[inside], up * height[inside]) if clear else None)
    usual = float(np.median([each.height_px for each in found if each is not None] or [np.nan]))
    return tuple(each if each and usual / ALIKE <= each.height_px <= usual * ALIKE else None for each in found)


def rise(time: Floats, height: Floats) -> Rise | None:
    """The rise within one way of a repetition, from where it leaves its lowest place to where it stops; None: none.

    `time` (T,) s and `height` (T,). The concentric phase of Sánchez-Medina & González-Badillo 2011, Med Sci Sports
    Exerc 43(9): while the velocity is positive, here above `STILL` of the highest, since landmarks tremble.
    """
    known = np.isfinite(height)
    if known.sum() < LEAST_FRAMES:
        return None
    time, height = time[known], height[known]
    speed = derivative(time, height)
    low = int(np.argmin(height))
    high = low + int(np.argmax(height[low:]))
    size = float(height[high] - height[low])
    if high - low < LEAST_FRAMES - 1 or size <= 0:
        return None
    peak = float(speed[low : high + 1].max())
    begun = low + int(np.argmax(height[low : high + 1] >= height[low] + MIDST * size))
    done = low + int(np.argmax(height[low : high + 1] >= height[high] - MIDST * size))
    slow = speed <= STILL * peak
    before, after = np.flatnonzero(slow[low : begun + 1]), np.flatnonzero(slow[done : high + 1])
    start_s = _crossing(time, speed, low + int(before[-1]), STILL * peak) if len(before) else float(time[low])
    end_s = _crossing(time, speed, done + int(after[0]) - 1, STILL * peak) if len(after) else float(time[high])
    if end_s <= start_s or peak <= 0:
        return None
    first, last = np.interp([start_s, end_s], time, height)
    return Rise(start_s, end_s, float(last - first), peak)


def _crossing(time: Floats, speed: Floats, at: int, level: float) -> float:
    """When the speed crosses a level between a sample and the next."""
    following = min(max(at, 0) + 1, len(time) - 1)
    at = following - 1
    step = speed[following] - speed[at]
    share = float(np.clip((level - speed[at]) / step, 0.0, 1.0)) if step != 0 else 0.0
    return float(time[at] + share * (time[following] - time[at]))


def metres_per_px(pose: PoseSequence) -> float | None:
    """How many metres a pixel is where the person is; None without world landmarks.

    From how far all clearly seen joints are spread, in the picture and across the camera's view in world landmarks.
    """
    if pose.world is None:
        return None
    clear = (pose.visibility >= CLEAR) & np.isfinite(pose.image).all(axis=2) & np.isfinite(pose.world).all(axis=2)
    frames = clear.sum(axis=1) >= LEAST_JOINTS
    if not frames.any():
        return None
    weight = clear[frames].astype(np.float64)
    in_m, in_px = (_spread(part[frames], weight) for part in (pose.world[..., :2], pose.image))
    known = in_px > 0
    return float(np.median(in_m[known] / in_px[known])) if known.any() else None


def _spread(places: Floats, weight: Floats) -> Floats:
    """(T,) how far the (T, K, 2) places with weight (T, K) are from their middle."""
    places = np.nan_to_num(places)
    middle = (places * weight[..., None]).sum(axis=1, keepdims=True) / weight.sum(axis=1)[:, None, None]
    return np.sqrt(((places - middle) ** 2 * weight[..., None]).sum(axis=(1, 2)))


def told(found: Rise | None, scale: float | None) -> RepLift | None:
    """A rise in metres, as the analysis has it; None where there is none or no scale."""
    if found is None or scale is None:
        return None
    return RepLift(
        rise_m=round(found.height_px * scale, 4),
        duration_s=round(found.end_s - found.start_s, 4),
        mean_velocity_m_s=round(found.mean_px_s * scale, 4),
        peak_velocity_m_s=round(found.peak_px_s * scale, 4),
    )
