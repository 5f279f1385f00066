"""The barbell biceps curl."""

from formcheck.body.quantities import arm_elevation, elbow_flexion, trunk_lean
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, at_start, at_turn, lowest, travel

EXERCISE = Exercise(
    name="barbell biceps curl",
    aliases=("barbell curl", "biceps curl", "bicep curl", "barbell bicep curl", "dumbbell biceps curl", "curl"),
    driving=Driving(elbow_flexion, least=45.0),
    eccentric_first=False,
    equipment=("barbell", "dumbbells"),
    muscles=("biceps brachii", "brachialis", "brachioradialis"),
    criteria=(
        Criterion(
            id="elbows_still",
            title="Elbows still at the sides",
            measure=travel(arm_elevation),
            good=(-INF, 22.0),
            margin=7.0,
            views=("side",),
            cue="Pin your elbows to your sides and move only your forearms.",
            why="Swinging upper arms let the shoulders do the work of the biceps.",
            source="NSCA manual: upper arms stationary against the sides",
            error=5.0,
        ),
        Criterion(
            id="full_curl",
            title="Bar all the way up",
            measure=at_turn(elbow_flexion),
            good=(115.0, INF),
            margin=10.0,
            views=("side", "oblique"),
            cue="Curl the bar until it is near your shoulders.",
            why="The top part is where the biceps is shortest.",
            source="NSCA manual: bar to within 4 to 6 inches of the front deltoids",
            error=8.0,
        ),
        Criterion(
            id="full_extension",
            title="Arms straight at the bottom",
            measure=at_start(elbow_flexion),
            good=(-INF, 30.0),
            margin=9.0,
            views=("side", "oblique"),
            cue="Lower the bar until your arms are straight.",
            why="The stretched part of the way builds the most strength.",
            source="NSCA manual: elbows fully extended",
            error=7.0,
        ),
        Criterion(
            id="no_lean_back",
            title="Trunk still",
            measure=lowest(trunk_lean, since="start"),
            good=(-8.0, INF),
            margin=4.0,
            views=("side",),
            cue="Stand tall and still: if you must lean back, the bar is too heavy.",
            why="Leaning back throws the weight up and strains the lower back.",
            source="NSCA manual: torso erect, no swinging",
            error=3.0,
        ),
    ),
)
