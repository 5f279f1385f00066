"""Pose files: landmarks on disk, so that a recording is analysed again without its video."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import numpy as np
from numpy.typing import NDArray

from formcheck.body import SKELETONS, PoseSequence, Skeleton, View
from formcheck.sources.frame import SourceError, checked_path

_FORMAT = "formcheck-pose"
_VERSION = 1

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class PoseFile:
    """A pose file that has been read: where it lay, what it held, and sentences about what was wrong with it."""

    path: Path
    sequence: PoseSequence
    warnings: tuple[str, ...]


def read_pose(path: str | Path) -> PoseSequence:
    """The landmarks in a pose file; raises SourceError as `open_pose` does."""
    return open_pose(path).sequence


def open_pose(path: str | Path) -> PoseFile:
    """Read a `.npz` pose file, of ours or a plain one; never unpickles.

    Ours holds a JSON `header` (format, version, skeleton name, joints, bones, frame_size, view) beside the arrays. A
    plain one holds `time` (T,) s, `image` (T, K, 2) px, `visibility` (T, K), `frame_size` (width, height) and
    perhaps `world` (T, K, 3) m, and its skeleton is the only known one with K joints. Infinite values count as
    missing, with a warning. Raises SourceError for a missing file, one that is not a pose file, missing arrays,
    another skeleton, times that do not increase, and one in which nobody was found.
    """
    file = checked_path(path, "a pose file")
    try:
        with np.load(file, allow_pickle=False) as opened:
            if not isinstance(opened, np.lib.npyio.NpzFile):
                raise ValueError("a single array")
            arrays = {name: np.asarray(opened[name]) for name in opened.files}
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise SourceError(
            f"expected a pose file (.npz with time, image, visibility, frame_size), got {path}: "
            f"{_first_line(error)}; write it with formcheck or numpy.savez without objects"
        ) from error
    try:
        return _checked(file, arrays)
    except ValueError as error:
        raise SourceError(f"{file}: {error}") from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _checked(file: Path, arrays: Arrays) -> PoseFile:
    header = _header(arrays)
    needed = ["time", "image", "visibility"] + ([] if "frame_size" in header else ["frame_size"])
    missing = [name for name in needed if name not in arrays]
    if missing:
        raise ValueError(
            f"expected the arrays {', '.join(needed)}, got {', '.join(sorted(arrays)) or 'none'}; "
            f"add {', '.join(missing)}"
        )
    image = _numbers(arrays, "image")
    if image.ndim != 3 or image.shape[2] != 2:
        raise ValueError(f"expected image of shape (frames, joints, 2), got {image.shape}; give x and y in pixels")
    skeleton = _skeleton(header, image.shape[1])
    world = _numbers(arrays, "world") if "world" in arrays and arrays["world"].size else None
    visibility = _numbers(arrays, "visibility")
    size = np.asarray(header.get("frame_size", arrays.get("frame_size")), dtype=np.float64).ravel()
    if size.shape != (2,) or not np.isfinite(size).all():
        raise ValueError(f"expected frame_size (width, height) in pixels, got {size.tolist()}")
    if not np.isfinite(image).any():
        raise ValueError("expected landmarks, got only missing values: nobody was found in this recording; film again")
    warnings = _doubts({"image": image, "world": world, "visibility": visibility})
    sequence = PoseSequence(
        time=_numbers(arrays, "time"),
        image=image,
        world=world,
        visibility=np.clip(np.nan_to_num(visibility, nan=0.0, posinf=0.0, neginf=0.0), 0.0, 1.0),
        skeleton=skeleton,
        frame_size=(int(size[0]), int(size[1])),
        view=cast(View, header["view"]) if header.get("view") in get_args(View) else "unknown",
    )
    return PoseFile(file, sequence, warnings)


def _header(arrays: Arrays) -> dict[str, Any]:
    if "header" not in arrays:
        return {}
    try:
        header = json.loads(arrays["header"].astype(np.uint8).tobytes())
    except (ValueError, TypeError) as error:
        raise ValueError(f"expected a JSON header, got something else ({_first_line(error)})") from error
    if not isinstance(header, dict) or cast(dict[str, Any], header).get("format") != _FORMAT:
        raise ValueError(f'expected a header with "format": "{_FORMAT}", got another kind of file')
    known = cast(dict[str, Any], header)
    if known.get("version") != _VERSION:
        raise ValueError(f"expected pose file version {_VERSION}, got {known.get('version')}; update formcheck")
    return known


def _skeleton(header: Mapping[str, Any], joints: int) -> Skeleton:
    """The skeleton of the header, or the only known one with that many joints."""
    if "joints" in header:
        named = tuple(str(joint) for joint in header["joints"])
        if len(named) != joints:
            raise ValueError(
                f"expected {len(named)} joints as the header's skeleton {header.get('skeleton')} has, got {joints}"
            )
        for known in SKELETONS:
            if known.joints == named:
                return known
        bones = tuple((str(first), str(second)) for first, second in header.get("bones", ()))
        return Skeleton(str(header.get("skeleton", "unnamed")), named, bones)
    fitting = [skeleton for skeleton in SKELETONS if len(skeleton) == joints]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = " or ".join(skeleton.name for skeleton in fitting)
        raise ValueError(f"expected a header that names the skeleton, got {joints} joints without one: {names}?")
    known_names = ", ".join(f"{skeleton.name} ({len(skeleton)} joints)" for skeleton in SKELETONS)
    raise ValueError(
        f"expected a skeleton among {known_names}, got {joints} joints; convert the landmarks to one of these"
    )


def _numbers(arrays: Arrays, name: str) -> NDArray[np.float64]:
    array = arrays[name]
    if array.dtype.kind not in "fiu":
        raise ValueError(f"expected numbers in {name}, got {array.dtype}")
    return array.astype(np.float64)


def _doubts(arrays: Mapping[str, NDArray[np.float64] | None]) -> tuple[str, ...]:
    """A sentence for each array in which something had to be set right."""
    sentences: list[str] = []
    for name, array in arrays.items():
        infinite = 0 if array is None else int(np.isinf(array).sum())
        if infinite:
            sentences.append(f"{infinite} infinite values in {name} were taken as missing.")
    visibility = arrays["visibility"]
    if visibility is not None and ((visibility < 0) | (visibility > 1))[np.isfinite(visibility)].any():
        sentences.append("Visibilities outside 0..1 were brought back into it.")
    return tuple(sentences)


def write_pose(path: str | Path, sequence: PoseSequence) -> Path:
    """Write a pose file (`.npz`, float32, JSON header, no pickle); whole or not at all. Raises OSError."""
    target = Path(path)
    header = {
        "format": _FORMAT,
        "version": _VERSION,
        "skeleton": sequence.skeleton.name,
        "joints": sequence.skeleton.joints,
        "bones": sequence.skeleton.bones,
        "frame_size": sequence.frame_size,
        "view": sequence.view,
    }
    arrays: dict[str, NDArray[Any]] = {
        "header": np.frombuffer(json.dumps(header).encode(), dtype=np.uint8),
        "time": sequence.time,
        "image": sequence.image.astype(np.float32),
        "visibility": sequence.visibility.astype(np.float32),
    }
    if sequence.world is not None:
        arrays["world"] = sequence.world.astype(np.float32)
    beside = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            np.savez_compressed(file, **arrays)  # pyright: ignore[reportArgumentType]
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)
    return target
