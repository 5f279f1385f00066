"""Streams of one performance brought to one clock: by sound, by motion, by time stamps, whichever tells it best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from formcheck.body.pose import PoseSequence
from formcheck.body.sync import LEAST_AGREEMENT, find_offset
from formcheck.clock.fit import Fit
from formcheck.clock.motion import APART_S, ENERGY, by_motion, followed, imu_motion, in_common
from formcheck.clock.stamps import Stamp, by_stamps
from formcheck.clock.tones import Tone, by_tones
from formcheck.signals import Signal

LEAST = 0.2  # agreement of motion seen by two kinds of stream, below which they may show different things
LEAST_SENSOR = 0.3  # of one sensor with the picture, near where all of them together fit
NEAR_S = 0.15  # shifts told by heights and by speeds that are nearer than this confirm each other
LEAST_ALONE, LEAST_APART = 0.6, 0.85  # of one sensor with another, on the other wrist or ankle, or on arm and leg
SENSORS_S = 0.5  # clocks of sensors that were started together are within that of each other
UNTOLD_S = 0.25  # standard error of a sensor that could not be aligned to the others
KINDS_S = 0.008  # what a joint seen and a sensor worn beside it differ by, and estimators lag: measured in the studio
VAGUE_S = 0.04  # and as much more as they disagree: where little moves, noise that is not the same on both sides leans
DISAGREE_S = 0.1  # two ways that differ by less than this do no harm
BETTER = 0.15  # of agreement: by so much must motion fit better elsewhere to be believed over a time stamp
MIRRORED = 0.12  # of agreement: by so much must sensors fit better on the other side to have been swapped


@dataclass(frozen=True, eq=False)
class Clocked:
    """One stream as the clock sees it: whatever it has by which it can be told the time.

    `title` is how it is called in warnings, as the subject of a sentence. `motion` is what moves in it (see
    `clock.motion`), `pose` its landmarks where it is a camera, `duration_s` its length.
    """

    title: str
    duration_s: float
    motion: Signal | None = None
    tones: tuple[Tone, ...] = ()
    stamp: Stamp | None = None
    pose: PoseSequence | None = None


def align(first: Clocked, second: Clocked) -> tuple[Fit, tuple[str, ...]]:
    """How the second stream's clock is read on the first one's, and what is doubtful about it, in sentences.

    A tone that both heard tells it to some milliseconds; else motion that both saw, looked for where time stamps allow
    it; else the time stamps by themselves. Ways that disagree are said. `by` is "not aligned" where there is none.
    """
    warnings: list[str] = []
    stamps, said = by_stamps(first.stamp, second.stamp, max(first.duration_s, second.duration_s))
    if said:
        warnings.append(f"The time stamps of {_both(first, second)} {said}.")
    heard = by_tones(first.tones, second.tones)
    seen = _seen(first, second, None if heard is not None else stamps)
    if heard is not None and heard.rival_s is not None:
        heard = _settled(heard, seen, stamps)
        seen = seen if heard is not None else _seen(first, second, stamps)
    if heard is not None:
        if (
            seen is not None
            and _differ(heard, seen)
            and (seen.rival_s is None or abs(seen.rival_s - heard.offset_s) > 0.3)
        ):
            warnings.append(
                f"Sound and movement of {_both(first, second)} disagree by {seen.offset_s - heard.offset_s:+.2f} s: "
                "the sound was believed. A tone of something else may have been taken for the start beep."
            )
        elif stamps is not None and abs(stamps.offset_s - heard.offset_s) > 3 * stamps.error_s + DISAGREE_S:
            warnings.append(_clock_off(first, second, stamps.offset_s - heard.offset_s))
        return heard, tuple(warnings)
    if seen is not None and stamps is not None:
        anywhere = _seen(first, second, None)
        far = anywhere is not None and abs(anywhere.offset_s - stamps.offset_s) > 3 * stamps.error_s
        if anywhere is not None and far and anywhere.agreement > seen.agreement + BETTER:
            warnings.append(_clock_off(first, second, stamps.offset_s - anywhere.offset_s))
            seen = anywhere
        elif seen.agreement < _least(first, second):
            seen = None
        else:
            seen = replace(seen, rival_s=None if seen.rival_s is None else _within(seen.rival_s, stamps))
    if seen is not None and seen.agreement >= _least(first, second):
        if seen.rival_s is not None:
            warnings.append(
                f"{first.title} and {_lower(second.title)} also match when the second is shifted by "
                f"{seen.rival_s - seen.offset_s:+.1f} s, so their repetitions may be paired wrongly: let both record "
                "how you start."
            )
        elif seen.loose and stamps is None:
            warnings.append(
                f"{first.title} and {_lower(second.title)} move in much the same way but hardly at the same pace. If "
                "they do not show the same set, what follows from both is wrong: give each alone."
            )
        return seen, tuple(warnings)
    if stamps is not None:
        warnings.append(
            f"{_both(first, second).capitalize()} were brought together by their time stamps alone, which are good "
            f"to {stamps.error_s:.1f} s."
        )
        return stamps, tuple(warnings)
    return Fit("not aligned", 0.0, float("inf"), 0.0), tuple(warnings)


def _seen(first: Clocked, second: Clocked, around: Fit | None) -> Fit | None:
    """The shift by motion; of two cameras by the heights of joints first, which look alike from everywhere."""
    moved = None
    if first.motion is not None and second.motion is not None:
        moved = by_motion(first.motion, second.motion, around)
    if first.pose is None or second.pose is None:
        return None if moved is None else _widened(moved)
    found = find_offset(first.pose, second.pose)
    if found is None:
        return None
    fit = Fit("motion", found.offset_s, found.error_s, found.agreement, rival_s=found.rival_s, loose=found.loose)
    if moved is None or first.motion is None or second.motion is None:
        return fit
    apart_s = moved.offset_s - fit.offset_s
    if fit.agreement < LEAST_AGREEMENT and abs(apart_s) <= NEAR_S and moved.agreement >= LEAST:
        fit = replace(fit, agreement=LEAST_AGREEMENT, loose=False)
    if abs(apart_s) > APART_S and moved.agreement >= LEAST_AGREEMENT and fit.rival_s is None:
        fit = replace(fit, rival_s=moved.offset_s)
    return followed(fit, first.motion, second.motion, in_common(first.motion, second.motion))


def _widened(fit: Fit) -> Fit:
    """With the error that two kinds of stream make in seeing the same."""
    vague_s = VAGUE_S * (1 - fit.agreement) / max(fit.agreement, 0.05)
    return replace(fit, error_s=float(np.linalg.norm([fit.error_s, KINDS_S, vague_s])))


def _least(first: Clocked, second: Clocked) -> float:
    return LEAST_AGREEMENT if first.pose is not None and second.pose is not None else LEAST


def _settled(heard: Fit, seen: Fit | None, stamps: Fit | None) -> Fit | None:
    """Of two shifts that tones propose the one that motion, or else the time stamps, agree with; None where neither is:
    notes of music fall together by chance."""
    guide = seen if seen is not None and seen.agreement >= LEAST else stamps
    if guide is None or heard.rival_s is None:
        return None
    wide_s = 3 * guide.error_s + DISAGREE_S
    if abs(heard.offset_s - guide.offset_s) <= wide_s:
        return replace(heard, rival_s=None)
    if abs(heard.rival_s - guide.offset_s) <= wide_s:
        return replace(heard, offset_s=heard.rival_s, rival_s=None, drift_ppm=None, drift_error_ppm=None)
    return None


def _differ(one: Fit, other: Fit) -> bool:
    apart_s = abs(one.offset_s - other.offset_s)
    return other.agreement >= LEAST_AGREEMENT and apart_s > 3 * np.hypot(one.error_s, other.error_s) + DISAGREE_S


def _within(rival_s: float, stamps: Fit) -> float | None:
    return rival_s if abs(rival_s - stamps.offset_s) <= 3 * stamps.error_s else None


def _clock_off(first: Clocked, second: Clocked, apart_s: float) -> str:
    return (
        f"The time stamps of {_both(first, second)} are wrong by {abs(apart_s):.1f} s against each other: "
        "what was heard and seen was believed."
    )


def _both(first: Clocked, second: Clocked) -> str:
    return f"{_lower(first.title)} and {_lower(second.title)}"


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def align_sensors(
    motion: Signal | None, sensors: Mapping[str, Signal], group: Fit | None = None
) -> tuple[dict[str, Fit], tuple[str, ...]]:
    """Every sensor of one inertial recording on the clock of `motion`, which another stream saw, and what is doubtful.

    `group` is how the recording as a whole was aligned; each sensor, whose clock is its own, is looked for within half
    a second of that, with its own drift. Without `motion` the sensor that moves most is the clock of the others,
    which keep their time stamps where limbs do not move together. The first of these has an offset of 0.
    """
    apart = {place: imu_motion({place: signal}) for place, signal in sensors.items()}
    there = {place: each for place, each in apart.items() if each is not None}
    if motion is not None and group is not None:
        around = replace(group, error_s=SENSORS_S / 3)
        fits = {place: _sensor(motion, each, around, LEAST_SENSOR) for place, each in there.items()}
        told = [fit.offset_s for fit in fits.values() if fit is not None]
        middle = float(np.median(told)) if told else group.offset_s
        rest = Fit(group.by, middle, UNTOLD_S, group.agreement)
        out = {place: found if (found := fits.get(place)) is not None else rest for place in sensors}
        return out, _swapped(motion, sensors)
    kept = Fit("time stamps", 0.0, UNTOLD_S)
    if not there:
        return {place: kept for place in sensors}, ()
    lead = max(there, key=lambda place: float(np.nanstd(there[place][ENERGY])))
    own = _anywhere(there[lead])
    around = Fit("time stamps", 0.0, SENSORS_S / 3)
    out: dict[str, Fit] = {}
    for place in sensors:
        least = LEAST_ALONE if place.split("_")[0] == lead.split("_")[0] else LEAST_APART
        found = _sensor(own, _anywhere(there[place]), around, least) if place in there and place != lead else None
        sure = found is not None and found.rival_s is None
        out[place] = found if found is not None and sure else kept
    out[lead] = Fit("motion", 0.0, 0.0)
    return out, ()


def _sensor(motion: Signal, own: Signal, around: Fit, least: float) -> Fit | None:
    found = by_motion(motion, own, around)
    if found is None or found.agreement < least:
        return None
    return _widened(found)


def _anywhere(own: Signal) -> Signal:
    """The motion energy alone: two limbs need not rise together, but they move and rest together."""
    return Signal(own.time, own.values[:, [own.channels.index(ENERGY)]], (ENERGY,))


def _swapped(motion: Signal, sensors: Mapping[str, Signal]) -> tuple[str, ...]:
    """A sentence where the sensors fit far better on the other side of the body, wherever that puts them in time: of
    limbs that move in turn the other side fits half a period later."""
    here = imu_motion(sensors)
    if here is None:
        return ()
    crossed = Signal(here.time, here.values, tuple(_crossed(name) for name in here.channels))
    as_told, other = by_motion(motion, here), by_motion(motion, crossed)
    if as_told is None or other is None or other.agreement - as_told.agreement < MIRRORED:
        return ()
    return ("The left and right sensors seem to be swapped: each moves as the camera sees the other side move.",)


def _crossed(name: str) -> str:
    """A channel under the name that it has on the other side."""
    other = {"left": "right", "right": "left"}
    return "_".join(other.get(part, part) for part in name.split("_"))
