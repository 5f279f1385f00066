"""Bodies of a Kinect v2: tables of joints as KIMORE has them, written by the test, read, counted, and their damage."""

import sys

import numpy as np
import pytest
from openpyxl import Workbook

import formcheck
from formcheck.body import KINECT_25
from formcheck.cli import main
from formcheck.exercises import find
from formcheck.learn.datasets import inspect_dataset, open_dataset
from formcheck.learn.datasets.kimore import pose
from formcheck.sources import SourceError, open_kinect
from formcheck.synthetic import Athlete, perform

DISTANCE_M = 3.0


@pytest.fixture(scope="module")
def squats():
    """Three synthetic squats as a Kinect in front reports them: (T,) s, (T, 25, 4) x, y, z m and tracking state."""
    done = perform(find("squat"), Athlete.sample(3), 3, seed=3)
    seen = done.landmarks(done.camera("front"), occlusion=False).on(KINECT_25)
    assert seen.world is not None
    places = seen.world * [-1.0, -1.0, 1.0] + [0.0, 0.0, DISTANCE_M]
    state = np.where(np.isfinite(places).all(axis=2), 2.0, 0.0)
    return done.time, np.concatenate([np.nan_to_num(places), state[..., None]], axis=2)


def write(folder, squats, person="NE_ID7", exercise=5, group="CG/NotExpert", scores=(45, 12, 33)):
    """One recording in KIMORE's layout, blank lines and commas at the ends of lines included."""
    time, joints = squats
    raw = folder / group / person / f"Es{exercise}" / "Raw"
    raw.mkdir(parents=True)
    rows = ["", *(",".join(f"{value:.5f}" for value in frame.ravel()) + "," for frame in joints), ""]
    (raw / "JointPosition271114_122627.csv").write_text("\n\n".join(rows) + "\n")
    turns = [",".join(["0,0,0,1"] * 25) + "," for _ in joints]
    (raw / "JointOrientation271114_122627.csv").write_text("\n".join(turns) + "\n")
    (raw / "TimeStamp271114_122627.csv").write_text("".join(f"{9_000_000 + round(at * 1e7)},\n" for at in time))
    label = raw.parent / "Label"
    label.mkdir()
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Subject ID", *(f"clinical {kind} Ex#{exercise}" for kind in ("TS", "PO", "CF"))])
    sheet.append([person, *scores])
    book.save(label / f"ClinicalAssessment_{person}.xlsx")
    return raw


def test_a_table_of_joints_is_a_body_in_metres_on_its_own_clock(squats, tmp_path):
    raw = write(tmp_path, squats)
    found = open_kinect(raw / "JointPosition271114_122627.csv")
    body = found.sequence
    assert not found.warnings and body.skeleton is KINECT_25
    assert body.time == pytest.approx(squats[0] - squats[0][0], abs=1e-6)
    left, right, head, hip = (KINECT_25.index(name) for name in ("hip_left", "hip_right", "head", "hip_left"))
    assert (body.image[:, left, 0] > body.image[:, right, 0]).all()  # whoever faces the sensor
    ankle = KINECT_25.index("ankle_left")
    assert (body.image[:, ankle, 1] > body.image[:, hip, 1]).all() and np.isnan(body.image[:, head]).all()
    assert body.visibility[:, left].min() == 1.0 and body.visibility[:, head].max() == 0.0


def test_the_command_counts_and_judges_a_kinect_recording(squats, tmp_path, monkeypatch, capsys):
    raw = write(tmp_path, squats)
    arguments = [str(raw / "JointPosition271114_122627.csv"), "--exercise", "squat", "--out", str(tmp_path / "out")]
    monkeypatch.setattr(sys, "argv", ["formcheck", "analyze", *arguments, "--no-overlay"])
    with pytest.raises(SystemExit) as stop:
        main()
        sys.exit(0)
    assert not stop.value.code and "Squat: 3 repetitions" in capsys.readouterr().out
    analysis = formcheck.analyze(tmp_path / "out" / "front.npz", exercise="squat")
    assert analysis.sets[0].count == 3


def test_the_data_set_is_read_with_its_clinical_scores(squats, tmp_path):
    write(tmp_path, squats)
    write(tmp_path, squats, "S_ID2", 1, "GPP/Stroke", scores=(20.5, 8.5, 12.0))
    dataset = inspect_dataset(tmp_path)
    assert dataset.layout == "KIMORE" and not dataset.problems and not dataset.synthetic
    assert [(clip.person, clip.exercise) for clip in dataset.clips] == [
        ("NE_ID7", "squat"),
        ("S_ID2", "lifting of the arms"),
    ]
    healthy, patient = dataset.people
    assert healthy.facts["group"] == "not expert" and healthy.facts["clinical TS Ex#5"] == 45
    assert patient.facts["group"] == "stroke" and patient.facts["clinical CF Ex#1"] == 12
    assert dataset.clips[0].reps[0].correctness == pytest.approx(0.9)
    assert len(pose(dataset.clips[1])) == len(squats[0])
    assert any("NE_ID7 has no lifting of the arms" in note for note in dataset.notes)


def cut(line):
    return ",".join(line.split(",")[:60])


DAMAGE = {
    "a row cut off": (lambda raw: change(raw, cut), r"row 41 \(25 joints x x, y, z, state\), got 60"),
    "a word": (lambda raw: change(raw, lambda line: line.replace(line.split(",")[4], "left", 1)), r"row 41: .*left"),
    "no stamps": (lambda raw: next(raw.glob("Time*")).unlink(), "expected a TimeStamp file beside it"),
    "too few stamps": (lambda raw: next(raw.glob("Time*")).write_text("1,\n2,\n"), "2 time stamps for"),
    "no scores": (lambda raw: next(raw.parent.rglob("*.xlsx")).unlink(), "ClinicalAssessment workbook of NE_ID7"),
    "nobody": (lambda raw: joints(raw).write_text("\n".join([",".join(["0"] * 100)] * 9)), "nobody was before"),
    "empty": (lambda raw: joints(raw).write_text("\n\n"), "got an empty table"),
}


def joints(raw):
    return next(raw.glob("JointPosition*"))


def change(raw, how, line=40):
    lines = joints(raw).read_text().split("\n")
    lines[line] = how(lines[line])
    joints(raw).write_text("\n".join(lines))


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told(squats, tmp_path, name):
    damage, said = DAMAGE[name]
    damage(write(tmp_path, squats))
    problems = "\n".join(map(str, inspect_dataset(tmp_path).problems))
    import re

    assert re.search(said, problems), problems
    assert len(open_dataset(tmp_path, damaged="leave out").people) == 1


def test_scores_that_cannot_be_are_problems_and_left_out(squats, tmp_path):
    write(tmp_path, squats, scores=(75, 12, "good"))
    dataset = inspect_dataset(tmp_path)
    assert [str(each).split(": ", 1)[1] for each in dataset.problems] == [
        "expected a score from 0 to 50, got 75",
        "expected a score from 0 to 50, got 'good'",
    ]
    assert "clinical TS Ex#5" not in dataset.people[0].facts and not dataset.clips[0].reps


def test_without_time_stamps_thirty_frames_a_second_are_assumed_and_said(squats, tmp_path):
    raw = write(tmp_path, squats)
    next(raw.glob("Time*")).unlink()
    found = open_kinect(joints(raw))
    assert "30 frames a second were assumed" in found.warnings[0]
    assert np.diff(found.sequence.time) == pytest.approx(1 / 30)


def test_a_missing_table_is_an_error(tmp_path):
    with pytest.raises(SourceError, match="no such"):
        open_kinect(tmp_path / "JointPosition1.csv")
