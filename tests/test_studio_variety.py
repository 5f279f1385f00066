"""How else people exercise, and what no catalogue holds: every motion can be performed, and none is the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from formcheck.exercises import catalogue, find
from formcheck.exercises.motion import Motion
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.improvised import improvised
from formcheck.synthetic.outsiders import outsiders
from formcheck.synthetic.styles import styles

FLOOR_M = -0.25  # limbs may dip into the floor a little where nobody corrects an improvised pose

NAMES = [exercise.name for exercise in catalogue() if exercise.motion is not None]


@pytest.mark.parametrize("name", [name for name in NAMES if len(styles(find(name))) > 1])
def test_every_style_is_performed_and_moves(name):
    exercise = find(name)
    whole = [perform(replace(exercise, motion=motion), Athlete.sample(1), 2) for motion in styles(exercise)]
    for performance in whole:
        assert np.isfinite(performance.points).all()
        assert performance.points[..., 1].min() > FLOOR_M
        assert np.ptp(performance.points, axis=0).max() > 0.15


def test_styles_begin_with_the_file_of_the_exercise_and_differ_from_it():
    own, *others = styles(find("squat"))
    assert own is find("squat").motion and others
    heights = [_hand_over_shoulder(motion) for motion in (own, others[0])]
    assert heights[0] < -0.4 < -0.2 < heights[1]  # hanging; at the bar on the back


def _hand_over_shoulder(motion: Motion) -> float:
    start = perform(replace(find("squat"), motion=motion), Athlete.sample(0), 1).body.points
    return float(start["wrist_left"][0, 1] - start["shoulder_left"][0, 1])


def test_improvised_exercises_are_many_and_the_same_for_a_seed():
    supports = set[str]()
    for seed in range(40):
        performance = perform(improvised(seed), Athlete.sample(seed), 2, seed=seed)
        assert np.isfinite(performance.points).all()
        assert np.ptp(performance.points, axis=0).max() > 0.05
        supports.add(performance.motion.support)
    assert supports >= {"feet", "seat", "hands and toes"}
    assert improvised(7) == improvised(7) != improvised(8)


@pytest.mark.parametrize("exercise", outsiders(), ids=lambda each: each.name)
def test_well_known_exercises_outside_the_catalogue_are_performed(exercise):
    performance = perform(exercise, Athlete.sample(2), 2)
    assert np.isfinite(performance.points).all()
    assert performance.points[..., 1].min() > FLOOR_M
    assert np.ptp(performance.points, axis=0).max() > 0.03
    taught = {name.lower() for each in catalogue() for name in (each.name, *each.aliases)}
    assert exercise.name not in taught
