"""Bringing two camera streams of one performance to one clock by the motion that both saw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.body.planes import point
from formcheck.body.pose import PoseSequence
from formcheck.body.view import torso_px
from formcheck.signals import Floats, fill_gaps, smooth, uniform_clock

RATE_HZ = 50.0
LEAST_OVERLAP_S = 2.0
LEAST_OVERLAP = 0.4  # of the shorter stream: a shorter overlap matches anything
LEAST_AGREEMENT = 0.6  # below this the streams show different things, or one of them somebody else
RIVAL = 0.95  # a second offset that agrees nearly as well is one repetition away, and may be the right one
SETTLED = 0.999  # correlations above this are as good as this: noise decides between them
PART_S, REACH_S, ASTRAY_S = 2.0, 0.4, 0.1  # parts of a recording are looked for by themselves this far from the offset
MOST_ASTRAY, LOOSE = 0.4, 0.7  # more of the movement astray, or less agreement: hardly of one and the same set
HEIGHTS = ("nose", "shoulders", "elbows", "wrists", "hips", "knees", "ankles")


@dataclass(frozen=True)
class Offset:
    """What to add to the second stream's time to reach the first one's clock.

    `error_s` is the standard error of the offset, from the spread of those that single joints give, in seconds;
    `agreement` the correlation at the offset, -1..1; `rival_s` another offset that agrees nearly as well, or None.
    `astray` is the share of the movement, in parts of 2 s, that by itself fits more than 0.1 s beside the rest.
    """

    offset_s: float
    error_s: float
    agreement: float
    rival_s: float | None = None
    astray: float = 0.0

    @property
    def loose(self) -> bool:
        """Whether the streams hardly show one and the same set: two sets of one exercise agree, but not in pace."""
        return self.astray > MOST_ASTRAY or self.agreement < LOOSE


def find_offset(first: PoseSequence, second: PoseSequence) -> Offset | None:
    """Align two streams by the heights of the joints, which look alike from everywhere; None with too little motion.

    Heights in trunk lengths are compared on a common 50 Hz clock at every shift that leaves an overlap of 2 s and 40 %
    of the shorter stream. The shift with the most significant correlation wins (Fisher's z times the root of the
    overlap), so that of two repetitions that look alike the one that explains more of both recordings is taken.
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
    agreement = np.clip(total / np.sqrt(norm_a * norm_b + 1e-9), -SETTLED, SETTLED)
    score = np.where(allowed, np.arctanh(agreement) * np.sqrt(overlap / overlap.max()), -np.inf)
    best = int(np.argmax(score))
    lag = best - (len(b) - 1)
    near = slice(max(0, best - int(0.5 * RATE_HZ)), best + int(0.5 * RATE_HZ) + 1)
    shifts = np.array([(int(np.argmax(single[near])) + near.start - best) / RATE_HZ for single in singles])
    energy = np.sqrt(a.var(axis=0) * b.var(axis=0))
    energy = energy / max(energy.sum(), 1e-12)
    spread = np.sqrt((energy * (shifts - (energy * shifts).sum()) ** 2).sum())
    away = np.abs(np.arange(len(score)) - best) > 0.6 * RATE_HZ
    peaks = away & (score >= RIVAL * score[best])
    rival = int(np.argmax(np.where(peaks, score, -np.inf))) if peaks.any() else None
    clocks = first.time[0] - second.time[0]
    return Offset(
        offset_s=float(clocks + lag / RATE_HZ + _between(score, best) / RATE_HZ),
        error_s=float(max(spread * np.sqrt((energy**2).sum()), 0.5 / RATE_HZ)),
        agreement=float(agreement[best]),
        rival_s=None if rival is None else float(clocks + (rival - (len(b) - 1)) / RATE_HZ),
        astray=_astray(a, b, lag),
    )


def _astray(a: Floats, b: Floats, lag: int) -> float:
    """The share of what moves in a (N, C) where it overlaps b (M, C), `lag` samples later, that fits elsewhere."""
    long, reach = int(PART_S * RATE_HZ), int(REACH_S * RATE_HZ)
    parts = np.lib.stride_tricks.sliding_window_view(b, long, axis=0) if len(b) >= long else np.empty((0, 1, long))
    shifts: list[float] = []
    moved: list[float] = []
    for start in range(max(0, lag), min(len(a), len(b) + lag) - long + 1, long // 2):
        part = a[start : start + long].T  # (C, long)
        part = part - part.mean(axis=1, keepdims=True)
        first = max(0, start - lag - reach)
        there = parts[first : start - lag + reach + 1]
        there = there - there.mean(axis=2, keepdims=True)
        agreement = (there * part).sum(axis=(1, 2)) / np.sqrt((there**2).sum(axis=(1, 2)) + 1e-9)
        shifts.append((first + int(np.argmax(agreement)) - (start - lag)) / RATE_HZ)
        moved.append(float((part**2).sum()))
    if not sum(moved) > 0:
        return 0.0
    order = np.argsort(shifts)
    told, weight = np.array(shifts)[order], np.array(moved)[order] / sum(moved)
    middle = told[int(np.searchsorted(np.cumsum(weight), 0.5))]
    return float(weight[np.abs(told - middle) > ASTRAY_S + 1e-6].sum())


def _motion(pose: PoseSequence) -> Floats | None:
    """Joint heights on a uniform clock in trunk lengths, (T, C), each without its mean; None when too short."""
    if len(pose) < 8 or pose.time[-1] - pose.time[0] < LEAST_OVERLAP_S:
        return None
    clock = uniform_clock(float(pose.time[0]), float(pose.time[-1]), RATE_HZ)
    columns: list[Floats] = []
    for joint in HEIGHTS:
        height = -point(pose, joint)[:, 1] / torso_px(pose)
        height = smooth(pose.time, fill_gaps(pose.time, height))
        known = np.isfinite(height)
        if known.sum() < 8:
            return None
        column = np.interp(clock, pose.time[known], height[known])
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
