"""Flat boards whose corners are known: how they are printed, and how they are found in pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats

Image = NDArray[np.uint8]

PRINTED_DPI = 300
A4_M = (0.210, 0.297)
INCH_M = 0.0254


class BoardError(ValueError):
    """A board that cannot be one, or does not fit the paper."""


@dataclass(frozen=True, eq=False)
class Sight:
    """A board in one picture: which corners were seen (`ids`, (N,)), and where (`pixels`, (N, 2)), right and down."""

    ids: NDArray[np.intp]
    pixels: Floats
    time_s: float = 0.0


class Board(Protocol):
    """What calibration needs of a board."""

    @property
    def corners_m(self) -> Floats:
        """(K, 3) m: every inner corner on the board's plane, right, down and 0, by id."""
        ...

    def seen(self, image: Image) -> Sight | None:
        """The board in a grey picture (H, W), or None where it is not, or not enough of it."""
        ...

    def drawn(self, square_px: int) -> Image:
        """The board (H, W), black on white, with so many pixels a square and a white border of half a square."""
        ...


@dataclass(frozen=True)
class Charuco:
    """A chessboard of `columns` x `rows` squares of `square_m`, with ArUco markers in the white ones.

    Every corner has a name, so that a board that is partly seen counts too (Garrido-Jurado et al., Pattern Recognition
    47(6), 2014). Raises BoardError for fewer than 3 x 3 squares, or squares without a size.
    """

    columns: int = 7
    rows: int = 10
    square_m: float = 0.025

    MARKER = 0.75  # of a square
    LEAST = 6  # corners: fewer hold no plane in place

    def __post_init__(self) -> None:
        _check(self.columns, self.rows, self.square_m)

    @property
    def corners_m(self) -> Floats:
        """(K, 3) m, by id."""
        return np.asarray(self._made().getChessboardCorners(), dtype=np.float64)

    def seen(self, image: Image) -> Sight | None:
        """The corners between markers that were read."""
        import cv2

        detector: Any = cv2.aruco.CharucoDetector(self._made())
        corners, ids, _, _ = detector.detectBoard(image)
        if ids is None or len(ids) < self.LEAST:
            return None
        places = np.asarray(corners, dtype=np.float64).reshape(-1, 2)
        names = np.asarray(ids, dtype=np.intp).ravel()
        return Sight(names, places) if _flat(self.corners_m[names]) else None

    def drawn(self, square_px: int) -> Image:
        """The board with its white border."""
        size = self.columns * square_px, self.rows * square_px
        made = np.asarray(self._made().generateImage(size, None, 0, 1), dtype=np.uint8)
        return np.pad(made, square_px // 2, constant_values=255)

    def _made(self) -> Any:
        import cv2

        dictionary = cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_5X5_250)
        size = self.columns, self.rows
        return cv2.aruco.CharucoBoard(size, self.square_m, self.MARKER * self.square_m, dictionary)


@dataclass(frozen=True)
class Checkerboard:
    """A chessboard of `columns` x `rows` squares of `square_m`, which is found only where all of it is seen.

    One side must be even and the other odd, or nobody knows which way up it is. Raises BoardError for others.
    """

    columns: int = 7
    rows: int = 10
    square_m: float = 0.025

    def __post_init__(self) -> None:
        _check(self.columns, self.rows, self.square_m)
        if (self.columns + self.rows) % 2 == 0:
            raise BoardError(
                f"expected one even and one odd number of squares, got {self.columns} x {self.rows}: such a board "
                "looks the same upside down"
            )

    @property
    def corners_m(self) -> Floats:
        """(K, 3) m, by id: row by row."""
        across, down = np.meshgrid(np.arange(self.columns - 1), np.arange(self.rows - 1))
        plane = np.stack([across.ravel(), down.ravel(), np.zeros(across.size)], axis=1)
        return np.asarray(plane * self.square_m, dtype=np.float64)

    def seen(self, image: Image) -> Sight | None:
        """All inner corners, or nothing."""
        import cv2

        found, corners = cv2.findChessboardCornersSB(image, (self.columns - 1, self.rows - 1), flags=0)
        if not found:
            return None
        places = np.asarray(corners, dtype=np.float64).reshape(-1, 2)
        return Sight(np.arange(len(places)), places)

    def drawn(self, square_px: int) -> Image:
        """The board with its white border."""
        dark = np.add.outer(np.arange(self.rows), np.arange(self.columns)) % 2 == 0
        made = np.where(np.kron(dark, np.ones((square_px, square_px), dtype=np.bool_)), 0, 255).astype(np.uint8)
        return np.pad(made, square_px // 2, constant_values=255)


def printable(board: Charuco | Checkerboard, path: Path) -> None:
    """Write a board as a page of A4 to be printed at its true size (a PDF, or what the file's name ends in).

    Raises BoardError for a board that does not fit, OSError when nothing can be written.
    """
    from PIL import Image as Pillow
    from PIL import ImageDraw

    square_px = round(board.square_m / INCH_M * PRINTED_DPI)
    page_px = (round(A4_M[0] / INCH_M * PRINTED_DPI), round(A4_M[1] / INCH_M * PRINTED_DPI))
    drawn = board.drawn(square_px)
    height, width = drawn.shape
    if width > page_px[0] or height > page_px[1]:
        raise BoardError(
            f"expected a board that fits A4 ({A4_M[0] * 1000:.0f} x {A4_M[1] * 1000:.0f} mm), got {board.columns} x "
            f"{board.rows} squares of {board.square_m * 1000:g} mm: take fewer or smaller ones"
        )
    page = Pillow.new("L", page_px, 255)
    left, top = (page_px[0] - width) // 2, (page_px[1] - height) // 2
    page.paste(Pillow.fromarray(drawn), (left, top))
    size = f"{board.columns} x {board.rows} squares of {board.square_m * 1000:g} mm"
    told = f"{size}. Print at 100 %, measure one, glue it on something flat."
    ImageDraw.Draw(page).text((left + square_px // 2, top + height - square_px // 3), told, fill=0, font_size=36)
    page.save(path, resolution=PRINTED_DPI)


def _check(columns: int, rows: int, square_m: float) -> None:
    if min(columns, rows) < 3 or not 0.001 <= square_m <= 1.0:
        raise BoardError(
            f"expected at least 3 x 3 squares of 1 mm to 1 m, got {columns} x {rows} of {square_m * 1000:g} mm"
        )


def _flat(points: Floats) -> bool:
    """Whether points of a board span it: those in one row hold no plane in place."""
    spread = np.linalg.svd(points[:, :2] - points[:, :2].mean(axis=0), compute_uv=False)
    return bool(spread[1] > 0.05 * spread[0])
