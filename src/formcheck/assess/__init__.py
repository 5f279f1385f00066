"""Verdicts, scores and the result that carries them."""

from formcheck.assess.analysis import (
    SCHEMA_VERSION,
    Advice,
    Analysis,
    CriterionSummary,
    ExerciseSet,
    Finding,
    Likely,
    Rep,
    SecondOpinion,
    Segment,
    Stream,
    Tempo,
    Trace,
)
from formcheck.assess.sets import assess
from formcheck.assess.workout import UNNAMED, between_sets, unnamed_sets

__all__ = [
    "SCHEMA_VERSION",
    "UNNAMED",
    "Advice",
    "Analysis",
    "CriterionSummary",
    "ExerciseSet",
    "Finding",
    "Likely",
    "Rep",
    "SecondOpinion",
    "Segment",
    "Stream",
    "Tempo",
    "Trace",
    "assess",
    "between_sets",
    "unnamed_sets",
]
