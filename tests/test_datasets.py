"""Datasets: written with synthetic people, read as published, and every damage told by file, row and column."""

import filecmp
import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest
from conftest import numbered, write_video
from openpyxl import Workbook, load_workbook
from PIL import Image
from typer.testing import CliRunner

from formcheck.cli import app
from formcheck.exercises import catalogue, find
from formcheck.exercises.motion import Fault
from formcheck.learn.datasets import DatasetError, inspect_dataset, open_dataset, overview, readers
from formcheck.replicas import ReplicaError, alex_gym_1, class_folders, ejust_gym_3, layouts, write_replica
from formcheck.replicas.faults import correctness, draw_faults
from formcheck.replicas.production import produce, write_json, write_whole
from formcheck.replicas.sheets import write_sheet

SQUAT = [
    "Feet Out 30 F",
    "Whole Feet Flat On the Floor (1) L",
    "Bend Hips and Knees Simultaniously (1) L",
    "Hips backwards (1) L",
    "Lower back neural (1) L",
    "Hips are lower than knees level (1 point) L",
]


def same(first, second):
    """Whether two folders hold the same files, byte for byte, hidden ones included."""
    names = [{path.relative_to(folder) for path in folder.rglob("*")} for folder in (first, second)]
    files = [str(name) for name in names[0] if (first / name).is_file()]
    return names[0] == names[1] and not any(filecmp.cmpfiles(first, second, files, shallow=False)[1:])


def problems(folder):
    return [str(problem).replace(f"{folder}/", "") for problem in inspect_dataset(folder).problems]


# --- Filling a folder


@dataclass(frozen=True)
class Letter:
    key: str


def spell(piece, out):
    write_whole(out / "letters" / f"{piece.key}.txt", piece.key.encode() * 3000)
    return {"key": piece.key}


def join(out, results):
    write_json(out / "word.json", "".join(result["key"] for result in results))


def write_word(out, seed=0, workers=1, progress=None):
    produce(out, {"layout": "word", "seed": seed}, [Letter(key) for key in "abcd"], spell, join, workers, progress)


def test_an_interrupted_folder_is_gone_on_with_and_ends_the_same(tmp_path):
    def give_up(step, share):
        if share == 0.5:
            raise KeyboardInterrupt

    whole, broken, parallel = tmp_path / "whole", tmp_path / "broken", tmp_path / "parallel"
    write_word(whole)
    with pytest.raises(KeyboardInterrupt):
        write_word(broken, progress=give_up)
    assert not (broken / "word.json").exists() and len(list((broken / "letters").iterdir())) == 2
    (broken / "letters" / "c.txt.part").write_text("half")
    shares = []
    write_word(broken, progress=lambda step, share: shares.append(share))
    assert shares == [0.75, 1.0] and same(whole, broken)
    write_word(parallel, workers=2)
    assert same(whole, parallel) and json.loads((parallel / "word.json").read_text()) == "abcd"


def test_a_full_disk_says_so_and_the_same_command_goes_on(tmp_path):
    whole, full = tmp_path / "whole", tmp_path / "full"
    write_word(whole)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, limits[1]))
    try:
        with pytest.raises(ReplicaError, match=r"make room and run the same command again.*goes on"):
            write_word(full)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not list(full.rglob("*.part")) and not (full / "letters" / "a.txt").exists()
    write_word(full)
    assert same(whole, full)


def die(piece, out):
    os._exit(9)


def test_a_process_that_is_ended_is_told(tmp_path):
    with pytest.raises(ReplicaError, match=r"one of them was ended.*fewer --workers"):
        produce(tmp_path / "new", {"layout": "word"}, [Letter("a"), Letter("b")], die, join, workers=2)


def test_a_folder_in_use_is_refused_with_what_to_do(tmp_path):
    finished, foreign, unfinished = (tmp_path / name for name in ("finished", "foreign", "unfinished"))
    write_word(finished)
    with pytest.raises(ReplicaError, match=r"finished dataset.*choose another --out or delete it"):
        write_word(finished)
    write_whole(foreign / "thesis.txt", b"mine")
    with pytest.raises(ReplicaError, match="1 files or folders that are not a dataset of formcheck; choose another"):
        write_word(foreign)
    with pytest.raises(ReplicaError, match="got a file at"):
        write_word(foreign / "thesis.txt")
    shutil.copytree(finished, unfinished)
    (unfinished / ".unfinished").mkdir()
    with pytest.raises(ReplicaError, match=r"begun \(seed 0\), got seed 5; give the same options"):
        write_word(unfinished, seed=5)
    write_word(unfinished)
    assert same(finished, unfinished) and (foreign / "thesis.txt").read_bytes() == b"mine"


def test_sheets_are_the_same_bytes_at_any_time(tmp_path, monkeypatch):
    import time

    write_sheet(tmp_path / "now.xlsx", "squat", ["a", "b"], [[1, "x"], [None, 0.5]])
    later = time.time() + 86_400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    write_sheet(tmp_path / "later.xlsx", "squat", ["a", "b"], [[1, "x"], [None, 0.5]])
    assert (tmp_path / "now.xlsx").read_bytes() == (tmp_path / "later.xlsx").read_bytes()
    rows = load_workbook(tmp_path / "now.xlsx").worksheets[0].iter_rows(values_only=True)
    assert list(rows) == [("a", "b"), (1, "x"), (None, 0.5)]


# --- Faults


def test_faults_of_labelled_sets_are_absent_or_plain_and_bring_along_what_they_bring():
    from dataclasses import replace

    squat = find("squat")
    tied = replace(squat, faults=(*squat.faults[1:], Fault("feet_flat", (), "", also=("hips_below_knees",))))
    drawn = [grades for seed in range(60) for grades in draw_faults(tied, 5, np.random.default_rng(seed))]
    assert all(0.5 <= grade <= 1.0 for grades in drawn for grade in grades.values())
    assert all("hips_below_knees" in grades for grades in drawn if "feet_flat" in grades)
    assert any(len(grades) > 1 for grades in drawn) and any(not grades for grades in drawn)
    firsts = [draw_faults(tied, 5, np.random.default_rng(seed)) for seed in range(60)]
    assert any(reps[0] != reps[1] for reps in firsts)
    scored = [
        g for s in range(40) for one in draw_faults(squat, 5, np.random.default_rng(s), "scores") for g in one.values()
    ]
    assert min(scored) < 0.2 and max(scored) > 0.8
    assert correctness(squat, {}) == 1.0 and correctness(squat, {c.id: 1.0 for c in squat.criteria}) == 0.0


# --- ALEX-GYM-1 as published


@pytest.fixture
def alex(tmp_path):
    """The layout as the authors' files have it, by hand: three squats, no sheet of people, points, one zero frame."""
    folder = tmp_path / "alex"
    (folder / "Squat_Frames").mkdir(parents=True)
    heading = ["Num Video Frontal", "Num Video Lateral", "NumIdx", "Action", SQUAT[0], "Score: Frontal( - / 1)"]
    heading += [*SQUAT[1:], "Score: Lateral ( - / 5)", "Total Score - /6", "class", "rating"]
    rows = [
        [1, 2, 0, "Squat", 0, 0, 1, 1, 1, 1, 0, 4, 4, 1, 4],
        [1, 2, 1, "Squat", 1, 1, 0, 0.5, 1, 1, 0, 3, 4, 1, 4],
        [3, 4, 0, "Squat", 1, 1, 1, 1, 0, 1, 1, 4, 5, 1, 5],
    ]
    book = Workbook()
    for row in (heading, *rows):
        book.active.append(row)
    book.save(folder / "squat.xlsx")
    picture = io.BytesIO()
    Image.fromarray(numbered(5, (32, 24))).save(picture, "JPEG")
    landmarks = np.random.default_rng(0).uniform(0.1, 0.9, (3, 16, 33, 3))
    landmarks[1, 4] = 0.0
    for view in ("front", "lat"):
        (folder / f"{view}_pose_squat.json").write_text(json.dumps(landmarks.round(3).tolist()))
    for video, rep in ((1, 0), (2, 0), (1, 1), (2, 1), (3, 0), (4, 0)):
        for frame in range(1, 17):
            (folder / "Squat_Frames" / f"{video}_idx_{rep}_{frame}.jpg").write_bytes(picture.getvalue())
    for name in ("deadlift", "lunges"):  # the other exercises are there as well, with headings only
        shutil.copy(folder / "squat.xlsx", folder / f"{name}.xlsx")
        action = next(action for action in alex_gym_1.ACTIONS if action.name == name)
        change_sheet(folder / f"{name}.xlsx", lambda sheet, action=action: only_heading(sheet, action))
        (folder / action.folder).mkdir()
        for view in ("front", "lat"):
            (folder / f"{view}_pose_{name}.json").write_text("[]")
    return folder


def only_heading(sheet, action):
    sheet.delete_rows(1, sheet.max_row)
    sheet.append(["Num Video Frontal", "Num Video Lateral", "NumIdx", "Action", "class", *action.headings.values()])


def change_sheet(file, change):
    book = load_workbook(file)
    change(book.active)
    book.save(file)


def set_cell(name, value, sheet="squat.xlsx"):
    return lambda folder: change_sheet(folder / sheet, lambda cells: cells.__setitem__(name, value))


def change_json(change, name="lat_pose_squat.json"):
    def damage(folder):
        content = json.loads((folder / name).read_text())
        (folder / name).write_text(json.dumps(change(content) or content))

    return damage


def test_alex_gym_1_is_read_as_published(alex):
    dataset = open_dataset(alex)
    assert dataset.layout == "ALEX-GYM-1" and not dataset.synthetic and not dataset.people_known
    assert [(clip.exercise, len(clip.reps)) for clip in dataset.clips] == [("squat", 2), ("squat", 1)]
    assert dataset.clips[0].person != dataset.clips[1].person
    first, second = dataset.clips[0].reps
    assert first.labels["feet_angled_out"] == 0 and first.labels["hips_below_knees"] == 0
    assert first.labels["neutral_lower_back"] == 1 and second.labels["simultaneous_hip_knee_bend"] == 1
    assert set(dataset.criteria("squat")) == {criterion.id for criterion in find("squat").criteria}
    assert [path.name for path in second.pictures["side"]][:2] == ["2_idx_1_1.jpg", "2_idx_1_2.jpg"]
    assert first.landmarks["front"].shape == (16, 33, 3) and np.isfinite(first.landmarks["side"]).all()
    assert np.isnan(second.landmarks["front"][4]).all() and np.isfinite(second.landmarks["front"][5]).all()
    assert ("squat", "2", "2", "3") in overview(dataset)[0][1]
    assert "Every pair" in " ".join(dataset.notes) or "stands in for a person" in " ".join(dataset.notes)


DAMAGE = {
    "label": (set_cell("H3", "yes"), r"squat\.xlsx, row 3, column 'Bend Hips.*' \(H3\): expected 0 or 1.*got 'yes'"),
    "label 2": (set_cell("E4", 2), r"squat\.xlsx, row 4, column 'Feet Out 30 F' \(E4\): expected 0 or 1.*got 2"),
    "excel error": (set_cell("I2", "#REF!"), r"squat\.xlsx, row 2, column 'Hips backwards.*\(I2\).*'#REF!'"),
    "no label": (set_cell("K2", None), r"squat\.xlsx, row 2, .*\(K2\): expected 0 or 1.*got an empty cell"),
    "swapped": (
        lambda folder: [set_cell("A4", 4)(folder), set_cell("B4", 3)(folder)],
        r"row 4, column 'Num Video Frontal' \(A4\): expected an odd number, from the front, got 4",
    ),
    "lateral": (set_cell("B2", 1), r"row 2, column 'Num Video Lateral' \(B2\): expected an even number.*got 1"),
    "video": (set_cell("A3", "one"), r"row 3, column 'Num Video Frontal' \(A3\): .*got 'one'"),
    "index": (set_cell("C3", -1), r"row 3, column 'NumIdx' \(C3\): expected the number of a repetition.*got -1"),
    "twice": (set_cell("C3", 0), r"row 3, column 'NumIdx' \(C3\): expected another repetition than that of row 2"),
    "criterion": (set_cell("E1", "Feet"), r"squat\.xlsx, row 1: expected a column 'Feet Out 30 F'.*feet_angled_out"),
    "workbook": (
        lambda folder: (folder / "lunges.xlsx").write_bytes(b"PK\x03\x04 half of a zip"),
        r"lunges\.xlsx: expected an Excel workbook",
    ),
    "no workbook": (lambda folder: (folder / "deadlift.xlsx").unlink(), r"deadlift\.xlsx: expected the sheet"),
    "frames": (
        lambda folder: [(folder / "Squat_Frames" / f"2_idx_1_{frame}.jpg").unlink() for frame in (3, 7)],
        r"Squat_Frames/2_idx_1_\*\.jpg, row 3 of squat\.xlsx: expected pictures 1 to 16, got none with number 3, 7",
    ),
    "no frames": (
        lambda folder: shutil.rmtree(folder / "Lunges_frames"),
        r"Lunges_frames: expected a folder of pictures",
    ),
    "empty picture": (
        lambda folder: (folder / "Squat_Frames" / "3_idx_0_16.jpg").write_bytes(b""),
        r"3_idx_0_16\.jpg: expected a picture, got an empty file",
    ),
    "cut picture": (
        lambda folder: (folder / "Squat_Frames" / "1_idx_0_1.jpg").write_bytes(b"\xff\xd8\xff\xe0 cut"),
        r"1_idx_0_1\.jpg: expected a whole JPEG picture",
    ),
    "json": (
        lambda folder: (folder / "front_pose_squat.json").write_text("[[[\n1, 2,, 3]]]"),
        r"front_pose_squat\.json, line 2, column 6: expected valid JSON",
    ),
    "json length": (
        change_json(lambda entries: entries[:2]),
        r"lat_pose_squat\.json: expected a list of 3 repetitions, one per row of squat\.xlsx, got 2",
    ),
    "json shape": (
        change_json(lambda entries: entries[1].pop() and None),
        r"lat_pose_squat\.json, entry 1 \(row 3 of the sheet\): expected numbers of shape|expected shape \(16, 33, 3\)",
    ),
    "ragged": (
        change_json(lambda entries: [entries[0], entries[1], [[1, 2], 3]]),
        r"lat_pose_squat\.json, entry 2 \(row 4 of the sheet\): expected numbers of shape",
    ),
    "nan": (
        change_json(lambda entries: entries[2][5][11].__setitem__(1, float("nan"))),
        r"entry 2 \(row 4 of the sheet\): expected numbers, got nan at frame 6, shoulder_left y",
    ),
    "no json": (
        lambda folder: (folder / "lat_pose_lunges.json").unlink(),
        r"lat_pose_lunges\.json: expected landmarks",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_told_by_file_row_and_column(alex, name):
    damage, expected = DAMAGE[name]
    damage(alex)
    found = problems(alex)
    assert any(re.search(expected, problem) for problem in found), found
    assert len(found) <= 3  # what is damaged, and not what is beside it
    if "picture" not in name:  # contents are looked into by `inspect` alone
        with pytest.raises(DatasetError, match=r"formcheck data inspect"):
            open_dataset(alex)
    left = open_dataset(alex, damaged="leave out")
    assert sum(len(clip.reps) for clip in left.clips) >= 3


def test_what_is_damaged_is_left_out_and_the_rest_is_there(alex):
    set_cell("H3", "yes")(alex)
    change_json(lambda entries: entries[0].pop() and None)(alex)
    (alex / "Squat_Frames" / "2_idx_0_9.jpg").unlink()
    first, second = open_dataset(alex, damaged="leave out").clips[0].reps
    assert second.labels["simultaneous_hip_knee_bend"] is None and second.labels["hips_move_back"] == 1
    assert set(first.landmarks) == {"front"} and set(first.pictures) == {"front"}
    assert set(second.landmarks) == {"front", "side"} and len(second.pictures["side"]) == 16


def test_nothing_readable_is_no_dataset(alex, tmp_path):
    set_cell("C1", "Index")(alex)
    with pytest.raises(DatasetError, match=r"squat\.xlsx, row 1: expected a column 'NumIdx', got 'Num Video Frontal'"):
        inspect_dataset(alex)
    (alex / "squat.xlsx").write_text("not a workbook")
    with pytest.raises(DatasetError, match=r"squat\.xlsx: expected an Excel workbook"):
        inspect_dataset(alex)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DatasetError, match=r"known layout.*ALEX-GYM-1: squat\.xlsx.*folder per class"):
        inspect_dataset(tmp_path / "empty")
    with pytest.raises(DatasetError, match="no such folder"):
        inspect_dataset(tmp_path / "nowhere")


def test_inspect_answers_programs_by_its_exit_status(alex, tmp_path):
    def inspect(folder):
        command = [sys.executable, "-c", "from formcheck.cli import main; main()", "data", "inspect", str(folder)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    fine = inspect(alex)
    assert fine.returncode == 0 and "| squat " in fine.stdout and "hips_below_knees" in fine.stdout
    set_cell("H3", "yes")(alex)
    damaged = inspect(alex)
    assert damaged.returncode == 1 and "row 3, column" in damaged.stdout and "1 missing or damaged" in damaged.stderr
    nothing = inspect(tmp_path / "nowhere")
    assert nothing.returncode == 2 and nothing.stderr.startswith("formcheck: expected the folder of a dataset")


# --- A folder per class as published


@pytest.fixture
def gym(tmp_path):
    folder = tmp_path / "gym"
    for name, numbers in {"push-up": (1, 2, 10), "pull Up": (21,), "cooking": (1,)}.items():
        (folder / name).mkdir(parents=True)
        for number in numbers:
            images = [numbered(at) for at in range(6)]
            write_video(folder / name / f"{name}_{number}.mp4", images, [at / 30 for at in range(6)])
    return folder


def test_a_folder_per_class_is_read_as_published(gym):
    dataset = open_dataset(gym)
    named = [(clip.name, clip.exercise) for clip in dataset.clips]
    assert ("pull Up/pull Up_21", "pull up") in named and not dataset.people_known
    assert [name for name, exercise in named if exercise == "push-up"] == [
        "push-up/push-up_1",
        "push-up/push-up_2",
        "push-up/push-up_10",
    ]
    assert len(dataset.people) == 4 and any("cooking" in note for note in dataset.notes)


def test_damaged_videos_are_named(gym):
    (gym / "push-up" / "push-up_2.mp4").write_bytes(b"")
    (gym / "push-up" / "push-up_10.mp4").write_bytes(b"no video at all")
    found = problems(gym)
    assert len(found) == 2
    assert found[0] == "push-up/push-up_2.mp4: expected a video, got an empty file"
    assert found[1].startswith("push-up/push-up_10.mp4: expected a video, got")


# --- EJUST-GYM-3 as published


@pytest.fixture
def ejust(tmp_path):
    """Two people and one set, in two folders, by hand."""
    folder = tmp_path / "ejust"
    (folder / "day 1").mkdir(parents=True)
    for name in ("ada-doeJJ", "max-roeSU"):
        for stream in ("front", "side", "thermal"):
            write_video(
                folder / "day 1" / f"{name}-{stream}.mp4", [numbered(at) for at in range(4)], [0, 0.1, 0.2, 0.3]
            )
        for place in ("wrist-left", "wrist-right", "ankle-left", "ankle-right"):
            for quantity, unit in (("Accelerometer", "g"), ("Gyroscope", "deg/s")):
                rows = [f"epoch (ms),time (01:00),elapsed (s),x-axis ({unit}),y-axis ({unit}),z-axis ({unit})"]
                rows += [
                    f"{1000 + 20 * at},2024-01-11T11:08:05.{at:03d},{0.02 * at:.3f},0.1,-0.2,0.9" for at in range(50)
                ]
                file = f"{name}-{place}_MetaWear_2024-01-11T11.08.05.200_C42732BE255C_{quantity}_50.000Hz_1.4.4.csv"
                (folder / file).write_text("\n".join(rows) + "\n")
    table = [
        "name,height_cm,weight_kg,sleep_h,age,smoker,diet",
        "ada-doe,170,60,7.5,20,no,healthy",
        "max-roe,181,,8,21,,",
    ]
    (folder / "metadata.csv").write_text("\n".join(table) + "\n")
    return folder


def test_ejust_gym_3_is_read_as_published(ejust):
    dataset = open_dataset(ejust)
    assert [(clip.name, clip.person, clip.exercise) for clip in dataset.clips] == [
        ("ada-doeJJ", "ada-doe", "jumping jack"),
        ("max-roeSU", "max-roe", "sit-up"),
    ]
    clip = dataset.clips[0]
    assert [path.name.split("_")[4] for path in clip.streams["imu wrist_left"]] == ["Accelerometer", "Gyroscope"]
    assert clip.streams["side"] == (ejust / "day 1" / "ada-doeJJ-side.mp4",) and not clip.reps
    assert dataset.people[0].facts["sleep_h"] == 7.5 and dataset.people[1].facts["weight_kg"] is None
    assert dataset.people_known and any("1 of 2 people have no sit-up: ada-doe" in note for note in dataset.notes)
    assert not inspect_dataset(ejust).problems


def sensor(folder, place="ankle-right", quantity="Gyroscope"):
    return next(folder.glob(f"ada-doeJJ-{place}*{quantity}*"))


def change_line(line, change, **which):
    def damage(folder):
        file = sensor(folder, **which)
        lines = file.read_text().splitlines()
        lines[line - 1] = change(lines[line - 1])
        file.write_text("\n".join(lines))

    return damage


def set_person(old, new):
    def damage(folder):
        table = folder / "metadata.csv"
        table.write_text(table.read_text().replace(old, new))

    return damage


EJUST_DAMAGE = {
    "cell": (
        change_line(7, lambda line: line.replace("-0.2", "-0.x")),
        r"_Gyroscope_.*\.csv, row 7, column 'y-axis \(deg/s\)' \(E7\): expected a number, got '-0\.x'$",
    ),
    "row": (
        change_line(9, lambda line: line[:20]),
        r"csv, row 9, column 'elapsed \(s\)' \(C9\): expected a number.*empty",
    ),
    "clock": (
        change_line(5, lambda line: "900" + line[4:]),
        r"row 5, column 'epoch \(ms\)' \(A5\): expected a time after",
    ),
    "long": (change_line(3, lambda line: line + ",1,2"), r"row 3: expected 6 cells, got 8"),
    "binary": (lambda folder: sensor(folder).write_bytes(b"\xff\xfe\x00\x81"), r"csv: expected a CSV file"),
    "sensor": (lambda folder: sensor(folder).unlink(), r"expected files of Gyroscope of imu ankle_right beside it"),
    "stream": (
        lambda folder: (folder / "day 1" / "ada-doeJJ-side.mp4").unlink(),
        r"ada-doeJJ-\*: expected the stream side of this set, got no file of it",
    ),
    "video": (
        lambda folder: (folder / "day 1" / "ada-doeJJ-thermal.mp4").write_bytes(b"nothing"),
        r"day 1/ada-doeJJ-thermal\.mp4: expected a video",
    ),
    "fact": (
        set_person("170,", "tall,"),
        r"metadata\.csv, row 2, column 'height_cm' \(B2\): expected a number, got 'tall'",
    ),
    "impossible fact": (
        set_person("170,", "1.7,"),
        r"metadata\.csv, row 2, column 'height_cm' \(B2\): expected 100 to 250, got '1\.7'",
    ),
    "impossible together": (
        set_person("170,60,", "110,210,"),
        r"metadata\.csv, row 2: expected a height and a weight of one person .* got 174 kg/m2",
    ),
    "no row": (
        set_person("ada-doe", "eve-poe"),
        r"metadata\.csv: expected a row for ada-doe, who is in ada-doeJJ, got none",
    ),
    "no table": (lambda folder: (folder / "metadata.csv").unlink(), r"metadata\.csv: expected a table of the people"),
}


@pytest.mark.parametrize("name", EJUST_DAMAGE)
def test_damaged_streams_are_told_by_file_row_and_column(ejust, name):
    damage, expected = EJUST_DAMAGE[name]
    damage(ejust)
    found = problems(ejust)
    assert any(re.search(expected, problem) for problem in found), found
    assert len(found) <= 2
    assert len(open_dataset(ejust, damaged="leave out").clips) == 2


def test_a_damaged_stream_is_left_out_and_the_others_are_there(ejust):
    change_line(7, lambda line: line.replace("-0.2", ""))(ejust)
    change_line(8, lambda line: line.replace("-0.2", ""))(ejust)
    clip = inspect_dataset(ejust).clips[0]
    assert "imu ankle_right" not in clip.streams and len(clip.streams) == 6
    assert problems(ejust)[0].endswith("got an empty cell; 1 more rows are damaged")


# --- Written with synthetic people


def test_every_layout_is_written_and_read():
    assert set(layouts()) <= {reader.__name__.rpartition(".")[2].replace("_", "-") for reader in readers()}
    for reader in readers():
        assert reader.LAYOUT and reader.EXPECTED and callable(reader.read)
    told = " ".join(CliRunner().invoke(app, ["synth", "--help"]).output.split())
    assert all(layout in told for layout in layouts())


def test_numbers_that_make_no_dataset_are_refused(tmp_path):
    for options in ({"people": 0}, {"reps": 0}, {"seed": -1}):
        with pytest.raises(ReplicaError, match="at least 1 person"):
            write_replica("class-folders", tmp_path / "new", **options)
    with pytest.raises(ReplicaError, match=r"a layout among alex-gym-1, .*, got 'imagenet'"):
        write_replica("imagenet", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_45_are_those_of_the_paper():
    planned = alex_gym_1.pieces(45, 3, 5, None, "labels")
    rows = {action.name: sum(p.reps for p in planned if p.action == action) for action in alex_gym_1.ACTIONS}
    assert rows == {"squat": 295, "deadlift": 269, "lunges": 106}
    people = {piece.person.number: piece.person for piece in planned}
    ages = np.array([person.age for person in people.values()])
    assert len(people) == 45 and sum(person.sex == "F" for person in people.values()) == 12
    assert [int(((ages >= low) & (ages <= high)).sum()) for low, high in ((8, 12), (13, 19), (20, 35), (36, 54))] == [
        4,
        7,
        31,
        3,
    ]
    children = [person.athlete.stature_m for person in people.values() if person.age <= 9]
    assert all(stature < 1.5 for stature in children)
    assert len({person.athlete.seed for person in people.values()}) == 45
    assert all(piece.frontal % 2 == 1 for piece in planned)
    few = alex_gym_1.pieces(9, 3, 5, None, "labels")
    assert {piece.person for piece in few} <= set(people.values())


def test_the_128_keep_to_the_figures_of_the_paper():
    members = ejust_gym_3.members(128, 4)
    for values, low, mean, high, off in (
        ([member.height_cm for member in members], 160, 178.68, 197, 2.0),
        ([member.weight_kg for member in members], 50, 76, 120, 4.0),
        ([member.sleep_h for member in members], 4, 7.25, 12, 0.5),
        ([member.age for member in members], 18, 20.4, 34, 1.0),
    ):
        assert min(values) >= low and max(values) <= high and np.mean(values) == pytest.approx(mean, abs=off)
    said = [member.smokes for member in members]
    assert (said.count(True), said.count(False), said.count(None)) == (16, 108, 4)
    assert sum(member.eats_healthily for member in members) == 56 and len({m.full_name for m in members}) == 128
    assert all(member.athlete.stature_m == pytest.approx(member.height_cm / 100) for member in members)
    assert ejust_gym_3.members(3, 4) == members[:3]
    with pytest.raises(ValueError, match="at most 256 people"):
        ejust_gym_3.members(300, 4)


def write_few(out, module, chosen, progress=None):
    """Some pieces of a replica, as `write_replica` writes all of them."""
    produce(out, {"layout": module.__name__, "seed": 2}, chosen, module.make, module.assemble, 1, progress)


def test_labels_and_people_of_all_three_exercises_come_back_as_they_were(tmp_path):
    draw = np.random.default_rng(0)
    results = [
        {
            "action": action.name,
            "person": 2 - at % 2,
            "sex": "F",
            "age": 30,
            "frontal": 2 * at + 1,
            "labels": [{c.id: int(draw.integers(2)) for c in find(action.exercise).criteria} for _ in range(2)],
            "poses": {view: draw.uniform(0.1, 0.9, (2, 16, 33, 3)).round(3).tolist() for view in ("front", "side")},
        }
        for action in alex_gym_1.ACTIONS
        for at in range(3)
    ]
    alex_gym_1.assemble(tmp_path, results)
    dataset = open_dataset(tmp_path, damaged="leave out")
    assert all("pictures" in str(problem) for problem in dataset.problems)
    assert {person.id for person in dataset.people} == {"P01", "P02"} and len(dataset.clips) == len(results)
    for clip, result in zip(dataset.clips, results, strict=True):
        assert [dict(rep.labels) for rep in clip.reps] == result["labels"] and clip.person == f"P0{result['person']}"
        np.testing.assert_allclose(clip.reps[1].landmarks["side"], result["poses"]["side"][1])


def test_alex_gym_1_is_written_and_read_back(tmp_path, model):
    planned = alex_gym_1.pieces(2, 2, 1, (240, 320), "labels")
    chosen = [next(piece for piece in planned if piece.action.name == "squat")]
    first, second = tmp_path / "first", tmp_path / "second"
    write_few(first, alex_gym_1, chosen)
    write_few(second, alex_gym_1, chosen)
    assert same(first, second)
    dataset = open_dataset(first, damaged="leave out")
    assert [str(problem) for problem in dataset.problems] == [
        f"{first / name}: expected a folder of pictures, got no such folder"
        for name in ("Deadlift_frames", "Lunges_frames")
    ]
    (clip,) = dataset.clips
    (rep,) = clip.reps
    truth = json.loads(clip.truth.read_text())
    assert dataset.synthetic and dataset.people_known and clip.person == chosen[0].person.name == truth["person"]
    assert clip.exercise == truth["exercise"] and dict(rep.labels) == truth["reps"][0]["labels"]
    assert all(len(rep.pictures[view]) == 16 for view in ("front", "side"))
    assert Image.open(rep.pictures["side"][0]).size == (240, 320)
    squat = rep.landmarks["side"]
    seen = np.isfinite(squat).all(axis=(1, 2))
    hip = squat[:, [23, 24], 1].mean(axis=1)
    assert seen.mean() > 0.8 and (np.abs(squat[seen][:, :, :2] - 0.5) < 0.5).mean() > 0.95
    assert np.nanargmax(hip) in range(4, 13) and np.nanmax(hip) - hip[seen][0] > 0.05  # down in the middle


def test_ejust_gym_3_is_written_and_read_back(tmp_path):
    import av

    planned = ejust_gym_3.pieces(1, 2, 1, (160, 90), "scores")
    chosen = [piece for piece in planned if piece.abbreviation == "JJ"]
    first, second = tmp_path / "first", tmp_path / "second"
    write_few(first, ejust_gym_3, chosen)
    write_few(second, ejust_gym_3, chosen)
    assert same(first, second)
    dataset = inspect_dataset(first)
    assert not dataset.problems and dataset.synthetic
    (clip,) = dataset.clips
    truth = json.loads(clip.truth.read_text())
    assert clip.person == dataset.people[0].id == truth["person"] and len(clip.streams) == 7
    assert [len(clip.streams[stream]) for stream in ("front", "thermal", "imu ankle_left")] == [1, 1, 3]
    assert clip.reps[0].correctness == truth["correctness"][0] and clip.reps[0].start_s > truth["beep_s"]
    for view in ("front", "side"):
        with av.open(str(clip.streams[view][0])) as video:
            assert (video.streams.video[0].width, video.streams.video[0].height) == (160, 90)
            sound = np.concatenate([frame.to_ndarray()[0] for frame in video.decode(audio=0)])
        first_s = np.flatnonzero(np.abs(sound) > 0.1)[0] / 48_000
        assert first_s == pytest.approx(truth["beep_s"] - truth["starts_s"][view], abs=0.03)


def test_class_folders_are_written_and_read_back(tmp_path):
    planned = class_folders.pieces(2, 2, 1, (96, 96), "labels")
    assert {p.class_name for p in planned} == {c for c in class_folders.CLASSES if known(c)}
    chosen = [piece for piece in planned if piece.class_name == "barbell biceps curl"]
    first, second = tmp_path / "first", tmp_path / "second"
    write_few(first, class_folders, chosen)
    write_few(second, class_folders, chosen)
    assert same(first, second)
    dataset = inspect_dataset(first)
    assert not dataset.problems and dataset.people_known and [clip.person for clip in dataset.clips] == ["P01", "P02"]
    clip = dataset.clips[1]
    assert clip.streams["video"] == (first / "barbell biceps curl" / "barbell biceps curl_2.mp4",)
    assert clip.reps and all(rep.start_s < rep.end_s and 0 <= rep.correctness <= 1 for rep in clip.reps)


def known(name):
    return any(name.replace(" ", "") == exercise.name.replace(" ", "").replace("-", "") for exercise in catalogue())
