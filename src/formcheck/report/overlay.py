"""The overlay video: pictures, skeleton, count and verdicts, frame by frame."""

from __future__ import annotations

import contextlib
import heapq
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np

from formcheck.assess.analysis import Analysis
from formcheck.report.drawing import SEEN, draw_head, draw_skeleton, shade, text_width, write
from formcheck.report.footage import Footage, Picture
from formcheck.report.panel import Score, State, draw_panel
from formcheck.report.words import camera_name, view_tag

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

RATE_HZ = 30.0
WIDEST_PX = 1280
HIGHEST_PX = 720
LEAST_HEIGHT_PX = 480  # smaller videos are enlarged, or the words beside them could not be read
PLAIN_HEIGHT_PX = 540  # of a skeleton without a video, whose unit of length may be anything
WIDE_FROM = 1.5  # pictures wider than this get their panel below, others beside
PANEL_BESIDE = 0.56  # of the height
PANEL_BELOW = 0.26  # of the pictures' height
GAP_PX = 4
TICKS_HZ = 90_000  # the usual MPEG clock: fine enough for any variable frame rate
DARK = (40, 44, 48)


class Layout:
    """Where the pictures and the panel lie in the video: even sizes, at most 1280 x 720 px."""

    def __init__(self, footages: Mapping[str, Footage]) -> None:
        aspects = {name: each.pose.frame_size[0] / each.pose.frame_size[1] for name, each in footages.items()}
        wide = sum(aspects.values())
        below = wide > WIDE_FROM
        tallest = max(LEAST_HEIGHT_PX, *(each.pose.frame_size[1] for each in footages.values()))
        if any(each.source is None for each in footages.values()):
            tallest = PLAIN_HEIGHT_PX
        gaps = GAP_PX * (len(footages) - 1)
        if below:
            height = min(tallest, HIGHEST_PX / (1 + PANEL_BELOW), (WIDEST_PX - gaps) / wide)
        else:
            height = min(tallest, HIGHEST_PX, (WIDEST_PX - gaps) / (wide + PANEL_BESIDE))
        height = even(height)
        self.boxes: dict[str, tuple[int, int, int, int]] = {}
        left = 0
        for name, aspect in aspects.items():
            width = even(height * aspect)
            self.boxes[name] = (left, 0, left + width, height)
            left += width + GAP_PX
        right = left - GAP_PX
        if below:
            high = even(max(PANEL_BELOW * height, 0.09 * right, 84))
            self.size = (right, height + high)
            self.panel = (0, height, right, height + high)
        else:
            beside = even(PANEL_BESIDE * height)
            self.size = (right + beside, height)
            self.panel = (right, 0, right + beside, height)


def even(length: float) -> int:
    """A whole even number of px, as encoders want it."""
    return max(2, 2 * int(length / 2 + 1e-6))


def write_overlay(
    analysis: Analysis,
    footages: Mapping[str, Footage],
    path: Path,
    origin_s: float,
    progress: Callable[[float], None] | None = None,
) -> None:
    """Encode the overlay as H.264 in MP4 that begins at `origin_s` on the recording's clock.

    Frames keep their own times, thinned to 30 per second; nothing is held but the latest frame of each stream.
    Raises OSError (av.FFmpegError) when the file cannot be written.
    """
    layout = Layout(footages)
    score = Score(analysis)
    ends = [float(each.pose.time[-1]) for each in footages.values() if len(each.pose)]
    length_s = max([1e-3, *(end - origin_s for end in ends)])
    shown: State | None = None
    canvas = np.empty((layout.size[1], layout.size[0], 3), dtype=np.uint8)
    canvas[:] = DARK
    with Encoder(path, layout.size) as encoder:
        for time_s, latest in _moments(footages, layout, origin_s):
            for name, box in layout.boxes.items():
                _draw_stream(canvas, box, footages[name], latest.get(name), time_s, score, len(footages) > 1)
            state = score.at(time_s)
            if state is not shown:
                left, top, right, bottom = layout.panel
                canvas[top:bottom, left:right] = draw_panel(state, (right - left, bottom - top))
                shown = state
            encoder.add(canvas, time_s - origin_s)
            if progress is not None:
                progress(min(1.0, (time_s - origin_s) / length_s))
        if encoder.empty:
            encoder.add(canvas, 0.0)


def _moments(
    footages: Mapping[str, Footage], layout: Layout, origin_s: float
) -> Iterator[tuple[float, dict[str, tuple[float, Picture]]]]:
    """The instants to draw and the latest picture of every stream there.

    The first stream beats the time as long as it runs; before and after, the others do.
    """
    leader, *_ = footages
    leading = footages[leader].pose.time
    first_s, last_s = (float(leading[0]), float(leading[-1])) if len(leading) else (np.inf, -np.inf)

    def named(name: str) -> Iterator[tuple[float, str, Picture]]:
        left, top, right, bottom = layout.boxes[name]
        for time_s, picture in footages[name].frames(max(right - left, bottom - top), RATE_HZ):
            yield time_s, name, picture

    latest: dict[str, tuple[float, Picture]] = {}
    drawn_s = -np.inf
    streams = [named(name) for name in footages]
    for time_s, name, picture in heapq.merge(*streams, key=lambda item: item[0]):
        latest[name] = (time_s, picture)
        beats = name == leader or not first_s <= time_s <= last_s
        if beats and time_s >= origin_s - 1e-6 and time_s - drawn_s > 0.8 / RATE_HZ:
            drawn_s = time_s
            yield time_s, latest


def _draw_stream(
    canvas: Picture,
    box: tuple[int, int, int, int],
    footage: Footage,
    latest: tuple[float, Picture] | None,
    now_s: float,
    score: Score,
    named: bool,
) -> None:
    import cv2

    left, top, right, bottom = box
    view = canvas[top:bottom, left:right]
    if latest is None:
        view[:] = DARK
        return
    taken_s, picture = latest
    size = (right - left, bottom - top)
    if picture.shape[1::-1] != size:
        smaller = picture.shape[1] > size[0]
        picture = np.asarray(
            cv2.resize(picture, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR), dtype=np.uint8
        )
    view[:] = picture
    if now_s - taken_s > 0.5:  # this camera has stopped, or has a hole: what it shows is not now
        shade(view, (0, 0, *size), 0.6)
    else:
        points, seen = footage.joints(taken_s)
        scale = np.array(size) / footage.pose.frame_size
        if (seen >= SEEN).any():
            lit = score.lit(taken_s, footage.name)
            # cv2 draws into memory it owns: the view into the canvas is not contiguous.
            drawn = np.ascontiguousarray(view)
            if footage.source is None and footage.head is not None:
                draw_head(drawn, footage.head.at(taken_s), scale[0], max(1.5, size[1] / 300))
            draw_skeleton(drawn, points * scale, seen, footage.pose.skeleton, lit, max(1.5, size[1] / 300))
            view[:] = drawn
    if named:
        _tag(view, view_tag(footage.pose.view) or camera_name(footage.name).capitalize())


def _tag(view: Picture, label: str) -> None:
    size = max(13.0, view.shape[0] / 30)
    drawn = np.ascontiguousarray(view[: int(2.2 * size)])
    shade(drawn, (0, 0, int(text_width(label, size) + 1.2 * size), int(1.9 * size)), 0.55)
    write(drawn, label, (0.6 * size, 1.35 * size), size)
    view[: int(2.2 * size)] = drawn


class Encoder:
    """An MP4 file being written; a half-written one is closed, not finished, when something goes wrong."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self._path = path
        self._size = size
        self._last_tick = -1
        self._container: OutputContainer | None = None
        self._stream: VideoStream | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was added yet."""
        return self._last_tick < 0

    def __enter__(self) -> Encoder:
        import av

        self._container = av.open(str(self._path), "w", format="mp4", options={"movflags": "+faststart"})
        names = [name for name in ("libx264", "h264", "mpeg4") if name in av.codecs_available]
        stream = cast("VideoStream", self._container.add_stream(names[0], rate=round(RATE_HZ)))
        stream.width, stream.height = self._size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, TICKS_HZ)
        stream.codec_context.gop_size = 60  # a key frame every two seconds: players can jump
        stream.options = {"preset": "veryfast", "crf": "22"}
        self._stream = stream
        return self

    def add(self, picture: Picture, time_s: float) -> None:
        """Append a picture (H, W, 3) at its time."""
        import av

        assert self._container is not None and self._stream is not None
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        self._last_tick = max(self._last_tick + 1, round(time_s * TICKS_HZ))
        frame.pts = self._last_tick
        frame.time_base = Fraction(1, TICKS_HZ)
        self._container.mux(self._stream.encode(frame))

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        assert self._container is not None and self._stream is not None
        try:
            if kind is None:
                self._container.mux(self._stream.encode(None))
                self._container.close()
        finally:
            with contextlib.suppress(Exception):  # what went wrong first is what the caller must hear of
                self._container.close()
