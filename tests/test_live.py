"""The live command: a camera, a film or landmarks in, JSON lines out."""

import json
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from conftest import number_of, numbered, write_video
from figures import squats, squatting

from formcheck.body import PoseSequence
from formcheck.cli import main
from formcheck.exercises import find
from formcheck.live import LiveCoach, replayed
from formcheck.predictor import shipped
from formcheck.sources import Played, Video, write_pose
from formcheck.synthetic import Athlete, perform


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
    events = [event for event in map(json.loads, out.splitlines()) if event["event"] != "named"]
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


def _performed(name: str, reps: int) -> PoseSequence:
    done = perform(find(name), Athlete.sample(4), reps, seed=4)
    return done.landmarks(done.camera("side-left"), occlusion=False)


def test_what_is_done_is_named_while_it_is_done_and_judged_from_then_on():
    pose = _performed("squat", 6)
    events = list(replayed(pose, LiveCoach(None, pose.skeleton, pose.frame_size, shipped())))
    at = [event.event for event in events].index("named")
    assert events[at].exercise == "squat" and 0 < at < 6
    reps = [event for event in events if event.event == "repetition"]
    assert [event.count for event in reps] == [1, 2, 3, 4, 5, 6]
    assert [bool(event.rep and event.rep.findings) for event in reps] == [False] * at + [True] * (6 - at)
    assert events[-1].event == "set" and events[-1].exercise == "squat"


def test_a_hold_is_named_though_nothing_is_repeated():
    pose = _performed("plank", 1)
    events = list(replayed(pose, LiveCoach(None, pose.skeleton, pose.frame_size, shipped())))
    assert (events[0].event, events[0].exercise) == ("named", "plank")
    assert events[-1].event == "set" and events[-1].count == 1


def test_a_set_that_is_over_is_not_told_again():
    pose = _performed("push-up", 5)
    still = np.arange(pose.time[-1] + 1 / 30, pose.time[-1] + 20.0, 1 / 30)
    held = [np.repeat(each[-1:], len(still), axis=0) for each in (pose.image, pose.world, pose.visibility)]
    longer = replace(
        pose,
        time=np.concatenate([pose.time, still]),
        image=np.concatenate([pose.image, held[0]]),
        world=np.concatenate([pose.world, held[1]]),
        visibility=np.concatenate([pose.visibility, held[2]]),
    )
    events = list(replayed(longer, LiveCoach(None, pose.skeleton, pose.frame_size)))
    assert [event.event for event in events] == ["repetition"] * 5 + ["set"]
