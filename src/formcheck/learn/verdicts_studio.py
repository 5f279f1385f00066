"""Repetitions of synthetic people with known faults, as a criteria model is shown them: quickly, by the ten thousand.

Nothing is rendered: a whole set before two cameras gets the estimator's measured errors (`synthetic.estimated`), and
is cut into repetitions by what cuts it when it serves. Somebody every other way to do the exercise, hurried or slow,
near or far, before cameras that stand by eye, that see a part of the body only, or that there are not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.assess.judge import kind_of_view
from formcheck.assess.sets import driving_stream, find_spans
from formcheck.body import PoseSequence
from formcheck.body.planes import Side
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises import Exercise
from formcheck.exercises.motion import Blend, Fault, Motion, Retime, Shake, Shift
from formcheck.learn.kept import kept
from formcheck.learn.studio import cropped
from formcheck.predictor.criteria import CHANNELS, FRAMES, Shown, show
from formcheck.replicas.faults import draw_faults
from formcheck.reps import RepSpan
from formcheck.synthetic import Athlete, Performance, perform
from formcheck.synthetic.camera import placed
from formcheck.synthetic.estimated import estimated_before
from formcheck.synthetic.plan import Pauses
from formcheck.synthetic.styles import styles

VERSION = 1  # of what is drawn below: another one makes new files
PART = 100  # people in a file
REPS = 8
THIN = 3  # every third instant tells where a camera must stand
IDLE_S = 0.7  # before and after the set
MATCH_S = 0.75  # a found repetition is the planned one whose turning point is this near, and nearest
RATES_HZ = (15.0, 15.0, 24.0, 30.0)
OTHERWISE = 0.25  # of the people do it in another way than its file has it
FEW = 0.3  # of the people have one fault at most, the others have habits
ASTRAY_DEG = 24.0  # a camera stands in front, or at a side, by eye
HEIGHT_M = (0.4, 1.8)
FARTHEST = 1.8  # times as far as where the athlete fills the picture
CROPPED = 0.12
TEMPI = (0.6, 1.6)
FLAT = 0.15  # of the streams tell no depth
PICTURES, IN_PICTURES = 16, 0.15  # this share are 16 pictures a repetition, as ALEX-GYM-1 has them
SUBSETS = (("front", "side"), ("front", "side"), ("front",), ("side",))

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Repetitions:
    """N repetitions: `values` (N, 24, 266) float16, `labels` (N, C), and the seeds of the `people` (N,).

    A label is 1 where the criterion is satisfied, 0 where it is not, and NaN where nobody knows.
    """

    values: NDArray[np.float16]
    labels: NDArray[np.float32]
    people: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.values)


def judged_criteria(exercise: Exercise) -> tuple[str, ...]:
    """The criteria that a model can learn: those with a fault that can be performed. ValueError for fewer than one."""
    able = {fault.criterion for fault in exercise.faults}
    found = tuple(criterion.id for criterion in exercise.criteria if criterion.id in able)
    if not found or exercise.motion is None:
        raise ValueError(f"expected an exercise that can be performed with faults, {exercise.name} cannot")
    return found


def studio_repetitions(exercise: Exercise, people: Sequence[int], progress: Progress | None = None) -> Repetitions:
    """The repetitions of synthetic people (their seeds), the same for the same arguments."""
    criteria = judged_criteria(exercise)
    values: list[NDArray[np.float16]] = []
    labels: list[list[float]] = []
    who: list[int] = []
    for at, seed in enumerate(people):
        for shown, told in _of_person(exercise, seed):
            values.append(shown.values.astype(np.float16))
            labels.append([told[name] for name in criteria])
            who.append(seed)
        if progress is not None:
            progress("Performing before the estimator", (at + 1) / len(people))
    return Repetitions(
        np.stack(values) if values else np.zeros((0, FRAMES, CHANNELS), dtype=np.float16),
        np.array(labels, dtype=np.float32).reshape(-1, len(criteria)),
        np.array(who, dtype=np.int64),
    )


def kept_repetitions(exercise: Exercise, people: range, folder: Path, progress: Progress | None = None) -> Repetitions:
    """The same, read from `folder` or made and kept there, a hundred people a file, so that it can be interrupted."""
    parts: list[Repetitions] = []
    for first in range(people.start, people.stop, PART):
        some = range(first, min(first + PART, people.stop))
        path = folder / f"{exercise.name.replace(' ', '-')}-{some.start}-{some.stop}-v{VERSION}.npz"
        parts.append(kept(path, Repetitions, lambda some=some: studio_repetitions(exercise, some)))
        if progress is not None:
            progress("Performing before the estimator", (some.stop - people.start) / len(people))
    return Repetitions(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Repetitions)))


def _of_person(exercise: Exercise, seed: int) -> list[tuple[Shown, Mapping[str, float]]]:
    draw = np.random.default_rng([seed, sum(exercise.name.encode()), 173])
    done, unknown = _performed(exercise, seed, draw)
    tracks = {name: Track(pose) for name, pose in _cameras(done, draw).items()}
    in_pictures = draw.random() < IN_PICTURES
    found: list[tuple[Shown, Mapping[str, float]]] = []
    for at, span, side in cut(exercise, tracks, done):
        poses = {name: track.pose for name, track in tracks.items()}
        if in_pictures:
            poses = {name: _in_pictures(pose, done, at) for name, pose in poses.items()}
            span = replace(span, start_s=done.reps[at].start_s, end_s=done.reps[at].end_s)
        shown = show(poses, span, side)
        if shown is not None:
            told = {name: float(label) for name, label in done.labels(at).items()}
            found.append((shown, {**told, **dict.fromkeys(unknown, np.nan)}))
    return found


def cut(exercise: Exercise, tracks: Mapping[str, Track], done: Performance) -> list[tuple[int, RepSpan, Side | None]]:
    """The repetitions of a set that were found: which it is, from when to when, and the side that worked."""
    name = driving_stream(exercise, tracks)
    if name is None:
        return []
    spans = [span for span in find_spans(exercise, tracks[name]) if span.complete and not span.attempt]
    side_of = exercise.driving.side_of if exercise.driving else None
    found: list[tuple[int, RepSpan, Side | None]] = []
    for at, rep in enumerate(done.reps):
        near = [span for span in spans if abs(span.turn_s - rep.turn_s) < min(MATCH_S, (rep.end_s - rep.start_s) / 2)]
        if near:
            span = min(near, key=lambda each: abs(each.turn_s - rep.turn_s))
            found.append((at, span, side_of(tracks[name], span) if side_of else None))
    return found


def _performed(exercise: Exercise, seed: int, draw: np.random.Generator) -> tuple[Performance, set[str]]:
    """A set with faults, and the criteria of which nobody knows whether they are satisfied in this way to do it."""
    athlete = Athlete.sample(seed)
    athlete = replace(athlete, tempo=athlete.tempo * float(np.exp(draw.uniform(*np.log(TEMPI)))))
    reps = 1 if exercise.hold else REPS
    faults = _few(exercise, reps, draw) if draw.random() < FEW else draw_faults(exercise, reps, draw)
    pauses = Pauses(float(draw.choice([0.0, 0.0, 1.2])), float(draw.choice([0.0, 0.0, 0.8])))
    rate_hz = float(draw.choice(RATES_HZ))
    own = exercise.motion
    assert own is not None
    places = [key.at for key in own.keys]  # which faults change; a way without them cannot have these faults
    ways = [way for way in styles(exercise)[1:] if [key.at for key in way.keys] == places]
    other = ways[int(draw.integers(len(ways)))] if ways and draw.random() < OTHERWISE else own
    done = perform(replace(exercise, motion=other), athlete, reps, faults, seed, rate_hz, IDLE_S, IDLE_S, pauses=pauses)
    changed = _parts_changed(own, other)
    return done, {fault.criterion for fault in exercise.faults if _parts_of(fault) <= changed}


def _few(exercise: Exercise, reps: int, draw: np.random.Generator) -> list[dict[str, float]]:
    """Every second repetition has one fault, with those that it brings along."""
    planned: list[dict[str, float]] = []
    known = {fault.criterion for fault in exercise.faults}
    for _ in range(reps):
        fault = exercise.faults[int(draw.integers(len(exercise.faults)))]
        names = {fault.criterion, *fault.also} & known if draw.random() < 0.5 else set[str]()
        planned.append({name: float(draw.uniform(0.5, 1.0)) for name in sorted(names)})
    return planned


def _parts_changed(own: Motion, other: Motion) -> set[str]:
    """The parts of the body that another way to do an exercise moves differently."""
    poses = [key.pose for key in own.keys], [key.pose for key in other.keys]
    parts = ("trunk", "leg", "arm")
    return {
        part
        for part in parts
        if any(
            (getattr(a, part), getattr(a, f"other_{part}", None))
            != (getattr(b, part), getattr(b, f"other_{part}", None))
            for a, b in zip(*poses, strict=True)
        )
    }


def _parts_of(fault: Fault) -> set[str]:
    """The parts of the body that a fault moves; "tempo" where it changes that."""
    parts: set[str] = set()
    for change in fault.changes:
        if isinstance(change, Blend):
            parts |= set(change.parts)
        elif isinstance(change, Shift | Shake):
            parts |= {each.name.removeprefix("other_") for each in fields(change.by) if _moves(change.by, each.name)}
        elif isinstance(change, Retime):
            parts |= {angle.partition(".")[0] for angle in change.angles}
        else:
            parts.add("tempo")
    return parts


def _moves(pose: object, part: str) -> bool:
    value = getattr(pose, part)
    return value is not None and value != type(value)()


def _cameras(done: Performance, draw: np.random.Generator) -> dict[str, PoseSequence]:
    """The streams of one or two cameras, of the view that each was found to have."""
    streams: dict[str, PoseSequence] = {}
    outline = done.outline()[::THIN]
    for name in SUBSETS[int(draw.integers(len(SUBSETS)))]:
        best = 0.0 if name == "front" else done.exercise.side_camera_deg
        azimuth_deg = float(draw.choice([-1.0, 1.0])) * best + float(draw.uniform(-ASTRAY_DEG, ASTRAY_DEG))
        height_m = float(draw.uniform(*HEIGHT_M))
        camera = placed(outline, azimuth_deg=azimuth_deg, height_m=height_m)
        if draw.random() < 0.5:
            near_m = float(np.linalg.norm((camera.target - camera.position)[[0, 2]]))
            farther_m = near_m * FARTHEST ** float(draw.uniform(0.0, 1.0))
            size = camera.frame_size
            camera = placed(outline, azimuth_deg=azimuth_deg, height_m=height_m, distance_m=farther_m, frame_size=size)
        pose = estimated_before(done, camera, draw)
        pose = with_view(cropped(pose, draw) if draw.random() < CROPPED else pose)
        if kind_of_view(pose.view) == name and pose.found.any():
            streams[name] = replace(pose, world=None) if draw.random() < FLAT else pose
    return streams


def _in_pictures(pose: PoseSequence, done: Performance, at: int) -> PoseSequence:
    """Only the frames nearest to 16 instants of a repetition, evenly apart from its start on."""
    rep = done.reps[at]
    when = rep.start_s + np.arange(PICTURES) * (rep.end_s - rep.start_s) / PICTURES
    nearest = np.unique(np.abs(pose.time[:, None] - when).argmin(axis=0))
    chosen = np.zeros(len(pose), dtype=np.bool_)
    chosen[nearest] = True
    return pose.rows(chosen)
