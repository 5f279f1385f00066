"""What models are shown: labelled recordings of real and of synthetic people, whole or only a part of what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np

from formcheck.body import COCO_17, PoseSequence
from formcheck.evaluation.recognition import Tell
from formcheck.evaluation.synthetic import clips, film_and_watch
from formcheck.exercises import catalogue, find_or_load
from formcheck.learn.datasets import DatasetError, daily_activities, form_arrays, labelled_clips, ui_prmd
from formcheck.learn.datasets.shown import ShownClip, ShownSet
from formcheck.sources import read_pose

Part = Literal["world", "picture", "coco"]
"""Landmarks in space alone, those in the picture alone, or of the latter only COCO's 17."""


def gathered(folder: Path, rate_hz: float | None = None) -> ShownSet:
    """The recordings in a folder of whichever layout; `rate_hz` is assumed where the dataset tells none.

    Raises DatasetError for any other folder, and where nothing is shown.
    """
    if labelled_clips.recognises(folder):
        return labelled_clips.shown(folder)
    if daily_activities.recognises(folder):
        return daily_activities.shown(folder, rate_hz)
    if form_arrays.recognises(folder):
        return form_arrays.shown(folder, rate_hz)
    if folder.is_dir() and ui_prmd.recognises(folder):
        return _rehabilitation(folder)
    readers = (labelled_clips, daily_activities, form_arrays, ui_prmd)
    known = "; ".join(f"{each.LAYOUT}: {each.EXPECTED}" for each in readers)
    raise DatasetError(f"expected a folder of recordings to recognise, got {folder}: check --data. Known are {known}")


def _rehabilitation(folder: Path) -> ShownSet:
    """Every movement of every person, its repetitions one after the other."""
    found = ui_prmd.joined(folder)
    shown = tuple(ShownClip(clip.name, clip.source, clip.kind, clip.exercise, clip.pose) for clip in found.clips)
    note = "Shoulder abduction is a lateral raise of one arm; it counts as outside the catalogue all the same."
    return ShownSet(found.layout, folder, shown, found.problems, (*found.notes, note), found.people_known)


def filmed(seeds: Sequence[int], cache: Path, workers: int = 2, tell: Tell = None) -> ShownSet:
    """Synthetic people who do every exercise of the catalogue, filmed and watched by the real estimator.

    Their landmarks are kept in `cache`. Raises OSError when that cannot be written.
    """
    kept = film_and_watch(clips(catalogue(), seeds), cache, workers, tell)
    shown: list[ShownClip] = []
    for clip, path in kept.items():
        name = find_or_load(clip.exercise).name
        title = f"{name} of person {clip.athlete}, {clip.view}"
        shown.append(ShownClip(title, f"person {clip.athlete}", name, name, partial(read_pose, path)))
    people = f"{len(seeds)} synthetic people (seeds {seeds[0]} to {seeds[-1]}), through the real estimator"
    return ShownSet(people, cache, tuple(shown), people_known=True)


def restricted(found: ShownSet, part: Part) -> ShownSet | None:
    """The same recordings with only a part of what is known of them; None where that is not known of any."""
    if part == "world" and not any(_in_space(clip.pose()) for clip in found.clips):
        return None
    shown = tuple(replace(clip, pose=partial(_only, clip.pose, part)) for clip in found.clips)
    return replace(found, clips=shown, layout=f"{found.layout}, only {_CALLED[part]}")


_CALLED: dict[Part, str] = {
    "world": "landmarks in space",
    "picture": "landmarks in the picture",
    "coco": "COCO's 17 joints in the picture",
}


def _only(read: Callable[[], PoseSequence], part: Part) -> PoseSequence:
    return only(read(), part)


def only(pose: PoseSequence, part: Part) -> PoseSequence:
    """A recording as an estimator would report it that sees nothing but one part."""
    if part == "world":
        world = np.full((*pose.image.shape[:2], 3), np.nan) if pose.world is None else pose.world
        return replace(pose, image=np.full(pose.image.shape, np.nan), world=world)
    flat = replace(pose, world=None)
    return flat.on(COCO_17) if part == "coco" else flat


def _in_space(pose: PoseSequence) -> bool:
    return pose.world is not None and bool(np.isfinite(pose.world).any())
