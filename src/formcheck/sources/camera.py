"""A camera of this machine, or a recording played as if it were one: pictures when they come, late ones left out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from formcheck.sources.frame import Frame, FrameSource, SourceError, reduced


class Camera:
    """The camera with a number (0 is the first); its pictures are never kept.

    Raises SourceError when there is no such camera, or it gives no picture.
    """

    def __init__(self, number: int = 0) -> None:
        import cv2

        loud = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)  # what is wrong is said below, in one line
        self._capture = cv2.VideoCapture(number)
        cv2.utils.logging.setLogLevel(loud)
        if not self._capture.isOpened():
            raise SourceError(
                f"expected a camera with the number {number}, got none that opens: "
                "connect one, close other programs that use it, or give a video file"
            )
        width, height = (int(self._capture.get(each)) for each in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
        self.frame_size = (width, height)
        self._name = f"camera {number}"

    def frames(self, *, longest_px: int | None = None) -> Iterator[Frame]:
        """The newest picture whenever one is asked for, until the camera stops giving any."""
        import cv2
        import numpy as np

        began_s, last_s = time.monotonic(), -1.0
        try:
            while True:
                given, picture = self._capture.read()
                if not given:
                    if last_s < 0:
                        raise SourceError(
                            f"expected pictures from {self._name}, got none: is another program using it?"
                        )
                    return
                now_s = time.monotonic() - began_s
                if now_s <= last_s:
                    continue
                last_s = now_s
                height, width = picture.shape[:2]
                size = reduced((width, height), longest_px)
                small = picture if size == (width, height) else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
                yield Frame(now_s, np.ascontiguousarray(small[:, :, ::-1], dtype=np.uint8), (width, height))
        finally:
            self._capture.release()


class Played:
    """A recording at its own clock, from now on: a picture that is late when it is asked for is left out."""

    def __init__(self, source: FrameSource) -> None:
        self._source = source
        self.frame_size = source.frame_size

    @property
    def path(self) -> Path:
        """Where the recording lies."""
        return self._source.path

    def frames(self, *, longest_px: int | None = None) -> Iterator[Frame]:
        """Pictures on the recording's clock, each no earlier than when it was taken."""
        began_s: float | None = None
        late_s = 1.5 / (self._source.rate_hz or 30.0)
        for frame in self._source.frames(longest_px=longest_px):
            began_s = time.monotonic() - frame.time_s if began_s is None else began_s
            ahead_s = frame.time_s - (time.monotonic() - began_s)
            if ahead_s > 0:
                time.sleep(ahead_s)
            if ahead_s > -late_s:
                yield frame
