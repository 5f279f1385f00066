"""One picture of every exercise: start and turning point, from the front and from the side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from formcheck.body import View
from formcheck.exercises import Exercise
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.film import Picture, pictures
from formcheck.synthetic.performance import perform

COLUMNS = 4
TILE_PX = 200
_TITLE_PX, _GAP_PX = 26, 10
_PAPER, _INK = (250, 249, 246), (34, 36, 40)


def sheet(exercises: Sequence[Exercise], progress: Callable[[float], None] | None = None) -> Picture:
    """A picture with a row of four for each exercise: front at the start and the turn, side at the start and the turn.

    Everybody on it is synthetic, another athlete for each exercise.
    """
    cells: list[Picture] = []
    for at, exercise in enumerate(exercises):
        cells.append(_cell(exercise, Athlete.sample(300 + at)))
        if progress is not None:
            progress((at + 1) / len(exercises))
    high, wide = cells[0].shape[:2]
    rows = math.ceil(len(cells) / COLUMNS)
    whole = np.empty((rows * (high + _GAP_PX) + _GAP_PX, COLUMNS * (wide + _GAP_PX) + _GAP_PX, 3), dtype=np.uint8)
    whole[:] = _PAPER
    for at, cell in enumerate(cells):
        row, column = divmod(at, COLUMNS)
        top, left = _GAP_PX + row * (high + _GAP_PX), _GAP_PX + column * (wide + _GAP_PX)
        whole[top : top + high, left : left + wide] = cell
    return whole


def write_sheet(exercises: Sequence[Exercise], path: Path, progress: Callable[[float], None] | None = None) -> None:
    """Write the picture as JPEG or PNG, as the name says; raises ValueError for another name, OSError without room."""
    from PIL import Image

    if path.suffix.lower() not in (".jpg", ".jpeg", ".png"):
        raise ValueError(f"expected the name of a .jpg or .png file for the picture, got {path.name}")
    if not path.parent.is_dir():
        raise ValueError(f"expected a file in a folder that exists, got {path}: make {path.parent} first")
    Image.fromarray(sheet(exercises, progress)).save(path, quality=82)


def _cell(exercise: Exercise, athlete: Athlete) -> Picture:
    performance = perform(exercise, athlete, reps=1, rate_hz=10.0)
    rep = performance.reps[0]
    moments = performance.at(np.array([rep.start_s, rep.turn_s]))
    tiles: list[Picture] = []
    views: tuple[tuple[View, float | None], ...] = (("front", None), ("side-left", exercise.side_camera_deg))
    for view, azimuth_deg in views:
        camera = performance.camera(view, azimuth_deg=azimuth_deg, frame_size=(2 * TILE_PX, 2 * TILE_PX))
        tiles += [_halved(picture) for picture in pictures(moments, camera)]
    return np.vstack([_title(exercise.title, 4 * TILE_PX), np.hstack(tiles)])


def _halved(picture: Picture) -> Picture:
    """Half the size, each pixel the mean of four: edges without steps."""
    high, wide = picture.shape[:2]
    return picture.reshape(high // 2, 2, wide // 2, 2, 3).mean(axis=(1, 3)).astype(np.uint8)


def _title(text: str, wide: int) -> Picture:
    from PIL import Image, ImageDraw, ImageFont

    strip = Image.new("RGB", (wide, _TITLE_PX), _PAPER)
    ImageDraw.Draw(strip).text((2, 3), text, fill=_INK, font=ImageFont.load_default(size=17))
    return np.asarray(strip, dtype=np.uint8)
