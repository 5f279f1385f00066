"""The tricep pushdown at a cable tower, with a straight bar."""

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
    highest,
    travel,
)

EXERCISE = Exercise(
    name="tricep pushdown",
    aliases=("triceps pushdown", "cable pushdown", "rope pushdown", "triceps pressdown", "tricep pressdown"),
    driving=Driving(elbow_flexion, least=30.0, falls=True),
    postures=(Posture(trunk_lean, -30.0, 55.0), Posture(arm_elevation, high=70.0)),
    eccentric_first=False,
    phases=("down", "up"),
    lift=Lift("wrist", downwards=True),
    equipment=("cable machine", "straight bar", "rope"),
    muscles=("triceps brachii", "anconeus"),
    criteria=(
        Criterion(
            id="full_extension",
            title="Arms straight at the bottom",
            measure=at_turn(elbow_flexion),
            good=(-INF, 19.0),
            margin=6.0,
            views=("side", "oblique"),
            cue="Push the bar down until your arms are straight.",
            why="The triceps shortens fully only when the elbow locks out.",
            source="NSCA Exercise Technique Manual, triceps pushdown: elbows fully extended",
            error=5.0,
        ),
        Criterion(
            id="full_return",
            title="Bar back up to the chest",
            measure=at_start(elbow_flexion, "high"),
            good=(93.0, INF),
            margin=5.0,
            views=("side", "oblique"),
            cue="Let the bar rise until your forearms are a little above level.",
            why="Stopping early leaves out where the triceps is stretched.",
            source="NSCA Exercise Technique Manual, triceps pushdown: forearms parallel to the floor or slightly above",
            error=3.0,
        ),
        Criterion(
            id="elbows_still",
            title="Elbows still at the sides",
            measure=travel(arm_elevation),
            good=(-INF, 15.0),
            margin=5.0,
            views=("side",),
            cue="Pin your elbows to your sides and let only your forearms move.",
            why="Elbows that travel turn the pushdown into a pull of the back.",
            source="NSCA Exercise Technique Manual, triceps pushdown: upper arms stationary against the sides",
            error=2.0,
        ),
        Criterion(
            id="trunk_upright",
            title="Trunk upright",
            measure=highest(trunk_lean),
            good=(-INF, 16.0),
            margin=4.0,
            views=("side",),
            cue="Stand tall with your chest up instead of leaning over the bar.",
            why="Leaning over the bar pushes it down with body weight.",
            source="ACE exercise library, triceps pushdown: trunk upright, no leaning into the cable",
            error=2.0,
        ),
        Criterion(
            id="controlled_return",
            title="Slow on the way up",
            measure=SpeedRatio(elbow_flexion),
            good=(-INF, 1.2),
            margin=0.15,
            views=("side", "oblique", "front", "back"),
            cue="Let the bar come up as slowly as you pushed it down.",
            why="A stack that snaps the arms back does the lengthening half of the work for them.",
            source="NSCA Exercise Technique Manual, triceps pushdown: slow, controlled return",
            error=0.15,
        ),
    ),
    motion=Motion(
        # A small forward lean from the ankles and hips, elbows a little before the ribs, palms down.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=7, neck_flexion_deg=4),
                    Leg(knee_flexion_deg=12, shin_lean_deg=7, foot_angle_deg=10, step_out=0.05, load=0.5),
                    Arm(
                        shoulder_flexion_deg=14,
                        shoulder_abduction_deg=8,
                        shoulder_rotation_deg=-6,
                        elbow_flexion_deg=112,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=8, neck_flexion_deg=6),
                    Leg(knee_flexion_deg=12, shin_lean_deg=7, foot_angle_deg=10, step_out=0.05, load=0.5),
                    Arm(
                        shoulder_flexion_deg=11,
                        shoulder_abduction_deg=8,
                        shoulder_rotation_deg=-6,
                        elbow_flexion_deg=8,
                        forearm_pronation_deg=175,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.1, hold_s=0.3, back_s=1.4, rest_s=0.3),
        equipment="cable bar",
        furniture="cable tower",
        grip_width=0.95,
        one_bar=True,
        source="NSCA Exercise Technique Manual, triceps pushdown; ACE exercise library, triceps pushdown",
    ),
    faults=(
        Fault(
            "full_extension",
            (Blend(1, 0, 0.5),),
            source="NSCA Exercise Technique Manual: elbows fully extended; here the bar stops half way",
        ),
        Fault(
            "full_return",
            (Blend(0, 1, 0.5),),
            source="NSCA Exercise Technique Manual: forearms up to the horizontal; here half of the way",
        ),
        Fault(
            "elbows_still",
            (Shift(Pose(arm=Arm(shoulder_flexion_deg=42)), at=(0,)),),
            source="NSCA Exercise Technique Manual: upper arms still; here they swing forward some 45 degrees",
        ),
        Fault(
            "trunk_upright",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=30, thoracic_flexion_deg=8, neck_flexion_deg=-16),
                        Leg(knee_flexion_deg=6),
                    ),
                ),
            ),
            source="ACE exercise library, triceps pushdown: upright; here bent over the bar by 35 to 40 degrees",
        ),
        Fault(
            "controlled_return",
            (Tempo("back", 0.27), Tempo("hold", 0.5)),
            source="NSCA Exercise Technique Manual: slow return; here the bar flies up in a quarter of the time",
        ),
    ),
)
