"""The barbell biceps curl."""

from formcheck.body.quantities import arm_elevation, elbow_flexion, trunk_lean
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Lift, at_start, at_turn, lowest, travel

EXERCISE = Exercise(
    name="barbell biceps curl",
    aliases=("barbell curl", "biceps curl", "bicep curl", "barbell bicep curl", "dumbbell biceps curl", "curl"),
    driving=Driving(elbow_flexion, least=45.0),
    eccentric_first=False,
    lift=Lift("wrist"),
    equipment=("barbell", "dumbbells"),
    muscles=("biceps brachii", "brachialis", "brachioradialis"),
    criteria=(
        Criterion(
            id="elbows_still",
            title="Elbows still at the sides",
            measure=travel(arm_elevation),
            good=(-INF, 18.0),
            margin=6.0,
            views=("side",),
            cue="Pin your elbows to your sides and move only your forearms.",
            why="Swinging upper arms let the shoulders do the work of the biceps.",
            source="NSCA manual: upper arms stationary against the sides",
            error=5.0,
        ),
        Criterion(
            id="full_curl",
            title="Bar all the way up",
            measure=at_turn(elbow_flexion),
            good=(120.0, INF),
            margin=7.0,
            views=("side", "oblique"),
            cue="Curl the bar until it is near your shoulders.",
            why="The top part is where the biceps is shortest.",
            source="NSCA manual: bar to within 4 to 6 inches of the front deltoids",
            error=8.0,
        ),
        Criterion(
            id="full_extension",
            title="Arms straight at the bottom",
            measure=at_start(elbow_flexion, "low"),
            good=(-INF, 28.0),
            margin=8.0,
            views=("side", "oblique"),
            cue="Lower the bar until your arms are straight.",
            why="The stretched part of the way builds the most strength.",
            source="NSCA manual: elbows fully extended",
            error=7.0,
        ),
        Criterion(
            id="no_lean_back",
            title="Trunk still",
            measure=lowest(trunk_lean, since="start"),
            good=(-5.0, INF),
            margin=3.0,
            views=("side",),
            cue="Stand tall and still: if you must lean back, the bar is too heavy.",
            why="Leaning back throws the weight up and strains the lower back.",
            source="NSCA manual: torso erect, no swinging",
            error=3.0,
        ),
    ),
    motion=Motion(
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=1),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.05, load=0.5),
                    Arm(shoulder_flexion_deg=9, shoulder_abduction_deg=5, elbow_flexion_deg=11, wrist_flexion_deg=4),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=0),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.05, load=0.5),
                    Arm(shoulder_flexion_deg=13, shoulder_abduction_deg=5, elbow_flexion_deg=133, wrist_flexion_deg=8),
                ),
            ),
        ),
        timing=Timing(out_s=1.2, hold_s=0.2, back_s=1.4, rest_s=0.35),
        equipment="barbell",
        source="NSCA Exercise Technique Manual, biceps curl; elbow flexion ends at 140-150 degrees (AAOS 1965)",
    ),
    faults=(
        Fault(
            "elbows_still",
            (Shift(Pose(arm=Arm(shoulder_flexion_deg=54)), at=(1,)),),
            source="NSCA Exercise Technique Manual: upper arms still; here they swing forward 45 degrees",
        ),
        Fault(
            "full_curl",
            (Blend(1, 0, 0.54),),
            source="NSCA Exercise Technique Manual: bar up to the shoulders; here half way",
        ),
        Fault(
            "full_extension",
            (Shift(Pose(arm=Arm(elbow_flexion_deg=56)), at=(0,)),),
            source="NSCA Exercise Technique Manual: elbows fully extended; here bent by some 65 degrees",
        ),
        Fault(
            "no_lean_back",
            # Hips forward, back hollow, shoulders behind the hips.
            (
                Shift(
                    Pose(
                        Trunk(
                            pelvis_tilt_deg=-10, lumbar_flexion_deg=-12, thoracic_flexion_deg=-4, neck_flexion_deg=10
                        ),
                        Leg(knee_flexion_deg=8, shin_lean_deg=9),
                    ),
                    at=(1,),
                ),
                Shift(Pose(Trunk(pelvis_tilt_deg=4)), at=(0,)),
            ),
            source="NSCA Exercise Technique Manual: trunk erect; back extension ends at 20-30 degrees (AAOS 1965)",
        ),
    ),
)
