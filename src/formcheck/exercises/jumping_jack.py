"""The jumping jack."""

from formcheck.body.quantities import arm_raised, elbow_flexion, feet_apart
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, Lead, at_turn, highest

EXERCISE = Exercise(
    name="jumping jack",
    aliases=("star jump", "side straddle hop"),
    driving=Driving(arm_raised, least=55.0, views=("front", "back", "oblique", "side")),
    eccentric_first=False,
    equipment=("none",),
    muscles=("deltoids", "gluteus medius", "adductors", "calves"),
    criteria=(
        Criterion(
            id="arms_overhead",
            title="Hands overhead",
            measure=at_turn(arm_raised),
            good=(150.0, INF),
            margin=10.0,
            views=("front", "back"),
            cue="Raise your arms until your hands meet overhead.",
            why="The full way works the shoulders and raises the heart rate.",
            source="ACE exercise library: hands overhead",
            error=7.0,
        ),
        Criterion(
            id="legs_wide",
            title="Feet wide apart",
            measure=at_turn(feet_apart),
            good=(1.55, INF),
            margin=0.2,
            views=("front", "back"),
            cue="Jump your feet well wider than your shoulders.",
            why="A wide jump makes the hips work.",
            source="ACE exercise library: feet beyond shoulder width",
            error=0.15,
        ),
        Criterion(
            id="arms_straight",
            title="Arms long",
            measure=highest(elbow_flexion),
            good=(-INF, 42.0),
            margin=12.0,
            views=("front", "back"),
            cue="Keep your arms long all the way up and down.",
            why="Bent arms take the work off the shoulders.",
            source="US Army FM 7-22, side straddle hop: arms straight",
            error=9.0,
        ),
        Criterion(
            id="arms_legs_together",
            title="Arms and legs move together",
            measure=Lead(arm_raised, feet_apart),
            good=(-16.0, 16.0),
            margin=6.0,
            views=("front", "back"),
            cue="Let your hands and feet arrive at the same moment.",
            why="Moving together is the coordination that the exercise trains.",
            source="US Army FM 7-22, side straddle hop: arms and legs on one count",
            error=6.0,
        ),
    ),
)
