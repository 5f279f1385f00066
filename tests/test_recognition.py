"""A recording whose exercise nobody names: its sets get the name that the shipped model gives them, or none."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from formcheck.assess import UNNAMED
from formcheck.body import COCO_17, PoseSequence
from formcheck.exercises import catalogue, find
from formcheck.predictor import (
    REST,
    UNKNOWN,
    Answer,
    ModelFolder,
    ModelFolderError,
    changes,
    name_stretch,
    named,
    shipped,
)
from formcheck.predictor.naming import SHIPPED
from formcheck.recognition import recognised_sets
from formcheck.synthetic import Athlete, act, perform
from formcheck.synthetic.improvised import improvised

SEED = 4  # nobody whom the model was trained on
BIGGEST_B = 3_000_000


def _seen(name: str, reps: int = 4, seed: int = SEED, **how) -> PoseSequence:
    done = perform(find(name), Athlete.sample(seed), reps, seed=seed, **how)
    exercise = find(name)
    view = exercise.watched.views[0]
    azimuth = exercise.side_camera_deg if view == "side" else {"front": 0.0, "oblique": 40.0, "back": 180.0}[view]
    return done.landmarks(done.camera(azimuth_deg=azimuth), occlusion=False)


def _after(first: PoseSequence, second: PoseSequence, pause_s: float) -> PoseSequence:
    """One recording after the other, nobody in the picture between them."""
    step = 1 / 30
    gap = np.arange(first.time[-1] + step, first.time[-1] + pause_s, step)
    nothing = np.full((len(gap), 33, 3), np.nan)
    scale = first.frame_size[1] / second.frame_size[1]
    assert first.world is not None and second.world is not None
    return replace(
        first,
        time=np.concatenate([first.time, gap, second.time - second.time[0] + gap[-1] + step]),
        image=np.concatenate([first.image, nothing[..., :2], second.image * scale]),
        world=np.concatenate([first.world, nothing, second.world]),
        visibility=np.concatenate([first.visibility, np.zeros((len(gap), 33)), second.visibility]),
    )


def test_what_ships_is_small_and_tells_whom_it_was_trained_on():
    model = shipped()
    assert model.card.labels[-2:] == (REST, UNKNOWN)
    assert set(model.card.labels[:-2]) == {each.name for each in catalogue() if each.motion is not None}
    assert sum(file.stat().st_size for file in model.folder.iterdir()) <= BIGGEST_B
    assert "synthetic" in json.dumps(dict(model.card.training))
    assert 0 < model.card.unknown_below < 1


@pytest.mark.parametrize("name", ["squat", "push-up", "jumping jack", "pull up", "deadlift", "shoulder press"])
def test_a_set_is_named_counted_and_judged(name):
    (found,) = recognised_sets({"front": _seen(name)})
    assert found.exercise == name and found.count == 4
    assert found.criteria and found.recognised is not None and found.recognised[0].exercise == name


def test_a_hold_is_found_though_nothing_repeats_itself():
    found = recognised_sets({"front": _seen("plank", 1)})
    assert [each.exercise for each in found] == ["plank"] and found[0].hold_s


def test_a_workout_falls_into_named_sets():
    workout = _after(_seen("squat", 5), _seen("jumping jack", 8), 8.0)
    found = recognised_sets({"front": workout})
    assert [(each.exercise, each.count) for each in found] == [("squat", 5), ("jumping jack", 8)]
    assert found[0].end_s < found[1].start_s


def test_a_set_that_nobody_named_ends_where_another_exercise_begins():
    done = perform(improvised(305), Athlete.sample(305), 6, seed=305)
    unknown = done.landmarks(done.camera("oblique"), occlusion=False)
    found = recognised_sets({"front": _after(unknown, _seen("jumping jack", 8), 8.0)})
    assert [(each.exercise, each.count) for each in found] == [(UNNAMED, 6), ("jumping jack", 8)]


def test_a_stretch_is_parted_where_its_windows_surely_change_their_name():
    labels = ("squat", "lunge", REST, UNKNOWN)
    at = np.arange(20.0)

    def says(second: tuple[float, float], to: int = 20) -> Answer:
        rows = np.array([(0.97, 0.01, 0.0, 0.02) if i < 10 or i >= to else (*second, 0.0, 0.02) for i in range(20)])
        return Answer(rows, at, at + 4, np.ones(20), labels)

    (cut,) = changes([says((0.01, 0.97))], 0.0, 23.0)
    assert cut == pytest.approx(11.5)
    assert changes([says((0.1, 0.88))], 0.0, 23.0) == ()  # a little likelier is no other exercise
    assert changes([says((0.01, 0.97), to=13)], 0.0, 23.0) == ()  # nor are three windows
    assert changes([], 0.0, 23.0) == ()


def test_what_no_catalogue_holds_is_counted_and_not_named():
    known = 0
    for seed in range(300, 308):
        done = perform(improvised(seed), Athlete.sample(seed), 5, seed=seed)
        found = recognised_sets({"front": done.landmarks(done.camera("oblique"), occlusion=False)})
        known += any(each.exercise != UNNAMED for each in found)
    assert known <= 2


def test_nothing_is_named_where_nobody_exercises():
    idle = act("standing", Athlete.sample(SEED), 20.0, SEED)
    found = recognised_sets({"front": idle.landmarks(idle.camera(), occlusion=False)})
    assert all(each.exercise == UNNAMED for each in found)  # in so short a recording, fidgeting may be counted
    assert recognised_sets({}) == ()


@pytest.mark.parametrize("name", ["squat", "push-up"])
def test_space_alone_picture_alone_and_coco_do(name):
    pose, model = _seen(name), shipped()
    alone = {
        "space": replace(pose, image=np.full_like(pose.image, np.nan)),
        "picture": replace(pose, world=None),
        "coco": replace(pose, world=None).on(COCO_17),
    }
    said = {what: named(model, [model.answer(each)]) for what, each in alone.items()}
    assert {what: each and each.label for what, each in said.items()} == dict.fromkeys(alone, name)


def test_windows_in_which_somebody_rests_have_no_say():
    labels = ("squat", "lunge", REST, UNKNOWN)
    rows = np.array([[0.7, 0.1, 0.1, 0.1], [0.05, 0.05, 0.9, 0.0], [0.05, 0.05, 0.9, 0.0]])
    answer = Answer(rows, np.arange(3.0), np.arange(3.0) + 4, np.ones(3), labels)
    naming = name_stretch([answer], 0.3)
    assert naming is not None and naming.label == "squat" and naming.likely[0][0] == "squat"
    assert name_stretch([answer], 0.99) is not None and name_stretch([answer], 0.99).label == UNKNOWN  # pyright: ignore
    assert name_stretch([answer], 0.3, 100.0, 110.0) is None and name_stretch([], 0.3) is None


def test_two_cameras_have_their_say_together():
    labels = ("squat", "lunge", REST, UNKNOWN)

    def says(squat: float, lunge: float) -> Answer:
        row = np.array([[squat, lunge, 0.02, 0.98 - squat - lunge]])
        return Answer(row, np.zeros(1), np.full(1, 4.0), np.ones(1), labels)

    naming = name_stretch([says(0.4, 0.5), says(0.9, 0.05)], 0.2)
    assert naming is not None and naming.label == "squat"


def test_a_damaged_model_is_refused_with_the_difference(tmp_path):
    folder = tmp_path / SHIPPED
    shutil.copytree(Path(shipped().folder), folder)
    with np.load(folder / "parity.npz") as stored:
        arrays = dict(stored)
    np.savez(folder / "parity.npz", **(arrays | {"output": arrays["output"] + 0.25}))
    with pytest.raises(ModelFolderError, match=r"it is 0\.25 off"):
        ModelFolder(folder)
