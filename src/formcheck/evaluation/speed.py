"""What analysing costs beside what any program must pay: decoding the video and running the pose model."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.body import View
from formcheck.coach import analyze
from formcheck.exercises import Exercise
from formcheck.pose import pose_model
from formcheck.sources import Video
from formcheck.synthetic import Athlete, film, perform


@dataclass(frozen=True)
class Timing:
    """Wall seconds of each repeat of one way to do it, and frames per second at the median."""

    name: str
    seconds: tuple[float, ...]
    frames: int

    @property
    def median_s(self) -> float:
        """The median of the repeats."""
        return float(np.median(self.seconds))


def time_analysis(
    front: Path,
    side: Path | None,
    exercise: Exercise,
    repeats: int = 3,
    progress: Callable[[str, float], None] | None = None,
) -> list[Timing]:
    """Time the bare decode + MediaPipe loop, `analyze` without overlay, and with two views, in turn, after a warm-up.

    The ways take turns within every repeat, so a machine whose speed drifts treats them alike.
    """
    frames = sum(1 for _ in Video(front).frames())
    ways: dict[str, Callable[[], object]] = {
        "bare decode + MediaPipe loop": lambda: bare_loop(front),
        "analyze, one view": lambda: _analyze(front, None, exercise),
    }
    if side is not None:
        ways["analyze, other view alone"] = lambda: _analyze(side, None, exercise)
        ways["analyze, two views"] = lambda: _analyze(front, side, exercise)
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    steps = (repeats + 1) * len(ways)
    for repeat in range(repeats + 1):
        for at, (name, run) in enumerate(ways.items()):
            start_s = time.perf_counter()
            run()
            if repeat:  # the first round warms caches
                seconds[name].append(time.perf_counter() - start_s)
            if progress is not None:
                progress("Timing", (repeat * len(ways) + at + 1) / steps)
    return [Timing(name, tuple(taken), frames) for name, taken in seconds.items()]


def bare_loop(path: Path) -> int:
    """Decode every frame and run MediaPipe's video mode on it, one after the other; how many had a person."""
    from formcheck.pose.mediapipe import Landmarker

    landmarker = Landmarker(pose_model())
    try:
        return sum(landmarker.follow(frame) is not None for frame in Video(path).frames())
    finally:
        landmarker.close()


def _analyze(front: Path, side: Path | None, exercise: Exercise) -> None:
    with tempfile.TemporaryDirectory(prefix="formcheck-speed-") as folder:
        analyze(front, side, exercise=exercise, out=folder, overlay=False)


def speed_table(timings: Sequence[Timing]) -> list[tuple[str, ...]]:
    """Rows of (what, median s, fastest to slowest, frames per second, ratio to the bare loop)."""
    bare = timings[0].median_s
    rows: list[tuple[str, ...]] = [("what", "median s", "range s", "frames/s", "ratio to the bare loop")]
    for timing in timings:
        span = f"{min(timing.seconds):.2f} to {max(timing.seconds):.2f}"
        rate, ratio = timing.frames / timing.median_s, timing.median_s / bare
        rows.append((timing.name, f"{timing.median_s:.2f}", span, f"{rate:.0f}", f"{ratio:.2f}"))
    if len(timings) == 4:
        longer = max(timings[1].median_s, timings[2].median_s)
        rows.append(("two views / longer view alone", "", "", "", f"{timings[3].median_s / longer:.2f}"))
    return rows


def filmed_minute(
    exercise: Exercise, folder: Path, progress: Callable[[str, float], None] | None = None
) -> tuple[Path, Path]:
    """About a minute of a synthetic athlete, filmed from the front and from the side; the two videos."""
    athlete = Athlete.sample(0)
    short = perform(exercise, athlete, reps=2)
    reps = round(60.0 / ((short.time[-1] - short.time[0]) / 2))
    performance = perform(exercise, athlete, reps=reps)
    videos: list[Path] = []
    views: dict[str, View] = {"front": "front", "side": "side-left"}
    for name, view in views.items():
        videos.append(folder / f"{name}.mp4")
        film(
            performance,
            performance.camera(view),
            videos[-1],
            progress=None if progress is None else lambda share, name=name: progress(f"Filming ({name})", share),
        )
    return videos[0], videos[1]
