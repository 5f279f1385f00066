"""What a small thermal camera sees of a performance: the athlete's surface in temperatures, and the camera's errors.

Modelled on the FLIR One Pro of EJUST-GYM-3: 160 x 120 pixels at 8.7 frames a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.body import View
from formcheck.signals import Floats, uniform_clock
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.equipment import equipment
from formcheck.synthetic.figure import figure
from formcheck.synthetic.furniture import furniture
from formcheck.synthetic.heat import KELVIN, Warmth, coat, exertion_k, worked_s
from formcheck.synthetic.mesh import Mesh
from formcheck.synthetic.performance import Performance
from formcheck.synthetic.rotations import UP

Kelvins = NDArray[np.float32]

RATE_HZ = 8.7
FRAME_SIZE = (160, 120)
FOCAL = 0.96  # of the frame's longer side: 55 degrees across, FLIR One Pro data sheet

_FINER = 4  # times: drawn so much finer, then averaged over each pixel
_CHUNK = 48
_SHIFT = 4
_REFLECTED = 0.02  # of skin and cloth at right angles: emissivity 0.98 (Steketee 1973, Phys Med Biol 18(5))
_SETTLED_S = 180.0  # after the shutter closed the pattern grows no more
_WALLS_M = 6.5  # from the middle of the room, or behind the camera
_THINGS_K = 0.3  # by how much bars and benches are warmer than the air, from being used


@dataclass(frozen=True)
class Detector:
    """How a microbolometer errs, in kelvin: all zero is a perfect one.

    `netd_k` is white noise from frame to frame, `pattern_k` what stays on pixels and, by half as much, on columns,
    until the shutter closes; `offset_k` is how far all of a recording is off, `drift_k_min` how fast that wanders
    between two shutter closings. The shutter closes every `shutter_s` for `freeze_s`, while the picture stands still.
    `blur_px` is the standard deviation of the lens's blur.
    """

    netd_k: float = 0.1
    pattern_k: float = 0.12
    offset_k: float = 0.8
    drift_k_min: float = 0.15
    shutter_s: float = 180.0
    freeze_s: float = 0.5
    blur_px: float = 0.6

    @staticmethod
    def perfect() -> Detector:
        """Only the pixels' own size."""
        return Detector(0.0, 0.0, 0.0, 0.0, np.inf, 0.0, 0.0)


@dataclass(frozen=True, eq=False)
class Thermogram:
    """Thermal frames of one performance: `time` (T,) s, `kelvin` (T, height, width)."""

    time: Floats
    kelvin: Kelvins

    @property
    def celsius(self) -> Kelvins:
        """(T, height, width)."""
        return self.kelvin - np.float32(KELVIN)


def thermal_camera(performance: Performance, view: View = "front", frame_size: tuple[int, int] = FRAME_SIZE) -> Camera:
    """A thermal camera placed so that the whole performance is in its frame."""
    camera = performance.camera(view, frame_size=frame_size)
    return replace(camera, focal_px=min(camera.focal_px, FOCAL * max(frame_size)))


def thermal(
    performance: Performance,
    camera: Camera,
    seed: int = 0,
    warmth: Warmth | None = None,
    detector: Detector | None = None,
) -> Thermogram:
    """A performance as a thermal camera records it at 8.7 frames a second; the same for the same arguments.

    Room, person and earlier work are `Warmth.sample(seed)` by default. Silhouettes are those of `pictures`, since the
    same surfaces are drawn. Apparent temperatures: at a grazing angle a surface shows less of itself and more of the
    room (Schlick 1994, Computer Graphics Forum 13(3), with emissivity 0.98 at right angles). Raises ValueError when
    the camera cuts the athlete off.
    """
    camera.must_hold(performance.outline(), performance.time)
    warmth = Warmth.sample(seed) if warmth is None else warmth
    detector = Detector() if detector is None else detector
    draw = np.random.default_rng([seed, 61])
    start_s = float(performance.time[0]) + float(draw.random()) / RATE_HZ
    time = uniform_clock(start_s, float(performance.time[-1]), RATE_HZ)
    if len(time) == 0:
        raise ValueError(f"expected a performance longer than a thermal frame of {1 / RATE_HZ:.3f} s")
    seen = np.stack(list(_scenes(performance, time, camera, warmth, detector.blur_px, seed)))
    return Thermogram(time, _detected(seen, time, detector, draw))


def _scenes(
    performance: Performance, time: Floats, camera: Camera, warmth: Warmth, blur_px: float, seed: int
) -> Iterator[Kelvins]:
    """What reaches the detector at every instant, (height, width) K, blurred and averaged over the pixels."""
    import cv2

    width, height = camera.frame_size
    fine = replace(camera, focal_px=camera.focal_px * _FINER, frame_size=(width * _FINER, height * _FINER))
    moving = fine.at(time)
    ahead = _directions(camera)
    room = _room_k(camera, ahead, warmth, seed)
    gripping = performance.motion.equipment != "none" or performance.motion.support == "hands on bars"
    skin = coat(performance, gripping, warmth, seed)
    change = exertion_k(warmth.worked_s + worked_s(performance, time))
    start = performance.start
    for begin in range(0, len(time), _CHUNK):
        now = slice(begin, begin + _CHUNK)
        body = performance.at(time[now]).body
        motion, athlete = performance.motion, performance.athlete
        things = (equipment(motion, athlete, body, start), furniture(motion, athlete, start, len(time[now])))
        meshes = [figure(athlete, body, gripping), *(mesh for mesh in things if mesh is not None)]
        own = np.stack([skin.celsius(float(by)) for by in change[now]]) + KELVIN
        air_k = warmth.room_c + KELVIN
        others = np.full((len(own), sum(mesh.face_count for mesh in meshes[1:])), air_k + _THINGS_K)
        corners, order, shown = _shown(meshes, np.concatenate([own, others], axis=1), air_k, _then(moving, now))
        for at in range(len(order)):
            if camera.sway is not None:
                room = _room_k(_then(moving, begin + at), ahead, warmth, seed)
            image = cv2.resize(room, fine.frame_size, interpolation=cv2.INTER_LINEAR)
            for points, kelvin in zip(corners[at][order[at]], shown[at][order[at]].tolist(), strict=True):
                cv2.fillConvexPoly(image, points, kelvin, cv2.LINE_8, _SHIFT)
            if blur_px > 0:
                image = cv2.GaussianBlur(image, (0, 0), blur_px * _FINER)
            yield np.asarray(cv2.resize(image, camera.frame_size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def _then(camera: Camera, at: slice | int) -> Camera:
    """A camera that sways, at some of its instants; one that stands still as it is."""
    if camera.position.ndim == 1:
        return camera
    roll = np.asarray(camera.roll_deg)[at]
    return replace(camera, position=camera.position[at], target=camera.target[at], roll_deg=roll)


def _shown(
    meshes: list[Mesh], kelvin: Floats, around_k: float, camera: Camera
) -> tuple[NDArray[np.int32], list[NDArray[np.intp]], Floats]:
    """Corners (T, F, 4, 2) in pixels, per frame the faces to draw from far to near, and how warm they look (T, F) K."""
    quads = np.concatenate([mesh.vertices[:, mesh.faces] for mesh in meshes], axis=1)  # (T, F, 4, 3)
    normal = np.cross(quads[:, :, 2] - quads[:, :, 0], quads[:, :, 3] - quads[:, :, 1])
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-12)
    eye = camera.position if camera.position.ndim == 1 else camera.position[:, None]
    towards = eye - quads.mean(axis=2)
    far = np.linalg.norm(towards, axis=-1)
    slope = (normal * towards).sum(axis=-1) / far
    mirrored = _REFLECTED + (1 - _REFLECTED) * (1 - np.clip(slope, 0, 1)) ** 5
    pixels = camera.project(quads) * 2**_SHIFT
    seen = (slope > 0) & np.isfinite(pixels).all(axis=(-1, -2))  # a bench may reach behind the camera
    order = [np.flatnonzero(here)[np.argsort(-away[here])] for here, away in zip(seen, far, strict=True)]
    return np.nan_to_num(pixels).round().astype(np.int32), order, kelvin + mirrored * (around_k - kelvin)


def _directions(camera: Camera) -> Floats:
    """(height, width, 3): where every pixel looks, right, down and away."""
    x, y = np.meshgrid(*(np.arange(size) + 0.5 for size in camera.frame_size))
    ahead = camera.directions(np.stack([x, y], axis=-1).astype(np.float64))
    return np.concatenate([ahead, np.ones((*ahead.shape[:2], 1))], axis=-1)


def _room_k(camera: Camera, ahead: Floats, warmth: Warmth, seed: int) -> Kelvins:
    """The empty room, (height, width) K: walls warmer upwards with warm and cold spots, and a cooler floor."""
    draw = np.random.default_rng([seed, 67])
    rays = ahead @ camera.axes
    wall_m = max(_WALLS_M, float(np.abs(camera.position[[0, 2]]).max()) + 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        to_walls = np.nanmin((np.sign(rays) * wall_m - camera.position)[..., [0, 2]] / rays[..., [0, 2]], axis=-1)
        to_floor = np.where(rays[..., 1] < 0, -camera.position[1] / rays[..., 1], np.inf)
    hit = camera.position + rays * to_walls[..., None]
    image = warmth.room_c + warmth.gradient_k_m * (np.clip(hit[..., 1], 0.0, 3.0) - 1.2)
    for _ in range(warmth.spots):
        where = draw.uniform(-wall_m, wall_m, 2)
        place = np.array([where[0], 0.0, where[1]]) * wall_m / np.abs(where).max() + draw.uniform(0.3, 2.6) * UP
        by = float(draw.choice([-2.0, 1.5, 3.0, 6.0])) * float(draw.uniform(0.6, 1.2))
        away = ((hit - place) ** 2).sum(axis=-1)
        image = image + by * np.exp(-away / (2 * float(draw.uniform(0.15, 0.6)) ** 2))
    image[to_floor < to_walls] = warmth.room_c - warmth.floor_k
    return (np.nan_to_num(image, nan=warmth.room_c) + KELVIN).astype(np.float32)


def _detected(seen: Kelvins, time: Floats, detector: Detector, draw: np.random.Generator) -> Kelvins:
    """Frames (T, height, width) K with everything the detector adds."""
    out = np.empty_like(seen)
    offset = float(np.clip(draw.standard_normal(), -2, 2)) * detector.offset_k
    closes = float(time[0]) - float(draw.random()) * min(detector.shutter_s, _SETTLED_S)  # the last time it closed
    speed, pattern = _fresh(seen.shape[1:], detector, draw)
    for at, when in enumerate(time):
        if when - closes >= detector.shutter_s:
            closes += detector.shutter_s
            speed, pattern = _fresh(seen.shape[1:], detector, draw)
        frozen = at > 0 and when - closes < detector.freeze_s
        noise = detector.netd_k * draw.standard_normal(seen.shape[1:])
        minutes = (float(when) - closes) / 60.0
        # What the shutter took away comes back with time.
        stays = pattern * (0.6 + 0.4 * min(60.0 * minutes / _SETTLED_S, 1.0))
        out[at] = out[at - 1] if frozen else seen[at] + (offset + speed * minutes) + stays + noise
    return out


def _fresh(shape: tuple[int, ...], detector: Detector, draw: np.random.Generator) -> tuple[float, Floats]:
    """After the shutter: how fast the offset wanders from now on, K a minute, and the pattern that is left, K."""
    pixels = draw.standard_normal(shape) + 0.5 * draw.standard_normal(shape[1])
    return detector.drift_k_min * float(draw.standard_normal()), detector.pattern_k * pixels
