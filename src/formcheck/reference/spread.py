"""How far experts are from one another: beyond that, a difference means something.

`spread.json` holds a threshold for every exercise, view, joint and part of the repetition, learnt by comparing the
studio's experts, and other synthetic people's clean repetitions, with experts that they are not
(`formcheck evaluate references --fit`). Where nothing was learnt, GymbrAIn's 25 degrees serve.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

import numpy as np

from formcheck.reference.compare import WHENS, When

FALLBACK_DEG = 25.0  # GymbrAIn; of the back, in per cent of the trunk, as much
TOO_WIDE_DEG = 40.0  # where experts are further apart than this, nothing is told
USUAL = ("knee", "hip", "elbow", "shoulder", "trunk", "foot")
TIMES, OTHER_TIMES = 3.0, 4.0  # standard deviations of the usual joints, and of those that estimators see less surely
LEAST = {"foot": 12.0, "neck": 12.0, "back": 8.0, "toes": 15.0, "twist": 15.0}  # nobody would call less
LEAST_USUAL_DEG = 10.0
PRIOR = 4.0  # repetitions' worth of what the joint does in other exercises
FEWEST = 4  # repetitions from which something is learnt

Thresholds = Mapping[str, Mapping[str, Mapping[str, Mapping[When, float]]]]
"""By exercise, view, joint and part of the repetition, in the joint's unit."""
Cell = tuple[str, str, str, When]


@cache
def shipped_spread() -> Thresholds:
    """The thresholds that ship."""
    return json.loads(resources.files("formcheck.reference").joinpath("spread.json").read_text(encoding="utf-8"))


def threshold(exercise: str, view: str, joint: str, when: When, spread: Thresholds | None = None) -> float | None:
    """Beyond what a difference is one, in the joint's unit; None where experts are too far apart to tell."""
    known = shipped_spread() if spread is None else spread
    found = known.get(exercise, {}).get(view, {}).get(joint, {}).get(when, FALLBACK_DEG)
    return found if found <= TOO_WIDE_DEG else None


def fitted(differences: Iterable[tuple[Cell, float]]) -> Thresholds:
    """Thresholds from differences between people who do it well: so many standard deviations about zero.

    The variance of a cell is drawn towards the median one of its joint, view and part over all exercises.
    """
    pools: dict[Cell, list[float]] = {}
    for cell, value in differences:
        pools.setdefault(cell, []).append(value)
    mean = {cell: float(np.mean(np.square(values))) for cell, values in pools.items()}
    others: dict[tuple[str, str, When], list[float]] = {}
    for (_, *rest), value in mean.items():
        others.setdefault((rest[0], rest[1], rest[2]), []).append(value)  # type: ignore[arg-type]
    out: dict[str, dict[str, dict[str, dict[When, float]]]] = {}
    for (exercise, view, joint, when), values in sorted(
        pools.items(), key=lambda item: (*item[0][:3], WHENS.index(item[0][3]))
    ):
        if len(values) < FEWEST:
            continue
        usual = float(np.median(others[view, joint, when]))
        variance = (len(values) * mean[exercise, view, joint, when] + PRIOR * usual) / (len(values) + PRIOR)
        times = TIMES if joint in USUAL else OTHER_TIMES
        limit = max(LEAST.get(joint, LEAST_USUAL_DEG), times * variance**0.5)
        out.setdefault(exercise, {}).setdefault(view, {}).setdefault(joint, {})[when] = round(limit, 1)
    return out
