"""The moments that matter in a repetition: where the body, or a joint of it, is slowest.

GymbrAIn takes the frames in which velocity is least as the ones to compare. A repetition has one where it starts, one
where it turns and one where it ends; one more on the way that lifts is a sticking point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.body import PoseSequence
from formcheck.body.planes import torso_m
from formcheck.body.view import torso_px
from formcheck.reps import RepSpan
from formcheck.signals import Floats, derivative, fill_gaps, smooth, stretches

Kind = Literal["start", "turn", "end", "sticking point"]

# Hands and feet tell most of the movement, and the trunk that it is one; the face tells none.
BODY = tuple(
    f"{joint}_{side}" for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
)
CUTOFF_HZ = 4.0  # repetitions take a second and more: what moves faster at a turning point is jitter
SEEN = 0.4
STILL = (
    0.12  # of the fastest movement above a minimum: slower is standing still, and which instant is slowest is chance
)
DEEP = 0.15  # of the fastest movement must a minimum be deeper than what surrounds it
REACH = 0.3  # of the way to the next of start, turn and end: so far may a minimum be from where the counter has it
STICKS = (0.2, 0.9)  # of the way: before, one still sets out; after, one arrives


@dataclass(frozen=True)
class KeyMoment:
    """One moment of a repetition, on the recording's clock."""

    kind: Kind
    time_s: float


def speed(pose: PoseSequence, joints: Sequence[str] = BODY) -> Floats:
    """How fast the body, or some joints of it, moves: (T,) trunk lengths a second, NaN where nothing is seen.

    The root mean square over the joints that are seen, in the picture, or in space where a picture was never taken.
    """
    flat = torso_px(pose)
    in_picture = bool(np.isfinite(flat) and flat > 0)
    size = flat if in_picture else torso_m(pose)
    seen = [joint for joint in joints if np.median(pose.seen(joint)) >= SEEN]
    if not seen:
        return np.full(len(pose), np.nan)
    places = np.stack([pose.pixels(joint) if in_picture else pose.metres(joint) for joint in seen], axis=1)
    smoothed = smooth(pose.time, fill_gaps(pose.time, places), CUTOFF_HZ)
    squares = (derivative(pose.time, smoothed) ** 2).sum(axis=2)
    known = np.isfinite(squares).sum(axis=1)
    return np.sqrt(np.nansum(squares, axis=1) / np.where(known > 0, known, np.nan)) / size


def minima(time: Floats, fast: Floats) -> Floats:
    """(N,) s, where a speed (T,) is least: every valley that is deeper than a share of the fastest movement."""
    from scipy.signal import find_peaks

    known = np.isfinite(fast)
    if known.sum() < 3:
        return np.empty(0)
    time, fast = time[known], fast[known]
    edge = float(fast.max())  # a recording that begins at rest has its first minimum there
    walled = np.concatenate([[edge], fast, [edge]])
    found, _ = find_peaks(-walled, prominence=DEEP * float(np.percentile(fast, 95)), plateau_size=1)
    return time[found - 1]


def key_moments(
    time: Floats, fast: Floats, span: RepSpan, concentric: Literal["out", "back"] = "back"
) -> tuple[KeyMoment, ...]:
    """Start, turn and end of a repetition where the body is slowest, and the sticking point where there is one.

    `fast` (T,) is the `speed` at `time` (T,) s of the recording, or of the joints of interest; `concentric` the way
    that lifts. A moment stays where the counter has it when no minimum is near; what is cut off has none.
    """
    duration_s = span.end_s - span.start_s
    around = slice(*np.searchsorted(time, (span.start_s - 0.3 * duration_s, span.end_s + 0.3 * duration_s)))
    time, fast = time[around], fast[around]
    if span.held or not np.isfinite(fast).any():
        return tuple(KeyMoment(kind, when) for kind, when in _told(span).items())
    found = minima(time, fast)
    out_s, back_s = span.turn_s - span.start_s, span.end_s - span.turn_s
    reach_s: dict[Kind, float] = {
        "start": REACH * out_s,
        "turn": REACH * min(out_s, back_s),
        "end": REACH * back_s,
    }
    moments = [
        KeyMoment(kind, _stillness(time, fast, _near(found, when, reach_s[kind]), kind, when, reach_s[kind]))
        for kind, when in _told(span).items()
    ]
    ways = {"out": (span.start_s, span.turn_s, span.begun), "back": (span.turn_s, span.end_s, span.ended)}
    first_s, last_s, shown = ways[concentric]
    stuck = _sticking(found, time, fast, first_s, last_s) if shown else None
    if stuck is not None:
        moments.append(KeyMoment("sticking point", stuck))
    return tuple(sorted(moments, key=lambda moment: moment.time_s))


def _told(span: RepSpan) -> dict[Kind, float]:
    """Where the counter has the moments that the recording shows."""
    told: dict[Kind, float] = {"start": span.start_s} if span.begun else {}
    told["turn"] = span.turn_s
    if span.ended:
        told["end"] = span.end_s
    return told


def _near(found: Floats, when_s: float, reach_s: float) -> float:
    """The minimum nearest to an instant, or the instant itself."""
    if not len(found):
        return when_s
    nearest = float(found[np.argmin(np.abs(found - when_s))])
    return nearest if abs(nearest - when_s) <= reach_s else when_s


def _stillness(time: Floats, fast: Floats, slowest_s: float, kind: Kind, told_s: float, reach_s: float) -> float:
    """The middle of the stretch about a minimum that is still; of a start or an end where the counter has it in it."""
    level = float(np.interp(slowest_s, time, fast)) + STILL * float(np.nanpercentile(fast, 95))
    within = [(a, b) for a, b in stretches(fast <= level) if time[a] <= slowest_s <= time[b - 1]]
    if not within:
        return slowest_s
    first_s, last_s = float(time[within[0][0]]), float(time[within[0][1] - 1])
    when_s = (first_s + last_s) / 2 if kind == "turn" else float(np.clip(told_s, first_s, last_s))
    return when_s if abs(when_s - told_s) <= reach_s else slowest_s


def _sticking(found: Floats, time: Floats, fast: Floats, start_s: float, end_s: float) -> float | None:
    early, late = (start_s + share * (end_s - start_s) for share in STICKS)
    inside = found[(found > early) & (found < late)]
    if not len(inside):
        return None
    slow = np.interp(inside, time[np.isfinite(fast)], fast[np.isfinite(fast)])
    return float(inside[np.argmin(slow)])
