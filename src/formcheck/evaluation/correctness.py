"""The table of correctness scores against the truth, by exercise and streams."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.evaluation.interval import with_interval
from formcheck.learn.correctness.filmed import OnFilm
from formcheck.learn.correctness.worth import Scored, spearman
from formcheck.signals import Floats

TOLD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("front camera", ("front",)),
    ("side camera", ("side",)),
    ("pose (both cameras)", ("front", "side")),
    ("IMU", ("imu",)),
    ("thermal", ("thermal",)),
    ("pose + IMU", ("front", "side", "imu")),
    ("pose + thermal", ("front", "side", "thermal")),
    ("IMU + thermal", ("imu", "thermal")),
    ("all", ("front", "side", "imu", "thermal")),
)
"""The mixtures of the table, by what they are called: each stream, each pair, and all."""


def spearman_interval(said: Floats, truth: Floats, people: Sequence[str], draws: int = 500) -> tuple[float, float]:
    """Its 95 % interval, by drawing whole people with replacement."""
    names = np.unique(people)
    rows = {name: np.flatnonzero(np.asarray(people) == name) for name in names}
    draw = np.random.default_rng(0)
    found: list[float] = []
    for _ in range(draws):
        chosen = np.concatenate([rows[name] for name in draw.choice(names, len(names))])
        found.append(spearman(said[chosen], truth[chosen]))
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return float(low), float(high)


def agreement_rows(done: Sequence[Scored]) -> list[tuple[str, ...]]:
    """The table of scores against truth: error, rank correlation, and Bland and Altman's bias and limits.

    Bland & Altman, "Statistical methods for assessing agreement", Lancet 327, 1986: mean difference and 1.96 standard
    deviations about it, in points of a hundred. Repetitions that no stream of a mixture shows are left out of it.
    """
    rows = [("exercise", "streams", "seen", "MAE", "Spearman", "bias [limits of agreement], points")]
    for each in done:
        for title, mixture in TOLD:
            if mixture not in each.said:
                continue
            seen = np.isfinite(each.said[mixture])
            said, truth = each.said[mixture][seen], each.truth[seen]
            people = [person for person, here in zip(each.people, seen, strict=True) if here]
            low, high = spearman_interval(said, truth, people)
            off = said - truth
            bias, about = 100 * float(off.mean()), 196 * float(off.std())
            rows.append(
                (
                    each.exercise.name,
                    title,
                    f"{seen.mean():.0%}",
                    with_interval(np.abs(off), people, percent=False),
                    f"{spearman(said, truth):.3f} [{low:.3f}, {high:.3f}]",
                    f"{bias:+.1f} [{bias - about:+.1f}, {bias + about:+.1f}]",
                )
            )
    return rows


def film_rows(done: Sequence[OnFilm]) -> list[tuple[str, ...]]:
    """The table of filmed repetitions: the model's scores and the rules' against the truth."""
    rows: list[tuple[str, ...]] = [
        ("exercise", "repetitions", "model, MAE", "model, Spearman", "rules, MAE", "rules, Spearman")
    ]
    for each in done:
        known = np.isfinite(each.model) & np.isfinite(each.rules)
        people = [person for person, there in zip(each.people, known, strict=True) if there]
        cells: list[str] = []
        for said in (each.model[known], each.rules[known]):
            low, high = spearman_interval(said, each.truth[known], people)
            off = with_interval(np.abs(said - each.truth[known]), people, percent=False)
            cells += [off, f"{spearman(said, each.truth[known]):.2f} [{low:.2f}, {high:.2f}]"]
        rows.append((each.exercise.name, f"{known.sum()} of {len(known)}", *cells))
    return rows
