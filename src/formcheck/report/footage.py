"""One camera stream as it is drawn: its pictures, its skeleton at any instant, and the face to hide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.body.pose import PoseSequence
from formcheck.body.recording import Recording
from formcheck.report.faces import Head, blur_head
from formcheck.signals import LONGEST_GAP_S, Floats
from formcheck.sources.frame import FrameSource

Picture = NDArray[np.uint8]

GROUND_RGB = (238, 236, 231)  # where there is no video the skeleton is drawn on a plain warm grey
SAME_FRAME_S = 0.004
PLAIN_HZ = 25.0
PLAIN_LONGEST_PX = 960


@dataclass(frozen=True, eq=False)
class Footage:
    """A stream of the recording with what is needed to draw on it.

    Times are on the recording's clock, which reads `offset_s` more than the source's own. `head` is hidden in
    pictures when the face is to be blurred, and drawn as a circle where there are no pictures.
    """

    name: str
    pose: PoseSequence
    source: FrameSource | None
    offset_s: float = 0.0
    head: Head | None = None

    def joints(self, time_s: float) -> tuple[Floats, Floats]:
        """Positions (K, 2) in px of the full frame and visibility (K,) at an instant; NaN where unknown.

        Between two frames that are at most 0.3 s apart positions are read from straight lines.
        """
        time, image, seen = self.pose.time, self.pose.image, self.pose.visibility
        nothing = np.full(image.shape[1:], np.nan), np.zeros(seen.shape[1])
        if not len(time):
            return nothing
        after = int(np.searchsorted(time, time_s))
        nearest = min((at for at in (after - 1, after) if 0 <= at < len(time)), key=lambda at: abs(time[at] - time_s))
        if abs(time[nearest] - time_s) <= SAME_FRAME_S:
            return image[nearest], seen[nearest]
        if not 0 < after < len(time):
            return (image[nearest], seen[nearest]) if abs(time[nearest] - time_s) < 0.1 else nothing
        step_s = time[after] - time[after - 1]
        if step_s > LONGEST_GAP_S:
            return nothing
        share = (time_s - time[after - 1]) / step_s
        return (
            (1 - share) * image[after - 1] + share * image[after],
            np.minimum(seen[after - 1], seen[after]),
        )

    def frames(self, longest_px: int, max_rate_hz: float) -> Iterator[tuple[float, Picture]]:
        """Every picture with its time, upright, its longer side at most `longest_px`, the face hidden if asked for."""
        if self.source is None:
            yield from self._plain_frames(longest_px, max_rate_hz)
            return
        for frame in self.source.frames(longest_px=longest_px, max_rate_hz=max_rate_hz):
            time_s = frame.time_s + self.offset_s
            yield time_s, self._prepared(time_s, frame.image)

    def pictures(self, times_s: Sequence[float], longest_px: int) -> Iterator[Picture | None]:
        """The picture nearest to each instant, in the order asked for; None where the source gives none."""
        if self.source is None:
            size = _shrunk(self.pose.frame_size, min(longest_px, PLAIN_LONGEST_PX))
            yield from (_plain(size) for _ in times_s)
            return
        own = [max(0.0, time_s - self.offset_s) for time_s in times_s]
        frames = self.source.frames_at(own, longest_px=longest_px)
        for _ in times_s:
            frame = next(frames, None)
            yield None if frame is None else self._prepared(frame.time_s + self.offset_s, frame.image)

    def _prepared(self, time_s: float, image: Picture) -> Picture:
        if self.head is None:
            return image
        return blur_head(image, self.head.at(time_s), image.shape[1] / self.pose.frame_size[0])

    def _plain_frames(self, longest_px: int, max_rate_hz: float) -> Iterator[tuple[float, Picture]]:
        size = _shrunk(self.pose.frame_size, min(longest_px, PLAIN_LONGEST_PX))
        ground = _plain(size)
        last_s = -np.inf
        for time_s in self.pose.time:
            if time_s - last_s >= 0.8 / min(max_rate_hz, PLAIN_HZ):
                last_s = float(time_s)
                yield last_s, ground


def footage_of(
    recording: Recording, sources: Mapping[str, FrameSource | None], *, blur_face: bool
) -> dict[str, Footage]:
    """The camera streams of a recording, ready to be drawn, by name."""
    return {
        name: Footage(
            name,
            pose,
            sources.get(name),
            float(recording.offset_s.get(name, 0.0)),
            Head.of(pose) if blur_face or sources.get(name) is None else None,
        )
        for name, pose in recording.poses.items()
    }


def clock_origin_s(recording: Recording) -> float:
    """Where the overlay and the cue track begin on the recording's clock.

    That is zero, where the first camera begins, so that the cue track also fits the user's own video; a recording
    from a pose file whose clock begins elsewhere begins with its first frame.
    """
    starts = [float(pose.time[0]) for pose in recording.poses.values() if len(pose)]
    starts = starts or [recording.span_s[0]]
    return 0.0 if min(starts) < 2.0 else min(starts)


def _plain(size: tuple[int, int]) -> Picture:
    return np.full((size[1], size[0], 3), GROUND_RGB, dtype=np.uint8)


def _shrunk(size: tuple[int, int], longest_px: int) -> tuple[int, int]:
    scale = longest_px / max(size)  # landmarks alone may come in any unit of length: small frames are enlarged
    return max(2, round(size[0] * scale)), max(2, round(size[1] * scale))
