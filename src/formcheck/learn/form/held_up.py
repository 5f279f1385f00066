"""A recording in which somebody is held up by the hands, in numbers: how the body lies, lowered, raised and between.

From one picture, in body and arm lengths, so that size and place do not matter. Unlike a single repetition stretched to
64 frames, several repetitions keep their frames: what is told is of all of them, and of nothing before or after.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.learn.form.stance import angle, filled, smoothed
from formcheck.signals import Floats

STILL = 0.35  # of an arm's length: so near where they mostly are lie hands that somebody is held up by
LEAST = 0.2  # of the frames: where hands lie still for less, all frames in which somebody is found tell
END = 0.25  # of the way of the shoulders: so much at either end is lowered, or raised
MOVING = 0.3  # of the usual speed of the shoulders on their way
UPWARDS, DOWNWARDS = 1, -1

_JOINTS = ("ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
TOLD = ("raised", "lowered", "rising", "sinking", "lowered from raised", "rising from sinking")
SPREAD = ("least", "most", "median", "range")
ALONG = ("hip height", "knee height", "hip off the body", "elbow bend", "shoulder ahead")
LINES = (
    *("hip off the body", "hip off the thigh line", "knee off the leg", "hip bend", "knee bend"),
    *("trunk slope", "thigh slope", "shank slope", "body slope"),
    *("shoulder height", "hip height", "knee height", "nose height", "shoulder ahead"),
    *("elbow bend", "arm from trunk", "hands apart", "elbows apart", "neck bend", "nose off the trunk"),
)
NAMES = (
    *(f"{line}, {told}" for told in (*TOLD, *SPREAD) for line in LINES),
    *(f"{line}, with the shoulders" for line in ALONG),
)


def held_up(pose: PoseSequence) -> Floats:
    """The values of NAMES (F,) in the picture of `pose`; NaN for what is never seen, all of them without a joint."""
    joints = ("nose", *(f"{joint}_{side}" for joint in _JOINTS for side in ("left", "right")))
    if not set(joints) <= set(pose.skeleton.joints):
        return np.full(len(NAMES), np.nan)
    where = pose.image[:, [pose.skeleton.index(joint) for joint in joints]]
    found = np.asarray(np.isfinite(where).all(axis=(1, 2)))
    if found.sum() < 2:
        return np.full(len(NAMES), np.nan)
    rate_hz = (len(pose) - 1) / float(pose.time[-1] - pose.time[0])
    steady = smoothed(filled(where), rate_hz) * [1.0, -1.0]
    at = dict(zip(joints, np.moveaxis(steady, 1, 0), strict=True))
    if np.median((_middle(at, "shoulder") - _middle(at, "ankle"))[:, 0]) < 0:
        at = {joint: place * [-1.0, 1.0] for joint, place in at.items()}
    arm = max(_longest(at, (f"shoulder_{side}", f"elbow_{side}", f"wrist_{side}"), found) for side in ("left", "right"))
    on_hands = _on_hands(at, found, arm)
    lines = _lines(at, on_hands, arm)
    return _told(np.stack([lines[name] for name in LINES], axis=1)[on_hands])


def _middle(at: dict[str, Floats], joint: str) -> Floats:
    return (at[f"{joint}_left"] + at[f"{joint}_right"]) / 2


def _longest(at: dict[str, Floats], joints: tuple[str, ...], frames: NDArray[np.bool_]) -> float:
    """The length from joint to joint, nearly the longest that is seen: it is foreshortened in other frames."""
    lengths = [_long(at[one] - at[other]) for one, other in pairwise(joints)]
    return float(np.percentile(np.sum(lengths, axis=0)[frames], 90)) + 1e-9


def _long(line: Floats) -> Floats:
    return np.asarray(np.linalg.norm(line, axis=1))


def _on_hands(at: dict[str, Floats], found: NDArray[np.bool_], arm: float) -> NDArray[np.bool_]:
    """Frames in which the hands lie where they mostly do, below the shoulders: not those of getting down and up."""
    hands = _middle(at, "wrist")
    below = _middle(at, "shoulder")[:, 1] > hands[:, 1] - STILL / 2 * arm
    chosen = found
    for _ in range(3):  # about the frames that are left each time, so that a walk to the place does not count
        chosen = found & (_long(hands - np.median(hands[chosen], axis=0)) < STILL * arm)
        if not chosen.any():
            return found
    chosen = chosen & below
    return chosen if chosen.sum() >= max(2.0, LEAST * len(found)) else found


def _lines(at: dict[str, Floats], on_hands: NDArray[np.bool_], arm: float) -> dict[str, Floats]:
    """(T,) each: lengths in arms or bodies, angles in radians, up and towards the head being positive."""
    shoulder, wrist, hip, knee, ankle, ear = (
        _middle(at, joint) for joint in ("shoulder", "wrist", "hip", "knee", "ankle", "ear")
    )
    nose = at["nose"]
    middles = {"shoulder": shoulder, "hip": hip, "knee": knee, "ankle": ankle}
    body = sum(_longest(middles, pair, on_hands) for pair in (("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle")))

    def off(point: Floats, start: Floats, end: Floats) -> Floats:
        line = end - start
        return _cross(line, point - start) / np.maximum(_long(line), body / 5) / body

    slopes = {"trunk": shoulder - hip, "thigh": hip - knee, "shank": knee - ankle, "body": shoulder - ankle}
    heights = {"shoulder": shoulder, "hip": hip, "knee": knee, "nose": nose}
    elbows: list[Floats] = []
    armpits: list[Floats] = []
    for side in ("left", "right"):
        upper = at[f"elbow_{side}"] - at[f"shoulder_{side}"]
        elbows.append(np.radians(angle(upper, at[f"wrist_{side}"] - at[f"elbow_{side}"])))
        armpits.append(np.radians(angle(upper, at[f"hip_{side}"] - at[f"shoulder_{side}"])))
    return {
        "hip off the body": off(hip, ankle, shoulder),
        "hip off the thigh line": off(hip, knee, shoulder),
        "knee off the leg": off(knee, ankle, hip),
        "hip bend": _turn(hip - knee, shoulder - hip),
        "knee bend": _turn(knee - ankle, hip - knee),
        **{f"{name} slope": np.arctan2(line[:, 1], np.abs(line[:, 0])) for name, line in slopes.items()},
        **{f"{name} height": (place - wrist)[:, 1] / arm for name, place in heights.items()},
        "shoulder ahead": (shoulder - wrist)[:, 0] / arm,
        "elbow bend": (elbows[0] + elbows[1]) / 2,
        "arm from trunk": (armpits[0] + armpits[1]) / 2,
        "hands apart": _long(at["wrist_left"] - at["wrist_right"]) / arm,
        "elbows apart": _long(at["elbow_left"] - at["elbow_right"]) / arm,
        "neck bend": _turn(shoulder - hip, ear - shoulder),
        "nose off the trunk": _cross(shoulder - hip, nose - shoulder)
        / np.maximum(_long(shoulder - hip), body / 10)
        / arm,
    }


def _cross(one: Floats, other: Floats) -> Floats:
    return one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]


def _turn(one: Floats, other: Floats) -> Floats:
    """By how much the second direction is turned from the first, upwards positive, in radians."""
    return np.asarray(np.arctan2(_cross(one, other), (one * other).sum(axis=1)))


def _told(every: Floats) -> Floats:
    """Of lines (T, K): medians at either end of the way of the shoulders and on it, and how far all of them spread."""
    from scipy.ndimage import gaussian_filter1d

    height = every[:, LINES.index("shoulder height")]
    low, high = np.percentile(height, [5, 95])
    share = (height - low) / max(high - low, 1e-6)
    speed = np.gradient(gaussian_filter1d(height, 2.0, mode="nearest"))
    fast = MOVING * np.percentile(np.abs(speed), 75) + 1e-9
    between = (share > 0.15) & (share < 0.9)
    raised, lowered = _median(every, share > 1 - END), _median(every, share < END)
    rising, sinking = (_median(every, between & (way * speed > fast)) for way in (UPWARDS, DOWNWARDS))
    least, most = np.percentile(every, [5, 95], axis=0)
    told = (raised, lowered, rising, sinking, lowered - raised, rising - sinking)
    spread = (least, most, np.median(every, axis=0), most - least)
    apart = height - height.mean()
    along = every[:, [LINES.index(line) for line in ALONG]]
    follow = (apart[:, None] * (along - along.mean(axis=0))).mean(axis=0) / ((apart**2).mean() + 1e-3)
    return np.concatenate([*told, *spread, follow])


def _median(every: Floats, chosen: NDArray[np.bool_]) -> Floats:
    return np.median(every[chosen], axis=0) if chosen.sum() >= 2 else np.full(every.shape[1], np.nan)
