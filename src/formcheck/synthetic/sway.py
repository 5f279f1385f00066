"""How a camera wanders and turns in somebody's hands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.signals import Floats

# Slow drift and breathing below 1 Hz carry most of it; tremor of the hands lies at 8 to 12 Hz (Elble & Koller 1990,
# *Tremor*), far smaller.
_RATES_HZ = np.array([0.13, 0.29, 0.61, 1.3, 2.7, 5.3, 9.1])
_SHARES = np.array([1.0, 0.8, 0.55, 0.3, 0.15, 0.07, 0.035])
_SHIFT_M = np.array([0.012, 0.012, 0.008])  # right, down, away: standard deviations
_TURN_DEG = np.array([0.45, 0.45, 0.6])  # nod, pan, roll: the picture wanders by about 1 % of its size


@dataclass(frozen=True)
class Sway:
    """The wandering of a hand-held camera, the same for the same seed; `strength` 1 is a phone held in both hands."""

    strength: float = 1.0
    seed: int = 0

    def at(self, time: Floats) -> tuple[Floats, Floats]:
        """At instants (T,) s: metres right, down and away (T, 3), and degrees of nod, pan and roll (T, 3)."""
        draw = np.random.default_rng([self.seed, 31])
        phase = draw.uniform(0, 2 * np.pi, (6, len(_RATES_HZ)))
        rates = _RATES_HZ * draw.uniform(0.8, 1.25, (6, len(_RATES_HZ)))
        waves = np.sin(2 * np.pi * rates * time[:, None, None] + phase) @ (
            _SHARES * np.sqrt(2) / np.linalg.norm(_SHARES)
        )
        return self.strength * waves[:, :3] * _SHIFT_M, self.strength * waves[:, 3:] * _TURN_DEG
