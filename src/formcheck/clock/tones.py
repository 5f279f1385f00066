"""Tones that begin suddenly, as a start beep does: where in a sound track they are, and where two tracks share them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.clock.fit import Fit, line
from formcheck.signals import Floats, stretches
from formcheck.sources.sound import Sound

WINDOW_S = 0.032  # tells tones 62 Hz apart; a beep of 0.1 s still fills three of them
HOP_S = 0.008
LOWEST_HZ, HIGHEST_HZ = 250.0, 7000.0  # below are mains hum and footfall, above phones filter
BESIDE_HZ, NEAR_HZ = 400.0, 80.0  # the sound around a tone, which it has to stand out of, and what belongs to it
STANDS_OUT_DB = 17.0  # noise alone, with its exponential powers, is that far above its logarithmic mean once in e^28
SHORTEST_S, LONGEST_S = 0.07, 2.0
HOLD_S, STAYS = 0.04, 0.8  # a tone that has begun is heard for most of so long
EDGE_S = 0.08  # before its onset, where a tone is not to be heard yet
QUIET_BEFORE = 0.4  # of its size: what swells slower has no onset
SAME_HZ, SAME_SHARE = 10.0, 0.01  # of frequency: two crystals agree far better, a whistler does not
SAME_LENGTH = 0.55  # of the shorter to the longer one: rooms prolong tones
TOGETHER_S = 0.015  # onsets that agree so well are of one shift
LEAST = 0.25  # of what is heard at the tones of a shift, taken together, or they may be there by chance
RIVAL = 0.7  # of the best shift's weight has another one that may be right
CODEC_S = 0.001  # what is left between coding and resampling, measured in the studio
REACH_M, SOUND_M_S = 1.0, 343.0  # one microphone may be that much further from the beep than the other
MOST, MOST_PAIRS = 400, 2000  # tones of one track, and pairs of them, that are compared
PACE = 200e-6  # by which two crystals may differ
PIECE_S = 30.0


@dataclass(frozen=True)
class Tone:
    """A tone that begins at `start_s` on the clock of its recording, give or take `error_s` (standard error).

    `weight` 0..1 is how much of what is heard it is.
    """

    start_s: float
    length_s: float
    frequency_hz: float
    weight: float
    error_s: float


def find_tones(sound: Sound) -> tuple[Tone, ...]:
    """The tones of a sound track that begin suddenly and stay on their frequency for 0.07 to 2 s, in order of time.

    A tone stands 17 dB out of the sound within 400 Hz of it. Clapping, steps and speech without pitch have none; notes
    of music are tones, too: two recordings of the same music share them.
    """
    found: list[Tone] = []
    for first, piece in _pieces(sound):
        for tone in _tones(piece, sound.rate_hz):
            inside = 0 if first == 0 else PIECE_S / 10
            if tone.start_s >= inside and tone.start_s < inside + PIECE_S:
                found.append(replace(tone, start_s=tone.start_s + first / sound.rate_hz + sound.start_s))
    loudest = sorted(found, key=lambda tone: -tone.weight)[:MOST]
    return tuple(sorted(loudest, key=lambda tone: tone.start_s))


def by_tones(first: Sequence[Tone], second: Sequence[Tone]) -> Fit | None:
    """What to add to the second recording's time so that its tones fall on those of the first; None where none do.

    Every pair of tones of one frequency and about one length proposes a shift; the one that the most tones agree on is
    taken, and where tones far apart agree, they tell the drift as well. A tone that is heard once in either recording
    counts for more than one of many of its frequency, as the notes of music are.
    """
    pairs = [(a, b) for a in first for b in second if _same(a, b)]
    if not pairs:
        return None
    weights = _weights(pairs)
    most = np.argsort(-weights)[:MOST_PAIRS]
    pairs, weights = [pairs[int(at)] for at in most], weights[most]
    shifts = np.array([a.start_s - b.start_s for a, b in pairs])
    when = np.array([b.start_s for _, b in pairs])
    apart = np.abs(shifts[:, None] - shifts)
    agree = apart <= TOGETHER_S + PACE * np.abs(when[:, None] - when)
    support = _support(agree, weights, when)
    best = int(np.argmax(support))
    if support[best] < LEAST:
        return None
    others = np.where(~agree[best] & (apart[best] > 4 * TOGETHER_S), support, 0.0)
    rival = float(shifts[int(np.argmax(others))]) if others.max() >= RIVAL * support[best] else None
    members = np.flatnonzero(agree[best])
    errors = np.array([np.hypot(pairs[int(at)][0].error_s, pairs[int(at)][1].error_s) for at in members])
    fit = line(when[members], shifts[members], errors, least_s=2 * TOGETHER_S)
    error_s = float(np.hypot(fit.error_s, REACH_M / SOUND_M_S))
    return replace(fit, error_s=error_s, agreement=float(support[best]), rival_s=rival, by="beep")


def _weights(pairs: Sequence[tuple[Tone, Tone]]) -> Floats:
    """(P,) how much each pair of tones tells: how pure both are, over how many others they could be paired with."""
    mates: dict[tuple[int, float], int] = {}
    for pair in pairs:
        for side, tone in enumerate(pair):
            mates[side, tone.start_s] = mates.get((side, tone.start_s), 0) + 1
    return np.array(
        [np.sqrt(a.weight * b.weight / (mates[0, a.start_s] * mates[1, b.start_s])) for a, b in pairs], dtype=np.float64
    )


def _same(a: Tone, b: Tone) -> bool:
    off_hz = abs(a.frequency_hz - b.frequency_hz)
    short, long = sorted((a.length_s, b.length_s))
    return off_hz <= max(SAME_HZ, SAME_SHARE * a.frequency_hz) and short >= SAME_LENGTH * long


def _support(agree: NDArray[np.bool_], weights: Floats, when: Floats) -> Floats:
    """(P,) the weight of the pairs that agree with each, every instant of the second recording once."""
    instants = np.unique(np.round(when / TOGETHER_S), return_inverse=True)[1]
    out = np.zeros(len(weights))
    order = np.argsort(weights)  # the heaviest of an instant is written last, and stays
    for at, row in enumerate(agree):
        best = np.zeros(int(instants.max()) + 1)
        chosen = order[row[order]]
        best[instants[chosen]] = weights[chosen]
        out[at] = best.sum()
    return out


def _pieces(sound: Sound) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Half a minute after the other, with a tenth before and after it; the first sample's index with each."""
    step, margin = round(PIECE_S * sound.rate_hz), round(PIECE_S / 10 * sound.rate_hz)
    for start in range(0, len(sound.samples), step):
        first = max(0, start - margin)
        yield first, sound.samples[first : start + step + margin]


def _tones(samples: NDArray[np.float32], rate_hz: int) -> list[Tone]:
    size, hop = round(WINDOW_S * rate_hz), round(HOP_S * rate_hz)
    if len(samples) < 2 * size:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]
    power = np.abs(np.fft.rfft(windows * np.hanning(size).astype(np.float32), axis=1)) ** 2
    out_db, step_hz = _stands_out_db(power, rate_hz / size), rate_hz / size
    heights = np.arange(power.shape[1]) * step_hz
    # Within two bins of the top only the top itself: a tone fills three bins of a Hann window.
    top = power >= np.maximum.reduce([np.roll(power, by, axis=1) for by in (-2, -1, 1, 2)])
    tonal = top & (out_db > STANDS_OUT_DB) & (heights >= LOWEST_HZ) & (heights <= HIGHEST_HZ)
    tones: list[Tone] = []
    for column in map(int, np.flatnonzero(tonal.any(axis=0))):
        near = tonal[:, max(0, column - 1) : column + 2].any(axis=1)
        for start, end in stretches(near):
            own, beside = tonal[start:end, column].sum(), tonal[start:end, [column - 1, column + 1]].sum(axis=0).max()
            lasts_s = (end - start) * HOP_S
            if own < beside or not SHORTEST_S <= lasts_s + WINDOW_S <= LONGEST_S + WINDOW_S or lasts_s < 2 * HOP_S:
                continue
            tone = _timed(samples, rate_hz, (start * hop + size // 2, end * hop + size // 2), power[start:end], column)
            if tone is not None and all(
                abs(tone.start_s - other.start_s) > HOP_S for other in tones if _alike(tone, other)
            ):
                tones.append(tone)
    return tones


def _alike(a: Tone, b: Tone) -> bool:
    return abs(a.frequency_hz - b.frequency_hz) <= 2 / WINDOW_S


def _stands_out_db(power: NDArray[np.float32], step_hz: float) -> Floats:
    """(T, F) by how much each frequency is above the geometric mean of those beside it."""
    log = np.asarray(10 * np.log10(power + 1e-12), dtype=np.float64)
    wide, near = round(BESIDE_HZ / step_hz), round(NEAR_HZ / step_hz)

    def total(reach: int) -> Floats:
        padded = np.pad(log, ((0, 0), (reach + 1, reach)), mode="edge").cumsum(axis=1)
        return padded[:, 2 * reach + 1 :] - padded[:, : -(2 * reach + 1)]

    return log - (total(wide) - total(near)) / (2 * (wide - near))


def _timed(
    samples: NDArray[np.float32], rate_hz: int, span: tuple[int, int], power: NDArray[np.float32], column: int
) -> Tone | None:
    """The tone about a stretch of samples with its onset to a millisecond; None where it has no sudden one."""
    share = power[:, column - 1 : column + 2].sum(axis=0)
    frequency_hz = float((share * np.arange(column - 1, column + 2)).sum() / share.sum()) / WINDOW_S
    before, after = round(2 * EDGE_S * rate_hz), round(EDGE_S * rate_hz)
    first, last = max(0, span[0] - before), min(len(samples), span[1] + after)
    part = samples[first:last].astype(np.float64)
    count = max(4, round(3 / frequency_hz * rate_hz), round(0.004 * rate_hz))  # three periods, at least 4 ms
    turned = part * np.exp(-2j * np.pi * frequency_hz * np.arange(len(part)) / rate_hz)
    window = np.hanning(count + 2)[1:-1]
    size = np.abs(np.convolve(turned, window / window.sum(), mode="same"))
    begin, hold = span[0] - first, round(HOLD_S * rate_hz)
    level = float(np.median(size[begin : max(begin + count, min(span[1] - first, begin + 2 * hold))]))
    if level <= 0:
        return None
    # The first rise through half of the level after which the tone stays: what echoes do later leaves it alone.
    searched = slice(max(1, begin - round(WINDOW_S * rate_hz)), begin + round(WINDOW_S * rate_hz))
    loud = size > 0.5 * level
    rises = np.flatnonzero(loud[searched] & ~loud[searched.start - 1 : searched.stop - 1]) + searched.start
    stays = [int(at) for at in rises if loud[at : at + hold].mean() > STAYS]
    if not stays:
        return None
    onset = stays[0]
    ends = np.flatnonzero(
        np.convolve(~loud[onset + hold // 2 :], np.ones(hold // 2), mode="valid") > STAYS * (hold // 2)
    )
    end = onset + hold // 2 + int(ends[0]) if len(ends) else len(size)
    quiet = size[max(0, onset - round(EDGE_S * rate_hz)) : max(1, onset - count)]
    length_s = (end - onset) / rate_hz
    if not len(quiet) or np.median(quiet) > QUIET_BEFORE * level or not SHORTEST_S <= length_s <= LONGEST_S:
        return None
    rise = max(float(np.diff(size[onset - 1 : onset + count]).max(initial=0.0)), 1e-12) * rate_hz
    heard = float(np.mean(part[onset:end] ** 2))
    return Tone(
        onset / rate_hz + first / rate_hz,
        length_s,
        frequency_hz,
        float(np.clip(2 * level**2 / max(heard, 1e-12), 0.0, 1.0)),
        float(np.hypot(CODEC_S, np.std(quiet) / rise)),
    )
