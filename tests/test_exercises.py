"""One test holds every exercise file to the same claims."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.exercises import UnknownExercise, catalogue, find
from formcheck.reps import find_reps

EXERCISES = {exercise.name: exercise for exercise in catalogue()}

ALEX_GYM_1 = {
    "squat": "feet_flat simultaneous_hip_knee_bend hips_move_back neutral_lower_back hips_below_knees feet_angled_out",
    "lunge": "heels_shoulder_width gaze_forward knee_90 natural_arm_swing feet_aligned back_straight "
    "back_knee_position",
    "single-leg romanian deadlift": "balance back_straight leg_extension controlled_reverse support_knee_bent",
}


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_an_exercise_file_keeps_the_promises_of_every_exercise_file(exercise):
    assert 3 <= len(exercise.criteria) <= 7
    assert {fault.criterion for fault in exercise.faults} == {criterion.id for criterion in exercise.criteria}
    assert exercise.motion is not None
    for criterion in exercise.criteria:
        for sentence in (criterion.cue, criterion.why):
            assert sentence[0].isupper() and sentence.endswith(".") and len(sentence.split()) >= 4
        assert criterion.title and not criterion.title.endswith(".")
        assert len(criterion.source.split()) >= 2
        low, high = criterion.good
        inside = np.clip(0.0, max(low, -1e6), min(high, 1e6))
        assert criterion.score(float(inside)) == 1.0
        for edge, sign in ((low, -1), (high, 1)):
            if np.isfinite(edge):
                assert criterion.score(edge + sign * criterion.margin) == pytest.approx(0.5)
                assert criterion.score(edge + sign * 2.1 * criterion.margin) == 0.0
                assert criterion.limit_distance(edge + sign * criterion.margin) == pytest.approx(0.0)


@pytest.mark.parametrize(("name", "ids"), ALEX_GYM_1.items())
def test_the_criteria_of_alex_gym_1_are_there_by_their_ids(name, ids):
    assert [criterion.id for criterion in EXERCISES[name].criteria] == ids.split()


@given(st.sampled_from(sorted(EXERCISES)), st.data())
def test_a_name_is_found_whatever_its_case_hyphens_and_underscores(name, data):
    spelled = "".join(data.draw(st.sampled_from([letter.lower(), letter.upper()])) for letter in name)
    spelled = spelled.replace(" ", data.draw(st.sampled_from([" ", "-", "_", ""])))
    assert find(spelled) is EXERCISES[name]
    assert find(spelled + "s") is EXERCISES[name]


def test_every_alias_leads_to_one_exercise_only():
    aliases = [alias for exercise in EXERCISES.values() for alias in (exercise.name, *exercise.aliases)]
    assert len(set(aliases)) == len(aliases)
    assert all(find(alias).name for alias in aliases)


def test_an_unknown_name_gets_the_nearest():
    with pytest.raises(UnknownExercise, match=r"got 'sqat': did you mean squat"):
        find("sqat")
    with pytest.raises(UnknownExercise, match="lunge"):
        find("zzzz")


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_the_least_excursion_is_one_that_the_state_machine_takes(exercise):
    time = np.arange(0, 8, 1 / 30)
    values = 1.3 * exercise.driving.least * (1 - np.cos(np.pi * time)) / 2
    assert sum(span.complete for span in find_reps(time, values, exercise.driving.least)) == 4
