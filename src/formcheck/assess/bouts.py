"""Repetitions of a movement that nobody has named: what repeats itself, judged by how alike its repetitions are.

Every signal of the body proposes repetitions. Those whose bodies go the same way, whatever their size, left like
right, form a bout. The bout that explains the most movement with the fewest different repetitions wins, where the other
signals agree with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from formcheck.body.movement import Movement, principal
from formcheck.reps import RepSpan, find_reps
from formcheck.signals import Floats

LEAST = 0.15  # body sizes (or 6 degrees): smaller movements are jitter
PHASES = 16
ALIKE = 0.5  # correlation of the ways of two repetitions of one bout
RATIO = 3.5  # of duration, and nearly so of excursion, between two repetitions of one bout
SHORTEST_S = 0.15
SET_APART_S = 30.0  # a longer rest ends a bout
IN_GAPS = 0.4  # of a repetition may be missing
REFINED = 8  # proposals that are looked at along their own direction of movement
VOTING = 60


@dataclass(frozen=True, eq=False)
class Bout:
    """Repetitions that go alike, found on one signal, and how good an explanation they are.

    `signal` (T,) grows towards the turning points. `alike` is how well one repetition foretells another, 0..1; `size`
    of the movement in body sizes; `uneven` the relative spread of durations; `halves` how alike the two halves of a
    repetition go, which speaks for twice as many; `astray` how far the end is from the start, relative to the movement;
    `share` of all movement of the recording; `agreed` by how much of the other signals.
    """

    spans: tuple[RepSpan, ...]
    signal: Floats
    driven_by: str
    alike: float
    size: float
    uneven: float
    halves: float
    astray: float
    share: float
    agreed: float = 1.0

    @cached_property
    def duration_s(self) -> float:
        """The median duration of a repetition."""
        return float(np.median([span.end_s - span.start_s for span in self.spans]))

    @cached_property
    def worth(self) -> float:
        """0..1: how much of the movement it explains by how little.

        One repetition of n is needed to explain the others, so n explain 1 - 1/n; a single one explains nothing yet.
        """
        count = len(self.spans)
        repeated = 1.0 - 1.0 / count if count > 1 else 0.25
        large = self.size / (self.size + LEAST)
        returns = max(0.0, 1.0 - self.astray / 1.5)
        whole = 1.0 - 0.5 * max(0.0, self.halves) ** 2
        return self.share * repeated * large * returns * whole * float(np.exp(-0.5 * self.uneven)) * self.agreed

    @cached_property
    def turns_s(self) -> Floats:
        """(N,) the turning points."""
        return np.array([span.turn_s for span in self.spans])


def best_bouts(movement: Movement) -> list[Bout]:
    """Explanations of a movement, the best first; empty when nothing moves."""
    found = [bout for name, signal in movement.signals.items() for bout in bouts(movement, signal, name)]
    found.sort(key=lambda bout: -bout.worth)
    distinct: dict[tuple[int, int, int], Bout] = {}
    for bout in found:
        about = (len(bout.spans), round(bout.spans[0].start_s), round(bout.spans[-1].end_s))
        distinct.setdefault(about, bout)
        if len(distinct) == REFINED:
            break
    closer = [finer for bout in distinct.values() for finer in _refined(movement, bout)]
    considered = sorted(found + closer, key=lambda bout: -bout.worth)[:VOTING]
    voters: dict[str, Bout] = {}
    for bout in found[:VOTING]:
        voters.setdefault(bout.driven_by, bout)
    total = sum(voter.worth for voter in voters.values()) + 1e-9
    judged = [
        replace(bout, agreed=sum(voter.worth * agreement(bout, voter) for voter in voters.values()) / total)
        for bout in considered
    ]
    return sorted(judged, key=lambda bout: -bout.worth)


def bouts(movement: Movement, signal: Floats, driven_by: str, least: float = LEAST) -> Iterator[Bout]:
    """The bouts on one signal (T,), whichever way it turns."""
    known = np.where(movement.known, signal, np.nan)
    for sign in (1.0, -1.0):
        spans = [
            span
            for span in find_reps(movement.time, sign * known, least)
            if span.complete and not span.attempt and span.end_s - span.start_s > SHORTEST_S
        ]
        spans = [span for span in spans if _missing(movement, span) < IN_GAPS]
        if spans:
            ways = ways_of(movement, spans)
            for group in _groups(movement, spans, ways):
                yield _bout(movement, sign * known, driven_by, [spans[at] for at in group], ways[group])


def ways_of(movement: Movement, spans: Sequence[RepSpan]) -> Floats:
    """(N, 16, 13, 2) weighted joints at as many phases of each repetition, half of them before its turning point.

    A movement that has something else instead of joints gives that.
    """
    half = np.arange(PHASES // 2) / (PHASES // 2)
    edges = np.array([(span.start_s, span.turn_s, span.end_s) for span in spans])
    out = edges[:, :1] + half * (edges[:, 1:2] - edges[:, :1])
    back = edges[:, 1:2] + half * (edges[:, 2:] - edges[:, 1:2])
    joints = movement.at(np.concatenate([out, back], axis=1).ravel())
    return joints.reshape(len(spans), PHASES, *joints.shape[1:]) * movement.weight[:, None]


def likeness(movement: Movement, ways: Floats, others: Floats) -> Floats:
    """(N, M) correlation of ways (N, ...) with others (M, ...) of one kind of movement, its sides swapped or not.

    Somebody who lunges with the left leg after the right does the same from in front (mirrored) and from the side.
    """
    flat = _unit(ways)
    return np.max([flat @ _unit(other).T for other in (others, *movement.turned(others))], axis=0)


def _unit(ways: Floats) -> Floats:
    """(N, K) ways about their own middle, of length one."""
    flat = (ways - ways.mean(axis=1, keepdims=True)).reshape(len(ways), -1)
    return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)


def _groups(movement: Movement, spans: Sequence[RepSpan], ways: Floats) -> Iterator[NDArray[np.intp]]:
    """Indices of repetitions that are alike and no long rest apart."""
    lasts = np.array([span.end_s - span.start_s for span in spans])
    goes = np.array([span.excursion for span in spans])
    like = likeness(movement, ways, ways)
    near = (like > ALIKE) & (np.abs(np.log(lasts[:, None] / lasts)) < np.log(RATIO))
    near &= np.abs(np.log(goes[:, None] / goes)) < np.log(0.86 * RATIO)
    np.fill_diagonal(near, True)
    left = np.ones(len(spans), dtype=bool)
    while left.any():
        weight = np.where(near & left[:, None] & left, np.clip(like, 0.01, 1.0) * lasts, 0.0)
        group = np.flatnonzero(near[int(np.argmax(weight.sum(axis=1)))] & left)
        left[group] = False
        rests = [spans[b].start_s - spans[a].end_s for a, b in pairwise(group.tolist())]
        yield from np.split(group, np.flatnonzero(np.array(rests) > SET_APART_S) + 1)


def _bout(movement: Movement, signal: Floats, driven_by: str, spans: list[RepSpan], ways: Floats) -> Bout:
    count = len(spans)
    lasts = np.array([span.end_s - span.start_s for span in spans])
    like = likeness(movement, ways, ways)
    np.fill_diagonal(like, np.nan)
    foretold = np.clip(np.nanmedian(like, axis=1), 0.0, 1.0) if count > 1 else np.full(1, 0.7)
    spread = np.linalg.norm((ways - ways.mean(axis=1, keepdims=True)).reshape(count, -1), axis=1) / np.sqrt(PHASES)
    astray = np.linalg.norm((ways[:, 0] - ways[:, -1]).reshape(count, -1), axis=1) / np.maximum(spread, 1e-9)
    edges = np.array([(span.start_s, span.end_s) for span in spans])
    stirred = np.diff(movement.stirred[movement.index(edges) + [0, 1]], axis=1)[:, 0]
    return Bout(
        spans=tuple(spans),
        signal=signal,
        driven_by=driven_by,
        alike=float(foretold.mean()),
        size=float(np.median(spread)),
        uneven=float(lasts.std() / lasts.mean()),
        halves=float(np.median(_halves(movement, spans))),
        astray=float(np.median(astray)),
        share=float((stirred * foretold**2).sum() / max(float(movement.stirred[-1]), 1e-6)),
    )


def _halves(movement: Movement, spans: Sequence[RepSpan]) -> Floats:
    """(N,) likeness of the first and the second half of each repetition."""

    def part(span: RepSpan, start: float, end: float) -> RepSpan:
        a, b = (span.start_s + share * (span.end_s - span.start_s) for share in (start, end))
        return replace(span, start_s=a, turn_s=(a + b) / 2, end_s=b)

    first = ways_of(movement, [part(span, 0.0, 0.5) for span in spans])
    second = ways_of(movement, [part(span, 0.5, 1.0) for span in spans])
    sides = (second, *movement.turned(second))
    return np.max([(_unit(first) * _unit(other)).sum(axis=1) for other in sides], axis=0)


def _refined(movement: Movement, bout: Bout) -> list[Bout]:
    """The bouts along the direction in which the body moves most in one."""
    inside = movement.known & np.any(
        [(movement.time >= span.start_s) & (movement.time <= span.end_s) for span in bout.spans], axis=0
    )
    signal = principal(movement.alike, inside, 1)
    goes = typical_way(movement, signal[0], bout.spans) if len(signal) else 0.0
    return (
        list(bouts(movement, signal[0], f"direction of {bout.driven_by}", max(0.5 * LEAST, 0.4 * goes))) if goes else []
    )


def typical_way(movement: Movement, signal: Floats, spans: Sequence[RepSpan]) -> float:
    """How far a signal (T,) goes in the middle of repetitions from their ends."""
    edges = np.array([(span.start_s, span.turn_s, span.end_s) for span in spans])
    start, turn, end = np.interp(edges, movement.time, np.nan_to_num(signal)).T
    return float(np.median(np.abs(turn - (start + end) / 2)))


def agreement(bout: Bout, other: Bout) -> float:
    """0..1: how many turning points of two bouts fall together; one may turn where the other starts."""
    mine = bout.turns_s
    within = 0.25 * min(bout.duration_s, other.duration_s)
    best = 0.0
    for theirs in (other.turns_s, np.array([span.end_s for span in other.spans])):
        near = np.abs(mine[:, None] - theirs) < within
        best = max(best, float(near.any(axis=1).sum() + near.any(axis=0).sum()) / (len(mine) + len(theirs)))
    return best


def _missing(movement: Movement, span: RepSpan) -> float:
    """The share of a repetition in which nobody was found."""
    inside = slice(*movement.index(np.array([span.start_s, span.end_s])))
    known = movement.known[inside]
    return 1.0 - float(known.mean()) if len(known) else 0.0
