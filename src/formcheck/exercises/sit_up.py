"""The bent-knee sit-up."""

from formcheck.body.quantities import ankle_over_hip, hand_from_shoulder, knee_flexion, trunk_lean
from formcheck.exercises.measures import Read, SpeedRatio, at_turn, highest, lowest, travel
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Shift, Tempo, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Posture

EXERCISE = Exercise(
    name="sit-up",
    aliases=("situp", "bent knee sit up", "abdominal sit up", "full sit up"),
    driving=Driving(trunk_lean, least=30.0, views=("side", "oblique", "front", "back")),
    postures=(Posture(trunk_lean, high=-5.0),),
    eccentric_first=False,
    equipment=("none",),
    muscles=("rectus abdominis", "hip flexors", "obliques"),
    criteria=(
        Criterion(
            id="trunk_upright_at_top",
            title="All the way up",
            measure=at_turn(trunk_lean),
            good=(-3.0, INF),
            margin=6.0,
            views=("side", "oblique"),
            cue="Sit up until your chest is over your hips.",
            why="The last part of the way up is where many repetitions are cut short.",
            source="US Army FM 21-20: the base of the neck above the base of the spine",
            error=5.0,
        ),
        Criterion(
            id="shoulders_to_floor",
            title="Shoulder blades back to the floor",
            measure=lowest(trunk_lean),
            good=(-INF, -79.0),
            margin=4.0,
            views=("side", "oblique"),
            cue="Lower yourself until your shoulder blades touch the floor.",
            why="The abdominals are stretched and work again only from the floor.",
            source="US Army FM 21-20: lower the body until the bottom of the shoulder blades touch the ground",
            error=4.0,
        ),
        Criterion(
            id="knees_bent",
            title="Knees bent at a right angle",
            measure=Read(knee_flexion, "whole"),
            good=(82.0, 125.0),
            margin=6.0,
            views=("side", "oblique"),
            cue="Draw your heels in until your knees are bent to about a right angle.",
            why="Stretched legs let the hip flexors pull the lower back into an arch.",
            source="US Army FM 21-20: knees flexed to 90 degrees; NSCA: heels near the hips",
            error=7.0,
        ),
        Criterion(
            id="feet_down",
            title="Feet stay on the floor",
            measure=travel(ankle_over_hip, "out"),
            good=(-INF, 0.14),
            margin=0.05,
            views=("side", "oblique"),
            cue="Keep both feet flat on the floor the whole way.",
            why="Feet that fly up lend swing, so the abdominals do less.",
            source="NSCA, Essentials of Strength Training, bent-knee sit-up: feet stay on the floor",
            error=0.05,
        ),
        Criterion(
            id="arms_quiet",
            title="Arms stay quiet",
            measure=highest(hand_from_shoulder),
            good=(-INF, 0.57),
            margin=0.08,
            views=("side", "oblique"),
            cue="Keep your hands at your head or on your chest instead of throwing your arms forward.",
            why="Thrown arms pull the trunk up by momentum.",
            source="US Army FM 21-20: fingers stay interlocked behind the head",
            error=0.08,
        ),
        Criterion(
            id="controlled_lowering",
            title="Lowered under control",
            measure=SpeedRatio(trunk_lean),
            good=(-INF, 1.0),
            margin=0.1,
            views=("side", "oblique"),
            cue="Roll back down slowly, one part of your back after the other.",
            why="Dropping back wastes half of the exercise and jars the spine.",
            source="NSCA, Essentials of Strength Training, bent-knee sit-up: uncurl back to the start",
            error=0.1,
        ),
    ),
    motion=Motion(
        # Curled up from the floor, head and shoulders first, to upright; knees at a right angle: NSCA; FM 21-20.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=-88, neck_flexion_deg=6),
                    Leg(foot_angle_deg=5, step_out=0.02, step_forward=0.64, load=0.5),
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
                0.4,
                Pose(
                    Trunk(pelvis_tilt_deg=-68, lumbar_flexion_deg=26, thoracic_flexion_deg=18, neck_flexion_deg=22),
                    Leg(foot_angle_deg=5, step_out=0.02, step_forward=0.64, load=0.5),
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
                    Trunk(pelvis_tilt_deg=-14, lumbar_flexion_deg=24, thoracic_flexion_deg=10, neck_flexion_deg=8),
                    Leg(foot_angle_deg=5, step_out=0.02, step_forward=0.64, load=0.5),
                    Arm(
                        shoulder_flexion_deg=139,
                        shoulder_abduction_deg=46,
                        shoulder_rotation_deg=-34,
                        elbow_flexion_deg=146,
                        forearm_pronation_deg=70,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.3, hold_s=0.2, back_s=1.6, rest_s=0.4),
        support="seat",
        furniture="mat",
        source="NSCA, Essentials of Strength Training, bent-knee sit-up; US Army FM 21-20, sit-up",
    ),
    faults=(
        Fault(
            "trunk_upright_at_top",
            (Shift(Pose(Trunk(pelvis_tilt_deg=-46)), at=(1,)), Shift(Pose(Trunk(pelvis_tilt_deg=-6)), at=(0.4,))),
            source="US Army FM 21-20: up to the vertical; here the trunk turns back half way",
        ),
        Fault(
            "shoulders_to_floor",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=24, lumbar_flexion_deg=16, thoracic_flexion_deg=10, neck_flexion_deg=10)
                    ),
                    at=(0,),
                ),
                Shift(Pose(Trunk(pelvis_tilt_deg=14, lumbar_flexion_deg=2)), at=(0.4,)),
            ),
            source="US Army FM 21-20: shoulder blades to the ground; here they stay some 40 degrees over it",
        ),
        Fault(
            "knees_bent",
            (Shift(Pose(leg=Leg(step_forward=0.22))),),
            source="US Army FM 21-20: knees at 90 degrees; here the legs lie nearly straight",
        ),
        Fault(
            "feet_down",
            (
                Shift(Pose(leg=Leg(foot_lift=0.36, step_forward=-0.02)), at=(0.4,)),
                Shift(Pose(leg=Leg(foot_lift=0.1)), at=(1,)),
            ),
            source="NSCA: feet on the floor; here they fly up some 30 cm, as they do when nobody holds them",
        ),
        Fault(
            "arms_quiet",
            (
                Shift(
                    Pose(
                        arm=Arm(
                            shoulder_flexion_deg=-64,
                            shoulder_abduction_deg=-43,
                            shoulder_rotation_deg=9,
                            elbow_flexion_deg=-121,
                        )
                    ),
                    at=(0.4, 1),
                ),
            ),
            source="US Army FM 21-20: fingers behind the head; here the arms are thrown forward at shoulder height",
        ),
        Fault(
            "controlled_lowering",
            (Tempo("back", 0.33),),
            source="NSCA: lower under control; here the trunk drops back in about 0.5 s",
        ),
    ),
)
