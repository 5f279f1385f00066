"""The russian twist, seated and leaning back, sides in turn."""

from formcheck.body.foreshortening import middle_for_limbs
from formcheck.body.quantities import (
    hand_aside,
    hip_over_knee,
    knees_aside,
    side_turn,
    trunk_lean,
    trunk_twist,
)
from formcheck.exercises.measures import Read, at_turn, throughout, travel, turned_side
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Posture

EXERCISE = Exercise(
    name="russian twist",
    aliases=("seated twist", "seated russian twist", "seated trunk rotation", "medicine ball twist"),
    driving=Driving(
        side_turn,
        least=12.0,
        shown=trunk_twist,
        views=("front", "oblique", "side", "back"),
        side_of=turned_side,
    ),
    postures=(Posture(hip_over_knee, high=0.45),),
    eccentric_first=False,
    equipment=("none", "medicine ball", "weight plate", "dumbbell", "kettlebell"),
    muscles=("obliques", "rectus abdominis", "hip flexors"),
    criteria=(
        Criterion(
            id="trunk_turns",
            title="Trunk turns, not the arms alone",
            measure=at_turn(trunk_twist),
            good=(39.0, INF),
            margin=3.0,
            views=("front",),
            cue="Turn your chest to the side and let your arms follow.",
            why="The turn of the trunk trains the obliques; arms that swing alone do not.",
            source="ACE exercise library, seated medicine-ball trunk rotations: rotate the torso",
            error=6.0,
        ),
        Criterion(
            id="hands_to_side",
            title="Hands beside the hip",
            measure=at_turn(hand_aside, limbs="other"),  # it crosses before the body, where it is seen
            good=(0.76, INF),
            margin=0.06,
            views=("front", "oblique"),
            cue="Bring your hands all the way beside your hip on each side.",
            why="The last part of the turn is where the obliques work hardest.",
            source="ACE exercise library, seated medicine-ball trunk rotations: ball to the side of the hip",
            error=0.1,
        ),
        Criterion(
            id="lean_back",
            title="Trunk leans back",
            measure=Read(trunk_lean, "whole"),
            good=(-62.0, -30.0),
            margin=4.0,
            views=("side", "oblique"),
            cue="Lean back until your trunk is about half way to the floor.",
            why="Only a trunk that leans back must be held by the abdominals.",
            source="ACE exercise library, seated medicine-ball trunk rotations: lean back to about 45 degrees",
            error=5.0,
        ),
        Criterion(
            id="back_straight",
            title="Back long",
            measure=throughout(middle_for_limbs),  # a back that rounds brings the head nearer to the hips
            good=(88.0, INF),
            margin=2.0,
            views=("side",),
            cue="Lift your chest and keep your back long.",
            why="Twisting a rounded back loads the discs of the lower spine.",
            source="ACE exercise library, seated medicine-ball trunk rotations: spine straight, chest lifted",
            error=4.0,
        ),
        Criterion(
            id="legs_still",
            title="Legs stay still",
            measure=travel(knees_aside),
            good=(-INF, 0.2),
            margin=0.05,
            views=("front", "oblique"),
            cue="Keep your knees pointing to the ceiling while your chest turns.",
            why="Knees that swing along turn the whole body instead of the trunk.",
            source="ACE exercise library, seated medicine-ball trunk rotations: hips and legs do not move",
            error=0.06,
        ),
    ),
    motion=Motion(
        # Leaning back some 45 degrees, knees bent, feet off the floor; the chest turns some 40 degrees to each side.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=-46, lumbar_flexion_deg=8, thoracic_flexion_deg=2, neck_flexion_deg=12),
                    Leg(hip_flexion_deg=78, knee_flexion_deg=66, ankle_dorsiflexion_deg=5, foot_angle_deg=5),
                    Arm(
                        shoulder_flexion_deg=11,
                        shoulder_abduction_deg=1,
                        shoulder_rotation_deg=-21,
                        elbow_flexion_deg=81,
                        forearm_pronation_deg=80,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(
                        pelvis_tilt_deg=-46,
                        pelvis_turn_deg=3,
                        lumbar_flexion_deg=8,
                        thoracic_flexion_deg=4,
                        neck_flexion_deg=12,
                        twist_deg=44,
                    ),
                    Leg(hip_flexion_deg=78, knee_flexion_deg=66, ankle_dorsiflexion_deg=5, foot_angle_deg=5),
                    Arm(
                        shoulder_flexion_deg=-4,
                        shoulder_abduction_deg=16,
                        shoulder_rotation_deg=3,
                        elbow_flexion_deg=73,
                        forearm_pronation_deg=80,
                    ),
                    other_arm=Arm(
                        shoulder_flexion_deg=27,
                        shoulder_abduction_deg=-16,
                        shoulder_rotation_deg=-70,
                        elbow_flexion_deg=39,
                        forearm_pronation_deg=80,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=0.7, hold_s=0.1, back_s=0.7, rest_s=0.05),
        support="seat",
        working="alternating",
        furniture="mat",
        source="ACE exercise library, seated medicine-ball trunk rotations; White & Panjabi 1990",
    ),
    faults=(
        Fault(
            "trunk_turns",
            # The chest stays in front, the arms swing across.
            (
                Shift(
                    Pose(
                        Trunk(twist_deg=-38, pelvis_turn_deg=-3),
                        arm=Arm(shoulder_rotation_deg=30, shoulder_abduction_deg=10),
                        other_arm=Arm(shoulder_abduction_deg=-14, shoulder_flexion_deg=12),
                    ),
                    at=(1,),
                ),
            ),
            source="ACE exercise library: the torso rotates; here the arms swing and the chest hardly turns",
        ),
        Fault(
            "hands_to_side",
            # The hands stay in front of the turning chest.
            (
                Shift(
                    Pose(
                        Trunk(),
                        arm=Arm(
                            shoulder_flexion_deg=22,
                            shoulder_abduction_deg=-26,
                            shoulder_rotation_deg=-74,
                            elbow_flexion_deg=16,
                        ),
                        other_arm=Arm(
                            shoulder_flexion_deg=-18,
                            shoulder_abduction_deg=38,
                            shoulder_rotation_deg=84,
                            elbow_flexion_deg=54,
                        ),
                    ),
                    at=(1,),
                ),
            ),
            source="ACE exercise library: ball beside the hip; here it is left before the belly",
        ),
        Fault(
            "lean_back",
            (Shift(Pose(Trunk(pelvis_tilt_deg=36, neck_flexion_deg=-8), Leg(hip_flexion_deg=30))),),
            source="ACE exercise library: about 45 degrees of lean; here the trunk is nearly upright",
        ),
        Fault(
            "back_straight",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=-18, lumbar_flexion_deg=20, thoracic_flexion_deg=24, neck_flexion_deg=20),
                        Leg(hip_flexion_deg=-18),
                        Arm(shoulder_flexion_deg=14),
                    )
                ),
            ),
            source="White & Panjabi 1990: lumbar flexion of 50 degrees at most; here 30, and the chest drops",
        ),
        Fault(
            "legs_still",
            (Shift(Pose(Trunk(pelvis_turn_deg=27, twist_deg=-4), Leg(hip_rotation_deg=0)), at=(1,)),),
            source="ACE exercise library: legs do not move; here the knees swing some 30 degrees to each side",
        ),
    ),
)
