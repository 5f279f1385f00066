"""What else stands about in a place, near its walls."""

from __future__ import annotations

import numpy as np

from formcheck.synthetic.camera import Camera
from formcheck.synthetic.mesh import Mesh
from formcheck.synthetic.places import Place


def clutter(place: Place, camera: Camera, draw: np.random.Generator) -> Mesh | None:
    """Furniture, plants and gear behind the athlete, never before the camera; None for a bare room."""
    return None
