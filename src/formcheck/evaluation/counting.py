"""How well repetitions of real people are counted, on clips labelled by eye; the exercise is given."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.assess import Analysis
from formcheck.coach import analyze
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import Exercise, UnknownExercise, find

OUTSIDE = "other:"  # marks an exercise outside the catalogue, whose plain name may be an alias all the same


@dataclass(frozen=True)
class Counted:
    """One labelled clip and what was counted in it.

    `error` is the distance of `count` from the labelled range, or from the count of both sides where that is nearer.
    """

    clip: str
    source: str
    exercise: str
    count: int
    reps: int
    low: int
    high: int
    error: int


def count_clips(
    folder: Path, *, videos: bool = False, progress: Callable[[str, float], None] | None = None
) -> list[Counted]:
    """Count every clip of the known exercises in `labels.csv`, by its landmarks or, with `videos`, its video.

    `folder` holds `labels.csv` (file, landmarks, source, exercise, reps, reps_low, reps_high, reps_bilateral, hold_s,
    confidence), `landmarks/` and `clips/`. Holds and labels of low confidence are left out. Raises ValueError when
    the labels are not there.
    """
    labels = folder / "labels.csv"
    if not labels.exists():
        raise ValueError(f"expected a folder with labels.csv, landmarks/ and clips/, got {folder}: check --data")
    with labels.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["confidence"] != "low" and not row["hold_s"]]
    counted: list[Counted] = []
    for at, row in enumerate(rows):
        exercise = _known(row["exercise"])
        path = folder / "clips" / row["file"] if videos and row["file"] else folder / "landmarks" / row["landmarks"]
        if exercise is not None and (row["file"] or not videos) and path.exists():
            counted.append(_counted(row, exercise, analyze(path, exercise=exercise)))
        if progress is not None:
            progress("Counting", (at + 1) / len(rows))
    return counted


def _known(name: str) -> Exercise | None:
    try:
        return find(name.removeprefix(OUTSIDE))
    except UnknownExercise:
        return None


def _counted(row: Mapping[str, str], exercise: Exercise, analysis: Analysis) -> Counted:
    count = sum(each.count for each in analysis.sets)
    low, high = int(row["reps_low"]), int(row["reps_high"])
    error = max(low - count, count - high, 0)
    if row["reps_bilateral"]:
        error = min(error, abs(count - int(row["reps_bilateral"])))
    clip = row["file"] or row["landmarks"]
    return Counted(clip, row["source"], exercise.name, count, int(row["reps"]), low, high, error)


def counting_table(counted: Sequence[Counted]) -> list[tuple[str, ...]]:
    """Rows of (exercise, clips, sources, exact %, within 1 %, MAE), the last one over all; intervals over sources."""
    rows: list[tuple[str, ...]] = [("exercise", "clips", "sources", "exact %", "within ±1 %", "MAE")]
    groups = {name: [c for c in counted if c.exercise == name] for name in sorted({c.exercise for c in counted})}
    for name, clips in {**groups, "all": list(counted)}.items():
        sources = [clip.source for clip in clips]
        errors = np.array([clip.error for clip in clips])
        relative = [clip.error / max(clip.reps, 1) for clip in clips]
        exact, near = (errors == 0).astype(float), (errors <= 1).astype(float)
        shares = (with_interval(exact, sources), with_interval(near, sources), with_interval(relative, sources, False))
        rows.append((name, str(len(clips)), str(len(set(sources))), *shares))
    return rows
