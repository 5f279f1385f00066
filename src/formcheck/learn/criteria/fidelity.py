"""How much of a repetition a few of its frames keep: table 3 of ALEX-GYM-1 (ICINCO 2025, DOI 10.5220/0013669400003982).

Silhouettes summed over 4, 8, 16 and 32 of 64 frames of a repetition are compared with those summed over all 64. The
silhouettes are those of synthetic people, known from the studio; a dataset's own repetitions have 16 frames, nothing to
compare with, so this table cannot be made of them. Open in the paper and chosen here: sums are divided by their number
of frames before SSIM, and IoU is that of the pixels that are covered in any frame.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import find
from formcheck.replicas.alex_gym_1 import ACTIONS, GRADES, PEOPLE, RATE_HZ, REPS, VIEWS, Recording, pieces
from formcheck.replicas.faults import draw_faults
from formcheck.signals import Floats
from formcheck.synthetic import Camera, Light, Performance, perform
from formcheck.synthetic.figure import figure
from formcheck.synthetic.mesh import Mesh
from formcheck.synthetic.painter import Drawing

Progress = Callable[[str, float], None]

WHOLE, FEWER = 64, (4, 8, 16, 32)
FRAME_SIZE = (480, 640)  # of the replica's pictures

PUBLISHED = {  # table 3: SSIM and IoU
    ("front", 4): (0.924, 0.982),
    ("front", 8): (0.946, 0.995),
    ("front", 16): (0.967, 0.997),
    ("front", 32): (0.985, 0.999),
    ("side", 4): (0.946, 0.990),
    ("side", 8): (0.948, 0.993),
    ("side", 16): (0.963, 0.998),
    ("side", 32): (0.982, 0.999),
}

_EVEN = Light(lamp=0.0, room=1.0, floor=0.0)


@dataclass(frozen=True)
class Fidelity:
    """What `frames` of the 64 frames of one repetition keep in one view: `ssim` up to 1 and `iou` 0..1."""

    exercise: str
    person: str
    view: str
    frames: int
    ssim: float
    iou: float


def fidelity(
    exercises: Sequence[str] = (),
    people: int = PEOPLE,
    seed: int = 0,
    frame_size: tuple[int, int] = FRAME_SIZE,
    progress: Progress | None = None,
) -> tuple[Fidelity, ...]:
    """A row for every exercise (all three without names), person, view and number of frames, one repetition a person.

    The people are those of the replica with this seed, and each repetition is one of its own. Raises ValueError for an
    exercise that the dataset has not got.
    """
    wanted = {find(name).name for name in exercises}
    known = {find(action.exercise).name for action in ACTIONS}
    if wanted - known:
        raise ValueError(f"expected exercises of ALEX-GYM-1, {', '.join(sorted(known))}, got {sorted(wanted - known)}")
    recordings = _one_a_person(seed, people, wanted or known)
    rows: list[Fidelity] = []
    for at, recording in enumerate(recordings):
        rows += _rows(recording, frame_size)
        if progress is not None:
            progress("Comparing silhouettes", (at + 1) / len(recordings))
    return tuple(rows)


def silhouettes(performance: Performance, camera: Camera) -> NDArray[np.uint8]:
    """(T, height, width): 1 where the athlete is in the picture, as `pictures` draws them; without what they hold."""
    grips = performance.motion.equipment != "none" or performance.motion.support == "hands on bars"
    body = figure(performance.athlete, performance.body, grips)
    white = Mesh(len(performance.time))
    white.add(body.vertices, body.faces, np.full((body.face_count, 3), 255.0))
    drawing = Drawing([white], camera, _EVEN)
    width, height = camera.frame_size
    masks = np.zeros((len(performance.time), height, width), dtype=np.uint8)
    for at, mask in enumerate(masks):
        drawing.onto(mask, at)
    return (masks > 127).astype(np.uint8)


def ssim(one: Floats, other: Floats) -> float:
    """The mean structural similarity of two pictures (H, W) with values 0..1, from -1 to 1.

    Wang, Bovik, Sheikh & Simoncelli, IEEE Trans. Image Processing 13(4), 2004: a Gaussian window of 11 x 11 pixels with
    a standard deviation of 1.5, K1 = 0.01 and K2 = 0.03, over the places where the window fits. Raises ValueError for
    pictures of different sizes, or smaller than the window.
    """
    if one.shape != other.shape or min(one.shape) < 11:
        raise ValueError(f"expected two pictures alike and at least 11 x 11, got {one.shape} and {other.shape}")
    import cv2

    def blurred(picture: Floats) -> Floats:
        return np.asarray(cv2.GaussianBlur(picture, (11, 11), 1.5), dtype=np.float64)[5:-5, 5:-5]

    x, y = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    mean_x, mean_y = blurred(x), blurred(y)
    spread = blurred(x * x) + blurred(y * y) - mean_x**2 - mean_y**2
    together = blurred(x * y) - mean_x * mean_y
    c1, c2 = 0.01**2, 0.03**2
    light = (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    return float((light * (2 * together + c2) / (spread + c2)).mean())


def _one_a_person(seed: int, people: int, exercises: set[str]) -> list[Recording]:
    """The first recording of as many people in each exercise, in the order of the replica."""
    chosen: dict[tuple[str, int], Recording] = {}
    counted: dict[str, int] = {}
    for recording in pieces(PEOPLE, seed, REPS, None, GRADES):
        name = find(recording.action.exercise).name
        key = (name, recording.person.number)
        if name in exercises and key not in chosen and counted.get(name, 0) < people:
            chosen[key] = recording
            counted[name] = counted.get(name, 0) + 1
    return list(chosen.values())


def _rows(recording: Recording, frame_size: tuple[int, int]) -> Iterator[Fidelity]:
    exercise = find(recording.action.exercise)
    faults = draw_faults(exercise, recording.reps, np.random.default_rng([recording.seed, 1]), recording.grades)
    performance = perform(exercise, recording.person.athlete, recording.reps, faults, recording.seed, RATE_HZ)
    rep = performance.reps[recording.seed % recording.reps]
    instants = rep.start_s + np.arange(WHOLE) * (rep.end_s - rep.start_s) / WHOLE
    for view in VIEWS:
        azimuth_deg = 0.0 if view == "front" else exercise.side_camera_deg
        camera = performance.camera(azimuth_deg=azimuth_deg, frame_size=frame_size)
        seen = silhouettes(performance.at(instants), camera)
        whole, anywhere = seen.mean(axis=0), seen.any(axis=0)
        for frames in FEWER:
            kept = seen[:: WHOLE // frames]
            covered = kept.any(axis=0)
            iou = float((covered & anywhere).sum() / max(int((covered | anywhere).sum()), 1))
            yield Fidelity(exercise.name, recording.person.name, view, frames, ssim(kept.mean(axis=0), whole), iou)
