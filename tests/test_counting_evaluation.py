"""Counts against labels: repetitions matched one to one, tables, drawings, live replays, and the command."""

import csv
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import numpy as np
import pytest
from figures import squats, squatting
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from formcheck.assess.likely import fitted
from formcheck.assess.sets import find_spans, likely_spans
from formcheck.assess.surely import given_looks
from formcheck.body.labelled import Cycle, LabelledClip
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.cli import app
from formcheck.evaluation.counting import (
    Counted,
    confidence_table,
    count_all,
    count_one,
    counting_table,
    gathered,
    wrong_rows,
)
from formcheck.evaluation.counting_live import live_table, replay
from formcheck.evaluation.counting_plots import draw_wrong
from formcheck.evaluation.counting_studio import Ghosts, ghost_table, studio_sets
from formcheck.evaluation.fit_likely import LOOKS, regression, save, shipped
from formcheck.evaluation.matching import NEAR_S, match
from formcheck.exercises import find
from formcheck.learn.datasets import DatasetError
from formcheck.reps import RepSpan


def clip(cycles, low=None, high=None, both_sides=None, pose=None, name="clip", source="somebody"):
    count = sum(cycle.whole for cycle in cycles)
    low, high = count if low is None else low, count if high is None else high
    return LabelledClip(name, source, "squat", "squat", count, low, high, pose, tuple(cycles), both_sides)


@st.composite
def repetitions(draw):
    """Repetitions one after the other, each with a turning point between its ends."""
    lasts = draw(st.lists(st.tuples(st.floats(1.2, 5.0), st.floats(0.2, 0.8), st.floats(0.0, 3.0)), max_size=12))
    spans, clock = [], 0.0
    for long_s, share, rest_s in lasts:
        spans.append(RepSpan(clock, clock + share * long_s, clock + long_s, 1.0))
        clock += long_s + rest_s
    return spans


def turning(spans):
    return [Cycle(turn_s=(span.turn_s, span.turn_s)) for span in spans]


def lasting(spans):
    return [Cycle(span.start_s, span.end_s) for span in spans]


@given(spans=repetitions(), shift=st.floats(-0.99 * NEAR_S, 0.99 * NEAR_S), by=st.sampled_from([turning, lasting]))
def test_repetitions_meet_their_own_labels_a_little_earlier_or_later(spans, shift, by):
    moved = [RepSpan(span.start_s + shift, span.turn_s + shift, span.end_s + shift, 1.0) for span in spans]
    found = match(clip(by(spans)), moved, any_phase=False)
    assert (found.tp, found.fp, found.fn) == (len(spans), 0, 0)


@given(spans=repetitions())
def test_repetitions_at_other_times_meet_no_label(spans):
    moved = [RepSpan(span.start_s + 99, span.turn_s + 99, span.end_s + 99, 1.0) for span in spans]
    for by in (turning, lasting):
        found = match(clip(by(spans)), moved, any_phase=True)
        assert (found.tp, found.fp, found.fn) == (0, len(spans), len(spans))


@given(spans=repetitions(), missed=st.sets(st.integers(0, 11)), by=st.sampled_from([turning, lasting]))
def test_every_repetition_is_found_once_or_missed(spans, missed, by):
    kept = [span for at, span in enumerate(spans) if at not in missed]
    found = match(clip(by(spans)), kept, any_phase=False)
    assert (found.tp, found.fp, found.fn) == (len(kept), 0, len(spans) - len(kept))
    more = match(clip(by(kept)), spans, any_phase=False)
    assert (more.tp, more.fp, more.fn) == (len(kept), len(spans) - len(kept), 0)


def test_one_repetition_does_not_meet_two_labels():
    near = [Cycle(turn_s=(1.0, 1.0)), Cycle(turn_s=(1.2, 1.2))]
    found = match(clip(near), [RepSpan(0.5, 1.1, 1.7, 1.0)], any_phase=False)
    assert (found.tp, found.fp, found.fn) == (1, 0, 1)


def test_who_does_not_know_the_exercise_may_start_at_the_turning_point():
    spans = [RepSpan(2.0 * at, 2.0 * at + 1.0, 2.0 * at + 2.0, 1.0) for at in range(5)]
    other = [RepSpan(2.0 * at + 1.0, 2.0 * at + 2.0, 2.0 * at + 3.0, 1.0) for at in range(5)]
    assert match(clip(turning(spans)), other, any_phase=False).tp == 0
    assert match(clip(turning(spans)), other, any_phase=True).tp == 5


def test_what_a_label_leaves_open_is_held_against_nobody():
    spans = [RepSpan(2.0 * at, 2.0 * at + 1.0, 2.0 * at + 2.0, 1.0) for at in range(5)]
    cut = [*lasting(spans[:4]), Cycle(8.0, 10.0, whole=False)]
    assert (match(clip(cut), spans, any_phase=False).fp, match(clip(cut), spans[:4], any_phase=False).fn) == (0, 0)
    assert match(clip(lasting(spans[:4]), high=5), spans, any_phase=False).fp == 0
    assert match(clip(lasting(spans), low=4), spans[:4], any_phase=False).fn == 0
    assert match(replace(clip([]), cycles=None), spans, any_phase=False) is None
    assert match(clip([]), spans[:1], any_phase=True).fp == 1


def labels(folder, rows):
    (folder / "landmarks").mkdir()
    for name, *_ in rows:
        pose = squatting(squats([110] * 3)[0], 90)
        arrays = {part: getattr(pose, part) for part in ("time", "image", "world", "visibility", "frame_size")}
        np.savez(folder / "landmarks" / name, **arrays)
    heading = ("file", "landmarks", "source", "exercise", "reps", "reps_low", "reps_high", "reps_bilateral")
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow((*heading, "hold_s", "turns_s", "confidence"))
        for name, reps, low, high, confidence in rows:
            writer.writerow(["", name, f"of {name}", "squat", reps, low, high, "", "", "", confidence])
    return folder


@pytest.fixture
def labelled(tmp_path):
    rows = [("three.npz", 3, 3, 3, "high"), ("wrong.npz", 5, 5, 6, "high"), ("vague.npz", 9, 9, 9, "low")]
    return labels(tmp_path, rows)


def test_labelled_clips_are_counted_and_scored_by_their_range(labelled, tmp_path):
    (found,) = gathered(labelled)
    counted = count_all(found.clips, given=True)
    assert [(each.clip.name, each.count, each.error) for each in counted] == [("three.npz", 3, 0), ("wrong.npz", 3, 2)]
    total = counting_table([("all", counted)])[-1]
    assert total[:3] == ("all", "2", "2") and total[3].startswith("50.0") and total[5].startswith("0.200")
    assert [row[0] for row in wrong_rows(counted)[1:]] == ["wrong.npz"]
    with pytest.raises(DatasetError, match=r"got .*nowhere: check --data\. Known are .*labels\.csv"):
        gathered(tmp_path / "nowhere")


def test_what_was_counted_wrong_is_drawn_beside_its_label(labelled, tmp_path):
    counted = count_all(gathered(labelled)[0].clips, given=True)
    (path,) = draw_wrong(counted, tmp_path / "drawn")
    drawing = ElementTree.fromstring(path.read_text(encoding="utf-8"))
    texts = " ".join(text for text in drawing.itertext())
    assert "wrong.npz" in texts and "Counted 3, labelled 5 to 6" in texts
    assert len(drawing.findall(".//{*}polyline")) == 1
    assert len(drawing.findall(".//{*}rect[@fill='#2563a8']")) == 6  # three repetitions, each with its turning point


def counted_as(confidence, error):
    each = clip([], low=2, high=2, source=str(confidence))
    return Counted(each, True, 2 + error, confidence, (), None, np.zeros(0), np.zeros(0), "nothing")


def test_confidence_is_compared_with_the_share_that_is_right():
    sure = [counted_as(0.95, 0)] * 9 + [counted_as(0.95, 1)]
    unsure = [counted_as(0.6, 0)] * 3 + [counted_as(0.6, 1)] * 7
    rows = confidence_table(sure + unsure)
    assert [row[:2] for row in rows[1:]] == [("0.5 to 0.7", "10"), ("0.9 to 1.0", "10"), ("all", "20")]
    assert float(rows[-1][4]) == pytest.approx(100 * (0.05 + 0.3) / 2, abs=0.06)


def test_a_replay_tells_what_the_recording_holds():
    pose = squatting(squats([110, 100, 115, 105], rest_s=0.5)[0], 90)
    turns = lasting([])
    recorded = count_one(replace(clip(turns, low=4, high=4), pose=lambda: pose), find("squat"))
    played = replay(recorded)
    assert played.count == recorded.count == 4
    assert np.abs(played.off_s).max() < 0.15 and played.off_s.shape == (4, 3)
    assert played.late_s.min() >= 0 and played.late_s.max() < 1.0 and played.cpu_ms > 0
    assert dict(live_table([played]))["count as recorded %"] == "100.0"


def test_synthetic_people_are_the_same_for_the_same_seed_and_their_truth_fits():
    (first,), (again,) = (studio_sets([7], [find("lateral raise")]).clips for _ in range(2))
    assert first.count == again.count == len(first.cycles) >= 3
    np.testing.assert_array_equal(first.pose().image, again.pose().image)
    assert studio_sets([8], [find("lateral raise")]).clips[0].pose().image.shape != first.pose().image.shape
    counted = count_one(first, find("lateral raise"))
    assert counted.error == 0 and counted.matched.tp >= first.count - 1


def test_ghosts_are_told_by_the_minute():
    ghosts = [
        Ghosts("walking", "1", 0.5, {"": 3}),
        Ghosts("walking", "2", 1.5, {"": 1}),
        Ghosts("plank", "1", 1.0, {"": 9}),
    ]
    rows = {row[0]: row for row in ghost_table(ghosts)}
    assert rows["walking"][1:3] == rows["all activities"][1:3] == ("2", "2.0")
    assert rows["walking"][3].startswith("2.000 [") and rows["plank"][3] == "9.000"


def test_the_command_counts_synthetic_people(tmp_path):
    options = ["--studio", "1", "--first", "620", "--exercise", "squat"]
    result = CliRunner().invoke(
        app, ["evaluate", "counting", *options, "--by-exercise", "--live", "--plots", str(tmp_path / "plots")]
    )
    assert result.exit_code == 0, result.output
    for told in (
        "exercise unknown",
        "exercise given",
        "as squat",
        "CPU ms a frame",
        "a minute where there are none",
    ):
        assert told in result.output
    assert CliRunner().invoke(app, ["evaluate", "counting"]).exit_code == 2


def test_real_people_are_counted(shared_data):
    (clips,) = gathered(shared_data)
    unknown = count_all(clips.clips[::6], given=False)
    errors = np.array([each.error for each in unknown])
    assert len(errors) > 15
    assert (errors == 0).mean() >= 0.7 and (errors <= 1).mean() >= 0.9


@settings(max_examples=20)
@given(slopes=st.lists(st.floats(-2, 2), min_size=2, max_size=2), constant=st.floats(-1, 1), seed=st.integers(0, 99))
def test_a_regression_finds_what_the_chances_hang_on(slopes, constant, seed):
    draw = np.random.default_rng(seed)
    values = draw.normal((3.0, -1.0), (2.0, 0.5), (4000, 2))
    chance = 1 / (1 + np.exp(-((values - (3.0, -1.0)) / (2.0, 0.5) @ slopes + constant)))
    rows = [{"size": size, "pace": pace} for size, pace in values]
    odds = regression(rows, draw.random(4000) < chance, ("size", "pace"))
    found = np.array([odds.of(row) for row in rows[:500]])
    assert np.abs(found - chance[:500]).mean() < 0.06  # drawn to even chances by the ridge


def test_fitted_regressions_are_read_as_they_were_written(tmp_path, monkeypatch):
    odds = shipped()
    save(odds, tmp_path / "likely.json")
    monkeypatch.setattr("formcheck.evaluation.fit_likely.FITTED", tmp_path / "likely.json")
    monkeypatch.setattr("formcheck.assess.likely.FITTED", tmp_path / "likely.json")
    fitted.cache_clear()
    try:
        assert shipped() == odds
    finally:
        fitted.cache_clear()
    with pytest.raises(ValueError, match="examples of both kinds"):
        regression([{"size": 1.0}] * 3, np.ones(3, dtype=bool), ("size",))


def test_people_who_are_fitted_on_are_not_told_of(tmp_path):
    options = ["--fit", str(tmp_path / "likely.json"), "--fitted-from", "300", "--fitted-on", "3"]
    result = CliRunner().invoke(app, ["evaluate", "counting", *options, "--studio", "1", "--first", "301"])
    assert result.exit_code == 2 and not (tmp_path / "likely.json").exists()


def looks_of(pose):
    exercise, track = find("squat"), Track(with_view(pose))
    found = find_spans(exercise, track)
    return given_looks(exercise, track, found, likely_spans(exercise, track))


def test_what_a_count_of_a_given_exercise_looks_like():
    even = looks_of(squatting(squats([110] * 5, rest_s=0.5)[0], 90))
    odd = looks_of(squatting(squats([110, 110, 70, 110, 110], rest_s=0.5)[0], 90))
    nothing = looks_of(squatting(np.full(200, 3.0), 90))
    assert set(LOOKS["given"]) <= set(even) == set(odd) == set(nothing)
    assert all(np.isfinite(list(each.values())).all() for each in (even, odd, nothing))
    assert even["none"] == 0 == even["view"] and nothing["none"] == 1
    assert odd["odd_size"] > even["odd_size"] and even["coherence"] > 0.9
