"""The squat, with the six criteria of ALEX-GYM-1 (ICINCO 2025)."""

from formcheck.body.quantities import (
    back_length,
    crouch,
    heel_over_toes,
    hip_over_knee,
    hips_for_knees,
    knee_flexion,
    toe_out,
    trunk_lean,
)
from formcheck.exercises.motion import (
    Arm,
    Blend,
    Fault,
    Key,
    Leg,
    Motion,
    Pose,
    Retime,
    Shift,
    Timing,
    Trunk,
)
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Lead, Lift, Read, at_turn, change

EXERCISE = Exercise(
    name="squat",
    aliases=("back squat", "front squat", "air squat", "bodyweight squat", "goblet squat", "barbell squat"),
    driving=Driving(crouch, least=26.0, shown=knee_flexion),
    lift=Lift("shoulder"),
    equipment=("none", "barbell", "kettlebell"),
    muscles=("quadriceps", "gluteus maximus", "adductors", "hamstrings", "erector spinae"),
    criteria=(
        Criterion(
            id="feet_flat",
            title="Feet flat on the floor",
            measure=Read(heel_over_toes, "whole", since="start"),
            good=(-INF, 0.028),
            margin=0.01,
            views=("side",),
            cue="Keep your heels on the floor and press through the whole foot.",
            why="Lifted heels push the load into the knees and cost balance.",
            source="NSCA, Exercise Technique Manual for Resistance Training, 4th ed.: heels stay on the floor",
            error=0.01,
        ),
        Criterion(
            id="simultaneous_hip_knee_bend",
            title="Hips and knees bend together",
            measure=Lead(trunk_lean, knee_flexion, least=12.0),
            good=(-15.0, 15.0),
            margin=5.0,
            views=("side", "oblique"),
            cue="Start the hips and the knees at the same time and let them bend together.",
            why="When one joint leads, the back or the knees carry the first part alone.",
            source="ALEX-GYM-1, ICINCO 2025; NSCA manual: flex hips and knees at the same rate",
            error=4.0,
        ),
        Criterion(
            id="hips_move_back",
            title="Hips move back",
            measure=at_turn(hips_for_knees),
            good=(0.8, INF),
            margin=0.15,
            views=("side",),
            cue="Push your hips back as if to sit on a chair behind you.",
            why="Hips that stay over the feet drive the knees far forward.",
            source="Schoenfeld 2010, Squatting kinematics and kinetics, J Strength Cond Res 24(12)",
            error=0.2,
        ),
        Criterion(
            id="neutral_lower_back",
            title="Lower back stays neutral",
            measure=change(back_length),
            good=(-3.5, INF),
            margin=1.3,
            views=("side",),
            cue="Brace your trunk and keep your lower back in its natural curve all the way down.",
            why="A back that rounds under load shifts the strain from muscles to discs and ligaments.",
            source="McGill, Low Back Disorders, 3rd ed.; rounding shortens the line from hip to ear",
            error=2.0,
        ),
        Criterion(
            id="hips_below_knees",
            title="Hips below knees",
            measure=at_turn(hip_over_knee),
            # The hip landmark lies some 5 cm above the crease that the rule speaks of.
            good=(-INF, 0.12),
            margin=0.1,
            views=("side", "oblique", "front", "back"),
            cue="Sit deeper, until your hips are below your knees.",
            why="Full depth trains the glutes and thighs through their whole range.",
            source="International Powerlifting Federation, Technical Rules: the hip below the top of the knee",
            error=0.06,
        ),
        Criterion(
            id="feet_angled_out",
            title="Feet angled out 30 degrees",
            measure=at_turn(toe_out),
            good=(18.0, 45.0),
            margin=4.0,
            views=("front",),
            cue="Turn your toes out about 30 degrees, in line with your knees.",
            why="Turned-out feet give the hips room and let the knees follow the toes.",
            source="ALEX-GYM-1, ICINCO 2025: about 30 degrees",
            error=6.0,
        ),
    ),
    motion=Motion(
        # Depth, shin and trunk of a parallel to slightly deeper squat: Schoenfeld 2010; Fry, Smith & Schilling 2003.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=4, shin_lean_deg=3, foot_angle_deg=28, step_out=0.10, load=0.5),
                    Arm(
                        shoulder_flexion_deg=4, shoulder_abduction_deg=8, elbow_flexion_deg=12, forearm_pronation_deg=80
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=43, lumbar_flexion_deg=3, thoracic_flexion_deg=-2, neck_flexion_deg=-34),
                    Leg(knee_flexion_deg=119, shin_lean_deg=26, foot_angle_deg=28, step_out=0.10, load=0.5),
                    Arm(
                        shoulder_flexion_deg=123,
                        shoulder_abduction_deg=8,
                        elbow_flexion_deg=8,
                        forearm_pronation_deg=80,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.6, hold_s=0.15, back_s=1.3, rest_s=0.6),
        source="Schoenfeld 2010, J Strength Cond Res 24(12); Fry et al. 2003, J Strength Cond Res 17(4)",
    ),
    faults=(
        Fault(
            "feet_flat",
            # A stiff ankle stops the shin and the heel comes up some 4 cm.
            (Shift(Pose(Trunk(pelvis_tilt_deg=5), Leg(heel_lift_deg=30, shin_lean_deg=4)), at=(1,)),),
            source="Macrum et al. 2012, J Sport Rehabil 21(2): squats with restricted dorsiflexion",
        ),
        Fault(
            "simultaneous_hip_knee_bend",
            # The hips fold first, the knees follow from the middle of the way.
            (
                Retime(
                    ("leg.knee_flexion_deg", "leg.shin_lean_deg"), ((0, 0), (0.6, 0.25), (1, 1), (1.4, 1.75), (2, 2))
                ),
                Retime(("trunk", "arm"), ((0, 0), (0.45, 0.8), (1, 1), (1.55, 1.2), (2, 2))),
            ),
            source="NSCA Exercise Technique Manual: hips and knees flex at the same rate, trunk angle constant",
        ),
        Fault(
            "hips_move_back",
            # Knees forward instead: the shin leans nearly 50 degrees, the trunk stays nearly upright.
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=-26, neck_flexion_deg=22),
                        Leg(knee_flexion_deg=18, shin_lean_deg=22, heel_lift_deg=5),
                        Arm(shoulder_flexion_deg=-24),
                    ),
                    at=(1,),
                ),
            ),
            source="Fry et al. 2003: knees restricted or free to pass the toes; Schoenfeld 2010",
        ),
        Fault(
            "neutral_lower_back",
            (
                Shift(
                    Pose(
                        Trunk(
                            pelvis_tilt_deg=-26, lumbar_flexion_deg=45, thoracic_flexion_deg=24, neck_flexion_deg=-20
                        ),
                        arm=Arm(shoulder_flexion_deg=30),
                    ),
                    at=(1,),
                ),
            ),
            source="McKean, Dunn & Burkett 2010, J Strength Cond Res 24(10): the lumbar spine flexes at depth",
        ),
        Fault(
            "hips_below_knees",
            # A quarter squat: knees to about 70 degrees.
            (Blend(1, 0, 0.42),),
            source="Hartmann et al. 2013, Sports Med 43(10): quarter squat, knee angle 110-140 degrees",
        ),
        Fault(
            "feet_angled_out",
            (Shift(Pose(leg=Leg(foot_angle_deg=-38, knee_out_deg=10))),),
            source="ALEX-GYM-1, ICINCO 2025: about 30 degrees out; here straight ahead or turned in",
        ),
    ),
)
