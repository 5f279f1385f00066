"""What thermal frames tell of a person without a picture of them: silhouette, movement, repetitions, warmth."""

from __future__ import annotations

from formcheck.thermal.energy import EnergyImage, energy_image
from formcheck.thermal.movement import WarmMovement
from formcheck.thermal.sets import motion_energy, thermal_sets
from formcheck.thermal.silhouette import Silhouettes, silhouettes
from formcheck.thermal.warmth import INDICATION, RegionWarmth, warmth_by_region

__all__ = [
    "INDICATION",
    "EnergyImage",
    "RegionWarmth",
    "Silhouettes",
    "WarmMovement",
    "energy_image",
    "motion_energy",
    "silhouettes",
    "thermal_sets",
    "warmth_by_region",
]
