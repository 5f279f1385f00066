"""What is lost with an estimator that tells 17 joints and no depth: the same sets judged from all and from those."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.assess import ExerciseSet, assess
from formcheck.body import BLAZEPOSE_33, COCO_17, PoseSequence
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.synthetic import Clip, clips
from formcheck.exercises import Exercise, find_or_load
from formcheck.predictor.criteria import seconds
from formcheck.recognition import recognised_sets
from formcheck.synthetic.estimated import estimated_before


@dataclass(frozen=True)
class Told:
    """What was made of one set: repetitions counted, whether it was named right, and verdicts by (turn, criterion)."""

    counted: int
    named: bool
    verdicts: dict[tuple[float, str], str]


@dataclass(frozen=True)
class Beside:
    """One set from all that the estimator tells, and from 17 joints in the picture."""

    clip: Clip
    whole: Told
    flat: Told


def flattened(pose: PoseSequence) -> PoseSequence:
    """What an estimator of COCO's 17 key points without depth would have told."""
    return replace(pose.on(COCO_17), world=None)


def beside(
    exercises: Sequence[Exercise], athletes: Sequence[int], progress: Callable[[str, float], None] | None = None
) -> list[Beside]:
    """Sets of synthetic people in the fast mode, judged twice."""
    planned = clips([each for each in exercises if each.motion is not None], athletes)
    done: list[Beside] = []
    for at, clip in enumerate(planned):
        performance = clip.performed()
        draw = np.random.default_rng([clip.athlete, 17])
        seen = replace(estimated_before(performance, clip.camera(performance), draw), view="unknown")
        exercise = find_or_load(clip.exercise)
        done.append(Beside(clip, _told(exercise, seen), _told(exercise, flattened(seen).on(BLAZEPOSE_33))))
        if progress is not None:
            progress("Judging with and without depth", (at + 1) / len(planned))
    return done


def _told(exercise: Exercise, pose: PoseSequence) -> Told:
    pose = with_view(pose)
    sets = assess(exercise, {"front": Track(pose)}, seconds(exercise))
    named = recognised_sets({"front": pose})
    longest = max(named, key=lambda each: each.end_s - each.start_s, default=None)
    right = longest is not None and longest.exercise == exercise.name
    return Told(sum(each.count for each in sets), right, _verdicts(sets))


def _verdicts(sets: Sequence[ExerciseSet]) -> dict[tuple[float, str], str]:
    return {
        (rep.turn_s, finding.criterion): finding.verdict
        for each in sets
        for rep in each.reps
        for finding in rep.findings
    }


def flat_rows(done: Sequence[Beside]) -> list[tuple[str, ...]]:
    """The table by camera: counts, names and judged criteria from all / from 17 joints; intervals over people."""
    rows: list[tuple[str, ...]] = [
        ("camera", "sets", "", "count exact %", "named right %", "criteria judged %", "same verdict %")
    ]
    for view in [*dict.fromkeys(each.clip.view for each in done), "all"]:
        here = [each for each in done if view in (each.clip.view, "all")]
        people = [str(each.clip.athlete) for each in here]
        agree, agreeing = _agreement(here)
        for name, tolds in (("33 and depth", [e.whole for e in here]), ("17 flat", [e.flat for e in here])):
            exact = [float(told.counted == len(each.clip.faults)) for told, each in zip(tolds, here, strict=True)]
            judged = [_judged(told) for told in tolds]
            known = [(share, who) for share, who in zip(judged, people, strict=True) if np.isfinite(share)]
            rows.append(
                (
                    view if name != "17 flat" else "",
                    str(len(here)) if name != "17 flat" else "",
                    name,
                    with_interval(exact, people),
                    with_interval([float(told.named) for told in tolds], people),
                    with_interval([share for share, _ in known], [who for _, who in known]),
                    with_interval(agree, agreeing) if name == "17 flat" else "",
                )
            )
    return rows


def _judged(told: Told) -> float:
    """The share of a set's criteria and repetitions that were judged; NaN where there was none."""
    return float(np.mean([verdict != "not_judged" for verdict in told.verdicts.values()])) if told.verdicts else np.nan


def _agreement(done: Sequence[Beside]) -> tuple[list[float], list[str]]:
    """Whether both say the same of what both judge, and of whom."""
    same: list[float] = []
    people: list[str] = []
    for each in done:
        for (turn_s, criterion), verdict in each.flat.verdicts.items():
            others = [key for key in each.whole.verdicts if key[1] == criterion and abs(key[0] - turn_s) < 0.3]
            if verdict == "not_judged" or not others:
                continue
            other = each.whole.verdicts[min(others, key=lambda key: abs(key[0] - turn_s))]
            if other != "not_judged":
                same.append(float(verdict == other))
                people.append(str(each.clip.athlete))
    return same, people


def lost_rows(done: Sequence[Beside]) -> list[tuple[str, ...]]:
    """The criteria that are judged from all joints in most repetitions, and hardly ever from 17 flat ones."""
    shares: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for each in done:
        for criterion in find_or_load(each.clip.exercise).criteria:
            judged = [
                [verdict != "not_judged" for (_, name), verdict in told.verdicts.items() if name == criterion.id]
                for told in (each.whole, each.flat)
            ]
            if all(judged):
                key = (each.clip.exercise, criterion.id, each.clip.view)
                shares.setdefault(key, []).append((float(np.mean(judged[0])), float(np.mean(judged[1]))))
    means = {key: np.mean(values, axis=0) for key, values in shares.items()}
    lost = [key for key, (whole, flat) in means.items() if whole > 0.5 and flat < 0.1]
    return [("exercise", "criterion", "camera"), *sorted(lost)]
