"""What one way of telling the time says about two clocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.signals import Floats, Signal

Way = Literal["reference", "time stamps", "beep", "motion", "not aligned"]

PLAUSIBLE_PPM = 500.0  # a watch crystal is within 100; more than this is another mistake
MANY = 8  # shifts whose spread is known well enough to tell their errors
TELLS = 2.0  # standard errors from zero, from which a drift is taken off


@dataclass(frozen=True)
class Fit:
    """The second clock told by the first: `first = second + offset_s + drift_ppm 1e-6 (second - about_s)`.

    `offset_s` holds at `about_s` of the second clock, give or take `error_s` (standard error); `drift_ppm` is by how
    many microseconds a second the second clock falls behind, None where the recordings are too short to tell, with its
    standard error `drift_error_ppm`. `agreement` is how well the ways agree by their own measure; `rival_s` another
    offset that fits nearly as well; `loose` says that the streams hardly show one and the same set.
    """

    by: Way
    offset_s: float
    error_s: float
    agreement: float = 1.0
    drift_ppm: float | None = None
    drift_error_ppm: float | None = None
    about_s: float = 0.0
    rival_s: float | None = None
    loose: bool = False

    @property
    def pace(self) -> float:
        """By how much a second of the second clock is longer than one of the first, where that is sure; else 0."""
        if self.drift_ppm is None or self.drift_error_ppm is None or abs(self.drift_ppm) > PLAUSIBLE_PPM:
            return 0.0
        return 1e-6 * self.drift_ppm if abs(self.drift_ppm) > TELLS * self.drift_error_ppm else 0.0

    def on_first(self, time: Floats) -> Floats:
        """Instants (T,) s of the second clock on the first."""
        return time + self.offset_s + self.pace * (time - self.about_s)

    def moved(self, signal: Signal) -> Signal:
        """A signal of the second clock on the first."""
        return Signal(self.on_first(signal.time), signal.values, signal.channels)


def line(when: Floats, shifts: Floats, errors: Floats, least_s: float) -> Fit:
    """Offset and drift of shifts (N,) found at instants (N,) s of the second clock, with standard errors (N,) of each.

    Weighted least squares. Of eight shifts and more the spread about the line tells the errors, of fewer the larger of
    that and those given. A drift is told of at least three shifts, or two of which each is exact to a third of
    `least_s`, over ten seconds.
    """
    weights = 1.0 / np.maximum(errors, 1e-6) ** 2
    about = float(np.average(when, weights=weights))
    offset = float(np.average(shifts, weights=weights))
    error = float(1.0 / np.sqrt(weights.sum()))
    fit = Fit("motion", offset, error, about_s=about)
    lever = float((weights * (when - about) ** 2).sum())
    if len(when) < 2 or np.ptp(when) < 10.0 or (len(when) < 3 and errors.max() > least_s / 3):
        return fit
    slope = float((weights * (when - about) * (shifts - offset)).sum() / lever)
    left = shifts - offset - slope * (when - about)
    spread = float(np.sqrt((weights * left**2).sum() / max(1, len(when) - 2)))
    wide = spread if len(when) >= MANY else max(1.0, spread)
    return Fit(
        "motion",
        offset,
        wide * error,
        drift_ppm=1e6 * slope,
        drift_error_ppm=1e6 * wide / np.sqrt(lever),
        about_s=about,
    )
