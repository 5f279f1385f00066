"""Which landmarks the body itself hides from a camera."""

from __future__ import annotations

import numpy as np

from formcheck.body import BLAZEPOSE_33
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.stance import Body

HIDDEN = 0.25  # what MediaPipe typically reports for a joint behind the body
SEEN = 0.99

# Capsules (from, to, radius as a share of stature), after the limb girths of ANSUR (Gordon et al. 1989).
_CAPSULES = (
    *((f"hip_{side}", f"knee_{side}", 0.038) for side in ("left", "right")),
    *((f"knee_{side}", f"ankle_{side}", 0.026) for side in ("left", "right")),
    *((f"shoulder_{side}", f"elbow_{side}", 0.024) for side in ("left", "right")),
    *((f"elbow_{side}", f"wrist_{side}", 0.018) for side in ("left", "right")),
    ("hips", "l3", 0.060),
    ("l3", "t12", 0.060),
    ("t12", "t6", 0.065),
    ("t6", "c7", 0.055),
    ("head", "head", 0.045),
)


def visibility(athlete: Athlete, body: Body, joints: Floats, camera: Camera) -> Floats:
    """(T, 33): near 1 where a camera sees a joint (T, 33, 3), low where a limb stands before it, 0 out of frame.

    The line from the joint to the camera is tested against capsules for limbs, trunk and head; a capsule that holds
    the joint itself does not hide it.
    """
    hidden = np.zeros(joints.shape[:2], dtype=bool)
    ray = camera.position[..., None, :] - joints
    far = np.linalg.norm(ray, axis=-1, keepdims=True)
    ray = ray / far
    for start, end, share in _CAPSULES:
        radius = share * athlete.stature_m * athlete.girth
        a, b = body.points[start][:, None], body.points[end][:, None]
        outside = _to_segment(joints, a, b) > radius * 1.15
        for ahead in np.linspace(1.2, 12.0, 10):  # points on the ray, in radii
            hidden |= outside & (_to_segment(joints + ray * ahead * radius, a, b) < radius * 0.85)
    pixels = camera.project(joints)
    inside = ((pixels >= 0) & (pixels < np.array(camera.frame_size))).all(axis=-1)
    assert joints.shape[1] == len(BLAZEPOSE_33)
    return np.where(inside, np.where(hidden, HIDDEN, SEEN), 0.0)


def _to_segment(points: Floats, a: Floats, b: Floats) -> Floats:
    way = b - a
    share = ((points - a) * way).sum(axis=-1) / np.maximum((way * way).sum(axis=-1), 1e-9)
    return np.linalg.norm(points - (a + np.clip(share, 0, 1)[..., None] * way), axis=-1)
