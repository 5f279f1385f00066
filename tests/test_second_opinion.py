"""A rule and a model on one criterion: who decides, how surely, what is said of it, and what ships."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from analyses import finding
from hypothesis import given
from hypothesis import strategies as st

from formcheck.assess import assess
from formcheck.assess.second_opinion import SURELY, Opinion, joined, pooled
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.second_opinion import calibration_error, shipped_models
from formcheck.exercises import catalogue, find
from formcheck.predictor import ModelFolderError
from formcheck.predictor.criteria import CHANNELS, FRAMES, SHIPPED, CriteriaModel, folder_name, judge, seconds, show
from formcheck.report.words import differing, seconded
from formcheck.reps import RepSpan
from formcheck.synthetic import Athlete, perform

SHIPPING = ("lunge", "single-leg romanian deadlift", "squat")
SURE = st.floats(0.5, 0.99)


def opinion(satisfied, trusted="both", **changed):
    return Opinion(satisfied, trusted, weights=(0.8, 0.9), **changed)


@given(SURE, SURE, st.sampled_from(["pass", "fail"]), st.sampled_from(["rule", "model", "both"]))
def test_a_verdict_that_both_share_is_at_least_as_sure(rule, model, verdict, trusted):
    measured = finding(verdict, confidence=rule)
    shared = joined(measured, opinion(model if verdict == "pass" else 1.0 - model - 1e-9, trusted), wants_view=False)
    assert shared.verdict == verdict and shared.confidence >= min(rule, SURELY) - 1e-4
    assert shared.second is not None and shared.second.agrees and shared.source == "rule"


@given(SURE, st.floats(0.51, 0.99), st.sampled_from(["rule", "model", "both"]))
def test_where_they_differ_the_trusted_one_decides_less_surely(rule, model, trusted):
    measured = finding("fail", confidence=rule)
    differ = joined(measured, opinion(model, trusted), wants_view=False)
    together = pooled(1.0 - rule, model, (0.8, 0.9)) >= 0.5
    passes = {"rule": False, "model": True, "both": together}[trusted]
    assert (differ.verdict == "pass") == passes and differ.source == ("model" if passes else "rule")
    assert 0.5 <= differ.confidence <= max(rule, model)
    assert differ.second is not None and not differ.second.agrees and (differ.score >= 0.5) == passes


def test_the_model_judges_alone_only_for_want_of_a_view_and_only_when_sure():
    unseen = finding("not_judged")
    alone = joined(unseen, opinion(0.03, alone=True, stream="front", view="front"), wants_view=True)
    assert (alone.verdict, alone.source, alone.confidence, alone.stream, alone.reason) == (
        "fail",
        "model",
        0.97,
        "front",
        None,
    )
    assert joined(unseen, opinion(0.03, alone=True), wants_view=False) == unseen
    assert joined(unseen, opinion(0.03, alone=False), wants_view=True) == unseen
    assert joined(unseen, opinion(0.4, alone=True), wants_view=True) == unseen
    assert joined(unseen, None, wants_view=True) == unseen


def test_the_report_says_who_decided():
    rule, model = (joined(finding("fail"), opinion(0.98, trusted), wants_view=False) for trusted in ("rule", "model"))
    assert "measurement is trusted" in seconded(rule) and "would call it good" in seconded(rule)
    assert "trained model is trusted" in seconded(model) and "to work on" in seconded(model)
    assert "says the same" in seconded(joined(finding("fail"), opinion(0.1), wants_view=False))
    assert seconded(finding("fail")) == "" and differing([]) == []


@pytest.mark.parametrize("name", SHIPPING)
def test_what_ships_is_small_answers_as_trained_and_knows_its_exercise(name):
    model = CriteriaModel(SHIPPED / folder_name(name))
    assert model.card.exercise == name and set(model.card.criteria) <= {each.id for each in find(name).criteria}
    assert set(model.card.trusted) == set(model.card.criteria)
    for file in model.folder.glob("model.*"):
        assert 10_000 < file.stat().st_size < 400_000
    card = (model.folder / "card.json").read_text()
    network = (model.folder / "model.onnx").read_bytes()
    assert "synthetic" in card and b".py" not in network and b"/" + b"tmp" not in network


def test_exercises_without_a_model_have_none_and_a_users_own_of_the_same_name_neither():
    with_model = {exercise.name for exercise in catalogue() if seconds(exercise) is not None}
    assert with_model == set(SHIPPING) == set(shipped_models())
    assert seconds(replace(find("squat"), file="mine.py")) is None
    with pytest.raises(ValueError, match="criteria model"):
        shipped_models(["plank"])


def test_a_damaged_folder_is_refused(tmp_path):
    model = SHIPPED / "squat"
    for file in model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    CriteriaModel(tmp_path)
    with np.load(model / "parity.npz") as stored:
        proof = {name: stored[name] for name in stored.files}
    np.savez(tmp_path / "parity.npz", **{**proof, "output": proof["output"] + 0.01})
    with pytest.raises(ModelFolderError, match="parity"):
        CriteriaModel(tmp_path)
    card = json.loads((tmp_path / "card.json").read_text())
    (tmp_path / "card.json").write_text(json.dumps({**card, "schema": 99}))
    with pytest.raises(ModelFolderError, match="schema"):
        CriteriaModel(tmp_path)


@pytest.fixture(scope="module")
def filmed():
    """Squats, the third on raised heels, exactly as seen from the front and from the left."""
    faults = [{}, {}, {"feet_flat": 1.0}]
    done = perform(find("squat"), Athlete.average(), 3, faults, rate_hz=15.0)
    cameras = {"front": done.camera("front"), "side": done.camera("side-left")}
    return done, {name: with_view(done.landmarks(camera, occlusion=False)) for name, camera in cameras.items()}


def test_a_repetition_is_shown_whole_from_whatever_views_there_are(filmed):
    done, poses = filmed
    span = RepSpan(done.reps[0].start_s, done.reps[0].turn_s, done.reps[0].end_s, 90.0)
    both = show(poses, span, None)
    assert both is not None and both.values.shape == (FRAMES, CHANNELS) and both.views == "front+side"
    front = show({"front": poses["front"]}, span, None)
    assert front is not None and front.views == "front"
    assert np.array_equal(front.values[:, : CHANNELS // 2], both.values[:, : CHANNELS // 2])
    assert not front.values[:, CHANNELS // 2 :].any()
    assert show({"front": replace(poses["front"], view="oblique")}, span, None) is None
    twice = {name: replace(pose, image=pose.image * 2.0, frame_size=(960, 1280)) for name, pose in poses.items()}
    assert np.allclose(show(twice, span, None).values, both.values, atol=1e-4)  # pyright: ignore


def test_a_mirrored_person_is_shown_the_same(filmed):
    done, poses = filmed
    span = RepSpan(done.reps[0].start_s, done.reps[0].turn_s, done.reps[0].end_s, 90.0)
    left, right = (show({"side": pose}, span, None) for pose in (poses["side"], poses["side"].mirrored()))
    assert left is not None and right is not None and np.allclose(left.values, right.values, atol=1e-4)
    worked = show(poses, span, "left")
    other = show({name: pose.mirrored() for name, pose in poses.items()}, span, "right")
    assert worked is not None and other is not None and np.allclose(worked.values, other.values, atol=1e-4)


def test_an_analysis_carries_second_opinions(filmed):
    _, poses = filmed
    squat = find("squat")
    tracks = {name: Track(pose) for name, pose in poses.items()}
    alone, (found,) = assess(squat, tracks), assess(squat, tracks, seconds(squat))
    assert found.count == alone[0].count == 3
    heels = [each for rep in found.reps for each in rep.findings if each.criterion == "feet_flat"]
    assert [each.verdict for each in heels] == ["pass", "pass", "fail"]
    assert any(each.second is not None and each.second.agrees for rep in found.reps for each in rep.findings)


def test_half_a_repetition_and_an_attempt_get_no_opinion(filmed):
    done, poses = filmed
    asked = seconds(find("squat"))
    assert asked is not None
    tracks = {name: Track(pose) for name, pose in poses.items()}
    span = RepSpan(done.reps[0].start_s, done.reps[0].turn_s, done.reps[0].end_s, 90.0)
    assert asked(tracks, span, None)
    assert not asked(tracks, replace(span, attempt=True), None) and not asked(tracks, replace(span, ended=False), None)


def test_sixteen_pictures_are_judged(filmed):
    done, poses = filmed
    said = []
    for rep in (done.reps[0], done.reps[2]):
        when = rep.start_s + np.arange(16) / 16 * (rep.end_s - rep.start_s)
        chosen = {
            name: np.isin(np.arange(len(p)), np.abs(p.time[:, None] - when).argmin(0)) for name, p in poses.items()
        }
        few = {name: pose.rows(chosen[name]) for name, pose in poses.items()}
        said.append(judge(few["front"], few["side"], "squat"))
    assert said[0]["feet_flat"] > 0.5 > said[1]["feet_flat"]
    with pytest.raises(ValueError, match="none"):
        judge(None, None, "squat")


def test_calibration_error_by_arithmetic():
    probable, right = np.array([0.9, 0.9, 0.1, 0.1]), np.array([1.0, 1.0, 1.0, 0.0])
    assert calibration_error(probable, right) == pytest.approx(0.15)
