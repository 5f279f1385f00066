"""Counting: of known exercises and of unknown ones, in recordings and live; the same however it was filmed."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.assess.counting import count_reps
from formcheck.assess.unnamed import find_sets
from formcheck.body import BLAZEPOSE_33, COCO_17, PoseSequence
from formcheck.exercises import find
from formcheck.live import LiveCoach, replayed
from formcheck.synthetic import Athlete, act, activities, perform
from formcheck.synthetic.plan import Pauses

KNOWN = {"squat": "side-left", "push-up": "side-left", "lateral raise": "front", "lunge": "side-left"}
UNNAMED = {
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


@pytest.mark.parametrize("name", UNNAMED)
def test_whatever_is_repeated_is_counted_without_its_name(name):
    pose = performed(name, UNNAMED[name], before_s=2.0, after_s=2.0, pauses=Pauses(between_s=1.0))
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
        pose = landmarks(act(name, Athlete.sample(seed), 25.0, seed=seed), "oblique", seed=seed)
        assert find_sets(pose) == []


def test_a_workout_falls_into_sets():
    parts = [
        performed("squat", "side-left", reps=6),
        landmarks(act("walking", Athlete.sample(2), 12.0, seed=2), "side-left"),
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
    sets = find_sets(PoseSequence(*arrays, BLAZEPOSE_33, (1280, 720)))
    assert [each.count for each in sets] == [6, 7]
    assert sets[0].spans[-1].end_s < parts[0].time[-1] + 0.5


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


@settings(max_examples=8, deadline=None)
@given(cuts=st.lists(st.floats(0.5, 20.0), min_size=2, max_size=4), known=st.booleans())
def test_more_to_see_never_lowers_the_count(squats, cuts, known):
    exercise = find("squat") if known else None
    counts = [counted_live(squats.between(0.0, until_s), exercise) for until_s in sorted(cuts)]
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
