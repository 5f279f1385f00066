"""Video files: exact timestamps, upright pictures, memory that does not grow with their length."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from formcheck.sources.frame import Frame, SourceError, checked_path, reduced, too_soon

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

    _Timed = tuple[float, VideoFrame]

_EXACT_S = 1e-3
_NEAR_S = 2.0  # decoding this far on is cheaper than seeking: key frames are usually 1 to 10 s apart


class Video:
    """A video file in any container that FFmpeg reads.

    It is opened, and its first frame decoded, to see that it can be used; raises SourceError for a missing file, a
    file that is not a video, one that holds only sound, and one without frames. Every pass opens the file anew, so
    passes may run side by side. What was damaged or cut off is found while reading and told in `warnings`.

    Times are the presentation timestamps less the stream's start time, so a variable frame rate is kept as it is. A
    frame whose timestamp is missing follows the last one at the average rate; one whose timestamp does not increase,
    as in some AVI files, comes half a period after the last, and those that follow it likewise a whole one.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = checked_path(path, "a video file")
        self._warnings: list[str] = []
        with _opened(self.path) as (container, stream):
            self.rate_hz = float(stream.average_rate) if stream.average_rate else None
            self.duration_s = _duration_s(container, stream)
            first = next(self._decoded(container, stream), None)
            if first is None:
                raise SourceError(
                    f"expected a video with frames, got none that can be decoded in {self.path}; "
                    "the file may be cut off or use an unknown codec: export it again, e.g. as H.264 MP4"
                )
            self.frame_size = _upright_size(first, stream)
            counted = stream.frames or round((self.duration_s or 0.0) * (self.rate_hz or 0.0))
            self.frame_count = counted or None
        self._warnings.clear()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be read so far, in sentences; complete once `frames` has run to its end."""
        return tuple(self._warnings)

    def frames(self, *, longest_px: int | None = None, max_rate_hz: float | None = None) -> Iterator[Frame]:
        """Every frame in order, upright; one at a time, none is held.

        `longest_px` reduces pictures so that their longer side is at most that; `max_rate_hz` leaves frames out so
        that about that rate remains. A damaged file yields what decodes and then leaves sentences in `warnings`.
        """
        self._warnings.clear()
        with _opened(self.path) as (container, stream):
            last_s: float | None = None
            kept_s: float | None = None
            for last_s, raw in self._timed(container, stream):
                if too_soon(last_s, kept_s, max_rate_hz):
                    continue
                kept_s = last_s
                yield self._frame(last_s, raw, longest_px)
            self._end(last_s)

    def frames_at(self, times_s: Iterable[float], *, longest_px: int | None = None) -> Iterator[Frame]:
        """The frame nearest to each of `times_s`, in the order asked for, by seeking; fastest when ascending."""
        with ExitStack() as files:
            container, stream = files.enter_context(_opened(self.path))
            timed = self._timed(container, stream)
            before: _Timed | None = None
            after = next(timed, None)
            for wanted_s in times_s:
                behind = before is not None and wanted_s < before[0]
                if behind or (after is not None and wanted_s > after[0] + _NEAR_S):
                    before, after = None, None
                    if _sought(container, stream, wanted_s):
                        timed = self._timed(container, stream)
                        after = next(timed, None)
                    if after is None or after[0] > wanted_s + _EXACT_S:  # a file without an index, or with a wrong one
                        files.close()
                        container, stream = files.enter_context(_opened(self.path))
                        timed = self._timed(container, stream)
                        after = next(timed, None)
                while after is not None and after[0] < wanted_s:
                    before, after = after, next(timed, None)
                if nearest := _nearer(wanted_s, before, after):
                    yield self._frame(nearest[0], nearest[1], longest_px)

    def _timed(self, container: InputContainer, stream: VideoStream) -> Iterator[_Timed]:
        """Decoded frames with their seconds from the start of the stream."""
        start = stream.start_time or 0
        step_s = 1.0 / self.rate_hz if self.rate_hz else 1.0 / 30.0
        last_s = -math.inf
        guessed, ahead_s = 0, 0.5 * step_s
        for raw in self._decoded(container, stream):
            base = raw.time_base or stream.time_base
            if raw.pts is None or not base:
                time_s = 0.0 if math.isinf(last_s) else last_s + step_s
            elif (time_s := float((raw.pts - start) * base)) > last_s:
                ahead_s = 0.5 * step_s
            else:
                time_s = last_s + ahead_s
                guessed, ahead_s = guessed + 1, step_s
            last_s = time_s
            yield time_s, raw
        if guessed:
            self._warn(f"{guessed} frames whose timestamps do not increase were given times by the frame rate.")

    def _decoded(self, container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
        """Raw frames, skipping packets that do not decode and ending where the file breaks off."""
        from av.error import FFmpegError

        damaged = 0
        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except FFmpegError as error:
                self._warn(f"The file breaks off or is damaged ({error.strerror}); what came before it was read.")
                break
            if packet is None:
                break
            try:
                yield from packet.decode()
            except FFmpegError:
                damaged += 1
        if damaged:
            self._warn(f"{damaged} damaged pieces of the video did not decode and were left out.")

    def _frame(self, time_s: float, raw: VideoFrame, longest_px: int | None) -> Frame:
        turns = round(raw.rotation / 90) % 4
        width, height = reduced(self.frame_size, longest_px)
        stored = (height, width) if turns % 2 else (width, height)
        image = raw.to_ndarray(format="rgb24", width=stored[0], height=stored[1])
        # Rows come padded to the decoder's taste, which MediaPipe silently misreads: make them contiguous.
        return Frame(time_s, np.ascontiguousarray(np.rot90(image, turns), dtype=np.uint8), self.frame_size)

    def _end(self, last_s: float | None) -> None:
        if last_s is None or self.duration_s is None:
            return
        missing_s = self.duration_s - last_s - (1.0 / self.rate_hz if self.rate_hz else 0.0)
        if missing_s > max(0.5, 0.02 * self.duration_s):
            self._warn(
                f"The file states {self.duration_s:.1f} s, its pictures end at {last_s:.1f} s: it seems to be cut "
                "off; what is there was read."
            )

    def _warn(self, sentence: str) -> None:
        if sentence not in self._warnings:
            self._warnings.append(sentence)


@contextmanager
def _opened(path: Path) -> Generator[tuple[InputContainer, VideoStream]]:
    """The file and its first moving picture; raises SourceError when there is none."""
    import av
    from av.error import FFmpegError
    from av.stream import Disposition

    try:
        container = av.open(str(path), metadata_errors="ignore")
    except (FFmpegError, OSError) as error:
        raise SourceError(
            f"expected a video, got {path}: {error.strerror or error}; "
            "if it should be one it may be cut off: record or copy it again"
        ) from error
    with container:
        streams = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
        format_name = container.format.name
        if not streams:
            what = "only sound" if container.streams.audio else "no pictures"
            raise SourceError(f"expected a video, got {path} with {what} in it; give a file with pictures")
        if format_name.endswith("_pipe") or format_name in ("image2", "tty"):
            raise SourceError(f"expected a video, got a single picture or text in {path}; give a video or a folder")
        stream = streams[0]
        stream.thread_type = "AUTO"
        yield container, stream


def _duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    return container.duration / 1e6 if container.duration else None


def _upright_size(frame: VideoFrame, stream: VideoStream) -> tuple[int, int]:
    """(width, height) as shown: pixels made square, the rotation flag obeyed."""
    aspect = stream.sample_aspect_ratio
    width = round(frame.width * float(aspect)) if aspect else frame.width
    return (frame.height, width) if round(frame.rotation / 90) % 2 else (width, frame.height)


def _sought(container: InputContainer, stream: VideoStream, wanted_s: float) -> bool:
    """Go to the last key frame at or before `wanted_s`; False where the container cannot."""
    from av.error import FFmpegError

    base = stream.time_base
    if base is None:
        return False
    try:
        container.seek(round(max(0.0, wanted_s) / float(base)) + (stream.start_time or 0), stream=stream)
    except FFmpegError:
        return False
    return True


def _nearer(wanted_s: float, before: _Timed | None, after: _Timed | None) -> _Timed | None:
    if before is None or after is None:
        return after or before
    return before if wanted_s - before[0] < after[0] - wanted_s else after
