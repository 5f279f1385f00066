"""The deadlift from the floor; a repetition runs floor, lockout, floor."""

from formcheck.body.quantities import (
    back_length,
    hand_ahead_of_knee,
    heel_over_toes,
    hip_flexion,
    knee_flexion,
)
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Retime, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lead,
    Lift,
    Read,
    at_turn,
    lowest,
    throughout,
)

EXERCISE = Exercise(
    name="deadlift",
    aliases=("barbell deadlift", "conventional deadlift"),
    driving=Driving(hip_flexion, least=40.0, falls=True),
    eccentric_first=False,
    side_camera_deg=108.0,  # a little behind: from straight beside, the plates hide the legs
    lift=Lift("wrist"),
    equipment=("barbell",),
    muscles=("gluteus maximus", "hamstrings", "erector spinae", "quadriceps", "latissimus dorsi"),
    criteria=(
        Criterion(
            id="neutral_back",
            title="Back flat",
            measure=lowest(back_length, moment="out", since="turn"),
            good=(-15.5, INF),
            margin=3.0,
            views=("side",),
            cue="Lift your chest and set your back flat before the bar leaves the floor.",
            why="A rounded back carries the load on its discs and ligaments.",
            source="McGill, Low Back Disorders, 3rd ed.; rounding shortens the line from hip to shoulder",
            error=2.0,
        ),
        Criterion(
            id="hips_and_shoulders_rise_together",
            title="Hips and shoulders rise together",
            measure=Lead(knee_flexion, hip_flexion, least=25.0),
            good=(-INF, 32.0),
            margin=10.0,
            views=("side", "oblique"),
            cue="Push the floor away so that hips and shoulders rise at the same speed.",
            why="Hips that shoot up first leave the lift to the lower back.",
            source="NSCA manual: hips and shoulders rise at the same rate, torso angle constant",
            error=6.0,
        ),
        Criterion(
            id="bar_close",
            title="Bar close to the legs",
            measure=throughout(hand_ahead_of_knee),
            good=(-INF, 0.21),
            margin=0.05,
            views=("side",),
            cue="Drag the bar up along your shins and thighs.",
            why="Every centimetre that the bar drifts forward lengthens the lever on the back.",
            source="NSCA manual: bar as close to the shins as possible",
            error=0.06,
        ),
        Criterion(
            id="full_lockout",
            title="Hips and knees straight at the top",
            measure=at_turn(hip_flexion),
            good=(-INF, 20.0),
            margin=8.0,
            views=("side", "oblique"),
            cue="Finish tall: knees straight and hips through.",
            why="A lift without lockout leaves out the work of the glutes.",
            source="International Powerlifting Federation, Technical Rules: knees locked, standing erect",
            error=6.0,
        ),
        Criterion(
            id="heels_down",
            title="Heels on the floor",
            measure=Read(heel_over_toes, "out"),
            good=(-INF, 0.03),
            margin=0.015,
            views=("side",),
            cue="Keep your weight over the middle of your feet and your heels down.",
            why="Weight on the toes pulls the bar and you forward.",
            source="NSCA manual: heels stay in contact with the floor",
            error=0.04,
        ),
    ),
    motion=Motion(
        # Lift-off and lockout of the conventional style: Escamilla et al. 2000, Med Sci Sports Exerc 32(7).
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=67, neck_flexion_deg=-28),
                    Leg(knee_flexion_deg=68, shin_lean_deg=14, foot_angle_deg=12, step_out=0.03, load=0.5),
                    Arm(
                        shoulder_flexion_deg=0,
                        shoulder_abduction_deg=6,
                        elbow_flexion_deg=3,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=0),
                    Leg(knee_flexion_deg=4, shin_lean_deg=2, foot_angle_deg=12, step_out=0.03, load=0.5),
                    Arm(
                        shoulder_flexion_deg=0,
                        shoulder_abduction_deg=6,
                        elbow_flexion_deg=3,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.4, hold_s=0.45, back_s=1.5, rest_s=0.7),
        arms_hang=True,
        equipment="barbell on the floor",
        source="Escamilla et al. 2000; NSCA Exercise Technique Manual, deadlift",
    ),
    faults=(
        Fault(
            "neutral_back",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=-28, lumbar_flexion_deg=40, thoracic_flexion_deg=28, neck_flexion_deg=4)
                    ),
                    at=(0,),
                ),
            ),
            source="McGill, Low Back Disorders, 3rd ed.: full lumbar flexion in stooping is 45-50 degrees",
        ),
        Fault(
            "hips_and_shoulders_rise_together",
            (
                Retime(("leg",), ((0, 0), (0.45, 0.92), (1, 1), (2, 2))),
                Retime(("trunk", "arm"), ((0, 0), (0.45, 0.08), (1, 1), (2, 2))),
            ),
            source="NSCA Exercise Technique Manual: constant trunk angle off the floor; here the knees extend first",
        ),
        Fault(
            "bar_close",
            (
                Shift(Pose(arm=Arm(shoulder_flexion_deg=22)), at=(0,)),
                Shift(Pose(arm=Arm(shoulder_flexion_deg=8)), at=(1,)),
            ),
            source="NSCA Exercise Technique Manual: bar against the shins; here a foot's length before them",
        ),
        Fault(
            "full_lockout",
            (
                Shift(
                    Pose(Trunk(pelvis_tilt_deg=40, neck_flexion_deg=-14), Leg(knee_flexion_deg=26, shin_lean_deg=8)),
                    at=(1,),
                ),
            ),
            source="International Powerlifting Federation, Technical Rules: knees locked, standing erect; here neither",
        ),
        Fault(
            "heels_down",
            # Weight on the toes keeps the heels up through the pull, as lifters who do it show, not only off the floor.
            (
                Shift(Pose(Trunk(pelvis_tilt_deg=-4), Leg(heel_lift_deg=32, shin_lean_deg=8)), at=(0,)),
                Shift(Pose(leg=Leg(heel_lift_deg=22, shin_lean_deg=4)), at=(1,)),
            ),
            source="NSCA Exercise Technique Manual: heels stay down; here the weight is on the balls of the feet",
        ),
    ),
)
