"""What stands behind the athlete, as a camera sees it: the place, what is in it, and the mat on the floor."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.synthetic.athlete import Rgb
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.clutter import clutter
from formcheck.synthetic.light import Light
from formcheck.synthetic.painter import fill
from formcheck.synthetic.places import Place, ends, painted, size_m

Picture = NDArray[np.uint8]
Mask = NDArray[np.uint8]

_CELL_PX = 16  # the picture of a camera that moves or bends is looked up exactly so often, and evenly between
_WANDER = 0.075  # how far the frame of a camera held by hand wanders at most, in directions, for a sway of 1


def background(
    camera: Camera, skin: Rgb, seed: int, place: Place = "room", light: Light | None = None
) -> tuple[Picture, NDArray[np.bool_]]:
    """The empty place through a perfect lens, (height, width, 3) red green blue, and where the floor is.

    `seed` says how it is painted and what stands in it; no wall has the colour of `skin`.
    """
    draw = np.random.default_rng([seed, 23])
    width, height = camera.frame_size
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    local = np.stack([(x - width / 2) / camera.focal_px, (y - height / 2) / camera.focal_px, np.ones_like(x)], axis=-1)
    size = size_m(place, camera.position)
    surface = ends(camera.position, local @ camera.axes, size)
    image = np.clip(painted(place, surface, skin, draw), 0, 255).astype(np.uint8)
    floor = surface.floor
    things = clutter(place, size[0], camera, draw)
    if things is not None:
        before = image.copy()
        fill(image, [things], camera, light or Light(), 0)
        floor = floor & (image == before).all(axis=-1)
    return image, floor


class Backdrop:
    """The place as a camera sees it at every instant, however it sways and whatever its lens bends."""

    def __init__(
        self, camera: Camera, skin: Rgb, seed: int, place: Place, light: Light, mat: tuple[Floats, Rgb] | None
    ) -> None:
        """`camera` as it was placed, before it sways; `mat` the corners (4, 3) m and colour of a mat on the floor."""
        self._size = size_m(place, camera.position)
        self._camera = camera
        self._still = camera.sway is None and camera.lens.perfect
        self._wide = camera if self._still else _widened(camera)
        self._image, floor = background(self._wide, skin, seed, place, light)
        self._floor = floor.astype(np.uint8)
        if mat is not None:
            _lay(self._image, self._wide, *mat)
        self._directions = None if self._still else camera.directions(_cells(camera.frame_size))

    def seen(self, camera: Camera) -> tuple[Picture, Mask]:
        """The picture and where the floor is in it (1, else 0), for the camera at one instant."""
        import cv2

        if self._directions is None:
            return self._image, self._floor
        rays = np.concatenate([self._directions, np.ones((*self._directions.shape[:2], 1))], axis=-1) @ camera.axes
        hit = ends(camera.position, rays, self._size).hit
        pixels = np.nan_to_num(self._wide.project(hit), nan=-1e4).astype(np.float32) - 0.5
        width, height = camera.frame_size
        rows, columns = pixels.shape[:2]
        half = _CELL_PX // 2
        full = cv2.resize(pixels, (columns * _CELL_PX, rows * _CELL_PX), interpolation=cv2.INTER_LINEAR)
        places = full[half : half + height, half : half + width]
        across, down = np.ascontiguousarray(places[..., 0]), np.ascontiguousarray(places[..., 1])
        image = cv2.remap(self._image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        floor = cv2.remap(self._floor, across, down, cv2.INTER_NEAREST)
        return np.asarray(image, dtype=np.uint8), np.asarray(floor, dtype=np.uint8)


def _cells(frame_size: tuple[int, int]) -> Floats:
    """Pixels (rows, columns, 2), the first at (0, 0), evenly past the frame."""
    width, height = frame_size
    columns, rows = (-(-size // _CELL_PX) + 1 for size in (width, height))
    x, y = np.meshgrid(np.arange(columns) * _CELL_PX, np.arange(rows) * _CELL_PX)
    return np.stack([x, y], axis=-1).astype(np.float64)


def _widened(camera: Camera) -> Camera:
    """A perfect camera in the same place whose frame holds what a lens bends in and a hand swings to."""
    width, height = camera.frame_size
    edge = np.linspace(0, 1, 33)[:, None] * [width, height]
    border = np.concatenate([edge * [1, 0], edge * [0, 1], edge * [1, 0] + [0, height], edge * [0, 1] + [width, 0]])
    reach = np.abs(camera.directions(border)).max(axis=0) + _WANDER * (camera.sway.strength if camera.sway else 0.0)
    size = 2 * np.ceil(reach * camera.focal_px).astype(int)
    return Camera(camera.position, camera.target, camera.focal_px, (int(size[0]), int(size[1])))


def _lay(image: Picture, camera: Camera, corners: Floats, colour: Rgb) -> None:
    import cv2

    pixels = np.nan_to_num(camera.project(corners) * 16).round().astype(np.int32)
    cv2.fillConvexPoly(image, pixels, colour, cv2.LINE_AA, 4)
