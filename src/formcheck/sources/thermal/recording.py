"""What every thermal source gives: frames of temperatures, or of brightness that stands for them, on a clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats, checked_time
from formcheck.sources.frame import SourceError

Unit = Literal["celsius", "relative"]
Warmth = NDArray[np.float32]

ASSUMED_HZ = 8.7  # most thermal cameras that may be sold everywhere give just below 9 Hz (FLIR One Pro, Lepton)
LONGEST_PX = 320  # of pictures and tables: silhouettes need no more


@dataclass(frozen=True, eq=False)
class ThermalRecording:
    """Thermal frames of one recording.

    `time` (T,) s from the first frame; `values` (T, H, W) float32, in degrees Celsius, or between 0 and 1 where only
    brightness is known (`unit` "relative", which cameras may scale anew in every frame), NaN where a pixel is missing;
    `started_s` unix seconds of the first frame where the source tells; `first_s` what the source's own clock said at
    the first frame; `how` says in words how numbers were understood; `warnings` what was wrong with the source.
    Raises ValueError when the parts do not fit together.
    """

    time: Floats
    values: Warmth
    unit: Unit
    started_s: float | None = None
    how: str = ""
    warnings: tuple[str, ...] = ()
    first_s: float = 0.0

    def __post_init__(self) -> None:
        time = checked_time(self.time)
        values = np.asarray(self.values, dtype=np.float32)
        if values.ndim != 3 or len(values) != len(time):
            raise ValueError(
                f"expected values of shape (time, height, width) with time {len(time)}, got {values.shape}"
            )
        object.__setattr__(self, "time", time)
        object.__setattr__(self, "values", values)

    def __len__(self) -> int:
        return len(self.time)

    @property
    def frame_size(self) -> tuple[int, int]:
        """(width, height) px of `values`."""
        return self.values.shape[2], self.values.shape[1]


@dataclass(frozen=True)
class Declared:
    """What somebody says about a source who knows better than its numbers tell: None is not said."""

    unit: str | None = None
    rate_hz: float | None = None
    palette: str | None = None

    def __post_init__(self) -> None:
        if self.rate_hz is not None and not (np.isfinite(self.rate_hz) and self.rate_hz > 0):
            raise SourceError(f"expected a frame rate above 0 Hz, got {self.rate_hz}; give the camera's rate")


def small_enough(frame: Warmth, longest_px: int = LONGEST_PX) -> Warmth:
    """A frame (H, W), averaged to at most `longest_px` on its longer side."""
    height, width = frame.shape
    longest = max(height, width)
    if longest <= longest_px:
        return frame
    import cv2

    size = max(1, round(width * longest_px / longest)), max(1, round(height * longest_px / longest))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), dtype=np.float32)
