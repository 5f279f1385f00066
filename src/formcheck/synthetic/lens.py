"""How a lens bends what a pinhole would see: the radial and tangential distortion of Brown and Conrady."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.signals import Floats


@dataclass(frozen=True)
class Lens:
    """Distortion by the coefficients that OpenCV calls k1, k2, p1, p2; all zero is a perfect lens.

    With x and y the directions of a pinhole camera (right and down over away) and r their distance from the axis, the
    picture has x (1 + k1 r^2 + k2 r^4) + 2 p1 x y + p2 (r^2 + 2 x^2), and y likewise with p1 and p2 exchanged (Brown
    1966, *Decentering distortion of lenses*; OpenCV, `calib3d`). Negative k1 bends lines outwards, as wide lenses do.
    """

    k1: float = 0.0
    k2: float = 0.0
    p1: float = 0.0
    p2: float = 0.0

    @property
    def perfect(self) -> bool:
        """Whether nothing is bent."""
        return self == Lens()

    @property
    def widest(self) -> float:
        """The distance from the axis up to which the picture grows with it: beyond, the polynomial folds back."""
        # Where the derivative of r + k1 r^3 + k2 r^5 is zero, in r^2.
        roots = np.roots([5.0 * self.k2, 3.0 * self.k1, 1.0])
        real = roots[np.abs(roots.imag) < 1e-12].real if len(roots) else roots
        ahead = real[real > 0]
        return float(np.sqrt(ahead.min())) if len(ahead) else np.inf

    def bent(self, directions: Floats) -> Floats:
        """Directions (..., 2) of a pinhole camera, right and down over away, as this lens has them.

        Past `widest`, where no picture is, the bending of the widest is kept so that nothing folds back into the frame.
        """
        if self.perfect:
            return directions
        x, y = directions[..., 0], directions[..., 1]
        far = x * x + y * y
        kept = np.minimum(1.0, self.widest / np.maximum(np.sqrt(far), 1e-12))  # 1 inside
        x, y, far = x * kept, y * kept, far * kept**2
        round_ = 1.0 + self.k1 * far + self.k2 * far**2
        across = x * round_ + 2.0 * self.p1 * x * y + self.p2 * (far + 2.0 * x * x)
        down = y * round_ + self.p1 * (far + 2.0 * y * y) + 2.0 * self.p2 * x * y
        return np.stack([across, down], axis=-1) / kept[..., None]

    def straight(self, seen: Floats) -> Floats:
        """The pinhole's directions (..., 2) of those that this lens shows (Newton's method); NaN where it has none."""
        if self.perfect:
            return seen
        guess = seen.copy()
        step = 1e-6
        for _ in range(30):
            here = self.bent(guess)
            by_x = (self.bent(guess + [step, 0.0]) - here) / step
            by_y = (self.bent(guess + [0.0, step]) - here) / step
            left = seen - here
            det = by_x[..., 0] * by_y[..., 1] - by_y[..., 0] * by_x[..., 1]
            det = np.where(np.abs(det) < 1e-9, np.nan, det)
            guess = guess + np.stack(
                [
                    (left[..., 0] * by_y[..., 1] - left[..., 1] * by_y[..., 0]) / det,
                    (left[..., 1] * by_x[..., 0] - left[..., 0] * by_x[..., 1]) / det,
                ],
                axis=-1,
            )
        wrong = np.linalg.norm(self.bent(guess) - seen, axis=-1) > 1e-6
        outside = np.linalg.norm(guess, axis=-1) > self.widest
        return np.where((wrong | outside)[..., None], np.nan, guess)
