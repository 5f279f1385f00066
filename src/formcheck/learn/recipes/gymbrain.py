"""GymbrAIn: key points of four exercises in the picture, and five gated recurrent networks.

The paper: 400 clips, most of them copies of others (moved by up to 100 px, mirrored): bench press 112, barbell biceps
curl 104, triceps pushdown 90, lat pulldown 94; dealt at random to 320 / 40 / 40 **after** that, so that a clip and its
mirror are in two parts. A GRU of 256 or 512, dropout 0.5 or 0.25, with or without self-attention, softmax over 4.
"""

# pyright: reportMissingImports=false

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises import find
from formcheck.learn.data import Examples, Split, split_by_person, split_by_window
from formcheck.learn.recipes.recipe import EvaluationProtocol, Model, Progress, Published, Recipe
from formcheck.learn.recipes.recordings import clips_of_classes, watched, whole
from formcheck.learn.recipes.synthetic import Shown, acted
from formcheck.predictor import COCO_PICTURE, Sliding

COUNTS = {"bench press": 112, "barbell biceps curl": 104, "tricep pushdown": 90, "lat pulldown": 94}
NAMES = tuple(COUNTS)
VERSIONS = 4  # of a clip: as it is, mirrored, moved, both
CLIP = Sliding(30, 5.0, 3600.0)  # the first six seconds, once
SHARES = (0.8, 0.1, 0.1)


def _act(seeds: Sequence[int], cache: Path, progress: Progress | None) -> Examples:
    return acted("gymbrain", _clips, seeds, NAMES, COCO_PICTURE, CLIP, cache, progress)


def _clips(seed: int) -> Iterator[Shown]:
    """A clip of every exercise, from anywhere; of the rarer ones only as many people as make the paper's shares."""
    from formcheck.learn.studio import azimuth_of, perform_set, reported_pose

    for label, (name, count) in enumerate(COUNTS.items()):
        draw = np.random.default_rng([seed, label, 157])
        if draw.random() >= count / max(COUNTS.values()):
            continue
        exercise = find(name)
        done = perform_set(exercise, seed, draw, CLIP.length_s + 4.0)
        seen = reported_pose(done, azimuth_of(exercise, draw), draw)
        yield name, label, seen.between(done.reps[0].start_s, done.reps[-1].end_s), 1


def _read(folder: Path, kept: Path, progress: Progress | None) -> tuple[Examples, tuple[str, ...]]:
    clips, notes = clips_of_classes(folder, NAMES)
    return watched(clips, ("video",), whole, NAMES, COCO_PICTURE, CLIP, kept, progress), notes


def with_copies(examples: Examples, seed: int = 0) -> Examples:
    """Clips and their copies: mirrored, moved, both, in this order until the paper's share of copies is reached.

    A copy keeps the name of its clip and of its person.
    """
    from torch import Generator, from_numpy

    from formcheck.learn.augment import Mirror, Translate

    drawn = Generator().manual_seed(seed)
    mirror, move = Mirror(1.0), Translate()
    plain = from_numpy(examples.values)
    mirrored = mirror(plain, examples.layout, drawn)
    versions = [plain, mirrored, *(move(each, examples.layout, drawn) for each in (plain, mirrored))]
    kept = [_kept(examples, number) for number in range(VERSIONS)]
    values = [version.numpy()[chosen] for version, chosen in zip(versions, kept, strict=True)]
    return replace(examples.of(np.concatenate(kept)), values=np.concatenate(values))


def _kept(examples: Examples, number: int) -> NDArray[np.intp]:
    """The clips of which version `number` is made; the last version is made of as many as the paper's counts allow."""
    kept: list[NDArray[np.intp]] = []
    for label, name in enumerate(examples.names):
        here = np.flatnonzero(examples.labels == label)
        share = COUNTS[name] / (VERSIONS * math.ceil(COUNTS[name] / VERSIONS))
        total = round(share * VERSIONS * len(here))
        kept.append(here[: max(0, min(len(here), total - number * len(here)))])
    return np.concatenate(kept)


def _after_copying(examples: Examples, seed: int) -> Split:
    """The paper's own: copies are made first, then all are dealt."""
    return split_by_window(with_copies(examples, seed), SHARES, seed)


def _apart(examples: Examples, seed: int) -> Split:
    """Nobody in two parts, and copies of what is trained on only."""
    dealt = split_by_person(examples, SHARES, seed)
    return replace(dealt, train=with_copies(dealt.train, seed))


def _plan() -> Any:
    from formcheck.learn.train import Plan

    return Plan(batch=32, rate=1e-3, weight_decay=0.0, plateau=10, patience=25, weighted=False, augmentations=())


def _gru(width: int, dropout: float, attention: bool, accuracy: float) -> Model:
    title = f"GRU {width}, dropout {dropout:g}" + (", attention" if attention else "")
    sizes = {"width": width, "dropout": dropout, "attention": attention}
    return Model(title, "gru", sizes, {"copies made, then shuffled": Published(accuracy)})


RECIPE = Recipe(
    title="GymbrAIn",
    names=NAMES,
    people=28,
    strangers=60,
    epochs=100,
    models=(
        _gru(256, 0.5, False, 77),
        _gru(512, 0.5, False, 67),
        _gru(512, 0.5, True, 35),
        _gru(256, 0.5, True, 77),
        _gru(256, 0.25, True, 80),
    ),
    protocols=(
        EvaluationProtocol("copies made, then shuffled", _after_copying),
        EvaluationProtocol("people apart, only training copied", _apart),
    ),
    plan=_plan,
    act=_act,
    read=_read,
    chosen=(
        "About a quarter of the 400 clips are taken to be originals: the paper does not say how many are.",
        "The first 6 s of a clip in 30 frames, 4 heads, learning rate 0.001, batch 32, at most 100 epochs with an "
        "early stop after 25: open in the paper.",
        "17 key points of COCO, as YOLO-pose gives them; those of synthetic people have MediaPipe's measured errors. "
        "Blurring and sharpening the picture has nothing to work on here.",
    ),
)
