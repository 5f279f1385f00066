"""One state machine for repetitions, on signals whose truth is known by construction."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.reps import RepMachine, find_reps
from formcheck.signals import smooth

LEAST_DEG = 40.0


def moves(depths_deg, rate_hz=30.0, rep_s=2.0, rest_s=0.5, idle_s=2.0, noise_deg=1.0, seed=0):
    """Raised cosines of the given depths with pauses between, and the turning points in seconds."""
    cycle = np.arange(0, rep_s, 1 / rate_hz) / rep_s
    rest = np.zeros(round(rest_s * rate_hz))
    idle = np.zeros(round(idle_s * rate_hz))
    parts, turns, length = [idle], [], len(idle)
    for depth in depths_deg:
        turns.append((length + len(cycle) / 2) / rate_hz)
        parts += [depth * (1 - np.cos(2 * np.pi * cycle)) / 2, rest]
        length += len(cycle) + len(rest)
    values = np.concatenate([*parts, idle])
    values = values + np.random.default_rng(seed).normal(0, noise_deg, len(values))
    return np.arange(len(values)) / rate_hz, values, turns


@settings(max_examples=60, deadline=None)
@given(
    count=st.integers(0, 12),
    rate_hz=st.sampled_from([5.0, 12.0, 24.0, 30.0, 60.0, 240.0]),
    rep_s=st.floats(1.0, 8.0),
    rest_s=st.floats(0.0, 3.0),
    depth_deg=st.floats(60.0, 130.0),
    seed=st.integers(0, 99),
)
def test_every_repetition_is_counted_at_any_tempo_rate_and_depth(count, rate_hz, rep_s, rest_s, depth_deg, seed):
    time, values, turns = moves([depth_deg] * count, rate_hz, rep_s, rest_s, noise_deg=2.0, seed=seed)
    spans = find_reps(time, smooth(time, values), LEAST_DEG)
    assert len(spans) == count
    assert all(span.complete and not span.attempt for span in spans)
    for span, turn_s in zip(spans, turns, strict=True):
        assert span.start_s < span.turn_s < span.end_s
        assert abs(span.turn_s - turn_s) < 0.15 * rep_s + 1 / rate_hz
    for earlier, later in pairwise(spans):
        assert earlier.end_s <= later.start_s


def test_a_shallow_repetition_counts_and_a_twitch_is_an_attempt():
    time, values, _ = moves([100, 60, 100, 38, 100])
    spans = find_reps(time, smooth(time, values), LEAST_DEG)
    assert [span.attempt for span in spans] == [False, False, False, True, False]


def test_nothing_moves_nothing_counts():
    time, values, _ = moves([], idle_s=10.0, noise_deg=3.0)
    assert find_reps(time, smooth(time, values), LEAST_DEG) == ()
    assert find_reps(time, np.full(len(time), np.nan), LEAST_DEG) == ()
    assert find_reps(time[:1], values[:1], LEAST_DEG) == ()


@pytest.mark.parametrize(("cut", "begun", "ended"), [("start", False, True), ("end", True, False)])
def test_a_repetition_that_the_recording_cuts_is_kept_as_incomplete(cut, begun, ended):
    time, values, turns = moves([90, 90, 90], idle_s=1.0)
    keep = time >= turns[0] + 0.05 if cut == "start" else time <= turns[-1] - 0.05
    spans = find_reps(time[keep], smooth(time[keep], values[keep]), LEAST_DEG)
    assert [span.complete for span in spans] == [begun, True, ended]


def test_gaps_do_not_make_repetitions():
    time, values, _ = moves([90] * 5)
    values[200:230] = np.nan
    assert len(find_reps(time, smooth(time, values), LEAST_DEG)) == 5


def test_live_and_recorded_agree():
    time, values, _ = moves([95, 100, 90, 100, 85])
    values = smooth(time, values)
    machine = RepMachine(LEAST_DEG)
    live = [extreme for at in range(len(time)) if (extreme := machine.push(time[at], values[at])) and extreme.peak]
    recorded = find_reps(time, values, LEAST_DEG)
    assert [extreme.time_s for extreme in live] == pytest.approx([span.turn_s for span in recorded], abs=0.05)


@given(st.floats(-1000.0, 1000.0), st.floats(-500.0, 500.0))
@settings(max_examples=20, deadline=None)
def test_counts_do_not_depend_on_the_clock_or_the_level(shift_s, level_deg):
    time, values, _ = moves([90, 100, 80])
    plain = find_reps(time, values, LEAST_DEG)
    moved = find_reps(time + shift_s, values + level_deg, LEAST_DEG)
    assert [span.turn_s + shift_s for span in plain] == pytest.approx([span.turn_s for span in moved])


def test_a_machine_without_a_least_excursion_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        RepMachine(0.0)
