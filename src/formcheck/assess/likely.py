"""How likely it is that movements are repetitions of an exercise, and that they were counted right.

Logistic regressions on what repetitions look like; `formcheck evaluate counting --fit` makes their numbers anew from
synthetic people, who exercise or do something else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from formcheck.assess.bouts import Bout, likeness, ways_of
from formcheck.body.movement import Movement
from formcheck.reps import RepSpan

FITTED = Path(__file__).parent / "likely.json"
STILL = 0.25  # of `Movement.stirring`, a tenth of a body a second: less is standing about
ONE_GAP = 0.3  # repetitions: what is taken for the gap where there is but one
APART_S = 5.0  # between two runs of repetitions
CONVINCING = 5  # of them, and it is rather the exercise that it is said to be
LIKELY = 0.95
SOME, RATHER, VERY_COHERENT = 3, 0.45, 0.5  # so many, more likely than most of what looks like them, and much alike
DOUBTFUL = 0.35  # a run that is less likely an exercise is none,
COHERENT = 0.35  # repetitions of an exercise go more alike: one joint may swing, or jitter, by chance
ABSURD = 0.03  # and even a long one that is so unlikely: somebody walks


@dataclass(frozen=True)
class Odds:
    """A logistic regression on named numbers: `weight` of each, in units of `spread` about `middle`."""

    names: tuple[str, ...]
    middle: tuple[float, ...]
    spread: tuple[float, ...]
    weight: tuple[float, ...]
    constant: float

    def of(self, numbers: Mapping[str, float]) -> float:
        """The probability, 0..1."""
        values = (np.array([numbers[name] for name in self.names]) - self.middle) / self.spread
        return float(1.0 / (1.0 + np.exp(-np.clip(values @ np.array(self.weight) + self.constant, -30.0, 30.0))))


@cache
def fitted(name: str, path: Path = FITTED) -> Odds:
    """The regression that ships: `exercise`, `right`, `given` or `rep`; `path` of those of other sensors."""
    parts = json.loads(path.read_text(encoding="utf-8"))[name]
    names, constant = tuple(parts["weight"]), float(parts["constant"])
    middle, spread, weight = (tuple(parts[part][key] for key in names) for part in ("middle", "spread", "weight"))
    return Odds(names, middle, spread, weight, constant)


def looks(movement: Movement, bout: Bout, spans: Sequence[RepSpan], votes: float) -> dict[str, float]:
    """What repetitions look like, by name; `votes` is the share of signals that found as many."""
    return pace(movement, spans) | {
        "count": float(np.log(len(spans))),
        "alike": bout.alike if len(spans) > 1 else 0.8,
        "size": bout.size,
        "share": bout.share,
        "agreed": bout.agreed,
        "votes": votes,
        "halves": bout.halves,
    }


def pace(movement: Movement, spans: Sequence[RepSpan]) -> dict[str, float]:
    """How long repetitions and the gaps between them take, and how the body moves through the picture in one."""
    edges = np.array([(span.start_s, span.end_s) for span in spans])
    lasts = edges[:, 1] - edges[:, 0]
    gaps = edges[1:, 0] - edges[:-1, 1]
    parts = [slice(start, end + 1) for start, end in movement.index(edges)]
    about = movement.joints - movement.joints.mean(axis=1, keepdims=True)
    size = np.log(np.sqrt((about**2).sum(axis=-1).mean(axis=-1)) + 1e-3)
    return {
        "duration": float(np.log(np.median(lasts))),
        "gap": float(np.median(gaps) / np.median(lasts)) if len(gaps) else ONE_GAP,
        "travel": _median(float(np.ptp(movement.middle[part, 0])) for part in parts),
        "zoom": _median(float(np.ptp(size[part])) for part in parts),
        "still": _median(float(np.mean(movement.stirring[part] < STILL)) for part in parts),
    }


def exercising(
    movement: Movement, spans: Sequence[RepSpan], doubtful: float = DOUBTFUL, rather: float = RATHER
) -> list[tuple[list[RepSpan], bool]]:
    """Runs of repetitions of an exercise that somebody named, and whether each is likely to be one.

    A few movements together, apart from others, that are rather something else (`doubtful`: less likely) are left out;
    many are not, since somebody said that it is the exercise.
    """
    odds = [(run, fitted("exercise").of(pace(movement, run))) for run in _runs(spans)]
    return [
        (run, _convincing(len(run), odd, coherence(movement, run), rather))
        for run, odd in odds
        if odd >= (doubtful if len(run) < CONVINCING else ABSURD)
    ]


def _convincing(count: int, odd: float, coherent: float, rather: float) -> bool:
    """Whether so many repetitions, that likely, that much alike, need no second opinion."""
    alike = count >= SOME and odd >= rather and coherent >= VERY_COHERENT
    return alike or (count >= CONVINCING and odd >= LIKELY and coherent >= COHERENT)


def coherence(movement: Movement, spans: Sequence[RepSpan]) -> float:
    """How alike the body goes in repetitions, the median over all pairs; 1 for a single one."""
    ways = ways_of(movement, spans)
    return float(np.median(likeness(movement, ways, ways)[np.triu_indices(len(spans), 1)])) if len(spans) > 1 else 1.0


def _runs(spans: Sequence[RepSpan]) -> list[list[RepSpan]]:
    runs: list[list[RepSpan]] = []
    for span in spans:
        if runs and span.start_s - runs[-1][-1].end_s <= APART_S:
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def _median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))
