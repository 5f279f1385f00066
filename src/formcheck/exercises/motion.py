"""The words in which an exercise file writes the movement that the synthetic athlete performs, and its faults.

A movement is a few key poses in anatomical angles (degrees, zero in upright standing with hanging arms, flexion
positive) with times between them. Distances are in leg lengths (hip joint to floor) so that they fit every athlete.
The performer in `formcheck.synthetic` turns this into positions; here is data only.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Support = Literal[
    "feet", "bar overhead", "hands on bars", "hands and toes", "forearms and toes", "seat", "back and feet"
]
"""What carries the body.

The feet on the floor; the hands on a bar overhead, or on bars beside the hips; hands and toes, or forearms and toes, on
the floor; the pelvis on a seat, a bench or the floor; or the upper back on a bench and the feet on the floor.
"""

Phase = Literal["out", "hold", "back", "rest"]
Equipment = Literal[
    "none",
    "barbell on the floor",
    "barbell",
    "barbell along the legs",
    "barbell on the hips",
    "pull-up bar",
    "dumbbells",
    "cable bar",
    "lat bar",
    "t-bar",
    "fly handles",
    "leg pad",
    "weight plate",
]
"""What the hands hold, or what the legs or hips move."""

Furniture = Literal[
    "none", "mat", "bench", "incline bench", "decline bench", "seat", "seat with back", "dip bars", "cable tower"
]
"""What the body lies, sits or leans on, or a machine that stands beside it."""


@dataclass(frozen=True)
class Trunk:
    """Pelvis, spine and head.

    `pelvis_tilt_deg` forward from upright, -90 lying face up (derived where hands or forearms and toes carry the body),
    `pelvis_roll_deg` up on the working side, `pelvis_turn_deg` towards the working side; each flexion is that of a
    stretch of the spine over the one below it. `twist_deg` turns the thorax over the pelvis towards the working side.
    `shift` moves the pelvis sideways over the standing leg, in leg lengths, towards the working side. `swing_deg` is
    the pendulum of a hanging body, feet forward.
    """

    pelvis_tilt_deg: float = 0.0
    pelvis_roll_deg: float = 0.0
    pelvis_turn_deg: float = 0.0
    lumbar_flexion_deg: float = 0.0
    thoracic_flexion_deg: float = 0.0
    side_bend_deg: float = 0.0
    twist_deg: float = 0.0
    neck_flexion_deg: float = 0.0
    shift: float = 0.0
    swing_deg: float = 0.0


@dataclass(frozen=True)
class Leg:
    """One leg.

    Of a leg that stands, the knee, the ankle and the foot say where the hip is, and the hip angles follow from them;
    of a leg in the air, the hip angles, the knee and the ankle say where the foot is. `shin_lean_deg` is the forward
    lean of the shank from the vertical: ankle dorsiflexion plus heel lift. `load` is the share of the body's weight
    on this foot; a foot with load places the pelvis. `step_forward`, `step_out` (from below the hip, outwards) and
    `foot_lift` place a standing or stepping foot, in leg lengths. `knee_out_deg` turns the knee outwards from the
    foot's heading, negative is knock-kneed.
    """

    hip_flexion_deg: float = 0.0
    hip_abduction_deg: float = 0.0
    hip_rotation_deg: float = 0.0
    knee_flexion_deg: float = 0.0
    knee_out_deg: float = 0.0
    shin_lean_deg: float = 0.0
    ankle_dorsiflexion_deg: float = 0.0
    foot_angle_deg: float = 0.0
    heel_lift_deg: float = 0.0
    step_forward: float = 0.0
    step_out: float = 0.0
    foot_lift: float = 0.0
    load: float = 0.0


@dataclass(frozen=True)
class Arm:
    """One arm.

    Shoulder angles are over the thorax, or from the plumb line where the motion says that the arms hang. Of an arm
    that carries the body, `elbow_flexion_deg` says how near the shoulder is to the hand, `shoulder_abduction_deg` how
    far the elbow points out from the trunk, and the rest follows. `forearm_pronation_deg` is zero with the palm
    forward on a hanging arm; `wrist_flexion_deg` positive towards the palm; `shrug_deg` lifts the shoulder girdle.
    """

    shoulder_flexion_deg: float = 0.0
    shoulder_abduction_deg: float = 0.0
    shoulder_rotation_deg: float = 0.0
    elbow_flexion_deg: float = 0.0
    forearm_pronation_deg: float = 0.0
    wrist_flexion_deg: float = 0.0
    shrug_deg: float = 0.0


@dataclass(frozen=True)
class Pose:
    """A whole body: `leg` and `arm` are both sides', or the working side's where `other_leg` / `other_arm` differ."""

    trunk: Trunk = Trunk()
    leg: Leg = Leg()
    arm: Arm = Arm()
    other_leg: Leg | None = None
    other_arm: Arm | None = None


@dataclass(frozen=True)
class Key:
    """A pose on the way: `at` 0 is the start, 1 the turning point, between 1 and 2 the way back to the start."""

    at: float
    pose: Pose


@dataclass(frozen=True)
class Timing:
    """Usual seconds of one repetition's way out, hold at the turning point, way back, and pause before the next."""

    out_s: float
    hold_s: float
    back_s: float
    rest_s: float

    def __post_init__(self) -> None:
        if min(self.out_s, self.back_s) <= 0 or min(self.hold_s, self.rest_s) < 0:
            raise ValueError(f"expected ways longer than 0 s and pauses of at least 0 s, got {self}")


@dataclass(frozen=True)
class Motion:
    """One repetition of an exercise as a healthy adult who does it well performs it.

    `keys` begin with the start (at 0) and hold the turning point (at 1); the way back repeats the way out reversed
    unless keys beyond 1 are given. The start is the end. `working`: both sides alike, one side for the whole set, or
    sides in turn. `free_leg`: the other leg is in the air. `arms_hang`: shoulder angles count from the plumb line,
    since a load pulls the arms down; with a barbell along the legs they count from where the bar touches them.
    `grip_width` is the distance of the hands in shoulder widths where they hold something, and `one_bar` keeps it
    throughout, since both hands are on one bar. `seat_height` is how high a seat or bench is, in leg lengths (0: the
    floor); of a seated or lying body, a leg with load stands on the floor and any other is in the air. A barbell on the
    floor: the start is deepened or raised until the hands hold a bar whose plates stand on the floor. Raises ValueError
    when the keys do not make a way.
    """

    keys: tuple[Key, ...]
    timing: Timing
    support: Support = "feet"
    working: Literal["both", "one", "alternating"] = "both"
    free_leg: bool = False
    arms_hang: bool = False
    equipment: Equipment = "none"
    furniture: Furniture = "none"
    seat_height: float = 0.0
    grip_width: float = 1.0
    one_bar: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        places = [key.at for key in self.keys]
        if places != sorted(set(places)) or not places or places[0] != 0.0 or 1.0 not in places or places[-1] >= 2.0:
            raise ValueError(f"expected keys in order from 0 over 1 to below 2, got keys at {places}")


@dataclass(frozen=True)
class Shift:
    """Adds `by` to the key poses at these places (all of them: none given), times the grade."""

    by: Pose
    at: tuple[float, ...] = ()


@dataclass(frozen=True)
class Blend:
    """Moves the key pose at `at` this share of the way towards the one at `toward`, times the grade.

    `parts` limits it to the trunk, the legs or the arms.
    """

    at: float
    toward: float
    share: float
    parts: tuple[Literal["trunk", "leg", "arm"], ...] = ("trunk", "leg", "arm")


@dataclass(frozen=True)
class Retime:
    """Lets some angles run ahead or behind: at place `through[i][0]` of the repetition they are at `through[i][1]`.

    Places run from 0 (start) over 1 (turning point) to 2 (end); straight lines between; scaled by the grade.
    `angles` are field names of Trunk, Leg or Arm, as `trunk.pelvis_tilt_deg`, or a whole part, as `arm`.
    """

    angles: tuple[str, ...]
    through: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        known = {"trunk": Trunk, "leg": Leg, "arm": Arm}
        for angle in self.angles:
            part, _, name = angle.partition(".")
            if part not in known or (name and name not in {field.name for field in fields(known[part])}):
                raise ValueError(f"expected trunk, leg or arm, or one of their angles, got {angle!r}")
        if any(b[0] <= a[0] or b[1] < a[1] for a, b in zip(self.through[:-1], self.through[1:], strict=True)):
            raise ValueError(f"expected places that grow, got {self.through}")
        if self.through[0] != (0.0, 0.0) or self.through[-1] != (2.0, 2.0):
            raise ValueError(f"expected to run from (0, 0) to (2, 2), got {self.through}")


@dataclass(frozen=True)
class Tempo:
    """Multiplies the duration of a phase by `factor` at grade 1 (by its power at lower grades)."""

    phase: Phase
    factor: float


@dataclass(frozen=True)
class Shake:
    """Swings the pose to and fro by `by` at `rate_hz` during the repetition, times the grade; irregular, as people do.

    `between` limits it to places of the repetition, fading in and out.
    """

    by: Pose
    rate_hz: float
    between: tuple[float, float] = (0.0, 2.0)


Change = Shift | Blend | Retime | Tempo | Shake


@dataclass(frozen=True)
class Fault:
    """How a criterion fails: at grade 1 as coaches show it, at 0.5 just so much that a coach would call it.

    `source` names where the size comes from; it never comes from the criterion's own good range. `also` names the
    other criteria that fail with it because the body is one piece.
    """

    criterion: str
    changes: tuple[Change, ...]
    source: str
    also: tuple[str, ...] = ()
