"""A body at the key moments of a repetition as a row of numbers, by which the nearest expert is found.

GymbrAIn retrieves by the Euclidean distance between normalised poses at the frames of least velocity. Here a pose is
the vectors along its bones in trunk lengths, as the camera sees them: where somebody stands and how tall they are is
gone, which way they face is not. Depth is a guess of the estimator and counts less.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.body.planes import point, torso_m
from formcheck.body.view import torso_px
from formcheck.reference.moments import KeyMoment
from formcheck.signals import Floats

_LIMBS = (
    ("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "index"), ("wrist", "thumb"),
    ("hip", "knee"), ("knee", "ankle"), ("heel", "foot_index"),
)  # fmt: skip
BONES: tuple[tuple[str, str], ...] = (
    ("hips", "shoulders"),
    ("shoulders", "ears"),
    ("shoulders", "nose"),
    ("shoulder_right", "shoulder_left"),
    ("hip_right", "hip_left"),
    *((f"{one}_{side}", f"{other}_{side}") for side in ("left", "right") for one, other in _LIMBS),
)
MOMENTS = ("start", "turn", "end")
DEPTH = 0.4  # how much depth counts beside what the picture shows: chosen on synthetic people 0 to 9
AROUND_S = 0.1  # on either side of a moment, over which its pose is the median
WIDTH = len(MOMENTS) * len(BONES) * 3


def posture(pose: PoseSequence, moments: Sequence[KeyMoment]) -> NDArray[np.float32]:
    """(WIDTH,) the body at start, turn and end; NaN where it is not seen, or the repetition is cut off there."""
    told = {moment.kind: moment.time_s for moment in moments}
    first_s, last_s = min(told.values()) - AROUND_S, max(told.values()) + AROUND_S
    around = pose.between(first_s, last_s + 1e-9)
    size = torso_px(around) if pose.world is None else torso_m(around)
    rows = [_around(around, told.get(kind)) for kind in MOMENTS]
    return (np.stack(rows) / size).ravel().astype(np.float32)


def _around(pose: PoseSequence, when_s: float | None) -> Floats:
    """(B, 3): right, down and away along every bone about a moment, px or m; away is NaN where there is only 2D."""
    if when_s is None or not len(pose):
        return np.full((len(BONES), 3), np.nan)
    near = np.abs(pose.time - when_s) <= AROUND_S
    if not near.any():
        near = np.arange(len(pose)) == np.argmin(np.abs(pose.time - when_s))
    part, flat = pose.rows(near), pose.world is None
    away = np.stack([point(part, other, not flat) - point(part, one, not flat) for one, other in BONES], axis=1)
    if flat:
        away = np.concatenate([away, np.full((*away.shape[:2], 1), np.nan)], axis=2)
    middle = np.full(away.shape[1:], np.nan)
    seen = np.isfinite(away).any(axis=0)
    middle[seen] = np.nanmedian(away[:, seen], axis=0)
    return middle * [1.0, 1.0, DEPTH]


def mirrored(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """The postures (..., WIDTH) of the same bodies in a mirror."""
    shape = (*rows.shape[:-1], len(MOMENTS), len(BONES), 3)
    return np.ascontiguousarray((rows.reshape(shape)[..., _OTHER, :] * _FLIP).reshape(rows.shape).astype(np.float32))


def _swap(name: str) -> str:
    if name.endswith("_left"):
        return name.removesuffix("left") + "right"
    return name.removesuffix("right") + "left" if name.endswith("_right") else name


def _other_bone(bone: tuple[str, str]) -> int:
    swapped = (_swap(bone[0]), _swap(bone[1]))
    return BONES.index(swapped if swapped in BONES else swapped[::-1])


_OTHER = np.array([_other_bone(bone) for bone in BONES])
# A girdle that was swapped runs the other way: its mirror image has right where it had right.
_GIRDLE = np.array([(_swap(one), _swap(other)) not in BONES for one, other in BONES])
_FLIP = np.where(_GIRDLE[:, None], [1.0, -1.0, -1.0], [-1.0, 1.0, 1.0])
