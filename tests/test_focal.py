"""Focal lengths are told from who walks about before a tilted camera, from what a file states, or not at all."""

from __future__ import annotations

import json
import struct
import sys
from itertools import pairwise

import numpy as np
import pytest

from formcheck.calibration import CalibrationError, read_intrinsics
from formcheck.calibration.person import UNTOLD, USUAL, centred, focal_of
from formcheck.calibration.stance import stances
from formcheck.evaluation.focal import Shot, Told, focal_rows, told
from formcheck.exercises import find
from formcheck.sources import write_pose
from formcheck.sources.stated import KEY, stated_focal
from formcheck.synthetic import Athlete, perform

SHOTS = [Shot("walks about", tilt, seed) for tilt, seed in (("looks down", 31), ("looks up", 32), ("looks down", 33))]


def _exact(shot):
    performance = shot.performed()
    return performance.landmarks(shot.camera(performance), occlusion=False)


@pytest.fixture(scope="module")
def walk():
    """Exact landmarks of somebody who walks about before a camera that looks down."""
    return _exact(SHOTS[0])


def test_who_walks_before_a_tilted_camera_tells_its_focal_length(walk):
    found = focal_of(walk)
    assert abs(np.log(found.ratio / SHOTS[0].focal)) < min(0.12, 2 * found.error)
    performance = SHOTS[0].performed()
    true_deg = np.degrees(np.arcsin(SHOTS[0].camera(performance).axes[2, 1]))
    assert found.told and found.places > 8 and abs(found.pitch_deg - true_deg) < 4.0
    lens = centred(found.ratio, walk.frame_size)
    assert lens.focal_px == pytest.approx(found.ratio * 640) and lens.matrix[:2, 2].tolist() == [240.0, 320.0]


def test_errors_of_landmarks_stay_within_what_is_said(tmp_path):
    done = told(SHOTS, "fast mode", tmp_path)
    assert all(abs(each.off) < 2.5 * each.error for each in done)
    rows = focal_rows(done)
    assert len({len(row) for row in rows}) == 1 and [row[:3] for row in rows[1:3]] == [
        ("walks about", "looks up", "1"),
        ("walks about", "looks down", "2"),
    ]


def test_a_level_camera_tells_nothing_and_says_so():
    found = focal_of(_exact(Shot("walks about", "level", 35)))
    assert not found.told and abs(np.log(found.ratio / USUAL)) < 0.15


@pytest.mark.parametrize(("exercise", "view"), [("push-up", "side-left"), ("pull up", "front")])
def test_nobody_upright_is_an_error(exercise, view):
    performance = perform(find(exercise), Athlete.sample(3), 2, (), 3, 12.0)
    pose = performance.landmarks(performance.camera(view), occlusion=False)
    assert stances(pose).shape == (0, 3, 2)
    with pytest.raises(CalibrationError, match=r"several places, whole in the picture, got 0: walk about"):
        focal_of(pose)


def test_a_place_is_one_place_however_long_somebody_stands_there():
    performance = perform(find("shoulder press"), Athlete.sample(3), 3, (), 3, 12.0)
    assert len(stances(performance.landmarks(performance.camera(), occlusion=False))) <= 2


def test_what_counts_as_told_is_what_the_table_counts():
    shot = SHOTS[0]
    assert focal_rows([Told(shot, None)])[1][3] == "0" and Told(shot, None).error > UNTOLD


def _formcheck(*arguments, monkeypatch):
    from formcheck.cli import main

    monkeypatch.setattr(sys, "argv", ["formcheck", *map(str, arguments)])
    with pytest.raises(SystemExit) as done:
        main()
    return done.value.code


def test_the_command_writes_a_camera_or_says_what_to_do(tmp_path, monkeypatch, capsys, walk):
    write_pose(tmp_path / "walk.npz", walk)
    out = tmp_path / "camera.json"
    assert _formcheck("calibrate", tmp_path / "walk.npz", "--person", "--out", out, monkeypatch=monkeypatch) == 0
    lens = read_intrinsics(out).for_frames((960, 1280))
    assert abs(np.log(lens.focal_px / 1280 / SHOTS[0].focal)) < 0.12 and not any(lens.distortion)
    said = json.loads(out.read_text())
    assert said["by"] == "the person" and 5.0 < said["focal_error_px"] < 0.2 * said["matrix"][0][0]

    write_pose(tmp_path / "level.npz", _exact(Shot("walks about", "level", 35)))
    capsys.readouterr()
    left = tmp_path / "none.json"
    assert _formcheck("calibrate", tmp_path / "level.npz", "--person", "--out", left, monkeypatch=monkeypatch) == 2
    assert "tilt the camera down or up by 15 degrees" in capsys.readouterr().err and not left.exists()


def _box(kind, inside):
    return struct.pack(">I", 8 + len(inside)) + kind + inside


def _metadata(value):
    keys = _box(b"keys", bytes(4) + struct.pack(">II", 1, 8 + len(KEY)) + b"mdta" + KEY)
    listed = _box(b"ilst", _box(struct.pack(">I", 1), _box(b"data", struct.pack(">II", 1, 0) + value)))
    return _box(b"meta", _box(b"hdlr", bytes(8) + b"mdta" + bytes(13)) + keys + listed)


def _with_track_metadata(plain, value):
    """A QuickTime file whose first track has metadata of its own."""
    moov, trak = plain.rindex(b"moov") - 4, plain.rindex(b"trak") - 4
    more = _metadata(value)
    end = trak + struct.unpack(">I", plain[trak : trak + 4])[0]
    grown = bytearray(plain[:end] + more + plain[end:])
    for at in (moov, trak):
        grown[at : at + 4] = struct.pack(">I", struct.unpack(">I", plain[at : at + 4])[0] + len(more))
    return bytes(grown)


@pytest.mark.parametrize("value", [b"26", b"26.00mm"])
def test_a_phones_video_states_its_focal_length(clip, tmp_path, value):
    plain = clip(frames=4).read_bytes()
    file = tmp_path / "phone.mov"
    file.write_bytes(_with_track_metadata(plain, value))
    wanted = 26 / 43.27 * np.hypot(1920, 1080) / 1920
    assert stated_focal(file, (1920, 1080)) == pytest.approx(wanted)
    assert stated_focal(file, (1080, 1920)) == pytest.approx(wanted)


def test_a_file_that_states_nothing_or_is_cut_states_nothing(clip, tmp_path):
    whole = clip(frames=4)
    assert stated_focal(whole, (160, 90)) is None
    stated = _with_track_metadata(whole.read_bytes(), b"26")
    for length, _ in pairwise(range(0, len(stated), 97)):
        (tmp_path / "cut.mov").write_bytes(stated[:length])
        assert stated_focal(tmp_path / "cut.mov", (160, 90)) is None


def test_pictures_state_it_in_their_exif(tmp_path):
    from PIL import Image

    picture = Image.new("RGB", (64, 48))
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA405] = 28
    picture.save(tmp_path / "b.jpg")
    assert stated_focal(tmp_path, (64, 48)) is None
    picture.save(tmp_path / "a.jpg", exif=exif)
    for path in (tmp_path, tmp_path / "a.jpg"):
        assert stated_focal(path, (4000, 3000)) == pytest.approx(28 / 43.27 * 1.25)
