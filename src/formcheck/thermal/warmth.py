"""How warm parts of the body look over a set: an indication, not a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.signals import Floats
from formcheck.sources.thermal import ThermalRecording
from formcheck.thermal.silhouette import Mask, Silhouettes, silhouettes

Region = Literal["head", "trunk", "arms", "legs", "body"]
REGIONS: tuple[Region, ...] = ("head", "trunk", "arms", "legs", "body")
INDICATION = (
    "An indication, not a diagnosis: surfaces as a thermal camera sees them through clothes, sweat and the camera's "
    "own error of some degrees; changes within a set say more than temperatures."
)
# Of somebody who stands, in shares of stature: chin and hip joints from the crown, and the breadth of the hips, which
# is about that of the trunk between the arms (Drillis & Contini 1966, "Body Segment Parameters").
CHIN, HIPS, TRUNK = 0.13, 0.47, 0.191
BESIDE = 0.05  # of a silhouette lies beside the trunk: less is no arm, as from the side
UPRIGHT = 1.6  # times as tall as wide
TALL = 0.9  # of the usual height of who stands
HEAD = (0.06, 0.17)  # of the height is a head with its hair wide: less is an arm overhead, more are two, or hands
IN_ONE = 1.25  # times as wide as what is covered are rows of a head at most: between arms there is room
PART_S = 6.0  # of a set's beginning and end are compared, or a third of it
SAMPLED = 200  # frames, spread over a recording, that show how tall somebody is
FEWEST_PX = 6
EDGES_PX = (5, 3, 1)  # lens and pixels mix body and room over two pixels: left out as far as enough remain


@dataclass(frozen=True)
class RegionWarmth:
    """One part of the body over a set: how warm it looked in the beginning and in the end, Celsius, and the change, K.

    NaN where it was not seen; `pixels` it was read from in a frame, on the average.
    """

    region: Region
    start_c: float
    end_c: float
    pixels: float

    @property
    def change_k(self) -> float:
        """By how much warmer the end was."""
        return self.end_c - self.start_c


def warmth_by_region(
    recording: ThermalRecording | Silhouettes, start_s: float, end_s: float
) -> tuple[RegionWarmth, ...]:
    """How warm head, trunk, arms, legs and the whole body look over a set [start, end) s; `INDICATION` goes with it.

    Parts are read where the person stands upright with lowered arms, from their heights in the silhouette; of somebody
    who lies or hangs only the whole body is told. Empty for brightness that is no temperature, and where nobody was
    found.
    """
    seen = recording if isinstance(recording, Silhouettes) else silhouettes(recording)
    inside = seen.found & (seen.time >= start_s) & (seen.time < end_s)
    if seen.unit != "celsius" or not inside.any():
        return ()
    part_s = min(PART_S, (end_s - start_s) / 3)
    parts = (inside & (seen.time < start_s + part_s), inside & (seen.time >= end_s - part_s))
    stature = _stature(seen)
    told: dict[Region, list[tuple[float, float]]] = {region: [] for region in REGIONS}
    for part in parts:
        frames = [_read(seen, int(at), stature) for at in np.flatnonzero(part)]
        for region in REGIONS:
            known = np.array([frame[region] for frame in frames if region in frame]).reshape(-1, 2)
            middle = np.median(known, axis=0) if len(known) else np.array([np.nan, 0.0])
            told[region].append((float(middle[0]), float(middle[1])))
    return tuple(
        RegionWarmth(region, start[0], end[0], (start[1] + end[1]) / 2) for region, (start, end) in told.items()
    )


def regions(mask: Mask, stature_px: float) -> dict[Region, Mask]:
    """Parts (H, W) of the silhouette of somebody who stands with lowered arms; none where it is not of such a one."""
    height = standing_px(mask)
    if height is None or height < TALL * stature_px:
        return {}
    top = int(np.flatnonzero(mask.any(axis=1))[0])
    down, across = np.meshgrid(np.arange(mask.shape[0]), np.arange(mask.shape[1]), indexing="ij")
    head, legs = mask & (down < top + CHIN * height), mask & (down >= top + HIPS * height)
    between = mask & ~head & ~legs
    arms = between & (np.abs(across - float(across[head].mean())) > TRUNK / 2 * height)
    parts: dict[Region, Mask] = {"head": head, "trunk": between & ~arms, "arms": arms, "legs": legs}
    return {region: part for region, part in parts.items() if region != "arms" or part.sum() > BESIDE * mask.sum()}


def standing_px(mask: Mask) -> int | None:
    """How tall a silhouette (H, W) is, if it is upright and a head is uppermost."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    height, width = int(rows[-1] + 1 - rows[0]), int(columns[-1] + 1 - columns[0])
    uppermost = mask[rows[0] : rows[0] + max(1, round(CHIN * height))]
    covered = float(uppermost.sum(axis=1).mean())
    reach = float(np.mean([float(np.ptp(np.flatnonzero(row))) + 1.0 if row.any() else 0.0 for row in uppermost]))
    is_head = HEAD[0] * height <= covered <= HEAD[1] * height and reach <= IN_ONE * covered
    return height if is_head and height >= UPRIGHT * width else None


def _stature(seen: Silhouettes) -> float:
    """How tall the person usually is who stands with lowered arms, px."""
    some = np.flatnonzero(seen.found)[:: max(1, int(seen.found.sum()) // SAMPLED)]
    heights = [height for mask in seen.mask[some] if (height := standing_px(mask)) is not None]
    return float(np.percentile(heights, 90)) if heights else np.inf


def _read(seen: Silhouettes, at: int, stature_px: float) -> dict[Region, tuple[float, float]]:
    """By region the mean temperature of a frame in Celsius and its pixels, edges left out: room mixes in there."""
    import cv2

    celsius: Floats = seen.above[at].astype(np.float64) + seen.level
    mask = seen.mask[at].astype(np.uint8)
    inner = [cv2.erode(mask, np.ones((size, size), dtype=np.uint8)).astype(bool) for size in EDGES_PX]
    parts: dict[Region, Mask] = {**regions(seen.mask[at], stature_px), "body": seen.mask[at]}
    out: dict[Region, tuple[float, float]] = {}
    for region, part in parts.items():
        kept = next((part & each for each in inner if (part & each).sum() >= FEWEST_PX), None)
        if kept is not None:
            out[region] = float(celsius[kept].mean()), float(kept.sum())
    return out
