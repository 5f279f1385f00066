"""From joint angles to positions: forward kinematics, with the body placed by what carries it.

Frame: left, up, forward, in metres; the floor is at up = 0; the person faces forward at the start.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.arms import on_one_bar, place_arm
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.legs import Foot, dangling, place_leg, stretch_leg
from formcheck.synthetic.rotations import FORWARD, UP, about, reach_m
from formcheck.synthetic.stance import SIDES, Angles, Body
from formcheck.synthetic.support import (
    BAR_OVERHEAD_M,
    DIP_BARS_M,
    ELBOW_M,
    WRIST_OVER_BAR_M,
    along_legs,
    press,
    root_of,
    under_back,
)
from formcheck.synthetic.trunk import place_shoulder, place_spine


def body(athlete: Athlete, motion: Motion, angles: Angles, hands: Floats | None = None) -> Body:
    """The whole body at every instant.

    `hands` (2, 3) are the places of what holds still on the left and right where not only feet or a seat carry the body
    (see `grips`).
    """
    points: dict[str, Floats] = {}
    frames: dict[str, Floats] = {}
    sign = angles("trunk", "sign")
    pelvis = (
        about(1, sign * angles("trunk", "pelvis_turn_deg"))
        @ about(0, angles("trunk", "pelvis_tilt_deg") - angles("trunk", "swing_deg"))
        @ about(2, sign * angles("trunk", "pelvis_roll_deg"))
    )
    place_spine(athlete, angles, pelvis, points, frames)
    for side, _ in SIDES:
        place_shoulder(athlete, motion, angles, side, points, frames)
    if motion.support in ("hands and toes", "forearms and toes"):
        tilt = press(athlete, motion, angles, hands, points, frames)
        turn = about(0, tilt)
        for name in points:
            points[name] = np.einsum("tij,tj->ti", turn, points[name])
        for name in frames:
            frames[name] = turn @ frames[name]
    root = root_of(athlete, motion, angles, hands, points, frames)
    for name in points:
        points[name] = points[name] + root
    for side, _ in SIDES:
        place_leg(athlete, motion, angles, side, points, frames)
    _place_arms(athlete, motion, angles, hands, points, frames)
    return Body(points, frames)


def body_over(
    athlete: Athlete,
    motion: Motion,
    angles: Angles,
    hips: Floats,
    pelvis: Floats,
    feet: Mapping[str, Foot],
    knees: Mapping[str, Floats],
) -> Body:
    """The whole body where mid-hip (T, 3), the pelvis' orientation (T, 3, 3) and both feet are given.

    The knees point the ways of `knees` (T, 3); a foot further away than its leg is long gives way at the heel. Of
    `angles` those of trunk and arms count, as `motion` has them.
    """
    points: dict[str, Floats] = {}
    frames: dict[str, Floats] = {}
    place_spine(athlete, angles, pelvis, points, frames)
    for side, _ in SIDES:
        place_shoulder(athlete, motion, angles, side, points, frames)
    for name in points:
        points[name] = points[name] + hips
    for side, _ in SIDES:
        stretch_leg(athlete, side, feet[side], knees[side], points, frames)
    _place_arms(athlete, motion, angles, None, points, frames)
    return Body(points, frames)


def _place_arms(
    athlete: Athlete,
    motion: Motion,
    angles: Angles,
    hands: Floats | None,
    points: dict[str, Floats],
    frames: dict[str, Floats],
) -> None:
    for side, _ in SIDES:
        if motion.equipment in ("barbell on the floor", "barbell along the legs"):
            along_legs(athlete, side, points, frames)
        place_arm(athlete, motion, angles, side, hands, points, frames)
    if motion.one_bar and hands is None:
        on_one_bar(athlete, motion, angles, points, frames)


def grips(athlete: Athlete, motion: Motion, placing: Angles) -> Floats | None:
    """(2, 3): what stays where it is on the left and right for the whole set; None where feet or a seat carry the body.

    The wrists, the elbows of a body on its forearms, or the bench's edge under the back. `placing` holds the angles of
    the pose in which the athlete puts them there (one frame), without faults.
    """
    half = motion.grip_width * athlete.shoulder_centres_m / 2
    if motion.support in ("feet", "seat"):
        return None
    if motion.support == "bar overhead":
        return np.array([[sign * half, BAR_OVERHEAD_M - 0.07, 0.0] for _, sign in SIDES])
    if motion.support == "hands on bars":
        return np.array([[sign * half, DIP_BARS_M + WRIST_OVER_BAR_M, 0.0] for _, sign in SIDES])
    points: dict[str, Floats] = {}
    frames: dict[str, Floats] = {}
    lies = motion.support == "back and feet"
    pelvis = about(0, placing("trunk", "pelvis_tilt_deg") if lies else np.zeros(1))
    place_spine(athlete, placing, pelvis, points, frames)
    if lies:  # hips above the middle between the feet's zero
        edge = under_back(athlete, points, frames)[0] * FORWARD + motion.seat_height * athlete.leg_m * UP
        return np.stack([edge, edge])
    for side, _ in SIDES:
        place_shoulder(athlete, motion, placing, side, points, frames)
    shoulder = (points["shoulder_left"] + points["shoulder_right"])[0] / 2
    ball = sum(dangling(athlete, placing, side, points, frames)["ball"][0] for side, _ in SIDES) / 2
    aside = half - abs(float(points["shoulder_left"][0, 0]))
    if motion.support == "forearms and toes":
        arm, ahead_m, rest_m = athlete.upper_arm_m, 0.0, ELBOW_M
    else:
        arm = float(reach_m(athlete.upper_arm_m, athlete.forearm_m, placing("arm_left", "elbow_flexion_deg"))[0])
        ahead_m, rest_m = 0.03 * athlete.stature_m, 0.035
    height = rest_m + np.sqrt(arm**2 - aside**2 - ahead_m**2)
    far = float(np.hypot(*(shoulder - ball)[1:]))
    level = np.sqrt(far**2 - (height - 0.012) ** 2)
    return np.array([[sign * half, rest_m, level - ahead_m] for _, sign in SIDES])
