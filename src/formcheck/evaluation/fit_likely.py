"""How likely it is that movements are an exercise, and counted right: fitted anew, on synthetic people only.

What is fitted is what `assess.likely` reads. Whom it is fitted on must not be whom a table tells of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.assess.likely import Odds
from formcheck.assess.unnamed import propose
from formcheck.body.labelled import LabelledClip
from formcheck.body.movement import Movement
from formcheck.evaluation.counting import Rows, Tell
from formcheck.evaluation.counting_studio import activity_pose, studio_sets
from formcheck.signals import Floats
from formcheck.synthetic import activities

LOOKS = {
    "exercise": ("duration", "gap", "travel", "zoom", "still"),
    "right": ("agreed", "votes", "alike", "share", "count"),
}
RIDGE = 0.02  # against the mean loss of an example
STEPS = 40


@dataclass(frozen=True)
class Example:
    """What was proposed in one recording: how it looks, whether somebody exercised, and whether the count is right."""

    looks: Mapping[str, float]
    exercise: bool
    right: bool


def examples(people: Sequence[int], idle: Sequence[int], tell: Tell = None) -> list[Example]:
    """What is proposed for sets of every exercise by some synthetic people, and for activities of others."""
    sets = [clip for clip in studio_sets(people).clips if clip.cycles] if len(people) else []
    jobs: list[LabelledClip | tuple[str, int]] = [*sets, *((name, seed) for name in activities() for seed in idle)]
    found: list[Example] = []
    for at, job in enumerate(jobs):
        clip = job if isinstance(job, LabelledClip) else None
        movement = Movement.of(job.pose() if isinstance(job, LabelledClip) else activity_pose(*job))
        proposal = None if movement is None else propose(movement)
        if proposal is not None and (clip is None or not _held(clip)):
            right = clip is not None and clip.error(len(proposal.spans)) == 0
            found.append(Example(proposal.looks, clip is not None, right))
        if tell is not None:
            tell("Looking at movements", (at + 1) / len(jobs))
    return found


def _held(clip: LabelledClip) -> bool:
    from formcheck.exercises import find_or_load

    return clip.exercise is not None and find_or_load(clip.exercise).hold is not None


def fit(known: Sequence[Example]) -> dict[str, Odds]:
    """Both regressions: `exercise` with either kind weighing the same, `right` on those who exercise.

    Raises ValueError where there is only one kind of example.
    """
    exercises = np.array([each.exercise for each in known])
    sets = [each for each in known if each.exercise]
    even = np.where(exercises, 0.5 / max(exercises.sum(), 1), 0.5 / max((~exercises).sum(), 1))
    return {
        "exercise": regression([each.looks for each in known], exercises, LOOKS["exercise"], even),
        "right": regression([each.looks for each in sets], np.array([each.right for each in sets]), LOOKS["right"]),
    }


def regression(
    rows: Sequence[Mapping[str, float]], truth: np.ndarray, names: Sequence[str], weights: Floats | None = None
) -> Odds:
    """A ridge logistic regression of `truth` (N,) on named numbers, by Newton steps; `weights` (N,) of the examples.

    Raises ValueError where all of `truth` is the same.
    """
    if len(rows) == 0 or truth.all() or not truth.any():
        raise ValueError(f"expected examples of both kinds to fit, got {int(np.sum(truth))} of {len(rows)} that are")
    values = np.array([[row[name] for name in names] for row in rows], dtype=np.float64)
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    design = np.column_stack([(values - middle) / spread, np.ones(len(values))])
    share = np.full(len(values), 1.0 / len(values)) if weights is None else weights / weights.sum()
    ridge = RIDGE * np.diag([*np.ones(len(names)), 0.0])
    slopes = np.zeros(len(names) + 1)
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ slopes, -30.0, 30.0)))
        downhill = design.T @ (share * (truth - chance)) - ridge @ slopes
        curved = (design * (share * chance * (1.0 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(curved + 1e-9 * np.eye(len(slopes)), downhill)
        slopes += step
        if np.abs(step).max() < 1e-9:
            break
    return Odds(tuple(names), _rounded(middle), _rounded(spread), _rounded(slopes[:-1]), round(float(slopes[-1]), 4))


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)


def save(odds: Mapping[str, Odds], path: Path) -> None:
    """Write regressions as `assess.likely` reads them; beside first, then renamed."""
    parts: dict[str, object] = {}
    for name, each in odds.items():
        columns = {"middle": each.middle, "spread": each.spread, "weight": each.weight}
        named = {what: dict(zip(each.names, values, strict=True)) for what, values in columns.items()}
        parts[name] = {**named, "constant": each.constant}
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(parts, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def fit_table(odds: Mapping[str, Odds], shipped: Mapping[str, Odds], others: Sequence[Example]) -> Rows:
    """Rows of (what, shipped, fitted) on other people: who is taken to exercise, and how well the chances fit.

    Log loss is the mean of -log of the chance given to what is so; 0.69 is that of a coin.
    """
    rows: Rows = [("on people not fitted on", "shipped", "fitted")]
    exercises = np.array([each.exercise for each in others])
    right = np.array([each.right for each in others])[exercises]
    sure = [np.array([each["exercise"].of(one.looks) for one in others]) for each in (shipped, odds)]
    said = [np.array([each["right"].of(one.looks) for one in others if one.exercise]) for each in (shipped, odds)]
    kinds = (("sets", exercises), ("other activities", ~exercises))
    for name, kind in kinds:
        cells = (f"{100 * np.mean(chance[kind] >= 0.5):.1f}" if kind.any() else "–" for chance in sure)
        rows.append((f"{name} taken for an exercise, % of {int(kind.sum())}", *cells))
    rows.append(("log loss of an exercise", *(_loss(chance, exercises) for chance in sure)))
    rows.append(("log loss of a right count", *(_loss(chance, right) for chance in said)))
    share = f"{100 * right.mean():.1f}" if len(right) else "–"
    rows.append((f"mean chance of a right count, % ({share} are)", *(f"{100 * each.mean():.1f}" for each in said)))
    return rows


def _loss(chance: Floats, truth: np.ndarray) -> str:
    given = np.where(truth, chance, 1.0 - chance)
    return f"{-np.log(np.clip(given, 1e-6, 1.0)).mean():.3f}" if len(given) else "–"
