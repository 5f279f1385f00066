"""Two clips of one performance that share no clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.body import PoseSequence
from formcheck.body.sync import LEAST_AGREEMENT, find_offset
from formcheck.evaluation.two_views_other import KINDS, OTHER_SET, Paired, paired, paired_rows
from formcheck.exercises import find
from formcheck.signals import uniform_clock
from formcheck.synthetic import Athlete, Performance, perform


@pytest.fixture(scope="module")
def done() -> Performance:
    """Three squats, the second of them shallow: repetitions that are all alike fit each other as well as themselves."""
    faults = [{}, {"hips_below_knees": 1.0}, {}]
    return perform(find("squat"), Athlete.sample(5), 3, faults, seed=5, before_s=1.0, after_s=1.0)


def seen(done: Performance, azimuth_deg: float, rate_hz: float, start_s: float, seed: int = 1) -> PoseSequence:
    """A clip that starts late, on its own clock, with landmarks that are a pixel or two off."""
    clip = done.at(uniform_clock(start_s, float(done.time[-1]), rate_hz))
    pose = clip.landmarks(done.camera(azimuth_deg=azimuth_deg), occlusion=False)
    noise = np.random.default_rng(seed).normal(0.0, 1.5, pose.image.shape)
    return replace(pose, image=pose.image + noise).shifted(-start_s)


@pytest.mark.parametrize(
    ("first_hz", "second_hz", "start_s"), [(30.0, 24.0, 0.713), (30.0, 60.0, 2.0031), (15.0, 25.0, 0.35)]
)
def test_frame_rates_that_differ_are_aligned_to_a_tenth_of_a_frame(done, first_hz, second_hz, start_s):
    offset = find_offset(seen(done, 0.0, first_hz, 0.0, 1), seen(done, 80.0, second_hz, start_s, 2))
    assert offset is not None and offset.agreement > 0.9
    assert abs(offset.offset_s - start_s) < 0.1 / min(first_hz, second_hz)


def test_clips_that_overlap_in_part_are_aligned(done):
    long_s = float(done.time[-1])
    first, second = seen(done, 10.0, 30.0, 0.0, 1), seen(done, -85.0, 24.0, 0.4 * long_s, 2)
    offset = find_offset(first.between(0.0, 0.85 * long_s), second)
    assert offset is not None
    assert abs(offset.offset_s - 0.4 * long_s) < 1 / 24


def test_a_stream_agrees_with_itself(done):
    pose = seen(done, 0.0, 30.0, 0.0)
    offset = find_offset(pose, pose.shifted(-1.0))
    assert offset is not None and offset.offset_s == pytest.approx(1.0, abs=1e-3) and offset.agreement > 0.99


def test_a_mirrored_view_keeps_its_time(done):
    offset = find_offset(seen(done, 0.0, 30.0, 0.0), seen(done, 90.0, 30.0, 0.5, 2).mirrored())
    assert offset is not None and offset.offset_s == pytest.approx(0.5, abs=0.01)


def test_two_different_performances_do_not_agree(done):
    other = perform(find("barbell biceps curl"), Athlete.sample(8), 3, seed=9, before_s=2.0, after_s=0.5)
    offset = find_offset(seen(done, 0.0, 30.0, 0.0), seen(other, 90.0, 30.0, 0.0))
    assert offset is None or offset.agreement < LEAST_AGREEMENT


def test_another_set_of_the_exercise_agrees_but_not_in_pace(done):
    """Three squats by somebody else are much like these three; the same ones seen by another camera keep their pace."""
    other = perform(find("squat"), Athlete.sample(6), 3, seed=6, before_s=1.0, after_s=1.0)
    first = seen(done, 0.0, 30.0, 0.0)
    same, strange = find_offset(first, seen(done, 85.0, 25.0, 0.3, 2)), find_offset(first, seen(other, 85.0, 25.0, 0.3))
    assert same is not None and same.astray < 0.1 and not same.loose
    assert strange is not None and strange.agreement > 0.8 and strange.loose


def test_other_sets_are_told_in_a_table_by_what_the_films_show():
    squats, curls = find("squat"), find("barbell biceps curl")
    told = paired([squats, curls], range(2))
    assert sorted({each.kind for each in told}) == sorted(KINDS)
    assert all(each.right is None for each in told if not each.aligned or each.kind.startswith("another"))
    rows = paired_rows([*told, Paired(OTHER_SET, 0, True, False, None)])
    assert [row[1] for row in rows[1:]] == ["4", "12", "5", "4"]
    taken = sum(each.aligned and not each.doubted for each in told if each.kind == OTHER_SET)
    assert rows[1 + KINDS.index(OTHER_SET)][-1] == str(taken + 1), "another set that is taken is wrong"


def test_clips_without_a_shared_second_are_not_aligned(done):
    pose = seen(done, 0.0, 30.0, 0.0)
    assert find_offset(pose.between(0.0, 1.5), pose.between(3.0, 4.5)) is None
