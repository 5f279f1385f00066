"""The demo, end to end: a rendered athlete, the real estimator, both views, and either view alone."""

import json

import pytest

import formcheck
from formcheck.demonstration import PLANNED, demonstrate
from formcheck.pose import PoseModelError, pose_model

MATCH_S = 0.5


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The folder that the demo wrote, and its analysis."""
    try:
        pose_model()
    except PoseModelError as error:
        pytest.skip(f"needs the pose model: {error}")
    folder = tmp_path_factory.mktemp("demo")
    return folder, demonstrate(folder)


def failed(rep):
    return {finding.criterion for finding in rep.judged if finding.verdict == "fail"}


def test_every_planned_repetition_is_counted_at_its_time(demo):
    folder, analysis = demo
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["exercise"] == "squat" and len(truth["reps"]) == len(PLANNED)
    (found,) = analysis.sets
    assert found.count == len(PLANNED)
    for rep, planned in zip(found.reps, truth["reps"], strict=True):
        for moment in ("start_s", "turn_s", "end_s"):
            assert getattr(rep, moment) == pytest.approx(planned[moment], abs=MATCH_S)


def test_with_both_views_each_planned_fault_fails_and_nothing_else(demo):
    _, analysis = demo
    assert [failed(rep) for rep in analysis.sets[0].reps] == [set(planned) for planned in PLANNED]
    assert {finding.verdict for rep in analysis.sets[0].reps for finding in rep.judged} == {"pass", "fail"}
    assert {advice.criterion for advice in analysis.sets[0].advice} == {name for rep in PLANNED for name in rep}
    assert analysis.streams[1].offset_s == pytest.approx(0.0, abs=0.05) and not analysis.warnings


@pytest.mark.parametrize("view", ["front", "side"])
def test_with_one_view_a_planned_fault_fails_or_is_not_judged_but_never_passes(demo, view):
    folder, _ = demo
    analysis = formcheck.analyze(folder / f"{view}.npz", exercise="squat")
    (found,) = analysis.sets
    assert found.count == len(PLANNED)
    for rep, planned in zip(found.reps, PLANNED, strict=True):
        verdicts = {finding.criterion: finding.verdict for finding in rep.judged}
        assert all(verdicts[name] in ("fail", "not_judged") for name in planned)
        assert failed(rep) <= set(planned)


def test_everything_is_written(demo):
    folder, _ = demo
    written = {path.name for path in folder.iterdir()}
    assert written >= {"front.mp4", "side.mp4", "truth.json", "analysis.json", "report.html", "reps.csv"}
    assert written >= {"overlay.mp4", "cues.srt"} and not any(name.endswith(".part") for name in written)
