"""A source whose pictures are mirror images, as selfie cameras save them, turned back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from formcheck.sources.altered import Altered
from formcheck.sources.frame import Frame


@dataclass(frozen=True, eq=False)
class Mirrored(Altered):
    """The same source with every picture flipped, so that left and right are the person's own again."""

    def altered(self, frame: Frame) -> Frame:
        """A frame, flipped."""
        return replace(frame, image=np.ascontiguousarray(frame.image[:, ::-1]))
