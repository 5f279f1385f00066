"""What is drawn from an analysis: the page, the table, the cue track, the overlay, and how writing them ends."""

import csv
import io
import json
import re
import resource
from html.parser import HTMLParser

import av
import numpy as np
import pytest

from figures import squats, squatting
from formcheck.assess.analysis import (
    Advice,
    Analysis,
    CriterionSummary,
    ExerciseSet,
    Finding,
    Rep,
    Segment,
    Stream,
    Tempo,
    Trace,
)
from formcheck.body import Recording
from formcheck.report import write_outputs
from formcheck.report.drawing import LEFT, LIT, RIGHT, Lit, draw_skeleton, seen_angle
from formcheck.report.faces import Head, blur_head
from formcheck.report.figures import chosen_reps
from formcheck.report.plot import plot_rows, ticks
from formcheck.report.tracks import cues, reps_csv, srt
from formcheck.report.words import runs
from formcheck.sources import Video

NASTY = '<script>alert("1")</script> & Søren\'s "squat"'
OUTPUTS = {"analysis.json", "report.html", "reps.csv", "cues.srt", "overlay.mp4"}


def finding(verdict="pass", criterion="hips_below_knees", **changed):
    judged = verdict != "not_judged"
    fields = {
        "criterion": criterion,
        "title": "Hips below knees",
        "verdict": verdict,
        "value": 84.0 if judged else None,
        "unit": "deg",
        "good": (100.0, None),
        "score": {"pass": 0.9, "fail": 0.2, "not_judged": None}[verdict],
        "confidence": 0.9,
        "source": "rule",
        "stream": "front" if judged else None,
        "view": "front" if judged else None,
        "time_s": None,
        "joint": "knee_left" if judged else None,
        "cue": "Sit deeper until your hips pass below your knees.",
        "reason": None if judged else "your left knee is hidden from the camera",
    }
    return Finding(**(fields | changed))


def rep(index, start_s, verdicts=("pass",), length_s=2.0, **changed):
    findings = tuple(finding(verdict, f"criterion_{at}") for at, verdict in enumerate(verdicts))
    scores = [each.score for each in findings if each.score is not None]
    fields = {
        "index": index,
        "start_s": start_s,
        "turn_s": start_s + length_s / 2,
        "end_s": start_s + length_s,
        "complete": True,
        "score": sum(scores) / len(scores) if scores else None,
        "confidence": 0.9,
        "tempo": Tempo(down_s=0.9, hold_s=None, up_s=0.8),
        "range_of_motion": 95.5,
        "peak_velocity": 200.0,
        "asymmetry": 0.04,
        "findings": findings,
    }
    return Rep(**(fields | changed))


def exercise_set(reps, **changed):
    criteria = []
    for at in range(len(reps[0].findings) if reps else 0):
        verdicts = [each.findings[at].verdict for each in reps]
        criteria.append(
            CriterionSummary(
                criterion=f"criterion_{at}",
                title="Hips below knees",
                passed=verdicts.count("pass"),
                failed=verdicts.count("fail"),
                not_judged=verdicts.count("not_judged"),
                score=0.5,
                cue="Sit deeper.",
                why="It trains more.",
            )
        )
    failed = tuple(each.index for each in reps if each.findings[0].verdict == "fail")
    advice = (Advice(criterion="criterion_0", cue="Sit deeper.", why="It trains more.", reps=failed),) if failed else ()
    start_s, end_s = (reps[0].start_s, reps[-1].end_s) if reps else (0.0, 1.0)
    time = np.arange(start_s, end_s, 0.05)
    fields = {
        "exercise": "squat",
        "title": "Squat",
        "confidence": 0.9,
        "start_s": start_s,
        "end_s": end_s,
        "count": sum(each.complete and not each.attempt for each in reps),
        "hold_s": None,
        "score": 0.7,
        "reps": tuple(reps),
        "criteria": tuple(criteria),
        "advice": advice,
        "trace": Trace(
            name="knee flexion",
            unit="deg",
            time_s=tuple(time.tolist()),
            value=tuple((50 - 50 * np.cos(np.pi * (time - start_s))).tolist()),
        ),
    }
    return ExerciseSet(**(fields | changed))


def analysis(*sets, streams=1, **changed):
    named = ("front", "side")[:streams]
    fields = {
        "formcheck_version": "0.0",
        "streams": tuple(
            Stream(
                name=name,
                file=f"{name}.mp4",
                view={"front": "front", "side": "side-left"}[name],
                mirrored=False,
                duration_s=8.0,
                frames=240,
                rate_hz=30.0,
                frame_size=(640, 480),
                found=0.98,
                offset_s={"front": 0.0, "side": 0.5}[name],
                offset_error_s={"front": None, "side": 0.02}[name],
            )
            for name in named
        ),
        "sets": sets,
    }
    return Analysis(**(fields | changed))


@pytest.fixture
def recording():
    """Nine seconds of three squats, seen from the front at 10 pictures a second."""
    return Recording(front=squatting(squats([110, 70, 110], rate_hz=10.0)[0], rate_hz=10.0), offset_s={"front": 0.0})


def film(path, frames=90, rate=30, size=(320, 240), bright=0):
    """A video whose frames show how far it has run: the lower part's brightness grows with time."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for at in range(frames):
            picture = np.full((size[1], size[0], 3), bright, dtype=np.uint8)
            picture[size[1] // 2 :] = 30 + 200 * at // frames
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return Video(path)


def decoded(path):
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


class Page(HTMLParser):
    """What matters of a page: its text, its tags, and where its addresses lead."""

    def __init__(self, html):
        super().__init__()
        self.words, self.tags, self.addresses, self.open = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self):
        return re.sub(r"\s+", " ", "".join(self.words))


def written(result, recording, folder, **options):
    paths = write_outputs(result, recording, options.pop("sources", {"front": None}), folder, **options)
    return Page(paths["report.html"].read_text(encoding="utf-8"))


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


def test_the_overlay_keeps_times_and_sizes_and_shows_the_video(recording, tmp_path):
    source = film(tmp_path / "front.mp4", frames=60, rate=20)
    written(analysis(exercise_set([rep(1, 0.2)])), recording, tmp_path, sources={"front": source})
    frames = decoded(tmp_path / "overlay.mp4")
    assert [round(time, 3) for time, _ in frames] == [round(at / 20, 3) for at in range(60)]
    height, width, _ = frames[0][1].shape
    assert width % 2 == height % 2 == 0 and width <= 1280 and height <= 720
    shown = [picture[-20, 20].mean() for _, picture in frames]
    assert shown[0] < 60 and shown[-1] > 190 and np.corrcoef(shown, np.arange(60))[0, 1] > 0.99


def test_a_fast_camera_is_thinned_to_thirty_frames_a_second(recording, tmp_path):
    source = film(tmp_path / "front.mp4", frames=240, rate=120)
    written(analysis(exercise_set([rep(1, 0.2)])), recording, tmp_path, sources={"front": source})
    steps = np.diff([time for time, _ in decoded(tmp_path / "overlay.mp4")])
    assert steps.min() > 0.03 and steps.max() < 0.05


def test_two_views_run_on_one_clock(tmp_path):
    knee = squats([110, 70])[0]
    front = squatting(knee)
    side = squatting(knee, 90.0)
    recording = Recording(front=front, side=side.shifted(0.5), offset_s={"front": 0.0, "side": 0.5})
    sources = {
        "front": film(tmp_path / "front.mp4", frames=120, rate=30, bright=60),
        "side": film(tmp_path / "side.mp4", frames=50, rate=25, bright=120),
    }
    beside = finding("fail", "criterion_0", stream="side", joint="hip")
    reps = [rep(1, 1.0, findings=(beside,))]
    page = written(analysis(exercise_set(reps), streams=2), recording, tmp_path / "out", sources=sources)
    assert "Second camera: side.mp4" in page.text and "started 0.50 s later (± 0.02 s)" in page.text
    assert "seen by the second camera" in page.text
    frames = decoded(tmp_path / "out" / "overlay.mp4")
    height, width, _ = frames[0][1].shape
    assert width <= 1280 and height <= 720 and len(frames) == 120
    middle = width // 2 + 30
    rows = slice(int(0.6 * height), int(0.65 * height))

    def brightness(time_s, column):
        return frames[round(time_s * 30)][1][rows, column].mean()

    assert brightness(0.2, middle) < 60  # the second camera does not run yet: a dark field
    assert brightness(1.5, middle) == pytest.approx(30 + 200 * 25 / 50, abs=10)  # its own 1.0 s
    assert brightness(1.5, 20) == pytest.approx(30 + 200 * 45 / 120, abs=10)
    assert brightness(3.5, middle) < 120  # it has stopped, so its last picture is dimmed


def test_a_pose_file_alone_gives_a_skeleton_animation(recording, tmp_path):
    page = written(analysis(exercise_set([rep(1, 1.5, ("fail",))])), recording, tmp_path)
    assert "without the video" in page.text
    red = {}
    for time_s, picture in decoded(tmp_path / "overlay.mp4"):
        assert picture[5, 5].min() > 200  # plain ground
        r, g, b = np.moveaxis(picture.astype(int), 2, 0)
        assert ((b > 150) & (r < 140)).sum() > 50  # the left side's blue
        red[time_s] = ((r > 140) & (g < 110) & (b < 90)).sum()
    lit = [time_s for time_s, count in red.items() if count > 30]
    assert (min(lit), max(lit)) == pytest.approx((1.5, 3.4))  # during the repetition that fails, and then only


def test_empty_poses_still_give_all_files(tmp_path):
    pose = squatting(np.full(30, 20.0))
    blind = type(pose)(pose.time, np.full_like(pose.image, np.nan), None, np.zeros((30, 33)), pose.skeleton, (640, 480))
    recording = Recording(front=blind, offset_s={"front": 0.0})
    written(analysis(), recording, tmp_path / "plain")
    source = film(tmp_path / "front.mp4", frames=30)
    written(analysis(), recording, tmp_path / "blurred", sources={"front": source}, blur_face=True)
    assert {path.name for path in (tmp_path / "blurred").iterdir()} == OUTPUTS


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


def test_the_face_is_hidden_also_where_the_person_was_lost():
    pose = squatting(np.full(150, 30.0))
    image = pose.image.copy()
    image[60:75] = np.nan  # lost for half a second
    image[100:] = np.nan  # and for good
    head = Head.of(type(pose)(pose.time, image, None, pose.visibility, pose.skeleton, pose.frame_size))
    rng = np.random.default_rng(0)
    busy = rng.integers(0, 255, (480, 640, 3), dtype=np.uint8)
    nose = pose.pixels("nose")

    def detail(picture, at):
        x, y = np.round(at).astype(int)
        return picture[y - 8 : y + 8, x - 8 : x + 8].std()

    for frame in (0, 59, 62, 67, 74, 99, 101, 149):
        hidden = blur_head(busy, head.at(pose.time[frame]), 1.0)
        assert detail(hidden, nose[frame]) < 0.3 * detail(busy, nose[frame]), frame
    ankle = pose.pixels("ankle_left")[0]
    assert detail(blur_head(busy, head.at(0.0), 1.0), ankle) == detail(busy, ankle)
    nobody = Head.of(type(pose)(pose.time, image * np.nan, None, pose.visibility, pose.skeleton, pose.frame_size))
    assert detail(blur_head(busy, nobody.at(1.0), 1.0), ankle) < 0.3 * detail(busy, ankle)


def test_blurring_reaches_pictures_and_overlay(tmp_path):
    pose = squatting(squats([110])[0])
    recording = Recording(front=pose, offset_s={"front": 0.0})
    rng = np.random.default_rng(1)
    texture = rng.integers(0, 255, (480, 640, 3), dtype=np.uint8)
    with av.open(str(tmp_path / "front.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for _ in range(30):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(texture, format="rgb24")))
        container.mux(stream.encode(None))
    x, y = np.round(pose.pixels("nose")[15]).astype(int)
    spread = {}
    for blur in (False, True):
        folder = tmp_path / str(blur)
        page = written(
            analysis(exercise_set([rep(1, 0.1, length_s=0.8)])),
            recording,
            folder,
            sources={"front": Video(tmp_path / "front.mp4")},
            blur_face=blur,
        )
        spread[blur] = decoded(folder / "overlay.mp4")[15][1][y - 10 : y + 10, x - 10 : x + 10].std()
        assert ("is blurred" in page.text) is blur
    assert spread[True] < 0.5 * spread[False]


def test_left_and_right_are_told_apart_and_what_failed_is_lit():
    pose = squatting(np.array([100.0]), 0.0)
    points, seen = pose.image[0], pose.visibility[0]

    def drawn(*lit):
        picture = np.zeros((480, 640, 3), dtype=np.uint8)
        draw_skeleton(picture, points, seen, pose.skeleton, lit)
        return {name: (picture == color).all(axis=2).sum() for name, color in (("l", LEFT), ("r", RIGHT), ("lit", LIT))}

    plain, one, both = drawn(), drawn(Lit("knee_left")), drawn(Lit("knee"))
    assert plain["l"] > 50 and plain["r"] > 50 and plain["lit"] == 0
    assert one["lit"] > 50 and one["l"] < plain["l"] and one["r"] == plain["r"]
    assert both["lit"] > 1.5 * one["lit"]


def test_an_angle_is_drawn_only_where_the_picture_shows_it():
    side, front = squatting(np.array([100.0]), 90.0), squatting(np.array([100.0]), 0.0)
    lit = Lit("knee_left", 100.0)
    angle = seen_angle(side.image[0], side.skeleton, lit)
    assert angle is not None
    u, v = angle.start - angle.vertex, angle.end - angle.vertex
    assert np.degrees(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v))) == pytest.approx(100.0, abs=1.0)
    assert seen_angle(front.image[0], front.skeleton, lit) is None
    assert seen_angle(side.image[0], side.skeleton, Lit("knee_left")) is None
    assert seen_angle(side.image[0] * np.nan, side.skeleton, lit) is None


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
