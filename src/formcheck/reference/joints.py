"""Which joints are compared with an expert's, in which views, and how a difference is said to a person.

A joint is compared by an angle that hardly depends on how long somebody's limbs are: what is left of the difference
between two bodies is how they are held. The back has no joint that estimators report; the line from hip to ear gets
shorter when it rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.body import PoseSequence, quantities
from formcheck.body.planes import Side, forward_up
from formcheck.body.track import Quantity
from formcheck.exercises.vocabulary import CameraView, Exercise
from formcheck.signals import Floats

EVERYWHERE: tuple[CameraView, ...] = ("side", "oblique", "front", "back")
SAGITTAL: tuple[CameraView, ...] = ("side", "oblique")
FRONTAL: tuple[CameraView, ...] = ("front", "back")
BEST_VIEWS = 2  # of those in which something can be judged: from the others, real people's depth is guessed too roughly


def _foot_pitch(pose: PoseSequence, side: Side) -> Floats:
    heel = forward_up(pose, f"heel_{side}", f"foot_index_{side}")
    return np.degrees(np.arctan2(heel[:, 1], -heel[:, 0]))


def _twist(pose: PoseSequence, _: Side) -> Floats:
    shoulders, hips = (pose.metres(f"{joint}_left") - pose.metres(f"{joint}_right") for joint in ("shoulder", "hip"))
    turned = np.arctan2(-shoulders[:, 2], shoulders[:, 0]) - np.arctan2(-hips[:, 2], hips[:, 0])
    return (np.degrees(turned) + 180.0) % 360.0 - 180.0


foot_pitch = Quantity("heel above the toes", "deg", ("heel", "foot_index"), _foot_pitch)
shoulder_twist = Quantity("shoulders turned over the hips", "deg", ("shoulder", "hip"), _twist, paired=False)


@dataclass(frozen=True)
class Joint:
    """One joint that is compared: what is read, the views in which it can be, and what to say.

    `lit` are the landmarks by which an exercise's own criteria speak of this joint. `more` is what to do when the angle
    is larger than the expert's, `less` when it is smaller; `{which}` stands for the side and its joint, `{much}` for by
    how much. An empty sentence: that is no fault. `turns` says that the quantity changes its sign in a mirror.
    """

    id: str
    title: str
    quantity: Quantity
    views: tuple[CameraView, ...]
    lit: tuple[str, ...]
    more: str
    less: str
    turns: bool = False
    most: float = 180.0  # no two bodies that do the same differ by more: beyond, a landmark is lost


JOINTS: tuple[Joint, ...] = (
    Joint(
        "knee", "knee", quantities.knee_flexion, EVERYWHERE, ("knee",),
        "Straighten {which} {much} more", "Bend {which} {much} more",
    ),
    Joint(
        "hip", "hip", quantities.hip_flexion, EVERYWHERE, ("hip",),
        "Open {which} {much} more", "Bend {much} more at {which}",
    ),
    Joint(
        "elbow", "elbow", quantities.elbow_flexion, EVERYWHERE, ("elbow",),
        "Straighten {which} {much} more", "Bend {which} {much} more",
    ),
    Joint(
        "shoulder", "upper arm", quantities.arm_elevation, EVERYWHERE, ("shoulder", "wrist"),
        "Bring {which} {much} nearer to your side", "Take {which} {much} further from your side",
    ),
    Joint(
        "trunk", "trunk", quantities.trunk_lean, SAGITTAL, ("hip", "shoulder"),
        "Lean {much} less far forward", "Lean {much} further forward",
    ),
    Joint(
        "neck", "head", quantities.neck_bend, EVERYWHERE, ("ear",),
        "Hold your head {much} more in line with your back", "Bend your neck {much} more", most=70.0,
    ),
    Joint(
        "foot", "heel", foot_pitch, SAGITTAL, ("heel",),
        "Lower {which} by {much}", "Raise {which} by {much}", most=60.0,
    ),
    Joint(
        "toes", "foot", quantities.toe_out, FRONTAL, ("foot_index",),
        "Turn {which} {much} further in", "Turn {which} {much} further out",
    ),
    Joint(
        "twist", "shoulders", shoulder_twist, EVERYWHERE, ("shoulder", "elbow"),
        "Turn your shoulders {much} further to the right", "Turn your shoulders {much} further to the left", turns=True,
    ),
    Joint(
        "back", "back", quantities.back_length, SAGITTAL, ("hip",),
        "", "Make your back long and flat: from hip to head it is {much} shorter", most=40.0,
    ),
)  # fmt: skip


def of_exercise(exercise: Exercise, view: CameraView) -> frozenset[str]:
    """The joints that an exercise is about, and that a view shows well.

    Those that drive it, and those that its criteria look at, where the view is among the two that show them best.
    """
    watched = exercise.watched
    spoken = [(criterion.measure.quantity, criterion.views) for criterion in exercise.criteria]
    spoken += [(watched.quantity, watched.views), (exercise.shown, watched.views)]
    lit = {quantity.joints[0] for quantity, views in spoken if view in views[:BEST_VIEWS]}
    return frozenset(joint.id for joint in JOINTS if lit & set(joint.lit))


def sentence(joint: Joint, sides: tuple[Side, ...], difference: float, when: str) -> str:
    """What to do about a difference (user less expert) on one side or both; empty where it is no fault."""
    words = joint.more if difference > 0 else joint.less
    if not words:
        return ""
    which = f"your {sides[0]} {joint.title}" if len(sides) == 1 else f"both {_plural(joint.title)}"
    if joint.quantity.unit == "deg":
        much = f"{max(5, round(abs(difference) / 5) * 5)} degrees"
    else:
        much = f"{abs(difference):.0f} %"
    return f"{words.format(which=which, much=much)} {when}."


def _plural(title: str) -> str:
    return {"foot": "feet"}.get(title, f"{title}s")
