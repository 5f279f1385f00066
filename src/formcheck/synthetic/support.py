"""What carries the body: feet, hands, forearms, a seat or the back; it says where mid-hip is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.legs import STRAIGHTEST, dangling, knee_heading, planted, toes_ahead
from formcheck.synthetic.rotations import UP, about, reach_m, turned
from formcheck.synthetic.stance import SIDES, Angles

BAR_OVERHEAD_M = 2.35  # the middle of a bar from which tall people hang free with slightly bent knees
HIP_OVER_SEAT = 0.100 / 1.75  # of stature: half the depth of thigh and buttock, flattened by sitting (ANSUR)
DIP_BARS_M = 1.30  # the middle of parallel bars from which the feet of tall people with bent knees hang free
WRIST_OVER_BAR_M = 0.055
ELBOW_M = 0.035  # the elbow joint over the floor on which the forearm lies
BACK_M = 0.115 / 1.75  # of stature: from the hinge of the chest's spine to the skin of the back, and the pad's give
PLATE_RADIUS_M = 0.225  # IWF Technical and Competition Rules: the largest disc is 45 cm across


def root_of(
    athlete: Athlete,
    motion: Motion,
    angles: Angles,
    hands: Floats | None,
    points: dict[str, Floats],
    frames: dict[str, Floats],
) -> Floats:
    """Where mid-hip is, (T, 3)."""
    if motion.support == "bar overhead":
        return _hanging(athlete, angles, hands, points, frames)
    if motion.support == "hands on bars":
        return _propped(athlete, angles, hands, points, frames)
    if motion.support == "back and feet":
        assert hands is not None
        return hands.mean(axis=0) - under_back(athlete, points, frames) * [0.0, 1.0, 1.0]
    if motion.support in ("hands and toes", "forearms and toes"):
        ball = sum(dangling(athlete, angles, side, points, frames)["ball"] for side, _ in SIDES) / 2
        return -ball + 0.012 * UP + sum(toes_ahead(athlete, angles, side) for side, _ in SIDES) / 2
    if motion.support == "seat":
        height = motion.seat_height * athlete.leg_m + HIP_OVER_SEAT * athlete.stature_m
        return np.tile(height * UP, (angles.frames, 1))
    return _standing(athlete, motion, angles, points)


def _standing(athlete: Athlete, motion: Motion, angles: Angles, points: dict[str, Floats]) -> Floats:
    root, loads = np.zeros((angles.frames, 3)), np.zeros(angles.frames)
    feet = {side: planted(athlete, angles, side) for side, _ in SIDES}
    working = np.where(angles("trunk", "sign") > 0, 0, 1)
    for side, _ in SIDES:
        leg = f"leg_{side}"
        lean, knee = np.radians(angles(leg, "shin_lean_deg")), np.radians(angles(leg, "knee_flexion_deg"))
        heading = knee_heading(angles, side)
        ahead = athlete.shank_m * np.sin(lean) + athlete.thigh_m * np.sin(lean - knee)
        above = athlete.shank_m * np.cos(lean) + athlete.thigh_m * np.cos(lean - knee)
        hip = feet[side]["ankle"] + ahead[:, None] * heading + above[:, None] * UP
        load = np.maximum(angles(leg, "load"), 0.0)
        root += load[:, None] * (hip - points[f"hip_{side}"])
        loads += load
    root /= np.maximum(loads, 1e-9)[:, None]
    root[:, 0] += angles("trunk", "sign") * angles("trunk", "shift") * athlete.leg_m
    longest = STRAIGHTEST * (athlete.thigh_m + athlete.shank_m)
    for _ in range(2):
        drop = np.zeros(angles.frames)
        for at, (side, _sign) in enumerate(SIDES):
            way = feet[side]["ankle"] - (root + points[f"hip_{side}"])
            level = np.hypot(way[:, 0], way[:, 2])
            lowest = np.sqrt(np.maximum(longest**2 - level**2, 1e-4))
            carries = np.ones(angles.frames) if not motion.free_leg else (working == at).astype(float)
            drop = np.maximum(drop, carries * (-way[:, 1] - lowest))
        root[:, 1] -= drop
    return root


def under_back(athlete: Athlete, points: Mapping[str, Floats], frames: Mapping[str, Floats]) -> Floats:
    """(T, 3): where the back, at the shoulder blades, touches a bench."""
    return points["t6"] + turned(frames["thorax"], 0, 0, -BACK_M * athlete.stature_m)


def press(
    athlete: Athlete,
    motion: Motion,
    angles: Angles,
    hands: Floats | None,
    points: dict[str, Floats],
    frames: dict[str, Floats],
) -> Floats:
    """How far the body is turned about its toes, in degrees, so that shoulders are an arm's reach from the hands.

    On the forearms, an upper arm's length from the elbows.
    """
    assert hands is not None
    ball = sum(dangling(athlete, angles, side, points, frames)["ball"] for side, _ in SIDES) / 2
    shoulder = (points["shoulder_left"] + points["shoulder_right"]) / 2
    if motion.support == "forearms and toes":
        reach = np.full(angles.frames, athlete.upper_arm_m)
    else:
        sides = [angles(f"arm_{side}", "elbow_flexion_deg") for side, _ in SIDES]
        reach = np.mean([reach_m(athlete.upper_arm_m, athlete.forearm_m, flexion) for flexion in sides], axis=0)
    aside = hands[0, 0] - points["shoulder_left"][:, 0]
    reach = np.sqrt(np.maximum(reach**2 - aside**2, 1e-4))
    arm = shoulder - ball
    far = np.hypot(arm[:, 1], arm[:, 2])
    hand = hands.mean(axis=0) - 0.012 * UP - sum(toes_ahead(athlete, angles, side) for side, _ in SIDES) / 2
    hand_far, hand_angle = np.hypot(hand[:, 1], hand[:, 2]), np.arctan2(hand[:, 2], hand[:, 1])
    between = np.arccos(np.clip((far**2 + hand_far**2 - reach**2) / (2 * far * hand_far), -1, 1))
    return np.degrees(hand_angle - between - np.arctan2(arm[:, 2], arm[:, 1]))


def _hanging(
    athlete: Athlete, angles: Angles, hands: Floats | None, points: dict[str, Floats], frames: dict[str, Floats]
) -> Floats:
    """The shoulders an arm's reach below the hands, the body's weight under the bar but for its swing."""
    assert hands is not None
    weight = _weight(athlete, angles, points, frames)
    middle = (points["shoulder_left"] + points["shoulder_right"]) / 2
    drops = np.zeros(angles.frames)
    ahead = np.zeros(angles.frames)
    for _ in range(2):
        below = BAR_OVERHEAD_M - drops - middle[:, 1] + weight[:, 1] - BAR_OVERHEAD_M
        root_ahead = -weight[:, 2] - below * np.tan(np.radians(angles("trunk", "swing_deg")))
        ahead = root_ahead + middle[:, 2]
        drops = np.zeros(angles.frames)
        for at, (side, _sign) in enumerate(SIDES):
            reach = reach_m(athlete.upper_arm_m, athlete.forearm_m, angles(f"arm_{side}", "elbow_flexion_deg"))
            aside = hands[at, 0] - points[f"shoulder_{side}"][:, 0]
            drops += np.sqrt(np.maximum(reach**2 - aside**2 - ahead**2, 1e-4)) / 2
    root = np.zeros((angles.frames, 3))
    root[:, 0] = -middle[:, 0] / 2 - weight[:, 0] / 2
    root[:, 1] = hands[0, 1] - drops - middle[:, 1]
    root[:, 2] = ahead - middle[:, 2]
    return root


def _propped(
    athlete: Athlete, angles: Angles, hands: Floats | None, points: dict[str, Floats], frames: dict[str, Floats]
) -> Floats:
    """The shoulders an arm's reach above the hands, the body's weight over them."""
    assert hands is not None
    root = -_weight(athlete, angles, points, frames) * [0.5, 0.0, 1.0]
    middle = (points["shoulder_left"] + points["shoulder_right"]) / 2
    root[:, 0] -= middle[:, 0] / 2
    for at, (side, _sign) in enumerate(SIDES):
        reach = reach_m(athlete.upper_arm_m, athlete.forearm_m, angles(f"arm_{side}", "elbow_flexion_deg"))
        level = hands[at] - root - points[f"shoulder_{side}"]
        rise = np.sqrt(np.maximum(reach**2 - level[:, 0] ** 2 - level[:, 2] ** 2, 1e-4))
        root[:, 1] += (hands[at, 1] + rise - points[f"shoulder_{side}"][:, 1]) / 2
    return root


def _weight(athlete: Athlete, angles: Angles, points: dict[str, Floats], frames: dict[str, Floats]) -> Floats:
    """Centre of mass of head, trunk and dangling legs, (T, 3), from mid-hip (mass shares of de Leva 1996)."""
    total, mass = np.zeros((angles.frames, 3)), 0.0
    parts = [(0.069, points["head"]), (0.435, (points["l3"] + points["t12"]) / 2)]
    for side, _ in SIDES:
        leg = dangling(athlete, angles, side, points, frames)
        parts += [
            (0.142, points[f"hip_{side}"] * 0.59 + leg["knee"] * 0.41),
            (0.043, leg["knee"] * 0.55 + leg["ankle"] * 0.45),
            (0.014, leg["ball"]),
        ]
    for share, place in parts:
        total, mass = total + share * place, mass + share
    return total / mass


def along_legs(athlete: Athlete, side: str, points: Mapping[str, Floats], frames: dict[str, Floats]) -> None:
    """Turn a hanging arm so that the bar in its hand touches the shin or the thigh at its height.

    The arm's own flexion comes on top: it is how far the bar drifts from the legs.
    """
    shoulder = points[f"shoulder_{side}"]
    ankle, knee, hip = (points[f"{joint}_{side}"] for joint in ("ankle", "knee", "hip"))
    arm = athlete.upper_arm_m + athlete.forearm_m + 0.85 * athlete.hand_m
    turn = np.zeros(len(shoulder))
    for _ in range(4):
        height = shoulder[:, 1] - arm * np.cos(turn)
        on_shank = np.clip((height - ankle[:, 1]) / np.maximum(knee[:, 1] - ankle[:, 1], 0.05), 0, 1)
        on_thigh = np.clip((height - knee[:, 1]) / np.maximum(hip[:, 1] - knee[:, 1], 0.05), 0, 1)
        leg = ankle[:, 2] + on_shank * (knee - ankle)[:, 2] + on_thigh * (hip - knee)[:, 2]
        thick = (0.030 + 0.020 * on_thigh) * athlete.stature_m * athlete.girth + 0.02
        turn = np.arcsin(np.clip((leg + thick - shoulder[:, 2]) / arm, -0.7, 0.7))
    frames[f"upper_arm_{side}"] = about(0, -np.degrees(turn)) @ frames[f"upper_arm_{side}"]
