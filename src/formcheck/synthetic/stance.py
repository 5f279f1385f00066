"""Angles of a body over time, and where its points then are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from formcheck.signals import Floats

SIDES = (("left", 1.0), ("right", -1.0))


@dataclass(frozen=True, eq=False)
class Body:
    """Positions (T, 3) of named points and orientations (T, 3, 3) of named parts; columns left, up, forward."""

    points: Mapping[str, Floats]
    frames: Mapping[str, Floats]


class Angles:
    """What every angle is at every instant: `angles("leg_left", "knee_flexion_deg")` gives (T,)."""

    def __init__(self, values: Mapping[str, Floats]) -> None:
        self._values = values
        self.frames = len(next(iter(values.values())))

    def __call__(self, part: str, name: str) -> Floats:
        return self._values[f"{part}.{name}"]
