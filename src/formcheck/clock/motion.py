"""Motion as every kind of stream sees it, and the shift and drift at which two streams see the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.body.planes import point
from formcheck.body.pose import PoseSequence
from formcheck.body.view import torso_px
from formcheck.clock.fit import Fit, line
from formcheck.inertial import Oriented, without_gravity
from formcheck.signals import (
    Floats,
    Signal,
    derivative,
    fill_gaps,
    smooth,
    stretches,
    uniform_clock,
)

RATE_HZ = 50.0
LEAST_OVERLAP_S = 4.0
LEAST_OVERLAP = 0.4  # of the shorter stream: a shorter overlap matches anything
SETTLED = 0.999  # correlations above this are as good as this: noise decides between them
RIVAL = 0.92  # of the best shift's score has another one that may be right
APART_S = 0.4  # shifts nearer than this are one
BAND_HZ = (0.15, 3.0)  # of what people do: slower are drifts of integrals, faster what only one kind of stream sees
ENERGY = "energy"
LIMBS = tuple(f"{part}_{side}" for part in ("wrist", "ankle") for side in ("left", "right"))
WINDOW_S, WINDOW_STEP_S = 20.0, 10.0  # in which the shift is told anew, for the drift
OUTLIER, LEAST_SPREAD_S = 3.0, 0.002  # robust standard deviations, and seconds, from which a window is not believed
WANDERS_S = 0.3  # from the shift of the whole, at most, in one of these
STILL_DEG_S, STILL_M_S = 4.0, 0.02  # a limb at rest sways by less, and a gyroscope is off by less
LEVER = 0.25  # by which turning counts beside rising: a forearm in metres, half a trunk


def pose_motion(pose: PoseSequence) -> Signal | None:
    """How wrists and ankles rise and the body moves in a picture, in trunk lengths a second; None with too little.

    Channels `wrist_left_up` and so on, smooth velocities upwards; `energy`, the root mean square velocity of twelve
    joints in the picture.
    """
    if len(pose) < 8 or not pose.found.any():
        return None
    size = torso_px(pose)
    joints = [
        *LIMBS,
        *(f"{part}_{side}" for part in ("elbow", "knee", "shoulder", "hip") for side in ("left", "right")),
    ]
    moves: dict[str, Floats] = {}
    for joint in joints:
        place = smooth(pose.time, fill_gaps(pose.time, point(pose, joint) / np.reshape(size, (-1, 1))), BAND_HZ[1])
        moves[joint] = derivative(pose.time, place)
    speeds = np.stack([(moves[joint] ** 2).sum(axis=1) for joint in joints], axis=1)
    columns = {f"{limb}_up": -moves[limb][:, 1] for limb in LIMBS}
    columns |= {f"{limb}_turn": turn for limb in LIMBS if (turn := _turns(pose, limb)) is not None}
    columns[ENERGY] = np.sqrt(_mean(speeds))
    return _signal(pose.time, columns)


def imu_motion(sensors: Mapping[str, Signal]) -> Signal | None:
    """How worn sensors rise, in m/s, and turn; None where none of them moves or is there.

    Channels `<place>_up`: what the accelerometer reads along gravity and above it, integrated between 0.15 and 3 Hz;
    `<place>_turn`: how fast it turns, in rad/s times LEVER; `energy`: the root mean square of the turns of all, or of
    the velocities where there are no gyroscopes.
    """
    oriented = without_gravity(sensors)
    columns: dict[str, Floats] = {}
    turns: list[Floats] = []
    for place, each in oriented.items():
        rise = _rises(each)
        if not _moves(each, rise):
            continue
        columns[f"{place}_up"] = rise
        if each.turning_deg_s is not None:
            turn = np.where(each.known, np.radians(np.linalg.norm(each.turning_deg_s, axis=1)), np.nan)
            turns.append(turn**2)
            columns[f"{place}_turn"] = LEVER * smooth(each.time, turn, BAND_HZ[1])
    squares = turns or [each**2 for each in columns.values()]
    if not squares:
        return None
    time = next(iter(oriented.values())).time
    columns[ENERGY] = LEVER * smooth(time, np.sqrt(_mean(np.stack(squares, axis=1))), BAND_HZ[1])
    return _signal(time, columns)


def energy(signal: Signal) -> Signal:
    """A one-channel motion energy of any stream under the name that others' are compared with."""
    return Signal(signal.time, smooth(signal.time, signal.values[:, :1], BAND_HZ[1]), (ENERGY,))


def by_motion(first: Signal, second: Signal, around: Fit | None = None) -> Fit | None:
    """What to add to the second stream's time so that both move together; None where they have nothing in common.

    All channels of the same name are compared at every shift that leaves 4 s and 40 % of the shorter stream in common,
    and the one wins that explains most: Fisher's z of the correlation times the root of the share of all movement that
    overlaps, since two streams of one performance seldom move apart. With `around` only shifts within three of its
    standard errors count. Recordings over a minute are compared by windows of 20 s as well, whose shifts tell the drift
    and how sure the shift is.
    """
    channels = in_common(first, second)
    sampled = [_sampled(each, channels) for each in (first, second)]
    if not channels or any(len(values) < LEAST_OVERLAP_S * RATE_HZ for _, values in sampled):
        return None
    (start_a, a), (start_b, b) = sampled
    shifts, agreement, overlap, share = _agreements(a, b)
    shifts = shifts + start_a - start_b
    allowed = overlap >= max(LEAST_OVERLAP_S * RATE_HZ, LEAST_OVERLAP * min(len(a), len(b)))
    if around is not None:
        allowed &= np.abs(shifts - around.offset_s) <= max(3 * around.error_s, 2 / RATE_HZ)
    if not allowed.any():
        return None
    score = np.where(allowed, np.arctanh(agreement) * np.sqrt(share), -np.inf)
    best = int(np.argmax(score))
    away = (np.abs(np.arange(len(score)) - best) > APART_S * RATE_HZ) & (score >= RIVAL * score[best])
    peaks = away & (score >= np.roll(score, 1)) & (score >= np.roll(score, -1))
    offset = float(shifts[best] + _between(score, best) / RATE_HZ)
    fit = Fit("motion", offset, _curvature_s(agreement, overlap, best), float(agreement[best]))
    if peaks.any():
        fit = replace(fit, rival_s=float(shifts[int(np.argmax(np.where(peaks, score, -np.inf)))]))
    return followed(fit, first, second, channels)


def in_common(first: Signal, second: Signal) -> list[str]:
    """The channels that both have."""
    return [name for name in first.channels if name in second.channels]


def _turns(pose: PoseSequence, limb: str) -> Floats | None:
    """How fast forearm or shank turn in space, (T,) rad/s times LEVER; None without world landmarks."""
    if pose.world is None:
        return None
    part, side = limb.split("_")
    ends = [
        pose.skeleton.index(f"{joint}_{side}")
        for joint in (("elbow", "wrist") if part == "wrist" else ("knee", "ankle"))
    ]
    bone = pose.world[:, ends[1]] - pose.world[:, ends[0]]
    bone = smooth(pose.time, fill_gaps(pose.time, bone / np.linalg.norm(bone, axis=1, keepdims=True)), BAND_HZ[1])
    return LEVER * np.linalg.norm(derivative(pose.time, bone), axis=1)


def followed(fit: Fit, first: Signal, second: Signal, channels: list[str]) -> Fit:
    """A shift with the drift that windows of both streams show about it."""
    start_s = max(first.time[0] - fit.offset_s, second.time[0])
    end_s = min(first.time[-1] - fit.offset_s, second.time[-1])
    if end_s - start_s < 3 * WINDOW_S:
        return fit
    when: list[float] = []
    found: list[float] = []
    errors: list[float] = []
    for at in np.arange(start_s, end_s - WINDOW_S + 1e-6, WINDOW_STEP_S):
        margin = WANDERS_S + 0.5
        a = _sampled(first.between(at + fit.offset_s - margin, at + fit.offset_s + WINDOW_S + margin), channels)
        b = _sampled(second.between(at, at + WINDOW_S), channels)
        if min(len(a[1]), len(b[1])) < 0.8 * WINDOW_S * RATE_HZ:
            continue
        shifts, agreement, overlap, _ = _agreements(a[1], b[1])
        shifts = shifts + a[0] - b[0] - fit.offset_s
        agreement = np.where(np.abs(shifts) <= WANDERS_S, agreement, -1.0)
        best = int(np.argmax(agreement))
        inside = 0 < best < len(shifts) - 1 and abs(shifts[best]) < WANDERS_S - 1 / RATE_HZ
        if inside and agreement[best] > 0.5:
            when.append(float(at + WINDOW_S / 2))
            found.append(float(shifts[best] + _between(agreement, best) / RATE_HZ + fit.offset_s))
            errors.append(_curvature_s(agreement, overlap, best))
    if len(when) < 4:
        return fit
    array, instants = np.array(found), np.array(when)
    pairs = np.triu_indices(len(array), 1)
    slope = float(np.median((array[pairs[1]] - array[pairs[0]]) / (instants[pairs[1]] - instants[pairs[0]])))
    left = array - slope * instants  # of the line of Theil and Sen, which outliers leave alone
    left = np.abs(left - np.median(left))
    keep = left <= OUTLIER * 1.4826 * float(np.median(left)) + LEAST_SPREAD_S
    # Windows that overlap by half are not independent: their errors count once for each half.
    wide = np.array(errors)[keep] * np.sqrt(WINDOW_S / WINDOW_STEP_S)
    told = line(instants[keep], array[keep], wide, least_s=0.0)
    return replace(told, agreement=fit.agreement, rival_s=fit.rival_s, loose=fit.loose)


def _agreements(a: Floats, b: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """For every shift of b (M, C) against a (N, C): the shift in s, the correlation over all channels, the overlap in
    samples, and the share of all movement that lies in it."""
    from scipy.signal import correlate

    overlap = np.round(correlate(np.ones(len(a)), np.ones(len(b))))
    total, xx, yy = (np.zeros(len(overlap)) for _ in range(3))
    for x, y in zip(a.T, b.T, strict=True):
        ones_x, ones_y = np.ones(len(x)), np.ones(len(y))
        sum_x, sum_y = correlate(x, ones_y), correlate(ones_x, y)
        total += correlate(x, y) - sum_x * sum_y / overlap
        xx += np.maximum(correlate(x**2, ones_y) - sum_x**2 / overlap, 0.0)
        yy += np.maximum(correlate(ones_x, y**2) - sum_y**2 / overlap, 0.0)
    agreement = np.clip(total / np.sqrt(xx * yy + 1e-12), -SETTLED, SETTLED)
    share = np.sqrt(xx * yy / max(float(xx.max() * yy.max()), 1e-12))
    return (np.arange(len(overlap)) - (len(b) - 1)) / RATE_HZ, agreement, overlap, share


def _curvature_s(agreement: Floats, overlap: Floats, best: int) -> float:
    """The standard error of a shift, s: noise left over, over how sharply the correlation falls off beside its peak.

    Of a signal in noise the variance of a delay is (1 - r^2) / (n r |r''|) with n independent samples (the
    Cramer-Rao bound for delays; Knapp & Carter, IEEE Trans. ASSP 24(4), 1976); two a period of the highest frequency.
    """
    step = max(1, round(0.06 * RATE_HZ))
    if not step <= best < len(agreement) - step:
        return 0.25
    top = float(agreement[best])
    bend = float(2 * top - agreement[best - step] - agreement[best + step]) / (step / RATE_HZ) ** 2
    if bend <= 0 or top <= 0:
        return 0.25
    independent = max(4.0, overlap[best] / RATE_HZ * 2 * BAND_HZ[1])
    return float(np.clip(np.sqrt((1 - top**2) / (independent * top * bend)), 0.002, 0.5))


def _between(score: Floats, at: int) -> float:
    """Where the top of a parabola through the best sample and its neighbours lies, in samples."""
    if not 0 < at < len(score) - 1 or not np.isfinite(score[at - 1 : at + 2]).all():
        return 0.0
    left, top, right = score[at - 1 : at + 2]
    bend = left - 2 * top + right
    return float(0.5 * (left - right) / bend) if bend < 0 else 0.0


def _sampled(signal: Signal, channels: list[str]) -> tuple[float, Floats]:
    """Chosen channels (T, C) at 50 Hz about their mean, and when they begin; nothing is known to be no movement."""
    if len(signal) < 4:
        return 0.0, np.zeros((0, len(channels)))
    clock = uniform_clock(float(signal.time[0]), float(signal.time[-1]), RATE_HZ)
    columns: list[Floats] = []
    for name in channels:
        values = signal[name]
        known = np.isfinite(values)
        column = np.interp(clock, signal.time[known], values[known]) if known.sum() > 3 else np.zeros(len(clock))
        columns.append(column - column.mean())
    return float(clock[0]) if len(clock) else 0.0, np.stack(columns, axis=1)


def _moves(sensor: Oriented, rise: Floats) -> bool:
    """Whether a sensor is on somebody who does something: noise would agree with anything a little."""
    turns = sensor.turning_deg_s
    turning = (
        0.0
        if turns is None or not sensor.known.any()
        else float(np.percentile(np.linalg.norm(turns[sensor.known], axis=1), 90))
    )
    return bool(turning > STILL_DEG_S or (np.isfinite(rise).any() and np.nanstd(rise) > STILL_M_S))


def _rises(sensor: Oriented) -> Floats:
    """The velocity upwards of a sensor, (T,) m/s within the band; NaN where it did not run."""
    from scipy.signal import butter, sosfiltfilt

    level = sensor.turning_deg_s is not None
    up = sensor.moving_m_s2[:, 2] if level else (sensor.moving_m_s2 * sensor.up).sum(axis=1)
    sos = butter(2, BAND_HZ, "bandpass", fs=RATE_HZ, output="sos")
    out = np.full(len(up), np.nan)
    for start, end in stretches(sensor.known):
        if end - start > 3 * RATE_HZ:
            force = up[start:end] - up[start:end].mean()
            velocity = (np.cumsum(force) - 0.5 * force) / RATE_HZ  # half of the last: or it would be half a step late
            out[start:end] = sosfiltfilt(sos, velocity, padlen=min(end - start - 1, round(6 * RATE_HZ)))
    return out


def _mean(values: Floats) -> Floats:
    """(T,) means of what is known of (T, C); NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _signal(time: Floats, columns: Mapping[str, Floats]) -> Signal | None:
    if not any(np.isfinite(column).sum() > 3 for column in columns.values()):
        return None
    return Signal(time, np.stack(list(columns.values()), axis=1), tuple(columns))
