"""The sound of a recording, on the clock of its pictures, and when the file says that it began."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from formcheck.sources.frame import SourceError, checked_path

if TYPE_CHECKING:
    from av.container import InputContainer

RATE_HZ = 16_000  # passes 8 kHz: more than any beep, half of what a phone records
LONGEST_S = 4 * 3600.0


@dataclass(frozen=True, eq=False)
class Sound:
    """One sound track: `samples` (N,) -1..1 at `rate_hz`; the first is heard `start_s` after the first picture."""

    samples: NDArray[np.float32]
    rate_hz: int
    start_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return len(self.samples) / self.rate_hz


def read_sound(path: str | Path) -> Sound | None:
    """The first sound track of a video or sound file, mixed to one channel at 16 kHz; None where it has none.

    Samples are placed by their time stamps, gaps are silent; a file that breaks off gives what came before. Time 0 is
    the start of the first video stream, as for pictures (`sources.video`). Raises SourceError for a file that is
    missing or cannot be opened.
    """
    import av
    from av.error import FFmpegError

    file = checked_path(path, "a video or a sound file")
    try:
        container = av.open(str(file), metadata_errors="ignore")
    except (FFmpegError, OSError) as error:
        raise SourceError(f"expected a video or a sound file, got {file}: {error.strerror or error}") from error
    with container:
        pieces = _pieces(container)
        if not pieces:
            return None
        zero_s = _pictures_start_s(container)
    first_s = pieces[0][0]
    end_s = max(when_s + len(samples) / RATE_HZ for when_s, samples in pieces)
    whole = np.zeros(round(min(end_s - first_s, LONGEST_S) * RATE_HZ) + 1, dtype=np.float32)
    for when_s, samples in pieces:
        at = round((when_s - first_s) * RATE_HZ)
        if 0 <= at < len(whole):
            whole[at : at + len(samples)] = samples[: len(whole) - at]
    return Sound(whole, RATE_HZ, first_s - zero_s)


def _pieces(container: InputContainer) -> list[tuple[float, NDArray[np.float32]]]:
    """Decoded sound as (time stamp s, samples), up to where the file breaks off."""
    import av
    from av.error import FFmpegError

    if not container.streams.audio:
        return []
    track = container.streams.audio[0]
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    pieces: list[tuple[float, NDArray[np.float32]]] = []
    try:
        for frame in container.decode(track):
            for part in resampler.resample(frame):
                _add(pieces, part)
        for part in resampler.resample(None):
            _add(pieces, part)
    except FFmpegError:
        pass  # what came before is there; `Video` tells of the damage
    return pieces


def _add(pieces: list[tuple[float, NDArray[np.float32]]], part: object) -> None:
    from av import AudioFrame

    assert isinstance(part, AudioFrame)
    samples = np.asarray(part.to_ndarray(), dtype=np.float32).reshape(-1)
    if part.pts is not None and part.time_base is not None:
        when_s = float(part.pts * part.time_base)
    else:
        when_s = pieces[-1][0] + len(pieces[-1][1]) / RATE_HZ if pieces else 0.0
    pieces.append((when_s, samples))


def _pictures_start_s(container: InputContainer) -> float:
    from av.stream import Disposition

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic and stream.start_time and stream.time_base:
            return float(stream.start_time * stream.time_base)
    return 0.0


def tags(path: str | Path) -> dict[str, str]:
    """What a video file says about itself, such as `creation_time`; empty where it says nothing or cannot be read."""
    import av
    from av.error import FFmpegError

    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            streams = [stream.metadata for stream in container.streams.video]
            return {key.lower(): value for part in (*streams, container.metadata) for key, value in part.items()}
    except (FFmpegError, OSError, ValueError):
        return {}
