"""A recording whose repetitions somebody has counted, and how a count is held against what they wrote."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from formcheck.body.pose import PoseSequence

_UNKNOWN = (math.nan, math.nan)


@dataclass(frozen=True)
class Cycle:
    """One repetition as labelled, in s on the clock of its recording; NaN where the label does not say.

    It is [start_s, end_s); its turning point lies between the two instants of `turn_s`, which are one and the same
    where nobody pauses. Where the recording cuts it off (`whole` False), finding it is neither right nor wrong.
    """

    start_s: float = math.nan
    end_s: float = math.nan
    turn_s: tuple[float, float] = _UNKNOWN
    whole: bool = True


@dataclass(frozen=True, eq=False)
class LabelledClip:
    """One recording and its label; `pose` reads the landmarks when they are needed.

    `source` is the person, or else the video, whose recordings are alike; `kind` what the dataset calls the exercise
    and `exercise` its name in the catalogue, None where it is not there. `count` are the complete repetitions; a fair
    counter may give `low` to `high`, or `both_sides` where sides alternate. `cycles` is None where only the count is
    known.
    """

    name: str
    source: str
    kind: str
    exercise: str | None
    count: int
    low: int
    high: int
    pose: Callable[[], PoseSequence]
    cycles: tuple[Cycle, ...] | None = None
    both_sides: int | None = None

    def error(self, count: int) -> int:
        """How far a count is from the labelled range, or from the count of both sides where that is nearer."""
        error = max(self.low - count, count - self.high, 0)
        return error if self.both_sides is None else min(error, abs(count - self.both_sides))
