"""The room in which the athlete trains, as a camera that stands still sees it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.synthetic.athlete import Rgb
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.rotations import unit

LIGHT = unit(np.array([0.35, 1.0, 0.55]))  # from where the light comes
_WALLS: tuple[Rgb, ...] = ((206, 204, 198), (186, 198, 204), (210, 198, 180), (176, 186, 176))
_FLOORS: tuple[Rgb, ...] = ((122, 104, 86), (96, 100, 106), (140, 122, 100))
_SIZE_M = 6.5  # from the middle of the room to its walls
_CEILING_M = 3.0


def background(camera: Camera, skin: Rgb, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The empty room, (height, width, 3) red green blue, and where the floor is, (height, width).

    A box with a plank floor, a skirting board, painted walls and a few pictures on them, none of the colour of `skin`.
    """
    draw = np.random.default_rng([seed, 23])
    wall, floor = (np.array(_apart(colours, skin, draw)) for colours in (_WALLS, _FLOORS))
    width, height = camera.frame_size
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    local = np.stack([(x - width / 2) / camera.focal_px, (y - height / 2) / camera.focal_px, np.ones_like(x)], axis=-1)
    rays = local @ camera.axes
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.array([-_SIZE_M, 0.0, -_SIZE_M])
        high = np.array([_SIZE_M, _CEILING_M, _SIZE_M])
        reach = np.where(rays > 0, (high - camera.position) / rays, (low - camera.position) / rays)
    reach[~np.isfinite(reach)] = np.inf
    face = reach.argmin(axis=-1)
    hit = camera.position + rays * reach.min(axis=-1)[..., None]
    on_floor = (face == 1) & (rays[..., 1] < 0)
    image = np.empty((height, width, 3))
    image[:] = wall * np.where(face == 0, 0.93, 1.0)[..., None]
    along = np.where(face == 0, hit[..., 2], hit[..., 0])
    image *= (0.88 + 0.12 * hit[..., 1] / _CEILING_M)[..., None]
    image[(face != 1) & (hit[..., 1] < 0.10)] = (236, 234, 228)
    for left, wide, low_m, tall, shade in zip(
        draw.uniform(-4.5, 3.5, 3),
        draw.uniform(0.5, 1.6, 3),
        draw.uniform(0.9, 1.5, 3),
        draw.uniform(0.5, 1.0, 3),
        draw.uniform(0.72, 0.93, 3),
        strict=True,
    ):
        inside = (
            (face != 1) & (along > left) & (along < left + wide) & (hit[..., 1] > low_m) & (hit[..., 1] < low_m + tall)
        )
        image[inside] *= shade
    image[(face == 1) & (rays[..., 1] > 0)] = (238, 238, 236)
    plank = np.floor(hit[..., 0] / 0.18)
    grain = 1.0 + 0.05 * np.sin(plank * 12.9898) - 0.10 * ((hit[..., 0] / 0.18 - plank) < 0.05)
    image[on_floor] = (floor * (grain * (1.05 - 0.02 * np.abs(hit[..., 2])))[..., None])[on_floor]
    return np.clip(image, 0, 255).astype(np.uint8), on_floor


def _apart(colours: tuple[Rgb, ...], skin: Rgb, draw: np.random.Generator) -> Rgb:
    """One of the colours that differ from a skin enough for limbs to stand out."""
    off = np.linalg.norm(np.array(colours, dtype=float) - np.array(skin, dtype=float), axis=1)
    clear = [colour for colour, far in zip(colours, off, strict=True) if far > 45.0] or [colours[int(off.argmax())]]
    return clear[int(draw.integers(len(clear)))]
