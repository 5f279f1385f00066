"""The live command: a camera, a film or landmarks in, JSON lines out."""

import json
import sys
import time

import numpy as np
import pytest
from conftest import number_of, numbered, write_video
from figures import squats, squatting

from formcheck.cli import main
from formcheck.sources import Played, Video, write_pose


def run(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["formcheck", "live", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
        sys.exit(0)
    told = capsys.readouterr()
    return stop.value.code, told.out, told.err


@pytest.mark.parametrize("exercise", [(), ("--exercise", "squat")])
def test_every_event_is_a_line_of_json(exercise, tmp_path, monkeypatch, capsys):
    write_pose(tmp_path / "side.npz", squatting(squats([120, 70, 120])[0], 90))
    code, out, _ = run(monkeypatch, capsys, tmp_path / "side.npz", *exercise)
    events = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [event["event"] for event in events] == ["repetition"] * 3 + ["set"]
    assert [event["count"] for event in events] == [1, 2, 3, 3]
    times_s = [event["time_s"] for event in events]
    assert times_s == sorted(times_s)
    if exercise:
        assert events[1]["cue"] and events[3]["advice"]


def test_nothing_to_count_is_exit_1(tmp_path, monkeypatch, capsys):
    write_pose(tmp_path / "still.npz", squatting(np.zeros(90), 90))
    code, out, error = run(monkeypatch, capsys, tmp_path / "still.npz", "--exercise", "squat")
    assert (code, out) == (1, "") and "no repetition was seen" in error


@pytest.mark.parametrize(
    ("source", "said"), [("97", "expected a camera with the number 97"), ("nowhere.mp4", "no such file")]
)
def test_a_source_that_is_not_there_is_one_clear_line_and_exit_2(source, said, monkeypatch, capsys):
    code, _, error = run(monkeypatch, capsys, source, "--exercise", "squat")
    assert code == 2 and said in error and len(error.strip().splitlines()) == 1


def test_a_recording_is_played_at_its_own_clock_and_late_pictures_are_left_out(tmp_path):
    write_video(tmp_path / "counted.mp4", [numbered(at) for at in range(20)], np.arange(20) / 20, rate=20)
    played = Played(Video(tmp_path / "counted.mp4"))
    began_s, shown = time.monotonic(), []
    for frame in played.frames():
        assert time.monotonic() - began_s > frame.time_s - 0.01  # never before it was taken
        shown.append(number_of(frame.image))
        if len(shown) == 5:
            time.sleep(0.4)  # somebody is slow: some eight pictures go by
    assert shown == sorted(shown) and shown[:5] == [0, 1, 2, 3, 4]
    assert shown[5] > 8 and shown[-1] == 19
