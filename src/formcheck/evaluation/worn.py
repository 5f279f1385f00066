"""The tables of what a model of worn sensors names right, alone and together with a camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.evaluation.interval import with_interval
from formcheck.learn.studio import Progress, labels, perform_set, performable, reported_pose, straight_azimuth_of
from formcheck.learn.worn.studio import Felt, sensors_of
from formcheck.learn.worn.worth import SUBSETS, named_sets, only
from formcheck.predictor import UNKNOWN, name_stretch, shipped
from formcheck.predictor.worn import WornModel


def worth_rows(model: WornModel, strangers: Felt) -> list[tuple[str, ...]]:
    """The table of what a model is worth, by the sensors that are worn; intervals over people."""
    names, rows = labels(), [("worn", "accuracy over exercises", "macro F1", "others called unknown")]
    for title, places in SUBSETS.items():
        logits = model.logits(only(strangers, places)) / model.card.temperature
        done = named_sets(logits, strangers, model.card.unknown_below)
        exercise, other = done.truth < len(names) - 2, done.truth == names.index(UNKNOWN)
        right, people = (done.said == done.truth).astype(float), done.people.astype(np.str_)
        rows.append(
            (
                title,
                with_interval(right[exercise], people[exercise].tolist()),
                f"{done.told()['macro F1 over exercises']:.3f}",
                with_interval(right[other], people[other].tolist()),
            )
        )
    return rows


@dataclass(frozen=True)
class Heard:
    """One set of an exercise by a person (a seed), named by a camera, by sensors, and by both together."""

    exercise: str
    person: int
    camera: str
    sensors: str
    both: str


def heard(model: WornModel, people: Sequence[int], progress: Progress | None = None) -> list[Heard]:
    """Every exercise once by every person, before one camera that was put straight, with four sensors."""
    asked = shipped()
    found: list[Heard] = []
    for at, seed in enumerate(people):
        for label, exercise in enumerate(performable()):
            draw = np.random.default_rng([seed, label, 241])
            done = perform_set(exercise, seed, draw)
            seen = asked.answer(reported_pose(done, straight_azimuth_of(exercise, draw), draw))
            felt = model.answer(sensors_of(done, [seed, label], draw))
            start_s, end_s = done.reps[0].start_s, done.reps[-1].end_s
            said = [
                naming.label if (naming := name_stretch(each, asked.card.unknown_below, start_s, end_s)) else UNKNOWN
                for each in ([seen], [felt], [seen, felt])
            ]
            found.append(Heard(exercise.name, seed, *said))
        if progress is not None:
            progress("Naming by camera and sensors", (at + 1) / len(people))
    return found


def heard_rows(found: Sequence[Heard]) -> list[tuple[str, ...]]:
    """The table of what a camera, sensors and both name right; intervals over people."""
    people = [str(each.person) for each in found]
    rows = [("named by", f"accuracy over {len(performable())} exercises")]
    for title, said in (
        ("one camera", [each.camera for each in found]),
        ("four sensors", [each.sensors for each in found]),
        ("both", [each.both for each in found]),
    ):
        right = [float(one == each.exercise) for one, each in zip(said, found, strict=True)]
        rows.append((title, with_interval(right, people)))
    return rows
