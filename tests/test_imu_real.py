"""Real sensors, where their recordings lie beside the checkout: repetitions, rest, and a unit not as declared."""

from pathlib import Path

import numpy as np
import pytest

from formcheck.evaluation.imu import count_worn
from formcheck.evaluation.imu_data import metamotion, watch
from formcheck.inertial import imu_sets
from formcheck.sources.imu import read_imu

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the recordings of sensors in ../shared/data")


def test_copies_under_other_names_are_one_recording():
    once, as_named = (metamotion(SHARED / "imu_metamotion", named) for named in (False, True))
    assert {each.person for each in as_named} - {each.person for each in once} == {"E"}
    assert len(once) == 61 and len(as_named) > 90


def test_sets_of_two_people_are_counted_and_rest_is_none():
    chosen = [each for each in metamotion(SHARED / "imu_metamotion") if each.person in "CD" and each.reps]
    off = np.array([felt.off for felt in count_worn(chosen[::2])])
    assert (off == 0).mean() >= 0.7 and (np.abs(off) <= 1).mean() >= 0.9
    for each in metamotion(SHARED / "imu_metamotion"):
        if each.exercise == "rest":
            assert imu_sets(each.sensors()) == []


def test_a_recording_in_another_unit_than_the_others_is_found():
    (odd,) = [each for each in watch(SHARED / "imu_watch") if each.name.startswith("100125_IDBC_W7_5_S2")]
    said = read_imu(odd.files).warnings
    assert len(said) == 1 and "read as m/s2" in said[0]
