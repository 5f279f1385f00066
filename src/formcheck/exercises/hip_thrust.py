"""The barbell hip thrust, upper back on a bench."""

from formcheck.body.foreshortening import recline
from formcheck.body.quantities import ear_over_shoulder, feet_apart, knee_ahead_of_ankle, trunk_lean
from formcheck.exercises.motion import Blend, Fault, Key, Leg, Motion, Pose, Shift, Tempo, Timing, Trunk
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
    throughout,
)

_LEGS = Leg(step_forward=0.42, step_out=0.07, foot_angle_deg=14, load=0.5)

EXERCISE = Exercise(
    name="hip thrust",
    aliases=("barbell hip thrust", "hip thrusts", "hip thruster", "glute thrust"),
    driving=Driving(recline, least=9.0, falls=True),
    postures=(Posture(recline, -125.0, -20.0),),
    eccentric_first=False,
    lift=Lift("hip"),
    equipment=("barbell", "bench"),
    muscles=("gluteus maximus", "hamstrings", "quadriceps", "adductor magnus"),
    criteria=(
        Criterion(
            id="full_extension",
            title="Hips fully up",
            measure=at_turn(trunk_lean),
            good=(-INF, -81.0),
            margin=2.5,
            views=("side", "oblique"),
            cue="Push your hips up until shoulders, hips and knees are in one line, and squeeze your glutes.",
            why="The last part of the way is where the glutes work hardest.",
            source="Contreras, Cronin & Schoenfeld 2011, Barbell hip thrust, Strength Cond J 33(5): to full extension",
            error=2.5,
        ),
        Criterion(
            id="hips_all_the_way_down",
            title="Hips all the way down",
            measure=at_start(trunk_lean),
            good=(-49.5, INF),
            margin=2.5,
            views=("side", "oblique"),
            cue="Lower your hips until the plates nearly touch the floor before the next repetition.",
            why="Half-lowered repetitions skip the stretch of the glutes.",
            source="Contreras et al. 2011: from the bar on the floor",
            error=2.5,
        ),
        Criterion(
            id="shins_vertical",
            title="Shins vertical at the top",
            measure=at_turn(knee_ahead_of_ankle),
            good=(0.05, 0.45),
            margin=0.03,
            views=("side",),
            cue="Set your feet so that your shins are upright at the top.",
            why="Feet too far away load the hamstrings, feet too near the thighs, and the glutes lose either way.",
            source="Contreras et al. 2011: feet so that the shins are vertical at the top",
            error=0.05,
        ),
        Criterion(
            id="chin_tucked",
            title="Chin tucked",
            measure=at_turn(ear_over_shoulder),
            good=(0.185, INF),
            margin=0.02,
            views=("side",),
            cue="Keep your chin tucked and look ahead over the bar.",
            why="A head thrown back arches the spine, and the back finishes what the glutes should.",
            source="Contreras et al. 2011: head and neck neutral, the spine not hyperextended",
            error=0.02,
        ),
        Criterion(
            id="feet_shoulder_width",
            title="Feet about shoulder width",
            measure=throughout(feet_apart),
            good=(0.93, 1.6),
            margin=0.05,
            views=("front",),
            cue="Set your feet about as wide as your shoulders.",
            why="Feet side by side give no room to the knees and no stand against the bar's sway.",
            source="Contreras et al. 2011: a shoulder-width stance",
            error=0.06,
        ),
        Criterion(
            id="controlled_lowering",
            title="Lowered under control",
            measure=SpeedRatio(trunk_lean),
            good=(-INF, 1.06),
            margin=0.08,
            views=("side", "oblique"),
            cue="Lower the bar as slowly as you pushed it up.",
            why="A bar that drops bounces off the floor and skips half of the work.",
            source="NSCA Exercise Technique Manual: lower with control",
            error=0.1,
        ),
    ),
    motion=Motion(
        # The bar in the crease of the hips, shins upright and body level at the top: Contreras et al. 2011.
        keys=(
            Key(0, Pose(Trunk(pelvis_tilt_deg=-46, lumbar_flexion_deg=3, neck_flexion_deg=14), _LEGS)),
            Key(1, Pose(Trunk(pelvis_tilt_deg=-90, lumbar_flexion_deg=3, neck_flexion_deg=38), _LEGS)),
        ),
        timing=Timing(out_s=1.1, hold_s=0.5, back_s=1.3, rest_s=0.5),
        support="back and feet",
        equipment="barbell on the hips",
        furniture="bench",
        seat_height=0.44,
        grip_width=1.5,
        source="Contreras, Cronin & Schoenfeld 2011, Strength Cond J 33(5)",
    ),
    faults=(
        Fault(
            "full_extension",
            (Blend(1, 0, 0.65),),
            source="Contreras et al. 2011: full hip extension; here a third of the way up",
            also=("shins_vertical",),  # lower hips push the knees over the toes
        ),
        Fault(
            "hips_all_the_way_down",
            (Blend(0, 1, 0.58),),
            source="Contreras et al. 2011: from the floor; here from half way",
        ),
        Fault(
            "shins_vertical",
            (Shift(Pose(leg=Leg(step_forward=0.2))),),
            source="Collazo García et al. 2020, Int J Environ Res Public Health: feet further away load the hamstrings",
        ),
        Fault(
            "chin_tucked",
            (Shift(Pose(Trunk(neck_flexion_deg=-62, thoracic_flexion_deg=-10)), at=(1,)),),
            source="Contreras et al. 2011: neck neutral; here it is thrown back; it extends 45 degrees (AAOS 1965)",
        ),
        Fault(
            "feet_shoulder_width",
            (Shift(Pose(leg=Leg(step_out=-0.1, foot_angle_deg=-10))),),
            source="Contreras et al. 2011: shoulder-width stance; here heels together",
        ),
        Fault(
            "controlled_lowering",
            (Tempo("back", 0.3),),
            source="NSCA Exercise Technique Manual: lower with control; here in a third of the time",
        ),
    ),
)
