"""Legs: standing or stepping on a foot that is placed, or in the air from the hip down."""

from __future__ import annotations

import numpy as np

from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.rotations import FORWARD, LEFT, UP, about, bent, framed, turned
from formcheck.synthetic.stance import SIDES, Angles

Foot = dict[str, Floats]
"""A foot, (T, 3) each: its level `heading`, and where `ankle`, `heel`, `ball` and `toe` are."""

STRAIGHTEST = 0.9996  # of a leg's length: a knee is never quite straight (3 degrees)


def place_leg(
    athlete: Athlete, motion: Motion, angles: Angles, side: str, points: dict[str, Floats], frames: dict[str, Floats]
) -> None:
    hip = points[f"hip_{side}"]
    sign = dict(SIDES)[side]
    air = dangling(athlete, angles, side, points, frames)
    if motion.support in ("hands and toes", "forearms and toes"):
        # The ball stays where it was put; toes lie on the floor, pointing ahead.
        put = (sign * athlete.hip_centres_m / 2) * LEFT + 0.012 * UP + toes_ahead(athlete, angles, side)
        foot = {name: air[name] + (put - air["ball"]) for name in ("ankle", "heel", "ball")}
        foot["toe"] = foot["ball"] + (0.26 * athlete.foot_m) * FORWARD
        if motion.support == "forearms and toes":  # legs are held straight
            foot = _within_reach(athlete, hip, foot)
        hinge = np.cross(air["ankle"] - hip, frames["pelvis"][:, :, 0])
        knee = bent(hip, foot["ankle"], athlete.thigh_m, athlete.shank_m, hinge)
    elif motion.support in ("bar overhead", "hands on bars"):
        foot, knee = air, air["knee"]
    elif motion.support in ("seat", "back and feet"):
        foot, knee = _seated(athlete, angles, side, air, points)
    else:
        foot = planted(athlete, angles, side)
        knee = bent(hip, foot["ankle"], athlete.thigh_m, athlete.shank_m, knee_heading(angles, side))
        if motion.free_leg:
            landed, bend = _landed(athlete, air, hip)
            free = (angles("trunk", "sign") * sign < 0)[:, None]
            knee = np.where(free, bend, knee)
            foot = {name: np.where(free, landed[name], foot[name]) for name in foot}
    _join(side, knee, foot, points, frames)


def stretch_leg(
    athlete: Athlete, side: str, foot: Foot, pole: Floats, points: dict[str, Floats], frames: dict[str, Floats]
) -> None:
    """A leg between a hip and a foot that are both given, its knee towards `pole` (T, 3)."""
    hip = points[f"hip_{side}"]
    foot = _within_reach(athlete, hip, foot)
    knee = bent(hip, foot["ankle"], athlete.thigh_m, athlete.shank_m, pole)
    _join(side, knee, foot, points, frames)


def _within_reach(athlete: Athlete, hip: Floats, foot: Foot) -> Foot:
    """A foot whose heel, rather than a bone, gives way where the ankle is too far from the hip."""
    way = foot["ankle"] - hip
    longest = STRAIGHTEST * (athlete.thigh_m + athlete.shank_m)
    over = np.maximum(1.0 - longest / np.linalg.norm(way, axis=1), 0.0)[:, None] * way
    return {**foot, "ankle": foot["ankle"] - over, "heel": foot["heel"] - over}


def _join(side: str, knee: Floats, foot: Foot, points: dict[str, Floats], frames: dict[str, Floats]) -> None:
    points[f"knee_{side}"] = knee
    points[f"ankle_{side}"], points[f"heel_{side}"] = foot["ankle"], foot["heel"]
    points[f"ball_{side}"], points[f"foot_index_{side}"] = foot["ball"], foot["toe"]
    frames[f"foot_{side}"] = framed(
        foot["ankle"] - (foot["heel"] * 0.6 + foot["ball"] * 0.4), foot["ball"] - foot["heel"]
    )


def toes_ahead(athlete: Athlete, angles: Angles, side: str) -> Floats:
    """(T, 3): how far ahead of their usual place the toes of a body on hands or forearms are put."""
    return (angles(f"leg_{side}", "step_forward") * athlete.leg_m)[:, None] * FORWARD


def _seated(
    athlete: Athlete, angles: Angles, side: str, air: dict[str, Floats], points: dict[str, Floats]
) -> tuple[dict[str, Floats], Floats]:
    """The leg of a body on a seat, a bench or the floor: on the floor where it has load, else in the air.

    A foot that is set further away than the leg is long stands as far as it reaches.
    """
    hip = points[f"hip_{side}"]
    foot = planted(athlete, angles, side)
    way = foot["ankle"] - hip
    longest = STRAIGHTEST * (athlete.thigh_m + athlete.shank_m)
    level = np.maximum(np.hypot(way[:, 0], way[:, 2]), 1e-6)
    reach = np.sqrt(np.maximum(longest**2 - way[:, 1] ** 2, 1e-4))
    back = -(np.maximum(level - reach, 0.0) / level)[:, None] * way * [1.0, 0.0, 1.0]
    foot = {name: place if name == "heading" else place + back for name, place in foot.items()}
    pole = knee_heading(angles, side) + UP
    knee = bent(hip, foot["ankle"], athlete.thigh_m, athlete.shank_m, pole)
    lifted, free_knee = _landed(athlete, air, hip, 0.04)
    stands = (angles(f"leg_{side}", "load") > 0)[:, None]
    return {name: np.where(stands, foot[name], lifted[name]) for name in foot}, np.where(stands, knee, free_knee)


def _landed(
    athlete: Athlete, air: dict[str, Floats], hip: Floats, slowing_m: float = 0.0
) -> tuple[dict[str, Floats], Floats]:
    """A leg in the air whose foot, where it would be below the floor, rests on it; and its knee.

    From `slowing_m` over the floor it is let down gently.
    """
    below = np.minimum.reduce([air[name][:, 1] for name in ("heel", "ball", "toe")]) - 0.01 - slowing_m
    if slowing_m:
        below = np.where(below < -2 * slowing_m, below + slowing_m, -(np.minimum(below, 0.0) ** 2) / (4 * slowing_m))
    lift = (np.maximum(-below, 0.0))[:, None] * UP
    landed = {name: air[name] + lift for name in ("ankle", "heel", "ball", "toe")}
    landed["heading"] = air["heading"]
    bend = bent(hip, landed["ankle"], athlete.thigh_m, athlete.shank_m, air["knee"] - hip + 1e-3 * FORWARD)
    return landed, np.where((below < 0)[:, None], bend, air["knee"])


def knee_heading(angles: Angles, side: str) -> Floats:
    """(T, 3): the level direction in which the knee of a standing leg points."""
    leg = f"leg_{side}"
    out = np.radians(angles(leg, "foot_angle_deg") + angles(leg, "knee_out_deg"))
    return np.stack([dict(SIDES)[side] * np.sin(out), np.zeros_like(out), np.cos(out)], axis=1)


def planted(athlete: Athlete, angles: Angles, side: str) -> Foot:
    """A foot on the floor, or stepping: heading, ankle, heel, ball and toe; the heel lifts about the ball."""
    sign, leg = dict(SIDES)[side], f"leg_{side}"
    out = np.radians(angles(leg, "foot_angle_deg"))
    heading = np.stack([sign * np.sin(out), np.zeros_like(out), np.cos(out)], axis=1)
    middle = np.stack(
        [
            sign * (athlete.hip_centres_m / 2 + angles(leg, "step_out") * athlete.leg_m),
            angles(leg, "foot_lift") * athlete.leg_m,
            angles(leg, "step_forward") * athlete.leg_m,
        ],
        axis=1,
    )
    return soled(athlete, middle, heading, angles(leg, "heel_lift_deg"))


def soled(athlete: Athlete, middle: Floats, heading: Floats, heel_lift_deg: Floats) -> Foot:
    """A foot whose ankle is above `middle` (T, 3) when it stands flat, its heel lifted about its ball.

    `heading` (T, 3) is level; a negative lift raises the toes and would put the heel below the floor.
    """
    ankle_m, behind, ball, toe = foot_lengths(athlete)
    lift = np.radians(heel_lift_deg)

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


def foot_lengths(athlete: Athlete) -> tuple[float, float, float, float]:
    """Ankle height, ankle to heel, to ball and to toe tip along the foot (Zatsiorsky 2002)."""
    foot = athlete.foot_m
    return athlete.ankle_height_m, 0.24 * foot, 0.48 * foot, 0.74 * foot


def dangling(
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
    ankle_m, behind, ball, toe = foot_lengths(athlete)
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
