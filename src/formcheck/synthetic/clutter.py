"""What else stands about in a place, near its walls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from formcheck.signals import Floats
from formcheck.synthetic.athlete import Rgb
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.mesh import Mesh
from formcheck.synthetic.places import Place
from formcheck.synthetic.rotations import UP, unit
from formcheck.synthetic.solids import ball, box, disc, rod

_FREE_M = 1.6  # nothing stands nearer behind the athlete, and nothing between athlete and camera
_STEEL: Rgb = (146, 148, 152)
_BLACK: Rgb = (50, 50, 54)


class Spot:
    """Where something stands: x to its right, y up, z out of the wall towards the middle of the place."""

    def __init__(self, mesh: Mesh, middle: Floats, draw: np.random.Generator) -> None:
        """`middle` (3,) m on the floor."""
        out = unit(-middle * [1.0, 0.0, 1.0])
        self.axes = np.stack([np.cross(UP, out), UP, out], axis=1)
        self._mesh, self._middle, self.draw = mesh, middle, draw

    def at(self, x: float, y: float, z: float) -> Floats:
        """(3,) m in the studio."""
        return self._middle + self.axes @ np.array([x, y, z])

    def box(self, x: float, y: float, z: float, size: tuple[float, float, float], colour: Rgb) -> None:
        """A box about a point."""
        box(self._mesh, self.at(x, y, z), self.axes, size, colour)

    def rod(
        self, start: tuple[float, float, float], end: tuple[float, float, float], radius: float, colour: Rgb
    ) -> None:
        """A rod between two points."""
        a, b = self.at(*start), self.at(*end)
        pieces = max(1, int(np.linalg.norm(b - a) / 0.25))
        rod(self._mesh, a[None], b[None], radius, colour, pieces, 8)

    def ball(self, x: float, y: float, z: float, radius: float, colour: Rgb) -> None:
        """A ball about a point."""
        ball(self._mesh, self.at(x, y, z)[None], radius, colour)

    def disc(self, start: tuple[float, float, float], end: tuple[float, float, float], radius: float) -> None:
        """A weight disc between two points on its axis."""
        disc(self._mesh, self.at(*start)[None], self.at(*end)[None], radius)

    def colour(self, low: float = 50.0, high: float = 200.0) -> Rgb:
        """Some colour."""
        red, green, blue = self.draw.uniform(low, high, 3)
        return int(red), int(green), int(blue)


def clutter(place: Place, wide_m: float, camera: Camera, draw: np.random.Generator) -> Mesh | None:
    """Furniture, plants and gear, the same from every camera but for what would hide the athlete; None for nothing.

    `wide_m` is the distance from the middle to the walls.
    """
    things = _THINGS[place]
    if not things:
        return None
    mesh = Mesh(1, may_be_cut=True)
    eye = camera.position * [1.0, 0.0, 1.0]
    behind = float(np.linalg.norm(eye))
    taken: list[Floats] = []
    for _ in range(24 if place == "park" else 14):
        make = things[int(draw.integers(len(things)))]
        own = np.random.default_rng(draw.integers(2**32))
        middle = _somewhere(place, wide_m, draw)
        far = float((eye - middle) @ eye) / max(behind, 1e-6)
        if any(float(np.linalg.norm(middle - other)) < 2.2 for other in taken):
            continue
        taken.append(middle)
        if far > behind + _FREE_M:
            make(Spot(mesh, middle, own))
    return mesh if mesh.face_count else None


def _somewhere(place: Place, wide_m: float, draw: np.random.Generator) -> Floats:
    if place == "park":
        around, far = draw.uniform(-np.pi, np.pi), draw.uniform(7.0, 24.0)
        return np.array([far * np.sin(around), 0.0, far * np.cos(around)])
    along, wall = draw.uniform(-0.8, 0.8) * wide_m, int(draw.integers(4))
    near = wide_m - 0.55
    return np.array([(near, 0.0, along), (-near, 0.0, along), (along, 0.0, near), (along, 0.0, -near)][wall])


def _dumbbell_rack(spot: Spot) -> None:
    for height in (0.35, 0.75):
        spot.box(0, height, 0, (1.9, 0.05, 0.4), _STEEL)
        for x in np.arange(-0.8, 0.9, 0.22):
            size = 0.05 + 0.05 * float(spot.draw.random())
            spot.rod((x - 0.05, height + size, -0.12), (x - 0.05, height + size, 0.14), size, _BLACK)
    for x in (-0.9, 0.9):
        spot.box(x, 0.45, 0, (0.06, 0.9, 0.4), _BLACK)


def _power_rack(spot: Spot) -> None:
    colour = spot.colour(40, 160)
    for x in (-0.6, 0.6):
        for z in (-0.35, 0.45):
            spot.box(x, 1.1, z, (0.07, 2.2, 0.07), colour)
        spot.box(x, 2.2, 0.05, (0.07, 0.07, 0.87), colour)
    spot.box(0, 2.2, 0.45, (1.2, 0.06, 0.06), colour)
    spot.rod((-1.05, 1.2, 0.52), (1.05, 1.2, 0.52), 0.016, _STEEL)
    for x in (-0.85, 0.78):
        spot.disc((x, 1.2, 0.52), (x + 0.07, 1.2, 0.52), 0.22)


def _gym_ball(spot: Spot) -> None:
    radius = float(spot.draw.uniform(0.26, 0.36))
    spot.ball(0, radius, 0.1, radius, spot.colour(60, 210))


def _plant(spot: Spot) -> None:
    spot.rod((0, 0, 0), (0, 0.4, 0), 0.18, spot.colour(90, 200))
    for _ in range(9):
        x, z = spot.draw.uniform(-0.3, 0.3, 2)
        green = int(spot.draw.uniform(80, 130))
        spot.ball(float(x), float(spot.draw.uniform(0.6, 1.4)), float(z), 0.18, (green // 2, green, green // 2))


def _bench(spot: Spot) -> None:
    spot.box(0, 0.42, 0.1, (1.2, 0.08, 0.3), spot.colour(40, 130))
    for x in (-0.45, 0.45):
        spot.box(x, 0.19, 0.1, (0.08, 0.38, 0.3), _STEEL)


def _sofa(spot: Spot) -> None:
    colour = spot.colour(70, 170)
    spot.box(0, 0.22, 0.1, (1.9, 0.42, 0.85), colour)
    spot.box(0, 0.6, -0.25, (1.9, 0.5, 0.2), colour)
    for x in (-0.88, 0.88):
        spot.box(x, 0.45, 0.1, (0.2, 0.3, 0.85), colour)
    spot.box(float(spot.draw.uniform(-0.5, 0.5)), 0.56, -0.05, (0.4, 0.35, 0.14), spot.colour())


def _shelf(spot: Spot) -> None:
    for height in (0.04, 0.5, 0.95, 1.4, 1.85):
        spot.box(0, height, -0.1, (1.1, 0.04, 0.3), (126, 96, 70))
    for x in (-0.56, 0.56):
        spot.box(x, 0.94, -0.1, (0.04, 1.86, 0.3), (126, 96, 70))
    for height in (0.06, 0.52, 0.97, 1.42):
        x = -0.5
        while x < 0.42:
            wide, tall = float(spot.draw.uniform(0.06, 0.3)), float(spot.draw.uniform(0.16, 0.36))
            spot.box(x + wide / 2, height + tall / 2, -0.1, (wide * 0.94, tall, 0.22), spot.colour(40, 220))
            x += wide + (0.1 if spot.draw.random() < 0.2 else 0.0)


def _lamp(spot: Spot) -> None:
    spot.rod((0, 0, 0), (0, 1.5, 0), 0.015, _BLACK)
    spot.rod((0, 0, 0), (0, 0.03, 0), 0.14, _BLACK)
    spot.rod((0, 1.45, 0), (0, 1.75, 0), 0.18, (244, 234, 206))


def _boxes(spot: Spot) -> None:
    high = 0.0
    for _ in range(int(spot.draw.integers(1, 4))):
        wide, tall, deep = (float(part) for part in spot.draw.uniform(0.35, 0.7, 3))
        shade = int(spot.draw.uniform(150, 190))
        spot.box(
            float(spot.draw.uniform(-0.1, 0.1)), high + tall / 2, 0, (wide, tall, deep), (shade, shade - 32, shade - 66)
        )
        high += tall


def _tyres(spot: Spot) -> None:
    for at in range(int(spot.draw.integers(2, 5))):
        spot.rod((0, 0.2 * at + 0.01, 0), (0, 0.2 * at + 0.19, 0), 0.32, (44, 44, 46))


def _cupboard(spot: Spot) -> None:
    colour = spot.colour(90, 190)
    spot.box(0, 0.95, -0.1, (0.9, 1.9, 0.45), colour)
    spot.box(0, 0.95, 0.13, (0.02, 1.8, 0.01), _BLACK)


def _tree(spot: Spot) -> None:
    tall = float(spot.draw.uniform(2.2, 3.6))
    spot.rod((0, 0, 0), (0, tall, 0), 0.16, (96, 78, 60))
    for _ in range(14):
        x, z = spot.draw.uniform(-1.1, 1.1, 2)
        y = tall + float(spot.draw.uniform(-0.6, 2.0))
        green = int(spot.draw.uniform(84, 124))
        spot.ball(float(x), y, float(z), float(spot.draw.uniform(0.6, 0.95)), (green - 34, green, green - 44))


def _park_bench(spot: Spot) -> None:
    wood: Rgb = (128, 96, 66)
    for z in (0.0, 0.14, 0.28):
        spot.box(0, 0.45, z, (1.7, 0.04, 0.11), wood)
    for y in (0.62, 0.78):
        spot.box(0, y, -0.1, (1.7, 0.11, 0.04), wood)
    for x in (-0.7, 0.7):
        spot.box(x, 0.22, 0.12, (0.06, 0.44, 0.4), _BLACK)


def _bush(spot: Spot) -> None:
    for _ in range(6):
        x, z = spot.draw.uniform(-0.6, 0.6, 2)
        green = int(spot.draw.uniform(78, 112))
        spot.ball(float(x), 0.35, float(z), float(spot.draw.uniform(0.35, 0.6)), (green - 36, green, green - 40))


_THINGS: dict[Place, tuple[Callable[[Spot], None], ...]] = {
    "room": (),
    "gym": (_dumbbell_rack, _power_rack, _gym_ball, _plant, _bench),
    "home": (_sofa, _shelf, _lamp, _plant, _cupboard),
    "garage": (_boxes, _tyres, _shelf, _cupboard, _bench),
    "park": (_tree, _tree, _tree, _park_bench, _bush),
}
