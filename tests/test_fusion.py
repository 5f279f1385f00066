"""Two views made one: against bodies whose every joint is known."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from formcheck.assess.judge import judge
from formcheck.body import COCO_17, PoseSequence
from formcheck.body.fusion import Fused, NotFused, fuse
from formcheck.body.quantities import knee_flexion, trunk_lean
from formcheck.body.track import Track
from formcheck.body.triangulation import CameraError, read_cameras, triangulate, write_cameras
from formcheck.evaluation.two_views import errors, exactly
from formcheck.exercises import find
from formcheck.reps import RepSpan
from formcheck.synthetic import Athlete, Camera, Performance, perform

DRAW = 7


def lunging() -> Performance:
    return perform(find("lunge"), Athlete.sample(3), 2, seed=3, rate_hz=15.0, before_s=0.5, after_s=0.5)


def guessed(done: Performance, camera: Camera, seed: int, depth: float = 0.75) -> PoseSequence:
    """What a fair estimator tells: a picture right within a pixel or two, and a depth that is flat and wavers."""
    draw, exact = np.random.default_rng([seed, DRAW]), done.landmarks(camera, occlusion=False)
    assert exact.world is not None
    wavers = draw.normal(0.0, 0.03, exact.world.shape)
    return replace(
        exact,
        image=exact.image + draw.normal(0.0, 1.5, exact.image.shape),
        world=(exact.world + wavers) * [1.05, 1.05, depth],
    )


@pytest.fixture(scope="module")
def done() -> Performance:
    return lunging()


@pytest.fixture(scope="module")
def cameras(done: Performance) -> tuple[Camera, Camera]:
    return done.camera(azimuth_deg=8.0), done.camera(azimuth_deg=-75.0, distance_m=4.0)


@pytest.fixture(scope="module")
def views(done: Performance, cameras: tuple[Camera, Camera]) -> tuple[PoseSequence, PoseSequence]:
    return guessed(done, cameras[0], 1), guessed(done, cameras[1], 2)


@pytest.fixture(scope="module")
def body(views: tuple[PoseSequence, PoseSequence]) -> Fused:
    return fuse(*views)


def off(body: Fused, done: Performance, camera: Camera, rows: slice = slice(None)):
    assert body.pose.world is not None
    return errors(body.pose.world[rows] @ body.cameras[0].rotation.T, done.points[rows] @ camera.axes.T)


def test_two_guessed_depths_make_one_body_that_is_right(views, body, done, cameras):
    alone = min(errors(view.world, done.points @ camera.axes.T)[1] for view, camera in zip(views, cameras, strict=True))
    root, root_and_size, _, knee, hip, _ = off(body, done, cameras[0])
    assert root_and_size < 0.4 * alone and root < 60.0
    assert knee < 3.0 and hip < 4.0
    assert body.apart_deg == pytest.approx(83.0, abs=5.0) and body.error < 0.05


def test_the_fused_body_stands_plumb_and_keeps_its_bones(body, done):
    assert np.median(np.abs(Track(body.pose).mean(trunk_lean) - _lean(done))) < 3.0
    thigh = np.linalg.norm(body.pose.metres("hip_left") - body.pose.metres("knee_left"), axis=1)
    assert thigh.std() / thigh.mean() < 0.03


def _lean(done: Performance):
    points = done.points
    names = [f"{joint}_{side}" for joint in ("hip", "shoulder") for side in ("left", "right")]
    at = [body_index(name) for name in names]
    up = points[:, at[2:]].mean(axis=1) - points[:, at[:2]].mean(axis=1)
    return np.degrees(np.arctan2(up[:, 2], up[:, 1]))


def body_index(name: str) -> int:
    from formcheck.body import BLAZEPOSE_33

    return BLAZEPOSE_33.index(name)


def test_one_view_carries_on_where_the_other_loses_the_person(views, done, cameras):
    first, second = views
    lost = (second.time > 2.0) & (second.time < 3.5)
    image, world, seen = second.image.copy(), np.array(second.world), second.visibility.copy()
    image[lost], world[lost], seen[lost] = np.nan, np.nan, 0.0
    body = fuse(first, replace(second, image=image, world=world, visibility=seen))
    assert body.both.sum() == (~lost).sum()
    assert np.isfinite(body.pose.world).all()
    assert np.median(body.pose.visibility[lost]) < 0.4 < np.median(body.pose.visibility[~lost])  # depth is a guess
    assert errors(body.pose.world[lost] @ body.cameras[0].rotation.T, done.points[lost] @ cameras[0].axes.T)[1] < 120.0


def test_a_second_view_that_is_shorter_is_used_while_it_lasts(views):
    body = fuse(views[0], views[1].between(1.0, 4.0))
    assert len(body.pose) == len(views[0]) and 0.3 < body.both.mean() < 0.8


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda first, second: first, "one line"),
        (lambda first, second: second.shifted(60.0), "same time"),
        (lambda first, second: replace(second, world=None), "no depth"),
        (lambda first, second: second.mirrored(), "mirror image"),
        (
            lambda first, second: replace(second, image=second.image[::-1].copy() + 150.0 * _wander(second)),
            "contradict",
        ),
    ],
)
def test_what_cannot_be_one_body_says_why(views, spoil, why):
    with pytest.raises(NotFused, match=why):
        fuse(views[0], spoil(*views))


def _wander(pose: PoseSequence):
    return np.random.default_rng(DRAW).normal(0.0, 1.0, pose.image.shape)


def test_streams_of_two_skeletons_are_refused(views):
    with pytest.raises(ValueError, match="one skeleton"):
        fuse(views[0].on(COCO_17), views[1])


def test_joints_that_a_skeleton_lacks_are_left_out(views):
    known = views[0].on(COCO_17).on(views[0].skeleton), views[1].on(COCO_17).on(views[1].skeleton)
    body = fuse(*known)
    assert np.isnan(body.pose.metres("heel_left")).all() and (body.pose.seen("heel_left") == 0).all()
    assert np.isfinite(body.pose.metres("knee_left")).all()


def test_calibrated_cameras_give_points_in_the_room(done, cameras):
    known = tuple(exactly(camera) for camera in cameras)
    exact = [done.landmarks(camera, occlusion=False) for camera in cameras]
    np.testing.assert_allclose(triangulate(known, exact), done.points, atol=1e-9)
    noisy = [guessed(done, camera, at) for at, camera in enumerate(cameras)]
    assert np.median(np.linalg.norm(triangulate(known, noisy) - done.points, axis=-1)) < 0.015
    one = replace(noisy[1], image=np.full_like(noisy[1].image, np.nan), visibility=np.zeros_like(noisy[1].visibility))
    assert np.isnan(triangulate(known, (noisy[0], one))).all()


def test_calibration_gives_metres(views, done, cameras):
    body = fuse(*views, (exactly(cameras[0]), exactly(cameras[1])))
    root, root_and_size, *_ = off(body, done, cameras[0])
    assert root < 20.0 and abs(root - root_and_size) < 3.0


def test_a_calibration_is_read_back_and_a_bad_one_refused(tmp_path, cameras):
    known = (exactly(cameras[0]), replace(exactly(cameras[1]), distortion=(-0.1, 0.02, 0.001, -0.002)))
    write_cameras(tmp_path / "cameras.json", known)
    again = read_cameras(tmp_path / "cameras.json")
    points = np.random.default_rng(DRAW).uniform(-0.5, 0.5, (20, 3)) + [0.0, 1.0, 0.0]
    for camera, same in zip(known, again, strict=True):
        np.testing.assert_allclose(same.project(points), camera.project(points))
        rays = camera.seen_from(points)
        np.testing.assert_allclose(camera.directions(camera.project(points)), rays[:, :2] / rays[:, 2:], atol=1e-6)
    (tmp_path / "bad.json").write_text(json.dumps({"cameras": [{"matrix": [[1]]}]}))
    with pytest.raises(CameraError, match="frame_size"):
        read_cameras(tmp_path / "bad.json")
    with pytest.raises(CameraError, match="rotation"):
        replace(known[0], rotation=2 * np.eye(3))
    with pytest.raises(CameraError, match="shape"):
        known[0].for_frames((640, 640))


def test_frames_of_half_the_size_are_the_same_camera(cameras):
    camera = exactly(cameras[0])
    width, height = camera.frame_size
    point = np.array([0.1, 1.2, 0.2])
    np.testing.assert_allclose(camera.for_frames((width // 2, height // 2)).project(point), camera.project(point) / 2)


def test_a_criterion_that_no_camera_sees_in_its_plane_is_judged_from_both(done):
    """Two cameras at an angle: neither sees the knee bend squarely, and a lunge's knee is judged from the side."""
    oblique = [done.camera(azimuth_deg=turn) for turn in (45.0, -45.0)]
    poses = [replace(guessed(done, camera, at), view="oblique") for at, camera in enumerate(oblique)]
    body = fuse(poses[0], poses[1])
    criterion = next(each for each in find("lunge").criteria if each.measure.quantity is knee_flexion)
    rep = done.reps[0]
    span = RepSpan(rep.start_s, rep.turn_s, rep.end_s, 90.0)
    single = {"front": Track(poses[0]), "side": Track(poses[1])}
    found = judge(criterion, {**single, "both": Track(body.pose)}, span, "left" if rep.works_left else "right")
    assert found.view == "both" and found.stream is None and found.verdict == "pass"
