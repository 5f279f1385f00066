"""Synthetic inertial sensors: gravity, turns and ways come out of their readings; every error does what it says."""

import csv
import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from formcheck.exercises import catalogue, find
from formcheck.exercises.motion import Arm, Key, Leg, Motion, Pose, Timing
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.imu import CHANNELS, FIELD_UT, PLACES, RATE_HZ, Imu, ideal, imus, pose_of, worn
from formcheck.synthetic.metamotion import STANDARD_GRAVITY_M_S2, address, write_metamotion

EXERCISES = [exercise for exercise in catalogue() if exercise.motion is not None]
GRAVITY = 9.81
UP = np.array([0.0, 1.0, 0.0])
STEP_S = 1 / RATE_HZ


def performed(name, athlete=None, reps=1, rate_hz=100.0, seed=1, **options):
    return perform(find(name), athlete or Athlete.average(), reps=reps, seed=seed, rate_hz=rate_hz, **options)


def parts(signal):
    return signal.values[:, 0:3], np.radians(signal.values[:, 3:6]), signal.values[:, 6:9]


def integrated(rates):
    """Orientations from angular velocities (T, 3) rad/s in the turning frame, by the trapezoid rule, from identity."""
    turns = [Rotation.identity()]
    for before, after in itertools.pairwise(rates):
        turns.append(turns[-1] * Rotation.from_rotvec((before + after) / 2 * STEP_S))
    return turns


@pytest.fixture(scope="module")
def squat():
    return performed("squat", reps=2, rate_hz=200.0)


@pytest.fixture(scope="module")
def true_squat(squat):
    return imus(squat, sensors=ideal())


def test_somebody_who_stands_reads_gravity_upwards_and_the_field_of_the_earth(squat, true_squat):
    assert set(true_squat) == {"wrist_left", "wrist_right", "ankle_left", "ankle_right"}
    for place, signal in true_squat.items():
        assert signal.channels == CHANNELS
        assert np.allclose(np.diff(signal.time), STEP_S)
        acc, gyro, mag = parts(signal.between(0.0, 1.0))
        _, turns = pose_of(squat, Imu.ideal(place))
        assert np.abs(np.linalg.norm(acc, axis=1) - GRAVITY).max() < 1e-3
        assert np.abs(acc @ turns[0].T - GRAVITY * UP).max() < 1e-3
        assert np.abs(gyro).max() < 1e-3
        assert np.allclose(mag @ turns[0].T, [0.0, -FIELD_UT[1], FIELD_UT[0]], atol=1e-3)
        assert acc[0, 0] < -9.0  # x points along the hanging limb, down: gravity is felt against it


def test_north_can_be_anywhere(squat):
    _, turns = pose_of(squat, Imu.ideal("wrist_left"))
    mag = parts(imus(squat, sensors={"wrist_left": Imu.ideal("wrist_left")}, north_deg=90.0)["wrist_left"])[2]
    assert np.allclose(turns[0] @ mag[0], [FIELD_UT[0], -FIELD_UT[1], 0.0], atol=1e-3)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_the_gyroscope_integrated_over_a_repetition_returns_to_where_it_began(exercise):
    done = performed(exercise.name, reps=2)
    rep = done.reps[0]
    for place, signal in imus(done, sensors=ideal()).items():
        during = signal.between(rep.start_s - STEP_S / 2, rep.end_s + STEP_S / 2)
        turns = integrated(parts(during)[1])
        assert np.degrees(turns[-1].magnitude()) < 2.0, place
        # On the way, too, it is where the body is.
        _, true = pose_of(done.at(during.time), Imu.ideal(place))
        off = Rotation.from_matrix(true[0].T @ true).inv() * Rotation.concatenate(turns)
        assert np.degrees(off.magnitude()).max() < 4.0, place


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_nobody_turns_faster_than_people_do(exercise):
    for seed in (3, 4):
        for place, signal in imus(performed(exercise.name, Athlete.sample(seed)), sensors=ideal()).items():
            assert np.isfinite(signal.values).all()
            assert np.linalg.norm(signal.values[:, 3:6], axis=1).max() < 1500.0, place
            assert np.linalg.norm(signal.values[:, 0:3], axis=1).max() < 16 * GRAVITY, place


def test_readings_lead_to_where_the_sensor_is(squat, true_squat):
    """Dead reckoning: turned by the integrated gyroscope, less gravity, integrated twice."""
    rep = squat.reps[0]
    for place in PLACES:
        during = true_squat[place].between(rep.start_s, rep.end_s)
        acc, gyro, _ = parts(during)
        way, true = pose_of(squat.at(during.time), Imu.ideal(place))
        turns = Rotation.concatenate(integrated(gyro)).as_matrix()
        free = np.einsum("tij,tj->ti", true[0] @ turns, acc) - GRAVITY * UP
        speed = np.concatenate([np.zeros((1, 3)), np.cumsum((free[1:] + free[:-1]) / 2 * STEP_S, axis=0)])
        place_m = np.concatenate([np.zeros((1, 3)), np.cumsum((speed[1:] + speed[:-1]) / 2 * STEP_S, axis=0)])
        assert np.abs(place_m - (way - way[0])).max() < 0.02, place
    assert np.ptp(pose_of(squat, Imu.ideal("wrist_left"))[0], axis=0).max() > 0.3


def test_a_forearm_that_pronates_turns_about_its_own_axis():
    def pose(pronation):
        return Pose(leg=Leg(load=0.5), arm=Arm(elbow_flexion_deg=90, forearm_pronation_deg=pronation))

    motion = Motion((Key(0, pose(0)), Key(1, pose(80))), Timing(1.0, 0.2, 1.0, 0.4))
    done = perform(replace(find("squat"), motion=motion), Athlete.average(), reps=1, rate_hz=200.0)
    signals = imus(done, sensors=ideal())
    # Seen along the limb, the right hand turns palm down counter-clockwise, the left hand clockwise.
    for side, sign in (("left", 1.0), ("right", -1.0)):
        out = signals[f"wrist_{side}"].between(done.reps[0].start_s, done.reps[0].turn_s)
        assert np.degrees(parts(out)[1].sum(axis=0) * STEP_S) == pytest.approx([sign * 80.0, 0.0, 0.0], abs=0.5)
        assert np.abs(signals[f"ankle_{side}"]["gyro_x_deg_s"]).max() < 0.01


def test_the_rate_of_the_pictures_does_not_matter(squat, true_squat):
    for place, signal in imus(squat.at(squat.time[::8]), sensors=ideal()).items():
        shared = slice(10, min(len(signal), len(true_squat[place])) - 10)
        assert np.allclose(signal.values[shared], true_squat[place].values[shared], atol=1e-3)


def one(done, imu, seed=0):
    return imus(done, seed, sensors={imu.place: imu})[imu.place]


def test_bias_scale_and_mounting_change_the_reading_by_what_they_are(squat, true_squat):
    true = true_squat["wrist_left"]
    plain = Imu.ideal("wrist_left")
    bias, scale = np.array([0.3, -0.2, 0.1]), np.array([1.02, 0.97, 1.0])
    erring = replace(
        plain, acc_m_s2=replace(plain.acc_m_s2, bias=bias), gyro_deg_s=replace(plain.gyro_deg_s, scale=scale)
    )
    read = one(squat, erring)
    assert np.allclose(read.values[:, 0:3], true.values[:, 0:3] + bias)
    assert np.allclose(read.values[:, 3:6], true.values[:, 3:6] * scale)
    assert np.allclose(read.values[:, 6:9], true.values[:, 6:9])
    turned = Rotation.from_euler("xyz", [10, -20, 30], degrees=True).as_matrix()
    tilted = one(squat, replace(plain, mounting=turned))
    for at in (0, 3, 6):
        if at == 0:  # the same place, so the same force, in other axes
            assert np.allclose(tilted.values[:, at : at + 3], true.values[:, at : at + 3] @ turned, atol=1e-6)
    # A strap turned round the limb points elsewhere about x only.
    strap = one(squat, replace(plain, round_deg=25.0))
    turned = Rotation.from_euler("x", 25, degrees=True).as_matrix()
    assert np.allclose(strap.values[0, 0:3], true.values[0, 0:3] @ turned, atol=1e-6)


def test_noise_range_and_steps_are_those_of_the_sensor(squat, true_squat):
    true = true_squat["ankle_left"]
    plain = Imu.ideal("ankle_left")
    noisy = one(squat, replace(plain, acc_m_s2=replace(plain.acc_m_s2, noise=0.05)))
    assert np.std(noisy.values[:, 0:3] - true.values[:, 0:3]) == pytest.approx(0.05, rel=0.1)
    assert np.abs(np.corrcoef((noisy.values - true.values)[:, 0:3].T)[0, 1]) < 0.15
    narrow = one(squat, replace(plain, acc_m_s2=replace(plain.acc_m_s2, limit=np.full(3, 8.0), step=0.5)))
    assert np.abs(narrow.values[:, 0:3]).max() == 8.0
    assert np.allclose(np.mod(narrow.values[:, 0:3], 0.5), 0.0)
    real = worn(3)["ankle_left"]
    steps = one(squat, real).values[:, 3:6] * 16.4
    steps = steps[np.isfinite(steps)]
    assert np.allclose(steps, np.round(steps), atol=1e-6)


def test_a_clock_that_is_off_shows_its_own_time(squat, true_squat):
    plain = Imu.ideal("wrist_right")
    late = one(squat, replace(plain, clock_offset_s=0.31, clock_drift_ppm=10_000.0))
    true = true_squat["wrist_right"]
    when = (late.time - 0.31) / 1.01
    for channel in ("acc_z_m_s2", "gyro_y_deg_s", "mag_z_ut"):
        off = late[channel] - np.interp(when, true.time, true[channel])
        unheeded = late[channel] - np.interp(late.time, true.time, true[channel])
        assert np.std(off) < 0.005 * np.ptp(true[channel])
        assert np.std(unheeded) > 0.03 * np.ptp(true[channel])
    assert late.time[0] == pytest.approx(0.32)
    assert when[0] >= squat.time[0] and when[-1] <= squat.time[-1] + 1e-9


def test_lost_packets_leave_bursts_of_nothing_on_all_axes(squat):
    lost, runs = [], []
    for seed in range(12):
        signal = one(squat, replace(Imu.ideal("wrist_left"), short_loss_s=2.0), seed)
        gone = np.isnan(signal.values)
        assert (gone.all(axis=1) == gone.any(axis=1)).all()
        edges = np.flatnonzero(np.diff(np.concatenate([[0], gone[:, 0].astype(int), [0]])))
        runs += list((edges[1::2] - edges[::2]) * STEP_S)
        lost.append(gone.mean())
    assert 0.04 < np.mean(lost) < 0.16  # bursts of 0.18 s every 2 s
    assert 0.04 <= np.median(runs) <= 0.32
    assert not np.isnan(one(squat, Imu.ideal("wrist_left")).values).any()
    broken = [one(squat, replace(Imu.ideal("wrist_left"), long_loss_s=8.0), seed).values for seed in range(4)]
    assert max(np.isnan(values[:, 0]).sum() * STEP_S for values in broken) >= 2.0


def test_four_worn_sensors_err_each_in_its_own_way_and_the_same_again(squat):
    first, again, other = imus(squat, 5), imus(squat, 5), imus(squat, 6)
    for place in PLACES:
        assert np.array_equal(first[place].values, again[place].values, equal_nan=True)
        assert np.array_equal(first[place].time, again[place].time)
        still = parts(first[place].between(0.1, 0.9))[0]
        assert 9.0 < np.nanmedian(np.linalg.norm(still, axis=1)) < 10.6
    assert not np.array_equal(first["wrist_left"].time[:9], other["wrist_left"].time[:9])
    sensors = worn(5)
    assert len({sensors[place].clock_offset_s for place in PLACES}) == 4
    assert len({tuple(sensors[place].gyro_deg_s.bias) for place in PLACES}) == 4
    assert all(abs(sensors[place].clock_drift_ppm) <= 40 for place in PLACES)


def test_a_performance_of_no_length_says_so(squat):
    with pytest.raises(ValueError, match=r"0\.2 s"):
        imus(squat.at(squat.time[:10]))


def test_files_hold_what_was_reported_in_the_layout_of_the_makers_app(squat, tmp_path):
    signals = imus(squat, 8, sensors={**ideal(), "wrist_left": replace(worn(8)["wrist_left"], short_loss_s=2.0)})
    paths = write_metamotion(tmp_path, "anna-squat", signals, seed=8)
    assert sorted(paths) == sorted(tmp_path.iterdir())
    assert len(paths) == 12
    units = {"Accelerometer": ("g", STANDARD_GRAVITY_M_S2, 6e-3), "Gyroscope": ("deg/s", 1.0, 6e-4)}
    units["Magnetometer"] = ("T", 1e6, 6e-4)
    for path in paths:
        label, _, _, mac, quantity, rate, _ = path.name.split("_")
        place = label.removeprefix("anna-squat-").replace("-", "_")
        assert (mac, rate) == (address(place), "50.000Hz")
        unit, factor, within = units[quantity]
        with path.open(newline="") as file:
            rows = list(csv.reader(file))
        axes = [f"{axis}-axis ({unit})" for axis in "xyz"]
        assert rows[0] == ["epoch (ms)", "time (01:00)", "elapsed (s)", *axes]
        numbers = np.array([[row[0], *row[2:]] for row in rows[1:]], dtype=float)
        at = CHANNELS.index({"A": "acc_x_m_s2", "G": "gyro_x_deg_s", "M": "mag_x_ut"}[quantity[0]])
        kept = np.isfinite(signals[place].values[:, at])
        assert len(numbers) == kept.sum()
        assert np.abs(numbers[:, 2:] * factor - signals[place].values[kept, at : at + 3]).max() < within
        elapsed = signals[place].time[kept] - signals[place].time[kept][0]
        assert np.allclose(numbers[:, 1], elapsed, atol=6e-4)
        assert np.allclose((numbers[:, 0] - numbers[0, 0]) / 1000, elapsed, atol=2e-3)
        assert not any(cell == "-0.000" for row in rows for cell in row)
    assert np.isnan(signals["wrist_left"].values).any()


def test_the_same_seed_writes_the_same_bytes(squat, tmp_path):
    def written(folder, seed):
        (tmp_path / folder).mkdir()
        paths = write_metamotion(tmp_path / folder, "x", imus(squat, seed), seed)
        return {path.name: path.read_bytes() for path in paths}

    first = written("a", 4)
    assert first == written("b", 4)
    other = written("c", 5)
    assert set(first) != set(other)
    assert {name.split("_")[3] for name in first} == {name.split("_")[3] for name in other}  # the same four devices


def test_files_are_whole_or_not_there(squat, tmp_path):
    signal = imus(squat, 1)["wrist_left"]
    with pytest.raises(ValueError, match="mag_z_ut"):
        write_metamotion(tmp_path, "x", {"wrist_left": type(signal)(signal.time, signal.values[:, :8], CHANNELS[:8])})
    with pytest.raises(OSError):
        write_metamotion(tmp_path / "missing", "x", {"wrist_left": signal})
    assert not list(tmp_path.iterdir())
