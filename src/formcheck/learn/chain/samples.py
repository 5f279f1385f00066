"""Recordings to try a chain on: landmarks of synthetic people, with what they performed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.exercises import Exercise, find
from formcheck.learn.chain.example import Camera, Chain, Runtime, Weights
from formcheck.learn.chain.studio import OTHER, cameras
from formcheck.learn.correctness.studio import correct
from formcheck.learn.verdicts_studio import judged_criteria
from formcheck.predictor.criteria import folder_name
from formcheck.replicas.faults import draw_faults
from formcheck.synthetic import Athlete, Performance, perform

KINDS: tuple[tuple[Runtime, Weights], ...] = (("litert", "int8"), ("onnx", "int8"), ("onnx", "float"))
SHOWN = 11_400_000  # the seeds of those who can be tried
REPS = 6
FOUND = 0.97  # of the frames
UNKNOWN = "squat"  # an exercise to try that a chain is likely to lack
BEST_VIEW = {"sit-up": "side"}  # the others are seen from before


def first_that_runs(folder: Path) -> tuple[Chain, str]:
    """A chain in the smallest format that is there and whose runtime is installed, and which that is.

    Raises ValueError where there is none.
    """
    problems: list[str] = []
    for runtime, weights in KINDS:
        try:
            return Chain(folder, weights, runtime), f"{runtime} {weights}"
        except ValueError as error:
            problems.append(str(error))
    raise ValueError(problems[-1])


def write_samples(out: Path, exercises: Sequence[str]) -> list[dict[str, str]]:
    """Landmarks of a synthetic person in every exercise, and in one that is none of them, with what was performed."""
    told: list[dict[str, str]] = []
    shown = [*exercises] if UNKNOWN in exercises else [*exercises, UNKNOWN]
    for at, name in enumerate(shown):
        exercise, faults, done, (time, world) = _seen(name, SHOWN + 100 * at)
        grades = np.array([[fault.get(each, 0.0) for each in judged_criteria(exercise)] for fault in faults])
        truth = [
            {"start_s": round(rep.start_s, 3), "end_s": round(rep.end_s, 3), "score": round(float(score), 3)}
            for rep, score in zip(done.reps, correct(exercise, grades), strict=True)
        ]
        path = out / f"sample-{folder_name(name).replace('_', '-')}.json"
        recording = {
            "about": "A synthetic person, with the errors of a pose estimator.",
            "exercise": name if name in exercises else OTHER,
            "truth": truth if name in exercises else [],
            "time_s": np.round(time, 4).tolist(),
            "world_m": _rounded(world),
        }
        path.write_text(json.dumps(recording), encoding="utf-8")
        title = exercise.title if name in exercises else f"{exercise.title} (not an exercise of this chain)"
        told.append({"file": path.name, "title": title})
    return told


def _seen(name: str, first: int) -> tuple[Exercise, list[dict[str, float]], Performance, Camera]:
    """The first person in an exercise whom the estimator hardly ever loses, before the camera that sees it best."""
    exercise = find(name)
    for seed in range(first, first + 100):
        draw = np.random.default_rng([seed, 211])
        faults = draw_faults(exercise, REPS, draw, "scores")
        done = perform(exercise, Athlete.sample(seed), REPS, faults, seed, 30.0, 0.7, 0.7)
        camera = cameras(done, draw)[BEST_VIEW.get(name, "front")]
        if np.isfinite(camera[1]).all(axis=(1, 2)).mean() > FOUND:
            return exercise, [dict(each) for each in faults], done, camera
    raise ValueError(f"expected somebody whom the estimator does not lose in {name}, got nobody")


def _rounded(world: np.ndarray) -> list[Any]:
    """Millimetres, and null for what is missing."""
    flat = [round(float(each), 3) if np.isfinite(each) else None for each in world.ravel()]
    joints = [flat[at : at + 3] for at in range(0, len(flat), 3)]
    return [joints[at : at + world.shape[1]] for at in range(0, len(joints), world.shape[1])]
