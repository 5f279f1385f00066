"""Confidence intervals that respect that samples of one person (or source) are alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.signals import Floats


def bootstrap(values: Floats | Sequence[float], groups: Sequence[str], draws: int = 2000, seed: int = 0) -> Floats:
    """The 95 % interval of a mean, (low, high), by drawing whole groups with replacement.

    `values` (N,) and the group (person, source) of each. Cameron, Gelbach & Miller, Rev. Econ. Stat. 90(3), 2008.
    """
    array, names = np.asarray(values, dtype=np.float64), np.unique(np.asarray(groups))
    sums = np.array([[array[np.asarray(groups) == name].sum(), (np.asarray(groups) == name).sum()] for name in names])
    picks = np.random.default_rng(seed).integers(len(names), size=(draws, len(names)))
    totals = sums[picks].sum(axis=1)
    return np.percentile(totals[:, 0] / totals[:, 1], [2.5, 97.5])


def with_interval(values: Floats | Sequence[float], groups: Sequence[str], percent: bool = True) -> str:
    """`mean [low, high]` for a table, in per cent or as a plain number."""
    if not len(values):
        return "–"
    low, high = bootstrap(values, groups)
    mean = float(np.mean(np.asarray(values, dtype=np.float64)))
    if percent:
        return f"{100 * mean:.1f} [{100 * low:.1f}, {100 * high:.1f}]"
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]"
