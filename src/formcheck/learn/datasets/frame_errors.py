"""Single frames of three exercises, each with one error or none (NgoQuocBao1010, Exercise-Correction, MIT licence).

github.com/NgoQuocBao1010/Exercise-Correction. Tables of a label and landmarks of MediaPipe: x, y, z in shares of the
picture, and visibility, of the joints that the exercise needs. A plank is correct (C) or its back too high (H) or too
low (L); a lunge is correct or the knee comes before the toes (L); a curl is correct or the trunk leans back (L).
Nothing says which frames follow one another, nor who is in them, nor the shape of the pictures.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.learn.datasets.dataset import Dataset, DatasetError, Problem, Progress
from formcheck.learn.datasets.shown import ShownClip, ShownSet, as_dataset
from formcheck.signals import Floats

LAYOUT = "frames with errors"
EXPECTED = "plank_model_test.csv.gz, lunge_model_err.test.csv.gz or bicep_model_test.csv.gz"

RATE_HZ = 30.0
FRAME_PX = (1280, 720)  # assumed
ALIKE = 0.02  # of the picture, on average over joints: nearer frames are of one moment, or of one person in one posture
SCENES = 12  # at most into so many groups of frames that look alike

_LABELS = ("C", "H", "L")


@dataclass(frozen=True)
class _Table:
    kind: str
    exercise: str


_FILES: Mapping[str, _Table] = {
    "plank_model_test": _Table("plank: height of the back", "plank"),
    "lunge_model_err.test": _Table("lunge: knee before the toes", "lunge"),
    "bicep_model_test": _Table("curl: leaning back", "barbell biceps curl"),
}


def recognises(folder: Path) -> bool:
    """Whether one of the tables lies in it."""
    return any(True for _ in _tables(folder))


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every frame as a recording. Raises DatasetError when there is no table, or a damaged one."""
    return as_dataset(shown(folder), tuple(file for file, _ in _tables(folder)))


def shown(folder: Path) -> ShownSet:
    """Every frame as a recording of two like ones, its label at the end of its name. Raises DatasetError as `read`."""
    clips: list[ShownClip] = []
    for file, table in _tables(folder):
        labels, frames = _frames(file)
        for at, (label, scene) in enumerate(zip(labels, _scenes(frames), strict=True)):
            name = f"{table.exercise} {at} {label}"
            clips.append(
                ShownClip(name, f"{table.exercise} {scene}", table.kind, table.exercise, partial(_pose, frames[at]))
            )
    if not clips:
        raise DatasetError(f"expected {EXPECTED}, got none in {folder}")
    notes = (
        f"Assumed: a picture of {FRAME_PX[0]} x {FRAME_PX[1]} px.",
        "Nobody says who is who: frames that look alike are one group, and are never learnt from and judged both.",
    )
    return ShownSet(LAYOUT, folder, tuple(clips), (), notes)


def well_done(name: str) -> bool:
    """Whether a frame is labelled as without the error, going by its name."""
    return name.endswith(" C")


def _tables(folder: Path) -> list[tuple[Path, _Table]]:
    files = sorted((*folder.glob("*.csv"), *folder.glob("*.csv.gz"))) if folder.is_dir() else []
    named = [(file, file.name.removesuffix(".gz").removesuffix(".csv")) for file in files]
    return [(file, _FILES[name]) for file, name in named if name in _FILES]


def _frames(file: Path) -> tuple[list[str], Floats]:
    """Labels, and (N, 33, 3) of x, y in shares of the picture and visibility; NaN where a joint is not given."""
    try:
        with gzip.open(file, "rt") if file.suffix == ".gz" else file.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DatasetError(Problem(file, "", f"expected a table, got: {error}")) from error
    columns = rows[0] if rows else {}
    joints = {at: name for at, joint in enumerate(BLAZEPOSE_33.joints) if f"{(name := _column(joint))}_x" in columns}
    if "label" not in columns or not joints:
        raise DatasetError(Problem(file, "row 1", "expected columns label, nose_x, nose_y, nose_z, nose_v and so on"))
    frames = np.full((len(rows), len(BLAZEPOSE_33), 3), np.nan)
    for number, row in enumerate(rows):
        if row["label"] not in _LABELS:
            raise DatasetError(Problem(file, f"row {number + 2}", f"expected a label C, H or L, got {row['label']!r}"))
        for at, name in joints.items():
            try:
                frames[number, at] = [float(row[f"{name}_{axis}"]) for axis in "xyv"]
            except (KeyError, TypeError, ValueError) as error:
                where = f"row {number + 2}, {name}"
                raise DatasetError(Problem(file, where, f"expected numbers x, y, z, v, got: {error}")) from error
    return [row["label"] for row in rows], frames


def _column(joint: str) -> str:
    """As MediaPipe says it: the side first."""
    name, _, side = joint.rpartition("_")
    return f"{side}_{name}" if side in ("left", "right") else joint


def _scenes(frames: Floats) -> list[int]:
    """(N,) which frames look alike, by average linkage of where joints are in the picture."""
    from scipy.cluster.hierarchy import fcluster, linkage

    seen = np.isfinite(frames[..., 0]).all(axis=0)
    places = frames[:, seen, :2].reshape(len(frames), -1)
    if len(places) < 2:
        return [0] * len(places)
    tree = linkage(places, "average", metric="cityblock")
    apart = ALIKE * places.shape[1]
    groups = fcluster(tree, apart, "distance")
    return (groups if len(set(groups.tolist())) <= SCENES else fcluster(tree, SCENES, "maxclust")).tolist()


def _pose(frame: Floats) -> PoseSequence:
    twice = np.stack([frame, frame])
    return PoseSequence(
        time=np.arange(2) / RATE_HZ,
        image=twice[..., :2] * FRAME_PX,
        world=None,
        visibility=np.clip(np.nan_to_num(twice[..., 2]), 0.0, 1.0),
        skeleton=BLAZEPOSE_33,
        frame_size=FRAME_PX,
    )
