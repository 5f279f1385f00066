"""Where a camera stands in the studio, and what it sees of points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.body import View
from formcheck.signals import Floats
from formcheck.synthetic.rotations import UP, unit

# Degrees about the athlete from straight in front, towards the athlete's left.
AZIMUTH_DEG: dict[View, float] = {"front": 0.0, "side-left": 90.0, "side-right": -90.0, "back": 180.0, "oblique": 40.0}
FOCAL = 1.1  # of the frame's longer side: a phone's main lens with the crop of its video mode sees about 49 degrees
NEAREST_M = 2.4
MARGIN = 0.08  # of the frame stays free around the athlete


@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera without distortion.

    `position` and `target` (3,) are in metres in the studio's frame (left, up, forward of the athlete, floor at 0);
    `focal_px`; `frame_size` (width, height) px; `view` is what it has of the athlete as they face at the start.
    """

    position: Floats
    target: Floats
    focal_px: float
    frame_size: tuple[int, int]
    view: View = "unknown"

    @property
    def axes(self) -> Floats:
        """(3, 3): the camera's right, down and away as rows, in the studio's frame."""
        away = unit(self.target - self.position)
        right = unit(np.cross(-UP, away))
        return np.stack([right, np.cross(away, right), away])

    def seen_from(self, points: Floats) -> Floats:
        """Studio points (..., 3) in metres along the camera's right, down and away."""
        return (points - self.position) @ self.axes.T

    def project(self, points: Floats) -> Floats:
        """Studio points (..., 3) to pixels (..., 2), x right, y down; NaN behind the camera."""
        local = self.seen_from(points)
        depth = np.where(local[..., 2:] > 0.05, local[..., 2:], np.nan)
        return local[..., :2] / depth * self.focal_px + np.array(self.frame_size) / 2

    def holds(self, points: Floats, margin: float = 0.0) -> bool:
        """Whether all studio points (..., 3) lie in the frame, `margin` of its size away from the edge."""
        pixels = self.project(points)
        size = np.array(self.frame_size)
        return bool(
            np.isfinite(pixels).all() and (pixels > margin * size).all() and (pixels < (1 - margin) * size).all()
        )


def placed(
    points: Floats,
    view: View = "front",
    azimuth_deg: float | None = None,
    height_m: float | None = None,
    distance_m: float | None = None,
    frame_size: tuple[int, int] | None = None,
    margin: float = MARGIN,
) -> Camera:
    """A camera about an athlete whose points (..., 3) over a performance are given, near enough to fill the frame.

    `azimuth_deg` overrides that of the `view`. Without a `height_m` the camera stands at 1.1 m, or lower before a body
    that stays near the floor. Without a `distance_m` the nearest from 2.4 m on is taken at which the whole performance
    fits; without a `frame_size` 480 x 640 px, or 640 x 480 for a body that is wider than tall. Raises
    ValueError for a view that has no azimuth, and when the given distance cuts the athlete off.
    """
    if azimuth_deg is None:
        if view not in AZIMUTH_DEG:
            raise ValueError(f"expected a view of {tuple(AZIMUTH_DEG)} or an azimuth, got {view!r}")
        azimuth_deg = AZIMUTH_DEG[view]
    flat = points.reshape(-1, 3)
    low, high = flat.min(axis=0), flat.max(axis=0)
    middle = (low + high) / 2
    angle = np.radians(azimuth_deg)
    height_m = min(1.1, 0.3 + 0.5 * float(high[1])) if height_m is None else height_m
    outward = np.array([np.sin(angle), 0.0, np.cos(angle)])
    if frame_size is None:
        across = np.abs(np.cross(outward, UP))
        wide = float(across @ (high - low)) > 1.15 * float(high[1] - low[1])
        frame_size = (640, 480) if wide else (480, 640)
    focal_px = FOCAL * max(frame_size)

    def at(distance: float) -> Camera:
        position = middle + outward * distance
        position[1] = height_m
        return Camera(position, middle, focal_px, frame_size, _view_of(azimuth_deg))

    if distance_m is not None:
        camera = at(distance_m)
        if not camera.holds(flat):
            raise ValueError(f"expected the whole athlete in the frame, got a camera too near at {distance_m:.2f} m")
        return camera
    for distance in np.arange(NEAREST_M, 12.0, 0.1):
        if at(float(distance)).holds(flat, margin):
            return at(float(distance))
    raise ValueError("expected an athlete that fits the frame within 12 m")


def _view_of(azimuth_deg: float) -> View:
    """The name of a direction: within 20 degrees of the front, a side or the back, else oblique."""
    turn = (azimuth_deg + 180.0) % 360.0 - 180.0
    for view, centre in AZIMUTH_DEG.items():
        off = abs((turn - centre + 180.0) % 360.0 - 180.0)
        if view != "oblique" and off <= 20.0:
            return view
    return "oblique"
