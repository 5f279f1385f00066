"""How well a start beep brings two sound tracks together: tracks with all that gyms sound like, in real files.

Every pair is two phones that hear the same beep, each from its own start and with noise of its own; the tracks are
coded as AAC beside a small picture and read again as any recording is.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.clock import Fit, Tone, by_tones, find_tones
from formcheck.evaluation.interval import with_interval
from formcheck.signals import Floats
from formcheck.sources.sound import Sound, read_sound
from formcheck.synthetic.sound import RATE_HZ, Samples, add_sound, beep

LENGTH_S = 15.0
BEEP_AT_S = 4.0  # on the clock of the room
AIM_S = 0.02
QUIET, NOISY, LOUD = 0.002, 0.03, 0.1  # standard deviations of room noise; the beep has 0.18
SECOND_BEEP_S = 240.0

_Room = Callable[[np.random.Generator, int], Floats]


@dataclass(frozen=True)
class Heard:
    """A pair of tracks: how far off the shift is that their tones tell, s; None where they tell none."""

    where: str
    pair: int
    off_s: float | None
    error_s: float


def heard_all(pairs: int, first: int = 0, progress: Callable[[str, float], None] | None = None) -> list[Heard]:
    """So many pairs of tracks in every kind of room."""
    kinds = tuple(_KINDS)
    out: list[Heard] = []
    with tempfile.TemporaryDirectory(prefix="formcheck-clock-") as folder:
        for at, where in enumerate(kinds):
            for pair in range(first, first + pairs):
                out.append(_heard(where, pair, Path(folder)))
                if progress is not None:
                    progress("Listening", (at + (pair - first + 1) / pairs) / len(kinds))
    return out


def _heard(where: str, pair: int, folder: Path) -> Heard:
    draw = np.random.default_rng([pair, *where.encode(), 101])
    starts = draw.uniform(0.0, 3.0, 2)
    noise, level, room, shared, beeps = _KINDS[where]
    common = room(np.random.default_rng([pair, 103]), round((LENGTH_S + 4) * RATE_HZ)) if shared else None
    tones: list[tuple[Tone, ...]] = []
    for at, start_s in enumerate(starts):
        track = beep(LENGTH_S, BEEP_AT_S - start_s, 2 * pair + at, noise=noise) if beeps else beep(1, 0.1, 0)[:0]
        if not beeps:  # the noise of the room alone
            track = beep(LENGTH_S + 1, LENGTH_S + 0.5, 2 * pair + at, noise=noise)[: round(LENGTH_S * RATE_HZ)]
        if where == "echoing hall":
            track = _echoing(track, draw)
        count = len(track)
        more = room(draw, count) if common is None else common[round(start_s * RATE_HZ) :][:count]
        track = np.clip(level * track + more, -1.0, 1.0).astype(np.float32)
        sound = read_sound(_filed(track, folder / f"{at}.mp4"))
        assert sound is not None
        tones.append(find_tones(sound))
    fit = by_tones(tones[0], tones[1])
    fit = fit if fit is not None and fit.rival_s is None else None
    true_s = float(starts[1] - starts[0])
    return Heard(where, pair, None if fit is None else abs(fit.offset_s - true_s), 0.0 if fit is None else fit.error_s)


def drift_of_two_beeps(pairs: int, first: int = 0) -> list[tuple[float, Fit]]:
    """(true drift in ppm, what is told) of tracks with a beep at both ends of four minutes; not through files.

    Tones are put where a clock that runs 100 ppm fast would have them, each with its own quiet noise.
    """
    out: list[tuple[float, Fit]] = []
    for pair in range(first, first + pairs):
        draw = np.random.default_rng([pair, 107])
        drift = 100e-6 * (1 if pair % 2 else -1)
        tones: list[list[Tone]] = [[], []]
        for at, pace in enumerate((1.0, 1.0 + drift)):
            for when_s in (2.0, SECOND_BEEP_S):
                length_s, own_s = 3.0, when_s * pace
                lead_s = float(draw.uniform(1.0, 1.5))
                samples = beep(length_s, lead_s, int(draw.integers(1 << 30)))
                tones[at] += find_tones(Sound(samples, RATE_HZ, own_s - lead_s))
        fit = by_tones(tones[0], tones[1])
        if fit is not None:
            out.append((-1e6 * drift, fit))
    return out


def heard_rows(found: Sequence[Heard]) -> list[tuple[str, ...]]:
    """By what else is heard: how often within 20 ms, and how far off; 95 % intervals over pairs of tracks."""
    rows: list[tuple[str, ...]] = [
        ("what is heard", "pairs", "within 20 ms %", "median, ms", "largest, ms", "told error, ms", "no shift told %")
    ]
    for where in dict.fromkeys(each.where for each in found):
        part = [each for each in found if each.where == where]
        groups = [str(each.pair) for each in part]
        off = [1000 * each.off_s for each in part if each.off_s is not None]
        right = [float(each.off_s is not None and each.off_s <= AIM_S) for each in part]
        rows.append(
            (
                where,
                str(len(part)),
                with_interval(right, groups) if _KINDS[where][4] else "–",
                f"{np.median(off):.2f}" if off else "–",
                f"{max(off):.2f}" if off else "–",
                f"{1000 * np.median([each.error_s for each in part if each.off_s is not None]):.1f}" if off else "–",
                with_interval([float(each.off_s is None) for each in part], groups),
            )
        )
    return rows


def beep_drift_rows(found: Sequence[tuple[float, Fit]]) -> list[tuple[str, ...]]:
    """How well a drift of 100 ppm is told of two beeps four minutes apart."""
    off = [abs(fit.drift_ppm - true) for true, fit in found if fit.drift_ppm is not None]
    told = [fit.drift_error_ppm for _, fit in found if fit.drift_error_ppm is not None]
    return [
        ("pairs of tracks", "drift told", "median error, ppm", "largest, ppm", "told error, ppm"),
        (str(len(found)), str(len(off)), f"{np.median(off):.1f}", f"{max(off):.1f}", f"{np.median(told):.1f}"),
    ]


def _silence(draw: np.random.Generator, count: int) -> Floats:
    return np.zeros(count)


def _claps(draw: np.random.Generator, count: int) -> Floats:
    """Bursts of noise that die away within some hundredths of a second, two a second, as loud as may be."""
    out = np.zeros(count)
    burst = round(0.06 * RATE_HZ)
    fade = np.exp(-np.arange(burst) / (0.012 * RATE_HZ))
    for at in draw.integers(0, count - burst, round(2 * count / RATE_HZ)):
        out[at : at + burst] += draw.standard_normal(burst) * fade
    return 0.6 * out / np.abs(out).max()


def _music(draw: np.random.Generator, count: int) -> Floats:
    """Plucked notes of a scale with harmonics over a drum beat, four a second."""
    out, scale = np.zeros(count), (0, 2, 4, 7, 9)
    time = np.arange(round(0.8 * RATE_HZ)) / RATE_HZ
    for at in np.arange(0.0, count / RATE_HZ - 1.0, 0.25):
        note = 220.0 * 2 ** ((12 * int(draw.integers(0, 3)) + scale[int(draw.integers(len(scale)))]) / 12)
        tone = sum(np.sin(2 * np.pi * note * part * time) / part**1.3 for part in range(1, 6)) * np.exp(-4 * time)
        first = round(at * RATE_HZ)
        out[first : first + len(time)] += tone
        drum = np.sin(2 * np.pi * 70 * np.exp(-8 * time) * time) * np.exp(-12 * time)
        out[first : first + len(time)] += 1.5 * drum
    return 0.2 * out / np.abs(out).max()


def _talking(draw: np.random.Generator, count: int) -> Floats:
    """Voiced syllables: harmonics of a pitch that glides, five a second."""
    out = np.zeros(count)
    time = np.arange(round(0.18 * RATE_HZ)) / RATE_HZ
    for at in np.arange(0.0, count / RATE_HZ - 0.5, 0.2):
        if draw.random() < 0.25:
            continue
        pitch = draw.uniform(110, 220) * (1 + draw.uniform(-0.8, 0.8) * time)
        phase = 2 * np.pi * np.cumsum(pitch) / RATE_HZ
        voice = sum(np.sin(part * phase) / part for part in range(1, 20)) * np.hanning(len(time))
        first = round(at * RATE_HZ)
        out[first : first + len(time)] += voice
    return 0.2 * out / np.abs(out).max()


def _echoing(track: Samples, draw: np.random.Generator) -> NDArray[np.float32]:
    """The track in a hall that takes 1.2 s to fall by 60 dB, its echoes 6 dB below the direct sound in all."""
    from scipy.signal import fftconvolve

    time = np.arange(round(1.2 * RATE_HZ)) / RATE_HZ
    tail = draw.standard_normal(len(time)) * 10 ** (-3 * time / 1.2)
    tail[: round(0.005 * RATE_HZ)] = 0.0
    tail *= 0.5 / np.sqrt((tail**2).sum())
    return (track + fftconvolve(track, tail)[: len(track)]).astype(np.float32)


_KINDS: dict[str, tuple[float, float, _Room, bool, bool]] = {
    # room noise, level of the beep, what else is heard, whether both hear the same of it, whether it beeps
    "quiet room": (QUIET, 1.0, _silence, False, True),
    "noise 16 dB below the beep": (NOISY, 1.0, _silence, False, True),
    "noise 5 dB below the beep": (LOUD, 1.0, _silence, False, True),
    "a beep at a tenth": (QUIET, 0.1, _silence, False, True),
    "echoing hall": (QUIET, 1.0, _silence, False, True),
    "clapping": (QUIET, 1.0, _claps, False, True),
    "people talking": (QUIET, 1.0, _talking, False, True),
    "music, the same for both": (QUIET, 1.0, _music, True, True),
    "music, another for each": (QUIET, 1.0, _music, False, True),
    "music for both, no beep": (QUIET, 1.0, _music, True, False),
    "clapping, no beep": (QUIET, 1.0, _claps, False, False),
    "people talking, no beep": (QUIET, 1.0, _talking, False, False),
    "another music for each, no beep": (QUIET, 1.0, _music, False, False),
}


def _filed(track: NDArray[np.float32], path: Path) -> Path:
    """A video of a small grey picture with this sound."""
    import av

    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(5))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for at in range(round(5 * len(track) / RATE_HZ)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 128, dtype=np.uint8), format="rgb24")
            frame.pts, frame.time_base = at, Fraction(1, 5)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    add_sound(path, track)
    return path
