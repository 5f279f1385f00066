"""The sets of repetitions that a thermal camera saw, whatever the exercise."""

from __future__ import annotations

from pathlib import Path

from formcheck.assess.unnamed import Count, sets_in
from formcheck.signals import Signal
from formcheck.sources.thermal import ThermalRecording
from formcheck.thermal.movement import WarmMovement, motion_signal
from formcheck.thermal.silhouette import Silhouettes, silhouettes

ODDS = Path(__file__).parent / "likely.json"


def thermal_sets(recording: ThermalRecording | Silhouettes) -> list[Count]:
    """The sets of repetitions of the person in a thermal recording, in the order of time.

    As `assess.unnamed.find_sets`, by how the silhouette and the picture of the person's warmth change. Empty where
    nobody was found, or nothing is repeated.
    """
    seen = recording if isinstance(recording, Silhouettes) else silhouettes(recording)
    movement = WarmMovement.of_silhouettes(seen)
    return [] if movement is None else sets_in(movement, ODDS)


def motion_energy(recording: ThermalRecording | Silhouettes) -> Signal:
    """How much the person's picture changes at every instant: one channel, `change_per_s`, a second; NaN without one.

    For correlating with other streams: of its own scale, whatever the camera's.
    """
    return motion_signal(recording if isinstance(recording, Silhouettes) else silhouettes(recording))
