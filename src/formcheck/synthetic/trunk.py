"""Pelvis, spine, head and shoulders, from mid-hip up.

The spine bends and turns at four places between pelvis and neck, behind the line from hips to shoulders, so that
rounding it brings the shoulders forward and down and shortens the distance from hip to shoulder.
"""

from __future__ import annotations

import numpy as np

from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.rotations import UP, about, framed, turned
from formcheck.synthetic.stance import SIDES, Angles, Body

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


def place_spine(
    athlete: Athlete, angles: Angles, pelvis: Floats, points: dict[str, Floats], frames: dict[str, Floats]
) -> None:
    """From mid-hip to the head, after de Leva's lower, middle and upper trunk; hinges 2 % of stature behind."""
    tall = athlete.hip_to_c7_m / 0.3465
    lumbar, thoracic = angles("trunk", "lumbar_flexion_deg"), angles("trunk", "thoracic_flexion_deg")
    neck, bend = angles("trunk", "neck_flexion_deg"), angles("trunk", "sign") * angles("trunk", "side_bend_deg")
    behind = 0.02 * tall
    twist = about(1, angles("trunk", "sign") * angles("trunk", "twist_deg") / 4)
    waist = pelvis @ about(0, lumbar / 2) @ about(2, bend / 2) @ twist
    ribs = waist @ about(0, lumbar / 2) @ about(2, bend / 2) @ twist
    chest = ribs @ about(0, thoracic / 2) @ twist
    top = chest @ about(0, thoracic / 2) @ twist
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
    _place_face(athlete, points, head)
    for side, sign in SIDES:
        points[f"hip_{side}"] = turned(pelvis, sign * athlete.hip_centres_m / 2, 0, 0)
    frames.update(pelvis=pelvis, waist=waist, ribs=ribs, chest=chest, thorax=top, neck=throat, head=head)


def turn_head(athlete: Athlete, body: Body, left_deg: Floats) -> Body:
    """A body whose head is turned (T,) degrees to the left, about the axis through neck and crown."""
    points, frames = dict(body.points), dict(body.frames)
    frames["head"] = frames["head"] @ about(1, left_deg)
    _place_face(athlete, points, frames["head"])
    return Body(points, frames)


def _place_face(athlete: Athlete, points: dict[str, Floats], head: Floats) -> None:
    scale = athlete.head_m / 0.226
    for name, (left, up, forward) in FACE.items():
        for side, sign in SIDES:
            label = name if left == 0 else f"{name}_{side}"
            points[label] = points["head"] + turned(head, sign * left * scale, up * scale, forward * scale)


def place_shoulder(
    athlete: Athlete, motion: Motion, angles: Angles, side: str, points: dict[str, Floats], frames: dict[str, Floats]
) -> None:
    """The shoulder joint on the thorax: the collar bone rises with the arm (Ludewig et al. 2009)."""
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
