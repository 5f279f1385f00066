"""Walking: feet that are put down in turn, and how pelvis, trunk and arms go with them.

Shares of the step and ranges of the joints after Perry & Burnfield 2010, Gait Analysis, and Murray, Drought & Kory
1964, J Bone Joint Surg 46-A: stance 60 % of the stride, the pelvis rises and falls by some 4 cm, sways by some 4 cm,
rotates by 4 degrees to each side and drops by 4; arms swing some 30 degrees, each with the other side's leg.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.legs import STRAIGHTEST, Foot, foot_lengths, soled
from formcheck.synthetic.rotations import UP, about, unit
from formcheck.synthetic.stance import SIDES, Body

STEP = 0.335  # of stature, on the way to a place some metres off: a little shorter than out of doors (0.41)
STEP_S = 0.58
DOUBLE = 0.2  # of a step both feet are down
SETTLE_S = 0.8  # from the last foot put down to standing still
_BESIDE = 0.03  # of stature: each foot beside the path
_TOE_OUT_DEG = 7.0
_HEEL_RISE_DEG = 36.0
_HEEL_STRIKE_DEG = -14.0
_SOFT = 0.08  # a heel's rubber gives a few millimetres


@dataclass(frozen=True, eq=False)
class Footfall:
    """One foot put down: its side, where (left, forward) m, its heading in degrees to the left, and when."""

    side: str
    place: Floats
    heading_deg: float
    land_s: float


@dataclass(frozen=True, eq=False)
class Gait:
    """A body that walks: feet, the ways the knees point, mid-hip (T, 3), and the pelvis (T, 3, 3).

    `swing` (T,) runs from -1, the left foot and the right arm ahead, to 1; 0 standing. `going` (T,) is 0 standing, 1
    walking.
    """

    feet: dict[str, Foot]
    knees: dict[str, Floats]
    hips: Floats
    pelvis: Floats
    swing: Floats
    going: Floats


@dataclass(frozen=True, eq=False)
class Stand:
    """How somebody stands after walking: both feet, mid-hip (3,), the pelvis' angles, and whereto each knee points."""

    feet: dict[str, Footfall]
    hips: Floats
    turn_deg: float
    tilt_deg: float
    roll_deg: float
    knees: dict[str, Floats]

    @staticmethod
    def of(athlete: Athlete, body: Body) -> Stand:
        """That of the first frame of a body on both feet."""
        pelvis, points = body.frames["pelvis"][0], body.points
        feet: dict[str, Footfall] = {}
        knees: dict[str, Floats] = {}
        for side, _ in SIDES:
            ball, knee = points[f"ball_{side}"][0], points[f"knee_{side}"][0] - points[f"hip_{side}"][0]
            way = unit((ball - points[f"heel_{side}"][0]) * [1.0, 0.0, 1.0])
            place = ball - foot_lengths(athlete)[2] * way
            feet[side] = Footfall(side, place[[0, 2]], float(np.degrees(np.arctan2(way[0], way[2]))), 0.0)
            leg = unit(points[f"ankle_{side}"][0] - points[f"hip_{side}"][0])
            knees[side] = unit(knee - (knee @ leg) * leg)
        tilt = -np.arcsin(pelvis[1, 2])
        return Stand(
            feet,
            points["hips"][0],
            turn_deg=float(np.degrees(np.arctan2(pelvis[0, 2], pelvis[2, 2]))),
            tilt_deg=float(np.degrees(tilt)),
            roll_deg=float(np.degrees(np.arcsin(pelvis[1, 0] / np.cos(tilt)))),
            knees=knees,
        )

    def at(self, place: Floats, heading_deg: float) -> Stand:
        """Standing so elsewhere: turned about where mid-hip was over the floor, then moved there (2,) m."""
        turn = about(1, np.array([heading_deg]))[0]
        centre = self.hips * [1.0, 0.0, 1.0]
        there = np.array([place[0], 0.0, place[1]])

        def moved(point: Floats) -> Floats:
            return turn @ (point - centre) + there

        feet = {
            side: replace(
                fall,
                place=moved(np.array([fall.place[0], 0.0, fall.place[1]]))[[0, 2]],
                heading_deg=fall.heading_deg + heading_deg,
            )
            for side, fall in self.feet.items()
        }
        knees = {side: turn @ pole for side, pole in self.knees.items()}
        return replace(self, feet=feet, hips=moved(self.hips), turn_deg=self.turn_deg + heading_deg, knees=knees)


def walked(athlete: Athlete, falls: Sequence[Footfall], end: Stand, time: Floats, begin: Stand | None = None) -> Gait:
    """Where feet and pelvis are at (T,) s.

    `falls` are in the order of time, sides in turn, the first two where the feet are before the first step, the last
    two those of `end`. The first step begins at rest where somebody stands to `begin`; else the body is under way.
    """
    step_s = float(np.median(np.diff([fall.land_s for fall in falls])))
    both_s = np.array([fall.land_s for fall in falls[1:]]) + DOUBLE * step_s / 2  # the middles of double support
    middles = np.array([(a.place + b.place) / 2 for a, b in pairwise(falls)])
    turns = np.unwrap(np.radians([(a.heading_deg + b.heading_deg) / 2 for a, b in pairwise(falls)]))
    stop_s = both_s[-1] + 0.45 * SETTLE_S
    leading = np.array([1.0 if fall.side == "left" else -1.0 for fall in falls[1:]])
    phase = np.clip((time[:, None] - both_s[:-1]) / np.diff(both_s), 0.0, 1.0)  # (T, steps)
    bump = np.sin(np.pi * phase) ** 2
    going = _ramp((stop_s - time) / (stop_s - both_s[-2]))
    if begin is not None:
        going = going * _ramp((time - falls[1].land_s) / step_s)
    last = np.sum(phase > 0, axis=1) - 1  # the step that is under way
    at = np.maximum(last, 0)
    here = np.take_along_axis(phase, at[:, None], axis=1)[:, 0]
    swing = -leading[at] * np.cos(np.pi * here) * going
    carried = leading[:-1] * bump  # +1: the left foot carries
    feet = {side: _foot(athlete, [fall for fall in falls if fall.side == side], step_s, time) for side, _ in SIDES}
    level = _settling(both_s, middles, stop_s, end.hips[[0, 2]], time, begin is not None)
    faces = turns[-1] + _nearer(np.radians(end.turn_deg) - turns[-1])
    turn = _settling(both_s, turns[:, None], stop_s, np.array([faces]), time, begin is not None)[:, 0]
    tall = athlete.stature_m / 1.75
    sway = (0.02 * tall * going * carried.sum(axis=1))[:, None] * np.stack([np.cos(turn), -np.sin(turn)], axis=1)
    level = level + sway
    early = (time < (both_s[0] + stop_s) / 2) & (begin is not None)
    first = begin or end
    still = {name: np.where(early, getattr(first, name), getattr(end, name)) for name in ("tilt_deg", "roll_deg")}
    rise = np.where(early, first.hips[1], end.hips[1]) + tall * going * (0.03 * bump.sum(axis=1) - 0.055)
    pelvis = (
        about(1, np.degrees(turn) + 4.5 * swing)
        @ about(0, still["tilt_deg"] + going * (2.5 - still["tilt_deg"]))
        @ about(2, still["roll_deg"] * (1.0 - going) + 3.5 * going * carried.sum(axis=1))
    )
    hips = np.stack([level[:, 0], rise, level[:, 1]], axis=1)
    knees: dict[str, Floats] = {}
    for side, _ in SIDES:
        pole = np.where(early[:, None], first.knees[side], end.knees[side])
        knees[side] = going[:, None] * feet[side]["heading"] + (1.0 - going)[:, None] * pole
    return Gait(feet, knees, _reaching(athlete, hips, pelvis, feet, going), pelvis, swing, going)


def falls_along(
    athlete: Athlete,
    path: Callable[[Floats], tuple[Floats, Floats]],
    steps: int,
    step_s: float,
    end: Stand,
    begin: Stand | None = None,
) -> list[Footfall]:
    """The footfalls of `steps` steps along a path, one each `step_s` from 0 s, and the last foot put beside.

    `path` gives for shares (N,) of the way the places (N, 2) m and headings (N,) degrees to the left. The first two
    footfalls are where somebody stands to `begin`, or one step before the path and at its start; they are already there
    at 0 s.
    """
    places, headings = path(np.arange(-1, steps) / steps)
    falls: list[Footfall] = []
    for at, (place, heading) in enumerate(zip(places, headings, strict=True)):
        side, sign = SIDES[(at + steps) % 2]
        left = np.array([np.cos(np.radians(heading)), -np.sin(np.radians(heading))])
        beside = place + sign * _BESIDE * athlete.stature_m * left
        falls.append(Footfall(side, beside, float(heading) + sign * _TOE_OUT_DEG, (at - 1) * step_s))
    if begin is not None:
        falls[:2] = [replace(begin.feet[fall.side], land_s=fall.land_s) for fall in falls[:2]]
    for at in (0, 1):  # where the feet will stand
        side = SIDES[(steps + 1 + at + steps) % 2][0]
        falls.append(replace(end.feet[side], land_s=(steps + at) * step_s))
    return falls


def _foot(athlete: Athlete, falls: Sequence[Footfall], step_s: float, time: Floats) -> Foot:
    """One foot at every instant: flat on the floor, rolling off over its ball, swinging, touching down on its heel."""
    from scipy.interpolate import PchipInterpolator

    place = np.tile(falls[0].place, (len(time), 1))
    turn = np.full(len(time), np.radians(falls[0].heading_deg))
    lift, height = np.zeros(len(time)), np.zeros(len(time))
    for before, after in pairwise(falls):
        way = after.place - before.place
        swing_s = (1.0 - DOUBLE) * step_s
        off_s, land_s = after.land_s - swing_s, after.land_s
        size = min(1.0, float(np.linalg.norm(way)) / (2 * STEP * athlete.stature_m) + 0.15)
        share = np.clip((time - off_s) / swing_s, 0.0, 1.0)
        eased = _ramp(share)
        place = place + eased[:, None] * way
        turn = turn + eased * _nearer(np.radians(after.heading_deg - before.heading_deg))
        knots = [off_s - 0.55 * step_s, off_s, off_s + 0.3 * swing_s, off_s + 0.72 * swing_s, land_s, land_s + 0.13]
        roll = np.array([0.0, _HEEL_RISE_DEG, 0.8 * _HEEL_RISE_DEG, -4.0, _HEEL_STRIKE_DEG, 0.0]) * size
        inside = (time > knots[0]) & (time < knots[-1])
        lift[inside] += PchipInterpolator(knots, roll)(time[inside])
        height += size * 0.028 * athlete.stature_m / 1.75 * np.sin(np.pi * share) ** 2
    _, behind, ball, _ = foot_lengths(athlete)
    toes_up = np.maximum(np.sin(np.radians(-lift)), 0.0)  # the heel would go down with toes that go up
    height += (behind + ball) * np.where(toes_up < _SOFT, toes_up**2 / (2 * _SOFT), toes_up - _SOFT / 2)
    middle = np.stack([place[:, 0], height, place[:, 1]], axis=1)
    heading = np.stack([np.sin(turn), np.zeros_like(turn), np.cos(turn)], axis=1)
    return soled(athlete, middle, heading, lift)


def _ramp(share: Floats) -> Floats:
    """0..1 with no corner at either end."""
    s = np.clip(share, 0.0, 1.0)
    return s**3 * (10 - 15 * s + 6 * s**2)


def _nearer(turn: float) -> float:
    return float((turn + np.pi) % (2 * np.pi) - np.pi)


def _settling(both_s: Floats, values: Floats, stop_s: float, end: Floats, time: Floats, from_standing: bool) -> Floats:
    """Through `values` (N, K) at times, under way already unless `from_standing`, coming to rest at `end` (K,)."""
    from scipy.interpolate import CubicSpline

    speed = (values[1] - values[0]) / (both_s[1] - both_s[0]) * (not from_standing)
    ends: Any = ((1, speed), (1, np.zeros(len(end))))  # scipy's stubs know only names of conditions
    spline = CubicSpline([*both_s, stop_s], [*values, end], bc_type=ends)
    early = values[0] + (np.minimum(time, both_s[0]) - both_s[0])[:, None] * speed
    return np.where(time[:, None] < both_s[0], early, spline(np.clip(time, both_s[0], stop_s)))


def _reaching(athlete: Athlete, hips: Floats, pelvis: Floats, feet: dict[str, Foot], going: Floats) -> Floats:
    """Mid-hip lowered, without a corner, until both feet are within a leg's reach."""
    longest = STRAIGHTEST * (athlete.thigh_m + athlete.shank_m)
    over = np.full(len(hips), -1.0)
    for side, sign in SIDES:
        hip = hips + pelvis[:, :, 0] * (sign * athlete.hip_centres_m / 2)
        way = feet[side]["ankle"] - hip
        level = np.hypot(way[:, 0], way[:, 2])
        over = np.maximum(over, -way[:, 1] - np.sqrt(np.maximum(longest**2 - level**2, 0.01)))
    width = 1e-4 + 0.012 * going
    drop = width * np.logaddexp(0.0, over / width)
    return hips - drop[:, None] * UP
