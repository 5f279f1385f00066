"""Rods, discs, boxes and balls, made of faces small enough to be drawn from far to near."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.synthetic.athlete import Rgb
from formcheck.synthetic.mesh import Mesh, ring
from formcheck.synthetic.rotations import FORWARD, UP, unit

_STEP_M = 0.09  # the longest side of a face of a box: larger ones would be drawn before what stands behind them
_RUBBER: Rgb = (38, 38, 42)


def rod(mesh: Mesh, start: Floats, end: Floats, radius: float, colour: Rgb, pieces: int, sides: int = 6) -> None:
    """A round bar from `start` to `end`, (T or 1, 3) m, in as many `pieces`."""
    aside, ahead = _across(start, end)
    rings = [
        ring(start + (end - start) * share, aside, ahead, radius, radius, radius, sides, exponent=2)
        for share in np.linspace(0, 1, pieces + 1)
    ]
    mesh.rings(rings, [colour] * pieces)


def disc(mesh: Mesh, start: Floats, end: Floats, radius: float, sides: int = 20) -> None:
    """A weight disc whose axis runs from `start` to `end`, (T or 1, 3) m."""
    aside, ahead = _across(start, end)
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


def box(mesh: Mesh, middle: Floats, turn: Floats, size: tuple[float, float, float], colour: Rgb) -> None:
    """A box about `middle` (3,) m; `turn` (3, 3) has its axes as columns, `size` its lengths along them in m."""
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        rows, columns = (max(1, int(np.ceil(size[side] / _STEP_M))) for side in (u, v))
        grid_u, grid_v = np.meshgrid(
            np.linspace(-0.5, 0.5, rows + 1) * size[u], np.linspace(-0.5, 0.5, columns + 1) * size[v], indexing="ij"
        )
        faces = _grid(rows, columns)
        for sign in (1.0, -1.0):
            local = np.zeros((grid_u.size, 3))
            local[:, axis], local[:, u], local[:, v] = sign * size[axis] / 2, grid_u.ravel(), grid_v.ravel()
            mesh.add((middle + local @ turn.T)[None], faces if sign > 0 else faces[:, ::-1], np.array([colour]))


def ball(mesh: Mesh, middle: Floats, radius: float, colour: Rgb) -> None:
    """A ball about `middle` (T or 1, 3) m."""
    left, ahead = (np.broadcast_to(axis, middle.shape) for axis in (np.array([1.0, 0.0, 0.0]), FORWARD))
    angles = np.linspace(-0.46, 0.46, 8) * np.pi
    rings: list[Floats] = []
    for angle in angles:
        wide = float(radius * np.cos(angle))
        rings.append(ring(middle + radius * np.sin(angle) * UP, left, ahead, wide, wide, wide, 14, exponent=2))
    mesh.rings(rings, [colour] * (len(rings) - 1))


def _across(start: Floats, end: Floats) -> tuple[Floats, Floats]:
    along = unit(end - start)
    ahead = unit(np.cross(along, UP + 0.01 * FORWARD))
    return np.cross(along, ahead), ahead


def _grid(rows: int, columns: int) -> NDArray[np.intp]:
    index = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    return np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], axis=-1).reshape(-1, 4)
