"""How near a correctness model's scores are to the truth, on synthetic people whom it has never met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import Exercise
from formcheck.learn.correctness.studio import Graded, Progress, correct, graded
from formcheck.predictor.correctness import CorrectnessModel
from formcheck.signals import Floats

STRANGERS = 8_900_000  # the seeds of people whom nobody was trained on, or steered by
MIXTURES: tuple[tuple[str, ...], ...] = (
    ("front",),
    ("side",),
    ("front", "side"),
    ("imu",),
    ("thermal",),
    ("front", "imu"),
    ("side", "imu"),
    ("front", "side", "imu"),
    ("front", "thermal"),
    ("side", "thermal"),
    ("front", "side", "thermal"),
    ("imu", "thermal"),
    ("front", "imu", "thermal"),
    ("side", "imu", "thermal"),
    ("front", "side", "imu", "thermal"),
)
"""Every mixture of streams that a repetition may be shown by."""


@dataclass(frozen=True, eq=False)
class Scored:
    """What a model said of N repetitions by each mixture, beside the truth (N,) and whose they are (N,).

    What is said is NaN where no stream of the mixture shows the repetition.
    """

    exercise: Exercise
    truth: Floats
    people: tuple[str, ...]
    said: Mapping[tuple[str, ...], Floats]


def there(some: Graded, mixture: Sequence[str]) -> bool:
    """Whether repetitions are shown by all of these streams."""
    return all(bool(getattr(some, name).any()) for name in mixture)


def seen_by(some: Graded, mixture: Sequence[str]) -> NDArray[np.bool_]:
    """(N,) which repetitions any of these streams shows."""
    return np.any([getattr(some, name).reshape(len(some), -1).any(axis=1) for name in mixture], axis=0)


def scored(model: CorrectnessModel, exercise: Exercise, some: Graded) -> Scored:
    """What a model says of repetitions by every mixture that it knows, or by all that there are when it knows none."""
    known = model.card.errors
    said: dict[tuple[str, ...], Floats] = {}
    for mixture in MIXTURES:
        if there(some, mixture) and (not known or "+".join(mixture) in known):
            parts: list[Floats] = []
            for at in range(0, len(some), 256):
                part = some.of(np.arange(at, min(at + 256, len(some))))
                given = {name: getattr(part, name).astype(np.float32) for name in mixture}
                parts.append(
                    np.where(
                        seen_by(part, mixture), model.answers(given, part.duration_s)[0].astype(np.float64), np.nan
                    )
                )
            said[mixture] = np.clip(np.concatenate(parts), 0.0, 1.0)
    return Scored(exercise, correct(exercise, some.grades), tuple(map(str, some.people)), said)


def strangers(
    exercise: Exercise, count: int, cache: Path, thermal: bool = True, progress: Progress | None = None
) -> Graded:
    """Repetitions of people whom nobody was trained on."""
    return graded(exercise, range(STRANGERS, STRANGERS + count), cache, thermal, progress)


def errors_of(done: Scored) -> dict[str, float]:
    """Mean absolute error of the score by mixture, named as on a card."""
    return {
        "+".join(mixture): round(float(np.nanmean(np.abs(said - done.truth))), 4)
        for mixture, said in done.said.items()
        if np.isfinite(said).any()
    }


def spearman(said: Floats, truth: Floats) -> float:
    """Spearman's rank correlation over what was said; NaN where nothing differs."""
    from scipy.stats import spearmanr

    known = np.isfinite(said)
    said, truth = said[known], truth[known]
    return (
        float(np.asarray(spearmanr(said, truth)[0]))
        if len(truth) > 2 and np.ptp(said) > 0 and np.ptp(truth) > 0
        else np.nan
    )
