"""How likely it is that what sensors feel is an exercise, and counted right: fitted anew, on synthetic people only.

What is fitted is `inertial/likely.json`, which `inertial.sets` reads. Half of the examples wear all four sensors, half
only one at the left wrist. Whom it is fitted on must not be whom a table tells of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from formcheck.assess.likely import Odds
from formcheck.assess.unnamed import CUT_OUT_S, propose
from formcheck.evaluation.counting_studio import ACTIVITY_S, performed
from formcheck.evaluation.fit_likely import Example, regression
from formcheck.evaluation.imu import Tell
from formcheck.exercises import catalogue
from formcheck.inertial import InertialMovement
from formcheck.signals import Signal
from formcheck.synthetic import Athlete, act, activities
from formcheck.synthetic.imu import PLACES, Place, imus

LOOKS = {
    "exercise": ("duration", "gap", "still", "alike", "share"),
    "right": ("agreed", "votes", "alike", "share", "count"),
}
WORN: tuple[tuple[Place, ...], ...] = (PLACES, ("wrist_left",))


def examples(seeds: Sequence[int], tell: Tell = None) -> list[Example]:
    """What is found in sets of every exercise and in activities of some synthetic people."""
    chosen = [each for each in catalogue() if each.motion is not None and each.hold is None]
    jobs = [(exercise, None, seed) for seed in seeds for exercise in chosen]
    jobs += [(None, name, seed) for seed in seeds for name in activities()]
    found: list[Example] = []
    for at, (exercise, activity, seed) in enumerate(jobs):
        if exercise is not None:
            done = performed(exercise, seed)
            sensors, reps = imus(done, seed=seed), len(done.reps)
        else:
            sensors, reps = imus(act(str(activity), Athlete.sample(seed), ACTIVITY_S, seed=seed), seed=seed), 0
        for places in WORN:
            found += _found({place: sensors[place] for place in places}, reps)
        if tell is not None:
            tell("Looking at what sensors feel", (at + 1) / len(jobs))
    return found


def _found(sensors: Mapping[str, Signal], reps: int) -> list[Example]:
    movement = InertialMovement.of_sensors(sensors)
    proposal = None if movement is None else propose(movement)
    if movement is None or proposal is None:
        return []
    found: list[Example] = []
    if movement.time[-1] - movement.time[0] >= CUT_OUT_S:
        found.append(Example("exercise", proposal.looks, reps > 0, reps > 0))
    if reps:
        found.append(Example("right", proposal.looks, len(proposal.spans) == reps, True))
    return found


def fit(known: Sequence[Example]) -> dict[str, Odds]:
    """The regressions, those who exercise and those who do not weighing alike; ValueError for one kind of example."""
    odds: dict[str, Odds] = {}
    for what, names in LOOKS.items():
        chosen = [each for each in known if each.what == what]
        true = np.array([each.true for each in chosen], dtype=np.bool_)
        sets = np.array([each.of_sets for each in chosen], dtype=np.bool_)
        weights = np.where(sets, 1.0 / max(sets.sum(), 1), 1.0 / max((~sets).sum(), 1))
        odds[what] = regression([each.looks for each in chosen], true, names, weights)
    return odds
