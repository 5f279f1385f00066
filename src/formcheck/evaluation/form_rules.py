"""What formcheck's own rules say of recordings that somebody has labelled as right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.assess import Finding, assess
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises import Exercise, find
from formcheck.learn.form.sets import FormClip, FormSet, Tell
from formcheck.signals import Floats

ONLY = {"FrontSquat": ("hips_below_knees",)}
"""Data sets whose labels are of one criterion: of depth alone."""

PASSING = 0.5


@dataclass(frozen=True, eq=False)
class Ruled:
    """Of every recording the mean score of each criterion over its repetitions, (N, K), NaN where not judged."""

    criteria: tuple[str, ...]
    scores: Floats

    @property
    def judged(self) -> NDArray[np.bool_]:
        """(N,) whether any criterion was judged."""
        return np.asarray(np.isfinite(self.scores).any(axis=1))

    @property
    def right(self) -> NDArray[np.bool_]:
        """(N,) whether every criterion that was judged passes."""
        return np.asarray(~(self.scores < PASSING).any(axis=1))


def ruled(found: FormSet, tell: Tell | None = None) -> Ruled | None:
    """What the rules of its exercise say of every recording; None where no movement is in the catalogue.

    UI-PRMD is left out: its movements are those of patients, with other aims than the catalogue's.
    """
    exercises = {clip.exercise: find(clip.exercise) for clip in found.clips if clip.exercise is not None}
    if found.people_known or not exercises:
        return None
    only = ONLY.get(found.layout)
    names = {each.id: None for exercise in exercises.values() for each in exercise.criteria}
    criteria = tuple(name for name in names if only is None or name in only)
    scores = np.full((len(found.clips), len(criteria)), np.nan)
    for at, clip in enumerate(found.clips):
        if clip.exercise is not None:
            scores[at] = _scores(clip, exercises[clip.exercise], criteria)
        if tell is not None:
            tell((at + 1) / len(found.clips))
    return Ruled(criteria, scores) if np.isfinite(scores).any() else None


def _scores(clip: FormClip, exercise: Exercise, criteria: Sequence[str]) -> list[float]:
    sets = assess(exercise, {"front": Track(with_view(clip.pose()))})
    findings = [finding for each in sets for rep in each.reps for finding in rep.findings]
    return [_mean([finding for finding in findings if finding.criterion == name]) for name in criteria]


def _mean(findings: Sequence[Finding]) -> float:
    scores = [finding.score for finding in findings if finding.verdict != "not_judged" and finding.score is not None]
    return float(np.mean(scores)) if scores else float("nan")
