"""Repetitions of synthetic people in two views by the thousand: landmarks with the estimator's errors, no pictures.

What `formcheck.replicas.alex_gym_1` films is drawn here in the same way for other people: bodies, faults, cameras."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from formcheck.body import BLAZEPOSE_33
from formcheck.exercises import Exercise
from formcheck.learn.criteria.data import Repetitions
from formcheck.learn.criteria.models import FRAMES, VIEWS
from formcheck.replicas.faults import draw_faults
from formcheck.replicas.people import seed_of
from formcheck.synthetic import Athlete, Camera, Performance, perform
from formcheck.synthetic.estimated import HIPS, Singles, kind_of_view, load, posture, reported
from formcheck.synthetic.plan import PlannedRep
from formcheck.synthetic.scene import Scene

REPS = 8  # of one person

_APART_S = 0.5  # pictures are looked at one by one: errors hardly last from one to the next


def acted(
    exercise: Exercise, people: Sequence[int], progress: Callable[[str, float], None] | None = None
) -> Repetitions:
    """Repetitions of synthetic people (seeds), `REPS` of each: the same for the same people."""
    found: list[tuple[Singles, list[dict[str, int]]]] = []
    for at, seed in enumerate(people):
        found.append(_set(exercise, seed))
        if progress is not None:
            progress(f"Synthetic people, {exercise.name}", (at + 1) / len(people))
    criteria = tuple(fault.criterion for fault in exercise.faults)
    labels = [[each[name] for name in criteria] for _, reps in found for each in reps]
    people_of = np.repeat([f"synthetic {seed}" for seed in people], REPS)
    return Repetitions(
        exercise.name,
        criteria,
        np.concatenate([landmarks for landmarks, _ in found]),
        np.array(labels, dtype=np.float32),
        people_of,
        people_of,
    )


def _set(exercise: Exercise, seed: int) -> tuple[Singles, list[dict[str, int]]]:
    """(REPS, 2, 16, 33, 3) landmarks and the labels of one person's repetitions."""
    own = seed_of("criteria", exercise.name, seed)
    draw = np.random.default_rng([own, 1])
    faults = draw_faults(exercise, REPS, draw)
    performance = perform(exercise, Athlete.sample(own), REPS, faults, own, instants=_instants)
    views = [_seen(performance, _camera(performance, own, view), draw) for view in VIEWS]
    return np.stack(views, axis=1), [performance.labels(rep) for rep in range(REPS)]


def _instants(reps: Sequence[PlannedRep]) -> np.ndarray:
    return np.concatenate([rep.start_s + np.arange(FRAMES) * (rep.end_s - rep.start_s) / FRAMES for rep in reps])


def _camera(performance: Performance, seed: int, view: str) -> Camera:
    scene = Scene.sample(seed_of(seed, view))
    azimuth_deg = 0.0 if view == "front" else performance.exercise.side_camera_deg
    return scene.camera(performance, azimuth_deg=azimuth_deg)


def _seen(performance: Performance, camera: Camera, draw: np.random.Generator) -> Singles:
    """(REPS, 16, 33, 3): x and y as shares of the picture, z on the scale of x."""
    local = camera.at(performance.time).seen_from(performance.points)
    image, world, _ = reported(
        camera.pictured(local),
        local,
        load()[posture(performance.motion), kind_of_view(camera.view)],
        mirrored=camera.view == "side-right",
        step_s=_APART_S,
        draw=draw,
        runs=len(performance.reps),
    )
    width, height = camera.frame_size
    away = local[:, HIPS, 2].mean(axis=1)
    depth = world[..., 2] * (camera.focal_px / away)[:, None]
    seen = np.concatenate([image / [width, height], depth[..., None] / width], axis=2).astype(np.float32)
    return seen.reshape(-1, FRAMES, len(BLAZEPOSE_33), 3)
