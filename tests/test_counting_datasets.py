"""Datasets of counted repetitions as they are published: read with their times, and damage named by file and place."""

import csv
import gzip

import numpy as np
import pytest
from figures import squats, squatting
from typer.testing import CliRunner

from formcheck.body import BLAZEPOSE_33, UI_PRMD_22
from formcheck.cli import app
from formcheck.exercises import find
from formcheck.learn.datasets import DatasetError, inspect_dataset, labelled_clips, repcount, squatify, ui_prmd
from formcheck.learn.datasets.repcount_shape import restored, squeezed_angles
from formcheck.synthetic import Athlete, perform


def write_table(file, rows):
    file.parent.mkdir(parents=True, exist_ok=True)
    packed = file.suffix == ".gz"
    with gzip.open(file, "wt", newline="") if packed else file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)


def named(folder):
    """Problems as they are told, without the folder."""
    return [str(problem).replace(f"{folder}/", "") for problem in inspect_dataset(folder).problems]


# --- RepCount


def squeezed(body):
    """(T, 33, 3) with every axis of every frame brought to 0..1, as the layout has it."""
    least, most = body.min(axis=1, keepdims=True), body.max(axis=1, keepdims=True)
    return (body - least) / (most - least)


@pytest.fixture
def repetitions():
    """Three squats seen obliquely, (T, 33, 3) m."""
    done = perform(find("squat"), Athlete.sample(3), reps=3, seed=3)
    return done.landmarks(done.camera("oblique"), occlusion=False).world


@pytest.fixture
def rep_count(tmp_path, repetitions):
    rows = [
        ("", "type", "name", "count", "L1", "L2", "L3", "L4", "L5", "L6"),
        (0, "squant", "stu1_1.mp4", 3, 2, 60, 61, 120, 121, 175),
        (1, "pommelhorse", "train2.mp4", 1, 5, 40, "", "", "", ""),
        (2, "battle_rope", "missing.mp4", 4, 5, 40, 50, 60, "", ""),
    ]
    write_table(tmp_path / "annotation" / "test.csv", rows)
    poses = tmp_path / "test_poses"
    poses.mkdir()
    points = squeezed(repetitions)
    whole = np.concatenate([points.reshape(len(points), -1), squeezed_angles(repetitions)], axis=1)
    whole[10] = 0.0  # nobody was found
    np.save(poses / "stu1_1.npy", whole)
    np.save(poses / "train2.npy", whole[:50, :99])
    return tmp_path


def test_rep_count_is_read_as_published(rep_count):
    found = repcount.counted(rep_count)
    squat, horse = found.clips
    assert (squat.name, squat.exercise, squat.count, squat.low, squat.high) == ("stu1_1", "squat", 3, 3, 3)
    assert (horse.kind, horse.exercise, horse.count) == ("pommelhorse", None, 1)
    assert [(cycle.start_s, cycle.end_s) for cycle in squat.cycles] == [(2 / 30, 2), (61 / 30, 4), (121 / 30, 175 / 30)]
    pose = squat.pose()
    assert pose.skeleton is BLAZEPOSE_33 and not pose.found[10] and pose.found.sum() == len(pose) - 1
    assert pose.world is not None and horse.pose().world is None
    assert any("1 annotated video" in note for note in found.notes) and named(rep_count) == []


def test_proportions_that_were_squeezed_away_are_found_again(repetitions):
    found = restored(squeezed(repetitions), squeezed_angles(repetitions))
    true = repetitions - repetitions[:, [23, 24]].mean(axis=1, keepdims=True)
    size = np.median(
        np.linalg.norm(true[:, 11] - true[:, 23], axis=1) / np.linalg.norm(found[:, 11] - found[:, 23], axis=1)
    )
    off = np.linalg.norm(found * size - true, axis=2)
    assert np.median(off) < 0.03 and np.percentile(off, 95) < 0.08  # m
    squashed = squeezed(repetitions) - squeezed(repetitions)[:, [23, 24]].mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(squashed[:, 25] - squashed[:, 27], axis=1)  # a shank that was squeezed changes its length
    assert lengths.std() / lengths.mean() > 0.1


def change_array(name, change):
    def damage(folder):
        file = folder / "test_poses" / name
        values = np.load(file)
        np.save(file, change(values))

    return damage


def set_value(row, column, value):
    def change(values):
        values[row, column] = value
        return values

    return change


def change_cell(file, row, column, value):
    def damage(folder):
        path = folder / file
        with path.open(newline="", encoding="utf-8") as opened:
            rows = list(csv.reader(opened))
        rows[row - 1][column] = value
        write_table(path, rows)

    return damage


REP_COUNT = "annotation/test.csv"
REP_COUNT_DAMAGE = {
    "a place outside": (
        change_array("stu1_1.npy", set_value(4, 7, 1.5)),
        "test_poses/stu1_1.npy, row 5, column 8: expected a number from 0 to 1, got 1.5",
    ),
    "a place that is none": (
        change_array("stu1_1.npy", set_value(0, 0, np.nan)),
        "test_poses/stu1_1.npy, row 1, column 1: expected a number from 0 to 1, got nan",
    ),
    "another skeleton": (
        change_array("train2.npy", lambda values: values[:, :51]),
        "test_poses/train2.npy: expected frames x 99 (33 x, y, z) or x 104 (and 5 angles), got (50, 51)",
    ),
    "no array": (
        lambda folder: (folder / "test_poses" / "train2.npy").write_bytes(b"frames"),
        "test_poses/train2.npy: expected an array of numbers (.npy), got",
    ),
    "no count": (
        change_cell(REP_COUNT, 2, 3, "many"),
        "annotation/test.csv, row 2, column 'count' (D2): expected a whole number of repetitions, got 'many'",
    ),
    "no frame": (
        change_cell(REP_COUNT, 2, 5, "x"),
        "annotation/test.csv, row 2, column 'L2' (F2): expected the number of a frame, got 'x'",
    ),
    "half a cycle": (
        change_cell(REP_COUNT, 2, 9, ""),
        "annotation/test.csv, row 2: expected a first and a last frame of each cycle, got 5 frames",
    ),
    "back in time": (
        change_cell(REP_COUNT, 2, 6, "50"),
        "annotation/test.csv, row 2, column 'L3' (G2): expected a frame not before 60, got '50'",
    ),
}


@pytest.mark.parametrize("name", REP_COUNT_DAMAGE)
def test_damage_in_rep_count_is_named(rep_count, name):
    damage, told = REP_COUNT_DAMAGE[name]
    damage(rep_count)
    (problem,) = named(rep_count)
    assert problem.startswith(told)


def test_rep_count_without_landmarks_is_no_dataset(rep_count):
    for file in (rep_count / "test_poses").iterdir():
        file.unlink()
    with pytest.raises(DatasetError, match=r"expected landmarks of the annotated videos as .* got none for 3 rows"):
        repcount.counted(rep_count)


# --- Squatify

PHASES = (
    ["Pause"] * 10 + ["Descending"] * 30 + ["Pause"] * 6 + ["Ascending"] * 24 + ["Pause"] * 10 + ["Descending"] * 12
)


@pytest.fixture
def phases(tmp_path):
    pose = squatting(np.linspace(0, 90, len(PHASES)), 90)
    rows = [("Label", "Timestamp", *squatify.COLUMNS)]
    for at, label in enumerate(PHASES):
        points = np.column_stack([pose.image[at] / pose.frame_size, pose.world[at, :, 2]])
        rows.append((label, 500 + at, *points.ravel()))
    rows[4] = ("Pause", 503, *[""] * len(squatify.COLUMNS))  # nobody was found
    write_table(tmp_path / "Tracking_video03_labled.csv.gz", rows)
    write_table(tmp_path / "Tracking_video05.csv", [rows[0], *(["", *row[1:]] for row in rows[1:])])
    return tmp_path


def test_phases_are_read_as_squats(phases):
    (clip,) = squatify.counted(phases).clips
    assert (clip.name, clip.exercise, clip.count, clip.low, clip.high) == ("Tracking_video03_labled", "squat", 1, 1, 2)
    whole, cut = clip.cycles
    rate = squatify.RATE_HZ
    assert (whole.start_s, whole.end_s) == pytest.approx((10 / rate, 70 / rate))
    assert whole.turn_s == pytest.approx((40 / rate, 46 / rate))
    assert not cut.whole and cut.start_s == pytest.approx(80 / rate)
    pose = clip.pose()
    assert pose.time[0] == 0 and not pose.found[3] and pose.found.sum() == len(PHASES) - 1
    assert any("Tracking_video05.csv has no labels" in note for note in squatify.counted(phases).notes)


@pytest.mark.parametrize(
    ("row", "column", "value", "told"),
    [
        (3, 0, "Resting", "row 3, column 'Label' (A3): expected Pause, Descending or Ascending, got 'Resting'"),
        (3, 1, "500", "row 3, column 'Timestamp' (B3): expected a frame after 500, got '500'"),
        (3, 1, "soon", "row 3, column 'Timestamp' (B3): expected the number of a frame, got 'soon'"),
        (7, 2, "left", "row 7, column 'Nose_x' (C7): expected a number, got 'left'"),
        (7, 3, "", "row 7, column 'Nose_y' (D7): expected a number, got an empty cell"),
    ],
)
def test_damage_in_phases_is_named(phases, row, column, value, told):
    file = phases / "Tracking_video06_labled.csv"
    with gzip.open(phases / "Tracking_video03_labled.csv.gz", "rt", newline="") as opened:
        rows = list(csv.reader(opened))
    rows[row - 1][column] = value
    write_table(file, rows)
    assert named(phases) == [f"{file.name}, {told}"]


# --- UI-PRMD


def episode(folder, name, frames=8, angles=None, waist_cm=90.0):
    """Positions and angles of one episode, in the text files of the data set: every joint 10 cm over the one before."""
    incorrect = "_inc" if name.endswith("_inc") else ""
    plain = name.removesuffix("_inc")
    positions = np.tile([0.0, 10.0, 0.0], (frames, 22, 1))
    positions[:, 0] = (0.0, waist_cm, 250.0)
    angles = np.zeros((frames, 22, 3)) if angles is None else angles
    for what, values in (("Positions", positions), ("Angles", angles)):
        file = folder / "Kinect" / what / f"{plain}_{what.lower()}{incorrect}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savetxt(file, values.reshape(frames, -1), delimiter=",", fmt="%.6f")
    return folder


@pytest.fixture
def prmd(tmp_path):
    for name in ("m01_s01_e01", "m01_s01_e02", "m05_s02_e01", "m01_s01_e01_inc"):
        episode(tmp_path, name)
    return tmp_path


def test_ui_prmd_is_read_by_itself_and_joined(prmd):
    found = {clip.name: clip for clip in ui_prmd.counted(prmd).clips}
    assert list(found) == ["m01_s01_e01_inc", "m01_s01_e01", "m01_s01_e02", "m05_s02_e01"]
    squat, rise = found["m01_s01_e01"], found["m05_s02_e01"]
    assert (squat.exercise, squat.count, rise.kind, rise.exercise) == ("squat", 1, "sit to stand", None)
    assert squat.source == found["m01_s01_e01_inc"].source != rise.source
    assert squat.pose().skeleton is UI_PRMD_22 and len(squat.pose()) == 8
    joined = {clip.name: clip for clip in ui_prmd.joined(prmd).clips}
    both = joined["m01_s01"]
    assert sorted(joined) == ["m01_s01", "m01_s01_e01_inc", "m05_s02_e01"] and both.count == 2
    bridge = round(ui_prmd.BLEND_S * ui_prmd.RATE_HZ)
    assert len(both.pose()) == 2 * 8 + bridge
    (first, second), rate = both.cycles, ui_prmd.RATE_HZ
    assert (first.end_s, second.start_s) == pytest.approx((8 / rate, (8 + bridge) / rate))
    assert named(prmd) == []


def test_positions_and_angles_make_a_body():
    positions = np.tile([0.0, 10.0, 0.0], (1, 22, 1))
    upright = ui_prmd.assembled(positions, np.zeros((1, 22, 3)))[0]
    depth = [0] * 22
    for joint, parent in enumerate(ui_prmd.PARENTS):
        depth[joint] = depth[parent] + 1 if parent >= 0 else 1
    np.testing.assert_allclose(upright, [[0, 10 * deep, 0] for deep in depth])
    bent = np.zeros((1, 22, 3))
    bent[0, 0, 0] = 90.0  # the waist, about x: what was up points forward
    turned = ui_prmd.assembled(positions, bent)[0]
    np.testing.assert_allclose(turned[1], [0, 10, 10], atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(np.diff(turned[:4], axis=0), axis=1), 10)


def test_damage_in_ui_prmd_is_named(prmd):
    angles = prmd / "Kinect" / "Angles"
    (angles / "m01_s01_e02_angles.txt").unlink()
    lines = (angles / "m05_s02_e01_angles.txt").read_text().splitlines()
    (angles / "m05_s02_e01_angles.txt").write_text(
        "\n".join([*lines[:2], lines[2].replace("0.000000", "x", 1), *lines[3:]])
    )
    np.savetxt(angles / "m01_s01_e01_angles.txt", np.zeros((5, 66)), delimiter=",")
    problems = named(prmd)
    assert len(problems) == 3
    assert problems[0].startswith("Kinect/Positions/m01_s01_e02_positions.txt") and "expected the angles" in problems[0]
    assert any("m05_s02_e01_angles.txt, row 3, column 1: expected a number, got 'x'" in each for each in problems)
    assert any("m01_s01_e01_angles.txt" in each and "expected 8 frames" in each for each in problems)


# --- Labelled clips

HEADING = ("file", "landmarks", "source", "exercise", "reps", "reps_low", "reps_high", "reps_bilateral", "hold_s")


@pytest.fixture
def clips(tmp_path):
    rows = [
        (*HEADING, "turns_s", "confidence"),
        ("", "lunges.npz", "somebody", "lunges", 4, 3, 4, 2, "", "1.0;2.5;4;5.5", "high"),
        ("", "jumps.npz", "somebody", "other:box jump", 2, 2, 2, "", "", "1.0", "medium"),
        ("", "plank.npz", "somebody", "plank", 1, 1, 1, "", "20", "", "high"),
    ]
    write_table(tmp_path / "labels.csv", rows)
    (tmp_path / "landmarks").mkdir()
    pose = squatting(squats([100])[0], 90)
    arrays = {part: getattr(pose, part) for part in ("time", "image", "world", "visibility", "frame_size")}
    for name in ("lunges", "jumps", "plank"):
        np.savez(tmp_path / "landmarks" / f"{name}.npz", **arrays)
    return tmp_path


def test_labelled_clips_are_read(clips):
    lunges, jumps = labelled_clips.counted(clips).clips
    assert (lunges.exercise, lunges.count, lunges.low, lunges.high, lunges.both_sides) == ("lunge", 4, 3, 4, 2)
    assert [lunges.error(count) for count in range(7)] == [2, 1, 0, 0, 0, 1, 2]
    assert [cycle.turn_s for cycle in lunges.cycles] == [(1.0, 1.0), (2.5, 2.5), (4.0, 4.0), (5.5, 5.5)]
    assert (jumps.exercise, jumps.cycles) == (None, None)  # turning points of one repetition of two
    assert named(clips) == []


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (4, "few", "labels.csv, row 2, column 'reps' (E2): expected a whole number of repetitions, got 'few'"),
        (6, "-1", "labels.csv, row 2, column 'reps_high' (G2): expected a whole number of repetitions, got '-1'"),
        (9, "1;two", "labels.csv, row 2, column 'turns_s' (J2): expected seconds divided by semicolons, got '1;two'"),
        (1, "gone.npz", "labels.csv, row 2: expected the file landmarks/gone.npz, got none"),
    ],
)
def test_damaged_labels_are_named(clips, column, value, told):
    change_cell("labels.csv", 2, column, value)(clips)
    assert named(clips) == [told]


def test_damaged_landmarks_are_named_and_inspecting_says_so(clips):
    (clips / "landmarks" / "jumps.npz").write_bytes(b"landmarks")
    (problem,) = named(clips)
    assert problem.startswith("landmarks/jumps.npz: expected")
    result = CliRunner().invoke(app, ["data", "inspect", str(clips)])
    assert result.exit_code != 0 and "jumps.npz" in result.output


def test_published_counts_are_all_read(shared_data):
    counts = {"repcount_pose": (12, 5), "squat_phases": (5, 5), "ui_prmd_kinect": (2000, 10)}
    readers = {"repcount_pose": repcount, "squat_phases": squatify, "ui_prmd_kinect": ui_prmd}
    for name, (clips, least) in counts.items():
        found = readers[name].counted(shared_data / name)
        assert len(found.clips) == clips and not found.problems
        assert len({clip.source for clip in found.clips}) >= least
        assert all(len(clip.cycles) == clip.count for clip in found.clips[:5] if name != "squat_phases")
