"""One person over time, as a pose estimator saw them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from formcheck.body.skeleton import Skeleton
from formcheck.signals import Floats, checked_time

View = Literal["front", "side-left", "side-right", "back", "oblique", "unknown", "both"]
"""Where the camera stands; side-left: the person's own left side faces it; both: two cameras made one (`fusion`)."""


@dataclass(frozen=True, eq=False)
class PoseSequence:
    """Landmarks of one person over time; the arrays never travel without their skeleton and clock.

    `time` (T,) s, strictly increasing; `image` (T, K, 2) px, x right, y down; `world` (T, K, 3) m, origin mid-hip,
    x right, y down, z away from the camera, or None where there is only 2D; `visibility` (T, K) 0..1;
    `frame_size` (width, height) px. Missing is NaN (visibility 0). Raises ValueError when the parts do not fit.
    """

    time: Floats
    image: Floats
    world: Floats | None
    visibility: Floats
    skeleton: Skeleton
    frame_size: tuple[int, int]
    view: View = "unknown"

    def __post_init__(self) -> None:
        time = checked_time(self.time)
        frames, joints = len(time), len(self.skeleton)
        _hold(self, "image", self.image, (frames, joints, 2))
        if self.world is not None:
            _hold(self, "world", self.world, (frames, joints, 3))
        _hold(self, "visibility", np.nan_to_num(np.asarray(self.visibility, dtype=np.float64)), (frames, joints))
        if self.view not in get_args(View):
            raise ValueError(f"expected a view of {get_args(View)}, got {self.view!r}")
        width, height = (int(side) for side in self.frame_size)
        if width <= 0 or height <= 0:
            raise ValueError(f"expected a frame size (width, height) in pixels, got {self.frame_size}")
        object.__setattr__(self, "frame_size", (width, height))
        object.__setattr__(self, "time", time)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def found(self) -> NDArray[np.bool_]:
        """(T,) whether the estimator found the person in a frame."""
        return np.asarray(np.isfinite(self.image).any(axis=(1, 2)))

    def pixels(self, joint: str) -> Floats:
        """Image position of a joint, (T, 2) px; all NaN where the skeleton lacks it."""
        if joint not in self.skeleton:
            return np.full((len(self), 2), np.nan)
        return self.image[:, self.skeleton.index(joint)]

    def metres(self, joint: str) -> Floats:
        """World position of a joint, (T, 3) m; all NaN where the skeleton lacks it or there is only 2D."""
        if self.world is None or joint not in self.skeleton:
            return np.full((len(self), 3), np.nan)
        return self.world[:, self.skeleton.index(joint)]

    def seen(self, joint: str) -> Floats:
        """Visibility of a joint, (T,); zero where the skeleton lacks it."""
        if joint not in self.skeleton:
            return np.zeros(len(self))
        return self.visibility[:, self.skeleton.index(joint)]

    def between(self, start_s: float, end_s: float) -> PoseSequence:
        """The frames with start_s <= time < end_s."""
        return self.rows((self.time >= start_s) & (self.time < end_s))

    def rows(self, chosen: NDArray[np.bool_] | slice) -> PoseSequence:
        """The frames that a mask (T,) or a slice chooses."""
        return replace(
            self,
            time=self.time[chosen],
            image=self.image[chosen],
            world=None if self.world is None else self.world[chosen],
            visibility=self.visibility[chosen],
        )

    def shifted(self, offset_s: float) -> PoseSequence:
        """The same frames on a clock that reads `offset_s` more."""
        return replace(self, time=self.time + offset_s)

    def mirrored(self) -> PoseSequence:
        """The same person in a mirror: left joints become right ones and x runs the other way."""
        order = self.skeleton.mirrored_order()
        image = self.image[:, order] * [-1.0, 1.0] + [self.frame_size[0] - 1.0, 0.0]
        world = None if self.world is None else self.world[:, order] * [-1.0, 1.0, 1.0]
        other: dict[View, View] = {"side-left": "side-right", "side-right": "side-left"}
        view = other.get(self.view, self.view)
        return replace(self, image=image, world=world, visibility=self.visibility[:, order], view=view)

    def on(self, skeleton: Skeleton) -> PoseSequence:
        """The same frames on another skeleton, matched by joint name; joints it lacks are NaN, visibility 0."""
        return replace(
            self,
            image=np.stack([self.pixels(joint) for joint in skeleton.joints], axis=1),
            world=None if self.world is None else np.stack([self.metres(joint) for joint in skeleton.joints], axis=1),
            visibility=np.stack([self.seen(joint) for joint in skeleton.joints], axis=1),
            skeleton=skeleton,
        )


def _hold(sequence: PoseSequence, name: str, array: Floats, shape: tuple[int, ...]) -> None:
    values = np.array(array, dtype=np.float64)
    if values.shape != shape:
        raise ValueError(
            f"expected {name} of shape {shape} for {shape[0]} frames of skeleton {sequence.skeleton.name}, "
            f"got {values.shape}"
        )
    values[~np.isfinite(values)] = np.nan
    values.setflags(write=False)
    object.__setattr__(sequence, name, values)
