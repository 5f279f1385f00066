"""The lateral raise: dumbbells lifted sideways to the height of the shoulders."""

from formcheck.body.quantities import (
    arm_elevation,
    arms_reach,
    ear_over_shoulder,
    hands_uneven,
    shoulder_over_hand,
    trunk_lean,
)
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    Posture,
    at_turn,
    change,
    highest,
    travel,
)

EXERCISE = Exercise(
    name="lateral raise",
    aliases=("dumbbell lateral raise", "side lateral raise", "side raise", "dumbbell side raise", "lat raise"),
    driving=Driving(arm_elevation, least=30.0, views=("front", "back", "oblique", "side")),
    postures=(Posture(trunk_lean, -35.0, 35.0), Posture(shoulder_over_hand, low=-0.65)),
    eccentric_first=False,
    lift=Lift("wrist"),
    equipment=("dumbbells",),
    muscles=("deltoid, middle part", "supraspinatus", "trapezius", "serratus anterior"),
    criteria=(
        Criterion(
            id="up_to_shoulder_height",
            title="Arms up to shoulder height",
            measure=at_turn(arm_elevation),
            good=(84.0, INF),
            margin=5.0,
            views=("front", "back", "oblique"),
            cue="Lift until your elbows are level with your shoulders.",
            why="The middle deltoid works hardest near shoulder height.",
            source="ACE exercise library, lateral raise: arms parallel to the floor",
            error=4.0,
        ),
        Criterion(
            id="not_above_shoulders",
            title="Stop at shoulder height",
            measure=highest(arm_elevation),
            good=(-INF, 99.0),
            margin=6.0,
            views=("front", "back", "oblique"),
            cue="Stop the lift when your hands reach the height of your shoulders.",
            why="Above the shoulders the neck muscles take over and the shoulder joint gets crowded.",
            source="NSCA Exercise Technique Manual, lateral shoulder raise: until the arms are parallel to the floor",
            error=4.0,
        ),
        Criterion(
            id="arms_long",
            title="Elbows only softly bent",
            measure=at_turn(arms_reach),
            good=(2.7, INF),
            margin=0.12,
            views=("front", "back"),
            cue="Keep your arms long with a slight bend in the elbows.",
            why="Bent elbows shorten the lever, so the deltoids do less than the dumbbells suggest.",
            source="NSCA Exercise Technique Manual, lateral shoulder raise: elbows slightly flexed",
            error=0.1,
        ),
        Criterion(
            id="even_arms",
            title="Both arms equally high",
            measure=at_turn(hands_uneven),
            good=(-INF, 0.15),
            margin=0.06,
            views=("front", "back"),
            cue="Lift both dumbbells at the same speed to the same height.",
            why="One arm that lags shows a weaker side and twists the spine.",
            source="NSCA Exercise Technique Manual: both arms move together",
            error=0.04,
        ),
        Criterion(
            id="shoulders_down",
            title="Shoulders away from the ears",
            measure=change(ear_over_shoulder),
            good=(-0.058, INF),
            margin=0.017,
            views=("front", "back"),
            cue="Keep your shoulder blades down and lift with the arms, not the neck.",
            why="Shrugged shoulders pass the work from the deltoids to the upper trapezius.",
            source="ACE exercise library, lateral raise: avoid shrugging the shoulders",
            error=0.015,
        ),
        Criterion(
            id="no_swing",
            title="Trunk still",
            measure=travel(trunk_lean),
            good=(-INF, 5.0),
            margin=2.5,
            views=("side",),
            cue="Stand still and lift without swinging your trunk.",
            why="Momentum from the hips lifts the dumbbells instead of the shoulders.",
            source="ACE exercise library, lateral raise: no swaying or arching of the back",
            error=1.5,
        ),
    ),
    motion=Motion(
        # In the plane of the shoulder blades, some 10 to 20 degrees before the trunk, to the horizontal.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.06, load=0.5),
                    Arm(
                        shoulder_flexion_deg=4, shoulder_abduction_deg=9, elbow_flexion_deg=14, forearm_pronation_deg=90
                    ),
                ),
            ),
            Key(
                0.5,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.06, load=0.5),
                    Arm(
                        shoulder_flexion_deg=14,
                        shoulder_abduction_deg=45,
                        shoulder_rotation_deg=-10,
                        elbow_flexion_deg=15,
                        forearm_pronation_deg=90,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.06, load=0.5),
                    Arm(
                        shoulder_flexion_deg=60,
                        shoulder_abduction_deg=79,
                        shoulder_rotation_deg=-50,
                        elbow_flexion_deg=16,
                        forearm_pronation_deg=90,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.1, hold_s=0.25, back_s=1.4, rest_s=0.4),
        equipment="dumbbells",
        source="NSCA Exercise Technique Manual, lateral shoulder raise; ACE exercise library, lateral raise",
    ),
    faults=(
        Fault(
            "up_to_shoulder_height",
            (Blend(1, 0.5, 1.0), Blend(0.5, 0, 0.5)),
            source="ACE exercise library, lateral raise: arms parallel to the floor; here half way",
        ),
        Fault(
            "not_above_shoulders",
            # On towards overhead, where the shoulder ends at 180 degrees.
            (Shift(Pose(arm=Arm(shoulder_flexion_deg=104, shoulder_abduction_deg=-40, shrug_deg=-9)), at=(1,)),),
            source="NSCA Exercise Technique Manual: to the horizontal; here some 60 degrees higher",
        ),
        Fault(
            "arms_long",
            (Shift(Pose(arm=Arm(elbow_flexion_deg=80)), at=(0, 1)),),
            source="NSCA Exercise Technique Manual: elbows slightly flexed; here bent at a right angle",
        ),
        Fault(
            "even_arms",
            (Shift(Pose(arm=Arm(), other_arm=Arm(shoulder_abduction_deg=-27, shoulder_flexion_deg=-36)), at=(1,)),),
            source="NSCA Exercise Technique Manual: both arms alike; here one stops 35 degrees lower",
            also=("up_to_shoulder_height",),
        ),
        Fault(
            "shoulders_down",
            (
                Shift(
                    Pose(
                        Trunk(neck_flexion_deg=6),
                        arm=Arm(shoulder_flexion_deg=-8, shoulder_abduction_deg=-4, shrug_deg=36),
                    ),
                    at=(1,),
                ),
            ),
            source="ACE exercise library, lateral raise: no shrugging; the girdle rises by 36 degrees",
        ),
        Fault(
            "no_swing",
            # The trunk dips, then throws the weight up.
            (
                Shift(Pose(Trunk(pelvis_tilt_deg=16), Leg(knee_flexion_deg=10, shin_lean_deg=4)), at=(0,)),
                Shift(
                    Pose(Trunk(pelvis_tilt_deg=-5, lumbar_flexion_deg=-9), Leg(shin_lean_deg=2)),
                    at=(1,),
                ),
            ),
            source="ACE exercise library, lateral raise: no swaying; here the trunk swings some 25 degrees",
        ),
    ),
)
