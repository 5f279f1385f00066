"""When a camera takes its pictures: evenly, or as phones do."""

from __future__ import annotations

import numpy as np

from formcheck.signals import Floats, uniform_clock


def camera_clock(
    start_s: float,
    end_s: float,
    rate_hz: float = 30.0,
    jitter_s: float = 0.0,
    dropped: float = 0.0,
    seed: int = 0,
) -> Floats:
    """The instants (T,) s in [start_s, end_s) at which a camera with this frame rate takes a picture.

    `jitter_s` is the standard deviation by which each is early or late, at most 40 % of the interval so that their
    order holds; `dropped` is the share of pictures that are lost, one or a few in a row; the first is always there.
    A second camera that was started later has a later `start_s`; both are on the performance's clock. Raises
    ValueError for a rate that is not positive, a share outside [0, 0.5], or an interval too short for two pictures.
    """
    if not rate_hz > 0 or not 0.0 <= dropped <= 0.5 or jitter_s < 0:
        raise ValueError(
            "expected a rate above 0 Hz, a jitter of at least 0 s and at most half of the pictures dropped, "
            f"got {rate_hz} Hz, {jitter_s} s and {dropped}"
        )
    even = uniform_clock(start_s, end_s, rate_hz)
    if len(even) < 2:
        raise ValueError(f"expected time for at least two pictures, got {start_s} to {end_s} s at {rate_hz} Hz")
    draw = np.random.default_rng([seed, 37])
    late = np.clip(jitter_s * draw.standard_normal(len(even)), -0.4 / rate_hz, 0.4 / rate_hz)
    late[0] = 0.0
    # Losses come in runs of 1.5 on average: a phone that is busy misses more than one.
    begins = draw.random(len(even)) < dropped / 1.5
    longer = draw.random(len(even)) < 0.5
    lost = begins | np.roll(begins & longer, 1)
    lost[0] = lost[-1] = False
    return (even + late)[~lost]
