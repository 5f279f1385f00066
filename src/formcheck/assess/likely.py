"""How likely it is that movements are repetitions of an exercise, and that they were counted right.

Two logistic regressions on what a bout looks like; `formcheck evaluate counting --fit` makes their numbers anew from
synthetic people, who exercise or do something else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from formcheck.assess.bouts import Bout
from formcheck.body.movement import Movement
from formcheck.reps import RepSpan

FITTED = Path(__file__).parent / "likely.json"
STILL = 0.25  # of `Movement.stirring`, a tenth of a body a second: less is standing about


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
def fitted(name: str) -> Odds:
    """The regression that ships, `exercise` or `right`."""
    parts = json.loads(FITTED.read_text(encoding="utf-8"))[name]
    names, constant = tuple(parts["weight"]), float(parts["constant"])
    middle, spread, weight = (tuple(parts[part][key] for key in names) for part in ("middle", "spread", "weight"))
    return Odds(names, middle, spread, weight, constant)


def looks(movement: Movement, bout: Bout, spans: Sequence[RepSpan], votes: float) -> dict[str, float]:
    """What repetitions look like, by name; `votes` is the share of signals that found as many."""
    edges = np.array([(span.start_s, span.end_s) for span in spans])
    lasts = edges[:, 1] - edges[:, 0]
    gaps = edges[1:, 0] - edges[:-1, 1]
    turns = np.diff([span.turn_s for span in spans])
    parts = [slice(start, end + 1) for start, end in movement.index(edges)]
    about = movement.joints - movement.joints.mean(axis=1, keepdims=True)
    size = np.log(np.sqrt((about**2).sum(axis=-1).mean(axis=-1)) + 1e-3)
    return {
        "duration": float(np.log(np.median(lasts))),
        "gap": float(np.median(gaps) / np.median(lasts)) if len(gaps) else 0.3,
        "irregular": float(turns.std() / turns.mean()) if len(turns) > 1 else 0.15,
        "travel": _median(float(np.ptp(movement.middle[part, 0])) for part in parts),
        "zoom": _median(float(np.ptp(size[part])) for part in parts),
        "still": _median(float(np.mean(movement.stirring[part] < STILL)) for part in parts),
        "count": float(np.log(len(spans))),
        "alike": bout.alike if len(spans) > 1 else 0.8,
        "size": bout.size,
        "share": bout.share,
        "agreed": bout.agreed,
        "votes": votes,
        "halves": bout.halves,
    }


def _median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))
