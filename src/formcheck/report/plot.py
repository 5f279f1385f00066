"""The driving signal of a set as rows of a plot: what lies where, in percent of a row."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.assess.analysis import ExerciseSet, Rep, Trace
from formcheck.report.words import clock, quantity, rep_name
from formcheck.signals import Floats, stretches

REPS_A_ROW = 20
SECONDS_A_ROW = 75.0
MOST_ROWS = 12
SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60)  # between two labels on the time axis
POINTS_A_ROW = 900
MARGIN_S = 0.8
BELOW = 0.08  # of the value range, room below the curve
ABOVE = 0.3  # and above it, for the numbers


@dataclass(frozen=True)
class Band:
    """A shaded repetition; `number` is empty where its turning point lies in another row."""

    left: float
    width: float
    kind: str
    number: str
    title: str


@dataclass(frozen=True)
class Mark:
    """A turning point on the curve."""

    left: float
    top: float
    kind: str


@dataclass(frozen=True)
class Tick:
    """A grid line with its label."""

    at: float
    label: str


@dataclass(frozen=True)
class Row:
    """One row; lengths in percent of its width and height, `lines` as SVG point lists in 1000 x 100 units."""

    lines: tuple[str, ...]
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    seconds: tuple[Tick, ...]
    values: tuple[Tick, ...]


def plot_rows(exercise_set: ExerciseSet, trace: Trace | None = None) -> list[Row]:
    """The trace of a set, or another one beside it, cut into rows of at most 20 repetitions or 75 s; none where nothing
    was measured."""
    trace = exercise_set.trace if trace is None else trace
    time = np.array(trace.time_s, dtype=np.float64)
    value = np.array([np.nan if v is None else v for v in trace.value], dtype=np.float64)
    first_s = min([exercise_set.start_s, *(rep.start_s for rep in exercise_set.reps)]) - MARGIN_S
    last_s = max([exercise_set.end_s, *(rep.end_s for rep in exercise_set.reps)]) + MARGIN_S
    inside = (time >= first_s) & (time <= last_s)
    time, value = time[inside], value[inside]
    known = np.isfinite(value)
    if known.sum() < 2:
        return []
    first_s, last_s = max(first_s, float(time[0])), min(last_s, float(time[-1]))
    count = max(1, math.ceil(len(exercise_set.reps) / REPS_A_ROW), math.ceil((last_s - first_s) / SECONDS_A_ROW))
    edges = np.linspace(first_s, last_s, min(count, MOST_ROWS) + 1)
    low, high = float(value[known].min()), float(value[known].max())
    low, high = (low - 1.0, high + 1.0) if high - low < 1e-9 else (low, high)
    scale = (low - BELOW * (high - low), high + ABOVE * (high - low))
    return [
        _row(exercise_set, trace.unit, time, value, (float(start), float(end)), scale)
        for start, end in itertools.pairwise(edges)
    ]


def _row(
    exercise_set: ExerciseSet,
    unit: str,
    time: Floats,
    value: Floats,
    span: tuple[float, float],
    scale: tuple[float, float],
) -> Row:
    start_s, end_s = span

    def x(time_s: float) -> float:
        return 100.0 * (time_s - start_s) / max(end_s - start_s, 1e-9)

    def y(measured: float) -> float:
        return 100.0 * (scale[1] - measured) / (scale[1] - scale[0])

    here = np.flatnonzero((time >= start_s) & (time <= end_s))
    here = here[:: max(1, len(here) // POINTS_A_ROW)]
    lines = [
        " ".join(f"{10 * x(float(time[at])):.1f},{y(float(value[at])):.1f}" for at in here[a:b])
        for a, b in stretches(np.isfinite(value[here]))
        if b - a > 1
    ]
    bands: list[Band] = []
    marks: list[Mark] = []
    known = np.isfinite(value)
    for rep in exercise_set.reps:
        left, right = max(rep.start_s, start_s), min(rep.end_s, end_s)
        turns_here = start_s <= rep.turn_s < end_s or (rep.turn_s >= end_s >= time[-1] and rep.start_s < end_s)
        if left >= right:
            continue
        number = str(rep.index) if turns_here else ""
        bands.append(Band(x(left), x(right) - x(left), rep_kind(rep), number, rep_name(rep)))
        if turns_here:
            measured = float(np.interp(rep.turn_s, time[known], value[known]))
            marks.append(Mark(min(100.0, x(rep.turn_s)), y(measured), rep_kind(rep)))
    return Row(
        tuple(lines),
        tuple(bands),
        tuple(marks),
        tuple(Tick(x(s), _instant(s)) for s in ticks(start_s, end_s, 8, SECONDS) if 1 < x(s) < 99),
        tuple(Tick(y(v), quantity(v, unit)) for v in ticks(*scale, 6) if 15 < y(v) < 96),
    )


def _instant(time_s: float) -> str:
    return clock(time_s) if abs(time_s - round(time_s)) < 1e-6 else f"{time_s:.1f} s"


def rep_kind(rep: Rep) -> str:
    """How a repetition is drawn: `attempt`, `part`, `failed`, `unjudged` or `good`."""
    if rep.attempt:
        return "attempt"
    if not rep.complete:
        return "part"
    verdicts = {finding.verdict for finding in rep.judged}
    return "failed" if "fail" in verdicts else "good" if "pass" in verdicts else "unjudged"


def ticks(low: float, high: float, most: int, steps: Sequence[float] = ()) -> list[float]:
    """Round numbers between low and high, at most `most` of them, in one of `steps` or in 1, 2 or 5 times ten to n."""
    if not high > low:
        return []
    least = (high - low) / most
    fitting = [step for step in steps if step >= least]
    if fitting:
        step = float(fitting[0])
    else:
        magnitude = 10.0 ** math.floor(math.log10(least))
        step = next(magnitude * factor for factor in (1, 2, 5, 10) if magnitude * factor >= least)
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]
