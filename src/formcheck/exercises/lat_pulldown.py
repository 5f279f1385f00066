"""The lat pulldown: seated, a wide bar from overhead to the upper chest."""

from formcheck.body.quantities import (
    elbow_flexion,
    hand_ahead_of_shoulder,
    shoulder_over_hand,
    trunk_lean,
)
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
)

EXERCISE = Exercise(
    name="lat pulldown",
    aliases=("lat pull down", "pulldown", "lat pull", "wide grip pulldown", "cable pulldown", "leg pulldown"),
    driving=Driving(shoulder_over_hand, least=0.3, shown=elbow_flexion, views=("front", "back", "oblique", "side")),
    postures=(Posture(shoulder_over_hand, high=0.1),),
    eccentric_first=False,
    phases=("pull", "return"),
    lift=Lift("wrist", downwards=True),
    equipment=("cable machine", "lat bar"),
    muscles=("latissimus dorsi", "teres major", "biceps brachii", "rhomboids", "trapezius"),
    criteria=(
        Criterion(
            id="bar_to_chest",
            title="Bar down to the upper chest",
            measure=at_turn(shoulder_over_hand),
            good=(-0.15, INF),
            margin=0.1,
            views=("front", "side", "back", "oblique"),
            cue="Pull the bar down to your upper chest.",
            why="The last part of the way is where the back muscles shorten fully.",
            source="NSCA, Exercise Technique Manual for Resistance Training, 4th ed.: bar to the upper chest",
            error=0.07,
        ),
        Criterion(
            id="full_stretch",
            title="Arms straight at the top",
            measure=at_start(elbow_flexion, "low"),
            good=(-INF, 25.0),
            margin=7.0,
            views=("front", "back", "oblique"),
            cue="Let the bar rise until your arms are straight before the next pull.",
            why="Half-way returns skip the stretch of the back.",
            source="NSCA manual: elbows fully extended at the top",
            error=7.0,
        ),
        Criterion(
            id="no_lean_back",
            title="Trunk nearly upright",
            measure=lowest(trunk_lean),
            good=(-25.0, INF),
            margin=5.0,
            views=("side",),
            cue="Lean back only slightly, hold that lean, and pull with your elbows.",
            why="Leaning far back makes a row of it and heaves the weight with the lower back.",
            source="NSCA manual: slight backward lean of the trunk, held throughout",
            error=3.0,
        ),
        Criterion(
            id="bar_in_front",
            title="Bar in front of the face",
            measure=at_turn(hand_ahead_of_shoulder),
            good=(0.15, INF),
            margin=0.08,
            views=("side",),
            cue="Pull the bar down in front of your face, never behind your neck.",
            why="Behind the neck the shoulder is turned to its end and works the back no better.",
            source="Sperandei et al. 2009, J Strength Cond Res 23(7): behind the neck is no good technique",
            error=0.06,
        ),
        Criterion(
            id="controlled_return",
            title="Bar let up under control",
            measure=SpeedRatio(shoulder_over_hand),
            good=(-INF, 1.3),
            margin=0.2,
            views=("front", "side", "oblique", "back"),
            cue="Let the bar up slowly, taking about two seconds, with your shoulders held down.",
            why="A bar that flies up jerks the shoulders and wastes half of the exercise.",
            source="NSCA manual: the bar rises slowly and under control",
            error=0.2,
        ),
    ),
    motion=Motion(
        # Overhand, half as wide again as the shoulders, leaning back a little: NSCA manual; Andersen et al. 2014.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=-7, neck_flexion_deg=-4),
                    Leg(foot_angle_deg=10, step_out=0.06, step_forward=0.42, load=0.5),
                    Arm(
                        shoulder_flexion_deg=-10,
                        shoulder_abduction_deg=158,
                        shoulder_rotation_deg=60,
                        elbow_flexion_deg=8,
                    ),
                ),
            ),
            Key(
                0.5,
                Pose(
                    Trunk(pelvis_tilt_deg=-10, thoracic_flexion_deg=-3, neck_flexion_deg=-4),
                    Leg(foot_angle_deg=10, step_out=0.06, step_forward=0.42, load=0.5),
                    Arm(
                        shoulder_flexion_deg=8,
                        shoulder_abduction_deg=98,
                        shoulder_rotation_deg=45,
                        elbow_flexion_deg=100,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=-14, thoracic_flexion_deg=-6, neck_flexion_deg=-4),
                    Leg(foot_angle_deg=10, step_out=0.06, step_forward=0.42, load=0.5),
                    Arm(
                        shoulder_flexion_deg=-22,
                        shoulder_abduction_deg=31,
                        shoulder_rotation_deg=34,
                        elbow_flexion_deg=127,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.2, hold_s=0.2, back_s=1.6, rest_s=0.4),
        support="seat",
        seat_height=0.48,
        equipment="lat bar",
        furniture="seat",
        grip_width=1.9,
        one_bar=True,
        source="NSCA Exercise Technique Manual, lat pulldown; Andersen et al. 2014, J Strength Cond Res 28(4)",
    ),
    faults=(
        Fault(
            "bar_to_chest",
            (Blend(0.5, 0, 0.4), Blend(1, 0.5, 1.0)),
            source="NSCA Exercise Technique Manual: bar to the upper chest; here it stops before the forehead",
        ),
        Fault(
            "full_stretch",
            (Blend(0, 0.5, 0.62),),
            source="NSCA Exercise Technique Manual: elbows fully extended; here bent by some 65 degrees",
        ),
        Fault(
            "no_lean_back",
            # The trunk swings back to some 45 degrees and makes a row of it.
            (
                Shift(Pose(Trunk(pelvis_tilt_deg=-28, neck_flexion_deg=10)), at=(1,)),
                Shift(Pose(Trunk(pelvis_tilt_deg=-17, neck_flexion_deg=6)), at=(0.5,)),
            ),
            source="NSCA Exercise Technique Manual: slight backward lean; here a row at some 45 degrees",
        ),
        Fault(
            "bar_in_front",
            # Down behind the head, which drops forward to make room.
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=10, neck_flexion_deg=16),
                        arm=Arm(shoulder_flexion_deg=-18, shoulder_rotation_deg=60),
                    ),
                    at=(0.5,),
                ),
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=20, thoracic_flexion_deg=6, neck_flexion_deg=34),
                        arm=Arm(
                            shoulder_flexion_deg=31,
                            shoulder_abduction_deg=11,
                            shoulder_rotation_deg=96,
                            elbow_flexion_deg=10,
                        ),
                    ),
                    at=(1,),
                ),
            ),
            source="Sperandei et al. 2009, J Strength Cond Res 23(7): the behind-the-neck pulldown",
        ),
        Fault(
            "controlled_return",
            (Tempo("back", 0.33),),
            source="NSCA Exercise Technique Manual: slowly and under control; here in half a second",
        ),
    ),
)
