"""A user's own exercise file: the same words as the catalogue's files, loaded by its path, nothing to install.

Loading a file runs the Python code in it, so load only files whose author you trust.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from formcheck.exercises.vocabulary import Exercise


class OwnExerciseError(ValueError):
    """A user's exercise file cannot be used; the message names the file, the line where there is one, and why."""


def load(path: str | Path) -> Exercise:
    """The exercise that a Python file defines as `EXERCISE = Exercise(...)`; runs the code of that file.

    Raises OwnExerciseError when there is no such file, when it does not run, or when it defines no exercise.
    """
    path = Path(path)
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise OwnExerciseError(f"expected an exercise file, got {path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise OwnExerciseError(f"expected an exercise file, got {path}, which cannot be read: {error}") from error
    module = ModuleType(f"formcheck_own_{hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # classes defined in the file look for their module here
    try:
        exec(compile(source, str(path), "exec"), module.__dict__)
    except SyntaxError as error:
        raise _unusable(path, error.lineno, f"{error.msg} (it is no Python)") from error
    except Exception as error:
        named = "" if isinstance(error, ValueError) else f"{type(error).__name__}: "
        raise _unusable(path, _line(error, str(path)), f"{named}{error}") from error
    exercise = getattr(module, "EXERCISE", None)
    if isinstance(exercise, Exercise):
        return replace(exercise, file=str(path))
    if exercise is not None:
        got = f"EXERCISE of type {type(exercise).__name__}"
        raise _unusable(path, _defined(source, "EXERCISE"), f"expected EXERCISE = Exercise(...), got {got}")
    others = [name for name, value in vars(module).items() if isinstance(value, Exercise)]
    there = f": call {others[0]} EXERCISE" if others else ""
    line = _defined(source, others[0]) if others else None
    raise _unusable(path, line, f"expected it to define EXERCISE = Exercise(...), got no EXERCISE{there}")


def _unusable(path: Path, line: int | None, why: str) -> OwnExerciseError:
    where = f"{path}, line {line}" if line else str(path)
    return OwnExerciseError(f"the exercise file {where} cannot be used: {why}")


def _line(error: Exception, file: str) -> int | None:
    """The line of a file that was being run when it failed."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return lines[-1] if lines else None


def _defined(source: str, name: str) -> int | None:
    """The line in which a name is given its value."""
    for statement in ast.parse(source).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            return statement.lineno
    return None
