"""Recordings that somebody has labelled as right or wrong, one repetition each, with those apart that are apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.exercises import find
from formcheck.learn.datasets import DatasetError, form_arrays, frame_errors, ui_prmd
from formcheck.learn.datasets.shown import ShownClip
from formcheck.learn.form.described import Described, described

FOLDS = 8  # into so many, at most, are sources divided; people are left out one by one
STARTING = 0.12  # of a recording: how somebody stands at first, before it is seen how they move
ON_HANDS = "hands and toes"  # the support of such an exercise
ALIKE = 0.03  # of the picture's width, on average over joints

Tell = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class FormClip:
    """One repetition, right or wrong; `movement` is what the dataset calls it, `exercise` its name in the catalogue.

    `group` is the person, or else the source whose recordings are alike.
    """

    name: str
    group: str
    movement: str
    exercise: str | None
    correct: bool
    pose: Callable[[], PoseSequence]


@dataclass(frozen=True, eq=False)
class FormSet:
    """Recordings of one dataset, in the order in which they were made, and what had to be assumed (`notes`)."""

    layout: str
    clips: tuple[FormClip, ...]
    notes: tuple[str, ...] = ()
    people_known: bool = False

    @property
    def movements(self) -> tuple[str, ...]:
        """Every movement, in the order of the dataset."""
        return tuple(dict.fromkeys(clip.movement for clip in self.clips))

    @property
    def on_hands(self) -> bool:
        """Whether somebody is held up by the hands in all of them, as the catalogue tells of their exercises."""
        motions = [None if name is None else find(name).motion for name in {clip.exercise for clip in self.clips}]
        return all(motion is not None and motion.support == ON_HANDS for motion in motions)


def form_set(folder: Path) -> FormSet:
    """The labelled repetitions in a folder of UI-PRMD, of arrays, or of frames with errors.

    Raises DatasetError for any other folder, and for a damaged file.
    """
    if form_arrays.recognises(folder):
        found = form_arrays.shown(folder)
        clips, note = _apart(found.clips)
        return FormSet(found.layout, _labelled(clips, form_arrays.well_done), (*found.notes[:1], note))
    if frame_errors.recognises(folder):
        found = frame_errors.shown(folder)
        return FormSet(found.layout, _labelled(found.clips, frame_errors.well_done), found.notes)
    if folder.is_dir() and ui_prmd.recognises(folder):
        counted = ui_prmd.counted(folder)
        clips = tuple(
            FormClip(each.name, each.source, each.kind, each.exercise, ui_prmd.well_done(each.name), each.pose)
            for each in sorted(counted.clips, key=lambda clip: clip.name)
        )
        return FormSet(counted.layout, clips, people_known=True)
    readers = (ui_prmd, form_arrays, frame_errors)
    known = "; ".join(f"{each.LAYOUT}: {each.EXPECTED}" for each in readers)
    raise DatasetError(
        f"expected a folder of right and wrong repetitions, got {folder}: check --data. Known are {known}"
    )


def describe_all(found: FormSet, tell: Tell | None = None) -> list[Described]:
    """Every repetition in numbers. Raises DatasetError for one that cannot be read."""
    told: list[Described] = []
    on_hands = found.on_hands
    for at, clip in enumerate(found.clips):
        told.append(described(clip.pose(), on_hands))
        if tell is not None:
            tell((at + 1) / len(found.clips))
    return told


def folds(groups: Sequence[str], movements: Sequence[str], people_known: bool) -> NDArray[np.intp]:
    """(N,) folds that keep groups whole: one a person, or else up to eight of about the same size."""
    names = sorted(set(groups))
    if people_known:
        return np.array([names.index(each) for each in groups], dtype=np.intp)
    kinds = sorted(set(movements))
    sizes = np.zeros((len(names), len(kinds)))
    for group, movement in zip(groups, movements, strict=True):
        sizes[names.index(group), kinds.index(movement)] += 1
    filled = np.zeros((min(FOLDS, len(names)), len(kinds)))
    of = np.zeros(len(names), dtype=np.intp)
    for each in np.argsort(-sizes.sum(axis=1), kind="stable"):
        of[each] = np.argmin(filled @ sizes[each])  # where there is least of what the group has
        filled[of[each]] += sizes[each]
    return np.array([of[names.index(each)] for each in groups], dtype=np.intp)


def _labelled(clips: Sequence[ShownClip], well_done: Callable[[str], bool]) -> tuple[FormClip, ...]:
    return tuple(
        FormClip(clip.name, clip.source, clip.kind, clip.exercise, well_done(clip.name), clip.pose) for clip in clips
    )


def _apart(clips: Sequence[ShownClip]) -> tuple[tuple[ShownClip, ...], str]:
    """The same with sources of about one look where their reader has most of a movement in one."""
    from dataclasses import replace

    sources = [clip.source for clip in clips]
    of_kind = [[clip.source for clip in clips if clip.kind == kind] for kind in {clip.kind for clip in clips}]
    if all(max(map(each.count, set(each))) <= len(each) / 2 for each in of_kind):
        return tuple(clips), f"Near-identical recordings are one source: {len(set(sources))} in all."
    looks = _looks(clips)
    again = tuple(replace(clip, source=f"look {look}") for clip, look in zip(clips, looks, strict=True))
    return again, (
        "Many are filmed from one place: recordings in which somebody of the same build stands alike at first are one "
        f"source, {len(set(looks))} in all."
    )


def _looks(clips: Sequence[ShownClip]) -> list[int]:
    from scipy.cluster.hierarchy import fcluster, linkage

    places: list[NDArray[np.float64]] = []
    for clip in clips:
        pose = clip.pose()
        first = pose.image[: max(1, round(STARTING * len(pose)))]
        seen = np.isfinite(first).any(axis=0)
        place = np.zeros(first.shape[1:])
        place[seen] = np.nanmedian(np.where(seen, first, 0.0), axis=0)[seen] / pose.frame_size[0]
        places.append(place.ravel())
    tree = linkage(np.stack(places), "average", metric="cityblock")
    return fcluster(tree, ALIKE * places[0].size / 2, "distance").tolist()
