"""Whether two films of different sets are taken for two of the same: acted, not filmed, for there are many pairs.

Landmarks have the errors that the estimator was measured to make (`synthetic.estimated`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.body import PoseSequence
from formcheck.body.sync import LEAST_AGREEMENT, find_offset
from formcheck.body.view import with_view
from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.two_views import CUTS, Pair, in_part
from formcheck.exercises import Exercise
from formcheck.synthetic.estimated import estimated_before

SAME, IN_PART, OTHER_SET, OTHER_EXERCISE = (
    "the same set",
    "the same set, in part",
    "another set of the exercise",
    "another exercise",
)
KINDS = (SAME, IN_PART, OTHER_SET, OTHER_EXERCISE)
PEOPLE = 4
FURTHER = (1, 5)  # places in the catalogue from an exercise to the others that it is paired with
OFFSET_S = 0.05  # an offset is right within this: a frame of the slowest cameras is 0.067 s


@dataclass(frozen=True)
class Paired:
    """What was made of two recordings: left out, doubted, or taken; whether a taken offset is right (same set only)."""

    kind: str
    athlete: int
    aligned: bool
    doubted: bool
    right: bool | None


@dataclass(frozen=True, eq=False)
class _Acted:
    pair: Pair
    poses: tuple[PoseSequence, PoseSequence]
    offset_s: float


def paired(
    exercises: Sequence[Exercise], athletes: Sequence[int], progress: Callable[[str, float], None] | None = None
) -> list[Paired]:
    """Every exercise by every athlete, paired with itself, with other sets of it, and with other exercises."""
    acted: dict[tuple[int, int], _Acted] = {}
    for at, exercise in enumerate(exercises):
        for athlete in athletes:
            acted[at, athlete] = _act(Pair(exercise.file or exercise.name, athlete))
        if progress is not None:
            progress("Acting", (at + 1) / len(exercises))
    out: list[Paired] = []
    for place, ((at, athlete), first) in enumerate(acted.items()):
        for name, shares in CUTS.items():
            one, other = (in_part(pose, *share) for pose, share in zip(first.poses, shares, strict=True))
            out.append(_told(SAME if name == next(iter(CUTS)) else IN_PART, athlete, one, other, first.offset_s))
        for kind, second in _others(acted, at, athlete, len(exercises)):
            out.append(_told(kind, athlete, first.poses[0], second.poses[1], None))
        if progress is not None:
            progress("Aligning", (place + 1) / len(acted))
    return out


def _act(pair: Pair) -> _Acted:
    one, other = (seat.performed() for seat in pair.seats)
    draw = np.random.default_rng([pair.athlete, *pair.exercise.encode(), 97])
    seen = [
        estimated_before(done, seat.camera(done), draw) for seat, done in zip(pair.seats, (one, other), strict=True)
    ]
    first, second = (with_view(pose.shifted(-float(pose.time[0]))) for pose in seen)
    return _Acted(pair, (first, second), float(other.time[0] - one.time[0]))


def _others(acted: dict[tuple[int, int], _Acted], at: int, athlete: int, many: int) -> Iterator[tuple[str, _Acted]]:
    yield from ((OTHER_SET, acted[at, who]) for there, who in acted if there == at and who != athlete)
    further = sorted({(at + step) % many for step in FURTHER} - {at})
    yield from ((OTHER_EXERCISE, acted[there, athlete]) for there in further)


def _told(kind: str, athlete: int, first: PoseSequence, second: PoseSequence, offset_s: float | None) -> Paired:
    found = find_offset(first, second)
    if found is None or found.agreement < LEAST_AGREEMENT:
        return Paired(kind, athlete, False, False, None)
    right = None if offset_s is None else abs(found.offset_s - offset_s) <= OFFSET_S
    return Paired(kind, athlete, True, found.loose or found.rival_s is not None, right)


def paired_rows(results: Sequence[Paired]) -> list[tuple[str, ...]]:
    """Rows of (what the films show, pairs, not aligned %, doubted %, taken %, of these with a wrong offset)."""
    rows: list[tuple[str, ...]] = [
        ("the films show", "pairs", "not aligned %", "aligned with a warning %", "taken %", "of these wrong")
    ]
    for kind in KINDS:
        chosen = [each for each in results if each.kind == kind]
        if not chosen:
            continue
        people = [str(each.athlete) for each in chosen]
        aligned, doubted = (np.array([getattr(each, name) for each in chosen]) for name in ("aligned", "doubted"))
        taken = aligned & ~doubted
        shares = [with_interval(each.astype(float), people) for each in (~aligned, doubted, taken)]
        wrong = int(sum(each.right is not True for each, so in zip(chosen, taken, strict=True) if so))
        rows.append((kind, str(len(chosen)), *shares, str(wrong)))
    return rows
