"""How likely it is that movements are an exercise, and counted right: fitted anew, on synthetic people only.

What is fitted is what `assess.likely` reads. Whom it is fitted on must not be whom a table tells of.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.assess.likely import FITTED, Odds, fitted
from formcheck.assess.sets import find_spans, likely_spans
from formcheck.assess.surely import given_looks, rep_looks
from formcheck.assess.unnamed import CUT_OUT_S, propose
from formcheck.body import PoseSequence
from formcheck.body.labelled import Cycle, LabelledClip
from formcheck.body.movement import Movement
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.evaluation.counting import Rows, Tell
from formcheck.evaluation.counting_studio import GIVEN, activity_pose, studio_sets
from formcheck.exercises import Exercise, find_or_load
from formcheck.reps import RepSpan
from formcheck.signals import Floats
from formcheck.synthetic import activities

LOOKS = {
    "exercise": ("duration", "gap", "travel", "zoom", "still"),
    "right": ("agreed", "votes", "alike", "share", "count"),
    "given": ("none", "odd", "odd_size", "coherence", "likely", "left_out", "blind", "cut", "view"),
    "rep": ("found", "seen", "room"),
}
# How much of the time somebody exercises: nobody knows; whoever names an exercise does it, rather than something else.
SETS = {"exercise": 0.5, "right": 1.0, "given": 0.8, "rep": 0.8}
RIDGE = 0.02  # against the mean loss of an example
STEPS = 40


@dataclass(frozen=True)
class Example:
    """One thing that was found in a recording, and what is true of it.

    `what` of `LOOKS` it is an example of: a movement that may be an `exercise`, a count of an unknown exercise that may
    be `right`, one of a `given` exercise; `looks` by name; `of_sets` that somebody exercised there.
    """

    what: str
    looks: Mapping[str, float]
    true: bool
    of_sets: bool


def examples(people: Sequence[int], idle: Sequence[int], tell: Tell = None) -> list[Example]:
    """What is found in sets of every exercise by some synthetic people, and in activities of others."""
    kinds = [studio_sets(people), studio_sets(people, cut_out=True)] if len(people) else []
    sets = [clip for kind in kinds for clip in kind.clips]
    jobs: list[LabelledClip | tuple[str, int]] = [*sets, *((name, seed) for name in activities() for seed in idle)]
    found: list[Example] = []
    for at, job in enumerate(jobs):
        found += _of_clip(job) if isinstance(job, LabelledClip) else _of_activity(*job)
        if tell is not None:
            tell("Looking at movements", (at + 1) / len(jobs))
    return found


def _of_clip(clip: LabelledClip) -> Iterator[Example]:
    assert clip.exercise is not None
    exercise, pose = find_or_load(clip.exercise), clip.pose()
    movement = Movement.of(pose)
    if exercise.hold is not None or movement is None:
        return
    proposal = propose(movement)
    if proposal is not None:
        right = clip.error(len(proposal.spans)) == 0
        yield Example("right", proposal.looks, right, True)
        if _is_long(pose):
            yield Example("exercise", proposal.looks, True, True)
    yield _of_given(exercise, pose, clip)
    yield from _of_reps(exercise, pose, clip)


def _of_activity(name: str, seed: int) -> Iterator[Example]:
    pose = activity_pose(name, seed)
    movement = Movement.of(pose)
    proposal = None if movement is None else propose(movement)
    if proposal is not None:
        yield Example("exercise", proposal.looks, False, False)
    for given in GIVEN:
        yield _of_given(find_or_load(given), pose, None)
        yield from _of_reps(find_or_load(given), pose, None)


def _of_given(exercise: Exercise, pose: PoseSequence, clip: LabelledClip | None) -> Example:
    """The count of a given exercise; without a `clip` nobody exercises."""
    track = Track(with_view(pose))
    found, kept = find_spans(exercise, track), likely_spans(exercise, track)
    count = sum(span.complete and not span.attempt for span in kept)
    right = count == 0 if clip is None else clip.error(count) == 0
    return Example("given", given_looks(exercise, track, found, kept), right, clip is not None)


def _of_reps(exercise: Exercise, pose: PoseSequence, clip: LabelledClip | None) -> Iterator[Example]:
    """Every repetition found of a given exercise; without a `clip` nobody exercises."""
    track = Track(with_view(pose))
    cycles = () if clip is None else clip.cycles or ()
    for span in likely_spans(exercise, track):
        if span.complete and not span.attempt:
            met = [cycle for cycle in cycles if _shared(cycle, span) >= 0.5]
            if not any(not cycle.whole for cycle in met):  # nobody was found: it may be counted or not
                yield Example("rep", rep_looks(exercise, track, span), bool(met), clip is not None)


def _shared(cycle: Cycle, span: RepSpan) -> float:
    """The share of the time that a label and a repetition take together in which they overlap."""
    both = min(cycle.end_s, span.end_s) - max(cycle.start_s, span.start_s)
    return both / (max(cycle.end_s, span.end_s) - min(cycle.start_s, span.start_s))


def _is_long(pose: PoseSequence) -> bool:
    """Whether anybody asks if this is an exercise: short recordings were cut out to show one."""
    return bool(pose.time[-1] - pose.time[0] >= CUT_OUT_S)


def fit(known: Sequence[Example]) -> dict[str, Odds]:
    """Every regression of `LOOKS`, those who exercise weighing as `SETS` says.

    Raises ValueError where there is only one kind of example.
    """
    odds: dict[str, Odds] = {}
    for what, names in LOOKS.items():
        chosen = [each for each in known if each.what == what]
        true = np.array([each.true for each in chosen], dtype=np.bool_)
        sets = np.array([each.of_sets for each in chosen], dtype=np.bool_)
        weights = np.where(sets, SETS[what] / max(sets.sum(), 1), (1.0 - SETS[what]) / max((~sets).sum(), 1))
        odds[what] = regression([each.looks for each in chosen], true, names, weights)
    return odds


def regression(
    rows: Sequence[Mapping[str, float]], truth: NDArray[np.bool_], names: Sequence[str], weights: Floats | None = None
) -> Odds:
    """A ridge logistic regression of `truth` (N,) on named numbers, by Newton steps; `weights` (N,) of the examples.

    Raises ValueError where all of `truth` is the same.
    """
    if len(rows) == 0 or truth.all() or not truth.any():
        got = f"{int(np.sum(truth))} of {len(rows)} that are so"
        raise ValueError(f"expected examples of both kinds to fit, got {got}: take more people (--fitted-on)")
    values = np.array([[row[name] for name in names] for row in rows], dtype=np.float64)
    middle, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    design = np.column_stack([(values - middle) / spread, np.ones(len(values))])
    share = np.full(len(values), 1.0 / len(values)) if weights is None else weights / weights.sum()
    ridge = RIDGE * np.diag([*np.ones(len(names)), 0.0])
    slopes = np.zeros(len(names) + 1)
    for _ in range(STEPS):
        chance = 1.0 / (1.0 + np.exp(-np.clip(design @ slopes, -30.0, 30.0)))
        downhill = design.T @ (share * (truth - chance)) - ridge @ slopes
        curved = (design * (share * chance * (1.0 - chance))[:, None]).T @ design + ridge
        step = np.linalg.solve(curved + 1e-9 * np.eye(len(slopes)), downhill)
        slopes += step
        if np.abs(step).max() < 1e-9:
            break
    return Odds(tuple(names), _rounded(middle), _rounded(spread), _rounded(slopes[:-1]), round(float(slopes[-1]), 4))


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)


def shipped() -> dict[str, Odds]:
    """The regressions that ship."""
    return {name: fitted(name) for name in json.loads(FITTED.read_text(encoding="utf-8"))}


def save(odds: Mapping[str, Odds], path: Path) -> None:
    """Write regressions as `assess.likely` reads them; beside first, then renamed."""
    parts: dict[str, object] = {}
    for name, each in odds.items():
        columns = {"middle": each.middle, "spread": each.spread, "weight": each.weight}
        named = {what: dict(zip(each.names, values, strict=True)) for what, values in columns.items()}
        parts[name] = {**named, "constant": each.constant}
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(parts, indent=1) + "\n", encoding="utf-8")
    part.replace(path)


def fit_table(odds: Mapping[str, Odds], shipped: Mapping[str, Odds], others: Sequence[Example]) -> Rows:
    """Rows of (what, examples, true, log loss, mean chance) on other people, shipped and fitted.

    Log loss is the mean of -log of the chance given to what is so; 0.69 is that of a coin.
    """
    rows: Rows = [("what", "examples", "true %", "at least even %", "shipped", "log loss", "shipped")]
    for what, of_sets in ((what, of_sets) for what in LOOKS for of_sets in (True, False)):
        chosen = [each for each in others if each.what == what and each.of_sets == of_sets]
        if chosen:
            true = np.array([each.true for each in chosen])
            name = f"{what}, {'sets' if of_sets else 'other activities'}"
            cells: list[tuple[str, str]] = []
            for known in (odds, shipped):
                if what in known and set(known[what].names) <= set(chosen[0].looks):
                    chance = np.array([known[what].of(each.looks) for each in chosen])
                    cells.append((f"{100 * np.mean(chance >= 0.5):.1f}", f"{_loss(chance, true):.3f}"))
                else:
                    cells.append(("–", "–"))
            (even, loss), (even_shipped, loss_shipped) = cells
            share = f"{100 * true.mean():.1f}"
            rows.append((name, str(len(chosen)), share, even, even_shipped, loss, loss_shipped))
    return rows


def _loss(chance: Floats, true: NDArray[np.bool_]) -> float:
    return -float(np.log(np.clip(np.where(true, chance, 1.0 - chance), 1e-6, 1.0)).mean())
