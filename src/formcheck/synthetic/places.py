"""Walls, floors and skies of the places where people train, painted point by point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.synthetic.athlete import Rgb

Place = Literal["room", "gym", "home", "garage", "park"]
PLACES: tuple[Place, ...] = get_args(Place)
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Surface:
    """Where every ray of a picture ends: `hit` (..., 3) m on the faces of a box, `face` (...) its axis (0, 1, 2)."""

    hit: Floats
    face: NDArray[np.intp]
    below: Mask  # looks down

    @property
    def floor(self) -> Mask:
        """Where the floor is."""
        return (self.face == 1) & self.below

    @property
    def ceiling(self) -> Mask:
        """Where the ceiling or the sky is."""
        return (self.face == 1) & ~self.below

    @property
    def along(self) -> Floats:
        """Metres along the wall."""
        return np.where(self.face == 0, self.hit[..., 2], self.hit[..., 0])


def size_m(place: Place, eye: Floats) -> tuple[float, float]:
    """From the middle to the walls, and the height of the ceiling; a place is as wide as a camera at `eye` (3,) needs.

    A park's walls are the trees around it.
    """
    sizes = {"room": (6.5, 3.0), "gym": (8.0, 4.2), "home": (4.6, 2.5), "garage": (5.2, 2.8), "park": (38.0, 60.0)}
    wide, high = sizes[place]
    return max(wide, float(np.abs(eye[[0, 2]]).max()) + 0.7), max(high, float(eye[1]) + 0.4)


def ends(position: Floats, rays: Floats, size: tuple[float, float]) -> Surface:
    """Where rays (..., 3) from `position` (3,) m end in a place of a size (see `size_m`)."""
    wide, high_m = size
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = np.array([-wide, 0.0, -wide]), np.array([wide, high_m, wide])
        reach = np.where(rays > 0, (high - position) / rays, (low - position) / rays)
    reach[~np.isfinite(reach)] = np.inf
    return Surface(position + rays * reach.min(axis=-1)[..., None], reach.argmin(axis=-1), rays[..., 1] < 0)


def apart(colours: tuple[Rgb, ...], skin: Rgb, draw: np.random.Generator) -> Rgb:
    """One of the colours that differ from a skin enough for limbs to stand out."""
    off = np.linalg.norm(np.array(colours, dtype=float) - np.array(skin, dtype=float), axis=1)
    clear = [colour for colour, far in zip(colours, off, strict=True) if far > 45.0] or [colours[int(off.argmax())]]
    return clear[int(draw.integers(len(clear)))]


def painted(place: Place, surface: Surface, skin: Rgb, draw: np.random.Generator) -> Floats:
    """(..., 3): red green blue 0..255 of a place as it is in even light, none of its walls of the colour of `skin`."""
    paint: dict[Place, Callable[[Surface, Rgb, np.random.Generator], Floats]] = {
        "room": _room,
        "gym": _gym,
        "home": _home,
        "garage": _garage,
        "park": _park,
    }
    return paint[place](surface, skin, draw)


def _room(surface: Surface, skin: Rgb, draw: np.random.Generator) -> Floats:
    """A box with a plank floor, a skirting board, painted walls and a few pictures on them."""
    walls: tuple[Rgb, ...] = ((206, 204, 198), (186, 198, 204), (210, 198, 180), (176, 186, 176))
    floors: tuple[Rgb, ...] = ((122, 104, 86), (96, 100, 106), (140, 122, 100))
    wall, floor = (np.array(apart(colours, skin, draw)) for colours in (walls, floors))
    hit, face = surface.hit, surface.face
    image = np.empty(hit.shape)
    image[:] = wall * np.where(face == 0, 0.93, 1.0)[..., None]
    image *= (0.88 + 0.12 * hit[..., 1] / 3.0)[..., None]
    image[(face != 1) & (hit[..., 1] < 0.10)] = (236, 234, 228)
    for left, wide, low_m, tall, shade in zip(
        draw.uniform(-4.5, 3.5, 3),
        draw.uniform(0.5, 1.6, 3),
        draw.uniform(0.9, 1.5, 3),
        draw.uniform(0.5, 1.0, 3),
        draw.uniform(0.72, 0.93, 3),
        strict=True,
    ):
        image[_pane(surface, left, wide, low_m, tall)] *= shade
    image[surface.ceiling] = (238, 238, 236)
    _planks(image, surface, floor, 0.18)
    return image


def _pane(surface: Surface, left: float, wide: float, low_m: float, tall: float, face: int | None = None) -> Mask:
    """Inside a rectangle on the walls, or on those across one axis."""
    along, up = surface.along, surface.hit[..., 1]
    on = surface.face != 1 if face is None else surface.face == face
    return on & (along > left) & (along < left + wide) & (up > low_m) & (up < low_m + tall)


def _planks(image: Floats, surface: Surface, colour: Floats, wide_m: float) -> None:
    across = surface.hit[..., 0] / wide_m
    plank = np.floor(across)
    grain = 1.0 + 0.05 * np.sin(plank * 12.9898) - 0.10 * ((across - plank) < 0.05)
    shaded = colour * (grain * (1.05 - 0.02 * np.abs(surface.hit[..., 2])))[..., None]
    image[surface.floor] = shaded[surface.floor]


def _grain(first: Floats, second: Floats, cell_m: float) -> Floats:
    """(...,) in 0..1: a number for every cell of a plane, without order, as sand or carpet has."""
    i, j = np.floor(first / cell_m).astype(np.int64), np.floor(second / cell_m).astype(np.int64)
    mixed = (i * 73856093 ^ j * 19349663) & 0xFFFFFF
    mixed = (mixed * 1103515245 + 12345 >> 7) & 0xFFFF
    return mixed / 65535.0


def _speckled(surface: Surface, cells_m: tuple[float, ...]) -> Floats:
    """(...,) about 0: grain of several sizes on the floor, finer than a pixel left out far away."""
    x, z = surface.hit[..., 0], surface.hit[..., 2]
    return sum((_grain(x, z, cell) - 0.5 for cell in cells_m), np.zeros(x.shape)) / len(cells_m)


def _gym(surface: Surface, skin: Rgb, draw: np.random.Generator) -> Floats:
    """A rubber floor, a wall with a stripe and mirrors, windows high up, lamps in rows."""
    walls: tuple[Rgb, ...] = ((196, 198, 200), (122, 128, 136), (206, 206, 200), (88, 94, 104))
    stripes: tuple[Rgb, ...] = ((186, 60, 48), (44, 104, 160), (222, 176, 52), (64, 140, 96))
    wall, stripe = (np.array(apart(colours, skin, draw), dtype=float) for colours in (walls, stripes))
    hit, up = surface.hit, surface.hit[..., 1]
    image = wall * (np.where(surface.face == 0, 0.9, 1.0) * (0.85 + 0.05 * up))[..., None]
    low = float(draw.uniform(1.5, 2.4))
    image[(surface.face != 1) & (up > low) & (up < low + draw.uniform(0.12, 0.4))] = stripe
    mirror = int(draw.choice([0, 2]))
    for left in np.arange(-6.0, 5.0, 1.5):
        pane = _pane(surface, left + 0.02, 1.46, 0.35, 1.9, mirror)
        image[pane] = (np.array([150, 162, 170]) + 16 * np.sin(left * 3.1) + (20 * (up - 1.2))[..., None])[pane]
    for left in np.arange(-6.5, 6.0, 2.6):
        image[_pane(surface, left, 1.9, 2.9, 0.9, 2 - mirror)] = (226, 236, 244)
        image[_pane(surface, left + 0.92, 0.06, 2.9, 0.9, 2 - mirror)] = (120, 124, 128)
    image[surface.ceiling] = (70, 72, 76)
    lamps = (np.mod(hit[..., 0], 2.4) < 0.35) & (np.mod(hit[..., 2], 3.0) < 1.6)
    image[surface.ceiling & lamps] = (248, 248, 244)
    rubber = np.array([(58, 60, 64), (78, 80, 84), (60, 70, 84)][int(draw.integers(3))])
    floor = rubber * (1.0 + 0.35 * _speckled(surface, (0.015, 0.03)))[..., None]
    seam = (np.mod(hit[..., 0], 1.0) < 0.012) | (np.mod(hit[..., 2], 1.0) < 0.012)
    floor[seam] *= 0.8
    image[surface.floor] = floor[surface.floor]
    return image


def _home(surface: Surface, skin: Rgb, draw: np.random.Generator) -> Floats:
    """A carpet or planks with a rug, wallpaper, a window with curtains, a door."""
    walls: tuple[Rgb, ...] = ((214, 208, 194), (168, 182, 190), (196, 178, 168), (150, 164, 150), (120, 128, 150))
    floors: tuple[Rgb, ...] = ((150, 140, 128), (110, 96, 84), (128, 132, 140), (164, 132, 96))
    wall, floor = (np.array(apart(colours, skin, draw), dtype=float) for colours in (walls, floors))
    hit, up = surface.hit, surface.hit[..., 1]
    image = wall * (np.where(surface.face == 0, 0.9, 1.0) * (0.9 + 0.04 * up))[..., None]
    if draw.random() < 0.5:  # striped wallpaper
        image *= np.where(np.mod(surface.along, 0.24) < 0.12, 0.95, 1.0)[..., None]
    curtain = np.array([draw.uniform(90, 200) for _ in range(3)])
    for face in (0, 2):
        left = float(draw.uniform(-3.0, 1.5))
        image[_pane(surface, left, 1.5, 0.9, 1.3, face)] = (222, 234, 246)
        image[_pane(surface, left + 0.72, 0.06, 0.9, 1.3, face)] = (236, 234, 230)
        folds = curtain * (1.0 + 0.12 * np.sin(surface.along * 40.0))[..., None]
        for side in (left - 0.35, left + 1.4):
            cloth = _pane(surface, side, 0.45, 0.1, 2.2, face)
            image[cloth] = folds[cloth]
        door = float(draw.uniform(-3.5, 2.5))
        image[_pane(surface, door, 0.9, 0.0, 2.05, face)] = wall * 0.7 + 60
    for _ in range(3):
        left, low = float(draw.uniform(-4, 3)), float(draw.uniform(1.2, 1.6))
        wide, tall = draw.uniform(0.3, 0.9, 2)
        image[_pane(surface, left - 0.03, wide + 0.06, low - 0.03, tall + 0.06)] = (60, 52, 46)
        image[_pane(surface, left, wide, low, tall)] = [draw.uniform(60, 220) for _ in range(3)]
    image[(surface.face != 1) & (up < 0.09)] = (232, 230, 224)
    image[surface.ceiling] = (236, 236, 232)
    if draw.random() < 0.5:
        _planks(image, surface, floor, 0.12)
    else:
        carpet = floor * (1.0 + 0.16 * _speckled(surface, (0.012, 0.05)))[..., None]
        image[surface.floor] = carpet[surface.floor]
    rug = surface.floor & (np.hypot(hit[..., 0] / 1.7, hit[..., 2] / 1.3) < 1) & bool(draw.random() < 0.4)
    image[rug] *= np.array([draw.uniform(0.7, 1.15) for _ in range(3)])
    return image


def _garage(surface: Surface, skin: Rgb, draw: np.random.Generator) -> Floats:
    """Concrete, bricks and a roller door."""
    bricks: tuple[Rgb, ...] = ((150, 86, 70), (176, 172, 164), (126, 110, 100), (190, 186, 176))
    brick = np.array(apart(bricks, skin, draw), dtype=float)
    up, along = surface.hit[..., 1], surface.along
    row = np.floor(up / 0.08)
    shift = along / 0.24 + 0.5 * np.mod(row, 2)
    joint = (np.mod(up, 0.08) < 0.012) | (np.mod(shift, 1.0) < 0.05)
    tone = 1.0 + 0.16 * (_grain(shift, row, 1.0) - 0.5)
    image = brick * (tone * np.where(surface.face == 0, 0.9, 1.0))[..., None]
    image[joint] = brick * 0.8 + 22
    face, left = int(draw.choice([0, 2])), float(draw.uniform(-2.5, -0.5))
    slats = np.array([186, 188, 190]) * (0.86 + 0.14 * np.abs(np.sin(up * 18.0)))[..., None]
    door = _pane(surface, left, 2.8, 0.0, 2.3, face)
    image[door] = slats[door]
    image[surface.ceiling] = (160, 158, 152)
    tube = (np.abs(surface.hit[..., 0] - draw.uniform(-1, 1)) < 0.06) & (np.abs(surface.hit[..., 2]) < 1.2)
    image[surface.ceiling & tube] = (252, 252, 248)
    concrete = np.array([132, 132, 130]) * (1.0 + 0.12 * _speckled(surface, (0.02, 0.11, 0.6)))[..., None]
    image[surface.floor] = concrete[surface.floor]
    return image


def _park(surface: Surface, skin: Rgb, draw: np.random.Generator) -> Floats:
    """Grass with a path, a row of trees and houses far off, sky."""
    hit, up, along = surface.hit, surface.hit[..., 1], surface.along + 200.0 * (surface.face == 0)
    sky_low, sky_high = np.array([206.0, 218, 228]), np.array([118.0, 160, 208])
    if draw.random() < 0.4:  # overcast
        sky_low, sky_high = np.array([214.0, 214, 216]), np.array([178.0, 184, 192])
    share = np.clip(up / 26.0, 0, 1)[..., None]
    image = sky_low + (sky_high - sky_low) * share
    phase = draw.uniform(0, 6.3, 4)
    house = np.mod(along + draw.uniform(0, 30), 19.0)
    wall = (house < 8.0) & (up < 6.5 + 2.0 * np.sin(np.floor(along / 19.0) * 5.1))
    image[(surface.face != 1) & wall] = (168, 150, 138)
    image[(surface.face != 1) & wall & (np.mod(house, 2.0) > 1.0) & (np.mod(up, 2.6) > 1.2)] = (92, 102, 112)
    edge = 5.0 + sum(
        size * np.sin(rate * along + p)
        for size, rate, p in zip((1.4, 0.8, 0.5, 0.3), (0.13, 0.41, 1.1, 2.9), phase, strict=True)
    )
    leaves = np.array([72, 96, 58]) * (0.85 + 0.4 * (_grain(along, up, 0.35) - 0.3) * (up / 6.0))[..., None]
    trees = (surface.face != 1) & (up < edge)
    image[trees] = leaves[trees]
    grass = np.array([104, 124, 72]) * (1.0 + 0.22 * _speckled(surface, (0.03, 0.14, 0.9)))[..., None]
    way = (
        np.abs(hit[..., 2] * np.cos(phase[0]) + hit[..., 0] * np.sin(phase[0]) - 4.5 * np.sign(np.sin(phase[1]))) < 0.8
    )
    grass[way] = (np.array([172, 164, 150]) * (1.0 + 0.1 * _speckled(surface, (0.05,)))[..., None])[way]
    image[surface.floor] = grass[surface.floor]
    return image
