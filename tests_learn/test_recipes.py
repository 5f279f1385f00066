"""Papers reproduced: the whole command on a few people, leaks where they are and are named, figures as published."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from formcheck.cli import app
from formcheck.evaluation.reproduced import f1_with_interval, macro_f1, sentences, tables
from formcheck.exercises import find
from formcheck.learn.augment import Mirror
from formcheck.learn.data import Examples
from formcheck.learn.datasets import Clip, DatasetError
from formcheck.learn.recipes import LEAKY, find_recipe, recipes
from formcheck.learn.recipes.gymbrain import CLIP, COUNTS, with_copies
from formcheck.learn.recipes.recordings import repetitions
from formcheck.learn.recipes.running import Answers, Dealt, Measured, Reproduction, deal, reproduce
from formcheck.learn.scores import scored
from formcheck.predictor import COCO_PICTURE
from formcheck.sources import write_pose
from formcheck.synthetic import Athlete, perform

PUBLISHED = {  # accuracies of the papers, network by network, under the protocol of the paper
    "ejust-gym-3": {"BiLSTM": "99.9"},
    "gymbrain": {
        "GRU 256, dropout 0.5": "77",
        "GRU 512, dropout 0.5": "67",
        "GRU 512, dropout 0.5, attention": "35",
        "GRU 256, dropout 0.5, attention": "77",
        "GRU 256, dropout 0.25, attention": "80",
    },
    "gym-22": {
        "MLP": "25.32",
        "CNN-1D": "26.32 to 33.32",
        "RNN": "26.32 to 33.32",
        "LSTM": "26.32 to 33.32",
        "BiLSTM": "26.32 to 33.32",
        "Transformer": "91.07",
    },
}
THINNED = {"MLP": "25.2", "CNN-1D": "26.17", "RNN": "30.73", "LSTM": "31.53", "BiLSTM": "32.09"}
ONE_NETWORK = {"ejust-gym-3": "BiLSTM", "gymbrain": "GRU 256, dropout 0.5", "gym-22": "MLP"}  # for seconds


@pytest.fixture(autouse=True)
def _one_core():
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def performed(tmp_path_factory):
    """Windows of five synthetic people for every recipe."""
    folder = tmp_path_factory.mktemp("performed")
    return {name: find_recipe(name).act(range(5), folder, None) for name in recipes()}


def _run(*words: object):
    return CliRunner().invoke(app, ["reproduce", *map(str, words)])


@pytest.mark.parametrize("name", recipes())
def test_the_command_prints_the_papers_figures_beside_ours(name, tmp_path):
    network = ONE_NETWORK[name]
    done = _run(name, "--people", 4, "--epochs", 1, "--out", tmp_path, "--network", network)
    assert done.exit_code == 0, done.exception
    facts = json.loads((tmp_path / "reproduction.json").read_text())
    rows = [line for line in done.stdout.splitlines() if line.startswith(f"| {network} ")]
    assert len(rows) == len(facts["measured"]) == len(find_recipe(name).protocols)
    assert any(f"| {PUBLISHED[name][network]} " in row for row in rows)
    assert "4 synthetic people" in done.stdout and facts["synthetic"]
    for row, fact in zip(rows, facts["measured"], strict=True):
        assert f"{fact['test']['accuracy_percent']:.1f}" in row and 0 <= fact["test"]["accuracy_percent"] <= 100
        assert f"| {fact['protocol']} " in row
    assert (tmp_path / "runs").is_dir()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("answers.npz")}
    again = _run(name, "--people", 4, "--epochs", 1, "--out", tmp_path, "--network", network)
    assert again.stdout == done.stdout and before == {path: path.stat().st_mtime_ns for path in before}


@pytest.mark.parametrize("name", recipes())
def test_published_figures_are_those_of_the_papers(name):
    recipe = find_recipe(name)
    own = {protocol.name for protocol in recipe.protocols}
    assert {each.title: str(next(iter(each.published.values()))) for each in recipe.models} == PUBLISHED[name]
    assert all(set(each.published) <= own for each in recipe.models)
    if name == "gym-22":
        told = {each.title: str(list(each.published.values())[1]) for each in recipe.models if len(each.published) > 1}
        assert told == THINNED and sum(recipe.act.__globals__["SAMPLES"].values()) == 12_358
    if name == "ejust-gym-3":
        assert recipe.by_label["high knees"] == (100, 99.6, 99.8, 99.6)
        others = [figures for label, figures in recipe.by_label.items() if label != "high knees"]
        assert len(others) == 3 and set(others) == {(100, 100, 100, 100)}


@pytest.mark.parametrize("name", recipes())
def test_leaks_are_real_and_named_and_the_other_splits_have_none(name, performed):
    leaky = 0
    for protocol in find_recipe(name).protocols:
        split = deal(protocol, performed[name], 0)
        parts = (split.train, split.validation, split.test)
        people = [set(part.people.tolist()) for part in parts]
        clips = [set(part.clips.tolist()) for part in parts]
        assert split.leaky == split.protocol.startswith(LEAKY)
        if split.leaky:
            leaky += 1
            assert people[0] & people[2] and clips[0] & clips[2]
        else:
            assert not (people[0] & people[1] or people[0] & people[2] or people[1] & people[2])
            assert not clips[0] & clips[2]
    assert 0 < leaky < len(find_recipe(name).protocols)


def test_a_clip_and_its_mirror_fall_on_both_sides_in_gymbrain_and_only_training_is_copied_when_clean(performed):
    examples = performed["gymbrain"]
    leaky, clean = (deal(protocol, examples, 0) for protocol in find_recipe("gymbrain").protocols)
    trained = {part.tobytes() for part in _rounded(torch.from_numpy(leaky.train.values))}
    mirrored = Mirror(1.0)(torch.from_numpy(leaky.test.values), COCO_PICTURE, torch.Generator())
    assert trained & {part.tobytes() for part in _rounded(mirrored)}
    originals = {part.tobytes() for part in examples.values}
    assert {part.tobytes() for part in clean.test.values} <= originals
    assert len(clean.train) > 3 * sum(part.tobytes() in originals for part in clean.train.values)


def _rounded(windows: torch.Tensor) -> np.ndarray:
    return np.round(windows.numpy(), 5) + 0.0  # no -0


def test_copies_are_as_many_as_in_the_paper():
    labels = np.repeat(np.arange(4), [28, 26, 23, 24])
    names = np.array([f"clip {at}" for at in range(len(labels))])
    values = np.random.default_rng(0).normal(size=(len(labels), CLIP.frames, len(COCO_PICTURE.channels)))
    examples = Examples(values.astype(np.float32), labels, names, names, tuple(COUNTS), COCO_PICTURE, CLIP)
    copied = with_copies(examples)
    assert copied.counts().tolist() == list(COUNTS.values()) == [112, 104, 90, 94]
    assert set(copied.clips.tolist()) == set(names.tolist())


def test_plank_alone_is_thinned(performed):
    protocol = next(each for each in find_recipe("gym-22").protocols if each.undersample)
    counts = deal(protocol, performed["gym-22"], 0).train.counts()
    names = find_recipe("gym-22").names
    assert names[int(counts.argmax())] == "plank" and counts.max() > 1.5 * np.sort(counts)[-2]


def test_an_interrupted_run_goes_on_where_it_was(tmp_path):
    def pull_the_plug(step: str, share: float) -> None:
        if "leaky" in step:
            raise RuntimeError("the power went")

    recipe = find_recipe("ejust-gym-3")
    with pytest.raises(RuntimeError, match="the power went"):
        reproduce(recipe, tmp_path, people=4, epochs=1, progress=pull_the_plug)
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("answers.npz")}
    assert len(kept) == 1
    done = reproduce(recipe, tmp_path, people=4, epochs=1)
    assert len(done.measured) == 2 and all(path.stat().st_mtime_ns == when for path, when in kept.items())


def _recorded(folder: Path, people: int, names: tuple[str, ...]) -> Path:
    """A pose file of every exercise and person, who is said in a truth file, as replicas have it."""
    (folder / "truth").mkdir(parents=True)
    for name in names:
        (folder / name).mkdir()
        for number in range(people):
            done = perform(find(name), Athlete.sample(number), 2, seed=number, rate_hz=15.0)
            stem = f"{name}_{number + 1}"
            write_pose(folder / name / f"{stem}.npz", done.landmarks(done.camera("front"), occlusion=False))
            truth = done.truth() | {"person": f"P{number}", "correctness": [1.0, 1.0]}
            (folder / "truth" / f"{stem}.json").write_text(json.dumps(truth))
    return folder


def test_a_copy_of_the_dataset_is_read_and_what_is_wrong_with_it_is_told(tmp_path):
    recipe = find_recipe("gymbrain")
    folder = _recorded(tmp_path / "four", 4, recipe.names)
    examples, notes = recipe.read(folder, tmp_path / "kept", None)
    assert examples.counts().tolist() == [4, 4, 4, 4] and len(np.unique(examples.people)) == 4 and not notes
    done = _run(
        "gymbrain", "--data", folder, "--epochs", 1, "--out", tmp_path / "out", "--network", "GRU 256, dropout 0.5"
    )
    assert done.exit_code == 0 and "4 people of" in done.stdout and "never met" not in done.stdout
    with pytest.raises(ValueError, match=r"at least 3 people in .*one, one in each part of the split, got 1"):
        reproduce(recipe, tmp_path / "out", _recorded(tmp_path / "one", 1, recipe.names))
    with pytest.raises(ValueError, match="got none of barbell biceps curl, lat pulldown"):
        reproduce(recipe, tmp_path / "out", _recorded(tmp_path / "half", 3, ("bench press", "tricep pushdown")))
    with pytest.raises(DatasetError, match="no such folder"):
        reproduce(recipe, tmp_path / "out", tmp_path / "nowhere")
    (folder / "bench press" / "bench press_1.npz").write_bytes(b"damaged")
    with pytest.raises(DatasetError, match=r"bench press_1\.npz"):
        reproduce(recipe, tmp_path / "out", folder)
    for each in (folder / "truth").iterdir():
        each.unlink()
    (folder / "bench press" / "bench press_1.npz").unlink()
    examples, notes = recipe.read(folder, tmp_path / "kept", None)
    assert len(np.unique(examples.people)) == len(examples) and "stands in for a person" in notes[0]


@pytest.mark.parametrize("name", ["ejust-gym-3", "gym-22"])
def test_a_folder_that_is_not_the_dataset_is_refused(name, tmp_path):
    with pytest.raises(ValueError, match="no such folder"):
        reproduce(find_recipe(name), tmp_path / "out", tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"expected (EJUST-GYM-3|recordings of)"):
        reproduce(find_recipe(name), tmp_path / "out", tmp_path / "empty")


def test_repetitions_are_found_where_the_dataset_does_not_say_them():
    done = perform(find("jumping jack"), Athlete.sample(3), 5, seed=3)
    seen = done.landmarks(done.camera("front"), occlusion=False)
    found = repetitions(seen, Clip("a", "b", "jumping jack", {}))
    assert len(found) == 5
    for rep, true in zip(found, done.reps, strict=True):
        assert rep.time[0] == pytest.approx(true.start_s, abs=0.3) and rep.time[-1] == pytest.approx(
            true.end_s, abs=0.3
        )


def test_bad_words_are_answered():
    assert "did you mean gymbrain" in str(_run("gymbrian").exception)
    assert "did you mean bilstm" in str(_run("gymbrain", "--network", "bi-lstn").exception)
    assert "copies made, then shuffled; people apart" in str(_run("gymbrain", "--protocol", "folds").exception)
    assert [each.name for each in find_recipe("gymbrain").pick_protocols(["APART"])] == [
        "people apart, only training copied"
    ]
    assert _run("gymbrain", "--people", 2).exit_code == 2
    both = _run("gymbrain", "--people", 3, "--data", "/", "--out", "/tmp")
    assert "either a dataset or a number" in str(both.exception)
    assert "expected a folder to write to" in str(_run("gymbrain", "--out", "/proc/nothing").exception)


def _answers(rights: list[bool]) -> Answers:
    truth = np.arange(len(rights)) % 2
    said = np.where(rights, truth, 1 - truth)
    people = np.array([f"person {at // 4}" for at in range(len(rights))])
    return Answers(truth, said, people, people, float(np.mean(rights)))


def test_sentences_follow_the_numbers():
    recipe = find_recipe("gymbrain")
    best, other = recipe.models[4], recipe.models[0]
    protocol = recipe.protocols[0]
    good, bad = _answers([True] * 40), _answers([True, False] * 20)
    dealt = Dealt(protocol, True, (80, 10, 40), (10, 10, 10), 10, 40)

    def said(of_best: Answers, of_other: Answers) -> str:
        measured = [
            Measured(model, protocol, each, good, Path("x")) for model, each in ((best, of_best), (other, of_other))
        ]
        done = Reproduction(recipe, None, True, 10, 5, 1, 0, (dealt,), tuple(measured), ())
        assert len(tables(done)[1][1]) == 3
        return "\n".join(sentences(done))

    first, second, level = said(good, bad), said(bad, good), said(good, good)
    assert "comes first of 2 with 80 %; next is GRU 256, dropout 0.5 with 77 %, 3.0 points behind" in first
    assert "comes first of 2 with 100.0 %, +20.0 points against the paper; next is" in first
    assert "with 50.0 %, 50.0 points behind (difference +50.0" in first
    assert "comes second of 2 with 50.0 %, -30.0 points" in second and "50.0 points ahead" in second
    assert "comes first of 2" in level and "level (difference +0.0" in level and "cannot be told apart" in level
    assert "named 25.0 points worse than people never met" in first


def test_macro_f1_is_that_of_the_scores_and_its_interval_holds_it():
    draw = np.random.default_rng(2)
    labels, logits = draw.integers(0, 4, 200), draw.normal(size=(200, 4))
    logits[np.arange(200), labels] += 1.5
    people = np.array([f"person {at % 12}" for at in range(200)])
    values = np.zeros((200, CLIP.frames, len(COCO_PICTURE.channels)), np.float32)
    some = Examples(values, labels, people, people, tuple(COUNTS), COCO_PICTURE, CLIP)
    scores = scored(logits, some)
    assert macro_f1(scores.confusion.astype(float)) == pytest.approx(scores.macro_f1)
    answers = Answers(labels, logits.argmax(axis=1), people, people, 0.0)
    mean, low, high = (float(word.strip("[],")) for word in f1_with_interval(answers, 4).split())
    assert low < mean < high and mean == pytest.approx(100 * scores.macro_f1, abs=0.06)
    assert "[" not in f1_with_interval(replace(answers, people=np.array(["one"] * 200)), 4)
