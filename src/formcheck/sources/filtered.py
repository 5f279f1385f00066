"""Filters that a picture goes through before an estimator looks at it: smoothed, sharpened, or both in this order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from formcheck.sources.altered import Altered
from formcheck.sources.frame import Frame, Image

SMOOTH = 1 / 800  # of the picture's longer side: 0.8 px in one of 640, what takes the grain and leaves the limbs
SHARP = 1 / 400  # of the same: edges of this width are made steeper
AMOUNT = 1.0  # times what a picture differs from its own smoothed copy, on top of it


class Filter(Enum):
    """What a picture goes through."""

    GAUSSIAN = "gaussian"
    UNSHARP = "unsharp"
    BOTH = "both"


@dataclass(frozen=True, eq=False)
class Filtered(Altered):
    """The same source with every picture smoothed by a Gaussian, sharpened by unsharp masking, or both.

    GymbrAIn (the paper's preprocessing) smooths and then sharpens before its pose estimator, and leaves the parameters
    open; ours are shares of the picture's longer side, so that the same recording in another size is filtered alike.
    """

    by: Filter

    def altered(self, frame: Frame) -> Frame:
        """A frame, filtered."""
        return replace(frame, image=filtered(frame.image, self.by))


def filtered(image: Image, by: Filter) -> Image:
    """A picture (H, W, 3) smoothed, sharpened, or smoothed and then sharpened."""
    import cv2

    longest = max(image.shape[:2])
    out = image
    if by is not Filter.UNSHARP:
        out = cv2.GaussianBlur(out, (0, 0), SMOOTH * longest)
    if by is not Filter.GAUSSIAN:
        out = cv2.addWeighted(out, 1.0 + AMOUNT, cv2.GaussianBlur(out, (0, 0), SHARP * longest), -AMOUNT, 0.0)
    return np.ascontiguousarray(out, dtype=np.uint8)
