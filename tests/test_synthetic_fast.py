"""The fast mode: landmarks with the estimator's measured errors, one by one and in batches."""

from dataclasses import fields, replace

import numpy as np
import pytest

from formcheck.assess import assess
from formcheck.body import BLAZEPOSE_33
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.error_fit import compare, fit
from formcheck.exercises import catalogue, find
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.batch import repetitions
from formcheck.synthetic.estimated import Errors, estimated, load, posture, save

VIEWS = ("front", "side", "oblique", "back")
SQUAT = find("squat")


def performed(seed=100, reps=2, view="front", name="squat"):
    performance = perform(find(name), Athlete.sample(seed), reps=reps, seed=seed)
    return performance.landmarks(performance.camera(view), occlusion=False)


def silent(errors):
    """Errors of the same shapes that are all zero but for the visibility, which is certain."""
    zero = {each.name: np.zeros_like(getattr(errors, each.name)) for each in fields(Errors)}
    zero["bias"][0, 165:] = 9.0
    zero["memory_s"] += 0.1
    zero["bursts_memory_s"] += 0.1
    zero["lost"] = np.float32([0, 1])
    zero["swapped"] = np.float32([[0, 1], [0, 1]])
    return Errors(**zero)


def test_the_errors_of_every_posture_and_view_are_there():
    known = load()
    postures = {posture(exercise.motion) for exercise in catalogue()}
    assert postures == {"standing", "seated", "lying", "hanging", "face down"}
    assert set(known) == {(each, view) for each in postures for view in VIEWS}
    assert all(np.isfinite(getattr(one, each.name)).all() for one in known.values() for each in fields(Errors))


@pytest.mark.parametrize("view", ["front", "side-left", "side-right", "oblique", "back"])
def test_without_errors_the_truth_is_reported(view):
    exact = performed(view=view)
    seen = estimated(exact, silent(load()["standing", "front"]), seed=1)
    np.testing.assert_allclose(seen.image, exact.image, atol=1e-3)
    np.testing.assert_allclose(seen.world, exact.world, atol=1e-5)
    assert seen.visibility.min() > 0.99 and seen.view == exact.view


def test_the_same_seed_reports_the_same_and_errors_are_of_a_plausible_size():
    exact, errors = performed(), load()["standing", "front"]
    first, again, other = (estimated(exact, errors, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.image, again.image)
    assert not np.allclose(first.image, other.image, equal_nan=True)
    found = first.found
    off = np.linalg.norm(first.image[found] - exact.image[found], axis=-1)
    trunk_px = np.linalg.norm(exact.pixels("shoulder_left") - exact.pixels("hip_left"), axis=1).max()
    assert 0.01 * trunk_px < np.median(off) < 0.15 * trunk_px


def test_a_right_side_has_the_errors_of_a_left_side_in_a_mirror():
    exact, errors = performed(view="side-left"), load()["standing", "side"]
    left, right = estimated(exact, errors, seed=3), estimated(exact.mirrored(), errors, seed=3)
    assert right.view == "side-right"
    np.testing.assert_allclose(right.mirrored().image, left.image, atol=1e-2)
    np.testing.assert_allclose(right.mirrored().world, left.world, atol=1e-5)


def test_smaller_bodies_have_larger_errors_where_the_measurement_says_so():
    errors = replace(load()["standing", "front"], smaller=np.float32([1.0]), bias=np.zeros((15, 198), np.float32))
    performance = perform(SQUAT, Athlete.sample(100), reps=1)
    shares = []
    for distance_m in (4.0, 8.0):
        camera = performance.camera("front", distance_m=distance_m, frame_size=(480, 640))
        exact = performance.landmarks(camera, occlusion=False)
        off = np.linalg.norm(estimated(exact, errors, seed=5).image - exact.image, axis=-1)
        shares.append(np.nanmedian(off) * distance_m)
    assert 1.6 < shares[1] / shares[0] < 2.4


def test_what_is_fitted_to_reports_is_as_large_as_what_made_them(tmp_path):
    made = load()["standing", "front"]
    made = replace(made, lost=np.float32([0.5, 5.0]), swapped=np.float32([[0, 1], [0.4, 4.0]]))
    exacts = [performed(seed, view="front") for seed in range(100, 112)]
    reports = [estimated(exact, made, seed) for seed, exact in enumerate(exacts)]
    fitted = fit({("standing", "front"): [compare(*pair) for pair in zip(exacts, reports, strict=True)]})
    save(fitted, tmp_path / "errors.npz")
    fitted = load(tmp_path / "errors.npz")["standing", "front"]
    assert 0.1 < fitted.lost[0] < 2.0 and 1.5 < fitted.lost[1] < 15.0
    news = [performed(seed, view="front") for seed in range(120, 126)]

    def told(errors, first):
        seen = [estimated(exact, errors, first + at) for at, exact in enumerate(news)]
        off = [np.linalg.norm(a.image - b.image, axis=-1) for a, b in zip(seen, news, strict=True)]
        steps = [np.abs(np.diff(a.image - b.image, axis=0)).mean(axis=(1, 2)) for a, b in zip(seen, news, strict=True)]
        return np.nanmedian(np.concatenate(off)), np.nanmedian(np.concatenate(steps))

    for was, now in zip(told(made, 50), told(fitted, 70), strict=True):
        assert 0.6 < now / was < 1.6


def test_no_errors_without_three_recordings_and_no_model_without_a_file(tmp_path):
    exact = performed()
    one = compare(exact, estimated(exact, load()["standing", "front"], 1))
    with pytest.raises(ValueError, match=r"three recordings.*standing"):
        fit({("standing", "front"): [one]})
    with pytest.raises(ValueError, match="evaluate estimator --fit"):
        load(tmp_path / "none.npz")


@pytest.mark.parametrize("name", ["squat", "push-up", "lat pulldown", "lunge"])
def test_repetitions_are_counted_and_judged_on_reported_landmarks(name):
    exercise = find(name)
    performance = perform(exercise, Athlete.sample(101), reps=4, seed=4)
    camera = performance.camera("side-left", azimuth_deg=exercise.side_camera_deg)
    exact = performance.landmarks(camera, occlusion=False)
    seen = with_view(estimated(exact, load()[posture(performance.motion), "side"], seed=4))
    assert sum(each.count for each in assess(exercise, {"side": Track(seen)})) == 4


def test_a_batch_is_what_its_repetitions_are():
    athlete, errors = Athlete.sample(102), silent(load()["standing", "oblique"])
    batch = repetitions(SQUAT, athlete, count=6, seed=8, azimuth_deg=30.0, errors=errors)
    assert batch.image.shape == (6, 60, 33, 2) and batch.world.shape == (6, 60, 33, 3)
    assert batch.visibility.shape == (6, 60, 33) and batch.time.shape == (6, 60)
    assert batch.labels.shape == batch.grades.shape == (6, len(SQUAT.criteria))
    np.testing.assert_array_equal(batch.labels, (batch.grades < 0.5).astype(int))
    faults = [{c.id: g for c, g in zip(SQUAT.criteria, row, strict=True) if g > 0} for row in batch.grades]
    assert {} in faults and any(faults)
    whole = perform(SQUAT, athlete, 6, faults, seed=8)
    time = np.concatenate([rep.start_s + row for rep, row in zip(whole.reps, batch.time, strict=True)])
    exact = whole.at(time).landmarks(batch.camera, occlusion=False)
    for made, true, mean in ((batch.world, exact.world, 0.0005), (batch.image, exact.image, 0.15)):
        off = np.abs(made.reshape(true.shape) - true)
        assert off.mean() < mean and off.max() < 40 * mean
    again = repetitions(SQUAT, athlete, count=6, seed=8, azimuth_deg=30.0, errors=errors)
    np.testing.assert_array_equal(batch.image, again.image)


@pytest.mark.parametrize("exercise", catalogue(), ids=lambda each: each.name)
def test_every_exercise_comes_in_batches_from_anywhere(exercise):
    batch = repetitions(exercise, Athlete.sample(103), count=3, seed=2)
    found = np.isfinite(batch.image).all(axis=(2, 3))
    assert found.mean() > 0.5
    hips = [BLAZEPOSE_33.index(f"hip_{side}") for side in ("left", "right")]
    assert np.abs(batch.world[found][:, hips].mean(axis=1)).max() < 0.6
