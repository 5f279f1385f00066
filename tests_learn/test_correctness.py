"""Correctness models and models of worn sensors are trained, go on where they were, and are written with a proof."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from formcheck.exercises import find
from formcheck.learn.correctness.network import STREAMS, Correctness
from formcheck.learn.correctness.studio import correct, graded, weights
from formcheck.learn.correctness.train import Plan, answers, fit, write_model
from formcheck.learn.correctness.worth import scored, seen_by
from formcheck.learn.worn import train as worn_train
from formcheck.learn.worn.studio import Felt
from formcheck.predictor import ModelFolderError
from formcheck.predictor.correctness import CorrectnessModel
from formcheck.predictor.streams import SHAPES, Repetition
from formcheck.predictor.worn import WornCard

EXERCISE = find("jumping jack")


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    cache = tmp_path_factory.mktemp("repetitions")
    return [
        graded(EXERCISE, range(first, first + 3), cache, thermal=first == 7_000_000) for first in (7_000_000, 7_100_000)
    ]


def _plan(**changes):
    return Plan(people=3, steering=3, testing=3, batch=8, **changes)


def test_grades_make_the_truth(people):
    learnt = people[0]
    assert learnt.grades.shape == (24, 4) and learnt.thermal.any() and not people[1].thermal.any()
    assert correct(EXERCISE, np.zeros((1, 4)))[0] == 1.0
    np.testing.assert_allclose(correct(EXERCISE, np.ones((1, 4)))[0], 1.0 - weights(EXERCISE).sum(), atol=1e-9)


def test_an_interrupted_training_ends_as_one_that_was_not(people, tmp_path):
    learnt, steering = people
    weighed = weights(EXERCISE).tolist()
    whole = fit(learnt, steering, weighed, _plan(epochs=3), tmp_path / "whole")

    class Interrupted(Exception):
        pass

    def stop(_, share):
        if share > 0.5:
            raise Interrupted

    with pytest.raises(Interrupted):
        fit(learnt, steering, weighed, _plan(epochs=3), tmp_path / "parts", stop)
    parts = fit(learnt, steering, weighed, _plan(epochs=3), tmp_path / "parts")
    assert parts.curve == whole.curve
    for one, other in zip(whole.network.parameters(), parts.network.parameters(), strict=True):
        torch.testing.assert_close(one, other)
    with pytest.raises(ValueError, match="got another plan"):
        fit(learnt, steering, weighed, _plan(epochs=4), tmp_path / "parts")


def test_a_model_is_written_with_a_proof_and_says_what_cost_the_points(people, tmp_path):
    learnt, steering = people
    trained = fit(learnt, steering, weights(EXERCISE).tolist(), _plan(epochs=1), tmp_path / "run")
    model = write_model(trained, EXERCISE, _plan(epochs=1), learnt, tmp_path / "model")
    assert (
        "front+side+imu+thermal" in model.card.errors
        and str(tmp_path).encode() not in (tmp_path / "model/model.onnx").read_bytes()
    )
    first = learnt.of(np.array([0]))
    shown = Repetition(
        {name: getattr(first, name)[0].astype(np.float32) for name in STREAMS}, float(first.duration_s[0])
    )
    said = model.score(shown)
    assert said is not None and abs(said.score + sum(said.lost.values()) - 1.0) < 1e-4
    assert list(said.lost.values()) == sorted(said.lost.values(), reverse=True)
    alone = model.score(Repetition({"imu": shown.streams["imu"]}, 1.2))
    assert alone is not None and alone.streams == ("imu",)
    (tmp_path / "model" / "parity.npz").unlink()
    with pytest.raises(ModelFolderError, match="train again"):
        CorrectnessModel(tmp_path / "model")


def test_streams_that_are_missing_change_nothing(people):
    network = Correctness(weights(EXERCISE).tolist()).eval()
    some = people[0].of(np.arange(6))
    given = {name: torch.from_numpy(getattr(some, name).astype(np.float32)) for name in ("front", "imu")}
    nothing = {name: torch.full((6, *SHAPES[name]), float("nan")) for name in ("side", "thermal")}
    duration_s = torch.from_numpy(some.duration_s[:, None])
    with torch.no_grad():
        torch.testing.assert_close(network(given, duration_s), network(given | nothing, duration_s))
        lost = {name: values.clone() for name, values in given.items()}
        lost["front"][0, 3:9] = float("nan")
        assert torch.isfinite(network(lost, duration_s)[0]).all()
    assert (answers(network, some, ("front",))[0] != answers(network, some, ("imu",))[0]).any()


def test_what_nobody_saw_is_not_scored(people, tmp_path):
    learnt, steering = people
    trained = fit(learnt, steering, weights(EXERCISE).tolist(), _plan(epochs=1), tmp_path / "run")
    model = write_model(trained, EXERCISE, _plan(epochs=1), learnt, tmp_path / "model")
    hidden = learnt.of(np.arange(len(learnt)))
    hidden.front[:5] = 0
    done = scored(model, EXERCISE, hidden)
    assert np.isnan(done.said["front",][:5]).all() and np.isfinite(done.said["front",][5:]).all()
    assert np.isfinite(done.said["front", "imu"]).all() and not seen_by(hidden, ("front",))[:5].any()


def test_a_model_of_worn_sensors_is_written_with_a_proof(tmp_path):
    draw = np.random.default_rng(0)
    count = 64
    names = np.array([f"set {at // 4}" for at in range(count)])
    values = draw.normal(size=(count, 200, 24)).astype(np.float16)
    some = Felt(values, draw.integers(0, 30, count), names, np.arange(count) // 16)
    network = worn_train.train(some, worn_train.Plan(epochs=1, batch=16, width=16), tmp_path)
    model = worn_train.write_model(network, WornCard(some.names), values, tmp_path / "model")
    assert model.logits(values[:3].astype(np.float32)).shape == (3, len(some.names))
    varied = worn_train.varied(values.astype(np.float32), np.random.default_rng(1)).reshape(count, 200, 4, 6)
    assert varied.any(axis=(1, 2, 3)).all()  # one sensor is worn at least
    assert not varied.any(axis=(1, 3)).all()  # and not all of them always
