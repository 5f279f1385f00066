"""What models of sensors and scores are shown of a repetition, and what comes of their answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.body import BLAZEPOSE_33
from formcheck.exercises import find
from formcheck.predictor.equal_parts import means
from formcheck.predictor.streams import (
    PLACES,
    SHAPES,
    Repetition,
    landmarks,
    mirrored_landmarks,
    mirrored_readings,
    readings,
)
from formcheck.predictor.worn import SAMPLES, worn_windows
from formcheck.signals import Signal
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.imu import ideal, imus


@pytest.fixture(scope="module")
def lunges():
    """One lunge with the left leg by somebody, and the same by the same person in a mirror."""
    athlete = Athlete.sample(4)
    return [perform(find("lunge"), each, 1, (), 3, 50.0) for each in (athlete, athlete.mirrored())]


def test_a_mirror_shows_what_the_other_side_would_have_felt_and_shown(lunges):
    spans = [(each.reps[0].start_s, each.reps[0].end_s) for each in lunges]
    assert lunges[0].reps[0].works_left != lunges[1].reps[0].works_left
    felt, other = (readings(imus(each, 0, ideal()), *span) for each, span in zip(lunges, spans, strict=True))
    assert np.abs(felt - other).max() > 1.0
    np.testing.assert_allclose(mirrored_readings(felt), other, atol=1e-3)
    seen, opposite = (
        landmarks(each.landmarks(each.camera("front"), occlusion=False), *span)
        for each, span in zip(lunges, spans, strict=True)
    )
    np.testing.assert_allclose(mirrored_landmarks(seen), opposite, atol=1e-4)


@given(st.integers(0, 2**31))
@settings(max_examples=20, deadline=None)
def test_who_looks_into_two_mirrors_sees_themselves(seed):
    draw = np.random.default_rng(seed)
    streams = {name: draw.normal(size=shape).astype(np.float32) for name, shape in SHAPES.items()}
    twice = Repetition(streams, 1.5).mirrored().mirrored()
    for name, values in streams.items():
        np.testing.assert_array_equal(twice.streams[name], values)


@given(st.floats(0.3, 5.0), st.integers(15, 120), st.integers(5, 40))
@settings(max_examples=40, deadline=None)
def test_parts_of_a_straight_line_are_its_middles_at_any_rate_and_length(length_s, rate_hz, parts):
    time = np.arange(0.0, length_s + 0.5, 1.0 / rate_hz)
    found = means(time, 3.0 * time[:, None] + 1.0, 0.1, 0.1 + length_s, parts)
    middles = 0.1 + (np.arange(parts) + 0.5) / parts * length_s
    np.testing.assert_allclose(found[:, 0], 3.0 * middles + 1.0, atol=1e-9)


def test_what_was_not_seen_is_missing_and_not_nought():
    time = np.arange(0.0, 2.0, 0.02)
    values = np.ones((len(time), 1))
    values[time < 1.0] = np.nan
    found = means(time, values, 0.0, 1.96, 10)[:, 0]
    assert np.isnan(found[:4]).all() and np.allclose(found[6:], 1.0)


def test_a_repetition_checks_itself():
    with pytest.raises(ValueError, match="expected a stream at least"):
        Repetition({}, 1.0)
    with pytest.raises(ValueError, match="got imu of"):
        Repetition({"imu": np.zeros((10, 24), np.float32)}, 1.0)
    with pytest.raises(ValueError, match="takes time"):
        Repetition({"imu": np.zeros(SHAPES["imu"], np.float32)}, 0.0)


def test_nobody_is_seen_where_nobody_was_found(lunges):
    pose = lunges[0].landmarks(lunges[0].camera("front"), occlusion=False)
    lost = type(pose)(
        pose.time, pose.image * np.nan, pose.world * np.nan, pose.visibility * 0, BLAZEPOSE_33, pose.frame_size
    )
    assert landmarks(lost, 1.2, 2.2) is None
    assert readings({}, 1.2, 2.2) is None


@given(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4, unique=True), st.floats(0.5, 12.0))
@settings(max_examples=25, deadline=None)
def test_windows_are_four_seconds_of_whatever_is_worn(places, length_s):
    time = np.arange(0.0, length_s, 0.02) + 0.007
    values = np.full((len(time), 3), 2.0)
    channels = ("acc_x_m_s2", "acc_y_m_s2", "acc_z_m_s2")
    seen = worn_windows({place: Signal(time, values, channels) for place in places})
    if len(time) < SAMPLES / 2:
        assert not len(seen)  # half of a window at least
        return
    assert seen.values.shape[1:] == (SAMPLES, 24) and np.isfinite(seen.values).all()
    worn = np.array([place in places for place in PLACES])
    there = seen.values.reshape(len(seen), SAMPLES, 4, 6)
    assert (np.abs(there).max(axis=(0, 1, 3)) > 0).tolist() == worn.tolist()
    assert not there[..., 3:].any()  # no gyroscopes


def test_a_sensor_that_falls_silent_is_missing_from_then_on():
    time = np.arange(0.0, 12.0, 0.02)
    values = np.ones((len(time), 3))
    channels = ("acc_x_m_s2", "acc_y_m_s2", "acc_z_m_s2")
    both = {
        "wrist_left": Signal(time, values, channels),
        "ankle_left": Signal(time[time < 5.0], values[time < 5.0], channels),
    }
    seen = worn_windows(both)
    ankle = seen.values.reshape(len(seen), SAMPLES, 4, 6)[:, :, PLACES.index("ankle_left")].any(axis=(1, 2))
    assert ankle.tolist() == [start <= 3.0 + 1e-9 for start in seen.start_s]
