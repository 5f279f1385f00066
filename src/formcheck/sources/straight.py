"""A source whose lens bends its pictures, made straight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.sources.frame import Frame, FrameSource

Maps = tuple[NDArray[np.float32], NDArray[np.float32]]
"""From where every pixel of a straight picture is taken, right and down, (H, W) each."""


@dataclass(frozen=True, eq=False)
class Straight:
    """The same source as a perfect lens would have filmed it.

    `maps_for` gives the maps for pictures of a size (width, height), and raises ValueError for one it does not know.
    """

    source: FrameSource
    maps_for: Callable[[tuple[int, int]], Maps]
    _made: dict[tuple[int, int], Maps] = field(default_factory=dict[tuple[int, int], Maps], repr=False)

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.source.path

    @property
    def frame_size(self) -> tuple[int, int]:
        """(width, height) in px, upright."""
        return self.source.frame_size

    @property
    def rate_hz(self) -> float | None:
        """Average frame rate, None where it is not known."""
        return self.source.rate_hz

    @property
    def duration_s(self) -> float | None:
        """Length as the file states it, None where it does not."""
        return self.source.duration_s

    @property
    def frame_count(self) -> int | None:
        """About how many frames there are, None where it is not known."""
        return self.source.frame_count

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what could not be read so far."""
        return self.source.warnings

    def frames(self, *, longest_px: int | None = None, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """Every frame in order, straight."""
        return map(self._straight, self.source.frames(longest_px=longest_px, max_rate_hz=max_rate_hz))

    def frames_at(self, times_s: Iterable[float], *, longest_px: int | None = None) -> Iterator[Frame]:
        """The frame nearest to each of `times_s`, straight."""
        return map(self._straight, self.source.frames_at(times_s, longest_px=longest_px))

    def _straight(self, frame: Frame) -> Frame:
        import cv2

        size = (frame.image.shape[1], frame.image.shape[0])
        if size not in self._made:
            self._made[size] = self.maps_for(size)
        across, down = self._made[size]
        image = cv2.remap(frame.image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        return replace(frame, image=np.ascontiguousarray(image, dtype=np.uint8))
