"""EJUST-GYM-3 with synthetic people: two phones, a thermal camera and four inertial sensors watch four exercises.

    metadata.csv                              a row per person
    amber-birchJJ-front.mp4, ...-side.mp4     1280x720, 30 frames a second, with a start beep in the sound
    amber-birchJJ-thermal.mp4, .json          160x120 at 8.7 frames a second in colours, and the scale of these
    amber-birchJJ-wrist-left_MetaWear_..._Accelerometer_50.000Hz_1.4.4.csv   three files a sensor, four sensors
    truth/amber-birchJJ.json                  ours, not part of the published layout

The paper names its files `<firstname-lastname><exercise-abbreviation>-<modality>` without listing either; this is our
reading: two capital letters for the exercise, `front`, `side`, `thermal` and the place of a sensor for the modality,
and behind the place what the maker's app adds. Names are stones and trees, so that they are nobody's. Heights, weights,
hours of sleep and ages keep to the ranges and near the means that the paper gives; 16 smoke, 108 do not and 4 do not
say (the paper's counts leave them out); 56 eat healthily. Its test set of 832 repetitions is 15 % of about 5500, hence
ten or so for each of 128 people and four exercises. Open and chosen here: sex, light, place, and when each device was
started; the beep, in both sound tracks, is what tells.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from formcheck.exercises import find
from formcheck.replicas.faults import Grades, correctness, draw_faults
from formcheck.replicas.people import Participant, seed_of, somebody, with_stature
from formcheck.replicas.production import Result, write_json, write_whole
from formcheck.signals import uniform_clock
from formcheck.synthetic import Performance, film, perform

PEOPLE = 128
GRADES: Grades = "scores"
REPS = 10
EXERCISES = {"SE": "steam engine", "SU": "sit-up", "JJ": "jumping jack", "HK": "high knees"}
METADATA = "metadata.csv"
NAME = "name"
FACTS = ("height_cm", "weight_kg", "sleep_h", "age", "smoker", "diet")

_FRAME_SIZE = (1280, 720)
_RATE_HZ = 30.0
_SENSORS_HZ = 120.0  # on which the inertial sensors are computed: quick turns come out too flat at 30
_BEFORE_S = 3.0  # still before the first repetition: both phones run, then it beeps
_BEEP_S = 1.6
_LATEST_S = 1.2  # the last phone is started by then
_SMOKERS, _UNSAID, _HEALTHY = 16, 4, 56  # of 128
_STONES = (
    *("agate", "amber", "beryl", "coral", "flint", "garnet", "jade", "jasper"),
    *("lapis", "marble", "onyx", "opal", "pearl", "quartz", "ruby", "topaz"),
)
_TREES = (
    *("alder", "ash", "aspen", "beech", "birch", "cedar", "elm", "fir"),
    *("hazel", "larch", "linden", "maple", "oak", "pine", "rowan", "willow"),
)


@dataclass(frozen=True)
class Member(Participant):
    """A participant with everything that the paper asks people for; `smokes` is None for those who do not say."""

    full_name: str
    height_cm: int
    weight_kg: int
    sleep_h: float
    smokes: bool | None
    eats_healthily: bool

    @property
    def row(self) -> tuple[str, ...]:
        """As the table of metadata has it."""
        smoker = "" if self.smokes is None else "yes" if self.smokes else "no"
        diet = "healthy" if self.eats_healthily else "other"
        numbers = (str(self.height_cm), str(self.weight_kg), f"{self.sleep_h:g}", str(self.age))
        return (self.full_name, *numbers, smoker, diet)


@dataclass(frozen=True)
class Session:
    """One person's set of one exercise before all devices."""

    abbreviation: str
    person: Member
    reps: int
    seed: int
    frame_size: tuple[int, int]
    grades: Grades

    @property
    def key(self) -> str:
        """How its files begin."""
        return f"{self.person.full_name}{self.abbreviation}"


def pieces(people: int, seed: int, reps: int, frame_size: tuple[int, int] | None, grades: Grades) -> list[Session]:
    """Four sets of every person."""
    return [
        Session(short, person, reps, seed_of("ejust", seed, person.number, short), frame_size or _FRAME_SIZE, grades)
        for person in members(people, seed)
        for short in EXERCISES
    ]


def members(people: int, seed: int) -> list[Member]:
    """So many people; fewer are the first of the same 128. Raises ValueError for more than there are names."""
    names = [f"{stone}-{tree}" for stone in _STONES for tree in _TREES]
    if people > len(names):
        raise ValueError(f"expected at most {len(names)} people, who all have names, got {people}")
    draw = np.random.default_rng([seed, seed_of("ejust")])
    order = draw.permutation(len(names))
    answers = (True,) * _SMOKERS + (None,) * _UNSAID + (False,) * (PEOPLE - _SMOKERS - _UNSAID)
    asked, healthy = draw.permutation(PEOPLE), draw.permutation(PEOPLE) < _HEALTHY
    made: list[Member] = []
    for at in range(people):
        height_cm = round(float(np.clip(draw.normal(178.7, 7.0), 160, 197)))
        weight_kg = round(float(np.clip(76 + 0.75 * (height_cm - 178.7) + draw.normal(0, 11), 50, 120)))
        sleep_h = round(2 * float(np.clip(draw.normal(7.25, 1.4), 4, 12))) / 2
        age = round(float(np.clip(18 + draw.gamma(1.2, 2.0), 18, 34)))
        athlete = with_stature(somebody("ejust", seed, at, female=height_cm < 167), height_cm / 100)
        # Thicker limbs and trunk for more weight at a height; 22.5 kg/m2 is what the studio's figure is drawn for.
        girth = float(np.clip(np.sqrt(weight_kg / (height_cm / 100) ** 2 / 22.5), 0.82, 1.28))
        habits = answers[int(asked[at % PEOPLE])], bool(healthy[at % PEOPLE])
        name = names[int(order[at])]
        made.append(Member(at + 1, replace(athlete, girth=girth), age, name, height_cm, weight_kg, sleep_h, *habits))
    return made


def make(session: Session, out: Path) -> Result:
    """Film and measure one set, and write its truth."""
    exercise = find(EXERCISES[session.abbreviation])
    draw = np.random.default_rng([session.seed, 1])
    faults = draw_faults(exercise, session.reps, draw, session.grades)
    athlete, seed = session.person.athlete, session.seed
    performance = perform(exercise, athlete, session.reps, faults, seed, _RATE_HZ, before_s=_BEFORE_S)
    starts_s = _filmed(session, performance, draw, out)
    starts_s["thermal"] = _warmth(session, performance, out)
    clocks = _sensed(session, performance, out)
    truth = performance.truth() | {
        "person": session.person.full_name,
        "correctness": [correctness(exercise, grades) for grades in faults],
        "beep_s": _BEEP_S,
        "starts_s": starts_s,
        "imu_clocks": clocks,
    }
    write_json(out / "truth" / f"{session.key}.json", truth)
    return {"row": session.person.row}


def _filmed(session: Session, performance: Performance, draw: np.random.Generator, out: Path) -> dict[str, float]:
    """Write what the two phones record; when each was started, s on the clock of the performance."""
    from formcheck.synthetic.scene import Scene
    from formcheck.synthetic.sound import add_sound, beep

    room = Scene.sample(seed_of("ejust", session.person.athlete.seed))  # one place and light for all of a person's sets
    starts_s: dict[str, float] = {}
    for view, azimuth_deg in (("front", 0.0), ("side", performance.exercise.side_camera_deg)):
        phone = Scene.sample(seed_of("ejust", session.person.athlete.seed, view))
        scene = replace(phone, place=room.place, light=room.light, seed=room.seed, rate_hz=_RATE_HZ)
        # On tripods. Blur would take four times as long to draw, and noise ten times the room on the disk.
        scene = replace(scene, sway=0.0, shutter=0.0, noise=0.0)
        camera = scene.camera(performance, azimuth_deg=azimuth_deg, frame_size=session.frame_size)
        starts_s[view] = round(float(draw.uniform(0.0, _LATEST_S)), 4)
        seen = performance.at(scene.clock(performance, starts_s[view]))
        video = out / f"{session.key}-{view}.mp4"
        film(seen, camera, video, scene=scene)
        duration_s = float(seen.time[-1] - seen.time[0]) + 1.0 / _RATE_HZ
        add_sound(video, beep(duration_s, _BEEP_S - float(seen.time[0]), seed_of(session.seed, view)))
    return starts_s


def _warmth(session: Session, performance: Performance, out: Path) -> float:
    """Write what the thermal camera records; when its first picture was taken."""
    from formcheck.synthetic.thermal import thermal, thermal_camera
    from formcheck.synthetic.thermogram import write_coloured

    seen = thermal(performance, thermal_camera(performance), session.seed)
    write_coloured(seen, out / f"{session.key}-thermal.mp4")
    return round(float(seen.time[0]), 4)


def _sensed(session: Session, performance: Performance, out: Path) -> dict[str, dict[str, float]]:
    """Write what the four sensors report; by how much the clock of each is ahead, and how fast it runs away."""
    from formcheck.synthetic.imu import imus, worn
    from formcheck.synthetic.metamotion import write_metamotion

    often = performance.at(uniform_clock(0.0, float(performance.time[-1]), _SENSORS_HZ))
    sensors = worn(session.seed)
    write_metamotion(out, session.key, imus(often, session.seed, sensors), session.seed)
    return {
        place: {"offset_s": round(sensor.clock_offset_s, 4), "drift_ppm": round(sensor.clock_drift_ppm, 2)}
        for place, sensor in sensors.items()
    }


def assemble(out: Path, results: Sequence[Result]) -> None:
    """Write the table of people."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow((NAME, *FACTS))
    rows.writerows(dict.fromkeys(tuple(result["row"]) for result in results))
    write_whole(out / METADATA, table.getvalue().encode())
