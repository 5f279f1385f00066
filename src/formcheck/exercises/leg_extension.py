"""The leg extension on a machine: seated, shins up against a pad."""

from formcheck.body.foreshortening import feet_hang
from formcheck.body.quantities import feet_uneven, knee_flexion, trunk_lean
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
    travel,
)

EXERCISE = Exercise(
    name="leg extension",
    aliases=("leg extensions", "knee extension", "quad extension", "seated leg extension", "machine leg extension"),
    driving=Driving(feet_hang, least=28.0, shown=knee_flexion, falls=True),
    eccentric_first=False,
    phases=("extend", "lower"),
    lift=Lift(None),
    equipment=("leg extension machine",),
    muscles=("quadriceps",),
    criteria=(
        Criterion(
            id="full_extension",
            title="Knees straight at the top",
            measure=at_turn(knee_flexion),
            good=(-INF, 20.0),
            margin=6.0,
            views=("side", "oblique"),
            cue="Lift the pad until your knees are straight.",
            why="The last degrees are where the inner part of the thigh works hardest.",
            source="NSCA, Exercise Technique Manual for Resistance Training, 4th ed.: knees fully extended",
            error=6.0,
        ),
        Criterion(
            id="full_bend",
            title="Knees bent to a right angle at the bottom",
            measure=at_start(knee_flexion, "low"),
            good=(88.0, INF),
            margin=5.0,
            views=("side", "oblique"),
            cue="Lower the pad until your knees are bent to a right angle.",
            why="Short repetitions leave out the stretched part, which builds the most muscle.",
            source="ACE exercise library: start with the knees at 90 degrees",
            error=6.0,
        ),
        Criterion(
            id="back_on_pad",
            title="Back against the pad",
            measure=travel(trunk_lean),
            good=(-INF, 7.0),
            margin=3.0,
            views=("side",),
            cue="Press your back into the pad, hold the handles and move only your shins.",
            why="A body that rocks throws the weight up and loads the lower back.",
            source="NSCA manual: back and thighs stay on the pads",
            error=2.0,
        ),
        Criterion(
            id="legs_even",
            title="Both legs lift alike",
            measure=at_turn(feet_uneven),
            good=(-INF, 0.14),
            margin=0.07,
            views=("front", "back", "oblique"),
            cue="Lift with both legs alike, so that both feet arrive together.",
            why="One leg doing more builds an imbalance.",
            source="NSCA manual: legs stay parallel to each other",
            error=0.06,
        ),
        Criterion(
            id="no_kick",
            title="Pad lifted without a kick",
            measure=SpeedRatio(knee_flexion),
            good=(0.5, INF),
            margin=0.1,
            views=("side", "oblique"),
            cue="Lift the pad smoothly, without kicking it up.",
            why="A kick throws the pad through the part that should train and jerks the knee.",
            source="NSCA manual: extend slowly and under control",
            error=0.1,
        ),
        Criterion(
            id="controlled_return",
            title="Pad lowered under control",
            measure=SpeedRatio(knee_flexion),
            good=(-INF, 1.3),
            margin=0.2,
            views=("side", "oblique"),
            cue="Lower the pad slowly, taking about two seconds.",
            why="A pad that drops wastes the lowering, which is half of the exercise.",
            source="ACSM position stand 2009, Med Sci Sports Exerc 41(3): lowering at least as slow as lifting",
            error=0.2,
        ),
    ),
    motion=Motion(
        # From 95 degrees of knee flexion to nearly straight, hands beside the hips: NSCA manual; ACE exercise library.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=-14, thoracic_flexion_deg=3),
                    Leg(hip_flexion_deg=78, hip_abduction_deg=3, knee_flexion_deg=96, ankle_dorsiflexion_deg=5),
                    Arm(shoulder_flexion_deg=-20, shoulder_abduction_deg=13, elbow_flexion_deg=30),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=-14, thoracic_flexion_deg=3),
                    Leg(hip_flexion_deg=78, hip_abduction_deg=3, knee_flexion_deg=5, ankle_dorsiflexion_deg=8),
                    Arm(shoulder_flexion_deg=-20, shoulder_abduction_deg=13, elbow_flexion_deg=30),
                ),
            ),
        ),
        timing=Timing(out_s=1.1, hold_s=0.3, back_s=1.5, rest_s=0.4),
        support="seat",
        seat_height=0.56,
        equipment="leg pad",
        furniture="seat with back",
        source="NSCA Exercise Technique Manual, leg extension; ACE exercise library",
    ),
    faults=(
        Fault(
            "full_extension",
            (Blend(1, 0, 0.42),),
            source="NSCA Exercise Technique Manual: knees fully extended; here bent by some 45 degrees",
        ),
        Fault(
            "full_bend",
            (Blend(0, 1, 0.45),),
            source="ACE exercise library: from 90 degrees; here from 55",
        ),
        Fault(
            "back_on_pad",
            # The trunk comes forward off the pad as the shins rise, and falls back.
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=16, lumbar_flexion_deg=10, thoracic_flexion_deg=6, neck_flexion_deg=6),
                        Leg(hip_flexion_deg=16),
                        Arm(shoulder_flexion_deg=-18, elbow_flexion_deg=14),
                    ),
                    at=(1,),
                ),
            ),
            source="NSCA Exercise Technique Manual: back on the pad; here the shoulders a hand's length before it",
        ),
        Fault(
            "legs_even",
            # The working side arrives, the other stops 40 degrees short.
            (Shift(Pose(leg=Leg(), other_leg=Leg(knee_flexion_deg=42)), at=(1,)),),
            also=("full_extension",),
            source="NSCA Exercise Technique Manual: legs parallel; here one foot a hand's length behind",
        ),
        Fault(
            "no_kick",
            (Tempo("out", 0.3),),
            source="NSCA Exercise Technique Manual: slowly and under control; here in a third of a second",
        ),
        Fault(
            "controlled_return",
            (Tempo("back", 0.3),),
            source="ACSM position stand 2009: slow to moderate lowering; here in less than half a second",
        ),
    ),
)
