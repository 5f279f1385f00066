"""Thermal recordings read: units found and said, times, palettes turned back, and everything that may be wrong."""

import json

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from PIL import Image

from formcheck.sources import SourceError
from formcheck.sources.thermal import ASSUMED_HZ, ThermalRecording, formats, read_thermal
from formcheck.sources.thermal.celsius import to_celsius
from formcheck.sources.thermal.palette import Reading, palettes, places, recognised
from formcheck.synthetic.heat import KELVIN
from formcheck.synthetic.thermal import Thermogram
from formcheck.synthetic.thermogram import ironbow, write_centikelvin, write_coloured


def warm_disc(frames=6, height=24, width=32):
    """A disc at 34 degrees that moves to the right in a room of 20 to 22, and its instants."""
    down, across = np.mgrid[:height, :width]
    room = 20.0 + 2.0 * (height - down) / height
    celsius = [np.where((across - 8 - at) ** 2 + (down - 12) ** 2 < 25, 34.0, room) for at in range(frames)]
    return 0.3 + np.arange(frames) / 8.0, np.stack(celsius).astype(np.float32)


@pytest.fixture
def thermogram():
    time, celsius = warm_disc()
    return Thermogram(time, celsius + np.float32(KELVIN))


def write_pictures(folder, counts, suffix="tiff"):
    folder.mkdir(exist_ok=True)
    for at, frame in enumerate(counts):
        Image.fromarray(frame).save(folder / f"{at + 1}.{suffix}")
    return folder


def test_every_format_is_one_file_that_says_what_it_is():
    assert len(formats()) >= 3
    assert all(len(each.FORMAT) > 10 and callable(each.recognises) and callable(each.read) for each in formats())


def test_centikelvin_frames_come_back_with_their_times(thermogram, tmp_path):
    write_centikelvin(thermogram, tmp_path / "frames")
    read = read_thermal(tmp_path / "frames")
    assert read.unit == "celsius" and read.warnings == ()
    assert "centi-kelvin" in read.how and "timestamps.csv" in read.how
    assert np.abs(read.values - thermogram.celsius).max() < 0.006
    assert read.first_s == pytest.approx(0.3) and np.allclose(read.time, thermogram.time - 0.3)
    assert read.started_s is None


@pytest.mark.parametrize(
    ("name", "factor", "shift", "suffix"),
    [
        ("centi-kelvin", 100.0, KELVIN, "png"),
        ("deci-kelvin", 10.0, KELVIN, "tiff"),
        ("centi-Celsius", 100.0, 0.0, "png"),
        ("deci-Celsius", 10.0, 0.0, "tiff"),
        ("1/64 kelvin", 64.0, KELVIN, "png"),
        ("Celsius", 1.0, 0.0, "tiff"),
    ],
)
def test_the_unit_of_whole_numbers_is_found_and_said(name, factor, shift, suffix, tmp_path):
    _, celsius = warm_disc()
    counts = np.round((celsius + shift) * factor).astype(np.uint16)
    read = read_thermal(write_pictures(tmp_path / "frames", counts, suffix))
    assert read.unit == "celsius" and f"temperatures in {name}," in read.how
    assert np.abs(read.values - celsius).max() <= 0.51 / factor + 1e-4
    assert np.allclose(read.time, np.arange(6) / ASSUMED_HZ) and "assumed" in read.how
    assert (name == "centi-kelvin") == (not any("no centi-kelvin" in each for each in read.warnings))


@settings(max_examples=40, deadline=None)
@given(
    room=some.floats(12, 26),  # in warmer rooms 29.00 and 31.00 may be 290.0 and 310.0 K
    person=some.floats(31, 38),
    kind=some.sampled_from([(100.0, KELVIN, "centi-kelvin"), (100.0, 0.0, "centi-Celsius"), (64.0, KELVIN, "1/64")]),
)
def test_no_room_with_a_person_is_taken_for_another_unit(room, person, kind):
    factor, shift, name = kind
    frame = np.full((1, 20, 20), room)
    frame[:, 5:15, 8:12] = person
    found = to_celsius(np.round((frame + shift) * factor).astype(np.float32))
    assert found is not None and name in found[1]
    assert np.abs(found[0] - frame).max() < 0.02


def test_a_declared_unit_is_obeyed_and_an_unknown_one_refused(tmp_path):
    counts = np.full((2, 8, 8), 2950, dtype=np.uint16)
    folder = write_pictures(tmp_path / "even", counts)
    assert read_thermal(folder, unit="deci-kelvin").values.mean() == pytest.approx(21.85, abs=1e-3)
    guessed = read_thermal(folder)
    assert any("could be" in each for each in guessed.warnings)  # nothing in an even frame tells the two apart
    with pytest.raises(SourceError, match="expected a unit of centi-kelvin"):
        read_thermal(folder, unit="Reaumur")


def test_raw_counts_are_relative_and_said_to_be(tmp_path):
    counts = np.random.default_rng(0).integers(7000, 9000, (3, 12, 16)).astype(np.uint16)
    read = read_thermal(write_pictures(tmp_path / "raw", counts))
    assert read.unit == "relative" and read.values.min() == 0 and read.values.max() == 1
    assert any("no temperatures" in each for each in read.warnings)


def test_frames_in_one_tiff_and_floats(tmp_path):
    _, celsius = warm_disc()
    pages = [Image.fromarray(frame) for frame in celsius]
    pages[0].save(tmp_path / "all.tiff", save_all=True, append_images=pages[1:])
    read = read_thermal(tmp_path / "all.tiff", rate_hz=25.0)
    assert read.values.shape == celsius.shape and np.allclose(read.values, celsius)
    assert np.allclose(read.time, np.arange(6) / 25) and "declared" in read.how


def test_damaged_and_odd_pictures_are_left_out_and_told(thermogram, tmp_path):
    folder = tmp_path / "frames"
    write_centikelvin(thermogram, folder)
    third = folder / "frame_00003.tiff"
    third.write_bytes(third.read_bytes()[:200])
    Image.fromarray(np.full((10, 10), 29000, dtype=np.uint16)).save(folder / "frame_00005.tiff")
    read = read_thermal(folder)
    assert len(read) == 4 and np.allclose(read.time, (thermogram.time - thermogram.time[0])[[0, 1, 3, 5]])
    assert any("frame_00003.tiff" in each for each in read.warnings)
    assert any("frame_00005.tiff" in each and "10 x 10" in each for each in read.warnings)


def test_nothing_to_read_says_what_to_do(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken.tiff").write_bytes(b"II*\0\x08\0\0\0")
    (tmp_path / "film.mp4").write_bytes(b"nothing")
    (tmp_path / "notes.docx").write_bytes(b"nothing")
    for name in ("empty", "missing", "broken.tiff", "film.mp4", "notes.docx"):
        with pytest.raises(SourceError, match="expected"):
            read_thermal(tmp_path / name)


def test_times_since_1970_and_out_of_order(thermogram, tmp_path):
    folder = tmp_path / "frames"
    write_centikelvin(thermogram, folder)
    rows = [f"frame_{at:05d}.tiff,{1_700_000_000_000 + 100 * (7 - at)}" for at in range(1, 7)]
    rows[2] = rows[1].replace("00002", "00003")  # a time twice
    (folder / "timestamps.csv").write_text("file,time_ms\n" + "\n".join(rows) + "\nframe_00099.tiff,5\n")
    read = read_thermal(folder)
    # milliseconds by the name of the column
    assert read.started_s == pytest.approx(1_700_000_000.1) and len(read) == 5
    assert np.allclose(np.diff(read.time), [0.1, 0.1, 0.2, 0.1], atol=1e-6)
    assert np.allclose(read.values[0], thermogram.celsius[5], atol=0.01)
    assert len(read.warnings) == 3
    (folder / "timestamps.csv").write_text("nothing\n")
    assert any("left out" in each for each in read_thermal(folder).warnings)


# --- Text


def test_a_table_a_frame_with_missing_pixels(tmp_path):
    _, celsius = warm_disc()
    celsius[0, 3, 4] = np.nan
    for at, frame in enumerate(celsius):
        np.savetxt(tmp_path / f"frame_{at}.csv", frame, fmt="%.2f", delimiter=";", header="Frame 1", comments="")
    (tmp_path / "frame_9.csv").write_text("NaN;NaN;NaN;NaN\n" * 24)
    read = read_thermal(tmp_path)
    assert read.unit == "celsius" and read.values.shape == celsius.shape and np.isnan(read.values[0, 3, 4])
    assert np.nanmax(np.abs(read.values - celsius)) < 0.006
    assert any("frame_9.csv" in each for each in read.warnings)


def test_one_table_with_a_row_a_frame(tmp_path):
    time, celsius = warm_disc()
    for names in ([f"r{row}c{column}" for row in range(24) for column in range(32)], [str(at) for at in range(768)]):
        rows = [
            ",".join([f"{when:.3f}", *(f"{each * 1.8 + 32:.2f}" for each in frame.ravel())])
            for when, frame in zip(time, celsius, strict=True)
        ]
        path = tmp_path / "table.csv"
        path.write_text("\n".join([",".join(["time_s", *names]), *rows]) + "\n")
        read = read_thermal(path)
        assert "Fahrenheit" in read.how and np.abs(read.values - celsius).max() < 0.01
        assert np.allclose(read.time, time - time[0], atol=1e-3) and read.first_s == pytest.approx(0.3)
    path.write_text("time_s,a,b,c\n0,20,21,22\n")
    with pytest.raises(SourceError, match="pixels of a frame"):
        read_thermal(path)
    path.write_text("nan,nan,nan,nan\n" * 6)
    with pytest.raises(SourceError, match="expected frames of temperatures"):
        read_thermal(path)


# --- Colours


@pytest.mark.parametrize("name", sorted(palettes()))
def test_every_palette_is_recognised_and_turned_back(name):
    _, celsius = warm_disc()
    noise = np.random.default_rng(1).normal(0, 0.3, celsius.shape)
    share = np.clip((celsius + noise - 18) / 18, 0, 1)
    pictures = list(palettes()[name][np.round(share * 255).astype(int)])
    reading = recognised(pictures)
    assert reading.palette == name and name in reading.words
    assert np.abs(places(pictures[0], reading) - share[0]).mean() < 0.01


def test_the_studio_s_own_palette_is_known():
    assert np.array_equal(palettes()["ironbow"], ironbow())


def test_grey_may_be_white_hot_or_black_hot_and_other_colours_are_brightness():
    _, celsius = warm_disc()
    grey = np.round((celsius - 18) / 18 * 255).astype(np.uint8)
    white = [np.repeat(frame[..., None], 3, axis=2) for frame in grey]
    assert recognised(white) == Reading("white-hot", 0.0)
    assert recognised([255 - frame for frame in white]) == Reading("black-hot", 0.0)
    inverted = places(255 - white[0], Reading("black-hot", 0.0))
    assert np.allclose(inverted, places(white[0], Reading("white-hot", 0.0)), atol=1e-6)
    strange = [np.stack([frame, 255 - frame, frame // 2], axis=2) for frame in grey]
    assert recognised(strange).palette is None and "brightness" in recognised(strange).words
    assert recognised(strange, "jet").palette == "jet"
    with pytest.raises(SourceError, match="expected a palette of"):
        recognised(white, "ironbrow")


def test_coloured_video_with_and_without_its_scale(thermogram, tmp_path):
    path = tmp_path / "film.mp4"
    write_coloured(thermogram, path)
    told = read_thermal(path)
    assert told.unit == "celsius" and "ironbow" in told.how and told.first_s == pytest.approx(0.3)
    small = np.stack([cv2.resize(frame, (32, 24), interpolation=cv2.INTER_AREA) for frame in told.values])
    assert np.abs(small - thermogram.celsius).mean() < 0.35  # edges are blurred by the enlargement
    scale = json.loads(path.with_suffix(".json").read_text())
    path.with_suffix(".json").write_text(json.dumps(scale | {"palette": "rainbow"}))
    other = read_thermal(path)
    assert other.unit == "relative" and any("rainbow" in each for each in other.warnings)
    path.with_suffix(".json").write_text("{")
    assert any("was left out" in each for each in read_thermal(path).warnings)
    path.with_suffix(".json").unlink()
    alone = read_thermal(path)
    assert alone.unit == "relative" and alone.warnings == () and 0 <= alone.values.min() < alone.values.max() <= 1
    assert alone.values.shape == told.values.shape == (6, 96, 128)  # enlarged four times by the camera


def test_a_folder_of_coloured_pictures(tmp_path):
    _, celsius = warm_disc()
    for at, frame in enumerate(celsius):
        coloured = cv2.applyColorMap(np.round((frame - 18) / 18 * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)
        cv2.imwrite(str(tmp_path / f"{at}.png"), coloured)
    read = read_thermal(tmp_path)
    assert read.unit == "relative" and "inferno" in read.how
    assert np.abs(read.values - (celsius - 18) / 18).max() < 0.02


def test_a_recording_checks_itself():
    with pytest.raises(ValueError, match="expected values of shape"):
        ThermalRecording(np.arange(3.0), np.zeros((2, 4, 4), dtype=np.float32), "celsius")
