"""ALEX-GYM-1 again: networks on pose, whatever is missing; splits; training that goes on; the command; bad input."""

from __future__ import annotations

import json
import shutil
import time

import numpy as np
import pytest
import torch
from openpyxl import load_workbook
from typer.testing import CliRunner

from formcheck.body.pairwise import pairwise
from formcheck.cli import app
from formcheck.evaluation.reproduced_criteria import (
    f1_of,
    f1_with_interval,
    hamming,
    hamming_with_interval,
    sentences,
    tables,
)
from formcheck.learn.criteria.beside import beside
from formcheck.learn.criteria.data import LEAKY, Repetitions, by_person, by_row, evenly, in_folds, repetitions_of
from formcheck.learn.criteria.features_speed import features_table
from formcheck.learn.criteria.latency import example, onnx_int8_of, onnx_of, session_of
from formcheck.learn.criteria.models import find_network, networks
from formcheck.learn.criteria.models.parts import Pairwise, Stride
from formcheck.learn.criteria.ours import fitted
from formcheck.learn.criteria.published import CRITERIA, ROWS, SQUAT, pick_exercises, pick_rows
from formcheck.learn.criteria.running import APART, IN_FOLDS, Judged, reproduce
from formcheck.learn.criteria.studio import acted
from formcheck.learn.criteria.stumps import Stumps
from formcheck.learn.criteria.train import Plan, logits_of, train
from formcheck.learn.datasets import open_dataset
from formcheck.replicas import write_replica

POSE_ROWS = [row for row in ROWS if row.network in ("pose", "ours")]
ALONE = [row for row in POSE_ROWS if not row.quick]


@pytest.fixture(autouse=True)
def _seeded():
    torch.manual_seed(0)
    torch.set_num_threads(1)


def _shown(count: int) -> torch.Tensor:
    landmarks = torch.rand(count, 2, 16, 33, 3, generator=torch.Generator().manual_seed(1))
    landmarks[0, 1, 3] = torch.nan  # nobody found
    return landmarks


def _made(row, criteria=5):
    return find_network(row.network)(criteria, **row.sizes, dropout=0.0)


def _reps(people=8, each=3, criteria=("a", "b")) -> Repetitions:
    """People who differ; criterion a is satisfied where the right ankle is high from the side, b where it is not."""
    draw = np.random.default_rng(0)
    count = people * each
    landmarks = draw.uniform(0.3, 0.7, (count, 2, 16, 33, 3)).astype(np.float32)
    high = np.arange(count) % 2 == 0
    landmarks[:, 1, :, 28, 1] = np.where(high, 0.1, 0.9)[:, None]
    labels = np.stack([high, ~high], axis=1).astype(np.float32)
    names = np.repeat([f"P{at}" for at in range(people)], each)
    return Repetitions("squat", criteria, landmarks, labels, names, names)


# Networks


@pytest.mark.parametrize("row", ALONE, ids=lambda row: row.title)
def test_logits_are_finite_and_do_not_depend_on_what_stands_in_a_missing_view(row):
    network, landmarks = _made(row).eval(), _shown(4)
    present = torch.tensor([[True, True], [True, False], [False, True], [False, False]])
    other = landmarks.clone()
    other[~present] = torch.nan
    with torch.no_grad():
        first, second = network(landmarks, None, present), network(other, None, present)
    assert first.shape == (4, 5) and first.isfinite().all() and torch.equal(first, second)
    assert (first[1] - first[3]).abs().max() > 1e-6, "a view alone says nothing"


@pytest.mark.parametrize("row", ALONE, ids=lambda row: row.title)
def test_eight_repetitions_are_learnt_by_heart(row):
    network, landmarks, present = _made(row), _shown(8), torch.ones(8, 2, dtype=torch.bool)
    labels = (torch.rand(8, 5, generator=torch.Generator().manual_seed(2)) > 0.5).float()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(60):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(network(landmarks, None, present), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if loss < 0.05:
            break
    assert loss < 0.2
    reached = [each.grad is not None for each in network.parameters() if each.requires_grad]
    assert all(reached), "a weight that nothing reaches"


@pytest.mark.parametrize("row", [ALONE[0], ALONE[3], ALONE[4]], ids=lambda row: row.title)
def test_onnx_answers_as_torch_does_for_any_number_of_repetitions(row):
    network = _made(row).eval()
    model = onnx_of(network)
    assert str(__file__).encode() not in model and b"site-packages" not in model
    session = session_of(model)
    for count in (1, 3):
        given = example(network, count)
        given["landmarks"] = _shown(count)
        with torch.no_grad():
            said = network(given["landmarks"], None, given["present"]).numpy()
        there = session.run(None, {name: value.numpy() for name, value in given.items()})[0]
        assert np.abs(there - said).max() <= 1e-4


def test_int8_weights_answer_as_float_does_in_less_than_half_of_the_room():
    network = _made(POSE_ROWS[3]).eval()
    whole, small = onnx_of(network), onnx_int8_of(network)
    assert len(small) < len(whole) / 2
    given = {name: value.numpy() for name, value in example(network, 3).items()}
    said, meant = (session_of(model).run(None, given)[0] for model in (small, whole))
    assert np.abs(said - meant).max() <= 2e-3 and np.ptp(meant) > 0.02


@pytest.mark.parametrize("scale_invariant", [False, True])
def test_the_layer_measures_what_the_function_does_and_zero_where_it_does_not_know(scale_invariant):
    landmarks = _shown(2)[:, 1].flatten(0, 1)
    expected = np.nan_to_num(pairwise(landmarks.numpy(), scale_invariant))
    assert np.abs(Pairwise(scale_invariant=scale_invariant)(landmarks).numpy() - expected).max() <= 1e-5


def test_a_stride_is_the_convolution_of_the_paper():
    stride, convolution = Stride(7, 4), torch.nn.Conv2d(7, 4, (3, 1), (2, 1), (1, 0))
    with torch.no_grad():
        weight = convolution.weight[..., 0].permute(0, 2, 1).flatten(1)  # (4, 3 x 7)
        stride.weights.weight.copy_(weight)
        stride.weights.bias.copy_(convolution.bias)
        shown = torch.rand(2, 16, 7)
        assert torch.allclose(stride(shown), convolution(shown.transpose(1, 2)[..., None]), atol=1e-6)


def test_features_equal_gathered_triplets():
    rows = features_table(repetitions=4, repeats=1)[1:]
    assert rows and all(float(error) <= 1e-5 for *_, error in rows)


def test_pose_networks_are_all_tested_here():
    assert {row.network for row in ALONE} == {name for name in networks() if find_network(name).needs == ("landmarks",)}


def test_names_that_are_unknown_are_answered_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean pose"):
        find_network("poze")
    with pytest.raises(ValueError, match="expected shown to be both, angles, distances or raw, got 'all'"):
        find_network("pose")(5, shown="all")
    with pytest.raises(ValueError, match="did you mean fusion"):
        pick_rows(["fusoin"])
    with pytest.raises(ValueError, match="expected an exercise of ALEX-GYM-1"):
        pick_exercises(["push-up"])
    assert pick_exercises(["deadlift"]) == ("single-leg romanian deadlift",)


# Splits


def test_nobody_is_in_two_parts_unless_rows_are_shuffled():
    reps = _reps(people=20)
    for split in (by_person(reps, 3), *in_folds(reps, 5, 3)):
        parts = [set(reps.people[part]) for part in (split.train, split.validation, split.test)]
        assert not parts[0] & parts[1] and not parts[0] & parts[2] and not parts[1] & parts[2]
        assert sum(map(len, parts)) == 20
    tested = np.concatenate([split.test for split in in_folds(reps, 5)])
    assert sorted(tested) == list(range(len(reps)))
    rows = by_row(reps)
    assert rows.leaky and rows.protocol == LEAKY
    assert [len(rows.train), len(rows.validation), len(rows.test)] == [42, 9, 9]  # int(.7 n), int(.15 n), the rest
    with pytest.raises(ValueError, match="at least 3 people who do the squat"):
        by_person(_reps(people=2))


def test_other_numbers_of_frames_are_taken_evenly():
    assert evenly(np.arange(5)).tolist() == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    assert evenly(np.arange(64)).tolist() == list(range(0, 64, 4))


# Training


def test_training_learns_what_can_be_learnt_and_labels_that_nobody_knows_are_left_out(tmp_path):
    reps = _reps()
    reps.labels[:, 1] = np.nan
    split = by_person(reps)
    plan = Plan("pose", {"shown": "raw"}, epochs=12, rate=2e-3)
    trained = train(reps, split, plan, tmp_path)
    assert np.isfinite(trained.training_loss).all() and np.isfinite(trained.validation_loss).all()
    said = logits_of(trained.network, reps, split.test)
    assert ((said[:, 0] > 0) == (reps.labels[split.test, 0] > 0.5)).all()


def test_interrupted_training_goes_on_and_ends_the_same(tmp_path):
    reps = _reps()
    split, plan = by_person(reps), Plan("pose", {"shown": "raw"}, epochs=4)
    whole = train(reps, split, plan, tmp_path / "whole")

    def pull_the_plug(step, share):
        if share >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(reps, split, plan, tmp_path / "parts", progress=pull_the_plug)
    parts = train(reps, split, plan, tmp_path / "parts")
    assert parts.validation_loss == whole.validation_loss
    assert np.array_equal(logits_of(parts.network, reps, split.test), logits_of(whole.network, reps, split.test))
    with pytest.raises(ValueError, match="got another plan in"):
        train(reps, split, Plan("pose", {"shown": "raw"}, epochs=9), tmp_path / "parts")


def test_what_cannot_be_trained_is_refused_with_the_reason(tmp_path):
    reps = _reps()
    with pytest.raises(ValueError, match="expected pictures, which the network vision needs"):
        train(reps, by_person(reps), Plan("vision", {"width": 4}), tmp_path)
    with pytest.raises(ValueError, match=r"expected sizes that the network pose has, got .'depth': 3"):
        train(reps, by_person(reps), Plan("pose", {"depth": 3}), tmp_path)
    with pytest.raises(ValueError, match=r"expected landmarks of shape \(24, 2, 16, 33, 3\), got \(24, 2, 9, 33, 3\)"):
        Repetitions("squat", ("a", "b"), reps.landmarks[:, :, :9], reps.labels, reps.people, reps.clips)


def test_our_own_is_fitted_alone_or_after_others_and_judges_one_view():
    reps = _reps(people=12, each=4)
    split = by_person(reps)
    network = fitted(reps, split, None)
    said = logits_of(network, reps, split.test)
    assert ((said > 0) == (reps.labels[split.test] > 0.5)).mean() > 0.9
    reps.landmarks[:, 0] = np.nan  # nobody in front, where nothing was to be seen
    assert ((logits_of(network, reps, split.test) > 0) == (reps.labels[split.test] > 0.5)).mean() > 0.9


def test_stumps_find_the_one_sign_that_tells_and_what_is_missing_has_no_vote():
    draw = torch.Generator().manual_seed(3)
    values, known = torch.randn(200, 400, generator=draw), torch.ones(200, 400, dtype=torch.bool)
    labels = torch.stack([(values[:, 7] > 0.4).float(), torch.ones(200), (values[:, 9] < 0).float()], dim=1)
    labels[::3, 2] = torch.nan
    stumps = Stumps(3)
    stumps.learn(values[:120], labels[:120])
    said = stumps(values[120:], known[120:])
    assert ((said[:, 0] > 0) == (labels[120:, 0] > 0.5)).float().mean() > 0.95
    assert torch.count_nonzero(said[:, 1]) == 0, "one label only tells nothing"
    third = labels[120:, 2].isfinite()
    assert ((said[third, 2] > 0) == (labels[120:, 2][third] > 0.5)).float().mean() > 0.9
    known[:, 7] = False
    assert stumps(values[120:], known[120:])[:, 0].abs().mean() < said[:, 0].abs().mean() / 3


def test_acted_repetitions_are_those_of_both_views_with_labels_of_the_faults():
    quick = acted(pick_exercise(), range(2))
    again = acted(pick_exercise(), range(2))
    assert np.array_equal(quick.landmarks, again.landmarks, equal_nan=True)
    assert quick.landmarks.shape == (16, 2, 16, 33, 3) and set(np.unique(quick.labels)) <= {0.0, 1.0}
    assert np.nanmedian(quick.landmarks[..., 0]) == pytest.approx(0.5, abs=0.15)
    assert set(quick.criteria) == set(CRITERIA[SQUAT])


def pick_exercise():
    from formcheck.exercises import find

    return find("squat")


# Scores


def _judged(said, labels, people=("A", "A", "B", "B")) -> Judged:
    return Judged(ROWS[3], SQUAT, APART, ("feet_flat",), np.array(said, dtype=np.float32)[:, None],
                  np.array(labels, dtype=np.float32)[:, None], np.array(people))  # fmt: skip


def test_losses_and_f1_are_those_of_the_public_code():
    judged = _judged([2, -1, 1, -3], [1, 1, 0, np.nan])
    assert hamming(judged) == pytest.approx(2 / 3)
    # satisfied: 1 right, 1 said wrongly, 1 missed: F1 0.5; not satisfied: none right: 0
    assert f1_with_interval(judged).startswith("0.250 [")
    assert f1_of(np.array([[3.0, 1.0], [0.0, 6.0]])) == pytest.approx((6 / 7 + 12 / 13) / 2)
    assert hamming_with_interval(_judged([1, 1, 1, 1], [1, 1, 1, 1])) == "0.000 [0.000, 0.000]"


# The whole


@pytest.fixture(scope="module")
def replica(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replica") / "data"
    write_replica("alex-gym-1", folder, people=4, reps=2, frame_size=(96, 128), workers=1)
    return folder


def _run(*words: object):
    return CliRunner().invoke(app, ["reproduce", "alex-gym-1", *map(str, words)])


def test_the_tables_have_a_row_for_all_that_the_paper_has_and_a_dash_for_what_was_not_run(replica, tmp_path):
    done = reproduce(tmp_path, replica, ["squat"], ["pose: raw", "ours: pose, this"], epochs=1)
    found = dict(tables(done, (), ()))
    losses = found["Table 4, squat: Hamming loss of all criteria"]
    assert len(losses) == 1 + len(ROWS) and losses[0] == ("network", "the paper", APART, IN_FOLDS, LEAKY)
    by_name = {row[0]: row[1:] for row in losses}
    assert by_name["multi-modal"] == ("0.0259", "–", "–", "–")
    assert by_name["pose: raw landmarks"][0] == "0.1593" and "–" not in by_name["pose: raw landmarks"][1]
    assert by_name["pose: raw landmarks"][2] == "–" and by_name["ours: pose, this dataset alone"][2] != "–"
    assert any(line.startswith("A dash stands for what was not run here") for line in sentences(done))
    (file,) = (tmp_path / "runs").rglob("people-apart/pose-raw*/answers.npz")
    before = file.stat().st_mtime_ns
    again = reproduce(tmp_path, replica, ["squat"], ["pose: raw"], ["people apart"], epochs=1)
    assert file.stat().st_mtime_ns == before and not list(tmp_path.rglob("last.pt"))
    assert hamming(again.judged[0]) == hamming(done.judged[0])


def test_a_fusion_trains_its_streams_first_and_begins_with_them(replica, tmp_path):
    words = (["squat"], ["multi-modal"], ["people apart"])
    done = reproduce(tmp_path, replica, *words, epochs=1, workers=2)
    (judged,) = done.judged
    assert judged.row.title == "multi-modal" and np.isfinite(judged.logits).all()
    kept = {file.parent.name.rsplit("-", 1)[0]: file for file in (tmp_path / "runs").rglob("answers.npz")}
    assert set(kept) == {"multi-modal", "vision-two-r3d-18", "pose-angles-distances"}
    before = {name: file.stat().st_mtime_ns for name, file in kept.items()}
    kept["multi-modal"].unlink()
    again = reproduce(tmp_path, replica, *words, epochs=1)
    assert np.array_equal(again.judged[0].logits, judged.logits), "the same streams, the same fusion"
    assert all(file.stat().st_mtime_ns == before[name] for name, file in kept.items() if name != "multi-modal")


def test_networks_trained_beside_each_other_answer_as_one_after_the_other(replica, tmp_path):
    words, steps = (["squat"], ["pose: raw", "pose: distances"], ["leaky"]), set[str]()
    alone = reproduce(tmp_path / "alone", replica, *words, epochs=2)
    both = reproduce(
        tmp_path / "both", replica, *words, epochs=2, workers=2, progress=lambda step, share: steps.add(step)
    )
    for one, other in zip(alone.judged, both.judged, strict=True):
        assert one.row == other.row
        np.testing.assert_allclose(one.logits, other.logits, rtol=1e-3, atol=1e-5)
    told = {step for step in steps if step.startswith("Training")}
    assert len(told) == 2 and all("squat, leaky" in step for step in told), "both tell how far they are"


def _work_until_stopped(job: int, progress) -> None:
    if job:
        raise ValueError(f"expected 0, got {job}")
    while True:
        progress("Working", 0.5)
        time.sleep(0.1)


def test_a_job_that_fails_stops_those_beside_it_and_says_why():
    with pytest.raises(ValueError, match="expected 0, got 3"):
        beside([0, 3, 0, 0], _work_until_stopped, workers=2)


def test_a_copy_with_damage_is_used_as_far_as_it_goes_and_says_what_is_left_out(replica, tmp_path):
    damaged = tmp_path / "data"
    shutil.copytree(replica, damaged)
    for file in damaged.glob("Squat_frames/1_idx_0_*.jpg"):
        file.unlink()
    poses = json.loads((damaged / "front_pose_squat.json").read_text())
    poses[1] = poses[1][:9]  # fewer frames than 16
    (damaged / "front_pose_squat.json").write_text(json.dumps(poses))
    (damaged / "lat_pose_lunges.json").unlink()
    book = load_workbook(damaged / "squat.xlsx")
    sheet = book.worksheets[0]
    sheet.cell(2, 6).value, sheet.cell(3, 6).value = 0.5, 7  # half a point is satisfied, seven are a mistake
    book.save(damaged / "squat.xlsx")
    done = reproduce(tmp_path / "out", damaged, ["squat", "lunges"], ["pose: raw"], ["leaky"], epochs=1)
    said = " ".join(done.notes)
    assert "expected shape (16, 33, 3), got (9, 33, 3)" in said and "pictures 1 to 16" in said
    assert "lat_pose_lunges.json" in said and "expected 0 or 1 (or 0.5, as half a point), got 7" in said
    reps = repetitions_of(open_dataset(damaged, "leave out"), "squat")
    assert reps.present[1].tolist() == [False, True] and len(reps) == len(poses)
    assert reps.labels[0, 0] == 1.0 and np.isnan(reps.labels[1, 0]) and np.isfinite(reps.labels[:, 1:]).all()
    without = reproduce(tmp_path / "out", damaged, ["squat"], ["vision"], ["leaky"], epochs=1)
    assert without.judged or any("no pictures" in note for note in without.notes)


def test_what_is_no_copy_is_one_line_that_says_what_to_do(replica, tmp_path):
    renamed = tmp_path / "renamed"
    shutil.copytree(replica, renamed)
    book = load_workbook(renamed / "squat.xlsx")
    book.worksheets[0].cell(1, 1).value = "Video"
    book.save(renamed / "squat.xlsx")
    found = _run("--data", renamed, "--out", tmp_path / "out", "--exercise", "squat", "--network", "pose")
    assert found.exit_code != 0 and "Num Video Frontal" in str(found.exception) + found.output
    found = _run("--data", tmp_path / "nowhere", "--out", tmp_path / "out")
    assert "no such folder" in str(found.exception)
    torch.save({"stem.0.weight": torch.zeros(1)}, tmp_path / "other.pt")
    found = _run("--data", replica, "--out", tmp_path / "out", "--weights", tmp_path / "other.pt")
    assert "expected weights of an R3D-18" in str(found.exception)
    found = CliRunner().invoke(app, ["reproduce", "gymbrain", "--exercise", "squat"])
    assert found.exit_code == 2


def test_the_command_prints_the_tables_and_writes_them(replica, tmp_path):
    words = ("--exercise", "squat", "--network", "pose: raw", "--protocol", "leaky", "--epochs", 1)
    found = _run("--data", replica, "--out", tmp_path, *words)
    assert found.exit_code == 0, found.exception
    assert "Table 4, squat: Hamming loss of all criteria" in found.output and "Table 5, squat" in found.output
    assert "4 synthetic people" in found.output and "| multi-modal" in found.output
    written = json.loads((tmp_path / "reproduction.json").read_text())
    (measured,) = written["measured"]
    assert measured["published"] == [0.1593, 0.8232] and measured["protocol"] == LEAKY and written["synthetic"]
