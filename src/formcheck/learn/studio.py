"""Windows of synthetic people who do every exercise of the catalogue, rest, or do something else.

Nothing is rendered: exact landmarks get the estimator's measured errors (`synthetic.estimated`). Everybody does
everything once before cameras of their own; a person's windows are kept in one file, so that an interrupted
run goes on.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.exercises import Exercise, catalogue
from formcheck.learn.data import Examples
from formcheck.predictor import REST, UNKNOWN, Layout, Padded, Sliding, Windows, windows
from formcheck.predictor.window import share_within
from formcheck.synthetic import Athlete, Performance, act, activities, perform
from formcheck.synthetic.camera import AZIMUTH_DEG
from formcheck.synthetic.estimated import estimated_before
from formcheck.synthetic.improvised import improvised
from formcheck.synthetic.outsiders import outsiders
from formcheck.synthetic.plan import Pauses
from formcheck.synthetic.styles import shallower, styles

RESTING = ("standing", "sitting", "drinking")  # activities between sets; the others are unknown
VERSION = 5  # of what is drawn below: another one makes new files

ACTIVE, STILL = 0.7, 0.15  # of a window within a set: from here on the exercise, up to here rest
SEEN = 0.5  # of a window's frames in which the person must be found
BEST_VIEW = 0.5  # of the cameras stand where the exercise is seen best, the others anywhere
ASTRAY_DEG = 20.0
STRAIGHT = 0.35  # of the cameras stand straight ahead or beside, as most people put them,
BESIDE = 0.6  # of those beside,
STRAIGHT_DEG = 8.0  # to about this
OTHERWISE = 0.7  # of those who can do it in several ways do not do it as the file of the exercise has it
SHALLOW = 0.35  # of the sets are done with a part of the way only,
SHORT = (0.15, 0.55)  # this much of which is missing: half squats are squats
HEIGHT_M = (0.3, 2.2)  # of a camera: on the floor, or on a shelf
CROPPED = 0.35  # of the cameras stand so near that a part of the body is outside the picture,
CUT = (0.08, 0.55)  # of its height or width,
EDGES = (0.6, 0.1, 0.15, 0.15)  # by chance below, above, at the left or at the right,
STAYS = 0.6  # but not what moves most
TEMPI = (0.5, 1.8)  # of the athlete's own: hurried to slow
LEAST_S = 14.0  # of a set, about: enough for several windows
ACTIVITY_S = 16.0
IMPROVISED = 12  # exercises of everybody that nobody has ever seen,
OUTSIDERS = 10  # and that are well known, but not held by the catalogue
IMPROVISED_S = 8.0  # of each, about

Progress = Callable[[str, float], None]


def labels() -> tuple[str, ...]:
    """The exercises of the catalogue that can be performed, then rest and unknown."""
    return (*(exercise.name for exercise in performable()), REST, UNKNOWN)


def studio_examples(
    people: Sequence[int], layout: Layout, cut: Sliding | Padded, cache: Path, progress: Progress | None = None
) -> Examples:
    """The windows of synthetic people (their seeds), read from `cache` or made and kept there.

    The same for the same arguments. Raises ValueError for nobody.
    """
    if not len(people):
        raise ValueError("expected the seeds of synthetic people, got none")
    parts: list[dict[str, NDArray[np.generic]]] = []
    for at, seed in enumerate(people):
        parts.append(_of_person(seed, layout, cut, cache))
        if progress is not None:
            progress("Performing before the estimator", (at + 1) / len(people))
    return Examples(
        np.concatenate([part["values"] for part in parts]).astype(np.float32),
        np.concatenate([part["labels"] for part in parts]).astype(np.intp),
        np.concatenate(
            [np.full(len(part["labels"]), f"person {seed}") for part, seed in zip(parts, people, strict=True)]
        ),
        np.concatenate([part["clips"] for part in parts]).astype(np.str_),
        labels(),
        layout,
        cut,
    )


def _of_person(seed: int, layout: Layout, cut: Sliding | Padded, cache: Path) -> dict[str, NDArray[np.generic]]:
    key = hashlib.sha256(repr((VERSION, layout.name, layout.channels, cut, labels())).encode()).hexdigest()[:12]
    return kept(cache / key / f"person-{seed}.npz", lambda: _performed(seed, layout, cut))


def kept(path: Path, make: Callable[[], dict[str, NDArray[np.generic]]]) -> dict[str, NDArray[np.generic]]:
    """The arrays in a file, or those that `make` gives, which are then written there; half written ones count not."""
    try:
        with np.load(path) as stored:
            return {name: stored[name] for name in ("values", "labels", "clips")}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        pass  # not there, or damaged: made again
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        np.savez(file, allow_pickle=False, **made)
    os.replace(part, path)
    return made


def _performed(seed: int, layout: Layout, cut: Sliding | Padded) -> dict[str, NDArray[np.generic]]:
    names = labels()
    values: list[NDArray[np.float16]] = []
    found: list[NDArray[np.intp]] = []
    clips: list[str] = []
    made = (*_sets(seed, layout, cut), *_idling(seed, layout, cut), *_improvising(seed, layout, cut))
    for name, seen, label in made:
        kept = (label >= 0) & (seen.found >= SEEN)
        values.append(seen.values[kept].astype(np.float16))  # a thousandth of a trunk: finer than anybody estimates
        found.append(label[kept])
        clips += [f"{name} of person {seed}"] * int(kept.sum())
    assert all(each.max(initial=-1) < len(names) for each in found)
    return {"values": np.concatenate(values), "labels": np.concatenate(found), "clips": np.array(clips)}


Shown = tuple[str, Windows, NDArray[np.intp]]


def _sets(seed: int, layout: Layout, cut: Sliding | Padded) -> list[Shown]:
    """Every exercise once, with rest before and after; a window that shows half a set has the label -1."""
    shown: list[Shown] = []
    for label, exercise in enumerate(performable()):
        draw = np.random.default_rng([seed, label, 131])
        less = np.random.default_rng([seed, label, 157])  # of its own: the sets are otherwise those of filmed people
        short = float(less.uniform(*SHORT)) if less.random() < SHALLOW else 0.0
        done = perform_set(exercise, seed, draw, short=short)
        straight = less.random() < STRAIGHT
        azimuth = straight_azimuth_of(exercise, less) if straight else azimuth_of(exercise, draw)
        seen = windows(reported_pose(done, azimuth, draw), layout, cut)
        shown.append((exercise.name, seen, labels_of(done, seen, label)))
    return shown


def perform_set(
    exercise: Exercise,
    seed: int,
    draw: np.random.Generator,
    least_s: float = LEAST_S,
    rate_hz: float = 30.0,
    short: float = 0.0,
) -> Performance:
    """A set of about `least_s` by the synthetic athlete `seed`, hurried or slow, half of it with faults.

    A share `short` of the way of every repetition is left out.
    """
    athlete = Athlete.sample(seed)
    athlete = replace(athlete, tempo=athlete.tempo * float(np.exp(draw.uniform(*np.log(TEMPI)))))
    ways = styles(exercise)
    way = 0 if len(ways) < 2 or draw.random() >= OTHERWISE else 1 + int(draw.integers(len(ways) - 1))
    motion = ways[way] if exercise.hold is not None else shallower(ways[way], short)
    exercise = replace(exercise, motion=motion)
    timing = ways[way].timing
    rep_s = athlete.tempo * (timing.out_s + timing.hold_s + timing.back_s + timing.rest_s)
    reps = 1 if exercise.hold else int(np.clip(round(least_s / rep_s), 2, 40))
    faults = [one_fault(exercise, draw) if way == 0 else {} for _ in range(reps)]  # they are written for the usual way
    pauses = Pauses(float(draw.choice([0.0, 0.0, 1.5])), float(draw.choice([0.0, 0.0, 1.0])))
    before_s, after_s = (float(draw.choice([0.5, 4.5])) for _ in range(2))
    return perform(exercise, athlete, reps, faults, seed, rate_hz, before_s, after_s, pauses=pauses)


def one_fault(exercise: Exercise, draw: np.random.Generator) -> dict[str, float]:
    """No fault, or as often one of the exercise's by its criterion, of a grade from 0.2 to 1."""
    if draw.random() < 0.5 or not exercise.faults:
        return {}
    return {exercise.faults[int(draw.integers(len(exercise.faults)))].criterion: float(draw.uniform(0.2, 1.0))}


def _idling(seed: int, layout: Layout, cut: Sliding | Padded) -> list[Shown]:
    """Every activity that is no exercise once."""
    shown: list[Shown] = []
    for at, name in enumerate(activities()):
        draw = np.random.default_rng([seed, at, 137])
        done = act(name, Athlete.sample(seed), ACTIVITY_S, seed)
        seen = windows(reported_pose(done, float(draw.uniform(-180.0, 180.0)), draw), layout, cut)
        label = labels().index(REST if name in RESTING else UNKNOWN)
        shown.append((name, seen, np.full(len(seen), label)))
    return shown


def _improvising(seed: int, layout: Layout, cut: Sliding | Padded) -> list[Shown]:
    """Exercises that nobody has taught: unknown while they are done."""
    shown: list[Shown] = []
    for at, exercise in enumerate((*(improvised(1_000 * seed + at) for at in range(IMPROVISED)), *known_outside(seed))):
        draw = np.random.default_rng([seed, at, 139])
        done = perform_set(exercise, seed, draw, IMPROVISED_S)
        straight = draw.random() < STRAIGHT
        azimuth = straight_azimuth_of(exercise, draw) if straight else float(draw.uniform(-180.0, 180.0))
        seen = windows(reported_pose(done, azimuth, draw), layout, cut)
        shown.append((exercise.name, seen, labels_of(done, seen, labels().index(UNKNOWN))))
    return shown


def known_outside(seed: int, count: int = OUTSIDERS) -> tuple[Exercise, ...]:
    """Some well-known exercises that the catalogue does not hold, others for everybody."""
    every = outsiders()
    chosen = np.random.default_rng([seed, 163]).permutation(len(every))[:count]
    return tuple(every[at] for at in chosen)


def labels_of(done: Performance, seen: Windows, label: int) -> NDArray[np.intp]:
    """(N,) the label of each window: `label` while the set is under way, rest beside it, -1 for what shows half of it.

    Beside an exercise that nobody has taught is nothing that is worth showing.
    """
    share = share_within(seen.start_s, seen.end_s, done.reps[0].start_s, done.reps[-1].end_s)
    beside = -1 if label == labels().index(UNKNOWN) else labels().index(REST)
    return np.where(share >= ACTIVE, label, np.where(share <= STILL, beside, -1)).astype(np.intp)


def azimuth_of(exercise: Exercise, draw: np.random.Generator) -> float:
    """Where a camera stands, degrees from the front: half where the exercise is seen best, others anywhere."""
    if draw.random() >= BEST_VIEW:
        return float(draw.uniform(-180.0, 180.0))
    views = exercise.watched.views
    view = views[int(draw.integers(len(views)))]
    azimuth = exercise.side_camera_deg if view == "side" else AZIMUTH_DEG[view]
    return float(draw.choice([-1.0, 1.0])) * azimuth + float(draw.uniform(-1.0, 1.0)) * ASTRAY_DEG


def straight_azimuth_of(exercise: Exercise, draw: np.random.Generator) -> float:
    """Where a camera stands that was put straight ahead or beside, degrees from the front."""
    beside = float(draw.choice([-1.0, 1.0])) * exercise.side_camera_deg
    return (beside if draw.random() < BESIDE else 0.0) + float(draw.uniform(-1.0, 1.0)) * STRAIGHT_DEG


def reported_pose(done: Performance, azimuth_deg: float, draw: np.random.Generator) -> PoseSequence:
    """What the estimator would report of a performance, which it does not tell the view of."""
    camera = done.camera(azimuth_deg=azimuth_deg, height_m=float(draw.uniform(*HEIGHT_M)))
    pose = estimated_before(done, camera, draw)
    return cropped(pose, draw) if draw.random() < CROPPED else pose


def cropped(pose: PoseSequence, draw: np.random.Generator) -> PoseSequence:
    """The same before a camera that is too near, as most are, unless what moves would be outside the picture."""
    if not pose.found.any():
        return pose
    low, high = (np.nanpercentile(pose.image, each, axis=(0, 1)) for each in (1, 99))
    edge, much = int(draw.choice(4, p=EDGES)), float(draw.uniform(*CUT))
    first, last = np.zeros(2), np.array(pose.frame_size, dtype=np.float64)
    axis = 1 if edge < 2 else 0
    if edge in (0, 3):
        last[axis] = high[axis] - much * (high[axis] - low[axis])
    else:
        first[axis] = low[axis] + much * (high[axis] - low[axis])
    inside = ((pose.image >= first) & (pose.image < last)).all(axis=2).mean(axis=0)
    moves = np.nanstd(pose.image, axis=0).sum(axis=1)
    if (moves * inside).sum() < STAYS * moves.sum():
        return pose
    width, height = (max(1, int(each)) for each in last - first)
    return replace(pose, image=pose.image - first, frame_size=(width, height))


def performable() -> tuple[Exercise, ...]:
    """The exercises of the catalogue that a synthetic athlete can perform."""
    return tuple(exercise for exercise in catalogue() if exercise.motion is not None)
