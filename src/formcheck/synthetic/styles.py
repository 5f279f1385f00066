"""How else people do an exercise than its file has it: where the arms go, which side works, sitting or standing.

A recogniser that was shown one way only takes the bar on somebody's back for another exercise. Criteria do not care.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import TypeVar

from formcheck.exercises import Exercise
from formcheck.exercises.motion import Arm, Furniture, Key, Leg, Motion, Pose, Trunk

_BAR_ON_THE_BACK = Arm(-22, 44, 90, 132, 90)
_BAR_IN_FRONT = Arm(72, 12, 0, 138, 90)
_AT_THE_CHEST = Arm(40, 12, -25, 128, 90)
_CROSSED = Arm(58, -6, -35, 112, 90)
_ON_THE_HIPS = Arm(-20, 45, -70, 96, 90)
_BEHIND_THE_HEAD = Arm(150, 48, -40, 140, 70)
_HANGING = Arm(4, 8, 0, 10, 80)
_AHEAD = Arm(92, 4, 0, 8, 90)
_ALONG = Arm(-4, 14, 0, 8, 170)

Part = TypeVar("Part", Trunk, Leg, Arm)
Style = Callable[[Motion], Motion]


def styles(exercise: Exercise) -> tuple[Motion, ...]:
    """The motions of an exercise, its own first; each another way to do the same. None without a motion."""
    if exercise.motion is None:
        return ()
    return (exercise.motion, *(style(exercise.motion) for style in _STYLES.get(exercise.name, ())))


def shallower(motion: Motion, share: float) -> Motion:
    """The same with only a part of the way: every pose `share` of the way nearer to the start, from 0 to 1."""
    start = motion.keys[0].pose
    return replace(motion, keys=tuple(Key(key.at, _nearer(key.pose, start, share)) for key in motion.keys))


def _nearer(pose: Pose, start: Pose, share: float) -> Pose:
    def part(a: Part, b: Part) -> Part:
        return replace(a, **{each.name: _mixed(a, b, each.name, share) for each in fields(a)})

    other_leg = None if pose.other_leg is None else part(pose.other_leg, start.other_leg or start.leg)
    other_arm = None if pose.other_arm is None else part(pose.other_arm, start.other_arm or start.arm)
    return Pose(
        part(pose.trunk, start.trunk), part(pose.leg, start.leg), part(pose.arm, start.arm), other_leg, other_arm
    )


def _mixed(a: object, b: object, name: str, share: float) -> float:
    return (1.0 - share) * getattr(a, name) + share * getattr(b, name)


def _arms(arm: Arm, *, hang: bool = False) -> Style:
    """Both arms kept in one posture over the thorax, or hanging down."""

    def style(motion: Motion) -> Motion:
        keys = tuple(Key(key.at, replace(key.pose, arm=arm, other_arm=None)) for key in motion.keys)
        return replace(motion, keys=keys, arms_hang=hang, equipment="dumbbells" if hang else "none", one_bar=False)

    return style


def _one_arm(motion: Motion) -> Motion:
    """The other arm stays as it is at the start."""
    return replace(_in_turn(motion), working="one")


def _in_turn(motion: Motion) -> Motion:
    """One arm after the other, with dumbbells."""
    start = motion.keys[0].pose.arm
    keys = tuple(Key(key.at, replace(key.pose, other_arm=start)) for key in motion.keys)
    return replace(motion, keys=keys, working="alternating", equipment="dumbbells", one_bar=False)


def _free_weights(motion: Motion) -> Motion:
    return replace(motion, equipment="dumbbells", one_bar=False)


def _seated(motion: Motion) -> Motion:
    """On a bench: the trunk and the legs stay, the arms work as standing."""
    furniture: Furniture = "seat with back"
    keys = tuple(
        Key(key.at, replace(key.pose, trunk=Trunk(pelvis_tilt_deg=-8), leg=_SITTING, other_leg=None))
        for key in motion.keys
    )
    return replace(motion, keys=keys, support="seat", furniture=furniture, seat_height=0.52)


def _grip(width: float) -> Style:
    return lambda motion: replace(motion, grip_width=width)


def _wider(by: float, turned_deg: float) -> Style:
    """Feet further out, and turned out or in."""

    def style(motion: Motion) -> Motion:
        return _each(motion, lambda pose: replace(pose, leg=_stance(pose.leg, by, turned_deg)))

    return style


def _stance(leg: Leg, by: float, turned_deg: float) -> Leg:
    return replace(leg, step_out=leg.step_out + by, foot_angle_deg=leg.foot_angle_deg + turned_deg)


def _hanging_knees(bent_deg: float) -> Style:
    """Of a body that hangs: knees bent, ankles crossed behind."""

    def bend(pose: Pose) -> Pose:
        return replace(pose, leg=replace(pose.leg, knee_flexion_deg=bent_deg, hip_flexion_deg=5))

    return lambda motion: _each(motion, bend)


def _feet_down(motion: Motion) -> Motion:
    """Sitting on the floor, heels on it, the knees drawn up."""
    return _each(motion, lambda pose: replace(pose, leg=replace(pose.leg, hip_flexion_deg=62, knee_flexion_deg=92)))


def _split(motion: Motion) -> Motion:
    """The feet stay one before the other: a lunge without the step."""
    low = next(key.pose for key in motion.keys if key.at == 1)
    other = low.other_leg or low.leg
    high = replace(
        low,
        leg=replace(low.leg, knee_flexion_deg=14, shin_lean_deg=-8),
        other_leg=replace(other, knee_flexion_deg=22, shin_lean_deg=36),
    )
    return replace(motion, keys=(Key(0, high), Key(1, low)), working="one")


def _each(motion: Motion, change: Callable[[Pose], Pose]) -> Motion:
    return replace(motion, keys=tuple(Key(key.at, change(key.pose)) for key in motion.keys))


def _then(first: Style, second: Style) -> Style:
    return lambda motion: second(first(motion))


_SITTING = Leg(foot_angle_deg=8, step_out=0.06, step_forward=0.46, load=0.5)
_BODY_WEIGHT = (_arms(_CROSSED), _arms(_ON_THE_HIPS), _arms(_AHEAD), _arms(_BEHIND_THE_HEAD))
_LOADED = (_arms(_BAR_ON_THE_BACK), _arms(_AT_THE_CHEST), _arms(_HANGING, hang=True))

_STYLES: dict[str, tuple[Style, ...]] = {
    "squat": (
        *(*_LOADED, _arms(_BAR_ON_THE_BACK), _arms(_BAR_IN_FRONT), *_BODY_WEIGHT),
        *(_then(_wider(0.12, 8), _arms(_AT_THE_CHEST)), _then(_wider(-0.05, -16), _arms(_BAR_ON_THE_BACK))),
    ),
    "lunge": (*_LOADED, _arms(_ON_THE_HIPS), _split, _then(_split, _arms(_HANGING, hang=True))),
    "barbell biceps curl": (_free_weights, _in_turn, _one_arm, _seated),
    "hammer curl": (_in_turn, _one_arm, _seated),
    "shoulder press": (_seated, _then(_free_weights, _seated), _one_arm, _free_weights),
    "lateral raise": (_one_arm, _seated),
    "tricep pushdown": (_grip(0.4),),
    "pull up": (_grip(1.0), _grip(2.0), _hanging_knees(80)),
    "lat pulldown": (_grip(1.0), _grip(2.0)),
    "push-up": (_grip(1.0), _grip(1.9)),
    "bench press": (_free_weights, _grip(1.9)),
    "incline bench press": (_free_weights,),
    "decline bench press": (_free_weights,),
    "romanian deadlift": (_free_weights,),
    "sit-up": (_arms(_CROSSED), _arms(_AHEAD)),
    "leg raises": (_arms(_ALONG),),
    "russian twist": (_feet_down,),
    "high knees": (_arms(_AHEAD), _arms(_ON_THE_HIPS)),
}
