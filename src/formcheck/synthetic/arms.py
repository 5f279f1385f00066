"""Arms: from the shoulder by their angles, both on one bar, or bent between the shoulder and a hand that holds."""

from __future__ import annotations

import numpy as np

from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.rotations import FORWARD, LEFT, UP, about, bent, framed, reach_m, turned, unit
from formcheck.synthetic.stance import SIDES, Angles

# Degrees of elbow flexion below which an arm on a bar keeps its bend, and above which the bar keeps its place.
_STRAIGHT_DEG, _BENT_DEG = 20.0, 60.0
_WRIST_M, _ELBOW_M = 0.03, 0.04  # joints of an arm that lies on the floor, over it
_ROUND_M = 0.03  # from this high a hand that comes down slows


def place_arm(
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
    elif motion.support == "forearms and toes":
        down = unit(hands[0 if sign > 0 else 1] - shoulder)
        elbow = shoulder + athlete.upper_arm_m * down
        inwards = np.radians(angles(arm, "shoulder_rotation_deg"))
        along = np.stack([-sign * np.sin(inwards), np.zeros_like(inwards), np.cos(inwards)], axis=1)
        wrist = elbow + athlete.forearm_m * along
        hand = framed(-along, np.broadcast_to(-UP, along.shape))
    elif motion.support == "back and feet":
        elbow, wrist, hand = _on_the_hips(athlete, motion, angles, side, points, frames)
    else:
        elbow, wrist, hand = _holding(athlete, motion, angles, side, hands[0 if sign > 0 else 1], points, frames)
    if motion.support == "seat":
        elbow, wrist, hand = _off_the_floor(athlete, sign, shoulder, elbow, wrist, hand)
    points[f"elbow_{side}"], points[f"wrist_{side}"] = elbow, wrist
    _hand(athlete, side, points, hand)
    frames[f"hand_{side}"] = hand


def _holding(
    athlete: Athlete,
    motion: Motion,
    angles: Angles,
    side: str,
    hold: Floats,
    points: dict[str, Floats],
    frames: dict[str, Floats],
) -> tuple[Floats, Floats, Floats]:
    """Elbow, wrist and hand of an arm that carries the body on a hand that stays at `hold` (3,)."""
    sign, shoulder, thorax = dict(SIDES)[side], points[f"shoulder_{side}"], frames["thorax"]
    wrist = np.broadcast_to(hold, shoulder.shape).copy()
    out = np.radians(angles(f"arm_{side}", "shoulder_abduction_deg"))[:, None]
    back = -thorax[:, :, 2] if motion.support == "hands on bars" else -thorax[:, :, 1]
    pole = np.cos(out) * back + np.sin(out) * sign * thorax[:, :, 0]
    along, palm = FORWARD, -UP
    if motion.support == "bar overhead":
        pole = pole + 0.35 * thorax[:, :, 2]
        along, palm = UP, FORWARD
    elif motion.support == "hands on bars":  # the heel of the hand on the bar, fingers around it from outside
        along, palm = 0.5 * sign * LEFT - 0.866 * UP, -0.866 * sign * LEFT - 0.5 * UP
    along, palm = (np.broadcast_to(each, wrist.shape) for each in (along, palm))
    elbow = bent(shoulder, wrist, athlete.upper_arm_m, athlete.forearm_m, pole)
    return elbow, wrist, framed(-along, palm)


def _on_the_hips(
    athlete: Athlete,
    motion: Motion,
    angles: Angles,
    side: str,
    points: dict[str, Floats],
    frames: dict[str, Floats],
) -> tuple[Floats, Floats, Floats]:
    """Elbow, wrist and hand of an arm whose hand lies on the bar in the crease of the hips."""
    sign, shoulder, pelvis = dict(SIDES)[side], points[f"shoulder_{side}"], frames["pelvis"]
    half, tall = motion.grip_width * athlete.shoulder_centres_m / 2, athlete.stature_m / 1.75
    front = (0.105 * athlete.girth + 0.03) * tall + 0.03
    wrist = points["hips"] + turned(pelvis, sign * half, -0.02 * tall + 0.8 * athlete.hand_m, front)
    way, longest = wrist - shoulder, 0.998 * (athlete.upper_arm_m + athlete.forearm_m)
    wrist = shoulder + way * np.minimum(longest / np.linalg.norm(way, axis=1), 1.0)[:, None]
    pole = sign * frames["thorax"][:, :, 0] - 0.6 * frames["thorax"][:, :, 2]
    elbow = bent(shoulder, wrist, athlete.upper_arm_m, athlete.forearm_m, pole)
    return elbow, wrist, framed(pelvis[:, :, 1], -pelvis[:, :, 2])


def _off_the_floor(
    athlete: Athlete, sign: float, shoulder: Floats, elbow: Floats, wrist: Floats, hand: Floats
) -> tuple[Floats, Floats, Floats]:
    """Elbow, wrist and hand of an arm that would go through the floor: the hand rests on it, the elbow gives way."""
    over = wrist[:, 1] - _WRIST_M
    lift = np.where(over < -_ROUND_M, -over, np.maximum(_ROUND_M - over, 0.0) ** 2 / (4 * _ROUND_M))
    deep = np.maximum(lift, _ELBOW_M - elbow[:, 1])
    if not (deep > 0).any():
        return elbow, wrist, hand
    rests = wrist + lift[:, None] * UP
    away = np.clip(deep / 0.06, 0.0, 1.0)[:, None] ** 2
    way = unit(wrist - shoulder)
    off = elbow - shoulder
    off = off - (off * way).sum(axis=1, keepdims=True) * way
    bends = bent(shoulder, rests, athlete.upper_arm_m, athlete.forearm_m, off + away * (0.07 * sign * LEFT + 0.1 * UP))
    along = unit(away * unit(rests - bends) - hand[:, :, 1])
    down = np.maximum(along[:, 1], -(rests[:, 1] - 0.012) / (1.9 * athlete.hand_m))
    along = np.sqrt(1.0 - np.clip(down, -1.0, 1.0) ** 2)[:, None] * unit(along * [1.0, 0.0, 1.0]) + down[:, None] * UP
    lies = framed(-along, hand[:, :, 2])
    here = (deep > 0)[:, None]
    return np.where(here, bends, elbow), np.where(here, rests, wrist), np.where(here[..., None], lies, hand)


def _hand(athlete: Athlete, side: str, points: dict[str, Floats], hand: Floats) -> None:
    """Knuckles of index and little finger and the thumb; third knuckle at the hand's length (de Leva 1996)."""
    long, sign = athlete.hand_m, dict(SIDES)[side]
    wrist = points[f"wrist_{side}"]
    points[f"index_{side}"] = wrist + turned(hand, sign * 0.30 * long, -1.0 * long, 0)
    points[f"pinky_{side}"] = wrist + turned(hand, -sign * 0.38 * long, -0.92 * long, 0)
    points[f"thumb_{side}"] = wrist + turned(hand, sign * 0.52 * long, -0.62 * long, 0.2 * long)
    points[f"palm_{side}"] = wrist + turned(hand, 0, -0.85 * long, 0.02)
    points[f"fingers_{side}"] = wrist + turned(hand, 0, -1.9 * long, 0.12 * long)


def on_one_bar(
    athlete: Athlete, motion: Motion, angles: Angles, points: dict[str, Floats], frames: dict[str, Floats]
) -> None:
    """Move the hands along the thorax's width to where they hold one bar, and bend the elbows to suit.

    Where the arms' own angles put the bar up and ahead it stays, but an arm that is nearly straight keeps its bend
    instead: the way of the shoulder to the hand is short of its full length by what the elbow's flexion says.
    """
    thorax = frames["thorax"]
    half = motion.grip_width * athlete.shoulder_centres_m / 2
    middle = (points["shoulder_left"] + points["shoulder_right"]) / 2
    longest = athlete.upper_arm_m + athlete.forearm_m
    elbows: dict[str, Floats] = {}
    for side, sign in SIDES:
        shoulder, elbow, wrist = (points[f"{joint}_{side}"] for joint in ("shoulder", "elbow", "wrist"))
        own = np.einsum("tji,tj->ti", thorax, wrist - shoulder)  # in the thorax's own axes
        aside = sign * half - np.einsum("ti,ti->t", shoulder - middle, thorax[:, :, 0])
        own_far = np.maximum(np.hypot(own[:, 1], own[:, 2]), 1e-6)
        flexion = angles(f"arm_{side}", "elbow_flexion_deg")
        reach = np.minimum(reach_m(athlete.upper_arm_m, athlete.forearm_m, flexion), 0.9998 * longest)
        kept = np.sqrt(np.maximum(reach**2 - aside**2, 1e-4))
        share = np.clip((flexion - _STRAIGHT_DEG) / (_BENT_DEG - _STRAIGHT_DEG), 0.0, 1.0)
        share = share**2 * (3.0 - 2.0 * share)
        furthest = np.sqrt(np.maximum((0.9998 * longest) ** 2 - aside**2, 1e-4))
        far = np.minimum((1.0 - share) * kept + share * own_far, furthest)
        own = np.stack([aside, *(own[:, 1:] * (far / own_far)[:, None]).T], axis=1)
        way = unit(wrist - shoulder)
        off = elbow - shoulder
        pole = off - np.einsum("ti,ti->t", off, way)[:, None] * way - 0.004 * frames[f"upper_arm_{side}"][:, :, 2]
        points[f"wrist_{side}"] = shoulder + np.einsum("tij,tj->ti", thorax, own)
        elbows[side] = pole
    for side, _ in SIDES:
        shoulder, wrist = points[f"shoulder_{side}"], points[f"wrist_{side}"]
        elbow = bent(shoulder, wrist, athlete.upper_arm_m, athlete.forearm_m, elbows[side])
        along = points["wrist_left"] - points["wrist_right"]
        frames[f"hand_{side}"] = _gripping(frames[f"hand_{side}"], along)
        points[f"elbow_{side}"] = elbow
        _hand(athlete, side, points, frames[f"hand_{side}"])


def _gripping(hand: Floats, bar: Floats) -> Floats:
    """(T, 3, 3): a hand turned so that its knuckles lie along a bar; overhand or underhand as its pronation has it.

    A hand whose palm faces the other hand holds a handle across, or a plate: it stays as it is.
    """
    bar = unit(bar)
    alike = float((hand[:, :, 0] * bar).sum(axis=1).mean())
    if abs(alike) < 0.6:
        return hand
    across = bar if alike > 0 else -bar
    palm = unit(hand[:, :, 2] - (hand[:, :, 2] * across).sum(axis=1, keepdims=True) * across)
    return np.stack([across, np.cross(palm, across), palm], axis=-1)
