"""The sets of repetitions that inertial sensors felt, whatever the exercise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from formcheck.assess.unnamed import Count, sets_in
from formcheck.inertial.movement import InertialMovement
from formcheck.inertial.usual import FEWEST, PHASES, Usual, settled, ways_between
from formcheck.reps import RepSpan
from formcheck.signals import Signal, stretches

ODDS = Path(__file__).parent / "likely.json"
SILENCE_S = 0.6  # in which a repetition may have turned round unfelt
WHOLE = 0.6  # of a repetition at both ends of a recording together are one that the ends part
SHORTEST, LONGEST = 0.2, 1.15  # of a repetition that the recording cuts
PACES = (0.8, 1.0, 1.25)
BESIDE = 0.3  # of a repetition may lie within another set's: else it is one of them
GOES_ALIKE = 0.6  # correlation with the same part of the others,
MUCH = 0.5  # and of their size


def imu_sets(sensors: Mapping[str, Signal]) -> list[Count]:
    """The sets of repetitions in a recording of one or several sensors, whatever their exercise, in the order of time.

    As `assess.unnamed.find_sets`, by tilt and way of the limbs. Two things are made up for. Where a sensor was silent
    within a set, the others are believed if they felt more, and else as many repetitions are taken to have gone on as
    fit at the set's own pace. A recording that was cut to a set holds whole repetitions: parts of one at its two ends
    that make up most of one together count as one. `sensors` are as `read_imu` gives them; those without an
    accelerometer are not looked at.
    """
    found = _sets(sensors)
    ends = [signal.time[at] for signal in sensors.values() if len(signal) for at in (0, -1)]
    steady = {place: signal for place, signal in sensors.items() if ends and _ran_on(signal, min(ends), max(ends))}
    if found and steady and len(steady) < len(sensors):  # who fell silent says less than nothing of what went on then
        others = _sets(steady)
        if sum(each.count for each in others) > sum(each.count for each in found):
            return others
    return found


def _ran_on(signal: Signal, start_s: float, end_s: float) -> bool:
    """Whether a sensor was never silent for so long that a repetition may have gone by unfelt."""
    known = signal.time[np.isfinite(signal.values).any(axis=1)]
    return float(np.diff([start_s, *known, end_s]).max()) <= SILENCE_S


def _sets(sensors: Mapping[str, Signal]) -> list[Count]:
    movement = InertialMovement.of_sensors(sensors)
    if movement is None:
        return []
    sets = [_through_silence(movement, each) for each in _settled(movement, sets_in(movement, ODDS))]
    edges_s = [float(movement.time[0]), float(movement.time[-1])]
    between = [(a.spans[-1].end_s + b.spans[0].start_s) / 2 for a, b in pairwise(sets)]
    bounds = [edges_s[0], *between, edges_s[1]]
    return [_with_ends(movement, each, bounds[at], bounds[at + 1], edges_s) for at, each in enumerate(sets)]


def _settled(movement: InertialMovement, found: Sequence[Count]) -> list[Count]:
    """Sets with all that goes as their repetitions do; those that were parted, or found twice, are one."""
    sets: list[Count] = []
    for each in sorted(found, key=lambda each: -each.count):
        spans = settled(movement, [span for span in each.spans if span.complete and not span.attempt])
        same = next((at for at, other in enumerate(sets) if _overlap(spans, other.spans)), None)
        if same is not None:
            sets[same] = replace(sets[same], spans=_joined(sets[same].spans, spans))
        elif spans:
            sets.append(replace(each, spans=spans))
    return sorted(sets, key=lambda each: each.spans[0].start_s)


def _joined(spans: Sequence[RepSpan], others: Sequence[RepSpan]) -> tuple[RepSpan, ...]:
    """The repetitions of a set, and those of another way to see it that lie beside them."""
    beside = [
        other
        for other in others
        if all(_shared_s(span, other) < BESIDE * (other.end_s - other.start_s) for span in spans)
    ]
    return tuple(sorted((*spans, *beside), key=lambda span: span.turn_s))


def _shared_s(span: RepSpan, other: RepSpan) -> float:
    return min(span.end_s, other.end_s) - max(span.start_s, other.start_s)


def _overlap(spans: Sequence[RepSpan], others: Sequence[RepSpan]) -> bool:
    return bool(spans) and spans[0].start_s < others[-1].end_s and others[0].start_s < spans[-1].end_s


def _through_silence(movement: InertialMovement, found: Count) -> Count:
    """A set whose repetitions went on while nothing was felt."""
    silences = [
        (float(movement.time[start]), float(movement.time[end - 1]))
        for start, end in stretches(~movement.known)
        if movement.time[end - 1] - movement.time[start] >= SILENCE_S
    ]
    spans = found.spans
    for start_s, end_s in silences:
        spans = _bridged(spans, start_s, end_s)
    return replace(found, spans=spans)


def _bridged(spans: tuple[RepSpan, ...], start_s: float, end_s: float) -> tuple[RepSpan, ...]:
    """Repetitions of which those that meet a silence are replaced by as many as fit there."""
    before = [span for span in spans if span.end_s <= start_s]
    after = [span for span in spans if span.start_s >= end_s]
    if not before or not after or len(before) + len(after) < FEWEST:
        return spans
    heard = before + after
    lasts_s = float(np.median([span.end_s - span.start_s for span in heard]))
    pace_s = lasts_s + float(
        np.median([b.start_s - a.end_s for a, b in pairwise(heard) if b not in after[:1]] or [0.0])
    )
    room_s = after[0].start_s - before[-1].end_s
    count = round((room_s + pace_s - lasts_s) / pace_s)
    edges = np.linspace(before[-1].end_s, after[0].start_s, count + 1)
    size = float(np.median([span.excursion for span in heard]))
    between = [RepSpan(float(a), float(a + b) / 2, float(b), size) for a, b in pairwise(edges)]
    return (*before, *between, *after)


def _with_ends(
    movement: InertialMovement, found: Count, after_s: float, before_s: float, edges_s: Sequence[float]
) -> Count:
    """A set with what the recording cuts of it at its ends, where that makes up a repetition or more."""
    spans = [span for span in found.spans if span.complete and not span.attempt]
    if len(spans) < FEWEST:
        return found
    usual = Usual.among(movement, spans)
    first, last = spans[0], spans[-1]
    begun = _cut(movement, usual, first.start_s, after_s) if after_s == edges_s[0] else 0.0
    ended = _cut(movement, usual, last.end_s, before_s) if before_s == edges_s[1] else 0.0
    more = int(begun + ended + 1.0 - WHOLE)
    if not more:
        return found
    size = float(np.median([span.excursion for span in spans]))
    ends = {
        begun: RepSpan(after_s, (after_s + first.start_s) / 2, first.start_s, size),
        ended: RepSpan(last.end_s, (last.end_s + before_s) / 2, before_s, size),
    }
    chosen = sorted(ends, reverse=True)[:more]
    return replace(found, spans=tuple(sorted((*found.spans, *(ends[at] for at in chosen)), key=lambda s: s.start_s)))


def _cut(movement: InertialMovement, usual: Usual, from_s: float, to_s: float) -> float:
    """0..1: how much of a repetition goes on from `from_s` to the recording's end, or its beginning, at `to_s`."""
    best, most = 0.0, GOES_ALIKE
    for pace in PACES:
        share = abs(to_s - from_s) / (usual.lasts_s * pace)
        if not SHORTEST <= share <= LONGEST:
            continue
        share = min(share, 1.0)
        start_s, end_s = (
            (from_s, from_s + usual.lasts_s * pace) if to_s > from_s else (from_s - usual.lasts_s * pace, from_s)
        )
        edges = np.array([[start_s, start_s + usual.turn * (end_s - start_s), end_s]])
        count = max(3, round(share * PHASES))
        part = slice(0, count) if to_s > from_s else slice(PHASES - count, PHASES)
        here, meant = ways_between(movement, edges)[0][part], usual.way[part]
        here, meant = here - here.mean(axis=0), meant - meant.mean(axis=0)
        sizes = float(np.linalg.norm(here)), float(np.linalg.norm(meant))
        alike = float((here * meant).sum()) / max(sizes[0] * sizes[1], 1e-9)
        if alike > most and sizes[0] > MUCH * sizes[1]:
            best, most = share, alike
    return best
