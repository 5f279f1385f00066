"""Labelled repetitions in two views, and how they are dealt so that nobody is trained on who is tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.learn.criteria.models import FRAMES, JOINTS, VIEWS
from formcheck.learn.datasets.dataset import Clip, Dataset, DatasetError, Repetition

Singles = NDArray[np.float32]
Places = NDArray[np.intp]

SHARES = (0.7, 0.15, 0.15)  # ALEX-GYM-1
APART, LEAKY = "people apart", "leaky: rows shuffled"
UPRIGHT = 4 / 3  # height over width of pictures that nobody has: those of the replica


@dataclass(frozen=True, eq=False)
class Repetitions:
    """N repetitions of one exercise.

    `landmarks` (N, 2, 16, 33, 3) in the views `VIEWS`: x and y as shares of the picture, z on the scale of x, NaN where
    nobody was found or the view is missing. `labels` (N, C) of `criteria`: 1 satisfied, 0 not, NaN where nobody says.
    `people` and `clips` (N,) by name. `heights` (N, 2) are the pictures' over their widths; `pictures` of each
    repetition by view, where there are any. Raises ValueError where the parts do not fit.
    """

    exercise: str
    criteria: tuple[str, ...]
    landmarks: Singles
    labels: Singles
    people: NDArray[np.str_]
    clips: NDArray[np.str_]
    heights: Singles = field(default_factory=lambda: np.empty((0, 2), dtype=np.float32))
    pictures: tuple[Mapping[str, tuple[Path, ...]], ...] = ()

    def __post_init__(self) -> None:
        count = len(self.labels)
        if not len(self.heights):
            object.__setattr__(self, "heights", np.full((count, len(VIEWS)), UPRIGHT, dtype=np.float32))
        wanted = {
            "landmarks": (self.landmarks, (count, len(VIEWS), FRAMES, JOINTS, 3)),
            "labels": (self.labels, (count, len(self.criteria))),
            "people": (self.people, (count,)),
            "clips": (self.clips, (count,)),
            "heights": (self.heights, (count, len(VIEWS))),
        }
        for name, (array, shape) in wanted.items():
            if array.shape != shape:
                raise ValueError(f"expected {name} of shape {shape}, got {array.shape}")
        if len(self.pictures) not in (0, count):
            raise ValueError(f"expected the pictures of {count} repetitions, or none, got {len(self.pictures)}")

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def present(self) -> NDArray[np.bool_]:
        """(N, 2) whether anybody was found in any frame of a view."""
        return np.asarray(np.isfinite(self.landmarks[..., 0]).any(axis=(2, 3)), dtype=np.bool_)

    def of(self, chosen: Places | NDArray[np.bool_]) -> Repetitions:
        """Those that a mask (N,) or places choose."""
        places = np.flatnonzero(chosen) if chosen.dtype == np.bool_ else chosen
        return replace(
            self,
            landmarks=self.landmarks[places],
            labels=self.labels[places],
            people=self.people[places],
            clips=self.clips[places],
            heights=self.heights[places],
            pictures=tuple(self.pictures[int(place)] for place in places) if self.pictures else (),
        )

    def labelled(self, criteria: Sequence[str]) -> Singles:
        """(N, C) labels in another order of criteria; NaN for those that nobody labelled."""
        places = [self.criteria.index(name) if name in self.criteria else None for name in criteria]
        unknown = np.full(len(self), np.nan, dtype=np.float32)
        return np.stack([unknown if at is None else self.labels[:, at] for at in places], axis=1)


def repetitions_of(dataset: Dataset, exercise: str) -> Repetitions:
    """The repetitions of one exercise in the order of its sheet, those without any landmarks left out.

    A view that is missing is NaN; of a view with another number of frames 16 are taken evenly. Raises DatasetError
    where there is none.
    """
    criteria = dataset.criteria(exercise)
    found = [
        (clip, rep) for clip in dataset.clips if clip.exercise == exercise for rep in clip.reps if len(rep.landmarks)
    ]
    if not found or not criteria:
        why = "".join(f"; {problem}" for problem in dataset.problems[:3])
        raise DatasetError(
            f"expected labelled repetitions of {exercise} with landmarks in {dataset.folder}, got none{why}"
        )
    labels = [[_number(rep.labels.get(name)) for name in criteria] for _, rep in found]
    return Repetitions(
        exercise,
        criteria,
        np.stack([_landmarks(rep) for _, rep in found]),
        np.array(labels, dtype=np.float32),
        np.array([clip.person for clip, _ in found]),
        np.array([clip.name for clip, _ in found]),
        np.array([_heights(clip) for clip, _ in found], dtype=np.float32),
        tuple(rep.pictures for _, rep in found),
    )


def _number(label: int | None) -> float:
    return float("nan") if label is None else float(label)


def _landmarks(rep: Repetition) -> Singles:
    """(2, 16, 33, 3) of both views."""
    out = np.full((len(VIEWS), FRAMES, JOINTS, 3), np.nan, dtype=np.float32)
    for at, view in enumerate(VIEWS):
        if view in rep.landmarks and len(rep.landmarks[view]):
            out[at] = evenly(rep.landmarks[view])
    return out


def evenly(frames: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
    """(16, ...) of (T, ...) frames: one every T / 16, the nearest before; shorter ones are repeated."""
    return frames[np.arange(FRAMES) * len(frames) // FRAMES]


def _heights(clip: Clip) -> list[float]:
    """The height over the width of the pictures of both views of a clip, by the first of each."""
    return [_height(next(iter(clip.streams.get(view, ())), None)) for view in VIEWS]


def _height(picture: Path | None) -> float:
    from PIL import Image

    if picture is None:
        return UPRIGHT
    try:
        with Image.open(picture) as opened:
            width, height = opened.size
    except OSError:  # what is wrong with it is told by the reader, and by whoever looks at pictures
        return UPRIGHT
    return height / width


@dataclass(frozen=True, eq=False)
class Split:
    """Places in repetitions to train on, to steer training by, and to test on; `leaky` where a person is in several."""

    protocol: str
    train: Places
    validation: Places
    test: Places
    leaky: bool = False


def by_person(reps: Repetitions, seed: int = 0) -> Split:
    """People dealt 70 / 15 / 15; at least one to each part. Raises ValueError for fewer than three people."""
    people = _people(reps, seed)
    held = max(1, round(SHARES[1] * len(people)))
    return _dealt(APART, reps, people[2 * held :], people[:held], people[held : 2 * held])


def in_folds(reps: Repetitions, folds: int, seed: int = 0) -> tuple[Split, ...]:
    """Every person tested once: people dealt to `folds` parts, one to test on, the next to steer by, in turn.

    Raises ValueError for fewer than three people.
    """
    parts = np.array_split(_people(reps, seed), min(folds, len(np.unique(reps.people))))
    count = len(parts)
    return tuple(
        _dealt(
            f"{APART}, fold {at + 1} of {count}",
            reps,
            np.concatenate([parts[(at + step) % count] for step in range(2, count)]),
            parts[(at + 1) % count],
            parts[at],
        )
        for at in range(count)
    )


def by_row(reps: Repetitions, seed: int = 0) -> Split:
    """The split of the authors' public code: rows shuffled, int(0.7 n), int(0.15 n) and the rest. Leaky."""
    order = np.random.default_rng([seed, 7]).permutation(len(reps))
    ends = np.cumsum([int(share * len(reps)) for share in SHARES[:2]])
    train, validation, test = np.split(order, ends)
    return Split(LEAKY, train, validation, test, leaky=True)


def _people(reps: Repetitions, seed: int) -> NDArray[np.str_]:
    people = np.unique(reps.people)
    if len(people) < 3:
        raise ValueError(
            f"expected at least 3 people who do the {reps.exercise}, one in each part of the split, got {len(people)}: "
            "nobody can be tested on people who were trained on"
        )
    return np.random.default_rng([seed, 5]).permutation(people)


def _dealt(
    protocol: str,
    reps: Repetitions,
    train: NDArray[np.str_],
    validation: NDArray[np.str_],
    test: NDArray[np.str_],
) -> Split:
    places = [np.flatnonzero(np.isin(reps.people, part)) for part in (train, validation, test)]
    return Split(protocol, places[0], places[1], places[2])
