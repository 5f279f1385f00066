"""A camera's inside: focal lengths, principal point and what its lens bends; read, written, taken out of pictures."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats

SCHEMA = 1
EXACT = (3, 100, 1e-9)  # rounds and change at which OpenCV stops: its five leave wide lenses a tenth of a pixel off


class CalibrationError(ValueError):
    """A calibration that cannot be made, or a file that does not hold one."""


@dataclass(frozen=True, eq=False)
class Intrinsics:
    """A camera and its lens for frames of one shape.

    `matrix` (3, 3) px: focal lengths and principal point; `distortion` k1, k2, p1, p2, k3 (Brown 1966; OpenCV
    `calib3d`); `frame_size` (width, height) px. Raises CalibrationError when these are not a camera.
    """

    matrix: Floats
    distortion: tuple[float, float, float, float, float]
    frame_size: tuple[int, int]

    def __post_init__(self) -> None:
        matrix = np.array(self.matrix, dtype=np.float64)
        if matrix.shape != (3, 3) or not np.isfinite(matrix).all() or matrix[0, 0] <= 0 or matrix[1, 1] <= 0:
            raise CalibrationError(f"expected a camera matrix with focal lengths above 0, got {matrix.tolist()}")
        if len(self.distortion) != 5 or not np.isfinite(self.distortion).all():
            raise CalibrationError(f"expected five numbers of distortion k1, k2, p1, p2, k3, got {self.distortion}")
        matrix.setflags(write=False)
        object.__setattr__(self, "matrix", matrix)

    @property
    def focal_px(self) -> float:
        """The mean of the two focal lengths."""
        return float(self.matrix[0, 0] + self.matrix[1, 1]) / 2

    def for_frames(self, frame_size: tuple[int, int]) -> Intrinsics:
        """The same camera for frames of another size in px; CalibrationError where their shape is another one."""
        scale = frame_size[0] / self.frame_size[0]
        if abs(frame_size[1] - scale * self.frame_size[1]) > 2.0:
            raise CalibrationError(
                f"expected frames of the shape {self.frame_size} that was calibrated, got {frame_size}: calibrate the "
                "camera in the mode in which it films"
            )
        return Intrinsics(self.matrix * [[scale], [scale], [1.0]], self.distortion, frame_size)

    def straight(self, pixels: Floats) -> Floats:
        """Pixels (..., 2) to where a perfect lens with the same matrix would have them; NaN stays."""
        import cv2

        flat = np.ascontiguousarray(pixels, dtype=np.float64).reshape(-1, 1, 2)
        known = np.isfinite(flat).all(axis=(1, 2))
        out = np.full(flat.shape, np.nan)
        if known.any():
            bent = np.array(self.distortion)
            out[known] = cv2.undistortPoints(flat[known], self.matrix, bent, P=self.matrix, criteria=EXACT)
        return out.reshape(pixels.shape)

    def bent(self, pixels: Floats) -> Floats:
        """The other way: where this lens shows what a perfect one would have at pixels (..., 2)."""
        import cv2

        flat = np.ascontiguousarray(pixels, dtype=np.float64).reshape(-1, 2)
        rays = np.column_stack([(flat - self.matrix[:2, 2]) / np.diag(self.matrix)[:2], np.ones(len(flat))])
        none = np.zeros(3)
        out, _ = cv2.projectPoints(rays, none, none, self.matrix, np.array(self.distortion))
        return np.asarray(out, dtype=np.float64).reshape(pixels.shape)

    def maps(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """For `cv2.remap`: from where every pixel of a straight picture of the same size is taken."""
        import cv2

        one = np.eye(3)
        across, down = cv2.initUndistortRectifyMap(
            self.matrix, np.array(self.distortion), one, self.matrix, self.frame_size, cv2.CV_32FC1
        )
        return np.asarray(across, dtype=np.float32), np.asarray(down, dtype=np.float32)


def write_intrinsics(path: Path, lens: Intrinsics, **facts: Any) -> None:
    """Write a camera as JSON, with further facts about how it was found; whole or not at all."""
    told = {
        "schema": SCHEMA,
        "matrix": lens.matrix.tolist(),
        "distortion": list(lens.distortion),
        "frame_size": list(lens.frame_size),
        **facts,
    }
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    os.replace(part, path)


def read_intrinsics(path: Path) -> Intrinsics:
    """The camera in a file of `formcheck calibrate`; CalibrationError when it is none, OSError when unreadable."""
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        width, height = told["frame_size"]
        k1, k2, p1, p2, k3 = (float(each) for each in told["distortion"])
        return Intrinsics(np.array(told["matrix"], dtype=np.float64), (k1, k2, p1, p2, k3), (int(width), int(height)))
    except (KeyError, TypeError, ValueError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise CalibrationError(
            f"expected a camera as formcheck calibrate writes it in {path.name}, got {what}; calibrate again"
        ) from error
