"""A repetition in equal parts, whatever its length and the rate at which it was watched."""

from __future__ import annotations

import numpy as np

from formcheck.signals import Floats

KNOWN = 0.3  # of a part must have been seen


def means(time: Floats, values: Floats, start_s: float, end_s: float, parts: int, finer: int = 4) -> Floats:
    """(parts, ...) the mean of values (T, ...) at `time` (T,) s in each of so many equal parts of [start_s, end_s).

    Between samples runs a straight line, read at `finer` instants of each part. A part of which less than 0.3 is known
    is NaN. Raises ValueError for fewer than two samples.
    """
    if len(time) < 2:
        raise ValueError(f"expected at least two samples, got {len(time)}")
    flat = values.reshape(len(time), -1)
    known = np.isfinite(flat)
    weights = _weights(time, start_s, end_s, parts, finer)
    share = weights @ known
    found = (weights @ np.where(known, flat, 0.0)) / np.where(share > 0, share, np.nan)
    return np.where(share >= KNOWN, found, np.nan).reshape(parts, *values.shape[1:])


def _weights(time: Floats, start_s: float, end_s: float, parts: int, finer: int) -> Floats:
    """(parts, T) what each sample counts: straight lines between samples, averaged over each part."""
    count = parts * finer
    when = start_s + (np.arange(count) + 0.5) / count * (end_s - start_s)
    after = np.clip(np.searchsorted(time, when), 1, len(time) - 1)
    share = np.clip((when - time[after - 1]) / (time[after] - time[after - 1]), 0.0, 1.0)
    fine = np.zeros((count, len(time)))
    fine[np.arange(count), after - 1] = 1.0 - share
    fine[np.arange(count), after] += share
    return fine.reshape(parts, finer, -1).mean(axis=1)
