"""Every distance and every angle between landmarks: what ALEX-GYM-1 (ICINCO 2025) shows its pose network.

Angles are told by their cosines. That at landmark b between a and c is the product of the unit vectors from b to both,
so that all angles at one landmark are one product of two matrices: a tenth of the work of gathering three points for
each, and as exact for landmarks that nearly coincide. (By the law of cosines from the distances, rounding would grow
with the ratio of the two, which is several hundred between an eye and a foot.)
"""

from __future__ import annotations

from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
Real = TypeVar("Real", np.float32, np.float64)

_BLOCK = 64  # frames whose vectors fit a core's cache


@cache
def pairs(joints: int = 33) -> tuple[Places, Places]:
    """The two landmarks of each distance, each (528,) for 33: a < b, ordered by a, then b."""
    return tuple(np.triu_indices(joints, 1))  # pyright: ignore[reportReturnType]


@cache
def triplets(joints: int = 33) -> tuple[Places, Places, Places]:
    """The three landmarks of each angle, each (5456,) for 33: a < b < c, the angle at b; ordered by b, a, c."""
    found = [(a, b, c) for b in range(joints) for a in range(b) for c in range(b + 1, joints)]
    return tuple(np.array(found, dtype=np.intp).reshape(-1, 3).T)  # pyright: ignore[reportReturnType]


def pairwise(points: NDArray[Real], scale_invariant: bool = False) -> NDArray[Real]:
    """(..., K, D) points to (..., K(K-1)/2 + K(K-1)(K-2)/6): all distances, then the cosines of all angles.

    In the order of `pairs` and `triplets`: 528 + 5456 of 33 landmarks. Distances are in the unit of the points, or with
    `scale_invariant` in root mean squares of all distances of the frame. What involves a missing point is NaN, and so
    is the angle at a point that coincides with another. Single precision stays single. Raises ValueError for points
    that are not (..., K, D).
    """
    if points.ndim < 2:
        raise ValueError(f"expected points (..., landmarks, axes), got shape {points.shape}")
    *before, joints, axes = points.shape
    frames = points.reshape(-1, joints, axes)
    distances = joints * (joints - 1) // 2
    out = np.empty((len(frames), distances + joints * (joints - 1) * (joints - 2) // 6), dtype=points.dtype)
    for start in range(0, len(frames), _BLOCK):
        part = slice(start, start + _BLOCK)
        _fill(frames[part], out[part], distances)
    if scale_invariant:
        with np.errstate(divide="ignore", invalid="ignore"):
            # Not the mean of those that are there: they would be measured by another unit in every frame.
            out[:, :distances] /= np.sqrt(np.mean(out[:, :distances] ** 2, axis=1, keepdims=True))
    return out.reshape(*before, out.shape[1])


def _fill(points: NDArray[Real], out: NDArray[Real], distances: int) -> None:
    joints = points.shape[1]
    towards = points[:, None] - points[:, :, None]  # (N, from, to, axes)
    length = np.sqrt(np.einsum("nabx,nabx->nab", towards, towards))
    out[:, :distances] = length[:, *pairs(joints)]
    with np.errstate(divide="ignore", invalid="ignore"):
        towards /= length[..., None]
    at = distances
    for b in range(1, joints - 1):
        size = b * (joints - 1 - b)
        cosines = np.matmul(towards[:, b, :b], towards[:, b, b + 1 :].transpose(0, 2, 1))
        out[:, at : at + size] = cosines.reshape(-1, size)
        at += size
