"""The chest fly on a machine: seated, from arms wide open to hands together in front."""

from formcheck.body.foreshortening import fly
from formcheck.body.quantities import arm_opening, elbow_flexion, elbow_over_shoulder, hands_apart, trunk_lean
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
    highest,
    throughout,
)

EXERCISE = Exercise(
    name="chest fly machine",
    aliases=("machine fly", "pec deck", "pec fly", "machine chest fly", "seated fly", "butterfly machine", "chest fly"),
    driving=Driving(fly, least=25.0, shown=arm_opening, falls=True, views=("front", "oblique", "back", "side")),
    eccentric_first=False,
    phases=("close", "open"),
    lift=Lift(None),
    equipment=("chest fly machine",),
    muscles=("pectoralis major", "anterior deltoid", "serratus anterior"),
    criteria=(
        Criterion(
            id="full_squeeze",
            title="Hands together in front",
            measure=at_turn(hands_apart),
            good=(-INF, 1.0),
            margin=0.25,
            views=("front", "back", "oblique"),
            cue="Bring the handles together in front of your chest and squeeze.",
            why="The chest is shortest, and works hardest in a fly, where the hands meet.",
            source="ExRx.net, lever seated fly: levers together",
            error=0.15,
        ),
        Criterion(
            id="full_open",
            title="Arms open to the line of the chest",
            measure=at_start(arm_opening),
            good=(75.0, 120.0),
            margin=8.0,
            views=("front", "back", "oblique"),
            cue="Let your arms open until your elbows are in line with your chest, no further.",
            why="A short way leaves out the stretch; one behind the chest strains the front of the shoulder.",
            source="NSCA, Exercise Technique Manual for Resistance Training, 4th ed.: until level with the chest",
            error=6.0,
        ),
        Criterion(
            id="elbows_level",
            title="Elbows at the height of the shoulders",
            measure=throughout(elbow_over_shoulder),
            good=(-0.23, 0.2),
            margin=0.06,
            views=("front", "back", "side", "oblique"),
            cue="Keep your elbows up at the height of your shoulders; raise the seat or lower it until they are.",
            why="Hanging elbows turn the fly into work for the shoulders.",
            source="ExRx.net, lever seated fly: elbows at the height of the shoulders",
            error=0.06,
        ),
        Criterion(
            id="elbows_soft",
            title="Elbows slightly bent, not pressing",
            measure=throughout(elbow_flexion),
            good=(-INF, 32.0),
            margin=6.0,
            views=("front", "oblique"),
            cue="Keep the same slight bend in your elbows all the way and swing your arms as if to hug a tree.",
            why="Elbows that bend and straighten make a press of it and spare the chest.",
            source="NSCA manual: elbows slightly flexed throughout",
            error=8.0,
        ),
        Criterion(
            id="back_on_pad",
            title="Back against the pad",
            measure=highest(trunk_lean, since="start"),
            good=(-INF, 7.0),
            margin=3.0,
            views=("side", "oblique"),
            cue="Keep your head and back against the pad while you squeeze.",
            why="A body that rocks forward does the work of the chest with its weight.",
            source="NSCA manual: head, shoulders and back stay on the pad",
            error=2.5,
        ),
        Criterion(
            id="controlled_return",
            title="Handles let back under control",
            measure=SpeedRatio(hands_apart),
            good=(-INF, 1.05),
            margin=0.1,
            views=("front", "oblique", "back"),
            cue="Let the handles back slowly, taking about two seconds.",
            why="Weights that fall back pull the shoulders further than they should go.",
            source="ACSM position stand 2009, Med Sci Sports Exerc 41(3): lowering at least as slow as lifting",
            error=0.2,
        ),
    ),
    motion=Motion(
        # Upper arms level, elbows bent by some 25 degrees, handles upright: ExRx.net, lever seated fly.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(pelvis_tilt_deg=-8, thoracic_flexion_deg=-2),
                    Leg(foot_angle_deg=10, step_out=0.08, step_forward=0.46, load=0.5),
                    Arm(
                        shoulder_flexion_deg=76,
                        shoulder_abduction_deg=94,
                        shoulder_rotation_deg=-85,
                        elbow_flexion_deg=22,
                    ),
                ),
            ),
            Key(
                0.5,
                Pose(
                    Trunk(pelvis_tilt_deg=-8, thoracic_flexion_deg=-2),
                    Leg(foot_angle_deg=10, step_out=0.08, step_forward=0.46, load=0.5),
                    Arm(
                        shoulder_flexion_deg=76,
                        shoulder_abduction_deg=46,
                        shoulder_rotation_deg=-85,
                        elbow_flexion_deg=24,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=-8, thoracic_flexion_deg=-2),
                    Leg(foot_angle_deg=10, step_out=0.08, step_forward=0.46, load=0.5),
                    Arm(
                        shoulder_flexion_deg=76,
                        shoulder_abduction_deg=-2,
                        shoulder_rotation_deg=-86,
                        elbow_flexion_deg=26,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.2, hold_s=0.3, back_s=1.6, rest_s=0.4),
        support="seat",
        seat_height=0.46,
        equipment="fly handles",
        furniture="seat with back",
        source="NSCA Exercise Technique Manual, pec deck; ExRx.net, lever seated fly",
    ),
    faults=(
        Fault(
            "full_squeeze",
            (Blend(0.5, 0, 0.3), Blend(1, 0.5, 0.8)),
            source="ExRx.net, lever seated fly: levers together; here wider than the shoulders",
        ),
        Fault(
            "full_open",
            (Blend(0, 0.5, 0.9),),
            source="NSCA Exercise Technique Manual: until level with the chest; here half of the way",
        ),
        Fault(
            "elbows_level",
            # The elbows hang some 40 degrees below the shoulders.
            (
                Shift(
                    Pose(arm=Arm(shoulder_flexion_deg=-88, shoulder_abduction_deg=-44, shoulder_rotation_deg=117)),
                    at=(0,),
                ),
                Shift(
                    Pose(arm=Arm(shoulder_flexion_deg=-46, shoulder_abduction_deg=-13, shoulder_rotation_deg=55)),
                    at=(0.5,),
                ),
                Shift(Pose(arm=Arm(shoulder_flexion_deg=-36, shoulder_rotation_deg=18)), at=(1,)),
            ),
            source="ExRx.net, lever seated fly: elbows at the height of the shoulders; here at that of the ribs",
        ),
        Fault(
            "elbows_soft",
            # The forearms fold in while the arms open, and push out again.
            (
                Shift(Pose(arm=Arm(elbow_flexion_deg=68)), at=(0,)),
                Shift(Pose(arm=Arm(elbow_flexion_deg=60)), at=(0.5,)),
            ),
            source="NSCA Exercise Technique Manual: elbows slightly flexed; here bent to a right angle",
        ),
        Fault(
            "back_on_pad",
            (
                Shift(
                    Pose(Trunk(pelvis_tilt_deg=16, lumbar_flexion_deg=8, thoracic_flexion_deg=8, neck_flexion_deg=8)),
                    at=(1,),
                ),
                Shift(
                    Pose(Trunk(pelvis_tilt_deg=8, lumbar_flexion_deg=4, thoracic_flexion_deg=4, neck_flexion_deg=4)),
                    at=(0.5,),
                ),
            ),
            source="NSCA Exercise Technique Manual: head and back on the pad; here a hand before it",
        ),
        Fault(
            "controlled_return",
            (Tempo("back", 0.33),),
            source="ACSM position stand 2009: slow to moderate lowering; here in half a second",
        ),
    ),
)
