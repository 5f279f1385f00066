"""The tables of the documentation: intervals over people, labelled clips, synthetic people."""

import csv
from pathlib import Path

import numpy as np
import pytest
from figures import squats, squatting
from hypothesis import given
from hypothesis import strategies as st

from formcheck.evaluation.counting import count_clips, counting_table
from formcheck.evaluation.interval import bootstrap, with_interval
from formcheck.evaluation.synthetic import REPS, Clip, Judged, clips, criterion_rows, judged, kept_at
from formcheck.exercises import catalogue, find


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 5)), min_size=1, max_size=40))
def test_an_interval_holds_the_mean_and_one_group_has_no_width(samples):
    values, groups = [value for value, _ in samples], [str(group) for _, group in samples]
    low, high = bootstrap(values, groups, draws=200)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    if len(set(groups)) == 1:
        assert low == pytest.approx(np.mean(values)) == high


def test_a_person_with_many_repetitions_counts_as_one_person():
    few = bootstrap([1.0, 0.0], ["a", "b"])
    many = bootstrap([1.0] * 50 + [0.0] * 50, ["a"] * 50 + ["b"] * 50)
    np.testing.assert_allclose(few, many)
    assert with_interval([], []) == "–"


def test_labelled_clips_are_counted_and_scored_by_their_range(tmp_path):
    rows = [("three.npz", 3, 3, 3, "high"), ("wrong.npz", 5, 5, 6, "high"), ("vague.npz", 9, 9, 9, "low")]
    (tmp_path / "landmarks").mkdir()
    for name, *_ in rows:
        pose = squatting(squats([110] * 3)[0], 90)
        arrays = {part: getattr(pose, part) for part in ("time", "image", "world", "visibility", "frame_size")}
        np.savez(tmp_path / "landmarks" / name, **arrays)
    counts = ("reps", "reps_low", "reps_high", "reps_bilateral")
    heading = ("file", "landmarks", "source", "exercise", *counts, "hold_s", "confidence")
    with (tmp_path / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        for name, reps, low, high, confidence in rows:
            writer.writerow(["", name, f"source of {name}", "squat", reps, low, high, "", "", confidence])
    counted = count_clips(tmp_path)
    assert [(clip.clip, clip.count, clip.error) for clip in counted] == [("three.npz", 3, 0), ("wrong.npz", 3, 2)]
    total = counting_table(counted)[-1]
    assert total[:3] == ("all", "2", "2") and total[3].startswith("50.0") and total[5].startswith("0.200")
    with pytest.raises(ValueError, match=r"labels\.csv"):
        count_clips(tmp_path / "nowhere")


def test_every_fault_of_every_exercise_is_planned_before_the_camera_that_sees_it_best():
    planned = clips(catalogue(), range(2))
    for exercise in catalogue():
        views = {criterion.id: criterion.views[0] for criterion in exercise.criteria}
        mine = [clip for clip in planned if clip.exercise == exercise.name]
        assert {clip.fault for clip in mine} == {None, *views}
        assert all(clip.view == views[clip.fault] and 0.5 <= clip.grade <= 1.0 for clip in mine if clip.fault)
    assert len(set(planned)) == len(planned) == len({kept_at(clip, Path()) for clip in planned})


def test_a_clip_is_judged_against_what_was_planned_in_it():
    clip = Clip("squat", 1, "side", "hips_below_knees", 1.0)
    performance = clip.performed()
    result = judged(clip, performance.landmarks(performance.camera("side-left")))
    assert result.counted == REPS and result.view == "side-left"
    assert [verdicts["hips_below_knees"] for verdicts in result.verdicts] == ["fail"] * REPS


def test_balanced_accuracy_is_the_mean_of_faults_found_and_clean_form_passed():
    exercise = find("squat")
    fine = dict.fromkeys((criterion.id for criterion in exercise.criteria), "pass")
    results = [
        Judged(Clip("squat", 0, "side"), "side-left", 2, (fine, fine), ({}, {})),
        Judged(
            Clip("squat", 0, "side", "feet_flat", 0.8), "side-left", 2, (fine, {**fine, "feet_flat": "fail"}), ({}, {})
        ),
    ]
    row = next(row for row in criterion_rows(results) if row[1] == "feet_flat")
    assert row[3] == "75.0" and row[4].startswith("50.0") and row[5].startswith("100.0")
