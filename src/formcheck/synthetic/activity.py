"""What people do in a gym besides exercising: nothing of it is a repetition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.body.quantities import knee_flexion
from formcheck.exercises import Driving, Exercise
from formcheck.exercises.motion import Arm, Furniture, Key, Leg, Motion, Pose, Timing, Trunk
from formcheck.signals import Floats, uniform_clock
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.entrance import walking_angles
from formcheck.synthetic.gait import SETTLE_S, STEP, STEP_S, Stand, falls_along, walked
from formcheck.synthetic.kinematics import body, body_over
from formcheck.synthetic.performance import Performance
from formcheck.synthetic.stance import Angles, Body
from formcheck.synthetic.support import HIP_OVER_SEAT
from formcheck.synthetic.timeline import by_side, minimum_jerk, tremor, vector
from formcheck.synthetic.trunk import turn_head

_HANGING = Arm(shoulder_flexion_deg=2, shoulder_abduction_deg=8, elbow_flexion_deg=14, forearm_pronation_deg=85)
_STANDING_LEG = Leg(knee_flexion_deg=4, shin_lean_deg=3, foot_angle_deg=10, step_out=0.03, load=0.5)
_STANDING = Pose(Trunk(), _STANDING_LEG, _HANGING)
_TIMING = Timing(1.0, 0.0, 1.0, 0.0)


def _folded(knee_deg: float, shin_deg: float) -> Leg:
    return replace(_STANDING_LEG, knee_flexion_deg=knee_deg, shin_lean_deg=shin_deg)


# Sitting down: the trunk leans some 40 degrees before the seat is reached (Kralj et al. 1990, J Biomech 23(11)).
_ON_THE_WAY = Pose(
    Trunk(pelvis_tilt_deg=34, lumbar_flexion_deg=10, thoracic_flexion_deg=4, neck_flexion_deg=-22),
    _folded(58, 16),
    Arm(shoulder_flexion_deg=26, shoulder_abduction_deg=10, elbow_flexion_deg=34, forearm_pronation_deg=95),
)
_SEATED = Pose(
    Trunk(pelvis_tilt_deg=-8, lumbar_flexion_deg=12, thoracic_flexion_deg=6, neck_flexion_deg=-6),
    _folded(88, -2),
    Arm(shoulder_flexion_deg=20, shoulder_abduction_deg=10, elbow_flexion_deg=64, forearm_pronation_deg=120),
)
# A bottle stands on the floor beside one foot.
_STOOPED = Pose(
    Trunk(pelvis_tilt_deg=56, lumbar_flexion_deg=28, thoracic_flexion_deg=14, neck_flexion_deg=-24, side_bend_deg=6),
    _folded(46, 15),
    Arm(shoulder_flexion_deg=78, shoulder_abduction_deg=16, elbow_flexion_deg=8, forearm_pronation_deg=80),
    other_arm=Arm(shoulder_flexion_deg=52, shoulder_abduction_deg=12, elbow_flexion_deg=52, forearm_pronation_deg=90),
)
_CARRYING = replace(_STANDING, arm=replace(_HANGING, elbow_flexion_deg=38), other_arm=_HANGING)
_AT_THE_MOUTH = Arm(
    shoulder_flexion_deg=48,
    shoulder_abduction_deg=14,
    shoulder_rotation_deg=-32,
    elbow_flexion_deg=134,
    forearm_pronation_deg=105,
)
_DRINKING = replace(_STANDING, arm=_AT_THE_MOUTH, other_arm=_HANGING, trunk=Trunk(neck_flexion_deg=-20))
_ABOUT_TO_DRINK = replace(_DRINKING, trunk=Trunk())
# Hands at a bar whose discs stand on the floor.
_AT_THE_BAR = Pose(
    Trunk(pelvis_tilt_deg=54, lumbar_flexion_deg=10, thoracic_flexion_deg=6, neck_flexion_deg=-26),
    _folded(74, 19),
    Arm(shoulder_flexion_deg=66, shoulder_abduction_deg=12, elbow_flexion_deg=7, forearm_pronation_deg=170),
)
_LOOSENING = replace(
    _STANDING, arm=replace(_HANGING, elbow_flexion_deg=34, shoulder_abduction_deg=16, shrug_deg=6), other_arm=None
)


@dataclass(frozen=True)
class _Move:
    """From where the body is over poses on the way to the last of them, beginning at `at_s`, in `move_s`."""

    at_s: float
    move_s: float
    poses: tuple[Pose, ...]


@dataclass(frozen=True)
class _Look:
    """The head turned to the left by `turn_deg` from `at_s` on."""

    at_s: float
    turn_deg: float


def activities() -> tuple[str, ...]:
    """The names of what `act` knows."""
    return tuple(_SCRIPTS)


def act(name: str, athlete: Athlete, duration_s: float = 20.0, seed: int = 0, rate_hz: float = 30.0) -> Performance:
    """An athlete who does something else than exercising for `duration_s`, the same for the same arguments.

    The performance has no repetitions, and an exercise of that name without criteria. Raises ValueError for an unknown
    name and for less than 5 s.
    """
    if name not in _SCRIPTS:
        raise ValueError(f"expected an activity, one of {', '.join(_SCRIPTS)}, got {name!r}")
    if duration_s < 5.0:
        raise ValueError(f"expected an activity of at least 5 s, got {duration_s}")
    draw = np.random.default_rng([seed, athlete.seed, 83])
    motion, moved, settled_s = _SCRIPTS[name](athlete, duration_s, draw)
    time = uniform_clock(0.0, duration_s, rate_hz)
    exercise = Exercise(name=name, aliases=(), driving=Driving(knee_flexion, least=180.0), motion=motion)
    return Performance(exercise, athlete, motion, time, moved(time), (), moved, settled_s=settled_s)


_Moved = Callable[[Floats], Body]
_Script = Callable[[Athlete, float, np.random.Generator], tuple[Motion, _Moved, float]]


def _standing(athlete: Athlete, duration_s: float, draw: np.random.Generator) -> tuple[Motion, _Moved, float]:
    """Weight goes from one foot to the other every few seconds, arms hang or fidget, the head looks about."""
    moves: list[_Move] = []
    clock, side = float(draw.uniform(0.8, 2.0)), float(draw.choice([-1.0, 1.0]))
    while clock < duration_s - 1.5:
        much = side * float(draw.uniform(0.5, 1.0))
        moves.append(_Move(clock, float(draw.uniform(0.8, 1.4)) * athlete.tempo, (_leaning(much, draw),)))
        clock += float(draw.uniform(2.2, 5.0))
        side = -side if draw.random() < 0.75 else 0.3 * side
    return _in_place(athlete, moves, _looks(duration_s, 55.0, draw), draw)


def _leaning(much: float, draw: np.random.Generator) -> Pose:
    """Standing mainly on the working leg (`much` above 0, to 1) or the other (below 0)."""
    idle = replace(_STANDING_LEG, knee_flexion_deg=4 + 12 * abs(much), shin_lean_deg=3 + 7 * abs(much))
    legs = [replace(_STANDING_LEG, load=0.5 + 0.42 * abs(much)), replace(idle, load=0.5 - 0.42 * abs(much))]
    leg, other = legs if much > 0 else legs[::-1]
    fidget = replace(_HANGING, elbow_flexion_deg=float(draw.choice([12.0, 16.0, 55.0])))
    trunk = Trunk(shift=0.045 * much, pelvis_roll_deg=3.5 * much, side_bend_deg=-2.5 * much)
    return Pose(trunk, leg, fidget if draw.random() < 0.5 else _HANGING, other, _HANGING)


def _sitting(athlete: Athlete, duration_s: float, draw: np.random.Generator) -> tuple[Motion, _Moved, float]:
    """Down onto a chair, some seconds on it, and up again."""
    moves: list[_Move] = []
    clock, seated_s = float(draw.uniform(0.8, 1.6)), duration_s
    while clock < duration_s - 4.0 * athlete.tempo - 1.0:
        down_s, up_s = (athlete.tempo * float(draw.uniform(low, low + 0.5)) for low in (1.7, 1.5))
        moves.append(_Move(clock, down_s, (_ON_THE_WAY, _SEATED)))
        seated_s = min(seated_s, clock + down_s)
        clock += down_s + float(draw.uniform(1.0, 3.5))
        moves.append(_Move(clock, up_s, (_ON_THE_WAY, _STANDING)))
        clock += up_s + float(draw.uniform(1.0, 2.5))
    _, moved, _ = _in_place(athlete, moves, _looks(duration_s, 30.0, draw), draw)
    hips_m = float(moved(np.array([seated_s])).points["hips"][0, 1])
    seat = (hips_m - HIP_OVER_SEAT * athlete.stature_m) / athlete.leg_m
    return _motion("seat", seat), moved, seated_s


def _drinking(athlete: Athlete, duration_s: float, draw: np.random.Generator) -> tuple[Motion, _Moved, float]:
    """Down to a bottle on the floor, up, a few sips, and the bottle back down."""
    moves: list[_Move] = []
    clock = float(draw.uniform(0.8, 1.6))
    while clock < duration_s - 9.0 * athlete.tempo - 5.0 or not moves:
        for pose, move_s, stay_s in (
            (_STOOPED, 1.3, 0.4),
            (_CARRYING, 1.3, 0.6),
            (_ABOUT_TO_DRINK, 0.9, 0.1),
            (_DRINKING, 0.6, float(draw.uniform(1.2, 2.5))),
            (_ABOUT_TO_DRINK, 0.6, 0.1),
            (_CARRYING, 0.8, 0.8),
            (_STOOPED, 1.3, 0.3),
            (_STANDING, 1.3, float(draw.uniform(1.0, 3.0))),
        ):
            moves.append(_Move(clock, move_s * athlete.tempo, (pose,)))
            clock += move_s * athlete.tempo + stay_s
    return _in_place(athlete, moves, (), draw)


def _setting_up(athlete: Athlete, duration_s: float, draw: np.random.Generator) -> tuple[Motion, _Moved, float]:
    """Down to the bar, the grip tried wider and narrower, up without it, arms shaken loose, and again."""
    moves: list[_Move] = []
    clock = float(draw.uniform(0.8, 1.6))
    while clock < duration_s - 6.5 * athlete.tempo - 1.0 or not moves:
        moves.append(_Move(clock, 1.4 * athlete.tempo, (_AT_THE_BAR,)))
        clock += 1.4 * athlete.tempo + float(draw.uniform(0.2, 0.6))
        for _ in range(int(draw.integers(1, 4))):
            grip = replace(_AT_THE_BAR.arm, shoulder_abduction_deg=float(draw.uniform(9.0, 20.0)))
            moves.append(_Move(clock, 0.5, (replace(_AT_THE_BAR, arm=grip),)))
            clock += 0.5 + float(draw.uniform(0.1, 0.5))
        moves.append(_Move(clock, 1.4 * athlete.tempo, (_STANDING,)))
        clock += 1.4 * athlete.tempo + 0.3
        for pose in (_LOOSENING, _STANDING) * 2:
            moves.append(_Move(clock, 0.35, (pose,)))
            clock += 0.4
        clock += float(draw.uniform(0.6, 2.0))
    return _in_place(athlete, moves, (), draw)


def _walking(athlete: Athlete, duration_s: float, draw: np.random.Generator) -> tuple[Motion, _Moved, float]:
    """To and fro on a narrow loop, from standing to standing."""
    motion = _motion()
    pace_s = STEP_S * athlete.tempo**0.5
    begin_s = float(draw.uniform(0.4, 1.0))
    steps = max(2, int((duration_s - begin_s - SETTLE_S - 0.3) / pace_s) - 1)
    track = _Loop(steps * STEP * athlete.stature_m, float(draw.choice([-1.0, 1.0])))
    rest = _posed(athlete, motion, (), np.random.default_rng(0), shaking=0.0)
    stand = Stand.of(athlete, body(athlete, motion, rest(np.zeros(1))))
    place, heading = track(np.ones(1))
    begin, end = stand.at(np.zeros(2), 0.0), stand.at(place[0], float(heading[0]))
    falls = falls_along(athlete, track, steps, pace_s, end, begin)

    def moved(time: Floats) -> Body:
        gait = walked(athlete, falls, end, time - begin_s, begin)
        angles = rest(time).towards(walking_angles(gait), gait.going)
        return body_over(athlete, motion, angles, gait.hips, gait.pelvis, gait.feet, gait.knees)

    return motion, moved, 0.0


_SCRIPTS: dict[str, _Script] = {
    "standing": _standing,
    "walking": _walking,
    "sitting": _sitting,
    "drinking": _drinking,
    "setting up the bar": _setting_up,
}


def _motion(furniture: Furniture = "none", seat_height: float = 0.0) -> Motion:
    return Motion((Key(0, _STANDING), Key(1, _STANDING)), _TIMING, furniture=furniture, seat_height=seat_height)


def _in_place(
    athlete: Athlete, moves: Sequence[_Move], looks: Sequence[_Look], draw: np.random.Generator
) -> tuple[Motion, _Moved, float]:
    motion = _motion()
    angles = _posed(athlete, motion, moves, draw)

    def moved(time: Floats) -> Body:
        turn = np.zeros(len(time))
        before = 0.0
        for look in looks:
            turn += (look.turn_deg - before) * minimum_jerk((time - look.at_s) / 0.7)
            before = look.turn_deg
        return turn_head(athlete, body(athlete, motion, angles(time)), turn)

    return motion, moved, 0.0


def _posed(
    athlete: Athlete, motion: Motion, moves: Sequence[_Move], draw: np.random.Generator, shaking: float = 1.0
) -> Callable[[Floats], Angles]:
    """The angles at any instants (T,) s of a body that goes from pose to pose, always starting from standing."""
    from scipy.interpolate import PchipInterpolator

    seed = int(draw.integers(2**31))

    def angles(time: Floats) -> Angles:
        at = vector(_STANDING)
        values = np.tile(at, (len(time), 1))
        for move in moves:
            way = np.stack([at, *(vector(pose) for pose in move.poses)])
            share = minimum_jerk((time - move.at_s) / move.move_s)
            here = share > 0
            values[here] = PchipInterpolator(np.linspace(0.0, 1.0, len(way)), way)(share[here])
            at = way[-1]
        values += shaking * tremor(athlete, motion, time, np.random.default_rng(seed))
        return Angles(by_side(values, np.full(len(time), athlete.works_left), 0.0))

    return angles


def _looks(duration_s: float, furthest_deg: float, draw: np.random.Generator) -> list[_Look]:
    looks: list[_Look] = []
    clock = float(draw.uniform(0.5, 2.0))
    while clock < duration_s - 1.0:
        looks.append(_Look(clock, float(draw.choice([0.0, draw.uniform(-1.0, 1.0)])) * furthest_deg))
        clock += float(draw.uniform(1.2, 4.0))
    return looks


class _Loop:
    """A way on a narrow loop from where one stands, ahead first; `side` 1 turns to the left."""

    STRAIGHT_M, RADIUS_M = 1.3, 0.62

    def __init__(self, length_m: float, side: float) -> None:
        self._along = np.linspace(-1.0, length_m, max(200, int(length_m * 100)))
        lap = 2 * self.STRAIGHT_M + 2 * np.pi * self.RADIUS_M
        half, inside = np.divmod(self._along, lap / 2)
        turned = np.clip((inside - self.STRAIGHT_M) / (np.pi * self.RADIUS_M), 0.0, 1.0)
        self._heading = np.where(self._along < 0, 0.0, side * 180.0 * (half + turned))
        way = np.stack([np.sin(np.radians(self._heading)), np.cos(np.radians(self._heading))], axis=1)
        gone = np.cumsum(np.diff(self._along, prepend=self._along[0])[:, None] * way, axis=0)
        self._place = gone - np.stack([np.interp(0.0, self._along, gone[:, axis]) for axis in (0, 1)])
        self._length_m = length_m

    def __call__(self, share: Floats) -> tuple[Floats, Floats]:
        """Places (N, 2) m and headings (N,) degrees at shares of the way."""
        at = share * self._length_m
        place = np.stack([np.interp(at, self._along, self._place[:, axis]) for axis in (0, 1)], axis=1)
        return place, np.interp(at, self._along, self._heading)
