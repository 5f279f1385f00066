"""One repetition in numbers: how joints, bones and angles lie and move, and how far they stray from the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.learn.form.held_up import NAMES, held_up
from formcheck.learn.form.stance import STARTING, Stance, angle
from formcheck.signals import Floats

_SIDES = ("left", "right")
_DEG = 60.0  # in degrees: an angle's unit beside body sizes
_MIDDLE = slice(22, 42)  # of 64 frames: about the turn
_THERE, _BACK = slice(8, 28), slice(36, 56)

MOVING = ("turn from start", "range", "furthest from start", "end from start", "path", "speed", "there and back")
LYING = ("start", "turn", "most", "least", "mean")
MOMENTS = ("arms bent", "arms straight", "legs bent", "legs straight", "on the way", "middle half")


@dataclass(frozen=True, eq=False)
class Described:
    """`values` (F,) and their `names`, of which there are three `families` (3, F), or four.

    The first tells how far something went from the start, the second all that is told of a repetition from its start
    to its end, the third how somebody is held when arms or legs are most bent and least: it says the same of several
    repetitions in one recording. A fourth is told of whoever is held up by the hands: `held_up` says how.

    `posture` (P,) is how it begins, `duration_s` what it lasts: neither is among the values.
    """

    values: Floats
    names: tuple[str, ...]
    families: NDArray[np.bool_]
    posture: Floats
    duration_s: float


def described(pose: PoseSequence, on_hands: bool = False) -> Described:
    """One repetition from its first frame to its last, `on_hands` with the family of whoever is held up by them.

    Raises ValueError for fewer than two frames.
    """
    stance = Stance(pose)
    places, shapes = _places(stance), _shapes(stance)
    told = _told(places, MOVING) | _told(shapes, (*MOVING, *LYING))
    told |= _of_both_sides(told)
    moments = _at_moments(places | shapes)
    moments |= _of_both_sides(moments)
    held_by_hands = dict(zip(NAMES, held_up(pose).tolist(), strict=True)) if on_hands else {}
    names = _once((*told, *moments, *held_by_hands))
    lying, held = (tuple(f", {each}" for each in kinds) for kinds in (LYING, MOMENTS))
    by_hands = np.arange(len(names)) >= len(told) + len(moments)
    of_moments = np.array([name.endswith(held) for name in names]) & ~by_hands
    moving = np.array([not name.endswith((*lying, *held)) for name in names]) & ~by_hands
    families = (moving, ~of_moments & ~by_hands, of_moments, by_hands)
    return Described(
        np.array([*told.values(), *moments.values(), *held_by_hands.values()]),
        names,
        np.stack(families if on_hands else families[:3]),
        np.array([line[:STARTING].mean() for line in (places | shapes).values()]),
        stance.duration_s,
    )


@lru_cache(maxsize=16)
def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    """The same names, held once for thousands of repetitions."""
    return names


def _places(stance: Stance) -> dict[str, Floats]:
    """Every joint from the middle of the hips, in body sizes."""
    hips = stance.middle("hip")
    return {
        f"{joint} {'xyz'[axis]}": (place - hips)[:, axis]
        for joint, place in stance.at.items()
        for axis in range(place.shape[1])
    }


def _shapes(stance: Stance) -> dict[str, Floats]:
    """Angles in 60 degrees, and lengths in body sizes, that say how the body is held."""
    at = stance.at
    found: dict[str, Floats] = {}
    for side in _SIDES:
        shoulder, elbow, wrist, hip, knee, ankle = (
            at[f"{joint}_{side}"] for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
        )
        found[f"knee angle_{side}"] = angle(hip - knee, ankle - knee) / _DEG
        found[f"hip angle_{side}"] = angle(shoulder - hip, knee - hip) / _DEG
        found[f"elbow angle_{side}"] = angle(shoulder - elbow, wrist - elbow) / _DEG
        found[f"shoulder angle_{side}"] = angle(hip - shoulder, elbow - shoulder) / _DEG
        bones = {"upper arm": elbow - shoulder, "arm": wrist - shoulder, "shank": knee - ankle}
        bones["knee off the leg"] = _off_line(knee - hip, ankle - hip)
        bones["hip off the body"] = _off_line(hip - shoulder, ankle - shoulder)
        if f"foot_index_{side}" in at:
            toes = at[f"foot_index_{side}"] - ankle
            found[f"ankle angle_{side}"] = angle(knee - ankle, toes) / _DEG
            bones["toes"] = toes
        outwards = 1.0 if side == "left" else -1.0
        for bone, line in bones.items():
            for axis in range(line.shape[1]):
                found[f"{bone} {'xyz'[axis]}_{side}"] = line[:, axis] * (outwards if axis == 0 else 1.0)
    return found | _trunk(stance) | _stand(stance)


def _off_line(point: Floats, line: Floats) -> Floats:
    share = (point * line).sum(axis=1) / np.maximum((line**2).sum(axis=1), 1e-9)
    return point - share[:, None] * line


def _trunk(stance: Stance) -> dict[str, Floats]:
    trunk = stance.middle("shoulder") - stance.middle("hip")
    head = stance.at["nose"] - stance.middle("shoulder")
    shoulders, hips = stance.across("shoulder"), stance.across("hip")
    found = {"lean sideways": np.arctan2(trunk[:, 0], np.abs(trunk[:, 1]))}
    found |= {f"head {'xyz'[axis]}": head[:, axis] for axis in range(head.shape[1])}
    upright = np.zeros_like(trunk)
    upright[:, 1] = 1.0
    found["lean"] = angle(trunk, upright) / _DEG
    for name, line in (("shoulders", shoulders), ("hips", hips)):
        level = np.linalg.norm(np.delete(line, 1, axis=1), axis=1)
        found[f"{name} tilt"] = np.arctan2(line[:, 1], level)
    if trunk.shape[1] == 3:
        found["lean forwards"] = np.arctan2(trunk[:, 2], trunk[:, 1])
        turned = {"hips": np.arctan2(hips[:, 2], hips[:, 0]), "shoulders": np.arctan2(shoulders[:, 2], shoulders[:, 0])}
        found |= {f"{name} turned": line for name, line in turned.items()}
        found["twist"] = turned["shoulders"] - turned["hips"]
    return found


def _stand(stance: Stance) -> dict[str, Floats]:
    ankles, knees = (np.linalg.norm(stance.across(joint), axis=1) for joint in ("ankle", "knee"))
    low = np.minimum(stance.at["ankle_left"][:, 1], stance.at["ankle_right"][:, 1])
    sway = stance.middle("hip") - stance.middle("ankle")
    return {
        "ankles apart": ankles,
        "knees apart": knees,
        "knees in": knees - ankles,
        "height of the hips": stance.middle("hip")[:, 1] - low,
        "height of the head": stance.at["nose"][:, 1] - low,
        "ankle above ankle": stance.across("ankle")[:, 1],
        **{f"sway {'xyz'[axis]}": sway[:, axis] for axis in range(sway.shape[1]) if axis != 1},
    }


def _told(lines: Mapping[str, Floats], told: tuple[str, ...]) -> dict[str, float]:
    every = np.stack(list(lines.values()), axis=1)
    start, turn = every[:STARTING].mean(axis=0), every[_MIDDLE].mean(axis=0)
    steps = np.abs(np.diff(every, axis=0))
    least, most = _quantile(every, 0.03), _quantile(every, 0.97)
    all_of_them = {
        "turn from start": turn - start,
        "range": most - least,
        "furthest from start": _quantile(np.abs(every - start), 0.97),
        "end from start": every[-STARTING:].mean(axis=0) - start,
        "path": steps.sum(axis=0) / (most - least + 0.05),
        "speed": _quantile(steps, 0.95),
        "there and back": every[_THERE].mean(axis=0) - every[_BACK].mean(axis=0),
        "start": start,
        "turn": turn,
        "most": most,
        "least": least,
        "mean": every.mean(axis=0),
    }
    return {f"{name}, {each}": float(all_of_them[each][at]) for at, name in enumerate(lines) for each in told}


def _at_moments(lines: Mapping[str, Floats]) -> dict[str, float]:
    """Of every line the median over the quarter of frames in which arms, or legs, are most bent, and least."""
    every = np.stack(list(lines.values()), axis=1)
    quarter = len(every) // 4
    found: dict[str, Floats] = {}
    for limbs, joint in (("arms", "elbow"), ("legs", "knee")):
        order = np.argsort(lines[f"{joint} angle_left"] + lines[f"{joint} angle_right"], kind="stable")
        bent, straight = (np.median(every[at], axis=0) for at in (order[:quarter], order[-quarter:]))
        found |= {f"{limbs} bent": bent, f"{limbs} straight": straight}
        if limbs == "arms":
            found["on the way"] = straight - bent
    found["middle half"] = _quantile(every, 0.75) - _quantile(every, 0.25)
    return {f"{name}, {each}": float(found[each][at]) for at, name in enumerate(lines) for each in MOMENTS}


def _quantile(lines: Floats, share: float) -> Floats:
    """Of every column, the value at the nearest place: quicker than np.percentile, and NaN for a column of NaN."""
    return np.sort(lines, axis=0)[round(share * (len(lines) - 1))]


def _of_both_sides(told: Mapping[str, float]) -> dict[str, float]:
    """The sum and the difference of left and right, which are the same for somebody who works with the other side."""
    found: dict[str, float] = {}
    for name, left in told.items():
        if "_left" in name:
            right = told[name.replace("_left", "_right")]
            found[name.replace("_left", "_both")] = left + right
            found[name.replace("_left", "_unlike")] = abs(left - right)
    return found
