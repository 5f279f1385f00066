"""Pictures of a performance in a scene, and video of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats, rate_hz
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.equipment import equipment
from formcheck.synthetic.figure import figure
from formcheck.synthetic.furniture import furniture, mat
from formcheck.synthetic.light import Light, Sensor
from formcheck.synthetic.mesh import Mesh
from formcheck.synthetic.painter import SHIFT, Drawing
from formcheck.synthetic.performance import Performance
from formcheck.synthetic.room import Backdrop
from formcheck.synthetic.scene import Scene
from formcheck.synthetic.stance import Body

Picture = NDArray[np.uint8]
Progress = Callable[[float], None]

# The same bytes every time: the encoder's output depends on its number of threads, and that of its macroblock tree, in
# some frame sizes, on what was left in memory (seen with x264 in PyAV 18.1 at 320 x 180; never without the tree).
ENCODING: dict[str, object] = {"crf": "20", "preset": "veryfast", "threads": "1", "x264-params": "mbtree=0"}

_CHUNK = 48  # frames whose surfaces are computed together: bounded memory for long performances
_EXPOSURES = 4  # sharp pictures that make one through an open shutter
_IN_SHADOW = (np.arange(256) * 0.72).astype(np.uint8)
_SHADOWS = (
    ("hips", "l3", "t6", "c7", "shoulder_left", "shoulder_right", "hip_left", "hip_right"),
    *((f"hip_{side}", f"knee_{side}") for side in ("left", "right")),
    *((f"knee_{side}", f"ankle_{side}") for side in ("left", "right")),
    *((f"heel_{side}", f"ankle_{side}", f"ball_{side}", f"foot_index_{side}") for side in ("left", "right")),
    *((f"shoulder_{side}", f"elbow_{side}") for side in ("left", "right")),
    *((f"elbow_{side}", f"wrist_{side}", f"fingers_{side}") for side in ("left", "right")),
    ("head", "c7", "nose"),
)


def pictures(performance: Performance, camera: Camera, scene: Scene | None = None) -> Iterator[Picture]:
    """Every instant as (height, width, 3) red green blue, in a plain room unless a `scene` says otherwise.

    An instant is the middle of the time for which the shutter is open.
    """
    scene = scene or Scene()
    sensor = Sensor(scene.noise, camera.frame_size, scene.seed or performance.athlete.seed)
    if scene.shutter <= 0 or len(performance.time) < 2:
        sharp = _sharp(performance, camera, scene)
    else:
        open_s = scene.shutter * float(np.median(np.diff(performance.time)))
        within = open_s * ((np.arange(_EXPOSURES) + 0.5) / _EXPOSURES - 0.5)
        longer = performance.at((performance.time[:, None] + within).ravel())
        sharp = _averaged(_sharp(longer, camera, scene))
    for picture in sharp:
        yield sensor(scene.light.developed(picture))


def film(
    performance: Performance,
    camera: Camera,
    path: Path,
    progress: Progress | None = None,
    scene: Scene | None = None,
) -> None:
    """Write a performance as an H.264 video with its exact instants; beside first, then renamed.

    The video's clock begins with its first picture, at `performance.time[0]`: one that was started later begins at 0
    like any other. `progress(share)` is called after every frame with the share done, 0..1. Raises ValueError when the
    camera cuts the athlete off, saying where and when, and OSError when the video cannot be written.
    """
    import av

    camera.must_hold(performance.outline(), performance.time)
    part = path.with_name(path.name + ".part")
    try:
        with av.open(str(part), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=Fraction(rate_hz(performance.time)).limit_denominator(1001))
            stream.width, stream.height = camera.frame_size
            stream.pix_fmt = "yuv420p"
            stream.options = dict(ENCODING)
            stream.codec_context.time_base = Fraction(1, 90_000)
            for at, image in enumerate(pictures(performance, camera, scene)):
                frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                frame.pts = round(float(performance.time[at] - performance.time[0]) * 90_000)
                frame.time_base = Fraction(1, 90_000)
                container.mux(stream.encode(frame))
                if progress is not None:
                    progress((at + 1) / len(performance.time))
            container.mux(stream.encode())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _sharp(performance: Performance, camera: Camera, scene: Scene) -> Iterator[Picture]:
    """Every instant as a camera without noise sees it in even, bright light."""
    import cv2

    athlete, motion, start = performance.athlete, performance.motion, performance.start
    seed = athlete.seed if scene.seed is None else scene.seed
    lying = mat(motion, athlete, start)
    backdrop = Backdrop(camera, athlete.outfit.skin, seed, scene.place, scene.light, lying)
    moving = camera.at(performance.time)
    for begin in range(0, len(performance.time), _CHUNK):
        here = slice(begin, begin + _CHUNK)
        body, seen = _part(performance.body, here), _held(moving, here)
        gripping = motion.equipment != "none" or motion.support == "hands on bars"
        surfaces = [
            figure(athlete, body, gripping),
            equipment(motion, athlete, body, start),
            furniture(motion, athlete, start, len(body.points["hips"])),
        ]
        drawing = Drawing([surface for surface in surfaces if surface is not None], seen, scene.light)
        shadows = _shadows(body, seen, scene.light)
        standing = _cast(furniture(motion, athlete, start, 1), seen, scene.light)
        room, floor = backdrop.seen(_held(seen, 0))
        dark = cv2.LUT(room, _IN_SHADOW)
        for at in range(len(body.points["hips"])):
            if camera.sway is not None:
                room, floor = backdrop.seen(_held(seen, at))
                dark = cv2.LUT(room, _IN_SHADOW)
            image = room.copy()
            mask = np.zeros(floor.shape, dtype=np.uint8)
            for hulls in shadows:
                cv2.fillConvexPoly(mask, cv2.convexHull(hulls[at]), 1, lineType=cv2.LINE_8, shift=SHIFT)
            for polygon in standing[at if len(standing) > 1 else 0]:
                cv2.fillConvexPoly(mask, polygon, 1, lineType=cv2.LINE_8, shift=SHIFT)
            cv2.copyTo(dark, mask & floor, image)
            drawing.onto(image, at)
            yield np.asarray(cv2.GaussianBlur(image, (3, 3), 0.6), dtype=np.uint8)


def _averaged(sharp: Iterator[Picture]) -> Iterator[Picture]:
    total = None
    for at, picture in enumerate(sharp):
        total = picture.astype(np.uint16) if total is None else total + picture
        if at % _EXPOSURES == _EXPOSURES - 1:
            yield (total // _EXPOSURES).astype(np.uint8)
            total = None


def _part(body: Body, frames: slice) -> Body:
    return Body(
        {name: points[frames] for name, points in body.points.items()},
        {name: turns[frames] for name, turns in body.frames.items()},
    )


def _held(camera: Camera, frames: slice | int) -> Camera:
    """A camera that sways, at some instants; one that stands still as it is."""
    if camera.position.ndim == 1:
        return camera
    roll = np.asarray(camera.roll_deg)[frames]
    return replace(camera, position=camera.position[frames], target=camera.target[frames], roll_deg=roll)


def _shadows(body: Body, camera: Camera, light: Light) -> list[NDArray[np.int32]]:
    """For every part of the body the corners (T, N, 2) of its shadow on the floor, in pixels."""
    out: list[NDArray[np.int32]] = []
    for part in _SHADOWS:
        points = np.stack([body.points[name] for name in part], axis=1)
        # Every point as a small square, so that limbs throw shadows with some width.
        size = 0.11 if len(part) > 4 else 0.05
        around = points[:, :, None] + size * np.array([[1, 0, 1], [1, 0, -1], [-1, 0, 1], [-1, 0, -1]], dtype=float)
        around = around.reshape(len(points), -1, 3)
        out.append(_on_floor(around, camera, light))
    return out


def _cast(thing: Mesh | None, camera: Camera, light: Light) -> NDArray[np.int32]:
    """(T or 1, F, 4, 2): the shadow of every face of what stands still, in pixels; F is 0 for nothing."""
    if thing is None:
        return np.zeros((1, 0, 4, 2), dtype=np.int32)
    return _on_floor(thing.vertices[:, thing.faces], camera, light)


def _on_floor(points: Floats, camera: Camera, light: Light) -> NDArray[np.int32]:
    """Where the lamp throws points (T, ..., 3) on the floor, in pixels (T, ..., 2)."""
    source = light.direction
    ground = points - points[..., 1:2] / source[1] * source
    return np.nan_to_num(camera.project(ground) * 2**SHIFT).round().astype(np.int32)
