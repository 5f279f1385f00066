"""Tables of how well recordings are named, models side by side; 95 % intervals over people or sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.recognition import Cost, Named
from formcheck.evaluation.recognition_scores import (
    Outcomes,
    calibration_error,
    f1,
    interval_of,
    macro_f1,
    outcomes,
    unknown_auroc,
)
from formcheck.learn.datasets.shown import ShownClip
from formcheck.learn.scores import Scores
from formcheck.predictor import ModelFolder

Rows = list[tuple[str, ...]]
OfModels = Sequence[tuple[str, Sequence[Named]]]  # a model's name, and what it said

TOLD = 3  # other names that something was taken for

HEADING = (
    *("model", "recordings", "sources", "named right %", "in the first two %", "macro F1 %"),
    *("of the catalogue %", "outside it, called unknown %", "AUROC of unknown", "ECE %"),
)


def naming_table(of_models: OfModels) -> Rows:
    """Rows of how well every model names whole recordings.

    Right is the exercise for recordings of the catalogue, and "unknown" for all others; each of the two also by itself.
    The AUROC is of telling the others apart by 1 - the probability of the likeliest exercise.
    """
    rows: Rows = [HEADING]
    for model, named in of_models:
        of = outcomes(named)
        shares = (of.right, np.array([each.among_two for each in named]))
        right, two = (with_interval(share.astype(np.float64), of.sources) for share in shares)
        counts = (str(len(named)), str(len(set(of.sources))))
        inside, outside = (_right(of, chosen) for chosen in (~of.outside, of.outside))
        auroc = interval_of(unknown_auroc, of, percent=False)
        ece = interval_of(calibration_error, of)
        rows.append((model, *counts, right, two, interval_of(macro_f1, of), inside, outside, auroc, ece))
    return rows


def _right(of: Outcomes, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> str:
    there = of.of(np.flatnonzero(chosen))
    return with_interval(there.right.astype(np.float64), there.sources)


def kind_table(of_models: OfModels) -> Rows:
    """Rows of what recordings show, as the dataset calls it, with what each model names right and takes it for.

    What is outside the catalogue stands last, and its F1 in a row of its own.
    """
    shown = [each.clip for each in of_models[0][1]]
    heading = [cell for model, _ in of_models for cell in (f"{model}: right %", f"{model}: F1 %", "taken for")]
    rows: Rows = [("shown", "recordings", "sources", *heading)]
    scores = [dict(zip((of := outcomes(named)).names, f1(of), strict=True)) for _, named in of_models]
    for kind, at, has_f1 in _kinds(shown):
        cells: list[str] = []
        for (_, named), each in zip(of_models, scores, strict=True):
            those = [named[place] for place in at]
            right = with_interval([float(one.right) for one in those], [one.clip.source for one in those])
            wrong = Counter(one.said for one in those if not one.right).most_common(TOLD)
            taken = ", ".join(f"{name} {count}" for name, count in wrong)
            cells += [right, f"{100 * each[those[0].truth]:.1f}" if has_f1 else "", taken]
        rows.append((kind, str(len(at)), str(len({shown[place].source for place in at})), *cells))
    return rows


def _kinds(shown: Sequence[ShownClip]) -> Iterator[tuple[str, list[int], bool]]:
    """Groups of recordings, their places, and whether what is true of them is true of no others."""
    for outside in (False, True):
        here = [at for at, clip in enumerate(shown) if (clip.exercise is None) == outside]
        for kind in sorted({shown[at].kind for at in here}):
            yield kind, [at for at in here if shown[at].kind == kind], not outside
        if outside and here:
            yield "all outside the catalogue", here, True


def wrong_rows(of_models: OfModels) -> Rows:
    """Rows of the recordings that some model names wrong, with what each says and how sure it is."""
    rows: Rows = [("recording", "shows", *(model for model, _ in of_models))]
    for those in zip(*(named for _, named in of_models), strict=True):
        if not all(each.right for each in those):
            said = (f"{each.said} {each.naming.confidence:.2f}" for each in those)
            rows.append((those[0].clip.name, those[0].clip.kind, *said))
    return rows


def model_table(models: Sequence[tuple[str, ModelFolder, Cost]]) -> Rows:
    """Rows of what every model is and costs."""
    rows: Rows = [("model", "network", "shown", "labels", "parameters", "MB", "ms a window, one core, median")]
    for name, model, cost in models:
        card = model.card
        rate = "as they come" if card.rate_hz is None else f"at {card.rate_hz:g} Hz"
        shown = f"{card.layout}, {card.frames} frames {rate}"
        weights = "–" if cost.parameters is None else f"{cost.parameters:,}"
        spent = (weights, f"{cost.megabytes:.2f}", f"{cost.window_ms:.2f}")
        rows.append((name, card.network, shown, str(len(card.labels)), *spent))
    return rows


def left_out_tables(left: Sequence[tuple[str, Scores]], together: Scores) -> tuple[Rows, Rows]:
    """Rows of how well the episodes of each person were named by a network that had not met them, and of movements."""
    people: Rows = [("person left out", "episodes", "named right %", "macro F1 %", "ECE %")]
    for person, scores in left:
        shares = (f"{100 * each:.1f}" for each in (scores.accuracy, scores.macro_f1, scores.ece))
        people.append((person, str(int(scores.confusion.sum())), *shares))
    names = [person for person, _ in left]
    means = (
        with_interval([figure(scores) for _, scores in left], names)
        for figure in (lambda of: of.accuracy, lambda of: of.macro_f1, lambda of: of.ece)
    )
    people.append(("mean over people", str(int(together.confusion.sum())), *means))
    movements: Rows = [("movement", "episodes", "named right %", "F1 %", "taken for")]
    for at, name in enumerate(together.names):
        row = together.confusion[at]
        wrong = sorted(((int(count), together.names[to]) for to, count in enumerate(row) if to != at and count))[::-1]
        taken = ", ".join(f"{to} {count}" for count, to in wrong[:TOLD])
        share, score = 100 * row[at] / max(int(row.sum()), 1), 100 * together.f1[at]
        movements.append((name, str(int(row.sum())), f"{share:.1f}", f"{score:.1f}", taken))
    return people, movements
