"""Skeletons, poses over time, the person's planes, views, and bringing two cameras to one clock."""

from dataclasses import replace

import numpy as np
import pytest
from figures import squats, squatting
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.body import BLAZEPOSE_33, COCO_17, SKELETONS, Recording
from formcheck.body.planes import forward_up, left_up
from formcheck.body.quantities import hip_flexion, knee_flexion, trunk_lean
from formcheck.body.sync import find_offset
from formcheck.body.track import SIDES, Track
from formcheck.body.view import estimate_view, framing_advice, with_view

VIEWS = {0: "front", 90: "side-left", -90: "side-right", 180: "back", 45: "oblique", -135: "oblique"}


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
def test_every_skeleton_names_its_joints_once_and_mirrors_onto_itself(skeleton):
    order = skeleton.mirrored_order()
    assert (order[order] == np.arange(len(skeleton))).all()
    assert skeleton.name.endswith(str(len(skeleton)))
    with pytest.raises(KeyError, match="expected a joint"):
        skeleton.index("tail")


def test_a_pose_sequence_checks_itself_at_the_door():
    pose = squatting([0.0, 10.0, 20.0])
    with pytest.raises(ValueError, match=r"expected image of shape \(3, 33, 2\).*got \(2, 33, 2\)"):
        replace(pose, image=pose.image[:2])
    with pytest.raises(ValueError, match="expected a view"):
        replace(pose, view="above")
    with pytest.raises(ValueError, match="frame size"):
        replace(pose, frame_size=(0, 480))
    with pytest.raises(ValueError, match="at least one stream"):
        Recording()
    image = pose.image.copy()
    image[1] = np.inf
    assert list(replace(pose, image=image).found) == [True, False, True]
    with pytest.raises(ValueError, match="read-only"):
        pose.image[0] = 0.0


def test_skeletons_convert_by_joint_name_and_what_is_missing_is_nan():
    pose = squatting([0.0, 50.0])
    coco = pose.on(COCO_17)
    np.testing.assert_array_equal(coco.pixels("knee_left"), pose.pixels("knee_left"))
    back = coco.on(BLAZEPOSE_33)
    assert np.isnan(back.pixels("heel_left")).all() and (back.seen("heel_left") == 0).all()


@pytest.mark.parametrize("yaw_deg", VIEWS)
def test_the_view_is_found_and_a_mirror_image_shows_the_other_side(yaw_deg):
    pose = with_view(squatting(np.linspace(0, 90, 30), yaw_deg))
    assert pose.view == VIEWS[yaw_deg]
    mirror = pose.mirrored()
    assert estimate_view(mirror) == mirror.view
    np.testing.assert_allclose(mirror.mirrored().image, pose.image)


@given(yaw_deg=st.floats(-179, 179), flexion_deg=st.floats(5.0, 110.0))
@settings(max_examples=40, deadline=None)
def test_angles_in_space_do_not_depend_on_where_the_camera_stands(yaw_deg, flexion_deg):
    pose, before = squatting([flexion_deg] * 5, yaw_deg), squatting([flexion_deg] * 5)
    for side in SIDES:
        np.testing.assert_allclose(knee_flexion.read(pose, side), flexion_deg, atol=1e-3)
        np.testing.assert_allclose(hip_flexion.read(pose, side), hip_flexion.read(before, side), atol=1e-3)


@pytest.mark.parametrize("yaw_deg", VIEWS)
def test_forward_up_and_left_are_the_persons_own_from_every_camera(yaw_deg):
    pose = with_view(squatting([80.0] * 5, yaw_deg))
    knee_from_ankle = forward_up(pose, "knee_left", "ankle_left")
    assert (knee_from_ankle > 0).all(), "the knee is ahead of and above the ankle"
    assert (left_up(pose, "shoulder_left", "shoulder_right")[:, 0] > 0).all() or pose.view.startswith("side")
    assert trunk_lean.read(pose, "left") == pytest.approx(0.15 * 80.0, abs=1.0)


def test_gaps_longer_than_a_third_of_a_second_stay_missing():
    pose = squatting(np.full(60, 30.0), 90)
    image, world = pose.image.copy(), pose.world.copy()
    for part in (slice(10, 15), slice(30, 45)):
        image[part], world[part] = np.nan, np.nan
    values = Track(with_view(replace(pose, image=image, world=world))).values(knee_flexion, "left")
    assert np.isfinite(values[:30]).all() and np.isnan(values[31:44]).all()


@given(shift_s=st.floats(-4.0, 4.0), rate_hz=st.sampled_from([24.0, 25.0, 29.97, 60.0]), seed=st.integers(0, 5))
@settings(max_examples=15, deadline=None)
def test_two_cameras_that_start_seconds_apart_are_brought_to_one_clock(shift_s, rate_hz, seed):
    depths = np.random.default_rng(seed).uniform(70, 110, 6)
    first_deg, _ = squats(depths, rate_hz=30.0, idle_s=5.0)
    second_deg, _ = squats(depths, rate_hz=rate_hz, idle_s=5.0)
    first = with_view(squatting(first_deg, 5.0, 30.0, noise_px=1.0))
    second = with_view(squatting(second_deg, 92.0, rate_hz, noise_px=1.0, seed=1))
    second = replace(second.shifted(-shift_s))
    offset = find_offset(first, second)
    assert offset is not None
    assert offset.offset_s == pytest.approx(shift_s, abs=0.06)
    assert offset.agreement > 0.9 and offset.error_s < 0.1


def test_a_clip_without_motion_cannot_be_aligned_with_confidence():
    still, moving = squatting(np.zeros(120)), squatting(squats([90, 90])[0])
    offset = find_offset(still, moving)
    assert offset is None or offset.agreement < 0.3
    assert find_offset(squatting(np.zeros(10)), moving) is None


def test_framing_advice_names_what_is_cut_off_and_who_is_too_small():
    pose = squatting(np.zeros(30))
    assert framing_advice(pose) == ()
    low = replace(pose, image=pose.image + [0.0, 90.0])
    assert "feet are outside" in framing_advice(low)[0]
    small = replace(pose, image=pose.image * 0.15 + [200.0, 200.0])
    assert "small in the picture" in framing_advice(small)[0]
    nobody = replace(pose, image=np.full_like(pose.image, np.nan))
    assert framing_advice(nobody) == () and estimate_view(replace(nobody, world=None)) == "unknown"
