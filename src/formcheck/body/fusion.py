"""One body in space from two camera streams of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.body.planes import forward_up, torso_m
from formcheck.body.pose import PoseSequence
from formcheck.body.skeleton import Skeleton
from formcheck.body.triangulation import CalibratedCamera, triangulate
from formcheck.body.two_cameras import BONE, Joined, Sight, find_places
from formcheck.signals import Floats, fill_gaps, rate_hz, uniform_clock

LEAST_APART_DEG, MOST_APART_DEG = 25.0, 155.0  # cameras that look along one line see no depth together
DISAGREE = 0.1  # trunk lengths between the sight lines of joints that both see: one of them takes it for another
SUSPECT, MUCH_BETTER = 0.05, 0.6  # of that disagreement: when a mirror is tried, and how much less there convicts it
LEAST_BOTH_S = 1.5
DOUBTFUL = 0.2  # trunk lengths beside its sight, from which a landmark counts for less (Cauchy's weight)
SURE = 0.1  # trunk lengths: a joint whose worst standard error is this or less counts as clearly seen
PX_PER_M = 1000.0
SAME = 1e-6  # of the time between two frames: an instant that is a frame's


class NotFused(Exception):
    """Two streams of which no single body can be made; the message says why and what to do."""


@dataclass(frozen=True, eq=False)
class Fused:
    """One body from two streams.

    `pose` has the view "both": its `world` is level (x to the first camera's right, y down, z away from it), on an even
    clock over both streams; its picture is that of a camera far away at the person's right, 1000 px for a metre; its
    visibility says how surely a joint is known in space. `hips` (T, 3) m is the middle of the hips in the axes of
    `world`, in which `cameras` stand, too; `apart_deg` is the angle between their sights; `error` by how much they
    disagree on a joint that both see, in trunk lengths (median); `both` (T,) where both saw the person.
    """

    pose: PoseSequence
    hips: Floats
    cameras: tuple[CalibratedCamera, CalibratedCamera]
    apart_deg: float
    error: float
    both: NDArray[np.bool_]


def fuse(
    first: PoseSequence,
    second: PoseSequence,
    cameras: tuple[CalibratedCamera, CalibratedCamera] | None = None,
) -> Fused:
    """One body in space from two streams of one person, which are on one clock and one skeleton.

    Without `cameras`, a phone's lens is taken for either and their places are found from the person's movement
    (`two_cameras`); lengths are then in metres as the pose estimator tells them. Each landmark is trusted across its
    sight, hardly along it; bones keep their lengths; where one view loses the person the other goes on alone, and is
    not sure of depth. Raises NotFused when the streams hardly overlap in time, have no world landmarks, look along one
    line, or contradict each other, and ValueError for streams on different skeletons.
    """
    if first.skeleton is not second.skeleton:
        raise ValueError(f"expected two streams on one skeleton, got {first.skeleton.name} and {second.skeleton.name}")
    if first.world is None or second.world is None:
        raise NotFused("one of the two recordings has no depth (world landmarks): give the video, or 3D landmarks")
    if not (first.found.sum() > 1 and second.found.sum() > 1):
        raise NotFused("one of the two recordings does not show you: put the camera where your whole body is seen")
    one, other = _on_one_clock(first, second)
    both = one.found & other.found
    if both.sum() / max(rate_hz(one.time), 1e-9) < LEAST_BOTH_S:
        raise NotFused("the two recordings hardly show you at the same time: let both run for the whole set")
    here, there = one.rows(both), other.rows(both)
    if cameras is None:
        places = find_places(here, there)
        if places is None:
            raise NotFused("the two recordings show too little of you to tell where the cameras stand")
        cameras, apart_deg, doubt = places.cameras, places.apart_deg, places.error
        trunk_m = (torso_m(here) + torso_m(there)) / 2
    else:
        cameras = (cameras[0].for_frames(first.frame_size), cameras[1].for_frames(second.frame_size))
        doubt = 0.0
        apart_deg = float(np.degrees(np.arccos(np.clip(cameras[0].rotation[2] @ cameras[1].rotation[2], -1.0, 1.0))))
        trunk_m = torso_m(replace(here, world=triangulate(cameras, (here, there))))
    if not LEAST_APART_DEG <= apart_deg <= MOST_APART_DEG:
        raise NotFused(
            f"the two cameras look along one line ({apart_deg:.0f} degrees apart), so together they see no more depth "
            "than one: put the second at your side"
        )
    if doubt > SUSPECT:
        mirrored = find_places(here, there.mirrored())
        if mirrored is not None and mirrored.error < MUCH_BETTER * doubt:
            raise NotFused(
                "one of the two pictures seems to be a mirror image, as selfie cameras save it: film without"
            )
    points, sure, error = _points(one, other, cameras, trunk_m, both)
    if not error < DISAGREE:
        raise NotFused(
            "the two recordings contradict each other about where your joints are: film the same person at the same "
            "time, neither picture mirrored, your whole body in both"
        )
    axes = _level(cameras)
    hips = [one.skeleton.index(f"hip_{side}") for side in ("left", "right")]
    level = points @ axes.T
    middle = level[:, hips].mean(axis=1)
    pose = _pictured(one, level - middle[:, None], sure)
    turned = tuple(
        CalibratedCamera(each.matrix, each.rotation @ axes.T, each.translation, each.frame_size, each.distortion)
        for each in cameras
    )
    return Fused(pose, middle, (turned[0], turned[1]), apart_deg, error, both)


def _on_one_clock(first: PoseSequence, second: PoseSequence) -> tuple[PoseSequence, PoseSequence]:
    """Both at the same instants, evenly at the faster one's rate, from when the first begins to when the last ends."""
    rate = max(rate_hz(first.time), rate_hz(second.time))
    ends = min(first.time[0], second.time[0]), max(first.time[-1], second.time[-1])
    time = uniform_clock(float(ends[0]), float(ends[1]) + 0.5 / rate, rate)
    return _at(first, time), _at(second, time)


def _at(pose: PoseSequence, time: Floats) -> PoseSequence:
    """The sequence at other instants, by straight lines between its frames; missing where it was for over 0.3 s."""
    assert pose.world is not None
    parts = [pose.image, pose.world, np.where(np.isfinite(pose.image[..., :1]), pose.visibility[..., None], np.nan)]
    values = np.concatenate(parts, axis=-1).reshape(len(pose), -1)
    values = fill_gaps(pose.time, values)
    at = np.clip(np.searchsorted(pose.time, time, side="right") - 1, 0, len(pose) - 2)
    share = ((time - pose.time[at]) / (pose.time[at + 1] - pose.time[at]))[:, None]
    between = (1.0 - share) * values[at] + share * values[at + 1]
    exact = np.where(np.abs(share) < SAME, values[at], np.where(np.abs(share - 1) < SAME, values[at + 1], between))
    out = np.where((share > -SAME) & (share < 1 + SAME), exact, np.nan)
    out = out.reshape(len(time), -1, 6)
    return replace(pose, time=time, image=out[..., :2], world=out[..., 2:5], visibility=out[..., 5])


def _points(
    one: PoseSequence,
    other: PoseSequence,
    cameras: tuple[CalibratedCamera, CalibratedCamera],
    trunk_m: float,
    both: NDArray[np.bool_],
) -> tuple[Floats, Floats, float]:
    """Joints (T, K, 3) m in the cameras' room, how surely each is known (T, K) 0..1, and how far the views differ."""
    skeleton = one.skeleton
    hips = (skeleton.index("hip_left"), skeleton.index("hip_right"))
    sights = tuple(
        Sight.of(pose, skeleton.joints, lens, trunk_m) for pose, lens in zip((one, other), cameras, strict=True)
    )
    joined = Joined((sights[0], sights[1]), trunk_m, hips)
    seen_by_both = Joined((sights[0].rows(both), sights[1].rows(both)), trunk_m, hips)
    points, _ = seen_by_both.points(cameras)
    misses = [np.linalg.norm(miss, axis=-1) for miss in seen_by_both.misses(cameras, points)]
    clear = np.min([sight.seen for sight in seen_by_both.sights], axis=0) > 0.5
    error = float(np.median((misses[0] + misses[1])[clear])) if clear.any() else float("inf")
    times = np.flatnonzero(both)
    middle = points[:, hips].mean(axis=1)
    root = np.stack([np.interp(np.arange(len(both)), times, column) for column in middle.T], axis=1)
    points, normal = joined.points(cameras, root=root)
    for _ in range(2):
        off = [np.linalg.norm(miss, axis=-1) for miss in joined.misses(cameras, points)]
        joined.heavy = [1.0 / (1.0 + (miss / DOUBTFUL) ** 2) for miss in off]
        points, normal = joined.points(cameras, rounds=2, root=points[:, hips].mean(axis=1))
    points = _with_bones(points, normal, skeleton, both, trunk_m)
    worst = 1.0 / np.sqrt(np.maximum(np.linalg.eigvalsh(normal)[..., 0], 1e-9)) / trunk_m
    anything = (sights[0].seen + sights[1].seen) > 0
    sure = np.where(anything, np.minimum(1.0, SURE / worst), 0.0)
    return np.where(anything[..., None], points, np.nan), sure, error


def _with_bones(points: Floats, normal: Floats, skeleton: Skeleton, both: NDArray[np.bool_], trunk_m: float) -> Floats:
    """The points moved, each as far as it is unsure, so that bones come nearer to the lengths they have on average."""
    ends = np.array([[skeleton.index(joint) for joint in bone] for bone in skeleton.bones])
    usual = np.nanmedian(np.linalg.norm(points[both][:, ends[:, 0]] - points[both][:, ends[:, 1]], axis=-1), axis=0)
    order = skeleton.mirrored_order()
    lengths = {frozenset(bone): length for bone, length in zip(ends.tolist(), usual, strict=True)}
    other = [lengths.get(frozenset(order[bone].tolist()), np.nan) for bone in ends]
    usual = np.nanmean([usual, other], axis=0)  # alike on either side
    anchor, stiff = points, 1.0 / (BONE * trunk_m) ** 2
    regular = normal + 1e-6 * np.eye(3)
    for _ in range(4):
        matrix, right = regular.copy(), (regular @ anchor[..., None])[..., 0]
        for (a, b), length in zip(ends, usual, strict=True):
            along = points[:, b] - points[:, a]
            far = np.linalg.norm(along, axis=-1, keepdims=True)
            along = along / np.maximum(far, 1e-6)
            push = along * (far - length) / 2
            outer = stiff * along[:, :, None] * along[:, None, :]
            for end, wanted in ((a, points[:, a] + push), (b, points[:, b] - push)):
                matrix[:, end] += outer
                right[:, end] += (outer @ wanted[..., None])[..., 0]
        points = np.asarray(np.linalg.solve(matrix, right[..., None])[..., 0], dtype=np.float64)
    return points


def _level(cameras: tuple[CalibratedCamera, CalibratedCamera]) -> Floats:
    """The axes (3, 3) right, down, away of the first camera, level.

    Cameras are tipped up or down, hardly to a side: what is across the right of both is plumb. Where they look nearly
    along one line the mean of their downs has to do.
    """
    rights, downs = (np.stack([camera.rotation[at] for camera in cameras]) for at in (0, 1))
    down = downs.mean(axis=0)
    plumb = np.cross(rights[0], rights[1])
    if np.linalg.norm(plumb) > 0.4:
        down = plumb * np.sign(plumb @ down)
    down = down / np.linalg.norm(down)
    away = cameras[0].rotation[2] - (cameras[0].rotation[2] @ down) * down
    away = away / np.linalg.norm(away)
    return np.stack([np.cross(down, away), down, away])


def _pictured(pose: PoseSequence, world: Floats, sure: Floats) -> PoseSequence:
    """The body with the picture that a far camera at its right has of it."""
    flat = PoseSequence(
        time=pose.time,
        image=np.where(np.isfinite(world[..., :2]), 0.0, np.nan),
        world=world,
        visibility=sure,
        skeleton=pose.skeleton,
        frame_size=(1, 1),
        view="both",
    )
    trunk = torso_m(flat)
    image = np.stack([forward_up(flat, joint, "hips") for joint in pose.skeleton.joints], axis=1)
    image = image * [PX_PER_M * trunk, -PX_PER_M * trunk]
    low = np.nanmin(image, axis=(0, 1))
    size = np.nanmax(image, axis=(0, 1)) - low
    width, height = (int(np.ceil(side)) + 2 for side in size)
    return replace(flat, image=image - low + 1.0, frame_size=(width, height))
