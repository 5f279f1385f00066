"""What came out of EJUST-GYM-3's streams, one by one and together: tables, sentences, plain data."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from typing import Any

import numpy as np

from formcheck.evaluation.correctness import TOLD, spearman_interval
from formcheck.evaluation.interval import with_interval
from formcheck.learn.correctness.ablation import Ablation
from formcheck.learn.correctness.network import STREAMS
from formcheck.learn.correctness.worth import spearman

Rows = list[tuple[str, ...]]


def ablation_tables(done: Ablation) -> list[tuple[str, Rows]]:
    """Naming, scoring, and what facts about people add; the paper has no such figures."""
    tested = f"{done.people[2]} synthetic people whom no network has met (learnt from {done.people[0]})"
    return [
        (f"Naming repetitions by streams, accuracy in %, {tested}", _naming(done)),
        (f"Scoring them: MAE and Spearman of correctness, {tested}", _scoring(done)),
        ("The same by all streams, with height, weight, age, sleep, smoking and diet told: MAE", _knowing(done)),
    ]


def _naming(done: Ablation) -> Rows:
    rows: Rows = [("streams", "accuracy")]
    for title, mixture in TOLD:
        right = (done.named.said[mixture] == done.named.truth).astype(float)
        rows.append((title, with_interval(right, done.named.people)))
    return rows


def _scoring(done: Ablation) -> Rows:
    rows: Rows = [("streams", *(each.exercise for each in done.rated), "all four")]
    for title, mixture in TOLD:
        cells = [_cell(each.said[mixture], each.truth, each.people) for each in done.rated]
        said = np.concatenate([each.said[mixture] for each in done.rated])
        truth = np.concatenate([each.truth for each in done.rated])
        people = [person for each in done.rated for person in each.people]
        rows.append((title, *cells, _cell(said, truth, people)))
    usual = [np.abs(each.truth - np.median(each.truth)) for each in done.rated]
    always = [with_interval(off, each.people, percent=False) for off, each in zip(usual, done.rated, strict=True)]
    people = [person for each in done.rated for person in each.people]
    rows.append(("(always the middle)", *always, with_interval(np.concatenate(usual), people, percent=False)))
    return rows


def _cell(said: np.ndarray, truth: np.ndarray, people: Any) -> str:
    seen = np.isfinite(said)
    said, truth = said[seen], truth[seen]
    people = [person for person, here in zip(people, seen, strict=True) if here]
    low, high = spearman_interval(said, truth, people, 300)
    off = with_interval(np.abs(said - truth), people, percent=False)
    return f"{off}; {spearman(said, truth):.2f} [{low:.2f}, {high:.2f}]"


def _knowing(done: Ablation) -> Rows:
    rows: Rows = [("exercise", "not told", "told", "told less not told")]
    for each in done.rated:
        without, knowing = (np.abs(said - each.truth) for said in (each.said[STREAMS], each.knowing))
        rows.append(
            (
                each.exercise,
                with_interval(without, each.people, percent=False),
                with_interval(knowing, each.people, percent=False),
                with_interval(knowing - without, each.people, percent=False),
            )
        )
    return rows


def ablation_told(done: Ablation) -> dict[str, Any]:
    """Everything as plain data."""
    return {
        "people": dict(zip(("learnt", "steered", "tested"), done.people, strict=True)),
        "epochs_at_most": done.epochs,
        "seed": done.seed,
        "accuracy": {
            "+".join(each): float((said == done.named.truth).mean()) for each, said in done.named.said.items()
        },
        "correctness": {
            each.exercise: {
                "+".join(mixture): {
                    "mae": float(np.nanmean(np.abs(said - each.truth))),
                    "seen": float(np.isfinite(said).mean()),
                    "spearman": spearman(said, each.truth),
                }
                for mixture, said in each.said.items()
            }
            for each in done.rated
        },
        "mae_with_facts": {each.exercise: float(np.abs(each.knowing - each.truth).mean()) for each in done.rated},
    }
