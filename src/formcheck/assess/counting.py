"""How many repetitions a recording holds, of a known exercise or of one that nobody has named."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.assess.sets import driving_signal, find_spans
from formcheck.body.pose import PoseSequence
from formcheck.body.track import Track
from formcheck.exercises.vocabulary import Exercise
from formcheck.reps import RepSpan, find_reps
from formcheck.signals import Floats


@dataclass(frozen=True, eq=False)
class Count:
    """The repetitions found in one recording, and the signal they were found on.

    `spans` holds attempts and cut-off parts too; `confidence` is the probability that `count` is right; `time` (T,) s
    and `signal` (T,) are what drove the machine, `driven_by` says in words what it is.
    """

    spans: tuple[RepSpan, ...]
    confidence: float
    time: Floats
    signal: Floats
    driven_by: str

    @property
    def count(self) -> int:
        """Complete repetitions, attempts left out."""
        return sum(span.complete and not span.attempt for span in self.spans)


def count_reps(pose: PoseSequence, exercise: Exercise | None = None) -> Count:
    """Count the repetitions of an exercise, or, when none is given, of whatever is repeated."""
    track = Track(pose)
    if exercise is not None:
        spans = tuple(find_spans(exercise, track))
        return Count(spans, 0.5, pose.time, driving_signal(exercise, track), exercise.watched.quantity.name)
    points = pose.image.reshape(len(pose), -1)
    known = np.isfinite(points).all(axis=1)
    value = np.full(len(pose), np.nan)
    centred = points[known] - points[known].mean(axis=0)
    value[known] = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
    return Count(find_reps(pose.time, value, 0.5 * float(np.nanstd(value))), 0.5, pose.time, value, "first component")
