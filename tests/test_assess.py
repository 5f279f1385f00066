"""Verdicts, scores and sets, on a person by arithmetic."""

from dataclasses import replace

import numpy as np
import pytest
from figures import squats, squatting
from hypothesis import given
from hypothesis import strategies as st

from formcheck.assess import assess, between_sets
from formcheck.assess.judge import judge
from formcheck.assess.sets import REST_S
from formcheck.body.quantities import hip_over_knee, knee_flexion
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises import Criterion, Exercise, Hold, Posture, find
from formcheck.exercises.vocabulary import Read, at_start, at_turn, throughout
from formcheck.report.words import amount, remark
from formcheck.reps import RepSpan

SQUAT = find("squat")
_DO = ("Sit lower until your thighs are level.", "Level thighs make the muscles work.", "a coaching standard", 3.0)
WALL_SIT = Exercise(
    name="wall sit",
    aliases=(),
    hold=Hold(knee_flexion, (Posture(knee_flexion, 70.0, 110.0),)),
    criteria=(
        Criterion("level", "Thighs level", throughout(knee_flexion), (80.0, 100.0), 5.0, ("side",), *_DO),
        Criterion("start", "Low from the start", at_start(knee_flexion), (80.0, 100.0), 5.0, ("side",), *_DO),
        Criterion("end", "Still low", Read(knee_flexion, "end", since="start"), (-5, 5), 5.0, ("side",), *_DO),
    ),
)


def tracks(knee_deg, **views):
    return {name: Track(with_view(squatting(knee_deg, yaw))) for name, yaw in views.items()}


def by_id(rep):
    return {finding.criterion: finding for finding in rep.findings}


@given(low=st.floats(-50, 0), width=st.floats(1, 50), margin=st.floats(0.1, 20), value=st.floats(-200, 200))
def test_a_criterion_passes_up_to_its_margin_and_its_score_never_jumps(low, width, margin, value):
    criterion = Criterion(
        "c", "T", at_turn(hip_over_knee), (low, low + width), margin, ("side",), "Do.", "So.", "somebody", 1.0
    )
    score, distance = criterion.score(value), criterion.limit_distance(value)
    assert 0.0 <= score <= 1.0
    assert (score >= 0.5) == (distance >= -1e-9) or abs(distance) < 1e-6
    assert abs(criterion.score(value + 0.01 * margin) - score) <= 0.0051


def test_deep_and_shallow_squats_are_counted_alike_and_judged_apart():
    knee_deg, turns = squats([115, 75, 115])
    (found,) = assess(SQUAT, tracks(knee_deg, side=90))
    assert found.count == 3
    assert [rep.turn_s for rep in found.reps] == pytest.approx(turns, abs=0.1)
    assert [by_id(rep)["hips_below_knees"].verdict for rep in found.reps] == ["pass", "fail", "pass"]
    assert found.advice[0].criterion == "hips_below_knees" and found.advice[0].reps == (2,)
    rep = found.reps[0]
    assert rep.tempo.down_s == pytest.approx(rep.tempo.up_s, abs=0.15) and 0.5 < rep.tempo.down_s < 1.0
    assert rep.complete and not rep.attempt and rep.asymmetry is None
    assert len(found.trace.time_s) == len(found.trace.value)


def test_each_criterion_is_judged_by_the_camera_that_sees_it_and_else_says_which_it_takes():
    knee_deg, _ = squats([110, 110])
    (both,) = assess(SQUAT, tracks(knee_deg, front=0, side=90))
    streams = {name: finding.stream for name, finding in by_id(both.reps[0]).items()}
    assert streams["feet_angled_out"] == "front" and streams["hips_below_knees"] == "side"
    (alone,) = assess(SQUAT, tracks(knee_deg, front=0))
    finding = by_id(alone.reps[0])["hips_move_back"]
    assert finding.verdict == "not_judged" and finding.score is None and "at your side" in finding.reason
    assert alone.reps[0].asymmetry == pytest.approx(0.0, abs=0.01)


def test_a_hidden_joint_or_a_cut_off_repetition_is_not_judged():
    knee_deg, turns = squats([110, 110])
    pose = with_view(squatting(knee_deg, 90))
    seen = pose.visibility.copy()
    seen[:, [pose.skeleton.index(f"{part}_left") for part in ("heel", "foot_index", "ankle")]] = 0.1
    (found,) = assess(SQUAT, {"side": Track(replace(pose, visibility=seen))})
    assert "hidden" in by_id(found.reps[0])["feet_flat"].reason
    cut = pose.between(0.0, turns[1] + 0.05)
    (found,) = assess(SQUAT, {"side": Track(cut)})
    assert [rep.complete for rep in found.reps] == [True, False] and found.count == 1
    last = by_id(found.reps[-1])
    assert "ends inside" in last["feet_flat"].reason and last["hips_below_knees"].verdict == "pass"


def test_a_confident_verdict_is_far_from_the_limit():
    criterion = next(criterion for criterion in SQUAT.criteria if criterion.id == "hips_below_knees")
    knees = (120, 106, 60)
    confidences = []
    for knee in knees:
        side = tracks(np.full(60, knee), side=90)
        confidences.append(judge(criterion, side, RepSpan(0.3, 1.0, 1.7, 80.0), None).confidence)
    assert confidences[1] < min(confidences[0], confidences[2]) and all(0.5 <= c < 1.0 for c in confidences)


def test_a_long_rest_ends_a_set_and_rests_lie_between():
    first, _ = squats([110, 110])
    knee_deg = np.concatenate([first, np.zeros(int((REST_S + 5) * 30)), first])
    seen = tracks(knee_deg, side=90)
    found = assess(SQUAT, seen)
    assert [each.count for each in found] == [2, 2]
    poses = {name: track.pose for name, track in seen.items()}
    segments = between_sets(found, poses, 0.0, len(knee_deg) / 30)
    assert [part.kind for part in segments] == ["rest"] and segments[0].end_s - segments[0].start_s > REST_S


def test_a_hold_is_timed_judged_and_told_in_seconds():
    knee_deg = np.concatenate([np.zeros(30), np.full(150, 90.0), np.zeros(12), np.full(90, 90.0), np.zeros(30)])
    knee_deg = np.concatenate(
        [knee_deg, np.zeros(60), np.full(75, 90.0), np.zeros(30), np.full(33, 90.0), np.zeros(30)]
    )
    (found,) = assess(WALL_SIT, tracks(knee_deg, side=90))
    assert [rep.attempt for rep in found.reps] == [False, False, True]  # a dip of 0.4 s belongs to the first
    first, second, short = (rep.end_s - rep.start_s for rep in found.reps)
    assert (first, second, short) == pytest.approx((252 / 30, 2.5, 1.1), abs=0.2)
    assert found.count == 2 and found.hold_s == pytest.approx(first + second, abs=0.01)
    rep = found.reps[0]
    assert rep.kind == "hold" and rep.turn_s == pytest.approx((rep.start_s + rep.end_s) / 2, abs=1e-3)
    assert rep.tempo.hold_s == pytest.approx(first, abs=0.01) and rep.tempo.down_s is None
    assert rep.range_of_motion is None and rep.confidence > 0.8
    level, start, end = (finding.value for finding in rep.findings)
    assert level == pytest.approx(90.0, abs=3.0) and start == pytest.approx(90.0, abs=3.0) and abs(end) < 3.0
    assert remark(rep, found) == f"Hold 1, held {first:.1f} s: good."
    assert amount(found) == f"held {first + second:.1f} s in 2 holds"
    assert "too short" in remark(found.reps[2], found)


def test_a_hold_that_the_recording_cuts_is_timed_as_far_as_it_is_seen():
    (found,) = assess(WALL_SIT, tracks(np.full(120, 90.0), side=90))
    assert found.count == 1 and found.hold_s == pytest.approx(119 / 30, abs=0.01) and found.reps[0].complete
    assert assess(WALL_SIT, tracks(np.full(120, 40.0), side=90)) == ()


def test_nobody_and_nothing_make_no_set():
    assert assess(SQUAT, {}) == ()
    assert assess(SQUAT, tracks(np.zeros(90), side=90)) == ()
    pose = squatting(np.zeros(30))
    lost = replace(pose, image=np.full_like(pose.image, np.nan), world=np.full_like(pose.world, np.nan))
    assert assess(SQUAT, {"front": Track(with_view(lost))}) == ()
