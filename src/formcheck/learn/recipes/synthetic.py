"""Windows of synthetic people for a recipe, one file a person, so that an interrupted run goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.learn.data import Examples
from formcheck.learn.recipes.recipe import Progress
from formcheck.learn.studio import VERSION as STUDIO
from formcheck.learn.studio import kept
from formcheck.predictor import Layout, Padded, Sliding, windows

VERSION = 1  # of what is drawn here: another one makes new files
SEEN = 0.5  # of a clip's frames in which the person must be found

Shown = tuple[str, int, PoseSequence, int]
"""A clip, the place of its label, what was seen of it, and how many windows of it are wanted at most."""


def acted(
    recipe: str,
    act: Callable[[int], Iterable[Shown]],
    seeds: Sequence[int],
    names: tuple[str, ...],
    layout: Layout,
    cut: Sliding | Padded,
    cache: Path,
    progress: Progress | None = None,
) -> Examples:
    """The windows of synthetic people (their seeds), read from `cache` or made by `act` and kept there."""
    facts = (VERSION, STUDIO, recipe, layout.name, layout.channels, cut, names)
    folder = cache / hashlib.sha256(repr(facts).encode()).hexdigest()[:12]
    parts: list[dict[str, NDArray[np.generic]]] = []
    for at, seed in enumerate(seeds):
        parts.append(kept(folder / f"person-{seed}.npz", lambda seed=seed: _windows(act(seed), seed, layout, cut)))
        if progress is not None:
            progress("Performing before the estimator", (at + 1) / len(seeds))
    people = [np.full(len(part["labels"]), f"person {seed}") for part, seed in zip(parts, seeds, strict=True)]
    return Examples(
        np.concatenate([part["values"] for part in parts]).astype(np.float32),
        np.concatenate([part["labels"] for part in parts]).astype(np.intp),
        np.concatenate(people),
        np.concatenate([part["clips"] for part in parts]).astype(np.str_),
        names,
        layout,
        cut,
    )


def _windows(
    shown: Iterable[Shown], seed: int, layout: Layout, cut: Sliding | Padded
) -> dict[str, NDArray[np.generic]]:
    values, labels, clips = (
        [np.zeros((0, cut.frames, len(layout.channels)), dtype=np.float32)],
        list[int](),
        list[str](),
    )
    for clip, label, pose, most in shown:
        if not len(pose) or pose.found.mean() < SEEN:
            continue
        found = windows(pose, layout, cut).values[:most]
        values.append(found)
        labels += [label] * len(found)
        clips += [f"{clip} of person {seed}"] * len(found)
    return {
        "values": np.concatenate(values),
        "labels": np.array(labels, dtype=np.intp),
        "clips": np.array(clips, dtype=np.str_),
    }
