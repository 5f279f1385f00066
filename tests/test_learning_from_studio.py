"""Windows of synthetic people for recognition: everything is there, found again, and the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from formcheck.exercises import catalogue
from formcheck.learn.studio import REST, UNKNOWN, labels, studio_examples
from formcheck.predictor import BODY, Sliding

CUT = Sliding(30, 7.5, 2.0)


def test_a_person_does_everything_once_and_is_kept(tmp_path):
    made = studio_examples([5], BODY, CUT, tmp_path)
    assert made.names == labels() == (*(exercise.name for exercise in catalogue()), REST, UNKNOWN)
    assert (made.counts() > 0).all() and set(made.people) == {"person 5"}
    assert np.isfinite(made.values).all() and np.abs(made.values).max() < 20
    assert set(made.clips[made.labels == labels().index("squat")]) == {"squat of person 5"}

    (kept,) = tmp_path.rglob("person-5.npz")
    written = kept.stat().st_mtime_ns
    again = studio_examples([5], BODY, CUT, tmp_path)
    assert kept.stat().st_mtime_ns == written and np.array_equal(again.values, made.values)

    kept.write_bytes(kept.read_bytes()[:1000])  # the power went
    anew = studio_examples([5], BODY, CUT, tmp_path)
    assert np.array_equal(anew.values, made.values) and np.array_equal(anew.labels, made.labels)


def test_nobody_is_refused(tmp_path):
    with pytest.raises(ValueError, match="seeds of synthetic people, got none"):
        studio_examples([], BODY, CUT, tmp_path)
