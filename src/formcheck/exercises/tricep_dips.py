"""The dip on parallel bars, upright, for the triceps."""

from formcheck.body.foreshortening import arm_bend_below
from formcheck.body.quantities import (
    ankle_ahead_of_hand,
    elbow_flexion,
    elbow_outside_hand,
    shoulder_over_hand,
    trunk_lean,
)
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shake, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    Posture,
    at_start,
    at_turn,
    highest,
    travel,
)

_LEGS = Leg(hip_flexion_deg=-4, knee_flexion_deg=82, ankle_dorsiflexion_deg=-24)

EXERCISE = Exercise(
    name="tricep dips",
    aliases=("dips", "triceps dips", "tricep dip", "parallel bar dips", "bar dips", "dip"),
    driving=Driving(arm_bend_below, least=20.0, shown=elbow_flexion),
    postures=(Posture(shoulder_over_hand, low=0.3), Posture(trunk_lean, -30.0, 65.0)),
    lift=Lift("shoulder", body=True),
    equipment=("parallel bars",),
    muscles=("triceps brachii", "pectoralis major", "anterior deltoid"),
    criteria=(
        Criterion(
            id="full_depth",
            title="Upper arms down to level",
            measure=at_turn(elbow_flexion),
            good=(86.0, INF),
            margin=6.0,
            views=("side", "oblique"),
            cue="Lower yourself until your upper arms are level with the floor.",
            why="The lower half is where the triceps are stretched and work hardest.",
            source="NSCA Exercise Technique Manual: lower until the upper arms are parallel to the floor",
            error=6.0,
        ),
        Criterion(
            id="full_lockout",
            title="Arms straight at the top",
            measure=at_start(elbow_flexion, "low"),
            good=(-INF, 18.0),
            margin=5.0,
            views=("side", "oblique"),
            cue="Press all the way up until your arms are straight.",
            why="Stopping short leaves out the part that only the triceps do.",
            source="NSCA Exercise Technique Manual: elbows fully extended at the top",
            error=6.0,
        ),
        Criterion(
            id="trunk_upright",
            title="Trunk upright",
            measure=at_turn(trunk_lean),
            good=(-INF, 23.0),
            margin=3.5,
            views=("side",),
            cue="Keep your chest up and your trunk upright, with your weight straight over your hands.",
            why="Leaning forward moves the work from the triceps to the chest.",
            source="ExRx.net, triceps dip: body upright, whereas the chest dip leans forward",
            error=2.0,
        ),
        Criterion(
            id="elbows_back",
            title="Elbows point back",
            measure=highest(elbow_outside_hand),
            good=(-INF, 0.08),
            margin=0.04,
            views=("front", "back"),
            cue="Let your elbows point straight back, close to your body.",
            why="Elbows flared to the side turn the shoulders inwards under load.",
            source="ACE exercise library, dips: elbows close to the body, pointing backwards",
            error=0.03,
        ),
        Criterion(
            id="no_swing",
            title="Legs stay still",
            measure=travel(ankle_ahead_of_hand),
            good=(-INF, 0.24),
            margin=0.055,
            views=("side",),
            cue="Cross your feet and keep your legs still while you press.",
            why="Swinging legs throw the body up instead of the arms pressing it.",
            source="NSCA Exercise Technique Manual: no swinging",
            error=0.03,
        ),
    ),
    motion=Motion(
        # Elbows to a right angle, forearms upright, shoulders no lower: NSCA manual; McKenzie et al. 2022.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=5, neck_flexion_deg=-3),
                    _LEGS,
                    Arm(shoulder_flexion_deg=-8, shoulder_abduction_deg=12, elbow_flexion_deg=9),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=17, thoracic_flexion_deg=3, neck_flexion_deg=-10),
                    _LEGS,
                    Arm(shoulder_flexion_deg=-60, shoulder_abduction_deg=14, elbow_flexion_deg=98),
                ),
            ),
        ),
        timing=Timing(out_s=1.4, hold_s=0.15, back_s=1.1, rest_s=0.5),
        support="hands on bars",
        furniture="dip bars",
        grip_width=1.45,
        source="NSCA Exercise Technique Manual; McKenzie et al. 2022, Int J Environ Res Public Health 19(20)",
    ),
    faults=(
        Fault(
            "full_depth",
            (Blend(1, 0, 0.58),),
            source="NSCA Exercise Technique Manual: upper arms level with the floor; here less than half of the way",
        ),
        Fault(
            "full_lockout",
            (Shift(Pose(arm=Arm(elbow_flexion_deg=50)), at=(0,)),),
            source="NSCA Exercise Technique Manual: elbows extended; here bent by some 50 degrees",
        ),
        Fault(
            "trunk_upright",
            # The chest dip: the trunk leans forward over the hands, the legs come forward to balance it.
            (
                Shift(Pose(Trunk(pelvis_tilt_deg=10, neck_flexion_deg=-6), Leg(hip_flexion_deg=22)), at=(0,)),
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=22, thoracic_flexion_deg=6, neck_flexion_deg=-14),
                        Leg(hip_flexion_deg=40),
                    ),
                    at=(1,),
                ),
            ),
            source="ExRx.net, chest dip: the trunk leaned forward; here by some 25 degrees more",
        ),
        Fault(
            "elbows_back",
            (
                Shift(Pose(arm=Arm(shoulder_abduction_deg=42))),
                Shift(Pose(arm=Arm(shoulder_flexion_deg=22)), at=(1,)),
            ),
            source="ACE exercise library, dips: elbows backwards; here out at 55 degrees",
            also=("full_depth",),  # from the side, an elbow that bends outwards looks straighter
        ),
        Fault(
            "no_swing",
            (
                Shake(
                    Pose(Trunk(pelvis_tilt_deg=5), Leg(hip_flexion_deg=40, knee_flexion_deg=-16)),
                    rate_hz=0.8,
                    between=(-0.2, 2.2),
                ),
            ),
            source="NSCA Exercise Technique Manual: no swinging; here the legs kick as in a kip",
        ),
    ),
)
