"""The demo: a synthetic athlete squats before two cameras, and the real pipeline finds the planned faults."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from formcheck.assess import Analysis
from formcheck.body import View
from formcheck.coach import analyze, writable
from formcheck.exercises import find
from formcheck.synthetic import Athlete, film, perform

EXERCISE = "squat"
PLANNED: tuple[dict[str, float], ...] = ({}, {"hips_below_knees": 1.0}, {}, {"feet_angled_out": 1.0}, {})
ATHLETE = 104
# Two phones rarely agree on the frame rate.
CAMERAS: tuple[tuple[str, View, float], ...] = (("front", "front", 30.0), ("side", "side-left", 25.0))


def demonstrate(out: str | Path, progress: Callable[[str, float], None] | None = None) -> Analysis:
    """Film a set of squats with two planned faults, analyse both videos, and write everything to `out`.

    Writes `front.mp4`, `side.mp4`, `truth.json` (`exercise`, `reps[]` of `start_s`, `turn_s`, `end_s`, `faults`) and
    the files of `analyze`. Raises OutputError when `out` cannot be written.
    """
    folder = writable(Path(out))
    athlete = Athlete.sample(ATHLETE)
    exercise = find(EXERCISE)
    videos: list[Path] = []
    for name, view, rate_hz in CAMERAS:
        performance = perform(exercise, athlete, len(PLANNED), PLANNED, seed=ATHLETE, rate_hz=rate_hz)
        video = folder / f"{name}.mp4"
        step = f"Filming ({name})"
        film(
            performance,
            performance.camera(view),
            video,
            progress=None if progress is None else lambda share, step=step: progress(step, share),
        )
        performance.write_truth(folder / "truth.json")
        videos.append(video)
    return analyze(videos[0], videos[1], exercise=exercise, out=folder, progress=progress)
