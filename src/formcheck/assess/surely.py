"""How likely it is that repetitions of an exercise that somebody named were counted right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.assess.judge import kind_of_view
from formcheck.assess.likely import APART_S, coherence, fitted, pace
from formcheck.body.movement import Movement
from formcheck.body.track import SIDES, Track
from formcheck.exercises.vocabulary import Exercise
from formcheck.reps import RepSpan
from formcheck.signals import Floats

ODD = 0.3  # what is taken for the oddest of no repetitions
COHERENT = 0.8  # for how alike one of them goes with the others,
LIKELY = 0.9  # and for the chance that they are an exercise


def given_looks(
    exercise: Exercise, track: Track, found: Sequence[RepSpan], kept: Sequence[RepSpan]
) -> dict[str, float]:
    """What a count looks like, by name: of all spans `found`, those `kept` as likely repetitions of the exercise.

    `odd` and `odd_size` are how far the oddest duration and excursion are from the median, as logarithms; `coherence`
    how alike the body goes in them; `likely` the chance that the least likely run of them is an exercise, `left_out`
    that of the likeliest of what was left out; `blind` the share of the time in which their signal is missing; `cut`
    whether the recording cuts one off; `view` how many views show the exercise better.
    """
    counted = [span for span in kept if span.complete and not span.attempt]
    others = [span for span in found if span.complete and not span.attempt and span not in counted]
    lasts = np.array([max(span.end_s - span.start_s, 1e-2) for span in counted])
    goes = np.array([max(span.excursion, 1e-6) for span in counted])
    movement = Movement.of(track.pose) if found else None
    inside = slice(None)
    if counted:
        inside = slice(*np.searchsorted(track.time, (counted[0].start_s, counted[-1].end_s)))
    quantity, views = exercise.watched.quantity, exercise.watched.views
    blind = ~np.isfinite(track.mean(quantity)[inside])
    view = kind_of_view(track.pose.view)
    return {
        "none": float(not counted),
        "odd": _oddest(lasts),
        "odd_size": _oddest(goes),
        "coherence": coherence(movement, counted) if movement is not None and len(counted) > 1 else COHERENT,
        "likely": min(_chances(movement, counted), default=LIKELY),
        "left_out": max(_chances(movement, others), default=0.0),
        "blind": float(blind.mean()) if len(blind) else 1.0,
        "cut": float(any(not span.complete for span in found)),
        "view": float(views.index(view) if view in views else len(views)),
    }


def rep_looks(exercise: Exercise, track: Track, span: RepSpan) -> dict[str, float]:
    """What one repetition looks like by itself, by name.

    `found` is the share of its pictures in which somebody was found, `seen` how visible the joints are that drive it,
    `room` by how much its excursion exceeds the least that counts, as a logarithm up to that of 3.
    """
    inside = slice(*np.searchsorted(track.time, (span.start_s, span.end_s)))
    found = track.pose.found[inside]
    seen = [track.seen(exercise.watched.quantity, side)[inside] for side in SIDES]
    least = exercise.driving.least if exercise.driving else exercise.hold.least_s if exercise.hold else 1.0
    return {
        "found": float(found.mean()) if len(found) else 0.0,
        "seen": max(float(each.mean()) for each in seen) if len(found) else 0.0,
        "room": float(np.log(np.clip(span.excursion / least, 0.2, 3.0))),
    }


def _runs(spans: Sequence[RepSpan]) -> list[list[RepSpan]]:
    """Repetitions in groups that lie apart, as `likely.exercising` judges them."""
    groups: list[list[RepSpan]] = []
    for span in spans:
        if groups and span.start_s - groups[-1][-1].end_s <= APART_S:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _chances(movement: Movement | None, spans: Sequence[RepSpan]) -> list[float]:
    return [] if movement is None else [fitted("exercise").of(pace(movement, run)) for run in _runs(spans)]


def _oddest(values: Floats) -> float:
    return float(np.abs(np.log(values / np.median(values))).max()) if len(values) else ODD
