"""The words in which an exercise file is written: driving signal or hold, posture, measures, criteria.

An exercise is data. A measure (`measures`) says what is read from the body, when in the repetition, on which side, and
relative to what; a criterion says which values are good.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast, get_args

import numpy as np

from formcheck.body.planes import Side
from formcheck.body.track import Quantity, Track
from formcheck.exercises.measures import (
    BusierSide,
    Frames,
    Lead,
    Limbs,
    Measure,
    Moment,
    Read,
    Reading,
    SpeedRatio,
    Take,
    at_start,
    at_turn,
    change,
    highest,
    leading_knee,
    lowest,
    standing_leg,
    strongest,
    throughout,
    travel,
)
from formcheck.reps import RepSpan

if TYPE_CHECKING:
    from formcheck.exercises.motion import Fault, Motion

__all__ = [
    "INF",
    "BusierSide",
    "CameraView",
    "Criterion",
    "Driving",
    "Exercise",
    "Frames",
    "Hold",
    "Lead",
    "Lift",
    "LiftedJoint",
    "Limbs",
    "Measure",
    "Moment",
    "Posture",
    "Read",
    "Reading",
    "SpeedRatio",
    "Take",
    "at_start",
    "at_turn",
    "change",
    "highest",
    "leading_knee",
    "lowest",
    "standing_leg",
    "strongest",
    "throughout",
    "travel",
]

CameraView = Literal["front", "back", "side", "oblique"]

LiftedJoint = Literal["wrist", "shoulder", "hip"]

INF = float("inf")


@dataclass(frozen=True)
class Criterion:
    """One named thing that a coach looks at.

    Scores 1 for values in `good` (low, high), 0.5 a `margin` outside it, 0 two margins outside; it passes at 0.5.
    `views` lists the camera views in which it can be judged, the best first. `error` is the standard error of the
    measured value in the best view, in the measure's unit; the confidence of a verdict follows from it. `source`
    names where the range comes from.
    """

    id: str
    title: str
    measure: Measure
    good: tuple[float, float]
    margin: float
    views: tuple[CameraView, ...]
    cue: str
    why: str
    source: str
    error: float
    weight: float = 1.0

    def __post_init__(self) -> None:
        _expect(f"criterion {self.id}", self.measure, Measure, "a measure such as at_turn(knee_flexion)")
        for text in ("title", "cue", "why", "source"):
            if not getattr(self, text):
                raise ValueError(f"expected a {text} in criterion {self.id}")
        for number in (*self.good, self.margin, self.error, self.weight):
            _expect(f"good, margin, error and weight of criterion {self.id}", number, (int, float), "numbers")
        low, high = self.good
        if not low < high:
            raise ValueError(f"expected good = (low, high) with low < high in criterion {self.id}, got {self.good}")
        if self.margin <= 0 or self.error <= 0 or self.weight <= 0:
            raise ValueError(f"expected margin, error and weight above 0 in criterion {self.id}")
        if not self.views:
            raise ValueError(f"expected at least one view in criterion {self.id}")
        unknown = [view for view in self.views if view not in get_args(CameraView)]
        if unknown:
            raise ValueError(f"expected views of {get_args(CameraView)} in criterion {self.id}, got {unknown}")

    def score(self, value: float) -> float:
        """How good a value is, 0..1 (a linear tolerance, after dm_control's `rewards.tolerance`)."""
        low, high = self.good
        outside = max(low - value, value - high, 0.0)
        return float(np.clip(1.0 - 0.5 * outside / self.margin, 0.0, 1.0))

    def limit_distance(self, value: float) -> float:
        """How far a value is from where pass becomes fail, in the measure's unit; positive on the passing side."""
        low, high = self.good
        return float(min(value - (low - self.margin), (high + self.margin) - value))


@dataclass(frozen=True)
class Driving:
    """The signal whose swings are the repetitions.

    It grows towards the turning point, or shrinks where `falls`. `least` is the smallest excursion of a repetition.
    `shown` is what plots, range of motion and speed are told in, where a coach would name another quantity than the one
    that counts most surely. `views` are the camera views in which it is read, the best first. `side_of` finds the
    working side of one repetition from its track; None where both sides work together.
    """

    quantity: Quantity
    least: float
    shown: Quantity | None = None
    falls: bool = False
    views: tuple[CameraView, ...] = ("side", "oblique", "front", "back")
    side_of: Callable[[Track, RepSpan], Side | None] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _expect("the driving signal", self.quantity, Quantity, "a quantity such as knee_flexion")
        if not self.least > 0:
            raise ValueError(f"expected a least excursion above 0 in the driving signal, got {self.least}")


@dataclass(frozen=True)
class Posture:
    """What holds throughout a repetition of the exercise: the median of a quantity lies in [low, high]."""

    quantity: Quantity
    low: float = -INF
    high: float = INF


@dataclass(frozen=True)
class Hold:
    """A posture that is timed instead of counted, for exercises such as the plank.

    It lasts while the quantities of all `conditions` lie in their ranges. An interruption of at most `gap_s` belongs to
    it; a hold shorter than `least_s` is not counted. `quantity` is what plots show. `views` are the camera
    views in which it is seen, the best first. The motion of a hold goes from a posture that is none (at 0) into it (at
    1), stays for `timing.hold_s`, and leaves it again.
    """

    quantity: Quantity
    conditions: tuple[Posture, ...]
    least_s: float = 2.0
    gap_s: float = 1.0
    views: tuple[CameraView, ...] = ("side", "oblique", "front", "back")

    def __post_init__(self) -> None:
        if not self.conditions:
            raise ValueError("expected at least one condition that a hold must meet")
        if self.least_s <= 0 or self.gap_s < 0:
            raise ValueError(f"expected least_s above 0 and gap_s of at least 0, got {self.least_s}, {self.gap_s}")


@dataclass(frozen=True)
class Lift:
    """What an exercise lifts against gravity.

    `joint` rises with the load on the concentric way (falls, where `downwards`: a cable goes over a pulley); None where
    a machine's weight follows no joint. `body` says that the athlete's own body is what is lifted, so that a weight
    is only added to it.
    """

    joint: LiftedJoint | None
    downwards: bool = False
    body: bool = False

    def __post_init__(self) -> None:
        if self.joint is not None and self.joint not in get_args(LiftedJoint):
            raise ValueError(f"expected a lifted joint of {get_args(LiftedJoint)} or None, got {self.joint!r}")


@dataclass(frozen=True)
class Exercise:
    """Everything formcheck knows about one exercise, counted by its `driving` signal or timed as a `hold`.

    `phases` are the two ways of a repetition as people call them; where none are given, down and up in the order that
    `eccentric_first` says. Raises ValueError when its parts contradict each other.
    """

    name: str
    aliases: tuple[str, ...]
    driving: Driving | None = None
    criteria: tuple[Criterion, ...] = ()
    hold: Hold | None = None
    motion: Motion | None = None
    faults: tuple[Fault, ...] = ()
    postures: tuple[Posture, ...] = ()
    eccentric_first: bool = True  # whether the way to the turning point is the lowering
    phases: tuple[str, ...] = ()
    lift: Lift | None = None  # none: a weight means nothing for it
    side_camera_deg: float = 90.0  # where a camera at the side stands best, from the front over the side to the back
    equipment: tuple[str, ...] = ()
    muscles: tuple[str, ...] = ()
    file: str = ""  # the user's own file that it was loaded from; none: it is of the catalogue

    def __post_init__(self) -> None:
        _expect(self.name, self.name, str, "name")
        for part, kind in _PARTS.items():
            values: object = getattr(self, part)
            if not isinstance(values, tuple):
                raise ValueError(f"expected a tuple of {part} in {self.name}, got {type(values).__name__}")
            for value in cast("tuple[object, ...]", values):
                _expect(self.name, value, kind, f"{part} of {kind.__name__}")
        if (self.driving is None) == (self.hold is None):
            raise ValueError(f"expected either a driving signal or a hold in {self.name}")
        if self.lift is not None:
            _expect(self.name, self.lift, Lift, "a Lift")
        ids = [criterion.id for criterion in self.criteria]
        if len(set(ids)) != len(ids):
            raise ValueError(f"expected distinct criterion ids in {self.name}, got {ids}")
        unknown = {name for fault in self.faults for name in (fault.criterion, *fault.also)} - set(ids)
        if unknown:
            raise ValueError(f"expected faults of the criteria {ids} in {self.name}, got {sorted(unknown)}")
        if not self.phases:
            ways = ("down", "up") if self.eccentric_first else ("up", "down")
            object.__setattr__(self, "phases", ("hold",) if self.hold else ways)
        if len(self.phases) != (1 if self.hold else 2):
            raise ValueError(f"expected the names of the two ways of a repetition in {self.name}, got {self.phases}")

    @property
    def title(self) -> str:
        """The name as a heading."""
        return self.name[:1].upper() + self.name[1:]

    @property
    def watched(self) -> Driving | Hold:
        """What finds its repetitions or holds."""
        found = self.driving or self.hold
        assert found is not None
        return found

    @property
    def shown(self) -> Quantity:
        """The quantity that plots show, and in which range of motion and speed are told."""
        return (self.driving.shown if self.driving else None) or self.watched.quantity

    @property
    def working(self) -> Literal["both", "one", "alternating"]:
        """Whether both sides work alike, one side for a whole set, or the sides in turn."""
        if self.motion is not None:
            return self.motion.working
        return "one" if self.driving and self.driving.side_of else "both"


_PARTS = {"aliases": str, "criteria": Criterion, "postures": Posture, "phases": str, "equipment": str, "muscles": str}


def _expect(where: str, value: object, kind: type | tuple[type, ...], what: str) -> None:
    """Python checks no types, and a user's own file deserves better than a crash in the middle of its use."""
    if not isinstance(value, kind):
        raise ValueError(f"expected {what} in {where}, got {repr(value)[:60]}")
