"""Rules alone, models alone, and both: how right, how well calibrated, and how much they judge.

On synthetic people who are filmed from the front and from the side and watched by the real estimator, and on whom
neither rules nor models were made; every recording is judged from the front, from the side, and from both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from formcheck.evaluation.interval import with_interval
from formcheck.exercises import find
from formcheck.learn.verdicts_filmed import VALIDATION, said_by_people
from formcheck.learn.verdicts_worth import VIEWS, Said, balanced, verdict
from formcheck.predictor.criteria import SHIPPED, CriteriaCard, CriteriaModel, Views, folder_name
from formcheck.signals import Floats

JUDGES = ("rule", "model", "both")
BINS = 10  # of confidence, from 0.5 to 1: expected calibration error, Guo et al., ICML 2017

Progress = Callable[[str, float], None]


def shipped_models(names: Sequence[str] = ()) -> dict[str, CriteriaModel]:
    """The criteria models that ship, by exercise; only some where names are given.

    Raises UnknownExercise, and ValueError for an exercise without a model.
    """
    folders = {folder.name: folder for folder in sorted(SHIPPED.glob("*")) if (folder / "card.json").is_file()}
    wanted = [folder_name(find(name).name) for name in names] or list(folders)
    for name in wanted:
        if name not in folders:
            raise ValueError(f"expected an exercise with a criteria model ({', '.join(folders)}), got {name}")
    models = [CriteriaModel(folders[name]) for name in wanted]
    return {model.card.exercise: model for model in models}


def compared(
    models: dict[str, CriteriaModel], people: Sequence[int], cache: Path, workers: int, progress: Progress | None = None
) -> dict[str, list[Said]]:
    """What rules and models say of synthetic people, filming and watching what is not in `cache` yet, by exercise.

    Raises ValueError for people on whom it was decided who is trusted.
    """
    if set(people) & set(VALIDATION):
        raise ValueError(f"expected people on whom nothing was decided, got some of seeds {VALIDATION}: --first")
    return {name: said_by_people(find(name), people, cache, model, workers, progress) for name, model in models.items()}


def comparison_rows(said: Sequence[Said], card: CriteriaCard, views: Views) -> list[tuple[str, ...]]:
    """Rows as `HEADING` says, from some views.

    All in %, for every criterion by rules alone, by the model alone, and by both, and over all criteria; intervals over
    people. Losses are of what was judged; coverage is the share of repetitions that was.
    """
    here = [each for each in said if each.views == views]
    rows: list[tuple[str, ...]] = []
    for name in (*card.criteria, "all"):
        chosen = [each for each in here if name in (each.criterion, "all")]
        trusted = card.trusted.get(name, "") if name != "all" else ""
        for judge in JUDGES:
            shown = "both" + (f" ({trusted} trusted)" if trusted else "") if judge == "both" else judge
            rows.append((card.exercise, name, shown, *_cells(chosen, card, judge)))
    return rows


HEADING = ("exercise", "criterion", "judge", "Hamming loss %", "balanced accuracy %", "ECE %", "coverage %", "judged")


def _cells(said: Sequence[Said], card: CriteriaCard, judge: str) -> tuple[str, ...]:
    found = [verdict(card, each, judge) for each in said]
    covered = with_interval([float(each is not None) for each in found], [each.person for each in said])
    known = [(each, probable) for each, probable in zip(said, found, strict=True) if probable is not None]
    if not known:
        return "–", "–", "–", covered, "0"
    people = [each.person for each, _ in known]
    labels = np.array([each.label for each, _ in known], dtype=np.float64)
    probable = np.array([probable for _, probable in known])
    right = ((probable >= 0.5) == (labels == 1)).astype(np.float64)
    loss = with_interval(1.0 - right, people)
    even = balanced_with_interval(right, labels, people)
    return loss, even, f"{100 * calibration_error(probable, right):.1f}", covered, str(len(known))


def balanced_with_interval(right: Floats, labels: Floats, people: Sequence[str], draws: int = 1000) -> str:
    """Balanced accuracy in %, with its 95 % interval by drawing people with replacement; a dash for too few labels."""
    value = balanced(right, labels)
    if not np.isfinite(value):
        return "–"
    names, of = np.unique(np.asarray(people), return_inverse=True)
    if len(names) < 2:
        return f"{100 * value:.1f}"
    sums = np.stack(
        [np.bincount(of, part, len(names)) for kind in (0, 1) for part in (right * (labels == kind), labels == kind)]
    )
    totals = sums[:, np.random.default_rng(0).integers(len(names), size=(draws, len(names)))].sum(axis=2)
    whole = totals[:, (totals[1] > 0) & (totals[3] > 0)]
    low, high = np.percentile((whole[0] / whole[1] + whole[2] / whole[3]) / 2, [2.5, 97.5])
    return f"{100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def calibration_error(probable: Floats, right: Floats) -> float:
    """Expected calibration error: how far confidence and the share that is right are apart, over 10 bins."""
    sure = np.maximum(probable, 1.0 - probable)
    at = np.minimum(((sure - 0.5) * 2 * BINS).astype(np.intp), BINS - 1)
    off = [abs(sure[at == each].mean() - right[at == each].mean()) * (at == each).mean() for each in np.unique(at)]
    return float(np.sum(off))


def comparison_tables(
    said: dict[str, list[Said]], models: dict[str, CriteriaModel]
) -> list[tuple[str, list[tuple[str, ...]]]]:
    """A table for every choice of cameras, by its title."""
    titles = {
        "front+side": "Cameras in front and at a side",
        "front": "A camera in front",
        "side": "A camera at a side",
    }
    tables: list[tuple[str, list[tuple[str, ...]]]] = []
    for views in reversed(VIEWS):
        rows: list[tuple[str, ...]] = [HEADING]
        for name, model in models.items():
            rows += comparison_rows(said[name], model.card, views)
        tables.append((titles[views], rows))
    return tables
