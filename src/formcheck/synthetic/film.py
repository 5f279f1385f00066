"""Pictures of a performance: faces shaded by their slope, drawn from far to near, and written as video."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats, rate_hz
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.equipment import equipment
from formcheck.synthetic.figure import figure
from formcheck.synthetic.furniture import furniture, mat
from formcheck.synthetic.performance import Performance
from formcheck.synthetic.room import LIGHT, background
from formcheck.synthetic.stance import Body

Picture = NDArray[np.uint8]
Progress = Callable[[float], None]

_CHUNK = 48  # frames whose surfaces are computed together: bounded memory for long performances
_SHIFT = 4  # binary places of a pixel in which corners are given
_SHADOW = 0.72
_SHADOWS = (
    ("hips", "l3", "t6", "c7", "shoulder_left", "shoulder_right", "hip_left", "hip_right"),
    *((f"hip_{side}", f"knee_{side}") for side in ("left", "right")),
    *((f"knee_{side}", f"ankle_{side}") for side in ("left", "right")),
    *((f"heel_{side}", f"ankle_{side}", f"ball_{side}", f"foot_index_{side}") for side in ("left", "right")),
    *((f"shoulder_{side}", f"elbow_{side}") for side in ("left", "right")),
    *((f"elbow_{side}", f"wrist_{side}", f"fingers_{side}") for side in ("left", "right")),
    ("head", "c7", "nose"),
)


def pictures(performance: Performance, camera: Camera) -> Iterator[Picture]:
    """Every instant as (height, width, 3) red green blue."""
    import cv2

    room, floor = background(camera, performance.athlete.outfit.skin, performance.athlete.seed)
    start = performance.start
    _lay_mat(room, performance, start, camera)
    dark = (room * _SHADOW).astype(np.uint8)
    floor_mask = floor.astype(np.uint8)
    frames = len(performance.time)
    for begin in range(0, frames, _CHUNK):
        part = _part(performance.body, slice(begin, min(begin + _CHUNK, frames)))
        corners, order, colours = _drawn(performance, part, start, camera)
        shadows = _shadows(part, camera)
        for at in range(len(order)):
            image = room.copy()
            mask = np.zeros(floor_mask.shape, dtype=np.uint8)
            for hulls in shadows:
                cv2.fillConvexPoly(mask, cv2.convexHull(hulls[at]), 1, lineType=cv2.LINE_8, shift=_SHIFT)
            cv2.copyTo(dark, mask & floor_mask, image)
            fill = cv2.fillConvexPoly
            for points, colour in zip(corners[at][order[at]], colours[at][order[at]].tolist(), strict=True):
                fill(image, points, colour, 8, _SHIFT)
            yield np.asarray(cv2.GaussianBlur(image, (3, 3), 0.6), dtype=np.uint8)


def film(performance: Performance, camera: Camera, path: Path, progress: Progress | None = None) -> None:
    """Write a performance as an H.264 video with its exact instants; beside first, then renamed.

    `progress(share)` is called after every frame with the share done, 0..1. Raises ValueError when the camera cuts the
    athlete off, and OSError when the video cannot be written.
    """
    import av

    if not camera.holds(performance.outline()):
        raise ValueError("expected the whole athlete in the frame in every instant; move the camera back")
    part = path.with_name(path.name + ".part")
    try:
        with av.open(str(part), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=Fraction(rate_hz(performance.time)).limit_denominator(1001))
            stream.width, stream.height = camera.frame_size
            stream.pix_fmt = "yuv420p"
            stream.options = {"crf": "20", "preset": "veryfast", "threads": "1"}  # the same bytes on every machine
            stream.codec_context.time_base = Fraction(1, 90_000)
            for at, image in enumerate(pictures(performance, camera)):
                frame = av.VideoFrame.from_ndarray(image, format="rgb24")
                frame.pts = round(float(performance.time[at]) * 90_000)
                frame.time_base = Fraction(1, 90_000)
                container.mux(stream.encode(frame))
                if progress is not None:
                    progress((at + 1) / len(performance.time))
            container.mux(stream.encode())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _lay_mat(room: Picture, performance: Performance, start: Body, camera: Camera) -> None:
    import cv2

    lying = mat(performance.motion, performance.athlete, start)
    if lying is not None:
        corners, colour = lying
        pixels = np.nan_to_num(camera.project(corners) * 2**_SHIFT).round().astype(np.int32)
        cv2.fillConvexPoly(room, pixels, colour, cv2.LINE_AA, _SHIFT)


def _part(body: Body, frames: slice) -> Body:
    return Body(
        {name: points[frames] for name, points in body.points.items()},
        {name: turns[frames] for name, turns in body.frames.items()},
    )


def _drawn(
    performance: Performance, body: Body, start: Body, camera: Camera
) -> tuple[NDArray[np.int32], list[NDArray[np.intp]], Floats]:
    """Corners (T, F, 4, 2) in pixels, per frame the faces to draw from far to near, and their colours (T, F, 3)."""
    motion, athlete = performance.motion, performance.athlete
    meshes = [
        figure(athlete, body, motion.equipment != "none" or motion.support == "hands on bars"),
        equipment(motion, athlete, body, start),
        furniture(motion, athlete, start, len(body.points["hips"])),
    ]
    corners: list[NDArray[np.int32]] = []
    depths: list[Floats] = []
    facing: list[NDArray[np.bool_]] = []
    colours: list[Floats] = []
    for mesh in (mesh for mesh in meshes if mesh is not None):
        quads = mesh.vertices[:, mesh.faces]  # (T, F, 4, 3)
        normal = np.cross(quads[:, :, 2] - quads[:, :, 0], quads[:, :, 3] - quads[:, :, 1])
        normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-12)
        middle = quads.mean(axis=2)
        towards = camera.position - middle
        facing.append((normal * towards).sum(axis=-1) > 0)
        depths.append(np.linalg.norm(towards, axis=-1))
        slope = np.clip(normal @ LIGHT, 0.0, 1.0)
        # Light from a lamp, from the room above and, less, from the floor.
        shade = 0.46 + 0.42 * slope + 0.12 * (normal[..., 1] * 0.5 + 0.5)
        colours.append(np.clip(mesh.colours * shade[..., None], 0, 255))
        pixels = camera.project(mesh.vertices)[:, mesh.faces]
        corners.append(np.nan_to_num(pixels * 2**_SHIFT).round().astype(np.int32))
    seen, far = np.concatenate(facing, axis=1), np.concatenate(depths, axis=1)
    order = [np.flatnonzero(here)[np.argsort(-away[here])] for here, away in zip(seen, far, strict=True)]
    return np.concatenate(corners, axis=1), order, np.concatenate(colours, axis=1)


def _shadows(body: Body, camera: Camera) -> list[NDArray[np.int32]]:
    """For every part of the body the corners (T, N, 2) of its shadow on the floor, in pixels."""
    out: list[NDArray[np.int32]] = []
    for part in _SHADOWS:
        points = np.stack([body.points[name] for name in part], axis=1)
        # Every point as a small square, so that limbs throw shadows with some width.
        size = 0.11 if len(part) > 4 else 0.05
        around = points[:, :, None] + size * np.array([[1, 0, 1], [1, 0, -1], [-1, 0, 1], [-1, 0, -1]], dtype=float)
        around = around.reshape(len(points), -1, 3)
        ground = around - around[..., 1:2] / LIGHT[1] * LIGHT
        out.append(np.nan_to_num(camera.project(ground) * 2**_SHIFT).round().astype(np.int32))
    return out
