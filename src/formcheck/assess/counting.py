"""How many repetitions a recording holds, of a known exercise or of one that nobody has named."""

from __future__ import annotations

import numpy as np

from formcheck.assess.sets import driving_signal, likely_spans
from formcheck.assess.unnamed import Count, find_sets
from formcheck.body.pose import PoseSequence
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises.vocabulary import Exercise


def count_reps(pose: PoseSequence, exercise: Exercise | None = None) -> Count:
    """Count the repetitions of an exercise, or, when none is given, of whatever is repeated."""
    if exercise is not None:
        track = Track(with_view(pose))
        spans = tuple(likely_spans(exercise, track))
        return Count(spans, 0.5, pose.time, driving_signal(exercise, track), exercise.watched.quantity.name)
    sets = find_sets(pose)
    if not sets:
        return Count((), 1.0, pose.time, np.full(len(pose), np.nan), "nothing that is repeated")
    largest = max(sets, key=lambda each: each.count)
    return Count(
        tuple(span for each in sets for span in each.spans),
        float(np.prod([each.confidence for each in sets])),
        largest.time,
        largest.signal,
        largest.driven_by,
    )
