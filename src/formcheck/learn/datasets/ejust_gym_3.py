"""EJUST-GYM-3: two phones, a thermal camera and four inertial sensors watch four exercises.

The layout is that of `formcheck.replicas.ejust_gym_3`. Files may lie in folders of any names. The table of people is
any CSV file or workbook whose name holds `metadata` or `demograph`; its first column that speaks of names joins it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from formcheck.exercises import find
from formcheck.learn.datasets.dataset import Clip, Dataset, DatasetError, Person, Problem, Progress, read_truth, reps
from formcheck.learn.datasets.sheet import Row, Sheet, number, read_csv, read_workbook
from formcheck.learn.datasets.video import VIDEOS, damage
from formcheck.learn.metadata import impossible, impossible_together
from formcheck.replicas.ejust_gym_3 import EXERCISES
from formcheck.replicas.production import MANIFEST

LAYOUT = "EJUST-GYM-3"
EXPECTED = "<firstname-lastname><SE, SU, JJ or HK>-<front, side, thermal, wrist-left ...> files and metadata.csv"

STREAMS = (
    "front",
    "side",
    "thermal",
    *(f"imu {place}_{side}" for place in ("wrist", "ankle") for side in ("left", "right")),
)
QUANTITIES = ("Accelerometer", "Gyroscope", "Magnetometer")

_FILE = re.compile(rf"(?P<name>[^\W\d_].*?)(?P<short>{'|'.join(EXERCISES)})-(?P<modality>.+)")
_SENSOR = re.compile(rf"(wrist|ankle)-(left|right)(?![a-z]).*?({'|'.join(QUANTITIES)})", re.IGNORECASE)
_TEXT_COLUMNS = ("time",)  # of sensor files: a date in words
_NUMBERS = ("height", "weight", "sleep", "age")


def recognises(folder: Path) -> bool:
    """Whether a video or a sensor's file is named as the paper names them."""
    return any(_FILE.fullmatch(path.stem) and path.suffix.lower() in (*VIDEOS, ".csv") for path in _files(folder))


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every set of every person; `deep` opens every video and reads every sensor's file as well."""
    problems: list[Problem] = []
    notes: list[str] = []
    sets: dict[tuple[str, str], dict[str, list[Path]]] = {}
    for path in _files(folder):
        found = _FILE.fullmatch(path.stem)
        if found is None or path.suffix.lower() not in (*VIDEOS, ".csv"):
            continue
        stream = _stream(found["modality"])
        if stream is None:
            notes.append(f"{path}: {found['modality']!r} is no stream that is known, it was left aside.")
            continue
        sets.setdefault((found["name"], found["short"]), {}).setdefault(stream, []).append(path)
    clips: list[Clip] = []
    for at, ((name, short), streams) in enumerate(sorted(sets.items())):
        clips.append(_clip(folder, name, short, streams, deep, problems))
        if progress is not None:
            progress("Reading", (at + 1) / len(sets))
    people = _people(folder, {clip.person: clip for clip in clips}, problems)
    everybody = {person.id for person in people}
    for short, exercise in EXERCISES.items():
        lacking = everybody - {name for name, here in sets if here == short}
        if lacking and everybody:
            some = ", ".join(sorted(lacking)[:3]) + (" ..." if len(lacking) > 3 else "")
            notes.append(f"{len(lacking)} of {len(everybody)} people have no {exercise}: {some}")
    synthetic = (folder / MANIFEST).exists()
    return Dataset(LAYOUT, folder, people, tuple(clips), tuple(problems), tuple(notes), True, synthetic)


def _files(folder: Path) -> list[Path]:
    here = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return sorted(path for path in here if path.relative_to(folder).parts[0] not in ("truth", ".unfinished"))


def _stream(modality: str) -> str | None:
    sensor = _SENSOR.match(modality)
    if sensor:
        return f"imu {sensor[1]}_{sensor[2]}".lower()
    return modality.lower() if modality.lower() in STREAMS else None


def _clip(
    folder: Path, name: str, short: str, streams: Mapping[str, list[Path]], deep: bool, problems: list[Problem]
) -> Clip:
    """One set; streams that are missing or damaged are left out and told."""
    exercise = find(EXERCISES[short])
    there: dict[str, tuple[Path, ...]] = {}
    for stream in STREAMS:
        files = streams.get(stream, [])
        if not files:
            what = f"expected the stream {stream} of this set, got no file of it"
            problems.append(Problem(folder / f"{name}{short}-*", "", what))
            continue
        found = _sensor_problems(files, stream, deep) if stream.startswith("imu") else _video_problems(files, deep)
        problems.extend(found)
        if not found:
            there[stream] = tuple(_in_order(files))
    file = folder / "truth" / f"{name}{short}.json"
    try:
        truth = read_truth(file)
    except DatasetError as error:
        problems += [error.problem] if isinstance(error.problem, Problem) else []
        truth = None
    done = () if truth is None else reps(truth)
    return Clip(f"{name}{short}", name, exercise.name, there, done, None if truth is None else file)


def _in_order(files: list[Path]) -> list[Path]:
    """Accelerometer, gyroscope, magnetometer."""
    place = {quantity: at for at, quantity in enumerate(QUANTITIES)}
    return sorted(files, key=lambda path: next((at for quantity, at in place.items() if quantity in path.name), 0))


def _video_problems(files: list[Path], deep: bool) -> list[Problem]:
    return [Problem(file, "", what) for file in files if (what := damage(file, deep))]


def _sensor_problems(files: list[Path], stream: str, deep: bool) -> list[Problem]:
    missing = [quantity for quantity in QUANTITIES[:2] if not any(quantity in file.name for file in files)]
    if missing:
        return [Problem(files[0], "", f"expected files of {' and '.join(missing)} of {stream} beside it, got none")]
    return [problem for file in files for problem in _csv_problems(file)] if deep else []


def _csv_problems(file: Path) -> list[Problem]:
    """The first damaged cell of a sensor's file, and how many more rows are damaged."""
    try:
        sheet = read_csv(file)
    except DatasetError as error:
        return [error.problem] if isinstance(error.problem, Problem) else []
    damaged: list[Problem] = []
    before = -1.0
    for row in sheet.rows:
        problem = _row_problem(sheet, row, before)
        damaged += [problem] if problem else []
        before = before if problem else number(sheet.cell(row, 0)) or before
    if len(damaged) > 1:
        first = damaged[0]
        return [Problem(first.file, first.where, f"{first.what}; {len(damaged) - 1} more rows are damaged")]
    return damaged


def _row_problem(sheet: Sheet, row: Row, before: float) -> Problem | None:
    if len(row.cells) > len(sheet.heading):
        what = f"expected {len(sheet.heading)} cells, got {len(row.cells)}"
        return Problem(sheet.file, f"row {row.number}", what)
    for column, heading in enumerate(sheet.heading):
        if not heading.startswith(_TEXT_COLUMNS) and number(sheet.cell(row, column)) is None:
            return sheet.problem(row, column, "a number")
    now = number(sheet.cell(row, 0))
    return sheet.problem(row, 0, f"a time after {before:g}") if now is not None and now <= before else None


def _people(folder: Path, clips: Mapping[str, Clip], problems: list[Problem]) -> tuple[Person, ...]:
    """Everybody in the table of people, then those who are in files only."""
    tables = [path for path in _files(folder) if re.search("metadata|demograph", path.name, re.IGNORECASE)]
    tables = [path for path in tables if path.suffix.lower() in (".csv", ".xlsx")]
    if not tables:
        problems.append(Problem(folder / "metadata.csv", "", "expected a table of the people, got no such file"))
        return tuple(Person(name) for name in clips)
    try:
        sheet = read_csv(tables[0]) if tables[0].suffix.lower() == ".csv" else read_workbook(tables[0])
    except DatasetError as error:
        problems += [error.problem] if isinstance(error.problem, Problem) else []
        return tuple(Person(name) for name in clips)
    named = next((at for at, heading in enumerate(sheet.heading) if "name" in heading.lower()), 0)
    people = {person.id: person for row in sheet.rows if (person := _person(sheet, row, named, clips, problems))}
    for name in clips:
        if name not in people:
            what = f"expected a row for {name}, who is in {clips[name].name}, got none"
            problems.append(Problem(sheet.file, "", what))
            people[name] = Person(name)
    return tuple(people.values())


def _person(sheet: Sheet, row: Row, named: int, clips: Mapping[str, Clip], problems: list[Problem]) -> Person | None:
    cell = sheet.cell(row, named)
    if cell is None:
        problems.append(sheet.problem(row, named, "the name of a person"))
        return None
    facts: dict[str, str | float | None] = {}
    for column, heading in enumerate(sheet.heading):
        if column == named:
            continue
        value = sheet.cell(row, column)
        told = number(value)
        if told is None and value is not None and heading.lower().startswith(_NUMBERS):
            problems.append(sheet.problem(row, column, "a number"))
            value = None
        expected = impossible(heading, told) if told is not None else None
        if expected is not None:
            problems.append(sheet.problem(row, column, expected))
            told, value = None, None
        facts[heading] = told if told is not None else None if value is None else str(value)
    if (what := impossible_together(facts)) is not None:
        problems.append(Problem(sheet.file, f"row {row.number}", what))
        facts |= dict.fromkeys((each for each in facts if each.lower().startswith(("height", "weight"))), None)
    if str(cell) not in clips:
        problems.append(Problem(sheet.file, f"row {row.number}", f"expected files of {cell}, got none"))
    return Person(str(cell), facts)
