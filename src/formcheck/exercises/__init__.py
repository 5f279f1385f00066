"""Coaching knowledge as data: one file an exercise, found by its file name."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import re
from pathlib import Path

from formcheck.exercises.own import OwnExerciseError, load
from formcheck.exercises.vocabulary import Criterion, Driving, Exercise, Hold, Measure, Posture

__all__ = [
    "Criterion",
    "Driving",
    "Exercise",
    "Hold",
    "Measure",
    "OwnExerciseError",
    "Posture",
    "UnknownExercise",
    "catalogue",
    "find",
    "find_or_load",
    "load",
]

_WORDS = ("vocabulary", "measures", "motion", "own", "written")  # the modules of this package that are not exercises


class UnknownExercise(ValueError):
    """No exercise has the name that was asked for."""


def catalogue() -> tuple[Exercise, ...]:
    """Every exercise of this package, in the order of their names."""
    modules = (module.name for module in pkgutil.iter_modules(__path__) if module.name not in _WORDS)
    found = [importlib.import_module(f"{__name__}.{module}").EXERCISE for module in modules]
    return tuple(sorted(found, key=lambda exercise: exercise.name))


def find(name: str) -> Exercise:
    """The exercise of a name or alias, whatever its case, hyphens, underscores or plural.

    Raises UnknownExercise naming the nearest ones.
    """
    named = {_plain(word): exercise for exercise in catalogue() for word in (exercise.name, *exercise.aliases)}
    wanted = _plain(name)
    if wanted in named:
        return named[wanted]
    near = difflib.get_close_matches(wanted, named, n=3, cutoff=0.5)
    names = list(dict.fromkeys(named[word].name for word in near)) or [exercise.name for exercise in catalogue()]
    raise UnknownExercise(f"expected the name of an exercise, got {name!r}: did you mean {' or '.join(names)}?")


def find_or_load(name: str) -> Exercise:
    """The exercise of a name or alias; or the one in a user's own file, where it is the path of one.

    A path ends in `.py` or leads to a file, and the Python code in that file is run. Raises UnknownExercise or
    OwnExerciseError.
    """
    path = Path(name).expanduser()
    return load(path) if path.suffix == ".py" or path.is_file() else find(name)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower()).rstrip("s")
