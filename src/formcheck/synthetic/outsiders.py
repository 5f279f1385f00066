"""Well-known exercises that the catalogue does not hold, so that they are not taken for those which it does.

As `improvised` exercises they are shown to a recogniser as unknown. Postures are those in which coaches teach them.
"""

from __future__ import annotations

from dataclasses import replace

from formcheck.body.quantities import knee_flexion
from formcheck.exercises import Driving, Exercise
from formcheck.exercises.motion import Arm, Equipment, Key, Leg, Motion, Pose, Timing, Trunk

_STANDING = Leg(knee_flexion_deg=6, shin_lean_deg=3, foot_angle_deg=10, step_out=0.03, load=0.5)
_SOFT = replace(_STANDING, knee_flexion_deg=22, shin_lean_deg=6)
_SITTING = Leg(foot_angle_deg=8, step_out=0.05, step_forward=0.46, load=0.5)
_LONG = Leg(hip_flexion_deg=80, knee_flexion_deg=20)

_HANGING = Arm(4, 8, 0, 12, 85)
_AHEAD = Arm(92, 4, 0, 8, 90)
_ASIDE = Arm(12, 88, 0, 12, 90)
_OVERHEAD = Arm(172, 6, 0, 10, 90)
_BEHIND_THE_HEAD = Arm(160, 10, 0, 125, 90)
_AT_THE_CHEST = Arm(40, 20, 0, 125, 120)
_UNDER_THE_CHIN = Arm(40, 72, -60, 120, 90)
_IN_THE_FACE = Arm(70, 70, -20, 125, 90)
_ON_THE_HIPS = Arm(-20, 45, -70, 96, 90)
_ELBOWS_BACK = Arm(-45, 14, 0, 95, 90)
_BAR_ON_THE_BACK = Arm(-22, 44, 90, 132, 90)
_FOREARMS_AHEAD = Arm(6, 8, 0, 88, 60)
_FOREARMS_OUT = Arm(6, 10, 50, 88, 60)

_SLOW, _USUAL, _FAST = Timing(1.2, 0.3, 1.4, 0.4), Timing(0.9, 0.2, 1.0, 0.3), Timing(0.4, 0.0, 0.45, 0.05)


def outsiders() -> tuple[Exercise, ...]:
    """Every one, to be performed but not judged; their names are the usual ones."""
    return tuple(
        Exercise(name=name, aliases=(), driving=Driving(knee_flexion, least=180.0), motion=motion)
        for name, motion in _MOTIONS.items()
    )


def _way(start: Pose, turn: Pose, timing: Timing = _USUAL, equipment: Equipment = "none") -> Motion:
    return Motion((Key(0, start), Key(1, turn)), timing, equipment=equipment)


def _arms(start: Arm, turn: Arm, timing: Timing = _USUAL, equipment: Equipment = "none", lean_deg: float = 0) -> Motion:
    """Standing, nothing but the arms moves; bent over with a lean."""
    trunk = Trunk(pelvis_tilt_deg=lean_deg, neck_flexion_deg=-0.4 * lean_deg)
    leg = _SOFT if lean_deg > 20 else _STANDING
    return _way(Pose(trunk, leg, start), Pose(trunk, leg, turn), timing, equipment)


def _in_turn(motion: Motion) -> Motion:
    """The arms, and legs that do not stand, one after the other."""
    start = motion.keys[0].pose
    return replace(
        motion,
        keys=tuple(Key(key.at, replace(key.pose, other_arm=start.arm)) for key in motion.keys),
        working="alternating",
    )


def _seated(motion: Motion, leg: Leg = _SITTING, lean_deg: float = 0.0) -> Motion:
    trunk = Trunk(pelvis_tilt_deg=lean_deg)
    floor = leg is _LONG
    return replace(
        motion,
        keys=tuple(Key(key.at, replace(key.pose, trunk=trunk, leg=leg)) for key in motion.keys),
        support="seat",
        furniture="mat" if floor else "seat",
        seat_height=0.0 if floor else 0.5,
    )


def _lying(start: Arm, turn: Arm) -> Motion:
    """Face up on the floor, knees bent, arms over the chest."""
    trunk, leg = Trunk(pelvis_tilt_deg=-90), Leg(hip_flexion_deg=50, knee_flexion_deg=95)
    keys = (Key(0, Pose(trunk, leg, start)), Key(1, Pose(trunk, leg, turn)))
    return Motion(keys, _SLOW, support="seat", furniture="mat", equipment="dumbbells")


def _one_leg(start: Leg, turn: Leg, timing: Timing, arm: Arm = _ON_THE_HIPS, alternating: bool = False) -> Motion:
    """Standing on the other leg, which is straight."""
    stands = replace(_STANDING, load=1.0, step_out=0.0)
    trunk = Trunk(shift=0.05)
    keys = (Key(0, Pose(trunk, stands, arm, start)), Key(1, Pose(trunk, stands, arm, turn)))
    return Motion(keys, timing, working="alternating" if alternating else "one", free_leg=True)


def _trunk(turn: Trunk, arm: Arm, timing: Timing = _USUAL, start: Trunk = Trunk()) -> Motion:  # noqa: B008
    return _way(Pose(start, _STANDING, arm), Pose(turn, _STANDING, arm), timing)


_FRONT_RAISE = _arms(_HANGING, _AHEAD, _SLOW, "dumbbells")
_SHRUG = _arms(_HANGING, replace(_HANGING, shrug_deg=30), _USUAL, "dumbbells")
_JUMPING = replace(_STANDING, heel_lift_deg=28, shin_lean_deg=8, knee_flexion_deg=12)
_BENT = Pose(Trunk(pelvis_tilt_deg=72, neck_flexion_deg=-20), _SOFT, _BAR_ON_THE_BACK)
_BOWED = Trunk(pelvis_tilt_deg=58, neck_flexion_deg=-20)
_SWUNG = Pose(_BOWED, replace(_SOFT, knee_flexion_deg=38), Arm(40, 4, 0, 6, 90))

_MOTIONS: dict[str, Motion] = {
    "front raise": _FRONT_RAISE,
    "alternating front raise": _in_turn(_FRONT_RAISE),
    "shoulder shrug": _SHRUG,
    "quick shoulder shrug": replace(_SHRUG, timing=_FAST),
    "upright row": _arms(Arm(14, 6, 0, 14, 90), _UNDER_THE_CHIN, _USUAL, "dumbbells"),
    "calf raise": _way(Pose(Trunk(), _STANDING, _HANGING), Pose(Trunk(), _JUMPING, _HANGING)),
    "rope jumping": _way(Pose(Trunk(), _STANDING, _FOREARMS_OUT), Pose(Trunk(), _JUMPING, _FOREARMS_OUT), _FAST),
    "good morning": _way(Pose(Trunk(), _STANDING, _BAR_ON_THE_BACK), _BENT, _SLOW),
    "kettlebell swing": _way(_SWUNG, Pose(Trunk(), _STANDING, _AHEAD), Timing(0.6, 0.0, 0.7, 0.05)),
    "overhead triceps extension": _arms(_OVERHEAD, _BEHIND_THE_HEAD, _SLOW, "dumbbells"),
    "seated overhead triceps extension": _seated(_arms(_OVERHEAD, _BEHIND_THE_HEAD, _SLOW, "dumbbells")),
    "reverse fly": _arms(Arm(78, 6, 0, 14, 90), Arm(70, 84, 0, 14, 90), _USUAL, "dumbbells", 70),
    "triceps kickback": _arms(Arm(-15, 8, 0, 92, 60), Arm(-18, 8, 0, 8, 60), _USUAL, "dumbbells", 65),
    "seated cable row": _seated(_arms(_AHEAD, _ELBOWS_BACK, _SLOW), _LONG),
    "seated row machine": _seated(_arms(_AHEAD, _ELBOWS_BACK, _SLOW)),
    "face pull": _arms(_AHEAD, _IN_THE_FACE),
    "band pull-apart": _arms(_AHEAD, Arm(86, 84, 0, 8, 90)),
    "cable crossover": _arms(Arm(30, 70, 0, 20, 90), Arm(50, -6, 0, 25, 90), _SLOW),
    "standing chest press": _arms(_AT_THE_CHEST, _AHEAD),
    "punches": _in_turn(_arms(_AT_THE_CHEST, _AHEAD, _FAST)),
    "arm circles": Motion(
        tuple(
            Key(at, Pose(Trunk(), _STANDING, arm))
            for at, arm in ((0, _HANGING), (0.5, _AHEAD), (1, _OVERHEAD), (1.5, Arm(10, 100, 0, 8, 90)))
        ),
        Timing(0.8, 0.0, 0.8, 0.0),
    ),
    "external rotation": _arms(_FOREARMS_AHEAD, _FOREARMS_OUT),
    "side bend": _trunk(Trunk(side_bend_deg=32), _HANGING, start=Trunk(side_bend_deg=-6)),
    "standing twist": _trunk(Trunk(twist_deg=45), _AT_THE_CHEST, start=Trunk(twist_deg=-45)),
    "toe touch": _way(
        Pose(Trunk(), _STANDING, _OVERHEAD), Pose(Trunk(80, lumbar_flexion_deg=25), _STANDING, Arm(110, 4, 0, 5, 90))
    ),
    "butt kicks": _one_leg(Leg(4, 0, 0, 12), Leg(6, 0, 0, 118), _FAST, _FOREARMS_AHEAD, alternating=True),
    "leg curl": _one_leg(Leg(4, 0, 0, 10), Leg(4, 0, 0, 105), _USUAL),
    "hip abduction": _one_leg(Leg(0, 4, 0, 6), Leg(0, 40, 0, 6), _USUAL),
    "standing kickback": _one_leg(Leg(4, 0, 0, 8), Leg(-30, 0, 0, 12), _USUAL),
    "front leg swing": _one_leg(Leg(-15, 0, 0, 12), Leg(72, 0, 0, 8), _USUAL, _HANGING),
    "lying triceps extension": _lying(_AHEAD, Arm(100, 4, 0, 110, 90)),
    "lying pullover": _lying(Arm(88, 4, 0, 18, 90), Arm(165, 6, 0, 22, 90)),
    "floor fly": _lying(Arm(90, 4, 0, 16, 90), Arm(80, 78, 0, 20, 90)),
}
