"""Sensors count a repetition for each side where the sides take turns, and without those that fell silent."""

from __future__ import annotations

import numpy as np

from formcheck.assess.unnamed import Count
from formcheck.exercises import find
from formcheck.inertial import by_side, imu_sets
from formcheck.reps import RepSpan
from formcheck.signals import Signal
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.imu import ideal, imus

AXES = ("gyro_x_deg_s", "gyro_y_deg_s", "gyro_z_deg_s")


def _swinging(period_s):
    """A limb that swings to and fro, 12 s long."""
    time = np.arange(0.0, 12.0, 0.02)
    swing = np.sin(2 * np.pi * time / period_s)
    return {"wrist_left": Signal(time, np.stack([100 * swing, 0.3 * swing, 20 * swing], axis=1), AXES)}


def _counted(length_s):
    spans = tuple(RepSpan(at, at + 0.4 * length_s, at + 0.8 * length_s, 1.0) for at in np.arange(0.5, 9.0, length_s))
    return Count(spans, 0.9, np.zeros(2), np.zeros(2), "made up")


def test_rounds_are_cut_in_two_where_the_sides_change():
    rounds = _counted(2.0)
    sides = by_side(rounds, _swinging(2.0))
    assert sides.count == 2 * rounds.count
    turns = [span.turn_s for span in sides.spans]
    np.testing.assert_allclose(np.diff(turns), 1.0)
    changes = [span.turn_s for span in rounds.spans]
    np.testing.assert_allclose([span.end_s for span in sides.spans[::2]], changes)


def test_repetitions_of_one_side_stay_what_they_are():
    every = _counted(1.0)
    assert by_side(every, _swinging(2.0)).spans == every.spans


def test_high_knees_are_counted_as_they_are_done():
    done = perform(find("high knees"), Athlete.sample(8_400_000), 8, (), 3, 30.0, 1.0, 1.0)
    sensors = imus(done, 0, ideal())
    (found,) = [by_side(each, sensors) for each in imu_sets(sensors)]
    assert found.count == 8
    truth = np.array([rep.turn_s for rep in done.reps])
    assert np.abs(np.array([span.turn_s for span in found.spans]) - truth).max() < 0.1


def test_a_sensor_that_falls_silent_takes_no_repetition_with_it():
    done = perform(find("jumping jack"), Athlete.sample(8_400_003), 8, (), 3, 30.0, 1.0, 1.0)
    sensors = imus(done, 0, ideal())
    whole = sensors["wrist_left"]
    kept = (whole.time < 4.0) | (whole.time > 6.8)
    for silent in (kept, whole.time < 5.0):
        broken = {**sensors, "wrist_left": Signal(whole.time[silent], whole.values[silent], whole.channels)}
        assert sum(each.count for each in imu_sets(broken)) == 8
