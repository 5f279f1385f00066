"""ALEX-GYM-1 (ICINCO 2025): squat, lunge and single-leg Romanian deadlift, 16 pictures a repetition in two views.

The layout is that of `formcheck.replicas.alex_gym_1`, of which the authors' own files are read as well: names of files
and folders in any case, headings by their words, criteria worth half a point (0.5 is satisfied, as in the authors'
code), other columns, no sheet of people. Landmarks are x, y as shares of the picture and z on the scale of x.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.body import BLAZEPOSE_33
from formcheck.exercises import find
from formcheck.learn.datasets.dataset import (
    Clip,
    Dataset,
    DatasetError,
    Label,
    Person,
    Problem,
    Progress,
    Repetition,
)
from formcheck.learn.datasets.sheet import Row, Sheet, number, read_workbook
from formcheck.replicas.alex_gym_1 import ACTIONS, FRAMES, INDEX, PERSON, POSES, VIDEOS, VIEWS, Action
from formcheck.replicas.production import MANIFEST
from formcheck.signals import Floats

LAYOUT = "ALEX-GYM-1"
EXPECTED = "squat.xlsx, deadlift.xlsx, lunges.xlsx, and front_pose_*.json, lat_pose_*.json and *_frames/ for each"

_SHAPE = (FRAMES, len(BLAZEPOSE_33), 3)
_ODD = {"front": 1, "side": 0}


@dataclass
class _Findings:
    """What comes to light while reading."""

    problems: list[Problem] = field(default_factory=list[Problem])
    notes: list[str] = field(default_factory=list[str])

    def add(self, error: DatasetError) -> None:
        """Keep what made a part unreadable."""
        if isinstance(error.problem, Problem):
            self.problems.append(error.problem)


@dataclass(frozen=True)
class _Pictures:
    """A folder of pictures, by their names without ending."""

    folder: Path
    files: Mapping[str, Path]


@dataclass(frozen=True)
class _Videos:
    """What a row says about where its pictures are; None where it cannot be read."""

    row: Row
    numbers: Mapping[str, int | None]
    index: int | None


def recognises(folder: Path) -> bool:
    """Whether one of the sheets, or one of the folders of pictures beside landmarks, is there."""
    names = {path.name.lower() for path in folder.iterdir()}
    sheets = {f"{action.name}.xlsx" for action in ACTIONS}
    poses = {f"{pose}_{action.name}.json" for pose in POSES.values() for action in ACTIONS}
    return bool(names & (sheets | poses))


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Everything in it; `deep` looks into every picture as well. Raises DatasetError when no row can be read."""
    there = {path.name.lower(): path for path in folder.iterdir()}
    found = _Findings()
    people, owners = _people(there, found)
    clips: list[Clip] = []
    for at, action in enumerate(ACTIONS):
        clips += _clips(action, folder, there, owners, deep, found)
        if progress is not None:
            progress("Reading", (at + 1) / len(ACTIONS))
    if not clips:
        raise DatasetError(found.problems[0] if found.problems else f"expected a repetition in {folder}, got none")
    if not owners:
        people = tuple(Person(name) for name in dict.fromkeys(clip.person for clip in clips))
        found.notes.append("No sheet says who is in which video: every pair of videos stands in for a person.")
    return Dataset(
        LAYOUT,
        folder,
        people,
        tuple(clips),
        tuple(found.problems),
        tuple(found.notes),
        people_known=bool(owners),
        synthetic=MANIFEST in there,
    )


def _clips(
    action: Action,
    folder: Path,
    there: Mapping[str, Path],
    owners: Mapping[tuple[str, int], str],
    deep: bool,
    found: _Findings,
) -> list[Clip]:
    """The recordings of one exercise, each a pair of videos."""
    name = f"{action.name}.xlsx"
    try:
        if name not in there:
            raise DatasetError(Problem(folder / name, "", "expected the sheet of this exercise, got no such file"))
        sheet = read_workbook(there[name])
        columns = {stream: sheet.column(heading) for stream, heading in VIEWS.items()}
        index = sheet.column(INDEX)
    except DatasetError as error:
        found.add(error)
        return []
    criteria = _criteria(action, sheet, found)
    landmarks = {
        view: _landmarks(folder, f"{pose}_{action.name}.json", there, sheet, found) for view, pose in POSES.items()
    }
    pictures = _listed(there.get(action.folder.lower()), folder / action.folder, found)
    recordings: dict[str, list[tuple[_Videos, Repetition]]] = {}
    seen: dict[tuple[object, ...], int] = {}
    for at, row in enumerate(sheet.rows):
        videos = _videos(sheet, row, columns, index, seen, found)
        rep = Repetition(
            at if videos.index is None else videos.index,
            {criterion: _label(sheet, row, column, found) for criterion, column in criteria.items()},
            pictures=_pictures(action, videos, pictures, deep, found),
            landmarks={view: array for view, rows in landmarks.items() if (array := rows[at]) is not None},
        )
        known = [str(value) for value in videos.numbers.values() if value is not None]
        recordings.setdefault("-".join(known) or f"row {row.number}", []).append((videos, rep))
    return [_clip(action, folder, key, reps, owners, found) for key, reps in recordings.items()]


def _clip(
    action: Action,
    folder: Path,
    key: str,
    rows: Sequence[tuple[_Videos, Repetition]],
    owners: Mapping[tuple[str, int], str],
    found: _Findings,
) -> Clip:
    numbers = {stream: value for stream, value in rows[0][0].numbers.items() if value is not None}
    named = {owners.get((action.name, value)) for value in numbers.values()} - {None}
    person = named.pop() if len(named) == 1 else None
    if owners and person is None:
        what = "two people" if named else "nobody"
        found.problems.append(
            Problem(folder, f"{action.name} videos {key}", f"expected one person in the demographics, got {what}")
        )
    streams = {view: tuple(picture for _, rep in rows for picture in rep.pictures.get(view, ())) for view in VIEWS}
    truth = folder / "truth" / f"{action.name}_{numbers.get('front', '')}.json"
    return Clip(
        f"{action.name} {key}",
        person or f"{action.name} {key}",
        find(action.exercise).name,
        streams,
        tuple(rep for _, rep in rows),
        truth if truth.exists() else None,
    )


def _people(there: Mapping[str, Path], found: _Findings) -> tuple[tuple[Person, ...], dict[tuple[str, int], str]]:
    """The people of the demographics, and whose each video (action, number) is; nobody without such a sheet."""
    file = next((path for name, path in sorted(there.items()) if "demograph" in name and name.endswith(".xlsx")), None)
    if file is None:
        return (), {}
    try:
        sheet = read_workbook(file)
        person = sheet.column(PERSON)
    except DatasetError as error:
        found.add(error)
        return (), {}
    people: list[Person] = []
    owners: dict[tuple[str, int], str] = {}
    for row in sheet.rows:
        name = str(sheet.cell(row, person))
        facts = {heading: sheet.cell(row, at) for at, heading in enumerate(sheet.heading) if at != person}
        for action in ACTIONS:
            heading = f"{action.name.capitalize()} {VIDEOS}"
            listed = facts.pop(heading, None)
            for word in str(listed).split(",") if listed is not None else ():
                if word.strip().isdigit():
                    owners[action.name, int(word)] = name
                else:
                    expected = "numbers of videos between commas"
                    found.problems.append(sheet.problem(row, sheet.column(heading), expected))
                    break
        people.append(Person(name, {key: value for key, value in facts.items() if not isinstance(value, bool)}))
    return tuple(people), owners


def _criteria(action: Action, sheet: Sheet, found: _Findings) -> dict[str, int]:
    """Where the labels of which criterion are: every column whose heading ends in F or L."""
    known = {_words(heading): criterion for criterion, heading in action.headings.items()}
    ours = {criterion.id for criterion in find(action.exercise).criteria}
    columns: dict[str, int] = {}
    for at, heading in enumerate(sheet.heading):
        if not heading.endswith(("F", "L")):
            continue
        words = _words(heading)
        criterion = known.get(words, words)
        if criterion not in ours:
            found.notes.append(f"{sheet.file}: {heading!r} is no criterion of ours, it was kept as {criterion!r}.")
        columns[criterion] = at
    for criterion, heading in action.headings.items():
        if criterion not in columns:
            what = f"expected a column {heading!r} for the criterion {criterion}, got none"
            found.problems.append(Problem(sheet.file, "row 1", what))
    return columns


def _words(heading: str) -> str:
    """What a heading says, without its points and the view at its end: `feet_out_30` for `Feet Out 30 (1 point) F`."""
    said = re.sub(r"\(.*?\)", " ", heading[:-1])
    return "_".join(re.findall(r"[a-z0-9]+", said.lower()))


def _label(sheet: Sheet, row: Row, column: int, found: _Findings) -> Label:
    value = number(sheet.cell(row, column))
    if value not in (0.0, 0.5, 1.0):
        found.problems.append(sheet.problem(row, column, "0 or 1 (or 0.5, as half a point)"))
        return None
    return 1 if value >= 0.5 else 0


def _videos(
    sheet: Sheet,
    row: Row,
    columns: Mapping[str, int],
    index: int,
    seen: dict[tuple[object, ...], int],
    found: _Findings,
) -> _Videos:
    numbers: dict[str, int | None] = {}
    for view, column in columns.items():
        value = number(sheet.cell(row, column))
        expected = "an odd number, from the front" if _ODD[view] else "an even number, from the side"
        whole = value is not None and value >= 1 and value == int(value)
        numbers[view] = int(value) if whole and value is not None and int(value) % 2 == _ODD[view] else None
        if numbers[view] is None:
            found.problems.append(sheet.problem(row, column, expected))
    value = number(sheet.cell(row, index))
    rep = int(value) if value is not None and value >= 0 and value == int(value) else None
    if rep is None:
        found.problems.append(sheet.problem(row, index, "the number of a repetition, from 0"))
    before = seen.setdefault((*numbers.values(), rep), row.number)
    if before != row.number and None not in (*numbers.values(), rep):
        found.problems.append(sheet.problem(row, index, f"another repetition than that of row {before}"))
    return _Videos(row, numbers, rep)


def _listed(frames: Path | None, expected: Path, found: _Findings) -> _Pictures | None:
    """The pictures of a folder; None where there is no such folder."""
    if frames is None or not frames.is_dir():
        found.problems.append(Problem(expected, "", "expected a folder of pictures, got no such folder"))
        return None
    files = (path for path in frames.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
    return _Pictures(frames, {path.stem: path for path in files})


def _pictures(
    action: Action, videos: _Videos, there: _Pictures | None, deep: bool, found: _Findings
) -> dict[str, tuple[Path, ...]]:
    """The pictures of a repetition by view; those of a view that lacks some are left out and told."""
    out: dict[str, tuple[Path, ...]] = {}
    for view, video in videos.numbers.items():
        if there is None or video is None or videos.index is None:
            continue
        stem = f"{video}_idx_{videos.index}"
        files = {at: there.files.get(f"{stem}_{at}") for at in range(1, FRAMES + 1)}
        missing = [str(at) for at, file in files.items() if file is None]
        present = [file for file in files.values() if file is not None]
        if missing:
            what = f"expected pictures 1 to {FRAMES}, got none with number {', '.join(missing)}"
            where = f"row {videos.row.number} of {action.name}.xlsx"
            found.problems.append(Problem(there.folder / f"{stem}_*.jpg", where, what))
        damaged = [Problem(file, "", what) for file in present if (what := _damage(file, deep))]
        found.problems.extend(damaged)
        if not missing and not damaged:
            out[view] = tuple(present)
    return out


def _damage(file: Path, deep: bool) -> str:
    """What is wrong with a picture; empty when nothing is."""
    if not deep:
        return ""
    content = file.read_bytes()
    if not content:
        return "expected a picture, got an empty file"
    if file.suffix.lower() == ".png":
        return "" if content.startswith(b"\x89PNG") else "expected a PNG picture, got something else"
    if not content.startswith(b"\xff\xd8"):
        return "expected a JPEG picture, got something else"
    return "" if b"\xff\xd9" in content[-4096:] else "expected a whole JPEG picture, got one that breaks off"


def _landmarks(
    folder: Path, name: str, there: Mapping[str, Path], sheet: Sheet, found: _Findings
) -> list[Floats | None]:
    """(16, 33, 3) for every row of the sheet, NaN where nobody was found; None where the file fails."""
    none: list[Floats | None] = [None] * len(sheet.rows)
    file = there.get(name, folder / name)
    try:
        entries: Any = json.loads(file.read_bytes())
    except OSError as error:
        found.problems.append(Problem(file, "", f"expected landmarks, got {error.strerror}"))
        return none
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        found.problems.append(Problem(file, where, f"expected valid JSON, got: {error.msg}"))
        return none
    except ValueError as error:
        found.problems.append(Problem(file, "", f"expected JSON in UTF-8, got: {error}"))
        return none
    if not isinstance(entries, list) or len(entries) != len(sheet.rows):  # pyright: ignore[reportUnknownArgumentType]
        got = f"{len(entries)}" if isinstance(entries, list) else "something else"  # pyright: ignore[reportUnknownArgumentType]
        what = f"expected a list of {len(sheet.rows)} repetitions, one per row of {sheet.file.name}, got {got}"
        found.problems.append(Problem(file, "", what + "; which belongs to which row cannot be told"))
        return none
    arrays = [
        _entry(file, at, row, entry, found) for at, (row, entry) in enumerate(zip(sheet.rows, entries, strict=True))
    ]
    empty = [
        str(row.number)
        for row, array in zip(sheet.rows, arrays, strict=True)
        if array is not None and np.isnan(array).all()
    ]
    if empty:
        found.notes.append(f"{file}: nobody was found in any picture of rows {', '.join(empty)} of {sheet.file.name}.")
    return arrays


def _entry(file: Path, at: int, row: Row, entry: object, found: _Findings) -> Floats | None:
    where = f"entry {at} (row {row.number} of the sheet)"
    try:
        array = np.array(entry, dtype=np.float64)
    except (ValueError, TypeError):
        found.problems.append(Problem(file, where, f"expected numbers of shape {_SHAPE}, got a list that is none"))
        return None
    if array.shape != _SHAPE:
        found.problems.append(Problem(file, where, f"expected shape {_SHAPE}, got {array.shape}"))
        return None
    if not np.isfinite(array).all():
        frame, landmark, axis = (int(place[0]) for place in np.nonzero(~np.isfinite(array)))
        place = f"frame {frame + 1}, {BLAZEPOSE_33.joints[landmark]} {'xyz'[axis]}"
        found.problems.append(Problem(file, where, f"expected numbers, got {array[frame, landmark, axis]} at {place}"))
        return None
    array[(array == 0.0).all(axis=(1, 2))] = np.nan  # how the authors write that nobody was found
    return array
