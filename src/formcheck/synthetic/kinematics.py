"""From joint angles to positions: forward kinematics, with the body placed by what carries it.

Frame: left, up, forward, in metres; the floor is at up = 0; the person faces forward at the start. The spine bends at
four places between pelvis and neck, behind the line from hips to shoulders, so that rounding it brings the shoulders
forward and down and shortens the distance from hip to shoulder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.rotations import FORWARD, UP, about, bent, framed, reach_m, turned, unit

SIDES = (("left", 1.0), ("right", -1.0))
STRAIGHTEST = 0.9985  # of a leg's length: a knee is never quite straight (3 degrees)

BAR_OVERHEAD_M = 2.35  # regulation bars hang at 2.3 to 2.5 m
PLATE_RADIUS_M = 0.225  # IWF Technical and Competition Rules: the largest disc is 45 cm across

# Where the head's landmarks lie from between the ears, in m (left, up, forward) for a head of 0.226 m, after Gordon et
# al. 1989, ANSUR: bitragion breadth, interpupillary breadth, tragion to pronasale, stomion and crown.
FACE = {
    "nose": (0.0, -0.020, 0.122),
    "eye_inner": (0.017, 0.018, 0.092),
    "eye": (0.031, 0.018, 0.090),
    "eye_outer": (0.045, 0.018, 0.082),
    "ear": (0.072, 0.0, 0.0),
    "mouth": (0.026, -0.056, 0.096),
}


@dataclass(frozen=True, eq=False)
class Body:
    """Positions (T, 3) of named points and orientations (T, 3, 3) of named parts; columns left, up, forward."""

    points: Mapping[str, Floats]
    frames: Mapping[str, Floats]


class Angles:
    """What every angle is at every instant: `angles("leg_left", "knee_flexion_deg")` gives (T,)."""

    def __init__(self, values: Mapping[str, Floats]) -> None:
        self._values = values
        self.frames = len(next(iter(values.values())))

    def __call__(self, part: str, name: str) -> Floats:
        return self._values[f"{part}.{name}"]


def body(athlete: Athlete, motion: Motion, angles: Angles, hands: Floats | None = None) -> Body:
    """The whole body at every instant.

    `hands` (2, 3) are the places of the left and right wrist where the hands carry the body (see `grips`).
    """
    points: dict[str, Floats] = {}
    frames: dict[str, Floats] = {}
    sign = angles("trunk", "sign")
    pelvis = (
        about(1, sign * angles("trunk", "pelvis_turn_deg"))
        @ about(0, angles("trunk", "pelvis_tilt_deg") - angles("trunk", "swing_deg"))
        @ about(2, sign * angles("trunk", "pelvis_roll_deg"))
    )
    _spine(athlete, angles, pelvis, points, frames)
    for side, _ in SIDES:
        _shoulder(athlete, motion, angles, side, points, frames)
    if motion.support == "hands and toes":
        tilt = _press(athlete, angles, hands, points)
        turn = about(0, tilt)
        for name in points:
            points[name] = np.einsum("tij,tj->ti", turn, points[name])
        for name in frames:
            frames[name] = turn @ frames[name]
    root = _root(athlete, motion, angles, hands, points, frames)
    for name in points:
        points[name] = points[name] + root
    for side, _ in SIDES:
        _leg(athlete, motion, angles, side, points, frames)
    for side, _ in SIDES:
        if motion.equipment == "barbell on the floor":
            _along_legs(athlete, side, points, frames)
        _arm(athlete, motion, angles, side, hands, points, frames)
    return Body(points, frames)


def _spine(
    athlete: Athlete, angles: Angles, pelvis: Floats, points: dict[str, Floats], frames: dict[str, Floats]
) -> None:
    """From mid-hip to the head, after de Leva's lower, middle and upper trunk; hinges 2 % of stature behind."""
    tall = athlete.hip_to_c7_m / 0.3465
    lumbar, thoracic = angles("trunk", "lumbar_flexion_deg"), angles("trunk", "thoracic_flexion_deg")
    neck, bend = angles("trunk", "neck_flexion_deg"), angles("trunk", "sign") * angles("trunk", "side_bend_deg")
    behind = 0.02 * tall
    waist = pelvis @ about(0, lumbar / 2) @ about(2, bend / 2)
    ribs = waist @ about(0, lumbar / 2) @ about(2, bend / 2)
    chest = ribs @ about(0, thoracic / 2)
    top = chest @ about(0, thoracic / 2)
    throat = top @ about(0, 0.6 * neck)
    head = throat @ about(0, 0.4 * neck)
    zero = np.zeros((len(pelvis), 3))
    points["hips"] = zero
    points["l5"] = turned(pelvis, 0, 0.055 * tall, -behind)
    points["l3"] = points["l5"] + turned(waist, 0, 0.052 * tall, 0)
    points["t12"] = points["l3"] + turned(ribs, 0, 0.052 * tall, 0)
    points["t6"] = points["t12"] + turned(chest, 0, 0.085 * tall, 0)
    points["c7"] = points["t6"] + turned(top, 0, athlete.hip_to_c7_m - 0.244 * tall, 0)
    skull = points["c7"] + turned(throat, 0, 0.038 * tall, 0.020 * tall)
    points["head"] = skull + turned(head, 0, 0.020 * tall, 0.016 * tall)
    scale = athlete.head_m / 0.226
    for name, (left, up, forward) in FACE.items():
        for side, sign in SIDES:
            label = name if left == 0 else f"{name}_{side}"
            points[label] = points["head"] + turned(head, sign * left * scale, up * scale, forward * scale)
    for side, sign in SIDES:
        points[f"hip_{side}"] = turned(pelvis, sign * athlete.hip_centres_m / 2, 0, 0)
    frames.update(pelvis=pelvis, waist=waist, ribs=ribs, chest=chest, thorax=top, neck=throat, head=head)


def _shoulder(
    athlete: Athlete, motion: Motion, angles: Angles, side: str, points: dict[str, Floats], frames: dict[str, Floats]
) -> None:
    """The shoulder joint on the thorax: the collar bone rises with the arm (Ludewig et al. 2009: 0.15 of it)."""
    sign = dict(SIDES)[side]
    tall = athlete.stature_m
    arm = f"arm_{side}"
    thorax = frames["thorax"]
    upper = _upper_arm(motion, angles, side, thorax)
    direction = np.einsum("tji,tj->ti", thorax, -upper[:, :, 1])  # in the thorax's own axes
    elevation = np.degrees(np.arccos(np.clip(-direction[:, 1], -1, 1)))
    lifted = 0.0 if motion.arms_hang else 0.15 * np.maximum(elevation - 30, 0)  # a load pulls the girdle down instead
    rise = np.radians(lifted + angles(arm, "shrug_deg"))
    ahead = np.radians(10.0 * np.clip(direction[:, 2], 0, 1))
    collar = athlete.shoulder_centres_m / 2 - 0.012 * tall
    points[f"shoulder_{side}"] = points["t6"] + turned(
        thorax,
        sign * (0.012 * tall + collar * np.cos(rise) * np.cos(ahead)),
        athlete.hip_to_shoulder_m - 0.244 * athlete.hip_to_c7_m / 0.3465 + collar * np.sin(rise),
        0.02 * tall + collar * np.sin(ahead),
    )
    frames[f"upper_arm_{side}"] = upper


def _upper_arm(motion: Motion, angles: Angles, side: str, thorax: Floats) -> Floats:
    sign, arm = dict(SIDES)[side], f"arm_{side}"
    if motion.arms_hang:  # upright, heading where the thorax heads
        heading = thorax[:, :, 0] * [1.0, 0.0, 1.0]
        base = framed(np.broadcast_to(UP, heading.shape), np.cross(heading, UP))
    else:
        base = thorax
    return (
        base
        @ about(0, -angles(arm, "shoulder_flexion_deg"))
        @ about(2, sign * angles(arm, "shoulder_abduction_deg"))
        @ about(1, sign * angles(arm, "shoulder_rotation_deg"))
    )


def _root(
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
    if motion.support == "hands and toes":
        ball = sum(_dangling(athlete, angles, side, points, frames)["ball"] for side, _ in SIDES) / 2
        return -ball + 0.012 * UP
    return _standing(athlete, motion, angles, points)


def _standing(athlete: Athlete, motion: Motion, angles: Angles, points: dict[str, Floats]) -> Floats:
    root, loads = np.zeros((angles.frames, 3)), np.zeros(angles.frames)
    feet = {side: _planted(athlete, angles, side) for side, _ in SIDES}
    working = np.where(angles("trunk", "sign") > 0, 0, 1)
    for side, _ in SIDES:
        leg = f"leg_{side}"
        lean, knee = np.radians(angles(leg, "shin_lean_deg")), np.radians(angles(leg, "knee_flexion_deg"))
        heading = feet[side]["heading"]
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


def _planted(athlete: Athlete, angles: Angles, side: str) -> dict[str, Floats]:
    """A foot on the floor, or stepping: heading, ankle, heel, ball and toe; the heel lifts about the ball."""
    sign, leg = dict(SIDES)[side], f"leg_{side}"
    out = np.radians(angles(leg, "foot_angle_deg"))
    heading = np.stack([sign * np.sin(out), np.zeros_like(out), np.cos(out)], axis=1)
    ankle_m, behind, ball, toe = _foot_lengths(athlete)
    middle = np.stack(
        [
            sign * (athlete.hip_centres_m / 2 + angles(leg, "step_out") * athlete.leg_m),
            angles(leg, "foot_lift") * athlete.leg_m,
            angles(leg, "step_forward") * athlete.leg_m,
        ],
        axis=1,
    )
    lift = np.radians(angles(leg, "heel_lift_deg"))

    def about_ball(ahead: float, above: float) -> Floats:
        forward = (ahead - ball) * np.cos(lift) + (above - 0.012) * np.sin(lift)
        upward = -(ahead - ball) * np.sin(lift) + (above - 0.012) * np.cos(lift)
        return middle + (ball + forward)[:, None] * heading + (0.012 + upward)[:, None] * UP

    bending = np.clip(lift, -1.0, 1.1) - lift  # toes bend up to about 60 degrees (Hopson 1995), then they lift too
    toes = toe - ball
    tip = ball + toes * np.cos(np.minimum(bending, 0)), 0.012 + toes * np.sin(np.minimum(bending, 0))
    tip = (
        np.where(lift < 0, ball + toes * np.cos(lift), tip[0]),
        np.where(lift < 0, 0.012 - toes * np.sin(lift), tip[1]),
    )
    return {
        "heading": heading,
        "ankle": about_ball(0.0, ankle_m),
        "heel": about_ball(-behind, 0.014),
        "ball": about_ball(ball, 0.012),
        "toe": middle + tip[0][:, None] * heading + np.maximum(tip[1], 0.008)[:, None] * UP,
    }


def _foot_lengths(athlete: Athlete) -> tuple[float, float, float, float]:
    """Ankle height, ankle to heel, to ball and to toe tip along the foot (Zatsiorsky 2002)."""
    foot = athlete.foot_m
    return athlete.ankle_height_m, 0.24 * foot, 0.48 * foot, 0.74 * foot


def _dangling(
    athlete: Athlete, angles: Angles, side: str, points: dict[str, Floats], frames: dict[str, Floats]
) -> dict[str, Floats]:
    """A leg in the air, from hip to toe."""
    sign, leg = dict(SIDES)[side], f"leg_{side}"
    thigh = (
        frames["pelvis"]
        @ about(0, -angles(leg, "hip_flexion_deg"))
        @ about(2, sign * angles(leg, "hip_abduction_deg"))
        @ about(1, sign * angles(leg, "hip_rotation_deg"))
    )
    shank = thigh @ about(0, angles(leg, "knee_flexion_deg"))
    foot = shank @ about(1, sign * angles(leg, "foot_angle_deg")) @ about(0, -angles(leg, "ankle_dorsiflexion_deg"))
    ankle_m, behind, ball, toe = _foot_lengths(athlete)
    knee = points[f"hip_{side}"] + turned(thigh, 0, -athlete.thigh_m, 0)
    ankle = knee + turned(shank, 0, -athlete.shank_m, 0)
    # Toes on the floor bend against it; in the air they are in line with the foot.
    return {
        "heading": foot[:, :, 2],
        "knee": knee,
        "ankle": ankle,
        "heel": ankle + turned(foot, 0, 0.014 - ankle_m, -behind),
        "ball": ankle + turned(foot, 0, 0.012 - ankle_m, ball),
        "toe": ankle + turned(foot, 0, 0.012 - ankle_m, toe),
    }


def _leg(
    athlete: Athlete, motion: Motion, angles: Angles, side: str, points: dict[str, Floats], frames: dict[str, Floats]
) -> None:
    hip, leg = points[f"hip_{side}"], f"leg_{side}"
    sign = dict(SIDES)[side]
    air = _dangling(athlete, angles, side, points, frames)
    if motion.support == "hands and toes":
        # The ball stays where it was put; toes lie on the floor, pointing ahead.
        foot = dict(air)
        foot["toe"] = air["ball"] + (0.26 * athlete.foot_m) * FORWARD
        knee = air["knee"]
    elif motion.support == "bar overhead":
        foot, knee = air, air["knee"]
    else:
        foot = _planted(athlete, angles, side)
        out = np.radians(angles(leg, "foot_angle_deg") + angles(leg, "knee_out_deg"))
        pole = np.stack([sign * np.sin(out), np.zeros_like(out), np.cos(out)], axis=1)
        knee = bent(hip, foot["ankle"], athlete.thigh_m, athlete.shank_m, pole)
        if motion.free_leg:
            below = np.minimum.reduce([air[name][:, 1] for name in ("heel", "ball", "toe")]) - 0.01
            lift = (np.maximum(-below, 0.0))[:, None] * UP
            landed = {name: air[name] + lift for name in ("ankle", "heel", "ball", "toe")}
            landed["heading"] = air["heading"]
            free = (angles("trunk", "sign") * sign < 0)[:, None]
            bend = bent(hip, landed["ankle"], athlete.thigh_m, athlete.shank_m, air["knee"] - hip + 1e-3 * FORWARD)
            lowered = (below < 0)[:, None]
            knee = np.where(free, np.where(lowered, bend, air["knee"]), knee)
            foot = {name: np.where(free, landed[name], foot[name]) for name in foot}
    points[f"knee_{side}"] = knee
    points[f"ankle_{side}"], points[f"heel_{side}"] = foot["ankle"], foot["heel"]
    points[f"ball_{side}"], points[f"foot_index_{side}"] = foot["ball"], foot["toe"]
    frames[f"foot_{side}"] = framed(
        foot["ankle"] - (foot["heel"] * 0.6 + foot["ball"] * 0.4), foot["ball"] - foot["heel"]
    )


def _along_legs(athlete: Athlete, side: str, points: Mapping[str, Floats], frames: dict[str, Floats]) -> None:
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


def grips(athlete: Athlete, motion: Motion, start: Angles) -> Floats | None:
    """(2, 3): where the wrists are for the whole set when the hands carry the body; None when the feet do.

    `start` holds the angles of the start pose alone (one frame), without faults.
    """
    half = motion.grip_width * athlete.shoulder_centres_m / 2
    if motion.support == "bar overhead":
        return np.array([[sign * half, BAR_OVERHEAD_M - 0.07, 0.0] for _, sign in SIDES])
    if motion.support == "feet":
        return None
    points: dict[str, Floats] = {}
    frames: dict[str, Floats] = {}
    _spine(athlete, start, about(0, np.zeros(1)), points, frames)
    for side, _ in SIDES:
        _shoulder(athlete, motion, start, side, points, frames)
    shoulder = (points["shoulder_left"] + points["shoulder_right"])[0] / 2
    ball = sum(_dangling(athlete, start, side, points, frames)["ball"][0] for side, _ in SIDES) / 2
    arm = float(reach_m(athlete.upper_arm_m, athlete.forearm_m, start("arm_left", "elbow_flexion_deg"))[0])
    aside = half - abs(float(points["shoulder_left"][0, 0]))
    ahead_m, wrist_m = 0.03 * athlete.stature_m, 0.035
    height = wrist_m + np.sqrt(arm**2 - aside**2 - ahead_m**2)
    far = float(np.hypot(*(shoulder - ball)[1:]))
    level = np.sqrt(far**2 - (height - 0.012) ** 2)
    return np.array([[sign * half, wrist_m, level - ahead_m] for _, sign in SIDES])


def _press(athlete: Athlete, angles: Angles, hands: Floats | None, points: dict[str, Floats]) -> Floats:
    """How far the body is turned about its toes, in degrees, so that shoulders and hands are an arm's reach apart."""
    assert hands is not None
    upright = np.broadcast_to(np.eye(3), (angles.frames, 3, 3))
    frames = {"pelvis": upright}
    ball = sum(_dangling(athlete, angles, side, points, frames)["ball"] for side, _ in SIDES) / 2
    shoulder = (points["shoulder_left"] + points["shoulder_right"]) / 2
    reach = np.mean(
        [
            reach_m(athlete.upper_arm_m, athlete.forearm_m, angles(f"arm_{side}", "elbow_flexion_deg"))
            for side, _ in SIDES
        ],
        axis=0,
    )
    aside = hands[0, 0] - points["shoulder_left"][:, 0]
    reach = np.sqrt(np.maximum(reach**2 - aside**2, 1e-4))
    arm = shoulder - ball
    far, hand = np.hypot(arm[:, 1], arm[:, 2]), hands.mean(axis=0) - 0.012 * UP
    hand_far, hand_angle = float(np.hypot(hand[1], hand[2])), np.arctan2(hand[2], hand[1])
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


def _weight(athlete: Athlete, angles: Angles, points: dict[str, Floats], frames: dict[str, Floats]) -> Floats:
    """Centre of mass of head, trunk and dangling legs, (T, 3), from mid-hip (mass shares of de Leva 1996)."""
    total, mass = np.zeros((angles.frames, 3)), 0.0
    parts = [(0.069, points["head"]), (0.435, (points["l3"] + points["t12"]) / 2)]
    for side, _ in SIDES:
        leg = _dangling(athlete, angles, side, points, frames)
        parts += [
            (0.142, points[f"hip_{side}"] * 0.59 + leg["knee"] * 0.41),
            (0.043, leg["knee"] * 0.55 + leg["ankle"] * 0.45),
            (0.014, leg["ball"]),
        ]
    for share, place in parts:
        total, mass = total + share * place, mass + share
    return total / mass


def _arm(
    athlete: Athlete,
    motion: Motion,
    angles: Angles,
    side: str,
    hands: Floats | None,
    points: dict[str, Floats],
    frames: dict[str, Floats],
) -> None:
    sign, arm = dict(SIDES)[side], f"arm_{side}"
    shoulder = points[f"shoulder_{side}"]
    if hands is None:
        upper = frames[f"upper_arm_{side}"]
        elbow = shoulder + turned(upper, 0, -athlete.upper_arm_m, 0)
        fore = upper @ about(0, -angles(arm, "elbow_flexion_deg"))
        wrist = elbow + turned(fore, 0, -athlete.forearm_m, 0)
        hand = (
            fore @ about(1, -sign * angles(arm, "forearm_pronation_deg")) @ about(0, -angles(arm, "wrist_flexion_deg"))
        )
    else:
        wrist = np.broadcast_to(hands[0 if sign > 0 else 1], shoulder.shape).copy()
        out = np.radians(angles(arm, "shoulder_abduction_deg"))
        down = -frames["thorax"][:, :, 1]
        aside = sign * frames["thorax"][:, :, 0]
        pole = np.cos(out)[:, None] * down + np.sin(out)[:, None] * aside
        if motion.support == "bar overhead":
            pole = pole + 0.35 * frames["thorax"][:, :, 2]
            along, palm = np.broadcast_to(UP, wrist.shape), np.broadcast_to(FORWARD, wrist.shape)
        else:
            along, palm = np.broadcast_to(FORWARD, wrist.shape), np.broadcast_to(-UP, wrist.shape)
        elbow = bent(shoulder, wrist, athlete.upper_arm_m, athlete.forearm_m, pole)
        hand = framed(-along, palm)
    points[f"elbow_{side}"], points[f"wrist_{side}"] = elbow, wrist
    _hand(athlete, side, points, hand)
    frames[f"hand_{side}"] = hand


def _hand(athlete: Athlete, side: str, points: dict[str, Floats], hand: Floats) -> None:
    """Knuckles of index and little finger and the thumb; third knuckle at the hand's length (de Leva 1996)."""
    long, sign = athlete.hand_m, dict(SIDES)[side]
    wrist = points[f"wrist_{side}"]
    points[f"index_{side}"] = wrist + turned(hand, sign * 0.30 * long, -1.0 * long, 0)
    points[f"pinky_{side}"] = wrist + turned(hand, -sign * 0.38 * long, -0.92 * long, 0)
    points[f"thumb_{side}"] = wrist + turned(hand, sign * 0.52 * long, -0.62 * long, 0.2 * long)
    points[f"palm_{side}"] = wrist + turned(hand, 0, -0.85 * long, 0.02)
    points[f"fingers_{side}"] = wrist + turned(hand, 0, -1.9 * long, 0.12 * long)


def elbow_of(points: Mapping[str, Floats], side: str) -> Floats:
    """Elbow flexion in degrees from positions, (T,)."""
    upper = unit(points[f"elbow_{side}"] - points[f"shoulder_{side}"])
    fore = unit(points[f"wrist_{side}"] - points[f"elbow_{side}"])
    return np.degrees(np.arccos(np.clip((upper * fore).sum(axis=1), -1, 1)))
