"""What can be measured on a body at every instant, left and right apart.

A quantity is a name, a unit, the joints that it needs, and a function from landmarks to (T,) numbers. Angles are
degrees of flexion from straight; lengths are in trunk lengths (mid-hip to mid-shoulder), since a camera without
calibration knows no metres.
"""

from __future__ import annotations

import numpy as np

from formcheck.body.planes import Side, angle_deg, forward_up, is_frontal, is_side, left_up, point, torso_px
from formcheck.body.pose import PoseSequence
from formcheck.body.track import SIDES, Quantity
from formcheck.signals import Floats


def _flexion(name: str, a: str, vertex: str, b: str) -> Quantity:
    def read(pose: PoseSequence, side: Side) -> Floats:
        return 180.0 - angle_deg(pose, f"{a}_{side}", f"{vertex}_{side}", f"{b}_{side}")

    return Quantity(name, "deg", (vertex, a, b), read)


knee_flexion = _flexion("knee flexion", "hip", "knee", "ankle")
hip_flexion = _flexion("hip flexion", "shoulder", "hip", "knee")
elbow_flexion = _flexion("elbow flexion", "shoulder", "elbow", "wrist")
body_bend = _flexion("bend at the hips", "shoulder", "hip", "ankle")
neck_bend = _flexion("bend of the neck", "ear", "shoulder", "hip")


def _arm_elevation(pose: PoseSequence, side: Side) -> Floats:
    return angle_deg(pose, f"hip_{side}", f"shoulder_{side}", f"elbow_{side}")


arm_elevation = Quantity("arm elevation", "deg", ("shoulder", "elbow", "hip"), _arm_elevation)


def _arm_raised(pose: PoseSequence, side: Side) -> Floats:
    return angle_deg(pose, f"hip_{side}", f"shoulder_{side}", f"wrist_{side}")


arm_raised = Quantity("hand elevation", "deg", ("wrist", "shoulder", "hip"), _arm_raised)


def _leg_bend(pose: PoseSequence, side: Side) -> Floats:
    return (knee_flexion.read(pose, side) + hip_flexion.read(pose, side)) / 2


leg_bend = Quantity("hip and knee flexion", "deg", ("knee", "hip", "ankle", "shoulder"), _leg_bend)


def _lean(pose: PoseSequence, _: Side) -> Floats:
    away = forward_up(pose, "shoulders", "hips")
    return np.degrees(np.arctan2(away[:, 0], away[:, 1]))


trunk_lean = Quantity("forward lean of the trunk", "deg", ("hip", "shoulder"), _lean, paired=False)


def _pitch(pose: PoseSequence, side: Side) -> Floats:
    away = forward_up(pose, "nose", f"ear_{side}")
    return np.degrees(np.arctan2(away[:, 1], np.abs(away[:, 0]) + 1e-9))


head_pitch = Quantity("gaze above the horizon", "deg", ("ear",), _pitch)


def _vertical(name: str, upper: str, lower: str) -> Quantity:
    def read(pose: PoseSequence, side: Side) -> Floats:
        return forward_up(pose, f"{upper}_{side}", f"{lower}_{side}")[:, 1]

    return Quantity(name, "trunk lengths", (upper, lower), read, height=True)


def _ahead(name: str, ahead: str, of: str) -> Quantity:
    def read(pose: PoseSequence, side: Side) -> Floats:
        return forward_up(pose, f"{ahead}_{side}", f"{of}_{side}")[:, 0]

    return Quantity(name, "trunk lengths", (ahead, of), read)


def _arm_swing(pose: PoseSequence, side: Side) -> Floats:
    away = forward_up(pose, f"elbow_{side}", f"shoulder_{side}")
    return np.degrees(np.arctan2(away[:, 0], -away[:, 1]))


arm_swing = Quantity("swing of the arm", "deg", ("shoulder", "elbow"), _arm_swing)


def _shoulder_flexion(pose: PoseSequence, side: Side) -> Floats:
    ahead = arm_swing.read(pose, side) + trunk_lean.read(pose, side)
    return (ahead + 180.0) % 360.0 - 180.0


# Negative where the elbow is behind the line of the trunk.
shoulder_flexion = Quantity("arm ahead of the trunk", "deg", ("elbow", "shoulder", "hip"), _shoulder_flexion)


def _arms_reach(pose: PoseSequence, _: Side) -> Floats:
    # Shoulders and arms that point sideways get shorter together when the body is not quite square to the camera.
    shoulders = np.nanmedian(np.abs(left_up(pose, "shoulder_left", "shoulder_right")[:, 0]))
    reach = [np.linalg.norm(left_up(pose, f"wrist_{side}", f"shoulder_{side}"), axis=1) for side in SIDES]
    return np.sum(reach, axis=0) / shoulders


arms_reach = Quantity("reach of both arms", "shoulder widths", ("wrist", "shoulder"), _arms_reach, paired=False)


def _upper_arm_tilt(pose: PoseSequence, side: Side) -> Floats:
    seen = forward_up if is_side(pose) else left_up
    away = seen(pose, f"elbow_{side}", f"shoulder_{side}")
    return np.degrees(np.arctan2(np.abs(away[:, 0]), away[:, 1]))


# An estimator that guesses depth does not see an elbow bend towards the camera, but the upper arm tilts with it.
upper_arm_tilt = Quantity("upper arm from straight up", "deg", ("elbow", "shoulder"), _upper_arm_tilt)


def _hand_from(name: str, joint: str) -> Quantity:
    def read(pose: PoseSequence, side: Side) -> Floats:
        return np.linalg.norm(forward_up(pose, f"wrist_{side}", f"{joint}_{side}"), axis=1)

    return Quantity(name, "trunk lengths", ("wrist", joint), read)


hand_from_shoulder = _hand_from("distance of the hand from the chest", "shoulder")
hand_from_head = _hand_from("distance of the hand from the head", "ear")


def _forearm_lean(pose: PoseSequence, side: Side) -> Floats:
    away = forward_up(pose, f"wrist_{side}", f"elbow_{side}")
    return np.degrees(np.arctan2(away[:, 0], away[:, 1]))


forearm_lean = Quantity("forward lean of the forearm", "deg", ("wrist", "elbow"), _forearm_lean)


def _arm_opening(pose: PoseSequence, side: Side) -> Floats:
    # Each plane from where the camera sees it best: the width in a picture from before, the reach in one from beside.
    outwards = left_up(pose, f"elbow_{side}", f"shoulder_{side}")[:, 0] * (1.0 if side == "left" else -1.0)
    return np.degrees(np.arctan2(outwards, forward_up(pose, f"elbow_{side}", f"shoulder_{side}")[:, 0]))


arm_opening = Quantity("opening of the arm from straight ahead", "deg", ("elbow", "shoulder"), _arm_opening)


def _hip_sag(pose: PoseSequence, side: Side) -> Floats:
    hip = forward_up(pose, f"hip_{side}", f"shoulder_{side}")
    line = forward_up(pose, f"ankle_{side}", f"shoulder_{side}")
    along = (hip * line).sum(axis=1) / ((line**2).sum(axis=1) + 1e-12)
    below = along * line[:, 1] - hip[:, 1]
    return np.sign(below) * body_bend.read(pose, side)


hip_sag = Quantity("sag of the hips", "deg", ("hip", "shoulder", "ankle"), _hip_sag)

hip_over_knee = _vertical("hip height over the knee", "hip", "knee")
heel_over_toes = _vertical("heel height over the toes", "heel", "foot_index")
shoulder_over_hand = _vertical("shoulder height over the hands", "shoulder", "wrist")
hip_height = _vertical("hip height over the ankle", "hip", "ankle")


def _knees(pose: PoseSequence, _: Side) -> Floats:
    apart = forward_up(pose, "knee_left", "knee_right")[:, 1]
    # From the side the near knee is a little lower in the picture even while both stand.
    level = np.clip(np.nanmedian(apart), -0.12, 0.12) if is_side(pose) and np.isfinite(apart).any() else 0.0
    return np.abs(apart - level)


# Legs that step in turn: it swings once a step, whichever knee is up and even where an estimator swaps the legs.
knee_height_difference = Quantity("height between the knees", "trunk lengths", ("knee",), _knees, paired=False)


def _raised_hip(pose: PoseSequence, _: Side) -> Floats:
    return np.fmax(hip_flexion.read(pose, "left"), hip_flexion.read(pose, "right"))


raised_hip_flexion = Quantity("flexion of the raised hip", "deg", ("hip", "knee"), _raised_hip, paired=False)


def _crouch(pose: PoseSequence, side: Side) -> Floats:
    return (leg_bend.read(pose, side) - 100.0 * hip_height.read(pose, side)) / 2


# Flexion alone jumps at the bottom, where the thighs hide the knees from the front; the height of the hips does not,
# but hardly tells a quarter squat from standing. In deg, with a hundred for a trunk length of height.
crouch = Quantity("crouch", "deg", ("hip", "knee", "ankle", "shoulder"), _crouch)
ankle_over_hip = _vertical("ankle height over the hip", "ankle", "hip")
mouth_over_hand = _vertical("mouth height over the hands", "mouth", "wrist")
ear_over_shoulder = _vertical("ear height over the shoulder", "ear", "shoulder")
hand_over_knee = _vertical("hand height over the knee", "wrist", "knee")
elbow_over_shoulder = _vertical("elbow height over the shoulder", "elbow", "shoulder")
hip_ahead_of_ankle = _ahead("hip ahead of the ankle", "hip", "ankle")
knee_ahead_of_hip = _ahead("knee ahead of the hip", "knee", "hip")
knee_ahead_of_ankle = _ahead("knee ahead of the ankle", "knee", "ankle")
wrist_ahead_of_ankle = _ahead("hands ahead of the ankles", "wrist", "ankle")
hand_ahead_of_knee = _ahead("hands ahead of the knees", "wrist", "knee")
ankle_ahead_of_hand = _ahead("feet ahead of the hands", "ankle", "wrist")
hand_ahead_of_shoulder = _ahead("hands ahead of the shoulders", "wrist", "shoulder")
elbow_ahead_of_shoulder = _ahead("elbows ahead of the shoulders", "elbow", "shoulder")


def _elbow_along_trunk(pose: PoseSequence, side: Side) -> Floats:
    # The trunk lies still while its shoulder hides behind the elbow: its usual place serves.
    trunk = np.nanmedian(forward_up(pose, f"shoulder_{side}", f"hip_{side}")[:, 0])
    return forward_up(pose, f"elbow_{side}", f"hip_{side}")[:, 0] / (trunk if abs(trunk) > 0.05 else np.nan)


elbow_along_trunk = Quantity(
    "level way of the elbow from hip to shoulder", "times", ("elbow", "hip"), _elbow_along_trunk
)


def _back_length(pose: PoseSequence, side: Side) -> Floats:
    ear, hip = point(pose, f"ear_{side}"), point(pose, f"hip_{side}")
    return np.linalg.norm(ear - hip, axis=1) / torso_px(pose) * 100.0


# No estimator sees the spine, but a back that rounds brings the head nearer to the hips.
back_length = Quantity("length from hip to ear", "% of the trunk", ("hip", "ear", "shoulder"), _back_length)


def _middle_length(pose: PoseSequence, _: Side) -> Floats:
    return np.linalg.norm(point(pose, "ears") - point(pose, "hips"), axis=1) / torso_px(pose) * 100.0


def _back_for_limbs(pose: PoseSequence, side: Side) -> Floats:
    pairs = (("ear", "hip"), ("knee", "ankle"), ("shoulder", "elbow"))
    back, *limbs = (np.linalg.norm(point(pose, f"{a}_{side}") - point(pose, f"{b}_{side}"), axis=1) for a, b in pairs)
    return back / sum(np.nanmedian(limb) for limb in limbs) * 100.0


# Of somebody who never stands up straight, shank and upper arm tell how long a straight back is.
back_for_limbs = Quantity(
    "hip to ear for the limbs", "% of shank and upper arm", ("hip", "ear", "knee", "ankle", "elbow"), _back_for_limbs
)


# On one leg the pelvis turns, so that the near hip alone moves to and from the head; the middle of both does not.
middle_length = Quantity("length from hips to ears", "% of the trunk", ("hip", "ear"), _middle_length, paired=False)


def _hips_for_knees(pose: PoseSequence, side: Side) -> Floats:
    knee = forward_up(pose, f"knee_{side}", f"ankle_{side}")[:, 0]
    return -hip_ahead_of_ankle.read(pose, side) / np.maximum(knee, 0.05)


hips_for_knees = Quantity("hips back for each knee forward", "times", ("hip", "knee", "ankle"), _hips_for_knees)


def _knee_less_trunk(pose: PoseSequence, side: Side) -> Floats:
    return knee_flexion.read(pose, side) - trunk_lean.read(pose, side)


# A squat bends the knees far more than the trunk, a hinge far less.
knee_less_trunk = Quantity(
    "knee flexion less the lean of the trunk", "deg", ("knee", "hip", "ankle", "shoulder"), _knee_less_trunk
)


def _toe_out(pose: PoseSequence, side: Side) -> Floats:
    # The foot's length is known from the body (heel to toe joint is half a trunk), so that its sideways part alone
    # tells the angle where its depth cannot be seen.
    away = left_up(pose, f"foot_index_{side}", f"heel_{side}")[:, 0] * (1.0 if side == "left" else -1.0)
    return np.degrees(np.arcsin(np.clip(away / FOOT_LENGTH, -1.0, 1.0)))


FOOT_LENGTH = 0.49  # trunk lengths from heel to toe joint: measured on MediaPipe's own side views
toe_out = Quantity("feet turned out", "deg", ("foot_index", "heel", "ankle"), _toe_out)


def _apart(name: str, joint: str) -> Quantity:
    def read(pose: PoseSequence, _: Side) -> Floats:
        shoulders = np.nanmedian(np.abs(left_up(pose, "shoulder_left", "shoulder_right")[:, 0]))
        return np.abs(left_up(pose, f"{joint}_left", f"{joint}_right")[:, 0]) / shoulders

    return Quantity(name, "shoulder widths", (joint, "shoulder"), read, paired=False)


feet_apart = _apart("distance of the feet", "ankle")
hands_apart = _apart("distance of the hands", "wrist")


def _elbow_out(pose: PoseSequence, side: Side) -> Floats:
    shoulders = np.nanmedian(np.abs(left_up(pose, "shoulder_left", "shoulder_right")[:, 0]))
    outwards = 1.0 if side == "left" else -1.0
    return outwards * left_up(pose, f"elbow_{side}", f"wrist_{side}")[:, 0] / shoulders


def _knee_out(pose: PoseSequence, side: Side) -> Floats:
    return left_up(pose, f"knee_{side}", f"hip_{side}")[:, 0] * (1.0 if side == "left" else -1.0)


knee_outside_hip = Quantity("knee outside the hip", "trunk lengths", ("knee", "hip"), _knee_out)
elbow_outside_hand = Quantity("elbow outside the hand", "shoulder widths", ("elbow", "wrist"), _elbow_out)


def _elbow_across(pose: PoseSequence, side: Side) -> Floats:
    other = "right" if side == "left" else "left"
    return left_up(pose, f"elbow_{other}", f"knee_{side}")[:, 0] * (-1.0 if side == "left" else 1.0)


elbow_outside_knee = Quantity("elbow short of the opposite knee", "trunk lengths", ("knee", "elbow"), _elbow_across)


def _tilt(name: str, joint: str) -> Quantity:
    def read(pose: PoseSequence, _: Side) -> Floats:
        away = left_up(pose, f"{joint}_left", f"{joint}_right")
        return np.degrees(np.arctan2(away[:, 1], np.abs(away[:, 0]) + 1e-9))

    return Quantity(name, "deg", (joint,), read, paired=False)


shoulder_tilt = _tilt("tilt of the shoulders", "shoulder")
hand_tilt = _tilt("tilt of the line between the hands", "wrist")


def _nose_sway(pose: PoseSequence, side: Side) -> Floats:
    return left_up(pose, "nose", f"ankle_{side}")[:, 0]


head_over_foot = Quantity("head beside the standing foot", "trunk lengths", ("ankle",), _nose_sway)


def _uneven(name: str, joint: str) -> Quantity:
    def read(pose: PoseSequence, _: Side) -> Floats:
        return np.abs(left_up(pose, f"{joint}_left", f"{joint}_right")[:, 1])

    return Quantity(name, "trunk lengths", (joint,), read, paired=False)


feet_uneven = _uneven("height between the feet", "ankle")
hands_uneven = _uneven("height between the hands", "wrist")


def _axis_deg(pose: PoseSequence, joint: str) -> Floats:
    """The heading of the line from the right to the left joint, seen from above: 90 degrees with the left behind."""
    if pose.world is None:
        return np.full(len(pose), np.nan)
    axis = pose.metres(f"{joint}_left") - pose.metres(f"{joint}_right")
    return np.degrees(np.arctan2(-axis[:, 2], axis[:, 0]))


def _centred(values: Floats) -> Floats:
    return values - np.nanmedian(values) if np.isfinite(values).any() else values


def _shoulder_width(pose: PoseSequence) -> tuple[Floats, float]:
    width = np.abs(left_up(pose, "shoulder_left", "shoulder_right")[:, 0])
    widest = float(np.nanpercentile(width, 90)) if np.isfinite(width).any() else 0.0
    return width, widest if widest > 0 else float("nan")


def _aside(pose: PoseSequence, joint: str) -> Floats:
    # A trunk that leans back is foreshortened from before: the width of the shoulders is not, while they face ahead.
    return left_up(pose, joint, "hips")[:, 0] / _shoulder_width(pose)[1]


def _hands_left(pose: PoseSequence, _: Side) -> Floats:
    return _centred(_aside(pose, "wrists"))


def _hands_beside(pose: PoseSequence, side: Side) -> Floats:
    return np.abs(_hands_left(pose, side))


def _trunk_twist(pose: PoseSequence, _: Side) -> Floats:
    if is_frontal(pose):  # hands that cross the body turn the guessed depth of the shoulders, not their width
        width, widest = _shoulder_width(pose)
        return np.degrees(np.arccos(np.clip(width / widest, 0.0, 1.0)))
    # An estimator's depth is off by as much in every frame: the median is straight ahead.
    return np.abs(_centred((_axis_deg(pose, "hip") - _axis_deg(pose, "shoulder") + 180.0) % 360.0 - 180.0))


def _side_turn(pose: PoseSequence, side: Side) -> Floats:
    return (_trunk_twist(pose, side) + 40.0 * _hands_beside(pose, side)) / 2


trunk_twist = Quantity("twist of the trunk", "deg", ("shoulder",), _trunk_twist, paired=False)
hands_left = Quantity("hands to the left", "shoulder widths", ("wrist", "shoulder"), _hands_left, paired=False)
# The hips of a body that sits hide behind its thighs; their middle is known well enough from the rest of the body.
# Hands that swing far are seen from before, shoulders that turn from everywhere; in deg, forty for a shoulder width.
side_turn = Quantity("turn to the side", "deg", ("shoulder", "wrist"), _side_turn, paired=False)


def _hand_aside(pose: PoseSequence, side: Side) -> Floats:
    return np.abs(_centred(_aside(pose, f"wrist_{side}")))


hand_aside = Quantity("way of the hand to the side", "shoulder widths", ("wrist", "shoulder"), _hand_aside)


def _knees_beside(pose: PoseSequence, _: Side) -> Floats:
    return _aside(pose, "knees")


knees_aside = Quantity("knees beside the middle", "shoulder widths", ("knee", "shoulder"), _knees_beside, paired=False)
