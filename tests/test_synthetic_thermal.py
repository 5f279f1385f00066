"""Synthetic thermal frames: skin over cloth over room, warmer with work; the camera's errors; the files."""

import csv
import itertools
import json
from dataclasses import replace

import av
import numpy as np
import pytest
from PIL import Image

from formcheck.exercises import catalogue, find
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.heat import KELVIN, MATERIALS, Warmth, coat, exertion_k, worked_s
from formcheck.synthetic.lens import Lens
from formcheck.synthetic.sway import Sway
from formcheck.synthetic.thermal import FRAME_SIZE, RATE_HZ, Detector, Thermogram, thermal, thermal_camera
from formcheck.synthetic.thermogram import coloured, ironbow, write_centikelvin, write_coloured

EXERCISES = [exercise for exercise in catalogue() if exercise.motion is not None]
EVEN = Warmth(fold_k=0.0, gradient_k_m=0.2)


@pytest.fixture(scope="module")
def squat():
    return perform(find("squat"), Athlete.sample(3), reps=1, seed=3)


@pytest.fixture(scope="module")
def frames(squat):
    """A few seconds as the camera gives them, with all its errors."""
    return thermal(squat, thermal_camera(squat), seed=3)


def shown(frames, at, camera, points):
    """Celsius at studio points (N, 3) in a frame."""
    column, row = np.floor(camera.project(points)).astype(int).T
    return frames.celsius[at][row, column]


def places(performance, *names):
    return np.stack([np.mean([performance.body.points[name] for name in group], axis=0) for group in names], axis=1)


def test_frames_are_those_of_a_small_camera(squat, frames):
    assert frames.kelvin.dtype == np.float32
    assert frames.kelvin.shape[1:] == FRAME_SIZE[::-1] == (120, 160)
    assert np.allclose(np.diff(frames.time), 1 / RATE_HZ)
    assert squat.time[0] <= frames.time[0] < squat.time[0] + 1 / RATE_HZ
    assert squat.time[-1] - 1 / RATE_HZ <= frames.time[-1] <= squat.time[-1]
    assert np.array_equal(frames.kelvin, thermal(squat, thermal_camera(squat), seed=3).kelvin)
    assert not np.array_equal(frames.kelvin[0], thermal(squat, thermal_camera(squat), seed=4).kelvin[0])


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_temperatures_are_plausible_in_every_exercise(exercise):
    done = perform(exercise, Athlete.sample(5), reps=1, seed=5)
    turn = done.reps[0].turn_s
    for view in ("front", "side-left"):
        camera = thermal_camera(done, view)
        celsius = thermal(done.at(np.arange(turn, turn + 0.3, 0.05)), camera, seed=5).celsius
        assert 14.0 < celsius.min() < 25.0
        assert 31.0 < celsius.max() < 40.0
        assert 16.0 < np.median(celsius) < 27.0
        warm = (celsius > np.median(celsius) + 4.0).mean()
        assert 0.01 < warm < 0.45  # a person, and not only a face


def test_skin_is_warmer_than_cloth_and_cloth_than_the_room(squat):
    camera = thermal_camera(squat)
    frames = thermal(squat, camera, warmth=EVEN, detector=Detector.perfect())
    for at in (0, len(frames.time) // 2, -1):
        now = squat.at(frames.time[[at]])
        skin = shown(frames, at, camera, places(now, ("mouth_left", "mouth_right"), *calves(), *forearms())[0])
        cloth = shown(frames, at, camera, places(now, ("t12",), ("l3", "t12"))[0])
        corner = frames.celsius[at][:10, :10]
        assert skin.min() > 29.5 and skin.max() < 36.0
        assert cloth.min() > 26.0 and cloth.max() < skin.min()
        assert corner.max() < 24.5 < cloth.min()


def calves():
    return [(f"knee_{side}", f"ankle_{side}") for side in ("left", "right")]


def forearms():
    return [(f"elbow_{side}", f"wrist_{side}") for side in ("left", "right")]


@pytest.mark.parametrize("seed", range(6))
def test_every_body_and_room_has_the_order_of_warmth(seed):
    done = perform(find("squat"), Athlete.sample(seed), reps=1)
    warmth = Warmth.sample(seed)
    surface = coat(done, False, warmth, seed)
    typical = {name: np.median(surface.rest_c[surface.material == at]) for at, name in enumerate(MATERIALS)}
    assert set(np.unique(surface.material)) == set(range(len(MATERIALS)))
    assert typical["skin"] > typical["hair"] > typical["shirt"] > typical["shorts"] > typical["shoes"]
    assert typical["shoes"] > warmth.room_c
    skin = surface.rest_c[surface.material == 0]
    assert skin.min() > 28.0 and skin.max() < 37.0
    assert np.ptp(skin) > 2.0  # a face is warmer than feet and hands


def test_silhouettes_are_those_of_the_body(squat):
    camera = thermal_camera(squat)
    frames = thermal(squat, camera, warmth=EVEN, detector=Detector.perfect())
    for at in (0, len(frames.time) // 2):
        rows, columns = np.nonzero(frames.celsius[at] > EVEN.room_c + 1.0)  # with the shoes
        now = squat.at(frames.time[[at]])
        outline = camera.project(now.outline()[0])
        assert np.abs([columns.min(), rows.min()] - outline.min(axis=0)).max() < 4.0
        assert np.abs([columns.max(), rows.max()] - outline.max(axis=0)).max() < 4.0
        joints = camera.project(
            places(now, *((f"{joint}_{side}",) for joint in JOINTS for side in ("left", "right")))[0]
        )
        column, row = np.floor(joints).astype(int).T
        assert (frames.celsius[at][row, column] > EVEN.room_c + 2.0).all()


JOINTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")


def test_a_thermal_camera_in_the_hand_shows_the_body_where_it_is_then(squat):
    still = thermal_camera(squat)
    held = replace(still, sway=Sway(strength=4.0, seed=2), lens=Lens(k1=-0.08))
    part = squat.at(np.arange(0.0, 2.0, 0.05))
    frames = thermal(part, held, warmth=EVEN, detector=Detector.perfect())
    on_tripod = thermal(part, still, warmth=EVEN, detector=Detector.perfect())
    for at, when in enumerate(frames.time):
        knees = held.at(frames.time).project(places(squat.at(frames.time), *calves()))[at]
        column, row = np.floor(knees).astype(int).T
        assert (frames.celsius[at][row, column] > 29.0).all(), when
    floor = [(each.celsius[:, -1, :] < EVEN.room_c - 1.0).mean() for each in (frames, on_tripod)]
    assert floor == [1.0, 1.0]
    assert np.abs(frames.celsius[0] - on_tripod.celsius[0]).max() > 5.0


def test_skin_cools_as_work_begins_and_warms_as_it_goes_on():
    rest, soon, late, later = exertion_k(np.array([0.0, 6.0, 60.0, 240.0]))
    assert rest == 0.0
    assert -0.6 < soon < -0.1
    assert 0.4 < late < later < 3.0
    done = perform(find("squat"), Athlete.sample(3), reps=16, seed=3)
    camera = thermal_camera(done)

    def calf_c(at_s):
        part = done.at(np.arange(at_s, at_s + 0.2, 0.05))
        frames = thermal(part, camera, warmth=EVEN, detector=Detector.perfect())
        return np.mean(shown(frames, 0, camera, places(done.at(frames.time[[0]]), *calves())[0]))

    before, begun, ended = calf_c(0.2), calf_c(done.reps[1].end_s), calf_c(done.reps[-1].end_s + 0.5)
    assert begun < before - 0.1
    assert ended > before + 0.3
    work = worked_s(done, done.time)
    assert work[0] == 0.0
    assert work[-1] == pytest.approx(sum(rep.end_s - rep.start_s for rep in done.reps))
    tired = thermal(done.at(np.array([0.0, 0.2])), camera, 1, replace(EVEN, worked_s=300.0), Detector.perfect())
    fresh = thermal(done.at(np.array([0.0, 0.2])), camera, 1, EVEN, Detector.perfect())
    assert 0.5 < tired.celsius.max() - fresh.celsius.max() < 3.0
    assert tired.celsius.min() == pytest.approx(fresh.celsius.min())


def test_a_detector_errs_by_what_it_says(squat):
    still = squat.at(np.arange(0.0, 1.0, 0.05))
    camera = thermal_camera(squat)

    def seen(**errors):
        plain = {"netd_k": 0.0, "pattern_k": 0.0, "offset_k": 0.0, "drift_k_min": 0.0, "shutter_s": np.inf}
        return thermal(still, camera, 7, EVEN, Detector(**{**plain, **errors})).kelvin

    perfect = seen()
    noise = seen(netd_k=0.1) - perfect
    assert noise.std() == pytest.approx(0.1, rel=0.03)
    assert np.abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 0.05
    pattern = seen(pattern_k=0.1) - perfect
    assert 0.03 < pattern[0].std() < 0.15
    assert np.corrcoef(pattern[0].ravel(), pattern[-1].ravel())[0, 1] > 0.99
    offset = seen(offset_k=0.8) - perfect
    assert offset.std() < 1e-3 < abs(offset.mean()) <= 1.6
    drift = seen(drift_k_min=3.0) - perfect
    assert (drift[-1].mean() - drift[0].mean()) / (drift[-2].mean() - drift[0].mean()) == pytest.approx(8 / 7, abs=0.15)
    assert seen(blur_px=2.0)[0].std() < seen(blur_px=0.0)[0].std()


def test_the_picture_stands_still_while_the_shutter_is_closed(squat):
    camera = thermal_camera(squat)
    closing = thermal(squat, camera, 3, detector=Detector(shutter_s=2.0, freeze_s=0.5)).kelvin
    frozen = np.array([np.array_equal(a, b) for a, b in itertools.pairwise(closing)])
    assert 0.1 < frozen.mean() < 0.4
    never = thermal(squat, camera, 3, detector=Detector(shutter_s=np.inf)).kelvin
    assert not any(np.array_equal(a, b) for a, b in itertools.pairwise(never))


def test_an_athlete_out_of_frame_says_so(squat):
    camera = thermal_camera(squat)
    with pytest.raises(ValueError, match="whole athlete"):
        thermal(squat, type(camera)(camera.position, camera.target, camera.focal_px * 3, camera.frame_size))
    with pytest.raises(ValueError, match="longer than a thermal frame"):
        thermal(squat.at(np.array([0.5, 0.501])), camera, seed=1)


def test_tiff_frames_hold_hundredths_of_a_kelvin_and_their_instants(frames, tmp_path):
    folder = tmp_path / "anna-squat-thermal"
    write_centikelvin(frames, folder)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [*(f"frame_{at + 1:05d}.tiff" for at in range(len(frames.time))), "timestamps.csv"]
    for at in (0, len(frames.time) - 1):
        with Image.open(folder / names[at]) as image:
            assert image.mode == "I;16"
            assert image.size == FRAME_SIZE
            counts = np.array(image)
        assert counts.dtype == np.uint16
        assert np.abs(counts / 100.0 - frames.kelvin[at]).max() < 0.0051
        assert 28_000 < counts.min() < counts.max() < 31_500
    with (folder / "timestamps.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows] == names[:-1]
    assert np.allclose([float(row["time_s"]) for row in rows], frames.time, atol=1e-4)
    with pytest.raises(FileExistsError, match="not there yet"):
        write_centikelvin(frames, folder)
    write_centikelvin(frames, tmp_path / "again")
    assert all((folder / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", folder.name]


def test_a_folder_that_cannot_be_written_leaves_nothing(frames, tmp_path):
    broken = Thermogram(frames.time[:3], frames.kelvin[:3].reshape(3, -1)[..., None, None])  # not pictures
    with pytest.raises((TypeError, ValueError)):
        write_centikelvin(broken, tmp_path / "x")
    with pytest.raises(OSError):
        write_centikelvin(frames, tmp_path / "missing" / "x")
    with pytest.raises(OSError):
        write_coloured(frames, tmp_path / "missing" / "x.mp4")
    assert not list(tmp_path.iterdir())


def test_the_palette_brightens_from_cold_to_warm():
    palette = ironbow()
    assert palette.shape == (256, 3)
    assert palette.dtype == np.uint8
    luma = palette @ [0.299, 0.587, 0.114]
    assert (np.diff(luma) >= -0.6).all() and luma[0] < 10 and luma[-1] > 240
    picture = coloured(np.array([[290.0, 300.0]] * 2, dtype=np.float32), 290.0 - KELVIN, 300.0 - KELVIN)
    assert picture.shape == (8, 8, 3)
    assert np.abs(picture[0, 0].astype(int) - palette[0]).max() < 20
    assert np.abs(picture[0, -1].astype(int) - palette[-1]).max() < 20


@pytest.mark.parametrize("span_c", [None, (18.0, 38.0)])
def test_coloured_video_shows_the_frames_on_a_scale_that_is_noted(frames, tmp_path, span_c):
    path = tmp_path / "thermal.mp4"
    frames = Thermogram(frames.time[5:17], frames.kelvin[5:17])
    write_coloured(frames, path, span_c)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        pictures = [
            (float(frame.pts * frame.time_base), frame.to_ndarray(format="rgb24")) for frame in container.decode(stream)
        ]
    assert len(pictures) == len(frames.time)
    assert pictures[0][1].shape == (480, 640, 3)
    assert np.allclose([when for when, _ in pictures], frames.time - frames.time[0], atol=1e-3)
    note = json.loads(path.with_suffix(".json").read_text())
    assert note["palette"] == "ironbow" and note["scale"] == ("frame" if span_c is None else "fixed")
    assert [row["time_s"] for row in note["frames"]] == pytest.approx(frames.time, abs=1e-4)
    luma = pictures[0][1] @ [0.299, 0.587, 0.114]
    small = luma.reshape(120, 4, 160, 4).mean(axis=(1, 3))
    order = np.corrcoef(small.ravel(), frames.celsius[0].ravel())[0, 1]
    assert order > 0.97
    low, high = (note["frames"][0][end] for end in ("low_c", "high_c"))
    expected = (frames.celsius[0].min(), frames.celsius[0].max()) if span_c is None else span_c
    assert (low, high) == pytest.approx(expected, abs=0.006)
    # The scale is enough to get back from colours to degrees, to what video keeps of them.
    bright = ironbow() @ [0.299, 0.587, 0.114]
    back = low + (high - low) * np.interp(small, np.maximum.accumulate(bright), np.linspace(0, 1, 256))
    assert np.abs(np.median(back - frames.celsius[0])) < 0.3
    write_coloured(frames, tmp_path / "again.mp4", span_c)
    assert (tmp_path / "again.mp4").read_bytes() == path.read_bytes()
    assert (tmp_path / "again.json").read_bytes() == path.with_suffix(".json").read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


def test_a_scale_that_is_none_says_so(frames, tmp_path):
    with pytest.raises(ValueError, match="lower and then the higher"):
        write_coloured(frames, tmp_path / "x.mp4", (30.0, 30.0))
