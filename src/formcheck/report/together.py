"""A repetition and the expert's in step: which instants belong together, what differs, and both as they are drawn.

The expert stands where the user stands, as tall as the user: their hips are laid on each other where the repetition
begins (or ends, where only its way back is shown), and the expert's trunk is made as long as the user's. From there on
the expert moves as the expert did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from formcheck.assess.analysis import Comparison, JointDifference, Rep
from formcheck.body.planes import Side
from formcheck.body.track import SIDES, Track
from formcheck.body.view import torso_px
from formcheck.reference import Reference
from formcheck.reference.joints import JOINTS, Joint
from formcheck.report.drawing import Lit
from formcheck.report.faces import Head
from formcheck.report.footage import Footage
from formcheck.report.words import quantity
from formcheck.signals import Floats

MOST_AT_ONCE = 3  # offences of one repetition that are shown; more would be a list, not a picture
AROUND_S = 1.0  # before and after a repetition, for what is read of it
SAME_S = 0.03  # moments closer than this are one
_BY_ID: Mapping[str, Joint] = {joint.id: joint for joint in JOINTS}


@dataclass(frozen=True, eq=False)
class Offence:
    """Something that the expert does otherwise: what to do about it, when, and the two values there."""

    cue: str
    time_s: float
    lit: Lit | None
    theirs: Lit | None
    difference: JointDifference | None
    brief: bool = False

    @property
    def weight(self) -> float:
        """How many thresholds the difference is large."""
        return 1.0 if self.difference is None else abs(self.difference.difference) / self.difference.threshold

    @property
    def said(self) -> tuple[str, str] | None:
        """`you 68°` and `expert 95°`, or the values alone where `brief`; None where none was measured."""
        told = self.difference
        if told is None:
            return None
        yours, theirs = (short(value, told.unit) for value in (told.value, told.reference))
        return (yours, theirs) if self.brief else (f"you {yours}", f"expert {theirs}")


def short(value: float, unit: str) -> str:
    """A value as it stands beside a joint, where what it is a share of is told elsewhere: `124 %`."""
    return quantity(value, "%" if unit.startswith("%") else unit)


def differing(difference: JointDifference, cue: str = "", *, brief: bool = False) -> Offence:
    """What a difference of one joint lights up."""
    return replace(_offence(cue, difference.time_s, None, difference), brief=brief)


def offences(rep: Rep) -> tuple[Offence, ...]:
    """What a repetition's comparison found at fault, the largest first; of two sides of a joint the larger."""
    comparison = rep.comparison
    if comparison is None:
        return ()
    by_name = {_named(each): each for each in comparison.joints}
    found = [
        _offence(finding.cue, finding.time_s, finding.joint, by_name.get(finding.criterion))
        for finding in rep.compared
        if finding.verdict == "fail" and finding.time_s is not None and finding.stream in (comparison.stream, None)
    ]
    joints: dict[str, Offence] = {}
    for each in sorted(found, key=lambda each: -each.weight):
        joints.setdefault(each.cue if each.difference is None else each.difference.joint, each)
    return tuple(joints.values())


def _named(difference: JointDifference) -> str:
    """The criterion of the finding about a joint."""
    return f"expert_{difference.joint}" + ("" if difference.side == "both" else f"_{difference.side}")


def _offence(cue: str, time_s: float, joint: str | None, difference: JointDifference | None) -> Offence:
    if difference is not None:
        joint = _lit_joint(difference) or joint
    if joint is None:
        return Offence(cue, time_s, None, None, difference)
    if difference is None or difference.unit != "deg":
        return Offence(cue, time_s, Lit(joint), Lit(joint), difference)
    known = _BY_ID.get(difference.joint)
    to = known.quantity.joints[1] if known is not None and joint.startswith("shoulder") else ""
    yours, theirs = (Lit(joint, value, to) for value in (difference.value, difference.reference))
    return Offence(cue, time_s, yours, theirs, difference)


def _lit_joint(difference: JointDifference) -> str | None:
    joint = _BY_ID.get(difference.joint)
    if joint is None:
        return None
    first = joint.quantity.joints[0]
    return f"{first}_{difference.side}" if joint.quantity.paired and difference.side != "both" else first


def in_step(comparison: Comparison, turn_s: float, expert_turn_s: float) -> Floats:
    """(N, 2) s: instants of the recording, rising, and the expert's beside them, never falling.

    The steps of a warped course are stairs, on which somebody would jerk along: each instant gets the middle of its
    step, evened out on either way. Both ends and the turning points stay where they are.
    """
    steps = np.array(comparison.steps, dtype=np.float64).reshape(-1, 2)
    steps = steps[np.isfinite(steps).all(axis=1)]
    if not len(steps):
        return np.empty((0, 2))
    ours, which = np.unique(np.round(steps[:, 0], 4), return_inverse=True)
    theirs = np.bincount(which, steps[:, 1]) / np.bincount(which)
    fixed = np.zeros(len(ours), dtype=bool)
    fixed[[0, -1]] = True
    theirs[0], theirs[-1] = steps[:, 1].min(), steps[:, 1].max()
    at = int(np.argmin(np.abs(ours - turn_s)))
    if abs(ours[at] - turn_s) < SAME_S:
        ours[at], theirs[at], fixed[at] = turn_s, expert_turn_s, True
    for _ in range(2):
        evened = np.convolve(np.pad(theirs, 1, mode="edge"), [0.25, 0.5, 0.25], "valid")
        theirs = np.where(fixed, theirs, evened)
    return np.stack([ours, np.maximum.accumulate(theirs)], axis=1)


@dataclass(frozen=True, eq=False)
class Together:
    """A repetition of the recording and the expert's that it is compared with.

    `steps` (N, 2) s as `in_step` gives them; the expert's landmarks times `scale` plus `shift` (2,) lie in the px of
    the user's full frame, in which the trunk of both is `trunk_px` long.
    """

    rep: Rep
    comparison: Comparison
    footage: Footage
    expert: Footage
    steps: Floats
    scale: float
    shift: Floats
    trunk_px: float
    offences: tuple[Offence, ...]
    _tracks: dict[str, Track] = field(default_factory=dict[str, Track], repr=False)

    @classmethod
    def of(cls, rep: Rep, footages: Mapping[str, Footage], references: Mapping[str, Reference]) -> Together | None:
        """None where the repetition is not compared, or its camera or its expert is not at hand."""
        comparison = rep.comparison
        reference = None if comparison is None else references.get(comparison.reference)
        footage = None if comparison is None else footages.get(comparison.stream)
        if comparison is None or reference is None or footage is None or comparison.shown >= len(reference.shown):
            return None
        shown = reference.shown[comparison.shown]
        shown = shown.mirrored if comparison.mirrored else shown
        steps = in_step(comparison, rep.turn_s, shown.span.turn_s)
        if len(steps) < 2 or not len(footage.pose) or not len(shown.pose):
            return None
        expert = Footage("expert", shown.pose, None, head=Head.of(shown.pose))
        placed = _placed(footage, expert, steps[::-1] if comparison.half == "back" else steps)
        if placed is None:
            return None
        return cls(rep, comparison, footage, expert, steps, *placed, offences(rep)[:MOST_AT_ONCE])

    @property
    def first_s(self) -> float:
        """Where what is compared begins, on the recording's clock."""
        return float(self.steps[0, 0])

    @property
    def last_s(self) -> float:
        """Where it ends."""
        return float(self.steps[-1, 0])

    def expert_s(self, time_s: float) -> float:
        """The expert's instant that belongs to one of the recording."""
        return float(np.interp(time_s, self.steps[:, 0], self.steps[:, 1]))

    def yours(self, time_s: float) -> tuple[Floats, Floats]:
        """Landmarks (K, 2) in px of the user's full frame and visibility (K,) at an instant of the recording."""
        return self.footage.joints(time_s)

    def theirs(self, expert_s: float) -> tuple[Floats, Floats]:
        """The expert's landmarks (K, 2), placed where the user stands, and visibility (K,), at an instant of theirs."""
        points, seen = self.expert.joints(expert_s)
        return points * self.scale + self.shift, seen

    def values(self, difference: JointDifference, time_s: float, expert_s: float) -> tuple[float, float]:
        """The joint's value, the user's and the expert's, at any two instants; NaN where not seen."""
        joint = _BY_ID.get(difference.joint)
        if joint is None:
            return float("nan"), float("nan")
        sides: tuple[Side, ...] = SIDES if difference.side == "both" else (difference.side,)
        pairs: list[float] = []
        for name, pose, when in (
            ("yours", self.footage.pose.between(self.first_s - AROUND_S, self.last_s + AROUND_S), time_s),
            ("theirs", self.expert.pose, expert_s),
        ):
            track = self._tracks.setdefault(name, Track(pose))
            every = [_at(track, track.values(joint.quantity, side), when) for side in sides]
            known = [value for value in every if np.isfinite(value)]
            pairs.append(float(np.mean(known)) if known else float("nan"))
        return pairs[0], pairs[1]


def _at(track: Track, values: Floats, when_s: float) -> float:
    known = np.isfinite(values)
    if not known.any() or not len(track.time) or np.abs(track.time[known] - when_s).min() > 0.2:
        return float("nan")
    return float(np.interp(when_s, track.time[known], values[known]))


def _placed(footage: Footage, expert: Footage, steps: Floats) -> tuple[float, Floats, float] | None:
    """What brings the expert to the user's size and place; None where either has no hips or no trunk."""
    first_s, last_s = steps[:, 0].min() - 0.05, steps[:, 0].max() + 0.05
    ours, theirs = torso_px(footage.pose.between(first_s, last_s)), torso_px(expert.pose)
    if not (np.isfinite(ours) and np.isfinite(theirs) and theirs > 0 and ours > 0):
        return None
    scale = ours / theirs
    for our_s, their_s in steps:  # the first instant at which both show their hips
        here, there = _hips(footage, float(our_s)), _hips(expert, float(their_s))
        if np.isfinite(here).all() and np.isfinite(there).all():
            return scale, here - scale * there, ours
    return None


def _hips(footage: Footage, time_s: float) -> Floats:
    points, _ = footage.joints(time_s)
    hips = [points[footage.pose.skeleton.index(name)] for name in ("hip_left", "hip_right")]
    known = [hip for hip in hips if np.isfinite(hip).all()]
    return np.mean(known, axis=0) if known else np.full(2, np.nan)
