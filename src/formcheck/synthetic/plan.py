"""When each repetition is: one after the other, with this athlete's tempo, variation and pauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from formcheck.exercises.motion import Fault, Motion, Tempo, Timing
from formcheck.synthetic.athlete import Athlete

SHORTEST_REST_S = 0.35  # feet that are set anew between repetitions need this long


@dataclass(frozen=True)
class PlannedRep:
    """One repetition on the clock: [start_s, end_s), out until `arrive_s`, held until `leave_s`, and its faults.

    `turn_s` is the middle of the hold. `works_left` says which side works; `faults` are grades 0..1 by criterion.
    `stall` is a pause on the way out or back: at which place (1 is the turning point, 2 the end), for how many seconds.
    """

    start_s: float
    arrive_s: float
    leave_s: float
    end_s: float
    works_left: bool
    faults: Mapping[str, float]
    stall: tuple[float, float] = (0.0, 0.0)

    @property
    def turn_s(self) -> float:
        """The middle of the hold at the turning point."""
        return (self.arrive_s + self.leave_s) / 2


@dataclass(frozen=True)
class Pauses:
    """The longest further pauses of somebody who rests, in s, each drawn evenly from zero up.

    Between repetitions, at the turning point, and midway on the way out or back.
    """

    between_s: float = 0.0
    turning_s: float = 0.0
    midway_s: float = 0.0

    def __post_init__(self) -> None:
        if min(self.between_s, self.turning_s, self.midway_s) < 0:
            raise ValueError(f"expected pauses of at least 0 s, got {self}")


def plan(
    athlete: Athlete,
    motion: Motion,
    faults: Sequence[tuple[Mapping[str, float], tuple[Fault, ...]]],
    before_s: float,
    draw: np.random.Generator,
    pauses: Pauses | None = None,
) -> list[PlannedRep]:
    """Repetitions one after the other; `faults` has per repetition its grades and the faults they belong to."""
    planned: list[PlannedRep] = []
    further = pauses or Pauses()
    idle = draw.spawn(1)[0].random((len(faults), 4))  # a stream of its own: without pauses nobody moves differently
    clock = before_s
    left = athlete.works_left
    for (grades, known), (rests, turns, stalls, where) in zip(faults, idle, strict=True):
        timing = _timing(motion.timing, grades, known)
        spread = 1.0 + athlete.variation * draw.standard_normal(4)
        out, hold, back, rest = (
            athlete.tempo * part * factor
            for part, factor in zip((timing.out_s, timing.hold_s, timing.back_s, timing.rest_s), spread, strict=True)
        )
        stall = (0.3 + 0.8 * where + 0.6 * (where > 0.5), further.midway_s * stalls)
        arrive = clock + out + stall[1] * (stall[0] < 1)
        leave = arrive + hold + further.turning_s * turns
        end = leave + back + stall[1] * (stall[0] > 1)
        planned.append(PlannedRep(clock, arrive, leave, end, left, dict(grades), stall))
        clock = end + (max(rest, SHORTEST_REST_S) if motion.timing.rest_s >= SHORTEST_REST_S else rest)
        clock += further.between_s * rests
        left = left if motion.working != "alternating" else not left
    return planned


def _timing(timing: Timing, grades: Mapping[str, float], faults: tuple[Fault, ...]) -> Timing:
    for fault in faults:
        for change in fault.changes:
            if isinstance(change, Tempo):
                name = f"{change.phase}_s"
                slower = getattr(timing, name) * change.factor ** grades[fault.criterion]
                timing = replace(timing, **{name: slower})
    return timing
