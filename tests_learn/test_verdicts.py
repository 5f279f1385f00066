"""Criteria models: repetitions with known faults, a network that learns them, and who is trusted in the end."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from formcheck.assess import Finding
from formcheck.exercises import catalogue, find
from formcheck.learn.verdicts import Plan, kept_network, loss, one_view_hidden, predicted, varied, write_model
from formcheck.learn.verdicts_filmed import takes
from formcheck.learn.verdicts_network import Verdicts, read, there
from formcheck.learn.verdicts_studio import judged_criteria, kept_repetitions, studio_repetitions
from formcheck.learn.verdicts_worth import Said, decided, verdict
from formcheck.predictor.criteria import CHANNELS, FRAMES, CriteriaCard, CriteriaModel

FEW = Plan(people=10, steering=4, epochs=30, batch=16, copies=1)


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)
    torch.set_num_threads(1)


@pytest.mark.parametrize("name", ["squat", "push-up", "plank"])
def test_repetitions_are_shown_whole_with_their_labels(name):
    exercise = find(name)
    made = studio_repetitions(exercise, range(9_000_000, 9_000_004))
    assert made.values.shape == (len(made), FRAMES, CHANNELS) and len(made) >= 3
    assert np.isfinite(made.values).all() and made.values.any(axis=(1, 2)).all()
    known = made.labels[np.isfinite(made.labels)]
    assert made.labels.shape == (len(made), len(judged_criteria(exercise))) and set(known) <= {0.0, 1.0}
    again = studio_repetitions(exercise, range(9_000_000, 9_000_004))
    assert np.array_equal(again.values, made.values)


def test_every_exercise_with_faults_can_have_a_model():
    assert sum(bool(judged_criteria(exercise)) for exercise in catalogue() if exercise.faults) == len(
        [exercise for exercise in catalogue() if exercise.faults]
    )
    with pytest.raises(ValueError, match="faults"):
        judged_criteria(replace(find("squat"), faults=()))


def test_what_another_way_to_do_it_changes_has_no_label():
    lunge = find("lunge")
    made = studio_repetitions(lunge, range(9_000_100, 9_000_125))
    unknown = np.isnan(made.labels).any(axis=0)
    swings = judged_criteria(lunge).index("natural_arm_swing")
    assert unknown[swings] and not np.isnan(made.labels[:, swings]).all() and unknown.sum() == 1


def test_a_network_learns_faults_and_what_is_written_answers_as_it(tmp_path):
    squat = find("squat")
    trained = kept_network(squat, FEW, tmp_path / "run", tmp_path / "cache")
    learnt = kept_repetitions(squat, range(6_000_000, 6_000_010), tmp_path / "cache")
    right = (predicted(trained.network, learnt.values) > 0) == (learnt.labels > 0.5)
    assert right[np.isfinite(learnt.labels)].mean() > 0.85
    again = kept_network(squat, FEW, tmp_path / "run", tmp_path / "cache")
    assert np.array_equal(predicted(again.network, learnt.values[:4]), predicted(trained.network, learnt.values[:4]))
    with pytest.raises(ValueError, match="plan"):
        kept_network(squat, replace(FEW, epochs=3), tmp_path / "run", tmp_path / "cache")
    model = write_model(trained, squat, FEW, tmp_path / "model")
    assert np.allclose(
        model.logits(learnt.values[:9].astype(np.float32)), predicted(again.network, learnt.values[:9]), atol=1e-4
    )
    assert model.card.criteria == judged_criteria(squat) and not model.card.trusted
    assert b".py" not in (tmp_path / "model" / "model.onnx").read_bytes()


def test_a_missing_view_adds_nothing():
    network, half = Verdicts(3).eval(), CHANNELS // 2
    shown = torch.randn(4, FRAMES, CHANNELS).abs()
    shown[:, :, :half] = 0.0
    front, side = shown[..., :half], shown[..., half:]
    noise = torch.randn(4, FRAMES, half)
    with torch.no_grad():
        read_front, read_side = network.front.scaled(read(noise)), network.side.scaled(read(side))
        hidden = network.judged(read_front, torch.zeros(4, 1), read_side, there(side))
        assert torch.allclose(network(shown), hidden, atol=1e-6) and there(front).sum() == 0


def test_variation_keeps_what_is_missing_and_hides_no_only_view():
    draw = np.random.default_rng(0)
    values = np.ones((64, FRAMES, CHANNELS), dtype=np.float32)
    values[:32, :, : CHANNELS // 2] = 0.0
    changed = varied(values, draw)
    assert not changed[:32, :, : CHANNELS // 2].any() and 0.8 < changed[32:].mean() < 1.2
    seen = [torch.from_numpy((part != 0).any(axis=(1, 2))[:, None]).float() for part in np.split(values, 2, axis=2)]
    front, side = one_view_hidden(seen, draw)
    assert ((front + side) > 0).all() and (side[:32] == 1).all() and 0 < (front[32:] * side[32:] == 0).sum() < 32


def test_unknown_labels_teach_nothing():
    logits = torch.zeros(2, 2, requires_grad=True)
    loss(logits, torch.tensor([[1.0, float("nan")], [0.0, float("nan")]]), 0.0).backward()
    assert logits.grad is not None and (logits.grad[:, 0] != 0).all() and (logits.grad[:, 1] == 0).all()


def _finding(verdict: str, sure: float) -> Finding:
    told = dict(criterion="it", title="It", verdict=verdict, value=None, unit="deg", good=(None, None), score=None)
    told |= dict(
        confidence=sure, source="rule", stream=None, view=None, time_s=None, joint=None, cue="Do.", reason=None
    )
    return Finding.model_validate(told)


def _said(rule_right: float, model_right: float, seed: int = 0, judges: bool = True) -> list[Said]:
    """A criterion on 30 people with 6 repetitions each; rule and model are right this often, and say so."""
    draw = np.random.default_rng(seed)
    told: list[Said] = []
    for at in range(180):
        label = int(at % 3 > 0)
        rule, model = (bool(label) == (draw.random() < share) for share in (rule_right, model_right))
        measured = _finding(("pass" if rule else "fail") if judges else "not_judged", min(rule_right, 0.99))
        logit = float(np.log(model_right / (1.0 - model_right))) * (1 if model else -1)
        told.append(Said(f"person {at // 6}", "squat", "it", at % 6, "side", label, measured, not judges, logit))
    return told


CARD = CriteriaCard("squat", ("it",))


def test_who_is_right_on_validation_people_is_trusted():
    assert decided(CARD, _said(0.95, 0.6)).heard["side"] == ()  # not worth hearing
    assert decided(CARD, _said(0.6, 0.95)).trusted["it"] in ("both", "model")
    said = _said(0.88, 0.9)
    card = decided(CARD, said)
    wrong = {
        who: np.mean([(verdict(card, each, who) >= 0.5) != each.label for each in said]) for who in ("rule", "both")
    }
    assert wrong["both"] <= wrong["rule"]


def test_the_model_judges_alone_only_where_it_was_right_on_validation_people():
    good, poor = decided(CARD, _said(0.9, 0.97, judges=False)), decided(CARD, _said(0.9, 0.8, judges=False))
    assert good.alone["side"] == ("it",) and good.alone["front"] == () and poor.alone["side"] == ()
    assert all(verdict(poor, each, "both") is None for each in _said(0.9, 0.8, judges=False))
    assert np.mean([verdict(good, each, "both") is not None for each in _said(0.9, 0.97, judges=False)]) > 0.9


def test_both_cameras_film_the_same_set():
    front, side = takes(["lunge"], [41_000])
    assert (front.performed().reps, front.where, side.where) == (side.performed().reps, "front", "side")
    done = front.performed()
    assert front.camera(done).view != side.camera(done).view


def test_litert_gives_the_networks_verdicts(tmp_path):
    pytest.importorskip("litert_torch")
    from formcheck.learn.verdicts import write_litert

    squat = find("squat")
    trained = kept_network(squat, FEW, tmp_path / "run", tmp_path / "cache")
    model = write_model(trained, squat, FEW, tmp_path / "model")
    write_litert(trained, model.folder, trained.shown)
    lite = CriteriaModel(model.folder, "litert")
    assert np.abs(lite.logits(trained.shown) - model.logits(trained.shown)).max() < 0.5
