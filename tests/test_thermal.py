"""People in thermal frames: found or not, followed, counted, averaged and told by region, without keeping pictures."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from formcheck.exercises import find
from formcheck.reps import RepSpan
from formcheck.sources.thermal import ThermalRecording, read_thermal
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.heat import Warmth
from formcheck.synthetic.thermal import Detector, thermal, thermal_camera
from formcheck.thermal import (
    INDICATION,
    energy_image,
    motion_energy,
    silhouettes,
    thermal_sets,
    warmth_by_region,
)

RATE_HZ = 8.7
REPS = 5
PEOPLE = Path(__file__).resolve().parents[2] / "shared" / "data" / "thermal_people"


def somebody(image, middle, arms_deg, legs_c=31.0):
    """Draw a standing person of 92 px into Celsius (120, 160): head 34, trunk 29, arms 31.5 degrees."""
    cv2.ellipse(image, (middle, 20), (6, 8), 0, 0, 360, 34.0, -1)
    cv2.rectangle(image, (middle - 8, 28), (middle + 8, 58), 29.0, -1)
    for side in (-1, 1):
        cv2.line(image, (middle + 5 * side, 56), (middle + 7 * side, 103), legs_c, 7)
        angle = np.radians(arms_deg)
        hand = (round(middle + side * (12 + 30 * np.sin(angle))), round(32 + 30 * np.cos(angle)))
        cv2.line(image, (middle + 12 * side, 32), hand, 31.5, 5)


def room(draw, lamp=False):
    """An empty room, a little noise on a gradient, perhaps with a lamp on the wall."""
    down, across = np.mgrid[:120, :160]
    image = 20.5 + 0.008 * (120 - down) + np.where(down > 80, -0.8, 0.0) + draw.normal(0, 0.1, (120, 160))
    if lamp:
        image += 7.0 * np.exp(-((across - 140) ** 2 + (down - 25) ** 2) / (2 * 5.0**2))
    return image.astype(np.float32)


def raises(reps=REPS, seconds=3.0, lamp=False, others=(), warmer_k=0.0, still=False):
    """Somebody who raises both arms `reps` times, still for a second and a half at both ends; others do it less."""
    draw = np.random.default_rng(4)
    time = np.arange(round((reps * seconds + 3.0) * RATE_HZ)) / RATE_HZ
    phase = np.clip((time - 1.5) / seconds, 0, reps)
    angle = 5 + (0 if still else 80) * np.sin(np.pi * phase) ** 2
    frames = []
    for at in range(len(time)):
        image = room(draw, lamp)
        somebody(image, 70, angle[at], 31.0 + warmer_k * time[at] / time[-1])
        for middle in others:
            somebody(image, middle, 5 + 0.3 * (angle[at] - 5))
        frames.append(cv2.GaussianBlur(image, (0, 0), 0.7))
    return ThermalRecording(time, np.stack(frames), "celsius")


def as_relative(recording, seed=0):
    """As a camera colours it that scales every frame by its own coldest and warmest pixel."""
    low = recording.values.min(axis=(1, 2), keepdims=True)
    high = recording.values.max(axis=(1, 2), keepdims=True)
    return ThermalRecording(recording.time, (recording.values - low) / (high - low), "relative")


@pytest.fixture(scope="module")
def raised():
    return raises()


@pytest.fixture(scope="module")
def squat():
    """Three squats from the side, rendered with all the camera's errors."""
    done = perform(find("squat"), Athlete.sample(3), reps=3, seed=3)
    camera = thermal_camera(done, "side-left")
    frames = thermal(done, camera, seed=3)
    return done, camera, frames, ThermalRecording(frames.time, frames.celsius, "celsius")


def test_a_rendered_person_is_found_and_their_joints_lie_in_the_silhouette(squat):
    done, camera, frames, recording = squat
    seen = silhouettes(recording)
    assert seen.found.mean() >= 0.95 and seen.people == 1 and seen.warnings == ()
    points = done.at(frames.time).body.points
    for joint in ("hip_left", "knee_left", "shoulder_left", "l3"):
        column, row = np.floor(camera.project(points[joint])).astype(int).T
        assert seen.mask[np.arange(len(row)), row, column].mean() > 0.9
    assert 0.02 < seen.mask.mean() < 0.1
    assert not seen.mask[:, :8].any() and not seen.mask[:, :, :20].any()


@pytest.mark.parametrize("scaled", [False, True], ids=["celsius", "scaled in every frame"])
def test_rendered_repetitions_are_counted_where_they_are(squat, scaled):
    done, _, _, recording = squat
    (found,) = thermal_sets(as_relative(recording) if scaled else recording)
    assert found.count == 3
    turns = [span.turn_s for span in found.spans]
    assert np.allclose(turns, [rep.turn_s for rep in done.reps], atol=0.35)


def test_arms_are_counted_followed_and_their_motion_is_told(raised):
    (found,) = thermal_sets(raised)
    assert found.count == REPS and 0 <= found.confidence <= 1
    assert np.allclose([span.turn_s for span in found.spans], 1.5 + 3.0 * (np.arange(REPS) + 0.5), atol=0.25)
    energy = motion_energy(raised)
    assert energy.channels == ("change_per_s",)
    resting = energy["change_per_s"][(energy.time < 1.2) | (energy.time > raised.time[-1] - 1.0)]
    moving = energy["change_per_s"][(energy.time > 2.0) & (energy.time < 14.0)]
    assert moving.mean() > 4 * resting.mean()


@settings(max_examples=5, deadline=None)
@given(seed=some.integers(0, 10_000), palest=some.floats(0.2, 0.8))
def test_silhouettes_do_not_depend_on_the_scale_of_a_frame(raised, seed, palest):
    draw = np.random.default_rng(seed)
    part = slice(0, 48)
    time, values = raised.time[part], (raised.values[part] - 15) / 25
    steep, shift = (draw.uniform(low, high, (48, 1, 1)) for low, high in ((palest, 1.0), (0.0, 0.2)))
    alike = silhouettes(ThermalRecording(time, values, "relative"))
    scaled = silhouettes(ThermalRecording(time, values * steep + shift, "relative"))
    assert scaled.found.all() and alike.found.all()
    assert (scaled.mask ^ alike.mask).sum() < 0.03 * alike.mask.sum()


def test_a_lamp_on_the_wall_and_a_shutter_that_freezes_change_nothing(raised):
    lit = raises(lamp=True)
    frozen = lit.values.copy()
    frozen[60:65] = frozen[60]
    seen = silhouettes(ThermalRecording(lit.time, frozen, "celsius"))
    assert seen.found.all() and not seen.mask[:, :, 125:].any()
    assert sum(each.count for each in thermal_sets(seen)) == REPS
    plain = silhouettes(raised)
    assert (seen.mask ^ plain.mask)[:60].sum() < 0.03 * plain.mask[:60].sum()


@pytest.mark.parametrize("unit", ["celsius", "relative"])
def test_nobody_is_found_in_an_empty_room_with_a_lamp(unit):
    draw = np.random.default_rng(2)
    values = np.stack([room(draw, lamp=True) for _ in range(20)])
    recording = ThermalRecording(np.arange(20) / RATE_HZ, values, "celsius")
    seen = silhouettes(recording if unit == "celsius" else as_relative(recording))
    assert not seen.found.any() and not seen.mask.any() and seen.people == 0
    assert thermal_sets(seen) == [] and np.isnan(motion_energy(seen).values).all()
    image = energy_image(seen, (0.0, 1.0))
    assert image.frames == 0 and image.silhouette.sum() == 0 and np.isnan(image.warmth).all()
    assert warmth_by_region(seen, 0.0, 2.0) == ()


def test_even_frames_single_pictures_and_lost_pixels_are_no_trouble():
    even = ThermalRecording(np.arange(9) / RATE_HZ, np.full((9, 30, 40), 22.0, dtype=np.float32), "celsius")
    assert not silhouettes(even).found.any() and thermal_sets(even) == []
    missing = ThermalRecording(np.arange(9) / RATE_HZ, np.full((9, 30, 40), np.nan, dtype=np.float32), "celsius")
    assert not silhouettes(missing).found.any() and thermal_sets(missing) == []
    draw = np.random.default_rng(0)
    image = room(draw)
    somebody(image, 70, 20)
    image[40:44, 60:66] = np.nan
    alone = silhouettes(ThermalRecording(np.zeros(1), image[None], "celsius"))
    assert alone.found.all() and alone.mask[0, 20, 70] and not alone.mask[0, :, 120:].any()
    assert thermal_sets(alone) == []


def test_of_two_people_the_one_who_moves_more_is_followed_and_told():
    seen = silhouettes(raises(others=(139,)))
    assert seen.people == 2 and any("2 warm bodies" in each for each in seen.warnings)
    assert seen.found.all() and not seen.mask[:, :, 122:].any()
    assert sum(each.count for each in thermal_sets(seen)) == REPS


def test_an_energy_image_is_the_mean_of_aligned_silhouettes_and_temperatures(raised):
    image = energy_image(raised, RepSpan(1.5, 3.0, 4.5, 1.0))
    assert image.silhouette.shape == image.warmth.shape == (64, 64) and image.frames == round(3 * RATE_HZ)
    assert image.silhouette.max() == pytest.approx(1.0) and image.silhouette.min() == 0.0
    assert 31.0 < np.nanmax(image.warmth) < 35.0 and np.isnan(image.warmth[0, 0])
    sideways = np.abs(image.silhouette - image.silhouette[:, ::-1]).mean()
    assert sideways < 0.03  # the person is symmetrical
    rows = np.flatnonzero(image.silhouette.max(axis=1) > 0.9)
    assert rows[0] < 8 and rows[-1] > 58  # and fills the picture
    still = energy_image(raises(still=True), (2.0, 6.0))
    between = lambda each: ((each.silhouette > 0.1) & (each.silhouette < 0.9)).mean()  # noqa: E731
    assert between(image) > 1.5 * between(still)
    again = energy_image(raised, (4.5, 7.5))
    assert np.abs(image.silhouette - again.silhouette).max() < 0.3  # a repetition like the other
    with pytest.raises(ValueError, match="expected a span"):
        energy_image(raised, (3.0, 3.0))


def test_warmth_is_told_by_region_as_an_indication_only():
    told = {each.region: each for each in warmth_by_region(raises(still=True, warmer_k=1.0), 1.0, 17.0)}
    assert told["head"].start_c == pytest.approx(34.0, abs=0.5)
    assert told["trunk"].start_c == pytest.approx(29.0, abs=0.4)
    assert told["trunk"].start_c + 0.8 < told["arms"].start_c < 31.7  # five pixels wide: trunk and room mix in
    assert told["legs"].start_c == pytest.approx(31.0, abs=1.0)
    assert told["legs"].change_k == pytest.approx(0.5, abs=0.15)  # of 0.65: shirt and hands are in it
    assert abs(told["head"].change_k) < 0.1 and abs(told["trunk"].change_k) < 0.1
    assert "not a diagnosis" in INDICATION
    assert warmth_by_region(as_relative(raises(reps=1)), 0.0, 5.0) == ()


def test_of_somebody_who_lies_only_the_whole_body_is_told():
    standing = raises(reps=1)
    lying = ThermalRecording(standing.time, standing.values.transpose(0, 2, 1), "celsius")
    told = {each.region: each for each in warmth_by_region(lying, 0.0, 6.0)}
    assert 28 < told["body"].start_c < 33 and all(np.isnan(told[part].start_c) for part in ("head", "arms", "legs"))


def test_warmth_of_the_studio_s_skin_is_read_within_a_degree():
    done = perform(find("high knees"), Athlete.sample(3), reps=1, seed=3)
    frames = thermal(done, thermal_camera(done), warmth=Warmth(fold_k=0.0), detector=Detector.perfect())
    told = {
        each.region: each for each in warmth_by_region(ThermalRecording(frames.time, frames.celsius, "celsius"), 0, 9)
    }
    assert told["head"].start_c > told["arms"].start_c > told["trunk"].start_c


def test_nothing_is_written(raised, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    thermal_sets(raised)
    energy_image(raised, (1.5, 4.5))
    warmth_by_region(raised, 1.5, 16.0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not PEOPLE.is_dir(), reason="needs the far-infrared pictures in ../shared/data")
def test_people_are_found_in_real_pictures_and_not_in_empty_ones():
    found = {
        folder: [bool(silhouettes(read_thermal(file)).found[0]) for file in sorted((PEOPLE / folder).glob("*.png"))]
        for folder in "12345"
    }
    with_people = [each for folder in "1234" for each in found[folder]]
    assert len(with_people) > 20 and np.mean(with_people) >= 0.85
    assert found["5"] and not any(found["5"])
