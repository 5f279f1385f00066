"""What an estimator is: a new one is one new file beside `mediapipe.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from formcheck.body import Skeleton
from formcheck.sources import Frame


@dataclass(frozen=True, eq=False)
class Landmarks:
    """One person in one frame, in the order of the estimator's skeleton.

    `image` (K, 2) px of the full frame; `world` (K, 3) m, origin mid-hip, x right, y down, z away from the camera,
    or None where the estimator gives only 2D; `visibility` (K,) 0..1. `retracts_s`, when set, says that the answers
    from that time on, up to this one, were about somebody else. `depth` (K,) px, where the estimator tells it, is how
    far beyond the middle of the hips a landmark lies, on the scale of `image`.
    """

    image: NDArray[np.floating]
    world: NDArray[np.floating] | None
    visibility: NDArray[np.floating]
    retracts_s: float | None = None
    depth: NDArray[np.floating] | None = None


class Estimator(Protocol):
    """What looks at frames: called with each in order, it answers with the kept person or None."""

    @property
    def skeleton(self) -> Skeleton:
        """The joints it reports."""
        ...

    def __call__(self, frame: Frame) -> Landmarks | None:
        """The person's landmarks in this frame."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...
