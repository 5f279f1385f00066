"""A source whose lens bends its pictures, made straight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.sources.altered import Altered
from formcheck.sources.frame import Frame

Maps = tuple[NDArray[np.float32], NDArray[np.float32]]
"""From where every pixel of a straight picture is taken, right and down, (H, W) each."""


@dataclass(frozen=True, eq=False)
class Straight(Altered):
    """The same source as a perfect lens would have filmed it.

    `maps_for` gives the maps for pictures of a size (width, height), and raises ValueError for one it does not know.
    """

    maps_for: Callable[[tuple[int, int]], Maps]
    _made: dict[tuple[int, int], Maps] = field(default_factory=dict[tuple[int, int], Maps], repr=False)

    def altered(self, frame: Frame) -> Frame:
        """A frame, straightened."""
        import cv2

        size = (frame.image.shape[1], frame.image.shape[0])
        if size not in self._made:
            self._made[size] = self.maps_for(size)
        across, down = self._made[size]
        image = cv2.remap(frame.image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        return replace(frame, image=np.ascontiguousarray(image, dtype=np.uint8))
