"""Right or wrong by kernel ridge regression over described repetitions, nothing of whoever is judged being known.

Saunders, Gammerman & Vovk, "Ridge regression learning algorithm in dual variables", ICML 1998. What several movements
have in common is learnt together, as of related tasks: Evgeniou, Micchelli & Pontil, "Learning multiple tasks with
kernel methods", JMLR 6, 2005. Whoever is left out inside training is judged in closed form: Pahikkala, Boberg &
Salakoski, "Fast n-fold cross-validation for regularized least-squares", SCAI 2006.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats

WIDTH = 5.4  # the kernel is exp(-WIDTH x mean squared difference of squashed values), or x mean difference by blocks

Singles = NDArray[np.float32]
Scores = dict[float, Floats]


@dataclass(frozen=True, eq=False)
class Repetitions:
    """What a judge learns from: `values` (N, F), and of each its movement, fold and truth (N,).

    A repetition is only judged by what repetitions of other folds teach; `correct` is its label. `families` (G, F) are
    sets of values that each make a judge, whose scores are averaged.
    """

    values: Floats
    families: NDArray[np.bool_]
    movement: NDArray[np.intp]
    fold: NDArray[np.intp]
    correct: NDArray[np.bool_]

    def rows(self, chosen: NDArray[np.bool_]) -> Repetitions:
        """Those that a mask (N,) chooses."""
        return Repetitions(
            self.values[chosen], self.families, self.movement[chosen], self.fold[chosen], self.correct[chosen]
        )


@dataclass(frozen=True)
class Setting:
    """How a judge learns: with how much of other movements (0 to 1), how strong a ridge, and from which families.

    `by_blocks` compares repetitions by how much each value differs, not by its square: a few that are far off, as
    where a landmark was lost, then weigh less.
    """

    shared: float
    ridge: float
    families: tuple[int, ...] = (0, 1)
    by_blocks: bool = False


SETTINGS = tuple(
    Setting(shared, ridge, families)
    for (shared, ridge), families in product(((0.0, 0.1), (0.0, 0.3), (0.2, 0.3)), ((0, 1), (2,), (0, 1, 2)))
)
APART = tuple(each for each in SETTINGS if not each.shared)
"""For movements that other people do."""
HELD_UP = (*APART, *(Setting(0.0, ridge, (3,), by_blocks=True) for ridge in (0.1, 0.3)))
"""For those in which somebody is held up by the hands, which have a family of their own."""


@dataclass(frozen=True, eq=False)
class Judged:
    """`score` (N,) above 0 means right; `chosen` is the setting that each fold was judged with, by its number."""

    score: Floats
    chosen: dict[int, Setting]


def judged(
    reps: Repetitions, settings: Sequence[Setting] = SETTINGS, tell: Callable[[float], None] | None = None
) -> Judged:
    """Every repetition judged by those of the other folds alone.

    The setting is chosen anew for each fold: the one that judges the other folds best when each of them is left out in
    turn. Raises ValueError for fewer than three folds.
    """
    folds = np.unique(reps.fold)
    if len(folds) < 3:
        raise ValueError(f"expected at least 3 folds of people or sources to learn from, got {len(folds)}")
    score = np.zeros(len(reps.fold))
    chosen: dict[int, Setting] = {}
    for at, fold in enumerate(folds.tolist()):
        left = reps.fold == fold
        score[left], chosen[fold] = _left_out(reps.rows(~left), reps.rows(left), settings)
        if tell is not None:
            tell((at + 1) / len(folds))
    return Judged(score, chosen)


def balanced(correct: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """The mean of the shares of right ones called right and of wrong ones called wrong; NaN without either."""
    if correct.all() or not correct.any():
        return float("nan")
    return float((said[correct].mean() + (~said[~correct]).mean()) / 2)


def _left_out(known: Repetitions, new: Repetitions, settings: Sequence[Setting]) -> tuple[Floats, Setting]:
    """Scores of `new` (N,), and the setting that does best among the folds of `known`."""
    best, quality, score = settings[0], -1.0, np.zeros(len(new.fold))
    for shared, by_blocks in sorted({(each.shared, each.by_blocks) for each in settings}):
        mine = [each for each in settings if (each.shared, each.by_blocks) == (shared, by_blocks)]
        inner, outer = _scores(known, new, shared, by_blocks, sorted({each.ridge for each in mine}))
        for setting in mine:
            chosen = list(setting.families)
            good = _mean_balanced(known, inner[setting.ridge][chosen].mean(axis=0))
            if good > quality:
                best, quality, score = setting, good, outer[setting.ridge][chosen].mean(axis=0)
    return score, best


def _scores(
    known: Repetitions, new: Repetitions, shared: float, by_blocks: bool, ridges: Sequence[float]
) -> tuple[Scores, Scores]:
    """By every family (G, N): of the known when each fold of them is left out, and of the new; by the ridge."""
    inner, outer = (
        {ridge: np.zeros((len(known.families), len(each.fold))) for ridge in ridges} for each in (known, new)
    )
    everything = [(np.ones(len(known.fold), dtype=np.bool_), np.ones(len(new.fold), dtype=np.bool_))]
    by_movement = [(known.movement == each, new.movement == each) for each in np.unique(known.movement)]
    for mine, theirs in everything if shared else by_movement:
        here, there = known.rows(mine), new.rows(theirs)
        truth = np.where(here.correct, 1.0, -1.0)
        same, same_new = (each.movement[:, None] == here.movement[None] for each in (here, there))
        for at, (among, towards) in enumerate(_kernels(here, there, by_blocks)):
            part, part_new = np.where(same, among, shared * among), np.where(same_new, towards, shared * towards)
            for ridge in ridges:
                inverse = _inverted(part, ridge)
                weights = inverse @ truth
                outer[ridge][at, theirs] = part_new @ weights
                inner[ridge][at, mine] = _each_left_out(inverse, weights, truth, here.fold)
    return inner, outer


def _mean_balanced(known: Repetitions, score: Floats) -> float:
    each = (known.movement == movement for movement in np.unique(known.movement))
    return float(np.nanmean([balanced(known.correct[at], score[at] > 0) for at in each]))


def _kernels(known: Repetitions, new: Repetitions, by_blocks: bool = False) -> list[tuple[Floats, Floats]]:
    """Of every family, how alike the known are to one another and the new to the known."""
    there, here = (np.zeros(each.values.shape, dtype=np.float32) for each in (known, new))
    for movement in np.unique(known.movement):
        mine, theirs = known.movement == movement, new.movement == movement
        there[mine], here[theirs] = _squashed(known.values[mine], new.values[theirs])
    pairs: list[tuple[Floats, Floats]] = []
    for family in known.families:
        a, b = there[:, family], here[:, family]
        pairs.append((_near(a, a), _near(b, a)) if by_blocks else (_alike(a, a), _alike(b, a)))
    return pairs


def _squashed(known: Floats, new: Floats) -> tuple[Floats, Floats]:
    """Both about the known ones' median, in their spread between the first and the last tenth; missing is 0."""
    missing = np.isnan(known)
    if missing.any():
        usual = np.array(
            [
                np.median(column[there]) if there.any() else 0.0
                for column, there in zip(known.T, ~missing.T, strict=True)
            ]
        )
        ordered = np.sort(np.where(missing, usual, known), axis=0)
    else:
        ordered = np.sort(known, axis=0)
    tenth = len(known) // 10
    spread = ordered[-1 - tenth] - ordered[tenth] + 1e-6
    centre = ordered[len(known) // 2]
    return np.nan_to_num(np.tanh((known - centre) / spread)), np.nan_to_num(np.tanh((new - centre) / spread))


def _alike(a: Singles, b: Singles) -> Floats:
    apart = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    return np.exp(-WIDTH / a.shape[1] * np.maximum(apart, 0.0, dtype=np.float64))


def _near(a: Singles, b: Singles) -> Floats:
    from scipy.spatial.distance import cdist

    return np.exp(-WIDTH / a.shape[1] * cdist(a, b, "cityblock"))


def _inverted(kernel: Floats, ridge: float) -> Floats:
    """(kernel + ridge)^-1 by Cholesky's way, in single precision: a ridge of a tenth leaves four digits of it."""
    from scipy.linalg import get_lapack_funcs

    square = kernel.astype(np.float32, order="F")
    factorised, inverted = get_lapack_funcs(("potrf", "potri"), (square,))
    square[np.diag_indices(len(square))] += ridge
    upper, _ = factorised(square, lower=0, overwrite_a=1)
    inverse, wrong = inverted(upper, lower=0, overwrite_c=1)
    if wrong:
        raise ValueError(f"expected a kernel that can be inverted with a ridge of {ridge:g}: use a larger one")
    inverse = np.triu(inverse)
    return np.asarray(inverse + np.triu(inverse, 1).T, dtype=np.float64)


def _each_left_out(inverse: Floats, weights: Floats, truth: Floats, fold: NDArray[np.intp]) -> Floats:
    """What each fold would be judged by the others, had it not been there."""
    said = np.zeros(len(truth))
    for each in np.unique(fold):
        at = np.flatnonzero(fold == each)
        said[at] = truth[at] - np.linalg.solve(inverse[np.ix_(at, at)], weights[at])
    return said
