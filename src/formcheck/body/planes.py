"""Where a joint is in the person's own planes: forward, up and to the left, in trunk lengths.

A camera that sees a plane squarely measures it in its picture, which is far more exact than the guessed depth of
world landmarks; any other view falls back on those, turned by the body's yaw. Only differences between two joints
mean anything: neither the picture nor the mid-hip origin of world landmarks gives a fixed point in the room.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from formcheck.body.pose import PoseSequence
from formcheck.body.view import torso_px, yaw_deg
from formcheck.signals import Floats

Side = Literal["left", "right"]


def is_side(pose: PoseSequence) -> bool:
    """Whether the camera sees the sagittal plane squarely."""
    return pose.view.startswith("side")


def is_frontal(pose: PoseSequence) -> bool:
    """Whether the camera sees the frontal plane squarely, from before or behind."""
    return pose.view in ("front", "back")


def near_side(pose: PoseSequence) -> Side | None:
    """The person's side that faces the camera in a side view; None in every other view."""
    return {"side-left": "left", "side-right": "right"}.get(pose.view)  # type: ignore[return-value]


def forward_up(pose: PoseSequence, to: str, origin: str) -> Floats:
    """From joint `origin` to joint `to` in the sagittal plane, (T, 2): forward and up, in trunk lengths."""
    if is_side(pose) or pose.world is None:
        facing = 1.0 if pose.view == "side-right" else -1.0
        return (point(pose, to) - point(pose, origin)) * [facing, -1.0] / torso_px(pose)
    away = point(pose, to, world=True) - point(pose, origin, world=True)
    yaw = _yaw(pose)
    forward = (-away[:, 0] * np.sin(yaw) - away[:, 2] * np.cos(yaw)) / torso_m(pose)
    if is_frontal(pose):  # heights need no depth: the picture has them
        return np.stack([forward, left_up(pose, to, origin)[:, 1]], axis=1)
    return np.stack([forward, -away[:, 1] / torso_m(pose)], axis=1)


def left_up(pose: PoseSequence, to: str, origin: str) -> Floats:
    """From joint `origin` to joint `to` in the frontal plane, (T, 2): to the person's left and up, in trunk lengths."""
    if is_frontal(pose) or pose.world is None:
        sign = -1.0 if pose.view == "back" else 1.0
        return (point(pose, to) - point(pose, origin)) * [sign, -1.0] / torso_px(pose)
    away = point(pose, to, world=True) - point(pose, origin, world=True)
    yaw = _yaw(pose)
    left = away[:, 0] * np.cos(yaw) - away[:, 2] * np.sin(yaw)
    return np.stack([left, -away[:, 1]], axis=1) / torso_m(pose)


def angle_deg(pose: PoseSequence, a: str, vertex: str, b: str) -> Floats:
    """The angle at `vertex` between two joints, (T,) degrees: in the picture from the side, else in space."""
    world = pose.world is not None and not is_side(pose)
    u = point(pose, a, world) - point(pose, vertex, world)
    v = point(pose, b, world) - point(pose, vertex, world)
    cosine = (u * v).sum(axis=1) / (np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1) + 1e-12)
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def point(pose: PoseSequence, joint: str, world: bool = False) -> Floats:
    """A joint, or the middle of a pair when the name is `shoulders`, `hips`, `ears`, ...; (T, 2) px or (T, 3) m."""
    read = pose.metres if world else pose.pixels
    if joint not in pose.skeleton and f"{joint.removesuffix('s')}_left" in pose.skeleton:
        pair = joint.removesuffix("s")
        return (read(f"{pair}_left") + read(f"{pair}_right")) / 2
    return read(joint)


def torso_m(pose: PoseSequence) -> float:
    """The length of the trunk, m: median distance from mid-hip to mid-shoulder of the world landmarks."""
    lengths = np.linalg.norm(point(pose, "shoulders", world=True) - point(pose, "hips", world=True), axis=1)
    return float(np.nanmedian(lengths)) if np.isfinite(lengths).any() else float("nan")


def _yaw(pose: PoseSequence) -> float:
    """One yaw for the whole sequence, radians: the depth of single frames is too noisy to follow."""
    yaw = np.radians(yaw_deg(pose))
    return float(np.arctan2(np.nanmedian(np.sin(yaw)), np.nanmedian(np.cos(yaw))))
