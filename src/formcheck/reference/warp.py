"""Dynamic time warping of two courses of the same movement, within a band.

Sakoe & Chiba 1978, IEEE Trans ASSP 26(1): symmetric steps, slope unconstrained, a band about the diagonal. Our own,
since courses here are a few dozen instants long: the loop below takes a tenth of a millisecond.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats

BAND = 0.3  # of the longer course: so far may one run ahead of the other
INF = math.inf


def warp(one: Floats, other: Floats, band: float = BAND) -> tuple[float, NDArray[np.intp]]:
    """The mean distance of two courses (N, F) and (M, F) in step, and the steps: (L, 2) indices, both never falling.

    What is missing (NaN) in either costs nothing. Raises ValueError for courses that are empty or of unlike width.
    """
    if one.ndim != 2 or other.ndim != 2 or one.shape[1] != other.shape[1] or not len(one) or not len(other):
        raise ValueError(f"expected two courses (N, F) and (M, F) of the same width, got {one.shape}, {other.shape}")
    apart = _distances(one, other)
    rows, columns = apart.shape
    cost = apart.tolist()
    total = [[INF] * (columns + 1) for _ in range(rows + 1)]
    total[0][0] = 0.0
    slope = columns / rows
    reach = max(1.0, band * max(rows, columns), slope / 2)  # less, and one row would not reach the next
    for row in range(rows):
        middle = (row + 0.5) * slope
        first, last = max(0, math.ceil(middle - reach - 0.5)), min(columns, math.floor(middle + reach + 0.5))
        above, here, costs = total[row], total[row + 1], cost[row]
        before = here[first]
        for column in range(first, last):
            best = above[column]  # both go on
            if above[column + 1] < best:
                best = above[column + 1]
            if before < best:
                best = before
            before = here[column + 1] = best + costs[column]
    steps = _back(total, rows, columns)
    return total[rows][columns] / len(steps), steps


def _distances(one: Floats, other: Floats) -> Floats:
    """(N, M) root mean square difference over what both know."""
    known = np.isfinite(one).all(axis=0) & np.isfinite(other).all(axis=0)
    if known.all():
        a, b = one, other
    elif known.any():
        a, b = one[:, known], other[:, known]
    else:
        return np.zeros((len(one), len(other)))
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2.0 * a @ b.T
    return np.sqrt(np.maximum(squares, 0.0) / a.shape[1])


def _back(total: list[list[float]], row: int, column: int) -> NDArray[np.intp]:
    """The steps of the cheapest way, from its end."""
    steps: list[tuple[int, int]] = []
    while row > 0 and column > 0:
        steps.append((row - 1, column - 1))
        both, up, left = total[row - 1][column - 1], total[row - 1][column], total[row][column - 1]
        if both <= up and both <= left:
            row, column = row - 1, column - 1
        elif up <= left:
            row -= 1
        else:
            column -= 1
    return np.array(steps[::-1], dtype=np.intp)
