"""What points at the camera is short in the picture: quantities that read a movement from its length or its height.

From before, an estimator guesses the depth of a shin that swings up towards the camera, or of a trunk that leans away
from it. The picture shows both as lengths that shrink and heights that rise. From the side they are plain angles.
"""

from __future__ import annotations

import numpy as np

from formcheck.body.planes import Side, is_frontal, is_side, left_up, point
from formcheck.body.pose import PoseSequence
from formcheck.body.quantities import (
    arm_opening,
    elbow_flexion,
    hands_apart,
    knee_flexion,
    shoulder_over_hand,
    trunk_lean,
)
from formcheck.body.track import SIDES, Quantity
from formcheck.signals import Floats

TRUNK_FOR_SHOULDERS = 1.5  # length of the trunk over the width of the shoulders: MediaPipe on people who stand
FLICKER_S = 0.2  # an estimator that loses a leg behind its own foot jumps for a frame or two, and no foot is as quick


def _without_flicker(pose: PoseSequence, values: Floats) -> Floats:
    """The running median over `FLICKER_S`."""
    if len(values) < 3:
        return values
    half = max(1, int(FLICKER_S / (2 * float(np.median(np.diff(pose.time))))))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(values, half, mode="edge"), 2 * half + 1)
    steady = np.full(len(values), np.nan)
    known = np.isfinite(windows).any(axis=1) & np.isfinite(values)
    steady[known] = np.nanmedian(windows[known], axis=1)
    return steady


def _feet_hang(pose: PoseSequence, side: Side) -> Floats:
    if not is_frontal(pose):
        return _without_flicker(pose, knee_flexion.read(pose, side))
    # Where only one foot is seen to rise, the other is more often not recognised than left behind.
    rise = np.fmax(*(left_up(pose, f"heel_{each}", f"hip_{each}")[:, 1] for each in SIDES))
    return _without_flicker(pose, -100.0 * rise)


# Of somebody who sits: the shin, seen from before, gets short and the heel comes up. In deg, a hundred for a trunk
# length.
feet_hang = Quantity("knee flexion by the heels", "deg", ("knee", "ankle", "hip"), _feet_hang)


def _recline(pose: PoseSequence, side: Side) -> Floats:
    if not is_frontal(pose):
        return trunk_lean.read(pose, side)
    width = np.nanmedian(np.abs(left_up(pose, "shoulder_left", "shoulder_right")[:, 0]))
    height = left_up(pose, "shoulders", "hips")[:, 1]
    return -np.degrees(np.arccos(np.clip(height / (TRUNK_FOR_SHOULDERS * width), -1.0, 1.0)))


# A trunk that leans back, seen from before, is short for the width of its shoulders.
recline = Quantity("lean of the trunk", "deg", ("hip", "shoulder"), _recline, paired=False)


def _bend_by_height(height: Floats) -> Floats:
    """Two equal parts of an arm that enclose an angle reach as far as the cosine of half of what it bends."""
    straight = np.nanpercentile(np.abs(height), 95) if np.isfinite(height).any() else np.nan
    return 2.0 * np.degrees(np.arccos(np.clip(height / straight, -1.0, 1.0)))


def _bend_below(pose: PoseSequence, side: Side) -> Floats:
    return elbow_flexion.read(pose, side) if is_side(pose) else _bend_by_height(shoulder_over_hand.read(pose, side))


def _bend_above(pose: PoseSequence, side: Side) -> Floats:
    return _bend_by_height(-shoulder_over_hand.read(pose, side))


# Elbows that bend towards the camera or away from it look straight, but shoulders and hands come nearer to each other.
arm_bend_below = Quantity("elbow flexion over the hands", "deg", ("elbow", "shoulder", "wrist"), _bend_below)
arm_bend_above = Quantity("elbow flexion under the hands", "deg", ("elbow", "shoulder", "wrist"), _bend_above)


def _middle_for_limbs(pose: PoseSequence, side: Side) -> Floats:
    limbs = (("knee", "ankle"), ("shoulder", "elbow"))
    whole = [np.linalg.norm(point(pose, f"{a}_{side}") - point(pose, f"{b}_{side}"), axis=1) for a, b in limbs]
    back = np.linalg.norm(point(pose, "ears") - point(pose, "hips"), axis=1)
    return back / sum(np.nanmedian(length) for length in whole) * 100.0


# A trunk that turns carries one ear forward and one back; their middle stays, and nears the hips as the back rounds.
middle_for_limbs = Quantity(
    "hips to ears for the limbs",
    "% of shank and upper arm",
    ("hip", "ear", "knee", "ankle", "elbow"),
    _middle_for_limbs,
)


def _fly(pose: PoseSequence, side: Side) -> Floats:
    return 20.0 * hands_apart.read(pose, side) if is_frontal(pose) else arm_opening.read(pose, side)


# Arms that close before the chest point at the camera; how far the hands are apart needs no depth. In deg, twenty for a
# shoulder width: arms that are wide open hold the hands some four and a half apart.
fly = Quantity("opening of the arms by the hands", "deg", ("wrist", "elbow", "shoulder"), _fly)
