"""Published datasets as they lie on a disk: one reader a file, found by its file name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from formcheck.learn.datasets.dataset import Clip, Dataset, DatasetError, Person, Problem, Progress, Repetition
from formcheck.learn.datasets.overview import headline, overview

__all__ = [
    "Clip",
    "Dataset",
    "DatasetError",
    "Person",
    "Problem",
    "Repetition",
    "headline",
    "inspect_dataset",
    "open_dataset",
    "overview",
    "readers",
]

_PARTS = (
    "counted",
    "dataset",
    "overview",
    "repcount_shape",
    "sheet",
    "shown",
    "video",
)  # the modules of this package that are not readers


class Reader(Protocol):
    """What a reader's file has."""

    LAYOUT: str
    """The name of the layout, as people know it."""

    EXPECTED: str
    """What a folder of this layout holds, in a few words."""

    recognises: Callable[[Path], bool]
    """Whether a folder looks like one, going by names alone."""

    read: Callable[[Path, bool, Progress | None], Dataset]
    """Everything in it, and what is wrong with it; opens every file when the second argument is True."""


def readers() -> tuple[Reader, ...]:
    """Every reader of this package, in the order of their file names."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in _PARTS)
    return tuple(cast(Reader, importlib.import_module(f"{__name__}.{name}")) for name in modules)


def inspect_dataset(folder: str | Path, progress: Progress | None = None) -> Dataset:
    """Everything in a dataset of whichever layout, with all its problems; every file is opened.

    Raises DatasetError for a folder that is none, and for one of which nothing can be read.
    """
    return _reader(Path(folder)).read(Path(folder), True, progress)


def open_dataset(folder: str | Path, damaged: str = "refuse") -> Dataset:
    """A dataset to work with. Damage is refused with its first place, or left out where `damaged` is "leave out".

    Left out means: labels None, landmarks, pictures and streams not listed. Raises DatasetError as `inspect_dataset`
    does, and for damage.
    """
    if damaged not in ("refuse", "leave out"):
        raise ValueError(f'expected damaged to be "refuse" or "leave out", got {damaged!r}')
    dataset = _reader(Path(folder)).read(Path(folder), False, None)
    if dataset.problems and damaged == "refuse":
        first, *others = dataset.problems
        more = f" (and {len(others)} more)" if others else ""
        raise DatasetError(f"{first}{more}; see all of them with: formcheck data inspect {folder}")
    return dataset


def _reader(folder: Path) -> Reader:
    if not folder.is_dir():
        raise DatasetError(f"expected the folder of a dataset, got {folder}: no such folder")
    found = [reader for reader in readers() if reader.recognises(folder)]
    if not found:
        known = "; ".join(f"{reader.LAYOUT}: {reader.EXPECTED}" for reader in readers())
        raise DatasetError(f"expected a dataset of a known layout, got {folder}. Known are {known}")
    return found[0]
