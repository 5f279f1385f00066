"""Labelled windows, and how they are split so that nobody is trained on who is tested."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.predictor import Layout, Padded, Sliding

SHARES = (0.7, 0.15, 0.15)  # EJUST-GYM-3; ours too, where a dataset has no split of its own


@dataclass(frozen=True, eq=False)
class Examples:
    """N labelled windows: `values` (N, T, C), `labels` (N,) places in `names`, `people` and `clips` (N,) by name.

    `cut` is how they were cut. Raises ValueError where the parts do not fit, or for names that are the same but for
    case, spaces and hyphens, which would make two classes of one.
    """

    values: NDArray[np.float32]
    labels: NDArray[np.intp]
    people: NDArray[np.str_]
    clips: NDArray[np.str_]
    names: tuple[str, ...]
    layout: Layout
    cut: Sliding | Padded

    def __post_init__(self) -> None:
        shape = (len(self.labels), self.cut.frames, len(self.layout.channels))
        if self.values.shape != shape:
            raise ValueError(f"expected windows of shape {shape}, got {self.values.shape}")
        if not len(self.labels) == len(self.people) == len(self.clips):
            raise ValueError(
                f"expected a label, a person and a clip for each of {len(self.values)} windows, "
                f"got {len(self.labels)}, {len(self.people)} and {len(self.clips)}"
            )
        if len(self.labels) and not 0 <= self.labels.min() <= self.labels.max() < len(self.names):
            raise ValueError(f"expected labels from 0 to {len(self.names) - 1}, got up to {self.labels.max()}")
        plain: dict[str, str] = {}
        for name in self.names:
            key = "".join(letter for letter in name.lower() if letter.isalnum()).rstrip("s")
            if key in plain:
                raise ValueError(f"expected one name a label, got {plain[key]!r} and {name!r}; call them the same")
            plain[key] = name

    def __len__(self) -> int:
        return len(self.labels)

    def of(self, chosen: NDArray[Any]) -> Examples:
        """Those that a mask (N,) or places choose."""
        return Examples(
            self.values[chosen],
            self.labels[chosen],
            self.people[chosen],
            self.clips[chosen],
            self.names,
            self.layout,
            self.cut,
        )

    def counts(self) -> NDArray[np.intp]:
        """(L,) how many windows each label has."""
        return np.bincount(self.labels, minlength=len(self.names))


def joined(parts: Sequence[Examples]) -> Examples:
    """Examples of the same labels, layout and cut as one."""
    first = parts[0]
    if any((each.names, each.layout, each.cut) != (first.names, first.layout, first.cut) for each in parts):
        raise ValueError("expected examples of the same labels, layout and cut")
    return Examples(
        np.concatenate([each.values for each in parts]),
        np.concatenate([each.labels for each in parts]),
        np.concatenate([each.people for each in parts]),
        np.concatenate([each.clips for each in parts]),
        first.names,
        first.layout,
        first.cut,
    )


@dataclass(frozen=True, eq=False)
class Split:
    """What is trained on, what training is steered by, and what is tested on; `protocol` says how they were chosen.

    `about` says in words who they are, for the card of a model.

    A person in two of them is refused with a ValueError, unless the split says that it is `leaky`, which a paper's own
    protocol may be; every table then says so.
    """

    train: Examples
    validation: Examples
    test: Examples
    protocol: str
    leaky: bool = False
    about: str = ""

    def __post_init__(self) -> None:
        if len(np.unique(self.train.labels)) < 2:
            raise ValueError(f"expected at least two labels to train on, got {len(np.unique(self.train.labels))}")
        if not len(self.validation) or not len(self.test):
            raise ValueError("expected windows to validate and to test on, got none: give more people")
        if self.leaky:
            return
        parts = {"training": self.train, "validation": self.validation, "test": self.test}
        seen: dict[str, str] = {}
        for part, examples in parts.items():
            for person in np.unique(examples.people).tolist():
                if person in seen:
                    raise ValueError(
                        f"expected every person in one part of the split, got {person} in {seen[person]} and in {part}"
                    )
                seen[person] = part


def joined_splits(parts: Sequence[Split]) -> Split:
    """Splits of different people as one. Raises ValueError as `joined` does."""
    return Split(
        joined([each.train for each in parts]),
        joined([each.validation for each in parts]),
        joined([each.test for each in parts]),
        parts[0].protocol,
        any(each.leaky for each in parts),
        "; ".join(each.about for each in parts if each.about),
    )


def split_by_person(examples: Examples, shares: Sequence[float] = SHARES, seed: int = 0) -> Split:
    """People dealt to training, validation and test by `shares`; at least one to each.

    Raises ValueError for fewer than three people.
    """
    people = np.unique(examples.people)
    if len(people) < 3:
        raise ValueError(f"expected at least 3 people to split by person, got {len(people)}")
    people = np.random.default_rng([seed, 5]).permutation(people)
    held_back = [max(1, round(share * len(people))) for share in shares[1:]]
    held_back[0] = min(held_back[0], len(people) - 2)
    held_back[1] = min(held_back[1], len(people) - 1 - held_back[0])
    groups = np.split(people, np.cumsum([len(people) - sum(held_back), *held_back])[:2])
    parts = [examples.of(np.isin(examples.people, group)) for group in groups]
    return Split(*parts, protocol="people apart")


def split_by_window(examples: Examples, shares: Sequence[float] = SHARES, seed: int = 0) -> Split:
    """Windows dealt by `shares` whoever they are of, stratified by label, as papers do: leaky, and called so."""
    draw = np.random.default_rng([seed, 7])
    part = np.zeros(len(examples), dtype=np.intp)
    for label in np.unique(examples.labels):
        chosen = draw.permutation(np.flatnonzero(examples.labels == label))
        ends = np.round(np.cumsum(shares) / sum(shares) * len(chosen)).astype(np.intp)
        part[chosen[ends[0] : ends[1]]], part[chosen[ends[1] :]] = 1, 2
    parts = [examples.of(part == each) for each in range(3)]
    return Split(*parts, protocol="windows shuffled, people in several parts", leaky=True)


def undersampled(examples: Examples, seed: int = 0) -> Examples:
    """No label more often than the second most frequent one: "22 gym gestures" halves Plank, which stands out alone."""
    counts = examples.counts()
    most = int(np.sort(counts)[-2])
    draw = np.random.default_rng([seed, 11])
    kept = [draw.permutation(np.flatnonzero(examples.labels == label))[:most] for label in range(len(examples.names))]
    return examples.of(np.sort(np.concatenate(kept)))


def class_weights(examples: Examples) -> NDArray[np.float32]:
    """(L,) weights of the loss that make every label count the same; 0 for labels without windows. Their mean is 1."""
    counts = examples.counts().astype(np.float64)
    weights = np.divide(1.0, counts, out=np.zeros_like(counts), where=counts > 0)
    return (weights / weights[counts > 0].mean()).astype(np.float32)
