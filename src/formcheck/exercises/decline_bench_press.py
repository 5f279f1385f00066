"""The barbell bench press on a decline bench, the head lower than the hips and the legs held by rollers."""

from formcheck.body.foreshortening import arm_bend_above
from formcheck.body.quantities import (
    elbow_along_trunk,
    elbow_flexion,
    elbow_over_shoulder,
    neck_bend,
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
    throughout,
)

EXERCISE = Exercise(
    name="decline bench press",
    aliases=("decline press", "decline barbell press", "decline barbell bench press", "decline bench"),
    driving=Driving(arm_bend_above, least=45.0, shown=elbow_flexion),
    phases=("lower", "press"),
    lift=Lift("wrist"),
    equipment=("barbell", "decline bench"),
    muscles=("lower pectoralis major", "triceps brachii", "anterior deltoid"),
    criteria=(
        Criterion(
            id="bar_to_chest",
            title="Bar down to the lower chest",
            measure=at_turn(upper_arm_tilt),
            good=(128.0, INF),
            margin=6.0,
            views=("side",),
            cue="Lower the bar until it touches your lower chest.",
            why="The last part of the way down is where the chest is stretched and works hardest.",
            source="IPF Technical Rules: the bar to the chest, the elbows no higher than the shoulders",
            error=8.0,
        ),
        Criterion(
            id="full_lockout",
            title="Arms straight at the top",
            measure=at_start(elbow_flexion, "low"),
            good=(-INF, 9.5),
            margin=3.5,
            views=("side", "oblique"),
            cue="Press until your arms are straight over your shoulders.",
            why="Stopping short leaves out the work of the triceps.",
            source="IPF Technical Rules: arms locked out at the elbows",
            error=7.0,
        ),
        Criterion(
            id="elbows_tucked",
            title="Elbows not flared",
            measure=at_turn(elbow_along_trunk),
            good=(-INF, 0.82),
            margin=0.05,
            views=("side",),
            cue="Tuck your elbows to about 45 to 60 degrees from your trunk as the bar comes down.",
            why="Elbows out at right angles load the front of the shoulder.",
            source="Green & Comfort 2007, Strength Cond J 29(5): shoulder abduction about 45 degrees",
            error=0.05,
        ),
        Criterion(
            id="head_on_bench",
            title="Head on the bench",
            measure=throughout(neck_bend),
            good=(-INF, 23.5),
            margin=3.0,
            views=("side",),
            cue="Leave your head on the bench and look at the ceiling.",
            why="A head lifted against the load strains the neck and raises the pressure in it when you lie head down.",
            source="NSCA manual: five-point body contact; IPF Technical Rules: the head in contact with the bench",
            error=6.0,
        ),
        Criterion(
            id="controlled_lowering",
            title="Bar lowered under control",
            measure=SpeedRatio(elbow_over_shoulder),
            good=(1.2, INF),
            margin=0.13,
            views=("side", "oblique"),
            cue="Lower the bar slowly, taking about two seconds, and do not let it bounce.",
            why="A dropped bar bounces off the chest, and half of the training effect is in the lowering.",
            source="NSCA manual: lower slowly and under control, no bouncing off the chest",
            error=0.2,
        ),
    ),
    motion=Motion(
        # The bench 15 to 20 degrees down, the bar on the lower chest with vertical forearms: Glass & Armstrong 1997.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=-102, lumbar_flexion_deg=-6, thoracic_flexion_deg=-4, neck_flexion_deg=4),
                    Leg(hip_flexion_deg=14, knee_flexion_deg=86),
                    Arm(
                        shoulder_flexion_deg=65,
                        shoulder_abduction_deg=22,
                        shoulder_rotation_deg=-52,
                        elbow_flexion_deg=8,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
            Key(
                0.5,
                Pose(
                    Trunk(pelvis_tilt_deg=-102, lumbar_flexion_deg=-6, thoracic_flexion_deg=-4, neck_flexion_deg=4),
                    Leg(hip_flexion_deg=14, knee_flexion_deg=86),
                    Arm(
                        shoulder_flexion_deg=17,
                        shoulder_abduction_deg=56,
                        shoulder_rotation_deg=-33,
                        elbow_flexion_deg=83,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=-102, lumbar_flexion_deg=-6, thoracic_flexion_deg=-4, neck_flexion_deg=4),
                    Leg(hip_flexion_deg=14, knee_flexion_deg=86),
                    Arm(
                        shoulder_flexion_deg=-52,
                        shoulder_abduction_deg=46,
                        shoulder_rotation_deg=20,
                        elbow_flexion_deg=116,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=2.0, hold_s=0.15, back_s=1.2, rest_s=0.5),
        support="seat",
        seat_height=0.58,
        equipment="barbell",
        furniture="decline bench",
        grip_width=2.0,
        one_bar=True,
        source="NSCA Exercise Technique Manual, decline bench press; Glass & Armstrong 1997, J Strength Cond Res 11(3)",
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
                    Pose(arm=Arm(shoulder_flexion_deg=36, shoulder_abduction_deg=11, shoulder_rotation_deg=-45)),
                    at=(0.5,),
                ),
                Shift(
                    Pose(
                        arm=Arm(
                            shoulder_flexion_deg=-47,
                            shoulder_abduction_deg=27,
                            shoulder_rotation_deg=52,
                            elbow_flexion_deg=11,
                        )
                    ),
                    at=(1,),
                ),
            ),
            source="Green & Comfort 2007, Strength Cond J 29(5): abduction of 45 degrees or less; here 90",
        ),
        Fault(
            "head_on_bench",
            (Shift(Pose(Trunk(neck_flexion_deg=64))),),
            source="NSCA Exercise Technique Manual: head on the bench; here the chin near the chest",
        ),
        Fault(
            "controlled_lowering",
            (Tempo("out", 0.25),),
            source="NSCA Exercise Technique Manual: lower slowly and under control; here dropped in half a second",
        ),
    ),
)
