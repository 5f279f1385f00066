"""The room in which the athlete trains, as a camera that stands still sees it, and what else stands in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.motion import Equipment
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Rgb
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.mesh import Mesh, ring
from formcheck.synthetic.rotations import FORWARD, LEFT, UP, unit
from formcheck.synthetic.stance import Body
from formcheck.synthetic.support import BAR_OVERHEAD_M, PLATE_RADIUS_M

LIGHT = unit(np.array([0.35, 1.0, 0.55]))  # from where the light comes
_WALLS: tuple[Rgb, ...] = ((206, 204, 198), (186, 198, 204), (210, 198, 180), (176, 186, 176))
_FLOORS: tuple[Rgb, ...] = ((122, 104, 86), (96, 100, 106), (140, 122, 100))
_STEEL: Rgb = (150, 152, 156)
_RUBBER: Rgb = (38, 38, 42)
# Half length of the bar, radius of its discs, and where they begin, in m.
_BARS: dict[Equipment, tuple[float, float, float]] = {
    "barbell on the floor": (1.1, PLATE_RADIUS_M, 0.655),
    "barbell": (0.60, 0.085, 0.47),
}
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


def equipment(kind: Equipment, body: Body) -> Mesh | None:
    """What the athlete holds or hangs from, as a surface; None for nothing.

    An Olympic bar is 2.2 m long with discs of 45 cm (IWF); a curl bar is 1.2 m with small discs; a pull-up bar hangs
    from the ceiling.
    """
    if kind == "none":
        return None
    frames = len(body.points["hips"])
    mesh = Mesh(frames)
    if kind == "pull-up bar":
        middle = np.broadcast_to(BAR_OVERHEAD_M * UP, (frames, 3))
        _cylinder(mesh, middle - 0.75 * LEFT, middle + 0.75 * LEFT, 0.016, _STEEL, 16)
        for at in (-0.75, 0.75):  # held from the ceiling in front, clear of the head in every view
            end = middle + at * LEFT
            _cylinder(mesh, end, end + (_CEILING_M - BAR_OVERHEAD_M) * (UP + 1.2 * FORWARD), 0.02, _STEEL, 6)
        return mesh
    middle, along = _bar(body)
    long, disc, inner = _BARS[kind]
    _cylinder(mesh, middle - along * long, middle + along * long, 0.014, _STEEL, 14)
    for sign in (-1.0, 1.0):
        begin, end = (middle + along * sign * (inner + step) for step in (0.0, 0.07))
        _disc(mesh, *((begin, end) if sign > 0 else (end, begin)), disc)
    return mesh


def outline(kind: Equipment, body: Body) -> Floats:
    """(T, N, 3): the outermost points of a held barbell, which a picture must hold too; N is 0 without one."""
    if kind not in _BARS:
        return np.zeros((len(body.points["hips"]), 0, 3))
    middle, along = _bar(body)
    long, disc, _ = _BARS[kind]
    ends = [middle + sign * long * along + up * disc * UP for sign in (-1, 1) for up in (-1, 1)]
    return np.stack(ends, axis=1)


def _bar(body: Body) -> tuple[Floats, Floats]:
    """Middle and direction of a bar that both hands hold."""
    left, right = body.points["palm_left"], body.points["palm_right"]
    return (left + right) / 2, unit(left - right)


def _cylinder(mesh: Mesh, start: Floats, end: Floats, radius: float, colour: Rgb, pieces: int) -> None:
    along = unit(end - start)
    ahead = unit(np.cross(along, UP + 0.01 * FORWARD))
    aside = np.cross(along, ahead)
    rings = [
        ring(start + (end - start) * share, aside, ahead, radius, radius, radius, 6, exponent=2)
        for share in np.linspace(0, 1, pieces + 1)
    ]
    mesh.rings(rings, [colour] * pieces)


def _disc(mesh: Mesh, start: Floats, end: Floats, radius: float) -> None:
    along = unit(end - start)
    ahead = unit(np.cross(along, UP + 0.01 * FORWARD))
    aside = np.cross(along, ahead)
    sides = 20
    sizes = (
        (start, 0.12),
        (start, 0.55),
        (start, 0.94),
        (start, 1.0),
        (end, 1.0),
        (end, 0.94),
        (end, 0.55),
        (end, 0.12),
    )
    colours: list[Rgb] = [(70, 70, 76), _RUBBER, (60, 60, 64), _RUBBER, (60, 60, 64), _RUBBER, (70, 70, 76)]
    mesh.rings(
        [ring(at, aside, ahead, radius * size, radius * size, radius * size, sides, exponent=2) for at, size in sizes],
        colours,
    )
