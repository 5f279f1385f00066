"""Focal length, principal point and distortion from pictures of a flat board in many places.

Z. Zhang, "A flexible new technique for camera calibration", IEEE TPAMI 22(11), 2000, as OpenCV has it. Pictures are
chosen so that they differ; those that do not fit the others are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from formcheck.calibration.board import Board, Sight
from formcheck.calibration.lens import CalibrationError, Intrinsics
from formcheck.signals import Floats
from formcheck.sources import Frame

LEAST = 8  # sights; Zhang's own study has little to gain beyond ten
MOST = 40  # more cost time and add nothing
APART = 0.04  # of the picture's diagonal must the corners of two sights differ by on average
TILTED = 0.12  # of its size must the board's edges differ by in some sight, or focal length and distance are one
SPREAD = 0.35  # of the picture's cells must hold corners
CELLS = 8
POOR_PX = 3.0  # times the median error of all sights, or
POOR_LEAST_PX = 1.0  # this: such a sight is left out

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Calibration:
    """A camera with how well it is known.

    `error_px` is the root mean square distance of corners from where the camera would have them, `errors_px` (S,) by
    sight; `spread` (CELLS, CELLS) how many corners were seen where in the picture; `focal_error_px` and
    `centre_error_px` are one standard deviation; `sights` those that were used; `warnings` in sentences.
    """

    lens: Intrinsics
    error_px: float
    errors_px: Floats
    spread: Floats
    focal_error_px: float
    centre_error_px: float
    sights: tuple[Sight, ...]
    warnings: tuple[str, ...]

    @property
    def covered(self) -> float:
        """The share of the picture's cells that held a corner."""
        return float((self.spread > 0).mean())


def sights_of(frames: Iterable[Frame], board: Board) -> tuple[list[Sight], tuple[int, int], int]:
    """The board in every picture that holds it, the pictures' size, and how many pictures were looked at.

    Raises CalibrationError for no picture at all.
    """
    import cv2

    found: list[Sight] = []
    size, looked = None, 0
    for frame in frames:
        looked += 1
        size = frame.frame_size
        sight = board.seen(np.asarray(cv2.cvtColor(frame.image, cv2.COLOR_RGB2GRAY), dtype=np.uint8))
        if sight is not None:
            scale = frame.frame_size[0] / frame.image.shape[1]
            found.append(Sight(sight.ids, sight.pixels * scale, frame.time_s))
    if size is None:
        raise CalibrationError("expected pictures of a board, got none: give a video, or a folder of pictures")
    return found, size, looked


def calibrate(sights: Sequence[Sight], board: Board, frame_size: tuple[int, int]) -> Calibration:
    """The camera that sees a board so, in pictures of `frame_size` px.

    Raises CalibrationError for fewer than 8 sights that differ, and where all show the board from straight ahead.
    """
    chosen = chosen_of(sights, frame_size)
    if len(chosen) < LEAST:
        raise CalibrationError(
            f"expected the board in at least {LEAST} places, got {len(chosen)} that differ (of {len(sights)} pictures "
            "with it): show it near and far, in every corner, and tilted by up to 45 degrees"
        )
    if max(_tilt(each, board) for each in chosen) < TILTED:
        raise CalibrationError(
            "expected the board tilted in some pictures, got it straight ahead in all: focal length and distance "
            "cannot be told apart; tilt it by up to 45 degrees, to the side and back"
        )
    lens, errors_px, deviations = _solved(chosen, board, frame_size)
    fits = errors_px <= max(POOR_PX * float(np.median(errors_px)), POOR_LEAST_PX)
    if not fits.all() and fits.sum() >= LEAST:
        chosen = [each for each, good in zip(chosen, fits, strict=True) if good]
        lens, errors_px, deviations = _solved(chosen, board, frame_size)
    spread = _spread(chosen, frame_size)
    counts = np.array([len(each.ids) for each in chosen])
    error_px = float(np.sqrt(np.average(errors_px**2, weights=counts)))
    return Calibration(
        lens,
        error_px,
        errors_px,
        spread,
        float(np.mean(deviations[:2])),
        float(np.mean(deviations[2:4])),
        tuple(chosen),
        _doubts(error_px, spread, int((~fits).sum())),
    )


def chosen_of(sights: Sequence[Sight], frame_size: tuple[int, int]) -> list[Sight]:
    """Sights that differ from each other, at most 40: each the one that differs most from those already chosen."""
    if not sights:
        return []
    least = APART * float(np.hypot(*frame_size))
    chosen = [max(range(len(sights)), key=lambda at: len(sights[at].ids))]
    nearest = np.array([_apart(sights[chosen[0]], each) for each in sights])
    while len(chosen) < MOST and nearest.max() >= least:
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, [_apart(sights[chosen[-1]], each) for each in sights])
    return [sights[at] for at in sorted(chosen)]


def _apart(one: Sight, other: Sight) -> float:
    """How far the corners that both show have moved on average, px; infinite where they share none."""
    _, here, there = np.intersect1d(one.ids, other.ids, return_indices=True)
    if not len(here):
        return 1e6
    return float(np.linalg.norm(one.pixels[here] - other.pixels[there], axis=1).mean())


def _tilt(sight: Sight, board: Board) -> float:
    """By how much opposite edges of the board differ in length, as a share: 0 from straight ahead."""
    import cv2

    plane = board.corners_m[sight.ids][:, :2]
    found: Any = cv2.findHomography(plane, sight.pixels)[0]  # nothing for corners in one line, whatever its type says
    if found is None:
        return 0.0
    low, high = plane.min(axis=0), plane.max(axis=0)
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    ahead = np.column_stack([corners, np.ones(4)]) @ np.asarray(found).T
    seen = ahead[:, :2] / ahead[:, 2:]
    edges = np.linalg.norm(seen - np.roll(seen, -1, axis=0), axis=1)
    return float(max(abs(np.log(edges[0] / edges[2])), abs(np.log(edges[1] / edges[3]))))


def _solved(sights: Sequence[Sight], board: Board, frame_size: tuple[int, int]) -> tuple[Intrinsics, Floats, Floats]:
    """The camera, the error of every sight in px, and the standard deviations of focal lengths and principal point."""
    import cv2

    plane = board.corners_m.astype(np.float32)
    points = [plane[each.ids] for each in sights]
    pixels = [each.pixels.astype(np.float32) for each in sights]
    try:
        _, matrix, bent, _, _, deviations, _, errors = cv2.calibrateCameraExtended(
            points, pixels, frame_size, np.eye(3), np.zeros(5), flags=cv2.CALIB_FIX_K3
        )
    except cv2.error as error:
        raise CalibrationError(f"expected sights of one board, got some that fit no camera: {error}") from error
    k1, k2, p1, p2, k3 = (float(each) for each in np.ravel(bent)[:5])
    lens = Intrinsics(np.asarray(matrix, dtype=np.float64), (k1, k2, p1, p2, k3), frame_size)
    return lens, np.ravel(errors).astype(np.float64), np.ravel(deviations).astype(np.float64)


def _spread(sights: Sequence[Sight], frame_size: tuple[int, int]) -> Floats:
    places = np.concatenate([each.pixels for each in sights])
    ranges = ((0.0, float(frame_size[1])), (0.0, float(frame_size[0])))
    return np.histogram2d(places[:, 1], places[:, 0], bins=CELLS, range=ranges)[0]


def _doubts(error_px: float, spread: Floats, dropped: int) -> tuple[str, ...]:
    told: list[str] = []
    if dropped:
        told.append(f"{dropped} pictures did not fit the others and were left out: blurred, or the board was bent.")
    if float((spread > 0).mean()) < SPREAD:
        told.append(
            f"The board was seen in {(spread > 0).mean():.0%} of the picture only: what the lens does elsewhere is a "
            "guess; show it in the corners, too."
        )
    if error_px > 1.0:
        told.append(f"Corners are {error_px:.1f} px off: is the board flat, and the picture sharp?")
    return tuple(told)
