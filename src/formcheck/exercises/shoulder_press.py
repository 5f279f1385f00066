"""The shoulder press, standing with dumbbells."""

from formcheck.body.quantities import (
    arm_raised,
    elbow_outside_hand,
    hands_uneven,
    knee_flexion,
    shoulder_over_hand,
    trunk_lean,
    upper_arm_tilt,
)
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    Posture,
    at_start,
    at_turn,
    lowest,
    travel,
)

EXERCISE = Exercise(
    name="shoulder press",
    aliases=("overhead press", "dumbbell shoulder press", "dumbbell overhead press", "military press", "ohp"),
    driving=Driving(
        shoulder_over_hand,
        least=0.22,
        falls=True,
        shown=arm_raised,
        views=("front", "back", "oblique", "side"),
    ),
    postures=(Posture(shoulder_over_hand, high=0.0), Posture(trunk_lean, -40.0, 40.0)),
    eccentric_first=False,
    lift=Lift("wrist"),
    equipment=("dumbbells", "barbell"),
    muscles=("deltoid, front and middle part", "triceps brachii", "trapezius", "serratus anterior"),
    criteria=(
        Criterion(
            id="full_lockout",
            title="Arms straight overhead",
            measure=at_turn(upper_arm_tilt),
            good=(-INF, 23.0),
            margin=5.0,
            views=("front", "side", "back", "oblique"),
            cue="Press until your arms are straight over your head.",
            why="The last part brings the shoulder blades up and the triceps to work.",
            source="NSCA Exercise Technique Manual, shoulder press: elbows fully extended",
            error=3.0,
        ),
        Criterion(
            id="down_to_shoulders",
            title="Down to the shoulders",
            measure=at_start(shoulder_over_hand),
            good=(-0.35, INF),
            margin=0.04,
            views=("front", "side", "back", "oblique"),
            cue="Lower the dumbbells until they are beside your ears or lower.",
            why="A short way down leaves out where the deltoids are stretched.",
            source="ACE exercise library, shoulder press: lower to shoulder height",
            error=0.03,
        ),
        Criterion(
            id="forearms_vertical",
            title="Hands over the elbows",
            measure=at_start(elbow_outside_hand),
            good=(-0.2, 0.24),
            margin=0.06,
            views=("front", "back"),
            cue="Keep your hands straight over your elbows when the dumbbells are down.",
            why="Tilted forearms waste strength and twist the elbow and the shoulder.",
            source="NSCA Exercise Technique Manual, shoulder press: forearms parallel and vertical",
            error=0.04,
        ),
        Criterion(
            id="even_arms",
            title="Both arms press evenly",
            measure=at_turn(hands_uneven),
            good=(-INF, 0.1),
            margin=0.04,
            views=("front", "back"),
            cue="Press both dumbbells up together and finish at the same height.",
            why="One arm that lags loads the spine sideways.",
            source="NSCA Exercise Technique Manual: press the dumbbells at the same rate",
            error=0.02,
        ),
        Criterion(
            id="no_lean_back",
            title="Trunk upright",
            measure=lowest(trunk_lean),
            good=(-5.0, INF),
            margin=3.0,
            views=("side",),
            cue="Squeeze your glutes, pull your ribs down and press without leaning back.",
            why="A hollow back under load presses the small joints of the spine together.",
            source="ACE exercise library, shoulder press: do not arch the lower back",
            error=1.5,
        ),
        Criterion(
            id="no_leg_drive",
            title="Legs still",
            measure=travel(knee_flexion),
            good=(-INF, 10.0),
            margin=4.0,
            views=("side",),
            cue="Keep your knees still and press with your shoulders and arms only.",
            why="A push from the legs carries the dumbbells past the hardest part.",
            source="NSCA Exercise Technique Manual: leg drive belongs to the push press",
            error=2.0,
        ),
    ),
    motion=Motion(
        # In the plane of the shoulder blades, forearms vertical, palms forward, until the arms are straight.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.06, load=0.5),
                    Arm(
                        shoulder_flexion_deg=55,
                        shoulder_abduction_deg=49,
                        shoulder_rotation_deg=28,
                        elbow_flexion_deg=122,
                        forearm_pronation_deg=125,
                    ),
                ),
            ),
            Key(
                0.5,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.06, load=0.5),
                    Arm(
                        shoulder_flexion_deg=133,
                        shoulder_abduction_deg=51,
                        shoulder_rotation_deg=-36,
                        elbow_flexion_deg=70,
                        forearm_pronation_deg=120,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=-1),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.06, load=0.5),
                    Arm(
                        shoulder_flexion_deg=175,
                        shoulder_abduction_deg=9,
                        shoulder_rotation_deg=-60,
                        elbow_flexion_deg=9,
                        forearm_pronation_deg=120,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.2, hold_s=0.25, back_s=1.4, rest_s=0.35),
        equipment="dumbbells",
        source="NSCA Exercise Technique Manual, shoulder press; ACE exercise library, standing shoulder press",
    ),
    faults=(
        Fault(
            "full_lockout",
            (Blend(1, 0.5, 1.0), Blend(0.5, 0, 0.45)),
            source="NSCA Exercise Technique Manual: elbows fully extended; here they stay bent by 70 degrees",
        ),
        Fault(
            "down_to_shoulders",
            (Blend(0, 0.5, 0.7), Blend(0.5, 1, 0.35)),
            source="ACE exercise library, shoulder press: down to the shoulders; here no lower than the forehead",
        ),
        Fault(
            "forearms_vertical",
            # The dumbbells tip inwards over the shoulders.
            (Shift(Pose(arm=Arm(elbow_flexion_deg=34, shoulder_abduction_deg=10)), at=(0,)),),
            source="NSCA Exercise Technique Manual: forearms vertical; here tilted inwards by some 45 degrees",
        ),
        Fault(
            "even_arms",
            (
                Shift(
                    Pose(
                        arm=Arm(),
                        other_arm=Arm(
                            shoulder_flexion_deg=-80,
                            shoulder_abduction_deg=41,
                            shoulder_rotation_deg=56,
                            elbow_flexion_deg=87,
                        ),
                    ),
                    at=(1,),
                ),
                Shift(
                    Pose(
                        arm=Arm(),
                        other_arm=Arm(shoulder_flexion_deg=-47, shoulder_rotation_deg=38, elbow_flexion_deg=31),
                    ),
                    at=(0.5,),
                ),
            ),
            source="NSCA Exercise Technique Manual: both arms alike; here one stays some 25 cm lower",
            also=("full_lockout",),
        ),
        Fault(
            "no_lean_back",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=-8, lumbar_flexion_deg=-18, thoracic_flexion_deg=-6, neck_flexion_deg=8),
                        Leg(knee_flexion_deg=3, shin_lean_deg=6),
                        Arm(shoulder_flexion_deg=-26),
                    ),
                    at=(0.5, 1),
                ),
            ),
            source="ACE exercise library, shoulder press: no arching; back extension ends at 20-30 degrees (AAOS 1965)",
        ),
        Fault(
            "no_leg_drive",
            (Shift(Pose(leg=Leg(knee_flexion_deg=34, shin_lean_deg=17)), at=(0,)),),
            source="NSCA Exercise Technique Manual, push press: the dip bends the knees by some 40 degrees",
        ),
    ),
)
