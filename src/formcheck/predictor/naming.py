"""What a stretch of a recording shows, from what a model says of its windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from formcheck.predictor.folder import Answer, ModelFolder
from formcheck.predictor.window import share_within
from formcheck.signals import Floats

REST, UNKNOWN = "rest", "unknown"
SHIPPED = "recognition"  # the folder beside this file

FLOOR = 0.02  # added to probabilities whose logarithms are averaged: no window has a veto
RIVALS = 2  # that may share a stretch: a curl is no unknown exercise because nobody sees how the hand is turned
CHANGE_S = 6.0  # nothing shorter is another exercise,
MARGIN = 3.0  # which is e to this times likelier than what is done beside it
FOUND = 0.3  # of a window's frames: with the person in fewer it says little


@dataclass(frozen=True)
class Naming:
    """What a stretch shows: the `label` (an exercise, or "unknown"), how likely that is, and the likeliest exercises.

    `likely` are the exercises by falling probability, which add up to 1 with that of no exercise.
    """

    label: str
    confidence: float
    likely: tuple[tuple[str, float], ...]

    @property
    def known(self) -> bool:
        """Whether it is named after an exercise."""
        return self.label != UNKNOWN


@cache
def shipped() -> ModelFolder:
    """The model that comes with formcheck, read once; raises ModelFolderError when it is damaged."""
    return ModelFolder(Path(__file__).with_name(SHIPPED))


def name_stretch(
    answers: Sequence[Answer], unknown_below: float, start_s: float = -np.inf, end_s: float = np.inf
) -> Naming | None:
    """What [start_s, end_s) shows to one camera or several, whose answers have the same labels; None without windows.

    The logarithms of the windows' probabilities are averaged, by how much of a window lies within the stretch and has
    the person in it. Rest is left out: whoever pauses in a set still does the set. A stretch is unknown where the
    likeliest two exercises together do not reach `unknown_below`.
    """
    weights = np.concatenate([_weights(answer, start_s, end_s) for answer in answers]) if answers else np.zeros(0)
    if not weights.sum() > 0:
        return None
    labels = answers[0].labels
    shares = together(np.concatenate([answer.probabilities for answer in answers]), labels, weights)
    likely = sorted(
        ((label, float(share)) for label, share in zip(labels, shares, strict=True) if label not in (REST, UNKNOWN)),
        key=lambda each: -each[1],
    )
    known = sum(share for _, share in likely[:RIVALS])
    if known < unknown_below:
        return Naming(UNKNOWN, 1.0 - known, tuple(likely))
    return Naming(*likely[0], tuple(likely))


def changes(answers: Sequence[Answer], start_s: float, end_s: float) -> tuple[float, ...]:
    """When, within [start_s, end_s), one exercise gives way to another, in seconds; nothing mostly.

    A stretch is cut where two names explain its windows best, each at least 6 s long, if on average each explains its
    own part e^3 times better than the other does; then its parts are.
    """
    if not answers:
        return ()
    labels = answers[0].labels
    middle = np.concatenate([(each.start_s + each.end_s) / 2 for each in answers])
    said = np.log(np.concatenate([each.probabilities for each in answers]) + FLOOR)
    said[:, [label == REST for label in labels]] = -np.inf
    weights = np.concatenate([_weights(each, start_s, end_s) for each in answers])
    kept = np.flatnonzero((weights >= FOUND) & (middle >= start_s) & (middle < end_s))
    kept = kept[np.argsort(middle[kept], kind="stable")]
    return tuple(_cuts(middle[kept], said[kept], start_s, end_s))


def _cuts(middle: Floats, said: Floats, start_s: float, end_s: float) -> list[float]:
    places = [
        at
        for at in range(1, len(middle))
        if middle[at - 1] < middle[at] and middle[at] - start_s >= CHANGE_S and end_s - middle[at - 1] >= CHANGE_S
    ]
    if not places:
        return []
    before, after = np.cumsum(said, axis=0), np.cumsum(said[::-1], axis=0)[::-1]
    best = max(places, key=lambda at: float(before[at - 1].max() + after[at].max()))
    first, second = int(before[best - 1].argmax()), int(after[best].argmax())
    gains = (
        float((before[best - 1, first] - before[best - 1, second]) / best),
        float((after[best, second] - after[best, first]) / (len(middle) - best)),
    )
    if first == second or min(gains) < MARGIN:
        return []
    cut_s = float(middle[best - 1] + middle[best]) / 2
    left = _cuts(middle[:best], said[:best], start_s, cut_s)
    return [*left, cut_s, *_cuts(middle[best:], said[best:], cut_s, end_s)]


def together(probabilities: Floats, labels: Sequence[str], weights: Floats | None = None) -> Floats:
    """(L,) shares of the labels in a stretch, from the probabilities (N, L) of its windows; 0 for rest."""
    mean = np.exp(np.average(np.log(probabilities + FLOOR), axis=0, weights=weights)) - FLOOR
    mean = np.where([label == REST for label in labels], 0.0, np.clip(mean, 1e-6, None))
    return np.asarray(mean / mean.sum(), dtype=np.float64)


def _weights(answer: Answer, start_s: float, end_s: float) -> Floats:
    share = share_within(answer.start_s, answer.end_s, start_s, end_s)
    found = np.where(answer.found >= FOUND, 1.0, 1e-3)  # only where there is nothing better
    return np.asarray(share * found, dtype=np.float64)


def named(model: ModelFolder, answers: Sequence[Answer]) -> Naming | None:
    """What a whole recording shows to one camera or several; None for one without frames."""
    return name_stretch(answers, model.card.unknown_below)
