"""How the repetitions of a set usually go, and what else goes like that.

Sensors know where down is and have hardly any noise, so repetitions of a set are much the same, posture included: who
takes a weight from the rack goes through some of the same angles, but elsewhere and otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from formcheck.inertial.movement import InertialMovement
from formcheck.reps import RepSpan
from formcheck.signals import Floats

FEWEST = 3  # repetitions from which others are foretold
PHASES = 32  # half of them before the turning point
INSIDE = 0.25  # of what is usually foretold of a repetition must be so of one within a set,
AT_AN_END = 0.5  # and of the first and the last one: taking and leaving a weight comes next to them;
EITHER_HALF = 0.35  # so much of each of its halves, since who takes a weight goes one of the ways only
ELSEWHERE = 0.5  # of a shift of the whole repetition counts: grips and postures shift a little as a set goes on
ONE_HALF = 0.92  # where only one half of a repetition goes as usual, nearly all of that one
HALF_LATER = 0.3  # of a repetition after or before the others at most
HALVES = (slice(0, PHASES // 2), slice(PHASES // 2, PHASES))
CONSISTENT = 0.3  # the middle of all repetitions foretells less of them than that: they are no set
PAUSE_S = 10.0  # or three repetitions: a longer pause ends a set
LENGTHS = (0.65, 0.8, 1.0, 1.25, 1.55)  # of the usual one
TURNS = (-0.12, 0.0, 0.12)  # of a repetition, earlier and later than usual
STEP, OVERLAP = 0.08, 0.15  # of a repetition


@dataclass(frozen=True, eq=False)
class Usual:
    """The middle of all repetitions of a set: `way` (32, K) of the limbs, `turn` at that share of `lasts_s`.

    `foretold` is how much of a repetition of the set it foretells, as `of` tells.
    """

    way: Floats
    turn: float
    lasts_s: float
    foretold: float
    excursion: float

    @staticmethod
    def among(movement: InertialMovement, spans: Sequence[RepSpan]) -> Usual:
        """What is usual among repetitions; those that are not are looked past."""
        edges = _edges(spans)
        ways = ways_between(movement, edges)
        lasts_s = float(np.median(edges[:, 2] - edges[:, 0]))
        turn = float(np.median((edges[:, 1] - edges[:, 0]) / (edges[:, 2] - edges[:, 0])))
        size = float(np.median([span.excursion for span in spans]))
        usual = Usual(np.median(ways, axis=0), turn, lasts_s, 1.0, size)
        return replace(usual, foretold=float(np.median(usual.of(ways))))

    def of(self, ways: Floats, part: slice = slice(None)) -> Floats:
        """(N,) how much of each way (N, 32, K) this one foretells: 1 all of it, 0 no more than standing still does.

        `part` of the phases, where not all of them are asked about.
        """
        size = ((self.way - self.way.mean(axis=0))[part] ** 2).sum()
        other = (ways - self.way)[:, part]
        elsewhere = other.mean(axis=1, keepdims=True)
        wrong = ((other - (1.0 - ELSEWHERE) * elsewhere) ** 2).sum(axis=(1, 2))
        return 1.0 - wrong / max(float(size), 1e-9)


def ways_between(movement: InertialMovement, edges: Floats) -> Floats:
    """(N, 32, K) how the limbs go from start over turn to end, `edges` (N, 3) s: posture and all."""
    half = np.arange(PHASES // 2) / (PHASES // 2)
    out = edges[:, :1] + half * (edges[:, 1:2] - edges[:, :1])
    back = edges[:, 1:2] + half * (edges[:, 2:] - edges[:, 1:2])
    when_s = np.concatenate([out, back], axis=1)
    joints = movement.at(when_s.ravel()) * movement.weight[:, None]
    return joints.reshape(len(edges), PHASES, -1)


def settled(movement: InertialMovement, spans: Sequence[RepSpan]) -> tuple[RepSpan, ...]:
    """The repetitions of a set, those that were missed with them, and nothing that goes otherwise.

    Where they begin is not certain, so both turning points are tried: the one is right from which more of the
    movement goes as is usual. Nothing is left where the repetitions are not alike; fewer than three are
    returned as they are.
    """
    if len(spans) < FEWEST:
        return tuple(spans)
    here, worth = _searched(movement, spans)
    turned = [
        RepSpan(a.turn_s, (a.end_s + b.start_s) / 2, b.turn_s, (a.excursion + b.excursion) / 2)
        for a, b in pairwise(spans)
    ]
    there, other_worth = _searched(movement, turned) if len(turned) >= FEWEST else ((), 0.0)
    return there if other_worth > worth else here


def _searched(movement: InertialMovement, spans: Sequence[RepSpan]) -> tuple[tuple[RepSpan, ...], float]:
    """The repetitions from one turning point to the same again, and how far they are foretold by more than half."""
    usual = Usual.among(movement, spans)
    if usual.foretold < CONSISTENT:
        return (), 0.0
    foretold = usual.of(ways_between(movement, _edges(spans)))
    core = [span for span, each in zip(spans, foretold, strict=True) if each >= INSIDE * usual.foretold]
    pause_s = max(PAUSE_S, 3 * usual.lasts_s)
    found = list(core)
    edges = [
        core[0].start_s - pause_s,
        *(at for span in core for at in (span.start_s, span.end_s)),
        core[-1].end_s + pause_s,
    ]
    for start_s, end_s in zip(edges[::2], edges[1::2], strict=True):
        start_s, end_s = max(start_s, float(movement.time[0])), min(end_s, float(movement.time[-1]))
        found += _more(movement, usual, start_s, end_s)
    run = _longest_run(sorted(found, key=lambda span: span.start_s), pause_s)
    kept = _without_loose_ends(movement, usual, run)
    kept = _with_halves(movement, usual, kept) if kept else kept
    worth = float((usual.of(ways_between(movement, _edges(kept))) - 0.5).sum()) if kept else 0.0
    return kept, worth


def _more(movement: InertialMovement, usual: Usual, start_s: float, end_s: float) -> list[RepSpan]:
    """What goes as is usual between two instants, the best first, none over another."""
    step_s, durations = STEP * usual.lasts_s, usual.lasts_s * np.array(LENGTHS)
    starts = np.arange(start_s, end_s - durations[0] + step_s / 2, step_s)
    edges = np.array(
        [
            (start, start + lasts * float(np.clip(usual.turn + turn, 0.2, 0.8)), start + lasts)
            for lasts in durations
            for start in starts
            for turn in TURNS
            if start + lasts <= end_s + OVERLAP * usual.lasts_s / 2
        ]
    )
    if not len(edges):
        return []
    foretold = usual.of(ways_between(movement, edges))
    found: list[RepSpan] = []
    for at in np.argsort(-foretold):
        if foretold[at] < INSIDE * usual.foretold:
            break
        a, turn, b = (float(each) for each in edges[at])
        spare = OVERLAP * usual.lasts_s
        if all(b <= each.start_s + spare or a >= each.end_s - spare for each in found):
            found.append(RepSpan(a, turn, b, usual.excursion))
    return found


def _longest_run(spans: Sequence[RepSpan], pause_s: float) -> list[RepSpan]:
    """Of repetitions without a long pause between them."""
    runs: list[list[RepSpan]] = []
    for span in spans:
        if runs and span.start_s - runs[-1][-1].end_s <= pause_s:
            runs[-1].append(span)
        else:
            runs.append([span])
    return max(runs, key=len)


def _without_loose_ends(movement: InertialMovement, usual: Usual, spans: Sequence[RepSpan]) -> tuple[RepSpan, ...]:
    """A set that begins and ends with repetitions that go as is usual, on the way out and on the way back."""
    ways = ways_between(movement, _edges(spans))
    sure = usual.of(ways) >= AT_AN_END * usual.foretold
    for half in HALVES:
        sure &= usual.of(ways, half) >= EITHER_HALF
    if not sure.any():
        return ()
    first, last = np.flatnonzero(sure)[[0, -1]]
    return tuple(spans[first : last + 1])


def _with_halves(movement: InertialMovement, usual: Usual, spans: tuple[RepSpan, ...]) -> tuple[RepSpan, ...]:
    """A set with one repetition more where one half of it is left at either end, or at both.

    The first way out may begin with taking the weight, and the last way back end with leaving it: then only the other
    half of that repetition goes as is usual.
    """
    before, after = _half(movement, usual, spans[0].start_s, -1), _half(movement, usual, spans[-1].end_s, 1)
    if before is None and after is None:
        return spans
    lasts_s = usual.lasts_s
    if after is not None:
        start_s, turn_s = spans[-1].end_s, after
        end_s = min(turn_s + (1.0 - usual.turn) * lasts_s, float(movement.time[-1]))
        return (*spans, RepSpan(start_s, turn_s, max(end_s, turn_s), usual.excursion))
    assert before is not None
    start_s = max(before - usual.turn * lasts_s, float(movement.time[0]))
    return (RepSpan(min(start_s, before), before, spans[0].start_s, usual.excursion), *spans)


def _half(movement: InertialMovement, usual: Usual, from_s: float, toward: int) -> float | None:
    """Where a way out after `from_s` turns (`toward` 1), or a way back to it began (-1); None if nothing is like it."""
    share = usual.turn if toward > 0 else 1.0 - usual.turn
    starts = from_s + toward * usual.lasts_s * np.arange(0.0, HALF_LATER + 1e-9, STEP)
    edges = np.array(
        [
            (at, turn, turn) if toward > 0 else (turn, turn, at)
            for at in starts
            for length in LENGTHS
            if movement.time[0] <= (turn := at + toward * share * usual.lasts_s * length) <= movement.time[-1]
        ]
    )
    if not len(edges):
        return None
    alike = usual.of(ways_between(movement, edges), HALVES[0 if toward > 0 else 1])
    best = int(np.argmax(alike))
    return float(edges[best, 1]) if alike[best] >= ONE_HALF else None


def _edges(spans: Sequence[RepSpan]) -> Floats:
    return np.array([(span.start_s, span.turn_s, span.end_s) for span in spans])
