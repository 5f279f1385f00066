"""What people say about themselves: units, what cannot be, and numbers for models."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.learn.datasets import Person
from formcheck.learn.metadata import NAMES, features, impossible, impossible_together

SAID = {"height_cm": 180.0, "weight_kg": 81.0, "sleep_h": 7.5, "age": 23.0, "smoker": "no", "diet": "healthy"}


def told(**facts):
    values, names = features(Person("somebody", facts))
    assert names == NAMES and values.shape == (len(NAMES),)
    return dict(zip(names, values.tolist(), strict=True))


def test_facts_become_numbers_for_models():
    found = told(**SAID)
    assert found["bmi_kg_m2"] == pytest.approx(25.0)
    assert (found["smokes"], found["eats_healthily"], found["age_years"], found["sleep_h"]) == (0.0, 1.0, 23.0, 7.5)


def test_what_is_missing_or_impossible_is_nan():
    found = told(**(SAID | {"smoker": None, "height_cm": 18.0, "diet": "pizza"}))
    assert all(np.isnan(found[name]) for name in ("smokes", "height_cm", "bmi_kg_m2", "eats_healthily"))
    assert found["weight_kg"] == 81.0
    assert np.isnan(list(told().values())).all()


@pytest.mark.parametrize(
    ("heading", "value", "cm"),
    [("Height (m)", 1.8, 180.0), ("height in cm", 180, 180.0), ("Height (in)", 70, 177.8), ("height", "181", 181.0)],
)
def test_units_of_headings_are_obeyed(heading, value, cm):
    assert told(**{heading: value})["height_cm"] == pytest.approx(cm)


@pytest.mark.parametrize(
    ("heading", "value", "expected"),
    [
        ("height_cm", 1.8, "100 to 250"),
        ("height_m", 180.0, "1 to 2.5"),
        ("weight_kg", -4.0, "25 to 350"),
        ("sleep_h", 26.0, "0 to 24"),
        ("age", "old", "a number"),
        ("age", 23.0, None),
        ("smoker", "yes", None),
        ("weight_kg", None, None),
    ],
)
def test_impossible_values_are_told_in_the_unit_of_their_heading(heading, value, expected):
    assert impossible(heading, value) == expected


def test_a_height_and_a_weight_that_do_not_belong_together_are_told():
    assert impossible_together(SAID) is None
    assert "kg/m2" in (impossible_together(SAID | {"height_cm": 120.0, "weight_kg": 190.0}) or "")


@given(st.dictionaries(st.sampled_from([*SAID, "other"]), st.none() | st.floats() | st.text(max_size=4)))
def test_whatever_is_said_the_numbers_are_in_their_ranges_or_nan(facts):
    found = told(**facts)
    assert all(np.isnan(found[name]) or found[name] in (0.0, 1.0) for name in ("smokes", "eats_healthily"))
    assert np.isnan(found["height_cm"]) or 100.0 <= found["height_cm"] <= 250.0
    assert np.isnan(found["weight_kg"]) or 25.0 <= found["weight_kg"] <= 350.0
