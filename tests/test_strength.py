"""How fast a weight rises, what follows from it, and when nothing does."""

import csv
import io
import math
import sys
from dataclasses import replace

import numpy as np
import pytest
from analyses import analysis, three_squats, written
from figures import squats, squatting
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.assess import assess
from formcheck.assess.analysis import Reserve
from formcheck.assess.strength import (
    STUDIED,
    LoadError,
    checked_load,
    max_by_repetitions,
    one_rep_max,
    reps_in_reserve,
    velocity_loss,
    with_strength,
)
from formcheck.assess.strength_speed import metres_per_px, rise
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.cli import main
from formcheck.evaluation.counting_studio import estimated_pose
from formcheck.exercises import catalogue, find
from formcheck.report.strength import left, strength_panel
from formcheck.report.tracks import reps_csv
from formcheck.sources import write_pose
from formcheck.synthetic import Athlete, perform

WEIGHTS = {"barbell", "dumbbells", "dumbbell", "cable machine", "chest fly machine", "leg extension machine", "T-bar"}


def smooth_rise(length_s=1.0, height=0.5, rate_hz=60.0):
    """Rest, one minimum-jerk rise (Flash & Hogan 1985), rest."""
    time = np.arange(0.0, length_s * 1.6, 1 / rate_hz)
    s = np.clip((time - 0.3 * length_s) / length_s, 0.0, 1.0)
    return time, height * (10 * s**3 - 15 * s**4 + 6 * s**5)


def squat_set(pose, load_kg=None):
    exercise, tracks = find("squat"), {"front": Track(pose)}
    (each,) = with_strength(assess(exercise, tracks), exercise, tracks, load_kg)
    return each


def test_a_rise_is_measured_from_where_it_leaves_to_where_it_stops():
    found = rise(*smooth_rise(1.0, 0.5))
    assert 0.45 < found.height_px <= 0.5
    assert 0.8 < found.end_s - found.start_s < 1.0  # the slowest tenth of either end is not seen to move
    assert found.peak_px_s == pytest.approx(1.875 * 0.5, rel=0.02)


def test_a_rise_goes_on_through_a_sticking_point():
    height = smooth_rise(1.0, 0.5)[1]
    half = len(height) // 2
    stuck = np.concatenate([height[:half], np.full(15, height[half]), height[half:]])
    found = rise(np.arange(len(stuck)) / 60.0, stuck)
    assert found.height_px > 0.45 and found.end_s - found.start_s > 1.0


@given(size=st.floats(0.01, 1000), slower=st.floats(0.2, 5), later=st.floats(-100, 100), higher=st.floats(-1000, 1000))
@settings(deadline=None, max_examples=40)
def test_speed_follows_size_and_clock_and_nothing_else(size, slower, later, higher):
    time, height = smooth_rise()
    plain, other = rise(time, height), rise(time * slower + later, height * size + higher)
    assert other.mean_px_s == pytest.approx(plain.mean_px_s * size / slower, rel=1e-3)
    assert other.peak_px_s == pytest.approx(plain.peak_px_s * size / slower, rel=1e-3)


@given(st.lists(st.floats(0.2, 2.0), min_size=2, max_size=12), st.floats(0.1, 0.99))
def test_a_slower_last_repetition_is_a_greater_loss(speeds, factor):
    loss, _ = velocity_loss(speeds)
    assert 0.0 <= loss < 1.0
    assert velocity_loss([*speeds[:-1], speeds[-1] * factor])[0] >= loss - 1e-12
    assert velocity_loss([speed * factor for speed in speeds])[0] == pytest.approx(loss)


def test_a_loss_needs_two_repetitions_and_the_last_one():
    assert velocity_loss([0.5])[0] is None and velocity_loss([])[0] is None
    assert velocity_loss([0.5, 0.4, None])[0] is None
    assert velocity_loss([0.5, None, 0.4])[0] == pytest.approx(0.2)


def test_a_squat_is_as_fast_as_its_geometry_from_everywhere_and_in_any_picture():
    knee = squats([110, 110, 110])[0]
    shoulders = None
    for yaw in (0.0, 90.0, 40.0):
        pose = squatting(knee, yaw)
        up = -pose.pixels("shoulder_left")[:, 1] / 200.0  # the figure is drawn at 200 px a metre
        shoulders = up.max() - up.min()
        each = squat_set(pose)
        small = squat_set(replace(pose, image=pose.image * 0.4, frame_size=(256, 192)))
        assert each.count == 3
        for rep, other in zip(each.reps, small.reps, strict=True):
            assert rep.lift.rise_m == pytest.approx(shoulders, rel=0.06)
            assert rep.lift.mean_velocity_m_s == pytest.approx(rep.lift.rise_m / rep.lift.duration_s, rel=1e-2)
            assert other.lift.mean_velocity_m_s == pytest.approx(rep.lift.mean_velocity_m_s, rel=1e-2)


@pytest.mark.parametrize("name", ["squat", "bench press", "deadlift", "pull up"])
def test_metres_are_right_for_synthetic_people(name):
    exercise = find(name)
    joint = exercise.lift.joint
    done = perform(exercise, Athlete.sample(7), 3, seed=7)
    height = np.mean([done.joints[:, index, 1] for index in _both(done, joint)], axis=0)
    for view in ("front", "oblique", "side-left"):
        tracks = {"front": Track(done.landmarks(done.camera(view), occlusion=False))}
        (each,) = with_strength(assess(exercise, tracks), exercise, tracks)
        assert each.count == 3
        for rep, planned in zip(each.reps, done.reps, strict=True):
            inside = (done.time >= planned.start_s) & (done.time <= planned.end_s)
            assert rep.lift.rise_m == pytest.approx(float(np.ptp(height[inside])), rel=0.2)


def test_speed_is_near_enough_as_the_estimator_sees_synthetic_people():
    off = []
    for name, seed in (("squat", 31), ("squat", 32), ("bench press", 31), ("shoulder press", 32)):
        exercise, draw = find(name), np.random.default_rng(seed)
        done = perform(exercise, Athlete.sample(seed), 4, seed=seed)
        height = -np.mean([done.joints[:, index, 1] for index in _both(done, exercise.lift.joint)], axis=0)
        for azimuth_deg in (0.0, 90.0):
            tracks = {"front": Track(with_view(estimated_pose(done, azimuth_deg, draw)))}
            sets = with_strength(assess(exercise, tracks), exercise, tracks)
            for rep in (rep for each in sets for rep in each.reps):
                planned = min(done.reps, key=lambda planned, rep=rep: abs(planned.turn_s - rep.turn_s))
                ends = (
                    (planned.turn_s, planned.end_s) if exercise.eccentric_first else (planned.start_s, planned.turn_s)
                )
                inside = (done.time >= ends[0]) & (done.time <= ends[1])
                truth = rise(done.time[inside], height[inside])
                off += [rep.lift.mean_velocity_m_s / truth.mean_px_s - 1.0] if rep.lift else []
    assert len(off) > 20  # of 32
    assert abs(np.median(off)) < 0.1 and np.median(np.abs(off)) < 0.12


def _both(done, joint):
    skeleton = done.landmarks(done.camera("front"), occlusion=False).skeleton
    return [skeleton.index(f"{joint}_{side}") for side in ("left", "right")]


def test_without_depth_the_loss_is_told_and_metres_are_not():
    each = squat_set(replace(squatting(squats([110, 110, 110])[0], 90.0), world=None))
    assert metres_per_px(replace(squatting(np.zeros(5)), world=None)) is None
    assert all(rep.lift is None for rep in each.reps)
    assert each.strength.velocity_loss is not None and each.strength.fastest_m_s is None
    assert "depth" in each.strength.velocity_reason


def test_what_hardly_rises_in_the_picture_has_no_speed():
    pose = squatting(squats([110, 110, 110])[0], 90.0)
    image = pose.image.copy()
    for joint in (pose.skeleton.index(f"shoulder_{side}") for side in ("left", "right")):
        image[:, joint, 1] = image[:, joint, 1].mean() + 0.1 * (image[:, joint, 1] - image[:, joint, 1].mean())
    exercise, sets = find("squat"), assess(find("squat"), {"front": Track(pose)})
    (each,) = with_strength(sets, exercise, {"front": Track(replace(pose, image=image))})
    assert all(rep.lift is None for rep in each.reps) and "could not be followed" in each.strength.velocity_reason


def test_attempts_have_no_speed_and_one_repetition_no_loss():
    each = squat_set(squatting(squats([110, 45, 110])[0], 90.0))
    assert [rep.lift is None for rep in each.reps] == [rep.attempt for rep in each.reps]
    alone = squat_set(squatting(squats([110])[0], 90.0), load_kg=60.0)
    assert alone.strength.velocity_loss is None and alone.strength.velocity_reason
    assert alone.strength.one_rep_max[-1].low_kg == 60.0  # it was lifted once


def test_published_relations_at_published_points():
    bench, squat = STUDIED["bench press"], STUDIED["squat"]
    assert bench.load_share(0.16) == pytest.approx(1.0, abs=0.02)  # velocity of the maximum, same paper
    assert squat.load_share(0.32) == pytest.approx(1.0, abs=0.02)
    for studied in (bench, squat):
        shares = [studied.load_share(speed) for speed in np.arange(0.2, 1.2, 0.05)]
        assert np.all(np.diff(shares) < 0)
        assert studied.done_share(studied.half_loss, 1.0) == pytest.approx(0.5)
        assert studied.done_share(1.0 - studied.failure_m_s / 0.7, 0.7) == pytest.approx(1.0)


@given(st.integers(3, 12), st.floats(0.35, 0.8), st.floats(0.0, 0.7), st.floats(0.0, 0.2))
def test_more_loss_leaves_fewer_repetitions(reps, fastest, loss, more):
    for name in STUDIED:
        few, many = (reps_in_reserve(find(name), reps, fastest, each, 0.05) for each in (loss + more, loss))
        if isinstance(few, Reserve) and isinstance(many, Reserve):
            assert few.low <= many.low
            assert many.high is None or (few.high is not None and few.low <= few.high <= many.high)


def test_the_reserve_says_why_it_is_not_told():
    assert "no study" in reps_in_reserve(find("hammer curl"), 8, 0.5, 0.3, 0.05)
    assert "too light" in reps_in_reserve(find("squat"), 8, 1.4, 0.3, 0.05)
    assert "at least" in reps_in_reserve(find("squat"), 2, 0.6, 0.3, 0.05)
    assert "more slowly" in reps_in_reserve(find("squat"), 8, 0.2, 0.3, 0.05)
    assert "hardly" in reps_in_reserve(find("squat"), 8, 0.6, 0.02, 0.05)


def test_the_maximum_follows_the_formulas():
    exact = max_by_repetitions(100.0, 5, Reserve(low=0, high=0))
    assert (exact.low_kg, exact.high_kg) == (112.0, 117.0)  # Brzycki 112.5, Epley 116.7
    assert max_by_repetitions(100.0, 1, Reserve(low=0, high=0)).high_kg == 100.0
    assert max_by_repetitions(100.0, 5, None).high_kg is None
    assert max_by_repetitions(100.0, 13, None) is None
    assert "heavier" in one_rep_max(find("deadlift"), 60.0, 20, None, 0.5)
    assert "body" in one_rep_max(find("pull up"), 10.0, 5, None, 0.5)
    assert "in turn" in one_rep_max(find("lunge"), 20.0, 8, None, 0.5)
    by_speed, by_reps = one_rep_max(find("bench press"), 80.0, 5, None, 0.47)
    assert by_speed.method == "velocity" and by_speed.low_kg < 100 < by_speed.high_kg  # 0.47 m/s is 80 % of it
    assert by_reps.method == "repetitions"


@pytest.mark.parametrize("load", [0.0, -5.0, math.nan, math.inf, 5000.0])
def test_a_load_that_cannot_be_is_refused(load):
    with pytest.raises(LoadError, match="expected a load"):
        checked_load(load, find("squat"))


def test_the_command_line_refuses_a_load_where_nothing_is_lifted(tmp_path, monkeypatch, capsys):
    path = tmp_path / "squat.npz"
    write_pose(path, squatting(squats([110])[0], 90.0))
    for name, load, said in (
        ("plank", "20", "lifts a weight"),
        ("squat", "nan", "above 0"),
        ("squat", "-3", "above 0"),
    ):
        monkeypatch.setattr(sys, "argv", ["formcheck", "analyze", str(path), "--exercise", name, "--load", load])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 2 and said in capsys.readouterr().err


def test_the_command_line_says_what_the_report_says(tmp_path, monkeypatch, capsys):
    path = tmp_path / "squat.npz"
    write_pose(path, squatting(squats([110, 110, 110])[0], 90.0))
    arguments = ["analyze", str(path), "--exercise", "squat", "--load", "80", "--out", str(tmp_path), "--no-overlay"]
    monkeypatch.setattr(sys, "argv", ["formcheck", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    assert not stop.value.code and "estimated from 80 kg" in capsys.readouterr().out


def test_whatever_needs_a_weight_says_what_is_lifted():
    for exercise in catalogue():
        if WEIGHTS & set(exercise.equipment) and exercise.name != "russian twist":  # its weight moves to the side
            assert exercise.lift is not None, exercise.name
        assert exercise.hold is None or exercise.lift is None


def test_report_and_table_tell_it_in_plain_words(tmp_path):
    each = squat_set(squatting(squats([110, 110, 110])[0], 90.0), load_kg=80.0)
    page = written(analysis(each), three_squats(), tmp_path, overlay=False)
    assert "Speed and strength" in page.text and "You kept your speed" in page.text
    assert "estimated from 80 kg" in page.text and not page.open
    row = next(csv.DictReader(io.StringIO(reps_csv(analysis(each)))))
    assert float(row["mean_velocity_m_s"]) == pytest.approx(each.reps[0].lift.mean_velocity_m_s)
    slower = each.strength.model_copy(
        update={"velocity_loss": 0.24, "velocity_loss_error": 0.05, "reps_in_reserve": Reserve(low=2, high=3)}
    )
    panel = strength_panel(each.model_copy(update={"strength": slower}))
    assert panel.said[0] == "You slowed down by 24 % over the set: about 2 to 3 repetitions left."
    assert strength_panel(each.model_copy(update={"strength": None})) is None
    assert left(Reserve(low=1, high=1)) == "about 1 repetition left"
    assert left(Reserve(low=4, high=None)) == "at least 4 repetitions left"
