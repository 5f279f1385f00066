"""The user beside the expert: in step, lit where they differ, in the video, the picture and the report."""

import csv
import io

import cv2
import numpy as np
import pytest
from analyses import analysis, decoded, exercise_set, finding, rep, written
from figures import squatting
from hypothesis import given
from hypothesis import strategies as st

from formcheck.assess.analysis import Advice, Comparison, JointDifference, KeyMoment
from formcheck.body import COCO_17, Recording
from formcheck.body.view import with_view
from formcheck.reference import Reference
from formcheck.reference.shown import showing
from formcheck.reference.warp import warp
from formcheck.report.beside import SLOW_S, STILL_S, beats
from formcheck.report.drawing import Lit, seen_angle
from formcheck.report.footage import footage_of
from formcheck.report.overlay import Encoder
from formcheck.report.plot import rep_kind
from formcheck.report.together import Together, in_step
from formcheck.report.words import remark
from formcheck.reps import RepSpan
from formcheck.sources import Video

CUE = "Bend your left knee 45 degrees more at the bottom."


def squat(depth_deg, down_s, up_s, rate_hz=25.0, idle_s=0.4, yaw_deg=90.0):
    """One squat seen from the left, and where it is: its two ways may take different times."""
    ways = [0.5 - 0.5 * np.cos(np.pi * np.arange(0, 1, 1 / (rate_hz * length_s))) for length_s in (down_s, up_s)]
    idle = np.zeros(round(idle_s * rate_hz))
    knee = depth_deg * np.concatenate([idle, ways[0], 1 - ways[1], idle])
    pose = with_view(squatting(knee, yaw_deg, rate_hz))
    return pose, RepSpan(idle_s, idle_s + down_s, idle_s + down_s + up_s, depth_deg)


EXPERT, EXPERT_SPAN = squat(115, 1.4, 0.7)
USER, SPAN = squat(70, 0.8, 1.2)
REFERENCE = Reference("Ada", "squat", (showing("side", EXPERT, EXPERT_SPAN, None),), origin="studio")


def stairs(span, expert):
    """(L, 2) s: two squats of unlike depth warped onto each other, either way apart, as a comparison tells it."""
    shares = np.linspace(0.0, 1.0, 20)
    knee = (0.5 - 0.5 * np.cos(np.pi * shares))[:, None]
    ways = []
    for first, last, course in (("start_s", "turn_s", knee), ("turn_s", "end_s", knee[::-1])):
        at = warp(span.excursion * course, expert.excursion * course)[1]
        ours, theirs = (np.linspace(getattr(each, first), getattr(each, last), 20) for each in (span, expert))
        ways.append(np.stack([ours[at[:, 0]], theirs[at[:, 1]]], axis=1))
    return np.concatenate(ways)


def compared(span=SPAN, half=None, failed=True, **changed):
    """A repetition and its comparison, as the knee's difference at the turning point is told."""
    steps = stairs(span, REFERENCE.shown[0].span)
    if half == "out":
        steps = steps[steps[:, 0] <= span.turn_s]
    knee = JointDifference(
        joint="knee",
        title="knee flexion",
        side="left",
        unit="deg",
        when="turn",
        time_s=span.turn_s,
        reference_s=EXPERT_SPAN.turn_s,
        value=70.0,
        reference=115.0,
        difference=-45.0,
        threshold=15.0,
    )
    told = {
        "criterion": "expert_knee_left",
        "source": "reference",
        "time_s": span.turn_s,
        "cue": CUE if failed else "",
    }
    beside = finding("fail" if failed else "pass", **told)
    comparison = Comparison(
        reference="Ada",
        origin="studio",
        shown=0,
        mirrored=False,
        stream="front",
        view="side-left",
        half=half,
        distance=0.1,
        apart_deg=12.0,
        moments=(
            KeyMoment(kind="start", time_s=span.start_s, reference_s=EXPERT_SPAN.start_s),
            KeyMoment(kind="turn", time_s=span.turn_s, reference_s=None),
        ),
        steps=tuple((float(a), float(b)) for a, b in steps),
        joints=(knee,),
    )
    fields = {"turn_s": span.turn_s, "end_s": span.end_s, "findings": (finding("pass", "criterion_0"), beside)}
    return rep(1, span.start_s, **(fields | {"comparison": comparison} | changed))


def pair_of(one, user=USER):
    return Together.of(one, footage_of(Recording(front=user), {}, blur_face=False), {"Ada": REFERENCE})


def test_the_expert_turns_when_the_user_turns():
    pair = pair_of(compared())
    assert pair.expert_s(SPAN.turn_s) == REFERENCE.shown[0].span.turn_s
    times = np.linspace(pair.first_s, pair.last_s, 60)
    heights = [pair.theirs(pair.expert_s(time_s))[0][0, 1] for time_s in times]
    assert times[np.argmax(heights)] == pytest.approx(SPAN.turn_s, abs=0.1)  # the nose is lowest
    yours, theirs = pair.yours(pair.first_s)[0], pair.theirs(pair.expert_s(pair.first_s))[0]
    hip, shoulder = (USER.skeleton.index(f"{joint}_left") for joint in ("hip", "shoulder"))
    assert theirs[[hip, shoulder]] == pytest.approx(yours[[hip, shoulder]], abs=1.0)  # they stand where the user stands


@given(st.lists(st.sampled_from([(1, 0), (0, 1), (1, 1)]), min_size=4, max_size=40), st.data())
def test_in_step_time_never_runs_back_and_ends_and_turns_stay(drawn, data):
    steps = np.cumsum([(0, 0), *drawn, (1, 1)], axis=0) * [0.1, 0.07]
    at = data.draw(st.integers(1, len(steps) - 2))
    comparison = compared().comparison.model_copy(update={"steps": tuple(map(tuple, steps.tolist()))})
    ours, theirs = in_step(comparison, *steps[at]).T
    assert (np.diff(ours) > 0).all() and (np.diff(theirs) >= 0).all()
    if steps[0, 0] < steps[at, 0] < steps[-1, 0]:
        assert (theirs[0], theirs[-1]) == pytest.approx((steps[0, 1], steps[-1, 1]))
    assert np.interp(steps[at, 0], ours, theirs) == pytest.approx(steps[at, 1])


def filmed(one, folder):
    """The frames of beside.mp4 with their times: the user's and the expert's half, without titles and cue."""
    recording = Recording(front=USER, offset_s={"front": 0.0})
    told = {"overlay": False, "beside": True, "references": {"Ada": REFERENCE}}
    page = written(analysis(exercise_set([one])), recording, folder, **told)
    assert "beside.mp4 shows rep 1 in step with the expert" in page.text
    frames = decoded(folder / "beside.mp4")
    height, width, _ = frames[0][1].shape
    assert width <= 1280 and height <= 720 and width % 2 == height % 2 == 0
    rows, middle = slice(90, round(0.75 * height)), width // 2
    return [(time_s, picture[rows, : middle - 4], picture[rows, middle + 4 :]) for time_s, picture in frames]


def test_in_the_video_both_are_lowest_at_the_same_moment(tmp_path):
    tops = np.array(
        [
            (time_s, *(np.flatnonzero((half.max(axis=2) > 80).any(axis=1))[0] for half in halves))
            for time_s, *halves in filmed(compared(failed=False), tmp_path)
        ]
    )
    lowest = [tops[tops[:, at] >= tops[:, at].max() - 1, 0].mean() for at in (1, 2)]
    assert lowest == pytest.approx([SPAN.turn_s - SPAN.start_s] * 2, abs=0.1)
    assert tops[:, 2].max() > tops[:, 1].max() + 20  # the expert goes deeper


def test_the_video_lights_the_joint_on_both_when_they_differ(tmp_path):
    plan = list(beats(pair_of(compared())))
    length_s = sum(beat.lasts_s for beat in plan)
    assert length_s == pytest.approx(2.0 + 2 * SLOW_S + STILL_S + 0.8, abs=0.1)
    frames = filmed(compared(), tmp_path)
    assert frames[-1][0] == pytest.approx(length_s, abs=0.05)
    lit = [
        time_s
        for time_s, *halves in frames
        if _shown(halves[0]) == (True, False) and _shown(halves[1]) == (False, True)
    ]
    none = [time_s for time_s, *halves in frames if not any(_shown(halves[0]) + _shown(halves[1]))]
    still = next(beat for beat in plan if beat.still)
    assert max(lit) - min(lit) == pytest.approx(still.lasts_s + 4 * 0.3, abs=0.2)  # 0.3 s to either side, at half speed
    assert len(lit) + len(none) == len(frames) and len(none) > 20


def _shown(half):
    """Whether a picture shows the colours of what differs and of the aim."""
    return tuple(
        bool((np.abs(half[::2, ::2].astype(int) - color).max(axis=2) < 24).sum() > 60)
        for color in ((213, 64, 0), (0, 158, 115))
    )


def test_the_report_says_who_what_and_by_how_much(tmp_path):
    advice = (Advice(criterion="expert_knee_left", cue=CUE, why="Depth trains.", reps=(1,)),)
    recording = Recording(front=USER, offset_s={"front": 0.0})
    each = exercise_set([compared()], expert_advice=advice)
    page = written(analysis(each), recording, tmp_path, overlay=False, references={"Ada": REFERENCE})
    assert "You beside Ada (the studio's synthetic expert)" in page.text and "from your left side" in page.text
    assert CUE in page.text and "Knee bend, left70°115°" in page.text and "\N{MINUS SIGN}45°" in page.text
    assert page.tags.count("circle") == 1 and not page.open
    assert not (tmp_path / "beside.mp4").exists()
    coach = cv2.imread(str(tmp_path / "coach.png"))
    assert coach is not None and coach.shape[1] <= 1280
    row = next(csv.DictReader(io.StringIO((tmp_path / "reps.csv").read_text())))
    assert (row["expert"], row["expert_knee_left_deg"], row["expert_advice"]) == ("Ada", "-45", CUE)
    assert "expert_knee_left_verdict" not in row and row["remark"] == "Rep 1: good."


def test_the_comparison_changes_no_verdict_on_criteria():
    one = compared()
    assert rep_kind(one) == "good" and remark(one, exercise_set([one])) == "Rep 1: good."


def test_what_is_not_compared_says_why_and_no_more(tmp_path):
    each = exercise_set([rep(1, 0.4)], not_compared="No expert was seen from there.")
    recording = Recording(front=USER, offset_s={"front": 0.0})
    page = written(analysis(each), recording, tmp_path, overlay=False, beside=True, references={"Ada": REFERENCE})
    assert "Not compared with an expert: no expert was seen from there." in page.text
    assert "Beside an expert" not in page.text
    assert not {"coach.png", "beside.mp4"} & {path.name for path in tmp_path.iterdir()}


def test_the_face_is_hidden_where_that_is_asked_for(tmp_path):
    checks = np.kron(np.indices((60, 80)).sum(axis=0) % 2, np.ones((8, 8)))[..., None].repeat(3, axis=2)
    with Encoder(tmp_path / "front.mp4", (640, 480)) as encoder:
        for time_s in USER.time:
            encoder.add((200 * checks).astype(np.uint8), float(time_s))
    recording = Recording(front=USER, offset_s={"front": 0.0})
    options = {"overlay": False, "references": {"Ada": REFERENCE}, "sources": {"front": Video(tmp_path / "front.mp4")}}
    shown = []
    for blur in (False, True):
        written(analysis(exercise_set([compared()])), recording, tmp_path / str(blur), blur_face=blur, **options)
        shown.append(cv2.imread(str(tmp_path / str(blur) / "coach.png")).astype(int))
    apart = np.abs(shown[1] - shown[0]).max(axis=2)
    middle = apart.shape[1] // 2
    assert (apart[:, :middle] > 50).sum() > 100 and apart[:, middle:].max() == 0


@pytest.mark.parametrize("what", ["flat", "half", "hold", "no hips", "no knees", "clean", "unknown expert"])
def test_whatever_is_missing_something_is_drawn(what, tmp_path):
    user, one = USER, compared()
    references = {"Ada": REFERENCE}
    if what == "flat":
        user = with_view(USER.on(COCO_17))
    elif what == "half":
        one = compared(half="out", complete=False)
    elif what == "hold":
        one = compared(kind="hold")
    elif what == "clean":
        one = compared(failed=False)
    elif what == "unknown expert":
        references = {}
    elif what.startswith("no"):
        gone = [joint for joint in USER.skeleton.joints if joint.startswith(what.removeprefix("no ").rstrip("s"))]
        image = USER.image.copy()
        image[:, [USER.skeleton.index(joint) for joint in gone]] = np.nan
        user = with_view(type(USER)(USER.time, image, None, USER.visibility, USER.skeleton, USER.frame_size))
    recording = Recording(front=user, offset_s={"front": 0.0})
    page = written(analysis(exercise_set([one])), recording, tmp_path, overlay=False, references=references)
    assert "Beside an expert" in page.text and not page.open
    assert (tmp_path / "coach.png").exists() == (what not in ("no hips", "unknown expert"))
    if what == "clean":
        assert "Nothing differs so much that it should be changed." in page.text


def test_the_arm_and_the_neck_have_their_own_angle_at_the_shoulder():
    points = np.full((len(USER.skeleton), 2), np.nan)
    for joint, at in (("hip", (0, 100)), ("shoulder", (0, 0)), ("elbow", (50, 0)), ("ear", (-30, 0))):
        points[USER.skeleton.index(f"{joint}_left")] = at
    for to, end in (("elbow", (50, 0)), ("ear", (-30, 0))):
        assert seen_angle(points, USER.skeleton, Lit("shoulder_left", 90.0, to)).end == pytest.approx(end)
