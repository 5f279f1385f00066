"""Clocks brought together by tones, motion and time stamps, on synthetic sounds and people whose clocks are known."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from conftest import numbered, write_video

from formcheck.clock import (
    Clocked,
    Fit,
    Stamp,
    Tone,
    align,
    align_sensors,
    by_motion,
    by_stamps,
    by_tones,
    find_tones,
    imu_motion,
    name_stamp,
    pose_motion,
    video_stamp,
)
from formcheck.exercises import find
from formcheck.signals import Signal, uniform_clock
from formcheck.sources.sound import Sound, read_sound
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.imu import imus, worn
from formcheck.synthetic.sound import RATE_HZ, add_sound, beep

HOUR_S = 3600.0


def tones(at_s, seed=0, **changed):
    return find_tones(Sound(beep(6.0, at_s, seed, **changed), RATE_HZ, 0.0))


def claps(seed, count):
    """Bursts of noise that die away in some hundredths of a second."""
    draw, burst = np.random.default_rng(seed), round(0.06 * RATE_HZ)
    out = np.zeros(count, dtype=np.float32)
    for at in draw.integers(0, count - burst, 14):
        out[at : at + burst] += 0.2 * draw.standard_normal(burst) * np.exp(-np.arange(burst) / (0.012 * RATE_HZ))
    return out


@pytest.mark.parametrize("noise", [0.002, 0.08])
def test_a_beep_in_two_tracks_tells_the_shift_to_some_milliseconds(noise):
    fit = by_tones(tones(1.2345, 1, noise=noise), tones(3.5, 2, noise=noise))
    assert fit is not None and fit.by == "beep" and fit.rival_s is None
    assert abs(fit.offset_s - (1.2345 - 3.5)) < 0.002 and fit.error_s < 0.005


def test_clapping_is_no_tone_and_does_not_hide_one():
    loud = beep(6.0, 2.0, 3) + claps(1, 6 * RATE_HZ)
    found = find_tones(Sound(np.clip(loud, -1, 1), RATE_HZ, 0.0))
    assert len(found) == 1 and found[0].start_s == pytest.approx(2.0, abs=0.003)
    assert found[0].frequency_hz == pytest.approx(1000.0, abs=5.0) and found[0].length_s == pytest.approx(0.2, abs=0.03)
    assert not find_tones(Sound(claps(2, 6 * RATE_HZ), RATE_HZ, 0.0))


def test_tones_of_other_heights_or_lengths_are_not_the_same():
    assert by_tones(tones(1.0), tones(2.0, frequency_hz=1200.0)) is None
    assert by_tones(tones(1.0), tones(2.0, length_s=0.6)) is None


def test_two_beeps_far_apart_tell_the_drift():
    def track(pace):
        return [Tone(pace * when_s, 0.2, 1000.0, 1.0, 0.001) for when_s in (2.0, 302.0)]

    fit = by_tones(track(1.0), track(1.0 + 100e-6))
    assert fit is not None and fit.drift_ppm == pytest.approx(-100.0, abs=1.0)
    assert fit.drift_error_ppm is not None and fit.drift_error_ppm < 10.0
    assert fit.on_first(np.array([302.0 * (1 + 100e-6)]))[0] == pytest.approx(302.0, abs=0.001)


def test_sound_is_read_on_the_clock_of_the_pictures(tmp_path):
    video = write_video(tmp_path / "clip.mp4", [numbered(at) for at in range(90)], np.arange(90) / 30)
    assert read_sound(video) is None
    add_sound(video, beep(3.0, 1.5))
    sound = read_sound(video)
    assert sound is not None and sound.duration_s == pytest.approx(3.0, abs=0.1)
    (tone,) = find_tones(sound)
    assert tone.start_s == pytest.approx(1.5, abs=0.004)


@pytest.fixture(scope="module")
def curls():
    """Six biceps curls with all that is needed: performance, landmarks of a camera that started late, sensors."""
    done = perform(find("barbell biceps curl"), Athlete.sample(7), 6, seed=7, before_s=3.0)
    clip = done.at(uniform_clock(0.9, float(done.time[-1]), 30.0))
    pose = clip.landmarks(done.camera("side-left"), occlusion=False).shifted(-0.9)
    return done, pose, imus(done, 7)


def test_a_camera_and_sensors_that_see_the_same_are_brought_together(curls):
    _, pose, sensors = curls
    fit, said = align(Clocked("The camera", 20.0, pose_motion(pose), pose=pose), felt(sensors))
    assert fit.by == "motion" and not said
    clocks = worn(7)
    fits, said = align_sensors(pose_motion(pose), sensors, fit)
    assert not said
    for place in ("wrist_left", "wrist_right"):
        own = sensors[place].time
        true = (own - clocks[place].clock_offset_s) / (1 + 1e-6 * clocks[place].clock_drift_ppm) - 0.9
        assert np.abs(fits[place].on_first(own) - true).max() < 0.05, place
        assert fits[place].error_s < 0.05
    assert fits["ankle_left"].error_s > 0.1  # a limb that rests does not say when it does


def felt(sensors, **changed):
    motion = imu_motion(sensors)
    assert motion is not None
    return Clocked("The sensors", float(motion.time[-1]), motion, **changed)


def test_sensors_without_a_camera_are_brought_together_among_themselves(curls):
    _, _, sensors = curls
    fits, _ = align_sensors(None, sensors)
    lead = next(place for place, fit in fits.items() if fit.error_s == 0.0)
    other = "wrist_right" if lead == "wrist_left" else "wrist_left"
    clocks = worn(7)
    true = clocks[lead].clock_offset_s - clocks[other].clock_offset_s
    assert fits[other].by == "motion" and fits[other].offset_s == pytest.approx(true, abs=0.03)


@pytest.mark.parametrize("seed", [3, 6])
def test_drift_of_100_ppm_is_found_in_some_minutes(seed):
    done = perform(find("jumping jack"), Athlete.sample(seed), 130, seed=seed, rate_hz=25.0)
    pose = done.landmarks(done.camera("front"), occlusion=False)
    place = worn(seed)["wrist_left"]
    fast = {"wrist_left": replace(place, clock_offset_s=0.2, clock_drift_ppm=100.0)}
    fit = by_motion(pose_motion(pose), imu_motion(imus(done, seed, fast)))
    assert fit is not None and fit.drift_ppm is not None and fit.drift_error_ppm is not None
    assert fit.drift_error_ppm < 30.0 and abs(fit.drift_ppm + 100.0) < 2.5 * fit.drift_error_ppm
    assert fit.pace < -5e-5  # it is sure enough to be taken off


def test_swapped_sensors_are_told_where_left_and_right_move_unlike():
    done = perform(find("single-leg romanian deadlift"), Athlete.sample(5), 4, seed=5, before_s=2.0)
    pose = done.landmarks(done.camera("front"), occlusion=False)
    sensors = {str(place): signal for place, signal in imus(done, 5).items()}
    other = {"left": "right", "right": "left"}
    crossed = {f"{name.split('_')[0]}_{other[name.split('_')[1]]}": each for name, each in sensors.items()}
    for worn_so, swapped in ((sensors, False), (crossed, True)):
        fit, _ = align(Clocked("The camera", 20.0, pose_motion(pose), pose=pose), felt(worn_so))
        _, said = align_sensors(pose_motion(pose), worn_so, fit)
        assert any("seem to be swapped" in each for each in said) == swapped


def test_clocks_an_hour_apart_are_those_of_two_time_zones():
    first, second = Stamp(1.7e9, 0.5, "file"), Stamp(1.7e9 + HOUR_S + 4.0, 0.5, "file")
    fit, said = by_stamps(first, second, 60.0)
    assert fit is not None and fit.offset_s == pytest.approx(4.0) and "1 h apart" in said
    fit, said = by_stamps(first, Stamp(1.7e9 + 4.0, 0.5, "file"), 60.0)
    assert fit is not None and fit.offset_s == pytest.approx(4.0) and said == ""
    fit, said = by_stamps(first, Stamp(1.7e9 + 1000.0 * HOUR_S + 444.0, 0.5, "file"), 60.0)
    assert fit is None and "one clock was wrong" in said


def test_time_stamps_are_read_from_names_and_tags(tmp_path):
    assert name_stamp("VID_20240108_081530.mp4").started_s == 1_704_701_730.0
    assert name_stamp("squat-2024-01-08T08.15.30.389_x.csv").started_s == pytest.approx(1_704_701_730.389)
    assert name_stamp("squat_12345678_999999.mp4") is None and name_stamp("19991301_000000.mp4") is None
    import av

    path = tmp_path / "tagged.mp4"
    with av.open(str(path), "w") as container:
        container.metadata["creation_time"] = "2024-01-08T08:15:30.000000Z"
        stream = container.add_stream("libx264", rate=Fraction(30))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), dtype=np.uint8))))
        container.mux(stream.encode())
    stamp = video_stamp(path, 60.0)
    assert stamp is not None and stamp.started_s == pytest.approx(1_704_701_700.0) and stamp.error_s > 20.0


def test_time_stamps_choose_between_repetitions_that_look_alike(curls):
    """Of endless repetitions motion alone takes any; what the stamps allow is looked at alone."""
    time = uniform_clock(0.0, 40.0, 50.0)
    wave = Signal(time, np.sin(2 * np.pi * time / 4.0)[:, None], ("energy",))
    late = Signal(time, np.sin(2 * np.pi * (time + 9.0) / 4.0)[:, None], ("energy",))  # 9 s, or 1, or 5
    first = Clocked("The camera", 40.0, wave, stamp=Stamp(1.7e9, 0.4, "file"))
    fit, said = align(first, Clocked("The sensors", 40.0, late, stamp=Stamp(1.7e9 + 9.1, 0.4, "file")))
    assert fit.by == "motion" and fit.offset_s == pytest.approx(9.0, abs=0.05) and not said
    fit, said = align(replace(first, stamp=None), Clocked("The sensors", 40.0, late))
    assert fit.rival_s is not None and "paired wrongly" in said[0]


def test_two_cameras_that_saw_different_sets_are_doubted():
    films = list[Clocked]()
    for title, seed, azimuth_deg in (("The first camera", 5, 0.0), ("The second camera", 6, 85.0)):
        done = perform(find("squat"), Athlete.sample(seed), 3, seed=seed, before_s=1.0, after_s=1.0)
        films.append(Clocked(title, 10.0, pose=done.landmarks(done.camera(azimuth_deg=azimuth_deg))))
    fit, said = align(*films)
    assert fit.by == "motion" and len(said) == 1 and "hardly at the same pace" in said[0]
    fit, said = align(films[0], films[0])
    assert fit.by == "motion" and not said


def test_ways_that_disagree_are_told(curls):
    _, pose, sensors = curls
    camera = Clocked("The camera", 20.0, pose_motion(pose), (Tone(1.0, 0.2, 1000.0, 1.0, 0.001),), pose=pose)
    fit, said = align(camera, felt(sensors, tones=(Tone(9.0, 0.2, 1000.0, 1.0, 0.001),)))
    assert fit.by == "beep" and fit.offset_s == pytest.approx(-8.0) and "disagree" in said[0]
    stamped = Clocked("The camera", 20.0, pose_motion(pose), stamp=Stamp(1.7e9, 0.5, "file"), pose=pose)
    fit, said = align(stamped, felt(sensors, stamp=Stamp(1.7e9 + 8.0, 0.5, "file")))
    assert fit.by == "motion" and fit.offset_s == pytest.approx(-0.8, abs=0.3) and "wrong by" in said[0]


def test_what_moves_alike_nowhere_is_not_aligned_or_by_stamps_alone():
    draw, time = np.random.default_rng(5), uniform_clock(0.0, 30.0, 50.0)
    first, second = (
        Clocked(name, 30.0, Signal(time, draw.standard_normal((len(time), 1)), ("energy",)), stamp=stamp)
        for name, stamp in (("The camera", Stamp(1.7e9, 0.5, "file")), ("The sensors", Stamp(1.7e9 + 2, 0.5, "file")))
    )
    fit, said = align(first, second)
    assert fit.by == "time stamps" and fit.offset_s == pytest.approx(2.0) and "time stamps alone" in said[0]
    fit, said = align(replace(first, stamp=None), second)
    assert fit.by == "not aligned" and fit.error_s == np.inf


def test_a_drift_that_is_not_sure_is_not_taken_off():
    time = np.array([0.0, 100.0])
    assert Fit("motion", 1.0, 0.01, drift_ppm=50.0, drift_error_ppm=40.0).on_first(time) == pytest.approx([1.0, 101.0])
    sure = Fit("motion", 1.0, 0.01, drift_ppm=50.0, drift_error_ppm=10.0, about_s=50.0)
    assert sure.on_first(time) == pytest.approx([0.9975, 101.0025])
