"""How well synthetic people are counted and judged through the real estimator, with the truth known.

Every clip is performed, filmed, and watched by the estimator; its landmarks are kept, so that a second run, or one
that was interrupted, only does what is left.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.assess import ExerciseSet, assess
from formcheck.body import PoseSequence, View
from formcheck.body.quantities import Track
from formcheck.body.view import with_view
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import Exercise, find
from formcheck.exercises.vocabulary import CameraView
from formcheck.pose import estimate
from formcheck.sources import SourceError, Video, read_pose, write_pose
from formcheck.synthetic import Athlete, Camera, Performance, film, perform

REPS = 3
RATE_HZ = 24.0
MATCH_S = 0.75  # a found repetition belongs to a planned one when their turning points are this close
_CAMERAS: dict[CameraView, View] = {"front": "front", "side": "side-left", "back": "back", "oblique": "oblique"}


@dataclass(frozen=True)
class Clip:
    """One athlete, one set of three repetitions, one camera, and at most one fault."""

    exercise: str
    athlete: int
    view: CameraView
    fault: str | None = None
    grade: float = 0.0

    def performed(self) -> Performance:
        """The set as it truly was; the same for the same clip."""
        faults = {self.fault: self.grade} if self.fault else {}
        seed = int.from_bytes(hashlib.sha256(f"{self.athlete} {self.fault}".encode()).digest()[:4])
        return perform(find(self.exercise), Athlete.sample(self.athlete), REPS, faults, seed=seed, rate_hz=RATE_HZ)


@dataclass(frozen=True)
class Judged:
    """What came out for one clip: planned and counted repetitions, and per repetition the verdict of each criterion."""

    clip: Clip
    view: str
    counted: int
    verdicts: tuple[dict[str, str], ...]
    values: tuple[dict[str, float | None], ...]


def clips(exercises: Sequence[Exercise], athletes: Sequence[int]) -> list[Clip]:
    """Clean sets before every camera that some criterion needs, and each fault before its criterion's best camera.

    Grades are drawn from [0.5, 1]: a label below 0.5 is not a fault.
    """
    planned: list[Clip] = []
    for exercise in exercises:
        best: dict[str, CameraView] = {criterion.id: criterion.views[0] for criterion in exercise.criteria}
        for athlete in athletes:
            draw = np.random.default_rng([athlete, 5])
            planned += [Clip(exercise.name, athlete, view) for view in sorted(set(best.values()))]
            planned += [
                Clip(exercise.name, athlete, best[fault.criterion], fault.criterion, round(draw.uniform(0.5, 1.0), 3))
                for fault in exercise.faults
            ]
    return planned


def watch(
    planned: Sequence[Clip], cache: Path, workers: int = 2, progress: Callable[[str, float], None] | None = None
) -> list[Judged]:
    """Film and watch what is not yet in `cache`, and judge everything; interruptible, resumes where it was.

    Raises OSError when the cache cannot be written.
    """
    cache.mkdir(parents=True, exist_ok=True)
    kept = {clip: kept_at(clip, cache) for clip in planned}
    missing = {clip: path for clip, path in kept.items() if not path.exists()}
    if missing:
        with ProcessPoolExecutor(max_workers=workers) as pool:
            try:
                done = pool.map(_watch_one, missing.keys(), missing.values())
                for at, _ in enumerate(done):
                    if progress is not None:
                        progress("Filming and watching", (at + 1) / len(missing))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
    return [judged(clip, read_pose(path)) for clip, path in kept.items()]


def judged(clip: Clip, pose: PoseSequence) -> Judged:
    """One clip assessed from its landmarks, its repetitions matched to the planned ones by their turning points."""
    exercise, pose = find(clip.exercise), with_view(pose)
    sets = assess(exercise, {"front": Track(pose)})
    verdicts: list[dict[str, str]] = []
    values: list[dict[str, float | None]] = []
    for planned in clip.performed().reps:
        rep = _nearest(sets, planned.turn_s)
        verdicts.append({finding.criterion: finding.verdict for finding in rep.findings} if rep else {})
        values.append({finding.criterion: finding.value for finding in rep.findings} if rep else {})
    return Judged(clip, pose.view, sum(each.count for each in sets), tuple(verdicts), tuple(values))


def _nearest(sets: Sequence[ExerciseSet], turn_s: float):
    reps = [rep for each in sets for rep in each.reps]
    near = [rep for rep in reps if abs(rep.turn_s - turn_s) < MATCH_S]
    return min(near, key=lambda rep: abs(rep.turn_s - turn_s)) if near else None


def kept_at(clip: Clip, cache: Path) -> Path:
    """Where a clip's landmarks are kept: the name changes with the studio and with the movement."""
    exercise = find(clip.exercise)
    fault = next((fault for fault in exercise.faults if fault.criterion == clip.fault), None)
    key = f"{clip} {exercise.motion} {fault} {REPS} {RATE_HZ} {exercise.side_camera_deg} {_studio()}"
    return cache / f"{clip.exercise.replace(' ', '_')}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.npz"


def _studio() -> str:
    import formcheck.synthetic

    sources = sorted(Path(formcheck.synthetic.__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def placed(clip: Clip, performance: Performance) -> Camera:
    """The clip's camera: before, behind, or at the left side where the exercise is seen best from there."""
    azimuth_deg = performance.exercise.side_camera_deg if clip.view == "side" else None
    return performance.camera(_CAMERAS[clip.view], azimuth_deg=azimuth_deg)


def _watch_one(clip: Clip, path: Path) -> None:
    performance = clip.performed()
    with tempfile.TemporaryDirectory(prefix="formcheck-studio-") as folder:
        video = Path(folder) / "clip.mp4"
        film(performance, placed(clip, performance), video)
        try:
            pose = estimate(Video(video))
        except SourceError as error:
            raise OSError(f"expected a filmed clip of {clip}, got: {error}") from error
        write_pose(path, pose)  # whole or not at all, so that a later run can trust what is there


def counting_rows(results: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Rows of (exercise, sets, athletes, exact %, within 1 %), the last over all; intervals over athletes."""
    rows: list[tuple[str, ...]] = [("exercise", "sets", "synthetic people", "count exact %", "within ±1 %")]
    names = sorted({result.clip.exercise for result in results})
    for name in (*names, "all"):
        chosen = [result for result in results if name in (result.clip.exercise, "all")]
        people = [str(result.clip.athlete) for result in chosen]
        off = np.array([abs(result.counted - REPS) for result in chosen])
        shares = (with_interval((off == 0).astype(float), people), with_interval((off <= 1).astype(float), people))
        rows.append((name, str(len(chosen)), str(len(set(people))), *shares))
    return rows


def criterion_rows(results: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Rows of (exercise, criterion, view, balanced accuracy, fault found, clean passed, others passed, not judged).

    All in % of judged repetitions: balanced accuracy is the mean of *fault found* and *clean passed*; *others passed*
    is over repetitions that have another fault. Intervals over athletes.
    """
    heading = ("exercise", "criterion", "view", "balanced accuracy %", "fault found %", "clean passed %")
    rows: list[tuple[str, ...]] = [(*heading, "passed with other faults %", "not judged %")]
    for name in sorted({result.clip.exercise for result in results}):
        for criterion in find(name).criteria:
            chosen = [r for r in results if r.clip.exercise == name and r.clip.view == criterion.views[0]]
            rows.append((name, criterion.id, criterion.views[0], *_shares(chosen, criterion.id)))
    return rows


def _shares(results: Sequence[Judged], criterion: str) -> tuple[str, ...]:
    right: dict[str, list[float]] = {"fault": [], "clean": [], "others": []}
    people: dict[str, list[str]] = {"fault": [], "clean": [], "others": []}
    judged_reps = all_reps = 0
    for result in results:
        kind = "clean" if result.clip.fault is None else "fault" if result.clip.fault == criterion else "others"
        for verdicts in result.verdicts:
            all_reps += 1
            verdict = verdicts.get(criterion, "not_judged")
            if verdict == "not_judged":
                continue
            judged_reps += 1
            right[kind].append(float(verdict == ("fail" if kind == "fault" else "pass")))
            people[kind].append(str(result.clip.athlete))
    balanced = (np.mean(right["fault"]) + np.mean(right["clean"])) / 2 if right["fault"] and right["clean"] else np.nan
    return (
        f"{100 * balanced:.1f}",
        *(with_interval(right[kind], people[kind]) for kind in ("fault", "clean", "others")),
        f"{100 * (1 - judged_reps / max(all_reps, 1)):.1f}",
    )
