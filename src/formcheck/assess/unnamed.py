"""The sets of repetitions in a recording whose exercise nobody has named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from formcheck.assess.bouts import ALIKE, Bout, agreement, best_bouts, likeness, typical_way, ways_of
from formcheck.assess.likely import CONVINCING, FITTED, fitted, looks
from formcheck.body.movement import Movement
from formcheck.body.pose import PoseSequence
from formcheck.reps import RepSpan, find_reps
from formcheck.signals import Floats

ATTEMPT = 0.35  # of the way of the others: less is no repetition of theirs
RESEMBLES = 0.3  # correlation with the repetitions of its bout
PAUSE_S = 10.0  # or three repetitions: a longer pause ends a set of unknown repetitions
AT_REST = 0.25  # of the way: nearer to where repetitions start than this is not yet on the way
CUT_OUT_S = 25.0  # a shorter recording was cut to show an exercise
EXERCISE = 0.5  # probability from which repetitions are those of an exercise
LONGEST_S = 90.0  # that is looked at in one: a longer recording is parted where the body is quiet
QUIET_S = 5.0
GOES_ON_S = 3.0  # after this pause a set may go on with repetitions whose pace is that of the others by this
SAME_PACE = 1.6  # factor
SHORTEST_S = 4.0  # of what lies before and after a set and may be another one
FEWEST = 3  # repetitions of a set beside others
MANY = 8  # whoever does the same so often exercises
SELDOM_BY_CHANCE = 8.0  # nobody walks up, sits down or drinks five times in a row
EDGE_S = 0.2  # from the edge of a recording: repetitions that reach both edges may be cut there
CUT_SHORT = 0.35  # of its weight has one repetition more that may be two halves
PANEL = 9  # signals that vote on the count
PANEL_WORTH = 0.5  # of the best one's worth, and
PANEL_AGREES = 0.7  # of the turning points, to be asked


@dataclass(frozen=True, eq=False)
class Count:
    """The repetitions found in one recording, and the signal they were found on.

    `spans` holds attempts and cut-off parts too; `confidence` is the probability that `count` is right; `time` (T,) s
    and `signal` (T,) are what drove the machine, `driven_by` says in words what it is.
    """

    spans: tuple[RepSpan, ...]
    confidence: float
    time: Floats
    signal: Floats
    driven_by: str

    @property
    def count(self) -> int:
        """Complete repetitions, attempts left out."""
        return sum(span.complete and not span.attempt for span in self.spans)


def find_sets(pose: PoseSequence) -> list[Count]:
    """The sets of repetitions in a recording, whatever their exercise, in the order of time.

    What moves otherwise, as somebody who walks up, sits down or drinks does, is no set; in a recording of less than 25
    s whatever is repeated is one, since somebody cut it out.
    """
    movement = Movement.of(pose)
    return [] if movement is None else sets_in(movement)


def sets_in(movement: Movement, odds: Path = FITTED) -> list[Count]:
    """The sets of repetitions in a movement, as `find_sets` tells; `odds` are the regressions of its kind."""
    short = movement.time[-1] - movement.time[0] < CUT_OUT_S
    found = sorted(_sets(movement, odds, 0.0 if short else EXERCISE, 1), key=lambda each: each.spans[0].start_s)
    sets: list[Count] = []
    for each in found:
        if sets and _goes_on(movement, sets[-1].spans, each.spans):
            last = sets.pop()
            longer = last if last.count >= each.count else each
            each = replace(longer, spans=last.spans + each.spans, confidence=last.confidence * each.confidence)
        sets.append(each)
    return sets


def _goes_on(movement: Movement, spans: Sequence[RepSpan], later: Sequence[RepSpan]) -> bool:
    """Whether later repetitions are of the same set: soon after, about as long, and alike."""
    lasts, others = (np.median([span.end_s - span.start_s for span in each]) for each in (spans, later))
    if later[0].start_s - spans[-1].end_s > max(GOES_ON_S, lasts) or abs(np.log(lasts / others)) > np.log(SAME_PACE):
        return False
    return float(np.median(likeness(movement, ways_of(movement, spans), ways_of(movement, later)))) > ALIKE


@dataclass(frozen=True, eq=False)
class Proposal:
    """What explains most of a movement: repetitions `spans` on a `signal` (T,), and what they look like."""

    spans: tuple[RepSpan, ...]
    signal: Floats
    driven_by: str
    looks: dict[str, float]


def propose(movement: Movement) -> Proposal | None:
    """The repetitions that explain most of a movement, whether or not it is an exercise; None where nothing moves."""
    ranked = best_bouts(movement)
    if not ranked:
        return None
    spans, signal, driven_by, votes = _agreed(movement, ranked)
    return Proposal(tuple(spans), signal, driven_by, looks(movement, ranked[0], spans, votes)) if spans else None


def likely_exercise(proposal: Proposal, odds: Path = FITTED) -> float:
    """The probability that what repeats itself is an exercise."""
    if len(proposal.spans) >= MANY:
        return 1.0
    likely = fitted("exercise", odds).of(proposal.looks)
    often = SELDOM_BY_CHANCE if len(proposal.spans) >= CONVINCING else 1.0
    return often * likely / (1.0 - likely + often * likely)


def _sets(movement: Movement, odds: Path, likely: float, fewest: int) -> list[Count]:
    """The set that explains most, if it is likely to be one, and those before and after it."""
    if movement.time[-1] - movement.time[0] > LONGEST_S:
        quiet_s = _quietest_s(movement)
        return [each for part in _parted(movement, quiet_s) for each in _sets(part, odds, EXERCISE, FEWEST)]
    best = propose(movement)
    if best is None:
        return []
    spans, found = best.spans, list[Count]()
    pause_s = _long_pause_s(spans)
    if pause_s is not None:  # what comes before and after it is looked at by itself
        return [each for part in _parted(movement, pause_s) for each in _sets(part, odds, likely, fewest)]
    if len(spans) >= fewest and likely_exercise(best, odds) >= likely:
        found.append(Count(spans, fitted("right", odds).of(best.looks), movement.time, best.signal, best.driven_by))
    elif len(spans) == 1:
        return []
    for start_s, end_s in ((movement.time[0], spans[0].start_s), (spans[-1].end_s, movement.time[-1])):
        if end_s - start_s >= SHORTEST_S:
            found += _sets(movement.between(start_s, end_s), odds, EXERCISE, FEWEST)
    return found


def _long_pause_s(spans: Sequence[RepSpan]) -> float | None:
    """The middle of the longest pause, if it is one that ends a set."""
    if len(spans) < 2:
        return None
    gaps = [(after.start_s - before.end_s, (before.end_s + after.start_s) / 2) for before, after in pairwise(spans)]
    longest_s, middle_s = max(gaps)
    lasts_s = float(np.median([span.end_s - span.start_s for span in spans]))
    return middle_s if longest_s > max(PAUSE_S, 3 * lasts_s) else None


def _quietest_s(movement: Movement) -> float:
    """Where the body moves least about the middle of a recording: sets lie before and after it."""
    third = (movement.time[-1] - movement.time[0]) / 3
    stirred = movement.stirred[movement.index(movement.time + QUIET_S)] - movement.stirred[:-1]
    amid = np.flatnonzero((movement.time >= movement.time[0] + third) & (movement.time <= movement.time[-1] - third))
    return float(movement.time[amid[np.argmin(stirred[amid])]] + QUIET_S / 2)


def _parted(movement: Movement, at_s: float) -> tuple[Movement, Movement]:
    return movement.between(movement.time[0], at_s), movement.between(at_s, movement.time[-1] + 1.0)


def _agreed(movement: Movement, ranked: Sequence[Bout]) -> tuple[list[RepSpan], Floats, str, float]:
    """What the signals that follow the same rhythm as the best one find between them, and the share that does.

    One signal misses a repetition in which its joint was hidden, another sees one more where somebody scratched their
    head: the number that most of them find is the number.
    """
    panel: dict[str, Bout] = {}
    for bout in ranked:
        if bout.worth >= PANEL_WORTH * ranked[0].worth and agreement(bout, ranked[0]) >= PANEL_AGREES:
            panel.setdefault(bout.driven_by, bout)
    found = [(bout, *_settled(movement, bout)) for bout in list(panel.values())[:PANEL]]
    votes: dict[int, float] = {}
    for bout, spans, _ in found:
        votes[len(spans)] = votes.get(len(spans), 0.0) + bout.worth
    chosen = max(votes, key=lambda count: votes[count])
    share = votes[chosen] / max(sum(votes.values()), 1e-9)
    return next((spans, signal, bout.driven_by, share) for bout, spans, signal in found if len(spans) == chosen)


def _settled(movement: Movement, bout: Bout) -> tuple[list[RepSpan], Floats]:
    """The repetitions along a bout's signal, begun at the end of the way at which they begin, and that signal."""
    if len(bout.spans) == 1:
        return list(bout.spans), bout.signal
    here, there = (_recounted(movement, bout, sign * bout.signal) for sign in (1.0, -1.0))
    return (here, bout.signal) if _begins(movement, bout, here, there) >= 0 else (there, -bout.signal)


def _recounted(movement: Movement, bout: Bout, signal: Floats) -> list[RepSpan]:
    """What goes like the repetitions of a bout along a signal, without long pauses."""
    least = ATTEMPT * typical_way(movement, signal, bout.spans)
    spans = [span for span in find_reps(movement.time, signal, least) if span.complete and not span.attempt]
    if not spans:
        return []
    ways = ways_of(movement, spans)
    start_s, end_s = bout.spans[0].start_s - bout.duration_s, bout.spans[-1].end_s + bout.duration_s
    inside = np.array([start_s <= span.turn_s <= end_s for span in spans])
    if not inside.any():
        return []
    like = np.median(likeness(movement, ways, ways[inside]), axis=1) > RESEMBLES
    kept = [(span, within) for span, alike, within in zip(spans, like, inside, strict=True) if alike]
    chosen = [at for at, (_, within) in enumerate(kept) if within]
    if not chosen:
        return []
    first, last, pause_s = chosen[0], chosen[-1], max(PAUSE_S, 3 * bout.duration_s)
    while first > 0 and kept[first][0].start_s - kept[first - 1][0].end_s < pause_s:
        first -= 1
    while last + 1 < len(kept) and kept[last + 1][0].start_s - kept[last][0].end_s < pause_s:
        last += 1
    return [span for span, _ in kept[first : last + 1]]


def _begins(movement: Movement, bout: Bout, here: Sequence[RepSpan], there: Sequence[RepSpan]) -> float:
    """Above zero where repetitions begin as in `here`, below where they begin at the turning points of those.

    Whoever begins and ends with an idle body does one repetition more from there than from the turning point; nobody
    idles in the middle of the way; and most movements begin with straight limbs.
    """
    if not here or not there:
        return len(here) - len(there)
    more = float(np.clip(len(here) - len(there), -1, 1))
    if more:
        more *= CUT_SHORT if _to_the_edges(movement, here if more > 0 else there) else 1.0
    idle = _idle_s(movement, bout.signal, here) - _idle_s(movement, -bout.signal, there)
    straight = _straightens(movement, there) - _straightens(movement, here)
    return more + 0.4 * float(np.tanh(idle / bout.duration_s)) + 0.3 * float(np.tanh(straight / 4))


def _to_the_edges(movement: Movement, spans: Sequence[RepSpan]) -> bool:
    """Whether repetitions begin and end with the recording: then one more of them may be two halves."""
    return bool(spans[0].start_s - movement.time[0] < EDGE_S and movement.time[-1] - spans[-1].end_s < EDGE_S)


def _idle_s(movement: Movement, signal: Floats, spans: Sequence[RepSpan]) -> float:
    """How long the signal stays where repetitions start, before the first and after the last."""
    time, way = movement.time, typical_way(movement, signal, spans)
    edges = np.interp([edge for span in spans for edge in (span.start_s, span.end_s)], time, np.nan_to_num(signal))
    away = ~(np.abs(signal - np.median(edges)) < AT_REST * way)
    before, after = time[away & (time < spans[0].start_s)], time[away & (time > spans[-1].end_s)]
    start_s = before[-1] if len(before) else time[0]
    end_s = after[0] if len(after) else time[-1]
    return float(spans[0].start_s - start_s + end_s - spans[-1].end_s)


def _straightens(movement: Movement, spans: Sequence[RepSpan]) -> float:
    """By how much elbows, hips and knees are straighter at the turning points than at the ends."""
    edges = np.array([(span.start_s, span.turn_s, span.end_s) for span in spans])
    bends = sum((movement.signals[name] for name in ("elbow", "hip", "knee") if name in movement.signals), 0.0)
    bends = np.broadcast_to(bends, movement.time.shape)
    start, turn, end = np.interp(edges, movement.time, bends).T
    return float(np.mean(2 * turn - start - end))
