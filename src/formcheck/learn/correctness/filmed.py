"""Synthetic people who are filmed by two cameras and watched by the real estimator: how correct their repetitions are.

Cut by what cuts them when the program serves; nobody of them was trained on or steered by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.assess.sets import judged_rep
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises import Exercise
from formcheck.learn.correctness.studio import Progress
from formcheck.learn.verdicts_filmed import takes, watched
from formcheck.learn.verdicts_studio import cut
from formcheck.predictor.correctness import CorrectnessModel
from formcheck.replicas.faults import correctness
from formcheck.scoring import score
from formcheck.signals import Floats
from formcheck.sources import read_pose

PEOPLE = range(45_000, 46_000)  # the seeds of those who are filmed


@dataclass(frozen=True, eq=False)
class OnFilm:
    """What was said of N filmed repetitions by the `model` and by the `rules` (NaN where nothing), and the truth."""

    exercise: Exercise
    truth: Floats
    model: Floats
    rules: Floats
    people: tuple[str, ...]


def on_film(
    exercise: Exercise,
    model: CorrectnessModel,
    people: Sequence[int],
    folder: Path,
    workers: int = 1,
    progress: Progress | None = None,
) -> OnFilm:
    """Film people (their seeds) where they are not kept in `folder` yet, and score what the estimator sees."""
    kept = watched(takes([exercise.name], people), folder, workers, progress)
    rows: list[tuple[float, float, float, str]] = []
    for person in people:
        mine = [take for take in kept if take.athlete == person]
        poses = {take.where: with_view(read_pose(kept[take])) for take in mine}
        tracks = {name: Track(pose) for name, pose in poses.items()}
        done = mine[0].performed()
        for at, span, _ in cut(exercise, tracks, done):
            rep = judged_rep(exercise, tracks, next(iter(tracks.values())), span, at + 1)
            said = score(model, rep, poses, {}, None)
            truth = correctness(exercise, dict(done.reps[at].faults))
            ruled = np.nan if rep.score is None else rep.score
            rows.append((truth, np.nan if said is None else said.score, ruled, str(person)))
    values = np.array([row[:3] for row in rows], dtype=np.float64).reshape(-1, 3)
    return OnFilm(exercise, values[:, 0], values[:, 1], values[:, 2], tuple(row[3] for row in rows))
