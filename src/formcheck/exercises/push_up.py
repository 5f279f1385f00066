"""The push-up."""

from formcheck.body.quantities import elbow_flexion, elbow_outside_hand, hip_sag, neck_bend, shoulder_over_hand
from formcheck.exercises.motion import Arm, Blend, Fault, Key, Leg, Motion, Pose, Shift, Timing, Trunk
from formcheck.exercises.vocabulary import (
    INF,
    Criterion,
    Driving,
    Exercise,
    Lift,
    at_start,
    at_turn,
    highest,
    strongest,
)

EXERCISE = Exercise(
    name="push-up",
    aliases=("pushup", "press-up"),
    driving=Driving(elbow_flexion, least=20.0),
    lift=Lift("shoulder", body=True),
    equipment=("none",),
    muscles=("pectoralis major", "triceps brachii", "anterior deltoid", "core"),
    criteria=(
        Criterion(
            id="body_straight",
            title="Body in one line",
            measure=strongest(hip_sag),
            good=(-7.5, 7.5),
            margin=3.0,
            views=("side",),
            cue="Tighten your belly and glutes so that shoulders, hips and ankles stay in one line.",
            why="Sagging or piked hips load the lower back and shorten the work of the chest.",
            source="ACSM's Guidelines, 10th ed., push-up test: the back straight at all times",
            error=4.0,
        ),
        Criterion(
            id="full_depth",
            title="Chest close to the floor",
            measure=at_turn(shoulder_over_hand),  # elbows that point at the camera look straight
            good=(-INF, 0.63),
            margin=0.07,
            views=("side", "oblique"),
            cue="Lower yourself until your elbows are bent to a right angle or more.",
            why="The bottom part is where the chest works hardest.",
            source="US Army APFT, FM 7-22: upper arms at least parallel to the ground",
            error=0.04,
        ),
        Criterion(
            id="full_lockout",
            title="Arms straight at the top",
            measure=at_start(elbow_flexion, "low"),
            good=(-INF, 20.0),
            margin=6.0,
            views=("side", "oblique"),
            cue="Press all the way up until your arms are straight.",
            why="Stopping short leaves out the work of the triceps.",
            source="ACSM's Guidelines, 10th ed., push-up test: full extension of the arms",
            error=6.0,
        ),
        Criterion(
            id="elbows_tucked",
            title="Elbows not flared",
            measure=highest(elbow_outside_hand),
            good=(-INF, 0.29),
            margin=0.04,
            views=("front",),
            cue="Point your elbows back, about 45 degrees from your trunk.",
            why="Elbows flared to the side pinch the shoulder.",
            source="NSCA manual: upper arms about 45 degrees from the trunk",
            error=0.04,
        ),
        Criterion(
            id="head_neutral",
            title="Head in line with the back",
            measure=highest(neck_bend),
            good=(-INF, 19.0),
            margin=5.0,
            views=("side",),
            cue="Look at the floor a hand's width ahead and keep your neck long.",
            why="A hanging or craning head strains the neck and pulls the trunk out of line.",
            source="ACE exercise library: head aligned with the spine",
            error=6.0,
        ),
    ),
    motion=Motion(
        # Hands a little wider than the shoulders, elbows half way out, chest a fist from the floor: ACE; NSCA manual.
        keys=(
            Key(
                0,
                Pose(
                    Trunk(neck_flexion_deg=-6, thoracic_flexion_deg=2),
                    Leg(hip_flexion_deg=2, knee_flexion_deg=6, ankle_dorsiflexion_deg=4),
                    Arm(shoulder_flexion_deg=80, shoulder_abduction_deg=42, elbow_flexion_deg=9),
                ),
            ),
            Key(
                1,
                Pose(
                    Trunk(neck_flexion_deg=-8),
                    Leg(hip_flexion_deg=1, knee_flexion_deg=6, ankle_dorsiflexion_deg=12),
                    Arm(shoulder_flexion_deg=15, shoulder_abduction_deg=42, elbow_flexion_deg=114),
                ),
            ),
        ),
        timing=Timing(out_s=1.1, hold_s=0.1, back_s=0.9, rest_s=0.35),
        support="hands and toes",
        grip_width=1.35,
        source="ACE exercise library, push-up; NSCA Exercise Technique Manual",
    ),
    faults=(
        Fault(
            "body_straight",
            # The hips sag towards the floor and the lower back hollows.
            (Shift(Pose(Trunk(lumbar_flexion_deg=-5), Leg(hip_flexion_deg=-22))),),
            source="Freeman et al. 2006, Med Sci Sports Exerc 38(3): a sagging spine; hips extend 30 deg (AAOS 1965)",
            also=("elbows_tucked",),  # a sagging body hangs between elbows that give way
        ),
        Fault(
            "full_depth",
            (Blend(1, 0, 0.58),),
            source="US Army FM 7-22, push-up: upper arms level with the floor; here half of the way down",
        ),
        Fault(
            "full_lockout",
            (Shift(Pose(arm=Arm(elbow_flexion_deg=58)), at=(0,)),),
            source="US Army FM 7-22, push-up: arms fully extended; here bent by some 50 degrees",
        ),
        Fault(
            "elbows_tucked",
            (Shift(Pose(arm=Arm(shoulder_abduction_deg=45))),),
            source="NSCA Exercise Technique Manual: upper arms about 45 degrees from the trunk; here at right angles",
        ),
        Fault(
            "head_neutral",
            (Shift(Pose(Trunk(neck_flexion_deg=54, thoracic_flexion_deg=6))),),
            source="ACE exercise library: head in line; here it hangs; the neck flexes 45 degrees (AAOS 1965)",
        ),
    ),
)
