"""A repetition beside an expert's: key moments, warping, the nearest posture, and what is told of the difference."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studio import filmed, jittered, performed, reference, side_of, spans

import formcheck
from formcheck.body import BLAZEPOSE_33
from formcheck.exercises import catalogue, find
from formcheck.reference import Library
from formcheck.reference.compare import WHENS, course, in_step
from formcheck.reference.moments import key_moments, speed
from formcheck.reference.nearest import LEAST_COMMON, Experts, Postures, comparable, described
from formcheck.reference.posture import WIDTH, mirrored, posture
from formcheck.reference.shipped import shipped_references
from formcheck.reference.spread import FALLBACK_DEG, TOO_WIDE_DEG, fitted, shipped_spread, threshold
from formcheck.reference.warp import warp
from formcheck.sources import write_pose
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.plan import Pauses

RDL = "single-leg romanian deadlift"
SLOW = ("squat", "barbell biceps curl", "sit-up", "shoulder press", RDL)
QUICK = ("jumping jack", "push-up", "lunge")


def moments_of(pose, span):
    """When every key moment is, by its kind."""
    return {moment.kind: moment.time_s for moment in key_moments(pose.time, speed(pose), span)}


def user(name, seed, view="side-left", rep=0, **how):
    """One repetition of a set, ready to be compared."""
    done, pose = performed(name, seed, **how), filmed(name, seed, view, **how)
    return described(pose, speed(pose), spans(done)[rep], side_of(done, done.reps[rep]))


@pytest.fixture
def analyzed(tmp_path):
    """A function that analyses landmarks and gives the one set in them."""

    def analyze(pose, exercise, **how):
        write_pose(tmp_path / "user.npz", pose)
        (found,) = formcheck.analyze(tmp_path / "user.npz", exercise=exercise, **how).sets
        return found

    return analyze


@pytest.fixture
def keep():
    """A function that puts a reference into the (empty) library of this test."""
    return lambda *told, **how: Library().add(reference(*told, **how))


# Key moments


@pytest.mark.parametrize("name", (*SLOW, *QUICK))
def test_key_moments_are_where_the_studio_had_them(name):
    pose = filmed(name, 5)
    for span in spans(performed(name, 5)):
        found = moments_of(pose, span)
        for kind in ("start", "turn", "end"):
            assert found[kind] == pytest.approx(getattr(span, f"{kind}_s"), abs=0.1), kind


@pytest.mark.parametrize("name", SLOW)
@pytest.mark.parametrize("late_s", [-0.2, 0.2])
def test_a_counter_that_is_late_or_early_does_not_move_the_turning_point(name, late_s):
    pose = filmed(name, 5)
    for span in spans(performed(name, 5)):
        found = moments_of(pose, replace(span, turn_s=span.turn_s + late_s))
        assert found["turn"] == pytest.approx(span.turn_s, abs=0.1)


@settings(max_examples=25)
@given(st.sampled_from(SLOW), st.integers(0, 10**6))
def test_jitter_of_the_picture_moves_the_turning_point_by_less_than_a_tenth_of_a_second(name, seed):
    pose, (span, _) = filmed(name, 5), spans(performed(name, 5))
    assert moments_of(jittered(pose, 0.01, seed), span)["turn"] == pytest.approx(
        moments_of(pose, span)["turn"], abs=0.1
    )


def test_a_stall_on_the_way_up_is_a_sticking_point_and_one_on_the_way_down_is_none():
    told = {"up": 0, "down": 0}
    for seed in (0, 1, 2):
        how = {"reps": 3, "pauses": Pauses(midway_s=2.0)}
        done, pose = performed("squat", seed, **how), filmed("squat", seed, **how)
        for rep, span in zip(done.reps, spans(done), strict=True):
            place, still_s = rep.stall
            stuck = moments_of(pose, span).get("sticking point")
            if still_s < 0.7:
                continue
            told["up" if place > 1 else "down"] += 1
            if place < 1:
                assert stuck is None
            else:
                assert stuck is not None and span.turn_s + 0.3 < stuck < span.end_s - 0.3
    assert told["up"] and told["down"]
    clean = filmed("squat", 1, reps=3)
    assert all("sticking point" not in moments_of(clean, span) for span in spans(performed("squat", 1, reps=3)))


@pytest.mark.parametrize(("cut", "left"), [("begun", ["turn", "end"]), ("ended", ["start", "turn"])])
def test_what_the_recording_cuts_off_has_no_moment(cut, left):
    span = replace(spans(performed("squat", 5))[0], **{cut: False})
    assert list(moments_of(filmed("squat", 5), span)) == left


def test_a_hold_has_its_moments_in_order():
    span = replace(spans(performed("plank", 4, reps=1))[0], held=True)
    assert list(moments_of(filmed("plank", 4, reps=1), span)) == ["start", "turn", "end"]


# Warping

courses = st.builds(
    lambda seed, rows, width: np.random.default_rng(seed).normal(0.0, 40.0, (rows, width)),
    st.integers(0, 10**6), st.integers(1, 25), st.integers(1, 4),
)  # fmt: skip


def plain(one, other):
    """The least sum of root mean square differences along any way from corner to corner."""
    apart = np.sqrt(((one[:, None] - other[None]) ** 2).mean(axis=2))
    total = np.full((len(one) + 1, len(other) + 1), np.inf)
    total[0, 0] = 0.0
    for row, column in itertools.product(range(len(one)), range(len(other))):
        before = min(total[row, column], total[row, column + 1], total[row + 1, column])
        total[row + 1, column + 1] = before + apart[row, column]
    return total[-1, -1], apart


@settings(max_examples=40)
@given(courses, st.integers(0, 10**6), st.integers(1, 25))
def test_warping_without_a_band_finds_the_cheapest_way(one, seed, rows):
    other = np.random.default_rng(seed).normal(0.0, 40.0, (rows, one.shape[1]))
    mean, steps = warp(one, other, band=1.0)
    total, apart = plain(one, other)
    assert mean * len(steps) == pytest.approx(total, abs=1e-4)
    assert apart[steps[:, 0], steps[:, 1]].sum() == pytest.approx(total, abs=1e-4)


@settings(max_examples=40)
@given(courses, st.integers(0, 10**6), st.integers(1, 25), st.floats(0.05, 1.0))
def test_steps_go_from_corner_to_corner_and_never_fall(one, seed, rows, band):
    other = np.random.default_rng(seed).normal(0.0, 40.0, (rows, one.shape[1]))
    mean, steps = warp(one, other, band)
    assert np.isfinite(mean)
    assert steps[0].tolist() == [0, 0] and steps[-1].tolist() == [len(one) - 1, rows - 1]
    gone = np.diff(steps, axis=0)
    assert ((gone == 0) | (gone == 1)).all() and gone.any(axis=1).all()


@given(courses)
def test_a_course_beside_itself_costs_nothing_and_goes_along_the_diagonal(one):
    mean, steps = warp(one, one)
    assert mean == pytest.approx(0.0, abs=1e-4)
    assert (steps == np.arange(len(one))[:, None]).all()


@given(st.floats(20.0, 120.0), st.floats(0.7, 1.4), st.integers(12, 30), st.integers(12, 30))
def test_another_tempo_costs_less_than_another_movement(far_deg, bent, rows, others):
    def moved(places, joint):
        out = np.zeros((len(places), 2))
        out[:, joint] = far_deg * np.sin(np.pi * places / 2)
        return out

    one = moved(np.linspace(0, 1, rows), 0)
    slower, another = moved(np.linspace(0, 1, others) ** bent, 0), moved(np.linspace(0, 1, others), 1)
    assert 4 * warp(one, slower)[0] < warp(one, another)[0]


@given(courses, courses)
def test_what_is_missing_in_either_costs_nothing(one, other):
    width = min(one.shape[1], other.shape[1])
    one, other = one[:, :width], other[:, :width]
    hidden = np.concatenate([one, np.full((len(one), 1), np.nan)], axis=1)
    shown = np.concatenate([other, np.full((len(other), 1), 1e3)], axis=1)
    shown[0, -1] = np.nan
    for pair in ((hidden, shown), (shown, hidden)):
        both = (one, other) if pair[0] is hidden else (other, one)
        mean, steps = warp(*pair)
        assert mean == pytest.approx(warp(*both)[0], abs=1e-6) and (steps == warp(*both)[1]).all()
    assert warp(hidden[:, -1:], shown[:, -1:])[0] == 0.0


@pytest.mark.parametrize("shapes", [((5, 2), (5, 3)), ((0, 2), (5, 2)), ((5, 2), (0, 2)), ((5,), (5,))])
def test_courses_that_cannot_be_warped_are_refused(shapes):
    with pytest.raises(ValueError, match="same width"):
        warp(np.zeros(shapes[0]), np.zeros(shapes[1]))


# Postures


def rows_of(seed, count, missing):
    """Postures as numbers by chance, of which this share of the bones is not seen in every other row."""
    draw = np.random.default_rng(seed)
    rows = draw.normal(0.0, 0.5, (count, WIDTH // 3, 3)).astype(np.float32)
    rows[::2][draw.random(rows[::2].shape[:2]) < missing] = np.nan
    return rows.reshape(count, WIDTH)


@given(st.integers(0, 10**6), st.floats(0.0, 1.0))
def test_a_mirror_image_of_a_mirror_image_is_the_posture(seed, missing):
    rows = rows_of(seed, 3, missing)
    np.testing.assert_array_equal(mirrored(mirrored(rows)), rows)
    np.testing.assert_array_equal(mirrored(rows)[1], mirrored(rows[1]))


@pytest.mark.parametrize("name", [RDL, "lunge", "barbell biceps curl"])
@pytest.mark.parametrize("flat", [False, True])
def test_a_body_in_a_mirror_has_the_mirrored_posture(name, flat):
    pose = filmed(name, 5, "oblique")
    pose = replace(pose, world=None) if flat else pose
    moments = key_moments(pose.time, speed(pose), spans(performed(name, 5))[0])
    plain_row = posture(pose, moments)
    np.testing.assert_allclose(posture(pose.mirrored(), moments), mirrored(plain_row), atol=1e-5)
    assert np.nanmax(np.abs(plain_row - mirrored(plain_row))) > 0.1


@pytest.mark.parametrize("flat", [False, True], ids=["3D", "2D"])
def test_a_posture_does_not_change_with_size_and_place(flat):
    pose = filmed("squat", 5)
    moments = key_moments(pose.time, speed(pose), spans(performed("squat", 5))[0])
    larger = replace(pose, image=3.0 * pose.image + [50.0, -20.0], world=1.2 * pose.world + 0.1)
    one, other = (posture(replace(each, world=None) if flat else each, moments) for each in (pose, larger))
    np.testing.assert_allclose(one, other, atol=1e-5)
    trunk = one.reshape(3, -1, 3)[0, 0]
    assert np.hypot(*trunk[:2]) == pytest.approx(1.0, abs=0.1)


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(1, 12), st.floats(0.0, 1.0), st.booleans())
def test_distances_are_those_over_what_both_show(seed, count, missing, partly):
    rows = rows_of(seed, count, missing)
    query = rows_of(seed + 1, 2, 0.5 * missing)[0 if partly else 1]
    expected = np.full((count, 2), np.inf)
    for at, other in itertools.product(range(count), range(2)):
        difference = (mirrored(rows[at]) if other else rows[at]) - query
        common = np.isfinite(difference)
        if common.sum() >= LEAST_COMMON * WIDTH:
            expected[at, other] = np.sqrt(3.0 * (difference[common].astype(float) ** 2).mean())
    np.testing.assert_allclose(Postures(rows).distances(query), expected, atol=2e-3)


@given(st.integers(0, 10**6), st.integers(1, 30), st.floats(0.0, 0.4))
def test_the_nearest_of_a_known_row_is_itself(seed, count, missing):
    rows = rows_of(seed, count, missing)
    for at in {0, count - 1}:
        assert np.unravel_index(Postures(rows).distances(rows[at]).argmin(), (count, 2)) == (at, 0)


def test_postures_of_another_width_are_refused_and_none_at_all_has_no_nearest():
    with pytest.raises(ValueError, match=str(WIDTH)):
        Postures(np.zeros((2, WIDTH - 1), dtype=np.float32))
    assert Experts([]).best(user("squat", 7)) == []


@pytest.mark.parametrize("flat", [False, True], ids=["3D", "2D"])
@pytest.mark.parametrize("name", ["squat", "sit-up", "push-up", "shoulder press"])
def test_the_nearest_of_a_few_exercises_is_the_right_one(name, flat):
    experts = Experts([reference(f"{each} {seed}", each, seed)
                       for each in ("squat", "sit-up", "push-up", "shoulder press") for seed in (4, 9)])  # fmt: skip
    done, pose = performed(name, 7), filmed(name, 7)
    pose = replace(pose, world=None) if flat else pose
    found = described(pose, speed(pose), spans(done)[0], None)
    candidate, _ = experts.nearest(found, 1)[0]
    assert candidate.reference.exercise == name
    assert experts.best(found)[0].candidate.reference.exercise == name


# Comparison


@pytest.mark.parametrize("name", ["squat", RDL, "plank"])
def test_a_repetition_beside_itself_differs_by_nothing(name):
    one = user(name, 4, reps=1)
    same = in_step(one.course, one.course)
    assert same is not None and same.distance < 1e-3
    assert {when for parts in same.differences.values() for when in parts} == set(WHENS)
    assert all(abs(each.value) < 1e-3 for parts in same.differences.values() for each in parts.values())
    np.testing.assert_allclose(same.steps[:, 0], same.steps[:, 1])


@pytest.mark.parametrize("name", ["russian twist", RDL])
def test_the_course_of_a_mirror_image_is_the_mirrored_course(name):
    pose, (span, _) = filmed(name, 4, "front"), spans(performed(name, 4))
    one, other = course(pose, span).mirrored, course(pose.mirrored(), span)
    assert one.yaw_deg == pytest.approx(other.yaw_deg, abs=1e-6)
    for half in ("out", "back"):
        assert one.values[half].keys() == other.values[half].keys()
        for key, values in one.values[half].items():
            np.testing.assert_allclose(values, other.values[half][key], atol=1e-6, err_msg=str(key))
    assert ("twist", None) in one.values["out"]


def test_who_moves_twice_as_fast_is_told_to_be_twice_as_fast():
    pose, span = filmed("squat", 5), spans(performed("squat", 5))[0]
    quick = replace(pose, time=pose.time / 2)
    twice = replace(span, start_s=span.start_s / 2, turn_s=span.turn_s / 2, end_s=span.end_s / 2)
    beside = in_step(course(quick, twice), course(pose, span))
    ours, theirs = beside.fastest["knee", "left"]
    assert theirs > 60.0 and ours == pytest.approx(2 * theirs, rel=0.15)  # smoothing takes a little of a quick one


def test_turning_points_stand_beside_each_other_whatever_the_tempo():
    (one, _), (other, _) = spans(performed("squat", 7)), spans(performed("squat", 4))
    beside = in_step(course(filmed("squat", 7), one), course(filmed("squat", 4), other))
    assert beside is not None and (np.diff(beside.steps, axis=0) >= 0).all()
    assert np.isclose(beside.steps, [one.turn_s, other.turn_s]).all(axis=1).any()
    assert beside.steps[0] == pytest.approx([one.start_s, other.start_s])
    assert beside.steps[-1] == pytest.approx([one.end_s, other.end_s])


@pytest.mark.parametrize("seed", [7, 9, 11])
def test_a_squat_that_stays_high_is_told_to_bend_and_a_deep_one_nothing(seed, keep, analyzed):
    keep("Ada", "squat", 4)
    clean = analyzed(filmed("squat", seed), "squat")
    assert clean.expert_advice == () and clean.not_compared is None
    high = analyzed(filmed("squat", seed, faults=(("hips_below_knees", 1.0),)), "squat")
    advised = {each.criterion.split("_")[1]: each for each in high.expert_advice}
    assert set(advised) <= {"hip", "knee"} and advised
    for advice in advised.values():
        assert advice.cue.startswith("Bend") and "more" in advice.cue and advice.reps == (1, 2)
    for rep in high.reps:
        assert rep.comparison.reference == "Ada" and rep.comparison.origin == "person"
        knee = next(each for each in rep.comparison.joints if each.joint == "knee")
        assert knee.difference < -knee.threshold and knee.when in ("out", "turn", "back")
        assert knee.value - knee.reference == pytest.approx(knee.difference, abs=0.11)


def test_what_one_repetition_of_six_shows_is_told_of_that_one_and_advised_of_none(keep, analyzed):
    keep("Ada", "squat", 4)
    grades = [{"hips_below_knees": float(at == 1)} for at in range(6)]
    done = perform(find("squat"), Athlete.sample(7), 6, grades, 7, before_s=0.8, after_s=0.8)
    found = analyzed(done.landmarks(done.camera("side-left"), occlusion=False), "squat")
    assert [any(each.cue for each in rep.compared) for rep in found.reps] == [at == 1 for at in range(6)]
    assert found.expert_advice == ()


def test_findings_beside_an_expert_are_whole_and_leave_the_verdicts_alone(keep, analyzed):
    keep("Ada", "squat", 4)
    pose = filmed("squat", 7, faults=(("hips_below_knees", 1.0),))
    compared, plain_set = (analyzed(pose, "squat", experts=flag) for flag in (True, False))
    assert all(rep.comparison is None and not rep.compared for rep in plain_set.reps)
    bare = tuple(rep.model_copy(update={"findings": rep.judged, "comparison": None}) for rep in compared.reps)
    assert compared.model_copy(update={"reps": bare, "expert_advice": (), "not_compared": None}) == plain_set
    failed = 0
    for rep in compared.reps:
        assert rep.judged and rep.compared and set(rep.judged) | set(rep.compared) == set(rep.findings)
        for each in rep.compared:
            low, high = each.good
            assert each.source == "reference" and each.criterion.startswith("expert_") and each.reason is None
            assert low == -high < 0 and each.unit and each.title and each.measure
            assert each.stream == "front" and each.view == "side-left" and each.joint in BLAZEPOSE_33.joints
            assert rep.start_s - 0.1 <= each.time_s <= rep.end_s + 0.1
            assert 0 <= each.score <= 1 and 0.5 <= each.confidence <= 1
            assert (each.verdict == "fail") == bool(each.cue) and (each.verdict == "fail") <= (abs(each.value) > high)
            assert (each.score >= 0.5) == (each.verdict == "pass")
            failed += each.verdict == "fail"
    assert failed


def test_the_moments_and_steps_of_a_comparison_are_the_studios(keep, analyzed):
    keep("Ada", "squat", 4)
    truth, experts = (spans(performed("squat", seed)) for seed in (7, 4))
    for rep, true in zip(analyzed(filmed("squat", 7), "squat").reps, truth, strict=True):
        told = {moment.kind: moment for moment in rep.comparison.moments}
        assert told["turn"].time_s == pytest.approx(true.turn_s, abs=0.1)
        expert, kept = experts[rep.comparison.shown], Library().open("Ada").shown[rep.comparison.shown].span
        assert kept.end_s - kept.start_s == pytest.approx(expert.end_s - expert.start_s, abs=1e-3)
        assert told["turn"].reference_s == pytest.approx(kept.turn_s, abs=0.1)
        assert (np.diff(rep.comparison.steps, axis=0) >= 0).all()


def test_the_same_side_works_in_both_or_they_are_not_compared(keep, analyzed):
    keep("Bea", RDL, 4)  # the left leg stands, seen from the left
    same, mirror = (
        analyzed(filmed(RDL, 7, view, works_left=left), RDL, reference="Bea")
        for view, left in (("side-left", True), ("side-right", False))
    )
    for found, turned in ((same, False), (mirror, True)):
        assert found.expert_advice == () and all(rep.comparison.mirrored == turned for rep in found.reps)
    assert mirror.reps[0].comparison.apart_deg == pytest.approx(same.reps[0].comparison.apart_deg, abs=1.0)
    for view, left in (("side-right", True), ("side-left", False)):
        found = analyzed(filmed(RDL, 7, view, works_left=left), RDL, reference="Bea")
        assert found.not_compared and all(rep.comparison is None for rep in found.reps)


def test_cameras_that_stand_too_differently_are_not_compared(keep, analyzed):
    keep("Flo", "squat", 4, view="front")
    near = analyzed(filmed("squat", 7, azimuth_deg=20.0), "squat", reference="Flo")
    assert near.not_compared is None and all(rep.comparison for rep in near.reps)
    for azimuth_deg in (55.0, 90.0):
        far = analyzed(filmed("squat", 7, azimuth_deg=azimuth_deg), "squat", reference="Flo")
        assert "camera" in far.not_compared or "seen" in far.not_compared
        assert all(rep.comparison is None and not rep.compared for rep in far.reps) and far.expert_advice == ()


def test_half_a_repetition_is_compared_with_the_same_half_only(keep, analyzed):
    keep("Ada", "squat", 4)
    pose, (first, last) = filmed("squat", 7), spans(performed("squat", 7))
    for part, at, half in (
        (pose.between(0.0, last.turn_s + 0.4), -1, "out"),
        (pose.between(first.turn_s - 0.3, np.inf), 0, "back"),
    ):
        found = analyzed(part, "squat", reference="Ada")
        rep = found.reps[at]
        assert not rep.complete and rep.comparison.half == half
        whens = {each.when for each in rep.comparison.joints}
        assert whens <= ({"start", "out", "turn"} if half == "out" else {"turn", "back", "end"})
        assert found.reps[-1 - at].comparison.half is None
    keep("Out", "squat", 9, cut=(("ended", False),))
    whole = analyzed(pose, "squat", reference="Out")
    assert [rep.comparison.half for rep in whole.reps] == ["out", "out"]
    other = analyzed(pose.between(last.turn_s - 0.3, np.inf), "squat", reference="Out")
    assert "half" in other.not_compared or "halves" in other.not_compared


def test_candidates_that_cannot_be_compared_say_why():
    candidate = Experts([reference("Bea", RDL, 4)]).nearest(user(RDL, 7), 1)[0][0]
    assert comparable(user(RDL, 7), candidate) is None
    assert comparable(user(RDL, 7, works_left=False), candidate)
    assert comparable(user(RDL, 7, view="front"), candidate)


def test_a_hold_is_compared_too(keep, analyzed):
    keep("Pia", "plank", 4, reps=1, cut=(("held", True),))
    found = analyzed(filmed("plank", 7, reps=1), "plank")
    assert found.reps[0].comparison.reference == "Pia" and found.expert_advice == ()
    fault = next(fault.criterion for fault in find("plank").faults if "hip" in fault.criterion)
    wrong = analyzed(filmed("plank", 7, reps=1, faults=((fault, 1.0),)), "plank")
    assert any(each.cue.endswith("throughout.") for each in wrong.expert_advice)


# The studio's own


def test_every_exercise_ships_whole_repetitions_of_experts_from_known_views():
    from importlib import resources

    folder = resources.files("formcheck.reference") / "experts"
    assert sum(len(each.read_bytes()) for each in folder.iterdir()) < 5_000_000
    names = []
    for exercise in catalogue():
        experts = shipped_references(exercise.name)
        assert len(experts) >= 2, exercise.name
        for each in experts:
            names.append(each.name)
            assert each.exercise == exercise.name and each.origin == "studio"
            for shown in each.shown:
                assert shown.half is None and shown.span.complete and shown.view is not None
                assert shown.pose.time[0] <= shown.span.start_s and shown.span.end_s <= shown.pose.time[-1] + 0.1
                for joint in ("shoulder_left", "wrist_right", "hip_left", "knee_right", "ankle_left", "nose"):
                    assert np.isfinite(shown.pose.pixels(joint)).all() and np.isfinite(shown.pose.metres(joint)).all()
    assert len(set(names)) == len(names)
    assert shipped_references("underwater hockey") == ()


def test_thresholds_are_known_for_every_exercise_and_fall_back_on_the_papers():
    spread = shipped_spread()
    assert set(spread) >= {exercise.name for exercise in catalogue()}
    learnt = [limit for views in spread.values() for joints in views.values() for whens in joints.values()
              for limit in whens.values()]  # fmt: skip
    assert min(learnt) >= 8.0
    assert threshold("no such exercise", "side", "knee", "turn") == FALLBACK_DEG
    wide = {"squat": {"side": {"knee": {"turn": TOO_WIDE_DEG + 1.0, "end": 30.0}}}}
    assert threshold("squat", "side", "knee", "turn", wide) is None
    assert threshold("squat", "side", "knee", "end", wide) == 30.0


def test_thresholds_grow_with_how_far_experts_are_apart():
    draw = np.random.default_rng(0)
    near, far = (("squat", "side", "knee", when) for when in ("turn", "end"))
    told = fitted([(cell, value) for cell, apart in ((near, 5.0), (far, 9.0)) for value in draw.normal(0, apart, 200)])
    limits = told["squat"]["side"]["knee"]
    assert limits["turn"] == pytest.approx(15.0, rel=0.15) and limits["end"] == pytest.approx(27.0, rel=0.15)
    assert fitted([(near, 3.0)] * 3) == {}
