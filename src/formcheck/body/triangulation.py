"""Points in space from the pictures of calibrated cameras, and the calibrated camera itself.

Every sight of a point is two planes through the camera on which it lies. Together they are a small linear system for a
point (the direct linear transform); weighted by one over the depth that it gives and solved again, it has the least
error in the pictures (Hartley & Sturm, "Triangulation", CVIU 68(2), 1997, section 4: Iterative-LS).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.body.pose import PoseSequence
from formcheck.signals import Floats

ROUNDS = 4  # weights settle after two; the others cost little
PARALLEL = 1e-3  # sine of the angle between two sights below which they meet nowhere
NEAREST_M = 0.1


class CameraError(ValueError):
    """A calibration that cannot be one, or a file that does not hold one."""


@dataclass(frozen=True, eq=False)
class CalibratedCamera:
    """A camera whose place and lens are known.

    `matrix` (3, 3) px: focal lengths and principal point; `rotation` (3, 3) and `translation` (3,) m take a point of
    the room to the camera's right, down and away; `distortion` k1, k2, p1, p2 (Brown 1966; OpenCV `calib3d`);
    `frame_size` (width, height) px for which it was calibrated. Raises CameraError when these are not a camera.
    """

    matrix: Floats
    rotation: Floats
    translation: Floats
    frame_size: tuple[int, int]
    distortion: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        for name, shape in (("matrix", (3, 3)), ("rotation", (3, 3)), ("translation", (3,))):
            array = np.array(getattr(self, name), dtype=np.float64)
            if array.shape != shape or not np.isfinite(array).all():
                raise CameraError(f"expected a {name} of {shape} finite numbers, got {array.tolist()}")
            array.setflags(write=False)
            object.__setattr__(self, name, array)
        if self.matrix[0, 0] <= 0 or self.matrix[1, 1] <= 0 or np.abs(self.matrix[2] - [0, 0, 1]).max() > 1e-9:
            raise CameraError(f"expected focal lengths above 0 and a last row of 0 0 1, got {self.matrix.tolist()}")
        if np.abs(self.rotation @ self.rotation.T - np.eye(3)).max() > 1e-4 or np.linalg.det(self.rotation) < 0:
            raise CameraError(f"expected a rotation, got {self.rotation.tolist()}")
        if len(self.distortion) != 4:
            raise CameraError(f"expected four numbers of distortion k1, k2, p1, p2, got {self.distortion}")

    def seen_from(self, points: Floats) -> Floats:
        """Points of the room (..., 3) in metres along the camera's right, down and away."""
        return points @ self.rotation.T + self.translation

    def project(self, points: Floats) -> Floats:
        """Points of the room (..., 3) m to pixels (..., 2); NaN behind the camera."""
        local = self.seen_from(points)
        depth = np.where(local[..., 2] > NEAREST_M, local[..., 2], np.nan)
        bent = self._bent(local[..., :2] / depth[..., None])
        return bent @ self.matrix[:2, :2].T + self.matrix[:2, 2]

    def directions(self, pixels: Floats) -> Floats:
        """Pixels (..., 2) to what a perfect lens would see there, (..., 2): right and down over away."""
        seen = (pixels - self.matrix[:2, 2]) @ np.linalg.inv(self.matrix[:2, :2]).T
        straight = seen
        for _ in range(12 if any(self.distortion) else 0):  # a contraction for every lens that people film with
            straight = straight + seen - self._bent(straight)
        return straight

    def _bent(self, directions: Floats) -> Floats:
        k1, k2, p1, p2 = self.distortion
        x, y = directions[..., 0], directions[..., 1]
        far = x * x + y * y
        round_ = 1.0 + k1 * far + k2 * far * far
        across = x * round_ + 2.0 * p1 * x * y + p2 * (far + 2.0 * x * x)
        return np.stack([across, y * round_ + p1 * (far + 2.0 * y * y) + 2.0 * p2 * x * y], axis=-1)

    def for_frames(self, frame_size: tuple[int, int]) -> CalibratedCamera:
        """The same camera for frames of another size in px; raises CameraError where their shape is another one."""
        scale = frame_size[0] / self.frame_size[0]
        if abs(frame_size[1] - scale * self.frame_size[1]) > 2.0:
            raise CameraError(
                f"expected frames of the shape {self.frame_size} that was calibrated, got {frame_size}: calibrate the "
                "camera in the mode in which it films"
            )
        matrix = self.matrix * [[scale], [scale], [1.0]]
        return CalibratedCamera(matrix, self.rotation, self.translation, frame_size, self.distortion)


def read_cameras(path: Path) -> tuple[CalibratedCamera, CalibratedCamera]:
    """The first and the second camera of a calibration in JSON.

    It is `{"cameras": [{"matrix", "rotation", "translation", "frame_size", "distortion"}, ...]}`, in the terms of
    `CalibratedCamera`; `distortion` may be left out. Raises CameraError when it is not, OSError when it cannot be read.
    """
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        cameras = tuple(_camera(each) for each in found["cameras"])
    except (KeyError, TypeError, ValueError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise CameraError(f"expected a calibration of two cameras in {path.name}, got {what}") from error
    if len(cameras) != 2:
        raise CameraError(f"expected two cameras in {path.name}, got {len(cameras)}")
    return cameras


def _camera(found: Any) -> CalibratedCamera:
    width, height = (int(side) for side in found["frame_size"])
    k1, k2, p1, p2 = (float(each) for each in (*found.get("distortion", ()), 0.0, 0.0, 0.0, 0.0)[:4])
    return CalibratedCamera(
        np.array(found["matrix"], dtype=np.float64),
        np.array(found["rotation"], dtype=np.float64),
        np.array(found["translation"], dtype=np.float64),
        (width, height),
        (k1, k2, p1, p2),
    )


def write_cameras(path: Path, cameras: tuple[CalibratedCamera, CalibratedCamera]) -> None:
    """Write what `read_cameras` reads; raises OSError when it cannot be written."""
    told = [
        {
            "matrix": each.matrix.tolist(),
            "rotation": each.rotation.tolist(),
            "translation": each.translation.tolist(),
            "frame_size": list(each.frame_size),
            "distortion": list(each.distortion),
        }
        for each in cameras
    ]
    path.write_text(json.dumps({"cameras": told}, indent=2) + "\n", encoding="utf-8")


def planes(camera: CalibratedCamera, directions: Floats) -> tuple[Floats, Floats]:
    """The two planes on which a sight (..., 2) puts a point: normals (..., 2, 3) and what they make of it, (..., 2).

    A point is off them by its error in the picture times its depth, in metres.
    """
    normals = camera.rotation[:2] - directions[..., None] * camera.rotation[2]
    return normals, directions * camera.translation[2] - camera.translation[:2]


def triangulate(cameras: Sequence[CalibratedCamera], poses: Sequence[PoseSequence]) -> Floats:
    """Joints in the room, (T, K, 3) m, from calibrated cameras that saw the same instants of a person.

    Every picture counts by the visibility of the joint in it. NaN where fewer than two cameras saw a joint, or their
    sights are parallel. Raises ValueError unless there is a pose for every camera and all have the same T and K.
    """
    shapes = {pose.image.shape for pose in poses}
    if len(cameras) != len(poses) or len(shapes) != 1:
        raise ValueError(f"expected as many poses of one shape as there are cameras, got {len(cameras)} and {shapes}")
    sights = [planes(camera, camera.directions(pose.image)) for camera, pose in zip(cameras, poses, strict=True)]
    weights = [np.where(np.isfinite(pose.image).all(axis=-1), pose.visibility, 0.0) for pose in poses]
    rays = [_ray(camera, pose.image) for camera, pose in zip(cameras, poses, strict=True)]
    apart = np.zeros(weights[0].shape)
    for at, (one, w) in enumerate(zip(rays, weights, strict=True)):
        for other, v in zip(rays[:at], weights[:at], strict=True):
            apart = np.fmax(apart, np.where((w > 0) & (v > 0), np.linalg.norm(np.cross(one, other), axis=-1), 0.0))
    depths = [np.ones(weight.shape) for weight in weights]
    points = np.full((*weights[0].shape, 3), np.nan)
    for _ in range(ROUNDS):
        normal, right = np.zeros((*weights[0].shape, 3, 3)), np.zeros((*weights[0].shape, 3))
        for (rows, offs), weight, depth in zip(sights, weights, depths, strict=True):
            heavy = np.where(weight > 0, (weight / depth) ** 2, 0.0)
            rows, offs = np.nan_to_num(rows), np.nan_to_num(offs)
            normal += heavy[..., None, None] * np.swapaxes(rows, -1, -2) @ rows
            right += heavy[..., None] * (offs[..., None, :] @ rows)[..., 0, :]
        solvable = apart > PARALLEL
        points[solvable] = np.linalg.solve(normal[solvable], right[solvable][..., None])[..., 0]
        depths = [np.maximum(np.nan_to_num(camera.seen_from(points)[..., 2], nan=1.0), NEAREST_M) for camera in cameras]
    return points


def _ray(camera: CalibratedCamera, pixels: Floats) -> Floats:
    seen = camera.directions(pixels)
    ray = np.concatenate([seen, np.ones((*seen.shape[:-1], 1))], axis=-1) @ camera.rotation
    return ray / np.linalg.norm(ray, axis=-1, keepdims=True)
