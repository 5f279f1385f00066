"""Pose files: what goes in comes out, and what cannot be meant is refused in words."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from formcheck.body import BLAZEPOSE_33, SKELETONS, PoseSequence, Skeleton
from formcheck.sources import PoseFile, SourceError, open_source, read_pose, write_pose


def plain(frames=20, joints=33, **changes):
    """The arrays of a plain pose file in which everybody is where they should be."""
    draw = np.random.default_rng(0)
    content = {
        "time": np.arange(frames) / 30,
        "image": draw.uniform(0, 400, (frames, joints, 2)).astype(np.float32),
        "world": draw.normal(0, 0.5, (frames, joints, 3)).astype(np.float16),
        "visibility": draw.uniform(0, 1, (frames, joints)),
        "frame_size": np.array([640, 480]),
    }
    content |= changes
    return {name: array for name, array in content.items() if array is not None}


@pytest.fixture
def saved(tmp_path):
    """A function that writes arrays as a pose file."""

    def save(**content):
        np.savez(tmp_path / "pose.npz", **content)
        return tmp_path / "pose.npz"

    return save


@settings(max_examples=25, deadline=None)
@given(
    skeleton=st.sampled_from(SKELETONS),
    steps=arrays.arrays(float, st.integers(1, 12), elements=st.floats(1e-3, 5.0)),
    flat=st.booleans(),
    view=st.sampled_from(["front", "side-left", "unknown"]),
    seed=st.integers(0, 99),
)
def test_what_is_written_is_read_again(tmp_path_factory, skeleton, steps, flat, view, seed):
    draw = np.random.default_rng(seed)
    shape = (len(steps), len(skeleton))
    image = draw.uniform(-50, 4000, (*shape, 2))
    image[draw.random(shape) < 0.2] = np.nan
    image[0, 0] = 1.0
    world = None if flat else draw.normal(size=(*shape, 3))
    before = PoseSequence(np.cumsum(steps), image, world, draw.random(shape), skeleton, (3840, 2160), view)
    path = tmp_path_factory.mktemp("pose") / "a.npz"
    write_pose(path, before)
    after = read_pose(path)
    assert (after.skeleton, after.frame_size, after.view) == (before.skeleton, before.frame_size, before.view)
    np.testing.assert_array_equal(after.time, before.time)
    np.testing.assert_allclose(after.image, before.image, rtol=1e-6)
    np.testing.assert_allclose(after.visibility, before.visibility, rtol=1e-6)
    assert (after.world is None) == flat
    if world is not None and after.world is not None:
        np.testing.assert_allclose(after.world, world, rtol=1e-6, atol=1e-7)
    assert [child.name for child in path.parent.iterdir()] == ["a.npz"]


def test_a_skeleton_of_ones_own_travels_in_the_header(tmp_path):
    own = Skeleton("stick", ("head", "hip_left", "hip_right"), (("head", "hip_left"),))
    write_pose(tmp_path / "a.npz", PoseSequence(np.arange(2.0), np.ones((2, 3, 2)), None, np.ones((2, 3)), own, (9, 9)))
    assert read_pose(tmp_path / "a.npz").skeleton == own


def test_a_plain_file_is_read_by_its_number_of_joints(saved):
    opened = open_source(saved(**plain()))
    assert isinstance(opened, PoseFile) and opened.warnings == ()
    assert opened.sequence.skeleton is BLAZEPOSE_33 and opened.sequence.frame_size == (640, 480)
    assert read_pose(saved(**plain(joints=25, world=None))).skeleton.name == "kinect-25"


def test_infinite_values_are_missing_and_told(saved):
    content = plain()
    content["image"][3, 5] = np.inf
    content["world"][4, 6, 1] = -np.inf
    content["image"][7] = np.nan
    content["visibility"][2, 2] = 7.0
    opened = open_source(saved(**content))
    assert np.isnan(opened.sequence.image[3, 5]).all() and np.isnan(opened.sequence.world[4, 6, 1])
    assert not opened.sequence.found[7] and opened.sequence.found[3]
    assert opened.sequence.visibility.max() <= 1.0
    assert [sentence[:20] for sentence in opened.warnings] == [
        "2 infinite values in",
        "1 infinite values in",
        "Visibilities outside",
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"visibility": None, "time": None}, "add time, visibility"),
        ({"joints": 21}, "expected a skeleton among .*blazepose-33.* got 21 joints"),
        ({"joints": 17}, "coco-17 or h36m-17"),
        ({"image": np.full((20, 33, 2), np.nan)}, "nobody was found"),
        ({"image": np.ones((20, 33, 3))}, r"expected image of shape \(frames, joints, 2\)"),
        ({"image": np.full((20, 33, 2), "x")}, "expected numbers in image"),
        ({"time": np.zeros(20)}, "strictly increasing"),
        ({"time": np.r_[np.arange(10.0), 4.0, np.arange(11.0, 20.0)]}, "9.0000 s then 4.0000 s at index 9"),
        ({"time": np.r_[np.arange(19.0), np.nan]}, "finite"),
        ({"time": np.arange(7.0)}, "shape"),
        ({"visibility": np.ones((20, 5))}, "expected visibility of shape"),
        ({"frame_size": np.array([0, 480])}, "frame size"),
        ({"frame_size": np.array([640.0])}, "frame_size"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(saved, changes, says):
    path = saved(**plain(**changes))
    with pytest.raises(SourceError, match=says) as refusal:
        open_source(path)
    assert "expected" in str(refusal.value) and "got" in str(refusal.value) and str(path) in str(refusal.value)


@pytest.mark.parametrize("content", [b"", b"time,x,y\n0,1,2\n", b"PK\x03\x04broken"])
def test_what_is_not_a_pose_file_is_refused(tmp_path, content):
    path = tmp_path / "pose.npz"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="expected a pose file"):
        open_source(path)


def test_objects_are_never_unpickled(saved):
    with pytest.raises(SourceError, match="expected a pose file"):
        read_pose(saved(**plain(time=np.array([object()] * 20))))


def test_a_header_that_contradicts_the_arrays_is_refused(tmp_path):
    good = PoseSequence(np.arange(2.0), np.ones((2, 33, 2)), None, np.ones((2, 33)), BLAZEPOSE_33, (9, 9))
    path = write_pose(tmp_path / "a.npz", good)
    with np.load(path) as opened:
        content = dict(opened)
    np.savez(path, **content | {"image": np.ones((2, 17, 2))})
    with pytest.raises(SourceError, match="expected 33 joints as the header's skeleton blazepose-33 has, got 17"):
        read_pose(path)
    np.savez(path, **content | {"header": np.frombuffer(b'{"format": "other"}', dtype=np.uint8)})
    with pytest.raises(SourceError, match="another kind of file"):
        read_pose(path)


def test_nothing_is_left_behind_where_writing_fails(tmp_path):
    good = PoseSequence(np.arange(2.0), np.ones((2, 33, 2)), None, np.ones((2, 33)), BLAZEPOSE_33, (9, 9))
    (tmp_path / "a.npz").mkdir()
    with pytest.raises(OSError, match=r"a\.npz"):
        write_pose(tmp_path / "a.npz", good)
    assert [child.name for child in tmp_path.iterdir()] == ["a.npz"]


def test_landmarks_of_real_people_are_read_as_they_are(shared_data):
    with (shared_data / "labels.csv").open() as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        sequence = read_pose(shared_data / "landmarks" / row["landmarks"].rsplit("/", 1)[-1])
        assert sequence.skeleton is BLAZEPOSE_33 and sequence.world is not None
        assert sequence.found.mean() > 0.5
