"""The lunge, with the seven criteria of ALEX-GYM-1 (ICINCO 2025)."""

from formcheck.body.quantities import (
    arm_swing,
    crouch,
    feet_apart,
    head_pitch,
    knee_flexion,
    toe_out,
    trunk_lean,
)
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    at_turn,
    highest,
    leading_knee,
    lowest,
    travel,
)

EXERCISE = Exercise(
    name="lunge",
    aliases=("forward lunge", "reverse lunge", "split squat", "static lunge", "walking lunge"),
    driving=Driving(crouch, least=30.0, shown=knee_flexion, side_of=leading_knee),
    lift=Lift("shoulder"),
    equipment=("none", "dumbbells", "barbell"),
    muscles=("quadriceps", "gluteus maximus", "hamstrings", "adductors"),
    criteria=(
        Criterion(
            id="heels_shoulder_width",
            title="Heels shoulder width apart",
            measure=at_turn(feet_apart),  # from the front the heels hide behind the toes
            good=(0.68, 1.7),
            margin=0.08,
            views=("front",),
            cue="Set your feet shoulder width apart, as on two rails.",
            why="Feet on one line leave no base to balance on.",
            source="ALEX-GYM-1, ICINCO 2025; NASM: feet hip to shoulder width apart in the lunge",
            error=0.12,
        ),
        Criterion(
            id="gaze_forward",
            title="Gaze forward",
            measure=lowest(head_pitch),
            good=(-28.0, INF),
            margin=6.0,
            views=("side",),
            cue="Look straight ahead, not at the floor.",
            why="The trunk follows the head: a dropped gaze pulls the chest down.",
            source="ALEX-GYM-1, ICINCO 2025; ACE exercise library: gaze forward",
            error=6.0,
        ),
        Criterion(
            id="knee_90",
            title="Front knee at 90 degrees",
            measure=at_turn(knee_flexion, limbs="working"),
            good=(75.0, 98.0),
            margin=5.0,
            views=("side", "oblique"),
            cue="Step so far that your front knee is bent to a right angle at the bottom.",
            why="A right angle shares the load between thigh and hip and spares the knee.",
            source="ACE exercise library: front thigh parallel to the floor, shin vertical",
            error=7.0,
        ),
        Criterion(
            id="natural_arm_swing",
            title="Arms swing naturally",
            measure=travel(arm_swing),
            good=(20.0, INF),
            margin=4.0,
            views=("side", "oblique"),
            cue="Let your arms swing with the step, opposite arm to opposite leg.",
            why="Swinging arms balance the turning of the hips.",
            source="ALEX-GYM-1, ICINCO 2025",
            error=6.0,
        ),
        Criterion(
            id="feet_aligned",
            title="Feet point straight ahead",
            measure=at_turn(toe_out, limbs="working"),
            good=(-15.0, 15.0),
            margin=6.0,
            views=("front",),
            cue="Point both feet straight ahead.",
            why="A turned foot twists the knee above it.",
            source="NASM overhead squat and lunge checkpoints: feet straight ahead",
            error=6.0,
        ),
        Criterion(
            id="back_straight",
            title="Back straight and upright",
            measure=highest(trunk_lean),
            good=(-15.0, 16.0),
            margin=6.0,
            views=("side", "oblique"),
            cue="Keep your chest up and your trunk upright.",
            why="A trunk that falls forward loads the lower back instead of the legs.",
            source="ACE exercise library: torso upright, slight forward lean only",
            error=5.0,
        ),
        Criterion(
            id="back_knee_position",
            title="Back knee close to the floor",
            # The knee comes down as far as its leg bends, and the angle does not depend on how high the camera is.
            measure=at_turn(knee_flexion, limbs="other"),
            good=(95.0, INF),
            margin=5.0,
            views=("side", "oblique"),
            cue="Lower your back knee until it is just above the floor.",
            why="A short way down leaves out the part that trains the hip most.",
            source="ACE exercise library: back knee an inch above the floor",
            error=6.0,
        ),
    ),
    motion=Motion(
        # A forward lunge and back, legs in turn; front thigh level, shin upright: ACE; Riemann et al. 2012.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(),
                    Leg(knee_flexion_deg=4, shin_lean_deg=3, foot_angle_deg=4, step_out=0.05, load=0.5),
                    Arm(
                        shoulder_flexion_deg=2, shoulder_abduction_deg=8, elbow_flexion_deg=18, forearm_pronation_deg=85
                    ),
                ),
            ),
            Key(
                0.3,
                Pose(
                    Trunk(pelvis_tilt_deg=3),
                    Leg(foot_angle_deg=4, step_out=0.05, step_forward=0.42, foot_lift=0.10, heel_lift_deg=5),
                    Arm(
                        shoulder_flexion_deg=-10,
                        shoulder_abduction_deg=8,
                        elbow_flexion_deg=22,
                        forearm_pronation_deg=85,
                    ),
                    Leg(
                        knee_flexion_deg=9,
                        shin_lean_deg=11,
                        foot_angle_deg=4,
                        step_out=0.05,
                        heel_lift_deg=6,
                        load=1,
                    ),
                    Arm(
                        shoulder_flexion_deg=14,
                        shoulder_abduction_deg=8,
                        elbow_flexion_deg=30,
                        forearm_pronation_deg=85,
                    ),
                ),
            ),
            Key(
                0.52,
                Pose(
                    Trunk(pelvis_tilt_deg=4),
                    Leg(
                        knee_flexion_deg=24,
                        shin_lean_deg=-16,
                        foot_angle_deg=4,
                        step_out=0.05,
                        step_forward=0.9,
                        load=0.4,
                    ),
                    Arm(
                        shoulder_flexion_deg=-18,
                        shoulder_abduction_deg=8,
                        elbow_flexion_deg=25,
                        forearm_pronation_deg=85,
                    ),
                    Leg(
                        knee_flexion_deg=26,
                        shin_lean_deg=32,
                        foot_angle_deg=4,
                        step_out=0.05,
                        heel_lift_deg=30,
                        load=0.6,
                    ),
                    Arm(
                        shoulder_flexion_deg=24,
                        shoulder_abduction_deg=8,
                        elbow_flexion_deg=40,
                        forearm_pronation_deg=85,
                    ),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(pelvis_tilt_deg=6),
                    Leg(
                        knee_flexion_deg=91,
                        shin_lean_deg=3,
                        foot_angle_deg=4,
                        step_out=0.05,
                        step_forward=0.9,
                        load=1,
                    ),
                    Arm(
                        shoulder_flexion_deg=-28,
                        shoulder_abduction_deg=8,
                        elbow_flexion_deg=28,
                        forearm_pronation_deg=85,
                    ),
                    Leg(foot_angle_deg=4, step_out=0.05, heel_lift_deg=62),
                    Arm(
                        shoulder_flexion_deg=40,
                        shoulder_abduction_deg=8,
                        elbow_flexion_deg=55,
                        forearm_pronation_deg=85,
                    ),
                ),
            ),
        ),
        timing=Timing(out_s=1.7, hold_s=0.15, back_s=1.5, rest_s=0.5),
        working="alternating",
        source="ACE exercise library, forward lunge; Riemann et al. 2012, J Athl Train 47(4)",
    ),
    faults=(
        Fault(
            "heels_shoulder_width",
            # The front foot is set on the line of the back foot.
            (
                Shift(Pose(leg=Leg(step_out=-0.28), other_leg=Leg()), at=(0.52, 1)),
                Shift(Pose(leg=Leg(step_out=-0.14), other_leg=Leg()), at=(0.3,)),
            ),
            source="ALEX-GYM-1, ICINCO 2025: heels not shoulder width apart; NASM: feet on one line, as on a tightrope",
        ),
        Fault(
            "gaze_forward",
            (Shift(Pose(Trunk(neck_flexion_deg=46, thoracic_flexion_deg=3))),),
            source="ALEX-GYM-1, ICINCO 2025: eyes on the floor; the neck flexes 45 degrees (AAOS 1965)",
        ),
        Fault(
            "knee_90",
            # The front knee travels past the toes: shin leaning about 40 degrees.
            (
                Shift(
                    Pose(leg=Leg(knee_flexion_deg=36, shin_lean_deg=41, step_forward=-0.07), other_leg=Leg()), at=(1,)
                ),
                Shift(Pose(leg=Leg(step_forward=-0.07), other_leg=Leg()), at=(0.52,)),
            ),
            source="Escamilla et al. 2008, Clin Biomech 23(8): short lunge, the knee 8 to 12 cm beyond the toes",
            also=("back_knee_position",),  # a short step leaves the back leg no room to bend
        ),
        Fault(
            "natural_arm_swing",
            (Blend(0.3, 0, 1, ("arm",)), Blend(0.52, 0, 1, ("arm",)), Blend(1, 0, 1, ("arm",))),
            source="ALEX-GYM-1, ICINCO 2025: arms that do not swing",
        ),
        Fault(
            "feet_aligned",
            (
                Shift(Pose(leg=Leg(foot_angle_deg=38, knee_out_deg=-26), other_leg=Leg()), at=(0.52, 1)),
                Shift(Pose(leg=Leg(foot_angle_deg=20, knee_out_deg=-14), other_leg=Leg()), at=(0.3,)),
            ),
            source="NASM lunge checkpoints: feet turn out; more than 15 degrees is out of the usual range of gait",
        ),
        Fault(
            "back_straight",
            (
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=32, lumbar_flexion_deg=16, thoracic_flexion_deg=14, neck_flexion_deg=-50),
                        arm=Arm(shoulder_flexion_deg=56),
                    ),
                    at=(1,),
                ),
                Shift(
                    Pose(
                        Trunk(pelvis_tilt_deg=14, lumbar_flexion_deg=6, neck_flexion_deg=-20),
                        arm=Arm(shoulder_flexion_deg=16),
                    ),
                    at=(0.52,),
                ),
            ),
            source="Farrokhi et al. 2008, J Orthop Sports Phys Ther 38(7): lunges with the trunk forward",
        ),
        Fault(
            "back_knee_position",
            # A long step with the back leg nearly straight: its knee stays a shin's half over the floor.
            (
                Shift(
                    Pose(leg=Leg(step_forward=0.44, knee_flexion_deg=-10, shin_lean_deg=-5), other_leg=Leg()), at=(1,)
                ),
                Shift(Pose(leg=Leg(step_forward=0.44, load=0.3), other_leg=Leg(load=-0.3)), at=(0.52,)),
            ),
            source="ACE exercise library: the back knee comes down to an inch over the floor; here it stays up",
        ),
    ),
)
