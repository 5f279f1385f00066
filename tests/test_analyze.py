"""From a recording to files on disk, through the command line: what is written, what is said, how it ends."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from figures import squats, squatting
from typer.testing import CliRunner

import formcheck
from formcheck.assess import Analysis
from formcheck.body import COCO_17, KINECT_25
from formcheck.cli import app, main
from formcheck.coach import OutputError
from formcheck.exercises import catalogue, find
from formcheck.sources import write_pose
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.improvised import improvised

SCHEMA = Path(__file__).parent.parent / "docs" / "analysis.schema.json"
RESULTS = {"analysis.json", "report.html", "reps.csv", "cues.srt", "front.npz"}


@pytest.fixture
def side_view(tmp_path):
    """A pose file of three squats, the second one shallow, seen from the left."""
    path = tmp_path / "side.npz"
    write_pose(path, squatting(squats([120, 70, 120])[0], 90))
    return path


def run(monkeypatch, capsys, *arguments):
    """Exit code, standard output and standard error of the program."""
    monkeypatch.setattr(sys, "argv", ["formcheck", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
        sys.exit(0)
    printed = capsys.readouterr()
    return stop.value.code or 0, printed.out, printed.err


def test_a_pose_file_becomes_everything_that_needs_no_picture(side_view, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    code, printed, _ = run(monkeypatch, capsys, "analyze", side_view, "--exercise", "Back_Squat", "--out", out)
    assert code == 0 and "3 repetitions" in printed and "report.html" in printed
    assert {path.name for path in out.iterdir()} >= RESULTS
    analysis = Analysis.model_validate_json((out / "analysis.json").read_text())
    assert analysis.sets[0].count == 3 and analysis.streams[0].view == "side-left"
    again = formcheck.analyze(out / "front.npz", exercise="squat")
    assert again.sets == analysis.sets


def test_quiet_prints_nothing(side_view, tmp_path, monkeypatch, capsys):
    arguments = ("analyze", side_view, "--exercise", "squat", "--out", tmp_path, "--quiet", "--no-overlay")
    assert run(monkeypatch, capsys, *arguments) == (0, "", "")


def test_the_schema_that_is_published_is_the_one_in_force(monkeypatch, capsys):
    code, printed, _ = run(monkeypatch, capsys, "schema")
    assert code == 0
    assert json.loads(printed) == json.loads(SCHEMA.read_text()), "formcheck schema > docs/analysis.schema.json"
    rep = json.loads(printed)["$defs"]["Rep"]["properties"]
    assert {"index", "start_s", "turn_s", "end_s", "complete", "score", "findings"} <= set(rep)


def test_a_mirror_image_swaps_the_persons_sides(side_view):
    plain, mirrored = (formcheck.analyze(side_view, exercise="squat", mirrored=flag) for flag in (False, True))
    assert (plain.streams[0].view, mirrored.streams[0].view) == ("side-left", "side-right")
    verdicts = [
        [[finding.verdict for finding in rep.findings] for rep in analysis.sets[0].reps]
        for analysis in (plain, mirrored)
    ]
    assert verdicts[0] == verdicts[1]


def test_two_views_that_start_apart_share_one_clock(tmp_path):
    knee_deg, _ = squats([120, 90, 115, 100], idle_s=3.0)
    front, side = tmp_path / "front.npz", tmp_path / "side.npz"
    write_pose(front, squatting(knee_deg, 0))
    write_pose(side, squatting(knee_deg[45:], -90))
    analysis = formcheck.analyze(front, side, exercise="squat")
    assert analysis.streams[1].offset_s == pytest.approx(1.5, abs=0.05)
    assert analysis.sets[0].count == 4
    assert {finding.stream for finding in analysis.sets[0].reps[1].findings} == {"front", "side"}


def test_a_second_view_of_something_else_is_left_out_with_a_warning(side_view, tmp_path):
    other = tmp_path / "other.npz"
    write_pose(other, squatting(np.zeros(200), 0))
    analysis = formcheck.analyze(side_view, other, exercise="squat")
    assert "could not be aligned" in analysis.warnings[0] and analysis.sets[0].count == 3


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("exercise", catalogue(), ids=lambda exercise: exercise.name)
@pytest.mark.parametrize(
    "pose",
    [
        squatting([10.0]),
        squatting(np.linspace(0, 110, 30), 90),
        squatting(squats([110] * 3, rate_hz=5)[0], 90, 5),
        squatting(squats([110] * 2, rate_hz=240)[0], 90, 240),
        replace(squatting(squats([110] * 3)[0], 90), world=None),
        squatting(squats([110] * 3)[0], 90).on(COCO_17),
        squatting(squats([110] * 3)[0], 0).on(KINECT_25),
    ],
    ids=["one frame", "one second", "5 fps", "240 fps", "2D only", "COCO", "Kinect"],
)
def test_odd_recordings_are_judged_as_far_as_they_go(pose, exercise, tmp_path):
    write_pose(tmp_path / "odd.npz", pose)
    analysis = formcheck.analyze(tmp_path / "odd.npz", exercise=exercise)
    for rep in (rep for each in analysis.sets for rep in each.reps):
        assert all((finding.verdict == "not_judged") == bool(finding.reason) for finding in rep.findings)


@pytest.mark.parametrize(
    ("name", "content", "exercise", "said"),
    [
        ("missing.mp4", None, "squat", "no such file"),
        ("text.mp4", b"not a video at all", "squat", "expected a video"),
        ("empty.mp4", b"", "squat", "expected a video"),
        ("broken.npz", b"PK\x03\x04 broken", "squat", "expected a pose file"),
        ("side.npz", None, "squatt lunges", "did you mean"),
    ],
)
def test_bad_input_is_one_clear_line_and_exit_2(
    name, content, exercise, said, side_view, tmp_path, monkeypatch, capsys
):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    code, _, error = run(monkeypatch, capsys, "analyze", path, "--exercise", exercise, "--out", tmp_path / "out")
    assert code == 2 and said in error and len(error.strip().splitlines()) == 1


def test_an_unknown_option_is_bad_input_too(side_view, monkeypatch, capsys):
    code, _, error = run(monkeypatch, capsys, "analyze", side_view, "--excercise", "squat")
    assert code == 2 and "--excercise" in error


def test_without_an_exercise_it_is_recognised_or_counted_without_a_name(tmp_path, monkeypatch, capsys):
    squats = perform(find("squat"), Athlete.sample(4), 3)
    scarecrow = perform(improvised(306), Athlete.sample(4), 4)
    for name, done in (("squats", squats), ("other", scarecrow)):
        write_pose(tmp_path / f"{name}.npz", done.landmarks(done.camera("side-left"), occlusion=False))
    code, said, _ = run(monkeypatch, capsys, "analyze", tmp_path / "squats.npz", "--out", tmp_path / "one")
    assert code == 0 and "Squat: 3 repetitions" in said and "Recognised by how you move" in said
    assert "Recognised by how you move" in (tmp_path / "one" / "report.html").read_text(encoding="utf-8")
    code, said, _ = run(monkeypatch, capsys, "analyze", tmp_path / "other.npz", "--out", tmp_path / "two")
    assert code == 0 and "Unnamed exercise: 4 repetitions" in said
    assert "Say which exercise this is" in (tmp_path / "two" / "report.html").read_text(encoding="utf-8")


def test_no_repetition_is_exit_1_with_a_report_that_says_so(tmp_path, monkeypatch, capsys):
    still = tmp_path / "still.npz"
    write_pose(still, squatting(np.zeros(150), 90))
    out = tmp_path / "out"
    code, _, error = run(monkeypatch, capsys, "analyze", still, "--exercise", "squat", "--out", out)
    assert code == 1 and "No repetition of squat" in error
    assert Analysis.model_validate_json((out / "analysis.json").read_text()).sets == ()


@pytest.mark.usefixtures("model")
def test_a_video_without_a_person_is_exit_1_and_says_what_to_do(clip, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out"
    code, _, error = run(monkeypatch, capsys, "analyze", clip(30), "--exercise", "squat", "--out", out, "--quiet")
    assert code == 1 and "Nobody was found" in error and len(error.strip().splitlines()) == 1
    assert Analysis.model_validate_json((out / "analysis.json").read_text()).streams[0].found == 0.0


def test_a_person_in_a_tenth_of_the_frames_is_warned_about(tmp_path):
    pose = squatting(squats([110] * 4)[0], 90)
    lost = np.arange(len(pose)) >= len(pose) // 10
    image, world = pose.image.copy(), pose.world.copy()
    image[lost], world[lost] = np.nan, np.nan
    path = tmp_path / "lost.npz"
    write_pose(path, replace(pose, image=image, world=world))
    analysis = formcheck.analyze(path, exercise="squat")
    assert any("only 10% of the frames" in warning for warning in analysis.warnings)


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(side_view, tmp_path, monkeypatch, capsys):
    taken = tmp_path / "taken"
    taken.write_text("a file, not a folder")
    code, _, error = run(monkeypatch, capsys, "analyze", side_view, "--exercise", "squat", "--out", taken)
    assert code == 2 and "expected a folder to write to" in error and "--out" in error


def test_a_full_disk_leaves_no_half_written_file(side_view, tmp_path, monkeypatch):
    import formcheck.report.outputs as outputs

    def full(*_):
        raise OSError(28, "No space left on device")

    out = tmp_path / "out"
    monkeypatch.setattr(outputs.os, "replace", full)
    with pytest.raises(OutputError, match="No space left"):
        formcheck.analyze(side_view, exercise="squat", out=out)
    assert not [path for path in out.iterdir() if "part" in path.name or path.name in RESULTS - {"front.npz"}]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_in_the_middle_ends_with_130_and_leaves_no_half_written_file(tmp_path):
    path, out = tmp_path / "long.npz", tmp_path / "out"
    write_pose(path, squatting(squats([110] * 200)[0], 90))
    # A shell that runs the tests in the background has told its children to ignore Ctrl-C.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = [sys.executable, "-c", f"{heed}; from formcheck.cli import main; main()"]
    process = subprocess.Popen(
        [*program, "analyze", path, "--exercise", "squat", "--out", out],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 60
    while not (out / "front.npz").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(2)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Interrupted" in error and b"Traceback" not in error
    assert not [each.name for each in out.iterdir() if "part" in each.name]


def test_help_names_every_command():
    printed = CliRunner().invoke(app, ["--help"]).output
    assert all(command in printed for command in ("analyze", "demo", "evaluate", "schema"))
