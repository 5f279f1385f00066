"""How well repetitions are counted and exercises told from inertial sensors: real recordings and synthetic people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.evaluation.counting import Rows
from formcheck.evaluation.counting_studio import ACTIVITY_S, performed
from formcheck.evaluation.imu_data import REST, Worn
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import catalogue
from formcheck.inertial import imu_sets
from formcheck.inertial.recognise import learnt
from formcheck.synthetic import Athlete, act, activities
from formcheck.synthetic.imu import PLACES, Place, imus

Tell = Callable[[str, float], None] | None
WORN: dict[str, tuple[Place, ...]] = {
    "both wrists and ankles": PLACES,
    "the left wrist": ("wrist_left",),
    "the right ankle": ("ankle_right",),
}


@dataclass(frozen=True)
class Felt:
    """How many repetitions were found in one recording, in its largest set and in all, where `reps` are true."""

    recording: Worn
    largest: int
    found: int

    @property
    def off(self) -> int:
        """Found less true."""
        return self.found - (self.recording.reps or 0)


def count_worn(recordings: Sequence[Worn], tell: Tell = None) -> list[Felt]:
    """Every recording counted by `imu_sets`, which is told neither the exercise nor that there is one."""
    out: list[Felt] = []
    for at, each in enumerate(recordings):
        counts = [found.count for found in imu_sets(each.sensors())]
        out.append(Felt(each, max(counts, default=0), sum(counts)))
        if tell is not None:
            tell("Counting", (at + 1) / len(recordings))
    return out


def count_rows(felt: Sequence[Felt], by: str = "exercise") -> Rows:
    """Rows of (what, sets, people, exact, within 1, MAE) of recordings whose repetitions are known."""
    rows: Rows = [(by, "sets", "people or sessions", "exact %", "within ±1 %", "MAE", "more / fewer")]
    known = [each for each in felt if each.recording.reps is not None]
    kinds = list(dict.fromkeys(getattr(each.recording, by) for each in known))
    groups = [(kind, [each for each in known if getattr(each.recording, by) == kind]) for kind in kinds]
    for name, chosen in [*groups, *([("all", known)] if len(groups) > 1 else [])]:
        people = [each.recording.person for each in chosen]
        off = np.array([each.off for each in chosen])
        true = np.array([each.recording.reps for each in chosen])
        rows.append(
            (
                name,
                str(len(chosen)),
                str(len(set(people))),
                with_interval((off == 0).astype(float), people),
                with_interval((np.abs(off) <= 1).astype(float), people),
                with_interval(np.abs(off) / np.maximum(true, 1), people, percent=False),
                f"{int((off > 0).sum())} / {int((off < 0).sum())}",
            )
        )
    return rows


def wrong_counts(felt: Sequence[Felt]) -> list[str]:
    """A line for every recording that was counted wrong."""
    wrong = (each for each in felt if each.recording.reps is not None and each.off)
    return [f"{each.recording.name}: {each.recording.reps}, found {each.found}" for each in wrong]


# --- Recognition


@dataclass(frozen=True)
class Named:
    """What one recording was taken for by who had not seen its person."""

    recording: Worn
    said: str


def leave_one_out(recordings: Sequence[Worn], tell: Tell = None) -> list[Named]:
    """Every person's recordings named by what was learnt from all others'; rest is where nothing repeats itself.

    Nobody else's rest is learnt: a recording in which the counter finds no set is said to be rest, whoever it is of.
    Recordings of an exercise that nobody else did are left out.
    """
    felt = [each.sensors() for each in recordings]
    of = {id(each): at for at, each in enumerate(recordings)}
    still = [_has_rest(recordings) and not imu_sets(sensors) for sensors in felt]
    people = sorted({each.person for each in recordings})
    out: list[Named] = []
    for at, person in enumerate(people):
        others = [each for each in recordings if each.person != person and each.exercise != REST]
        seen = {each.exercise for each in others}
        sensors = [felt[of[id(each)]] for each in others]
        if len(seen) > 1:
            whose = [each.person for each in others]
            names = [each.exercise for each in others]
            model = learnt(sensors, names, ("wrist_left",), _quantities(sensors), whose)
            for each in (each for each in recordings if each.person == person):
                if still[of[id(each)]]:
                    out.append(Named(each, REST))
                elif each.exercise in seen or each.exercise == REST:
                    shares = model.of(felt[of[id(each)]])
                    out.append(Named(each, max(shares, key=lambda name: shares[name]) if shares else REST))
        if tell is not None:
            tell("Leaving one out", (at + 1) / len(people))
    return out


def _has_rest(recordings: Sequence[Worn]) -> bool:
    return any(each.exercise == REST for each in recordings)


def _quantities(sensors: Sequence[object]) -> tuple[str, ...]:
    first = sensors[0]
    channels = next(iter(first.values())).channels if isinstance(first, dict) else ()
    return ("acc", "gyro") if "gyro_x_deg_s" in channels else ("acc",)


def name_rows(named: Sequence[Named]) -> Rows:
    """Rows of (exercise, recordings, people, named right, taken for)."""
    rows: Rows = [("exercise", "recordings", "people or sessions", "named right %", "else taken for")]
    kinds = sorted({each.recording.exercise for each in named})
    for name in [*kinds, *(["all"] if len(kinds) > 1 else [])]:
        chosen = [each for each in named if name in ("all", each.recording.exercise)]
        people = [each.recording.person for each in chosen]
        right = [each.said == each.recording.exercise for each in chosen]
        wrong = [each.said for each in chosen if each.said != each.recording.exercise]
        taken = ", ".join(f"{what} ({wrong.count(what)})" for what in sorted(set(wrong))) if name != "all" else ""
        rows.append((name, str(len(chosen)), str(len(set(people))), with_interval(right, people), taken or "–"))
    return rows


# --- Synthetic people


def studio_rows(seeds: Sequence[int], tell: Tell = None) -> Rows:
    """Rows of (worn, sets, people, exact, within 1, sets found where nobody exercises), all exercises but holds.

    Of exercises in which the sides take turns, rounds may be counted: nobody says which exercise it is.
    """
    rows: Rows = [("worn", "sets", "synthetic people", "exact %", "within ±1 %", "MAE", "idle recordings with a set")]
    known = [exercise for exercise in catalogue() if exercise.motion is not None and exercise.hold is None]
    found: dict[str, list[tuple[int, int, str]]] = {name: [] for name in WORN}
    idle: dict[str, list[bool]] = {name: [] for name in WORN}
    jobs = [(exercise.name, seed) for seed in seeds for exercise in known]
    for at, (name, seed) in enumerate(jobs):
        exercise = next(each for each in known if each.name == name)
        done = performed(exercise, seed)
        sensors = imus(done, seed=seed)
        for worn, places in WORN.items():
            sets = imu_sets({place: sensors[place] for place in places})
            counted = sum(each.count for each in sets)
            true = len(done.reps)
            rounds = done.motion.working == "alternating" and abs(2 * counted - true) < abs(counted - true)
            found[worn].append((2 * counted if rounds else counted, true, str(seed)))
        if tell is not None:
            tell("Counting synthetic people", (at + 1) / len(jobs))
    for seed in seeds:
        for name in activities():
            sensors = imus(act(name, Athlete.sample(seed), ACTIVITY_S, seed=seed), seed=seed)
            for worn, places in WORN.items():
                idle[worn].append(bool(imu_sets({place: sensors[place] for place in places})))
    for worn, counts in found.items():
        off = np.array([counted - true for counted, true, _ in counts])
        true, people = np.array([true for _, true, _ in counts]), [person for _, _, person in counts]
        cells = (
            with_interval((off == 0).astype(float), people),
            with_interval((np.abs(off) <= 1).astype(float), people),
            with_interval(np.abs(off) / np.maximum(true, 1), people, percent=False),
        )
        ghosts = f"{sum(idle[worn])} of {len(idle[worn])}"
        rows.append((worn, str(len(counts)), str(len(set(people))), *cells, ghosts))
    return rows
