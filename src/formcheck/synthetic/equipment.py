"""What the athlete holds, hangs from or moves, as a surface that hides the body as the real thing does."""

from __future__ import annotations

import numpy as np

from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete, Rgb
from formcheck.synthetic.mesh import Mesh
from formcheck.synthetic.rotations import FORWARD, LEFT, UP, unit
from formcheck.synthetic.solids import ball, disc, rod
from formcheck.synthetic.stance import SIDES, Body
from formcheck.synthetic.support import BAR_OVERHEAD_M, PLATE_RADIUS_M

STEEL: Rgb = (150, 152, 156)
_RUBBER: Rgb = (38, 38, 42)
_CABLE: Rgb = (58, 58, 62)
_CEILING_M = 3.0
_PULLEY_M = 2.2
_LANDMINE_M = 2.0  # from the pivot on the floor to the end of the bar; the hands hold it a forearm's length before
_LYING = ("bench", "incline bench", "decline bench", "seat with back")
# Half length of the bar, radius of its discs, and where they begin, in m. An Olympic bar is 2.2 m long with 1.31 m
# between the collars, and discs of up to 45 cm (IWF Technical and Competition Rules); a curl bar is 1.2 m long.
_FLOOR_BAR = (1.1, PLATE_RADIUS_M, 0.655)
_OLYMPIC_BAR = (1.1, 0.12, 0.655)  # with small discs: from the side, those of 45 cm hide the knees on their whole way
_PRESS_BAR = (0.91, 0.11, 0.62)  # a 6-foot bar with discs of 5 kg: larger ones hide elbow, shoulder and face
_HIP_BAR = (1.1, 0.12, 0.655)
_CURL_BAR = (0.60, 0.085, 0.47)


def equipment(motion: Motion, athlete: Athlete, body: Body, start: Body) -> Mesh | None:
    """What moves with the body at every instant, and the bar it hangs from; None for nothing.

    `start` (one frame) is the body at the start of the first repetition: what does not move is placed by it.
    """
    mesh = Mesh(len(body.points["hips"]))
    kind = motion.equipment
    bar = _barbell(motion)
    if bar is not None:
        _draw_barbell(mesh, *_held_bar(motion, athlete, body), bar)
        if kind == "barbell on the hips":
            middle, along = _held_bar(motion, athlete, body)
            rod(mesh, middle - 0.22 * along, middle + 0.22 * along, 0.042, (70, 74, 84), 6, 8)
    elif kind == "pull-up bar":
        _overhead_bar(mesh)
    elif kind == "dumbbells":
        for side, _ in SIDES:
            _dumbbell(mesh, body, side)
    elif kind in ("cable bar", "lat bar"):
        _cable(mesh, kind, body, start)
    elif kind == "t-bar":
        _landmine(mesh, body, start)
    elif kind == "fly handles":
        for side, sign in SIDES:
            _fly_arm(mesh, body, start, side, sign)
    elif kind == "leg pad":
        _leg_pad(mesh, athlete, body)
    elif kind == "weight plate":
        middle, _ = _between_palms(body)
        ball(mesh, middle, _ball_m(start), (52, 60, 76))
    else:
        return None
    return mesh


def outline(motion: Motion, athlete: Athlete, body: Body, start: Body) -> Floats:
    """(T, N, 3): the outermost points of what is held, which a picture must hold too; N is 0 for nothing so long."""
    bar = _barbell(motion)
    if bar is not None:
        long, high, _ = bar
    elif motion.equipment == "lat bar":
        long, high = _lat_half_m(start), 0.02
    else:
        return np.zeros((len(body.points["hips"]), 0, 3))
    middle, along = _held_bar(motion, athlete, body)
    return np.stack([middle + sign * long * along + up * high * UP for sign in (-1, 1) for up in (-1, 1)], axis=1)


def pulley(start: Body) -> Floats:
    """(3,) m: the wheel over which the cable of a high pulley runs, a little before the hands at the start."""
    middle, _ = _between_palms(start)
    return np.array([0.0, max(_PULLEY_M, float(middle[0, 1]) + 0.3), float(middle[0, 2]) + 0.06])


def _barbell(motion: Motion) -> tuple[float, float, float] | None:
    """Half length, radius of the discs and where they begin, of the bar that the exercise is done with."""
    if motion.equipment == "barbell":
        return _PRESS_BAR if motion.furniture in _LYING else _CURL_BAR
    if motion.equipment == "barbell on the floor":
        return _FLOOR_BAR
    if motion.equipment == "barbell along the legs":
        return _OLYMPIC_BAR
    return _HIP_BAR if motion.equipment == "barbell on the hips" else None


def _held_bar(motion: Motion, athlete: Athlete, body: Body) -> tuple[Floats, Floats]:
    """Middle and direction of a bar, (T, 3) each: in both hands, or in the crease of the hips."""
    if motion.equipment != "barbell on the hips":
        return _between_palms(body)
    # In the crease: in front of the pelvis and above the thighs, as thick as they are.
    pelvis, tall = body.frames["pelvis"], athlete.stature_m / 1.75
    across, front = pelvis[:, :, 0], pelvis[:, :, 2]
    knees = (body.points["knee_left"] + body.points["knee_right"]) / 2
    between = front + unit(np.cross(across, body.points["hips"] - knees))
    half_cos = np.clip(np.linalg.norm(between, axis=1, keepdims=True) / 2, 0.6, 1.0)
    thick = (0.105 * athlete.girth + 0.03) * tall
    return body.points["hips"] + thick / half_cos * unit(between), across


def _between_palms(body: Body) -> tuple[Floats, Floats]:
    left, right = body.points["palm_left"], body.points["palm_right"]
    return (left + right) / 2, unit(left - right)


def _draw_barbell(mesh: Mesh, middle: Floats, along: Floats, bar: tuple[float, float, float]) -> None:
    long, radius, inner = bar
    rod(mesh, middle - along * long, middle + along * long, 0.014, STEEL, 14)
    for sign in (-1.0, 1.0):
        begin, end = (middle + along * sign * (inner + step) for step in (0.0, 0.07))
        disc(mesh, *((begin, end) if sign > 0 else (end, begin)), radius)


def _overhead_bar(mesh: Mesh) -> None:
    middle = (BAR_OVERHEAD_M * UP)[None]
    rod(mesh, middle - 0.75 * LEFT, middle + 0.75 * LEFT, 0.016, STEEL, 16)
    for at in (-0.75, 0.75):  # held from the ceiling in front, clear of the head in every view
        end = middle + at * LEFT
        rod(mesh, end, end + (_CEILING_M - BAR_OVERHEAD_M) * (UP + 1.2 * FORWARD), 0.02, STEEL, 6)


def _dumbbell(mesh: Mesh, body: Body, side: str) -> None:
    """A hexagonal dumbbell of some 8 kg across the palm: a handle of 12 cm, heads of 11 cm."""
    hand = body.frames[f"hand_{side}"]
    along, middle = hand[:, :, 0], body.points[f"palm_{side}"] + 0.012 * hand[:, :, 2]
    rod(mesh, middle - 0.07 * along, middle + 0.07 * along, 0.014, STEEL, 3)
    for sign in (-1.0, 1.0):
        inner, outer = middle + sign * 0.062 * along, middle + sign * 0.125 * along
        rod(mesh, *((inner, outer) if sign > 0 else (outer, inner)), 0.055, (56, 56, 62), 2)


def _cable(mesh: Mesh, kind: str, body: Body, start: Body) -> None:
    """A bar in both hands at the end of a cable from a high pulley; that for pulling down has ends bent downwards."""
    middle, along = _between_palms(body)
    half = _lat_half_m(start) if kind == "lat bar" else float(_apart_m(start)[0]) / 2 + 0.09
    straight = half - 0.14 if kind == "lat bar" else half
    rod(mesh, middle - straight * along, middle + straight * along, 0.014, STEEL, 12)
    if kind == "lat bar":
        for sign in (-1.0, 1.0):
            bend = middle + sign * straight * along
            rod(mesh, bend, bend + 0.14 * (sign * along - 0.35 * UP), 0.014, STEEL, 2)
    wheel = np.broadcast_to(pulley(start), middle.shape)
    rod(mesh, middle, wheel, 0.006, _CABLE, 12, 4)


def _lat_half_m(start: Body) -> float:
    return max(0.58, float(_apart_m(start)[0]) / 2 + 0.12)


def _apart_m(body: Body) -> Floats:
    return np.linalg.norm(body.points["palm_left"] - body.points["palm_right"], axis=1)


def _landmine(mesh: Mesh, body: Body, start: Body) -> None:
    """A bar that turns about a joint on the floor behind the feet, its other end loaded before the hands."""
    hold, _ = _between_palms(start)
    height = float(hold[0, 1]) - 0.04
    back = np.sqrt(max(_LANDMINE_M - 0.40, 0.5) ** 2 - min(height, 1.2) ** 2)
    joint = np.array([[float(hold[0, 0]), 0.04, float(hold[0, 2]) - back]])
    hands, across = _between_palms(body)
    way = unit(hands - 0.04 * UP - joint)
    end = joint + _LANDMINE_M * way
    rod(mesh, np.broadcast_to(joint, end.shape), end, 0.016, STEEL, 24)
    rod(mesh, joint - 0.06 * UP + 0.03 * UP, joint + 0.04 * UP, 0.05, _RUBBER, 1, 10)
    for offset in (0.0, 0.06):
        disc(mesh, end - (0.14 - offset) * way, end - (0.09 - offset) * way, 0.16)
    reach = _apart_m(body)[:, None] / 2 + 0.06
    rod(mesh, hands - reach * across, hands + reach * across, 0.014, _RUBBER, 6)
    foot = joint + ((hands - joint) * way).sum(axis=1, keepdims=True) * way
    rod(mesh, foot, hands, 0.014, _RUBBER, 1)


def _fly_arm(mesh: Mesh, body: Body, start: Body, side: str, sign: float) -> None:
    """An upright handle in the fist, on an arm that swings about an axis above and behind the shoulder."""
    hand, palm = body.frames[f"hand_{side}"], body.points[f"palm_{side}"]
    up = hand[:, :, 0] * np.where(hand[:, 1:2, 0] > 0, 1.0, -1.0)
    top = palm + 0.16 * up
    rod(mesh, palm - 0.07 * up, top, 0.016, _RUBBER, 4)
    shoulder = start.points[f"shoulder_{side}"]
    axis = shoulder + np.array([[sign * 0.05, 0.42, -0.12]])
    out = np.stack([top[:, 0], np.broadcast_to(axis[:, 1], len(top)), top[:, 2]], axis=1)
    rod(mesh, top, out, 0.018, (196, 196, 198), 4)
    rod(mesh, out, np.broadcast_to(axis, out.shape), 0.022, (196, 196, 198), 8)


def _leg_pad(mesh: Mesh, athlete: Athlete, body: Body) -> None:
    """A roller before both shins, just above the feet, on a lever from between the knees."""
    tall = athlete.stature_m / 1.75
    ankles = (body.points["ankle_left"] + body.points["ankle_right"]) / 2
    knees = (body.points["knee_left"] + body.points["knee_right"]) / 2
    shank = unit(knees - ankles)
    across = unit(body.points["ankle_left"] - body.points["ankle_right"])
    ahead = unit(np.cross(across, shank))
    middle = ankles + 0.10 * tall * shank + 0.095 * tall * ahead
    half = np.linalg.norm(body.points["ankle_left"] - body.points["ankle_right"], axis=1, keepdims=True) / 2 + 0.07
    rod(mesh, middle - half * across, middle + half * across, 0.05, (46, 48, 54), 6, 10)
    rod(mesh, middle, middle + 0.28 * tall * shank - 0.1 * tall * ahead, 0.02, (196, 196, 198), 4)


def _ball_m(start: Body) -> float:
    """The radius of a ball that fits between the palms."""
    return float(np.clip(_apart_m(start)[0] / 2 - 0.005, 0.08, 0.15))
