"""The steam engine, a standing twist of EJUST-GYM-3: one knee comes up to the opposite elbow, sides in turn."""

from formcheck.body.quantities import (
    elbow_outside_knee,
    hand_from_head,
    hip_over_knee,
    knee_flexion,
    knee_height_difference,
    raised_hip_flexion,
    trunk_lean,
)
from formcheck.exercises.measures import at_turn, highest, raised_knee, throughout
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Posture

EXERCISE = Exercise(
    name="steam engine",
    aliases=("standing elbow to knee", "standing cross crunch", "standing bicycle crunch", "high knees with a twist"),
    driving=Driving(
        knee_height_difference,
        least=0.15,
        shown=raised_hip_flexion,
        views=("side", "front", "oblique", "back"),
        side_of=raised_knee,
    ),
    postures=(Posture(trunk_lean, low=-30.0, high=50.0),),
    eccentric_first=False,
    equipment=("none",),
    muscles=("obliques", "rectus abdominis", "hip flexors"),
    criteria=(
        Criterion(
            id="knee_high",
            title="Knee above hip height",
            measure=at_turn(hip_over_knee, limbs="working"),
            good=(-INF, -0.07),
            margin=0.06,
            views=("side", "front", "oblique", "back"),
            cue="Lift your knee at least as high as your hip.",
            why="The abdominals and hip flexors work through their whole range only when the knee comes up.",
            source="ACE exercise library, standing cross-body crunch: knee lifted towards the opposite elbow",
            error=0.06,
        ),
        Criterion(
            id="elbow_crosses",
            title="Opposite elbow comes across to the knee",
            measure=at_turn(elbow_outside_knee, limbs="working"),
            good=(-INF, 0.36),
            margin=0.09,
            views=("front", "back"),
            cue="Turn your trunk so that your elbow meets the opposite knee.",
            why="The turn of the trunk is what trains the obliques.",
            source="ACE exercise library, standing cross-body crunch: rotate the elbow to the opposite knee",
            error=0.1,
        ),
        Criterion(
            id="trunk_tall",
            title="Trunk stays tall",
            measure=highest(trunk_lean),
            good=(-INF, 20.0),
            margin=3.0,
            views=("side", "oblique"),
            cue="Stay tall and bring your knee up instead of bending down to it.",
            why="Folding at the hips replaces the work of the abdominals and strains the lower back.",
            source="ACE exercise library, standing crunch: chest lifted, spine tall",
            error=4.0,
        ),
        Criterion(
            id="hands_at_head",
            title="Hands stay at the head",
            measure=throughout(hand_from_head),
            good=(-INF, 0.22),
            margin=0.05,
            views=("side", "oblique", "front"),
            cue="Keep your fingers at the back of your head and your elbows wide.",
            why="Hands that drop shorten the way of the elbow and hide a missing twist.",
            source="EJUST-GYM-3: fingers behind the head",
            error=0.08,
        ),
        Criterion(
            id="standing_leg_straight",
            title="Standing leg long",
            measure=at_turn(knee_flexion, limbs="other"),
            good=(-INF, 11.0),
            margin=4.0,
            views=("side", "oblique", "front"),
            cue="Stand tall on a nearly straight leg.",
            why="Sinking into the standing leg brings the knee no higher and costs balance.",
            source="ACE exercise library, standing single-leg drills: standing knee soft, not bent",
            error=6.0,
        ),
    ),
    motion=Motion(
        # Knee a little over the hip, trunk turned some 40 degrees: ACE; range of rotation: White & Panjabi 1990.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=5, shin_lean_deg=4, foot_angle_deg=8, step_out=0.04, load=0.5),
                    Arm(
                        shoulder_flexion_deg=139,
                        shoulder_abduction_deg=46,
                        shoulder_rotation_deg=-34,
                        elbow_flexion_deg=146,
                        forearm_pronation_deg=70,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(
                        pelvis_tilt_deg=-2,
                        pelvis_turn_deg=5,
                        lumbar_flexion_deg=13,
                        thoracic_flexion_deg=20,
                        side_bend_deg=-5,
                        twist_deg=38,
                        shift=-0.02,
                    ),
                    Leg(foot_angle_deg=5, step_out=0.02, step_forward=0.34, foot_lift=0.58, heel_lift_deg=15),
                    Arm(
                        shoulder_flexion_deg=139,
                        shoulder_abduction_deg=46,
                        shoulder_rotation_deg=-34,
                        elbow_flexion_deg=146,
                        forearm_pronation_deg=70,
                    ),
                    Leg(knee_flexion_deg=8, shin_lean_deg=6, foot_angle_deg=8, step_out=0.04, load=1),
                    Arm(
                        shoulder_flexion_deg=120,
                        shoulder_abduction_deg=18,
                        shoulder_rotation_deg=-20,
                        elbow_flexion_deg=147,
                        forearm_pronation_deg=70,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=0.6, hold_s=0.1, back_s=0.6, rest_s=0.15),
        working="alternating",
        source="EJUST-GYM-3; ACE exercise library, standing cross-body crunch",
    ),
    faults=(
        Fault(
            "knee_high",
            (Shift(Pose(leg=Leg(foot_lift=-0.33, step_forward=-0.05), other_leg=Leg()), at=(1,)),),
            source="ACE exercise library: knee to the elbow; here the thigh stops some 40 degrees short of level",
        ),
        Fault(
            "elbow_crosses",
            (
                Shift(
                    Pose(
                        Trunk(twist_deg=-38, pelvis_turn_deg=-5, side_bend_deg=5),
                        other_arm=Arm(shoulder_flexion_deg=19, shoulder_abduction_deg=28, shoulder_rotation_deg=-14),
                        arm=Arm(),
                    ),
                    at=(1,),
                ),
            ),
            source="EJUST-GYM-3: opposite elbow to knee; here the knee comes up without a turn of the trunk",
        ),
        Fault(
            "trunk_tall",
            (
                Shift(
                    Pose(Trunk(pelvis_tilt_deg=22, lumbar_flexion_deg=14, thoracic_flexion_deg=12)),
                    at=(1,),
                ),
            ),
            source="ACE exercise library, standing crunch: the usual mistake is to fold forward to the knee",
        ),
        Fault(
            "hands_at_head",
            (Shift(Pose(arm=Arm(elbow_flexion_deg=-75))),),
            source="EJUST-GYM-3: fingers behind the head; here the hands are up in the air beside it",
        ),
        Fault(
            "standing_leg_straight",
            (Shift(Pose(leg=Leg(), other_leg=Leg(knee_flexion_deg=48, shin_lean_deg=23)), at=(1,)),),
            source="ACE exercise library: standing knee soft; here bent to some 50 degrees, a quarter squat",
        ),
    ),
)
