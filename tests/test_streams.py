"""Any mixture of cameras, inertial sensors and a thermal camera: one schema, no crash, and what each is worth."""

import re
import shutil
import sys
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from conftest import numbered, write_video

import formcheck
from formcheck.assess import Analysis
from formcheck.assess.unnamed import Count
from formcheck.body import Recording
from formcheck.cli import main
from formcheck.confirmed import joined, surer
from formcheck.exercises import find
from formcheck.pose.recorded import Recorded
from formcheck.report.footage import GROUND_RGB
from formcheck.reps import RepSpan
from formcheck.signals import Signal, uniform_clock
from formcheck.sources import SourceError, write_pose
from formcheck.sources.imu import read_imu
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.imu import imus
from formcheck.synthetic.metamotion import write_metamotion
from formcheck.synthetic.thermal import thermal, thermal_camera
from formcheck.synthetic.thermogram import write_centikelvin, write_coloured

REPS = 4
LATE_S = 0.8
MIXTURES = [chosen for number in (1, 2, 3) for chosen in combinations(("front", "imu", "thermal"), number)]


@pytest.fixture(scope="module")
def streams(tmp_path_factory):
    """The folder of one short set of squats as every device records it, and what was performed."""
    folder = tmp_path_factory.mktemp("streams")
    done = perform(find("squat"), Athlete.sample(3), REPS, seed=3, before_s=2.0)
    clip = done.at(uniform_clock(LATE_S, float(done.time[-1]), 30.0))
    for name, view in (("front", "front"), ("side", "side-left")):
        pose = clip.landmarks(done.camera(view), occlusion=False).shifted(-LATE_S)
        write_pose(folder / f"{name}.npz", pose)
    (folder / "imu").mkdir()
    write_metamotion(folder / "imu", "somebody", imus(done, 4), 4)
    seen = thermal(done, thermal_camera(done, frame_size=(80, 60)), 3)
    write_centikelvin(seen, folder / "thermal")
    write_coloured(seen, folder / "thermal.mp4")
    return folder


def given(streams, *names):
    paths = {"front": "front.npz", "side": "side.npz", "imu": "imu", "thermal": "thermal"}
    return {name: streams / paths[name] for name in names}


@pytest.mark.parametrize("mixture", MIXTURES, ids="+".join)
def test_every_mixture_gives_the_same_schema(streams, mixture, tmp_path):
    analysis = formcheck.analyze(**given(streams, *mixture), exercise="squat", out=tmp_path, overlay=False)
    assert Analysis.model_validate_json((tmp_path / "analysis.json").read_text()) == analysis
    (found,) = analysis.sets
    assert (found.exercise, found.count) == ("squat", REPS)
    assert found.counted_by == {"front": "camera"}.get(mixture[0], mixture[0])
    assert {each.kind for each in found.other_counts} == set(mixture[1:])
    assert [each.kind for each in analysis.streams if each.kind == "imu"] == ["imu"] * (4 if "imu" in mixture else 0)
    verdicts = {finding.verdict for rep in found.reps for finding in rep.judged}
    assert verdicts == {"not_judged"} if "front" not in mixture else "pass" in verdicts
    if "front" not in mixture:
        assert all("camera" in finding.reason for rep in found.reps for finding in rep.judged)
        assert found.score is None and not (tmp_path / "front.npz").exists()
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert ("Warmth" in page) == ("thermal" in mixture) and ("left wrist" in page) == ("imu" in mixture)
    assert ("counted the same" in page) == (len(mixture) > 1)


def test_streams_that_agree_make_a_count_surer_and_are_on_one_clock(streams):
    alone = formcheck.analyze(**given(streams, "front"), exercise="squat")
    all_of_them = formcheck.analyze(**given(streams, "front", "imu", "thermal"), exercise="squat")
    assert all_of_them.sets[0].confidence > alone.sets[0].confidence
    assert {each.kind: each.agrees for each in all_of_them.sets[0].other_counts} == {"imu": True, "thermal": True}
    by_name = {stream.name: stream for stream in all_of_them.streams}
    assert by_name["front"].clock == "reference" and by_name["front"].offset_error_s is None
    assert by_name["thermal"].offset_s == pytest.approx(-LATE_S, abs=0.2)  # its first picture is not at 0 either
    assert by_name["wrist_left"].clock == "motion" and by_name["wrist_left"].offset_error_s < 0.1


def test_two_cameras_and_sensors_are_judged_by_the_cameras(streams):
    analysis = formcheck.analyze(**given(streams, "front", "side", "imu"), exercise="squat")
    assert {stream.name: stream.kind for stream in analysis.streams}["side"] == "camera"
    assert {finding.stream for rep in analysis.sets[0].reps for finding in rep.judged} == {"front", "side"}
    assert analysis.sets[0].other_counts[0].kind == "imu"


def test_a_second_camera_alone_is_the_first(streams):
    analysis = formcheck.analyze(side=streams / "side.npz", exercise="squat")
    assert analysis.streams[0].name == "front" and analysis.sets[0].count == REPS


def test_sensors_alone_are_named_or_left_unnamed_without_an_exercise(streams):
    (found,) = formcheck.analyze(imu=streams / "imu").sets
    assert found.count == REPS and found.recognised is not None
    assert found.exercise in ("squat", "unnamed") or found.recognised[0].probability < 1.0


def test_one_dead_sensor_is_left_out_with_a_warning(streams, tmp_path):
    shutil.copytree(streams / "imu", tmp_path / "imu")
    (dead,) = (tmp_path / "imu").glob("*wrist-left*Accelerometer*")
    header, *rows = dead.read_text().splitlines()
    still = [",".join([*row.split(",")[:3], "0.000", "0.000", "0.000"]) for row in rows]
    dead.write_text("\n".join([header, *still]) + "\n")
    analysis = formcheck.analyze(streams / "front.npz", imu=tmp_path / "imu", exercise="squat")
    assert analysis.sets[0].count == REPS
    assert any("wrist left" in warning or "wrist_left" in warning for warning in analysis.warnings)


def test_a_thermal_folder_without_some_of_its_frames_is_used(streams, tmp_path):
    shutil.copytree(streams / "thermal", tmp_path / "thermal")
    for frame in sorted((tmp_path / "thermal").glob("*.tiff"))[40:46]:
        frame.unlink()
    analysis = formcheck.analyze(thermal=tmp_path / "thermal", exercise="squat")
    assert abs(analysis.sets[0].count - REPS) <= 1 and analysis.streams[0].kind == "thermal"


def test_clocks_an_hour_apart_are_told_and_the_streams_still_come_together(streams, tmp_path):
    shutil.copytree(streams / "thermal", tmp_path / "thermal")
    table = tmp_path / "thermal" / "timestamps.csv"
    started_s = read_imu(streams / "imu").started_s
    assert started_s is not None
    header, *rows = table.read_text().splitlines()
    later = [(name, started_s + 3600.0 + float(at)) for name, at in (row.split(",") for row in rows)]
    table.write_text("\n".join([header, *(f"{name},{at:.4f}" for name, at in later)]) + "\n")
    analysis = formcheck.analyze(imu=streams / "imu", thermal=tmp_path / "thermal", exercise="squat")
    assert any("1 h apart" in warning for warning in analysis.warnings)
    stream = next(stream for stream in analysis.streams if stream.kind == "thermal")
    assert stream.clock == "motion" and abs(stream.offset_s) < 1.0 and analysis.sets[0].count == REPS


def test_a_coloured_thermal_video_says_how_it_was_understood(streams):
    analysis = formcheck.analyze(streams / "front.npz", thermal=streams / "thermal.mp4", exercise="squat")
    stream = next(stream for stream in analysis.streams if stream.kind == "thermal")
    assert "ironbow" in stream.how and stream.clock == "motion"


@pytest.mark.parametrize("broken", ["front", "imu", "thermal"])
def test_a_broken_stream_is_left_aside_and_told(streams, tmp_path, broken):
    paths = given(streams, "front", "imu", "thermal")
    paths[broken] = tmp_path / ("broken.npz" if broken == "front" else broken)
    if broken == "front":
        paths[broken].write_bytes(b"PK\x03\x04 broken")
    else:
        paths[broken].mkdir()
        (paths[broken] / "frame_00001.tiff").write_bytes(b"II*\x00 nothing")
    analysis = formcheck.analyze(**paths, exercise="squat")
    assert analysis.sets[0].count == REPS
    assert any("left aside" in warning for warning in analysis.warnings)
    with pytest.raises(SourceError):
        formcheck.analyze(**{broken: paths[broken]}, exercise="squat")


def test_a_path_that_does_not_exist_is_an_error_even_beside_others(streams, tmp_path):
    with pytest.raises(SourceError, match="no such"):
        formcheck.analyze(streams / "front.npz", imu=tmp_path / "nowhere", exercise="squat")


def test_somebody_elses_sensors_are_left_aside_or_doubted(streams, tmp_path):
    """Sensors that lay on a table say nothing about when."""
    time = uniform_clock(0.0, 20.0, 50.0)
    rest = np.zeros((len(time), 6)) + [0.0, 0.0, 9.81, 0.0, 0.0, 0.0]
    rest += np.random.default_rng(1).normal(0.0, 0.02, rest.shape)
    names = ("acc_x_m_s2", "acc_y_m_s2", "acc_z_m_s2", "gyro_x_deg_s", "gyro_y_deg_s", "gyro_z_deg_s")
    rows = [",".join(["time_s", *names])]
    rows += [",".join(f"{value:.4f}" for value in (at, *row)) for at, row in zip(time, rest, strict=True)]
    (tmp_path / "wrist-left.csv").write_text("\n".join(rows) + "\n")
    analysis = formcheck.analyze(streams / "front.npz", imu=tmp_path / "wrist-left.csv", exercise="squat")
    assert analysis.sets[0].count == REPS
    sensor = next(stream for stream in analysis.streams if stream.kind == "imu")
    assert sensor.clock == "not aligned" and any("left aside" in warning for warning in analysis.warnings)


def test_privacy_leaves_no_picture_of_the_person(streams, tmp_path):
    """A video's pictures are told apart from drawings by the plain ground of these."""
    done = perform(find("squat"), Athlete.sample(3), 2, seed=3)
    pose = done.landmarks(done.camera("front", frame_size=(160, 90)), occlusion=False)
    video = write_video(tmp_path / "me.mp4", [numbered(at) for at in range(len(pose))], pose.time)
    for private in (False, True):
        out = tmp_path / f"private-{private}"
        analysis = formcheck.analyze(
            video,
            thermal=streams / "thermal",
            exercise="squat",
            out=out,
            private=private,
            estimator=lambda: Recorded(pose),
        )
        assert analysis.private == private and analysis.sets[0].count == 2
        pictures = {path.name for path in out.rglob("*") if path.suffix in (".mp4", ".png", ".jpg", ".jpeg")}
        page = (out / "report.html").read_text(encoding="utf-8")
        drawn = [_drawn(uri) for uri in re.findall(r'src="data:image/jpeg;base64,([^"]+)"', page)]
        assert drawn, "the skeleton is drawn either way"
        assert all(drawn) is private, "an expert is drawn either way"
        assert pictures <= {"beside.mp4", "coach.png"} if private else "overlay.mp4" in pictures
        assert ("mean silhouette" in page) is not private and ("no picture of you was kept" in page) is private


def _drawn(uri):
    """Whether a picture is mostly plain ground, which the video has nowhere."""
    import base64

    import cv2

    image = cv2.imdecode(np.frombuffer(base64.b64decode(uri), dtype=np.uint8), cv2.IMREAD_COLOR)[..., ::-1].astype(int)
    return bool((np.abs(image - GROUND_RGB).max(axis=2) < 12).mean() > 0.5)


def test_nothing_given_is_one_line_and_exit_2(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["formcheck", "analyze"])
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr().err.strip()
    assert stop.value.code == 2 and "expected a recording" in said and "--imu" in said and len(said.splitlines()) == 1


def test_the_command_takes_sensors_without_a_video(streams, tmp_path, monkeypatch, capsys):
    arguments = ["--imu", str(streams / "imu"), "--exercise", "squat", "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["formcheck", "analyze", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
        sys.exit(0)
    assert not stop.value.code and f"Squat: {REPS} repetitions" in capsys.readouterr().out
    assert not (tmp_path / "out" / "overlay.mp4").exists() and (tmp_path / "out" / "cues.srt").exists()


def test_a_hold_is_not_timed_without_a_camera(streams):
    analysis = formcheck.analyze(imu=streams / "imu", exercise="plank")
    assert not analysis.sets and any("camera only" in warning for warning in analysis.warnings)


def counts(number, sure=0.9):
    spans = tuple(RepSpan(2.0 * at, 2.0 * at + 1.0, 2.0 * at + 2.0, 1.0) for at in range(number))
    time = uniform_clock(0.0, 2.0 * number, 20.0)
    return Count(spans, sure, time, np.sin(time), "way of wrist_left")


def test_agreement_raises_and_disagreement_lowers_the_confidence():
    assert surer(0.7, 0.9, True) > 0.9 > 0.7 > surer(0.7, 0.9, False)
    assert surer(0.7, None, False) < 0.7 < surer(0.7, 0.3, True)
    time = uniform_clock(0.0, 20.0, 50.0)
    sensors = {"wrist_left": Signal(time, np.zeros((len(time), 1)), ("acc_x_m_s2",))}
    recording = Recording(imu=sensors, thermal=Signal(time, np.ones((len(time), 1)), ("change_per_s",)))
    (same,), said = joined((), {"imu": [counts(5)], "thermal": [counts(5)]}, recording, find("squat"))
    assert same.confidence > 0.9 and not said and same.other_counts[0].agrees
    (other,), said = joined((), {"imu": [counts(5)], "thermal": [counts(6)]}, recording, find("squat"))
    assert other.count == 5 and other.confidence < 0.9 and "thermal camera counted" in said[0]
    (silent,), said = joined((), {"imu": [counts(5)], "thermal": []}, recording, find("squat"))
    assert silent.confidence < 0.9 and silent.other_counts[0].count == 0


def test_the_schema_says_what_kind_of_stream_it_was():
    from formcheck.assess import Stream

    old = {"name": "front", "file": "a.mp4", "view": "front", "mirrored": False, "duration_s": 1.0, "frames": 30}
    stream = Stream.model_validate(old | {"rate_hz": 30.0, "frame_size": (2, 2), "found": 1.0, "offset_s": 0.0})
    assert stream.kind == "camera" and stream.clock == "reference" and Path(stream.file).suffix == ".mp4"
