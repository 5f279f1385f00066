"""A user's own exercises: files loaded by their path, and files learnt from recordings of an expert."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from figures import squats, squatting

from formcheck.apprentice import CannotImitate, learn
from formcheck.assess import Analysis, assess
from formcheck.body.quantities import elbow_flexion
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.cli import main
from formcheck.evaluation.learning import learnt_from_athletes
from formcheck.exercises import Driving, Exercise, OwnExerciseError, catalogue, find, find_or_load, load
from formcheck.exercises.measures import BusierSide
from formcheck.exercises.written import written
from formcheck.sources import write_pose
from formcheck.synthetic import Athlete, perform

DOCS = Path(__file__).parent.parent / "docs"

OWN = '''"""A squat of one's own."""

from formcheck.body.quantities import knee_flexion
from formcheck.exercises.vocabulary import INF, Criterion, Driving, Exercise, at_turn

EXERCISE = Exercise(
    name="my squat",
    aliases=(),
    driving=Driving(knee_flexion, least=40.0),
    criteria=(
        Criterion(
            id="deep",
            title="Deep enough",
            measure=at_turn(knee_flexion),
            good=(90.0, INF),
            margin=8.0,
            views=("side",),
            cue="Bend your knees further.",
            why="The bottom part trains the most.",
            source="my coach",
            error=5.0,
        ),
    ),
)
'''


def run(monkeypatch, capsys, *arguments):
    """Exit code, standard output and standard error of the program."""
    monkeypatch.setattr(sys, "argv", ["formcheck", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    printed = capsys.readouterr()
    return stop.value.code or 0, printed.out, printed.err


def own(folder, text=OWN, name="mine.py"):
    path = folder / name
    path.write_text(text)
    return path


def recording(folder, name, seed, reps=3, exercise="barbell biceps curl"):
    """A pose file of a synthetic athlete at the side, as a perfect estimator would give it."""
    done = perform(find(exercise), Athlete.sample(seed), reps, seed=seed, rate_hz=15)
    pose = done.landmarks(done.camera("side-left"))
    write_pose(folder / name, pose)
    return folder / name


def test_an_own_file_counts_and_judges_without_being_installed(tmp_path, monkeypatch, capsys):
    video, mine, out = tmp_path / "side.npz", own(tmp_path), tmp_path / "out"
    write_pose(video, squatting(squats([120, 70, 120])[0], 90))
    code, printed, _ = run(monkeypatch, capsys, "analyze", video, "--exercise", mine, "--out", out, "--no-overlay")
    assert code == 0 and "My squat: 3 repetitions" in printed
    (found,) = Analysis.model_validate_json((out / "analysis.json").read_text()).sets
    assert found.exercise == "my squat"
    assert [rep.findings[0].verdict for rep in found.reps] == ["pass", "fail", "pass"]
    assert not list(tmp_path.glob("**/__pycache__"))
    own(tmp_path, OWN.replace("90.0", "60.0"))  # an edit counts at once
    code, _, _ = run(monkeypatch, capsys, "analyze", video, "--exercise", mine, "--out", out, "--no-overlay")
    (found,) = Analysis.model_validate_json((out / "analysis.json").read_text()).sets
    assert [rep.findings[0].verdict for rep in found.reps] == ["pass", "pass", "pass"]


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("EXERCISE =", "SQUAT =", 6, "got no EXERCISE: call SQUAT EXERCISE"),
        ('name="my squat",', 'name="my squat"', 7, "no Python"),
        ("knee_flexion\n", "knee_bend\n", 3, "cannot import name 'knee_bend'"),
        ("at_turn(knee_flexion)", "knee_flexion", 11, "expected a measure such as at_turn(knee_flexion)"),
        ('("side",)', '("sides",)', 11, "expected views of"),
        ("(90.0, INF)", "(90.0, 20.0)", 11, "low < high in criterion deep"),
        ("margin=8.0", 'margin="8"', 11, "expected numbers in good, margin, error and weight"),
        ('            cue="Bend your knees further.",\n', "", 11, "missing 1 required positional argument: 'cue'"),
        ("driving=Driving(knee_flexion, least=40.0),", "", 6, "either a driving signal or a hold"),
        ("least=40.0", "least=0", 9, "a least excursion above 0"),
        ("aliases=()", 'aliases="squat"', 6, "expected a tuple of aliases"),
    ],
)
def test_what_is_wrong_with_an_own_file_is_said_with_file_and_line(tmp_path, old, new, line, says):
    assert old in OWN
    with pytest.raises(OwnExerciseError) as error:
        load(own(tmp_path, OWN.replace(old, new, 1)))
    assert f"mine.py, line {line} " in str(error.value) and says in str(error.value)


def test_a_file_that_is_not_there_or_defines_something_else(tmp_path, monkeypatch, capsys):
    with pytest.raises(OwnExerciseError, match="there is no such file"):
        find_or_load("nowhere/mine.py")
    with pytest.raises(OwnExerciseError, match=r"mine.py, line 2 .* got EXERCISE of type str"):
        load(own(tmp_path, '\nEXERCISE = "squat"\n'))
    assert run(monkeypatch, capsys, "exercises", tmp_path / "no.py")[0] == 2


def test_exercises_are_listed_and_shown_for_people_and_programs(tmp_path, monkeypatch, capsys):
    code, listed, _ = run(monkeypatch, capsys, "exercises")
    assert code == 0 and all(exercise.name in listed for exercise in catalogue())
    assert listed.splitlines() == [line.rstrip() for line in listed.splitlines()] and "━" not in listed
    _, data, _ = run(monkeypatch, capsys, "exercises", "--json")
    assert [each["name"] for each in json.loads(data)] == [exercise.name for exercise in catalogue()]
    for exercise in catalogue():
        _, shown, _ = run(monkeypatch, capsys, "exercises", exercise.name)
        for criterion in exercise.criteria:
            assert all(text in shown for text in (criterion.title, criterion.cue, criterion.why, criterion.source))
    code, shown, _ = run(monkeypatch, capsys, "exercises", own(tmp_path))
    assert code == 0 and "at least 90°; fails below 82°" in shown and "mine.py" in shown
    code, _, error = run(monkeypatch, capsys, "exercises", "sqat")
    assert code == 2 and "did you mean squat" in error


def test_an_exercise_learnt_from_two_experts_counts_and_judges_other_people(tmp_path, monkeypatch, capsys):
    clips = [recording(tmp_path, f"{seed}.npz", seed) for seed in (100, 101)]
    out = tmp_path / "curl.py"
    code, printed, _ = run(monkeypatch, capsys, "exercises", "learn", *clips, "--name", "my curl", "--out", out)
    assert code == 0 and printed.count("turning point") == 6
    learnt = load(out)
    assert learnt.driving.quantity is elbow_flexion and not learnt.driving.falls
    assert all(len(line) <= 120 for line in out.read_text().splitlines())
    assert "Bend your elbows to " in out.read_text() and "# The expert: " in out.read_text()
    video = recording(tmp_path, "other.npz", 102, reps=4)
    code, said, _ = run(
        monkeypatch, capsys, "analyze", video, "--exercise", out, "--out", tmp_path / "o", "--no-overlay"
    )
    assert code == 0 and "My curl: 4 repetitions" in said
    half = perform(find("barbell biceps curl"), Athlete.sample(102), 2, {"full_curl": 1.0}, seed=1, rate_hz=15)
    (judged,) = assess(learnt, {"side": Track(with_view(half.landmarks(half.camera("side-left"))))})
    assert judged.count == 2
    assert {finding.criterion for rep in judged.reps for finding in rep.findings if finding.verdict == "fail"} == {
        "elbows_at_turn"
    }
    code, _, error = run(monkeypatch, capsys, "exercises", "learn", *clips, "--name", "my curl", "--out", out)
    assert code == 2 and "is there already" in error


def test_what_is_written_reads_back_as_the_same_exercise(tmp_path):
    write_pose(tmp_path / "side.npz", squatting(squats([120, 110, 115])[0], 90))
    lesson = learn('a "deep" squat', [tmp_path / "side.npz"])
    again = load(own(tmp_path, lesson.text))
    assert again.name == lesson.exercise.name and again.driving == lesson.exercise.driving
    assert again.criteria == lesson.exercise.criteria and again.postures == lesson.exercise.postures
    one_arm = Exercise("one arm", (), Driving(elbow_flexion, 30.0, side_of=BusierSide(elbow_flexion)))
    assert load(own(tmp_path, written(one_arm, "One arm.", {}))).driving.side_of == BusierSide(elbow_flexion)


def test_the_table_of_learning_learns_from_two_and_counts_two_others():
    heading, curl = learnt_from_athletes([find("hammer curl")], 100)
    assert len(heading) == len(curl) == 5
    assert curl[:4] == ("hammer curl", "elbow flexion", "elbow flexion", "4 + 4") and int(curl[4]) > 90


def test_the_file_in_the_documentation_is_one(tmp_path):
    example = (DOCS / "exercises.md").read_text().split("```python\n")[1].split("```")[0]
    assert load(own(tmp_path, example)).criteria[0].id == "deep"


def test_nothing_is_learnt_where_nothing_repeats_or_the_recordings_disagree(tmp_path):
    write_pose(tmp_path / "still.npz", squatting(np.zeros(150), 90, noise_px=1.0))
    with pytest.raises(CannotImitate, match=r"still.npz, found none .* film at least three"):
        learn("standing", [tmp_path / "still.npz"])
    write_pose(tmp_path / "squats.npz", squatting(squats([110, 110, 110])[0], 90))
    with pytest.raises(CannotImitate, match=r"different movements: in .*squats.npz the"):
        learn("both", [tmp_path / "squats.npz", recording(tmp_path, "curls.npz", 100)])
    write_pose(tmp_path / "two.npz", squatting(squats([110, 110])[0], 90))
    with pytest.raises(CannotImitate, match="at least 3 repetitions in all, found 2"):
        learn("squat", [tmp_path / "two.npz"])
    with pytest.raises(ValueError, match="different recordings"):
        learn("squat", [tmp_path / "two.npz", tmp_path / "two.npz"])
    with pytest.raises(ValueError, match="a name for the exercise"):
        learn(" ", [tmp_path / "two.npz"])
