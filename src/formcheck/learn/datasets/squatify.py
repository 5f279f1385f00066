"""Squatify: long recordings of squats as landmarks, each frame labelled Pause, Descending or Ascending.

J. Gwozdz and others, Squatify, 2023 (github.com/jonasgwozdz/Squatify). One CSV file a video: `Label`, `Timestamp` and
the x, y, z of MediaPipe's 33 landmarks in shares of the picture. The time stamp is the number of the frame, and neither
the frame rate nor the size of the picture is told. The clock starts with the first frame of the file.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.body.labelled import Cycle, LabelledClip
from formcheck.learn.datasets.counted import CountedSet, as_dataset, plain_name
from formcheck.learn.datasets.dataset import Dataset, DatasetError, Problem, Progress
from formcheck.learn.datasets.sheet import Row, Sheet, number, read_csv, read_heading

LAYOUT = "Squatify"
EXPECTED = "<name>_labled.csv (Label, Timestamp, Nose_x, Nose_y, Nose_z, Left eye inner_x, ...)"

# Assumed. At 30 a second every ascent of every lifter would be slower than with the heaviest load that they can lift at
# all, 0.3 m/s (Conceição et al. 2016, J Sports Sci 34(12)): a thigh's length in 3.5 s.
RATE_HZ = 60.0
FRAME_PX = (1080, 1920)  # assumed upright: only so are shoulders a quarter as wide as nose and ankles are apart
PAUSE, DOWN, UP = "pause", "descending", "ascending"


def _column(joint: str) -> str:
    """A landmark as the layout calls it: `Left eye inner`, but `Mouth left`."""
    name, _, side = joint.rpartition("_")
    if side not in ("left", "right"):
        return joint.capitalize()
    words = f"{name} {side}" if name == "mouth" else f"{side} {name}"
    return words.replace("_", " ").capitalize()


COLUMNS = tuple(f"{_column(joint)}_{axis}" for joint in BLAZEPOSE_33.joints for axis in "xyz")


def recognises(folder: Path) -> bool:
    """Whether a table of phases lies in it."""
    return bool(_tables(folder))


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every recording. Raises DatasetError when none can be read."""
    return as_dataset(counted(folder), deep, progress)


def counted(folder: Path) -> CountedSet:
    """Every recording that has labels. Raises DatasetError when none has."""
    clips: list[LabelledClip] = []
    files: list[tuple[Path, ...]] = []
    problems: list[Problem] = []
    notes = [
        f"Time stamps are numbers of frames, and the frame rate is not told: {RATE_HZ:g} a second are assumed.",
        f"The size of the picture is not told: {FRAME_PX[0]} x {FRAME_PX[1]} px are assumed.",
    ]
    for file in _tables(folder):
        try:
            sheet = read_csv(file)
            cycles = _cycles(sheet)
            if not sheet.rows:
                raise DatasetError(Problem(file, "", "expected frames, got a heading only"))
        except DatasetError as error:
            problems += [error.problem] if isinstance(error.problem, Problem) else []
            continue
        if not any(sheet.cell(row, sheet.column("Label")) for row in sheet.rows):
            notes.append(f"{file.name} has no labels and is left out.")
            continue
        name, count = plain_name(file), sum(cycle.whole for cycle in cycles)
        most = count + sum(not cycle.whole for cycle in cycles)
        clips.append(LabelledClip(name, name, "squat", "squat", count, count, most, partial(read_phases, file), cycles))
        files.append((file,))
    if not clips:
        raise DatasetError(problems[0] if problems else f"expected {EXPECTED}, got no file of it in {folder}")
    return CountedSet(LAYOUT, folder, tuple(clips), tuple(files), tuple(problems), tuple(notes))


def _tables(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.iterdir() if path.name.endswith((".csv", ".csv.gz")))
    return [path for path in found if {"Label", "Timestamp"} <= set(_heading(path))]


def _heading(file: Path) -> tuple[str, ...]:
    heading = read_heading(file)
    return tuple(heading[0].split(";")) if len(heading) == 1 else heading


def read_phases(file: Path) -> PoseSequence:
    """The landmarks of one recording, in the picture only; a frame without any is NaN.

    The z of a landmark in the picture is a guess of another kind than that of a world landmark, and turns people round:
    it is left out. Raises DatasetError naming row and column.
    """
    sheet = read_csv(file)
    columns = [sheet.column(name) for name in COLUMNS]
    points = np.array([_points(sheet, row, columns) for row in sheet.rows]).reshape(len(sheet.rows), -1, 3)
    visible = np.isfinite(points[..., 0]).astype(np.float64)
    return PoseSequence(
        time=np.array([frame for _, frame in _frames(sheet)]) / RATE_HZ,
        image=points[..., :2] * FRAME_PX,
        world=None,
        visibility=visible,
        skeleton=BLAZEPOSE_33,
        frame_size=FRAME_PX,
    )


def _points(sheet: Sheet, row: Row, columns: list[int]) -> list[float]:
    cells = [sheet.cell(row, column) for column in columns]
    if all(cell is None for cell in cells):
        return [np.nan] * len(cells)
    values: list[float] = []
    for column, cell in zip(columns, cells, strict=True):
        value = number(cell)
        if value is None:
            raise DatasetError(sheet.problem(row, column, "a number"))
        values.append(value)
    return values


def _frames(sheet: Sheet) -> list[tuple[Row, float]]:
    column = sheet.column("Timestamp")
    frames: list[tuple[Row, float]] = []
    for row in sheet.rows:
        frame = number(sheet.cell(row, column))
        if frame is None:
            raise DatasetError(sheet.problem(row, column, "the number of a frame"))
        if frames and frame <= frames[-1][1]:
            raise DatasetError(sheet.problem(row, column, f"a frame after {frames[-1][1]:g}"))
        frames.append((row, frame))
    return [(row, frame - frames[0][1]) for row, frame in frames]


def _cycles(sheet: Sheet) -> tuple[Cycle, ...]:
    """From every descent to the end of the ascent after it; a pause between them is where the lifter turns."""
    column = sheet.column("Label")
    phases: list[tuple[str, float, float]] = []  # which, first frame, frame after the last
    for row, frame in _frames(sheet):
        phase = str(sheet.cell(row, column) or PAUSE).lower()
        if phase not in (PAUSE, DOWN, UP):
            raise DatasetError(sheet.problem(row, column, "Pause, Descending or Ascending"))
        if phases and phases[-1][0] == phase:
            phases[-1] = (phase, phases[-1][1], frame + 1)
        else:
            phases.append((phase, frame, frame + 1))
    moving = [phase for phase in phases if phase[0] != PAUSE]
    cycles: list[Cycle] = []
    for at, (phase, start, end) in enumerate(moving):
        after = moving[at + 1] if at + 1 < len(moving) else None
        if phase == DOWN and after is not None and after[0] == UP:
            ends = (start / RATE_HZ, after[2] / RATE_HZ, (end / RATE_HZ, after[1] / RATE_HZ))
            cycles.append(Cycle(*ends))
        elif phase == DOWN or at == 0:
            cycles.append(Cycle(start / RATE_HZ, end / RATE_HZ, whole=False))
    return tuple(cycles)
