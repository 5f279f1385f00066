"""The tables of the documentation: intervals over people, labelled clips, synthetic people."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.evaluation.interval import bootstrap, with_interval
from formcheck.evaluation.synthetic import Clip, Judged, clips, criterion_rows, judged, kept_at
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


@pytest.mark.parametrize("exercise", catalogue(), ids=lambda each: each.name)
def test_every_fault_is_planned_before_the_camera_that_sees_it_best_and_every_set_begins_clean(exercise):
    planned = clips([exercise], range(20))
    views = {criterion.id: criterion.views[0] for criterion in exercise.criteria}
    assert len(planned) == 20 and {clip.view for clip in planned} == set(views.values())
    assert {fault for clip in planned for fault, _ in filter(None, clip.faults)} == set(views)
    for clip in planned:
        assert clip.faults[0] is None and len(clip.faults) >= 2
        assert all(views[fault] == clip.view and 0.5 <= grade <= 1.0 for fault, grade in clip.faults[1:])


def test_landmarks_are_kept_by_what_is_filmed():
    first, other = clips([find("squat")], range(2))
    kept = kept_at(first, Path())
    assert kept == kept_at(first, Path()) != kept_at(other, Path())
    milder = ((fault, grade * 0.9) if fault else None for fault, grade in (each or (None, 0) for each in first.faults))
    assert kept_at(Clip(first.exercise, first.athlete, first.view, tuple(milder)), Path()) != kept


def test_a_clip_is_judged_against_what_was_planned_in_it():
    clip = Clip("squat", 1, "side", (None, ("hips_below_knees", 1.0), None))
    performance = clip.performed()
    result = judged(clip, performance.landmarks(performance.camera("side-left")))
    assert result.counted == 3 and result.view == "side-left"
    assert [verdicts["hips_below_knees"] for verdicts in result.verdicts] == ["pass", "fail", "pass"]


def test_balanced_accuracy_is_the_mean_of_faults_found_and_repetitions_without_it_passed():
    exercise = find("squat")
    fine = dict.fromkeys((criterion.id for criterion in exercise.criteria), "pass")
    lifted = {**fine, "feet_flat": "fail"}
    sets = [(None, ("feet_flat", 0.8)), (None, ("feet_flat", 0.8))]
    results = [
        Judged(Clip("squat", 0, "side", sets[0]), "side-left", 2, (fine, lifted), ({}, {})),
        Judged(Clip("squat", 1, "side", sets[1]), "side-left", 2, (fine, fine), ({}, {})),
    ]
    rows = criterion_rows(results)
    row = next(row for row in rows if row[1] == "feet_flat")
    assert row[3] == "75.0" and row[4].startswith("50.0") and row[5].startswith("100.0") and row[7] == "2 / 2"
    assert rows[-1][3] == "75.0"
