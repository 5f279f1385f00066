"""How far people who do an exercise well are from experts: from this the thresholds of comparison are learnt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from formcheck import reference as reference_package
from formcheck.assess.judge import kind_of_view
from formcheck.assess.sets import find_spans
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.experts import as_references, experts, working_side, write_shipped
from formcheck.evaluation.synthetic import Clip, clips, film_and_watch, found_for
from formcheck.exercises import Exercise, catalogue
from formcheck.reference import Reference
from formcheck.reference.judged import AGREEING
from formcheck.reference.moments import speed
from formcheck.reference.nearest import Experts, Performed, described, performed
from formcheck.reference.spread import Cell, Thresholds, fitted
from formcheck.sources import read_pose

SHIPPED, MOVED = range(4), range(4, 8)  # experts that ship, and others, before cameras that stand less exactly
ORDINARY = range(10)  # people of middling to high skill, whose clean repetitions count as well
Progress = Callable[[str, float], None]


def fit_spread(
    exercises: Sequence[Exercise], cache: Path, workers: int = 2, progress: Progress | None = None
) -> tuple[list[Reference], Thresholds]:
    """Film and watch the experts, and learn the thresholds; it can be interrupted, and goes on where it was.

    The experts that ship, each beside the others; others before cameras that stand as users put them; and the clean
    repetitions of ordinary synthetic people.
    """
    kept = film_and_watch(experts(exercises, SHIPPED, exactly=True), cache / "experts", workers, progress)
    shipped = as_references(kept, progress)
    moved = as_references(
        film_and_watch(experts(exercises, MOVED, exactly=False), cache / "experts", workers, progress), progress
    )
    ordinary = film_and_watch(clips(exercises, ORDINARY), cache / "people", workers, progress)
    return shipped, fitted(_differences(exercises, shipped, moved, ordinary))


def _differences(
    exercises: Sequence[Exercise],
    shipped: Sequence[Reference],
    moved: Sequence[Reference],
    ordinary: Mapping[Clip, Path],
) -> Iterator[tuple[Cell, float]]:
    for exercise in exercises:
        here = [each for each in shipped if each.exercise == exercise.name]
        everybody = Experts(here)
        for reference in here:
            others = Experts([each for each in here if each is not reference])
            for shown in reference.shown:
                yield from apart(exercise, performed(shown), shown.pose.view, others)
        for reference in moved:
            for shown in reference.shown if reference.exercise == exercise.name else ():
                yield from apart(exercise, performed(shown), shown.pose.view, everybody)
        for clip, path in ordinary.items():
            if clip.exercise == exercise.name:
                yield from _clean(exercise, clip, path, everybody)


def _clean(exercise: Exercise, clip: Clip, path: Path, experts: Experts) -> Iterator[tuple[Cell, float]]:
    """What the first repetition of a clip, which is clean, differs from the experts in."""
    pose, rep = with_view(read_pose(path)), clip.performed().reps[0]
    if span := found_for(rep, [span for span in find_spans(exercise, Track(pose)) if span.complete]):
        side = working_side(exercise, rep)
        yield from apart(exercise, described(pose, speed(pose), span, side), pose.view, experts)


def apart(exercise: Exercise, user: Performed, view: str, experts: Experts) -> Iterator[tuple[Cell, float]]:
    """By how much a repetition differs from the nearest experts, joint by joint and part by part."""
    found, seen = experts.best(user, AGREEING), kind_of_view(view)
    if not found or seen is None:
        return
    for key, parts in found[0].beside.differences.items():
        for when in parts:
            values = [
                each.beside.differences[key][when].value
                for each in found
                if key in each.beside.differences and when in each.beside.differences[key]
            ]
            yield (exercise.name, seen, key[0], when), float(np.mean(values))


def write_spread(thresholds: Thresholds, path: Path) -> None:
    """Write what `reference.spread` reads."""
    path.write_text(json.dumps(thresholds, separators=(",", ":")) + "\n", encoding="utf-8")


def fit_shipped(exercises: Sequence[Exercise], cache: Path, workers: int = 2, progress: Progress | None = None) -> str:
    """Make anew what ships, experts and thresholds, in this installation; what was written, in a sentence.

    Raises ValueError for less than the catalogue: thresholds are learnt over all of it.
    """
    if len(exercises) < len(catalogue()):
        raise ValueError("expected --fit for the whole catalogue, got a part of it: leave --exercise out")
    shipped, thresholds = fit_spread(exercises, cache, workers, progress)
    folder = Path(reference_package.__file__).parent
    size = write_shipped(shipped, folder / "experts")
    write_spread(thresholds, folder / "spread.json")
    count = sum(len(each.shown) for each in shipped)
    return f"Written to {folder}: {count} repetitions of {len(shipped)} experts ({size / 1e6:.1f} MB), and thresholds"
