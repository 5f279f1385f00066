"""Repetitions by the hundred thousand: landmarks with the estimator's errors, without rendering a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.body import BLAZEPOSE_33
from formcheck.exercises import Exercise
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.estimated import Errors, Singles, kind_of_view, load, posture, reported
from formcheck.synthetic.performance import FAILS, Performance, perform
from formcheck.synthetic.stance import Body
from formcheck.synthetic.timeline import PlannedRep

CLEAN = 0.4  # of the repetitions; the others have one or two faults
FRAMES = 60


@dataclass(frozen=True, eq=False)
class Batch:
    """N repetitions of F frames each by one synthetic athlete before one camera.

    `time` (N, F) s from the start of each; `image` (N, F, 33, 2) px, `world` (N, F, 33, 3) m and `visibility`
    (N, F, 33) as `PoseSequence` has them, NaN where the person was lost; `grades` and `labels` (N, C) of the criteria
    in their order, 1 = satisfied; `works_left` (N,).
    """

    exercise: Exercise
    athlete: int
    camera: Camera
    time: Floats
    image: Singles
    world: Singles
    visibility: Singles
    grades: Floats
    labels: NDArray[np.int_]
    works_left: NDArray[np.bool_]


def repetitions(
    exercise: Exercise,
    athlete: Athlete,
    count: int = 32,
    seed: int = 0,
    azimuth_deg: float | None = None,
    frames: int = FRAMES,
    errors: Errors | None = None,
) -> Batch:
    """`count` repetitions, each of `frames` from its start to its end, the same for the same arguments.

    The camera stands anywhere around the athlete unless an `azimuth_deg` says where. Faults are drawn: some repetitions
    are clean, the others have one or two at any grade. `errors` are the estimator's in this posture and view unless
    others are given. Raises ValueError when none were measured.
    """
    draw = np.random.default_rng([seed, athlete.seed, 53])
    azimuth = float(draw.uniform(-180.0, 180.0)) if azimuth_deg is None else azimuth_deg
    faults = [_faults(exercise, draw) for _ in range(count)]
    half = perform(exercise, athlete, count, faults, seed=seed, instants=lambda reps: _every_other(reps, frames))
    camera = _thinned(half, 16).camera(azimuth_deg=azimuth)
    time = np.array([np.linspace(rep.start_s, rep.end_s, frames, endpoint=False) for rep in half.reps])
    seen = camera.seen_from(half.points).astype(np.float32).reshape(count, -1, 3 * len(BLAZEPOSE_33))
    local = _filled_in(seen, frames).reshape(-1, len(BLAZEPOSE_33), 3)
    errors = errors or load()[posture(half.motion), kind_of_view(camera.view)]
    image, world, visibility = reported(
        camera.pictured(local),
        local,
        errors,
        mirrored=camera.view == "side-right",
        step_s=float(np.median(time[:, 1] - time[:, 0])),
        draw=draw,
        runs=count,
    )
    grades = np.array([[each.get(criterion.id, 0.0) for criterion in exercise.criteria] for each in faults])
    return Batch(
        exercise,
        athlete.seed,
        camera,
        time - time[:, :1],
        image.reshape(count, frames, -1, 2),
        world.reshape(count, frames, -1, 3),
        visibility.reshape(count, frames, -1),
        grades,
        (grades < FAILS).astype(int),
        np.array([rep.works_left for rep in half.reps]),
    )


def _thinned(performance: Performance, step: int) -> Performance:
    """Every so manieth frame of a performance: enough to place a camera by."""
    body = performance.body
    points = {name: places[::step] for name, places in body.points.items()}
    frames = {name: turns[::step] for name, turns in body.frames.items()}
    return replace(performance, time=performance.time[::step], body=Body(points, frames))


def _every_other(reps: Sequence[PlannedRep], frames: int) -> Floats:
    """Every other instant of each repetition, with one before and two after it."""
    steps = (np.arange(-2, frames + 3, 2)) / frames
    return np.concatenate([rep.start_s + steps * (rep.end_s - rep.start_s) for rep in reps])


def _filled_in(half: Singles, frames: int) -> Singles:
    """(N, F, D) from every other instant: the ones between by a cubic, right to half a millimetre on average."""
    known = half.shape[1] - 3
    weights = np.zeros((2 * known, half.shape[1]), dtype=np.float32)
    for at in range(known):
        weights[2 * at, at + 1] = 1.0
        weights[2 * at + 1, at : at + 4] = -0.0625, 0.5625, 0.5625, -0.0625
    return weights[:frames] @ half


def _faults(exercise: Exercise, draw: np.random.Generator) -> dict[str, float]:
    if draw.random() < CLEAN:
        return {}
    chosen = draw.permutation(len(exercise.faults))[: 1 + int(draw.random() < 0.3)]
    return {exercise.faults[at].criterion: float(draw.uniform(0.0, 1.0)) for at in chosen}
