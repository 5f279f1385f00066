"""The 16 pictures of every repetition and view as one array on disk, made once, and read batch by batch."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.learn.criteria.models import FRAMES, VIEWS
from formcheck.learn.datasets.dataset import DatasetError, Problem

Progress = Callable[[str, float], None]

# Of red, green and blue 0..1 in Kinetics-400, as torchvision normalises pictures for its R3D-18.
MEAN, STD = (0.43216, 0.394666, 0.37645), (0.22803, 0.22145, 0.216989)

_AROUND = 0.15  # of the person's height and width, left around them where they are cut out


@dataclass(frozen=True, eq=False)
class Pictures:
    """Pictures of N repetitions: `values` (N, 2, 16, S, S, 3) uint8 on disk, `present` (N, 2) which views there are.

    `key` names their content. Indexed by places (B,), it gives (B, 2, 3, 16, S, S) float32, normalised; zeros in the
    place of a view that is missing.
    """

    values: NDArray[np.uint8]
    present: NDArray[np.bool_]
    key: str

    def __len__(self) -> int:
        return len(self.present)

    def __getitem__(self, places: NDArray[np.intp] | Sequence[int]) -> NDArray[np.float32]:
        chosen = np.asarray(places, dtype=np.intp)
        shown = np.asarray(self.values[chosen], dtype=np.float32) / 255.0
        shown = (shown - np.array(MEAN, dtype=np.float32)) / np.array(STD, dtype=np.float32)
        shown[~self.present[chosen]] = 0.0
        return np.ascontiguousarray(np.moveaxis(shown, -1, 2))


def gather_pictures(
    files: Sequence[Mapping[str, Sequence[Path]]],
    size: int,
    folder: Path,
    landmarks: NDArray[np.floating[Any]] | None = None,
    progress: Progress | None = None,
) -> Pictures:
    """The pictures of N repetitions, each by view, `size` x `size` pixels; from `folder` where they were made before.

    As in the paper the whole frame is resized, without regard to its shape. With `landmarks` (N, 2, 16, 33, 3), x and y
    as shares of the picture, it is the square about the person in all of a view's pictures instead, which is ours. A
    view without its 16 pictures counts as missing. Raises DatasetError for a picture that cannot be read, and OSError
    where the array cannot be written.
    """
    given = [[_whole(rep, view) for view in VIEWS] for rep in files]
    present = np.array([[bool(view) for view in rep] for rep in given], dtype=np.bool_).reshape(-1, len(VIEWS))
    boxes = [
        [None if landmarks is None else _around(landmarks[at, view]) for view in range(2)] for at in range(len(files))
    ]
    key = _key(given, size, boxes)
    stored = folder / f"pictures_{size}_{key}.npy"
    if not stored.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = stored.with_suffix(f".{os.getpid()}.part")
        try:
            shape = (len(files), len(VIEWS), FRAMES, size, size, 3)
            values = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=shape)
            for at, rep in enumerate(given):
                for view, pictures in enumerate(rep):
                    for frame, file in enumerate(pictures):
                        values[at, view, frame] = _resized(file, size, boxes[at][view])
                if progress is not None:
                    progress("Reading pictures", (at + 1) / len(files))
            values.flush()
            os.replace(part, stored)
        finally:
            part.unlink(missing_ok=True)
    return Pictures(np.load(stored, mmap_mode="r"), present, key)


def _whole(rep: Mapping[str, Sequence[Path]], view: str) -> Sequence[Path]:
    """The 16 pictures of a view; none where one is lacking."""
    files = rep.get(view, ())
    return files if len(files) == FRAMES else ()


def _around(landmarks: NDArray[np.floating[Any]]) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom of the person in all pictures of a view, as shares of them; None for nobody."""
    if not np.isfinite(landmarks[..., :2]).any():
        return None
    left, top = np.nanmin(landmarks[..., :2], axis=(0, 1)).tolist()
    right, bottom = np.nanmax(landmarks[..., :2], axis=(0, 1)).tolist()
    return round(left, 4), round(top, 4), round(right, 4), round(bottom, 4)


def _key(files: Sequence[Sequence[Sequence[Path]]], size: int, boxes: Any) -> str:
    """A name for what the array will hold: the same bytes, size and boxes."""
    named = hashlib.blake2b(json.dumps([size, FRAMES, boxes]).encode(), digest_size=8)
    for rep in files:
        for view in rep:
            named.update(len(view).to_bytes(2))
            for file in view:
                named.update(hashlib.blake2b(_bytes(file), digest_size=8).digest())
    return named.hexdigest()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise DatasetError(Problem(file, "", f"expected a picture, got {error.strerror}")) from error


def _resized(file: Path, size: int, box: tuple[float, float, float, float] | None) -> NDArray[np.uint8]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as picture:
            if box is None:
                picture.draft("RGB", (2 * size, 2 * size))  # JPEG decodes at a half, a quarter or an eighth, far faster
                shown = picture.convert("RGB")
            else:
                shown = _cropped(picture.convert("RGB"), box)
            return np.asarray(shown.resize((size, size), Image.Resampling.BILINEAR), dtype=np.uint8)
    except (OSError, UnidentifiedImageError, SyntaxError) as error:
        raise DatasetError(Problem(file, "", f"expected a whole JPEG or PNG picture, got: {error}")) from error


def _cropped(picture: Any, box: tuple[float, float, float, float]) -> Any:
    """A square about a box, black where it reaches beyond the picture."""
    width, height = picture.size
    left, top, right, bottom = box[0] * width, box[1] * height, box[2] * width, box[3] * height
    half = max(right - left, bottom - top, 16.0) * (1 + 2 * _AROUND) / 2
    x, y = (left + right) / 2, (top + bottom) / 2
    return picture.crop((round(x - half), round(y - half), round(x + half), round(y + half)))
