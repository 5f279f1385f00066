"""Repetitions of synthetic people with graded faults, as two cameras, four sensors and a thermal camera show them.

Nothing is filmed: landmarks get the estimator's measured errors (`synthetic.estimated`), sensors and thermal camera
those of `synthetic.imu` and `synthetic.thermal`. Repetitions begin and end a little early or late, and streams are a
little apart, as those that were found and aligned do and are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.exercises import Exercise
from formcheck.learn.kept import kept
from formcheck.learn.verdicts_studio import judged_criteria
from formcheck.predictor.streams import SHAPES, Repetition, energy, landmarks, readings
from formcheck.replicas.faults import draw_faults
from formcheck.signals import Floats, Signal
from formcheck.sources.thermal import ThermalRecording
from formcheck.synthetic import Athlete, Performance, perform
from formcheck.synthetic.camera import placed
from formcheck.synthetic.estimated import estimated_before
from formcheck.synthetic.imu import imus, worn
from formcheck.synthetic.thermal import thermal as thermogram
from formcheck.synthetic.thermal import thermal_camera
from formcheck.thermal import energy_image, silhouettes

VERSION = 2  # of what is drawn below: another one makes new files
PART = 50  # people in a file
REPS = 8
THIN = 3  # every third instant tells where a camera must stand
IDLE_S = 0.7
TEMPI = (0.7, 1.45)
ASTRAY_DEG = 20.0  # a camera stands in front, or at a side, by eye
HEIGHT_M = (0.5, 1.7)
EARLY = 0.025  # of a repetition's length is the standard deviation of where it is found to begin and to end,
LEAST_EARLY_S = 0.03
APART_S = 0.025  # and this of the offset that is left between streams

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Graded:
    """N repetitions: their streams as float16 (`front`, `side` (N, 30, 99), `imu` (N, 100, 24), `thermal`
    (N, 2, 64, 64)), `duration_s` (N,), the `grades` (N, C) 0..1 of their faults, whether the right side worked
    (`right`, (N,)), and the seeds of the `people` (N,).
    """

    front: NDArray[np.float16]
    side: NDArray[np.float16]
    imu: NDArray[np.float16]
    thermal: NDArray[np.float16]
    duration_s: NDArray[np.float32]
    grades: NDArray[np.float32]
    right: NDArray[np.bool_]
    people: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.people)

    def of(self, chosen: NDArray[np.intp] | NDArray[np.bool_]) -> Graded:
        """Some of them."""
        return Graded(*(getattr(self, each.name)[chosen] for each in fields(self)))


def graded(
    exercise: Exercise, people: Sequence[int], cache: Path, thermal: bool = True, progress: Progress | None = None
) -> Graded:
    """The repetitions of synthetic people (their seeds), read from `cache` or made and kept there.

    Without `thermal` that stream is missing throughout, which is made five times as fast. Raises ValueError for nobody,
    and for an exercise that has no faults which can be performed.
    """
    if not len(people):
        raise ValueError("expected the seeds of synthetic people, got none")
    parts: list[Graded] = []
    for at in range(0, len(people), PART):
        who = people[at : at + PART]
        name = f"{exercise.name.replace(' ', '-')}-v{VERSION}{'' if thermal else '-cool'}-{who[0]}-{len(who)}.npz"
        parts.append(kept(cache / name, Graded, lambda who=who: _made(exercise, who, thermal)))
        if progress is not None:
            progress(f"Performing {exercise.name}", min(1.0, (at + PART) / len(people)))
    return together(parts)


def together(parts: Sequence[Graded]) -> Graded:
    """The repetitions of all parts."""
    return Graded(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Graded)))


def correct(exercise: Exercise, grades: NDArray[np.floating]) -> Floats:
    """(N,) how correct repetitions with these grades (N, C) are: one less their weighted mean over all criteria."""
    return 1.0 - np.asarray(grades, dtype=np.float64) @ weights(exercise)


def weights(exercise: Exercise) -> Floats:
    """(C,) by how much a fault of each criterion that can be learnt lowers the correctness when it is plain."""
    weight = {criterion.id: criterion.weight for criterion in exercise.criteria}
    return np.array([weight[name] for name in judged_criteria(exercise)]) / sum(weight.values())


def _made(exercise: Exercise, people: Sequence[int], thermal: bool) -> Graded:
    return together([of_athlete(exercise, _hurried(exercise, seed), seed, thermal) for seed in people])


def _hurried(exercise: Exercise, seed: int) -> Athlete:
    """Somebody who is fast or slow."""
    draw = np.random.default_rng([seed, sum(exercise.name.encode()), 193])
    athlete = Athlete.sample(seed)
    return replace(athlete, tempo=athlete.tempo * float(np.exp(draw.uniform(*np.log(TEMPI)))))


def of_athlete(exercise: Exercise, athlete: Athlete, seed: int, thermal: bool = True) -> Graded:
    """A set of somebody's, the same for the same arguments; `seed` draws faults and how streams err."""
    found = _shown(exercise, judged_criteria(exercise), athlete, seed, thermal)

    def stream(name: str) -> NDArray[np.float16]:
        empty = np.zeros(SHAPES[name], dtype=np.float16)
        rows = [np.nan_to_num(rep.streams[name]) if name in rep.streams else empty for rep, _, _ in found]
        return np.array(rows, dtype=np.float16).reshape(-1, *SHAPES[name])

    return Graded(
        stream("front"),
        stream("side"),
        stream("imu"),
        stream("thermal"),
        np.array([rep.duration_s for rep, _, _ in found], dtype=np.float32),
        np.array([grades for _, grades, _ in found], dtype=np.float32).reshape(len(found), -1),
        np.array([right for *_, right in found], dtype=np.bool_),
        np.full(len(found), seed, dtype=np.int64),
    )


def _shown(
    exercise: Exercise, criteria: tuple[str, ...], athlete: Athlete, seed: int, thermal: bool
) -> list[tuple[Repetition, list[float], bool]]:
    draw = np.random.default_rng([seed, sum(exercise.name.encode()), 191])
    reps = 1 if exercise.hold else REPS
    faults = draw_faults(exercise, reps, draw, "scores")
    done = perform(exercise, athlete, reps, faults, seed, 30.0, IDLE_S, IDLE_S)
    poses = _cameras(done, draw)
    sensors = _sensors(done, seed, draw)
    images = _images(done, seed) if thermal else None
    found: list[tuple[Repetition, list[float], bool]] = []
    for at, rep in enumerate(done.reps):
        length_s = rep.end_s - rep.start_s
        early = draw.normal(0.0, max(EARLY * length_s, LEAST_EARLY_S), 2)
        start_s, end_s = rep.start_s + float(early[0]), rep.end_s + float(early[1])
        if end_s - start_s < 0.5 * length_s:
            start_s, end_s = rep.start_s, rep.end_s
        streams = {name: landmarks(pose, start_s, end_s) for name, pose in poses.items()}
        streams["imu"] = readings(sensors, start_s, end_s)
        if images is not None:
            streams["thermal"] = images(start_s, end_s)
        there = {name: values for name, values in streams.items() if values is not None}
        if there:
            grades = [float(faults[at].get(name, 0.0)) for name in criteria]
            right = done.motion.working != "both" and not rep.works_left
            found.append((Repetition(there, end_s - start_s), grades, right))
    return found


def _cameras(done: Performance, draw: np.random.Generator) -> dict[str, PoseSequence]:
    """What the estimator reports before a camera in front and one at the left, by eye."""
    outline = done.outline()[::THIN]
    found: dict[str, PoseSequence] = {}
    for name, best_deg in (("front", 0.0), ("side", done.exercise.side_camera_deg)):
        astray_deg, height_m = float(draw.uniform(-ASTRAY_DEG, ASTRAY_DEG)), float(draw.uniform(*HEIGHT_M))
        camera = placed(outline, azimuth_deg=best_deg + astray_deg, height_m=height_m)
        pose = estimated_before(done, camera, draw)
        found[name] = pose.shifted(float(draw.normal(0.0, APART_S)))
    return found


def _sensors(done: Performance, seed: int, draw: np.random.Generator) -> dict[str, Signal]:
    """What four sensors report, on the clock of the performance but for a little."""
    sensors = worn(seed)
    found: dict[str, Signal] = {}
    for place, signal in imus(done, seed, sensors).items():
        sensor = sensors[place]
        true_s = (signal.time - sensor.clock_offset_s) / (1.0 + sensor.clock_drift_ppm * 1e-6)
        found[place] = Signal(true_s + float(draw.normal(0.0, APART_S)), signal.values, signal.channels)
    return found


def _images(done: Performance, seed: int) -> Callable[[float, float], NDArray[np.float32] | None]:
    """What gives the energy image of a stretch of a performance before a thermal camera."""
    seen = thermogram(done, thermal_camera(done), seed)
    found = silhouettes(ThermalRecording(seen.time, seen.celsius, "celsius"))

    def image(start_s: float, end_s: float) -> NDArray[np.float32] | None:
        made = energy_image(found, (start_s, end_s))
        return energy(made.silhouette, made.warmth)

    return image
