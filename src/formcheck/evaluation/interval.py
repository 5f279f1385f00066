"""Confidence intervals that respect that samples of one person (or source) are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.signals import Floats


def bootstrap(
    values: Floats | Sequence[float],
    groups: Sequence[str],
    draws: int = 2000,
    seed: int = 0,
    weights: Floats | Sequence[float] | None = None,
) -> Floats:
    """The 95 % interval of a mean, (low, high), by drawing whole groups with replacement.

    `values` (N,) and the group (person, source) of each; `weights` (N,) where they do not count alike. Cameron, Gelbach
    & Miller, Rev. Econ. Stat. 90(3), 2008.
    """
    array, names = np.asarray(values, dtype=np.float64), np.unique(np.asarray(groups))
    heavy = np.ones(len(array)) if weights is None else np.asarray(weights, dtype=np.float64)
    of = np.searchsorted(names, np.asarray(groups))
    sums = np.stack([np.bincount(of, each, len(names)) for each in (array * heavy, heavy)], axis=1)
    picks = np.random.default_rng(seed).integers(len(names), size=(draws, len(names)))
    totals = sums[picks].sum(axis=1)
    totals = totals[totals[:, 1] > 0]
    return np.percentile(totals[:, 0] / totals[:, 1], [2.5, 97.5])


def with_interval(
    values: Floats | Sequence[float],
    groups: Sequence[str],
    percent: bool = True,
    weights: Floats | Sequence[float] | None = None,
) -> str:
    """`mean [low, high]` for a table, in per cent or as a plain number; a dash where there is nothing to average.

    Of a single group only the mean: nobody knows how another one would do.
    """
    if not len(values) or (weights is not None and not np.sum(weights) > 0):
        return "–"
    mean = float(np.average(np.asarray(values, dtype=np.float64), weights=weights))
    scale, digits = (100.0, 1) if percent else (1.0, 3)
    if len(set(groups)) < 2:
        return f"{scale * mean:.{digits}f}"
    low, high = scale * bootstrap(values, groups, weights=weights)
    return f"{scale * mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
