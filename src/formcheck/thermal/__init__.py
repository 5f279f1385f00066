"""What thermal frames tell of a person without a picture of them: silhouette, movement, repetitions, warmth."""

from __future__ import annotations

from formcheck.thermal.movement import WarmMovement
from formcheck.thermal.sets import motion_energy, thermal_sets
from formcheck.thermal.silhouette import Silhouettes, silhouettes

__all__ = ["Silhouettes", "WarmMovement", "motion_energy", "silhouettes", "thermal_sets"]
