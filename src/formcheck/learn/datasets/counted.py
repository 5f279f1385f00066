"""What a reader of labelled repetitions gives: recordings with their counts, ready to be counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from formcheck.body.labelled import LabelledClip
from formcheck.learn.datasets.dataset import Clip, Dataset, DatasetError, Person, Problem, Progress, Repetition

STREAM = "landmarks"


@dataclass(frozen=True, eq=False)
class CountedSet:
    """Recordings of one dataset with the file of each, what is wrong with it, and what had to be assumed (`notes`).

    `people_known` is False where videos stand in for people.
    """

    layout: str
    folder: Path
    clips: tuple[LabelledClip, ...]
    files: tuple[tuple[Path, ...], ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    people_known: bool = False


def as_dataset(found: CountedSet, deep: bool, progress: Progress | None = None) -> Dataset:
    """The same as a dataset to look into; `deep` reads the landmarks of every recording, and tells what is damaged."""
    problems = list(found.problems)
    clips: list[Clip] = []
    for at, (clip, files) in enumerate(zip(found.clips, found.files, strict=True)):
        streams = {STREAM: files}
        if deep and (problem := _damage(clip.pose)) is not None:
            problems.append(problem)
            streams = {}
        reps = tuple(
            Repetition(number, start_s=_known(cycle.start_s), end_s=_known(cycle.end_s))
            for number, cycle in enumerate(clip.cycles or (), start=1)
            if cycle.whole
        )
        clips.append(Clip(clip.name, clip.source, clip.exercise or clip.kind, streams, reps))
        if progress is not None:
            progress("Reading", (at + 1) / len(found.clips))
    people = tuple(Person(name) for name in sorted({clip.source for clip in found.clips}))
    return Dataset(found.layout, found.folder, people, tuple(clips), tuple(problems), found.notes, found.people_known)


def _damage(pose: Callable[[], object]) -> Problem | None:
    try:
        pose()
    except DatasetError as error:
        return error.problem if isinstance(error.problem, Problem) else Problem(Path(), "", str(error))
    return None


def _known(value: float) -> float | None:
    return value if value == value else None


def plain_name(file: Path) -> str:
    """The name of a file without its folder, its ending, and a further .gz."""
    return Path(file.stem).stem if file.suffix == ".gz" else file.stem
