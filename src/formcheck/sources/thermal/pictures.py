"""Thermal pictures: 16-bit radiometric TIFF and PNG, a file a frame or many in one, and 8-bit ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from formcheck.sources.frame import Image, SourceError
from formcheck.sources.images import natural
from formcheck.sources.thermal.celsius import as_temperatures
from formcheck.sources.thermal.palette import places, recognised
from formcheck.sources.thermal.recording import Declared, ThermalRecording, Unit, Warmth, small_enough
from formcheck.sources.thermal.stamps import TIMES, stamped

FORMAT = "16-bit or 8-bit thermal pictures (.tiff, .png, .jpg, .bmp), one or a folder of them"

_SUFFIXES = frozenset({".tif", ".tiff", ".png", ".jpg", ".jpeg", ".bmp"})
_TELLING = 12  # pictures that are looked at to recognise a palette


def recognises(path: Path) -> bool:
    """Whether it is such a picture or a folder with some; tables beside as many pictures tell more than these."""
    if path.is_dir():
        return len(_files(path)) > sum(file.suffix.lower() == ".csv" and file.name != TIMES for file in path.iterdir())
    return path.suffix.lower() in _SUFFIXES


def read(path: Path, declared: Declared) -> ThermalRecording:
    """The frames in natural order of their names, on the clock of `timestamps.csv` where there is one.

    Those that cannot be read, or are of another size or depth than most, are left out and told. Raises SourceError
    where nothing is left.
    """
    warnings: list[str] = []
    files = _files(path) if path.is_dir() else [path]
    frames = list(_readable(files, warnings))
    if not frames:
        raise SourceError(
            f"expected thermal pictures in {path}, got {len(files)} that cannot be read ({' '.join(warnings[:1])}); "
            "copy them again"
        )
    kept = _alike(frames, warnings)
    values, unit, how = _understood([frame for _, frame in kept], declared, warnings)
    clock = stamped(path, [name for name, _ in kept], declared, warnings)
    said = f"{how}; {clock.how}"
    return ThermalRecording(
        clock.time, values[clock.order], unit, clock.started_s, said, tuple(warnings), clock.first_s
    )


def _files(folder: Path) -> list[Path]:
    chosen = (file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES and not file.name.startswith("."))
    return sorted((file for file in chosen if file.is_file()), key=lambda file: natural(file.name))


Numbers = Warmth | Image


def _readable(files: Sequence[Path], warnings: list[str]) -> Iterator[tuple[str, Numbers]]:
    """File name and frame: (H, W) float32 numbers of more than 8 bits, or (H, W, 3) uint8."""
    from PIL import Image as pillow

    for file in files:
        try:
            with pillow.open(file) as opened:
                for page in range(getattr(opened, "n_frames", 1)):
                    opened.seek(page)
                    if opened.mode.startswith("I") or opened.mode == "F":
                        yield file.name, small_enough(np.asarray(opened, dtype=np.float32))
                    else:
                        yield file.name, np.asarray(opened.convert("RGB"), dtype=np.uint8)
        except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError) as error:
            warnings.append(f"{file.name} was left out: {error}.")


def _alike(frames: list[tuple[str, Numbers]], warnings: list[str]) -> list[tuple[str, Numbers]]:
    """Those of the most frequent size and kind."""
    shape, count = Counter(frame.shape for _, frame in frames).most_common(1)[0]
    others = [(name, frame.shape) for name, frame in frames if frame.shape != shape]
    if others:
        name, other = others[0]
        warnings.append(
            f"{len(others)} pictures were left out, {name} first: they are {_described(other)}, where {count} are "
            f"{_described(shape)}."
        )
    return [(name, frame) for name, frame in frames if frame.shape == shape]


def _described(shape: tuple[int, ...]) -> str:
    return f"{shape[1]} x {shape[0]} px of {'8-bit pictures' if len(shape) == 3 else 'measured numbers'}"


def _understood(frames: list[Numbers], declared: Declared, warnings: list[str]) -> tuple[Warmth, Unit, str]:
    if frames[0].ndim == 3:
        pictures = [np.asarray(frame, dtype=np.uint8) for frame in frames]
        reading = recognised(pictures[:: max(1, len(pictures) // _TELLING)], declared.palette)
        values = np.stack([small_enough(places(picture, reading)) for picture in pictures])
        return values, "relative", f"8-bit pictures: {reading.words}"
    return as_temperatures(np.stack(frames).astype(np.float32), declared, warnings)
