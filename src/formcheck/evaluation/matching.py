"""Which labelled repetitions were found: one to one, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.body.labelled import Cycle, LabelledClip
from formcheck.reps import RepSpan

NEAR_S = 0.3  # between turning points of one and the same repetition
OVERLAP = 0.5  # of the time that either takes, where a label tells no turning point


@dataclass(frozen=True)
class Matched:
    """Repetitions found and labelled (`tp`), found only (`fp`), and labelled only (`fn`)."""

    tp: int
    fp: int
    fn: int


def match(clip: LabelledClip, spans: Sequence[RepSpan], any_phase: bool) -> Matched | None:
    """How the counted repetitions of a clip meet its labels; None where these tell no times.

    Turning points meet within 0.3 s; where the label has only a beginning and an end, the two must share half of the
    time that they take together. Somebody who does not know the exercise may as well count from turning point to
    turning point: with `any_phase` the better of both readings holds for the whole clip. What a label leaves open (a
    range, both sides counted as one, a repetition that the recording cuts off) is held against nobody.
    """
    if clip.cycles is None:
        return None
    readings = [list(spans)]
    if any_phase:
        readings += [[_shifted(span, 0.5) for span in spans], [_shifted(span, -0.5) for span in spans]]
    return max((_matched(clip, reading) for reading in readings), key=lambda found: (found.tp, -found.fp))


def _shifted(span: RepSpan, by: float) -> RepSpan:
    """The same repetition read from turning point to turning point, half of it later or earlier."""
    out_s, back_s = span.turn_s - span.start_s, span.end_s - span.turn_s
    if by > 0:
        return replace(span, start_s=span.turn_s, turn_s=span.end_s, end_s=span.end_s + out_s)
    return replace(span, start_s=span.start_s - back_s, turn_s=span.start_s, end_s=span.turn_s)


def _matched(clip: LabelledClip, spans: Sequence[RepSpan]) -> Matched:
    assert clip.cycles is not None
    whole = [cycle for cycle in clip.cycles if cycle.whole]
    meet = np.array([[_meet(cycle, span) for span in spans] for cycle in whole], dtype=np.bool_)
    pairs = _pairs(meet.reshape(len(whole), len(spans)))
    taken = {span for _, span in pairs}
    cut = [cycle for cycle in clip.cycles if not cycle.whole]
    left = [span for at, span in enumerate(spans) if at not in taken]
    extra = [span for span in left if not any(_touch(cycle, span) for cycle in cut)]
    more, fewer = max(clip.high - len(whole), 0), max(len(whole) - clip.low, 0)
    if clip.both_sides is not None and clip.error(len(spans)) == abs(len(spans) - clip.both_sides):
        fewer = max(fewer, len(whole) - clip.both_sides)
    return Matched(len(pairs), max(len(extra) - more, 0), max(len(whole) - len(pairs) - fewer, 0))


def _meet(cycle: Cycle, span: RepSpan) -> bool:
    if np.isfinite(cycle.turn_s).all():
        first, last = cycle.turn_s
        return max(first - span.turn_s, span.turn_s - last, 0.0) <= NEAR_S
    shared = min(cycle.end_s, span.end_s) - max(cycle.start_s, span.start_s)
    together = max(cycle.end_s, span.end_s) - min(cycle.start_s, span.start_s)
    return shared >= OVERLAP * together


def _touch(cycle: Cycle, span: RepSpan) -> bool:
    return span.start_s < cycle.end_s and cycle.start_s < span.end_s


def _pairs(meet: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """As many pairs (row, column) as there can be in which both grow (longest common subsequence)."""
    rows, columns = meet.shape
    most = np.zeros((rows + 1, columns + 1), dtype=int)
    for row in range(rows):
        for column in range(columns):
            both = most[row, column] + meet[row, column]
            most[row + 1, column + 1] = max(both, most[row, column + 1], most[row + 1, column])
    pairs: list[tuple[int, int]] = []
    row, column = rows, columns
    while row and column:
        if most[row, column] == most[row - 1, column]:
            row -= 1
        elif most[row, column] == most[row, column - 1]:
            column -= 1
        else:
            row, column = row - 1, column - 1
            pairs.append((row, column))
    return pairs[::-1]
