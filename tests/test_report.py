"""What is drawn from an analysis: the page, the table, the cue track, and how writing them ends."""

import csv
import io
import json
import re

import numpy as np
import pytest
from analyses import OUTPUTS, analysis, decoded, exercise_set, finding, rep, three_squats, written
from figures import squats, squatting

from formcheck.assess.analysis import Analysis, Segment
from formcheck.body import Recording
from formcheck.report import write_outputs
from formcheck.report.figures import chosen_reps
from formcheck.report.plot import plot_rows, ticks
from formcheck.report.tracks import cues, reps_csv, srt
from formcheck.report.words import runs

NASTY = '<script>alert("1")</script> & Søren\'s "squat"'


@pytest.fixture
def recording():
    return three_squats()


def test_the_page_says_count_score_advice_and_what_was_not_judged(recording, tmp_path):
    reps = [rep(1, 1.5, ("fail", "not_judged")), rep(2, 4, ("pass", "pass")), rep(3, 6.5, ("fail", "pass"))]
    page = written(analysis(exercise_set(reps)), recording, tmp_path, overlay=False)
    assert "Reps3 " in page.text and "Form70of 100" in page.text
    assert "Sit deeper.It trains more.Seen in reps 1 and 3" in page.text
    assert "Not judged in rep 1: your left knee is hidden from the camera." in page.text
    assert page.text.count("Not medical advice") == 1
    assert page.tags.count("tr") == 1 + 3
    assert not page.open


def test_the_page_is_self_contained_and_escapes_what_others_wrote(recording, tmp_path):
    nasty = finding("fail", cue=NASTY, title=NASTY, reason=NASTY)
    each = exercise_set([rep(1, 1.5, ("fail",), findings=(nasty,))], title=NASTY)
    result = analysis(each, warnings=(NASTY,))
    page = written(result, recording, tmp_path, overlay=False)
    assert "script" not in page.tags
    assert page.text.count('alert("1")') >= 4
    assert all(address.startswith(("data:image/jpeg;base64,", "#")) for address in page.addresses)
    assert page.tags.count("img") == 2


def test_nothing_found_says_what_was_seen_and_what_to_do(recording, tmp_path):
    result = analysis(
        warnings=("Your feet are outside the picture: move the camera back.",),
        segments=(Segment(kind="unknown", start_s=0, end_s=8),),
    )
    page = written(result, recording, tmp_path)
    assert "No exercise found" in page.text
    assert "98 % of 240 pictures" in page.text
    assert "move the camera back" in page.text
    assert {path.name for path in tmp_path.iterdir()} == OUTPUTS
    assert (tmp_path / "cues.srt").read_text() == ""
    assert len(decoded(tmp_path / "overlay.mp4")) == len(recording.front)


def test_a_set_without_any_verdict_says_so(recording, tmp_path):
    page = written(analysis(exercise_set([rep(1, 1.5, ("not_judged",))])), recording, tmp_path, overlay=False)
    assert "could not be judged" in page.text
    assert "Not judged: your left knee is hidden from the camera." in page.text


def test_forty_reps_fit(tmp_path):
    reps = [rep(at + 1, 2.0 * at, ("fail" if at % 5 == 0 else "pass",)) for at in range(40)]
    knee = 50 - 50 * np.cos(np.pi * np.arange(0, 80, 1 / 15))
    recording = Recording(front=squatting(knee, rate_hz=15.0), offset_s={"front": 0.0})
    page = written(analysis(exercise_set(reps)), recording, tmp_path, overlay=False)
    assert page.tags.count("tr") == 41
    assert 4 <= page.tags.count("img") <= 2 * 8
    assert page.tags.count("svg") >= 2
    assert "Seen in reps 1, 6, 11, 16, 21, 26, 31 and 36" in page.text


def test_attempts_and_cut_off_reps_are_marked_and_not_counted(recording, tmp_path):
    reps = [rep(1, 1.5, complete=False), rep(2, 4, attempt=True, score=None), rep(3, 6.5)]
    page = written(analysis(exercise_set(reps)), recording, tmp_path, overlay=False)
    assert "Also seen, not counted: 1 attempt and 1 rep cut off by the recording." in page.text
    assert "Attempt 2" in page.text and "Cut-off rep 1" in page.text


def test_the_rep_table_opens_in_a_spreadsheet():
    verdicts = ("fail", "not_judged")
    formula = finding("fail", "criterion_1", cue="=HYPERLINK(1)")
    reps = [rep(1, 1.25, verdicts), rep(2, 3.5, attempt=True, findings=(finding(), formula), asymmetry=None)]
    text = reps_csv(analysis(exercise_set(reps, exercise="=squat")))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0] | {"start_s": "1.25", "turn_s": "2.25", "end_s": "3.25", "hold_s": "", "down_s": "0.9"} == rows[0]
    assert rows[0]["range_of_motion_deg"] == "95.5" and rows[0]["peak_velocity_deg_s"] == "200"
    assert rows[0]["criterion_0_verdict"] == "fail" and rows[0]["criterion_0_value_deg"] == "84"
    assert rows[0]["criterion_1_verdict"] == "not_judged" and rows[0]["criterion_1_score"] == ""
    assert (rows[0]["counted"], rows[1]["counted"]) == ("true", "false")
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    assert reps_csv(analysis()).startswith("set,exercise,rep,")


def test_cues_never_overlap_and_read_in_plain_words():
    reps = [rep(1, 0.5, ("fail",)), rep(2, 2.5), rep(3, 4.4, length_s=0.15), rep(4, 4.6, length_s=0.8)]
    each = exercise_set([*reps, rep(5, 10.0, ("not_judged",)), rep(6, 20.0, attempt=True)])
    text = srt(analysis(each))
    stamp = r"(\d\d):(\d\d):(\d\d),(\d\d\d)"
    spans = [list(map(int, match)) for match in re.findall(f"{stamp} --> {stamp}", text)]
    times = [(h * 3600 + m * 60 + s + ms / 1000) for span in spans for h, m, s, ms in (span[:4], span[4:])]
    assert times == sorted(times) and all(a < b for a, b in zip(times[::2], times[1::2], strict=True))
    assert times[0] == 2.5 and times[1] == 4.5
    blocks = text.strip().split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [str(at + 1) for at in range(len(blocks))]
    assert blocks[0].splitlines()[2] == "Rep 1: sit deeper until your hips pass below your knees."
    assert "Rep 2: good.\nRep 3: good." in text
    assert "Rep 5: not judged." in text and "Attempt 6: not counted" in text
    assert srt(analysis(each), origin_s=2.0).splitlines()[1].startswith("00:00:00,500 -->")
    assert len(cues(analysis(each))) == len(blocks) == 5


def interrupted(stage, after):
    def tell(name, share):
        if name == stage and share > after:
            raise KeyboardInterrupt

    return tell


@pytest.mark.parametrize(
    ("stage", "kept"), [("Drawing the video", OUTPUTS - {"overlay.mp4"}), ("Writing the report", None)]
)
def test_an_interrupt_leaves_no_half_file_and_the_old_ones_whole(recording, tmp_path, stage, kept):
    result = analysis(exercise_set([rep(1, 1.5, ("fail",))]))
    (tmp_path / "overlay.mp4").write_bytes(b"of an earlier run")
    with pytest.raises(KeyboardInterrupt):
        write_outputs(result, recording, {"front": None}, tmp_path, progress=interrupted(stage, 0.3))
    names = {path.name for path in tmp_path.iterdir()}
    assert names == OUTPUTS if kept else "report.html" not in names
    assert (tmp_path / "overlay.mp4").read_bytes() == b"of an earlier run"
    assert not [name for name in names if name.endswith(".part")]
    assert Analysis.model_validate_json((tmp_path / "analysis.json").read_text()) == result


@pytest.mark.parametrize("room", [100, 3_000, 60_000])
def test_a_full_disk_is_an_os_error_and_leaves_nothing_half_written(tmp_path, room):
    pose = squatting(np.tile(squats([110, 70, 110])[0], 2), noise_px=20.0)
    recording = Recording(front=pose, offset_s={"front": 0.0})
    result = analysis(exercise_set([rep(1, 1.5, ("not_judged",))]))
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))  # the system refuses to write on, as a full disk does
    try:
        with pytest.raises(OSError):
            write_outputs(result, recording, {"front": None}, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    names = {path.name for path in tmp_path.iterdir()}
    assert names < OUTPUTS
    if "analysis.json" in names:
        json.loads((tmp_path / "analysis.json").read_text())


def test_pictures_show_the_best_the_worst_and_every_failure():
    kinds = [("pass", "pass"), ("fail", "pass"), ("pass", "fail"), ("fail", "fail")]
    reps = [rep(at + 1, 2.0 * at, kinds[0]) for at in range(30)]
    reps[3], reps[11], reps[20] = rep(4, 6.0, kinds[1]), rep(12, 22.0, kinds[2]), rep(21, 40.0, kinds[3], score=0.05)
    reps[7] = rep(8, 14.0, kinds[0], score=0.99)
    shown = [each.index for each in chosen_reps(exercise_set(reps))]
    assert shown == sorted(shown) and {4, 8, 12, 21} <= set(shown) and len(shown) <= 8
    assert len(chosen_reps(exercise_set([rep(at + 1, 2.0 * at, ("fail",)) for at in range(30)]))) == 8
    assert len(chosen_reps(exercise_set(reps[:5]))) == 5


def test_the_plot_leaves_gaps_open_and_marks_every_turning_point():
    reps = [rep(at + 1, 2.0 * at) for at in range(45)]
    each = exercise_set(reps)
    holes = tuple(
        None if 10 < time < 12 else value for time, value in zip(each.trace.time_s, each.trace.value, strict=True)
    )
    each = each.model_copy(update={"trace": each.trace.model_copy(update={"value": holes})})
    rows = plot_rows(each)
    assert sum(len(row.marks) for row in rows) == 45
    assert [band.number for row in rows for band in row.bands if band.number] == [str(at + 1) for at in range(45)]
    assert len(rows) == 3 and len(rows[0].lines) == 2
    assert all(0 <= mark.left <= 100 and 0 <= mark.top <= 100 for row in rows for mark in row.marks)
    none = each.trace.model_copy(update={"value": (None,) * len(each.trace.value)})
    assert plot_rows(each.model_copy(update={"trace": none})) == []


def test_numbers_in_words():
    assert runs([5, 1, 2, 3, 8, 9]) == "1–3, 5, 8 and 9"
    assert ticks(0.0, 100.0, 5) == [0, 20, 40, 60, 80, 100]
    assert ticks(3.0, 3.0, 5) == []
