"""Windows of a pose are the same whatever the camera's distance, the person's size, the yaw and the frame rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.body import BLAZEPOSE_33, COCO_17, PoseSequence
from formcheck.exercises import find
from formcheck.predictor import BODY, COCO_PICTURE, LANDMARKS_99, LAYOUTS, REPETITION_30, Field, Sliding, windows
from formcheck.synthetic import Athlete, perform

CUT = Sliding(60, 15.0, 1.0)


def _exact(rate_hz: float = 30.0, azimuth_deg: float = 30.0) -> PoseSequence:
    done = perform(find("squat"), Athlete.average(), reps=2, rate_hz=rate_hz)
    return done.landmarks(done.camera(azimuth_deg=azimuth_deg), occlusion=False)


POSE = _exact()


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_layout_gives_finite_windows_with_named_channels(layout):
    made = windows(POSE, layout, CUT)
    assert made.values.shape == (len(made), 60, len(layout.channels)) and len(made) >= 2
    assert np.isfinite(made.values).all() and np.abs(made.values).max() < 10
    assert np.allclose(made.end_s - made.start_s, CUT.length_s) and len(set(layout.channels)) == len(layout.channels)


@given(st.floats(0.3, 3.0), st.floats(-900, 900), st.floats(0.5, 2.0), st.floats(-180, 180))
@settings(max_examples=20, deadline=None)
def test_ours_does_not_see_distance_place_size_or_yaw(zoom, shift_px, size, yaw_deg):
    yaw = np.radians(yaw_deg)
    turn = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    picture = POSE.image * zoom + shift_px + 2_000.0  # of a camera whose frame still holds everything
    other = replace(POSE, image=picture, world=size * POSE.world @ turn.T, frame_size=(9_000, 9_000))
    assert np.allclose(windows(other, BODY, CUT).values, windows(POSE, BODY, CUT).values, atol=1e-4)


def test_what_lies_outside_the_picture_is_missing():
    feet = POSE.image[:, POSE.skeleton.index("ankle_left"), 1]
    cut_off = replace(POSE, frame_size=(POSE.frame_size[0], int(feet.min()) - 5))
    made = windows(cut_off, BODY, CUT).values
    for field in ("image_seen", "image_y", "world_seen", "world_z"):
        assert not made[..., BODY.channels.index(f"ankle_left_{field}")].any()
    assert made[..., BODY.channels.index("shoulder_left_world_seen")].all()


def test_ours_sees_how_far_the_hips_go_down_in_the_picture():
    made = windows(POSE, BODY, CUT).values[0]
    hips = made[:, BODY.channels.index("hip_left_image_y")]
    assert 0.3 < np.ptp(hips) < 1.5  # trunk lengths


def test_a_mirror_is_an_order_and_a_sign():
    order, signs = BODY.mirror()
    made = windows(POSE, BODY, CUT).values[..., order] * signs
    assert np.allclose(windows(POSE.mirrored(), BODY, CUT).values, made, atol=1e-4)


def test_the_frame_rate_does_not_matter():
    slow, fast = (windows(_exact(rate), BODY, CUT).values for rate in (24.0, 60.0))
    assert np.abs(slow[0] - fast[0]).max() < 0.05


@pytest.mark.parametrize("skeleton", [BLAZEPOSE_33, COCO_17], ids=lambda skeleton: skeleton.name)
@pytest.mark.parametrize("missing", ["world", "image", "nothing"])
def test_what_is_missing_is_zero_and_told(skeleton, missing):
    pose = POSE.on(skeleton)
    pose = replace(pose, world=None) if missing == "world" else pose
    pose = replace(pose, image=np.full_like(pose.image, np.nan)) if missing == "image" else pose
    made = windows(pose, BODY, CUT).values[0].reshape(60, 17, 7)
    seen = {field: made[..., BODY.fields.index(field)] for field in BODY.fields}
    known = np.array([joint in skeleton for joint in BODY.skeleton.joints])
    for told, fields, gone in (
        (Field.IMAGE_SEEN, (Field.IMAGE_X, Field.IMAGE_Y), "image"),
        (Field.WORLD_SEEN, (Field.WORLD_X, Field.WORLD_Z), "world"),
    ):
        there = known & (missing != gone)
        assert (seen[told][:, there] > 0).all() and (seen[told][:, ~there] == 0).all()
        assert all((seen[field][:, ~there] == 0).all() for field in fields)


def test_a_repetition_of_the_paper_is_padded_or_truncated_and_not_resampled():
    short = POSE.between(0.0, 0.7)
    made = windows(short, LANDMARKS_99, REPETITION_30).values
    assert made.shape == (1, 30, 99)
    assert np.allclose(made[0, : len(short)], short.world.reshape(len(short), -1), atol=1e-6)
    assert (made[0, len(short) :] == 0).all()
    assert np.allclose(windows(POSE, LANDMARKS_99, REPETITION_30).values[0], POSE.world[:30].reshape(30, -1), atol=1e-6)


def test_a_picture_is_read_in_shares_of_its_size():
    made = windows(POSE, COCO_PICTURE, REPETITION_30).values[0].reshape(30, 17, 3)
    assert np.abs(made[..., :2]).max() < 0.5
    nose = made[0, 0, :2] + 0.5
    assert np.allclose(nose * POSE.frame_size, POSE.pixels("nose")[0], atol=0.01)


def test_short_and_empty_recordings():
    assert len(windows(POSE.between(-2.0, -1.0), BODY, CUT)) == 0
    made = windows(POSE.between(0.0, 1.0), BODY, CUT)
    assert len(made) == 1 and (made.values[0, 16:] == 0).all() and made.values[0, :14].any()
    assert made.found[0] == pytest.approx(15 / 60, abs=0.02)
