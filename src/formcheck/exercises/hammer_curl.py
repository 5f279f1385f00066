"""The hammer curl: a curl with dumbbells, the palms facing each other all the way."""

from formcheck.body.quantities import arm_elevation, elbow_flexion, trunk_lean
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shift, Tempo, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    Posture,
    SpeedRatio,
    at_start,
    at_turn,
    lowest,
    travel,
)

EXERCISE = Exercise(
    name="hammer curl",
    aliases=("dumbbell hammer curl", "hammer biceps curl", "hammer bicep curl", "neutral grip curl"),
    driving=Driving(elbow_flexion, least=40.0),
    postures=(Posture(trunk_lean, -35.0, 35.0), Posture(arm_elevation, high=60.0)),
    eccentric_first=False,
    lift=Lift("wrist"),
    equipment=("dumbbells",),
    muscles=("brachioradialis", "brachialis", "biceps brachii"),
    criteria=(
        Criterion(
            id="elbows_still",
            title="Elbows still at the sides",
            measure=travel(arm_elevation),
            good=(-INF, 20.0),
            margin=7.0,
            views=("side",),
            cue="Keep your elbows under your shoulders and move only your forearms.",
            why="Elbows that travel forward let the shoulders carry the dumbbells.",
            source="ACE exercise library, hammer curl: upper arms stay still beside the trunk",
            error=3.0,
        ),
        Criterion(
            id="full_curl",
            title="Dumbbells all the way up",
            measure=at_turn(elbow_flexion),
            good=(112.0, INF),
            margin=6.0,
            views=("side", "oblique"),
            cue="Curl until the upper ends of the dumbbells are near your shoulders.",
            why="A curl that stops half way leaves out where the elbow flexors are shortest.",
            source="NSCA Exercise Technique Manual, hammer curl: dumbbells near the front deltoids",
            error=5.0,
        ),
        Criterion(
            id="full_extension",
            title="Arms straight at the bottom",
            measure=at_start(elbow_flexion, "low"),
            good=(-INF, 24.0),
            margin=7.0,
            views=("side", "oblique"),
            cue="Lower the dumbbells until your arms hang straight beside your thighs.",
            why="The stretched part of the way builds the most strength.",
            source="NSCA Exercise Technique Manual: elbows fully extended at the bottom",
            error=4.0,
        ),
        Criterion(
            id="no_lean_back",
            title="Trunk still",
            measure=lowest(trunk_lean, since="start"),
            good=(-5.0, INF),
            margin=3.0,
            views=("side",),
            cue="Stand tall with your ribs down, and take lighter dumbbells if you must lean back.",
            why="Leaning back throws the weight up and hollows the lower back.",
            source="ACE exercise library, hammer curl: no arching of the back, no rocking",
            error=2.0,
        ),
        Criterion(
            id="controlled_lowering",
            title="Slow on the way down",
            measure=SpeedRatio(elbow_flexion),
            good=(-INF, 1.2),
            margin=0.15,
            views=("side", "oblique", "front", "back"),
            cue="Lower the dumbbells at least as slowly as you lifted them.",
            why="Dropping the weight gives away the lengthening half of the work.",
            source="ACE exercise library, hammer curl: slow, controlled return",
            error=0.15,
        ),
    ),
    motion=Motion(
        # The forearm stays half way between palm up and palm down: thumbs lead. No criterion judges the grip, since the
        # estimator does not see how a closed hand is turned.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=1),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.05, load=0.5),
                    Arm(
                        shoulder_flexion_deg=7, shoulder_abduction_deg=9, elbow_flexion_deg=11, forearm_pronation_deg=90
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=0),
                    Leg(knee_flexion_deg=7, shin_lean_deg=4, foot_angle_deg=12, step_out=0.05, load=0.5),
                    Arm(
                        shoulder_flexion_deg=12,
                        shoulder_abduction_deg=8,
                        elbow_flexion_deg=130,
                        forearm_pronation_deg=90,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.2, hold_s=0.2, back_s=1.4, rest_s=0.35),
        equipment="dumbbells",
        source="NSCA Exercise Technique Manual, hammer curl; elbow flexion ends at 140-150 degrees (AAOS 1965)",
    ),
    faults=(
        Fault(
            "elbows_still",
            (Shift(Pose(arm=Arm(shoulder_flexion_deg=54)), at=(1,)),),
            source="ACE exercise library, hammer curl: upper arms still; here they swing forward 50 degrees",
        ),
        Fault(
            "full_curl",
            (Blend(1, 0, 0.54),),
            source="NSCA Exercise Technique Manual: dumbbells up to the shoulders; here half way",
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
            source="ACE exercise library, hammer curl: no arching; back extension ends at 20-30 degrees (AAOS 1965)",
        ),
        Fault(
            "controlled_lowering",
            (Tempo("back", 0.27), Tempo("hold", 0.5)),
            source="ACE exercise library, hammer curl: slow return; here the weight drops in a quarter of the time",
        ),
    ),
)
