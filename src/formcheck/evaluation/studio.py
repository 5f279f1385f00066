"""How fast the studio is on one core: repetitions with the estimator's errors, and frames of pictures and film."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from formcheck.exercises import Exercise, find
from formcheck.synthetic import Athlete, film, perform, pictures
from formcheck.synthetic.batch import FRAMES, repetitions

BATCH = 64  # repetitions of one athlete at a time
DRAWN = 96  # frames drawn of each timed performance
RENDERED = ("squat", "push-up", "bench press")  # drawing takes as long for any other: nothing, or a bench and a bar


@dataclass(frozen=True)
class Rate:
    """How many a second, in each repeat."""

    what: str
    exercise: str
    unit: str
    each: tuple[float, ...]


def time_studio(
    exercises: Sequence[Exercise], repeats: int = 3, progress: Callable[[str, float], None] | None = None
) -> list[Rate]:
    """Fast repetitions of every exercise, and drawing and filming of some, in seconds of this process's CPU time.

    CPU time, since other programs on the machine would otherwise count; the linear algebra behind numpy must be kept to
    one thread (OMP_NUM_THREADS=1) for that to be one core's.
    """
    jobs: list[tuple[str, str, str, Callable[[], int]]] = [
        ("fast landmarks", each.name, f"repetitions/s of {FRAMES} frames", _fast(each)) for each in exercises
    ]
    jobs += [("pictures", name, "frames/s", _drawn(find(name))) for name in RENDERED]
    jobs += [("film", name, "frames/s", _filmed(find(name))) for name in RENDERED]
    rates: list[Rate] = []
    for at, (what, name, unit, job) in enumerate(jobs):
        job()
        each = tuple(_per_second(job) for _ in range(repeats))
        rates.append(Rate(what, name, unit, each))
        if progress is not None:
            progress("Timing", (at + 1) / len(jobs))
    return rates


def _per_second(job: Callable[[], int]) -> float:
    start_s = time.process_time()
    done = job()
    return done / (time.process_time() - start_s)


def _fast(exercise: Exercise) -> Callable[[], int]:
    def job() -> int:
        return sum(len(repetitions(exercise, Athlete.sample(seed), BATCH, seed=seed).time) for seed in (0, 1))

    return job


def _drawn(exercise: Exercise) -> Callable[[], int]:
    performance = perform(exercise, Athlete.sample(0), reps=2)
    camera = performance.camera("side-left")
    return lambda: sum(1 for _ in islice(pictures(performance, camera), DRAWN))


def _filmed(exercise: Exercise) -> Callable[[], int]:
    whole = perform(exercise, Athlete.sample(0), reps=2)
    performance = whole.at(whole.time[:DRAWN])
    camera = performance.camera("side-left")

    def job() -> int:
        with tempfile.TemporaryDirectory(prefix="formcheck-studio-") as folder:
            film(performance, camera, Path(folder) / "clip.mp4")
        return len(performance.time)

    return job


def studio_table(rates: Sequence[Rate]) -> list[tuple[str, ...]]:
    """Rows of (what, exercise, unit, median, range); over all exercises, then the slowest of them."""
    rows: list[tuple[str, ...]] = [("what", "exercise", "unit", "median", "range")]
    fast = [rate for rate in rates if rate.what == "fast landmarks"]
    if len(fast) > 1:
        every = [float(np.median(rate.each)) for rate in fast]
        slowest = fast[int(np.argmin(every))]
        span = f"{min(every):.0f} to {max(every):.0f}"
        rows.append(("fast landmarks", f"median of {len(fast)}", fast[0].unit, f"{np.median(every):.0f}", span))
        rates = [slowest, *(rate for rate in rates if rate not in fast)]
    for rate in rates:
        span = f"{min(rate.each):.0f} to {max(rate.each):.0f}"
        rows.append((rate.what, rate.exercise, rate.unit, f"{np.median(rate.each):.0f}", span))
    return rows
