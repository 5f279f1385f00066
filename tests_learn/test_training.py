"""Training: people kept apart, an interrupted run that ends as it would have, augmentations that invent nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from formcheck.learn import augment
from formcheck.learn.data import Examples, class_weights, split_by_person, split_by_window, undersampled
from formcheck.learn.scores import calibration_error, scored, temperature_of
from formcheck.learn.train import Plan, logits_of, train
from formcheck.predictor import BODY, COCO_PICTURE, ModelFolder, Sliding

CUT = Sliding(12, 5.0, 1.0)


def _examples(people: int = 8, each: int = 6, classes: int = 3) -> Examples:
    """Classes that differ in the pace at which everything sways; every person has a place of their own."""
    draw = np.random.default_rng(3)
    values, labels, owners = [], [], []
    for person in range(people):
        for label in range(classes):
            for _ in range(each):
                phase = draw.uniform(0, 6.28)
                sway = np.sin(phase + np.arange(12) * (0.3 + 0.7 * label))[:, None, None]
                place = draw.normal(0, 0.2, (1, len(BODY.skeleton), len(BODY.fields))) + 0.5 * sway
                place[..., [2, 6]] = 1.0
                values.append(place.reshape(12, -1))
                labels.append(label)
                owners.append(f"person {person}")
    clips = np.array([f"{owner} {label}" for owner, label in zip(owners, labels, strict=True)])
    names = ("slow", "middling", "fast")[:classes]
    return Examples(np.array(values, np.float32), np.array(labels), np.array(owners), clips, names, BODY, CUT)


EXAMPLES = _examples()
PLAN = Plan(
    network="ours",
    sizes={"width": 16},
    epochs=6,
    batch=16,
    rate=5e-3,
    plateau=0,
    augmentations=(augment.Mirror(), augment.Noise()),
)


@pytest.fixture(autouse=True)
def _one_core():
    torch.set_num_threads(1)


@pytest.mark.parametrize("cycle", [False, True])
def test_an_interrupted_run_ends_as_it_would_have(tmp_path, cycle):
    split = split_by_person(EXAMPLES)
    plan = replace(PLAN, cycle=cycle, smoothing=0.05)
    whole = train(split, plan, tmp_path / "whole")

    def pull_the_plug(step: str, share: float) -> None:
        if share > 0.6:
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        train(split, plan, tmp_path / "cut", pull_the_plug)
    assert not (tmp_path / "cut" / "run.json").exists()
    resumed = train(split, plan, tmp_path / "cut")
    assert np.allclose(logits_of(resumed.network, split.test), logits_of(whole.network, split.test), atol=1e-5)
    first, second = (json.loads((tmp_path / name / "run.json").read_text()) for name in ("whole", "cut"))
    assert len(first["curves"]) == len(second["curves"]) == PLAN.epochs
    for one, two in zip(first["curves"], second["curves"], strict=True):
        assert one == pytest.approx(two, abs=1e-5)
    assert whole.scores.accuracy > 0.8 and first["test"]["accuracy"] == round(whole.scores.accuracy, 4)
    assert {each.name for each in (tmp_path / "whole").iterdir()} >= {"curves.svg", "confusion.svg", "model"}
    model = ModelFolder(tmp_path / "whole" / "model")
    assert model.card.labels == EXAMPLES.names
    assert np.abs(model.logits(split.test.values) - logits_of(whole.network, split.test)).max() < 1e-4
    with pytest.raises(ValueError, match="another plan"):
        train(split, replace(plan, seed=1), tmp_path / "cut")


def test_a_person_in_two_parts_is_refused_unless_called_leaky():
    split = split_by_person(EXAMPLES)
    people = [set(part.people.tolist()) for part in (split.train, split.validation, split.test)]
    assert not people[0] & people[1] and not people[0] & people[2] and not people[1] & people[2]
    assert sum(map(len, (split.train, split.validation, split.test))) == len(EXAMPLES) and not split.leaky
    with pytest.raises(ValueError, match=r"person . in training and in test"):
        replace(split, test=split.train.of(np.arange(5)))
    leaky = split_by_window(EXAMPLES)
    assert leaky.leaky and "shuffled" in leaky.protocol


def test_what_cannot_be_trained_is_refused(tmp_path):
    one = EXAMPLES.of(EXAMPLES.labels == 0)
    with pytest.raises(ValueError, match="two labels"):
        split_by_person(one)
    with pytest.raises(ValueError, match="'Push-Ups' and 'push up'"):
        replace(EXAMPLES, names=("Push-Ups", "push up", "squat"))
    with pytest.raises(ValueError, match="3 people"):
        split_by_person(_examples(people=2))
    with pytest.raises(ValueError, match="sizes that the network mlp has"):
        train(split_by_person(EXAMPLES), Plan(network="mlp", sizes={"depth": 3}), tmp_path)


def test_undersampling_thins_the_most_frequent_label_and_weights_make_them_even():
    some = EXAMPLES.of((EXAMPLES.labels == 0) | (np.arange(len(EXAMPLES)) % 3 == 0))
    counts, thinned = some.counts(), undersampled(some).counts()
    assert thinned.max() == np.sort(counts)[-2] and thinned.min() == counts.min()
    weighted = class_weights(some) * counts
    assert np.allclose(weighted, weighted[0])


AUGMENTATIONS = (*augment.OURS, *augment.EJUST, *augment.GYMBRAIN)


@pytest.mark.parametrize("layout", [BODY, COCO_PICTURE], ids=lambda layout: layout.name)
@pytest.mark.parametrize("each", AUGMENTATIONS, ids=lambda each: type(each).__name__)
def test_augmentations_keep_what_is_missing_missing_and_change_the_rest(each, layout):
    drawn = torch.Generator().manual_seed(4)
    windows = torch.randn(64, 12, len(layout.channels), generator=drawn)
    windows.unflatten(2, (len(layout.skeleton), -1))[:, :, 3:5] = 0.0  # a pair of joints
    out = each(windows, layout, drawn)
    assert out.shape == windows.shape and out.isfinite().all()
    idle = layout is COCO_PICTURE and isinstance(each, augment.Turn | augment.SourceDropout)  # no depth, no feet
    assert torch.equal(out, windows) == idle
    assert (out.unflatten(2, (len(layout.skeleton), -1))[:, :, 3:5] == 0).all()
    again = each(windows, layout, torch.Generator().manual_seed(4))
    assert torch.equal(again, each(windows, layout, torch.Generator().manual_seed(4)))


def test_turning_keeps_lengths_and_mirroring_twice_is_nothing():
    drawn = torch.Generator().manual_seed(4)
    windows = torch.randn(8, 12, 119, generator=drawn)
    joints = augment.Turn(90.0)(windows, BODY, drawn).unflatten(2, (17, 7))
    assert torch.allclose(joints[..., 3:6].norm(dim=3), windows.unflatten(2, (17, 7))[..., 3:6].norm(dim=3), atol=1e-5)
    mirror = augment.Mirror(1.0)
    assert torch.equal(mirror(mirror(windows, BODY, drawn), BODY, drawn), windows)


def test_calibration_finds_the_temperature_that_was_taken_away():
    draw = np.random.default_rng(0)
    honest = draw.normal(0, 2, (4000, 3))
    chances = np.exp(honest) / np.exp(honest).sum(axis=1, keepdims=True)
    labels = np.array([draw.choice(3, p=each) for each in chances])
    some = Examples(
        np.zeros((4000, 12, 119), np.float32),
        labels,
        np.array(["a"] * 4000),
        np.array(["b"] * 4000),
        ("x", "y", "z"),
        BODY,
        CUT,
    )
    assert temperature_of((3.0 * honest).astype(np.float32), some) == pytest.approx(3.0, rel=0.1)
    assert calibration_error(chances, labels) < 0.03 < calibration_error(np.eye(3)[chances.argmax(axis=1)], labels)
    assert scored(honest, some).accuracy == pytest.approx((chances.argmax(axis=1) == labels).mean())
