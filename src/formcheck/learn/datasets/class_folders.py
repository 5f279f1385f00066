"""A folder of videos per exercise: the public 22-exercise gym video set, or one's own.

A folder counts as a class when its name, or its name without a plural or hyphens, is that of an exercise of the
catalogue. Who is in which video is unknown in the public set, so every video stands in for a person.
"""

from __future__ import annotations

import re
from pathlib import Path

from formcheck.exercises import Exercise, UnknownExercise, find
from formcheck.learn.datasets.dataset import Clip, Dataset, DatasetError, Person, Problem, Progress, read_truth, reps
from formcheck.learn.datasets.video import VIDEOS, damage
from formcheck.replicas.production import MANIFEST

LAYOUT = "folder per class"
EXPECTED = "<exercise>/<exercise>_<number>.mp4"

_OURS = ("truth",)
_MEANT = {"leg pulldown": "lat pulldown"}  # as the 22-gesture paper prints it


def recognises(folder: Path) -> bool:
    """Whether a folder in it is called as an exercise and holds a video."""
    return any(_exercise(path.name) and _videos(path) for path in _folders(folder))


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every video; `deep` opens each as well. Raises DatasetError when there is none."""
    clips: list[Clip] = []
    problems: list[Problem] = []
    notes: list[str] = []
    folders = _folders(folder)
    for at, here in enumerate(folders):
        exercise = _exercise(here.name)
        if exercise is None:
            notes.append(f"{here}: no exercise of the catalogue is called so, its videos were left aside.")
            continue
        videos = _videos(here)
        if not videos:
            problems.append(Problem(here, "", "expected videos of this exercise, got none"))
        for done, video in enumerate(videos):
            clip = _clip(video, folder, exercise, deep, problems)
            clips += [clip] if clip else []
            if progress is not None:
                progress("Reading", (at + (done + 1) / len(videos)) / len(folders))
    if not clips:
        raise DatasetError(problems[0] if problems else f"expected {EXPECTED}, got no video in {folder}")
    known = all(clip.truth for clip in clips)
    if not known:
        notes.append("Nothing says who is in which video: every video stands in for a person.")
    people = tuple(Person(name) for name in sorted({clip.person for clip in clips}))
    synthetic = (folder / MANIFEST).exists()
    return Dataset(LAYOUT, folder, people, tuple(clips), tuple(problems), tuple(notes), known, synthetic)


def _clip(video: Path, folder: Path, exercise: Exercise, deep: bool, problems: list[Problem]) -> Clip | None:
    what = damage(video, deep)
    if what:
        problems.append(Problem(video, "", what))
        return None
    file = folder / "truth" / f"{video.stem}.json"
    try:
        truth = read_truth(file)
    except DatasetError as error:
        problems += [error.problem] if isinstance(error.problem, Problem) else []
        truth = None
    name = f"{video.parent.name}/{video.stem}"
    if truth is None:
        return Clip(name, name, exercise.name, {"video": (video,)})
    return Clip(name, truth["person"], exercise.name, {"video": (video,)}, reps(truth), file)


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and path.name not in _OURS and path.name[0] != ".")


def _videos(folder: Path) -> list[Path]:
    """The videos of a class, in the order of their numbers."""
    found = [path for path in folder.iterdir() if path.suffix.lower() in VIDEOS and path.name[0] != "."]
    return sorted(
        found, key=lambda path: [int(part) if part.isdigit() else 0 for part in re.split(r"(\d+)", path.stem)]
    )


def _exercise(name: str) -> Exercise | None:
    try:
        return find(_MEANT.get(name.lower(), name))
    except UnknownExercise:
        return None
