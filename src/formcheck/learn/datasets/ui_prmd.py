"""UI-PRMD: ten movements of physical rehabilitation, well done and not, seen by a Kinect; one repetition an episode.

Vakanski et al., "A Data Set of Human Body Movements for Physical Rehabilitation Exercises", Data 3(1), 2018. Of every
frame there are 22 positions in cm, each relative to the joint before it and in its axes, and 22 rotations in degrees
about x, y and z. A rotation turns first about y, then x, then z of the axes it is told in: of the six orders only this
one keeps the feet of somebody who squats in their place (they wander 2 cm; by the order of the figures that come with
the data set 15 cm).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from formcheck.body import UI_PRMD_22, PoseSequence
from formcheck.body.labelled import Cycle, LabelledClip
from formcheck.exercises import UnknownExercise, find
from formcheck.learn.datasets.counted import CountedSet, as_dataset, plain_name
from formcheck.learn.datasets.dataset import Dataset, DatasetError, Problem, Progress
from formcheck.signals import Floats

LAYOUT = "UI-PRMD"
EXPECTED = "m01_s01_e01_positions.txt and m01_s01_e01_angles.txt (frames x 66), or m01_correct_positions.npz and so on"

RATE_HZ = 30.0
MOVEMENTS = (
    *("deep squat", "hurdle step", "inline lunge", "side lunge", "sit to stand", "active straight leg raise"),
    *("shoulder abduction", "shoulder extension", "shoulder internal and external rotation", "shoulder scaption"),
)
_CLASSES = {"deep squat": "squat", "inline lunge": "lunge"}
PARENTS = (-1, 0, 1, 2, 3, 4, 2, 6, 7, 8, 2, 10, 11, 12, 0, 14, 15, 16, 0, 18, 19, 20)
BLEND_S = 0.3  # between two episodes that are joined
FRAME_PX = (1920, 1080)
FOCAL_PX = 960 / np.tan(np.radians(84.1 / 2))  # Microsoft, Kinect v2: its colour picture is 84.1 degrees wide
CAMERA_M = 1.1  # above the floor, nominal: so is a whole person in the picture

_VALUES = 3 * len(UI_PRMD_22)
_EPISODE = re.compile(r"m(\d+)_s(\d+)_e(\d+)(?:_(positions|angles))?(_inc)?$", re.IGNORECASE)
_PACK = re.compile(r"m\d+_(correct|incorrect)_(positions|angles)$", re.IGNORECASE)

Load = Callable[[], Floats]


@dataclass(frozen=True, order=True)
class Episode:
    """Which repetition: movement and subject and episode from 1, and whether it was done as it should be."""

    movement: int
    correct: bool
    subject: int
    number: int

    @property
    def name(self) -> str:
        """As the data set names it."""
        return f"m{self.movement:02d}_s{self.subject:02d}_e{self.number:02d}{'' if self.correct else '_inc'}"

    @property
    def kind(self) -> str:
        """What the movement is called."""
        known = 1 <= self.movement <= len(MOVEMENTS)
        return MOVEMENTS[self.movement - 1] if known else f"movement {self.movement}"


@dataclass(frozen=True)
class _Part:
    """Positions or angles of one episode."""

    file: Path
    where: str
    load: Load


def recognises(folder: Path) -> bool:
    """Whether positions of an episode lie in it."""
    return any(True for _ in _files(folder))


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every episode. Raises DatasetError when there is none."""
    return as_dataset(counted(folder), deep, progress)


def counted(folder: Path) -> CountedSet:
    """Every episode by itself: one repetition from its first frame to its last. Raises DatasetError for none."""
    return _set(folder, LAYOUT, lambda episodes: [[episode] for episode in episodes])


def joined(folder: Path) -> CountedSet:
    """The episodes of one person and movement, well done or not, one after the other as one recording.

    Between two of them every joint goes on a straight line from where it was to where it is, for 0.3 s. Raises
    DatasetError when there is no episode.
    """

    def together(episodes: Iterable[Episode]) -> list[list[Episode]]:
        found: dict[tuple[int, bool, int], list[Episode]] = {}
        for episode in episodes:
            found.setdefault((episode.movement, episode.correct, episode.subject), []).append(episode)
        return list(found.values())

    return _set(folder, f"{LAYOUT}, joined", together)


def well_done(name: str) -> bool:
    """Whether an episode was done as it should be, going by its name."""
    told = _EPISODE.match(name)
    return told is not None and told[5] is None


def _set(folder: Path, layout: str, together: Callable[[Iterable[Episode]], list[list[Episode]]]) -> CountedSet:
    parts = _parts(folder)
    problems: list[Problem] = []
    for episode, found in parts.items():
        missing = {"positions", "angles"} - set(found)
        if missing:
            there = next(iter(found.values()))
            what = f"expected the {missing.pop()} of the same episode beside it, got none"
            problems.append(Problem(there.file, there.where or episode.name, what))
    whole = {episode: found for episode, found in sorted(parts.items()) if len(found) == 2}
    if not whole:
        raise DatasetError(problems[0] if problems else f"expected {EXPECTED}, got no episode in {folder}")
    groups = together(whole)
    clips = tuple(_clip(group, whole) for group in groups)
    files = tuple(tuple({part.file: None for each in group for part in whole[each].values()}) for group in groups)
    notes = (
        f"The picture is a nominal one, of a camera {CAMERA_M:g} m above the floor.",
        *((f"Joined episodes are bridged by straight lines of {BLEND_S:g} s.",) if len(groups) < len(whole) else ()),
    )
    return CountedSet(layout, folder, clips, files, tuple(problems), notes, people_known=True)


def _clip(group: Sequence[Episode], parts: Mapping[Episode, Mapping[str, _Part]]) -> LabelledClip:
    first = group[0]
    name = first.name if len(group) == 1 else re.sub(r"_e\d+", "", first.name)
    ends = np.cumsum([0, *(_length(parts[episode]) + _blend_frames() for episode in group)]) / RATE_HZ
    blend_s = _blend_frames() / RATE_HZ
    cycles = tuple(Cycle(float(start), float(end) - blend_s) for start, end in pairwise(ends))
    pose = partial(_pose, [parts[episode] for episode in group])
    try:
        exercise = find(_CLASSES.get(first.kind, first.kind)).name
    except UnknownExercise:
        exercise = None
    count = len(group)
    return LabelledClip(name, f"s{first.subject:02d}", first.kind, exercise, count, count, count, pose, cycles)


def _length(parts: Mapping[str, _Part]) -> int:
    return len(parts["positions"].load())


def _blend_frames() -> int:
    return round(BLEND_S * RATE_HZ)


# --- Files


def _files(folder: Path) -> Iterator[Path]:
    """Files of episodes, those of the other camera system (Vicon, 39 joints) left aside."""
    for path in sorted(folder.rglob("*")):
        if path.name.endswith((".txt", ".txt.gz", ".npz")) and "vicon" not in str(path.relative_to(folder)).lower():
            name = plain_name(path)
            if _PACK.match(name) if path.suffix == ".npz" else _EPISODE.match(name):
                yield path


def _parts(folder: Path) -> dict[Episode, dict[str, _Part]]:
    found: dict[Episode, dict[str, _Part]] = {}
    for path in _files(folder):
        if path.suffix == ".npz":
            pack = _PACK.match(path.stem)
            assert pack is not None
            for name in _members(path):
                episode = _episode(name, pack[1].lower() == "correct")
                if episode is not None:
                    found.setdefault(episode, {})[pack[2].lower()] = _Part(path, name, partial(_packed, path, name))
        else:
            told = _EPISODE.match(plain_name(path))
            assert told is not None
            episode = _episode(told[0], told[5] is None)
            if episode is not None and told[4] is not None:
                found.setdefault(episode, {})[told[4].lower()] = _Part(path, "", partial(_table, path))
    return found


def _episode(name: str, correct: bool) -> Episode | None:
    told = _EPISODE.match(name)
    return None if told is None else Episode(int(told[1]), correct, int(told[2]), int(told[3]))


def _members(file: Path) -> list[str]:
    import zipfile

    try:
        with zipfile.ZipFile(file) as packed:
            return [name.removesuffix(".npy") for name in packed.namelist()]
    except (OSError, zipfile.BadZipFile) as error:
        raise DatasetError(Problem(file, "", f"expected arrays packed by NumPy, got: {error}")) from error


def _packed(file: Path, name: str) -> Floats:
    try:
        with np.load(file, allow_pickle=False) as opened:
            return np.asarray(opened[name], dtype=np.float64)
    except (OSError, ValueError, EOFError) as error:
        raise DatasetError(Problem(file, name, f"expected an array of numbers, got: {error}")) from error


def _table(file: Path) -> Floats:
    import gzip

    try:
        with gzip.open(file, "rt") if file.suffix == ".gz" else file.open(encoding="utf-8") as opened:
            rows = [line.replace(",", " ").split() for line in opened if line.strip()]
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DatasetError(Problem(file, "", f"expected a table of numbers, got: {error}")) from error
    for at, row in enumerate(rows, start=1):
        if len(row) != _VALUES:
            raise DatasetError(Problem(file, f"row {at}", f"expected {_VALUES} numbers, got {len(row)}"))
        for column, cell in enumerate(row, start=1):
            try:
                float(cell)
            except ValueError:
                raise DatasetError(
                    Problem(file, f"row {at}, column {column}", f"expected a number, got {cell!r}")
                ) from None
    return np.array(rows, dtype=np.float64)


# --- Bodies


def _pose(episodes: Sequence[Mapping[str, _Part]]) -> PoseSequence:
    """One recording of episodes one after the other."""
    frames: list[Floats] = []
    for parts in episodes:
        positions, angles = (_checked(parts[what]) for what in ("positions", "angles"))
        if len(positions) != len(angles):
            part = parts["angles"]
            raise DatasetError(
                Problem(
                    part.file, part.where, f"expected {len(positions)} frames as in the positions, got {len(angles)}"
                )
            )
        here = assembled(positions, angles)
        if frames:
            share = np.arange(1, _blend_frames() + 1)[:, None, None] / (_blend_frames() + 1)
            frames.append(frames[-1][-1] + share * (here[0] - frames[-1][-1]))
        frames.append(here)
    return _seen(np.concatenate(frames) / 100.0)


def _checked(part: _Part) -> Floats:
    values = part.load()
    if values.ndim != 2 or values.shape[1] != _VALUES or not len(values):
        what = f"expected frames x {_VALUES} (22 joints, x, y, z), got {values.shape}"
        raise DatasetError(Problem(part.file, part.where, what))
    wrong = ~np.isfinite(values)
    if wrong.any():
        frame, column = (int(at[0]) for at in np.nonzero(wrong))
        where = f"{part.where + ', ' if part.where else ''}row {frame + 1}, column {column + 1}"
        raise DatasetError(Problem(part.file, where, f"expected a number, got {values[frame, column]}"))
    return values.reshape(len(values), -1, 3)


def assembled(positions: Floats, angles: Floats) -> Floats:
    """(T, 22, 3) cm in the room (x right in the picture, y up from the floor, z towards the camera).

    `positions` (T, 22, 3) cm and `angles` (T, 22, 3) degrees as the data set gives them; the waist is where it says.
    """
    turned = _rotations(np.radians(angles))
    placed = np.array(positions)
    for joint, parent in enumerate(PARENTS):
        if parent >= 0:
            placed[:, joint] = placed[:, parent] + np.einsum("tij,tj->ti", turned[:, parent], positions[:, joint])
            turned[:, joint] = turned[:, parent] @ turned[:, joint]
    return placed


def _rotations(angles: Floats) -> Floats:
    """(..., 3, 3) turning about y first, then x, then z, by (..., 3) radians about x, y, z."""
    (cx, cy, cz), (sx, sy, sz) = np.moveaxis(np.cos(angles), -1, 0), np.moveaxis(np.sin(angles), -1, 0)
    rows = (
        (cz * cy - sz * sx * sy, -sz * cx, cz * sy + sz * sx * cy),
        (sz * cy + cz * sx * sy, cz * cx, sz * sy - cz * sx * cy),
        (-cx * sy, sx, cx * cy),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _seen(room: Floats) -> PoseSequence:
    """What a camera at the origin, turned towards the person, sees of joints (T, 22, 3) m in the room."""
    seen = room * [1.0, -1.0, -1.0] + [0.0, CAMERA_M, 0.0]
    hips = [UI_PRMD_22.index(f"hip_{side}") for side in ("left", "right")]
    return PoseSequence(
        time=np.arange(len(seen)) / RATE_HZ,
        image=FOCAL_PX * seen[..., :2] / seen[..., 2:] + np.array(FRAME_PX) / 2,
        world=seen - seen[:, hips].mean(axis=1, keepdims=True),
        visibility=np.ones(seen.shape[:2]),
        skeleton=UI_PRMD_22,
        frame_size=FRAME_PX,
    )
