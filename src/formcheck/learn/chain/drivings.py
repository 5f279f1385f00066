"""What drives the repetitions of the exercises that a chain can hold: how high some joints are over others.

A counter on a device has no room for `formcheck.body`; these need landmarks alone, from every side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from formcheck.body import BLAZEPOSE_33


@dataclass(frozen=True)
class Height:
    """Joints `up` over joints `down`, in trunk lengths; either way where `apart`. `least` is of a repetition."""

    up: tuple[str, ...]
    down: tuple[str, ...]
    least: float
    apart: bool = False

    def told(self) -> dict[str, Any]:
        """As chain.json has it: joints by their index."""
        up, down = ([BLAZEPOSE_33.index(joint) for joint in each] for each in (self.up, self.down))
        return {"up": up, "down": down, "least": self.least, "apart": self.apart}


def _pair(joint: str) -> tuple[str, str]:
    return f"{joint}_left", f"{joint}_right"


_KNEES = Height(("knee_left",), ("knee_right",), least=0.15, apart=True)

DRIVINGS = {
    "jumping jack": Height(_pair("wrist"), _pair("shoulder"), least=0.6),
    "sit-up": Height(_pair("shoulder"), _pair("hip"), least=0.3),
    "steam engine": _KNEES,
    "high knees": _KNEES,
}
"""By exercise. The least excursions are those of the catalogue, in trunk lengths: 50 degrees of the arms, 20 of the
trunk from the floor, and 0.15 between the knees."""
