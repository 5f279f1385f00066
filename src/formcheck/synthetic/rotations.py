"""Rotations of many instants at once, in the studio's frame: left, up, forward (right-handed)."""

from __future__ import annotations

import numpy as np

from formcheck.signals import Floats

LEFT, UP, FORWARD = np.eye(3)


def about(axis: int, angle_deg: Floats) -> Floats:
    """(T, 3, 3) rotations by (T,) degrees about left (0), up (1) or forward (2).

    Positive about left: up goes forward. About up: forward goes left. About forward: left goes up.
    """
    angle = np.radians(angle_deg)
    out = np.zeros((*angle.shape, 3, 3))
    first, second = (axis + 1) % 3, (axis + 2) % 3
    out[..., axis, axis] = 1.0
    out[..., first, first] = out[..., second, second] = np.cos(angle)
    out[..., second, first] = np.sin(angle)
    out[..., first, second] = -np.sin(angle)
    return out


def turned(rotation: Floats, x: float | Floats, y: float | Floats, z: float | Floats) -> Floats:
    """(T, 3): the vector (left, up, forward) = (x, y, z) after (T, 3, 3) rotations."""
    if not any(isinstance(part, np.ndarray) for part in (x, y, z)):
        return (rotation.reshape(-1, 3) @ np.array([x, y, z], dtype=np.float64)).reshape(-1, 3)
    vector = np.empty((len(rotation), 3, 1))
    for axis, part in enumerate((x, y, z)):
        vector[:, axis, 0] = part
    return (rotation @ vector)[..., 0]


def unit(vectors: Floats) -> Floats:
    """Vectors (..., 3) at length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def framed(along: Floats, towards: Floats) -> Floats:
    """(T, 3, 3) rotations whose second column is `along` and whose third lies towards `towards`, both (T, 3)."""
    up = unit(along)
    forward = unit(towards - (towards * up).sum(axis=-1, keepdims=True) * up)
    return np.stack([np.cross(up, forward), up, forward], axis=-1)


def bent(start: Floats, end: Floats, first_m: float, second_m: float, pole: Floats) -> Floats:
    """(T, 3): the middle joint of two bones between `start` and `end`, on the side of `pole` (law of cosines)."""
    way = end - start
    far = np.clip(np.linalg.norm(way, axis=1), abs(first_m - second_m) + 1e-4, (first_m + second_m) * 0.99999)
    along = unit(way)
    before = (first_m**2 - second_m**2 + far**2) / (2 * far)
    aside = np.sqrt(np.maximum(first_m**2 - before**2, 0.0))
    out = unit(pole - (pole * along).sum(axis=1, keepdims=True) * along)
    return start + before[:, None] * along + aside[:, None] * out


def reach_m(first_m: float, second_m: float, flexion_deg: Floats) -> Floats:
    """(T,): the distance between the ends of two bones whose joint is flexed by `flexion_deg` from straight."""
    return np.sqrt(first_m**2 + second_m**2 + 2 * first_m * second_m * np.cos(np.radians(flexion_deg)))
