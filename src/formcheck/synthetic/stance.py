"""Angles of a body over time, and where its points then are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.motion import Arm, Leg, Trunk
from formcheck.signals import Floats

SIDES = (("left", 1.0), ("right", -1.0))


@dataclass(frozen=True, eq=False)
class Body:
    """Positions (T, 3) of named points and orientations (T, 3, 3) of named parts; columns left, up, forward."""

    points: Mapping[str, Floats]
    frames: Mapping[str, Floats]


def joined(first: Body, second: Body, here: NDArray[np.bool_]) -> Body:
    """One body of (T,) instants from one at those that are `here` and one at the others."""

    def both(ones: Mapping[str, Floats], others: Mapping[str, Floats]) -> dict[str, Floats]:
        out: dict[str, Floats] = {}
        for name, values in others.items():
            out[name] = np.empty((len(here), *values.shape[1:]))
            out[name][here], out[name][~here] = ones[name], values
        return out

    return Body(both(first.points, second.points), both(first.frames, second.frames))


class Angles:
    """What every angle is at every instant: `angles("leg_left", "knee_flexion_deg")` gives (T,)."""

    def __init__(self, values: Mapping[str, Floats]) -> None:
        self._values = values
        self.frames = len(next(iter(values.values())))

    @staticmethod
    def resting(frames: int, given: Mapping[str, Floats]) -> Angles:
        """Those given by name, as `arm_left.elbow_flexion_deg`, and zero for every other of trunk, legs and arms."""
        zero = np.zeros(frames)
        values = {f"trunk.{field.name}": zero for field in fields(Trunk)} | {"trunk.sign": np.ones(frames)}
        for side, _ in SIDES:
            values |= {f"leg_{side}.{field.name}": zero for field in fields(Leg)}
            values |= {f"arm_{side}.{field.name}": zero for field in fields(Arm)}
        return Angles(values | dict(given))

    def towards(self, other: Angles, share: Floats, only: str = "") -> Angles:
        """These angles moved by a share (T,) of the way to others (of as many instants, or of one).

        `only` limits it to parts that begin so.
        """
        moved = {name: own + share * (other._values[name] - own) for name, own in self._values.items()}
        return Angles({name: moved[name] if name.startswith(only) else own for name, own in self._values.items()})

    def __call__(self, part: str, name: str) -> Floats:
        return self._values[f"{part}.{name}"]
