"""Where somebody who stands or walks upright is in the picture, place by place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.body.planes import angle_deg, point
from formcheck.signals import Floats

STEP_S = 0.6  # a step of walking: over its length the body's rising, falling and swaying are averaged out
MOST = 0.6  # of the frames of a step must show somebody upright
KNEE_DEG = 30.0  # from straight, of the straighter leg: the one that carries
HIP_DEG = 35.0  # from straight, on average
LYING_DEG = 45.0  # from the picture's upright: more than any camera is tilted, less than a plank
INSIDE = 0.02  # of the frame away from its edge: what is cut off is guessed by estimators
SEEN = 0.5  # visibility, on average
APART = 0.04  # of the body's height: places nearer to each other are one
PARTS = ("ankles", "hips", "shoulders")
_JOINTS = tuple(f"{part}_{side}" for part in ("ankle", "knee", "hip", "shoulder") for side in ("left", "right"))


def stances(pose: PoseSequence) -> Floats:
    """(N, 3, 2): the middles of ankles, hips and shoulders at N places, from the picture's middle, right and down.

    In lengths of the picture's longer side. Each is the mean over a step of somebody upright and wholly in the picture;
    places that are alike are given once, as their median. Needs landmarks in space to tell who is upright.
    """
    size = np.array(pose.frame_size, dtype=np.float64)
    middles = np.stack([(point(pose, part) - size / 2) / size.max() for part in PARTS], axis=1)
    good = _upright(pose) & _inside(pose, size)
    steps: list[Floats] = []
    number = np.floor((pose.time - pose.time[0]) / STEP_S).astype(int) if len(pose) else np.zeros(0, dtype=int)
    for step in np.unique(number):
        here = number == step
        if (here & good).sum() >= max(2.0, MOST * here.sum()):
            steps.append(middles[here & good].mean(axis=0))
    return _places(np.array(steps).reshape(-1, len(PARTS), 2))


def _upright(pose: PoseSequence) -> NDArray[np.bool_]:
    """(T,) whether somebody stands on at least one straight leg under an unbent trunk, and cannot be hanging."""
    if pose.world is None:
        return np.zeros(len(pose), dtype=np.bool_)
    space = replace(pose, view="oblique")
    bent = {
        part: np.stack([180.0 - angle_deg(space, *(f"{name}_{side}" for name in part)) for side in ("left", "right")])
        for part in (("hip", "knee", "ankle"), ("shoulder", "hip", "knee"))
    }
    knees, hips = bent.values()
    tall = point(pose, "ankles", world=True) - point(pose, "shoulders", world=True)
    on_feet = tall[:, 1] > np.cos(np.radians(LYING_DEG)) * np.linalg.norm(tall, axis=1)
    wrists = np.stack([pose.metres(f"wrist_{side}")[:, 1] for side in ("left", "right")])
    hanging = wrists.max(axis=0) < point(pose, "shoulders", world=True)[:, 1]
    return (knees.min(axis=0) < KNEE_DEG) & (hips.mean(axis=0) < HIP_DEG) & on_feet & ~hanging


def _inside(pose: PoseSequence, size: Floats) -> NDArray[np.bool_]:
    joints = np.stack([pose.pixels(joint) for joint in _JOINTS], axis=1)
    clear = np.stack([pose.seen(joint) for joint in _JOINTS], axis=1).mean(axis=1) > SEEN
    return ((joints > INSIDE * size) & (joints < (1 - INSIDE) * size)).all(axis=(1, 2)) & clear


def _places(steps: Floats) -> Floats:
    """Each place once: what an estimator has wrong about a place it has wrong every time."""
    left = np.ones(len(steps), dtype=np.bool_)
    places: list[Floats] = []
    for at, step in enumerate(steps):
        if left[at]:
            tall = float(np.linalg.norm(step[-1] - step[0]))
            alike = (np.abs(steps - step).max(axis=(1, 2)) < APART * tall) & left
            left &= ~alike
            places.append(np.median(steps[alike], axis=0))
    return np.array(places).reshape(-1, len(PARTS), 2)
