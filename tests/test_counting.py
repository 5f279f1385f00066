"""Counting: of known exercises and of unknown ones, in recordings and live; the same however it was filmed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.assess.counting import count_reps
from formcheck.assess.unnamed import find_sets
from formcheck.body import BLAZEPOSE_33, COCO_17, PoseSequence
from formcheck.coach import analyze
from formcheck.exercises import find
from formcheck.live import LiveCoach, replayed
from formcheck.sources import write_pose
from formcheck.synthetic import Athlete, act, activities, perform
from formcheck.synthetic.plan import Pauses

KNOWN = {"squat": "side-left", "push-up": "side-left", "lateral raise": "front", "lunge": "side-left"}
UNKNOWN = {
    **KNOWN,
    "barbell biceps curl": "oblique",
    "jumping jack": "front",
    "pull up": "front",
    "sit-up": "side-left",
}


def landmarks(performance, view, noise_px=1.5, seed=0):
    exact = performance.landmarks(performance.camera(view), occlusion=False)
    draw = np.random.default_rng(seed)
    return replace(exact, image=exact.image + draw.normal(0.0, noise_px, exact.image.shape))


def performed(name, view, reps=5, seed=2, rate_hz=30.0, **options):
    return landmarks(perform(find(name), Athlete.sample(seed), reps=reps, seed=seed, rate_hz=rate_hz, **options), view)


def told(pose, exercise=None):
    return [event for event in replayed(pose, LiveCoach(exercise, pose.skeleton, pose.frame_size))]


def counted_live(pose, exercise=None):
    return sum(event.event == "repetition" for event in told(pose, exercise))


@pytest.fixture(scope="module")
def squats():
    return performed("squat", "side-left", before_s=1.5, after_s=1.5)


@pytest.mark.parametrize("name", UNKNOWN)
def test_whatever_is_repeated_is_counted_without_its_name(name):
    pose = performed(name, UNKNOWN[name], before_s=2.0, after_s=2.0, pauses=Pauses(between_s=1.0))
    found = count_reps(pose)
    assert found.count == 5
    assert found.confidence > 0.7
    assert count_reps(pose.on(COCO_17)).count == 5  # fewer joints, no depth


@pytest.mark.parametrize("name", KNOWN)
def test_live_tells_what_the_recording_holds(name):
    pose = performed(name, KNOWN[name], before_s=1.5, after_s=1.5)
    exercise = find(name)
    recorded = count_reps(pose, exercise)
    events = [event for event in told(pose, exercise) if event.event == "repetition"]
    assert recorded.count == len(events) == 5
    assert counted_live(pose) == 5
    spans = [span for span in recorded.spans if span.complete]
    for event, span in zip(events, spans, strict=True):
        assert abs(event.rep.turn_s - span.turn_s) < 0.15
        assert event.time_s - span.end_s < 0.35
        assert event.rep.findings


@pytest.mark.parametrize("name", activities())
def test_who_does_something_else_does_no_repetitions(name):
    for seed in (31, 32):
        pose = landmarks(act(name, Athlete.sample(seed), 30.0, seed=seed), "oblique", seed=seed)
        assert find_sets(pose) == []


@pytest.fixture(scope="module")
def workout():
    parts = [
        performed("squat", "side-left", reps=6),
        landmarks(act("walking", Athlete.sample(2), 12.0, seed=2), "side-left"),
        landmarks(act("standing", Athlete.sample(2), 12.0, seed=2), "side-left"),
        performed("barbell biceps curl", "side-left", reps=7),
    ]
    start_s, times, images, worlds, seen = 0.0, [], [], [], []
    for part in parts:
        times.append(part.time + start_s)
        start_s = times[-1][-1] + 1 / 30
        images.append(part.image * (np.array((1280, 720)) / part.frame_size))
        worlds.append(part.world)
        seen.append(part.visibility)
    arrays = (np.concatenate(each) for each in (times, images, worlds, seen))
    return PoseSequence(*arrays, BLAZEPOSE_33, (1280, 720)), np.cumsum([part.time[-1] for part in parts])


def test_a_workout_falls_into_sets_rest_and_other_movement(workout, tmp_path):
    pose, ends_s = workout
    write_pose(tmp_path / "workout.npz", pose)
    analysis = analyze(tmp_path / "workout.npz")
    assert [each.count for each in analysis.sets] == [6, 7]
    assert [each.exercise for each in analysis.sets] == ["squat", "barbell biceps curl"]
    assert analysis.sets[0].end_s < ends_s[0] + 0.5 and analysis.sets[1].start_s > ends_s[2] - 0.5
    between = [part for part in analysis.segments if part.end_s < ends_s[2] + 3.0]
    assert [part.kind for part in between] == ["unknown", "rest"]
    assert abs(between[0].end_s - ends_s[1]) < 2.0


def test_a_load_needs_an_exercise(workout, tmp_path):
    write_pose(tmp_path / "workout.npz", workout[0])
    with pytest.raises(ValueError, match="expected an exercise with the load"):
        analyze(tmp_path / "workout.npz", load_kg=60.0)


def test_a_set_that_gets_shallow_is_counted_to_its_end():
    faults = [{}, {}, {}, {"hips_below_knees": 0.6}, {}, {"hips_below_knees": 0.6}]
    pose = performed("squat", "side-left", reps=6, faults=faults)
    assert count_reps(pose, find("squat")).count == count_reps(pose).count == 6


@settings(max_examples=12, deadline=None)
@given(
    mirror=st.booleans(),
    shift=st.tuples(st.floats(-400, 400), st.floats(-400, 400)),
    scale=st.floats(0.4, 3.0),
    slower=st.floats(0.6, 1.8),
    keep=st.integers(1, 2),
    known=st.booleans(),
)
def test_the_count_does_not_depend_on_how_it_was_filmed(squats, mirror, shift, scale, slower, keep, known):
    pose = squats.mirrored() if mirror else squats
    pose = replace(
        pose,
        time=pose.time[::keep] * slower,
        image=pose.image[::keep] * scale + shift,
        world=pose.world[::keep],
        visibility=pose.visibility[::keep],
    )
    assert count_reps(pose, find("squat") if known else None).count == 5


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.floats(0.5, 20.0), min_size=2, max_size=4))
def test_more_to_see_never_lowers_the_count_of_a_given_exercise(squats, cuts):
    counts = [counted_live(squats.between(0.0, until_s), find("squat")) for until_s in sorted(cuts)]
    assert counts == sorted(counts)


def still(frames, value=100.0):
    image = np.full((frames, 33, 2), value) + np.arange(33)[:, None]
    return PoseSequence(np.arange(frames) / 30, image, None, np.ones((frames, 33)), BLAZEPOSE_33, (640, 480))


def test_recordings_without_anything_in_them_count_zero():
    for pose in (still(1), still(3), still(300), still(300, np.nan)):
        assert count_reps(pose).count == 0
        assert count_reps(pose, find("squat")).count == 0
        assert counted_live(pose) == 0


def test_a_clock_that_is_set_back_is_refused(squats):
    coach = LiveCoach(find("squat"))
    coach.push(1.0, None)
    with pytest.raises(ValueError, match=r"after 1\.000 s, got 1\.000"):
        coach.push(1.0, None)


def test_an_unnamed_movement_is_told_from_the_third_repetition_on(squats):
    events = [event for event in told(squats) if event.event == "repetition"]
    assert [event.count for event in events] == [1, 2, 3, 4, 5]
    assert events[0].time_s == events[1].time_s >= events[1].rep.end_s + 0.5  # told once it has shown that it repeats
    assert events[2].time_s - events[2].rep.end_s < 2.0
    recorded = [span.turn_s for span in count_reps(squats).spans]
    assert np.allclose([event.rep.turn_s for event in events], recorded, atol=0.25)
