"""Where two cameras stand to each other, from a board that both film at once.

Each camera says where the board is; the two agree about the board only if the one stands where it does. Cameras that
were not started together are brought to one clock by that as well: at the right offset the place of the second one
comes out the same whatever the board does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.calibration.board import Board, Sight
from formcheck.calibration.lens import CalibrationError, Intrinsics
from formcheck.signals import Floats

Singles = NDArray[np.float32]

LEAST = 6  # instants at which both see the board
SHARED = 4  # corners that both see: three hold a plane's place only just
WITHIN_S = 0.06  # of each other are the sights of one instant: a board in hand moves a few centimetres a second
STEP_S = 0.05  # of the offsets that are tried
LATEST_S = 15.0


@dataclass(frozen=True, eq=False)
class Pair:
    """Where the second camera stands: `rotation` (3, 3) and `translation` (3,) m from the first one's axes to its own.

    `error_px` is the root mean square distance of corners in both pictures; `offset_s` is added to the second one's
    time to come to the first one's clock; `instants` how many were used.
    """

    rotation: Floats
    translation: Floats
    error_px: float
    offset_s: float
    instants: int


def paired(
    first: Sequence[Sight],
    second: Sequence[Sight],
    board: Board,
    lenses: tuple[Intrinsics, Intrinsics],
    offset_s: float | None = None,
) -> Pair:
    """The place of the second camera, from sights by both; without `offset_s` it is found.

    Raises CalibrationError for fewer than 6 instants at which both saw the board.
    """
    import cv2

    found = _offset(first, second, board, lenses) if offset_s is None else offset_s
    both = _together(first, second, found)
    if len(both) < LEAST:
        raise CalibrationError(
            f"expected the board before both cameras at {LEAST} instants at least, got {len(both)}: hold it where both "
            "see it, still for a moment, in different places"
        )
    plane = board.corners_m.astype(np.float32)
    points, here, there = list[Singles](), list[Singles](), list[Singles]()
    for one, other in both:
        ids, at_one, at_other = np.intersect1d(one.ids, other.ids, return_indices=True)
        points.append(plane[ids])
        here.append(one.pixels[at_one].astype(np.float32))
        there.append(other.pixels[at_other].astype(np.float32))
    matrices = [np.array(lens.matrix) for lens in lenses]
    bent = [np.array(lens.distortion) for lens in lenses]
    error, *_, turn, move, _, _ = cv2.stereoCalibrate(
        points,
        here,
        there,
        matrices[0],
        bent[0],
        matrices[1],
        bent[1],
        lenses[0].frame_size,
        flags=cv2.CALIB_FIX_INTRINSIC,
    )
    return Pair(np.asarray(turn, np.float64), np.ravel(move).astype(np.float64), float(error), found, len(both))


def _together(first: Sequence[Sight], second: Sequence[Sight], offset_s: float) -> list[tuple[Sight, Sight]]:
    """Sights of one instant that share corners enough."""
    times = np.array([each.time_s + offset_s for each in second])
    both: list[tuple[Sight, Sight]] = []
    for one in first:
        if not len(times):
            break
        at = int(np.abs(times - one.time_s).argmin())
        if abs(times[at] - one.time_s) <= WITHIN_S and len(np.intersect1d(one.ids, second[at].ids)) >= SHARED:
            both.append((one, second[at]))
    return both


def _offset(
    first: Sequence[Sight], second: Sequence[Sight], board: Board, lenses: tuple[Intrinsics, Intrinsics]
) -> float:
    """The offset at which the second camera stands still while the board moves."""
    here = [(each, _place(each, board, lenses[0])) for each in first]
    there = [(each, _place(each, board, lenses[1])) for each in second]
    tried = np.arange(-LATEST_S, LATEST_S + STEP_S / 2, STEP_S)
    wander = np.array([_wander(here, there, float(each)) for each in tried])
    if not np.isfinite(wander).any():
        raise CalibrationError(
            "expected the board before both cameras at once, got none at any offset: let both see it move"
        )
    return float(tried[int(np.nanargmin(wander))])


Placed = tuple[Sight, tuple[Floats, Floats]]


def _wander(here: Sequence[Placed], there: Sequence[Placed], offset_s: float) -> float:
    """How far the second camera seems to move, m, in the median; NaN for too few instants."""
    times = np.array([each.time_s + offset_s for each, _ in there])
    centres: list[Floats] = []
    for one, (turn, move) in here:
        at = int(np.abs(times - one.time_s).argmin()) if len(times) else -1
        if at < 0 or abs(times[at] - one.time_s) > WITHIN_S:
            continue
        other_turn, other_move = there[at][1]
        back = other_turn @ turn.T  # from the first camera's axes to the second one's
        centres.append(-back.T @ (other_move - back @ move))
    if len(centres) < LEAST:
        return np.nan
    places = np.stack(centres)
    return float(np.median(np.linalg.norm(places - np.median(places, axis=0), axis=1)) / np.sqrt(len(places)))


def _place(sight: Sight, board: Board, lens: Intrinsics) -> tuple[Floats, Floats]:
    """The board's place before a camera: rotation (3, 3) and translation (3,) m."""
    import cv2

    points = board.corners_m[sight.ids].astype(np.float32)
    _, turn, move = cv2.solvePnP(
        points,
        sight.pixels.astype(np.float32),
        np.array(lens.matrix),
        np.array(lens.distortion),
        flags=cv2.SOLVEPNP_IPPE,
    )
    matrix, _ = cv2.Rodrigues(turn)
    return np.asarray(matrix, dtype=np.float64), np.ravel(move).astype(np.float64)
