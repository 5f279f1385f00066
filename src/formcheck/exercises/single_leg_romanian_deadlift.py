"""The single-leg Romanian deadlift, with the five criteria of ALEX-GYM-1 (ICINCO 2025)."""

from formcheck.body.quantities import head_over_foot, knee_flexion, leg_bend, middle_length, trunk_lean
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Shake, Shift, Tempo, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    SpeedRatio,
    at_turn,
    change,
    standing_leg,
    travel,
)

EXERCISE = Exercise(
    name="single-leg romanian deadlift",
    aliases=("single leg rdl", "sl rdl", "one leg romanian deadlift", "single leg deadlift"),
    driving=Driving(trunk_lean, least=30.0, side_of=standing_leg),
    lift=Lift("wrist"),
    equipment=("none", "dumbbell", "kettlebell"),
    muscles=("hamstrings", "gluteus maximus", "gluteus medius", "erector spinae"),
    criteria=(
        Criterion(
            id="balance",
            title="Balance kept",
            measure=travel(head_over_foot, limbs="working"),
            good=(-INF, 0.22),
            margin=0.05,
            views=("front", "back"),
            cue="Grip the floor with your standing foot and keep your hips still over it.",
            why="A swaying hip means that the muscles beside it have stopped working.",
            source="ALEX-GYM-1, ICINCO 2025; ACE exercise library: hips level and square",
            error=0.05,
        ),
        Criterion(
            id="back_straight",
            title="Back straight",
            measure=change(middle_length),
            good=(-8.0, INF),
            margin=2.0,
            views=("side",),
            cue="Keep your back long and flat from head to tail.",
            why="A rounded back takes the stretch away from the hamstrings and puts it on the discs.",
            source="McGill, Low Back Disorders, 3rd ed.; rounding shortens the line from hip to ear",
            error=2.0,
        ),
        Criterion(
            id="leg_extension",
            title="Free leg long and in line with the trunk",
            measure=at_turn(leg_bend, limbs="other"),
            good=(-INF, 17.0),
            margin=6.0,
            views=("side", "oblique"),
            cue="Push your free heel straight back until leg and trunk make one line.",
            why="The free leg is the counterweight that lets the hip hinge.",
            source="ACE exercise library: raised leg in line with the torso",
            error=8.0,
        ),
        Criterion(
            id="controlled_reverse",
            title="Controlled way back up",
            measure=SpeedRatio(trunk_lean),
            good=(-INF, 1.7),
            margin=0.3,
            views=("side", "oblique", "front", "back"),
            cue="Come up as slowly as you went down.",
            why="A jerk at the bottom loads the hamstring when it is longest.",
            source="NSCA manual: controlled tempo in both directions",
            error=0.3,
        ),
        Criterion(
            id="support_knee_bent",
            title="Standing knee slightly bent",
            measure=at_turn(knee_flexion, limbs="working"),
            good=(12.5, 50.0),
            margin=3.5,
            views=("side",),
            cue="Keep a soft bend of about 20 degrees in your standing knee.",
            why="A locked knee leaves the joint, not the muscles, to hold the weight.",
            source="NSCA manual, Romanian deadlift: knees slightly flexed, about 15 to 20 degrees",
            error=4.0,
        ),
    ),
    motion=Motion(
        # Trunk and free leg in one line, nearly level, the standing knee soft: ACE; NSCA manual.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(shift=0.055),
                    Leg(knee_flexion_deg=8, shin_lean_deg=5, foot_angle_deg=5, load=1),
                    Arm(shoulder_abduction_deg=7, elbow_flexion_deg=10, forearm_pronation_deg=120),
                    Leg(hip_flexion_deg=4, hip_abduction_deg=2, knee_flexion_deg=24, ankle_dorsiflexion_deg=-5),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=74, shift=0.055, thoracic_flexion_deg=2, neck_flexion_deg=-22),
                    Leg(knee_flexion_deg=22, shin_lean_deg=7, foot_angle_deg=5, load=1),
                    Arm(shoulder_abduction_deg=4, elbow_flexion_deg=8, forearm_pronation_deg=120),
                    Leg(hip_flexion_deg=-2, hip_abduction_deg=2, knee_flexion_deg=8, ankle_dorsiflexion_deg=5),
                ),
            ),
        ),
        timing=Timing(out_s=2.0, hold_s=0.25, back_s=1.8, rest_s=0.6),
        working="one",
        free_leg=True,
        arms_hang=True,
        source="ACE exercise library, single-leg Romanian deadlift; NSCA Exercise Technique Manual",
    ),
    faults=(
        Fault(
            "balance",
            # The hip sways to both edges of the standing foot (half a foot's breadth is 5 cm) and beyond.
            (
                Shake(
                    Pose(
                        Trunk(shift=0.13, pelvis_roll_deg=9, pelvis_turn_deg=7, side_bend_deg=-8),
                        Leg(knee_flexion_deg=4),
                        Arm(shoulder_abduction_deg=14),
                    ),
                    rate_hz=0.8,
                    between=(0.25, 1.9),
                ),
                Shift(Pose(arm=Arm(shoulder_abduction_deg=22)), at=(1,)),
            ),
            source="ALEX-GYM-1, ICINCO 2025; foot breadth 0.055 of stature (Drillis & Contini 1966)",
        ),
        Fault(
            "back_straight",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=-24, lumbar_flexion_deg=40, thoracic_flexion_deg=28, neck_flexion_deg=4),
                        leg=Leg(),
                        other_leg=Leg(hip_flexion_deg=-16),
                    ),
                    at=(1,),
                ),
            ),
            source="McGill, Low Back Disorders, 3rd ed.: full lumbar flexion in stooping is 45-50 degrees",
        ),
        Fault(
            "leg_extension",
            (Shift(Pose(leg=Leg(), other_leg=Leg(hip_flexion_deg=72, knee_flexion_deg=40)), at=(1,)),),
            source="ACE exercise library: the raised leg stays in line with the trunk; here it hangs bent",
        ),
        Fault(
            "controlled_reverse",
            (Tempo("back", 0.27), Tempo("hold", 0.4)),
            source="NSCA Exercise Technique Manual: up in the tempo of the way down; here in a quarter of the time",
        ),
        Fault(
            "support_knee_bent",
            (
                Shift(Pose(leg=Leg(knee_flexion_deg=-23, shin_lean_deg=-9), other_leg=Leg()), at=(1,)),
                Shift(Pose(leg=Leg(knee_flexion_deg=-5, shin_lean_deg=-3), other_leg=Leg()), at=(0,)),
            ),
            source="NSCA Exercise Technique Manual: knees slightly flexed; here locked",
        ),
    ),
)
