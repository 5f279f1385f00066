"""Arrays that take long to make, kept in a file: a dataclass of them, a field each."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Arrays = TypeVar("Arrays", bound="DataclassInstance")


def kept(path: Path, kind: type[Arrays], make: Callable[[], Arrays]) -> Arrays:
    """The arrays of a `kind` in a file, or those that `make` gives, which are then written there, whole.

    Raises OSError when nothing can be written there.
    """
    try:
        with np.load(path) as stored:
            return kind(*(stored[each.name] for each in fields(kind)))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        pass  # not there, or damaged: made again
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    arrays: dict[str, Any] = {each.name: getattr(made, each.name) for each in fields(made)}
    with part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    part.replace(path)
    return made
