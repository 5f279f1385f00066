"""Inertial sensors: one clock, gravity apart from motion, repetitions, windows, and what is being done."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.exercises import find
from formcheck.inertial import InertialMovement, even, imu_sets, motion_energy, orient
from formcheck.inertial.recognise import learnt
from formcheck.inertial.windows import windows
from formcheck.signals import Signal
from formcheck.synthetic import Athlete, Performance, act, perform
from formcheck.synthetic.imu import CHANNELS, PLACES, ideal, imus, pose_of

G = 9.81


@cache
def _done(name: str, reps: int, seed: int = 5) -> Performance:
    return perform(find(name), Athlete.sample(seed), reps, seed=seed, before_s=2.0, after_s=2.0)


@cache
def _felt(name: str, reps: int, seed: int = 5) -> dict[str, Signal]:
    return dict(imus(_done(name, reps, seed), seed=seed))


def _cut(signal: Signal, start_s: float, end_s: float) -> Signal:
    values = signal.values.copy()
    values[(signal.time >= start_s) & (signal.time < end_s)] = np.nan
    return Signal(signal.time, values, signal.channels)


def test_sensors_of_other_rates_come_onto_one_even_clock_and_gaps_stay_missing():
    slow, fast = np.arange(0.3, 10.0, 0.08), np.arange(0.0, 9.0, 0.01)
    sensors = {
        "wrist_left": Signal(slow, np.sin(slow)[:, None], ("acc_x_m_s2",)),
        "wrist_right": _cut(Signal(fast, np.sin(fast)[:, None], ("acc_x_m_s2",)), 4.0, 5.0),
    }
    found = even(sensors)
    clock = found["wrist_left"].time
    np.testing.assert_allclose(np.diff(clock), 0.02)
    assert np.array_equal(clock, found["wrist_right"].time)
    running = {
        "wrist_left": (clock >= 0.3) & (clock <= slow[-1]),
        "wrist_right": (clock <= fast[-1]) & ((clock < 4) | (clock >= 5)),
    }
    for place, there in running.items():
        values = found[place].values[:, 0]
        assert (np.isfinite(values) != there).sum() <= 3  # a sample at each edge may fall either way
        assert np.nanmax(np.abs(values - np.sin(clock))) < 0.02


@pytest.mark.parametrize("name", ["squat", "jumping jack"])
def test_the_vertical_is_found_while_limbs_swing(name: str):
    done = _done(name, 4)
    sensors = imus(done, seed=5, sensors=ideal())
    for place in ("wrist_left", "ankle_right"):
        found = orient(even(sensors)[place])
        at = done.at(np.clip(found.time, done.time[0], done.time[-1]))
        _, turned = pose_of(at, ideal()[place])
        off = np.degrees(np.arccos(np.clip((found.up * turned[:, 1, :]).sum(axis=1), -1.0, 1.0)))
        assert np.median(off) < 6.0
        low = found.moving_m_s2[found.known].mean(axis=0)
        assert np.abs(low).max() < 0.6  # nobody leaves, so nobody accelerates on average


def test_a_gyroscope_less_sensor_is_read_by_its_tilt():
    signal = _felt("barbell biceps curl", 5)["wrist_left"]
    bare = Signal(signal.time, signal.values[:, :3], signal.channels[:3])
    found = orient(even({"wrist_left": bare})["wrist_left"])
    assert found.turning_deg_s is None and np.allclose(np.linalg.norm(found.up, axis=1), 1.0)
    assert sum(each.count for each in imu_sets({"wrist_left": bare})) == 5


@pytest.mark.parametrize(
    ("name", "places", "reps"),
    [
        ("squat", PLACES, 6),
        ("barbell biceps curl", ("wrist_left",), 6),
        ("leg extension", ("ankle_right",), 5),
        ("jumping jack", PLACES, 8),
    ],
)
def test_repetitions_are_counted_without_the_exercise(name: str, places: tuple[str, ...], reps: int):
    (found,) = imu_sets({place: _felt(name, reps)[place] for place in places})
    assert found.count == reps
    truth = np.array(
        [rep.turn_s if hasattr(rep, "turn_s") else (rep.start_s + rep.end_s) / 2 for rep in _done(name, reps).reps]
    )
    middle = np.array([(span.start_s + span.end_s) / 2 for span in found.spans])
    assert np.abs(middle - truth).max() < 0.75 * np.median(np.diff(truth))
    assert 0.0 <= found.confidence <= 1.0 and found.driven_by


def test_how_a_strap_is_turned_and_which_unit_of_size_does_not_matter():
    draw = np.random.default_rng(3)
    turn, _ = np.linalg.qr(draw.standard_normal((3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    signal = _felt("shoulder press", 6)["wrist_right"]
    values = np.concatenate([signal.values[:, at : at + 3] @ turn.T for at in (0, 3, 6)], axis=1)
    other = Signal(signal.time, values, signal.channels)
    assert [each.count for each in imu_sets({"sensor_1": other})] == [6]


def test_repetitions_go_on_while_nothing_is_felt():
    sensors = {"wrist_left": _felt("barbell biceps curl", 8, 6)["wrist_left"]}
    reps = _done("barbell biceps curl", 8, 6).reps
    silent = _cut(sensors["wrist_left"], reps[3].start_s + 0.2, reps[4].start_s + 0.4)
    assert sum(each.count for each in imu_sets({"wrist_left": silent})) == 8


def test_a_dead_ankle_does_not_stop_the_wrists():
    sensors = dict(_felt("squat", 6))
    nothing = np.full_like(sensors["ankle_left"].values, np.nan)
    sensors["ankle_left"] = Signal(sensors["ankle_left"].time, nothing, CHANNELS)
    assert [each.count for each in imu_sets(sensors)] == [6]


def test_nobody_exercises_where_nothing_moves():
    time = np.arange(0.0, 30.0, 0.02)
    still = np.random.default_rng(1).normal([0.0, 0.0, G, 0.0, 0.0, 0.0], 0.02, (len(time), 6))
    assert imu_sets({"wrist_left": Signal(time, still, CHANNELS[:6])}) == []
    assert imu_sets({}) == []
    standing = imus(act("standing", Athlete.sample(2), 12.0, seed=2), seed=2)
    assert sum(each.count for each in imu_sets({"wrist_left": standing["wrist_left"]})) <= 2


def test_energy_is_high_where_limbs_move():
    done = _done("barbell biceps curl", 5)
    energy = motion_energy({"wrist_left": _felt("barbell biceps curl", 5)["wrist_left"]})
    assert energy.channels == ("motion_m_s",)
    inside = (energy.time > done.reps[0].start_s) & (energy.time < done.reps[-1].end_s)
    assert np.nanmean(energy.values[inside]) > 5 * np.nanmean(energy.values[energy.time < done.reps[0].start_s - 0.5])


@settings(deadline=None, max_examples=10)
@given(st.integers(2, 12), st.sampled_from([("acc",), ("acc", "gyro"), ("acc", "gyro", "mag")]))
def test_windows_are_those_of_the_paper(seconds: int, quantities: tuple[str, ...]):
    time = np.arange(0.0, seconds + 0.01, 0.02)
    values = np.arange(len(time))[:, None] + np.zeros(9)
    sensors = {place: Signal(time, values, CHANNELS) for place in PLACES if place != "ankle_left"}
    cut = windows(sensors, quantities=quantities)
    assert cut.values.shape == (len(cut), 100, 4 * 3 * len(quantities)) and len(cut) == seconds - 1
    assert cut.channels[0] == "wrist_left_acc_x_m_s2"
    np.testing.assert_allclose(cut.start_s, np.arange(len(cut)))
    np.testing.assert_allclose(cut.values[:, 0, 0], 50 * np.arange(len(cut)))
    missing = [at for at, name in enumerate(cut.channels) if name.startswith("ankle_left")]
    assert np.isnan(cut.values[:, :, missing]).all()


def test_exercises_of_somebody_else_are_told():
    names = ("barbell biceps curl", "shoulder press", "squat")
    felt = [(name, seed, _felt(name, 4, seed)) for name in names for seed in (11, 12, 13)]
    known = [each for each in felt if each[1] != 13]
    model = learnt([each[2] for each in known], [each[0] for each in known], ("wrist_left", "ankle_left"))
    for name, seed, sensors in felt:
        if seed == 13:
            told = model.of(sensors)
            assert max(told, key=lambda each: told[each]) == name
            assert sum(told.values()) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="at least two kinds"):
        learnt([felt[0][2]], ["squat"], ("wrist_left",))


def test_left_and_right_in_turn_are_repetitions_alike():
    movement = InertialMovement.of_sensors(_felt("high knees", 10, 8))
    assert movement is not None
    ways = np.random.default_rng(2).standard_normal((3, 16, *movement.joints.shape[1:]))
    plain, mirrored = movement.turned(ways)
    assert np.array_equal(movement.turned(plain)[0], ways) and np.array_equal(movement.turned(mirrored)[1], ways)
    part = movement.between(movement.time[100], movement.time[300])
    assert len(part.time) == 200 and part.names == movement.names
    assert movement.turned(replace(movement, names=("sensor_1",) * 4).joints[None])[0].shape[2] == 8
