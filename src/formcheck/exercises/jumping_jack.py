"""The jumping jack."""

from formcheck.body.quantities import arm_elevation, arm_raised, elbow_flexion, feet_apart
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Retime, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Lead, at_turn

EXERCISE = Exercise(
    name="jumping jack",
    aliases=("star jump", "side straddle hop"),
    driving=Driving(arm_raised, least=50.0, views=("front", "back", "oblique", "side")),
    eccentric_first=False,
    equipment=("none",),
    muscles=("deltoids", "gluteus medius", "adductors", "calves"),
    criteria=(
        Criterion(
            id="arms_overhead",
            title="Hands overhead",
            measure=at_turn(arm_raised),
            good=(148.0, INF),
            margin=8.0,
            views=("front", "back"),
            cue="Raise your arms until your hands meet overhead.",
            why="The full way works the shoulders and raises the heart rate.",
            source="ACE exercise library: hands overhead",
            error=7.0,
        ),
        Criterion(
            id="legs_wide",
            title="Feet wide apart",
            measure=at_turn(feet_apart),
            good=(1.55, INF),
            margin=0.2,
            views=("front", "back"),
            cue="Jump your feet well wider than your shoulders.",
            why="A wide jump makes the hips work.",
            source="ACE exercise library: feet beyond shoulder width",
            error=0.15,
        ),
        Criterion(
            id="arms_straight",
            title="Arms long",
            measure=at_turn(elbow_flexion),
            good=(-INF, 26.0),
            margin=7.0,
            views=("front", "back"),
            cue="Keep your arms long all the way up and down.",
            why="Bent arms take the work off the shoulders.",
            source="US Army FM 7-22, side straddle hop: arms straight",
            error=9.0,
        ),
        Criterion(
            id="arms_legs_together",
            title="Arms and legs move together",
            measure=Lead(arm_elevation, feet_apart, least=0.5),
            good=(-18.0, 24.0),
            margin=6.0,
            views=("front", "back"),
            cue="Let your hands and feet arrive at the same moment.",
            why="Moving together is the coordination that the exercise trains.",
            source="US Army FM 7-22, side straddle hop: arms and legs on one count",
            error=6.0,
        ),
    ),
    motion=Motion(
        # Feet from together to about twice shoulder width, hands from the thighs to overhead: ACE; US Army FM 7-22.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=2),
                    Leg(knee_flexion_deg=8, shin_lean_deg=5, foot_angle_deg=8, step_out=-0.035, load=0.5),
                    Arm(shoulder_abduction_deg=9, elbow_flexion_deg=10, forearm_pronation_deg=85),
                ),
            ),
            Key(
                0.5,
                Pose(
                    Trunk(pelvis_tilt_deg=2),
                    Leg(
                        knee_flexion_deg=15,
                        shin_lean_deg=9,
                        foot_angle_deg=10,
                        heel_lift_deg=20,
                        step_out=0.13,
                        foot_lift=0.045,
                        load=0.5,
                    ),
                    Arm(
                        shoulder_abduction_deg=88,
                        shoulder_rotation_deg=45,
                        elbow_flexion_deg=12,
                        forearm_pronation_deg=70,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=3),
                    Leg(knee_flexion_deg=12, shin_lean_deg=8, foot_angle_deg=14, step_out=0.30, load=0.5),
                    Arm(
                        shoulder_abduction_deg=168,
                        shoulder_rotation_deg=85,
                        elbow_flexion_deg=14,
                        forearm_pronation_deg=60,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=0.52, hold_s=0.08, back_s=0.52, rest_s=0.1),
        source="ACE exercise library, jumping jacks; US Army FM 7-22, side-straddle hop",
    ),
    faults=(
        Fault(
            "arms_overhead",
            # The hands stop a little over the shoulders.
            (
                Shift(Pose(arm=Arm(shoulder_abduction_deg=-84)), at=(1,)),
                Shift(Pose(arm=Arm(shoulder_abduction_deg=-36)), at=(0.5,)),
            ),
            source="US Army FM 7-22, side-straddle hop: hands overhead; here level with the shoulders",
        ),
        Fault(
            "legs_wide",
            (Shift(Pose(leg=Leg(step_out=-0.29)), at=(1,)), Shift(Pose(leg=Leg(step_out=-0.14)), at=(0.5,))),
            source="ACE exercise library: feet wider than the shoulders; here hardly apart",
        ),
        Fault(
            "arms_straight",
            (Shift(Pose(arm=Arm(elbow_flexion_deg=84)), at=(0.5, 1)),),
            source="US Army FM 7-22, side-straddle hop: arms extended; here elbows near a right angle",
            also=("arms_overhead",),  # forearms that point sideways keep the hands lower
        ),
        Fault(
            "arms_legs_together",
            # The arms start when the feet are half way out.
            (Retime(("arm",), ((0, 0), (0.47, 0.02), (1.38, 1), (2, 2))),),
            source="US Army FM 7-22, side-straddle hop: arms and legs on one count; here half a count apart",
        ),
    ),
)
