"""Exercises in which the sides take turns: a limb does the same every other repetition, and sensors count rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from formcheck.assess.unnamed import Count
from formcheck.reps import RepSpan
from formcheck.signals import Floats, Signal, at

POINTS = 32  # at which two repetitions are compared
SAME = 0.5  # correlation from which a limb does in a repetition what it did in the one before


def by_side(found: Count, sensors: Mapping[str, Signal]) -> Count:
    """The set with a repetition for each side, of an exercise in which the sides take turns.

    Where every limb that has a sensor does the same in each repetition found, that was a round of both sides: its
    turning point is where the sides change, and each side has the half of a round before or after it. Where limbs do
    something else every other time, repetitions are those of one side already.
    """
    whole = [span for span in found.spans if span.complete and not span.attempt]
    if not whole:
        return found
    apart_s = np.diff([span.turn_s for span in whole])
    round_s = float(np.median(apart_s)) if len(apart_s) else whole[0].end_s - whole[0].start_s
    if _alike(whole, sensors, round_s) < SAME:
        return found
    spans = [half for span in whole for half in _halves(span, round_s)]
    spans += [span for span in found.spans if span not in whole]
    return replace(found, spans=tuple(sorted(spans, key=lambda span: span.start_s)))


def _halves(span: RepSpan, round_s: float) -> list[RepSpan]:
    cuts = (span.turn_s - round_s / 2, span.turn_s, span.turn_s + round_s / 2)
    return [replace(span, start_s=a, turn_s=(a + b) / 2, end_s=b) for a, b in pairwise(cuts)]


def _alike(spans: list[RepSpan], sensors: Mapping[str, Signal], round_s: float) -> float:
    """How alike neighbouring repetitions are at a limb, the median over limbs; 1 for a single repetition."""
    if len(spans) < 2:
        return 1.0
    limbs: list[float] = []
    for signal in sensors.values():
        ways = [_way(signal, span.turn_s, round_s) for span in spans]
        pairs = [float(np.corrcoef(a, b)[0, 1]) for a, b in pairwise(ways) if np.std(a) > 0 and np.std(b) > 0]
        known = [each for each in pairs if np.isfinite(each)]
        limbs += [float(np.median(known))] if known else []
    return float(np.median(limbs)) if limbs else 1.0


def _way(signal: Signal, turn_s: float, round_s: float) -> Floats:
    """How a sensor was turned about a turning point: its axes at 32 instants, without their means, in a row."""
    when = turn_s + round_s * np.linspace(-0.5, 0.5, POINTS)
    axes = [name for name in signal.channels if name.startswith("gyro")] or list(signal.channels[:3])
    values = np.stack([at(signal.time, signal[name], when) for name in axes])
    known = np.isfinite(values).all(axis=0)
    middle = values[:, known].mean(axis=1, keepdims=True) if known.any() else 0.0
    return np.nan_to_num(values - middle).ravel()
