"""What a camera's lens does to pictures: found from a printed board, and taken out of them again."""

from __future__ import annotations

from formcheck.calibration.board import Board, BoardError, Charuco, Checkerboard, Sight
from formcheck.calibration.lens import CalibrationError, Intrinsics, read_intrinsics, write_intrinsics
from formcheck.calibration.zhang import Calibration, calibrate, sights_of

__all__ = [
    "Board",
    "BoardError",
    "Calibration",
    "CalibrationError",
    "Charuco",
    "Checkerboard",
    "Intrinsics",
    "Sight",
    "calibrate",
    "read_intrinsics",
    "sights_of",
    "write_intrinsics",
]
