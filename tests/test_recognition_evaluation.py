"""Recognition against labels: what is shown, how a real (tiny) network names it, figures, pictures, the command."""

from __future__ import annotations

import csv
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from figures import squatting
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from formcheck.body import COCO_17
from formcheck.cli import app
from formcheck.evaluation.recognition import Named, cost, name_all
from formcheck.evaluation.recognition_pictures import draw_confusion
from formcheck.evaluation.recognition_scores import (
    calibration_error,
    f1,
    interval_of,
    macro_f1,
    outcomes,
    unknown_auroc,
)
from formcheck.evaluation.recognition_sets import filmed, gathered, only, restricted
from formcheck.evaluation.recognition_tables import kind_table, naming_table, wrong_rows
from formcheck.learn.datasets import DatasetError, inspect_dataset
from formcheck.learn.datasets.shown import ShownClip, ShownSet
from formcheck.predictor import BODY, Card, ModelFolder, ModelFolderError, Naming, windows, write_folder
from formcheck.sources import write_pose

LABELS = ("squat", "push-up", "rest", "unknown")
FRAMES, CHANNELS = 30, len(BODY.channels)
SHOULDERS = [BODY.channels.index(f"shoulder_{side}_world_y") for side in ("left", "right")]


# --- A network that is small enough to be written by hand: the mean over time, times a matrix


def _number(value):
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def _field(number, value):
    if isinstance(value, int):
        return _number(number << 3) + _number(value)
    value = value.encode() if isinstance(value, str) else value
    return _number(number << 3 | 2) + _number(len(value)) + value


def _tensor(name, array):
    kind = {"float32": 1, "int64": 7}[array.dtype.name]
    sizes = b"".join(_field(1, size) for size in array.shape)
    return _field(5, sizes + _field(2, kind) + _field(8, name) + _field(9, array.tobytes()))


def _value(field, name, *sizes):
    shape = b"".join(_field(1, _field(1, size) if isinstance(size, int) else _field(2, size)) for size in sizes)
    return _field(field, _field(1, name) + _field(2, _field(1, _field(1, 1) + _field(2, shape))))


def _onnx(matrix):
    axes = _field(5, _field(1, "axes") + _field(8, _number(1)) + _field(20, 7))
    keep = _field(5, _field(1, "keepdims") + _field(3, 0) + _field(20, 2))
    mean = _field(1, "window") + _field(2, "mean") + _field(4, "ReduceMean") + axes + keep
    times = _field(1, "mean") + _field(1, "matrix") + _field(2, "logits") + _field(4, "MatMul")
    graph = _field(1, mean) + _field(1, times) + _field(2, "upright") + _tensor("matrix", matrix)
    graph += _tensor("constant", np.array([1, 2, 3]))
    graph += _value(11, "window", "n", FRAMES, matrix.shape[0]) + _value(12, "logits", "n", matrix.shape[1])
    return _field(1, 8) + _field(8, _field(2, 13)) + _field(7, graph)


def _folder(path, off=0.0, layout=BODY.name):
    """A model to which whoever is upright squats, and whoever stands on the head does push-ups."""
    matrix = np.zeros((CHANNELS, len(LABELS)), dtype=np.float32)
    matrix[SHOULDERS, :2] = [[-4.0, 4.0]] * 2
    shown = np.random.default_rng(0).normal(size=(2, FRAMES, CHANNELS)).astype(np.float32)
    card = Card("recognition", "by hand", layout, FRAMES, LABELS, 15.0, 1.0, unknown_below=0.8)
    write_folder(path, card, _onnx(matrix), shown, shown.mean(axis=1) @ matrix + np.float32(off))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return _folder(tmp_path_factory.mktemp("run") / "model")


SQUAT = squatting(45 - 45 * np.cos(np.arange(120) * 0.1))


def _turned(pose, sign):
    """Upright (1), on the head (-1), or nowhere (0)."""
    turn = np.array([1.0, sign, 1.0])
    return replace(pose, world=pose.world * turn)


def _shown(name, kind, exercise, sign, source="a"):
    return ShownClip(name, source, kind, exercise, lambda: _turned(SQUAT, sign))


CLIPS = (
    _shown("one", "squat", "squat", 1.0),
    _shown("two", "push-up", "push-up", -1.0, "b"),
    _shown("three", "yoga", None, 0.0, "b"),
    _shown("four", "lunge", "lunge", 1.0, "c"),
)


def test_a_network_names_recordings_and_the_tables_say_how_well(folder):
    ((one, two, three, four),) = (said,) = name_all(CLIPS, [ModelFolder(folder)])
    assert [each.said for each in (one, two, three, four)] == ["squat", "push-up", "unknown", "squat"]
    assert [each.right for each in said] == [True, True, True, False] and not four.among_two
    assert one.naming.confidence > 0.9 and three.unlike > two.unlike
    row = dict(zip(*naming_table([("ours", said)]), strict=True))
    assert row["named right %"].startswith("75.0 [") and row["recordings"] == "4" and row["sources"] == "3"
    assert row["of the catalogue %"].startswith("66.7 [") and row["outside it, called unknown %"] == "100.0"
    assert row["AUROC of unknown"].startswith("1.000")
    kinds = {row[0]: row for row in kind_table([("ours", said), ("again", said)])}
    assert kinds["lunge"][3:6] == ("0.0", "0.0", "squat 1") and kinds["squat"][4] == "66.7"
    assert kinds["yoga"][3:6] == ("100.0", "", "") and kinds["all outside the catalogue"][4] == "100.0"
    assert kinds["lunge"][3:6] == kinds["lunge"][6:]
    ((name, shows, first, second),) = wrong_rows([("ours", said), ("again", said)])[1:]
    assert (name, shows) == ("four", "lunge") and first == second and first == "squat 1.00"


def test_a_recording_without_frames_is_unknown(folder):
    nobody = replace(CLIPS[0], pose=lambda: SQUAT.between(90.0, 91.0))
    ((said,),) = name_all([nobody], [ModelFolder(folder)])
    assert said.said == "unknown" and not said.right and not said.among_two and said.unlike == 1.0


def test_models_are_shown_only_a_part(folder):
    flat, space, coco = (only(SQUAT, part) for part in ("picture", "world", "coco"))
    assert flat.world is None and np.array_equal(flat.image, SQUAT.image)
    assert not space.found.any() and np.array_equal(space.world, SQUAT.world)
    assert coco.skeleton is COCO_17 and coco.world is None
    model = ModelFolder(folder)
    assert (windows(space, BODY, model.card.cut).found == 1.0).all()
    found = ShownSet("clips", folder, CLIPS[:2])
    by_part = {part: name_all(restricted(found, part).clips, [model])[0] for part in ("picture", "world", "coco")}
    assert [[each.said for each in by_part[part]] for part in ("picture", "coco")] == [["unknown"] * 2] * 2
    assert [each.said for each in by_part["world"]] == ["squat", "push-up"]
    assert restricted(restricted(found, "picture"), "world") is None


def test_what_a_model_costs_is_timed_and_told_by_its_card(folder):
    spent = cost(ModelFolder(folder))
    assert spent.megabytes == (folder / "model.onnx").stat().st_size / 1e6 and 0 < spent.window_ms < 1000
    assert spent.parameters is None  # a card may not say it


# --- Figures


def _named(truth, said, confidence, likeliest, source="a"):
    clip = ShownClip("clip", source, truth or "other", truth, lambda: SQUAT)
    return Named(clip, Naming(said, confidence, (("squat", likeliest), ("lunge", (1 - likeliest) / 2))))


def test_figures_by_hand():
    of = outcomes(
        [
            _named("squat", "squat", 0.9, 0.9),
            _named("squat", "lunge", 0.6, 0.5),
            _named("lunge", "lunge", 0.8, 0.4),
            _named(None, "unknown", 0.7, 0.45),
        ]
    )
    assert of.names == ("lunge", "squat", "unknown") and of.right.tolist() == [True, False, True, True]
    assert np.allclose(f1(of), [2 / 3, 2 / 3, 1.0]) and np.isclose(macro_f1(of), 7 / 9)
    assert np.isclose(unknown_auroc(of), 2 / 3)  # of 0.1, 0.5 and 0.6, two are below 0.55
    assert np.isclose(calibration_error(of), (0.1 + 0.6 + 0.2 + 0.3) / 4)
    assert of.confusion.tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert np.isnan(unknown_auroc(of.of(np.array([0, 1])))) and interval_of(unknown_auroc, of.of(np.array([0]))) == "–"
    assert interval_of(macro_f1, of) == "77.8"  # of a single source no interval


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.sampled_from("abc")), min_size=2, max_size=30))
def test_intervals_hold_their_figure_and_auroc_turns_with_its_score(drawn):
    of = outcomes([_named("squat" if known else None, "squat", 0.5, share, source) for known, share, source in drawn])
    for figure in (macro_f1, calibration_error, unknown_auroc):
        told = interval_of(figure, of).replace("[", "").replace("]", "").replace(",", "").split()
        if len(told) == 3:
            value, low, high = map(float, told)
            assert 0 <= low <= high <= 100 and 0 <= value <= 100
    auroc, other = unknown_auroc(of), unknown_auroc(replace(of, unlike=-of.unlike))
    assert np.isnan(auroc) == (len({known for known, *_ in drawn}) < 2)
    assert np.isnan(auroc) or np.isclose(auroc + other, 1.0)


def test_the_picture_holds_every_share(tmp_path):
    named = [_named("squat", said, 0.5, 0.5) for said in ("squat", "squat", "lunge", "<lunge>")]
    root = ElementTree.parse(draw_confusion("clips, run/model", named, tmp_path)).getroot()
    words = ["".join(each.itertext()) for each in root.iter() if each.tag.endswith("text")]
    assert "squat (4)" in words and words.count("25") == 2 and "50" in words and "<lunge>" in words
    assert (tmp_path / "clips_run_model.svg").is_file() and "50.0 % named right" in words[0]


# --- What is shown


def _clips_folder(folder):
    (folder / "landmarks").mkdir(parents=True)
    rows = [
        ("squat.npz", "a", "squat", "high"),
        ("curl.npz", "b", "other:dumbbell biceps curl", "medium"),
        ("plank.npz", "b", "plank", "high"),
        ("bridge.npz", "c", "other:glute bridge", "high"),
        ("row.npz", "c", "other:squat jump", "high"),
        ("doubtful.npz", "c", "lunge", "low"),
        ("gone.npz", "c", "lunge", "high"),
    ]
    with (folder / "labels.csv").open("w", newline="") as file:
        written = csv.writer(file)
        written.writerow(("file", "landmarks", "source", "exercise", "confidence"))
        written.writerows(("", *row) for row in rows)
    for name, *_ in rows[:-1]:
        write_pose(folder / "landmarks" / name, SQUAT)
    return folder


def test_labelled_clips_show_holds_and_what_is_outside_the_catalogue(tmp_path):
    found = gathered(_clips_folder(tmp_path / "clips"))
    told = {clip.name: clip.exercise for clip in found.clips}
    assert told == {"squat.npz": "squat", "curl.npz": "barbell biceps curl", "plank.npz": "plank", "row.npz": None}
    assert "gone.npz" in str(found.problems[0]) and "2 glute bridges" in found.notes[0]


def test_pictures_that_pose_as_sequences_are_held(tmp_path):
    draw = np.random.default_rng(0)
    filler = draw.uniform(0.1, 0.9, 34)
    arrays = {
        f"{kind}__{kind}_{at}": draw.uniform(0.1, 0.9, (30, 34)) for kind in ("squat", "walking") for at in (0, 1)
    }
    for array in arrays.values():
        array[1:] = filler
    arrays["running__running_0"] = np.tile(filler, (30, 1)) * (np.arange(30) > 0)[:, None]
    np.savez(tmp_path / "coco17_xy.npz", **arrays)
    found = gathered(tmp_path, rate_hz=10.0)
    assert {clip.kind: clip.exercise for clip in found.clips} == {"squat": "squat", "walking": None}
    pose = found.clips[0].pose()
    assert len(pose) == 30 and np.isclose(pose.time[-1], 2.9) and np.ptp(pose.image, axis=0).max() == 0.0
    assert np.allclose(pose.pixels("nose")[0] / 1000, arrays["squat__squat_0"][0, :2])
    assert "146 are empty or one and the same body" in found.notes[0] and "1 recordings show nobody" in found.notes[1]
    assert len(inspect_dataset(tmp_path).clips) == 4


def test_arrays_of_form_are_grouped_by_where_people_are(tmp_path):
    draw = np.random.default_rng(0)
    home, gym = draw.uniform(200, 600, (2, 1, 18, 2))
    arrays = {}
    for at, (kind, place) in enumerate((("bicep", home), ("bicep", home), ("shouldershrug", gym))):
        seen = place + draw.normal(0, 2, (40, 18, 2))
        arrays[f"{kind}__{at}"] = np.concatenate([seen, np.ones((40, 18, 1))], axis=2)
        arrays[f"{kind}__{at}"][:, 4] = 0.0
    np.savez(tmp_path / "openpose18.npz", **arrays, bicep__flat=np.zeros((40, 36)))
    found = gathered(tmp_path)
    assert [clip.exercise for clip in found.clips] == ["barbell biceps curl"] * 2 + [None]
    assert len({clip.source for clip in found.clips}) == 2 and found.clips[0].source == found.clips[1].source
    pose = found.clips[0].pose()
    assert np.isnan(pose.pixels("wrist_right")).all() and np.isclose(pose.time[1], 1 / 30)
    assert "expected frames x 18 x 3, got (40, 36)" in str(found.problems[0])


def test_synthetic_people_are_filmed_once(tmp_path, monkeypatch):
    from formcheck.evaluation import recognition_sets, synthetic
    from formcheck.exercises import find

    monkeypatch.setattr(recognition_sets, "catalogue", lambda: (find("squat"),))
    (clip,) = synthetic.clips((find("squat"),), [3])
    write_pose(synthetic.kept_at(clip, tmp_path), SQUAT)
    found = filmed([3], tmp_path)
    assert [(each.exercise, each.source, len(each.pose())) for each in found.clips] == [("squat", "person 3", 120)]


# --- The command


def _run(*words):
    return CliRunner().invoke(app, ["evaluate", "recognition", *map(str, words)])


def test_the_command_compares_models_on_every_part(folder, tmp_path):
    clips, other = _clips_folder(tmp_path / "clips"), _folder(tmp_path / "other" / "model")
    done = _run("--model", folder, "--model", other, "--data", clips, "--only", "world", "--pictures", tmp_path / "p")
    assert done.exit_code == 0, done.output
    assert f"{folder.parent.name}/model" in done.output and "other/model" in done.output
    assert "only landmarks in space" in done.output and "25.0 [" in done.output and "Left out:" in done.output
    assert len(list((tmp_path / "p").glob("*.svg"))) == 2


def test_bad_input_is_told(folder, tmp_path):
    with pytest.raises(ModelFolderError, match=r"it is 0\.5"):
        ModelFolder(_folder(tmp_path / "off", off=0.5))
    strange = _folder(tmp_path / "strange")
    card = strange / "card.json"
    card.write_text(card.read_text().replace(BODY.name, "body-99"))
    (tmp_path / "empty").mkdir()
    np.savez(tmp_path / "empty" / "coco17_xy.npz", dancing__1=np.ones((3, 34)))
    (tmp_path / "none").mkdir()
    for words, error, expected in (
        (("--model", tmp_path / "off", "--data", tmp_path), ModelFolderError, "it is 0.5"),
        (("--model", strange, "--data", tmp_path), ValueError, "expected a layout, one of"),
        (("--model", tmp_path, "--data", tmp_path), ModelFolderError, "with a card.json"),
        (("--model", folder, "--data", tmp_path / "none"), DatasetError, "labelled clips: labels.csv"),
        (("--model", folder, "--data", tmp_path / "empty"), DatasetError, "got no such array"),
    ):
        failed = _run(*words)
        assert isinstance(failed.exception, error) and expected in str(failed.exception), (words, failed.output)
    for words, expected in ((("--model", folder), "--data or --studio"), (("--leave-one-out", "x"), "with one --data")):
        failed = _run(*words)
        assert failed.exit_code == 2 and expected in failed.output
