"""The Romanian deadlift: from standing, the hips go back and the bar slides down the legs to below the knees."""

from formcheck.body.quantities import (
    back_length,
    hand_ahead_of_knee,
    hand_over_knee,
    hip_flexion,
    knee_ahead_of_ankle,
    knee_flexion,
    knee_less_trunk,
    trunk_lean,
)
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Lift, Posture, at_start, at_turn, change

EXERCISE = Exercise(
    name="romanian deadlift",
    aliases=("rdl", "barbell romanian deadlift", "barbell rdl", "romanian dead lift with barbell"),
    driving=Driving(trunk_lean, least=28.0, shown=hip_flexion),
    # A squat leans the trunk as well, but bends the knees far more; push-ups lie flatter.
    postures=(Posture(knee_less_trunk, high=18.0), Posture(trunk_lean, high=60.0)),
    side_camera_deg=98.0,  # a little behind: neither disc looks like a knee or a foot to the estimator
    lift=Lift("wrist"),
    equipment=("barbell", "dumbbells"),
    muscles=("hamstrings", "gluteus maximus", "erector spinae", "latissimus dorsi"),
    criteria=(
        Criterion(
            id="back_flat",
            title="Back flat",
            measure=change(back_length),
            good=(-8.0, INF),
            margin=3.0,
            views=("side",),
            cue="Keep your chest proud and your back flat all the way down.",
            why="A rounded back carries the load on its discs and ligaments.",
            source="McGill, Low Back Disorders, 3rd ed.; rounding shortens the line from hip to ear",
            error=2.7,
        ),
        Criterion(
            id="knees_soft",
            title="Knees softly bent",
            measure=at_turn(knee_flexion),
            good=(15.5, INF),
            margin=3.3,
            views=("side",),
            cue="Unlock your knees and keep a soft bend in them on the way down.",
            why="Locked knees pull on the back of the joint and stop the hips from going back.",
            source="NSCA Exercise Technique Manual, Romanian deadlift: knees slightly to moderately flexed",
            error=3.5,
        ),
        Criterion(
            id="shins_upright",
            title="Hips back, not knees forward",
            measure=at_turn(knee_ahead_of_ankle),
            good=(-INF, 0.1),
            margin=0.04,
            views=("side",),
            cue="Push your hips straight back and keep your shins upright instead of squatting down.",
            why="Knees that go forward turn the hinge into a squat and let the hamstrings off.",
            source="NSCA Exercise Technique Manual, Romanian deadlift: hips back, knees keep their slight bend",
            error=0.03,
        ),
        Criterion(
            id="bar_close",
            title="Bar close to the legs",
            measure=at_turn(hand_ahead_of_knee),
            good=(-INF, 0.31),
            margin=0.06,
            views=("side",),
            cue="Let the bar slide along your thighs and shins.",
            why="Every centimetre that the bar drifts forward lengthens the lever on the back.",
            source="NSCA Exercise Technique Manual, Romanian deadlift: bar in contact with the thighs",
            error=0.04,
        ),
        Criterion(
            id="below_knees",
            title="Bar to below the knees",
            measure=at_turn(hand_over_knee),
            # The wrist is some 8 cm above the bar in the hand.
            good=(-INF, 0.11),
            margin=0.07,
            views=("side", "oblique", "front", "back"),
            cue="Push your hips back until the bar is below your knees.",
            why="The hamstrings work hardest where they are stretched.",
            source="NSCA Exercise Technique Manual, Romanian deadlift: bar to the tendon of the kneecap or lower",
            error=0.05,
        ),
        Criterion(
            id="full_lockout",
            title="Tall at the top",
            measure=at_start(hip_flexion),
            good=(-INF, 10.0),
            margin=3.0,
            views=("side", "oblique"),
            cue="Come up until you stand tall with your hips through.",
            why="A hinge that never finishes leaves out the work of the glutes.",
            source="NSCA Exercise Technique Manual, Romanian deadlift: return to a fully erect position",
            error=3.0,
        ),
    ),
    motion=Motion(
        # Trunk to 15 or 20 degrees above level, shins upright, the bar half way down the shins.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=10, step_out=0.03, load=0.5),
                    Arm(shoulder_abduction_deg=6, elbow_flexion_deg=3, forearm_pronation_deg=175),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=73, thoracic_flexion_deg=2, neck_flexion_deg=-26),
                    Leg(knee_flexion_deg=24, shin_lean_deg=3, foot_angle_deg=10, step_out=0.03, load=0.5),
                    Arm(shoulder_abduction_deg=6, elbow_flexion_deg=3, forearm_pronation_deg=175),
                ),
            ),
        ),
        timing=Timing(out_s=1.7, hold_s=0.2, back_s=1.4, rest_s=0.5),
        arms_hang=True,
        equipment="barbell along the legs",
        grip_width=1.15,
        one_bar=True,
        source="NSCA Exercise Technique Manual, Romanian deadlift; Lee et al. 2018, J Exerc Sci Fit 16(3)",
    ),
    faults=(
        Fault(
            "back_flat",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=-28, lumbar_flexion_deg=40, thoracic_flexion_deg=28, neck_flexion_deg=4)
                    ),
                    at=(1,),
                ),
            ),
            source="McGill, Low Back Disorders, 3rd ed.: full lumbar flexion in stooping is 45-50 degrees",
        ),
        Fault(
            "knees_soft",
            (
                Shift(Pose(Trunk(pelvis_tilt_deg=6), Leg(knee_flexion_deg=-24, shin_lean_deg=-9)), at=(1,)),
                Shift(Pose(leg=Leg(knee_flexion_deg=-5, shin_lean_deg=-3)), at=(0,)),
            ),
            source="NSCA Exercise Technique Manual, Romanian deadlift: knees flexed; here locked",
        ),
        Fault(
            "shins_upright",
            # Half a squat: the knees bend to 75 degrees and pass over the toes, the trunk stays higher.
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=-18, neck_flexion_deg=8),
                        Leg(knee_flexion_deg=50, shin_lean_deg=25),
                    ),
                    at=(1,),
                ),
            ),
            source="NSCA Exercise Technique Manual: the knees keep their bend; here they bend as in a half squat",
        ),
        Fault(
            "bar_close",
            (
                Shift(Pose(arm=Arm(shoulder_flexion_deg=24)), at=(1,)),
                Shift(Pose(arm=Arm(shoulder_flexion_deg=8)), at=(0,)),
            ),
            source="NSCA Exercise Technique Manual: bar on the thighs; here a foot's length before them",
        ),
        Fault(
            "below_knees",
            (Blend(1, 0, 0.5, parts=("trunk", "arm")),),
            source="NSCA Exercise Technique Manual: bar to below the kneecap; here it stops on the thighs",
        ),
        Fault(
            "full_lockout",
            (
                Shift(
                    Pose(Trunk(pelvis_tilt_deg=30, neck_flexion_deg=-10), Leg(knee_flexion_deg=12, shin_lean_deg=2)),
                    at=(0,),
                ),
            ),
            source="NSCA Exercise Technique Manual, Romanian deadlift: fully erect; here bent by some 40 degrees",
        ),
    ),
)
