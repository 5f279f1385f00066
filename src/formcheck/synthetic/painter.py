"""Faces shaded by their slope and drawn from far to near."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.light import Light
from formcheck.synthetic.mesh import Mesh

Picture = NDArray[np.uint8]

SHIFT = 4  # binary places of a pixel in which corners are given


class Drawing:
    """The faces of surfaces as one camera sees them at every instant: corners, order from far to near, colours."""

    def __init__(self, meshes: Sequence[Mesh], camera: Camera, light: Light) -> None:
        """`camera` at every instant, or one that stands still."""
        corners: list[NDArray[np.int32]] = []
        depths: list[Floats] = []
        facing: list[NDArray[np.bool_]] = []
        colours: list[Floats] = []
        eye = camera.position if camera.position.ndim == 1 else camera.position[:, None]
        for mesh in meshes:
            vertices, faces = mesh.vertices, mesh.faces
            quads = vertices[:, faces]  # (T, F, 4, 3)
            normal = np.cross(quads[:, :, 2] - quads[:, :, 0], quads[:, :, 3] - quads[:, :, 1])
            normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-12)
            towards = eye - quads.mean(axis=2)
            pixels = camera.project(vertices)
            seen = (normal * towards).sum(axis=-1) > 0
            if mesh.may_be_cut:  # what stands beside the athlete may stand beside the camera too
                seen &= ~np.isnan(pixels[:, faces, 0]).any(axis=-1)
            facing.append(seen)
            depths.append(np.linalg.norm(towards, axis=-1))
            # Light from a lamp, from the room above and, less, from the floor.
            colours.append(np.clip(mesh.colours * light.shade(normal)[..., None], 0, 255))
            corners.append(np.nan_to_num(pixels[:, faces] * 2**SHIFT).round().astype(np.int32))
        shown, far = np.concatenate(facing, axis=1), np.concatenate(depths, axis=1)
        self._order = [np.flatnonzero(here)[np.argsort(-away[here])] for here, away in zip(shown, far, strict=True)]
        self._corners, self._colours = np.concatenate(corners, axis=1), np.concatenate(colours, axis=1)

    def onto(self, image: Picture, at: int) -> None:
        """Draw the instant `at` over a picture."""
        import cv2

        paint, order = cv2.fillConvexPoly, self._order[at]
        for points, colour in zip(self._corners[at][order], self._colours[at][order].tolist(), strict=True):
            paint(image, points, colour, 8, SHIFT)


def fill(image: Picture, meshes: Sequence[Mesh], camera: Camera, light: Light, at: int) -> None:
    """Draw surfaces at one instant over a picture."""
    Drawing(meshes, camera, light).onto(image, at)
