"""How well streams are brought to one clock: synthetic people, whose clocks are known, by sound and by motion.

Landmarks are those of the fast mode (`synthetic/estimated.py`), sensors have the errors and the clocks of `worn`, the
thermal camera those of `thermal`; sound is written to and read from real files with AAC tracks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.body import PoseSequence
from formcheck.body.view import with_view
from formcheck.clock import UNTOLD_S, Clocked, Fit, align, align_sensors, energy, imu_motion, pose_motion
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import Exercise
from formcheck.replicas.faults import draw_faults
from formcheck.signals import Floats, Signal, uniform_clock
from formcheck.sources.thermal import ThermalRecording
from formcheck.synthetic import Athlete, Performance, perform
from formcheck.synthetic.estimated import estimated_before
from formcheck.synthetic.imu import Imu, Place, imus, worn
from formcheck.synthetic.thermal import thermal, thermal_camera
from formcheck.thermal import motion_energy

REPS = 6
BEFORE_S = 3.0
LATEST_S = 1.2  # the last device is started by then
WARM = 4  # one exercise in so many of every person is seen by a thermal camera as well: it takes long to draw
AIM_S = 0.05
LONG_S = 270.0  # of a recording of which the drift is asked
DRIFT_PPM = 100.0
LONG = ("squat", "lunge", "barbell biceps curl", "jumping jack", "lateral raise", "shoulder press")

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Told:
    """What was told of two clocks: the largest error over the recording in s, None where they were not aligned.

    `error_s` is the standard error that was told; `drift_ppm` told and true, and its standard error.
    """

    pair: str
    exercise: str
    athlete: int
    off_s: float | None
    error_s: float
    warned: bool
    drift_ppm: tuple[float, float, float] | None = None


@dataclass(frozen=True, eq=False)
class _Seen:
    """One performance before all devices, each of which was started at its own instant."""

    exercise: str
    athlete: int
    performance: Performance
    cameras: Mapping[str, tuple[PoseSequence, float]]
    worn: Mapping[Place, Imu]
    sensors: Mapping[str, Signal]


def told(
    exercises: Sequence[Exercise], people: range, warm: int = WARM, progress: Progress | None = None
) -> list[Told]:
    """Every exercise by every synthetic person: camera to camera and to sensors, and every `warm`-th exercise of each
    person both to a thermal camera."""
    out: list[Told] = []
    jobs = [(seed, at, exercise) for seed in people for at, exercise in enumerate(exercises)]
    for at, (seed, number, exercise) in enumerate(jobs):
        out += _pairs(_seen(exercise, seed, REPS), (number + seed) % warm == 0)
        if progress is not None:
            progress("Aligning", (at + 1) / len(jobs))
    return out


def told_drift(exercises: Sequence[Exercise], people: range, progress: Progress | None = None) -> list[Told]:
    """Long sets by every person, whose sensors gain or lose 100 ppm against the camera."""
    out: list[Told] = []
    jobs = [(exercise, seed) for seed in people for exercise in exercises]
    for at, (exercise, seed) in enumerate(jobs):
        reps = round(LONG_S / _rep_s(exercise))
        seen = _seen(exercise, seed, reps, drift_ppm=DRIFT_PPM * (1 if seed % 2 else -1), side=False)
        out += list(_to_sensors(seen))
        if progress is not None:
            progress("Following", (at + 1) / len(jobs))
    return out


def _rep_s(exercise: Exercise) -> float:
    done = perform(exercise, Athlete.sample(0), 3)
    return max(0.5, (done.reps[-1].end_s - done.reps[0].start_s) / 3)


def _seen(exercise: Exercise, seed: int, reps: int, drift_ppm: float | None = None, side: bool = True) -> _Seen:
    draw = np.random.default_rng([seed, *exercise.name.encode(), 91])
    faults = draw_faults(exercise, reps, draw, "scores")
    done = perform(exercise, Athlete.sample(seed), reps, faults, seed, before_s=BEFORE_S)
    cameras: dict[str, tuple[PoseSequence, float]] = {}
    for name, azimuth_deg, rate_hz in (("front", 0.0, 30.0), ("side", exercise.side_camera_deg, 25.0))[: 1 + side]:
        start_s = float(draw.uniform(0.0, LATEST_S))
        clip = done.at(uniform_clock(start_s, float(done.time[-1]), rate_hz))
        camera = done.camera(azimuth_deg=azimuth_deg)
        cameras[name] = with_view(estimated_before(clip, camera, draw).shifted(-start_s)), start_s
    sensors = worn(seed)
    if drift_ppm is not None:
        for place, each in worn(seed).items():
            sensors[place] = replace(each, clock_drift_ppm=drift_ppm)
    signals = {str(place): each for place, each in imus(done, seed, sensors).items()}
    return _Seen(exercise.name, seed, done, cameras, sensors, signals)


def _pairs(seen: _Seen, warm: bool) -> Iterator[Told]:
    front, start_s = seen.cameras["front"]
    first = _camera("front", front)
    side, side_s = seen.cameras["side"]
    fit, said = align(first, _camera("side", side))
    yield _told(seen, "camera and camera", fit, side.time, side.time + side_s - start_s, said)
    yield from _to_sensors(seen)
    if not warm:
        return
    view = thermal(seen.performance, thermal_camera(seen.performance), seen.athlete)
    zero_s = float(view.time[0])
    shown = energy(motion_energy(ThermalRecording(view.time - zero_s, view.celsius, "celsius")))
    second = Clocked("thermal", float(shown.time[-1]), shown)
    fit, said = align(first, second)
    yield _told(seen, "camera and thermal", fit, shown.time, shown.time + zero_s - start_s, said)
    exact = dict(seen.worn)
    for place, each in seen.worn.items():
        exact[place] = replace(each, clock_offset_s=0.0, clock_drift_ppm=0.0)
    sensors = imu_motion({str(place): each for place, each in imus(seen.performance, seen.athlete, exact).items()})
    if sensors is not None:
        fit, said = align(Clocked("sensors", float(sensors.time[-1]), sensors), second)
        yield _told(seen, "sensors of one clock and thermal", fit, shown.time, shown.time + zero_s, said)


def _to_sensors(seen: _Seen) -> Iterator[Told]:
    """Of every sensor by itself, as they are after the recording as a whole was aligned.

    A sensor on a limb that rests shows nothing by which its own clock could be told from that of the others.
    """
    front, start_s = seen.cameras["front"]
    first, motion = _camera("front", front), imu_motion(seen.sensors)
    if motion is None:
        return
    group, said = align(first, Clocked("sensors", float(motion.time[-1]), motion))
    fits, _ = align_sensors(first.motion, seen.sensors, group)
    for place, sensor in seen.worn.items():
        own = seen.sensors[place].time
        true = (own - sensor.clock_offset_s) / (1 + 1e-6 * sensor.clock_drift_ppm) - start_s
        fit = fits[place] if group.by != "not aligned" else group
        rests = fit.by != "not aligned" and fit.error_s >= UNTOLD_S
        pair = "camera and sensor of a limb that rests" if rests else "camera and sensor of a limb that moves"
        yield _told(seen, pair, fit, own, true, said, -sensor.clock_drift_ppm)


def _camera(name: str, pose: PoseSequence) -> Clocked:
    return Clocked(name, float(pose.time[-1]), pose_motion(pose), pose=pose)


def _told(
    seen: _Seen, pair: str, fit: Fit, own: Floats, true: Floats, said: Sequence[str], drift_ppm: float = 0.0
) -> Told:
    off = None if fit.by == "not aligned" else float(np.abs(fit.on_first(own) - true).max())
    drift = None
    if fit.drift_ppm is not None and fit.drift_error_ppm is not None:
        drift = (fit.drift_ppm, drift_ppm, fit.drift_error_ppm)
    return Told(pair, seen.exercise, seen.athlete, off, fit.error_s, bool(said), drift)


def told_rows(found: Sequence[Told]) -> list[tuple[str, ...]]:
    """By pair of streams: how often within 50 ms, and how far off; 95 % intervals over people."""
    head = ("clocks of", "pairs", "within 50 ms %", "median, ms", "told error, ms", "off by < 2 errors %")
    rows: list[tuple[str, ...]] = [(*head, "not aligned %", "of wrong ones, warned of")]
    for pair in dict.fromkeys(each.pair for each in found):
        part = [each for each in found if each.pair == pair]
        people = [str(each.athlete) for each in part]
        off = [np.inf if each.off_s is None else each.off_s for each in part]
        aligned = [each for each in part if each.off_s is not None]
        wrong = [each for each in aligned if each.off_s is not None and each.off_s > AIM_S]
        inside = [float(each.off_s is not None and each.off_s <= 2 * each.error_s) for each in aligned]
        rows.append(
            (
                pair,
                str(len(part)),
                with_interval([float(each <= AIM_S) for each in off], people),
                f"{1000 * float(np.median(off)):.1f}",
                f"{1000 * float(np.median([each.error_s for each in aligned])):.0f}" if aligned else "–",
                with_interval(inside, [str(each.athlete) for each in aligned]),
                with_interval([float(each.off_s is None) for each in part], people),
                f"{sum(each.warned for each in wrong)} of {len(wrong)}",
            )
        )
    return rows


def drift_rows(found: Sequence[Told]) -> list[tuple[str, ...]]:
    """By exercise: how well a drift of 100 ppm is told of some four and a half minutes."""
    rows: list[tuple[str, ...]] = [
        ("exercise", "sensors that move", "told with its sign, > 2 errors %", "median error, ppm", "within 50 ppm %")
    ]
    for name in (*dict.fromkeys(each.exercise for each in found), "all"):
        part = [each for each in found if name in (each.exercise, "all") and "moves" in each.pair]
        drifts = [each.drift_ppm for each in part if each.drift_ppm is not None]
        people = [str(each.athlete) for each in part]
        off = [np.inf if each.drift_ppm is None else abs(each.drift_ppm[0] - each.drift_ppm[1]) for each in part]
        surely = [
            float(each.drift_ppm is not None and each.drift_ppm[0] * np.sign(each.drift_ppm[1]) > 2 * each.drift_ppm[2])
            for each in part
        ]
        rows.append(
            (
                name,
                str(len(part)),
                with_interval(surely, people),
                f"{float(np.median([abs(a - b) for a, b, _ in drifts])):.0f}" if drifts else "–",
                with_interval([float(each <= 50.0) for each in off], people),
            )
        )
    return rows


def worst_rows(found: Sequence[Told], most: int = 12) -> list[tuple[str, ...]]:
    """The exercises that most often miss 50 ms, by pair of streams."""
    missed: dict[tuple[str, str], list[bool]] = {}
    for each in found:
        if "rests" not in each.pair:
            missed.setdefault((each.pair, each.exercise), []).append(each.off_s is None or each.off_s > AIM_S)
    shares = sorted(
        ((sum(each) / len(each), key, len(each)) for key, each in missed.items() if any(each)), reverse=True
    )
    rows: list[tuple[str, ...]] = [("clocks of", "exercise", "missed %", "of")]
    return rows + [
        (pair, name, f"{100 * share:.0f}", str(of)) for share, (pair, name), of in sorted(shares, reverse=True)[:most]
    ]
