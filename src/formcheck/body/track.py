"""A quantity over the time of one camera stream, left and right apart, computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from formcheck.body.planes import Side, near_side
from formcheck.body.pose import PoseSequence
from formcheck.signals import Floats, fill_gaps, smooth

SIDES: tuple[Side, Side] = ("left", "right")
SEEN = 0.4  # a hidden joint has a tenth or two; MediaPipe draws from 0.5, which loses the back foot of a lunge
CUTOFF_HZ = 5.0  # Winter, Biomechanics and Motor Control of Human Movement, ch. 2: 4-6 Hz keeps human movement


@dataclass(frozen=True)
class Quantity:
    """Something measurable at every instant.

    `joints` are the landmarks it needs, without their side where `paired`; the first one is lit in pictures.
    `read(pose, side)` gives (T,) in `unit`; an unpaired quantity gets either side and ignores it. `height` says that
    it is one: any camera that stands upright shows it without depth.
    """

    name: str
    unit: str
    joints: tuple[str, ...]
    read: Callable[[PoseSequence, Side], Floats] = field(repr=False)
    paired: bool = True
    height: bool = False

    def needed(self, sides: tuple[Side, ...]) -> tuple[str, ...]:
        """The full names of the landmarks it needs on some sides."""
        return tuple(f"{joint}_{side}" for joint in self.joints for side in sides)


@dataclass
class Track:
    """Every quantity of one camera stream, computed when it is asked for and kept.

    The values are bridged over gaps of at most 0.3 s and low-passed without phase shift. A side view is given its near
    limbs only to judge: the far ones are hidden, and the estimator guesses them.
    """

    pose: PoseSequence
    cutoff_hz: float = CUTOFF_HZ
    _kept: dict[tuple[str, str, Side], Floats] = field(default_factory=dict[tuple[str, str, Side], Floats], repr=False)

    @property
    def time(self) -> Floats:
        """(T,) seconds."""
        return self.pose.time

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides of the body that this camera can judge."""
        near = near_side(self.pose)
        return SIDES if near is None else (near,)

    def values(self, quantity: Quantity, side: Side) -> Floats:
        """A quantity over time, (T,)."""
        return self._keep("values", quantity, side, self._values)

    def mean(self, quantity: Quantity) -> Floats:
        """A quantity over time, (T,): its two sides weighted by how well their joints are seen."""
        return self._keep("mean", quantity, SIDES[0], self._mean)

    def seen(self, quantity: Quantity, side: Side) -> Floats:
        """(T,) visibility of the least visible joint that a quantity needs.

        An unpaired quantity needs the sides that the camera can judge: the middle of two hips hardly depends on the
        hidden one.
        """
        return self._keep("seen", quantity, side, self._seen)

    def inside(self, quantity: Quantity, side: Side) -> Floats:
        """(T,) 1 where every joint that a quantity needs lies in the picture, else 0."""
        return self._keep("inside", quantity, side, self._inside)

    def _keep(self, what: str, quantity: Quantity, side: Side, compute: Callable[[Quantity, Side], Floats]) -> Floats:
        key = (what, quantity.name, side if quantity.paired else SIDES[0])
        if key not in self._kept:
            self._kept[key] = compute(quantity, side)
        return self._kept[key]

    def _values(self, quantity: Quantity, side: Side) -> Floats:
        raw = quantity.read(self.pose, side)
        return smooth(self.time, fill_gaps(self.time, raw), self.cutoff_hz)

    def _mean(self, quantity: Quantity, _: Side) -> Floats:
        if not quantity.paired:
            return self.values(quantity, SIDES[0])
        values = np.stack([self.values(quantity, side) for side in SIDES])
        weight = np.stack([self.seen(quantity, side) ** 2 + 1e-3 for side in SIDES])
        weight = np.where(np.isfinite(values), weight, 0.0)
        total = weight.sum(axis=0)
        mean = (np.nan_to_num(values) * weight).sum(axis=0) / np.where(total > 0, total, np.nan)
        return smooth(self.time, mean, self.cutoff_hz)

    def _seen(self, quantity: Quantity, side: Side) -> Floats:
        return np.min([self.pose.seen(joint) for joint in self._needed(quantity, side)], axis=0)

    def _inside(self, quantity: Quantity, side: Side) -> Floats:
        width, height = self.pose.frame_size
        ok = np.ones(len(self.pose))
        for joint in self._needed(quantity, side):
            px = self.pose.pixels(joint)
            ok *= (px[:, 0] >= 0) & (px[:, 0] <= width) & (px[:, 1] >= 0) & (px[:, 1] <= height)
        return ok

    def _needed(self, quantity: Quantity, side: Side) -> tuple[str, ...]:
        return quantity.needed((side,) if quantity.paired else self.sides)
