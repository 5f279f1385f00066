"""Windows of synthetic people who are filmed, and watched by the real estimator: few, slow, and as in life.

The estimator's measured errors (`synthetic.estimated`) know neither that hands are guessed nor that depth is where the
arms come towards the camera. What was watched is kept clip by clip, so that an interrupted run goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import Exercise, find
from formcheck.learn.data import Examples
from formcheck.learn.studio import (
    SEEN,
    Progress,
    azimuth_of,
    cropped,
    known_outside,
    labels,
    labels_of,
    perform_set,
    performable,
    straight_azimuth_of,
)
from formcheck.learn.watching import watch_all
from formcheck.predictor import UNKNOWN, Layout, Sliding, windows
from formcheck.sources import read_pose
from formcheck.synthetic import Performance
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.improvised import improvised
from formcheck.synthetic.outsiders import outsiders

VERSION = 1  # of what is filmed: another one films anew
LEAST_S = 5.0  # of a set, about: a window, and the way into it
IMPROVISED = 4  # exercises of everybody that the catalogue does not hold
RATE_HZ, FAST_HZ = 15.0, 30.0  # of the film; the faster for repetitions of less than a second
HEIGHT_M = (0.5, 1.9)
STRAIGHT_EVERY = 2  # of so many people, one is filmed once more by a camera straight ahead or beside,
OUTSIDERS = 8  # doing some well-known exercises that the catalogue does not hold as well
NEAR = 4  # of every clip so many copies from cameras that are nearer, whose picture ends earlier


@dataclass(frozen=True)
class Clip:
    """One set of a person before one camera, which stands `straight` ahead or beside, or anywhere.

    `name` is an exercise of the catalogue, "improvised" and a number, or an exercise that the catalogue does not hold.
    """

    person: int
    name: str
    straight: bool = field(default=False, repr=False)

    @property
    def kept(self) -> str:
        """The name of the file with its landmarks."""
        key = hashlib.sha256(repr((VERSION, self)).encode()).hexdigest()[:8]
        return f"{self.name.replace(' ', '-')}-{'straight-' if self.straight else ''}{self.person}-{key}.npz"

    def performed(self) -> tuple[Performance, Camera]:
        """The set, and where it is filmed from."""
        draw = np.random.default_rng([self.person, sum(self.name.encode()), 167 if self.straight else 149])
        exercise = self._exercise()
        assert exercise.motion is not None
        timing = exercise.motion.timing
        fast = timing.out_s + timing.hold_s + timing.back_s < 1.0
        done = perform_set(exercise, self.person, draw, LEAST_S, FAST_HZ if fast else RATE_HZ)
        if self.straight:
            azimuth = straight_azimuth_of(exercise, draw)
        else:
            azimuth = float(draw.uniform(-180, 180)) if self._improvised else azimuth_of(exercise, draw)
        return done, done.camera(azimuth_deg=azimuth, height_m=float(draw.uniform(*HEIGHT_M)))

    @property
    def label(self) -> int:
        """Its place in `labels()`."""
        return labels().index(self.name if self.name in labels() else UNKNOWN)

    @property
    def _improvised(self) -> bool:
        return self.name.startswith("improvised ")

    def _exercise(self) -> Exercise:
        if self._improvised:
            return improvised(int(self.name.split()[1]))
        outside = {each.name: each for each in outsiders()}
        return outside[self.name] if self.name in outside else find(self.name)


def clips(people: Sequence[int]) -> list[Clip]:
    """Everything that people do before a camera: every exercise of the catalogue once, and some that are none of it."""
    made_up = [Clip(person, f"improvised {1_000 * person + at}") for person in people for at in range(IMPROVISED)]
    anywhere = [Clip(person, exercise.name) for person in people for exercise in performable()] + made_up
    straight = [
        Clip(person, exercise.name, straight=True)
        for person in people
        if person % STRAIGHT_EVERY == 0
        for exercise in (*performable(), *known_outside(person, OUTSIDERS))
    ]
    return anywhere + straight


def filmed_examples(
    people: Sequence[int],
    layout: Layout,
    cut: Sliding,
    cache: Path,
    workers: int = 2,
    progress: Progress | None = None,
) -> Examples:
    """The windows of filmed synthetic people (their seeds), watched or read from `cache`.

    Whoever watches takes some minutes a person. Raises OSError when the cache cannot be written.
    """
    planned = clips(people)
    watch_all({clip: cache / clip.kept for clip in planned}, Clip.performed, workers, progress)
    values: list[NDArray[np.float32]] = []
    found: list[NDArray[np.intp]] = []
    people_of: list[str] = []
    clips_of: list[str] = []
    for clip in planned:
        for shown, label in _windows(clip, cache, layout, cut):
            values.append(shown)
            found.append(label)
            people_of += [f"person {clip.person}"] * len(label)
            from_where = "filmed straight" if clip.straight else "filmed"
            clips_of += [f"{clip.name} of person {clip.person}, {from_where}"] * len(label)
    return Examples(
        np.concatenate(values),
        np.concatenate(found),
        np.array(people_of, dtype=np.str_),
        np.array(clips_of, dtype=np.str_),
        labels(),
        layout,
        cut,
    )


def _windows(
    clip: Clip, cache: Path, layout: Layout, cut: Sliding
) -> Iterator[tuple[NDArray[np.float32], NDArray[np.intp]]]:
    """The windows and labels of a clip, as it was filmed and as nearer cameras would have."""
    pose = read_pose(cache / clip.kept)
    done, _ = clip.performed()
    draw = np.random.default_rng([clip.person, sum(clip.name.encode()), 173 if clip.straight else 151])
    for copy in range(NEAR + 1):
        seen = windows(pose if copy == 0 else cropped(pose, draw), layout, cut)
        label = labels_of(done, seen, clip.label)
        kept = (label >= 0) & (seen.found >= SEEN)
        yield seen.values[kept], label[kept]
