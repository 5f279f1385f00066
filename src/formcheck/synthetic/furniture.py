"""What the body lies, sits or leans on, and the machine beside it; it stands still while the body moves."""

from __future__ import annotations

import numpy as np

from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete, Rgb
from formcheck.synthetic.equipment import STEEL, pulley
from formcheck.synthetic.mesh import Mesh
from formcheck.synthetic.rotations import FORWARD, LEFT, UP, unit
from formcheck.synthetic.solids import box, rod
from formcheck.synthetic.stance import SIDES, Body

_FRAME: Rgb = (196, 196, 198)
_PADS: tuple[Rgb, ...] = ((58, 60, 66), (140, 44, 40), (70, 92, 120), (170, 168, 160))
_MATS: tuple[Rgb, ...] = ((84, 112, 128), (126, 92, 120), (92, 120, 92), (66, 66, 74))
_BEHIND_M = 0.105  # the surface of the back behind the line from mid-hip to neck, for a stature of 1.75 m
_PAD_M = 0.07
_HALF_BENCH_M = 0.14  # IPF Technical Rules: a bench is 29 to 32 cm wide


def furniture(motion: Motion, athlete: Athlete, start: Body, frames: int) -> Mesh | None:
    """The bench, seat, bars or machine; None for nothing that stands (a mat lies: see `mat`).

    `start` (one frame) is the body at the start of the first repetition, by which everything is placed; the surface of
    a bench or seat is at `motion.seat_height` legs over the floor.
    """
    mesh = Mesh(frames)
    pad, top = _unlike(athlete, _PADS), motion.seat_height * athlete.leg_m
    if motion.equipment in ("cable bar", "lat bar") or motion.furniture == "cable tower":
        _tower(mesh, start)
    match motion.furniture:
        case "bench":
            _flat_bench(mesh, motion, athlete, start, top, pad)
        case "incline bench" | "decline bench":
            _sloping_bench(mesh, motion, athlete, start, top, pad)
        case "seat" | "seat with back":
            _seat(mesh, motion, athlete, start, top, pad)
        case "dip bars":
            _dip_bars(mesh, start)
        case _:
            pass
    return mesh if mesh.face_count else None


def mat(motion: Motion, athlete: Athlete, start: Body) -> tuple[Floats, Rgb] | None:
    """Corners (4, 3) m of a mat on the floor under the body and its colour; None without one."""
    if motion.furniture != "mat":
        return None
    points = np.concatenate(list(start.points.values()))
    along = _lying_along(start)
    across = np.cross(UP, along)
    reach = points @ along
    middle = (float(reach.min()) + float(reach.max())) / 2
    half = max(0.9, (float(reach.max()) - float(reach.min())) / 2 + 0.06)
    centre = middle * along + float(np.median(points @ across)) * across
    corners = [centre + a * half * along + b * 0.33 * across for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    return np.stack(corners), _unlike(athlete, _MATS)


def _unlike(athlete: Athlete, colours: tuple[Rgb, ...]) -> Rgb:
    """The colour that differs most from skin and clothes: an athlete in black on a black bench has no outline."""
    worn = np.array([athlete.outfit.skin, athlete.outfit.shirt, athlete.outfit.shorts], dtype=float)
    apart = [float(np.linalg.norm(worn - np.array(colour, dtype=float), axis=1).min()) for colour in colours]
    return colours[int(np.argmax(apart))]


def _lying_along(start: Body) -> Floats:
    """(3,): the level direction from hips to head of a body that lies, forward of one that sits or stands."""
    way = (start.points["c7"] - start.points["hips"])[0]
    level = way * [1.0, 0.0, 1.0]
    if np.linalg.norm(level) > 0.5 * np.linalg.norm(way):
        return unit(level)
    return unit(start.frames["pelvis"][0, :, 2] * [1.0, 0.0, 1.0])


def _flat_bench(mesh: Mesh, motion: Motion, athlete: Athlete, start: Body, top: float, pad: Rgb) -> None:
    """Along a body that lies or sits on it; across, under the shoulder blades, where only the upper back does."""
    tall = athlete.stature_m / 1.75
    along, hips = _lying_along(start), start.points["hips"][0]
    if motion.support == "back and feet":
        middle = start.points["t6"][0] * [1.0, 0.0, 1.0] + 0.02 * along
        along, half = np.cross(UP, along), 0.6
    else:
        reach = float((start.points["head"][0] - hips) @ along)
        low, high = (-0.14 * tall, reach + 0.16 * tall) if reach > 0.3 else (-0.55, 0.45)
        middle = hips * [1.0, 0.0, 1.0] + (low + high) / 2 * along
        half = (high - low) / 2
    turn = np.stack([np.cross(UP, along), UP, along], axis=1)
    box(mesh, middle + (top - _PAD_M / 2) * UP, turn, (2 * _HALF_BENCH_M, _PAD_M, 2 * half), pad)
    box(mesh, middle + (top - _PAD_M - 0.025) * UP, turn, (0.06, 0.05, 2 * half - 0.1), _FRAME)
    for end in (-1.0, 1.0):
        foot = middle + end * (half - 0.16) * along
        _tube(mesh, foot + (top - _PAD_M - 0.03) * UP, foot + 0.03 * UP)
        _tube(mesh, foot + 0.03 * UP - 0.2 * turn[:, 0], foot + 0.03 * UP + 0.2 * turn[:, 0])


def _sloping_bench(mesh: Mesh, motion: Motion, athlete: Athlete, start: Body, top: float, pad: Rgb) -> None:
    """A pad along the back; a seat under the pelvis where the head is high, rollers for the legs where it is low."""
    tall = athlete.stature_m / 1.75
    hips = start.points["hips"][0]
    decline = motion.furniture == "decline bench"
    back = unit((start.points["c7"] - start.points["hips"])[0])
    aside = LEFT
    front = unit(np.cross(aside, back))  # out of the belly
    low = -0.16 * tall if decline else 0.02 * tall
    high = float((start.points["head"][0] - hips) @ back) + 0.14 * tall
    turn = np.stack([aside, back, np.cross(aside, back)], axis=1)
    middle = hips + (low + high) / 2 * back - (_BEHIND_M * tall + _PAD_M / 2) * front
    box(mesh, middle, turn, (2 * _HALF_BENCH_M, high - low, _PAD_M), pad)
    under = middle - (_PAD_M / 2 + 0.03) * front
    head_end, foot_end = under + (high - low) * 0.36 * back, under - (high - low) * 0.4 * back
    for end in (head_end, foot_end):
        _tube(mesh, end, end * [1.0, 0.0, 1.0] + 0.03 * UP)
        _tube(mesh, end * [1.0, 0.0, 1.0] + 0.03 * UP - 0.22 * aside, end * [1.0, 0.0, 1.0] + 0.03 * UP + 0.22 * aside)
    _tube(mesh, head_end * [1.0, 0.0, 1.0] + 0.03 * UP, foot_end * [1.0, 0.0, 1.0] + 0.03 * UP)
    if decline:
        _rollers(mesh, athlete, start)
        return
    ahead = unit(front * [1.0, 0.0, 1.0])
    seat = hips * [1.0, 0.0, 1.0] + 0.13 * tall * ahead + (top - _PAD_M / 2) * UP
    box(mesh, seat, np.stack([aside, UP, ahead], axis=1), (2 * _HALF_BENCH_M, _PAD_M, 0.40 * tall), pad)


def _rollers(mesh: Mesh, athlete: Athlete, start: Body) -> None:
    """Round pads under the knees and over the insteps, which hold a body that lies head down."""
    tall = athlete.stature_m / 1.75
    knees, ankles = (
        (start.points[f"{joint}_left"] + start.points[f"{joint}_right"]) / 2 for joint in ("knee", "ankle")
    )
    shank = unit(ankles - knees)
    ahead = unit(np.cross(shank, LEFT[None]))
    ahead = ahead * np.sign((ahead * (knees - start.points["hips"])).sum(axis=1, keepdims=True))
    for middle in (knees - (0.095 * tall) * ahead, ankles + (0.09 * tall) * ahead - 0.06 * tall * shank):
        rod(mesh, middle - 0.26 * LEFT, middle + 0.26 * LEFT, 0.045, (58, 60, 66), 6, 10)
    stand = (knees - 0.095 * tall * ahead)[0]
    _tube(mesh, stand, stand * [1.0, 0.0, 1.0] + 0.03 * UP)


def _seat(mesh: Mesh, motion: Motion, athlete: Athlete, start: Body, top: float, pad: Rgb) -> None:
    tall = athlete.stature_m / 1.75
    hips, ahead = start.points["hips"][0], unit(start.frames["pelvis"][0, :, 2] * [1.0, 0.0, 1.0])
    knee = (start.points["knee_left"] + start.points["knee_right"])[0] / 2
    behind, before = 0.16 * tall, float(np.clip((knee - hips) @ ahead - 0.09 * tall, 0.14, 0.40))
    turn = np.stack([np.cross(UP, ahead), UP, ahead], axis=1)
    ground = hips * [1.0, 0.0, 1.0]
    middle = ground + (before - behind) / 2 * ahead
    box(mesh, middle + (top - _PAD_M / 2) * UP, turn, (0.36, _PAD_M, before + behind), pad)
    _tube(mesh, middle + (top - _PAD_M) * UP, middle + 0.03 * UP, 0.03)
    for end in (-0.3, 0.3):
        _tube(mesh, middle + 0.03 * UP, middle + 0.03 * UP + end * ahead, 0.03)
        _tube(mesh, middle + 0.03 * UP + end * (ahead - turn[:, 0]), middle + 0.03 * UP + end * (ahead + turn[:, 0]))
    if motion.furniture == "seat with back":
        back = unit((start.points["c7"] - start.points["hips"])[0])
        front = unit(np.cross(turn[:, 0], back))
        low, high = 0.06 * tall, float(np.linalg.norm(start.points["c7"] - start.points["hips"])) - 0.02 * tall
        along = np.stack([turn[:, 0], back, front], axis=1)
        centre = hips + (low + high) / 2 * back - (_BEHIND_M * tall + _PAD_M / 2) * front
        box(mesh, centre, along, (0.30, high - low, _PAD_M), pad)
        post = centre - (_PAD_M / 2 + 0.03) * front
        _tube(mesh, post + 0.3 * (high - low) * back, post * [1.0, 0.0, 1.0] + 0.03 * UP, 0.03)
    if motion.equipment == "lat bar":  # a roller over the thighs holds the body down
        roller = (0.62 * knee + 0.38 * hips) * [0.0, 0.0, 1.0] + (float(knee[1]) + 0.125 * tall) * UP
        rod(mesh, (roller - 0.24 * LEFT)[None], (roller + 0.24 * LEFT)[None], 0.045, (58, 60, 66), 6, 10)


def _dip_bars(mesh: Mesh, start: Body) -> None:
    for side, _ in SIDES:
        grip = start.points[f"palm_{side}"][0] - 0.018 * UP
        ends = [grip + reach * FORWARD for reach in (-0.42, 0.32)]
        rod(mesh, ends[0][None], ends[1][None], 0.018, STEEL, 10)
        for end in ends:
            _tube(mesh, end, end * [1.0, 0.0, 1.0] + 0.02 * UP, 0.02)
        _tube(mesh, ends[0] * [1.0, 0.0, 1.0] + 0.02 * UP, ends[1] * [1.0, 0.0, 1.0] + 0.02 * UP, 0.02)


def _tower(mesh: Mesh, start: Body) -> None:
    """Two posts well before the athlete and arms to the wheel: they block no camera straight ahead or aside."""
    wheel = pulley(start)
    ahead = 0.95
    for sign in (-1.0, 1.0):
        post = np.array([sign * 0.45, 0.0, wheel[2] + ahead])
        _tube(mesh, post + (wheel[1] + 0.08) * UP, post + 0.02 * UP, 0.035)
        _tube(mesh, post + (wheel[1] + 0.08) * UP, wheel + 0.08 * UP + sign * 0.03 * LEFT, 0.025)
    box(mesh, np.array([0.0, 0.08, wheel[2] + ahead]), np.eye(3), (1.0, 0.12, 0.12), (90, 92, 98))
    rod(mesh, (wheel - 0.02 * LEFT)[None], (wheel + 0.02 * LEFT)[None], 0.06, (60, 60, 64), 1, 12)


def _tube(mesh: Mesh, start: Floats, end: Floats, radius: float = 0.025) -> None:
    pieces = max(1, int(np.ceil(float(np.linalg.norm(end - start)) / 0.12)))
    rod(mesh, start[None], end[None], radius, _FRAME, pieces)
