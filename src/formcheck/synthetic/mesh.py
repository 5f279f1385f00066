"""Surfaces made of quadrilaterals: rings of points along limbs, joined; many instants at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.synthetic.athlete import Rgb


@dataclass(eq=False)
class Mesh:
    """Vertices (T, V, 3) of one or more surfaces, `faces` (F, 4) indices, `colours` (F, 3) red green blue.

    Faces are listed so that their points run counter-clockwise seen from outside. `may_be_cut`: faces that reach behind
    a camera are left out (of the athlete none does, see `Camera.must_hold`).
    """

    frames: int
    may_be_cut: bool = False
    _vertices: list[Floats] = field(default_factory=list[Floats])
    _faces: list[NDArray[np.intp]] = field(default_factory=list[NDArray[np.intp]])
    _colours: list[Floats] = field(default_factory=list[Floats])
    _count: int = 0

    def add(self, vertices: Floats, faces: NDArray[np.intp], colours: Floats) -> None:
        """Vertices (T or 1, V, 3), faces (F, 4) into them, colours (F, 3)."""
        self._vertices.append(np.broadcast_to(vertices, (self.frames, *vertices.shape[1:])))
        self._faces.append(faces + self._count)
        self._colours.append(np.broadcast_to(np.asarray(colours, dtype=np.float64), (len(faces), 3)))
        self._count += vertices.shape[1]

    @property
    def vertices(self) -> Floats:
        """(T, V, 3)."""
        return np.concatenate(self._vertices, axis=1)

    @property
    def faces(self) -> NDArray[np.intp]:
        """(F, 4)."""
        return np.concatenate(self._faces)

    @property
    def colours(self) -> Floats:
        """(F, 3), 0..255."""
        return np.concatenate(self._colours)

    @property
    def face_count(self) -> int:
        """How many faces there are so far."""
        return sum(len(faces) for faces in self._faces)

    def repaint_last(self, colours: Floats) -> None:
        """Give the faces that were added last other colours (F, 3)."""
        self._colours[-1] = colours

    def rings(self, rings: Sequence[Floats], colours: Sequence[Rgb], close: bool = True) -> None:
        """A tube through `rings`, each (T or 1, S, 3); `colours` one per stretch between rings; ends closed."""
        stacked = np.stack(np.broadcast_arrays(*rings), axis=1)  # (T, R, S, 3)
        count, sides = stacked.shape[1:3]
        index = np.arange(count * sides).reshape(count, sides)
        here, nxt = index[:-1], index[1:]
        faces = np.stack([here, np.roll(here, -1, 1), np.roll(nxt, -1, 1), nxt], axis=-1).reshape(-1, 4)
        paint = np.repeat(np.asarray(colours, dtype=np.float64), sides, axis=0)
        if close:
            ends = [(index[0][::-1], colours[0]), (index[-1], colours[-1])]
            for ring, colour in ends:
                fan = np.array([[ring[0], ring[i], ring[i + 1], ring[i + 2]] for i in range(1, sides - 2, 2)])
                faces = np.concatenate([faces, fan])
                paint = np.concatenate([paint, np.broadcast_to(np.asarray(colour, dtype=np.float64), (len(fan), 3))])
        self.add(stacked.reshape(len(stacked), -1, 3), faces, paint)


def ring(
    centre: Floats,
    left: Floats,
    forward: Floats,
    half_width: float,
    front: float,
    back: float,
    sides: int = 12,
    *,
    exponent: float = 2.4,
) -> Floats:
    """(T, S, 3): an egg-shaped ring about `centre` in the plane of the unit vectors `left` and `forward`, (T, 3) each.

    Rings that follow each other along `forward x left` make a tube whose faces look outwards.
    """
    angle = 2 * np.pi * np.arange(sides) / sides
    # A superellipse is nearer to a trunk or limb than an ellipse; exponent 2 is a circle.
    c, s = np.cos(angle), np.sin(angle)
    c, s = np.sign(c) * np.abs(c) ** (2 / exponent), np.sign(s) * np.abs(s) ** (2 / exponent)
    depth = np.where(c > 0, front, back) * c
    return centre[:, None] + (half_width * s)[None, :, None] * left[:, None] + depth[None, :, None] * forward[:, None]


def profile(shares: Sequence[float], radii: Sequence[float], first_cap: bool = True, last_cap: bool = True) -> Floats:
    """(R, 2): places along a limb in m and radii in m, with rounded ends; `shares` are in m from the first joint."""
    rows = [(share, radius) for share, radius in zip(shares, radii, strict=True)]
    if first_cap:
        r, s = radii[0], shares[0]
        rows = [(s - 0.97 * r, 0.25 * r), (s - 0.7 * r, 0.72 * r), *rows]
    if last_cap:
        r, s = radii[-1], shares[-1]
        rows = [*rows, (s + 0.7 * r, 0.72 * r), (s + 0.97 * r, 0.25 * r)]
    return np.array(rows)
