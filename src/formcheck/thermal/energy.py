"""Energy images: a repetition as one small picture, the mean of its silhouettes and of the person's temperatures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.reps import RepSpan
from formcheck.signals import Floats
from formcheck.sources.thermal import ThermalRecording, Unit
from formcheck.thermal.silhouette import Silhouettes, silhouettes

SIZE_PX = 64
MARGIN = 1.06  # of the largest extent: nothing of the person is cut
SAMPLED = 200  # frames, spread over a recording, that show how far the person reaches
SELDOM = 0.1  # of the frames: a pixel that the person covers less has no temperature


@dataclass(frozen=True, eq=False)
class EnergyImage:
    """One repetition of one person.

    `silhouette` (64, 64) 0..1, the share of time in which the person covered a pixel; `warmth` (64, 64) their mean
    temperature there in Celsius, or how much brighter than the room they were on a relative scale, NaN where they
    hardly were; `unit` of that; `frames` it is the mean of.
    """

    silhouette: Floats
    warmth: Floats
    unit: Unit
    frames: int


def energy_image(recording: ThermalRecording | Silhouettes, span: RepSpan | tuple[float, float]) -> EnergyImage:
    """The energy image of a repetition, [start, end) s, as gait energy images are made (Han & Bhanu 2006).

    "Individual Recognition Using Gait Energy Image", IEEE TPAMI 28(2): silhouettes of one size, moved so that their
    middles lie above each other, are averaged. Unlike walking, an exercise changes the height, which is therefore kept:
    all frames of a recording have one scale and one floor, so that its repetitions can be compared. Zero and NaN
    throughout where nobody was found in the span. Raises ValueError for a span that ends before it starts.
    """
    start_s, end_s = (span.start_s, span.end_s) if isinstance(span, RepSpan) else span
    if not start_s < end_s:
        raise ValueError(f"expected a span that starts before it ends, got {start_s} to {end_s} s")
    seen = recording if isinstance(recording, Silhouettes) else silhouettes(recording)
    chosen = np.flatnonzero(seen.found & (seen.time >= start_s) & (seen.time < end_s))
    if not len(chosen):
        nothing = np.zeros((SIZE_PX, SIZE_PX))
        return EnergyImage(nothing, np.full_like(nothing, np.nan), seen.unit, 0)
    lowest, side = _window(seen)
    covered, warm = np.zeros((SIZE_PX, SIZE_PX)), np.zeros((SIZE_PX, SIZE_PX))
    for at in chosen:
        mask = seen.mask[at].astype(np.float64)
        middle = float(mask.sum(axis=0) @ (np.arange(mask.shape[1]) + 0.5) / mask.sum())
        covered += _cut(mask, middle, lowest, side)
        level = seen.level if seen.unit == "celsius" else 0.0
        warm += _cut(mask * (seen.above[at] + level), middle, lowest, side)
    share = covered / len(chosen)
    known = share >= SELDOM
    temperature = np.where(known, warm / np.where(known, covered, 1.0), np.nan)
    return EnergyImage(np.clip(share, 0.0, 1.0), temperature, seen.unit, len(chosen))


def _window(seen: Silhouettes) -> tuple[float, float]:
    """The lowest row that the person usually reaches, and the side of a square that holds them in every frame, px."""
    masks = seen.mask[np.flatnonzero(seen.found)[:: max(1, int(seen.found.sum()) // SAMPLED)]]
    height, width = masks.shape[1:]
    rows, columns = np.asarray(masks.any(axis=2)), np.asarray(masks.any(axis=1))
    bottom = height - rows[:, ::-1].argmax(axis=1)
    top = rows.argmax(axis=1)
    middle = masks.sum(axis=1) @ (np.arange(width) + 0.5) / masks.sum(axis=(1, 2))
    reach = np.maximum(middle - columns.argmax(axis=1), width - columns[:, ::-1].argmax(axis=1) - middle)
    lowest = float(np.percentile(bottom, 95))
    return lowest, MARGIN * max(float(lowest - np.percentile(top, 5)), 2 * float(np.percentile(reach, 95)), 4.0)


def _cut(picture: Floats, middle: float, lowest: float, side: float) -> Floats:
    """The square (64, 64) of a picture above a lowest row, about a middle column, averaged or enlarged."""
    import cv2

    step = side / SIZE_PX
    move = np.array(
        [[step, 0.0, middle - side / 2 + step / 2 - 0.5], [0.0, step, lowest - side / MARGIN + step / 2 - 0.5]]
    )
    move[1, 2] -= side * (1 - 1 / MARGIN) / 2
    smooth = cv2.GaussianBlur(picture, (0, 0), 0.5 * step) if step > 1.5 else picture
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(smooth, move, (SIZE_PX, SIZE_PX), flags=flags), dtype=np.float64)
