"""Where a camera stands in the studio, and what it sees of points."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from formcheck.body import View
from formcheck.signals import Floats
from formcheck.synthetic.lens import Lens
from formcheck.synthetic.rotations import UP, unit
from formcheck.synthetic.sway import Sway

# Degrees about the athlete from straight in front, towards the athlete's left.
AZIMUTH_DEG: dict[View, float] = {"front": 0.0, "side-left": 90.0, "side-right": -90.0, "back": 180.0, "oblique": 40.0}
FOCAL = 1.1  # of the frame's longer side: a phone's main lens with the crop of its video mode sees about 49 degrees
NEAREST_M = 2.4
OVER_LYING_M = 1.7
MARGIN = 0.08  # of the frame stays free around the athlete


@dataclass(frozen=True, eq=False)
class Camera:
    """A camera: where it is, where it looks, how wide, through which lens, and how it is held.

    `position` and `target` (3,) are in metres in the studio's frame (left, up, forward of the athlete, floor at 0);
    `focal_px`; `frame_size` (width, height) px; `view` is what it has of the athlete as they face at the start.
    `sway` is how it wanders in the hand, none on a tripod; `at` gives the camera at every instant, whose `position`,
    `target` are (T, 3) and `roll_deg` (T,). Raises ValueError for a lens that folds within the frame.
    """

    position: Floats
    target: Floats
    focal_px: float
    frame_size: tuple[int, int]
    view: View = "unknown"
    lens: Lens = field(default_factory=Lens)
    sway: Sway | None = None
    roll_deg: float | Floats = 0.0

    def __post_init__(self) -> None:
        if not self.lens.perfect and not np.isfinite(self.directions(self._corners())).all():
            raise ValueError(f"expected a lens that shows each direction once within the frame, got {self.lens}")

    def _corners(self) -> Floats:
        width, height = self.frame_size
        return np.array([[0, 0], [width, 0], [0, height], [width, height]], dtype=np.float64)

    @property
    def axes(self) -> Floats:
        """(3, 3) or (T, 3, 3): the camera's right, down and away as rows, in the studio's frame."""
        away = unit(self.target - self.position)
        right = unit(np.cross(-UP, away))
        down = np.cross(away, right)
        roll = np.radians(np.asarray(self.roll_deg))[..., None]
        return np.stack(
            [np.cos(roll) * right + np.sin(roll) * down, np.cos(roll) * down - np.sin(roll) * right, away], axis=-2
        )

    def at(self, time: Floats) -> Camera:
        """The camera at every instant (T,) s, as it sways; the same camera where it does not."""
        if self.sway is None:
            return self
        shift, turn = self.sway.at(time)
        axes = self.axes
        far = float(np.linalg.norm(self.target - self.position))
        nod, pan = (far * np.tan(np.radians(turn[:, axis])) for axis in (0, 1))
        position = self.position + shift @ axes
        target = self.target + shift @ axes + pan[:, None] * axes[0] + nod[:, None] * axes[1]
        return replace(self, position=position, target=target, roll_deg=self.roll_deg + turn[:, 2], sway=None)

    def seen_from(self, points: Floats) -> Floats:
        """Studio points (..., 3) in metres along the camera's right, down and away; (T, ..., 3) for one that sways."""
        if self.position.ndim == 1:
            return ((points - self.position).reshape(-1, 3) @ self.axes.T).reshape(points.shape)
        between = (1,) * (points.ndim - 2)
        position, axes = self.position.reshape(-1, *between, 3), self.axes.reshape(-1, *between, 3, 3)
        return np.einsum("...ij,...j->...i", axes, points - position)

    def project(self, points: Floats) -> Floats:
        """Studio points (..., 3) to pixels (..., 2), x right, y down; NaN behind the camera."""
        return self.pictured(self.seen_from(points))

    def pictured(self, local: Floats | NDArray[np.float32]) -> Floats:
        """Points in metres along the camera's right, down and away (..., 3) to pixels (..., 2), as precise as given."""
        depth = np.where(local[..., 2] > 0.05, local[..., 2], np.nan)
        directions = cast(Floats, np.empty((*local.shape[:-1], 2), dtype=local.dtype))
        for axis in (0, 1):  # axis by axis, since loops over two numbers at a time are slow
            np.divide(local[..., axis], depth, out=directions[..., axis])
        pixels = self.lens.bent(directions) * self.focal_px
        for axis, size in enumerate(self.frame_size):
            pixels[..., axis] += size / 2
        return pixels

    def directions(self, pixels: Floats) -> Floats:
        """Pixels (..., 2) to directions (..., 2): right and down over away; NaN where the lens shows nothing."""
        return self.lens.straight((pixels - np.array(self.frame_size) / 2) / self.focal_px)

    def holds(self, points: Floats, margin: float = 0.0) -> bool:
        """Whether all studio points (..., 3) lie in the frame, `margin` of its size away from the edge."""
        return bool(self.holding(points, margin).all())

    def holding(self, points: Floats, margin: float = 0.0) -> NDArray[np.bool_]:
        """(...) which studio points (..., 3) lie in the frame, `margin` of its size away from the edge."""
        pixels = self.project(points)  # not a number behind the camera, which is never inside
        size = np.array(self.frame_size)
        within = (pixels > margin * size) & (pixels < (1 - margin) * size)
        return within[..., 0] & within[..., 1]

    def must_hold(self, points: Floats, time: Floats) -> None:
        """Raise ValueError when points (T, N, 3) leave the frame at instants (T,) s, saying where, when and how far."""
        cut = self.at(time).cut(points)
        gone = np.any(np.stack(list(cut.values())) >= 0, axis=0)
        if gone.any():
            when = time[gone]
            raise ValueError(
                "expected the whole athlete in the frame in every instant, got one who leaves it at the "
                f"{_edges(cut)} between {when[0]:.2f} and {when[-1]:.2f} s; move the camera back, aim it there or take "
                "a wider lens"
            )

    def cut(self, points: Floats) -> dict[str, Floats]:
        """By how much points (T, N, 3) are past each edge, (T,) as shares of the frame, below 0 within it.

        The edge "camera" counts as passed, by infinitely much, where points lie behind it.
        """
        pixels = self.project(points) / np.array(self.frame_size)
        behind = np.isnan(pixels[..., 0])
        past = {
            "left": -pixels[..., 0],
            "right": pixels[..., 0] - 1,
            "top": -pixels[..., 1],
            "bottom": pixels[..., 1] - 1,
        }
        out = {edge: np.where(behind, -np.inf, far).max(axis=-1) for edge, far in past.items()}
        return {**out, "camera": np.where(np.any(behind, axis=-1), np.inf, -np.inf)}


def _edges(cut: dict[str, Floats]) -> str:
    worst = {edge: float(np.max(far)) for edge, far in cut.items()}
    return " and the ".join(
        "camera, which is too near" if edge == "camera" else f"{edge} (by {100 * far:.0f} % of the frame)"
        for edge, far in worst.items()
        if far >= 0
    )


def placed(
    points: Floats,
    view: View = "front",
    azimuth_deg: float | None = None,
    height_m: float | None = None,
    distance_m: float | None = None,
    frame_size: tuple[int, int] | None = None,
    margin: float = MARGIN,
    focal: float = FOCAL,
    face_up: bool = False,
) -> Camera:
    """A camera about an athlete whose points (..., 3) over a performance are given, near enough to fill the frame.

    `azimuth_deg` overrides that of the `view`. Without a `height_m` the camera stands at 1.1 m, or lower before a body
    that stays near the floor; before the feet or the head of one that lies `face_up` it stands up to 1.7 m high, since
    estimators do not find it along the floor. Without a `distance_m` the nearest from 2.4 m on is taken at which the
    whole performance fits; without a `frame_size` 480 x 640 px, or 640 x 480 for a body that is wider than tall.
    `focal` is the focal length in lengths of the frame's longer side. Raises ValueError for a view that has no azimuth,
    and when the given distance cuts the athlete off.
    """
    if azimuth_deg is None:
        if view not in AZIMUTH_DEG:
            raise ValueError(f"expected a view of {tuple(AZIMUTH_DEG)} or an azimuth, got {view!r}")
        azimuth_deg = AZIMUTH_DEG[view]
    flat = points.reshape(-1, 3)
    low, high = flat.min(axis=0), flat.max(axis=0)
    middle = (low + high) / 2
    angle = np.radians(azimuth_deg)
    if height_m is None:
        height_m = min(1.1, 0.3 + 0.5 * float(high[1]))
        if face_up:
            height_m += (OVER_LYING_M - height_m) * abs(float(np.cos(angle)))
    outward = np.array([np.sin(angle), 0.0, np.cos(angle)])
    if frame_size is None:
        across = np.abs(np.cross(outward, UP))
        wide = float(across @ (high - low)) > 1.15 * float(high[1] - low[1])
        frame_size = (640, 480) if wide else (480, 640)
    focal_px = focal * max(frame_size)

    def at(distance: float) -> Camera:
        position = middle + outward * distance
        position[1] = height_m
        return Camera(position, middle, focal_px, frame_size, _view_of(azimuth_deg))

    if distance_m is not None:
        camera = at(distance_m)
        if not camera.holds(flat):
            raise ValueError(
                f"expected the whole athlete in the frame, got a camera too near at {distance_m:.2f} m: they leave it "
                f"at the {_edges(camera.cut(flat))}"
            )
        return camera
    outer = flat[:0]  # those that were outside from nearer are the first to ask
    for distance in np.arange(NEAREST_M, 12.0, 0.1):
        camera = at(float(distance))
        if camera.holds(outer, margin):
            inside = camera.holding(flat, margin)
            if inside.all():
                return camera
            outer = flat[~inside]
    raise ValueError("expected an athlete that fits the frame within 12 m")


def _view_of(azimuth_deg: float) -> View:
    """The name of a direction: within 20 degrees of the front, a side or the back, else oblique."""
    turn = (azimuth_deg + 180.0) % 360.0 - 180.0
    for view, centre in AZIMUTH_DEG.items():
        off = abs((turn - centre + 180.0) % 360.0 - 180.0)
        if view != "oblique" and off <= 20.0:
            return view
    return "oblique"
