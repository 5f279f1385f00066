"""Figures of recognition that are no plain mean, and their intervals: macro F1, AUROC, calibration error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.recognition import Named
from formcheck.signals import Floats

BINS = 15  # of the calibration error: Guo et al. 2017
DRAWS = 1000


@dataclass(frozen=True, eq=False)
class Outcomes:
    """N recordings that were named: `truths` and `saids` (N,) as places in `names`, which sources they are of.

    `unlike` (N,) is 1 - the probability of the likeliest exercise; `sure` (N,) how sure each answer is; `outside` (N,)
    whether the catalogue does not hold what is shown.
    """

    names: tuple[str, ...]
    truths: NDArray[np.intp]
    saids: NDArray[np.intp]
    unlike: Floats
    sure: Floats
    outside: NDArray[np.bool_]
    sources: tuple[str, ...]

    def of(self, chosen: NDArray[np.intp]) -> Outcomes:
        """Those at some places, which may come more than once."""
        return Outcomes(
            self.names,
            self.truths[chosen],
            self.saids[chosen],
            self.unlike[chosen],
            self.sure[chosen],
            self.outside[chosen],
            tuple(self.sources[at] for at in chosen.tolist()),
        )

    @property
    def right(self) -> NDArray[np.bool_]:
        """(N,) whether what was said is true."""
        return self.truths == self.saids

    @property
    def confusion(self) -> NDArray[np.intp]:
        """(L, L) how often each name (row) was given as each (column)."""
        counts = np.zeros((len(self.names), len(self.names)), dtype=np.intp)
        np.add.at(counts, (self.truths, self.saids), 1)
        return counts


def outcomes(named: Sequence[Named]) -> Outcomes:
    """What one model said, ready to be counted."""
    names = tuple(sorted({name for each in named for name in (each.truth, each.said)}))
    return Outcomes(
        names,
        np.array([names.index(each.truth) for each in named], dtype=np.intp),
        np.array([names.index(each.said) for each in named], dtype=np.intp),
        np.array([each.unlike for each in named], dtype=np.float64),
        np.array([each.naming.confidence for each in named], dtype=np.float64),
        np.array([each.clip.exercise is None for each in named], dtype=np.bool_),
        tuple(each.clip.source for each in named),
    )


def f1(of: Outcomes) -> Floats:
    """(L,) F1 of each name; NaN for those that are neither there nor given."""
    size = len(of.names)
    right = np.bincount(of.truths[of.right], minlength=size).astype(np.float64)
    both = np.bincount(of.truths, minlength=size) + np.bincount(of.saids, minlength=size)
    return np.divide(2 * right, both, out=np.full(size, np.nan), where=both > 0)


def macro_f1(of: Outcomes) -> float:
    """The mean F1 of what is there, "unknown" included; NaN for nothing."""
    there = np.bincount(of.truths, minlength=len(of.names)) > 0
    return float(f1(of)[there].mean()) if there.any() else float("nan")


def unknown_auroc(of: Outcomes) -> float:
    """How often something outside the catalogue looks less like an exercise than one of it does; NaN without both.

    The area under the receiver operating characteristic as the Mann-Whitney statistic, ties halved: Hanley & McNeil,
    Radiology 143, 1982.
    """
    outside, inside = of.unlike[of.outside], of.unlike[~of.outside]
    if not len(outside) or not len(inside):
        return float("nan")
    return float((outside[:, None] > inside).mean() + (outside[:, None] == inside).mean() / 2)


def calibration_error(of: Outcomes) -> float:
    """How far confidence and accuracy of answers are apart on average over 15 bins of confidence (Guo et al. 2017)."""
    if not len(of.sure):
        return float("nan")
    bins = np.minimum((of.sure * BINS).astype(np.intp), BINS - 1)
    return float(np.abs(np.bincount(bins, of.sure - of.right)).sum()) / len(of.sure)


def interval_of(figure: Callable[[Outcomes], float], of: Outcomes, percent: bool = True) -> str:
    """`value [low, high]` of such a figure; its 95 % interval by drawing whole sources with replacement.

    A dash where there is none, and only the value of a single source.
    """
    scale, digits = (100.0, 1) if percent else (1.0, 3)
    value = figure(of)
    if not np.isfinite(value):
        return "–"
    names, which = np.unique(np.array(of.sources), return_inverse=True)
    if len(names) < 2:
        return f"{scale * value:.{digits}f}"
    rows = [np.flatnonzero(which == at) for at in range(len(names))]
    picks = np.random.default_rng(0).integers(len(names), size=(DRAWS, len(names))).tolist()
    drawn = np.array([figure(of.of(np.concatenate([rows[pick] for pick in picked]))) for picked in picks])
    low, high = np.percentile(scale * drawn[np.isfinite(drawn)], [2.5, 97.5])
    return f"{scale * value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
