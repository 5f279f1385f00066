"""The T-bar row: bent over, a bar between the legs pulled to the chest."""

from formcheck.body.quantities import back_for_limbs, elbow_flexion, shoulder_flexion, trunk_lean
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    Posture,
    at_start,
    at_turn,
    throughout,
    travel,
)

EXERCISE = Exercise(
    name="t bar row",
    aliases=("landmine row", "bent over t bar row", "t bar bent over row"),
    driving=Driving(elbow_flexion, least=32.0, views=("side", "oblique", "back", "front")),
    postures=(Posture(trunk_lean, 10.0, 78.0),),
    eccentric_first=False,
    lift=Lift("wrist"),
    equipment=("T-bar", "landmine", "weight plates"),
    muscles=("latissimus dorsi", "rhomboids", "trapezius", "deltoid, rear part", "biceps brachii"),
    criteria=(
        Criterion(
            id="elbows_past_trunk",
            title="Elbows pulled past the trunk",
            measure=at_turn(shoulder_flexion),
            good=(-INF, -15.0),
            margin=5.0,
            views=("side",),
            cue="Pull until your elbows are behind your trunk and squeeze your shoulder blades together.",
            why="The last part of the pull is where the muscles between the shoulder blades work.",
            source="ACE exercise library, bent-over row: elbows past the trunk",
            error=4.0,
        ),
        Criterion(
            id="full_stretch",
            title="Arms straight at the bottom",
            measure=at_start(elbow_flexion, "low"),
            good=(-INF, 19.0),
            margin=5.0,
            views=("side", "oblique"),
            cue="Let the bar down until your arms are straight before the next pull.",
            why="The back muscles get stretched only when the arms hang long.",
            source="NSCA Exercise Technique Manual, bent-over row: elbows fully extended",
            error=3.0,
        ),
        Criterion(
            id="bent_over",
            title="Trunk bent well forward",
            measure=throughout(trunk_lean),
            good=(38.5, INF),
            margin=3.0,
            views=("side",),
            cue="Hinge at the hips until your trunk leans about 45 degrees.",
            why="The more upright you stand, the more the pull becomes a shrug.",
            source="ACE exercise library, bent-over row: hinge to about 45 degrees or lower",
            error=2.0,
        ),
        Criterion(
            id="back_flat",
            title="Back flat",
            measure=throughout(back_for_limbs),
            good=(98.0, INF),
            margin=2.5,
            views=("side",),
            cue="Lift your chest and keep your back flat from hips to neck.",
            why="A rounded back carries the load on its discs and ligaments.",
            source="McGill, Low Back Disorders, 3rd ed.; rounding shortens the line from hip to ear",
            error=2.0,
        ),
        Criterion(
            id="no_jerk",
            title="Trunk still",
            measure=travel(trunk_lean),
            good=(-INF, 11.0),
            margin=3.5,
            views=("side",),
            cue="Keep your trunk at one angle and let only your arms move.",
            why="Heaving with the back turns the row into a half deadlift.",
            source="NSCA Exercise Technique Manual, bent-over row: torso rigid, no jerking",
            error=2.0,
        ),
    ),
    motion=Motion(
        # Bent over about 45 degrees, knees soft, the bar between the legs; the handle comes to the lower chest.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=48, neck_flexion_deg=-24),
                    Leg(knee_flexion_deg=32, shin_lean_deg=8, foot_angle_deg=14, step_out=0.10, load=0.5),
                    Arm(
                        shoulder_flexion_deg=4, shoulder_abduction_deg=0, elbow_flexion_deg=8, forearm_pronation_deg=90
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=47, thoracic_flexion_deg=-4, neck_flexion_deg=-22),
                    Leg(knee_flexion_deg=32, shin_lean_deg=8, foot_angle_deg=14, step_out=0.10, load=0.5),
                    Arm(
                        shoulder_flexion_deg=-80,
                        shoulder_abduction_deg=14,
                        shoulder_rotation_deg=-30,
                        elbow_flexion_deg=112,
                        forearm_pronation_deg=90,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.0, hold_s=0.3, back_s=1.3, rest_s=0.35),
        arms_hang=True,
        equipment="t-bar",
        grip_width=0.35,
        one_bar=True,
        source="NSCA Exercise Technique Manual, bent-over row; ACE exercise library, bent-over row",
    ),
    faults=(
        Fault(
            "elbows_past_trunk",
            (Shift(Pose(arm=Arm(shoulder_flexion_deg=46, elbow_flexion_deg=-50)), at=(1,)),),
            source="ACE exercise library, bent-over row: elbows past the trunk; here they stop a hand before it",
        ),
        Fault(
            "full_stretch",
            (Shift(Pose(arm=Arm(shoulder_flexion_deg=-34, elbow_flexion_deg=54)), at=(0,)),),
            source="NSCA Exercise Technique Manual, bent-over row: elbows extended; here bent by some 60 degrees",
        ),
        Fault(
            "bent_over",
            (Shift(Pose(Trunk(pelvis_tilt_deg=-28, neck_flexion_deg=4), Leg(knee_flexion_deg=-6))),),
            source="ACE exercise library, bent-over row: about 45 degrees; here no more than 20",
        ),
        Fault(
            "back_flat",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=-32, lumbar_flexion_deg=44, thoracic_flexion_deg=32, neck_flexion_deg=12)
                    ),
                ),
                Shift(Pose(arm=Arm(shoulder_flexion_deg=-10)), at=(1,)),
            ),
            source="McGill, Low Back Disorders, 3rd ed.: full lumbar flexion in stooping is 45-50 degrees",
        ),
        Fault(
            "no_jerk",
            # The hips and the back throw the weight up.
            (
                Shift(Pose(Trunk(pelvis_tilt_deg=8)), at=(0,)),
                Shift(
                    Pose(Trunk(pelvis_tilt_deg=-20, neck_flexion_deg=2), Leg(knee_flexion_deg=-8, shin_lean_deg=-3)),
                    at=(1,),
                ),
            ),
            source="NSCA Exercise Technique Manual, bent-over row: torso rigid; here it rises by some 30 degrees",
        ),
    ),
)
