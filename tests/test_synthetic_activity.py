"""What people do besides exercising: bones hold, feet stay, nothing counts as a repetition, every sensor sees it."""

import json

import numpy as np
import pytest

from formcheck.pose.mediapipe import MediaPipe
from formcheck.sources import Frame
from formcheck.synthetic import Athlete, act, activities, pictures
from formcheck.synthetic.imu import imus
from formcheck.synthetic.thermal import thermal, thermal_camera

BONES = (("hip", "knee", "thigh_m"), ("knee", "ankle", "shank_m"), ("shoulder", "elbow", "upper_arm_m"))
SIDES = ("left", "right")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", activities())
def test_bones_keep_their_length_and_nothing_goes_through_the_floor(name, seed):
    done = act(name, Athlete.sample(seed), 12.0, seed=seed, rate_hz=15.0)
    for start, end, length in BONES:
        for side in SIDES:
            bone = np.linalg.norm(done.body.points[f"{start}_{side}"] - done.body.points[f"{end}_{side}"], axis=1)
            assert np.abs(bone - getattr(done.athlete, length)).max() < 0.004
    assert done.reps == ()
    assert len(done.time) == pytest.approx(180, abs=1)
    assert np.isfinite(done.joints).all()
    assert done.joints[..., 1].max() < 0.0
    speed = np.linalg.norm(np.diff(done.joints, axis=0), axis=-1) * 15.0
    assert speed.max() < 6.0  # m/s: a foot swings at some 4.5 in walking, nobody jumps from place to place


@pytest.mark.parametrize("name", [name for name in activities() if name != "walking"])
def test_feet_stay_where_they_stand(name):
    points = act(name, Athlete.sample(4), 12.0, seed=4, rate_hz=15.0).body.points
    assert max(np.ptp(points[f"ball_{side}"], axis=0).max() for side in SIDES) < 0.004


def test_who_walks_gets_somewhere_and_does_not_slide():
    done = act("walking", Athlete.sample(1), 15.0, seed=1, rate_hz=60.0)
    balls = np.stack([done.body.points[f"ball_{side}"] for side in SIDES], axis=1)
    assert np.ptp(done.body.points["hips"][:, [0, 2]], axis=0).max() > 1.0
    slowest = np.linalg.norm(np.diff(balls, axis=0), axis=-1).min(axis=1) * 60.0
    assert np.percentile(slowest, 95) < 0.1  # one foot stands at almost any time, m/s


def test_the_same_arguments_give_the_same_and_another_seed_does_not():
    one, same, other = (act("standing", Athlete.sample(2), 8.0, seed=seed).joints for seed in (5, 5, 6))
    assert np.array_equal(one, same)
    assert not np.allclose(one, other)


def test_what_is_no_activity_is_refused():
    with pytest.raises(ValueError, match="expected an activity, one of standing, walking"):
        act("squat", Athlete.average())
    with pytest.raises(ValueError, match="at least 5 s, got 1"):
        act("standing", Athlete.average(), 1.0)


@pytest.mark.parametrize("name", activities())
def test_cameras_and_sensors_see_it(name):
    done = act(name, Athlete.sample(7), 6.0, seed=7, rate_hz=10.0)
    camera = done.camera("oblique")
    landmarks = done.landmarks(camera)
    assert landmarks.found.all()
    assert camera.holds(done.outline())
    sensors = imus(act(name, Athlete.sample(7), 6.0, seed=7, rate_hz=100.0))
    assert {"wrist_left", "ankle_right"} <= set(sensors)
    warm = thermal(done, thermal_camera(done))
    assert 10.0 < float(np.min(warm.celsius)) < float(np.max(warm.celsius)) < 40.0
    assert json.loads(json.dumps(done.truth()))["reps"] == []


@pytest.mark.parametrize("name", activities())
def test_the_estimator_finds_who_does_it(model, name):
    done = act(name, Athlete.sample(8), 6.0, seed=8, rate_hz=5.0)
    camera = done.camera("front")
    estimator = MediaPipe(model)
    try:
        frames = zip(done.time, pictures(done, camera), strict=True)
        found = [estimator(Frame(float(time_s), picture, camera.frame_size)) is not None for time_s, picture in frames]
    finally:
        estimator.close()
    assert np.mean(found) > 0.95
