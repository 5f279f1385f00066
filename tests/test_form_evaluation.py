"""Right or wrong: what is seen of a repetition, who may know what, and that nobody is judged by themselves."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.evaluation import form as tables
from formcheck.evaluation.form_rules import ruled
from formcheck.learn.datasets import DatasetError, frame_errors
from formcheck.learn.form.described import described
from formcheck.learn.form.held_up import NAMES, held_up
from formcheck.learn.form.judge import Repetitions, Setting, balanced, judged
from formcheck.learn.form.protocols import FIRST, prepared
from formcheck.learn.form.sets import FormClip, FormSet, describe_all, folds, form_set
from formcheck.learn.form.stance import Stance
from formcheck.synthetic import Athlete, perform

DATA = Path(__file__).parents[2] / "shared" / "data"
real = pytest.mark.skipif(not DATA.is_dir(), reason="real recordings are not on this machine")


@cache
def squat(seed: int = 0, rate_hz: float = 30.0) -> PoseSequence:
    """One squat of a synthetic athlete from the front, exact landmarks."""
    from formcheck.exercises import find

    done = perform(find("squat"), Athlete.sample(seed), 1, seed=seed, rate_hz=rate_hz)
    return done.landmarks(done.camera("front"))


@cache
def push_ups(fault: str = "") -> PoseSequence:
    """Three push-ups of a synthetic athlete from the side, exact landmarks."""
    from formcheck.exercises import find

    done = perform(find("push-up"), Athlete.sample(0), 3, {fault: 1.0} if fault else {}, before_s=0.2, after_s=0.2)
    return done.landmarks(done.camera("side-left"))


def some(people: int = 8, each: int = 12, movements: int = 2, seed: int = 0, tells: float = 2.0) -> Repetitions:
    """Repetitions of which the first value tells right from wrong, whoever does them, and the others nothing."""
    rng = np.random.default_rng(seed)
    person, movement, number = (grid.ravel() for grid in np.indices((people, movements, each)))
    correct = number < each / 2
    values = rng.normal(size=(len(person), 6))
    values[:, 0] += np.where(correct, tells, -tells)
    families = np.ones((2, 6), dtype=bool)
    return Repetitions(values, families, movement, person, correct)


SIMPLE = tuple(Setting(shared, 0.3, (0, 1)) for shared in (0.0, 0.2))


def test_whoever_works_with_the_other_side_is_described_alike() -> None:
    one, mirrored = described(squat()), described(squat().mirrored())
    assert one.names == mirrored.names
    np.testing.assert_allclose(one.values, mirrored.values, atol=1e-6)


def test_size_place_and_frame_rate_do_not_matter_and_duration_is_apart() -> None:
    pose = squat()
    assert pose.world is not None
    larger = replace(pose, world=1.3 * pose.world)
    slower = replace(pose, time=2 * pose.time)
    quicker_camera = squat(rate_hz=60.0)
    here = described(pose)
    np.testing.assert_allclose(here.values, described(larger).values, atol=1e-9)
    assert described(slower).duration_s == pytest.approx(2 * here.duration_s)
    assert np.median(np.abs(here.values - described(quicker_camera).values)) < 0.02


@given(st.floats(-25.0, 25.0))
def test_a_person_who_is_turned_is_turned_to_the_front(yaw_deg: float) -> None:
    pose = squat()
    assert pose.world is not None
    yaw = np.radians(yaw_deg)
    turn = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    straight, turned = Stance(pose), Stance(replace(pose, world=pose.world @ turn))
    for joint in ("knee_left", "wrist_right"):
        np.testing.assert_allclose(straight.at[joint], turned.at[joint], atol=2e-3)  # medians are taken before turning


def test_a_deeper_squat_is_described_as_deeper() -> None:
    pose = squat()
    assert pose.world is not None
    half = replace(pose, world=(pose.world + pose.world[:1]) / 2)
    whole, less = (dict(zip(told.names, told.values, strict=True)) for told in map(described, (pose, half)))
    assert less["height of the hips, range"] < 0.8 * whole["height of the hips, range"]


def test_whoever_is_held_up_by_the_hands_is_told_by_how_the_body_lies() -> None:
    straight, sagging, shallow = (
        dict(zip(NAMES, held_up(push_ups(fault)), strict=True)) for fault in ("", "body_straight", "full_depth")
    )
    assert sagging["hip off the body, median"] < straight["hip off the body, median"] - 0.02
    assert shallow["shoulder height, lowered"] > straight["shoulder height, lowered"] + 0.1
    assert abs(shallow["hip off the body, raised"] - straight["hip off the body, raised"]) < 0.01


def test_push_ups_look_the_same_from_either_side_larger_and_with_getting_down_before() -> None:
    pose = push_ups()
    there = held_up(pose)
    width, _ = pose.frame_size
    np.testing.assert_allclose(there, held_up(replace(pose, image=[width, 0] + pose.image * [-1, 1])), atol=1e-6)
    np.testing.assert_allclose(there, held_up(replace(pose, image=0.5 * pose.image + 40.0)), atol=1e-6)
    elsewhere = np.repeat(pose.image[:1, ::-1] + [width, 0.0], 20, axis=0)
    before = replace(
        pose,
        time=np.arange(len(pose) + 20) / 30.0,
        image=np.concatenate([elsewhere, pose.image]),
        world=None,
        visibility=np.concatenate([pose.visibility[:20], pose.visibility]),
    )
    assert np.median(np.abs(there - held_up(before))) < 0.005
    never = pose.image.copy()
    never[:, pose.skeleton.index("ankle_left")] = np.nan
    assert np.isnan(held_up(replace(pose, image=never))).all()


def test_only_push_ups_have_the_family_of_those_on_their_hands() -> None:
    assert described(push_ups()).families.shape[0] == 3
    on_hands = described(push_ups(), on_hands=True)
    assert on_hands.families.shape == (4, len(on_hands.values))
    assert on_hands.families[3].sum() == len(NAMES)
    assert not (on_hands.families[:3] & on_hands.families[3]).any()

    def made_up(exercise: str | None) -> FormSet:
        return FormSet("made up", (FormClip("1", "p", "this", exercise, True, push_ups),))

    assert [made_up(name).on_hands for name in ("push-up", "squat", None)] == [True, False, False]


def test_a_recording_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2 frames, got 1"):
        described(squat().rows(slice(0, 1)))


def test_the_judge_learns_what_tells_and_nothing_else() -> None:
    told, nothing = (judged(some(tells=tells), SIMPLE) for tells in (2.0, 0.0))
    assert balanced(some().correct, told.score > 0) > 0.9
    assert 0.35 < balanced(some().correct, nothing.score > 0) < 0.65


def test_differences_by_blocks_bear_a_few_values_that_are_far_off() -> None:
    reps = some()
    rng = np.random.default_rng(3)
    values = np.where(rng.random((len(reps.values), 6)) < 0.1, 1e3, reps.values)
    far_off = replace(reps, values=values)
    assert balanced(reps.correct, judged(far_off, (Setting(0.0, 0.3, by_blocks=True),)).score > 0) > 0.85


def test_nobody_is_judged_by_their_own_labels() -> None:
    reps = some()
    mine = reps.fold == 2
    lied = replace(reps, correct=np.where(mine, ~reps.correct, reps.correct))
    before, after = (judged(each, SIMPLE) for each in (reps, lied))
    np.testing.assert_array_equal(before.score[mine], after.score[mine])
    assert before.chosen[2] == after.chosen[2]
    assert not np.array_equal(before.score[~mine], after.score[~mine])


def test_leaving_out_in_closed_form_is_as_learning_anew() -> None:
    from formcheck.learn.form import judge

    reps = some(people=4)
    known = reps.rows(reps.fold > 0)
    (among, _), *_ = judge._kernels(known, known)  # pyright: ignore[reportPrivateUsage]
    truth = np.where(known.correct, 1.0, -1.0)
    inverse = judge._inverted(among, 0.3)  # pyright: ignore[reportPrivateUsage]
    said = judge._each_left_out(inverse, inverse @ truth, truth, known.fold)  # pyright: ignore[reportPrivateUsage]
    for fold in (1, 2, 3):
        left = known.fold == fold
        weights = np.linalg.solve(among[~left][:, ~left] + 0.3 * np.eye((~left).sum()), truth[~left])
        np.testing.assert_allclose(said[left], among[left][:, ~left] @ weights, atol=1e-4)


def test_missing_values_say_nothing() -> None:
    reps = some()
    values = np.hstack([reps.values, np.full((len(reps.values), 3), np.nan)])
    values[::5, 3] = np.nan
    wider = replace(reps, values=values, families=np.ones((2, values.shape[1]), dtype=bool))
    found = judged(wider, SIMPLE)
    assert np.isfinite(found.score).all()
    assert balanced(reps.correct, found.score > 0) > 0.85


def test_too_few_people_are_refused() -> None:
    with pytest.raises(ValueError, match="got 2"):
        judged(some(people=2))


def test_a_reference_is_not_tested_and_takes_away_what_is_the_persons_own() -> None:
    reps = some()
    people = reps.fold.astype(str)
    own = np.random.default_rng(1).normal(scale=20.0, size=8)[reps.fold]
    apart = replace(reps, values=reps.values + own[:, None] * (np.arange(6) == 0))
    strict = prepared(apart, people, "strict")
    assert strict.tested.all()
    calibrated = prepared(apart, people, "calibrated")
    assert (~calibrated.tested).sum() == FIRST * 8 * 2
    assert apart.correct[~calibrated.tested].all()
    scores = [
        balanced(each.reps.correct, judged(each.reps, (Setting(0.0, 0.3, (0,)),)).score > 0)
        for each in (strict, calibrated, prepared(apart, people, "transductive"))
    ]
    assert scores[0] < 0.7 < 0.8 < min(scores[1:])


def test_a_person_without_enough_correct_ones_has_no_reference() -> None:
    reps = some()
    wrong = replace(reps, correct=reps.correct & (reps.fold != 3))
    with pytest.raises(ValueError, match=f"expected {FIRST} correct repetitions of 3, got 0"):
        prepared(wrong, reps.fold.astype(str), "calibrated")


@given(st.lists(st.sampled_from("abcdefghijkl"), min_size=3, max_size=60))
def test_groups_are_never_divided(groups: list[str]) -> None:
    found = folds(groups, ["squat"] * len(groups), people_known=False)
    assert all(len({fold for fold, name in zip(found, groups, strict=True) if name == each}) == 1 for each in groups)
    assert len(set(found.tolist())) == min(8, len(set(groups)))


def test_tables_show_what_was_said() -> None:
    found = FormSet(
        "made up",
        tuple(
            FormClip(f"{person} {at}", f"p{person}", "squat", "squat", at % 2 == 0, lambda person=person: squat(person))
            for person in range(4)
            for at in range(2)
        ),
        people_known=True,
    )
    data = tables.shown(found, describe_all(found))
    said = tables.Said(np.ones(8, dtype=bool), np.array([True, False] * 3 + [True, True]), {})
    rows = tables.protocol_table(data, {"strict": said})
    assert rows[1][:3] == ("squat", "4", "4")
    assert rows[1][3].startswith("0.875 [")  # one of four wrong ones was missed: (1 + 3 / 4) / 2
    assert tables.person_table(data, said)[-1] == ("p3", "1.000", "0.000", "0.500")


def test_frames_that_look_alike_are_one_group(tmp_path: Path) -> None:
    columns = [f"{joint}_{axis}" for joint in ("nose", "left_hip", "right_hip") for axis in "xyzv"]
    rows = [
        f"{label},{','.join(str(place) for _ in columns)}" for label, place in (("C", 0.2), ("L", 0.201), ("H", 0.8))
    ]
    file = tmp_path / "plank_model_test.csv"
    file.write_text("\n".join([",".join(["label", *columns]), *rows]) + "\n", encoding="utf-8")
    found = frame_errors.shown(tmp_path)
    assert [frame_errors.well_done(clip.name) for clip in found.clips] == [True, False, False]
    one, like, other = (clip.source for clip in found.clips)
    assert one == like != other
    assert found.clips[0].pose().skeleton is BLAZEPOSE_33
    file.write_text(file.read_text(encoding="utf-8").replace("0.8", "far", 1), encoding="utf-8")
    with pytest.raises(DatasetError, match="row 4, nose"):
        frame_errors.shown(tmp_path)


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="right and wrong repetitions"):
        form_set(tmp_path)


@real
def test_real_squats_are_judged_by_people_of_another_look() -> None:
    found = form_set(DATA / "squat_depth")
    data = tables.shown(found, describe_all(found))
    learnt = tables.say(data)
    assert balanced(data.reps.correct, learnt.right) >= 0.95
    rules = ruled(found)
    assert rules is not None
    assert balanced(data.reps.correct[rules.judged], rules.right[rules.judged]) >= 0.85
    assert {tuple(sorted(set(data.reps.fold[data.groups == each]))) for each in data.groups} <= {(f,) for f in range(8)}


@real
def test_real_push_ups_are_judged_by_people_of_another_look() -> None:
    found = form_set(DATA / "pushup_form")
    assert found.on_hands
    data = tables.shown(found, describe_all(found))
    assert balanced(data.reps.correct, tables.say(data).right) >= 0.8
