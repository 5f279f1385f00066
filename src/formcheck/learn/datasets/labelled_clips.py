"""A folder of recordings labelled by eye: labels.csv, their landmarks, and the videos of some of them.

`labels.csv`: `file` (in clips/), `landmarks` (in landmarks/), `source`, `exercise` (a name of the catalogue, or
`other:` and a name that is not in it), `reps`, the range `reps_low` to `reps_high` that a fair counter may give,
`reps_bilateral` where sides alternate, `hold_s`, `partial`, `turns_s` (turning points in s, divided by semicolons) and
`confidence`. Holds and labels of low confidence are left out of counting; what recognition is shown, see `shown`.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from formcheck.body import PoseSequence
from formcheck.body.labelled import Cycle, LabelledClip
from formcheck.exercises import UnknownExercise, find
from formcheck.learn.datasets.counted import CountedSet, as_dataset
from formcheck.learn.datasets.dataset import Dataset, DatasetError, Problem, Progress
from formcheck.learn.datasets.sheet import Row, Sheet, number, read_csv
from formcheck.learn.datasets.shown import ShownClip, ShownSet
from formcheck.sources import SourceError, read_pose

LAYOUT = "labelled clips"
EXPECTED = "labels.csv (file, landmarks, source, exercise, reps, ...), landmarks/ and clips/"

OTHER = "other:"  # marks an exercise outside the catalogue, whose plain name may be an alias all the same
_CURLS = "other:dumbbell biceps curl"  # the same movement as with a barbell
_BETWEEN = "other:glute bridge"  # neither a hip thrust nor none
_NEEDED = ("file", "landmarks", "source", "exercise", "reps", "reps_low", "reps_high", "hold_s", "confidence")


def recognises(folder: Path) -> bool:
    """Whether there is a labels.csv in it."""
    return (folder / "labels.csv").is_file()


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every labelled clip that can be counted. Raises DatasetError when there is none."""
    return as_dataset(counted(folder), deep, progress)


def counted(folder: Path, videos: bool = False) -> CountedSet:
    """Every labelled clip that can be counted, by its landmarks or, with `videos`, its video.

    Raises DatasetError when there is none.
    """
    sheet = read_csv(folder / "labels.csv")
    for name in _NEEDED:
        sheet.column(name)
    problems: list[Problem] = []
    clips: list[LabelledClip] = []
    files: list[tuple[Path, ...]] = []
    left_out = 0
    for row in sheet.rows:
        if _text(sheet, row, "confidence") == "low" or _text(sheet, row, "hold_s"):
            left_out += 1
            continue
        name = _text(sheet, row, "file" if videos else "landmarks")
        if not name and videos:
            continue
        file = folder / ("clips" if videos else "landmarks") / name
        if not name or not file.is_file():
            problems.append(Problem(sheet.file, f"row {row.number}", f"expected the file {file}, got none"))
            continue
        clip = _clip(sheet, row, file, videos, problems)
        if clip is not None:
            clips.append(clip)
            files.append((file,))
    if not clips:
        raise DatasetError(problems[0] if problems else f"expected {EXPECTED}, got no clip to count in {folder}")
    notes = (f"{left_out} holds and labels of low confidence are left out.",) if left_out else ()
    return CountedSet(LAYOUT, folder, tuple(clips), tuple(files), tuple(problems), notes)


def shown(folder: Path) -> ShownSet:
    """What recognition is shown: every labelled clip, holds too, by its landmarks.

    Curls with dumbbells are curls with a barbell; what is marked as `other:` is outside the catalogue. Labels of low
    confidence are left out, and so are glute bridges, which are nearly a hip thrust. Raises DatasetError for no clip.
    """
    sheet = read_csv(folder / "labels.csv")
    for name in ("landmarks", "source", "exercise", "confidence"):
        sheet.column(name)
    problems: list[Problem] = []
    clips: list[ShownClip] = []
    left_out = 0
    for row in sheet.rows:
        kind = _text(sheet, row, "exercise")
        if _text(sheet, row, "confidence") == "low" or kind == _BETWEEN:
            left_out += 1
            continue
        file = folder / "landmarks" / _text(sheet, row, "landmarks")
        if not file.is_file():
            problems.append(Problem(sheet.file, f"row {row.number}", f"expected the file {file}, got none"))
            continue
        try:
            exercise = None if kind.startswith(OTHER) and kind != _CURLS else find(kind.removeprefix(OTHER)).name
        except UnknownExercise:
            problems.append(sheet.problem(row, sheet.column("exercise"), "a name of the catalogue, or other: and one"))
            continue
        source = _text(sheet, row, "source") or file.name
        clips.append(ShownClip(file.name, source, kind, exercise, partial(_read, file)))
    if not clips:
        raise DatasetError(problems[0] if problems else f"expected {EXPECTED}, got no clip to recognise in {folder}")
    notes = (f"{left_out} glute bridges and labels of low confidence are left out.",) if left_out else ()
    return ShownSet(LAYOUT, folder, tuple(clips), tuple(problems), notes)


def _text(sheet: Sheet, row: Row, name: str) -> str:
    return str((sheet.cell(row, sheet.column(name)) if name in sheet.heading else None) or "")


def _clip(sheet: Sheet, row: Row, file: Path, videos: bool, problems: list[Problem]) -> LabelledClip | None:
    counts: dict[str, int] = {}
    for name in ("reps", "reps_low", "reps_high", "reps_bilateral"):
        if not _text(sheet, row, name) and name == "reps_bilateral":
            continue
        value = number(sheet.cell(row, sheet.column(name)))
        if value is None or value < 0 or value != int(value):
            problems.append(sheet.problem(row, sheet.column(name), "a whole number of repetitions"))
            return None
        counts[name] = int(value)
    kind = _text(sheet, row, "exercise")
    try:
        exercise = find(kind.removeprefix(OTHER)).name
    except UnknownExercise:
        exercise = None
    return LabelledClip(
        name=file.name,
        source=_text(sheet, row, "source") or file.name,
        kind=kind,
        exercise=exercise,
        count=counts["reps"],
        low=counts["reps_low"],
        high=counts["reps_high"],
        pose=partial(_watched if videos else _read, file),
        cycles=_cycles(sheet, row, problems),
        both_sides=counts.get("reps_bilateral"),
    )


def _cycles(sheet: Sheet, row: Row, problems: list[Problem]) -> tuple[Cycle, ...] | None:
    """A turning point each; None where they are not told, or not of every repetition."""
    told = [cell for cell in _text(sheet, row, "turns_s").split(";") if cell.strip()]
    turns = [number(cell) for cell in told]
    if None in turns:
        problems.append(sheet.problem(row, sheet.column("turns_s"), "seconds divided by semicolons"))
        return None
    cycles = tuple(Cycle(turn_s=(turn, turn)) for turn in turns if turn is not None)
    return cycles if len(cycles) == number(sheet.cell(row, sheet.column("reps"))) else None


def _read(file: Path) -> PoseSequence:
    try:
        return read_pose(file)
    except SourceError as error:
        raise DatasetError(Problem(file, "", str(error))) from error


def _watched(file: Path) -> PoseSequence:
    from formcheck.pose import estimate
    from formcheck.sources import Video

    try:
        return estimate(Video(file))
    except SourceError as error:
        raise DatasetError(Problem(file, "", str(error))) from error
