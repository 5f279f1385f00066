"""Recognition of the movements of UI-PRMD by networks that have never met the person: everybody is left out once."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.body import PoseSequence
from formcheck.learn.augment import BoneScale, JointDropout, Mirror, Noise, Stretch, TimeWarp, Turn
from formcheck.learn.data import Examples, Split
from formcheck.learn.datasets import ui_prmd
from formcheck.learn.rocket import is_rocket, rocket_answers
from formcheck.learn.scores import Scores, scored
from formcheck.learn.train import Plan, Progress, train
from formcheck.predictor import BODY, Padded
from formcheck.predictor.window import resampled, windows

FRAMES = 60  # to which every episode is stretched or squeezed
PLATEAU = 2  # epochs: one person steers, whose loss goes up and down by chance until the rate is small
PROTOCOL = "one person left out, the next one steers training"

# All but the one that takes away what there is in space: nothing else is shown. Abduction and scaption are the same
# movement in planes 30 degrees apart, and a Kinect sees depth: bodies are turned by less than that.
AUGMENTATIONS = (Mirror(), TimeWarp(0.15), Turn(8.0), Stretch(), BoneScale(), Noise(0.015), JointDropout())


@dataclass(frozen=True, eq=False)
class LeftOut:
    """How well the episodes of one `person` were named by a network trained on others."""

    person: str
    scores: Scores


def episodes(folder: Path, progress: Progress | None = None) -> Examples:
    """Every episode of UI-PRMD, well done and not, as one window of 60 frames in space, whatever it lasts.

    Raises DatasetError for a folder without episodes.
    """
    found = ui_prmd.counted(folder)
    kinds = tuple(dict.fromkeys(clip.kind for clip in found.clips))
    values: list[np.ndarray] = []
    for at, clip in enumerate(found.clips):
        values.append(windows(_stretched(clip.pose()), BODY, Padded(FRAMES)).values[0])
        if progress is not None:
            progress("Reading episodes", (at + 1) / len(found.clips))
    return Examples(
        np.stack(values),
        np.array([kinds.index(clip.kind) for clip in found.clips], dtype=np.intp),
        np.array([clip.source for clip in found.clips]),
        np.array([clip.name for clip in found.clips]),
        kinds,
        BODY,
        Padded(FRAMES),
    )


def _stretched(pose: PoseSequence) -> PoseSequence:
    """An episode on exactly 60 frames, without the picture, which is not the Kinect's own."""
    lasts_s = float(pose.time[-1] - pose.time[0])
    even = (
        resampled(pose, (FRAMES - 0.5) / lasts_s) if lasts_s > 0 else pose
    )  # the half keeps rounding from a frame less
    return replace(even, image=np.full(even.image.shape, np.nan))


def leave_one_out(examples: Examples, plan: Plan, out: Path, progress: Progress | None = None) -> list[LeftOut]:
    """Train once for every person on all others but one, who steers training; a run a person in `out`.

    An interrupted run goes on. Raises ValueError for fewer than three people, and as `train` does.
    """
    people = np.unique(examples.people).tolist()
    if len(people) < 3:
        raise ValueError(f"expected at least 3 people to leave one out, got {len(people)}")
    left: list[LeftOut] = []
    for at, person in enumerate(people):
        steers = people[(at + 1) % len(people)]
        parts = [
            examples.of(chosen)
            for chosen in (
                ~np.isin(examples.people, (person, steers)),
                examples.people == steers,
                examples.people == person,
            )
        ]
        told = None if progress is None else _within(progress, at, len(people))
        if is_rocket(plan.network):  # nothing steers it: all the others teach
            others = examples.of(examples.people != person)
            scores = scored(rocket_answers(others, {"": parts[2]}, plan.seed)[""], parts[2])
            left.append(LeftOut(str(person), scores))
            if told is not None:
                told("Fitting", 1.0)
            continue
        trained = train(Split(*parts, protocol=PROTOCOL), plan, out / str(person), told)
        left.append(LeftOut(str(person), trained.scores))
    return left


def _within(progress: Progress, at: int, count: int) -> Progress:
    def tell(step: str, share: float) -> None:
        progress("Leaving one person out after the other", (at + share) / count)

    return tell


def together(left: Sequence[LeftOut]) -> Scores:
    """The scores of everybody's episodes at once; the calibration error is the mean over people."""
    first = left[0].scores
    return Scores(
        first.names,
        sum((each.scores.confusion for each in left[1:]), first.confusion),
        sum((each.scores.clip_confusion for each in left[1:]), first.clip_confusion),
        float(np.mean([each.scores.ece for each in left])),
    )
