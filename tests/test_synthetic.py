"""The synthetic studio: bones, feet, hands and balance hold; faults do what they say; film and truth agree."""

import json
from dataclasses import replace

import numpy as np
import pytest

from formcheck.body import BLAZEPOSE_33
from formcheck.exercises import catalogue, find
from formcheck.exercises.motion import Key, Leg, Motion, Pose, Retime, Timing, Trunk
from formcheck.pose.mediapipe import MediaPipe
from formcheck.sources import Frame, Video
from formcheck.synthetic import Athlete, film, perform, pictures
from formcheck.synthetic.support import under_back

EXERCISES = [exercise for exercise in catalogue() if exercise.motion is not None]
FAULTS = [(exercise.name, fault.criterion) for exercise in EXERCISES for fault in exercise.faults]
BONES = (
    ("hip", "knee", "thigh_m"),
    ("knee", "ankle", "shank_m"),
    ("shoulder", "elbow", "upper_arm_m"),
    ("elbow", "wrist", "forearm_m"),
)
SIDES = ("left", "right")


def performed(name, seed=3, faults=(), reps=2, rate_hz=15.0):
    return perform(find(name), Athlete.sample(seed), reps=reps, faults=faults, seed=seed, rate_hz=rate_hz)


def near(performance, time_s):
    return int(np.argmin(np.abs(performance.time - time_s)))


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_every_exercise_can_be_done_wrong_in_every_way_a_criterion_names(exercise):
    assert [fault.criterion for fault in exercise.faults] == [criterion.id for criterion in exercise.criteria]
    assert all(fault.source for fault in exercise.faults)


@pytest.mark.parametrize(("name", "criterion"), [*((each.name, None) for each in EXERCISES), *FAULTS])
def test_bones_keep_their_length_and_nothing_goes_through_the_floor(name, criterion):
    done = performed(name, faults={criterion: 1.0} if criterion else {})
    points = done.body.points
    for start, end, length in BONES:
        for side in SIDES:
            bone = np.linalg.norm(points[f"{start}_{side}"] - points[f"{end}_{side}"], axis=1)
            assert np.abs(bone - getattr(done.athlete, length)).max() < 0.004
    assert np.isfinite(done.joints).all()
    assert done.joints.shape == (len(done.time), len(BLAZEPOSE_33), 3)
    assert done.joints[..., 1].max() < 0.0  # y is down: the floor is at 0


@pytest.mark.parametrize("seed", range(4))
def test_feet_that_stand_and_hands_that_hold_do_not_slide(seed):
    for name in ("squat", "deadlift", "barbell biceps curl"):
        points = performed(name, seed).body.points
        for part in ("heel", "ball", "foot_index"):
            for side in SIDES:
                assert np.ptp(points[f"{part}_{side}"], axis=0).max() < 0.002, (name, part)
    for name in ("push-up", "pull up"):
        points = performed(name, seed).body.points
        assert max(np.ptp(points[f"wrist_{side}"], axis=0).max() for side in SIDES) < 1e-9
    pressed = performed("push-up", seed).body.points
    assert max(np.ptp(pressed[f"ball_{side}"], axis=0).max() for side in SIDES) < 1e-9
    standing = performed("single-leg romanian deadlift", seed)
    side = "left" if standing.reps[0].works_left else "right"
    assert np.ptp(standing.body.points[f"ball_{side}"], axis=0).max() < 0.002


def moves_m(points, *names):
    """How far the points of these names, left and right, move at most, in m."""
    return max(np.ptp(points[f"{name}_{side}"], axis=0).max() for name in names for side in SIDES)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
@pytest.mark.parametrize("seed", range(2))
def test_what_carries_the_body_stays_where_it_is(exercise, seed):
    done = performed(exercise.name, seed)
    points, support = done.body.points, done.motion.support
    if support in ("bar overhead", "hands on bars", "hands and toes"):
        assert moves_m(points, "wrist") < 1e-9
    if support in ("hands and toes", "forearms and toes"):
        assert moves_m(points, "ball") < 1e-9
    if support == "forearms and toes":
        assert moves_m(points, "elbow") < 0.004
        assert max(points[f"wrist_{side}"][:, 1].max() for side in SIDES) < 0.06
    if support in ("seat", "back and feet"):
        poses = [key.pose for key in done.motion.keys]
        if all(leg.load > 0 for pose in poses for leg in (pose.leg, pose.other_leg or pose.leg)):
            assert moves_m(points, "heel", "ball", "foot_index") < 0.004
    if support == "seat":
        top = done.motion.seat_height * done.athlete.leg_m
        assert np.ptp(points["hips"], axis=0).max() < 1e-9
        assert (points["hips"][:, 1] > top + 0.07).all()
        if done.motion.furniture in ("bench", "mat"):
            assert (points["t6"][:, 1] > top + 0.03).all()  # the back is on the pad, not in it
    if support == "back and feet":
        assert np.ptp(under_back(done.athlete, points, done.body.frames), axis=0)[1:].max() < 1e-9


@pytest.mark.parametrize("exercise", [each for each in EXERCISES if each.motion.one_bar], ids=lambda each: each.name)
def test_hands_on_one_bar_keep_their_distance(exercise):
    for seed in range(3):
        done = performed(exercise.name, seed)
        hands = done.body.points["wrist_left"] - done.body.points["wrist_right"]
        wide = np.einsum("ti,ti->t", hands, done.body.frames["thorax"][:, :, 0])
        assert np.allclose(wide, done.motion.grip_width * done.athlete.shoulder_centres_m, atol=1e-6)
        assert np.ptp(np.linalg.norm(hands, axis=1)) < 0.03


def test_a_twist_turns_the_thorax_over_the_pelvis_towards_the_working_side():
    seat = Motion(
        (Key(0, Pose()), Key(1, Pose(Trunk(twist_deg=40)))), Timing(1.0, 0.2, 1.0, 0.4), support="seat", seat_height=0.5
    )
    for seed in (4, 5, 6):
        done = perform(replace(find("squat"), motion=seat, faults=()), Athlete.sample(seed), reps=1, seed=seed)
        turn = done.body.frames["pelvis"].transpose(0, 2, 1) @ done.body.frames["thorax"]
        left = np.degrees(np.arctan2(turn[:, 0, 2], turn[:, 2, 2]))[near(done, done.reps[0].turn_s)]
        assert 34.0 < (left if done.reps[0].works_left else -left) < 46.0


def test_a_foot_that_is_set_too_far_from_a_seat_stands_as_far_as_the_leg_reaches():
    leg = Leg(step_forward=1.4, load=0.5)
    seat = Motion(
        (Key(0, Pose(leg=leg)), Key(1, Pose(Trunk(pelvis_tilt_deg=20), leg))),
        Timing(1.0, 0.2, 1.0, 0.4),
        support="seat",
        seat_height=0.5,
    )
    done = perform(replace(find("squat"), motion=seat, faults=()), Athlete.sample(1), reps=1)
    bone = np.linalg.norm(done.body.points["knee_left"] - done.body.points["ankle_left"], axis=1)
    assert np.allclose(bone, done.athlete.shank_m, atol=1e-6)
    assert moves_m(done.body.points, "ball") < 0.004


@pytest.mark.parametrize("name", ["squat", "deadlift", "single-leg romanian deadlift", "barbell biceps curl"])
@pytest.mark.parametrize("seed", range(5))
def test_the_centre_of_mass_stays_over_the_feet(name, seed):
    done = performed(name, seed)
    points = done.body.points
    # Mass shares and centres of de Leva 1996, table 4, rounded.
    parts = [(0.069, points["head"]), (0.43, (points["l3"] + points["t12"]) / 2)]
    for side in SIDES:
        hip, knee, ankle = (points[f"{joint}_{side}"] for joint in ("hip", "knee", "ankle"))
        shoulder, elbow, wrist = (points[f"{joint}_{side}"] for joint in ("shoulder", "elbow", "wrist"))
        parts += [
            (0.142, 0.59 * hip + 0.41 * knee),
            (0.043, 0.55 * knee + 0.45 * ankle),
            (0.014, points[f"ball_{side}"]),
        ]
        parts += [(0.027, 0.42 * shoulder + 0.58 * elbow), (0.016, 0.54 * elbow + 0.46 * wrist), (0.006, wrist)]
    centre = sum(share * place for share, place in parts) / sum(share for share, _ in parts)
    stands = "left" if done.reps[0].works_left else "right"
    heel, toe = points[f"heel_{stands}"][:, 2], points[f"foot_index_{stands}"][:, 2]
    assert (centre[:, 2] > heel).all()
    assert (centre[:, 2] < toe).all()


def test_repetitions_turn_where_the_plan_says():
    done = performed("squat", reps=3, rate_hz=30.0)
    height = done.body.points["hips"][:, 1]
    for before, rep in zip([None, *done.reps[:-1]], done.reps, strict=True):
        assert rep.start_s < rep.arrive_s <= rep.turn_s <= rep.leave_s < rep.end_s
        assert before is None or before.end_s < rep.start_s
        inside = (done.time >= rep.start_s) & (done.time < rep.end_s)
        lowest = done.time[inside][np.argmin(height[inside])]
        assert rep.arrive_s - 0.15 <= lowest <= rep.leave_s + 0.15
        assert height[near(done, rep.start_s)] - height[near(done, rep.turn_s)] > 0.3
    assert done.time[0] == 0.0
    assert done.reps[0].start_s == pytest.approx(1.2)
    assert done.time[-1] > done.reps[-1].end_s + 1.0


def test_legs_take_turns_in_the_lunge():
    done = performed("lunge", reps=4)
    ahead = [
        done.body.points["ankle_left"][near(done, rep.turn_s), 2]
        > done.body.points["ankle_right"][near(done, rep.turn_s), 2]
        for rep in done.reps
    ]
    assert ahead == [rep.works_left for rep in done.reps]
    assert ahead in ([True, False] * 2, [False, True] * 2)


def test_the_same_seed_gives_the_same_set_and_another_seed_another():
    first, again, other = (performed("lunge", seed) for seed in (5, 5, 6))
    assert np.array_equal(first.joints, again.joints)
    assert first.joints.shape != other.joints.shape or not np.allclose(first.joints, other.joints)
    assert Athlete.sample(5) == Athlete.sample(5)
    slow, fast = (perform(find("squat"), Athlete.sample(1), reps=1, seed=1, rate_hz=rate) for rate in (10.0, 30.0))
    assert np.allclose(slow.joints, fast.joints[::3][: len(slow.joints)], atol=1e-9)


def test_athletes_differ_as_people_do():
    people = [Athlete.sample(seed) for seed in range(200)]
    men, women = ([person.stature_m for person in people if person.female is female] for female in (False, True))
    assert 1.72 < np.mean(men) < 1.80
    assert 1.58 < np.mean(women) < 1.66
    assert 0.25 < np.mean([person.female for person in people]) < 0.75
    thighs = [person.thigh_m / person.stature_m for person in people if not person.female]
    assert 0.01 < np.std(thighs) / np.mean(thighs) < 0.05


# What each fault does to the body, told in metres and degrees of the true joints, not by the criteria's measures.
def heel_m(done, at):
    return np.mean([done.body.points[f"heel_{side}"][at, 1] for side in SIDES])


def hips_m(done, at):
    return done.body.points["hips"][at, 1]


def trunk_m(done, at):
    points = done.body.points
    middle = [sum(points[f"{joint}_{side}"][at] for side in SIDES) / 2 for joint in ("shoulder", "hip")]
    return np.linalg.norm(middle[0] - middle[1])


def lean_deg(done, at):
    points = done.body.points
    up = points["c7"][at] - points["hips"][at]
    return np.degrees(np.arctan2(up[2], up[1]))


def flexion_deg(done, at, joints, side="left"):
    a, b, c = (done.body.points[f"{joint}_{side}"][at] for joint in joints)
    u, v = a - b, c - b
    return 180.0 - np.degrees(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v)))


def elbow_deg(done, at):
    return flexion_deg(done, at, ("shoulder", "elbow", "wrist"))


def working_knee_deg(done, at):
    return flexion_deg(done, at, ("hip", "knee", "ankle"), "left" if done.reps[0].works_left else "right")


def feet_apart_m(done, at):
    return abs(done.body.points["heel_left"][at, 0] - done.body.points["heel_right"][at, 0])


def chin_over_bar_m(done, at):
    return done.body.points["mouth_left"][at, 1] - done.body.points["palm_left"][at, 1]


def gaze_deg(done, at):
    forward = done.body.frames["head"][at, :, 2]
    return np.degrees(np.arcsin(forward[1]))


def toe_out_deg(done, at):
    side = "left" if done.reps[0].works_left else "right"
    foot = done.body.points[f"foot_index_{side}"][at] - done.body.points[f"heel_{side}"][at]
    return np.degrees(np.arctan2(foot[0] if side == "left" else -foot[0], foot[2]))


def bar_ahead_m(done, at):
    return done.body.points["palm_left"][at, 2] - done.body.points["ankle_left"][at, 2]


EFFECTS = [
    ("squat", "feet_flat", "turn", heel_m, 0.05, 0.12),
    ("squat", "neutral_lower_back", "turn", trunk_m, -0.16, -0.05),
    ("squat", "hips_below_knees", "turn", hips_m, 0.12, 0.40),
    ("squat", "feet_angled_out", "turn", toe_out_deg, -45.0, -30.0),
    ("squat", "hips_move_back", "turn", lean_deg, -35.0, -15.0),
    ("lunge", "heels_shoulder_width", "turn", feet_apart_m, -0.35, -0.15),
    ("lunge", "gaze_forward", "turn", gaze_deg, -65.0, -35.0),
    ("lunge", "knee_90", "turn", working_knee_deg, 25.0, 50.0),
    ("lunge", "feet_aligned", "turn", toe_out_deg, 28.0, 50.0),
    ("lunge", "back_straight", "turn", lean_deg, 35.0, 70.0),
    ("single-leg romanian deadlift", "back_straight", "turn", trunk_m, -0.16, -0.05),
    ("single-leg romanian deadlift", "support_knee_bent", "turn", working_knee_deg, -22.0, -10.0),
    ("push-up", "full_depth", "turn", elbow_deg, -80.0, -40.0),
    ("push-up", "full_lockout", "start", elbow_deg, 40.0, 70.0),
    ("pull up", "chin_over_bar", "turn", chin_over_bar_m, -0.35, -0.12),
    ("pull up", "full_hang", "start", elbow_deg, 45.0, 75.0),
    ("jumping jack", "legs_wide", "turn", feet_apart_m, -0.65, -0.35),
    ("barbell biceps curl", "full_curl", "turn", elbow_deg, -80.0, -45.0),
    ("barbell biceps curl", "full_extension", "start", elbow_deg, 45.0, 75.0),
    ("barbell biceps curl", "no_lean_back", "turn", lean_deg, -35.0, -12.0),
    ("deadlift", "neutral_back", "start", trunk_m, -0.16, -0.05),
    ("deadlift", "bar_close", "start", bar_ahead_m, 0.12, 0.35),
    ("deadlift", "full_lockout", "turn", lean_deg, 25.0, 55.0),
    ("deadlift", "heels_down", "start", heel_m, 0.05, 0.13),
]


@pytest.mark.parametrize(("name", "criterion", "moment", "measure", "low", "high"), EFFECTS)
def test_a_fault_changes_the_body_as_told_and_half_of_it_about_half(name, criterion, moment, measure, low, high):
    def value(grade):
        done = performed(name, seed=2, faults={criterion: grade}, reps=1, rate_hz=30.0)
        return measure(done, near(done, getattr(done.reps[0], f"{moment}_s")))

    clean, half, full = (value(grade) for grade in (0.0, 0.5, 1.0))
    assert low < full - clean < high
    assert 0.1 < (half - clean) / (full - clean) < 0.9


def test_a_hurried_way_back_is_shorter_and_a_sway_is_wider():
    calm, hurried, swaying = (
        performed("single-leg romanian deadlift", faults=faults, reps=1)
        for faults in ({}, {"controlled_reverse": 1.0}, {"balance": 1.0})
    )
    assert hurried.reps[0].end_s - hurried.reps[0].leave_s < 0.35 * (calm.reps[0].end_s - calm.reps[0].leave_s)
    assert np.ptp(calm.body.points["hips"][:, 0]) < 0.03
    assert np.ptp(swaying.body.points["hips"][:, 0]) > 0.1


def test_one_joint_leads_in_the_faults_of_timing():
    together, apart = (
        performed("squat", reps=1, rate_hz=30.0, faults={"simultaneous_hip_knee_bend": g}) for g in (0.0, 1.0)
    )

    def lead(done):  # how far trunk and knee have come half way down
        rep = done.reps[0]
        start, middle, end = (near(done, t) for t in (rep.start_s, (rep.start_s + rep.arrive_s) / 2, rep.arrive_s))
        trunk, knee = (
            (measure(done, middle) - measure(done, start)) / (measure(done, end) - measure(done, start))
            for measure in (lean_deg, working_knee_deg)
        )
        return trunk - knee

    assert abs(lead(together)) < 0.15
    assert lead(apart) > 0.5


def test_only_the_planned_repetitions_have_the_fault():
    done = perform(
        find("squat"), Athlete.sample(1), reps=3, faults=[{}, {"hips_below_knees": 1.0}, {}], seed=1, rate_hz=30.0
    )
    depth = [hips_m(done, near(done, rep.turn_s)) for rep in done.reps]
    assert depth[1] - depth[0] > 0.12
    assert abs(depth[2] - depth[0]) < 0.06
    truth = done.truth()
    assert [rep["faults"] for rep in truth["reps"]] == [{}, {"hips_below_knees": 1.0}, {}]
    assert [rep["labels"]["hips_below_knees"] for rep in truth["reps"]] == [1, 0, 1]
    assert truth["reps"][1]["labels"]["feet_flat"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"faults": {"no_such_thing": 1.0}}, "no_such_thing"),
        ({"faults": {"feet_flat": 1.5}}, "0 to 1"),
        ({"faults": [{}, {}]}, "3 repetitions"),
        ({"reps": 0}, "at least 1"),
    ],
)
def test_what_cannot_be_performed_is_said(arguments, words):
    with pytest.raises(ValueError, match=words):
        perform(find("squat"), Athlete.sample(0), **{"reps": 3, **arguments})


def test_a_movement_must_make_a_way():
    timing = Timing(1.0, 0.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="from 0 over 1"):
        Motion((Key(0, Pose()),), timing)
    with pytest.raises(ValueError, match="trunk, leg or arm"):
        Retime(("leg.no_such_angle",), ((0, 0), (2, 2)))
    with pytest.raises(ValueError, match="grow"):
        Retime(("leg",), ((0, 0), (1, 1), (0.5, 2), (2, 2)))


def test_cameras_see_left_and_right_where_they_are():
    done = performed("squat", reps=1)
    front = done.landmarks(done.camera("front"))
    assert (front.pixels("shoulder_left")[:, 0] > front.pixels("shoulder_right")[:, 0]).all()
    assert front.view == "front"
    left = done.landmarks(done.camera("side-left"))
    assert (left.metres("shoulder_left")[:, 2] < left.metres("shoulder_right")[:, 2]).all()  # nearer to the camera
    assert (left.pixels("nose")[:, 0] < left.pixels("ear_left")[:, 0]).all()  # facing left in the picture
    assert left.view == "side-left"
    assert done.landmarks(done.camera("side-right")).view == "side-right"
    assert left.seen("hip_left").min() > 0.5 > left.seen("elbow_right").min()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_exact_landmarks_are_the_joints_before_any_camera(exercise):
    done = performed(exercise.name, reps=1)
    for view in ("front", "side-left", "oblique", "back"):
        camera = done.camera(view)
        seen = done.landmarks(camera)
        assert np.allclose((seen.metres("hip_left") + seen.metres("hip_right")) / 2, 0.0, atol=1e-9)
        apart = np.linalg.norm(seen.metres("knee_left") - seen.metres("wrist_right"), axis=1)
        knee, wrist = (done.joints[:, BLAZEPOSE_33.index(joint)] for joint in ("knee_left", "wrist_right"))
        assert np.allclose(apart, np.linalg.norm(knee - wrist, axis=1))
        assert (seen.image > 0).all()
        assert (seen.image < np.array(camera.frame_size)).all()
    with pytest.raises(ValueError, match="too near"):
        done.camera("front", distance_m=0.8)


def test_film_keeps_its_clock_and_leaves_nothing_half_written(tmp_path):
    done = performed("barbell biceps curl", reps=1, rate_hz=12.5)
    camera = done.camera("front", frame_size=(240, 320))
    path, shares = tmp_path / "curl.mp4", []
    film(done, camera, path, progress=shares.append)
    times = [frame.time_s for frame in Video(path).frames()]
    assert np.allclose(times, done.time, atol=1e-4)
    assert shares[-1] == 1.0
    assert len(shares) == len(done.time)

    def stop(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        film(done, camera, tmp_path / "stopped.mp4", progress=stop)
    done.write_truth(tmp_path / "truth.json")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["curl.mp4", "truth.json"]
    assert json.loads((tmp_path / "truth.json").read_text()) == done.truth()


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)
def test_the_estimator_finds_the_athlete_where_they_are(model, exercise):
    view = "front" if exercise.name in ("pull up", "jumping jack") else "side-left"
    done = perform(exercise, Athlete.sample(8), reps=1, seed=8, rate_hz=12.0, before_s=0.3, after_s=0.2)
    camera = done.camera(view, azimuth_deg=exercise.side_camera_deg if view == "side-left" else None)
    truth = done.landmarks(camera)
    estimator = MediaPipe(model)
    try:
        frames = zip(done.time, pictures(done, camera), strict=True)
        found = [estimator(Frame(float(time_s), picture, camera.frame_size)) for time_s, picture in frames]
    finally:
        estimator.close()
    missed = sum(landmarks is None for landmarks in found)
    assert missed <= 1, f"nobody in {missed} of {len(found)} frames"
    off = [
        np.median(np.linalg.norm(landmarks.image - truth.image[at], axis=1))
        for at, landmarks in enumerate(found)
        if landmarks is not None
    ]
    assert np.median(off) < 0.02 * max(camera.frame_size)  # hands behind a head, or a bench, cost a little
