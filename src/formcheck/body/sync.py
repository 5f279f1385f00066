"""Bringing two camera streams of one performance to one clock by the motion that both saw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.body.pose import PoseSequence
from formcheck.body.quantities import SIDES, Track, arm_elevation, elbow_flexion, hip_flexion, knee_flexion
from formcheck.signals import Floats, uniform_clock

RATE_HZ = 50.0
LEAST_OVERLAP_S = 2.0
LEAST_OVERLAP = 0.4  # of the shorter stream: a shorter overlap matches anything
RIVAL = 0.97  # a second offset that agrees nearly as well is one repetition away, and may be the right one


@dataclass(frozen=True)
class Offset:
    """What to add to the second stream's time to reach the first one's clock.

    `error_s` is the spread of the offsets that single quantities give, in seconds; `agreement` the correlation at the
    offset, -1..1; `rival_s` another offset that agrees nearly as well, or None.
    """

    offset_s: float
    error_s: float
    agreement: float
    rival_s: float | None = None


def find_offset(first: PoseSequence, second: PoseSequence) -> Offset | None:
    """Align two streams by the correlation of their joint angles; None where they share too little motion.

    Both are read as flexion of knees, hips and elbows and elevation of the arms on a common 50 Hz clock, and compared
    at every shift that leaves an overlap of 2 s and 40 % of the shorter one.
    """
    a, b = _motion(first), _motion(second)
    if a is None or b is None:
        return None
    total, overlap = np.zeros(len(a) + len(b) - 1), np.zeros(len(a) + len(b) - 1)
    norm_a, norm_b = np.zeros_like(total), np.zeros_like(total)
    singles: list[Floats] = []
    for x, y in zip(a.T, b.T, strict=True):
        dot, xx, yy, n = _correlate(x, y)
        total, norm_a, norm_b, overlap = total + dot, norm_a + xx, norm_b + yy, np.maximum(overlap, n)
        singles.append(dot / np.sqrt(xx * yy + 1e-9))
    allowed = overlap >= max(LEAST_OVERLAP_S * RATE_HZ, LEAST_OVERLAP * min(len(a), len(b)))
    if not allowed.any():
        return None
    score = np.where(allowed, total / np.sqrt(norm_a * norm_b + 1e-9), -np.inf)
    # A little credit for overlap settles ties between repetitions that look alike.
    score = score * (0.9 + 0.1 * overlap / overlap.max())
    best = int(np.argmax(score))
    lag = best - (len(b) - 1)
    near = slice(max(0, best - int(0.5 * RATE_HZ)), best + int(0.5 * RATE_HZ) + 1)
    shifts = [(int(np.argmax(single[near])) + near.start - best) / RATE_HZ for single in singles]
    away = np.abs(np.arange(len(score)) - best) > 0.6 * RATE_HZ
    peaks = away & (score >= RIVAL * score[best])
    rival = int(np.argmax(np.where(peaks, score, -np.inf))) if peaks.any() else None
    clocks = first.time[0] - second.time[0]
    return Offset(
        offset_s=float(clocks + lag / RATE_HZ + _between(score, best) / RATE_HZ),
        error_s=float(max(np.std(shifts) / np.sqrt(len(shifts)), 0.5 / RATE_HZ)),
        agreement=float(score[best]),
        rival_s=None if rival is None else float(clocks + (rival - (len(b) - 1)) / RATE_HZ),
    )


def _motion(pose: PoseSequence) -> Floats | None:
    """Joint angles on a uniform clock, (T, C), each without its mean; zero where missing; None when too short."""
    if len(pose) < 8 or pose.time[-1] - pose.time[0] < LEAST_OVERLAP_S:
        return None
    clock = uniform_clock(float(pose.time[0]), float(pose.time[-1]), RATE_HZ)
    track = Track(pose)
    columns: list[Floats] = []
    for quantity in (knee_flexion, hip_flexion, elbow_flexion, arm_elevation):
        values = np.nanmean([track.values(quantity, side) for side in track.sides or SIDES], axis=0)
        known = np.isfinite(values)
        if known.sum() < 8:
            columns.append(np.zeros(len(clock)))
            continue
        column = np.interp(clock, pose.time[known], values[known])
        columns.append(column - column.mean())
    return np.stack(columns, axis=1)


def _correlate(x: Floats, y: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """For every shift of y against x: sum of products, sums of squares over the overlap, overlap in samples."""
    from scipy.signal import correlate

    ones_x, ones_y = np.ones_like(x), np.ones_like(y)
    n = np.round(correlate(ones_x, ones_y))
    sum_x, sum_y = correlate(x, ones_y), correlate(ones_x, y)
    dot = correlate(x, y) - sum_x * sum_y / n
    xx = correlate(x**2, ones_y) - sum_x**2 / n
    yy = correlate(ones_x, y**2) - sum_y**2 / n
    return dot, np.maximum(xx, 0.0), np.maximum(yy, 0.0), n


def _between(score: Floats, at: int) -> float:
    """Where the top of a parabola through the best sample and its neighbours lies, in samples."""
    if not 0 < at < len(score) - 1 or not np.isfinite(score[at - 1 : at + 2]).all():
        return 0.0
    left, top, right = score[at - 1 : at + 2]
    bend = left - 2 * top + right
    return float(0.5 * (left - right) / bend) if bend < 0 else 0.0
