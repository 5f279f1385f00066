"""What one frame of a window holds, joint by joint: ours, and the plain inputs of the papers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from formcheck.body import BLAZEPOSE_33, COCO_17, PoseSequence, Skeleton
from formcheck.body.view import yaw_deg
from formcheck.signals import Floats


class Field(Enum):
    """What a channel holds of a joint; the value ends its name."""

    IMAGE_X = "image_x"
    IMAGE_Y = "image_y"
    IMAGE_SEEN = "image_seen"
    WORLD_X = "world_x"
    WORLD_Y = "world_y"
    WORLD_Z = "world_z"
    WORLD_SEEN = "world_seen"


Frames = dict[Field, Floats]

IMAGE = (Field.IMAGE_X, Field.IMAGE_Y)
WORLD = (Field.WORLD_X, Field.WORLD_Y, Field.WORLD_Z)
SIDEWAYS = (Field.IMAGE_X, Field.WORLD_X)  # change their sign in a mirror
SEEN = (Field.IMAGE_SEEN, Field.WORLD_SEEN)


@dataclass(frozen=True)
class Layout:
    """The channels of a window: `fields` of every joint of `skeleton`, the joints one after the other.

    `read` gives the fields (T, K) of a window, NaN where a joint is missing; a window has 0 there, and the `_SEEN`
    fields say so in layouts that have them.
    """

    name: str
    skeleton: Skeleton
    fields: tuple[Field, ...]
    read: Callable[[PoseSequence], Frames]

    @property
    def channels(self) -> tuple[str, ...]:
        """C names such as `knee_left_world_x`."""
        return tuple(f"{joint}_{field.value}" for joint in self.skeleton.joints for field in self.fields)

    @property
    def bones(self) -> tuple[tuple[int, int], ...]:
        """Pairs of joints that a bone joins, by their places in the skeleton."""
        return tuple((self.skeleton.index(a), self.skeleton.index(b)) for a, b in self.skeleton.bones)

    def values(self, pose: PoseSequence) -> NDArray[np.float32]:
        """One window (T, C) of a sequence on any skeleton, whose missing values are 0."""
        read = self.read(pose.on(self.skeleton))
        stacked = np.stack([read[field] for field in self.fields], axis=-1)
        return np.nan_to_num(stacked.reshape(len(pose), -1), posinf=0.0, neginf=0.0).astype(np.float32)

    def where(self, *fields: Field) -> NDArray[np.intp]:
        """The channels that hold one of these fields, in order."""
        chosen = [at for at, field in enumerate(self.fields) if field in fields]
        joints = np.arange(len(self.skeleton))[:, None] * len(self.fields)
        return np.asarray(joints + np.array(chosen, dtype=np.intp), dtype=np.intp).ravel()

    def mirror(self) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """(C,) channels and (C,) signs: `window[:, channels] * signs` is the same person in a mirror."""
        joints = self.skeleton.mirrored_order()[:, None] * len(self.fields)
        signs = [-1.0 if field in SIDEWAYS else 1.0 for field in self.fields]
        order = (joints + np.arange(len(self.fields))).ravel()
        return np.asarray(order, dtype=np.intp), np.tile(np.array(signs, dtype=np.float32), len(self.skeleton))


def _both(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{side}" for name in names for side in ("left", "right"))


# What moves in an exercise; the feet are missing in COCO-17. No hands: MediaPipe shows them with the thumb up whichever
# way they are turned (80 to 95 degrees about the forearm on real and rendered curls and hammer curls alike).
BODY_17 = Skeleton(
    "body-17",
    ("nose", *_both("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")),
    (
        *(("nose", "shoulder_left"), ("nose", "shoulder_right")),
        *(("shoulder_left", "shoulder_right"), ("hip_left", "hip_right")),
        *(
            (f"{a}_{side}", f"{b}_{side}")
            for a, b in (
                *(("shoulder", "elbow"), ("elbow", "wrist"), ("shoulder", "hip"), ("hip", "knee")),
                *(("knee", "ankle"), ("ankle", "heel"), ("ankle", "foot_index")),
            )
            for side in ("left", "right")
        ),
    ),
)

# The same with the ears, by which criteria tell where somebody looks and how long the back is.
BODY_19 = Skeleton("body-19", (*BODY_17.joints, *_both("ear")), BODY_17.bones)

# Lengths of body segments over that of the trunk from hip to shoulder (0.288 of the stature): Drillis & Contini 1966,
# as in Winter, Biomechanics and Motor Control of Human Movement.
_OVER_TRUNK = {
    ("shoulder", "hip"): 1.0,
    ("hip", "knee"): 0.245 / 0.288,
    ("knee", "ankle"): 0.246 / 0.288,
    ("shoulder", "elbow"): 0.186 / 0.288,
    ("elbow", "wrist"): 0.146 / 0.288,
}
_LONGEST = 90.0  # percentile over time: a limb that points at the camera looks short
_LARGEST = 3  # segments whose median says how large the body is: a single one may be a wrong guess


def trunk_length(joints: Callable[[str], Floats]) -> float:
    """How long the trunk is or would look unforeshortened, in the unit of `joints`, which gives (T, D) by name.

    Read from the segments that look longest for their anthropometric share, since somebody who lies with the feet
    towards the camera has next to no trunk in the picture. NaN where nothing is seen.
    """
    pairs = [
        (f"{a}_{side}", f"{b}_{side}", share) for (a, b), share in _OVER_TRUNK.items() for side in ("left", "right")
    ]
    apart = np.stack([np.linalg.norm(joints(a) - joints(b), axis=1) / share for a, b, share in pairs])
    apart = apart[np.isfinite(apart).any(axis=1)]
    if not apart.size:
        return float("nan")
    longest = (np.percentile if np.isfinite(apart).all() else np.nanpercentile)(apart, _LONGEST, axis=1)
    return float(np.median(np.sort(longest)[-_LARGEST:]))


def _of_the_body(pose: PoseSequence) -> Frames:
    """Ours. In the picture: from the middle of the hips over the window, in trunk lengths, so that going up and down
    is kept. In space: from the hips of each frame, in trunk lengths, turned until the body faces the camera on the
    whole. What is not there (no depth, no feet in COCO-17) is missing, and so is what lies outside the picture, which
    estimators make up.
    """
    hips = (pose.pixels("hip_left") + pose.pixels("hip_right")) / 2
    centre = np.median(hips[np.isfinite(hips).all(axis=1)], axis=0) if np.isfinite(hips).any() else np.full(2, np.nan)
    pictured = (pose.image - centre) / max(trunk_length(pose.pixels), 1e-6)
    in_space = np.full((*pose.image.shape[:2], 3), np.nan)
    if pose.world is not None and np.isfinite(pose.world).any():
        middle = (pose.metres("hip_left") + pose.metres("hip_right")) / 2
        away = (pose.world - middle[:, None]) / max(trunk_length(pose.metres), 1e-6)
        in_space = _facing(away, yaw_deg(pose))
    outside = ~((pose.image >= 0) & (pose.image < pose.frame_size)).all(axis=2) & np.isfinite(pose.image).all(axis=2)
    pictured[outside], in_space[outside] = np.nan, np.nan
    fields: Frames = dict(zip(IMAGE + WORLD, [*np.moveaxis(pictured, 2, 0), *np.moveaxis(in_space, 2, 0)], strict=True))
    seen = np.isfinite(pictured).all(axis=2)
    fields[Field.IMAGE_SEEN] = pose.visibility * seen
    fields[Field.WORLD_SEEN] = np.asarray(np.isfinite(in_space).all(axis=2), dtype=np.float64)
    return fields


def _facing(away: Floats, yaws_deg: Floats) -> Floats:
    """Points (T, K, 3) turned about the vertical by the yaw (T,) that the body has on the whole."""
    yaws = np.radians(yaws_deg[np.isfinite(yaws_deg)])
    if not len(yaws):
        return away
    yaw = np.arctan2(np.median(np.sin(yaws)), np.median(np.cos(yaws)))
    x, y, z = np.moveaxis(away, 2, 0)
    return np.stack([x * np.cos(yaw) - z * np.sin(yaw), y, x * np.sin(yaw) + z * np.cos(yaw)], axis=2)


def _in_metres(pose: PoseSequence) -> Frames:
    world = np.full((*pose.image.shape[:2], 3), np.nan) if pose.world is None else pose.world
    return dict(zip(WORLD, np.moveaxis(world, 2, 0), strict=True))


def _in_the_picture(pose: PoseSequence) -> Frames:
    """From the middle of the picture, in its width and height."""
    share = pose.image / np.array(pose.frame_size) - 0.5
    seen = np.where(np.isfinite(share).all(axis=2), pose.visibility, 0.0)
    return {Field.IMAGE_X: share[..., 0], Field.IMAGE_Y: share[..., 1], Field.IMAGE_SEEN: seen}


BODY = Layout(
    "body-17",
    BODY_17,
    (*IMAGE, Field.IMAGE_SEEN, *WORLD, Field.WORLD_SEEN),
    _of_the_body,
)
"""Ours: the same whatever the camera's distance, the person's size and, where there is depth, the yaw."""

WITH_EARS = Layout(
    "body-19",
    BODY_19,
    (*IMAGE, Field.IMAGE_SEEN, *WORLD, Field.WORLD_SEEN),
    _of_the_body,
)
"""Ours for criteria: the same with the ears."""

LANDMARKS_99 = Layout("landmarks-99", BLAZEPOSE_33, WORLD, _in_metres)
"""EJUST-GYM-3: 33 landmarks x (x, y, z). The paper leaves their unit open; ours are the world landmarks in metres."""

COCO_PICTURE = Layout("coco-picture", COCO_17, (*IMAGE, Field.IMAGE_SEEN), _in_the_picture)
"""GymbrAIn: YOLO-pose key points as shares of the picture (from its middle, so that a mirror is a sign), confidence."""

SPACE_51 = Layout("space-51", COCO_17, WORLD, _in_metres)
"""22 gym gestures: 3D joints flattened to 3N. The paper leaves N open; ours is the 17 joints of COCO, in metres."""

LAYOUTS = (BODY, WITH_EARS, LANDMARKS_99, COCO_PICTURE, SPACE_51)


def find_layout(name: str) -> Layout:
    """The layout of a name, as model folders have it; raises ValueError naming the known ones."""
    for layout in LAYOUTS:
        if layout.name == name:
            return layout
    raise ValueError(f"expected a layout, one of {', '.join(each.name for each in LAYOUTS)}, got {name!r}")
