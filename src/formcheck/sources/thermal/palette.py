"""Colours of thermal cameras turned back into places on their scale, 0 cold to 1 warm."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.sources.frame import Image, SourceError
from formcheck.sources.thermal.recording import Warmth

BITS = 6  # a channel: colours are looked up by so much of them
NEAR = 18.0  # of 255: the mean distance of colours from a palette that is theirs; video blends neighbours
GREY = 6.0  # the mean difference between the channels of what has no colour
LOPSIDED = 3.0  # times as far from the middle to the coldest as to the warmest: the person is dark
WHITE_HOT, BLACK_HOT = "white-hot", "black-hot"

# Black over blue, purple, red and orange to white, brighter all the way: the look of the ironbow palettes of thermal
# cameras, with colours of our own, which the synthetic camera has. Place on the scale 0..1, red, green, blue.
_IRONBOW = (
    (0.00, 0, 0, 16),
    (0.12, 28, 0, 102),
    (0.30, 112, 4, 152),
    (0.48, 190, 32, 118),
    (0.62, 230, 84, 38),
    (0.78, 250, 158, 8),
    (0.90, 255, 220, 60),
    (1.00, 255, 255, 240),
)
_OPENCV = ("inferno", "jet", "rainbow", "turbo", "hot", "bone", "magma", "plasma", "viridis", "cividis")


@dataclass(frozen=True)
class Reading:
    """How colours are read: through the `palette` of that name, or as plain brightness where none is known (None)."""

    palette: str | None
    distance: float

    @property
    def words(self) -> str:
        """For people."""
        if self.palette is None:
            return f"brightness, since the colours are of no known palette (nearest {self.distance:.0f} of 255 away)"
        if self.palette in (WHITE_HOT, BLACK_HOT):
            return f"shades of grey, {'brighter' if self.palette == WHITE_HOT else 'darker'} taken for warmer"
        return f"colours of the palette {self.palette}, turned back into the place on its scale"


def ironbow() -> NDArray[np.uint8]:
    """(256, 3) red green blue, from cold to warm."""
    table = np.array(_IRONBOW)
    at = np.linspace(0.0, 1.0, 256)
    return np.stack([np.interp(at, table[:, 0], table[:, part]) for part in (1, 2, 3)], axis=1).round().astype(np.uint8)


@cache
def palettes() -> dict[str, NDArray[np.uint8]]:
    """By name (256, 3) red green blue from cold to warm; those of OpenCV stand for what cameras call alike."""
    import cv2

    found = {"ironbow": ironbow()}
    ramp = np.arange(256, dtype=np.uint8)[:, None]
    for name in _OPENCV:
        drawn = cv2.applyColorMap(ramp, getattr(cv2, f"COLORMAP_{name.upper()}"))
        table = np.asarray(drawn, dtype=np.uint8)[:, 0, ::-1]
        redder_first = int(table[0, 0]) - int(table[0, 2]) > int(table[-1, 0]) - int(table[-1, 2])
        found[name] = table[::-1] if name == "rainbow" and redder_first else table  # cameras have the red end warm
    return found


def recognised(pictures: list[Image], declared: str | None = None) -> Reading:
    """Which palette some pictures (H, W, 3) RGB are coloured with. Raises SourceError for an unknown declared one."""
    colours = np.concatenate([picture[::2, ::2].reshape(-1, 3) for picture in pictures])
    colours = colours[:: max(1, len(colours) // 8_000)]
    if declared is not None:
        if declared not in (*palettes(), WHITE_HOT, BLACK_HOT):
            raise SourceError(
                f"expected a palette of {', '.join((*palettes(), WHITE_HOT, BLACK_HOT))}, got {declared!r}"
            )
        return Reading(declared, 0.0 if declared not in palettes() else _away(colours, declared))
    if float(np.ptp(colours.astype(np.int16), axis=1).mean()) < GREY:
        low, middle, high = np.percentile(colours.mean(axis=1), [1.0, 50.0, 99.0]).tolist()
        dark = middle - low > LOPSIDED * max(high - middle, 4.0)
        return Reading(BLACK_HOT if dark else WHITE_HOT, 0.0)
    away = {name: _away(colours, name) for name in palettes()}
    best = min(away, key=lambda name: away[name])
    return Reading(best if away[best] <= NEAR else None, away[best])


def places(picture: Image, reading: Reading) -> Warmth:
    """(H, W) 0..1, how warm every pixel of a picture (H, W, 3) RGB is on its own scale."""
    if reading.palette in palettes():
        deep = 8 - BITS
        red, green, blue = (picture[..., part] >> deep for part in range(3))
        return np.take(
            _looked_up(str(reading.palette)), (red.astype(np.intp) << 2 * BITS) + (green.astype(np.intp) << BITS) + blue
        )
    parts = (0.299, 0.587, 0.114) if reading.palette is None else (1 / 3, 1 / 3, 1 / 3)  # luma, ITU-R BT.601
    share = np.asarray(picture @ np.array(parts, dtype=np.float32) / 255.0, dtype=np.float32)
    return np.asarray(1.0 - share, dtype=np.float32) if reading.palette == BLACK_HOT else share


def _away(colours: NDArray[np.uint8], name: str) -> float:
    from scipy.spatial import KDTree

    distance, _ = KDTree(palettes()[name].astype(np.float64)).query(colours.astype(np.float64))
    return float(np.mean(distance))


@cache
def _looked_up(name: str) -> Warmth:
    """(64 * 64 * 64,) the place on a palette's scale that is nearest to every colour, red slowest, blue fastest."""
    from scipy.spatial import KDTree

    steps = (np.arange(2**BITS, dtype=np.float64) + 0.5) * 2 ** (8 - BITS) - 0.5
    colours = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1)
    finer = _finer(palettes()[name].astype(np.float64))
    _, nearest = KDTree(finer).query(colours.reshape(-1, 3))
    return np.asarray(nearest / (len(finer) - 1), dtype=np.float32)


def _finer(table: Floats) -> Floats:
    """(1021, 3) a palette with three colours between every two."""
    at = np.linspace(0.0, len(table) - 1.0, 4 * (len(table) - 1) + 1)
    return np.stack([np.interp(at, np.arange(len(table)), part) for part in table.T], axis=1)
