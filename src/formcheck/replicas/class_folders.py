"""A folder of videos per exercise, with synthetic people.

    barbell biceps curl/barbell biceps curl_1.mp4 ...
    truth/barbell biceps curl_1.json ...             ours, not part of the published layout

The layout and the 22 classes are those of the public gym video set on which GymbrAIn and the 22-gesture paper
(Cybernetics and Physics 13-2, 2024) build. Nothing says there who is in which video; here every person has one video
of every class, filmed from one of five directions in any place, light and hands (`Scene`), as videos from the net are.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.exercises import Exercise, UnknownExercise, find
from formcheck.replicas.faults import Grades, correctness, draw_faults
from formcheck.replicas.people import Participant, seed_of, somebody
from formcheck.replicas.production import Result, write_json
from formcheck.synthetic import film, perform
from formcheck.synthetic.scene import Scene

PEOPLE = 10
GRADES: Grades = "labels"
REPS = 4
CLASSES = (
    "barbell biceps curl",
    "bench press",
    "chest fly machine",
    "deadlift",
    "decline bench press",
    "hammer curl",
    "hip thrust",
    "incline bench press",
    "lat pulldown",
    "lateral raise",
    "leg extension",
    "leg raises",
    "plank",
    "pull up",
    "push up",
    "romanian deadlift",
    "russian twist",
    "shoulder press",
    "squat",
    "t bar row",
    "tricep dips",
    "tricep pushdown",
)
_AZIMUTHS_DEG = (0.0, 40.0, -40.0, 90.0, -90.0)


@dataclass(frozen=True)
class Video:
    """One person's set of one class; `number` counts the videos of a class from 1."""

    class_name: str
    number: int
    person: Participant
    reps: int
    seed: int
    frame_size: tuple[int, int] | None
    grades: Grades

    @property
    def key(self) -> str:
        """The name of its file, without ending."""
        return f"{self.class_name}_{self.number}"


def pieces(people: int, seed: int, reps: int, frame_size: tuple[int, int] | None, grades: Grades) -> list[Video]:
    """A video for every person and class."""
    draw = np.random.default_rng([seed, seed_of("class-folders")])
    cast = [
        Participant(number, somebody("class-folders", seed, number), int(draw.integers(18, 50)))
        for number in range(1, people + 1)
    ]
    return [
        Video(
            name, person.number, person, reps, seed_of("class-folders", seed, name, person.number), frame_size, grades
        )
        for name in CLASSES
        if _performable(name)
        for person in cast
    ]


def _performable(name: str) -> bool:
    try:
        return find(name).motion is not None
    except UnknownExercise:
        return False


def make(video: Video, out: Path) -> Result:
    """Film one set and write its truth."""
    exercise = find(video.class_name)
    draw = np.random.default_rng([video.seed, 1])
    reps = _repetitions(exercise, video.reps, draw)
    faults = draw_faults(exercise, reps, draw, video.grades)
    performance = perform(exercise, video.person.athlete, reps, faults, video.seed)
    scene = Scene.sample(video.seed)
    azimuth_deg = float(draw.choice(_AZIMUTHS_DEG))
    camera = scene.camera(performance, azimuth_deg=azimuth_deg, frame_size=video.frame_size)
    folder = out / video.class_name
    folder.mkdir(parents=True, exist_ok=True)
    film(performance.at(scene.clock(performance)), camera, folder / f"{video.key}.mp4", scene=scene)
    truth = performance.truth() | {
        "person": video.person.name,
        "azimuth_deg": round(azimuth_deg + scene.turn_deg, 2),
        "correctness": [correctness(exercise, grades) for grades in faults],
    }
    write_json(out / "truth" / f"{video.key}.json", truth)
    return {}


def _repetitions(exercise: Exercise, usual: int, draw: np.random.Generator) -> int:
    """One more or less than usual; a hold is held once."""
    return 1 if exercise.hold is not None else max(1, usual + int(draw.integers(-1, 2)))


def assemble(out: Path, results: list[Result]) -> None:
    """Nothing joins the videos."""
