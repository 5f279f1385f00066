"""ALEX-GYM-1's tables 3 to 8 beside what was measured here; intervals are 95 %, by bootstrap over people."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from formcheck.evaluation.interval import bootstrap, with_interval
from formcheck.learn.criteria.fidelity import FEWER, Fidelity
from formcheck.learn.criteria.fidelity import PUBLISHED as PUBLISHED_FIDELITY
from formcheck.learn.criteria.latency import Timed
from formcheck.learn.criteria.published import BOTH, CRITERIA, LATENCY_S, OURS, POSE, ROWS, VISION, Row
from formcheck.learn.criteria.running import APART, IN_FOLDS, LEAKY, PROTOCOLS, Judged, Reproduction
from formcheck.signals import Floats

Rows = list[tuple[str, ...]]
Tables = list[tuple[str, Rows]]

DASH = "–"
_DRAWS = 2000
_PUBLISHED = (POSE, VISION, BOTH)  # of whom tables 5 to 7 tell every criterion


def hamming(judged: Judged) -> float:
    """The share of known labels that was answered wrong."""
    return float(np.nanmean(wrong(judged)))


def wrong(judged: Judged) -> Floats:
    """(N, C) 1 where an answer is wrong, 0 where right, NaN where nobody knows."""
    known = np.isfinite(judged.labels)
    return np.where(known, (judged.logits > 0) != (judged.labels > 0.5), np.nan).astype(np.float64)


def f1_of(counts: Floats) -> Floats:
    """(...) the mean F1 of satisfied and of not satisfied, from counts (..., 2, 2), true by said: the public code's."""
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    both = counts.sum(axis=-1) + counts.sum(axis=-2)
    f1 = np.divide(2 * right, both, out=np.zeros_like(right), where=both > 0)
    occurs = both > 0
    return np.asarray((f1 * occurs).sum(axis=-1) / np.maximum(occurs.sum(axis=-1), 1))


def _counts(judged: Judged) -> Floats:
    """(P, 2, 2) of each person, pooled over criteria."""
    people, whose = np.unique(judged.people, return_inverse=True)
    counts = np.zeros((len(people), 2, 2))
    known = np.isfinite(judged.labels)
    truth, said = (judged.labels > 0.5).astype(int), (judged.logits > 0).astype(int)
    whose = np.broadcast_to(whose[:, None], known.shape)
    np.add.at(counts, (whose[known], truth[known], said[known]), 1.0)
    return counts


def f1_with_interval(judged: Judged) -> str:
    """`F1 [low, high]`."""
    counts = _counts(judged)
    whole = float(f1_of(counts.sum(axis=0)))
    if len(counts) < 2:
        return f"{whole:.3f}"
    draw = np.random.default_rng(0)
    times = draw.multinomial(len(counts), np.full(len(counts), 1 / len(counts)), _DRAWS)
    low, high = np.percentile(f1_of((times @ counts.reshape(-1, 4)).reshape(-1, 2, 2)), [2.5, 97.5])
    return f"{whole:.3f} [{low:.3f}, {high:.3f}]"


def hamming_with_interval(judged: Judged, criterion: int | None = None) -> str:
    """`loss [low, high]`, of one criterion or of all."""
    losses, known = _by_repetition(judged, criterion)
    return with_interval(losses, judged.people.tolist(), percent=False, weights=known)


def _by_repetition(judged: Judged, criterion: int | None = None) -> tuple[Floats, Floats]:
    """(N,) the loss of each repetition, and of how many labels that is the mean."""
    each = wrong(judged) if criterion is None else wrong(judged)[:, [criterion]]
    known = np.isfinite(each).sum(axis=1).astype(np.float64)
    return np.divide(np.nansum(each, axis=1), known, out=np.zeros(len(each)), where=known > 0), known


def tables(done: Reproduction, fidelity: Sequence[Fidelity], timed: Sequence[Timed]) -> Tables:
    """All tables with their titles, in the order of the paper."""
    found: Tables = [("How the repetitions were dealt (training / validation / test)", _dealing(done))]
    if fidelity:
        title = "Table 3: how alike silhouettes summed over fewer frames are to those over 64 (the paper / here)"
        found.append((title, _fidelity(fidelity)))
    for exercise in done.exercises:
        found.append(
            (f"Table 4, {exercise}: Hamming loss of all criteria", _table_4(done, exercise, 0, hamming_with_interval))
        )
        found.append((f"Table 4, {exercise}: F1", _table_4(done, exercise, 1, f1_with_interval)))
    for number, exercise in enumerate(CRITERIA, 5):
        if exercise in done.exercises:
            title = f"Table {number}, {exercise}: Hamming loss by criterion (the paper / people apart / leaky)"
            found.append((title, _criteria(done, exercise)))
    if timed:
        found.append(("Table 8: one repetition, both views, on one core", _latency(timed)))
    return found


def _dealing(done: Reproduction) -> Rows:
    rows: Rows = [("exercise", "protocol", "repetitions", "people", "tested people trained on")]
    for each in done.dealt:
        parts = (" / ".join(map(str, counts)) for counts in (each.repetitions, each.people))
        rows.append((each.exercise, each.protocol, *parts, f"{each.known} of {each.people[2]}"))
    return rows


def _fidelity(rows: Sequence[Fidelity]) -> Rows:
    out: Rows = [("view", "frames", "SSIM", "IoU")]
    for view in dict.fromkeys(row.view for row in rows):
        for frames in FEWER:
            here = [row for row in rows if row.view == view and row.frames == frames]
            people = [row.person for row in here]
            ssim, iou = (
                with_interval([getattr(row, name) for row in here], people, percent=False) for name in ("ssim", "iou")
            )
            paper = PUBLISHED_FIDELITY[view, frames]
            out.append((view, f"{frames} of 64", f"{paper[0]:.3f} / {ssim}", f"{paper[1]:.3f} / {iou}"))
    return out


def _find(done: Reproduction, row: Row, exercise: str, protocol: str) -> Judged | None:
    here = (each for each in done.judged if (each.row, each.exercise, each.protocol) == (row, exercise, protocol))
    return next(here, None)


def _table_4(done: Reproduction, exercise: str, which: int, shown: Callable[[Judged], str]) -> Rows:
    """The paper's figure, which is the first or the second of a row, and the same one measured."""
    rows: Rows = [("network", "the paper", *PROTOCOLS)]
    for row in ROWS:
        found = (_find(done, row, exercise, protocol) for protocol in PROTOCOLS)
        here = (DASH if each is None else shown(each) for each in found)
        rows.append((row.title, _published(row, exercise, which), *here))
    return rows


def _published(row: Row, exercise: str, which: int) -> str:
    return f"{row.published[exercise][which]:.4f}" if exercise in row.published else DASH


def _criteria(done: Reproduction, exercise: str) -> Rows:
    shown = [row for row in ROWS if row.title in (*_PUBLISHED, OURS)]
    rows: Rows = [("criterion", *(row.title for row in shown), f"ours, {IN_FOLDS}")]
    for criterion, published in CRITERIA[exercise].items():
        cells: list[str] = []
        for row in shown:
            paper = [f"{published[_PUBLISHED.index(row.title)]:.3f}"] if row.title in _PUBLISHED else [DASH]
            found = [_find(done, row, exercise, protocol) for protocol in (APART, LEAKY)]
            cells.append(" / ".join(paper + [_of_criterion(each, criterion, False) for each in found]))
        rows.append((criterion, *cells, _of_criterion(_find(done, shown[-1], exercise, IN_FOLDS), criterion, True)))
    return rows


def _of_criterion(judged: Judged | None, criterion: str, interval: bool) -> str:
    if judged is None or criterion not in judged.criteria:
        return DASH
    at = judged.criteria.index(criterion)
    if interval:
        return hamming_with_interval(judged, at)
    losses, known = _by_repetition(judged, at)
    return f"{np.average(losses, weights=known):.3f}" if known.any() else DASH


def _latency(timed: Sequence[Timed]) -> Rows:
    rows: Rows = [
        ("network", "the paper, s on a Raspberry Pi 4", "here, median ms", "parameters", "times the pose model")
    ]
    pose = next((each.median_s for each in timed if each.title == POSE), None)
    for each in timed:
        paper = f"{LATENCY_S[each.title]:.4f}" if each.title in LATENCY_S else DASH
        there = f" (the paper {LATENCY_S[each.title] / LATENCY_S[POSE]:.0f})" if each.title in LATENCY_S else ""
        ratio = DASH if pose is None else f"{each.median_s / pose:,.3g}{there}"
        rows.append(
            (
                each.title,
                paper,
                f"{1e3 * each.median_s:,.{0 if each.median_s >= 0.1 else 1}f}",
                f"{each.parameters / 1e6:.2f} M",
                ratio,
            )
        )
    return rows


def headline(done: Reproduction) -> str:
    """What was run on whom, in a line or two."""
    whom = f"{done.people} synthetic people" if done.synthetic else f"{done.people} people of {done.data}"
    return (
        f"ALEX-GYM-1 on {whom}: {', '.join(done.exercises)}; landmarks of the real estimator on 16 pictures a "
        f"repetition and view; seed {done.seed}."
        if done.synthetic
        else f"ALEX-GYM-1 on {whom}: {', '.join(done.exercises)}; seed {done.seed}."
    )


def sentences(done: Reproduction) -> list[str]:
    """Where our own network stands beside the paper's figures, what the leak promises, and what was not run."""
    synthetic = " (synthetic people)" if done.synthetic else ""
    found: list[str] = []
    for exercise in done.exercises:
        ours = [each for each in done.judged if each.row.title == OURS and each.exercise == exercise]
        for each in ours:
            if each.protocol != LEAKY:
                found.append(_beside(each, exercise, synthetic))
        for row in done.rows:
            apart, leaky = (_find(done, row, exercise, protocol) for protocol in (APART, LEAKY))
            if row.title == POSE and apart is not None and leaky is not None:
                found.append(
                    f"{exercise}{synthetic}, {row.title}: {hamming(apart):.4f} {APART}, {hamming(leaky):.4f} leaky."
                )
    lacking = [row.title for row in ROWS if not any(each.row is row for each in done.judged)]
    if lacking:
        found.append(f"A dash stands for what was not run here: {'; '.join(lacking)}.")
    if any("pictures" in _needs(row) and any(each.row is row for each in done.judged) for row in ROWS):
        how = "R3D-18 from Kinetics-400, stem and stages 1 and 2 frozen" if done.pretrained else "every layer trained"
        found.append(f"Networks that look at pictures: {done.size} x {done.size} pixels, {how}.")
    found.append(f"{IN_FOLDS.capitalize()}: five parts of the people in turn, of our own networks unless asked for.")
    return found


def _needs(row: Row) -> tuple[str, ...]:
    from formcheck.learn.criteria.models import find_network

    return find_network(row.network).needs


def _beside(judged: Judged, exercise: str, synthetic: str) -> str:
    both = next(row for row in ROWS if row.title == BOTH).published[exercise][0]
    here = hamming(judged)
    losses, known = _by_repetition(judged)
    low, high = bootstrap(losses, judged.people.tolist(), weights=known)
    side = "at or under" if here <= both else "over"
    sure = "" if high <= both or low > both else ", which the interval leaves open"
    return (
        f"{exercise}{synthetic}, {judged.protocol}: ours, on pose alone, {here:.4f} [{low:.4f}, {high:.4f}], {side} "
        f"the paper's multi-modal {both}{sure}."
    )


def told(done: Reproduction, fidelity: Sequence[Fidelity], timed: Sequence[Timed]) -> dict[str, Any]:
    """Everything as plain data, for a file."""
    return {
        "paper": "ALEX-GYM-1",
        "data": "synthetic people" if done.synthetic else str(done.data),
        "synthetic": done.synthetic,
        "people": done.people,
        "seed": done.seed,
        "dealt": [vars(each) for each in done.dealt],
        "measured": [_judged(each) for each in done.judged],
        "fidelity": [vars(each) for each in fidelity],
        "latency": [vars(each) for each in timed],
        "said": sentences(done),
        "notes": list(done.notes),
    }


def _judged(each: Judged) -> dict[str, Any]:
    each_loss, known = np.nansum(wrong(each), axis=0), np.isfinite(each.labels).sum(axis=0)
    return {
        "network": each.row.title,
        "exercise": each.exercise,
        "protocol": each.protocol,
        "published": each.row.published.get(each.exercise),
        "repetitions": len(each.labels),
        "people": len(np.unique(each.people)),
        "hamming_loss": round(hamming(each), 5),
        "f1": round(float(f1_of(_counts(each).sum(axis=0))), 5),
        "by_criterion": {
            name: round(float(lost / many), 5) if many else None
            for name, lost, many in zip(each.criteria, each_loss, known, strict=True)
        },
    }
