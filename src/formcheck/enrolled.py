"""An expert's recording becomes a reference: its good repetitions, and nothing else of it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

from formcheck.assess import ExerciseSet
from formcheck.assess.analysis import Rep
from formcheck.body import PoseSequence
from formcheck.coach import seen_sets
from formcheck.exercises import Exercise
from formcheck.gathered import Gathered, Given, gather
from formcheck.pose import Estimator
from formcheck.reference import LibraryError, Reference, Shown
from formcheck.reference.judged import span_of
from formcheck.reference.shown import showing
from formcheck.sources import PoseFile

MOST = 12  # repetitions of one recording: more show nothing new
BEHIND = 0.15  # of the score behind the best one: still good
LEAST_SCORE = 0.5  # below, an expert would not want it shown
FOUND = 0.8  # of a repetition's frames must show the expert
PICTURE_PX = 640


def enrol(
    name: str,
    video: str | Path,
    side: str | Path | None = None,
    *,
    exercise: Exercise | None = None,
    partial: bool = False,
    note: str = "",
    pictures: bool = False,
    mirrored: bool = False,
    estimator: Callable[[], Estimator] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[Reference, dict[str, bytes]]:
    """The good repetitions in a recording of an expert as a reference, and a JPEG of each if `pictures` are wanted.

    Without an exercise it is recognised. Repetitions that the recording cuts off are kept only as `partial` ones.
    `note` is what the expert agreed to, in their words. Raises LibraryError when no repetition can be kept, SourceError
    for unusable input, and PoseModelError when the pose model is not to be had.
    """
    watched = gather(Given(video, side), mirrored=mirrored, estimator=estimator, progress=progress)
    sets = seen_sets(exercise, watched.recording, {}, None)
    found = _one_exercise(sets, exercise)
    chosen = _good(found, partial)
    if not chosen:
        cut = sum(not rep.complete for rep in found.reps)
        more = "; with --partial the halves that it shows are kept" if cut else ""
        raise LibraryError(f"expected at least one full repetition of {found.exercise}, got {cut} cut off{more}")
    shown: list[Shown] = []
    images: dict[str, bytes] = {}
    for rep in chosen:
        for stream, pose in watched.recording.poses.items():
            if (one := _shown(stream, pose, rep)) is None:
                continue
            shown.append(one)
            if pictures and (jpeg := _picture(watched, stream, rep.turn_s)) is not None:
                images[f"{stream}-{len(shown)}.jpg"] = jpeg
    if not shown:
        raise LibraryError(f"expected to see the expert in the repetitions of {found.exercise}: film the whole body")
    made = datetime.date.today().isoformat()
    return Reference(name, found.exercise, tuple(shown), "person", note, made), images


def _one_exercise(sets: tuple[ExerciseSet, ...], exercise: Exercise | None) -> ExerciseSet:
    known = [each for each in sets if each.exercise and (exercise is None or each.exercise == exercise.name)]
    named = [each for each in known if each.criteria or exercise is not None]
    if not named:
        wanted = "an exercise" if exercise is None else exercise.name
        raise LibraryError(
            f"expected a recording in which {wanted} is done, found none in it: name it with --exercise, or film again"
        )
    return max(named, key=lambda each: (each.count, len(each.reps)))


def _good(found: ExerciseSet, partial: bool) -> list[Rep]:
    reps = [rep for rep in found.reps if not rep.attempt and (rep.complete or partial)]
    best = max((rep.score for rep in reps if rep.score is not None), default=None)
    least = 0.0 if best is None else max(LEAST_SCORE, best - BEHIND)
    return [rep for rep in reps if rep.score is None or rep.score >= least][:MOST]


def _shown(stream: str, pose: PoseSequence, rep: Rep) -> Shown | None:
    inside = (pose.time >= rep.start_s) & (pose.time <= rep.end_s)
    if inside.sum() < 4 or pose.found[inside].mean() < FOUND:
        return None
    return showing(stream, pose, span_of(rep, pose.time), None if rep.side == "both" else rep.side)


def _picture(watched: Gathered, stream: str, when_s: float) -> bytes | None:
    """The frame at a turning point as a JPEG; None where there are only landmarks."""
    import cv2

    source = watched.sources[stream]
    if isinstance(source, PoseFile):
        return None
    own_s = when_s - watched.recording.offset_s.get(stream, 0.0)
    for frame in source.frames_at([own_s], longest_px=PICTURE_PX):
        done, jpeg = cv2.imencode(".jpg", cv2.cvtColor(frame.image, cv2.COLOR_RGB2BGR))
        return jpeg.tobytes() if done else None
    return None


def summary(references: Sequence[Reference]) -> list[tuple[str, ...]]:
    """Rows of (name, exercise, repetitions, views, who), one a reference."""
    rows: list[tuple[str, ...]] = [("name", "exercise", "repetitions", "seen from", "who")]
    for each in references:
        halves = sum(shown.half is not None for shown in each.shown)
        count = str(len(each.shown)) + (f", {halves} of them half" if halves else "")
        rows.append((each.name, each.exercise, count, ", ".join(each.views), each.note or each.origin))
    return rows
