"""RepCount: videos of repeated exercises, with the first and last frame of every cycle, as landmarks.

Hu et al., "TransRAC", CVPR 2022, made the videos and the annotations; Yao et al., "PoseRAC", 2023, the landmarks: per
frame 33 landmarks of MediaPipe, each axis from its least to its greatest value brought to 0..1, frame by frame, and all
zeros where nobody was found. So neither where the person stands nor how large they are is known any more, nor how wide
against how tall. A later version (github.com/DanielC-MST/RepCount-Using-Skeleton-Information) appends five angles of
joints, from which the proportions are found again, see `repcount_shape`. The frame rate is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.body.labelled import Cycle, LabelledClip
from formcheck.exercises import UnknownExercise, find
from formcheck.learn.datasets.counted import CountedSet, as_dataset, plain_name
from formcheck.learn.datasets.dataset import Dataset, DatasetError, Problem, Progress
from formcheck.learn.datasets.repcount_shape import restored
from formcheck.learn.datasets.sheet import Row, Sheet, number, read_csv, read_heading
from formcheck.signals import Floats

LAYOUT = "RepCount-pose"
EXPECTED = "annotation/test.csv (type, name, count, L1, L2, ...) and test_poses/<name>.npy (frames x 99 or 104)"

RATE_HZ = 30.0  # assumed: the layout counts frames only
SIDE_PX = 1000  # of the nominal square picture: what the body fills as published, where its hips are in the middle else
TRUNK_PX = 180  # in that picture
TRUNK_M = 0.5  # nominal, of shoulders over hips: the layout has no metres
VALUES = 3 * len(BLAZEPOSE_33)
ANGLES = 5  # elbow, shoulder, hip, knee, ankle: the mean of both sides, brought to 0..1 within the frame
_CLASSES = {
    "benchpressing": "bench press",
    "jumpjack": "jumping jack",
    "jumpjacks": "jumping jack",
    "squant": "squat",
}
_SLACK = 0.01  # beyond 0..1, for numbers in half precision

Load = Callable[[], Floats]


def recognises(folder: Path) -> bool:
    """Whether there is a table of cycles in it or in its folder `annotation`."""
    return bool(_annotations(folder))


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every annotated video whose landmarks are there. Raises DatasetError when there is none."""
    return as_dataset(counted(folder), deep, progress)


def counted(folder: Path, as_published: bool = False) -> CountedSet:
    """Every annotated video whose landmarks are there, in proportions that are found again where there are angles.

    `as_published` leaves the angles aside, and every frame squeezed into a square. Raises DatasetError for no video.
    """
    stored = dict(_stored(folder))
    clips: dict[str, tuple[LabelledClip, Path]] = {}
    problems: list[Problem] = []
    without = 0
    for file in _annotations(folder):
        sheet = read_csv(file)
        for row in sheet.rows:
            name = Path(str(sheet.cell(row, sheet.column("name")) or "")).stem
            if name not in stored:
                without += 1
            elif name not in clips:
                path, load = stored[name]
                clip = _clip(sheet, row, name, partial(_pose, path, name, load, as_published), problems)
                clips |= {} if clip is None else {name: (clip, path)}
    if not clips:
        what = f"expected landmarks of the annotated videos as {EXPECTED}, got none for {without} rows"
        raise DatasetError(problems[0] if problems else Problem(folder, "", what))
    notes = [
        f"The frame rate is not told: {RATE_HZ:g} a second are assumed.",
        "Every frame was brought to 0..1 on each axis: "
        + (
            "it is left so."
            if as_published
            else "proportions are found again where there are joint angles, not places."
        ),
    ]
    if without:
        notes.append(f"{without} annotated videos have no landmarks here and are left out.")
    found, files = zip(*clips.values(), strict=True)
    return CountedSet(LAYOUT, folder, found, tuple((file,) for file in files), tuple(problems), tuple(notes))


def _tables(folder: Path) -> Iterator[Path]:
    for here in (folder, folder / "annotation"):
        if here.is_dir():
            yield from sorted(path for path in here.iterdir() if path.name.endswith((".csv", ".csv.gz")))


def _annotations(folder: Path) -> list[Path]:
    return [path for path in _tables(folder) if {"name", "count", "L1"} <= set(read_heading(path))]


def _stored(folder: Path) -> Iterator[tuple[str, tuple[Path, Load]]]:
    """Where the landmarks of each video are; those in the first folder, where several have them."""
    tables = set(_tables(folder))
    found: set[str] = set()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path not in tables):
        inside: dict[str, Load] = {}
        if path.suffix == ".npz":
            inside = {name: partial(_packed, path, name) for name in _members(path)}
        elif path.suffix == ".npy":
            inside = {path.stem: partial(_array, path)}
        elif path.name.endswith((".csv", ".csv.gz")):
            inside = {plain_name(path): partial(_table, path)}
        for name, load in inside.items():
            if name not in found:
                found.add(name)
                yield name, (path, load)


def _members(file: Path) -> list[str]:
    import zipfile

    try:
        with zipfile.ZipFile(file) as packed:
            return [Path(name).stem for name in packed.namelist() if name.endswith(".npy")]
    except (OSError, zipfile.BadZipFile) as error:
        raise DatasetError(Problem(file, "", f"expected arrays packed by NumPy, got: {error}")) from error


def _packed(file: Path, name: str) -> Floats:
    try:
        with np.load(file, allow_pickle=False) as opened:
            return np.asarray(opened[name], dtype=np.float64)
    except (OSError, ValueError, EOFError) as error:
        raise DatasetError(Problem(file, name, f"expected an array of numbers, got: {error}")) from error


def _array(file: Path) -> Floats:
    try:
        return np.asarray(np.load(file, allow_pickle=False), dtype=np.float64)
    except (OSError, ValueError, EOFError) as error:
        raise DatasetError(Problem(file, "", f"expected an array of numbers (.npy), got: {error}")) from error


def _table(file: Path) -> Floats:
    """Landmarks in a CSV file, with or without a heading."""
    sheet = read_csv(file)
    first = [number(cell) for cell in sheet.heading]
    cells = [first] if all(cell is not None for cell in first) else []
    for row in sheet.rows:
        cells.append([number(sheet.cell(row, column)) for column in range(len(sheet.heading))])
        if None in cells[-1]:
            raise DatasetError(sheet.problem(row, cells[-1].index(None), "a number"))
    return np.array(cells, dtype=np.float64)


def _pose(file: Path, name: str, load: Load, as_published: bool) -> PoseSequence:
    values = _checked(file, name, load)
    points = values[:, :VALUES].reshape(len(values), -1, 3)
    found = np.asarray(points.any(axis=(1, 2)))
    points = np.where(found[:, None, None], points, np.nan)
    world = None
    image = SIDE_PX * points[..., :2]
    if values.shape[1] > VALUES and not as_published and found.any():
        body = np.full(points.shape, np.nan)
        body[found] = restored(points[found], values[found, VALUES:])
        image, world = SIDE_PX / 2 + TRUNK_PX * body[..., :2], TRUNK_M * body
    return PoseSequence(
        time=np.arange(len(points)) / RATE_HZ,
        image=image,
        world=world,
        visibility=np.repeat(found[:, None], len(BLAZEPOSE_33), axis=1).astype(np.float64),
        skeleton=BLAZEPOSE_33,
        frame_size=(SIDE_PX, SIDE_PX),
    )


def _checked(file: Path, name: str, load: Load) -> Floats:
    """The rows of a video (T, 99 or 104)."""
    values = load()
    values = values.reshape(len(values), -1) if values.ndim > 1 else values
    where = "" if file.stem == name else name
    if values.ndim != 2 or values.shape[1] not in (VALUES, VALUES + ANGLES) or not len(values):
        what = f"expected frames x {VALUES} (33 x, y, z) or x {VALUES + ANGLES} (and 5 angles), got {values.shape}"
        raise DatasetError(Problem(file, where, what))
    points = values[:, :VALUES]
    # The angles of a body that was hardly seen may have no value; the landmarks always have one.
    wrong = ~np.isfinite(points) | (points < -_SLACK) | (points > 1.0 + _SLACK)
    if wrong.any():
        frame, column = (int(at[0]) for at in np.nonzero(wrong))
        what = f"expected a number from 0 to 1, got {points[frame, column]:g}"
        where = f"{where + ', ' if where else ''}row {frame + 1}, column {column + 1}"
        raise DatasetError(Problem(file, where, what))
    return values


def _clip(
    sheet: Sheet, row: Row, name: str, pose: Callable[[], PoseSequence], problems: list[Problem]
) -> LabelledClip | None:
    count = number(sheet.cell(row, sheet.column("count")))
    if count is None or count < 0 or count != int(count):
        problems.append(sheet.problem(row, sheet.column("count"), "a whole number of repetitions"))
        return None
    kind = str((sheet.cell(row, sheet.column("type")) if "type" in sheet.heading else None) or "unknown")
    cycles = _cycles(sheet, row, problems)
    return LabelledClip(name, name, kind, _known(kind), int(count), int(count), int(count), pose, cycles)


def _known(kind: str) -> str | None:
    try:
        return find(_CLASSES.get(kind.lower().replace("_", ""), kind)).name
    except UnknownExercise:
        return None


def _cycles(sheet: Sheet, row: Row, problems: list[Problem]) -> tuple[Cycle, ...] | None:
    """The cycles of a video in the order of time; None, and a problem, where a frame number is damaged."""
    columns = [at for at in range(sheet.column("L1"), len(sheet.heading)) if sheet.heading[at].startswith("L")]
    filled = [at for at in columns if sheet.cell(row, at) is not None]
    frames = [number(sheet.cell(row, at)) for at in filled]
    for at, frame in zip(filled, frames, strict=True):
        if frame is None or frame < 0:
            problems.append(sheet.problem(row, at, "the number of a frame"))
            return None
    if len(filled) % 2:
        what = f"expected a first and a last frame of each cycle, got {len(filled)} frames"
        problems.append(Problem(sheet.file, f"row {row.number}", what))
        return None
    ends = [frame / RATE_HZ for frame in frames if frame is not None]
    for at, (before, after) in zip(filled[1:], pairwise(ends), strict=True):
        if after < before:
            problems.append(sheet.problem(row, at, f"a frame not before {before * RATE_HZ:g}"))
            return None
    return tuple(Cycle(start, end) for start, end in zip(ends[::2], ends[1::2], strict=True) if end > start)
