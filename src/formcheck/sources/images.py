"""A folder of pictures, played at a stated rate."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from formcheck.sources.frame import Frame, Image, SourceError, checked_path, reduced, too_soon

_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp"})


class ImageFolder:
    """The pictures of a folder in natural order of their names (`2.png` before `10.png`), at `rate_hz`.

    Every picture takes its turn on the clock; one that cannot be read, or is of another size than the first, is left
    out and told in `warnings`. Raises SourceError for a missing folder and one in which no picture can be read.
    """

    def __init__(self, path: str | Path, rate_hz: float = 30.0) -> None:
        self.path = checked_path(path, "a folder of pictures")
        if not (np.isfinite(rate_hz) and rate_hz > 0):
            raise SourceError(f"expected a frame rate above 0 Hz for {path}, got {rate_hz}; give the camera's rate")
        self.rate_hz: float | None = float(rate_hz)
        self._period_s = 1.0 / float(rate_hz)
        self._warnings: list[str] = []
        self._files = sorted(
            (
                file
                for file in self.path.iterdir()
                if file.suffix.lower() in _SUFFIXES and not file.name.startswith(".")
            ),
            key=lambda file: natural(file.name),
        )
        sizes = (self._size(file) for file in self._files)
        size = next((size for size in sizes if size is not None), None)
        if size is None:
            raise SourceError(
                f"expected pictures ({', '.join(sorted(_SUFFIXES))}) in the folder {path}, "
                f"got {f'{len(self._files)} that cannot be read' if self._files else 'none'}; "
                "give a video file or a folder of frames"
            )
        self.frame_size = size
        self.frame_count: int | None = len(self._files)
        self.duration_s: float | None = len(self._files) * self._period_s
        self._warnings.clear()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be read so far, in sentences."""
        return tuple(self._warnings)

    def frames(self, *, longest_px: int | None = None, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """Every picture in order, as `Video.frames`."""
        self._warnings.clear()
        kept_s: float | None = None
        for at in range(len(self._files)):
            if too_soon(at * self._period_s, kept_s, max_rate_hz):
                continue
            frame = self._frame(at, longest_px)
            if frame is not None:
                kept_s = frame.time_s
                yield frame

    def frames_at(self, times_s: Iterable[float], *, longest_px: int | None = None) -> Iterator[Frame]:
        """The readable picture nearest to each of `times_s`."""
        for wanted_s in times_s:
            nearest = min(max(round(wanted_s / self._period_s), 0), len(self._files) - 1)
            for at in sorted(range(len(self._files)), key=lambda index: abs(index - nearest)):
                frame = self._frame(at, longest_px)
                if frame is not None:
                    yield frame
                    break

    def _frame(self, at: int, longest_px: int | None) -> Frame | None:
        image = self._read(self._files[at], longest_px)
        return None if image is None else Frame(at * self._period_s, image, self.frame_size)

    def _read(self, file: Path, longest_px: int | None) -> Image | None:
        from PIL import Image as pillow
        from PIL import ImageOps

        try:
            with pillow.open(file) as opened:
                upright = ImageOps.exif_transpose(opened).convert("RGB")
        except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError) as error:
            self._warn(f"{file.name} was left out: {error}.")
            return None
        if upright.size != self.frame_size:
            self._warn(f"{file.name} was left out: {upright.size} px, where the first picture has {self.frame_size}.")
            return None
        size = reduced(self.frame_size, longest_px)
        return np.ascontiguousarray(upright.resize(size) if size != self.frame_size else upright, dtype=np.uint8)

    def _size(self, file: Path) -> tuple[int, int] | None:
        from PIL import Image as pillow
        from PIL import ImageOps

        try:
            with pillow.open(file) as opened:
                return ImageOps.exif_transpose(opened).size
        except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError):
            return None

    def _warn(self, sentence: str) -> None:
        if sentence not in self._warnings:
            self._warnings.append(sentence)


def natural(name: str) -> list[tuple[int, str]]:
    """A sorting key in which numbers count as numbers."""
    return [(int(part), "") if part.isdigit() else (-1, part.lower()) for part in re.split(r"(\d+)", name) if part]
