"""The table of what a model of worn sensors names right, by the sensors that are worn."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import numpy as np

from formcheck.evaluation.interval import with_interval
from formcheck.learn.studio import labels
from formcheck.learn.worn.studio import Felt
from formcheck.learn.worn.train import SUBSETS, WornNames, logits_of, named_sets
from formcheck.predictor import UNKNOWN
from formcheck.predictor.worn import WornCard


def worth_rows(network: WornNames, card: WornCard, strangers: Felt) -> list[tuple[str, ...]]:
    """The table of what the network is worth, by the sensors that are worn; intervals over people."""
    names, rows = labels(), [("worn", "accuracy over exercises", "macro F1", "others called unknown")]
    for title, places in SUBSETS.items():
        done = named_sets(logits_of(network, strangers, places) / card.temperature, strangers, card.unknown_below)
        exercise, other = done.truth < len(names) - 2, done.truth == names.index(UNKNOWN)
        right, people = (done.said == done.truth).astype(float), done.people.astype(np.str_)
        rows.append(
            (
                title,
                with_interval(right[exercise], people[exercise].tolist()),
                f"{done.told()['macro F1 over exercises']:.3f}",
                with_interval(right[other], people[other].tolist()),
            )
        )
    return rows
