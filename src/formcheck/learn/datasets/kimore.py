"""KIMORE: five exercises of physical rehabilitation by 44 healthy people and 34 patients before a Kinect v2.

Capecci et al., "The KIMORE Dataset: Kinematic Assessment of Movement and Clinical Scores for Remote Monitoring of
Physical Rehabilitation", IEEE Trans. Neural Syst. Rehabil. Eng. 27(7), 2019. A folder a person in folders of groups,
a folder an exercise in that:

    CG/Expert/E_ID1/Es1/Raw/JointPosition271114_122627.csv   frames x 25 joints x (x, y, z, tracking state)
    CG/Expert/E_ID1/Es1/Raw/JointOrientation....csv          frames x 25 x quaternion
    CG/Expert/E_ID1/Es1/Raw/TimeStamp....csv                 in units of 100 ns
    CG/Expert/E_ID1/Es1/Label/ClinicalAssessment_E_ID1.xlsx  a row with `clinical TS Ex#1` and so on
    CG/Expert/E_ID1/Es1/rgb/....mp4

Scores: TS 0 to 50 in all, of which PO and CF are parts. What is missing, empty or twice there is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from formcheck.body import PoseSequence
from formcheck.learn.datasets.dataset import Clip, Dataset, DatasetError, Person, Problem, Progress, Repetition
from formcheck.learn.datasets.sheet import number, read_workbook
from formcheck.learn.datasets.video import VIDEOS, damage
from formcheck.sources.frame import SourceError
from formcheck.sources.kinect import PREFIX, STAMPS, is_kinect, open_kinect

LAYOUT = "KIMORE"
EXPECTED = "CG and GPP with people (E_ID1 ...), exercises (Es1 ... Es5), and JointPosition....csv in Raw"

EXERCISES = {
    1: "lifting of the arms",
    2: "lateral tilt of the trunk",
    3: "trunk rotation",
    4: "pelvis rotation",
    5: "squat",
}
GROUPS = {"E": "expert", "NE": "not expert", "S": "stroke", "P": "Parkinson", "B": "back pain"}
SCORES = {"TS": 50.0, "PO": 50.0, "CF": 50.0}
"""The clinical scores and how high each can be at most."""

_PERSON = re.compile(r"(E|NE|S|P|B)[_ ]ID(\d+)", re.IGNORECASE)
_EXERCISE = re.compile(r"Es(\d+)", re.IGNORECASE)
_SCORE = re.compile(r"clinical\s+(TS|PO|CF)\s+Ex\s*#\s*(\d)", re.IGNORECASE)


def recognises(folder: Path) -> bool:
    """Whether joint positions lie in it below a person and an exercise."""
    return any(True for _ in _recordings(folder))


def read(folder: Path, deep: bool, progress: Progress | None = None) -> Dataset:
    """Every recording of every person; `deep` reads every table. A clip is a recording of several repetitions.

    Its one `Repetition` stands for the whole recording and has the clinical score TS over 50 as correctness.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, int], list[Path]] = {}
    for path, person, exercise in _recordings(folder):
        found.setdefault((person, exercise), []).append(path)
    scores = {person: _scores(folder, person, problems) for person in dict.fromkeys(name for name, _ in found)}
    clips: list[Clip] = []
    for at, ((person, exercise), files) in enumerate(sorted(found.items())):
        clip = _clip(person, exercise, files, scores[person], deep, problems)
        clips += [clip] if clip is not None else []
        if progress is not None:
            progress("Reading", (at + 1) / len(found))
    people = tuple(Person(name, _facts(name, told)) for name, told in sorted(scores.items()))
    notes = [
        f"{name} has no {EXERCISES[exercise]} (Es{exercise})."
        for name in sorted(scores)
        for exercise in EXERCISES
        if (name, exercise) not in found
    ]
    return Dataset(LAYOUT, folder, people, tuple(clips), tuple(problems), tuple(notes))


def pose(clip: Clip) -> PoseSequence:
    """The body of a clip. Raises DatasetError where its tables cannot be read."""
    file = clip.streams["kinect"][0]
    try:
        return open_kinect(file).sequence
    except SourceError as error:
        raise DatasetError(Problem(file, "", str(error))) from error


def _recordings(folder: Path) -> Iterator[tuple[Path, str, int]]:
    """(file, person, exercise) of every table of joint positions."""
    for path in sorted(folder.rglob(f"{PREFIX}*.csv")):
        parts = path.relative_to(folder).parts[:-1]
        people = [part for part in parts if _PERSON.fullmatch(part)]
        exercises = [told for part in parts if (told := _EXERCISE.fullmatch(part))]
        if is_kinect(path) and people and exercises:
            yield path, people[-1].replace(" ", "_").upper(), int(exercises[-1][1])


def _clip(
    person: str, exercise: int, files: list[Path], scores: dict[str, float], deep: bool, problems: list[Problem]
) -> Clip | None:
    if exercise not in EXERCISES:
        problems.append(Problem(files[0], "", f"expected an exercise from Es1 to Es5, got Es{exercise}"))
        return None
    first, *others = files
    for other in others:
        problems.append(Problem(other, "", f"expected one recording of an exercise, got {first.name} and this one"))
    streams: dict[str, tuple[Path, ...]] = {"kinect": (first,)}
    if not first.with_name(first.name.replace(PREFIX, STAMPS, 1)).is_file():
        problems.append(Problem(first, "", f"expected a {STAMPS} file beside it, got none"))
    if deep:
        try:
            for warning in open_kinect(first).warnings:
                problems += [] if warning.startswith("No ") else [Problem(first, "", warning)]
        except SourceError as error:
            problems.append(Problem(first, "", str(error)))
            return None
    videos = sorted(each for each in first.parent.parent.rglob("*") if each.suffix.lower() in VIDEOS)
    whole = [each for each in videos if not (what := damage(each, deep)) or problems.append(Problem(each, "", what))]
    if whole:
        streams["front"] = tuple(whole)
    score = scores.get(f"clinical TS Ex#{exercise}")
    rep = Repetition(0, correctness=None if score is None else score / SCORES["TS"])
    return Clip(f"{person} Es{exercise}", person, EXERCISES[exercise], streams, (rep,) if score is not None else ())


def _facts(person: str, scores: dict[str, float]) -> dict[str, str | float | None]:
    told = _PERSON.fullmatch(person)
    group = GROUPS.get(told[1].upper(), "unknown") if told else "unknown"
    return {"group": group, **scores}


def _scores(folder: Path, person: str, problems: list[Problem]) -> dict[str, float]:
    """The clinical scores of a person, from the first workbook that has them."""
    own = [
        path
        for path in sorted(folder.rglob("ClinicalAssessment*.xlsx"))
        if person in (part.replace(" ", "_").upper() for part in path.relative_to(folder).parts)
    ]
    if not own:
        problems.append(Problem(folder, "", f"expected a ClinicalAssessment workbook of {person}, got none"))
        return {}
    try:
        sheet = read_workbook(own[0])
    except DatasetError as error:
        problems += [error.problem] if isinstance(error.problem, Problem) else []
        return {}
    scores: dict[str, float] = {}
    for column, heading in enumerate(sheet.heading):
        told = _SCORE.fullmatch(heading.strip())
        if told is None or not sheet.rows:
            continue
        kind, row = told[1].upper(), sheet.rows[0]
        value = number(sheet.cell(row, column))
        if value is None or not 0.0 <= value <= SCORES[kind]:
            problems.append(sheet.problem(row, column, f"a score from 0 to {SCORES[kind]:g}"))
        else:
            scores[f"clinical {kind} Ex#{told[2]}"] = value
    if not scores:
        problems.append(Problem(own[0], "row 1", "expected columns such as 'clinical TS Ex#1', got none"))
    return scores
