"""What a model of worn sensors is worth: whole sets named by their windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.learn.studio import labels
from formcheck.learn.worn.studio import Felt
from formcheck.predictor import REST, UNKNOWN
from formcheck.predictor.folder import softmax
from formcheck.predictor.naming import RIVALS, together
from formcheck.predictor.streams import PLACES

SUBSETS: Mapping[str, tuple[str, ...]] = {
    "four sensors": PLACES,
    "both wrists": ("wrist_left", "wrist_right"),
    "left wrist": ("wrist_left",),
    "right wrist": ("wrist_right",),
    "both ankles": ("ankle_left", "ankle_right"),
    "left ankle": ("ankle_left",),
}


def only(some: Felt, worn: tuple[str, ...]) -> NDArray[np.float32]:
    """The windows as they would be if only these sensors were worn."""
    shown = np.repeat([place in worn for place in PLACES], some.values.shape[2] // len(PLACES))
    return some.values.astype(np.float32) * shown.astype(np.float32)


@dataclass(frozen=True, eq=False)
class NamedSets:
    """Whole sets named by their windows: the label said (K,), the true one (K,), and whose set it is (K,)."""

    said: NDArray[Any]
    truth: NDArray[Any]
    people: NDArray[Any]

    def told(self) -> dict[str, float]:
        """Accuracy and macro F1 over the exercises, and the share of other movements that is called unknown."""
        exercise = self.truth < len(labels()) - 2
        right = self.said == self.truth
        f1 = [_f1(self.said[:], self.truth, label) for label in np.unique(self.truth[exercise])]
        other = self.truth == labels().index(UNKNOWN)
        return {
            "accuracy over exercises": float(right[exercise].mean()),
            "macro F1 over exercises": float(np.mean(f1)),
            "others called unknown": float(right[other].mean()) if other.any() else float("nan"),
        }


def _f1(said: NDArray[Any], truth: NDArray[Any], label: int) -> float:
    hits = float(((said == label) & (truth == label)).sum())
    return 2.0 * hits / max(1.0, float((said == label).sum() + (truth == label).sum()))


def named_sets(logits: NDArray[Any], some: Felt, unknown_below: float) -> NamedSets:
    """Every set, activity and outsider named as a whole, without the rest beside it."""
    probabilities = softmax(logits)
    names = labels()
    said, truth, people = list[int](), list[int](), list[int]()
    for clip in np.unique(some.clips):
        here = np.flatnonzero((some.clips == clip) & (some.labels != names.index(REST)))
        if not len(here):
            continue
        shares = together(probabilities[here], names)
        shares[names.index(UNKNOWN)] = 0.0
        known = float(np.sort(shares)[-RIVALS:].sum()) >= unknown_below
        said.append(int(shares.argmax()) if known else names.index(UNKNOWN))
        truth.append(int(some.labels[here[0]]))
        people.append(int(some.people[here[0]]))
    return NamedSets(np.array(said), np.array(truth), np.array(people))
