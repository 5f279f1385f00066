"""High knees: running on the spot, thighs to hip height."""

from formcheck.body.quantities import (
    arm_swing,
    elbow_flexion,
    head_pitch,
    hip_over_knee,
    knee_height_difference,
    knee_outside_hip,
    raised_hip_flexion,
    trunk_lean,
)
from formcheck.exercises.measures import Read, at_turn, lowest, raised_knee, travel
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Posture

EXERCISE = Exercise(
    name="high knees",
    aliases=("high knee run", "high knee running", "running in place", "running on the spot"),
    driving=Driving(
        knee_height_difference,
        least=0.12,
        shown=raised_hip_flexion,
        views=("side", "front", "oblique", "back"),
        side_of=raised_knee,
    ),
    postures=(Posture(trunk_lean, low=-35.0, high=40.0),),
    eccentric_first=False,
    equipment=("none",),
    muscles=("hip flexors", "quadriceps", "calves", "abdominals"),
    criteria=(
        Criterion(
            id="knees_hip_height",
            title="Knees up to hip height",
            measure=at_turn(hip_over_knee, limbs="working"),
            good=(-INF, 0.09),
            margin=0.05,
            views=("side", "front", "oblique", "back"),
            cue="Drive each knee up until your thigh is level with the floor.",
            why="A level thigh makes the hip flexors and the trunk do the work.",
            source="NSCA, Developing Speed (Jeffreys 2013), high-knee drills: thigh parallel to the ground",
            error=0.06,
        ),
        Criterion(
            id="trunk_upright",
            title="Trunk upright",
            measure=Read(trunk_lean, "whole"),
            good=(-2.0, 14.0),
            margin=3.0,
            views=("side", "oblique"),
            cue="Stand tall and do not lean back when your knee comes up.",
            why="Leaning back takes the work off the hip flexors and loads the lower back.",
            source="NSCA, Developing Speed (Jeffreys 2013): trunk tall, slight forward lean at most",
            error=3.0,
        ),
        Criterion(
            id="arms_drive",
            title="Arms drive along",
            measure=travel(arm_swing),
            good=(24.0, INF),
            margin=3.0,
            views=("side", "oblique"),
            cue="Swing your arms from the shoulder, opposite arm to opposite knee.",
            why="The arms balance the turning of the hips and set the rhythm.",
            source="NSCA, Developing Speed (Jeffreys 2013): arms swing from the shoulder as in sprinting",
            error=5.0,
        ),
        Criterion(
            id="elbows_bent",
            title="Elbows bent at a right angle",
            measure=Read(elbow_flexion, "whole"),
            good=(72.0, 125.0),
            margin=7.0,
            views=("side", "oblique", "front"),
            cue="Bend your elbows to about a right angle and keep them so.",
            why="Short arms swing as fast as your legs run.",
            source="NSCA, Developing Speed (Jeffreys 2013): elbows at about 90 degrees",
            error=9.0,
        ),
        Criterion(
            id="knees_forward",
            title="Knees straight ahead",
            measure=at_turn(knee_outside_hip, limbs="working"),
            good=(-0.18, 0.18),
            margin=0.06,
            views=("front", "back"),
            cue="Lift your knees straight ahead, not out to the side.",
            why="A knee that swings outwards turns the hip and wastes the drive.",
            source="NASM movement checkpoints: knees in line with the hips and the second toe",
            error=0.06,
        ),
        Criterion(
            id="gaze_forward",
            title="Gaze forward",
            measure=lowest(head_pitch),
            good=(-26.0, INF),
            margin=3.5,
            views=("side",),
            cue="Look straight ahead, not at your knees.",
            why="The trunk follows the head: a dropped gaze bends the back.",
            source="NSCA, Developing Speed (Jeffreys 2013): head level, eyes ahead",
            error=6.0,
        ),
    ),
    motion=Motion(
        # Thigh level at the top, shank hanging down, support on the ball of the foot, about 2.5 steps a second.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=3),
                    Leg(knee_flexion_deg=12, shin_lean_deg=8, foot_angle_deg=5, step_out=0.0, load=0.5),
                    Arm(
                        shoulder_flexion_deg=2,
                        shoulder_abduction_deg=10,
                        elbow_flexion_deg=92,
                        forearm_pronation_deg=80,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=2, shift=-0.015),
                    Leg(foot_angle_deg=5, step_forward=0.33, foot_lift=0.575, heel_lift_deg=18),
                    Arm(
                        shoulder_flexion_deg=-38,
                        shoulder_abduction_deg=12,
                        elbow_flexion_deg=95,
                        forearm_pronation_deg=80,
                    ),
                    Leg(knee_flexion_deg=12, shin_lean_deg=9, foot_angle_deg=5, heel_lift_deg=14, load=1),
                    Arm(
                        shoulder_flexion_deg=40,
                        shoulder_abduction_deg=10,
                        elbow_flexion_deg=100,
                        forearm_pronation_deg=80,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=0.2, hold_s=0.0, back_s=0.2, rest_s=0.02),
        working="alternating",
        source="NSCA, Developing Speed (Jeffreys 2013); Mann & Herman 1985, Int J Sport Biomech 1(2)",
    ),
    faults=(
        Fault(
            "knees_hip_height",
            # A jog: thighs some 40 degrees short of level.
            (Shift(Pose(leg=Leg(foot_lift=-0.345, step_forward=-0.06), other_leg=Leg()), at=(1,)),),
            source="Novacheck 1998, Gait Posture 7(1): hips flex to 50 degrees in running; here a jog on the spot",
        ),
        Fault(
            "trunk_upright",
            (Shift(Pose(Trunk(pelvis_tilt_deg=-20, neck_flexion_deg=14))),),
            source="NSCA, Developing Speed (Jeffreys 2013): leaning back as the knees rise is the usual mistake",
        ),
        Fault(
            "arms_drive",
            (
                Shift(
                    Pose(arm=Arm(shoulder_flexion_deg=38), other_arm=Arm(shoulder_flexion_deg=-36)),
                    at=(1,),
                ),
            ),
            source="NSCA, Developing Speed (Jeffreys 2013): arms drive; here they are held still",
        ),
        Fault(
            "elbows_bent",
            (Shift(Pose(arm=Arm(elbow_flexion_deg=-75))),),
            source="NSCA, Developing Speed (Jeffreys 2013): elbows at 90 degrees; here the arms hang nearly straight",
        ),
        Fault(
            "knees_forward",
            (
                Shift(
                    Pose(
                        leg=Leg(knee_out_deg=28, foot_angle_deg=18, step_out=0.11, step_forward=-0.05, foot_lift=0.08),
                        other_leg=Leg(),
                    ),
                    at=(1,),
                ),
            ),
            source="NASM movement checkpoints: knee over the second toe; here it swings out by some 45 degrees",
        ),
        Fault(
            "gaze_forward",
            (Shift(Pose(Trunk(neck_flexion_deg=44, thoracic_flexion_deg=3))),),
            source="NSCA, Developing Speed (Jeffreys 2013): eyes ahead; the neck flexes 45 degrees (AAOS 1965)",
        ),
    ),
)
