"""A repetition beside an expert's: in step by dynamic time warping, then joint by joint.

The way to the turning point and the way back are warped apart, so that turning points stand beside each other. What is
compared is angles, which hardly depend on the length of limbs, in cameras that stand alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.body import PoseSequence
from formcheck.body.planes import Side, near_side
from formcheck.body.track import CUTOFF_HZ, SEEN, SIDES, Track
from formcheck.body.view import yaw_deg
from formcheck.reference.joints import JOINTS
from formcheck.reference.shown import OTHER_SIDE, Half
from formcheck.reference.warp import warp
from formcheck.reps import RepSpan
from formcheck.signals import Floats, smooth

PLACES = 20  # instants on each way: ten a second of a slow one
LED = ("knee", "hip", "elbow", "shoulder", "trunk")  # what brings two people in step
AROUND_S = 0.2  # before and after a repetition that are looked at, so that its ends are as steady as its middle
KNOWN = 0.7  # of the frames must show a joint
EDGE = 4  # of these instants are the start, the end, and either side of the turning point: a fifth of the way
ALONG = 5  # instants over which a difference on the way must last, or it is a step of the warping
TURNED_DEG = 35.0  # cameras that stand further apart than this show different things
TURNS = frozenset(joint.id for joint in JOINTS if joint.turns)
HALVES: tuple[Half, Half] = ("out", "back")

When = Literal["start", "out", "turn", "back", "end"]
WHENS: tuple[When, ...] = ("start", "out", "turn", "back", "end")

Key = tuple[str, Side | None]


@dataclass(frozen=True)
class Difference:
    """How far a joint was from the other's in one part of a repetition, in its unit, and the instants of both, s."""

    value: float
    time_s: float
    other_s: float
    ours: float


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

    @property
    def mirrored(self) -> Course:
        """The same course in a mirror."""
        values: dict[Half, dict[Key, Floats]] = {
            half: {(name, OTHER_SIDE[side]): -each if name in TURNS else each for (name, side), each in here.items()}
            for half, here in self.values.items()
        }
        return Course(self.time, values, -self.yaw_deg)


@dataclass(frozen=True, eq=False)
class InStep:
    """Two repetitions brought in step.

    `distance` is their mean distance in step, degrees. `steps` (L, 2) s: instants of the one and the other, both never
    falling. `differences`: the one less the other by joint and side, and by the part of the repetition: the mean about
    start, turning point and end, and what is largest on the ways between. `fastest`: how fast each joint moves at most,
    of the one and of the other, in its unit a second.
    """

    distance: float
    steps: Floats
    differences: Mapping[Key, Mapping[When, Difference]]
    fastest: Mapping[Key, tuple[float, float]]


def course(pose: PoseSequence, span: RepSpan) -> Course:
    """What a repetition shows of every joint that its camera sees; a way that the recording cuts off is left out.

    Only its own frames are looked at: what the camera does meanwhile, as zooming, tells nothing about this repetition.
    """
    ways: dict[Half, Floats] = {}
    if span.begun:
        ways["out"] = np.linspace(span.start_s, span.turn_s, PLACES)
    if span.ended:
        ways["back"] = np.linspace(span.turn_s, span.end_s, PLACES)
    part = pose.between(span.start_s - AROUND_S, span.end_s + AROUND_S)
    track = Track(part)  # for what is seen: its smoothing, one joint at a time, takes as long as all else
    near = near_side(part)
    rows: dict[Key, Floats] = {}
    for joint in JOINTS:
        sides = (SIDES if near is None else (near,)) if joint.quantity.paired else SIDES[:1]
        for side in sides:
            values = joint.quantity.read(part, side)
            known = np.isfinite(values)
            if known.mean() >= KNOWN and np.median(track.seen(joint.quantity, side)) >= SEEN:
                key: Key = (joint.id, side if joint.quantity.paired else None)
                rows[key] = np.interp(part.time, part.time[known], values[known])
    smoothed = smooth(part.time, np.stack(list(rows.values()), axis=1), CUTOFF_HZ) if rows else np.empty((len(part), 0))
    courses: dict[Half, dict[Key, Floats]] = {
        half: {key: np.interp(when, part.time, column) for key, column in zip(rows, smoothed.T, strict=True)}
        for half, when in ways.items()
    }
    turned = np.radians(yaw_deg(part))
    turned = turned[np.isfinite(turned)]
    yaw = np.degrees(np.arctan2(np.median(np.sin(turned)), np.median(np.cos(turned)))) if len(turned) else np.nan
    return Course(ways, courses, float(yaw))


def in_step(one: Course, other: Course) -> InStep | None:
    """One repetition beside another, over the ways and joints that both show; None where there are none."""
    ways: dict[Half, _Way] = {}
    for half in one.halves:
        way = _way(one, other, half) if half in other.halves else None
        if way is not None:
            ways[half] = way
    if not ways:
        return None
    found = list(ways.values())
    keys = [key for key in found[0].apart if all(key in way.apart for way in found)]
    return InStep(
        distance=float(np.mean([way.distance for way in found])),
        steps=np.concatenate([way.steps for way in found]),
        differences={key: _by_part(ways, key) for key in keys},
        fastest={key: (_fastest(one, ways, key), _fastest(other, ways, key)) for key in keys},
    )


def _fastest(of: Course, ways: Mapping[Half, _Way], key: Key) -> float:
    """How fast a joint moves at most on some ways, in its unit a second."""
    lasting: list[Half] = [half for half in ways if of.time[half][-1] > of.time[half][0]]
    turned = [np.abs(np.gradient(of.values[half][key], of.time[half])).max() for half in lasting]
    return float(max(turned, default=0.0))


@dataclass(frozen=True, eq=False)
class _Way:
    """One way of two repetitions in step: `apart` (N,) by joint at the instants `time` (N,) of the one."""

    distance: float
    steps: Floats
    time: Floats
    other_s: Floats
    ours: Mapping[Key, Floats]
    apart: Mapping[Key, Floats]


def _way(one: Course, other: Course, half: Half) -> _Way | None:
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

    return _Way(
        distance=distance,
        steps=np.stack([one.time[half][steps[:, 0]], other.time[half][steps[:, 1]]], axis=1),
        time=one.time[half],
        other_s=beside(other.time[half]),
        ours={key: ours[key] for key in both},
        apart={key: ours[key] - beside(theirs[key]) for key in both},
    )


def _by_part(ways: Mapping[Half, _Way], key: Key) -> dict[When, Difference]:
    parts: dict[When, Difference] = {}
    for half, way in ways.items():
        edge: When = "start" if half == "out" else "end"
        parts[edge] = _mean(way, key, slice(0, EDGE) if half == "out" else slice(-EDGE, None))
        lasting = np.convolve(way.apart[key], np.full(ALONG, 1 / ALONG), "valid")
        first = int(np.argmax(np.abs(lasting)))
        parts[half] = _mean(way, key, slice(first, first + ALONG))
    near = {"out": slice(-EDGE, None), "back": slice(0, EDGE)}
    turns = [_mean(way, key, near[half]) for half, way in ways.items()]
    last = ways["out"].time[-1] if "out" in ways else ways["back"].time[0]
    other_last = ways["out"].other_s[-1] if "out" in ways else ways["back"].other_s[0]
    parts["turn"] = Difference(
        float(np.mean([each.value for each in turns])), float(last), float(other_last),
        float(np.mean([each.ours for each in turns])),
    )  # fmt: skip
    return parts


def _mean(way: _Way, key: Key, part: slice) -> Difference:
    return Difference(
        float(way.apart[key][part].mean()),
        float(way.time[part].mean()),
        float(way.other_s[part].mean()),
        float(way.ours[key][part].mean()),
    )
