"""Coloured video of thermal cameras: colours back to places on their scale, and to Celsius where it is told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from formcheck.signals import Floats
from formcheck.sources.thermal.palette import Reading, places, recognised
from formcheck.sources.thermal.recording import Declared, ThermalRecording, small_enough
from formcheck.sources.video import Video

FORMAT = "a video in the colours of a thermal camera, with its scale in a JSON file of the same name or without"

_SUFFIXES = frozenset({".mp4", ".mov", ".avi", ".mkv", ".m4v", ".webm", ".mjpeg", ".mjpg", ".wmv", ".mpg", ".3gp"})
_LONGEST_PX = 160  # kept: video is enlarged from little more
_SEEN_PX = 640  # at which colours are read
_FASTEST_HZ = 16.0  # thermal cameras give below 9 Hz, or 25 and more, of which half is enough
_TELLING = 5  # frames that are looked at to recognise a palette


def recognises(path: Path) -> bool:
    """Whether it is named like a video."""
    return path.is_file() and path.suffix.lower() in _SUFFIXES


def read(path: Path, declared: Declared) -> ThermalRecording:
    """The frames on the video's clock, thinned to at most about 16 a second and 160 px.

    In Celsius where a JSON file beside tells `low_c` and `high_c` of the frames as `synthetic.thermogram` writes it,
    else between 0 and 1. Raises SourceError for what is no video.
    """
    video = Video(path)
    length_s = video.duration_s or 1.0
    telling = [frame.image for frame in video.frames_at(np.linspace(0, 0.95 * length_s, _TELLING), longest_px=_SEEN_PX)]
    reading = recognised(telling, declared.palette)
    seen = [
        (frame.time_s, small_enough(places(frame.image, reading), _LONGEST_PX))
        for frame in video.frames(longest_px=_SEEN_PX, max_rate_hz=_FASTEST_HZ)
    ]
    warnings = list(video.warnings)
    time = np.array([when for when, _ in seen])
    time -= time[0]
    values = np.stack([frame for _, frame in seen])
    how = f"video: {reading.words}"
    if declared.rate_hz is not None:
        time, how = np.arange(len(time)) / declared.rate_hz, f"{how}; {declared.rate_hz:g} frames a second declared"
    scale = _scale(path.with_suffix(".json"), time, reading, warnings)
    if scale is None:
        return ThermalRecording(time, values, "relative", None, f"{how}; no scale told", tuple(warnings))
    low, high, first_s = scale
    celsius = low[:, None, None] + values * (high - low)[:, None, None]
    how = f"{how}; into Celsius by the scale in {path.with_suffix('.json').name}"
    return ThermalRecording(time, celsius.astype(np.float32), "celsius", None, how, tuple(warnings), first_s)


def _scale(side: Path, time: Floats, reading: Reading, warnings: list[str]) -> tuple[Floats, Floats, float] | None:
    """The coldest and warmest of every frame (T,) Celsius, and the clock at the first one; None where not told."""
    if not side.is_file():
        return None
    try:
        told = json.loads(side.read_text(encoding="utf-8"))
        frames = [(float(each["time_s"]), float(each["low_c"]), float(each["high_c"])) for each in told["frames"]]
        palette = str(told.get("palette", reading.palette))
        when, low, high = np.array(frames).reshape(-1, 3).T
        usable = len(when) > 0 and bool((high > low).all() and np.isfinite(when + low + high).all())
    except (OSError, UnicodeError, ValueError, KeyError, TypeError, AttributeError):
        usable, palette, when, low, high = False, "", np.zeros(0), np.zeros(0), np.zeros(0)
    if not usable:
        warnings.append(f"{side.name} was left out: it does not tell time_s, low_c and high_c of the frames.")
        return None
    if palette != reading.palette:
        warnings.append(
            f"{side.name} was left out: it tells the scale of the palette {palette}, but the video has {reading.words}."
        )
        return None
    first_s = float(when[0])
    if abs((when[-1] - first_s) - time[-1]) > max(1.0, 0.1 * time[-1]):
        warnings.append(f"{side.name} tells of {when[-1] - first_s:.1f} s, the video has {time[-1]:.1f} s.")
    nearest = np.abs(when - first_s - time[:, None]).argmin(axis=1)
    return low[nearest], high[nearest], first_s
