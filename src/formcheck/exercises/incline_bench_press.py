"""The barbell bench press on an incline bench, its back rest 30 to 45 degrees up."""

from formcheck.body.quantities import (
    ankle_over_hip,
    elbow_along_trunk,
    elbow_flexion,
    elbow_over_shoulder,
    hand_tilt,
    shoulder_over_hand,
    upper_arm_tilt,
)
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shift, Tempo, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    SpeedRatio,
    at_start,
    at_turn,
    strongest,
    throughout,
)

EXERCISE = Exercise(
    name="incline bench press",
    aliases=("incline press", "incline barbell press", "incline barbell bench press", "incline bench"),
    driving=Driving(shoulder_over_hand, least=0.2, shown=elbow_flexion),
    phases=("lower", "press"),
    side_camera_deg=95.0,  # a little behind: from straight beside, the discs hide elbow and shoulder
    lift=Lift("wrist"),
    equipment=("barbell", "incline bench"),
    muscles=("upper pectoralis major", "anterior deltoid", "triceps brachii"),
    criteria=(
        Criterion(
            id="bar_to_chest",
            title="Bar down to the upper chest",
            measure=at_turn(upper_arm_tilt),
            good=(117.0, INF),
            margin=5.0,
            views=("front", "side"),
            cue="Lower the bar until it touches your upper chest.",
            why="The last part of the way down is where the chest is stretched and works hardest.",
            source="IPF Technical Rules: the bar to the chest, the elbows no higher than the shoulders",
            error=8.0,
        ),
        Criterion(
            id="full_lockout",
            title="Arms straight at the top",
            measure=at_start(upper_arm_tilt, "low"),
            good=(-INF, 28.0),
            margin=3.7,
            views=("front",),
            cue="Press until your arms are straight over your shoulders.",
            why="Stopping short leaves out the work of the triceps.",
            source="IPF Technical Rules: arms locked out at the elbows",
            error=4.0,
        ),
        Criterion(
            id="elbows_tucked",
            title="Elbows not flared",
            measure=at_turn(elbow_along_trunk),
            good=(-INF, 0.8),
            margin=0.05,
            views=("side",),
            cue="Tuck your elbows to about 45 to 60 degrees from your trunk as the bar comes down.",
            why="Elbows out at right angles load the front of the shoulder.",
            source="Green & Comfort 2007, Strength Cond J 29(5): shoulder abduction about 45 degrees",
            error=0.05,
        ),
        Criterion(
            id="feet_planted",
            title="Feet on the floor",
            measure=throughout(ankle_over_hip),
            good=(-INF, -0.72),
            margin=0.07,
            views=("side",),
            cue="Plant both feet flat on the floor and leave them there.",
            why="Feet on the floor steady the trunk and let the legs help to hold the bench.",
            source="NSCA manual: five-point body contact; IPF Technical Rules: feet flat on the floor",
            error=0.08,
        ),
        Criterion(
            id="even_press",
            title="Bar level",
            measure=strongest(hand_tilt, since="start"),
            good=(-2.8, 2.8),
            margin=0.7,
            views=("front", "back"),
            cue="Press with both arms alike, so that the bar stays level.",
            why="A bar that tilts loads one shoulder more than the other and twists the trunk.",
            source="NSCA manual: the bar rises evenly; IPF Technical Rules: even extension of the arms",
            error=1.5,
        ),
        Criterion(
            id="controlled_lowering",
            title="Bar lowered under control",
            measure=SpeedRatio(elbow_over_shoulder),
            good=(1.1, INF),
            margin=0.13,
            views=("side", "oblique"),
            cue="Lower the bar slowly, taking about two seconds, and do not let it bounce.",
            why="A dropped bar bounces off the chest, and half of the training effect is in the lowering.",
            source="NSCA manual: lower slowly and under control, no bouncing off the chest",
            error=0.2,
        ),
    ),
    motion=Motion(
        # Back rest at 38 degrees (30 to 45: Lauver et al. 2016), the bar on the upper chest with vertical forearms.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=-47, lumbar_flexion_deg=-3, thoracic_flexion_deg=-2),
                    Leg(foot_angle_deg=16, step_out=0.12, step_forward=0.44, load=0.5),
                    Arm(
                        shoulder_flexion_deg=123,
                        shoulder_abduction_deg=21,
                        shoulder_rotation_deg=-52,
                        elbow_flexion_deg=7,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
            Key(
                0.5,
                Pose(
                    Trunk(pelvis_tilt_deg=-47, lumbar_flexion_deg=-3, thoracic_flexion_deg=-2),
                    Leg(foot_angle_deg=16, step_out=0.12, step_forward=0.44, load=0.5),
                    Arm(
                        shoulder_flexion_deg=83,
                        shoulder_abduction_deg=62,
                        shoulder_rotation_deg=-40,
                        elbow_flexion_deg=88,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=-47, lumbar_flexion_deg=-3, thoracic_flexion_deg=-2),
                    Leg(foot_angle_deg=16, step_out=0.12, step_forward=0.44, load=0.5),
                    Arm(
                        shoulder_flexion_deg=-9,
                        shoulder_abduction_deg=49,
                        shoulder_rotation_deg=38,
                        elbow_flexion_deg=127,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=2.0, hold_s=0.15, back_s=1.2, rest_s=0.5),
        support="seat",
        seat_height=0.46,
        equipment="barbell",
        furniture="incline bench",
        grip_width=2.0,
        one_bar=True,
        source="NSCA Exercise Technique Manual, incline bench press; Lauver et al. 2016, Eur J Sport Sci 16(3)",
    ),
    faults=(
        Fault(
            "bar_to_chest",
            (Blend(0.5, 0, 0.45), Blend(1, 0.5, 0.8)),
            source="IPF Technical Rules: bar to the chest; here half of the way",
        ),
        Fault(
            "full_lockout",
            (Blend(0, 0.5, 0.8),),
            source="IPF Technical Rules: elbows locked; here bent by some 65 degrees",
        ),
        Fault(
            "elbows_tucked",
            # Upper arms straight out to the sides, and so the bar over the throat.
            (
                Shift(
                    Pose(arm=Arm(shoulder_flexion_deg=57, shoulder_abduction_deg=7, shoulder_rotation_deg=-70)),
                    at=(0.5,),
                ),
                Shift(
                    Pose(
                        arm=Arm(
                            shoulder_flexion_deg=-66,
                            shoulder_abduction_deg=12,
                            shoulder_rotation_deg=70,
                            elbow_flexion_deg=6,
                        )
                    ),
                    at=(1,),
                ),
            ),
            source="Green & Comfort 2007, Strength Cond J 29(5): abduction of 45 degrees or less; here 90",
        ),
        Fault(
            "feet_planted",
            (Shift(Pose(leg=Leg(foot_lift=0.36, step_forward=-0.06))),),
            source="NSCA Exercise Technique Manual: feet flat on the floor; here up on the end of the bench",
        ),
        Fault(
            "even_press",
            # One side hangs behind on both ways.
            (
                Shift(Pose(other_arm=Arm(shoulder_flexion_deg=26, elbow_flexion_deg=-58)), at=(0.5,)),
                Shift(Pose(other_arm=Arm(shoulder_flexion_deg=20, elbow_flexion_deg=-26)), at=(1,)),
            ),
            source="IPF Technical Rules: even extension; here one hand is a hand's breadth above the other",
        ),
        Fault(
            "controlled_lowering",
            (Tempo("out", 0.25),),
            source="NSCA Exercise Technique Manual: lower slowly and under control; here dropped in half a second",
        ),
    ),
)
