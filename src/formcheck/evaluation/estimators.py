"""Pose estimators side by side on filmed synthetic people: how fast, how steady, and how far off the joints' angles."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.body import PoseSequence
from formcheck.body.quantities import elbow_flexion, hip_flexion, knee_flexion
from formcheck.body.track import Quantity, Track
from formcheck.evaluation.filters import jitter, trunk_px
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import find
from formcheck.pose import Estimator, Landmarks, as_sequence, open_estimator, pose_model
from formcheck.pose.estimate import LONGEST_PX
from formcheck.sources import Video
from formcheck.synthetic import Athlete, film, perform

RATE_HZ = 15.0
SHOWN: tuple[tuple[str, float], ...] = (
    ("squat", 90.0),
    ("jumping jack", 0.0),
    ("lunge", 60.0),
    ("barbell biceps curl", 90.0),
)
ANGLES: dict[str, Quantity] = {"knee": knee_flexion, "hip": hip_flexion, "elbow": elbow_flexion}

Make = Callable[[], Estimator]


@dataclass(frozen=True)
class Tried:
    """One film seen by one estimator.

    Share of frames in which the person was found, frames and seconds of processor time, jitter in px and in % of the
    trunk's length in the picture, and the mean error of each angle, deg.
    """

    estimator: str
    exercise: str
    athlete: int
    found: float
    frames: int
    busy_s: float
    jitter_px: float
    jitter: float
    off_deg: Mapping[str, float]


def available(models: Sequence[Path], detector: Path | None = None) -> dict[str, Make]:
    """The estimators to compare, by a name for the table: MediaPipe's own model, then each that is given.

    `detector` goes with those of the models that are RTMPose. Raises PoseModelError for a file that is none.
    """
    from formcheck.pose.mediapipe import MediaPipe
    from formcheck.pose.rtmpose import RtmPose

    own = pose_model()
    makes: dict[str, Make] = {own.stem: lambda: MediaPipe(own)}
    for path in models:
        make = open_estimator(path)
        if detector is not None:
            alone = make()
            if isinstance(alone, RtmPose):
                make = open_estimator(path, detector)
            alone.close()
        makes[path.stem if path.stem not in makes else str(path)] = make
    return makes


def tried(
    makes: Mapping[str, Make],
    athletes: Sequence[int],
    progress: Callable[[str, float], None] | None = None,
    shown: Sequence[tuple[str, float]] = SHOWN,
) -> list[Tried]:
    """Film people in exercises before a camera at an azimuth, and show every film to every estimator."""
    plan = [(name, azimuth, seed) for seed in athletes for name, azimuth in shown]
    done: list[Tried] = []
    for at, (name, azimuth_deg, seed) in enumerate(plan):
        performance = perform(find(name), Athlete.sample(seed), 2, (), seed, RATE_HZ, 0.3, 0.3)
        camera = performance.camera(azimuth_deg=azimuth_deg)
        exact = replace(performance.landmarks(camera, occlusion=False), view=camera.view)
        with tempfile.TemporaryDirectory(prefix="formcheck-estimators-") as folder:
            path = Path(folder) / "clip.mp4"
            film(performance, camera, path)
            for which, (title, make) in enumerate(makes.items()):
                seen, busy_s = _watched(Video(path), make)
                steady = jitter(exact, seen) if seen.found.any() else float("nan")
                done.append(
                    Tried(
                        estimator=title,
                        exercise=name,
                        athlete=seed,
                        found=float(seen.found.mean()),
                        frames=len(seen),
                        busy_s=busy_s,
                        jitter_px=steady / 100.0 * trunk_px(exact),
                        jitter=steady,
                        off_deg=_off(exact, seen),
                    )
                )
                if progress is not None:
                    progress("Filming and watching", (at + (which + 1) / len(makes)) / len(plan))
    return done


def _watched(video: Video, make: Make) -> tuple[PoseSequence, float]:
    """What an estimator sees in a film, and the processor time it took without opening and decoding, s."""
    frames = list(video.frames(longest_px=LONGEST_PX))
    estimator = make()
    try:
        estimator(frames[0])  # what is only done once is done now
        estimator.close()
        estimator = make()
        start_s = time.process_time()
        seen: list[Landmarks | None] = [estimator(frame) for frame in frames]
        busy_s = time.process_time() - start_s
    finally:
        estimator.close()
    return as_sequence([frame.time_s for frame in frames], seen, estimator.skeleton, video.frame_size), busy_s


def _off(exact: PoseSequence, seen: PoseSequence) -> dict[str, float]:
    """How far off each angle is on the sides that the camera sees, deg on average; the truth is that in space."""
    count = min(len(exact), len(seen))
    track, truth = Track(replace(seen, view=exact.view)), Track(replace(exact, view="oblique"))
    out: dict[str, float] = {}
    for name, quantity in ANGLES.items():
        off = np.stack(
            [track.values(quantity, side)[:count] - truth.values(quantity, side)[:count] for side in track.sides]
        )
        known = np.abs(off[np.isfinite(off)])
        out[name] = float(known.mean()) if len(known) else float("nan")
    return out


def estimator_rows(done: Sequence[Tried]) -> list[tuple[str, ...]]:
    """The table: a row for every estimator, intervals over people."""
    rows: list[tuple[str, ...]] = [
        (
            "estimator",
            "found %",
            "frames/s of one core",
            "jitter, px",
            "jitter, % of trunk",
            *(f"{name}, deg" for name in ANGLES),
        )
    ]
    for title in dict.fromkeys(each.estimator for each in done):
        here = [each for each in done if each.estimator == title]
        rate_hz = sum(each.frames for each in here) / max(sum(each.busy_s for each in here), 1e-9)
        columns = [[each.jitter_px for each in here], [each.jitter for each in here]]
        columns += [[each.off_deg[name] for each in here] for name in ANGLES]
        people = [str(each.athlete) for each in here]
        found = with_interval([each.found for each in here], people)
        rows.append((title, found, f"{rate_hz:.1f}", *(_cell(values, people) for values in columns)))
    return rows


def _cell(values: Sequence[float], people: Sequence[str]) -> str:
    known = [(value, who) for value, who in zip(values, people, strict=True) if np.isfinite(value)]
    return with_interval([value for value, _ in known], [who for _, who in known], percent=False)
