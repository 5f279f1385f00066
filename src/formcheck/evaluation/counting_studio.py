"""Synthetic people to count: sets of every exercise as the estimator would report them, and what is none.

Nothing is rendered: exact landmarks get the estimator's measured errors (`synthetic.estimated`). People rest before,
between and after repetitions, some of which are shallow; some are in a hurry, some slow; some walk in first. Mostly the
camera has the best view of the exercise, and stands elsewhere by chance. As real estimators do, this one loses people,
above all who lie on their backs: a repetition in which nobody was found most of the time may be counted or not.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from formcheck.assess.counting import count_reps
from formcheck.body import PoseSequence
from formcheck.body.labelled import Cycle, LabelledClip
from formcheck.evaluation.counting import Rows, Tell
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import Exercise, catalogue, find
from formcheck.exercises.motion import Blend
from formcheck.learn.datasets.counted import CountedSet
from formcheck.synthetic import Athlete, Performance, act, activities, perform
from formcheck.synthetic.camera import AZIMUTH_DEG
from formcheck.synthetic.estimated import estimated_before
from formcheck.synthetic.plan import Pauses, PlannedRep

FEWEST, MOST = 3, 10  # repetitions of a set
HOLDS = 2  # of an exercise that is held
CLEAN = 0.5  # of the repetitions; the others have a fault, and
SHALLOW = 0.5  # of those, where there is such a fault, one of not going all the way
BEST_VIEW = 0.7  # of the sets
ASTRAY_DEG = 12.0  # a camera stands up to this far from where it is meant to
WALKS_IN = 0.25  # of the sets that begin standing
WALK_S = 3.0
SEEN = 0.5  # of the frames of a repetition that must be counted
CUT_INTO = 0.3  # of a repetition are missing at most, where a clip is cut out
MAY_COUNT = 0.6  # of a repetition that was cut off, and a fair counter may count it
SPARE_S = 0.8  # at most, before and after
TEMPI = (1.0, 1.0, 0.7, 1.5)  # as usual, in a hurry, slow
ACTIVITY_S = 30.0
GIVEN = ("squat", "barbell biceps curl", "lunge", "shoulder press", "jumping jack", "push-up")


def studio_sets(seeds: Sequence[int], exercises: Sequence[Exercise] = (), cut_out: bool = False) -> CountedSet:
    """One set of every exercise by every synthetic person, the same for the same seed; all exercises if none given.

    With `cut_out` one to three repetitions of each, as clips are cut that show an exercise, some in the middle of one.
    """
    chosen = exercises or [exercise for exercise in catalogue() if exercise.motion is not None]
    clips = [_clip(exercise, seed, cut_out) for exercise in chosen for seed in seeds]
    people = f"{len(seeds)} synthetic people (seeds {seeds[0]} to {seeds[-1]})" if seeds else "nobody"
    people += ", repetitions cut out" if cut_out else ""
    return CountedSet(people, Path(), tuple(clips), ((),) * len(clips), people_known=True)


def _clip(exercise: Exercise, seed: int, cut_out: bool) -> LabelledClip:
    seen, reps = _seen_again(exercise, seed), performed(exercise, seed).reps
    start_s, end_s = _cut(exercise, seed, reps) if cut_out else (0.0, float(seen.time[-1]) + 1.0)
    cycles: list[Cycle] = []
    shown: list[float] = []  # the share of each repetition
    for rep in reps:
        begins_s, ends_s = float(rep.start_s) - start_s, float(rep.end_s) - start_s
        share = (min(ends_s, end_s - start_s) - max(begins_s, 0.0)) / (ends_s - begins_s)
        if share > 0:
            found = seen.found[slice(*np.searchsorted(seen.time, (rep.start_s, rep.end_s)))]
            turn_s = (float(rep.arrive_s) - start_s, float(rep.leave_s) - start_s)
            cycles.append(Cycle(begins_s, ends_s, turn_s, whole=bool(share >= 1 and found.mean() >= SEEN)))
            shown.append(share)
    inside = sum(share >= 1 for share in shown)
    in_turn = exercise.motion is not None and exercise.motion.working == "alternating"
    return LabelledClip(
        name=f"{exercise.name} of person {seed}",
        source=str(seed),
        kind=exercise.name,
        exercise=exercise.file or exercise.name,
        count=inside,
        low=sum(cycle.whole for cycle in cycles),
        high=sum(share >= MAY_COUNT for share in shown),
        pose=partial(_part, exercise, seed, start_s, end_s),
        cycles=tuple(cycles),
        both_sides=inside // 2 if in_turn and inside > 1 else None,
    )


def _cut(exercise: Exercise, seed: int, reps: Sequence[PlannedRep]) -> tuple[float, float]:
    """From when to when a clip of a few repetitions goes."""
    draw = _draw(f"the cutter of {exercise.name}", seed)
    count = int(draw.integers(1, min(3, len(reps)) + 1))
    at = int(draw.integers(len(reps) - count + 1))
    first, last = reps[at], reps[at + count - 1]
    before, after = (float(draw.uniform(-CUT_INTO, 1.0)) for _ in range(2))  # below zero: of the repetition
    start_s = first.start_s - before * (SPARE_S if before > 0 else first.end_s - first.start_s)
    end_s = last.end_s + after * (SPARE_S if after > 0 else last.end_s - last.start_s)
    return max(0.0, float(start_s)), float(end_s)


def _part(exercise: Exercise, seed: int, start_s: float, end_s: float) -> PoseSequence:
    seen = _seen_again(exercise, seed).between(start_s, end_s)
    return replace(seen, time=seen.time - start_s)


def _draw(what: str, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, zlib.crc32(what.encode()), 97])


def performed(exercise: Exercise, seed: int) -> Performance:
    """What a synthetic person does in the set of an exercise."""
    draw = _draw(exercise.name, seed)
    athlete = Athlete.sample(seed)
    athlete = replace(athlete, tempo=athlete.tempo * float(draw.choice(TEMPI)))
    reps = HOLDS if exercise.hold else int(draw.integers(FEWEST, MOST + 1))
    faults = [_fault(exercise, draw) for _ in range(reps)]
    pauses = Pauses(float(draw.choice([0.0, 0.0, 2.5])), float(draw.choice([0.0, 0.0, 1.0])))
    before_s, after_s = float(draw.uniform(0.5, 5.0)), float(draw.uniform(0.3, 5.0))
    begin = partial(perform, exercise, athlete, reps, faults, seed, before_s=before_s, after_s=after_s, pauses=pauses)
    if draw.random() < WALKS_IN:
        try:
            return begin(walk_in_s=WALK_S)
        except ValueError:  # nobody walks into a bench press
            pass
    return begin()


def _fault(exercise: Exercise, draw: np.random.Generator) -> dict[str, float]:
    if draw.random() < CLEAN or not exercise.faults:
        return {}
    shallow = [fault.criterion for fault in exercise.faults if any(map(_stops_short, fault.changes))]
    known = shallow if shallow and draw.random() < SHALLOW else [fault.criterion for fault in exercise.faults]
    return {known[int(draw.integers(len(known)))]: float(draw.uniform(0.3, 1.0))}


def _stops_short(change: object) -> bool:
    return isinstance(change, Blend) and change.at == 1.0 and change.toward < 1.0 and "leg" in change.parts


def _seen_again(exercise: Exercise, seed: int) -> PoseSequence:
    draw = _draw(f"the camera before {exercise.name}", seed)
    views = exercise.watched.views
    view = views[0] if draw.random() < BEST_VIEW else views[int(draw.integers(len(views)))]
    side = float(draw.choice([-1.0, 1.0]))
    azimuth = exercise.side_camera_deg if view == "side" else AZIMUTH_DEG[view]
    return estimated_pose(performed(exercise, seed), side * azimuth + float(draw.uniform(-1.0, 1.0)) * ASTRAY_DEG, draw)


def estimated_pose(performance: Performance, azimuth_deg: float, draw: np.random.Generator) -> PoseSequence:
    """What the estimator would report of a performance before a camera, which it does not tell the view of."""
    camera = performance.camera(azimuth_deg=azimuth_deg)
    pose = estimated_before(performance, camera, draw)
    outside = ~performance.landmarks(camera, occlusion=False).found
    assert pose.world is not None
    return replace(
        pose,
        image=np.where(outside[:, None, None], np.nan, pose.image),
        world=np.where(outside[:, None, None], np.nan, pose.world),
        visibility=np.where(outside[:, None], 0.0, pose.visibility),
    )


# --- What is no exercise


@dataclass(frozen=True)
class Ghosts:
    """Repetitions found where there were none: by a person who does something else, for `minutes`.

    `found` by what the counter was told, "" for nothing.
    """

    activity: str
    person: str
    minutes: float
    found: dict[str, int]


def activity_pose(name: str, seed: int) -> PoseSequence:
    """Half a minute of a synthetic person who does something else, as the estimator would report it."""
    draw = _draw(name, seed)
    done = act(name, Athlete.sample(seed), ACTIVITY_S, seed=seed)
    return estimated_pose(done, float(draw.uniform(-180.0, 180.0)), draw)


def count_ghosts(seeds: Sequence[int], given: Sequence[str] = GIVEN, tell: Tell = None) -> list[Ghosts]:
    """Every activity of every person counted, told nothing and told each of some exercises; holds, told nothing."""
    held = [exercise for exercise in catalogue() if exercise.hold is not None and exercise.motion is not None]
    jobs = [(name, seed) for name in (*activities(), *(exercise.name for exercise in held)) for seed in seeds]
    ghosts: list[Ghosts] = []
    for at, (name, seed) in enumerate(jobs):
        if name in activities():
            pose, told = activity_pose(name, seed), given
        else:
            pose, told = _seen_again(find(name), seed), ()
        found = {"": count_reps(pose).count} | {each: count_reps(pose, find(each)).count for each in told}
        ghosts.append(Ghosts(name, str(seed), float(pose.time[-1] - pose.time[0]) / 60.0, found))
        if tell is not None:
            tell("Counting where there is nothing", (at + 1) / len(jobs))
    return ghosts


def ghost_table(ghosts: Sequence[Ghosts]) -> Rows:
    """Rows of (activity, people, minutes, repetitions a minute that were found: told nothing, told an exercise)."""
    given = list(dict.fromkeys(told for each in ghosts for told in each.found))
    names = {"": "unnamed"} | {told: f"as {told}" for told in given if told}
    rows: Rows = [("activity", "synthetic people", "minutes", *names.values())]
    kinds = list(dict.fromkeys(each.activity for each in ghosts))
    moving = [each for each in ghosts if each.activity in activities()]
    groups = [(kind, [each for each in ghosts if each.activity == kind]) for kind in kinds]
    for kind, chosen in [*groups, ("all activities", moving)]:
        people, cells = {each.person for each in chosen}, [_rate(chosen, told) for told in names]
        rows.append((kind, str(len(people)), f"{sum(each.minutes for each in chosen):.1f}", *cells))
    return rows


def _rate(ghosts: Sequence[Ghosts], told: str) -> str:
    known = [each for each in ghosts if told in each.found]
    rates, minutes = [each.found[told] / each.minutes for each in known], [each.minutes for each in known]
    return with_interval(rates, [each.person for each in known], percent=False, weights=minutes)
