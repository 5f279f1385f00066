"""How many repetitions a recording holds, of a known exercise or of one that nobody has named."""

from __future__ import annotations

import numpy as np

from formcheck.assess.likely import fitted
from formcheck.assess.sets import driving_signal, find_spans, likely_spans
from formcheck.assess.surely import given_looks
from formcheck.assess.unnamed import Count, find_sets, likely_exercise, propose
from formcheck.body.movement import Movement
from formcheck.body.pose import PoseSequence
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises.vocabulary import Exercise


def count_reps(pose: PoseSequence, exercise: Exercise | None = None) -> Count:
    """Count the repetitions of an exercise, or, when none is given, of whatever is repeated."""
    if exercise is not None:
        track = Track(with_view(pose))
        found, kept = find_spans(exercise, track), tuple(likely_spans(exercise, track))
        sure = fitted("given").of(given_looks(exercise, track, found, kept))
        return Count(kept, sure, pose.time, driving_signal(exercise, track), exercise.watched.quantity.name)
    sets = find_sets(pose)
    if not sets:
        return Count((), _sure_of_none(pose), pose.time, np.full(len(pose), np.nan), "nothing that is repeated")
    largest = max(sets, key=lambda each: each.count)
    return Count(
        tuple(span for each in sets for span in each.spans),
        float(np.prod([each.confidence for each in sets])),
        largest.time,
        largest.signal,
        largest.driven_by,
    )


def _sure_of_none(pose: PoseSequence) -> float:
    """How likely it is that what moves in a recording, if anything does, is no exercise."""
    movement = Movement.of(pose)
    proposal = None if movement is None else propose(movement)
    return 1.0 if proposal is None else 1.0 - likely_exercise(proposal)
