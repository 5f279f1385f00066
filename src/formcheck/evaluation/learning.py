"""How well exercises that were learnt from an expert's recordings count other people."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from formcheck.apprentice import CannotImitate, Lesson, learn_from
from formcheck.assess import assess
from formcheck.body import View
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises import Exercise, UnknownExercise, find
from formcheck.exercises.vocabulary import CameraView
from formcheck.sources import read_pose
from formcheck.synthetic import Athlete, perform

EXPERTS = 2  # recordings that an exercise is learnt from
RATE_HZ = 15.0
_CAMERAS: dict[CameraView, View] = {"front": "front", "side": "side-left", "back": "back", "oblique": "oblique"}

Tell = Callable[[str, float], None] | None
Labelled = tuple[Mapping[str, str], Track]


def learnt_from_people(folder: Path, tell: Tell = None) -> list[tuple[str, ...]]:
    """Learn every exercise from at most two recordings of one source, and count those of all the other sources.

    Rows of (exercise, learnt from, repetitions labelled there, driving signal, other recordings, exact, exact by the
    catalogue). `folder` holds labels.csv and landmarks/; sources whose recordings hold two sure repetitions each serve.
    Raises ValueError when the labels are not there.
    """
    clips = _labelled(folder, tell)
    rows: list[tuple[str, ...]] = []
    for name in sorted({row["exercise"] for row, _ in clips}):
        same = [clip for clip in clips if clip[0]["exercise"] == name]
        for source in dict.fromkeys(row["source"] for row, _ in same):
            experts = [clip for clip in same if clip[0]["source"] == source and _sure(clip[0])][:EXPERTS]
            others = [clip for clip in same if clip[0]["source"] != source]
            if experts and others:
                rows.append(_learnt_row(find(name), source, experts, others))
    return [("exercise", "learnt from", "repetitions", "driving signal", "others", "exact", "catalogue"), *rows]


def _labelled(folder: Path, tell: Tell) -> list[Labelled]:
    labels = folder / "labels.csv"
    if not labels.exists():
        raise ValueError(f"expected a folder with labels.csv and landmarks/, got {folder}: check --data")
    with labels.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["confidence"] != "low" and not row["hold_s"]]
    rows = [row for row in rows if _known(row["exercise"])]
    clips: list[Labelled] = []
    for at, row in enumerate(rows):
        clips.append((row, Track(with_view(read_pose(folder / "landmarks" / row["landmarks"])))))
        if tell is not None:
            tell("Reading", (at + 1) / len(rows))
    return clips


def _known(name: str) -> bool:
    try:
        return find(name).driving is not None
    except UnknownExercise:
        return False


def _sure(row: Mapping[str, str]) -> bool:
    return int(row["reps"]) >= 2 and row["reps_low"] == row["reps_high"]


def _learnt_row(
    exercise: Exercise, source: str, experts: Sequence[Labelled], others: Sequence[Labelled]
) -> tuple[str, ...]:
    where = (exercise.name, source, " + ".join(row["reps"] for row, _ in experts))
    try:
        lesson = learn_from("learnt", {row["landmarks"]: track for row, track in experts})
    except CannotImitate:
        return (*where, "refused", str(len(others)), "–", "–")
    exact = [sum(_off(each, clip) == 0 for clip in others) for each in (lesson.exercise, exercise)]
    return (*where, _driving(lesson), str(len(others)), *map(str, exact))


def _off(exercise: Exercise, clip: Labelled) -> int:
    """How far the count is from the labelled range, or from the count of both sides where that is nearer."""
    row, track = clip
    count = sum(each.count for each in assess(exercise, {"front": track}))
    off = max(int(row["reps_low"]) - count, count - int(row["reps_high"]), 0)
    return min(off, abs(count - int(row["reps_bilateral"]))) if row["reps_bilateral"] else off


def _driving(lesson: Lesson) -> str:
    return lesson.imitation.quantity.name + (" falls" if lesson.imitation.falls else "")


def learnt_from_athletes(exercises: Sequence[Exercise], first: int, tell: Tell = None) -> list[tuple[str, ...]]:
    """Learn every exercise from two synthetic athletes, three repetitions each, and count two others' four.

    Exact landmarks from the best camera. Rows of (exercise, driving signal, that of the catalogue, counted of four and
    four, score of clean form).
    """
    rows: list[tuple[str, ...]] = [("exercise", "driving signal", "catalogue's", "counted of 4 + 4", "score %")]
    counted = [exercise for exercise in exercises if exercise.driving is not None]
    for at, exercise in enumerate(counted):
        seeds = range(first, first + EXPERTS)
        try:
            lesson = learn_from("learnt", {str(seed): _track(exercise, seed, 3) for seed in seeds})
        except CannotImitate:
            rows.append((exercise.name, "refused", exercise.watched.quantity.name, "–", "–"))
            continue
        others = range(first + EXPERTS, first + 2 * EXPERTS)
        found = [assess(lesson.exercise, {"front": _track(exercise, seed, 4)}) for seed in others]
        counts = " + ".join(str(sum(each.count for each in sets)) for sets in found)
        scores = [each.score for sets in found for each in sets if each.score is not None]
        mean = f"{100 * sum(scores) / len(scores):.0f}" if scores else "–"
        rows.append((exercise.name, _driving(lesson), exercise.watched.quantity.name, counts, mean))
        if tell is not None:
            tell("Learning", (at + 1) / len(counted))
    return rows


def _track(exercise: Exercise, seed: int, reps: int) -> Track:
    done = perform(exercise, Athlete.sample(seed), reps, seed=seed, rate_hz=RATE_HZ, before_s=0.8, after_s=0.8)
    view = exercise.watched.views[0]
    azimuth_deg = exercise.side_camera_deg if view == "side" else None
    return Track(with_view(done.landmarks(done.camera(_CAMERAS[view], azimuth_deg=azimuth_deg))))
