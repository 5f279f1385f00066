"""Real recordings, where they lie beside the checkout: counts within their labels, three deadlifts told apart."""

from pathlib import Path

import numpy as np
import pytest

import formcheck
from formcheck.evaluation.counting import count_all, gathered

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the labelled recordings in ../shared/data")

LIFTS = {
    "jeff-j-chen_MediaPipe-PoseReader__videos__good.npz": set(),
    "jeff-j-chen_MediaPipe-PoseReader__videos__bad.npz": {"neutral_back"},
    "jeff-j-chen_MediaPipe-PoseReader__videos__heellift.npz": {"heels_down"},
}


def test_counts_of_real_people_are_within_the_labelled_range():
    (clips,) = gathered(SHARED)
    errors = np.array([clip.error for clip in count_all(clips.clips, given=True)])
    assert len(errors) > 80
    assert (errors == 0).mean() >= 0.80 and (errors <= 1).mean() >= 0.97


@pytest.mark.parametrize(("name", "failed"), LIFTS.items(), ids=lambda value: value if isinstance(value, str) else "")
def test_half_a_deadlift_is_judged_as_far_as_it_goes(name, failed):
    analysis = formcheck.analyze(SHARED / "landmarks" / name, exercise="deadlift")
    (rep,) = analysis.sets[0].reps
    assert not rep.complete and analysis.sets[0].count == 0
    judged = {finding.criterion: finding.verdict for finding in rep.judged}
    assert judged["neutral_back"] != "not_judged" and judged["heels_down"] != "not_judged"
    assert {criterion for criterion, verdict in judged.items() if verdict == "fail"} == failed
