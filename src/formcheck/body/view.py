"""Where the camera stands relative to the person, and whether the person is well in the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from formcheck.body.pose import PoseSequence, View
from formcheck.signals import Floats

# Sectors of yaw, degrees: 0 faces the camera, +90 shows the left side, 180 the back.
FRONT_WITHIN_DEG = 32.0
SIDE_WITHIN_DEG = 32.0

_SHOULDERS = 0.75  # trunk lengths from shoulder to shoulder; Drillis & Contini 1966: biacromial / trunk length
_NOSE = 0.2  # trunk lengths from the ears to the tip of the nose: some 11 cm of 55

LEAST_HEIGHT = 0.25  # of the frame: below this the pose landmarks are a few pixels apart
EDGE_SHARE = 0.25  # of the frames: a body cut off more often than this deserves a warning


def yaw_deg(pose: PoseSequence) -> Floats:
    """How far the body is turned from facing the camera, (T,) degrees in (-180, 180]; +90 shows the left side.

    The axis from the right to the left shoulder and hip is read from world landmarks. Image landmarks alone tell how
    wide the shoulders appear, and by how far the nose is before the ears to which side the body faces.
    """
    if pose.world is not None:
        axis = sum(pose.metres(f"{joint}_left") - pose.metres(f"{joint}_right") for joint in ("shoulder", "hip"))
        assert isinstance(axis, np.ndarray)
        # The depth of a landmark is a guess and comes out too small; the near limb is right far more often.
        return np.degrees(np.arctan2(-axis[:, 2], axis[:, 0]))
    width = pose.pixels("shoulder_left")[:, 0] - pose.pixels("shoulder_right")[:, 0]
    facing = width / (_SHOULDERS * torso_px(pose))
    return np.degrees(np.arctan2(_left_shown(pose), facing))


def _left_shown(pose: PoseSequence) -> Floats:
    """(T,) how much of the left side the picture shows, -1..1: the nose is before the ears, across the trunk.

    Where nobody tells the nose or the ears: what the shoulders' width leaves over, as if the left side were near.
    """
    up = _middle(pose, "shoulder") - _middle(pose, "hip")
    ahead = pose.pixels("nose") - _middle(pose, "ear")
    across = up[:, 1] * ahead[:, 0] - up[:, 0] * ahead[:, 1]
    shown = across / np.linalg.norm(up, axis=1) / (_NOSE * torso_px(pose))
    if np.isfinite(shown).any():
        return np.clip(shown, -1.0, 1.0)
    width = pose.pixels("shoulder_left")[:, 0] - pose.pixels("shoulder_right")[:, 0]
    return np.sqrt(1.0 - np.clip(width / (_SHOULDERS * torso_px(pose)), -1.0, 1.0) ** 2)


def _middle(pose: PoseSequence, joint: str) -> Floats:
    return (pose.pixels(f"{joint}_left") + pose.pixels(f"{joint}_right")) / 2


def torso_px(pose: PoseSequence) -> float:
    """The length of the trunk in the picture, px: a high percentile, since bending towards the camera shortens it."""
    lengths = np.linalg.norm(_middle(pose, "shoulder") - _middle(pose, "hip"), axis=1)
    return float(np.nanpercentile(lengths, 80)) if np.isfinite(lengths).any() else float("nan")


def estimate_view(pose: PoseSequence) -> View:
    """The view that the camera had for most of the sequence; unknown where nobody was found."""
    yaw = yaw_deg(pose)
    yaw = np.radians(yaw[np.isfinite(yaw)])
    if not len(yaw):
        return "unknown"
    mean = np.degrees(np.arctan2(np.median(np.sin(yaw)), np.median(np.cos(yaw))))
    if abs(mean) < FRONT_WITHIN_DEG:
        return "front"
    if abs(mean) > 180 - FRONT_WITHIN_DEG:
        return "back"
    if abs(abs(mean) - 90) < SIDE_WITHIN_DEG:
        return "side-left" if mean > 0 else "side-right"
    return "oblique"


def with_view(pose: PoseSequence) -> PoseSequence:
    """The sequence with its view estimated."""
    return replace(pose, view=estimate_view(pose))


_PARTS = {
    "head": ("nose", "ear_left", "ear_right"),
    "hands": ("wrist_left", "wrist_right"),
    "hips": ("hip_left", "hip_right"),
    "feet": ("ankle_left", "ankle_right", "foot_index_left", "foot_index_right"),
}


def framing_advice(pose: PoseSequence) -> tuple[str, ...]:
    """What to change about the camera so that the whole body is seen, a sentence each; empty when all is well."""
    found = pose.found
    if not found.any():
        return ()
    width, height = pose.frame_size
    advice: list[str] = []
    x, y = pose.image[found][..., 0], pose.image[found][..., 1]
    extent = np.nanmax(y, axis=1) - np.nanmin(y, axis=1)
    extent = np.maximum(extent, np.nanmax(x, axis=1) - np.nanmin(x, axis=1))
    if np.median(extent) < LEAST_HEIGHT * min(width, height):
        advice.append("You are small in the picture: come closer, or zoom in until you fill half of the frame.")
    cut: list[str] = []
    for part, joints in _PARTS.items():
        outside = np.zeros(int(found.sum()), dtype=bool)
        for joint in joints:
            px = pose.pixels(joint)[found]
            outside |= (px < 0).any(axis=1) | (px[:, 0] > width - 1) | (px[:, 1] > height - 1)
        if outside.mean() > EDGE_SHARE:
            cut.append(part)
    if cut:
        names = " and ".join([", ".join(cut[:-1]), cut[-1]] if len(cut) > 1 else cut)
        advice.append(
            f"Your {names} {'is' if cut == ['head'] else 'are'} outside the picture part of the time: "
            "move the camera back or turn it until your whole body stays in the frame."
        )
    return tuple(advice)
