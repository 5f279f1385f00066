"""The plank on the forearms: held, not repeated."""

from formcheck.body.quantities import (
    elbow_ahead_of_shoulder,
    hip_sag,
    knee_flexion,
    neck_bend,
    shoulder_over_hand,
    trunk_lean,
)
from formcheck.exercises.measures import throughout
from formcheck.exercises.motion import Arm, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import INF, Criterion, Exercise, Hold, Posture

_FOREARM = Arm(shoulder_flexion_deg=90, shoulder_rotation_deg=8, elbow_flexion_deg=90)

EXERCISE = Exercise(
    name="plank",
    aliases=("forearm plank", "elbow plank", "front plank", "prone bridge", "planks"),
    hold=Hold(
        hip_sag,
        conditions=(
            Posture(trunk_lean, 55.0, 125.0),
            Posture(knee_flexion, high=42.0),
            Posture(hip_sag, -60.0, 34.0),
            Posture(shoulder_over_hand, low=0.25),
        ),
        views=("side", "oblique"),
    ),
    equipment=("mat",),
    muscles=("rectus abdominis", "transversus abdominis", "obliques", "gluteus maximus", "quadriceps"),
    criteria=(
        Criterion(
            id="hips_not_sagging",
            title="Hips not sagging",
            measure=throughout(hip_sag),
            good=(-INF, 2.0),
            margin=3.0,
            views=("side",),
            cue="Squeeze your glutes and pull your belly in until your hips are level with your shoulders.",
            why="Sagging hips hang the body on the lower back instead of holding it with the belly.",
            source="ACE exercise library, front plank: no sagging of the low back",
            error=2.0,
        ),
        Criterion(
            id="hips_not_high",
            title="Hips not too high",
            measure=throughout(hip_sag),
            good=(-9.0, INF),
            margin=3.0,
            views=("side",),
            cue="Lower your hips until shoulders, hips and ankles are in one line.",
            why="High hips take the load off the belly: the position is rested in rather than held.",
            source="ACE exercise library, front plank: the hips not hiked, head to heels in a line",
            error=2.0,
        ),
        Criterion(
            id="head_neutral",
            title="Head in line with the back",
            measure=throughout(neck_bend),
            good=(-INF, 7.0),
            margin=3.0,
            views=("side",),
            cue="Look at the floor between your hands and keep your neck long.",
            why="A hanging or craning head strains the neck and pulls the trunk out of line.",
            source="ACE exercise library, front plank: the head aligned with the spine",
            error=3.0,
        ),
        Criterion(
            id="elbows_under_shoulders",
            title="Elbows under the shoulders",
            measure=throughout(elbow_ahead_of_shoulder),
            good=(-0.07, 0.07),
            margin=0.03,
            views=("side",),
            cue="Set your elbows straight under your shoulders.",
            why="Elbows far ahead load the shoulders and tire them before the belly.",
            source="ACE exercise library, front plank: elbows directly below the shoulders",
            error=0.03,
        ),
        Criterion(
            id="legs_straight",
            title="Legs straight",
            measure=throughout(knee_flexion),
            good=(-INF, 10.0),
            margin=3.0,
            views=("side", "oblique"),
            cue="Push your heels back and straighten your knees.",
            why="Bent knees shorten the lever and let the hips drop.",
            source="ACSM's Guidelines, 10th ed., plank: legs straight, weight on elbows and toes",
            error=3.0,
        ),
    ),
    motion=Motion(
        # From the knees into the line, held, and back to the knees.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(neck_flexion_deg=-10),
                    Leg(hip_flexion_deg=46, knee_flexion_deg=55, ankle_dorsiflexion_deg=15),
                    _FOREARM,
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(thoracic_flexion_deg=2),
                    Leg(hip_flexion_deg=0, knee_flexion_deg=4, ankle_dorsiflexion_deg=8),
                    _FOREARM,
                ),
            ),
        ),
        timing=Timing(out_s=1.3, hold_s=8.0, back_s=1.2, rest_s=1.5),
        support="forearms and toes",
        furniture="mat",
        source="ACE exercise library, front plank; ACSM's Guidelines for Exercise Testing, 10th ed.",
    ),
    faults=(
        Fault(
            "hips_not_sagging",
            # The belly lets go: the back hollows and the hips drop.
            (Shift(Pose(Trunk(lumbar_flexion_deg=-6, neck_flexion_deg=9), Leg(hip_flexion_deg=-25)), at=(1,)),),
            source="Schoenfeld et al. 2014, Sports Biomech 13(3): planks by tilt of the pelvis; AAOS 1965: 30 deg",
        ),
        Fault(
            "hips_not_high",
            # The hips rise a hand and a half over the line.
            (
                Shift(Pose(leg=Leg(step_forward=0.07))),
                Shift(Pose(Trunk(neck_flexion_deg=-4), Leg(hip_flexion_deg=30)), at=(1,)),
            ),
            source="ACE exercise library, front plank: hiked hips; here as in a half jackknife",
        ),
        Fault(
            "head_neutral",
            (Shift(Pose(Trunk(neck_flexion_deg=60, thoracic_flexion_deg=6)), at=(1,)),),
            source="ACE exercise library: head in line; here it hangs; the neck flexes 45 degrees (AAOS 1965)",
        ),
        Fault(
            "elbows_under_shoulders",
            # The feet are set so far back that the shoulders are a hand's length behind the elbows.
            (Shift(Pose(leg=Leg(step_forward=-0.17))), Shift(Pose(leg=Leg(knee_flexion_deg=-9)), at=(0,))),
            source="ACE exercise library, front plank: elbows below the shoulders; here a hand's length ahead",
        ),
        Fault(
            "legs_straight",
            (Shift(Pose(leg=Leg(knee_flexion_deg=29, hip_flexion_deg=12)), at=(1,)),),
            source="ACSM's Guidelines, 10th ed., plank: legs straight; here the knees sink half way to the floor",
        ),
    ),
)
