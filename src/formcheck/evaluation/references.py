"""What comparison with the studio's experts is worth: right expert, right joint, right way, and silence where clean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from formcheck.assess.judge import kind_of_view
from formcheck.assess.sets import find_spans
from formcheck.body import BLAZEPOSE_33
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.experts import SEED, Expert, working_side
from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.synthetic import camera_of, film_and_watch, found_for, rate_of
from formcheck.exercises import Exercise, find
from formcheck.exercises.vocabulary import CameraView
from formcheck.reference import Reference
from formcheck.reference.compare import in_step
from formcheck.reference.judged import AGREEING, differing
from formcheck.reference.moments import speed
from formcheck.reference.nearest import Candidate, Experts, Found, Performed, described
from formcheck.reference.shipped import shipped_exercises, shipped_references
from formcheck.reps import RepSpan
from formcheck.signals import Floats
from formcheck.sources import read_pose
from formcheck.synthetic import Athlete, Camera, Performance, perform
from formcheck.synthetic.plan import PlannedRep

Origin = Literal["person", "studio"]
Progress = Callable[[str, float], None]

ORIGINS: dict[Origin, str] = {
    "person": "somebody filmed alike: learnt thresholds",
    "studio": "the studio's: at least 25 degrees, joints of the exercise",
}
TOLD_DEG = 15.0  # a fault that moves no joint as far is none that a comparison of joints is to tell
SHORTLIST = 12  # of the nearest by posture are brought in step
NEAREST = 3

REPS = 2  # whoever makes a mistake makes it in every repetition
IDLE_S = 0.6


@dataclass(frozen=True)
class Trial:
    """One set of a user before one camera: every repetition with the same fault and grade, or clean."""

    exercise: str
    athlete: int
    view: CameraView
    fault: tuple[str, float] | None

    def performed(self) -> Performance:
        """The set as it truly was."""
        exercise = find(self.exercise)
        grades = {} if self.fault is None else {self.fault[0]: self.fault[1]}
        return perform(
            exercise, Athlete.sample(self.athlete), REPS, grades, self.athlete, rate_of(exercise), IDLE_S, IDLE_S
        )

    def camera(self, performance: Performance) -> Camera:
        """Where the criterion is seen best."""
        return camera_of(performance, self.view)


def trials(exercises: Sequence[Exercise], people: Sequence[int]) -> list[Trial]:
    """Every fault of every exercise before the camera that sees it best, and a clean set before each such camera.

    Grades are drawn from [0.5, 1]: below, nobody would call it a fault.
    """
    planned: list[Trial] = []
    for exercise in exercises:
        best: dict[str, CameraView] = {criterion.id: criterion.views[0] for criterion in exercise.criteria}
        faults = [fault.criterion for fault in exercise.faults]
        for person in people:
            draw = np.random.default_rng([person, 8, len(exercise.name)])
            views: dict[CameraView, None] = dict.fromkeys(best[fault] for fault in faults)
            planned += [Trial(exercise.name, person, view, None) for view in views]
            planned += [
                Trial(exercise.name, person, best[fault], (fault, round(float(draw.uniform(0.5, 1.0)), 3)))
                for fault in faults
            ]
    return planned


@dataclass(frozen=True)
class Beside:
    """What came out for one repetition of a trial.

    `named` (L2, in step) says whether the nearest of all experts showed the right exercise, and from the right view;
    `among` whether the truly nearest was among the nearest three, None where there are no more than three. `advised`
    are joint, side and sign of what was told, by whose expert it is taken to be; `truly` the joints that are truly off
    by more than `TOLD_DEG`, the furthest first.
    """

    trial: Trial
    view: str
    named: tuple[tuple[bool, bool], tuple[bool, bool]]
    among: bool | None
    advised: dict[str, frozenset[tuple[str, int]]]
    truly: tuple[tuple[str, int], ...]


def filmed(
    exercises: Sequence[Exercise],
    people: Sequence[int],
    cache: Path,
    workers: int = 2,
    progress: Progress | None = None,
) -> list[Beside]:
    """Film and watch the trials of people, and hold them against the experts that ship."""
    kept = film_and_watch(trials(exercises, people), cache, workers, progress)
    truths = true_experts([each for exercise in exercises for each in shipped_references(exercise.name)])
    return measured(kept, truths, progress)


def measured(
    kept: Mapping[Trial, Path], truths: Mapping[tuple[str, int], Performed], progress: Progress | None = None
) -> list[Beside]:
    """Every repetition of the trials beside the experts that ship; `truths` are these as they truly were."""
    every = Experts([each for exercise in shipped_exercises() for each in shipped_references(exercise)])
    out: list[Beside] = []
    for at, (trial, path) in enumerate(kept.items()):
        out += _trial(trial, path, every, truths)
        if progress is not None:
            progress("Beside experts", (at + 1) / len(kept))
    return out


def _trial(trial: Trial, path: Path, every: Experts, truths: Mapping[tuple[str, int], Performed]) -> list[Beside]:
    performance, pose = trial.performed(), with_view(read_pose(path))
    exercise, camera = performance.exercise, trial.camera(performance)
    spans = [span for span in find_spans(exercise, Track(pose)) if span.complete and not span.attempt]
    here, fast = Experts(shipped_references(exercise.name)), speed(pose)
    exact = performance.landmarks(camera, occlusion=False)
    exactly_fast = speed(exact)
    out: list[Beside] = []
    for number, rep in enumerate(performance.reps):
        if (span := found_for(rep, spans)) is None:
            continue
        side = working_side(exercise, rep)
        user = described(pose, fast, span, side)
        truth = described(exact, exactly_fast, RepSpan(rep.start_s, rep.turn_s, rep.end_s, 1.0), side)
        found = here.best(user, AGREEING)
        seen = kind_of_view(pose.view)
        advised = {origin: _advised(exercise, seen, found, origin) for origin in ORIGINS}
        named = _named(trial, user, every)
        out.append(
            Beside(
                trial, pose.view, named, _among(user, truth, here, truths), advised, _truly(trial, performance, number)
            )
        )
    return out


def _advised(
    exercise: Exercise, view: CameraView | None, found: Sequence[Found], origin: Origin
) -> frozenset[tuple[str, int]]:
    told = [off for off in differing(exercise, view, found, origin) if off.told] if found else []
    return frozenset((off.joint.id, 1 if off.difference.value > 0 else -1) for off in told)


def _named(trial: Trial, user: Performed, every: Experts) -> tuple[tuple[bool, bool], tuple[bool, bool]]:
    """Whether the nearest of all is of the right exercise and view, by posture and in step."""
    nearest = [candidate for candidate, _ in every.nearest(user, SHORTLIST, alike=False)]
    apart = [beside.distance if (beside := in_step(user.course, one.performed.course)) else np.inf for one in nearest]
    chosen = (nearest[0], nearest[int(np.argmin(apart))])
    first, second = ((one.reference.exercise == trial.exercise, one.shown.stream == trial.view) for one in chosen)
    return first, second


def _among(
    user: Performed, truth: Performed, here: Experts, truths: Mapping[tuple[str, int], Performed]
) -> bool | None:
    """Whether the truly nearest of the experts that can be compared is among the three nearest that are found."""
    nearest: dict[str, Candidate] = {}  # of each expert the repetition, or its mirror image, that is most alike
    for candidate, _ in here.nearest(user, 2 * len(here.shown)):
        nearest.setdefault(candidate.reference.name, candidate)
    if len(nearest) <= NEAREST:
        return None
    apart: list[float] = []
    for one in nearest.values():
        way = truths[one.reference.name, one.at]
        exact = way.mirrored if one.mirrored else way
        apart.append(float(np.nanmean((exact.posture - truth.posture) ** 2)))
    return int(np.argmin(apart)) < NEAREST


def true_experts(references: Sequence[Reference]) -> dict[tuple[str, int], Performed]:
    """The studio's experts as they truly moved, by name and number of the repetition."""
    out: dict[tuple[str, int], Performed] = {}
    for reference in references:
        athlete = SEED + int(reference.name.split()[-1]) - 1
        taken: dict[Expert, int] = {}
        for at, shown in enumerate(reference.shown):
            one_sided = find(reference.exercise).working == "one"
            expert = Expert(reference.exercise, athlete, shown.stream, shown.side == "left" if one_sided else True)
            performance = expert.performed()
            camera = expert.camera(performance)
            exact = performance.landmarks(camera, occlusion=False)
            reps = [rep for rep in performance.reps if shown.side in (None, "left" if rep.works_left else "right")]
            rep = reps[min(taken.get(expert, 0), len(reps) - 1)]
            taken[expert] = taken.get(expert, 0) + (shown.side is None)
            span = RepSpan(rep.start_s, rep.turn_s, rep.end_s, 1.0)
            out[reference.name, at] = described(exact, speed(exact), span, shown.side)
    return out


def _truly(trial: Trial, performance: Performance, number: int) -> tuple[tuple[str, int], ...]:
    """The joints that a fault truly moved, beside the same person without it at the same places of the repetition."""
    if trial.fault is None:
        return ()
    clean = replace(trial, fault=None).performed()
    angles = [_angles(one, one.reps[number]) for one in (performance, clean)]
    off: dict[tuple[str, int], float] = {}
    for name in angles[0]:
        apart = (angles[0][name] - angles[1][name] + 180.0) % 360.0 - 180.0
        furthest = float(apart[int(np.argmax(np.abs(apart)))])
        joint = name.removesuffix("_left").removesuffix("_right")
        key = (joint, 1 if furthest > 0 else -1)
        if abs(furthest) >= TOLD_DEG:
            off[key] = max(off.get(key, 0.0), abs(furthest))
    return tuple(sorted(off, key=lambda key: -off[key]))


def _angles(performance: Performance, rep: PlannedRep) -> dict[str, Floats]:
    """The true angles (N,) in space at even places of a repetition: on the way out, at the turn, and back."""
    ways = [np.linspace(rep.start_s, rep.arrive_s, 7), [rep.turn_s], np.linspace(rep.leave_s, rep.end_s, 7)]
    joints = performance.at(np.concatenate(ways)).points  # left, up, forward

    def at(name: str) -> Floats:
        pair = [f"{name}_left", f"{name}_right"]
        names = [name] if name in BLAZEPOSE_33 else [each.replace("s_", "_") for each in pair]
        return np.mean([joints[:, BLAZEPOSE_33.index(each)] for each in names], axis=0)

    def angle(a: str, vertex: str, b: str) -> Floats:
        u, v = at(a) - at(vertex), at(b) - at(vertex)
        cosine = (u * v).sum(axis=1) / (np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1))
        return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))

    def above(over: str, under: str) -> Floats:
        away = at(over) - at(under)
        return np.degrees(np.arctan2(away[:, 1], np.hypot(away[:, 0], away[:, 2])))

    trunk = at("shoulders") - at("hips")
    out: dict[str, Floats] = {"trunk": np.degrees(np.arctan2(trunk[:, 2], trunk[:, 1]))}
    for side in ("left", "right"):
        out[f"knee_{side}"] = 180.0 - angle(f"hip_{side}", f"knee_{side}", f"ankle_{side}")
        out[f"hip_{side}"] = 180.0 - angle(f"shoulder_{side}", f"hip_{side}", f"knee_{side}")
        out[f"elbow_{side}"] = 180.0 - angle(f"shoulder_{side}", f"elbow_{side}", f"wrist_{side}")
        out[f"shoulder_{side}"] = angle(f"hip_{side}", f"shoulder_{side}", f"elbow_{side}")
        out[f"neck_{side}"] = 180.0 - angle(f"ear_{side}", f"shoulder_{side}", f"hip_{side}")
        out[f"foot_{side}"] = above(f"heel_{side}", f"foot_index_{side}")
    return out


def retrieval_rows(results: Sequence[Beside]) -> list[tuple[str, ...]]:
    """Which expert is found among all that ship: shares in % with intervals over people."""
    rows: list[tuple[str, ...]] = [
        ("repetitions", "number", "exercise by L2", "view", "exercise in step", "view", "truly nearest in 3")
    ]
    for name, chosen in (
        ("clean", [each for each in results if each.trial.fault is None]),
        ("with a fault", [each for each in results if each.trial.fault is not None]),
    ):
        people = [str(each.trial.athlete) for each in chosen]
        cells = [
            with_interval([float(each.named[way][what]) for each in chosen], people)
            for way in (0, 1)
            for what in (0, 1)
        ]
        ranked = [each for each in chosen if each.among is not None]
        among = with_interval([float(each.among or False) for each in ranked], [str(r.trial.athlete) for r in ranked])
        rows.append((name, str(len(chosen)), *cells, among))
    return rows


def advice_rows(results: Sequence[Beside]) -> list[tuple[str, ...]]:
    """What is advised: pieces a clean repetition, and in how many of a hundred faults the right joint and way."""
    heading = (
        "experts taken as",
        "camera",
        "pieces a clean repetition",
        "faults",
        "a joint truly off %",
        "furthest off %",
    )
    rows: list[tuple[str, ...]] = [heading]
    for origin, title in ORIGINS.items():
        for view in ("side", "front", "all"):
            chosen = [each for each in results if view in (each.trial.view, "all")]
            clean = [each for each in chosen if each.trial.fault is None]
            faulty = [each for each in chosen if each.truly]
            people = [str(each.trial.athlete) for each in faulty]
            joints = [float(len({joint for joint, _ in each.advised[origin]})) for each in clean]
            some = [float(bool(each.advised[origin] & set(each.truly))) for each in faulty]
            first = [float(each.truly[0] in each.advised[origin]) for each in faulty]
            pieces = with_interval(joints, [str(each.trial.athlete) for each in clean], percent=False)
            rows.append(
                (title, view, pieces, str(len(faulty)), with_interval(some, people), with_interval(first, people))
            )
    return rows


def missed_rows(results: Sequence[Beside]) -> list[tuple[str, ...]]:
    """The exercises in which faults are told least, with learnt thresholds: how many of how many."""
    rows: list[tuple[str, ...]] = [("exercise", "fault", "camera", "told", "of")]
    tally: dict[tuple[str, str, str], list[bool]] = {}
    for each in results:
        if each.truly and each.trial.fault is not None:
            key = (each.trial.exercise, each.trial.fault[0], each.trial.view)
            tally.setdefault(key, []).append(bool(each.advised["person"] & set(each.truly)))
    for key, told in sorted(tally.items(), key=lambda item: (sum(item[1]) / len(item[1]), item[0])):
        if sum(told) < len(told):
            rows.append((*key, str(sum(told)), str(len(told))))
    return rows
