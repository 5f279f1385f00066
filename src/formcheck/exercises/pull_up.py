"""The pull up."""

from formcheck.body.quantities import (
    ankle_ahead_of_hand,
    elbow_flexion,
    mouth_over_hand,
    shoulder_over_hand,
    shoulder_tilt,
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
    strongest,
    travel,
)

EXERCISE = Exercise(
    name="pull up",
    aliases=("pullup", "chin up", "chin-up"),
    driving=Driving(shoulder_over_hand, least=0.2, shown=elbow_flexion, views=("front", "back", "oblique", "side")),
    postures=(Posture(shoulder_over_hand, high=0.1),),
    eccentric_first=False,
    lift=Lift("shoulder", body=True),
    equipment=("pull-up bar",),
    muscles=("latissimus dorsi", "biceps brachii", "teres major", "rhomboids"),
    criteria=(
        Criterion(
            id="chin_over_bar",
            title="Chin over the bar",
            measure=at_turn(mouth_over_hand),
            good=(0.0, INF),
            margin=0.1,
            views=("front", "side", "back", "oblique"),
            cue="Pull until your chin is over the bar.",
            why="The last part is where the back muscles shorten fully.",
            source="US Marine Corps physical fitness test: the chin above the bar",
            error=0.07,
        ),
        Criterion(
            id="full_hang",
            title="Arms straight at the bottom",
            measure=at_start(elbow_flexion, "low"),
            good=(-INF, 19.0),
            margin=6.0,
            views=("front", "back", "side", "oblique"),
            cue="Lower yourself until your arms are straight before the next pull.",
            why="Half-lowered repetitions skip the stretch of the back.",
            source="US Marine Corps physical fitness test: arms fully extended",
            error=8.0,
        ),
        Criterion(
            id="no_swing",
            title="No swing",
            measure=travel(ankle_ahead_of_hand),
            good=(-INF, 0.85),
            margin=0.12,
            views=("side",),
            cue="Squeeze your legs together and pull without swinging.",
            why="Momentum replaces the muscles and jerks the shoulder.",
            source="US Marine Corps physical fitness test: no kipping",
            error=0.08,
        ),
        Criterion(
            id="even_pull",
            title="Both arms pull evenly",
            measure=strongest(shoulder_tilt),
            good=(-4.5, 4.5),
            margin=2.0,
            views=("front", "back"),
            cue="Pull with both arms and keep your shoulders level.",
            why="One arm doing more builds an imbalance and twists the spine.",
            source="NSCA manual: symmetrical pull",
            error=3.0,
        ),
    ),
    motion=Motion(
        # Overhand, from a full hang until the chin is over the bar, leaning back a little.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(neck_flexion_deg=-6),
                    Leg(hip_flexion_deg=3, knee_flexion_deg=16, ankle_dorsiflexion_deg=-22),
                    Arm(shoulder_flexion_deg=172, shoulder_abduction_deg=50, elbow_flexion_deg=8),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=-17, thoracic_flexion_deg=-6, neck_flexion_deg=-14),
                    Leg(hip_flexion_deg=14, knee_flexion_deg=24, ankle_dorsiflexion_deg=-22),
                    Arm(shoulder_flexion_deg=40, shoulder_abduction_deg=40, elbow_flexion_deg=148),
                ),
            ),
        ),
        timing=Timing(out_s=1.2, hold_s=0.2, back_s=1.3, rest_s=0.5),
        support="bar overhead",
        equipment="pull-up bar",
        grip_width=1.4,
        source="US Marine Corps physical fitness test; NSCA Exercise Technique Manual",
    ),
    faults=(
        Fault(
            "chin_over_bar",
            (Blend(1, 0, 0.26),),
            source="US Marine Corps physical fitness test: the chin passes the bar; here the eyes reach it",
        ),
        Fault(
            "full_hang",
            (Shift(Pose(arm=Arm(elbow_flexion_deg=58, shoulder_flexion_deg=-20)), at=(0,)),),
            source="US Marine Corps physical fitness test: arms fully extended; here bent by some 60 degrees",
        ),
        Fault(
            "no_swing",
            # The whole body swings and the hips snap, as in a kip.
            (
                Shake(
                    Pose(Trunk(swing_deg=16), Leg(hip_flexion_deg=18, knee_flexion_deg=12)),
                    rate_hz=0.75,
                    between=(-0.2, 2.2),
                ),
            ),
            source="Dinunzio et al. 2019, Sports Biomech: strict and kipping pull-ups",
        ),
        Fault(
            "even_pull",
            # One shoulder arrives first: the line of the shoulders tilts some 18 degrees.
            (
                Shift(
                    Pose(
                        Trunk(pelvis_roll_deg=5, side_bend_deg=18),
                        arm=Arm(),
                        other_arm=Arm(elbow_flexion_deg=-28),
                    ),
                    at=(1,),
                ),
            ),
            source="NSCA Exercise Technique Manual: both arms pull alike; here one shoulder leads by a hand",
        ),
    ),
)
