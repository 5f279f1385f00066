"""A flat board as a camera with a known lens sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.synthetic.rotations import about

Image = NDArray[np.uint8]

FINER = 3  # times: drawn so much finer, then averaged over each pixel
WALL = 120
EXACT = (3, 40, 1e-8)  # rounds and change at which OpenCV stops: its five leave wide lenses a tenth of a pixel off


def board_picture(
    drawn: Image,
    square_px: int,
    square_m: float,
    matrix: Floats,
    distortion: Sequence[float],
    frame_size: tuple[int, int],
    rotation: Floats,
    translation: Floats,
    draw: np.random.Generator | None = None,
    blur_px: float = 0.6,
    noise: float = 2.0,
) -> Image:
    """A grey picture (height, width) of a board before a plain wall.

    `drawn` is the board with a border of half a square, `square_px` pixels a square, which is `square_m` wide; its
    first inner corner's square begins at the origin of the board's plane, x right and y down. `rotation` (3, 3) and
    `translation` (3,) m take the plane to the camera's right, down and away; `matrix` and `distortion` are OpenCV's.
    `blur_px` and `noise` (grey levels, drawn by `draw`) are the camera's.
    """
    import cv2

    width, height = frame_size
    across, down = np.meshgrid(np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64))
    pixels = np.stack([across.ravel(), down.ravel()], axis=1)[:, None]
    bent = np.asarray(distortion, dtype=np.float64)
    rays = cv2.undistortPoints(pixels, matrix, bent, criteria=EXACT).reshape(-1, 2)
    plane = np.column_stack([rotation[:, :2], translation])  # from the plane to the camera
    found = np.column_stack([rays, np.ones(len(rays))]) @ np.linalg.inv(plane).T
    at = ((found[:, :2] / found[:, 2:]) / square_m + 0.5) * square_px - 0.5
    fine = (width * FINER, height * FINER)
    maps = [cv2.resize(at[:, axis].reshape(height, width).astype(np.float32), fine) for axis in (0, 1)]
    seen = cv2.remap(drawn, maps[0], maps[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=WALL)
    seen = cv2.resize(seen, frame_size, interpolation=cv2.INTER_AREA).astype(np.float64)
    if blur_px > 0:
        seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), blur_px), dtype=np.float64)
    if draw is not None:
        seen = seen + noise * draw.standard_normal(seen.shape)
    return np.clip(np.round(seen), 0, 255).astype(np.uint8)


def board_places(
    size_m: tuple[float, float],
    matrix: Floats,
    frame_size: tuple[int, int],
    count: int,
    seed: int = 0,
    tilt_deg: float = 40.0,
) -> Iterator[tuple[Floats, Floats]]:
    """Rotations (3, 3) and translations (3,) m in which somebody may hold a board of a size before a camera."""
    draw = np.random.default_rng([seed, 239])
    for _ in range(count):
        angles = draw.uniform(-tilt_deg, tilt_deg, 3)
        turn = np.eye(3)
        for axis, angle in enumerate(angles):
            turn = turn @ about(axis, np.array([angle]))[0]
        share = draw.uniform(0.35, 0.8)  # of the picture that the board fills
        away = max(size_m) * matrix[0, 0] / (share * min(frame_size))
        middle = (draw.uniform(0.25, 0.75, 2) * frame_size - matrix[:2, 2]) / np.diag(matrix)[:2]
        centre = np.array([*middle, 1.0]) * away
        yield turn, centre - turn @ np.array([size_m[0] / 2, size_m[1] / 2, 0.0])
