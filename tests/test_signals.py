"""Clocks, gaps, smoothing and the causal filter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.signals import OneEuro, Signal, fill_gaps, rate_hz, smooth, stretches


def test_a_signal_checks_itself_at_the_door():
    with pytest.raises(ValueError, match="strictly increasing"):
        Signal(np.array([0.0, 0.2, 0.1]), np.zeros((3, 1)), ("knee_flexion_left_deg",))
    with pytest.raises(ValueError, match=r"shape \(time, channels\) = \(3, 1\), got \(2, 1\)"):
        Signal(np.arange(3.0), np.zeros((2, 1)), ("knee_flexion_left_deg",))
    with pytest.raises(ValueError, match="finite times"):
        Signal(np.array([0.0, np.inf]), np.zeros((2, 1)), ("a_deg",))
    signal = Signal(np.arange(3.0), np.array([[1.0], [np.inf], [3.0]]), ("a_deg",))
    assert np.isnan(signal["a_deg"][1])
    with pytest.raises(KeyError, match="a_deg"):
        signal["b_deg"]
    assert len(signal.between(0.0, 2.0)) == 2


@given(st.lists(st.booleans(), min_size=3, max_size=60), st.sampled_from([5.0, 24.0, 30.0, 60.0]))
def test_gap_filling_never_invents_more_than_a_third_of_a_second(known, rate):
    time = np.arange(len(known)) / rate
    values = np.where(known, np.sin(time), np.nan)
    filled = fill_gaps(time, values)
    np.testing.assert_array_equal(filled[known], values[known])
    for start, end in stretches(np.isfinite(filled) & ~np.array(known)):
        assert start > 0 and end < len(time)
        assert time[end] - time[start - 1] <= 0.3 + 1e-6


@settings(deadline=None)  # the first call imports scipy
@given(st.floats(0.2, 1.5), st.floats(0.0, 6.0))
def test_smoothing_has_no_delay_and_keeps_missing_missing(frequency_hz, phase):
    time = np.arange(0, 6, 1 / 30)
    clean = np.sin(2 * np.pi * frequency_hz * time + phase)
    noisy = clean + np.random.default_rng(0).normal(0, 0.05, len(time))
    noisy[60:75] = np.nan
    smoothed = smooth(time, noisy, 5.0)
    assert np.isnan(smoothed[60:75]).all() and np.isfinite(smoothed[:60]).all()
    inside = np.r_[10:50, 90:170]
    assert np.abs(smoothed[inside] - clean[inside]).max() < 0.15


def test_smoothing_leaves_a_clock_alone_that_is_too_slow_for_it():
    time = np.arange(10) / 5.0
    values = np.arange(10.0)
    np.testing.assert_array_equal(smooth(time, values, 5.0), values)
    assert rate_hz(time) == pytest.approx(5.0)


def test_the_live_filter_calms_rest_follows_motion_and_survives_missing_samples():
    noise = np.random.default_rng(1).normal(0, 1.0, 300)
    rest = OneEuro()
    filtered = np.array([float(rest(at / 30, value)) for at, value in enumerate(noise)])
    assert filtered[50:].std() < 0.6 * noise[50:].std()
    ramp = OneEuro(beta=0.5)
    followed = [float(ramp(at / 30, 100.0 * at / 30)) for at in range(60)]
    assert 100.0 * 59 / 30 - followed[-1] < 3.0
    gap = OneEuro()
    gap(0.0, 1.0)
    assert np.isnan(gap(0.1, np.nan))
    assert float(gap(0.2, 1.0)) == pytest.approx(1.0)
