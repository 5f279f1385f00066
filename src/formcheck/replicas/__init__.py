"""Published datasets made anew with synthetic people: one file a layout, found by its file name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, cast

from formcheck.replicas.faults import Grades
from formcheck.replicas.production import MANIFEST, Progress, ReplicaError, Result, produce

__all__ = ["MANIFEST", "Grades", "ReplicaError", "layouts", "write_replica"]

_PARTS = ("faults", "people", "production", "sheets")  # the modules of this package that are not layouts


class _Layout(Protocol):
    """What a layout's file has."""

    PEOPLE: int
    REPS: int
    GRADES: Grades
    pieces: Callable[[int, int, int, tuple[int, int] | None, Grades], list[Any]]
    make: Callable[[Any, Path], Result]
    assemble: Callable[[Path, list[Result]], None]


def layouts() -> tuple[str, ...]:
    """The names of all layouts, as `alex-gym-1`."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name.replace("_", "-") for name in modules if name not in _PARTS))


def write_replica(
    layout: str,
    out: str | Path,
    people: int | None = None,
    seed: int = 0,
    reps: int | None = None,
    frame_size: tuple[int, int] | None = None,
    grades: Grades | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> None:
    """Write a dataset of synthetic people to the folder `out`; the same bytes for the same arguments.

    `people` and `reps` (repetitions a recording) are those of the paper unless given, `frame_size` (width, height) px
    that of the layout. Goes on where an interrupted run was. Raises ReplicaError for an unknown layout, numbers below
    1, a folder that is in use (see `production.produce`) and a full disk.
    """
    if layout not in layouts():
        raise ReplicaError(f"expected a layout among {', '.join(layouts())}, got {layout!r}")
    module = cast(_Layout, importlib.import_module(f"{__name__}.{layout.replace('-', '_')}"))
    people = module.PEOPLE if people is None else people
    reps = module.REPS if reps is None else reps
    grades = grades or module.GRADES
    if people < 1 or reps < 1 or seed < 0:
        raise ReplicaError(
            f"expected at least 1 person and 1 repetition, and a seed from 0, got {people}, {reps}, {seed}"
        )
    size = "x".join(map(str, frame_size)) if frame_size else None
    manifest = {"layout": layout, "people": people, "seed": seed, "reps": reps, "size": size, "grades": grades}
    pieces = module.pieces(people, seed, reps, frame_size, grades)
    produce(Path(out), manifest, pieces, module.make, module.assemble, workers, progress)
