"""What a reader of recordings with a name gives: what each shows, ready to be recognised."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.learn.datasets.dataset import Clip, Dataset, DatasetError, Person, Problem
from formcheck.signals import Floats

STREAM = "landmarks"
ALIKE = 0.02  # of the picture, on average over joints: so near is a recording of the same person in the same place


@dataclass(frozen=True, eq=False)
class ShownClip:
    """One recording and what it shows; `pose` reads the landmarks when they are needed.

    `source` is the person, or else the video, whose recordings are alike; `kind` what the dataset calls it and
    `exercise` its name in the catalogue, None where it is not there: another exercise, or none at all.
    """

    name: str
    source: str
    kind: str
    exercise: str | None
    pose: Callable[[], PoseSequence]


@dataclass(frozen=True, eq=False)
class ShownSet:
    """Recordings of one dataset, what is wrong with it, and what had to be assumed or left out (`notes`)."""

    layout: str
    folder: Path
    clips: tuple[ShownClip, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    people_known: bool = False


def as_dataset(found: ShownSet, files: tuple[Path, ...]) -> Dataset:
    """The same as a dataset to look into; every recording lies in `files`."""
    people = tuple(Person(name) for name in sorted({clip.source for clip in found.clips}))
    clips = tuple(Clip(clip.name, clip.source, clip.exercise or clip.kind, {STREAM: files}) for clip in found.clips)
    return Dataset(found.layout, found.folder, people, clips, found.problems, found.notes, found.people_known)


def packed(file: Path) -> dict[str, Floats]:
    """Every array of an .npz file by its name. Raises DatasetError for a file that is none."""
    try:
        with np.load(file, allow_pickle=False) as opened:
            return {name: np.asarray(opened[name], dtype=np.float64) for name in opened.files}
    except (OSError, ValueError, EOFError, AttributeError, zipfile.BadZipFile) as error:
        raise DatasetError(Problem(file, "", f"expected arrays packed by NumPy, got: {error!r}")) from error


def shaped(file: Path, arrays: Mapping[str, Floats], shape: tuple[int, ...]) -> tuple[dict[str, Floats], list[Problem]]:
    """The arrays (T, *shape) with at least a frame; the others as problems."""
    kept = {name: array for name, array in arrays.items() if array.shape[1:] == shape and len(array)}
    wanted = " x ".join(map(str, ("frames", *shape)))
    problems = [
        Problem(file, name, f"expected {wanted}, got {array.shape}")
        for name, array in arrays.items()
        if name not in kept
    ]
    return kept, problems


def alike(places: Floats) -> NDArray[np.intp]:
    """(N,) groups of recordings that follow one from another by near ones, of places (N, K, 2) in shares of pictures.

    For datasets that do not say who is who: the same person comes again and again in the same place.
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    near = np.zeros((len(places), len(places)), dtype=bool)
    for at, each in enumerate(places):
        apart = np.abs(places - each).mean(axis=(1, 2))
        near[at] = apart < ALIKE  # false for NaN
    return np.asarray(connected_components(csr_matrix(near), directed=False)[1], dtype=np.intp)
