"""What smoothing and sharpening pictures does to the pose estimator, on clean, noisy and blurred video."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.body import PoseSequence
from formcheck.body.track import Track
from formcheck.evaluation.estimator import driving_angle
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import find
from formcheck.pose import estimate
from formcheck.signals import Floats
from formcheck.sources import Filter, Filtered, Frame, FrameSource, Video
from formcheck.sources.altered import Altered
from formcheck.synthetic import Athlete, Light, Performance, Scene, film, perform

RATE_HZ = 15.0
SHOWN: tuple[tuple[str, float], ...] = (("squat", 90.0), ("jumping jack", 0.0), ("lunge", 60.0))
FAR = 1.6  # times the distance at which the athlete fills the picture: a small person has most to lose
DEFOCUS = 1 / 160  # of the longer side is the radius of what a point becomes: 4 px in 640
VIDEOS: dict[str, Scene] = {
    "clean": Scene(),
    "noisy": Scene(light=Light(brightness=0.2), noise=24.0),  # as a phone's video in a dim room: gain brings grain
    "defocused": Scene(),
    "motion blur": Scene(shutter=0.5),  # open for a 30th of a second, as indoors
}
FILTERS: tuple[Filter | None, ...] = (None, *Filter)
_JOINTS = [
    f"{joint}_{side}" for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
]
_STEADY = 5  # frames over which an error is averaged; what is left of it is jitter


@dataclass(frozen=True)
class Watched:
    """One video through one filter: share of frames in which the person was found, jitter in % of the trunk's length
    in the picture, and how far off the driving joint's angle is on average, deg."""

    video: str
    exercise: str
    athlete: int
    by: Filter | None
    found: float
    jitter: float
    off_deg: float


@dataclass(frozen=True, eq=False)
class _Defocused(Altered):
    """The same source behind a lens that is focused elsewhere: every point becomes a disc."""

    def altered(self, frame: Frame) -> Frame:
        import cv2

        radius = DEFOCUS * max(frame.image.shape[:2])
        reach = int(np.ceil(radius))
        across = np.arange(-reach, reach + 1)
        disc = np.clip(radius + 0.5 - np.hypot(across[:, None], across), 0.0, 1.0)
        return replace(frame, image=np.asarray(cv2.filter2D(frame.image, -1, disc / disc.sum()), dtype=np.uint8))


def watched(athletes: Sequence[int], progress: Callable[[str, float], None] | None = None) -> list[Watched]:
    """Film people in every kind of video, and let the estimator watch each through every filter."""
    plan = [(name, azimuth, seed, video) for seed in athletes for name, azimuth in SHOWN for video in VIDEOS]
    done: list[Watched] = []
    for at, (name, azimuth_deg, seed, video) in enumerate(plan):
        performance = perform(find(name), Athlete.sample(seed), 2, (), seed, RATE_HZ, 0.3, 0.3)
        near = performance.camera(azimuth_deg=azimuth_deg)
        far_m = FAR * float(np.linalg.norm((near.target - near.position)[[0, 2]]))
        camera = performance.camera(azimuth_deg=azimuth_deg, distance_m=far_m, frame_size=near.frame_size)
        exact = replace(performance.landmarks(camera, occlusion=False), view=camera.view)
        with tempfile.TemporaryDirectory(prefix="formcheck-filters-") as folder:
            path = Path(folder) / "clip.mp4"
            film(performance, camera, path, scene=VIDEOS[video])
            shown: FrameSource = Video(path)
            shown = _Defocused(shown) if video == "defocused" else shown
            for by in FILTERS:
                seen = estimate(shown if by is None else Filtered(shown, by))
                found = float(seen.found.mean())
                done.append(Watched(video, name, seed, by, found, jitter(exact, seen), _off(performance, exact, seen)))
                if progress is not None:
                    progress("Filming and filtering", (at + (FILTERS.index(by) + 1) / len(FILTERS)) / len(plan))
    return done


def trunk_px(exact: PoseSequence) -> float:
    """The longest that the trunk appears in the picture, px."""
    middles = [(exact.pixels(f"{part}_left") + exact.pixels(f"{part}_right")) / 2 for part in ("shoulder", "hip")]
    return float(np.linalg.norm(middles[0] - middles[1], axis=1).max())


def jitter(exact: PoseSequence, seen: PoseSequence) -> float:
    """What is left of the landmarks' error in the picture without its average over a few frames, % of the trunk."""
    count = min(len(exact), len(seen))
    left: list[Floats] = []
    for joint in _JOINTS:
        off = seen.pixels(joint)[:count] - exact.pixels(joint)[:count]
        around = np.lib.stride_tricks.sliding_window_view(off, _STEADY, axis=0)
        left.append(off[_STEADY // 2 : count - _STEADY // 2] - around.mean(axis=-1))
    return 100.0 / trunk_px(exact) * float(np.sqrt(np.nanmean(np.square(left)) * 2.0))


def _off(performance: Performance, exact: PoseSequence, seen: PoseSequence) -> float:
    quantity = driving_angle(performance.exercise)
    count = min(len(exact), len(seen))
    track, truth = Track(replace(seen, view=exact.view)), Track(replace(exact, view="oblique"))
    off = [np.abs(track.values(quantity, side)[:count] - truth.values(quantity, side)[:count]) for side in track.sides]
    return float(np.nanmean(off))


def filter_rows(done: Sequence[Watched]) -> list[tuple[str, ...]]:
    """The table: every kind of video through every filter, and by how much each differs from none; over people."""
    heading = (
        "video",
        "filter",
        "found %",
        "jitter, % of trunk",
        "against none",
        "angle error, deg",
        "against none, deg",
    )
    rows: list[tuple[str, ...]] = [heading]
    plain = {(each.video, each.exercise, each.athlete): each for each in done if each.by is None}
    for video in VIDEOS:
        for by in FILTERS:
            here = [each for each in done if (each.video, each.by) == (video, by)]
            people = [str(each.athlete) for each in here]
            before = [plain[each.video, each.exercise, each.athlete] for each in here]
            steadier = [one.jitter - other.jitter for one, other in zip(here, before, strict=True)]
            off = [one.off_deg - other.off_deg for one, other in zip(here, before, strict=True)]
            cells = (
                with_interval([each.found for each in here], people),
                with_interval([each.jitter for each in here], people, percent=False),
                "" if by is None else with_interval(steadier, people, percent=False),
                with_interval([each.off_deg for each in here], people, percent=False),
                "" if by is None else with_interval(off, people, percent=False),
            )
            rows.append((video, "none" if by is None else by.value, *cells))
    return rows
