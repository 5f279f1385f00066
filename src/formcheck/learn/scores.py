"""How well windows and clips are named: accuracy, macro F1, calibration, and the confusion behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.learn.data import Examples
from formcheck.predictor import REST, UNKNOWN
from formcheck.predictor.folder import softmax
from formcheck.predictor.naming import RIVALS, together
from formcheck.signals import Floats

SLACK = 0.02  # of two shares added up
BINS = 15  # of the calibration error: Guo et al. 2017


@dataclass(frozen=True, eq=False)
class Scores:
    """Of N windows: `confusion` (L, L) true by predicted counts; of clips, by majority vote, `clip_confusion`.

    `ece` is the expected calibration error (Guo et al., "On calibration of modern neural networks", ICML 2017).
    """

    names: tuple[str, ...]
    confusion: NDArray[np.intp]
    clip_confusion: NDArray[np.intp]
    ece: float

    @property
    def accuracy(self) -> float:
        """The share of windows that are named right."""
        return _accuracy(self.confusion)

    @property
    def clip_accuracy(self) -> float:
        """The share of clips that are named right by the majority of their windows of one label."""
        return _accuracy(self.clip_confusion)

    @property
    def f1(self) -> Floats:
        """(L,) of windows; NaN for labels that neither occur nor are given."""
        right = np.diag(self.confusion).astype(np.float64)
        both = self.confusion.sum(axis=0) + self.confusion.sum(axis=1)
        return np.divide(2 * right, both, out=np.full(len(right), np.nan), where=both > 0)

    @property
    def macro_f1(self) -> float:
        """The mean F1 of the labels that occur."""
        return float(np.mean(self.f1[self.confusion.sum(axis=1) > 0]))

    def headline(self) -> dict[str, float]:
        """The figures that stand first."""
        return {
            "accuracy": round(self.accuracy, 4),
            "macro_f1": round(self.macro_f1, 4),
            "clip_accuracy": round(self.clip_accuracy, 4),
            "ece": round(self.ece, 4),
        }

    def told(self) -> dict[str, Any]:
        """Everything as plain data."""
        f1 = {
            name: None if np.isnan(each) else round(float(each), 4)
            for name, each in zip(self.names, self.f1, strict=True)
        }
        return {**self.headline(), "f1": f1, "confusion": self.confusion.tolist()}


def scored(logits: Floats | NDArray[np.float32], examples: Examples) -> Scores:
    """Scores of calibrated logits (N, L)."""
    probabilities = softmax(logits)
    said = probabilities.argmax(axis=1)
    votes: dict[tuple[str, int], Floats] = {}
    for clip, label, each in zip(examples.clips.tolist(), examples.labels.tolist(), probabilities, strict=True):
        vote = votes.setdefault((clip, label), np.zeros(len(examples.names)))
        vote[each.argmax()] += 1.0 + 1e-6 * each.max()  # the surer of two equal ones
    truths = np.array([label for _, label in votes], dtype=np.intp)
    winners = np.array([vote.argmax() for vote in votes.values()], dtype=np.intp)
    size = len(examples.names)
    return Scores(
        examples.names,
        _counted(examples.labels, said, size),
        _counted(truths, winners, size),
        calibration_error(probabilities, examples.labels),
    )


def calibration_error(probabilities: Floats, labels: NDArray[np.intp]) -> float:
    """How far confidence and accuracy are apart on average over bins of confidence (Guo et al. 2017)."""
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    bins = np.minimum((sure * BINS).astype(np.intp), BINS - 1)
    apart = [abs(float(sure[bins == each].sum() - right[bins == each].sum())) for each in range(BINS)]
    return sum(apart) / len(sure)


def temperature_of(logits: NDArray[np.float32], examples: Examples) -> float:
    """What to divide logits by so that the likelihood of the labels is greatest (Guo et al. 2017), 0.05 to 20."""
    from scipy.optimize import minimize_scalar

    def unlikely(log_temperature: float) -> float:
        scaled = logits.astype(np.float64) / np.exp(log_temperature)
        scaled -= scaled.max(axis=1, keepdims=True)
        own = scaled[np.arange(len(scaled)), examples.labels]
        return float(np.mean(np.log(np.exp(scaled).sum(axis=1)) - own))

    best: Any = minimize_scalar(unlikely, bounds=(np.log(0.05), np.log(20.0)), method="bounded")
    return float(np.exp(best.x))


def unknown_below_of(logits: Floats | NDArray[np.float32], examples: Examples) -> float:
    """The share that a clip's likeliest exercises must reach to be believed, 0 where the labels have no unknown.

    The lowest for which the share of exercises that are believed and the share of other clips that are not are together
    within `SLACK` of their best: people in life look less like anything than synthetic ones do.
    """
    if UNKNOWN not in examples.names:
        return 0.0
    probabilities, none = (
        softmax(logits),
        [examples.names.index(name) for name in (UNKNOWN, REST) if name in examples.names],
    )
    known: list[float] = []
    other: list[float] = []
    for clip in np.unique(examples.clips):
        here = examples.clips == clip
        truths = examples.labels[here]
        exercises = truths[~np.isin(truths, none)]
        shares = together(probabilities[here], examples.names)
        shares[none] = 0.0
        best = float(np.sort(shares)[-RIVALS:].sum())
        if len(exercises):
            known.append(best)
        elif examples.names.index(UNKNOWN) in truths:
            other.append(best)
    if not known or not other:
        return 0.0
    tried = np.linspace(0.0, 1.0, 101)
    right = np.array([np.mean(np.array(known) >= low) + np.mean(np.array(other) < low) for low in tried])
    return round(float(tried[right >= right.max() - SLACK][0]), 3)


def _counted(truths: NDArray[np.intp], said: NDArray[np.intp], size: int) -> NDArray[np.intp]:
    confusion = np.zeros((size, size), dtype=np.intp)
    np.add.at(confusion, (truths, said), 1)
    return confusion


def _accuracy(confusion: NDArray[np.intp]) -> float:
    return float(np.trace(confusion) / max(1, confusion.sum()))
