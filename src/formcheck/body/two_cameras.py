"""Where two cameras stand that nobody calibrated, told by the person whom both film.

A person who moves before two cameras that stand still is what a calibration board is elsewhere: hundreds of points in
pairs. Their pictures alone leave the angle between the cameras almost free, since people are small for their distance;
the depth that a pose estimator guesses in each view, and bones that keep their lengths, settle it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.body.planes import torso_m
from formcheck.body.pose import PoseSequence
from formcheck.body.triangulation import CalibratedCamera, planes
from formcheck.body.view import torso_px
from formcheck.signals import Floats

FOCAL = 1.1  # of the frame's longer side: a phone's main lens (26 mm for 36 mm) with the crop of its video mode
# Standard errors in trunk lengths: of a landmark in the picture, and of a world landmark across and along the sight.
IN_PICTURE, ACROSS, AWAY = 0.04, 0.25, 0.5
BONE, GIRDLE, UNLIKE = 0.04, 0.013, 0.008  # in trunk lengths: of the length of a bone, and between left and right
TILT_DEG = 4.0  # cameras are nearly upright: one against the other, either way
FRAMES = 48  # that the cameras' places are told from
WORTH = 1.0  # the errors of frames are alike: all together count as so many
LEAST_FRAMES = 12
LEAST_SEEN = 0.05
TRUST = 0.5  # the power of visibility that tells how sure a landmark is: hidden ones are not as bad as they are called
NEAREST_M = 0.3

PARTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index", "ear")
JOINTS = ("nose", *(f"{part}_{side}" for part in PARTS for side in ("left", "right")))
_LIMBS = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"), ("shoulder", "hip"))
BONES = tuple((f"{a}_{side}", f"{b}_{side}") for a, b in _LIMBS for side in ("left", "right"))
GIRDLES = (("shoulder_left", "shoulder_right"), ("hip_left", "hip_right"))
# As long on the left as on the right, whoever it is: an angle between the cameras that is wrong shears the body.
ALIKE = (
    (("shoulder_left", "hip_right"), ("shoulder_right", "hip_left")),
    *(((a, f"{b}_left"), (a, f"{b}_right")) for a, b in (("nose", "shoulder"), ("nose", "hip"), ("nose", "ear"))),
)


@dataclass(frozen=True, eq=False)
class Sight:
    """What one camera has of a person: T instants of K joints.

    `directions` (T, K, 2) right and down over away; `world` (T, K, 3) m from mid-hip in the camera's axes, all 0 where
    the estimator gave none, which `told` (T, K) 0 or 1 says; `seen` (T, K) 0..1, 0 where a joint is missing; `away_m`
    about how far the person is.
    """

    directions: Floats
    world: Floats
    told: Floats
    seen: Floats
    away_m: float

    @staticmethod
    def of(pose: PoseSequence, joints: tuple[str, ...], camera: CalibratedCamera, trunk_m: float) -> Sight:
        """What a camera of known lens has of some joints, in a size in which the trunk is so long."""
        at = [pose.skeleton.index(joint) if joint in pose.skeleton else -1 for joint in joints]
        lacks = np.array(at) < 0
        image, seen = pose.image[:, at], pose.visibility[:, at]
        missing = lacks | ~np.isfinite(image).all(axis=-1)
        world = np.full((*image.shape[:2], 3), np.nan) if pose.world is None else pose.world[:, at]
        told = ~missing & np.isfinite(world).all(axis=-1)
        scale = trunk_m / torso_m(pose) if told.any() else 1.0
        return Sight(
            directions=np.where(missing[..., None], 0.0, camera.directions(image)),
            world=np.where(told[..., None], world * scale, 0.0),
            told=told.astype(np.float64),
            seen=np.where(missing, 0.0, np.clip(np.nan_to_num(seen), LEAST_SEEN, 1.0) ** TRUST),
            away_m=float(np.sqrt(np.linalg.det(camera.matrix[:2, :2]))) * trunk_m / torso_px(pose),
        )

    def rows(self, frames: NDArray[np.bool_] | NDArray[np.intp]) -> Sight:
        """Some of its instants."""
        parts = (self.directions[frames], self.world[frames], self.told[frames], self.seen[frames])
        return Sight(*parts, self.away_m)


@dataclass(frozen=True, eq=False)
class Places:
    """Two cameras in the axes of the first one, in metres as the estimator tells them.

    `apart_deg` is the angle between the directions in which they look; `error` by how much they disagree on a joint
    that both see well, in trunk lengths (median).
    """

    cameras: tuple[CalibratedCamera, CalibratedCamera]
    apart_deg: float
    error: float


def guessed_lens(frame_size: tuple[int, int]) -> CalibratedCamera:
    """A phone's main lens, at the origin, for frames of a size in px."""
    focal = FOCAL * max(frame_size)
    matrix = np.array([[focal, 0.0, frame_size[0] / 2], [0.0, focal, frame_size[1] / 2], [0.0, 0.0, 1.0]])
    return CalibratedCamera(matrix, np.eye(3), np.zeros(3), frame_size)


def moved(camera: CalibratedCamera, rotation: Floats, translation: Floats) -> CalibratedCamera:
    """The same lens elsewhere."""
    return CalibratedCamera(camera.matrix, rotation, translation, camera.frame_size, camera.distortion)


class Joined:
    """Points in space from two sights: sight lines that meet, within what either view's world landmarks allow."""

    def __init__(self, sights: tuple[Sight, Sight], trunk_m: float, hips: tuple[int, int]) -> None:
        self.sights, self.trunk_m, self.hips = sights, trunk_m, list(hips)
        self.heavy = [np.ones_like(sight.seen) for sight in sights]  # what robust fitting leaves of each sight

    def normal(
        self, cameras: tuple[CalibratedCamera, ...], depths: list[Floats], root: Floats | None
    ) -> tuple[Floats, Floats]:
        """Normal equations of every point, (T, K, 3, 3) and (T, K, 3), in which 1 is a standard error."""
        shape = self.sights[0].seen.shape
        normal, right = np.zeros((*shape, 3, 3)), np.zeros((*shape, 3))
        for sight, camera, depth, heavy in zip(self.sights, cameras, depths, self.heavy, strict=True):
            weight = (sight.seen * heavy * sight.away_m / (depth * IN_PICTURE * self.trunk_m)) ** 2
            rows, offs = planes(camera, sight.directions)
            normal += weight[..., None, None] * (np.swapaxes(rows, -1, -2) @ rows)
            right += weight[..., None] * (offs[..., None] * rows).sum(axis=-2)
            if root is not None:
                spread = np.array([ACROSS, ACROSS, AWAY]) * self.trunk_m
                certain = (camera.rotation.T / spread**2) @ camera.rotation
                weight = (sight.told * sight.seen) ** 2
                normal += weight[..., None, None] * certain
                right += weight[..., None] * ((root[:, None] + sight.world @ camera.rotation) @ certain)
        return normal, right

    def points(
        self, cameras: tuple[CalibratedCamera, ...], rounds: int = 3, root: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Joints in the room (T, K, 3) m for cameras in some places, and how surely: their normal equations' matrix.

        Without a `root` (T, 3), about where the hips are, both must see the person at every instant.
        """
        depths = [np.full(sight.seen.shape, sight.away_m) for sight in self.sights]
        if root is not None:
            depths = [
                np.maximum(camera.seen_from(root)[:, 2:] + sight.world[..., 2], NEAREST_M)
                for sight, camera in zip(self.sights, cameras, strict=True)
            ]
        points = normal = np.zeros((*depths[0].shape, 3))
        for _ in range(rounds):
            normal, right = self.normal(cameras, depths, root)
            points = np.asarray(np.linalg.solve(normal + 1e-6 * np.eye(3), right[..., None])[..., 0], dtype=np.float64)
            root = points[:, self.hips].mean(axis=1)
            depths = [np.maximum(camera.seen_from(points)[..., 2], NEAREST_M) for camera in cameras]
        return points, normal

    def misses(self, cameras: tuple[CalibratedCamera, ...], points: Floats) -> list[Floats]:
        """By how much the points are beside their sights, (T, K, 2) in each picture, in trunk lengths."""
        out: list[Floats] = []
        for sight, camera in zip(self.sights, cameras, strict=True):
            local = camera.seen_from(points)
            depth = np.maximum(local[..., 2:], NEAREST_M)
            out.append((local[..., :2] / depth - sight.directions) * sight.away_m / self.trunk_m)
        return out


def find_places(first: PoseSequence, second: PoseSequence) -> Places | None:
    """Where two cameras stand, from the same instants (T,) of a person in both.

    The second camera's rotation and translation are those with the least error of the sight lines (`triangulation`),
    of the depths that the estimator guessed and of the lengths of bones, robustly. None where fewer than 12 instants
    show the person to both, or either stream has no world landmarks.
    """
    from scipy.optimize import least_squares

    both = np.flatnonzero(first.found & second.found)
    if len(both) < LEAST_FRAMES or first.world is None or second.world is None:
        return None
    chosen = both[np.unique(np.linspace(0, len(both) - 1, FRAMES).round().astype(int))]
    trunk_m = (torso_m(first) + torso_m(second)) / 2
    lenses = guessed_lens(first.frame_size), guessed_lens(second.frame_size)
    sights = tuple(
        Sight.of(pose, JOINTS, lens, trunk_m).rows(chosen) for pose, lens in zip((first, second), lenses, strict=True)
    )
    if not np.isfinite([sight.away_m for sight in sights]).all():
        return None
    fit = _Fit(Joined((sights[0], sights[1]), trunk_m, (JOINTS.index("hip_left"), JOINTS.index("hip_right"))), lenses)
    starts = [fit.start(level) for level in (True, False)]
    best = min(starts, key=lambda start: float(np.log1p(fit.off(start) ** 2).sum()))
    found = least_squares(fit.off, best, loss="soft_l1", max_nfev=15, diff_step=1e-4)
    return fit.places(np.asarray(found.x))


class _Fit:
    def __init__(self, joined: Joined, lenses: tuple[CalibratedCamera, CalibratedCamera]) -> None:
        self.joined, self.lenses = joined, lenses
        seen = [sight.seen for sight in joined.sights]
        self.bones, self.girdles, self.alike = _indices(BONES), _indices(GIRDLES), _indices(ALIKE)
        self.bone_seen = np.min([each[:, self.bones].min(axis=-1) for each in seen], axis=0)
        known = (np.min(seen, axis=0) > 0).mean(axis=0) > 0.5
        self.alike = self.alike[known[self.alike].all(axis=(1, 2))]
        self.share = np.sqrt(WORTH / len(seen[0]))

    def start(self, level: bool) -> Floats:
        """Turned so that both views' world landmarks agree best; `level`: only about the vertical."""
        one, other = self.joined.sights
        x, y = one.world.reshape(-1, 3), other.world.reshape(-1, 3)
        sure = (one.seen * other.seen * one.told * other.told).ravel()
        weight, turn = sure, np.eye(3)
        for _ in range(8):  # without what one of the views took for something else
            turn = _about_vertical(x, y, weight) if level else _kabsch(x, y, weight)
            off = np.linalg.norm(x @ turn.T - y, axis=1)
            weight = sure / (1 + (off / (0.2 * self.joined.trunk_m)) ** 2)
        roots = [
            np.append(sight.directions[:, self.joined.hips].mean(axis=(0, 1)), 1.0) * sight.away_m
            for sight in self.joined.sights
        ]
        return np.concatenate([_vector(turn), (roots[1] - turn @ roots[0]) / other.away_m])

    def cameras(self, at: Floats) -> tuple[CalibratedCamera, CalibratedCamera]:
        return self.lenses[0], moved(self.lenses[1], _rotation(at[:3]), at[3:6] * self.joined.sights[1].away_m)

    def off(self, at: Floats) -> Floats:
        """Everything by which cameras in some places are off, in standard errors."""
        cameras = self.cameras(at)
        points, _ = self.joined.points(cameras)
        root = points[:, self.joined.hips].mean(axis=1, keepdims=True)
        parts = [
            (miss / IN_PICTURE * sight.seen[..., None]).ravel()
            for miss, sight in zip(self.joined.misses(cameras, points), self.joined.sights, strict=True)
        ]
        for sight, camera in zip(self.joined.sights, cameras, strict=True):
            beside = ((points - root) @ camera.rotation.T - sight.world) / self.joined.trunk_m / [ACROSS, ACROSS, AWAY]
            parts.append((beside * (sight.told * sight.seen)[..., None]).ravel())
        trunk_m = self.joined.trunk_m
        lengths = _lengths(points, self.bones)
        usual = np.repeat(np.median(lengths, axis=0).reshape(-1, 2).mean(axis=1), 2)  # alike on either side
        parts.append(((lengths - usual) / (BONE * trunk_m) * self.bone_seen).ravel())
        widths = _lengths(points, self.girdles)
        parts.append(((widths - np.median(widths, axis=0)) / (GIRDLE * trunk_m)).ravel())
        left, right = (np.median(_lengths(points, self.alike[:, side]), axis=0) for side in (0, 1))
        parts.append((left - right) / (UNLIKE * trunk_m) * np.sqrt(len(points)))
        tilt = cameras[1].rotation[[0, 2], 1] / np.radians(TILT_DEG)
        return np.concatenate([self.share * np.concatenate(parts), tilt])

    def places(self, at: Floats) -> Places:
        cameras = self.cameras(at)
        points, _ = self.joined.points(cameras)
        one, other = (np.linalg.norm(miss, axis=-1) for miss in self.joined.misses(cameras, points))
        clear = np.min([sight.seen for sight in self.joined.sights], axis=0) > 0.5
        error = float(np.median((one + other)[clear])) if clear.any() else float("inf")
        apart = float(np.degrees(np.arccos(np.clip(cameras[1].rotation[2, 2], -1.0, 1.0))))
        return Places(cameras, apart, error)


def _indices(names: object) -> NDArray[np.intp]:
    return np.vectorize(JOINTS.index, otypes=[np.intp])(np.array(names))


def _lengths(points: Floats, ends: NDArray[np.intp]) -> Floats:
    return np.linalg.norm(points[:, ends[:, 0]] - points[:, ends[:, 1]], axis=-1)


def _about_vertical(x: Floats, y: Floats, weight: Floats) -> Floats:
    along = (weight * (x[:, 0] * y[:, 0] + x[:, 2] * y[:, 2])).sum()
    across = (weight * (x[:, 2] * y[:, 0] - x[:, 0] * y[:, 2])).sum()
    c, s = np.array([along, across]) / max(np.hypot(along, across), 1e-12)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def _kabsch(x: Floats, y: Floats, weight: Floats) -> Floats:
    u, _, vt = np.linalg.svd((weight[:, None] * y).T @ x)
    return u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt


def _rotation(vector: Floats) -> Floats:
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_rotvec(vector).as_matrix())


def _vector(rotation: Floats) -> Floats:
    from scipy.spatial.transform import Rotation

    return np.asarray(Rotation.from_matrix(rotation).as_rotvec())
