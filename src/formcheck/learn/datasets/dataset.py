"""What every reader gives: people, clips, repetitions, labels, paths, and what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from formcheck.signals import Floats

Label = Literal[0, 1] | None
"""1 satisfied, 0 not satisfied, None where the dataset does not say or cannot be read."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Problem:
    """Something missing or damaged: where in which file, what was expected and what was found."""

    file: Path
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}{', ' if self.where else ''}{self.where}: {self.what}"


class DatasetError(ValueError):
    """A dataset that cannot be used; the message names file, row and column, and says what to do."""

    def __init__(self, problem: Problem | str) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(frozen=True)
class Person:
    """Somebody who takes part; `facts` are what the dataset tells about them, under its own headings."""

    id: str
    facts: Mapping[str, str | float | None] = field(default_factory=dict[str, "str | float | None"])


@dataclass(frozen=True, eq=False)
class Repetition:
    """One repetition of a clip, `number` counted as the dataset counts.

    `labels` by criterion id; `start_s`, `end_s` on the clip's clock and `correctness` 0..1 where they are known;
    `pictures` by stream; `landmarks` (T, 33, 3) by stream as the dataset gives them, NaN where nobody was found.
    """

    number: int
    labels: Mapping[str, Label] = field(default_factory=dict[str, Label])
    start_s: float | None = None
    end_s: float | None = None
    correctness: float | None = None
    pictures: Mapping[str, tuple[Path, ...]] = field(default_factory=dict[str, tuple[Path, ...]])
    landmarks: Mapping[str, Floats] = field(default_factory=dict[str, Floats])


@dataclass(frozen=True, eq=False)
class Clip:
    """One recording of one person doing one exercise (its name in the catalogue).

    `streams` are the files of each, such as `front`, `side`, `thermal`, `imu wrist_left`. `truth` is what was planned,
    in replicas only.
    """

    name: str
    person: str
    exercise: str
    streams: Mapping[str, tuple[Path, ...]]
    reps: tuple[Repetition, ...] = ()
    truth: Path | None = None


@dataclass(frozen=True, eq=False)
class Dataset:
    """A dataset on disk. `people_known` is False where recordings have to stand in for people.

    `notes` are sentences about what is unusual but usable; `synthetic` says that formcheck made it.
    """

    layout: str
    folder: Path
    people: tuple[Person, ...]
    clips: tuple[Clip, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    people_known: bool = True
    synthetic: bool = False

    def criteria(self, exercise: str) -> tuple[str, ...]:
        """The criteria that repetitions of an exercise are labelled with, in the order of the dataset."""
        clips = (clip for clip in self.clips if clip.exercise == exercise)
        return tuple(dict.fromkeys(name for clip in clips for rep in clip.reps for name in rep.labels))


def read_truth(file: Path) -> dict[str, Any] | None:
    """What a replica says was truly done; None where there is no such file. Raises DatasetError for a damaged one."""
    if not file.exists():
        return None
    try:
        truth: Any = json.loads(file.read_bytes())
        if not isinstance(truth, dict):
            raise ValueError("expected an object")
        found = cast(dict[str, Any], truth)
        reps(found)
        return found | {"person": str(found["person"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        problem = Problem(file, "", f"expected the truth of a clip as formcheck writes it, got {error!r}")
        raise DatasetError(problem) from error


def reps(truth: Mapping[str, Any]) -> tuple[Repetition, ...]:
    """The repetitions of a truth file, counted from 0."""
    return tuple(
        Repetition(
            number,
            {str(name): cast(Label, label) for name, label in rep["labels"].items()},
            float(rep["start_s"]),
            float(rep["end_s"]),
            float(truth["correctness"][number]),
        )
        for number, rep in enumerate(truth["reps"])
    )
