"""Verdicts, scores and the result that carries them."""

from formcheck.assess.analysis import (
    SCHEMA_VERSION,
    Advice,
    Analysis,
    CriterionSummary,
    ExerciseSet,
    Finding,
    Rep,
    Segment,
    Stream,
    Tempo,
    Trace,
)
from formcheck.assess.sets import assess, rests

__all__ = [
    "SCHEMA_VERSION",
    "Advice",
    "Analysis",
    "CriterionSummary",
    "ExerciseSet",
    "Finding",
    "Rep",
    "Segment",
    "Stream",
    "Tempo",
    "Trace",
    "assess",
    "rests",
]
