"""The room behind a person in thermal frames: all frames on one scale, and how far everything is above the room."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.sources.thermal import ThermalRecording, Unit, Warmth

LOOKED_AT_PX = 160  # the longer side of what is looked at: EJUST-GYM-3's camera has no more
BLUR_PX = 0.8
SAMPLED = 60  # frames, spread over a recording, that show its room
SEEN_EMPTY = 15  # per cent of the time at which a pixel shows the room, where the person moves at all
ABOVE, BELOW = 2.0, 3.5  # spreads: what is so far from the room is something else; people are warmer, so less above
NOISES = 4.0  # times the noise: what is less above the room is not seen
LEAST: dict[Unit, float] = {"celsius": 1.5, "relative": 4 / 255}  # nor what is less than this
OF_CONTRAST = 0.1  # nor, in recordings of brightness, what is less than this part of all contrast: a floor's edge
OF_BODY = 0.3  # of the warmth of skin: traces of warm hands, benches and plates that were held are below
SOME = 5  # of so many pixels one tells the scale of a frame
STEEPEST = 4.0  # times the usual contrast that one frame's own scale may have, or that part of it


@dataclass(frozen=True, eq=False)
class Room:
    """A recording as differences from its room.

    `above` (T, H, W) how much warmer than the room every pixel is, K or parts of the relative scale, reduced to 160 px;
    `level` (H, W) the room itself; `noise` of what is no person (one standard deviation, robust); `usable` (T,) where a
    frame shows anything at all; `moving` (H, W) where more than noise changes; what is above `threshold` is warm, and
    no body is less than twice `least` above the room.
    """

    above: Warmth
    level: Floats
    noise: float
    usable: NDArray[np.bool_]
    moving: NDArray[np.bool_]
    threshold: float
    least: float
    unit: Unit

    @property
    def still(self) -> bool:
        """Whether nothing moves, as in a single picture."""
        return not self.moving.any()


def room_of(recording: ThermalRecording) -> Room:
    """What the camera looks at when nobody is there: a smooth surface through the coldest that every pixel was.

    Frames of a camera that scales each of them anew are first brought to one scale by what does not move.
    """
    frames, usable = _reduced(recording.values)
    if recording.unit == "relative":
        frames = _one_scale(frames, usable)
    spread = np.flatnonzero(usable)[:: max(1, int(usable.sum()) // SAMPLED)] if usable.any() else np.zeros(1, np.intp)
    some = frames[spread]
    coldest = np.asarray(np.percentile(some, SEEN_EMPTY if len(some) > 2 else 0, axis=0), dtype=np.float64)
    level, empty = _surface(coldest)
    frames -= level.astype(np.float32)  # in place: ten minutes are hundreds of megabytes
    above = frames
    shown = empty & (np.percentile(some, 95, axis=0) - level < 4 * LEAST[recording.unit])
    shown = shown if shown.mean() > 0.1 else empty
    above -= np.median(above[:, shown], axis=1)[:, None, None]  # the whole picture wanders between shutter closings
    sample = above[spread]
    noise = 1.4826 * float(np.median(np.abs(sample[:, shown])))
    scaled = recording.unit == "relative" and len(sample) > 2
    contrast = float(np.diff(np.percentile(sample, (0.2, 99.8)))[0]) if scaled else 0.0
    seen = max(LEAST[recording.unit], OF_CONTRAST * contrast)
    least = max(NOISES * noise, seen)
    swing = np.percentile(sample, 95, axis=0) - np.percentile(sample, 5, axis=0)
    moving = np.asarray(swing > 1.5 * least) if len(sample) > 2 else np.zeros(level.shape, dtype=bool)
    body = sample[:, moving] if moving.any() else np.zeros(0)
    warm = body[body > least]
    threshold = max(least, OF_BODY * float(np.percentile(warm, 90))) if len(warm) else least
    return Room(above, level, noise, usable, moving, threshold, seen, recording.unit)


def _reduced(values: Warmth) -> tuple[Warmth, NDArray[np.bool_]]:
    """Frames of at most 160 px, a little blurred, without missing pixels, and which of them show anything."""
    import cv2

    height, width = values.shape[1:]
    share = min(1.0, LOOKED_AT_PX / max(height, width))
    size = max(1, round(width * share)), max(1, round(height * share))
    frames = np.empty((len(values), size[1], size[0]), dtype=np.float32)
    usable = np.zeros(len(values), dtype=bool)
    for at, frame in enumerate(values):
        known = np.isfinite(frame)
        whole = frame if known.all() else np.where(known, frame, np.median(frame[known]) if known.any() else 0.0)
        small = whole if share == 1.0 else cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
        frames[at] = cv2.GaussianBlur(np.asarray(small, dtype=np.float32), (0, 0), BLUR_PX)
        usable[at] = known.mean() > 0.5 and float(np.ptp(frames[at])) > 1e-4
    return frames, usable


def _one_scale(frames: Warmth, usable: NDArray[np.bool_]) -> Warmth:
    """Frames (T, H, W) on the scale of their median: each a straight line of that where nothing moves."""
    if usable.sum() < 3:
        return frames
    out = frames.copy()
    chosen = np.flatnonzero(usable)
    for _ in range(3):
        usual = np.median(out[chosen[:: max(1, len(chosen) // SAMPLED)]], axis=0)
        for at in chosen:
            steep, shift = _line(usual.ravel()[::SOME], frames[at].ravel()[::SOME])
            out[at] = (frames[at] - shift) / steep
    return out


def _line(usual: Warmth, frame: Warmth) -> tuple[float, float]:
    """Slope and shift of a frame over the usual one, by least squares without what moved."""
    steep, shift = 1.0, float(np.median(frame - usual))
    for _ in range(4):
        away = np.abs(frame - steep * usual - shift)
        kept = away <= 2.5 * 1.4826 * float(np.median(away)) + 1e-6
        x, y = usual[kept].astype(np.float64), frame[kept].astype(np.float64)
        spread = float(x.var())
        if spread <= 1e-10:
            return 1.0, float(np.median(frame - usual))
        steep = float(np.clip(((x - x.mean()) * (y - y.mean())).mean() / spread, 1 / STEEPEST, STEEPEST))
        shift = float(y.mean() - steep * x.mean())
    return steep, shift


def _surface(image: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The quadratic surface through most of an image (H, W), and which pixels lie on it.

    Walls are warmer upwards and to the sides, floors cooler; what is beyond a few robust spreads is left out, and the
    surface drawn again, until nothing changes.
    """
    height, width = image.shape
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1).reshape(-1, 6)
    values = image.astype(np.float64).ravel()
    kept, level = np.ones(len(values), dtype=bool), np.zeros_like(values)
    for _ in range(15):
        level = terms @ np.linalg.lstsq(terms[kept], values[kept], rcond=None)[0]
        away = values - level
        middle = float(np.median(away[kept]))
        spread = 1.4826 * float(np.median(np.abs(away[kept] - middle))) + 1e-6
        level, away = level + middle, away - middle
        now = (away < ABOVE * spread) & (away > -BELOW * spread)
        if (now == kept).all() or now.sum() < 6 * len(terms[0]):
            break
        kept = now
    return level.reshape(height, width), kept.reshape(height, width)
