"""Inertial sensors on limbs: one clock, gravity apart from motion, repetitions, windows and what is being done."""

from __future__ import annotations

from formcheck.inertial.energy import motion_energy
from formcheck.inertial.even import RATE_HZ, even
from formcheck.inertial.movement import InertialMovement
from formcheck.inertial.orientation import Oriented, orient, without_gravity
from formcheck.inertial.sets import imu_sets
from formcheck.inertial.sides import by_side

__all__ = [
    "RATE_HZ",
    "InertialMovement",
    "Oriented",
    "by_side",
    "even",
    "imu_sets",
    "motion_energy",
    "orient",
    "without_gravity",
]
