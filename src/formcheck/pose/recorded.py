"""An estimator that plays landmarks recorded before: the test double that ships."""

from __future__ import annotations

import numpy as np

from formcheck.body import PoseSequence, Skeleton
from formcheck.pose.estimator import Landmarks
from formcheck.sources import Frame


class Recorded:
    """Answers each frame with the recorded landmarks nearest in time.

    None where nobody was found, or where the nearest recorded frame is further away than `tolerance_s`.
    """

    def __init__(self, sequence: PoseSequence, tolerance_s: float = 0.05) -> None:
        self._sequence = sequence
        self._tolerance_s = tolerance_s

    @property
    def skeleton(self) -> Skeleton:
        """The recording's skeleton."""
        return self._sequence.skeleton

    def __call__(self, frame: Frame) -> Landmarks | None:
        """The landmarks recorded nearest to `frame.time_s`, scaled to its size when it differs."""
        recorded = self._sequence
        if not len(recorded):
            return None
        at = int(np.argmin(np.abs(recorded.time - frame.time_s)))
        if abs(recorded.time[at] - frame.time_s) > self._tolerance_s or not np.isfinite(recorded.image[at]).any():
            return None
        scale = np.array(frame.frame_size) / np.array(recorded.frame_size)
        return Landmarks(
            recorded.image[at] * scale,
            None if recorded.world is None else recorded.world[at],
            recorded.visibility[at],
        )

    def close(self) -> None:
        """Nothing is held."""
