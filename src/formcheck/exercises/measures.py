"""What is read from one repetition: a quantity, at a moment, on a side, relative to what.

Everything here is computed from `body` quantities on the clock of one camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from formcheck.body.planes import Side
from formcheck.body.quantities import ankle_over_hip, hands_left, hip_over_knee, knee_ahead_of_hip
from formcheck.body.track import Quantity, Track
from formcheck.reps import RepSpan
from formcheck.signals import Floats

Moment = Literal["start", "turn", "end", "out", "back", "whole"]
"""When in a repetition: its start posture, turning point and end posture, the ways between, or all of it.

Of a hold: its first second, middle and last second, its first and second half, or all of it.
"""
Take = Literal["median", "high", "low", "travel", "strongest"]
Limbs = Literal["each", "working", "other"]

Frames = NDArray[np.intp]

AROUND_S = 0.12  # a moment is read as the median over this long on either side: jitter, not movement, is averaged out
BEFORE_S = 0.25  # the start posture is held before the movement leaves it, the end posture after it arrives
EDGE_S = 1.0  # the first and the last part of a hold


@dataclass(frozen=True)
class Reading:
    """One measured value, the moment that decided it, and the side it was read on (None: no side)."""

    value: float
    time_s: float
    side: Side | None = None


@runtime_checkable
class Measure(Protocol):
    """What a criterion reads from one repetition."""

    @property
    def quantity(self) -> Quantity:
        """The quantity whose joints must be seen, and which is lit in pictures."""
        ...

    @property
    def name(self) -> str:
        """What the value is, in words."""
        ...

    @property
    def unit(self) -> str:
        """The unit of the value."""
        ...

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The parts of the repetition that must be in the recording."""
        ...

    @property
    def limbs(self) -> Limbs:
        """Whose side is read."""
        ...

    def frames(self, track: Track, span: RepSpan) -> Frames:
        """The indices of the frames that are looked at."""
        ...

    def read(self, track: Track, span: RepSpan, side: Side) -> Reading:
        """The value on one side; NaN when it cannot be read."""
        ...


@dataclass(frozen=True)
class Read:
    """A quantity at a moment or over a phase, optionally as the change since another moment."""

    quantity: Quantity
    moment: Moment = "turn"
    take: Take = "median"
    since: Moment | None = None
    limbs: Limbs = "each"

    @property
    def name(self) -> str:
        """The quantity, and how it is taken where that is not its plain value."""
        taken = "range of the " if self.take == "travel" else "change of the " if self.since else ""
        return taken + self.quantity.name

    @property
    def unit(self) -> str:
        """That of the quantity."""
        return self.quantity.unit

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The moment itself, and the one since which the change is read."""
        return (self.moment,) if self.since is None else (self.moment, self.since)

    def frames(self, track: Track, span: RepSpan) -> Frames:
        """Those of the moment."""
        return _frames(track.time, span, self.moment)

    def read(self, track: Track, span: RepSpan, side: Side) -> Reading:
        """The value on one side."""
        values = track.values(self.quantity, side)
        at = _frames(track.time, span, self.moment)
        base = 0.0
        if self.since is not None:
            before = values[_frames(track.time, span, self.since)]
            base = float(np.nanmedian(before)) if np.isfinite(before).any() else np.nan
        return _take(track.time, values, at, self.take, base)


@dataclass(frozen=True)
class Lead:
    """How much further `quantity` is on its way than `other` where they are furthest apart, in % of the way.

    Both are scaled to run from 0 at the start of the phase to 100 at its end; positive leads. A quantity that moves by
    less than `least` has no way to be on.
    """

    quantity: Quantity
    other: Quantity
    moment: Literal["out", "back"] = "out"
    least: float = 0.0
    unit: str = "% of the way"
    limbs: Limbs = "each"

    @property
    def name(self) -> str:
        """Which leads which."""
        return f"lead of the {self.quantity.name} over the {self.other.name}"

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The phase that is compared."""
        return (self.moment,)

    def frames(self, track: Track, span: RepSpan) -> Frames:
        """Those of the phase."""
        return _frames(track.time, span, self.moment)

    def read(self, track: Track, span: RepSpan, side: Side) -> Reading:
        """The largest lead on one side; NaN where either hardly moves."""
        at = _frames(track.time, span, self.moment)
        if len(at) < 4:
            return Reading(np.nan, span.turn_s)
        ways = [_progress(track.values(quantity, side)[at], self.least) for quantity in (self.quantity, self.other)]
        lead = 100.0 * (ways[0] - ways[1])
        if not np.isfinite(lead).any():
            return Reading(np.nan, span.turn_s)
        furthest = int(np.nanargmax(np.abs(lead)))
        return Reading(float(lead[furthest]), float(track.time[at[furthest]]))


@dataclass(frozen=True)
class SpeedRatio:
    """Peak speed of a quantity on the way back over that on the way out."""

    quantity: Quantity
    unit: str = "times"
    limbs: Limbs = "each"

    @property
    def name(self) -> str:
        """Which speeds are compared."""
        return f"speed back over speed out of the {self.quantity.name}"

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Both ways."""
        return ("out", "back")

    def frames(self, track: Track, span: RepSpan) -> Frames:
        """Those of the whole repetition."""
        return _frames(track.time, span, "whole")

    def read(self, track: Track, span: RepSpan, side: Side) -> Reading:
        """The ratio on one side; NaN where a way is missing."""
        values = track.values(self.quantity, side)
        speeds: list[float] = []
        fastest = span.turn_s
        for moment in ("out", "back"):
            at = _frames(track.time, span, moment)
            if len(at) < 4 or np.isfinite(values[at]).sum() < 4:
                return Reading(np.nan, span.turn_s)
            speed = np.abs(np.gradient(values[at], track.time[at]))
            speeds.append(float(np.nanmax(speed)))
            fastest = float(track.time[at[int(np.nanargmax(speed))]])
        return Reading(speeds[1] / max(speeds[0], 1e-9), fastest)


def _progress(values: Floats, least: float) -> Floats:
    edge = max(1, len(values) // 12)
    first, last = np.nanmedian(values[:edge]), np.nanmedian(values[-edge:])
    if not np.isfinite(first + last) or abs(last - first) < max(least, 1e-6):
        return np.full_like(values, np.nan)
    return np.clip((values - first) / (last - first), -0.5, 1.5)


def _frames(time: Floats, span: RepSpan, moment: Moment) -> Frames:
    length_s = span.end_s - span.start_s
    around = min(AROUND_S, 0.12 * length_s)
    edge = min(EDGE_S, 0.2 * length_s)
    windows = {
        "start": (span.start_s - BEFORE_S, span.start_s + around / 2),
        "turn": (span.turn_s - around, span.turn_s + around),
        "end": (span.end_s - around / 2, span.end_s + BEFORE_S),
        "out": (span.start_s, span.turn_s),
        "back": (span.turn_s, span.end_s),
        "whole": (span.start_s, span.end_s),
    }
    if span.held:  # the posture is there from the first to the last instant
        windows |= {
            "start": (span.start_s, span.start_s + edge),
            "turn": (span.turn_s - edge, span.turn_s + edge),
            "end": (span.end_s - edge, span.end_s),
        }
    start_s, end_s = windows[moment]
    at = np.flatnonzero((time >= start_s) & (time <= end_s))
    if not len(at) and len(time):
        at = np.array([int(np.argmin(np.abs(time - (start_s + end_s) / 2)))])
    return at


def _take(time: Floats, values: Floats, at: Frames, take: Take, base: float) -> Reading:
    known = at[np.isfinite(values[at])]
    if not len(known):
        return Reading(np.nan, float(time[at[0]]) if len(at) else np.nan)
    inside = values[known] - base
    high, low = (float(part) for part in np.percentile(inside, [95, 5]))
    strongest = high if abs(high) >= abs(low) else low
    taken = {"median": float(np.median(inside)), "high": high, "low": low, "travel": high - low, "strongest": strongest}
    shown = {"travel": high, "median": taken["median"]}.get(take, taken[take])
    nearest = int(np.argmin(np.abs(inside - shown)))
    return Reading(taken[take], float(time[known[nearest]]))


def at_turn(quantity: Quantity, limbs: Limbs = "each") -> Read:
    """The quantity at the turning point."""
    return Read(quantity, "turn", limbs=limbs)


def at_start(quantity: Quantity, take: Take = "median", limbs: Limbs = "each") -> Read:
    """The quantity in the start posture."""
    return Read(quantity, "start", take, limbs=limbs)


def change(quantity: Quantity, limbs: Limbs = "each") -> Read:
    """The quantity at the turning point less that at the start."""
    return Read(quantity, "turn", since="start", limbs=limbs)


def throughout(quantity: Quantity, limbs: Limbs = "each") -> Read:
    """The median over the whole repetition or hold."""
    return Read(quantity, "whole", limbs=limbs)


def highest(quantity: Quantity, moment: Moment = "whole", since: Moment | None = None, limbs: Limbs = "each") -> Read:
    """The largest value over a phase (95th percentile)."""
    return Read(quantity, moment, "high", since, limbs)


def lowest(quantity: Quantity, moment: Moment = "whole", since: Moment | None = None, limbs: Limbs = "each") -> Read:
    """The smallest value over a phase (5th percentile)."""
    return Read(quantity, moment, "low", since, limbs)


def strongest(quantity: Quantity, moment: Moment = "whole", since: Moment | None = None) -> Read:
    """The high or the low over a phase, whichever is further from zero."""
    return Read(quantity, moment, "strongest", since)


def travel(quantity: Quantity, moment: Moment = "whole", limbs: Limbs = "each") -> Read:
    """How far the quantity ranges over a phase (95th less 5th percentile)."""
    return Read(quantity, moment, "travel", limbs=limbs)


def leading_knee(track: Track, span: RepSpan) -> Side | None:
    """The leg whose knee is further forward at the turning point."""
    left, right = (at_turn(knee_ahead_of_hip).read(track, span, side).value for side in ("left", "right"))
    return None if not np.isfinite(left + right) else "left" if left > right else "right"


def standing_leg(track: Track, span: RepSpan) -> Side | None:
    """The leg whose ankle is lower at the turning point."""
    left, right = (at_turn(ankle_over_hip).read(track, span, side).value for side in ("left", "right"))
    return None if not np.isfinite(left + right) else "left" if left < right else "right"


def raised_knee(track: Track, span: RepSpan) -> Side | None:
    """The leg whose knee is higher at the turning point."""
    left, right = (at_turn(hip_over_knee).read(track, span, side).value for side in ("left", "right"))
    return None if not np.isfinite(left + right) else "left" if left < right else "right"


def turned_side(track: Track, span: RepSpan) -> Side | None:
    """The side to which the hands turn at the turning point."""
    turned = at_turn(hands_left).read(track, span, "left").value
    return None if not np.isfinite(turned) else "left" if turned > 0 else "right"


@dataclass(frozen=True)
class BusierSide:
    """Finds the side whose quantity is further from where it usually is at the turning point."""

    quantity: Quantity

    def ways(self, track: Track, span: RepSpan) -> tuple[float, float]:
        """How far the left and the right side are from their median over the recording, in the quantity's unit."""
        left, right = (
            abs(
                at_turn(self.quantity).read(track, span, side).value
                - float(np.nanmedian(track.values(self.quantity, side)))
            )
            for side in ("left", "right")
        )
        return left, right

    def __call__(self, track: Track, span: RepSpan) -> Side | None:
        """The busier side; None where a side cannot be followed."""
        left, right = self.ways(track, span)
        return None if not np.isfinite(left + right) else "left" if left > right else "right"
