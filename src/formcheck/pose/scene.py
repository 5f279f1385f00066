"""A glance at the whole picture: whether the scene was cut, and whether something moves beside the person."""

from __future__ import annotations

import math

import numpy as np

from formcheck.pose.estimator import Landmarks
from formcheck.signals import Floats
from formcheck.sources import Frame

_CUT = 0.12  # mean change of the coarse picture, 0..1, that only a cut makes
_GRID = 24  # points of the coarse picture along each side
_MOVED, _MOVED_SHARE = 0.12, 0.02  # change of a point, and share of the points, that somebody else's motion makes
_EVERY_S = 0.1  # slow walkers hardly change from frame to frame


class Glance:
    """A handful of points of the picture: whether it was cut, and whether something moves beside the person."""

    def __init__(self) -> None:
        self.moving = False
        self._last: Floats | None = None
        self._older: Floats | None = None
        self._older_s = -math.inf

    def see(self, frame: Frame, person: Landmarks | None) -> bool:
        """Take the next picture in; True when it is another scene."""
        height, width = frame.image.shape[:2]
        rows, columns = (np.linspace(0, side - 1, _GRID).astype(int) for side in (height, width))
        points = frame.image[np.ix_(rows, columns)].mean(axis=2) / 255.0
        cut = self._last is not None and float(np.abs(points - self._last).mean()) > _CUT
        if self._older is None or frame.time_s - self._older_s >= _EVERY_S:
            if self._older is not None:
                beside = np.abs(points - self._older) > _MOVED
                if person is not None:
                    scale = width / frame.frame_size[0]
                    (left, top), (right, bottom) = box(person, 0.25)
                    beside[
                        np.ix_(
                            (rows > top * scale) & (rows < bottom * scale),
                            (columns > left * scale) & (columns < right * scale),
                        )
                    ] = False
                self.moving = float(beside.mean()) > _MOVED_SHARE
            self._older, self._older_s = points, frame.time_s
        self._last = points
        return cut


def box(person: Landmarks, margin: float) -> tuple[Floats, Floats]:
    """Corner (left, top) and corner (right, bottom) in px around somebody and a margin, a share of the longer side."""
    low = np.nanmin(person.image, axis=0).astype(np.float64)
    high = np.nanmax(person.image, axis=0).astype(np.float64)
    more = margin * float((high - low).max())
    return low - more, high + more
