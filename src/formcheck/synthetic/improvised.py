"""Exercises that no catalogue holds, made up of arms, legs and trunks that move as those of people do.

A recogniser that has seen nothing but its own exercises takes everything for one of them. Showing it what it must not
name is known as outlier exposure (Hendrycks, Mazeika & Dietterich, ICLR 2019).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.body.quantities import knee_flexion
from formcheck.exercises import Driving, Exercise
from formcheck.exercises.motion import Arm, Furniture, Key, Leg, Motion, Pose, Support, Timing, Trunk

# Arms in postures that exercises stop at, as coaches name them; any two make a way.
_ARMS = {
    "hanging": Arm(2, 8, 0, 14, 85),
    "behind": Arm(-40, 10, 0, 12, 85),
    "hands on hips": Arm(-20, 45, -70, 96, 90),
    "ahead": Arm(90, 4, 0, 10, 90),
    "ahead and up": Arm(135, 8, 0, 10, 90),
    "aside": Arm(12, 88, 0, 12, 90),
    "aside and up": Arm(20, 140, 0, 12, 90),
    "overhead": Arm(172, 6, 0, 12, 90),
    "behind the head": Arm(160, 10, 0, 128, 90),
    "at the chest": Arm(40, 20, 0, 125, 120),
    "under the chin": Arm(40, 72, -60, 120, 90),
    "crossed": Arm(58, -6, -35, 112, 90),
    "elbows back": Arm(-48, 14, 0, 92, 90),
    "forearms ahead": Arm(6, 8, 0, 90, 60),
    "forearms out": Arm(6, 10, 55, 90, 60),
}
# Of these the catalogue has exercises: raises at the side, presses, curls, pushdowns, jumping jacks, rows.
_KNOWN = (
    *(("hanging", "aside"), ("hanging", "at the chest"), ("hanging", "forearms ahead"), ("hanging", "overhead")),
    *(("at the chest", "overhead"), ("at the chest", "forearms ahead"), ("hanging", "aside and up")),
    *(("ahead", "elbows back"), ("hanging", "elbows back"), ("behind", "hanging"), ("hanging", "hands on hips")),
)
_LEG = Leg(knee_flexion_deg=4, shin_lean_deg=3, foot_angle_deg=10, step_out=0.03, load=0.5)


@dataclass(frozen=True)
class _Place:
    """Where an improvised exercise happens: its two poses, and what carries the body."""

    start: Pose
    turn: Pose
    support: Support = "feet"
    furniture: Furniture = "none"
    seat_height: float = 0.0
    free_leg: bool = False


def improvised(seed: int) -> Exercise:
    """An exercise that is none of the catalogue's, to be performed but not judged; the same for the same seed."""
    draw = np.random.default_rng([seed, 211])
    kinds = (*(_standing,) * 4, *(_on_one_leg,) * 2, _sitting, _lying, _kneeling, _on_all_fours, _propped)
    place = kinds[int(draw.integers(len(kinds)))](draw)
    sides_differ = any(
        one is not None for pose in (place.start, place.turn) for one in (pose.other_arm, pose.other_leg)
    )
    way_s = float(np.exp(draw.uniform(np.log(0.3), np.log(1.9))))
    motion = Motion(
        (Key(0, place.start), Key(1, place.turn)),
        Timing(way_s, float(draw.uniform(0, 0.3)), way_s * float(draw.uniform(0.8, 1.3)), float(draw.uniform(0, 0.6))),
        support=place.support,
        working=("one" if place.free_leg or draw.random() < 0.4 else "alternating") if sides_differ else "both",
        free_leg=place.free_leg,
        furniture=place.furniture,
        seat_height=place.seat_height,
        equipment="dumbbells" if place.support != "hands and toes" and draw.random() < 0.2 else "none",
    )
    return Exercise(name=f"improvised {seed}", aliases=(), driving=Driving(knee_flexion, least=180.0), motion=motion)


def _standing(draw: np.random.Generator) -> _Place:
    """Arms and trunk move; the legs stand, rise to the toes, or bend a little with a step to the side."""
    straight = replace(_LEG, step_out=float(draw.uniform(0, 0.25)), foot_angle_deg=float(draw.uniform(0, 30)))
    kind = draw.choice(["stands", "calves", "bends"], p=[0.65, 0.15, 0.2])
    there = straight
    if kind == "calves":
        there = replace(straight, heel_lift_deg=float(draw.uniform(20, 40)), shin_lean_deg=8)
    if kind == "bends":
        knee = float(draw.uniform(15, 45))
        straight = replace(straight, knee_flexion_deg=knee, shin_lean_deg=0.4 * knee)
        there = straight if draw.random() < 0.5 else replace(straight, knee_flexion_deg=knee + 15)
    arms = _arms(draw, still=0.25)
    bent = float(draw.choice([0.0, 0.0, draw.uniform(10, 60)]))
    moves = _trunk_moves(draw, often=1.0 if arms[0] == arms[1] and kind != "calves" else 0.25)
    base = Trunk(pelvis_tilt_deg=bent, neck_flexion_deg=-0.4 * bent)
    return _Place(_pose(base, straight, arms[0]), _pose(_moved(base, moves), there, arms[1]))


def _on_one_leg(draw: np.random.Generator) -> _Place:
    """The other leg is lifted ahead, aside, behind, or across; arms on the hips, ahead, or as they like."""
    ways = (
        (Leg(hip_abduction_deg=4, knee_flexion_deg=8), Leg(hip_abduction_deg=40, knee_flexion_deg=8)),
        (Leg(hip_flexion_deg=2, knee_flexion_deg=8), Leg(hip_flexion_deg=-32, knee_flexion_deg=12)),
        (Leg(hip_flexion_deg=2, knee_flexion_deg=8), Leg(hip_flexion_deg=75, knee_flexion_deg=6)),
        (Leg(hip_flexion_deg=4, knee_flexion_deg=10), Leg(hip_flexion_deg=6, knee_flexion_deg=115)),
        (Leg(hip_flexion_deg=-20, knee_flexion_deg=20), Leg(hip_flexion_deg=95, knee_flexion_deg=100)),
        (Leg(hip_flexion_deg=-10, knee_flexion_deg=10), Leg(hip_abduction_deg=-16, hip_flexion_deg=30)),
    )
    low, high = ways[int(draw.integers(len(ways)))]
    stands = replace(_LEG, load=1.0, step_out=0.0)
    arms = _arms(draw, still=0.7)
    return _Place(
        _pose(Trunk(shift=0.05), stands, arms[0], low),
        _pose(Trunk(shift=0.05), stands, arms[1], _more(high, float(draw.uniform(0.8, 1.1)))),
        free_leg=True,
    )


def _sitting(draw: np.random.Generator) -> _Place:
    """On a seat, or on the floor with long legs; arms row, press, raise, or the trunk bends."""
    floor = draw.random() < 0.35
    leg = (
        Leg(hip_flexion_deg=80, knee_flexion_deg=float(draw.uniform(5, 50)))
        if floor
        else Leg(foot_angle_deg=8, step_out=0.05, step_forward=0.45, load=0.5)
    )
    arms = _arms(draw, still=0.15)
    base = Trunk(pelvis_tilt_deg=float(draw.uniform(-15, 10)))
    turn = _moved(base, _trunk_moves(draw, often=1.0 if arms[0] == arms[1] else 0.25))
    place = _Place(_pose(base, leg, arms[0]), _pose(turn, leg, arms[1]), "seat")
    return replace(place, furniture="mat") if floor else replace(place, furniture="seat", seat_height=0.5)


def _lying(draw: np.random.Generator) -> _Place:
    """Face up: one leg or both move, in turn or together, or the arms do over the chest."""
    base = Trunk(pelvis_tilt_deg=-90)
    arms = _arms(draw, still=0.7, among=("hanging", "aside", "ahead", "overhead", "behind the head", "crossed"))
    tucked, long = Leg(hip_flexion_deg=100, knee_flexion_deg=100), Leg(hip_flexion_deg=10, knee_flexion_deg=8)
    up = Leg(hip_flexion_deg=85, knee_flexion_deg=5)
    wide = Leg(hip_flexion_deg=85, hip_abduction_deg=45, knee_flexion_deg=5)
    ways = ((tucked, long, None), (up, wide, None), (long, tucked, long), (tucked, tucked, long), (up, long, up))
    start, turn, other = ways[int(draw.integers(len(ways)))]
    head = float(draw.choice([0.0, 25.0]))
    base = replace(base, thoracic_flexion_deg=head, neck_flexion_deg=head)
    turned = replace(base, twist_deg=float(draw.choice([0.0, 25.0])))
    return _Place(_pose(base, start, arms[0]), _pose(turned, turn, arms[1], other), "seat", "mat")


def _kneeling(draw: np.random.Generator) -> _Place:
    """Upright on both knees: the arms move, or the trunk leans back or ahead."""
    leg, arms = Leg(hip_flexion_deg=2, knee_flexion_deg=92), _arms(draw, still=0.3)
    base = Trunk()
    moves = _trunk_moves(draw, often=1.0 if arms[0] == arms[1] else 0.2)
    return _Place(_pose(base, leg, arms[0]), _pose(_moved(base, moves), leg, arms[1]), "seat", seat_height=0.5)


def _on_all_fours(draw: np.random.Generator) -> _Place:
    """Hands on the floor: a leg kicks up behind or aside, knees run under the chest, or the back arches."""
    under = Leg(hip_flexion_deg=88, knee_flexion_deg=88)
    base = Trunk(pelvis_tilt_deg=86, neck_flexion_deg=-20)
    arm, height = Arm(shoulder_flexion_deg=88, elbow_flexion_deg=8), 0.5
    kind = int(draw.integers(5))
    turn, leg, other, reaching = base, under, under, arm
    if kind == 0:
        leg = Leg(hip_flexion_deg=float(draw.uniform(-20, 5)), knee_flexion_deg=float(draw.uniform(20, 95)))
    elif kind == 1:
        leg = replace(under, hip_abduction_deg=55)
    elif kind == 2:
        leg, reaching = Leg(hip_flexion_deg=0, knee_flexion_deg=8), Arm(shoulder_flexion_deg=170)
    elif kind == 3:
        turn = replace(base, lumbar_flexion_deg=30, thoracic_flexion_deg=25)
    else:  # knees run under the chest, the hips lower and the legs long behind
        base = turn = Trunk(pelvis_tilt_deg=float(draw.uniform(68, 82)), neck_flexion_deg=-20)
        long, height = Leg(hip_flexion_deg=2, knee_flexion_deg=8), float(draw.uniform(0.36, 0.5))
        tucked = Leg(hip_flexion_deg=float(draw.uniform(80, 125)), knee_flexion_deg=float(draw.uniform(80, 120)))
        return _Place(Pose(base, long, arm), Pose(turn, tucked, arm, long), "seat", seat_height=height)
    other_leg = None if kind == 3 else other
    return _Place(Pose(base, under, arm), Pose(turn, leg, reaching, other_leg, arm), "seat", seat_height=height)


def _propped(draw: np.random.Generator) -> _Place:
    """Hands and toes on the floor: the hips go up and down, or arms bend under hips that stay high."""
    high = float(draw.uniform(50, 85))
    flat = Pose(Trunk(), Leg(2, knee_flexion_deg=6, ankle_dorsiflexion_deg=5), Arm(80, 40, 0, 9))
    piked = replace(flat, leg=replace(flat.leg, hip_flexion_deg=high), arm=replace(flat.arm, shoulder_flexion_deg=150))
    bent = replace(piked, arm=replace(piked.arm, shoulder_flexion_deg=100, elbow_flexion_deg=90))
    start, turn = (flat, piked) if draw.random() < 0.5 else (piked, bent)
    return _Place(start, turn, "hands and toes", "mat")


def _arms(
    draw: np.random.Generator, still: float, among: tuple[str, ...] = tuple(_ARMS)
) -> tuple[tuple[Arm, Arm], tuple[Arm, Arm]]:
    """Both arms at the start and at the turn; by chance `still` they stay."""
    while True:
        first, last = (str(each) for each in draw.choice(among, 2, replace=False))
        if (first, last) not in _KNOWN and (last, first) not in _KNOWN:
            break
    start = _varied(_ARMS[first], draw)
    if draw.random() < still:
        return (start, start), (start, start)
    turn = _varied(_ARMS[last], draw)
    return (start, start), ((turn, start) if draw.random() < 0.25 else (turn, turn))


def _varied(arm: Arm, draw: np.random.Generator) -> Arm:
    by = 10.0 * draw.standard_normal(3)
    return replace(
        arm,
        shoulder_flexion_deg=arm.shoulder_flexion_deg + by[0],
        shoulder_abduction_deg=arm.shoulder_abduction_deg + by[1],
        elbow_flexion_deg=max(3.0, arm.elbow_flexion_deg + by[2]),
    )


def _pose(trunk: Trunk, leg: Leg, arms: tuple[Arm, Arm], other_leg: Leg | None = None) -> Pose:
    return Pose(trunk, leg, arms[0], other_leg, None if arms[0] == arms[1] else arms[1])


def _trunk_moves(draw: np.random.Generator, often: float) -> dict[str, float]:
    """What is added to the trunk on the way: a bend to the side, a twist, or a lean."""
    if draw.random() >= often:
        return {}
    name, most = (("side_bend_deg", 35.0), ("twist_deg", 50.0), ("thoracic_flexion_deg", 40.0))[int(draw.integers(3))]
    return {name: most * float(draw.uniform(0.5, 1.0))}


def _moved(trunk: Trunk, by: dict[str, float]) -> Trunk:
    return replace(trunk, **{name: getattr(trunk, name) + much for name, much in by.items()})


def _more(leg: Leg, factor: float) -> Leg:
    return replace(
        leg,
        hip_flexion_deg=factor * leg.hip_flexion_deg,
        hip_abduction_deg=factor * leg.hip_abduction_deg,
        knee_flexion_deg=factor * leg.knee_flexion_deg,
    )
