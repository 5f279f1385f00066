"""A repetition beside an expert's: in step by dynamic time warping, then joint by joint.

The way to the turning point and the way back are warped apart, so that turning points stand beside each other. What is
compared is angles, which hardly depend on the length of limbs, in cameras that stand alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.body.planes import Side
from formcheck.body.track import SEEN, SIDES, Track
from formcheck.body.view import yaw_deg
from formcheck.reference.joints import JOINTS
from formcheck.reference.shown import Half
from formcheck.reference.warp import warp
from formcheck.reps import RepSpan
from formcheck.signals import Floats

PLACES = 20  # instants on each way: ten a second of a slow one
SCALE_DEG = 20.0  # of an angle, so that the back's per cent count as little as they should
LED = ("knee", "hip", "elbow", "shoulder", "trunk")  # what brings two people in step
TURNED_DEG = 35.0  # cameras that stand further apart than this show different things
HALVES: tuple[Half, Half] = ("out", "back")

Key = tuple[str, Side | None]


@dataclass(frozen=True, eq=False)
class Course:
    """The joints of one repetition at even shares of each way that is shown.

    `time` (N,) s by way; `values` (N,) by way, joint and side, in the joint's unit, only of joints that are seen.
    """

    time: Mapping[Half, Floats]
    values: Mapping[Half, Mapping[Key, Floats]]
    yaw_deg: float

    @property
    def halves(self) -> tuple[Half, ...]:
        """The ways that are shown."""
        return tuple(half for half in HALVES if half in self.time)


@dataclass(frozen=True, eq=False)
class InStep:
    """Two repetitions brought in step.

    `distance` is their mean distance in step, degrees. `steps` (L, 2) s: instants of the one and the other, both never
    falling. `differences` (N,) by joint and side: the one less the other at the instants `time` (N,) s of the one,
    with `other_s` (N,) those of the other and `values` (N,) the values of the one.
    """

    distance: float
    steps: Floats
    time: Floats
    other_s: Floats
    differences: Mapping[Key, Floats]
    values: Mapping[Key, Floats]


def course(track: Track, span: RepSpan) -> Course:
    """What a repetition shows of every joint that its camera sees; a way that the recording cuts off is left out."""
    ways: dict[Half, Floats] = {}
    if span.begun:
        ways["out"] = np.linspace(span.start_s, span.turn_s, PLACES)
    if span.ended:
        ways["back"] = np.linspace(span.turn_s, span.end_s, PLACES)
    around = slice(*np.searchsorted(track.time, (span.start_s, span.end_s)))
    values: dict[Half, dict[Key, Floats]] = {half: {} for half in ways}
    for joint in JOINTS:
        sides = track.sides if joint.quantity.paired else SIDES[:1]
        for side in sides:
            whole = track.values(joint.quantity, side)
            known = np.isfinite(whole[around])
            seen = track.seen(joint.quantity, side)[around]
            if known.mean() < 0.7 if len(known) else True:
                continue
            if np.median(seen) < SEEN:
                continue
            finite = np.isfinite(whole)
            for half, when in ways.items():
                key: Key = (joint.id, side if joint.quantity.paired else None)
                values[half][key] = np.interp(when, track.time[finite], whole[finite])
    turned = yaw_deg(track.pose)[around]
    turned = np.radians(turned[np.isfinite(turned)])
    yaw = np.degrees(np.arctan2(np.median(np.sin(turned)), np.median(np.cos(turned)))) if len(turned) else np.nan
    return Course(ways, values, float(yaw))


def in_step(one: Course, other: Course) -> InStep | None:
    """One repetition beside another, over the ways and joints that both show; None where there are none."""
    halves: list[Half] = [half for half in one.halves if half in other.halves]
    parts = [_half_in_step(one, other, half) for half in halves]
    found = [part for part in parts if part is not None]
    if not found:
        return None
    keys = [key for key in found[0].differences if all(key in part.differences for part in found)]
    return InStep(
        distance=float(np.mean([part.distance for part in found])),
        steps=np.concatenate([part.steps for part in found]),
        time=np.concatenate([part.time for part in found]),
        other_s=np.concatenate([part.other_s for part in found]),
        differences={key: np.concatenate([part.differences[key] for part in found]) for key in keys},
        values={key: np.concatenate([part.values[key] for part in found]) for key in keys},
    )


def _half_in_step(one: Course, other: Course, half: Half) -> InStep | None:
    ours, theirs = one.values[half], other.values[half]
    both = [key for key in ours if key in theirs]
    led = [key for key in both if key[0] in LED] or both
    if not led:
        return None
    a, b = (np.stack([values[key] for key in led], axis=1) for values in (ours, theirs))
    distance, steps = warp(a, b)
    count = np.bincount(steps[:, 0], minlength=PLACES)

    def beside(values: Floats) -> Floats:
        """What the other shows at the instants of the one: the mean of those in step with each."""
        return np.bincount(steps[:, 0], values[steps[:, 1]], PLACES) / count

    return InStep(
        distance=distance,
        steps=np.stack([one.time[half][steps[:, 0]], other.time[half][steps[:, 1]]], axis=1),
        time=one.time[half],
        other_s=beside(other.time[half]),
        differences={key: _smoothed(ours[key] - beside(theirs[key])) for key in both},
        values={key: ours[key] for key in both},
    )


def _smoothed(values: Floats) -> Floats:
    """Without what lasts for one instant only: a warped course has steps."""
    return np.convolve(np.pad(values, 1, mode="edge"), np.full(3, 1 / 3), "valid")
