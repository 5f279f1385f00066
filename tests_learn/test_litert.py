"""LiteRT beside ONNX: the same answers, int8 the same labels, and what is damaged is refused."""

from __future__ import annotations

import importlib.util
import json
import shutil

import numpy as np
import pytest
import torch

from formcheck.learn.export import export_folder
from formcheck.learn.litert import INSTALL, export_litert, litert_of_run
from formcheck.learn.models import find_network, shape_of
from formcheck.predictor import LANDMARKS_99, Card, ModelFolder, ModelFolderError

FRAMES, CLASSES = 24, 4
SHAPE = shape_of(LANDMARKS_99, FRAMES, CLASSES)
CARD = Card("recognition", "cnn1d", LANDMARKS_99.name, FRAMES, tuple("abcd"), metrics={"accuracy": 0.5})
SIZES = {"width": 32, "dropout": 0.0}

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("litert_torch") is None, reason=f"litert-torch is not installed: {INSTALL}"
)


def _windows(count: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Noise on which one of four sways is laid."""
    draw = np.random.default_rng(seed)
    labels = np.arange(count) % CLASSES
    sway = np.sin(np.arange(FRAMES) * (0.3 + 0.4 * labels[:, None]))[..., None]
    return (draw.normal(0, 0.5, (count, FRAMES, SHAPE.channels)) + sway).astype(np.float32), labels


@pytest.fixture(scope="module")
def network():
    """Trained until it is sure, so that its batch normalisation and its labels mean something."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    made = find_network("cnn1d")(SHAPE, **SIZES)
    optimizer = torch.optim.Adam(made.parameters(), lr=5e-3)
    shown, labels = (torch.from_numpy(each) for each in _windows(32))
    for _ in range(30):
        loss = torch.nn.functional.cross_entropy(made(shown), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return made.eval()


@pytest.fixture(scope="module")
def run(network, tmp_path_factory):
    """What a finished training leaves, with int8 LiteRT."""
    folder = tmp_path_factory.mktemp("run")
    export_folder(network, SHAPE, CARD, _windows(8)[0], folder / "model")
    (folder / "run.json").write_text(json.dumps({"plan": {"network": "cnn1d", "sizes": SIZES}}))
    (folder / "checkpoints").mkdir()
    weights = {f"network.{name}": value for name, value in network.state_dict().items()}
    torch.save({"state_dict": weights}, folder / "checkpoints" / "best.ckpt")
    np.savez(folder / "person-1.npz", values=_windows(64, seed=2)[0].astype(np.float16))
    litert_of_run(folder, folder)
    return folder


def _said(network, shown: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return network(torch.from_numpy(shown)).numpy()


def test_float_answers_as_torch_does(network, run, tmp_path):
    shutil.copytree(run / "model", tmp_path / "model")
    model = export_litert(network, SHAPE, _windows(8)[0], tmp_path / "model", int8=False)
    shown = np.random.default_rng(5).normal(0, 1, (16, FRAMES, SHAPE.channels)).astype(np.float32)
    assert np.abs(model.logits(shown) - _said(network, shown)).max() <= 1e-3
    assert model.card.metrics["litert_weights"] == "float32"


def test_int8_gives_the_same_labels_in_a_file_much_smaller_and_the_card_says_how_far_off_it_is(network, run):
    model = ModelFolder(run / "model", "litert")
    shown, labels = _windows(200, seed=9)
    said, heard = _said(network, shown), model.logits(shown)
    assert (said.argmax(axis=1) == labels).mean() > 0.9, "the network has learnt nothing to compare"
    assert (heard.argmax(axis=1) == said.argmax(axis=1)).mean() >= 0.98
    assert 0 < np.abs(heard - said).max() < 0.3
    assert (run / "model" / "model.tflite").stat().st_size < 0.5 * (run / "model" / "model.onnx").stat().st_size
    told = model.card.metrics
    assert told["accuracy"] == 0.5 and told["litert_weights"] == "int8" and told["litert_windows"] == 64
    assert model.logits(shown[:0]).shape == (0, CLASSES)
    assert np.abs(ModelFolder(run / "model").logits(shown) - said).max() <= 1e-4


def test_what_is_damaged_or_not_there_is_refused(run, tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(run / "model", folder)
    network = folder / "model.tflite"
    whole = network.read_bytes()
    for damaged in (whole[: len(whole) // 3], b"not a network at all" * 50):
        network.write_bytes(damaged)
        with pytest.raises(ModelFolderError, match="expected a LiteRT network"):
            ModelFolder(folder, "litert")
    network.write_bytes(whole)
    with np.load(folder / "parity.npz") as stored:
        proof = dict(stored)
    np.savez(folder / "parity.npz", **(proof | {"output_litert": proof["output_litert"] + 0.5}))
    with pytest.raises(ModelFolderError, match=r"model\.tflite .* within 0\.001; it is 0\.5"):
        ModelFolder(folder, "litert")
    del proof["output_litert"]
    np.savez(folder / "parity.npz", **proof)
    with pytest.raises(ModelFolderError, match="an output_litert in"):
        ModelFolder(folder, "litert")
    network.unlink()
    with pytest.raises(ModelFolderError, match="formcheck train litert"):
        ModelFolder(folder, "litert")
    with pytest.raises(ValueError, match="onnx or litert"):
        ModelFolder(folder, "tensorrt")


def test_a_checkpoint_that_is_not_its_model_folders_is_refused(run, tmp_path):
    shutil.copytree(run, tmp_path / "run")
    path = tmp_path / "run" / "checkpoints" / "best.ckpt"
    kept = torch.load(path, weights_only=True)
    kept["state_dict"]["network.head.1.bias"] += 1.0
    torch.save(kept, path)
    with pytest.raises(ValueError, match="they are 1 off"):
        litert_of_run(tmp_path / "run")
    with pytest.raises(ValueError, match="finished training"):
        litert_of_run(tmp_path)
