"""Joint names, bones and left/right pairs of the skeletons that pose estimators and data sets use."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Skeleton:
    """A named set of joints, in the order in which an array holds them.

    `joints` K names (`knee_left`: left and right are the person's own); `bones` pairs of names to draw.
    """

    name: str
    joints: tuple[str, ...]
    bones: tuple[tuple[str, str], ...]
    _index: dict[str, int] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        if len(set(self.joints)) != len(self.joints):
            raise ValueError(f"expected distinct joint names in skeleton {self.name}, got {self.joints}")
        unknown = {joint for bone in self.bones for joint in bone} - set(self.joints)
        if unknown:
            raise ValueError(f"expected bones between joints of skeleton {self.name}, got {sorted(unknown)}")
        object.__setattr__(self, "_index", {joint: at for at, joint in enumerate(self.joints)})

    def __len__(self) -> int:
        return len(self.joints)

    def __contains__(self, joint: str) -> bool:
        return joint in self._index

    def index(self, joint: str) -> int:
        """Where a joint stands in the arrays; raises KeyError naming the skeleton's joints."""
        if joint not in self._index:
            raise KeyError(f"expected a joint of skeleton {self.name} {self.joints}, got {joint!r}")
        return self._index[joint]

    def mirrored_order(self) -> NDArray[np.intp]:
        """(K,) indices that swap every left joint with its right one."""
        return np.array([self._index[_other_side(joint)] for joint in self.joints])


def _other_side(joint: str) -> str:
    if joint.endswith("_left"):
        return joint.removesuffix("_left") + "_right"
    return joint.removesuffix("_right") + "_left" if joint.endswith("_right") else joint


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{side}" for name in names for side in ("left", "right"))


def _both_bones(*bones: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((f"{a}_{side}", f"{b}_{side}") for a, b in bones for side in ("left", "right"))


_LIMBS = _both_bones(("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), ("hip", "knee"), ("knee", "ankle"))
_FEET = _both_bones(("ankle", "heel"), ("heel", "foot_index"), ("ankle", "foot_index"))
_GIRDLES = (("shoulder_left", "shoulder_right"), ("hip_left", "hip_right"))

# Google, "Pose landmark detection guide": the 33 landmarks of BlazePose in MediaPipe's order.
BLAZEPOSE_33 = Skeleton(
    "blazepose-33",
    (
        "nose",
        *("eye_inner_left", "eye_left", "eye_outer_left", "eye_inner_right", "eye_right", "eye_outer_right"),
        *_both("ear", "mouth", "shoulder", "elbow", "wrist", "pinky", "index", "thumb"),
        *_both("hip", "knee", "ankle", "heel", "foot_index"),
    ),
    (
        *_LIMBS,
        *_GIRDLES,
        *_FEET,
        *_both_bones(("wrist", "index")),
        *(("ear_left", "nose"), ("ear_right", "nose")),
    ),
)

# Lin et al., "Microsoft COCO", key point order.
COCO_17 = Skeleton(
    "coco-17",
    ("nose", *_both("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")),
    _LIMBS + _GIRDLES + (("ear_left", "nose"), ("ear_right", "nose")),
)

# Fang et al., "AlphaPose", TPAMI 2023: the 26 body key points of Halpe, in the order of MMPose.
HALPE_26 = Skeleton(
    "halpe-26",
    (
        *COCO_17.joints,
        *("head_top", "neck", "hip_center"),
        *_both("foot_index", "small_toe", "heel"),
    ),
    COCO_17.bones + _FEET,
)

# Jin et al., "COCO-WholeBody", ECCV 2020: of its 133 key points the body, the feet, and those of hands and mouth that
# BlazePose has as well.
COCO_WHOLE_31 = Skeleton(
    "coco-whole-31",
    (*COCO_17.joints, *_both("foot_index", "small_toe", "heel", "mouth", "pinky", "index", "thumb")),
    COCO_17.bones + _FEET + _both_bones(("wrist", "index")),
)

# Ionescu et al., "Human3.6M", the 17 joints used for evaluation.
H36M_17 = Skeleton(
    "h36m-17",
    (
        *("hip_center", "hip_right", "knee_right", "ankle_right", "hip_left", "knee_left", "ankle_left"),
        *("spine", "thorax", "nose", "head_top"),
        *("shoulder_left", "elbow_left", "wrist_left", "shoulder_right", "elbow_right", "wrist_right"),
    ),
    _LIMBS + (("hip_center", "spine"), ("spine", "thorax"), ("thorax", "nose"), ("nose", "head_top")),
)

# Cao et al., "OpenPose", the 18-joint COCO output.
OPENPOSE_18 = Skeleton(
    "openpose-18",
    (
        *("nose", "neck", "shoulder_right", "elbow_right", "wrist_right", "shoulder_left", "elbow_left", "wrist_left"),
        *("hip_right", "knee_right", "ankle_right", "hip_left", "knee_left", "ankle_left"),
        *("eye_right", "eye_left", "ear_right", "ear_left"),
    ),
    _LIMBS + _GIRDLES + (("neck", "nose"),),
)

# Microsoft, "Kinect for Windows SDK 2.0", JointType order.
KINECT_25 = Skeleton(
    "kinect-25",
    (
        *("spine_base", "spine_mid", "neck", "head"),
        *("shoulder_left", "elbow_left", "wrist_left", "hand_left"),
        *("shoulder_right", "elbow_right", "wrist_right", "hand_right"),
        *("hip_left", "knee_left", "ankle_left", "foot_index_left"),
        *("hip_right", "knee_right", "ankle_right", "foot_index_right"),
        *("spine_shoulder", "hand_tip_left", "thumb_left", "hand_tip_right", "thumb_right"),
    ),
    _LIMBS
    + _both_bones(("wrist", "hand"), ("ankle", "foot_index"))
    + (("spine_base", "spine_mid"), ("spine_mid", "spine_shoulder"), ("spine_shoulder", "neck"), ("neck", "head")),
)

# Vakanski et al., "UI-PRMD", Data 2018: the 22 joints of its Kinect files.
UI_PRMD_22 = Skeleton(
    "ui-prmd-22",
    (
        *("waist", "spine", "chest", "neck", "head", "head_top"),
        *("collar_left", "shoulder_left", "elbow_left", "wrist_left"),
        *("collar_right", "shoulder_right", "elbow_right", "wrist_right"),
        *("hip_left", "knee_left", "ankle_left", "foot_index_left"),
        *("hip_right", "knee_right", "ankle_right", "foot_index_right"),
    ),
    _LIMBS
    + _both_bones(("ankle", "foot_index"))
    + (("waist", "spine"), ("spine", "chest"), ("chest", "neck"), ("neck", "head"), ("head", "head_top")),
)

SKELETONS = (BLAZEPOSE_33, COCO_17, HALPE_26, COCO_WHOLE_31, H36M_17, OPENPOSE_18, KINECT_25, UI_PRMD_22)
