"""What goes wrong in a recording: faults that vary from repetition to repetition, as people's habits do."""

from __future__ import annotations

from typing import Literal

import numpy as np

from formcheck.exercises import Exercise

Grades = Literal["labels", "scores"]
"""labels: a fault is absent (0) or plain (0.5 to 1), so that every label is sure. scores: all grades from 0 to 1."""

# No paper gives the shares. Half of all faults are not this person's, a third come and go, the rest are there always.
_HABITS = ((0.0, 0.5), (0.5, 0.32), (1.0, 0.18))


def draw_faults(
    exercise: Exercise, reps: int, draw: np.random.Generator, grades: Grades = "labels"
) -> list[dict[str, float]]:
    """Grades by criterion for each of `reps` repetitions of one person.

    A fault that brings others down with it (`Fault.also`) is performed together with theirs: labels stay true.
    """
    chances, shares = zip(*_HABITS, strict=True)
    habit = {fault.criterion: float(draw.choice(chances, p=shares)) for fault in exercise.faults}
    performable = set(habit)
    planned: list[dict[str, float]] = []
    for _ in range(reps):
        here = [fault for fault in exercise.faults if draw.random() < habit[fault.criterion]]
        names = {name for fault in here for name in (fault.criterion, *fault.also)} & performable
        least = 0.5 if grades == "labels" else 0.0
        planned.append({name: round(float(draw.uniform(least, 1.0)), 3) for name in sorted(names)})
    return planned


def correctness(exercise: Exercise, grades: dict[str, float]) -> float:
    """How right a repetition truly was, 0..1: one less the weighted mean of its fault grades over all criteria."""
    weights = {criterion.id: criterion.weight for criterion in exercise.criteria}
    lost = sum(weights[name] * grade for name, grade in grades.items())
    return round(1.0 - lost / sum(weights.values()), 4)
