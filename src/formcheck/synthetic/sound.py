"""The sound of a recording: a quiet room, and the beep by which recordings of one performance are brought together."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE_HZ = 48_000
BEEP_HZ = 1_000.0
BEEP_S = 0.2
_LEVEL = 0.25  # of full scale: -12 dB
_EDGE_S = 0.003  # the tone swells and fades so fast: no click, and still an edge that can be timed to a millisecond
_BIT_RATE = 96_000


def beep(
    duration_s: float,
    at_s: float,
    seed: int = 0,
    *,
    length_s: float = BEEP_S,
    frequency_hz: float = BEEP_HZ,
    noise: float = 0.002,
    rate_hz: int = RATE_HZ,
) -> Samples:
    """A track (N,) of -1..1 with one tone that begins at `at_s` in room noise; the same for the same arguments.

    `noise` is its standard deviation (0.002 is -54 dB of full scale), falling with frequency as that of rooms does.
    Raises ValueError when the tone does not fit the track.
    """
    if not 0.0 <= at_s <= at_s + length_s <= duration_s:
        raise ValueError(f"expected a beep within 0 to {duration_s:.2f} s, got {at_s:.2f} to {at_s + length_s:.2f} s")
    count = round(duration_s * rate_hz)
    draw = np.random.default_rng([seed, 71])
    spectrum = np.fft.rfft(draw.standard_normal(count))
    heights = np.fft.rfftfreq(count, 1.0 / rate_hz)
    room = np.fft.irfft(spectrum / np.sqrt(np.maximum(heights, 40.0)), count)
    room *= noise / max(float(room.std()), 1e-12)
    time = np.arange(count) / rate_hz - at_s
    swell = np.clip(np.minimum(time, length_s - time) / _EDGE_S, 0.0, 1.0)
    tone = _LEVEL * np.sin(np.pi / 2 * swell) ** 2 * np.sin(2 * np.pi * frequency_hz * time)
    return np.asarray(np.clip(room + tone, -1.0, 1.0), dtype=np.float32)


def add_sound(video: Path, sound: Samples, rate_hz: int = RATE_HZ) -> None:
    """Give an MP4 a mono AAC track of samples (N,) -1..1 that begins with its first picture, and leave its pictures.

    AAC starts with 1024 samples of its own, which players leave out because the file's edit list says so: pictures and
    sound keep their instants. A track that is there already is replaced. Written beside first and then renamed. Raises
    ValueError for a file without pictures and OSError when it cannot be read or written.
    """
    import av

    part = video.with_name(video.name + ".part")
    try:
        with av.open(str(video)) as source, av.open(str(part), "w", format="mp4") as container:
            if not source.streams.video:
                raise ValueError(f"expected a video to add sound to, got {video.name} without pictures")
            pictures = source.streams.video[0]
            copy = container.add_stream_from_template(pictures)
            track = container.add_stream("aac", rate=rate_hz, layout="mono", bit_rate=_BIT_RATE)
            for packet in source.demux(pictures):
                if packet.dts is not None:
                    packet.stream = copy
                    container.mux(packet)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound[None], dtype=np.float32), "fltp", "mono")
            frame.sample_rate, frame.time_base, frame.pts = rate_hz, Fraction(1, rate_hz), 0
            container.mux(track.encode(frame))
            container.mux(track.encode())
        os.replace(part, video)
    finally:
        part.unlink(missing_ok=True)
