"""How well synthetic people are counted and judged through the real estimator, with the truth known.

Every clip is performed, filmed, and watched by the estimator; its landmarks are kept, so that a second run, or one
that was interrupted, only does what is left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np

from formcheck.assess import assess
from formcheck.body import PoseSequence, View
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import Exercise, find_or_load
from formcheck.exercises.vocabulary import CameraView
from formcheck.learn.watching import watch_all
from formcheck.sources import read_pose
from formcheck.synthetic import Athlete, Camera, Performance, perform, pictures
from formcheck.synthetic.plan import PlannedRep

REPS = 4  # of a set, the first of them clean
HOLDS = 2  # of an exercise that is held, one of them clean
RATE_HZ = 15.0  # a phone films twice as fast; half of the frames count and judge as well, and cost half
FAST_HZ = 30.0  # for repetitions of less than a second
IDLE_S = 0.8  # before and after the set
MATCH_S = 0.75  # a found repetition belongs to a planned one when their turning points are this close
CAMERAS: dict[CameraView, View] = {"front": "front", "side": "side-left", "back": "back", "oblique": "oblique"}


class Filmed(Protocol):
    """What is filmed and watched: a performance of an exercise and the camera before it, the same every time."""

    @property
    def exercise(self) -> str:
        """The name of the exercise."""
        ...

    @property
    def athlete(self) -> int:
        """The seed of the athlete."""
        ...

    def performed(self) -> Performance:
        """The set as it truly was."""
        ...

    def camera(self, performance: Performance) -> Camera:
        """Where it is filmed from."""
        ...


FilmedT = TypeVar("FilmedT", bound=Filmed)


@dataclass(frozen=True)
class Clip:
    """One athlete, one set before one camera, and for each repetition (fault, grade), or None where it is clean."""

    exercise: str
    athlete: int
    view: CameraView
    faults: tuple[tuple[str, float] | None, ...]

    def performed(self) -> Performance:
        """The set as it truly was; the same for the same clip."""
        grades = [{each[0]: each[1]} if each else {} for each in self.faults]
        return perform(
            find_or_load(self.exercise),
            Athlete.sample(self.athlete),
            len(grades),
            grades,
            seed=self.athlete,
            rate_hz=rate_of(find_or_load(self.exercise)),
            before_s=IDLE_S,
            after_s=IDLE_S,
        )

    def camera(self, performance: Performance) -> Camera:
        """Before, behind, or at the left side where the exercise is seen best from there."""
        return camera_of(performance, self.view)


@dataclass(frozen=True)
class Judged:
    """What came out for one clip: counted repetitions, and per planned one the verdict of each criterion."""

    clip: Clip
    view: str
    counted: int
    verdicts: tuple[dict[str, str], ...]
    values: tuple[dict[str, float | None], ...]


def rate_of(exercise: Exercise) -> float:
    """Frames a second at which an exercise is filmed."""
    timing = exercise.motion.timing if exercise.motion else None
    return FAST_HZ if timing and timing.out_s + timing.hold_s + timing.back_s < 1.0 else RATE_HZ


def clips(exercises: Sequence[Exercise], athletes: Sequence[int]) -> list[Clip]:
    """One set of every athlete and exercise: a clean repetition, then three faults, before one camera.

    The cameras are those in which some criterion is seen best, in turn over athletes; the faults are those of the
    criteria that this camera sees best, in turn. Grades are drawn from [0.5, 1]: a label below 0.5 is not a fault.
    """
    planned: list[Clip] = []
    for exercise in exercises:
        best: dict[CameraView, list[str]] = {}
        for criterion in exercise.criteria:
            best.setdefault(criterion.views[0], []).append(criterion.id)
        views = sorted(best)
        next_fault = dict.fromkeys(views, 0)
        for at, athlete in enumerate(athletes):
            view, draw = views[at % len(views)], np.random.default_rng([athlete, 5])
            chosen: list[tuple[str, float] | None] = [None]
            for _ in range((HOLDS if exercise.hold else REPS) - 1):
                fault = best[view][next_fault[view] % len(best[view])]
                chosen.append((fault, round(draw.uniform(0.5, 1.0), 3)))
                next_fault[view] += 1
            planned.append(Clip(exercise.file or exercise.name, athlete, view, tuple(chosen)))
    return planned


def film_and_watch(
    planned: Sequence[FilmedT], folder: Path, workers: int = 2, progress: Callable[[str, float], None] | None = None
) -> dict[FilmedT, Path]:
    """Where the landmarks of every clip are, filming and watching what is not there yet.

    It can be interrupted, and resumes where it was. Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kept = {clip: kept_at(clip, folder) for clip in planned}
    watch_all(kept, _made, workers, progress)
    return kept


def judged_all(kept: Mapping[Clip, Path], progress: Callable[[str, float], None] | None = None) -> list[Judged]:
    """Every clip that was watched, assessed."""
    results: list[Judged] = []
    for at, (clip, path) in enumerate(kept.items()):
        results.append(judged(clip, read_pose(path)))
        if progress is not None:
            progress("Judging", (at + 1) / len(kept))
    return results


def judged(clip: Clip, pose: PoseSequence) -> Judged:
    """One clip assessed from its landmarks, its repetitions matched to the planned ones by their turning points."""
    exercise, pose = find_or_load(clip.exercise), with_view(pose)
    sets = assess(exercise, {"front": Track(pose)})
    verdicts: list[dict[str, str]] = []
    values: list[dict[str, float | None]] = []
    for planned in clip.performed().reps:
        rep = found_for(planned, [rep for each in sets for rep in each.reps])
        verdicts.append({finding.criterion: finding.verdict for finding in rep.findings} if rep else {})
        values.append({finding.criterion: finding.value for finding in rep.findings} if rep else {})
    return Judged(clip, pose.view, sum(each.count for each in sets), tuple(verdicts), tuple(values))


class Turning(Protocol):
    """What has a turning point."""

    @property
    def turn_s(self) -> float:
        """When, in s."""
        ...


TurningT = TypeVar("TurningT", bound=Turning)


def found_for(planned: PlannedRep, found: Sequence[TurningT]) -> TurningT | None:
    """What was found of a planned repetition: whose turning point is nearest to it, and near; None: nothing."""
    within_s = min(MATCH_S, (planned.end_s - planned.start_s) / 2)
    near = [each for each in found if abs(each.turn_s - planned.turn_s) < within_s]
    return min(near, key=lambda each: abs(each.turn_s - planned.turn_s)) if near else None


def camera_of(performance: Performance, view: CameraView) -> Camera:
    """The camera of a view, at the side where the exercise is seen best from there."""
    azimuth_deg = performance.exercise.side_camera_deg if view == "side" else None
    return performance.camera(CAMERAS[view], azimuth_deg=azimuth_deg)


def kept_at(clip: Filmed, folder: Path) -> Path:
    """Where a clip's landmarks are kept: the name changes with what is filmed and how it is drawn, and only then."""
    performance = clip.performed()
    camera = clip.camera(performance)
    key = hashlib.sha256(np.round(camera.project(performance.outline()), 2).tobytes())  # hundredths of a pixel
    key.update(performance.time.tobytes())
    turn = performance.at(np.array([performance.reps[0].turn_s]))
    key.update(b"".join(picture.tobytes() for picture in pictures(turn, camera)))
    return folder / f"{clip.exercise.replace(' ', '_')}-{clip.athlete}-{camera.view}-{key.hexdigest()[:16]}.npz"


def _made(clip: Filmed) -> tuple[Performance, Camera]:
    performance = clip.performed()
    return performance, clip.camera(performance)


def counting_rows(results: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Rows of (exercise, sets, athletes, exact %, within 1 %), the last over all; intervals over athletes."""
    rows: list[tuple[str, ...]] = [("exercise", "sets", "synthetic people", "count exact %", "within ±1 %")]
    names = sorted({result.clip.exercise for result in results})
    for name in (*names, "all"):
        chosen = [result for result in results if name in (result.clip.exercise, "all")]
        people = [str(result.clip.athlete) for result in chosen]
        off = np.array([abs(result.counted - len(result.clip.faults)) for result in chosen])
        shares = (with_interval((off == 0).astype(float), people), with_interval((off <= 1).astype(float), people))
        rows.append((name, str(len(chosen)), str(len(set(people))), *shares))
    return rows


def criterion_rows(results: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Rows of (exercise, criterion, view, balanced accuracy, fault found, others passed, not judged, repetitions).

    All in % of judged repetitions in the criterion's best view: balanced accuracy is the mean of *fault found* and
    *passed without*, which is over clean repetitions and those with another fault that does not bring this one along.
    Intervals over athletes. The last row is the mean over criteria.
    """
    heading = ("exercise", "criterion", "view", "balanced accuracy %", "fault found %", "passed without it %")
    rows: list[tuple[str, ...]] = [(*heading, "not judged %", "repetitions with / without it")]
    balanced: list[float] = []
    for name in sorted({result.clip.exercise for result in results}):
        for criterion in find_or_load(name).criteria:
            chosen = [r for r in results if r.clip.exercise == name and r.clip.view == criterion.views[0]]
            share, cells = _shares(chosen, find_or_load(name), criterion.id)
            balanced.append(share)
            rows.append((name, criterion.id, criterion.views[0], *cells))
    mean = f"{100 * np.nanmean(balanced):.1f}" if np.isfinite(balanced).any() else "–"
    return [*rows, ("all", "mean over criteria", "", mean, "", "", "", "")]


def _shares(results: Sequence[Judged], exercise: Exercise, criterion: str) -> tuple[float, tuple[str, ...]]:
    brings = {fault.criterion: fault.also for fault in exercise.faults}
    right: dict[bool, list[float]] = {True: [], False: []}
    people: dict[bool, list[str]] = {True: [], False: []}
    judged_reps = all_reps = 0
    for result in results:
        for fault, verdicts in zip(result.clip.faults, result.verdicts, strict=True):
            faulty = fault is not None and fault[0] == criterion
            if fault is not None and criterion in brings[fault[0]]:
                continue
            all_reps += 1
            verdict = verdicts.get(criterion, "not_judged")
            if verdict == "not_judged":
                continue
            judged_reps += 1
            right[faulty].append(float(verdict == ("fail" if faulty else "pass")))
            people[faulty].append(str(result.clip.athlete))
    balanced = float(np.mean([np.mean(right[kind]) for kind in right])) if right[True] and right[False] else np.nan
    return balanced, (
        f"{100 * balanced:.1f}",
        *(with_interval(right[kind], people[kind]) for kind in (True, False)),
        f"{100 * (1 - judged_reps / max(all_reps, 1)):.1f}",
        f"{len(right[True])} / {len(right[False])}",
    )
