"""Every network keeps the same promises: shape, finite, learns, the same twice, torch.export, ONNX, missing joints."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from formcheck.learn.export import export_folder
from formcheck.learn.models import find_network, networks, shape_of
from formcheck.predictor import BODY, LANDMARKS_99, Card, ModelFolder, ModelFolderError

CLASSES, FRAMES = 4, 24
SHAPE = shape_of(BODY, FRAMES, CLASSES)
SMALL = {  # sizes for seconds; the others are small as they are
    "bilstm": {"width": 16, "dropout": 0.0},
    "gru": {"width": 16, "dropout": 0.0},
    "ours": {"width": 16, "dropout": 0.0},
    "stgcn": {"width": 8, "dropout": 0.0},
}


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)
    torch.set_num_threads(1)


def _made(name: str, shape=SHAPE):
    return find_network(name)(shape, **SMALL.get(name, {}))


def _windows(count: int = 8) -> torch.Tensor:
    return torch.randn(count, FRAMES, SHAPE.channels, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("name", networks())
def test_logits_are_finite_and_the_same_twice_in_evaluation(name):
    network = _made(name).eval()
    with torch.no_grad():
        first, second = network(_windows()), network(_windows())
        missing = network(torch.zeros(2, FRAMES, SHAPE.channels))
    assert first.shape == (8, CLASSES) and first.isfinite().all() and missing.isfinite().all()
    assert torch.equal(first, second)


@pytest.mark.parametrize("name", networks())
def test_eight_windows_are_learnt_by_heart(name):
    network, labels = _made(name), torch.arange(8) % CLASSES
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-3)
    for _ in range(150):
        loss = torch.nn.functional.cross_entropy(network(_windows()), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss < 0.02:
            break
    assert loss < 0.1
    assert all(each.grad is not None for each in network.parameters()), "a weight that nothing reaches"


@pytest.mark.parametrize("name", networks())
def test_torch_export_and_onnx_answer_as_torch_does(name, tmp_path):
    network, shown = _made(name).eval(), _windows(3)
    with torch.no_grad():
        said = network(shown)
        exported = torch.export.export(network, (shown,)).module()(shown)
    assert torch.allclose(exported, said, atol=1e-5)
    card = Card("recognition", name, BODY.name, FRAMES, tuple("abcd"), 15.0, 1.0)
    folder = export_folder(network, SHAPE, card, shown.numpy(), tmp_path / name)
    for count in (1, 8):
        with torch.no_grad():
            there = network(_windows(count)).numpy()
        assert np.abs(folder.logits(_windows(count).numpy()) - there).max() <= 1e-4


@pytest.mark.parametrize("name", networks())
def test_papers_plain_inputs_fit(name):
    shape = shape_of(LANDMARKS_99, 30, 5)
    with torch.no_grad():
        assert _made(name, shape).eval()(torch.randn(2, 30, 99)).shape == (2, 5)


def test_our_own_does_not_see_what_is_said_to_be_missing():
    network = _made("ours").eval()
    shown = _windows(2).unflatten(2, (len(BODY.skeleton), len(BODY.fields))).clone()
    shown[..., BODY.fields.index(BODY.fields[-1])] = 0.0  # nothing in space
    other = shown.clone()
    other[..., 3:6] = 100.0
    with torch.no_grad():
        assert torch.allclose(network(shown.flatten(2)), network(other.flatten(2)), atol=1e-5)


def test_a_folder_whose_proof_fails_is_refused_with_the_difference(tmp_path):
    network = _made("mlp")
    card = Card("recognition", "mlp", BODY.name, FRAMES, tuple("abcd"), 15.0, 1.0)
    export_folder(network, SHAPE, card, _windows().numpy(), tmp_path)
    with np.load(tmp_path / "parity.npz") as stored:
        np.savez(tmp_path / "parity.npz", input=stored["input"], output=stored["output"] + 0.5)
    with pytest.raises(ModelFolderError, match=r"it is 0\.5"):
        ModelFolder(tmp_path)
    card_file = tmp_path / "card.json"
    card_file.write_text(json.dumps(json.loads(card_file.read_text()) | {"schema": 99}))
    with pytest.raises(ModelFolderError, match="schema 1"):
        ModelFolder(tmp_path)


def test_an_unknown_network_is_answered_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean bilstm"):
        find_network("bi-lstn")
