"""A source whose every picture is altered on the way, and nothing else about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from formcheck.sources.frame import Frame, FrameSource


@dataclass(frozen=True, eq=False)
class Altered:
    """The same source with every picture as `altered` makes it."""

    source: FrameSource

    def altered(self, frame: Frame) -> Frame:
        """A frame as it is given on."""
        raise NotImplementedError

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
        """Every frame in order, altered."""
        return map(self.altered, self.source.frames(longest_px=longest_px, max_rate_hz=max_rate_hz))

    def frames_at(self, times_s: Iterable[float], *, longest_px: int | None = None) -> Iterator[Frame]:
        """The frame nearest to each of `times_s`, altered."""
        return map(self.altered, self.source.frames_at(times_s, longest_px=longest_px))
