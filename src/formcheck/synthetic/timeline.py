"""When every angle is where: repetitions laid on a clock, with this athlete's habits, variation and planned faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.motion import (
    Arm,
    Blend,
    Fault,
    Leg,
    Motion,
    Pose,
    Retime,
    Shake,
    Shift,
    Trunk,
)
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.kinematics import body, grips
from formcheck.synthetic.plan import PlannedRep
from formcheck.synthetic.stance import Angles, Body
from formcheck.synthetic.support import BAR_OVERHEAD_M, PLATE_RADIUS_M

_TRUNK = tuple(field.name for field in fields(Trunk))
_LEG = tuple(field.name for field in fields(Leg))
_ARM = tuple(field.name for field in fields(Arm))
_WORKING_PARTS = (("trunk", _TRUNK), ("leg", _LEG), ("other_leg", _LEG), ("arm", _ARM), ("other_arm", _ARM))
NAMES = tuple(f"{part}.{name}" for part, names in _WORKING_PARTS for name in names)
# Where a pose depends on what stands: jitter of these would slide feet or change who carries.
_SIDEWAYS = (  # four points or two hands that hold the body keep it from turning
    "pelvis_roll_deg",
    "pelvis_turn_deg",
    "side_bend_deg",
    "hip_abduction_deg",
    "hip_rotation_deg",
    "foot_angle_deg",
)
# Words that came after the first athletes had drawn their habits: they draw nothing, so that nobody moves differently.
_LATER = ("trunk.twist_deg",)
_STILL = ("step_forward", "step_out", "foot_lift", "load", "foot_angle_deg", "shift", "heel_lift_deg", "twist_deg")
_PARTS = tuple(name.split(".")[0] for name in NAMES)
_DRAWN = np.array([name not in _LATER for name in NAMES])
_DRAWS = int(_DRAWN.sum())
_KEPT = np.array([name.rpartition(".")[2] in _STILL for name in NAMES])
_STEPPING = np.array([name.endswith("step_forward") for name in NAMES])
_TILT = NAMES.index("trunk.pelvis_tilt_deg")
# How a lifter bends further down to the bar, per degree of the trunk; and pulls further up to one, per degree of elbow.
_BENDING = (
    ("trunk.pelvis_tilt_deg", 1.0),
    ("trunk.neck_flexion_deg", -0.6),
    *((f"{leg}.knee_flexion_deg", 0.7) for leg in ("leg", "other_leg")),
    *((f"{leg}.shin_lean_deg", 0.15) for leg in ("leg", "other_leg")),
)
_FURTHEST_DEG, _CLOSE_DEG = 50.0, 1e-7  # how far a pose is bent to reach, and how closely
_PULLING = (
    ("trunk.pelvis_tilt_deg", -0.35),
    *((f"{arm}.elbow_flexion_deg", 0.5) for arm in ("arm", "other_arm")),
    *((f"{leg}.hip_flexion_deg", 0.15) for leg in ("leg", "other_leg")),
)


@cache
def vector(pose: Pose) -> Floats:
    """A pose as numbers, in the order of NAMES; not to be written to."""
    parts = (pose.trunk, pose.leg, pose.other_leg or pose.leg, pose.arm, pose.other_arm or pose.arm)
    numbers = np.array([getattr(part, field.name) for part in parts for field in fields(part)], dtype=np.float64)
    numbers.setflags(write=False)
    return numbers


Keys = list[tuple[float, Floats]]
"""The key poses of one repetition: (place, numbers in the order of NAMES), from 0 to 2."""


def keyed(
    athlete: Athlete,
    motion: Motion,
    reps: Sequence[PlannedRep],
    faults: Sequence[tuple[Fault, ...]],
    draw: np.random.Generator,
) -> list[Keys]:
    """The key poses of every repetition, as this athlete does it each time."""
    poses = {key.at: vector(key.pose) for key in motion.keys}
    moves = np.ptp(np.array(list(poses.values())), axis=0) > 0
    places = [_habits(athlete, motion, poses, moves, draw) for _ in reps]
    if motion.equipment == "pull-up bar":
        over_m = np.array([0.025 + 0.3 * (each.reach - 1.0) for each in places])
        for each, top in zip(
            places, _reaching_bar(athlete, motion, [p.poses[1.0] for p in places], over_m), strict=True
        ):
            each.poses[1.0] = top
    for each, rep, known in zip(places, reps, faults, strict=True):
        _at_fault(athlete, each.poses, rep, known)
    if motion.equipment == "barbell on the floor":
        starts = _reaching_floor(athlete, motion, [each.poses[0.0] for each in places])
        for each, start in zip(places, starts, strict=True):
            each.poses[0.0] = start
    return [_and_back(each.poses) for each in places]


def course(
    athlete: Athlete,
    motion: Motion,
    reps: Sequence[PlannedRep],
    faults: Sequence[tuple[Fault, ...]],
    keys: Sequence[Keys],
    time: Floats,
    draw: np.random.Generator,
) -> Angles:
    """Every angle at every instant of a set."""
    edges = np.searchsorted(time, [-np.inf, *(rep.start_s for rep in reps[1:]), np.inf])
    whose = np.repeat(np.arange(len(reps)), np.diff(edges))
    left = np.array([rep.works_left for rep in reps], dtype=bool)[whose]
    spans = [slice(*edges[at : at + 2]) for at in range(len(reps))]
    place = np.concatenate([_place(rep, time[here]) for rep, here in zip(reps, spans, strict=True)])
    way = _Way.through(keys)
    values = way.at(place, whose)
    for at, (rep, known, here) in enumerate(zip(reps, faults, spans, strict=True)):
        for columns in _moving_apart(known):
            own = _retimed(place[here], NAMES[columns[0]], rep, known)
            values[here, columns] = way.at(own, whose[here])[:, columns]
        _shake(values[here], athlete, rep, known, place[here], time[here], draw)
        if at + 1 < len(reps):
            until = reps[at + 1].start_s
            gap = slice(*np.searchsorted(time, (rep.end_s, until)))
            if gap.start < gap.stop:
                eased = minimum_jerk((time[gap] - rep.end_s) / (until - rep.end_s))[:, None]
                values[gap] += eased * (keys[at + 1][0][1] - keys[at][0][1])
    values += tremor(athlete, motion, time, draw)
    return Angles(by_side(values, left, athlete.asymmetry))


def placing_angles(athlete: Athlete, motion: Motion) -> Angles:
    """The pose in which hands, elbows or back are put where they stay, without faults or variation (one frame).

    The start pose; of a body on its forearms the pose that is held.
    """
    at = 1.0 if motion.support == "forearms and toes" else 0.0
    pose = next(key.pose for key in motion.keys if key.at == at)
    return Angles(by_side(vector(pose)[None], np.array([athlete.works_left]), 0.0))


@dataclass
class _Habits:
    """The key poses of one repetition by place, and how far this athlete goes this time."""

    poses: dict[float, Floats]
    reach: float


def _habits(
    athlete: Athlete,
    motion: Motion,
    poses: Mapping[float, Floats],
    moves: NDArray[np.bool_],
    draw: np.random.Generator,
) -> _Habits:
    """The key poses as this athlete does them this time, without faults; `moves` says which numbers differ at all."""
    places = dict(poses)
    start = places[0.0]
    reach = athlete.range_of_motion * (1.0 + athlete.variation * float(draw.standard_normal()))
    if motion.equipment == "barbell on the floor":
        reach = 1.0  # the floor and the lockout set the way
    jitter = np.zeros((len(places), len(NAMES)))
    spread = np.clip(draw.standard_normal((len(places), _DRAWS)), -2, 2)
    jitter[:, _DRAWN] = 60.0 * athlete.variation * spread
    jitter[:, _KEPT] = 0.0
    jitter[:, ~moves] *= 0.3
    jitter[list(places).index(0.0)] = 0.0
    for at, (place, numbers) in enumerate(list(places.items())):
        away = numbers - start
        places[place] = start + away * np.where(_STEPPING, 1.0, reach) + jitter[at] * np.minimum(np.abs(away) / 40, 1)
    if motion.support == "feet":
        for numbers in places.values():
            numbers[_TILT] += athlete.habit_deg
    return _Habits(places, reach)


def _at_fault(athlete: Athlete, places: dict[float, Floats], rep: PlannedRep, faults: tuple[Fault, ...]) -> None:
    """Changes key poses to have a repetition's faults."""
    clean = {place: numbers.copy() for place, numbers in places.items()}
    for fault in faults:
        grade = rep.faults[fault.criterion] * athlete.severity
        for change in fault.changes:
            if isinstance(change, Blend):
                mask = np.array([part.removeprefix("other_") in change.parts for part in _PARTS])
                places[change.at] += mask * change.share * grade * (clean[change.toward] - clean[change.at])
    for fault in faults:
        grade = rep.faults[fault.criterion] * athlete.severity
        for change in fault.changes:
            if isinstance(change, Shift):
                for place in change.at or tuple(places):
                    places[place] += grade * vector(change.by)


def _and_back(places: dict[float, Floats]) -> Keys:
    """The key poses in order, the way back as the way out reversed where it has none of its own."""
    if not any(place > 1.0 for place in places):
        way = [place for place in places if place <= 1.0]
        places = places | {2.0 - place: places[place] for place in way[1:-1]}
    return [*sorted(places.items(), key=lambda item: item[0]), (2.0, places[0.0])]


def _reaching_floor(athlete: Athlete, motion: Motion, starts: Sequence[Floats]) -> Floats:
    """Start poses bent further, or less, until the bar in the hands lies a disc's radius over the floor."""

    def over_m(here: Body) -> Floats:
        return (here.points["palm_left"][:, 1] + here.points["palm_right"][:, 1]) / 2 - PLATE_RADIUS_M

    return _bent_until(athlete, motion, starts, _BENDING, over_m)


def _reaching_bar(athlete: Athlete, motion: Motion, tops: Sequence[Floats], over_bar_m: Floats) -> Floats:
    """Tops of pull-ups with the elbows bent until the chin is so far over the bar."""

    def short_m(here: Body) -> Floats:
        chin = here.points["mouth_left"][:, 1] - 0.2 * athlete.head_m  # a fifth of the head below the mouth
        return BAR_OVERHEAD_M + over_bar_m - chin

    return _bent_until(athlete, motion, tops, _PULLING, short_m)


def _bent_until(
    athlete: Athlete,
    motion: Motion,
    poses: Sequence[Floats],
    bend: tuple[tuple[str, float], ...],
    left: Callable[[Body], Floats],
) -> Floats:
    """(N, numbers) poses moved along `bend` (degrees per degree) until `left` of the body, which falls, is zero."""
    step = np.zeros(len(NAMES))
    for name, share in bend:
        step[NAMES.index(name)] = share
    hands = grips(athlete, motion, placing_angles(athlete, motion))
    works_left = np.full(len(poses), athlete.works_left)
    start = np.stack(poses)

    def left_at(bent_deg: Floats) -> Floats:
        angles = Angles(by_side(start + bent_deg[:, None] * step, works_left, 0.0))
        return left(body(athlete, motion, angles, hands))

    return start + _falls_to_zero(left_at, len(poses))[:, None] * step


def _falls_to_zero(left_at: Callable[[Floats], Floats], count: int) -> Floats:
    """(N,) degrees from -50 to 50 where `left_at` of them falls to zero: by secants, halving where these leave.

    Rounded down to a 2^20th of that range, as halving all the way finds it.
    """
    low, high = np.full(count, -_FURTHEST_DEG), np.full(count, _FURTHEST_DEG)
    before, now = np.full(count, -2.0), np.zeros(count)
    was = left_at(before)
    for _ in range(20):
        here = left_at(now)
        low, high = np.where(here > 0, np.maximum(low, now), low), np.where(here > 0, high, np.minimum(high, now))
        fall = np.where(here == was, np.nan, here - was)
        following = now - here * (now - before) / fall
        inside = (following >= low) & (following <= high)  # not where it is NaN
        following = np.where(here == 0, now, np.where(inside, following, (low + high) / 2))
        before, was, now = now, here, following
        if np.abs(now - before).max() < _CLOSE_DEG:
            break
    finest = 2 * _FURTHEST_DEG / 2**20
    steps = np.floor((now + _FURTHEST_DEG) / finest)
    return np.clip(steps, 0, 2**20 - 1) * finest - _FURTHEST_DEG


def _place(rep: PlannedRep, time: Floats) -> Floats:
    """How far along the repetition the clock is: 0 start, 1 turning point, 2 end, evenly in each way.

    Where it stalls, it slows down, stands and goes on.
    """
    place = np.interp(time, [rep.start_s, rep.arrive_s, rep.leave_s + 1e-9, rep.end_s], [0.0, 1.0, 1.0, 2.0])
    at, still_s = rep.stall
    if not still_s:
        return place
    base = np.floor(at)
    begin, end = (rep.start_s, rep.arrive_s) if at < 1 else (rep.leave_s, rep.end_s)
    stop = begin + (at - base) * (end - begin - still_s)
    way = (at - base) * minimum_jerk((time - begin) / (stop - begin))
    way += (1.0 - at + base) * minimum_jerk((time - stop - still_s) / (end - stop - still_s))
    even = np.linspace(0.0, 1.0, 2001)  # as evenly along the way as makes the eased movement that
    here = (time > begin) & (time < end)
    return np.where(here, base + np.interp(way, minimum_jerk(even), even), place)


def _moving_apart(faults: tuple[Fault, ...]) -> list[list[int]]:
    """The columns of NAMES that are retimed, in groups that no retiming tells apart."""
    return _apart(tuple(c.angles for fault in faults for c in fault.changes if isinstance(c, Retime)))


@cache
def _apart(retimed: tuple[tuple[str, ...], ...]) -> list[list[int]]:
    groups: dict[tuple[bool, ...], list[int]] = {}
    for column, name in enumerate(NAMES):
        groups.setdefault(tuple(_means(angles, name) for angles in retimed), []).append(column)
    return [columns for meant, columns in groups.items() if any(meant)]


def _retimed(place: Floats, name: str, rep: PlannedRep, faults: tuple[Fault, ...]) -> Floats:
    for fault in faults:
        for change in fault.changes:
            if isinstance(change, Retime) and _means(change.angles, name):
                other = np.interp(place, [a for a, _ in change.through], [b for _, b in change.through])
                place = place + rep.faults[fault.criterion] * (other - place)
    return place


@cache
def _means(angles: tuple[str, ...], name: str) -> bool:
    plain = name.removeprefix("other_")
    return plain in angles or plain.split(".")[0] in angles


def minimum_jerk(share: Floats) -> Floats:
    """0..1 along the smoothest way from rest to rest (Flash & Hogan 1985)."""
    s = np.clip(share, 0.0, 1.0)
    return np.minimum(s**3 * (10.0 - 15.0 * s + 6.0 * s**2), 1.0)  # rounding would step past the last key pose


@dataclass(frozen=True, eq=False)
class _Way:
    """Cubics through the key poses of N repetitions: `knots` (K + 1,) places, `powers` (4, K, N, numbers)."""

    knots: Floats
    powers: Floats

    @staticmethod
    def through(keys: Sequence[Keys]) -> _Way:
        """At rest at the start and at the turning point; every repetition's key poses are at the same places."""
        from scipy.interpolate import PchipInterpolator

        knots = np.array([at for at, _ in keys[0]])
        numbers = np.array([[pose for _, pose in each] for each in keys]).swapaxes(0, 1)
        ways = (knots <= 1.0, knots >= 1.0)
        powers = [PchipInterpolator(knots[here], numbers[here]).c for here in ways]
        return _Way(knots, np.concatenate(powers, axis=1))

    def at(self, place: Floats, whose: NDArray[np.int_]) -> Floats:
        """(T, numbers) at places (T,) of the repetitions `whose` (T,) they are."""
        eased = np.where(place <= 1.0, minimum_jerk(place), 1.0 + minimum_jerk(place - 1.0))
        part = np.clip(np.searchsorted(self.knots, eased, side="right") - 1, 0, len(self.knots) - 2)
        on = (eased - self.knots[part])[:, None]
        out = self.powers[0, part, whose]
        for power in self.powers[1:]:
            out *= on
            out += power[part, whose]
        return out


def _shake(
    values: Floats,
    athlete: Athlete,
    rep: PlannedRep,
    faults: tuple[Fault, ...],
    place: Floats,
    time: Floats,
    draw: np.random.Generator,
) -> None:
    """Adds to (T, numbers) what trembles."""
    for fault in faults:
        for change in fault.changes:
            if isinstance(change, Shake):
                low, high = change.between
                fade = np.clip(np.minimum(place - low, high - place) / 0.25, 0, 1)
                phase = draw.uniform(0, 2 * np.pi, 2)
                wave = 0.8 * np.sin(2 * np.pi * change.rate_hz * (time - rep.start_s) + phase[0])
                wave += 0.35 * np.sin(2 * np.pi * 1.7 * change.rate_hz * (time - rep.start_s) + phase[1])
                size = rep.faults[fault.criterion] * athlete.severity
                values += (size * minimum_jerk(fade) * wave)[:, None] * vector(change.by)


def tremor(athlete: Athlete, motion: Motion, time: Floats, draw: np.random.Generator) -> Floats:
    """Slow sway and fast tremor of the joints: sums of sines from 0.2 to 6 Hz whose size falls with frequency.

    In proportion, so that the wrist of somebody who stands trembles by a few hundredths of g, as real ones do.
    """
    rates = np.array([0.21, 0.47, 0.9, 1.9, 3.7, 5.9])
    sizes = rates[0] / rates
    sizes *= athlete.tremor_deg * np.sqrt(2) / np.linalg.norm(sizes)
    phase, share = np.zeros((len(NAMES), len(rates))), np.zeros(len(NAMES))
    phase[_DRAWN] = draw.uniform(0, 2 * np.pi, (_DRAWS, len(rates)))
    for column, name in enumerate(NAMES):
        own = name.rpartition(".")[2]
        if own.endswith("_deg") and own not in _STILL:
            share[column] = 0.15 if motion.support != "feet" and own in _SIDEWAYS else 1.0
    angle = 2 * np.pi * np.outer(time, rates)
    size = share[:, None] * sizes
    return np.sin(angle) @ (size * np.cos(phase)).T + np.cos(angle) @ (size * np.sin(phase)).T


def by_side(values: Floats, left: np.ndarray, asymmetry: float) -> dict[str, Floats]:
    """From working and other side to left and right."""
    named = {name: values[:, column] for column, name in enumerate(NAMES)}
    out = {name: numbers for name, numbers in named.items() if name.startswith("trunk.")}
    out["trunk.sign"] = np.where(left, 1.0, -1.0)
    for part, names in (("leg", _LEG), ("arm", _ARM)):
        for name in names:
            working, other = named[f"{part}.{name}"], named[f"other_{part}.{name}"]
            more = 1.0 + asymmetry / 2 if name.endswith("flexion_deg") else 1.0
            out[f"{part}_left.{name}"] = np.where(left, working, other) * more
            out[f"{part}_right.{name}"] = np.where(left, other, working) * (2.0 - more)
    return out
