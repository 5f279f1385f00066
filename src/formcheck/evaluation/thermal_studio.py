"""Synthetic people before a thermal camera: sets of every exercise and what is none, through real files and back.

A set is rendered as the camera gives it (`synthetic.thermal`, with all its errors), written as centi-kelvin TIFF and as
coloured video whose every frame has its own scale, and read again from there.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np

from formcheck.assess.likely import Odds
from formcheck.assess.unnamed import propose
from formcheck.body import View
from formcheck.evaluation.counting import Rows, Tell
from formcheck.evaluation.fit_likely import regression
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import Exercise, catalogue
from formcheck.sources.thermal import ThermalRecording, read_thermal
from formcheck.synthetic import Athlete, Performance, act, activities, perform
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.plan import Pauses
from formcheck.synthetic.thermal import Thermogram, thermal, thermal_camera
from formcheck.synthetic.thermogram import write_centikelvin, write_coloured
from formcheck.thermal import WarmMovement, silhouettes, thermal_sets

FEWEST, MOST = 3, 8  # repetitions of a set
FAULTY = 0.4  # of the repetitions
BEST_VIEW = 0.7  # of the sets are before a camera in the best view of the exercise
ACTIVITY_S = 30.0
RATE_HZ = 10.0  # on which performances are computed: the camera looks at its own instants

Kind = Literal["radiometric", "coloured, scale told", "coloured"]
KINDS: tuple[Kind, ...] = ("radiometric", "coloured, scale told", "coloured")


@dataclass(frozen=True)
class Watched:
    """What was found in one thermal recording of one set: `found` is the share of its frames that showed the person."""

    exercise: str
    person: str
    best_view: bool
    kind: Kind
    reps: int
    counted: int
    confidence: float
    found: float


def exercised(exercise: Exercise, seed: int) -> tuple[Performance, View, bool]:
    """A set of somebody, the view of the camera, and whether that is the best one; the same for the same arguments."""
    draw = np.random.default_rng([zlib.crc32(exercise.name.encode()), seed, 83])
    reps = int(draw.integers(FEWEST, MOST + 1))
    known = [fault.criterion for fault in exercise.faults]
    faults = [
        {known[int(draw.integers(len(known)))]: float(draw.uniform(0.3, 1.0))}
        if known and draw.random() < FAULTY
        else {}
        for _ in range(reps)
    ]
    views = exercise.watched.views
    best = bool(draw.random() < BEST_VIEW)
    view = views[0] if best else views[int(draw.integers(len(views)))]
    side: View = "side-left" if draw.random() < 0.5 else "side-right"
    pauses = Pauses(float(draw.choice([0.0, 0.0, 2.0])), float(draw.choice([0.0, 0.0, 0.6])))
    before_s, after_s = draw.uniform(0.5, 3.0, 2).tolist()
    athlete = Athlete.sample(seed)
    done = perform(exercise, athlete, reps, faults, seed, RATE_HZ, before_s, after_s, pauses=pauses)
    return done, side if view == "side" else view, best or view == views[0]


def recorded(exercise: Exercise, seed: int) -> tuple[Performance, Thermogram, Camera, bool]:
    """A set, its thermal frames, the camera, and whether that had the best view."""
    done, view, best = exercised(exercise, seed)
    camera = thermal_camera(done, view)
    return done, thermal(done, camera, seed), camera, best


def idle(name: str, seed: int) -> Thermogram:
    """Half a minute of somebody who does something else."""
    draw = np.random.default_rng([zlib.crc32(name.encode()), seed, 89])
    done = act(name, Athlete.sample(seed), ACTIVITY_S, seed=seed)
    view: View = ("front", "side-left", "oblique", "back")[int(draw.integers(4))]
    return thermal(done, thermal_camera(done, view), seed)


def through_files(frames: Thermogram, kind: Kind, folder: Path) -> ThermalRecording:
    """Frames written as a camera would, and read again."""
    if kind == "radiometric":
        write_centikelvin(frames, folder / "frames")
        return read_thermal(folder / "frames")
    video = folder / "thermal.mp4"
    write_coloured(frames, video)
    if kind == "coloured":
        video.with_suffix(".json").unlink()
    return read_thermal(video)


def watch(
    seeds: Sequence[int],
    exercises: Sequence[Exercise] = (),
    kinds: Sequence[Kind] = ("radiometric", "coloured"),
    keep: Path | None = None,
    in_turn: bool = False,
    tell: Tell = None,
) -> list[Watched]:
    """One set of every exercise that is no hold by every synthetic person, counted without being told anything.

    With `in_turn` each exercise is done by one of them, the first by the first person and so on.
    With `keep`, a folder, what is done is kept there and not done again: delete it when the code changes.
    """
    chosen = exercises or [each for each in catalogue() if each.motion is not None and each.hold is None]
    rows: list[Watched] = []
    turns = [chosen[at :: len(seeds)] if in_turn else chosen for at in range(len(seeds))]
    jobs = [(seed, exercise) for seed, done in zip(seeds, turns, strict=True) for exercise in done]
    for at, (seed, exercise) in enumerate(jobs):
        rows += _kept(exercise, seed, kinds, keep)
        if tell is not None:
            tell("Thermal frames of synthetic people", (at + 1) / len(jobs))
    return rows


def _kept(exercise: Exercise, seed: int, kinds: Sequence[Kind], keep: Path | None) -> list[Watched]:
    if keep is None:
        return list(_watched(exercise, seed, kinds))
    file = keep / f"{exercise.name.replace(' ', '_')}_{seed}_{'_'.join(str(KINDS.index(each)) for each in kinds)}.json"
    if not file.is_file():
        keep.mkdir(parents=True, exist_ok=True)
        done = [asdict(each) for each in _watched(exercise, seed, kinds)]
        part = file.with_suffix(".part")
        part.write_text(json.dumps(done), encoding="utf-8")
        part.replace(file)
    return [Watched(**each) for each in json.loads(file.read_text(encoding="utf-8"))]


def _watched(exercise: Exercise, seed: int, kinds: Sequence[Kind]) -> Iterator[Watched]:
    done, frames, _, best = recorded(exercise, seed)
    for kind in kinds:
        with TemporaryDirectory() as folder:
            seen = silhouettes(through_files(frames, kind, Path(folder)))
        sets = thermal_sets(seen)
        yield Watched(
            exercise.name,
            str(seed),
            best,
            kind,
            len(done.reps),
            sum(each.count for each in sets),
            float(np.prod([each.confidence for each in sets])) if sets else 0.0,
            float(seen.found.mean()),
        )


# --- Tables


def count_table(rows: Sequence[Watched], by_exercise: bool = False) -> Rows:
    """Rows of (kind of file, view, sets, people, exact, within ±1, frames with the person)."""
    out: Rows = [("file", "camera", "sets", "people", "exact %", "within ±1 %", "person found %")]
    for kind in dict.fromkeys(each.kind for each in rows):
        for name, best in (("best view", True), ("another view", False), ("all", None)):
            chosen = [each for each in rows if each.kind == kind and best in (None, each.best_view)]
            if chosen:
                out.append((kind, name, *_counted(chosen)))
    if by_exercise:
        for exercise in dict.fromkeys(each.exercise for each in rows):
            out.append(("all", exercise, *_counted([each for each in rows if each.exercise == exercise])))
    return out


def _counted(rows: Sequence[Watched]) -> tuple[str, ...]:
    people = [each.person for each in rows]
    off = np.array([abs(each.counted - each.reps) for each in rows])
    found = [each.found for each in rows]
    cells = (with_interval((off == 0).astype(float), people), with_interval((off <= 1).astype(float), people))
    return str(len(rows)), str(len(set(people))), *cells, with_interval(found, people)


def wrong_table(rows: Sequence[Watched]) -> Rows:
    """Rows of every recording that was counted wrong by more than one."""
    out: Rows = [("exercise", "person", "file", "best view", "repetitions", "counted", "confidence")]
    for each in rows:
        if abs(each.counted - each.reps) > 1:
            view = "yes" if each.best_view else "no"
            numbers = (str(each.reps), str(each.counted), f"{each.confidence:.2f}")
            out.append((each.exercise, each.person, each.kind, view, *numbers))
    return out


def confidence_table(rows: Sequence[Watched]) -> Rows:
    """Rows of (confidence, recordings, mean confidence, share counted right)."""
    out: Rows = [("confidence", "recordings", "mean confidence %", "count right %")]
    for low, high in ((0.0, 0.5), (0.5, 0.7), (0.7, 0.9), (0.9, 1.01)):
        chosen = [each for each in rows if low <= each.confidence < high]
        if chosen:
            right = [float(each.counted == each.reps) for each in chosen]
            sure = 100 * float(np.mean([each.confidence for each in chosen]))
            cell = with_interval(right, [each.person for each in chosen])
            out.append((f"{low:.1f} to {min(high, 1.0):.1f}", str(len(chosen)), f"{sure:.1f}", cell))
    return out


def ghost_table(seeds: Sequence[int], tell: Tell = None) -> Rows:
    """Rows of (activity, people, minutes, repetitions a minute that were found where there are none)."""
    out: Rows = [("activity", "people", "minutes", "repetitions a minute")]
    everything: list[tuple[float, float, str]] = []
    for at, name in enumerate(activities()):
        found: list[tuple[float, float, str]] = []
        for seed in seeds:
            frames = idle(name, seed)
            sets = thermal_sets(ThermalRecording(frames.time - frames.time[0], frames.celsius, "celsius"))
            found.append((float(sum(each.count for each in sets)), ACTIVITY_S / 60, str(seed)))
        everything += found
        out.append((name, str(len(seeds)), f"{len(found) * ACTIVITY_S / 60:.1f}", _rate(found)))
        if tell is not None:
            tell("Thermal frames of people who do something else", (at + 1) / len(activities()))
    minutes = sum(each[1] for each in everything)
    return [*out, ("all activities", str(len(seeds)), f"{minutes:.1f}", _rate(everything))]


def _rate(found: Sequence[tuple[float, float, str]]) -> str:
    counts, minutes, people = zip(*found, strict=True)
    return with_interval([each / long for each, long in zip(counts, minutes, strict=True)], people, percent=False)


# --- How sure a count is, fitted anew

LOOKS = {
    "exercise": ("duration", "gap", "travel", "still"),
    "right": ("agreed", "votes", "alike", "share", "count"),
}


def fit(seeds: Sequence[int], tell: Tell = None) -> dict[str, Odds]:
    """The regressions of `thermal/likely.json`, fitted on synthetic people whom no table tells of.

    As `fit_likely.fit` does for landmarks. Raises ValueError where there is only one kind of example.
    """
    chosen = [each for each in catalogue() if each.motion is not None and each.hold is None]
    rows: dict[str, list[tuple[dict[str, float], bool]]] = {what: [] for what in LOOKS}
    jobs = [(seed, job) for seed in seeds for job in (*chosen, *activities())]
    for at, (seed, job) in enumerate(jobs):
        if isinstance(job, str):
            reps, frames = None, idle(job, seed)
        else:
            done, frames, _, _ = recorded(job, seed)
            reps = len(done.reps)
        recording = ThermalRecording(frames.time - frames.time[0], frames.celsius, "celsius")
        movement = WarmMovement.of_silhouettes(silhouettes(recording))
        proposal = None if movement is None else propose(movement)
        if proposal is not None:
            if reps is not None:
                rows["right"].append((proposal.looks, len(proposal.spans) == reps))
            rows["exercise"].append((proposal.looks, reps is not None))
        if tell is not None:
            tell("Fitting how sure a count is", (at + 1) / len(jobs))
    odds: dict[str, Odds] = {}
    for what, names in LOOKS.items():
        true = np.array([so for _, so in rows[what]])
        # somebody exercises half of the time, as for landmarks
        even = np.where(true, 0.5 / max(true.sum(), 1), 0.5 / max((~true).sum(), 1))
        odds[what] = regression([looks for looks, _ in rows[what]], true, names, even if what == "exercise" else None)
    return odds
