"""Models for other machines: what is read back, made small, and run on its own answers as the trained network does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch

from formcheck.evaluation.device import BROWSERS, device_table, in_browser, in_python
from formcheck.exercises import find
from formcheck.learn.chain import example
from formcheck.learn.chain.convert import export_model, find_model, models
from formcheck.learn.chain.export import check_chain, network_of_run, networks_in, write_chain
from formcheck.learn.chain.graphs import ParityError, Scored, files, onnx_answers
from formcheck.learn.chain.names import STEERING, likely, opened
from formcheck.learn.chain.page import write_page
from formcheck.learn.chain.prune import masked, smallest, taught
from formcheck.learn.chain.read_back import read_back
from formcheck.learn.chain.studio import OTHER, named
from formcheck.learn.correctness.network import Correctness
from formcheck.learn.correctness.studio import Graded, weights
from formcheck.learn.correctness.train import Plan
from formcheck.learn.litert import INSTALL
from formcheck.predictor.streams import SHAPES

LITERT = find_spec("litert_torch") is not None
LITERTJS = os.environ.get("FORMCHECK_LITERTJS", "")  # the node_modules that hold LiteRT.js
PEOPLE = range(12_000_000 + STEERING, 12_000_000 + STEERING + 2)


def _network(name: str, seed: int = 0) -> Correctness:
    """One whose weights are chance, and which has seen landmarks of the usual size."""
    torch.manual_seed(seed)
    network = Correctness(weights(find(name)).tolist(), 16)
    network.train()
    with torch.no_grad():
        for _ in range(3):
            network({each: torch.randn(32, *SHAPES[each]) for each in ("front", "side")}, torch.rand(32, 1) + 1)
        for value in network.parameters():  # else some are alike, and kept only once
            value.add_(0.01 * torch.randn_like(value))
    return network.eval()


@pytest.fixture(scope="module")
def chain(tmp_path_factory) -> Path:
    """A chain of jumping jacks whose scores are chance; as ONNX, and as LiteRT where that is there."""
    out = tmp_path_factory.mktemp("chain")
    kinds = ("onnx_float", "onnx_int8", *(("litert_float", "litert_int8") if LITERT else ()))
    write_chain(out, opened(), {"jumping jack": _network("jumping jack")}, tmp_path_factory.mktemp("cache"), kinds)
    return out


def _run(chain: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(chain / "example.py"), *asked], capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("name", ["recognition", "criteria/squat"])
def test_models_that_ship_are_written_as_onnx_that_answers_as_they_do(name, tmp_path):
    whole = export_model(find_model(name), "onnx", False, tmp_path)
    small = export_model(find_model(name), "onnx", True, tmp_path)
    assert whole.off < 1e-5 and small.off < 0.1 and small.size < 0.45 * whole.size
    assert small.path.name.endswith("-int8.onnx") and small.path.stat().st_size == small.size


@pytest.mark.skipif(not LITERT, reason=f"litert-torch is not installed: {INSTALL}")
def test_a_model_that_ships_is_written_as_litert_from_its_onnx_alone(tmp_path):
    whole = export_model(find_model("criteria/squat"), "litert", False, tmp_path)
    small = export_model(find_model("criteria/squat"), "litert", True, tmp_path)
    assert whole.off < 1e-5 and small.off < 0.05 and small.size < 0.5 * whole.size


def test_what_cannot_be_exported_is_told(tmp_path):
    with pytest.raises(ValueError, match=r"expected a model \(.*recognition.*\) or the folder .* got 'criteria/yoga'"):
        find_model("criteria/yoga")
    with pytest.raises(ValueError, match="onnx or litert, got 'tensorrt'"):
        export_model(models()["recognition"], "tensorrt", False, tmp_path)
    with pytest.raises(ValueError, match="expected models of correctness"):
        networks_in(tmp_path)
    (tmp_path / "jumping_jack").mkdir()
    torch.save({"best": _network("high knees").state_dict()}, tmp_path / "jumping_jack" / "last.pt")
    with pytest.raises(ValueError, match="network of jumping jack"):
        network_of_run(tmp_path / "jumping_jack", find("jumping jack"))
    assert not list(tmp_path.glob("*.onnx"))


def test_weights_are_read_back_from_onnx_those_of_an_lstm_as_well(chain):
    again = Scored(Correctness(weights(find("jumping jack")).tolist(), 16))
    read_back(again, chain / "jumping_jack-float.onnx", unused=("imu", "thermal"))
    shown = [torch.randn(5, *SHAPES["front"]), torch.randn(5, *SHAPES["side"]), torch.rand(5, 1) + 0.5]
    with torch.no_grad():
        assert torch.allclose(again(*shown), Scored(_network("jumping jack"))(*shown), atol=1e-6)


def test_a_file_that_does_not_answer_as_the_network_is_refused(chain, monkeypatch):
    written = (chain / "jumping_jack-float.onnx").read_bytes()
    monkeypatch.setattr("formcheck.learn.chain.graphs.whole_onnx", lambda _: written)
    draw = np.random.default_rng(1)
    shown = {each: draw.normal(size=(4, *SHAPES[each])).astype(np.float32) for each in ("front", "side")}
    shown["duration_s"] = np.ones((4, 1), np.float32)
    assert files(Scored(_network("jumping jack")), shown, ("onnx_float",))[0].content == written
    with pytest.raises(ParityError, match=r"onnx_float to answer as torch does within 0\.0001"):
        files(Scored(_network("jumping jack", seed=5)), shown, ("onnx_float",))


def test_repetitions_are_named_and_what_is_none_is_not(tmp_path):
    trained = opened()
    met = named(trained.labels[:-1], PEOPLE, tmp_path)
    said = likely(trained.network, met).argmax(axis=1)
    others = met.labels == trained.labels.index(OTHER)
    assert others.sum() > 20 and (~others).sum() > 60
    assert (said[~others] == met.labels[~others]).mean() > 0.95 and (said[others] == met.labels[others]).mean() > 0.95


def test_the_example_finds_names_and_scores_what_was_performed(chain):
    assert min(check_chain(chain).values()) >= 0.8
    told = json.loads((chain / "chain.json").read_text())
    answer = _run(chain, str(chain / "sample-jumping-jack.json"), "--onnx", "--float", "--json")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert len(found) == 6 and {each["label"] for each in found} == {"jumping jack"}
    network = Scored(_network("jumping jack"))
    time, world = example.read(chain / "sample-jumping-jack.json", told["joints"])
    for each in found:
        shown = example.parts(time, world, each["start_s"], each["end_s"], 30)
        assert shown is not None
        took = torch.tensor([[each["end_s"] - each["start_s"]]])
        with torch.no_grad():
            score = network(torch.from_numpy(shown), torch.zeros(1, 30, 99), took.float())[0, 0]
        assert each["score"] == pytest.approx(float(score), abs=1e-4)
        assert each["score"] + sum(each["lost"].values()) == pytest.approx(1.0, abs=1e-5)
    small = json.loads(_run(chain, str(chain / "sample-jumping-jack.json"), "--onnx", "--json").stdout)
    assert max(abs(a["score"] - b["score"]) for a, b in zip(small, found, strict=True)) <= 0.01


def test_a_class_that_the_chain_lacks_is_told(chain):
    lacking = _run(chain, str(chain / "sample-jumping-jack.json"), "--onnx", "--exercise", "squat")
    assert lacking.returncode == 2 and lacking.stderr.count("\n") == 1
    assert "expected an exercise of this chain (high knees, jumping jack" in lacking.stderr
    unscored = _run(chain, str(chain / "sample-sit-up.json"), "--onnx")
    assert unscored.returncode == 0 and "no score: the chain has no model of it" in unscored.stdout
    other = json.loads(_run(chain, str(chain / "sample-squat.json"), "--onnx", "--json").stdout)
    assert {each["label"] for each in other} <= {OTHER} and all(each["score"] is None for each in other)
    assert _run(chain, str(chain / "chain.json"), "--onnx").returncode == 2


def test_the_table_has_a_row_for_every_format_and_says_how_far_off_it_is(chain):
    measured = [in_python(chain, *kind, runs=2) for kind in (("torch", "float"), ("onnx", "float"), ("onnx", "int8"))]
    rows = device_table(chain, measured)
    assert [row[1:3] for row in rows[1:]] == [("torch", "float"), ("onnx", "float"), ("onnx", "int8")]
    assert all(0 < each.median_ms < 1000 for each in measured) and {row[8] for row in rows[2:]} == {"100%"}
    assert float(rows[2][7]) <= 1e-4 and float(rows[3][7]) <= 0.01
    if not LITERT:
        with pytest.raises(ValueError, match="expected litert_int8 networks in"):
            in_python(chain, "litert", "int8")


@pytest.mark.skipif(not LITERT, reason=f"litert-torch is not installed: {INSTALL}")
def test_litert_answers_as_torch_does_and_is_small(chain):
    measured = [
        in_python(chain, *kind, runs=2) for kind in (("torch", "float"), ("litert", "float"), ("litert", "int8"))
    ]
    rows = device_table(chain, measured)
    assert float(rows[2][7]) <= 1e-4 and float(rows[3][7]) <= 0.01 and {row[8] for row in rows[2:]} == {"100%"}
    assert int(rows[3][4]) < 0.7 * int(rows[2][4]) <= 0.7 * 1200


@pytest.mark.skipif(not (LITERT and LITERTJS), reason="FORMCHECK_LITERTJS does not name the node_modules of LiteRT.js")
def test_the_page_says_what_python_says(chain):
    from shutil import which

    if not any(map(which, BROWSERS)):
        pytest.skip("there is no Chromium")
    write_page(chain, Path(LITERTJS))
    for here in in_browser(chain, runs=2):
        there = in_python(chain, "litert", here.weights, runs=1)
        assert here.names == there.names
        np.testing.assert_allclose(here.scores, there.scores, atol=2e-3)


def test_a_page_needs_litertjs_of_its_version(tmp_path):
    with pytest.raises(ValueError, match="npm install @litertjs/core@"):
        write_page(tmp_path, tmp_path)
    core = tmp_path / "@litertjs" / "core"
    core.mkdir(parents=True)
    (core / "package.json").write_text('{"version": "0.1.0"}')
    with pytest.raises(ValueError, match=r"got 0\.1\.0"):
        write_page(tmp_path, tmp_path)
    assert not (tmp_path / "index.html").exists()


def test_pruned_weights_are_the_smallest_and_stay_away_while_it_is_taught():
    network = _network("jumping jack")
    masks = smallest(network, 0.6)
    hidden = sum(int((mask == 0).sum()) for mask in masks.values())
    assert hidden == pytest.approx(0.6 * sum(mask.numel() for mask in masks.values()), rel=1e-3)
    named_weights = {name: value.detach() for name, value in network.named_parameters()}
    gone = max(float(named_weights[name][mask == 0].abs().max()) for name, mask in masks.items() if (mask == 0).any())
    kept = min(float(named_weights[name][mask == 1].abs().min()) for name, mask in masks.items() if (mask == 1).any())
    assert gone <= kept
    masked(network, masks)
    draw = np.random.default_rng(2)
    some = Graded(
        *(draw.normal(size=(24, *SHAPES[name])).astype(np.float16) for name in SHAPES),
        np.ones(24, np.float32),
        draw.random((24, 4)).astype(np.float32),
        np.zeros(24, np.bool_),
        np.arange(24),
    )
    before = {name: value.clone() for name, value in network.named_parameters()}
    tuned = dict(taught(network, some, some, Plan(batch=8), 1, 1e-2, masks).named_parameters())
    assert all((tuned[name][mask == 0] == 0).all() for name, mask in masks.items())
    assert any((tuned[name] != before[name]).any() for name in masks)


def test_onnx_takes_any_number_of_repetitions_and_what_is_missing(chain):
    answers = onnx_answers((chain / "jumping_jack-float.onnx").read_bytes())
    draw = np.random.default_rng(4)
    shown = {each: draw.normal(size=(3, *SHAPES[each])).astype(np.float32) for each in ("front", "side")}
    shown["duration_s"] = np.ones((3, 1), np.float32)
    whole = answers(shown)
    shown["side"][:] = np.nan
    one = answers(shown)
    shown["side"][:] = 0.0
    assert whole.shape == (3, 1 + 4) and np.array_equal(answers(shown), one) and not np.array_equal(one, whole)
    assert np.isfinite(one).all()
