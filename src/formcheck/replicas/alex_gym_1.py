"""ALEX-GYM-1 (ICINCO 2025, DOI 10.5220/0013669400003982) with synthetic people.

    squat.xlsx, deadlift.xlsx, lunges.xlsx   a row per repetition
    demographics.xlsx                        a row per person
    Squat_frames/1_idx_0_1.jpg ...           16 pictures per repetition and view
    front_pose_squat.json, lat_pose_squat.json ...   (rows, 16, 33, 3) in the order of the sheet
    truth/squat_1.json ...                   ours, not part of the published layout

`deadlift` is the single-leg Romanian deadlift. A recording is two videos, an odd number from the front and the next
even number from the side; `NumIdx` counts its repetitions from 0, pictures count from 1. Names and headings are those
of the authors' public code and of the sheets that it prints (github.com/AhmedYasserrr/ALEX-GYM-1), as are two habits:
landmarks are x and y as shares of the picture and z on the scale of x, and a picture in which nobody is found is all
zeros. Open in the paper and chosen here: the file of the demographics and its columns, the class numbers of deadlift
and lunges, picture size and quality, place and light, and how often which criterion is missed (`faults`).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.exercises import find
from formcheck.replicas.faults import Grades, correctness, draw_faults
from formcheck.replicas.people import Participant, aged, seed_of, somebody
from formcheck.replicas.production import Result, write_json, write_whole
from formcheck.replicas.sheets import Cell, write_sheet
from formcheck.signals import Floats
from formcheck.synthetic import Performance, perform, pictures
from formcheck.synthetic.scene import Scene

PEOPLE = 45
GRADES: Grades = "labels"
REPS = 5  # the public code cuts every video in five
FRAMES = 16
RATE_HZ = 30.0
VIEWS = {"front": "Num Video Frontal", "side": "Num Video Lateral"}
POSES = {"front": "front_pose", "side": "lat_pose"}
INDEX, ACTION, CLASS = "NumIdx", "Action", "class"
DEMOGRAPHICS = "demographics.xlsx"
PERSON, VIDEOS = "Participant", "Videos"  # `Squat Videos` and so on: the numbers of a person's videos

_WOMEN, _MEN = 12, 33
_AGES = ((8, 12, 4), (13, 19, 7), (20, 35, 31), (36, 54, 3))  # from, to, people
_QUALITY = 92


@dataclass(frozen=True)
class Action:
    """One of the three exercises: its files, its rows in the published sheets, and the headings of its criteria."""

    name: str
    exercise: str
    label: str
    class_number: int
    rows: int
    headings: dict[str, str]

    @property
    def folder(self) -> str:
        """Of the pictures."""
        return f"{self.name.capitalize()}_frames"


ACTIONS = (
    Action(
        "squat",
        "squat",
        "Squat",
        1,
        295,
        {
            "feet_angled_out": "Feet Out 30 F",
            "feet_flat": "Whole Feet Flat On the Floor (1) L",
            "simultaneous_hip_knee_bend": "Bend Hips and Knees Simultaniously (1) L",
            "hips_move_back": "Hips backwards (1) L",
            "neutral_lower_back": "Lower back neural (1) L",
            "hips_below_knees": "Hips are lower than knees level (1 point) L",
        },
    ),
    Action(
        "deadlift",
        "single-leg romanian deadlift",
        "Deadlift",
        0,
        269,
        {
            "balance": "Balance (0.5 point) F",
            "back_straight": "Straight back (0.5) L",
            "leg_extension": "Full back leg extended (0.5 point) L",
            "controlled_reverse": "Slow reverse movement (0.5 point) L",
            "support_knee_bent": "Support knee bend 15-20° (0.5 point) L",
        },
    ),
    Action(
        "lunges",
        "lunge",
        "lunges",
        2,
        106,
        {
            "heels_shoulder_width": "Heels shoulder width apart (0.5 point) F",
            "gaze_forward": "Head looking forward (0.5 point)F",
            "natural_arm_swing": "Swinging arms (0.5 point) F",
            "feet_aligned": "Front foot is parallel with the back foot, "
            "not on one line with the back foot (0.5 point) F",
            "knee_90": "Bend knees slowly 90° (0.5 point) L",
            "back_straight": "Straight back (0.5 point) L",
            "back_knee_position": "Back knee is just above the floor (0.5 point) L",
        },
    ),
)


@dataclass(frozen=True)
class Recording:
    """One person's repetitions of one exercise before both cameras; `frontal` is the number of the front video."""

    action: Action
    frontal: int
    person: Participant
    reps: int
    seed: int
    frame_size: tuple[int, int] | None
    grades: Grades

    @property
    def key(self) -> str:
        """As its truth file is called."""
        return f"{self.action.name}_{self.frontal}"


def pieces(people: int, seed: int, reps: int, frame_size: tuple[int, int] | None, grades: Grades) -> list[Recording]:
    """Every recording of a replica with so many people: the rows of the paper for 45, fewer in proportion."""
    cast = _people(people, seed)
    planned: list[Recording] = []
    for action in ACTIONS:
        rows = max(1, round(action.rows * people / PEOPLE))
        order = np.random.default_rng([seed, seed_of(action.name)]).permutation(people)
        for at, first in enumerate(range(0, rows, reps)):
            person = cast[int(order[at % people])]
            own = seed_of("alex-gym-1", seed, action.name, at)
            count = min(reps, rows - first)
            planned.append(Recording(action, 2 * at + 1, person, count, own, frame_size, grades))
    return planned


def _people(people: int, seed: int) -> list[Participant]:
    """Somebody for every place in the paper's table of participants; fewer are the first of the same 45."""
    draw = np.random.default_rng([seed, seed_of("alex-gym-1")])
    cast: list[Participant] = []
    while len(cast) < people:
        sexes = draw.permutation([True] * _WOMEN + [False] * _MEN)
        ages = draw.permutation([int(draw.integers(low, high + 1)) for low, high, many in _AGES for _ in range(many)])
        for female, age in zip(sexes.tolist(), ages.tolist(), strict=True):
            number = len(cast) + 1
            athlete = aged(somebody("alex-gym-1", seed, number, female=female), age)
            cast.append(Participant(number, athlete, age))
    return cast[:people]


def make(recording: Recording, out: Path) -> Result:
    """Film one recording, write its pictures and its truth, and give the rows of the sheet and the landmarks."""
    exercise = find(recording.action.exercise)
    draw = np.random.default_rng([recording.seed, 1])
    faults = draw_faults(exercise, recording.reps, draw, recording.grades)
    performance = perform(exercise, recording.person.athlete, recording.reps, faults, recording.seed, RATE_HZ)
    poses: dict[str, list[Any]] = {}
    for at, view in enumerate(VIEWS):
        files = _photograph(recording, performance, view, out / recording.action.folder, recording.frontal + at)
        poses[view] = _landmarks(files).reshape(recording.reps, FRAMES, 33, 3).tolist()
    reps = range(recording.reps)
    truth = performance.truth() | {
        "person": recording.person.name,
        "correctness": [correctness(exercise, faults[rep]) for rep in reps],
    }
    write_json(out / "truth" / f"{recording.key}.json", truth)
    return {
        "action": recording.action.name,
        "person": recording.person.number,
        "sex": recording.person.sex,
        "age": recording.person.age,
        "frontal": recording.frontal,
        "labels": [performance.labels(rep) for rep in reps],
        "poses": poses,
    }


def _photograph(recording: Recording, performance: Performance, view: str, folder: Path, video: int) -> list[Path]:
    """Write 16 pictures per repetition, a sixteenth of its duration apart from its start on; their paths in order."""
    from PIL import Image

    # Both cameras stand in one place and light. Pictures this far apart would be blurred too far by an open shutter.
    room, own = Scene.sample(recording.seed), Scene.sample(seed_of(recording.seed, view))
    scene = replace(own, place=room.place, light=room.light, seed=room.seed, sway=0.0, shutter=0.0)
    azimuth_deg = 0.0 if view == "front" else performance.exercise.side_camera_deg
    camera = scene.camera(performance, azimuth_deg=azimuth_deg, frame_size=recording.frame_size)
    instants = [rep.start_s + np.arange(FRAMES) * (rep.end_s - rep.start_s) / FRAMES for rep in performance.reps]
    files: list[Path] = []
    for at, picture in enumerate(pictures(performance.at(np.concatenate(instants)), camera, scene)):
        file = folder / f"{video}_idx_{at // FRAMES}_{at % FRAMES + 1}.jpg"
        encoded = io.BytesIO()
        Image.fromarray(picture).save(encoded, "JPEG", quality=_QUALITY)
        write_whole(file, encoded.getvalue())
        files.append(file)
    return files


def _landmarks(files: Sequence[Path]) -> Floats:
    """(N, 33, 3): what the estimator finds in pictures, each looked at by itself; zeros where it finds nobody."""
    from PIL import Image

    from formcheck.pose import pose_model
    from formcheck.pose.mediapipe import Landmarker
    from formcheck.sources import Frame

    found = np.zeros((len(files), 33, 3))
    landmarker = Landmarker(pose_model(), video=False)
    try:
        for at, file in enumerate(files):
            with Image.open(file) as opened:
                picture = np.ascontiguousarray(opened.convert("RGB"), dtype=np.uint8)
            height, width = picture.shape[:2]
            people = landmarker.everybody(Frame(0.0, picture, (width, height)))
            if people and people[0].depth is not None:
                found[at, :, :2] = people[0].image / [width, height]
                found[at, :, 2] = people[0].depth / width
    finally:
        landmarker.close()
    return found.round(6)


def assemble(out: Path, results: list[Result]) -> None:
    """Write the sheets and the landmarks of all recordings."""
    for action in ACTIONS:
        here = [result for result in results if result["action"] == action.name]
        heading = (*VIEWS.values(), INDEX, ACTION, CLASS, *action.headings.values())
        rows: list[list[Cell]] = [
            [result["frontal"], result["frontal"] + 1, rep, action.label, action.class_number]
            + [labels[criterion] for criterion in action.headings]
            for result in here
            for rep, labels in enumerate(result["labels"])
        ]
        write_sheet(out / f"{action.name}.xlsx", action.name, heading, rows)
        for view, name in POSES.items():
            landmarks = [rep for result in here for rep in result["poses"][view]]
            write_json(out / f"{name}_{action.name}.json", landmarks, indent=None)
    write_sheet(out / DEMOGRAPHICS, "demographics", *_demographics(results))


def _demographics(results: list[Result]) -> tuple[list[str], list[list[Cell]]]:
    heading = [PERSON, "Sex", "Age", "Age Group", *(f"{action.name.capitalize()} {VIDEOS}" for action in ACTIONS)]
    rows: list[list[Cell]] = []
    for number in sorted({result["person"] for result in results}):
        mine = [result for result in results if result["person"] == number]
        age = mine[0]["age"]
        group = next(f"{low}-{high}" for low, high, _ in _AGES if low <= age <= high)
        videos = [
            ", ".join(f"{m['frontal']}, {m['frontal'] + 1}" for m in mine if m["action"] == action.name) or None
            for action in ACTIONS
        ]
        rows.append([f"P{number:02d}", mine[0]["sex"], age, group, *videos])
    return heading, rows
