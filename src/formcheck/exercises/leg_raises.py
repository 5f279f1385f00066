"""Leg raises, lying on the back."""

from formcheck.body.quantities import hip_flexion, knee_flexion, trunk_lean
from formcheck.exercises.measures import SpeedRatio, at_start, at_turn
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Shift, Tempo, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Posture

EXERCISE = Exercise(
    name="leg raises",
    aliases=("lying leg raise", "double leg raise", "straight leg raise", "supine leg raise", "leg lift"),
    driving=Driving(hip_flexion, least=25.0, views=("side", "oblique", "front", "back")),
    postures=(Posture(trunk_lean, high=-20.0),),
    eccentric_first=False,
    equipment=("none",),
    muscles=("rectus abdominis", "hip flexors"),
    criteria=(
        Criterion(
            id="legs_vertical",
            title="Legs up to vertical",
            measure=at_turn(hip_flexion),
            good=(74.0, INF),
            margin=4.0,
            views=("side", "oblique"),
            cue="Raise your legs until your feet are over your hips.",
            why="The abdominals tilt the pelvis only near the end of the way.",
            source="ExRx, lying leg raise: hips flexed until the thighs are vertical",
            error=5.0,
        ),
        Criterion(
            id="legs_straight",
            title="Legs straight",
            measure=at_turn(knee_flexion),
            good=(-INF, 22.0),
            margin=6.0,
            views=("side", "oblique"),
            cue="Keep your knees straight, or as straight as your hamstrings allow.",
            why="Bent knees shorten the lever, and the trunk has less to hold.",
            source="ExRx, lying leg raise: knees straight or nearly so",
            error=6.0,
        ),
        Criterion(
            id="legs_low",
            title="Legs lowered all the way",
            measure=at_start(hip_flexion),
            good=(-INF, 12.0),
            margin=4.0,
            views=("side", "oblique"),
            cue="Lower your legs until your heels are just above the floor.",
            why="Near the floor the legs pull hardest, and the abdominals must hold the back.",
            source="ExRx, lying leg raise: return until hips and knees are extended",
            error=4.0,
        ),
        Criterion(
            id="shoulders_down",
            title="Head and shoulders stay down",
            measure=at_turn(trunk_lean),
            good=(-INF, -82.0),
            margin=4.0,
            views=("side", "oblique"),
            cue="Leave your head and shoulders on the floor.",
            why="Pulling the shoulders up strains the neck and helps the legs with swing.",
            source="ACE exercise library, supine leg raise: head, shoulders and back on the mat",
            error=3.0,
        ),
        Criterion(
            id="controlled_lowering",
            title="Lowered under control",
            measure=SpeedRatio(hip_flexion),
            good=(-INF, 1.0),
            margin=0.1,
            views=("side", "oblique"),
            cue="Lower your legs slowly instead of letting them drop.",
            why="Dropping legs pull the lower back into an arch.",
            source="ACE exercise library, supine leg raise: lower slowly, the back pressed to the mat",
            error=0.1,
        ),
    ),
    motion=Motion(
        # From heels just over the floor to thighs vertical with straight knees, arms beside the body: ExRx; ACE.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=-89, neck_flexion_deg=4),
                    Leg(hip_flexion_deg=3, knee_flexion_deg=6, ankle_dorsiflexion_deg=-15, foot_angle_deg=6),
                    Arm(
                        shoulder_flexion_deg=-5,
                        shoulder_abduction_deg=16,
                        elbow_flexion_deg=10,
                        forearm_pronation_deg=170,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=-90, neck_flexion_deg=4),
                    Leg(hip_flexion_deg=92, knee_flexion_deg=9, ankle_dorsiflexion_deg=-5, foot_angle_deg=6),
                    Arm(
                        shoulder_flexion_deg=-5,
                        shoulder_abduction_deg=16,
                        elbow_flexion_deg=10,
                        forearm_pronation_deg=170,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.4, hold_s=0.2, back_s=1.9, rest_s=0.4),
        support="seat",
        furniture="mat",
        source="ExRx, lying leg raise; ACE exercise library, supine leg raise",
    ),
    faults=(
        Fault(
            "legs_vertical",
            (Shift(Pose(leg=Leg(hip_flexion_deg=-42)), at=(1,)),),
            source="ExRx, lying leg raise: thighs vertical; here the legs stop half way",
        ),
        Fault(
            "legs_straight",
            (Shift(Pose(leg=Leg(knee_flexion_deg=66)), at=(1,)), Shift(Pose(leg=Leg(knee_flexion_deg=8)), at=(0,))),
            source="ExRx: with bent knees it is the lying leg-hip raise; here they fold to a right angle's tuck",
        ),
        Fault(
            "legs_low",
            (Shift(Pose(leg=Leg(hip_flexion_deg=42)), at=(0,)),),
            source="ExRx, lying leg raise: hips extended; here the legs turn round some 45 degrees over the floor",
        ),
        Fault(
            "shoulders_down",
            (
                Shift(
                    Pose(Trunk(lumbar_flexion_deg=22, thoracic_flexion_deg=40, neck_flexion_deg=26)),
                    at=(1,),
                ),
            ),
            source="ACE exercise library: shoulders on the mat; here they come up as in a crunch of 30 to 40 degrees",
        ),
        Fault(
            "controlled_lowering",
            (Tempo("back", 0.35),),
            source="ACE exercise library: lower slowly; here the legs drop in about 0.7 s",
        ),
    ),
)
