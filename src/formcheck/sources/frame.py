"""What every source of pictures gives: frames on a clock, and sentences about what was wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]


class SourceError(ValueError):
    """A source that cannot be read; the message says what was expected, what came and what to do."""


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture, upright.

    `time_s` seconds from the source's first frame; `image` (H, W, 3) uint8 RGB, contiguous; `frame_size`
    (width, height) px of the full frame, of which `image` may be a reduced copy.
    """

    time_s: float
    image: Image
    frame_size: tuple[int, int]


class FrameSource(Protocol):
    """A video, an image folder, or whatever else gives pictures on a clock."""

    @property
    def path(self) -> Path:
        """Where it lies."""
        ...

    @property
    def frame_size(self) -> tuple[int, int]:
        """(width, height) in px, upright."""
        ...

    @property
    def rate_hz(self) -> float | None:
        """Average frame rate, None where it is not known."""
        ...

    @property
    def duration_s(self) -> float | None:
        """Length as the file states it, None where it does not."""
        ...

    @property
    def frame_count(self) -> int | None:
        """About how many frames there are, None where it is not known."""
        ...

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what could not be read so far."""
        ...

    def frames(self, *, longest_px: int | None = None, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """Every frame in order; reduced to `longest_px` on the longer side, thinned to about `max_rate_hz`."""
        ...

    def frames_at(self, times_s: Iterable[float], *, longest_px: int | None = None) -> Iterator[Frame]:
        """The frame nearest to each of `times_s`, in the order asked for; fastest when that is ascending."""
        ...


def reduced(size: tuple[int, int], longest_px: int | None) -> tuple[int, int]:
    """`size` (width, height) shrunk so that its longer side is at most `longest_px`; never enlarged."""
    longest = max(size)
    if longest_px is None or longest <= longest_px:
        return size
    width, height = (max(2, round(side * longest_px / longest)) for side in size)
    return width, height


def too_soon(time_s: float, last_s: float | None, max_rate_hz: float | None) -> bool:
    """Whether a frame is to be left out so that about `max_rate_hz` remain.

    It is when it comes less than 0.8 of a period after the last one kept: of 240 Hz every fourth remains at 60 Hz,
    while a 60 Hz phone clip with an uneven clock keeps all its frames.
    """
    return max_rate_hz is not None and last_s is not None and time_s - last_s < 0.8 / max_rate_hz


def checked_path(path: str | Path, kind: str) -> Path:
    """`path` as a Path; raises SourceError when nothing is there."""
    found = Path(path).expanduser()
    if not found.exists():
        raise SourceError(f"expected {kind}, got {path}: no such file; check the path")
    return found
