"""When recordings say that they began: what a file's own time stamp is worth, and two of them compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from formcheck.clock.fit import Fit
from formcheck.sources.sound import tags

EARLIEST = datetime(2005, 1, 1, tzinfo=UTC).timestamp()  # before there were phones with cameras worth the name
LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
ZONE_S = 900.0  # time zones differ by quarters of an hour
WITHIN_S = 180.0  # of a whole number of these: what is left is when which device was started
ANOTHER_DAY_S = 15 * 3600.0  # no two zones are further apart than 26 h; most who travel, less
# Devices that set their clocks by the network are within some tenths of a second of each other.
CLOCKS_S = 0.5

_DIGITS = re.compile(
    r"(?<!\d)(20\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)[-_T. ]{1,3}"
    r"([0-2]\d)[-_.:h]?([0-5]\d)[-_.:m]?([0-5]\d)[._]?(\d{3})?(?!\d)"
)


@dataclass(frozen=True)
class Stamp:
    """The unix time of a recording's time 0, s, with its standard error; `local` where its time zone is not known."""

    started_s: float
    error_s: float
    how: str
    local: bool = False


def video_stamp(path: str | Path, duration_s: float | None) -> Stamp | None:
    """When a video began by what its file says, else by its name; None where neither says anything plausible.

    QuickTime's `creationdate` has a zone and whole seconds; `creation_time` (ISO/IEC 14496-12, 8.2.2) is universal time
    in whole seconds, of when the recording began or, with some phones, ended: the error says so. A year outside 2005 to
    2100 is that of a clock that was never set.
    """
    told = tags(path)
    quick = _iso(told.get("com.apple.quicktime.creationdate", ""))
    if quick is not None:
        return Stamp(quick, float((1 / 12 + CLOCKS_S**2) ** 0.5), "QuickTime creation date")
    made = _iso(told.get("creation_time", ""))
    if made is not None:
        ends_s = (duration_s or 0.0) / 2  # half of the way between both readings, and that far from either
        return Stamp(made - ends_s, float((1 / 12 + CLOCKS_S**2 + ends_s**2) ** 0.5), "creation time")
    return name_stamp(path)


def name_stamp(path: str | Path) -> Stamp | None:
    """When a recording began by its file's name, such as `VID_20240108_081530.mp4`, in a zone that is not known."""
    found = _DIGITS.search(Path(path).name)
    if found is None:
        return None
    year, month, day, hour, minute, second, ms = (int(part or 0) for part in found.groups())
    try:
        when = datetime(year, month, day, hour, minute, second, 1000 * ms, tzinfo=UTC).timestamp()
    except ValueError:
        return None
    coarse_s = 0.001 if found.group(7) else 1 / 12**0.5
    return Stamp(when, (coarse_s**2 + CLOCKS_S**2) ** 0.5, "file name", local=True) if _plausible(when) else None


def by_stamps(first: Stamp | None, second: Stamp | None, reach_s: float) -> tuple[Fit | None, str]:
    """The shift that two stamps tell, and a sentence about what is wrong with them, empty where nothing is.

    `reach_s` is how far apart the beginnings of two recordings that overlap can be: the longer duration. Stamps that
    are whole quarters of an hour apart, as those of two time zones are, are read modulo these.
    """
    if first is None or second is None:
        return None, ""
    apart_s = second.started_s - first.started_s
    error_s = (first.error_s**2 + second.error_s**2) ** 0.5
    if abs(apart_s) <= reach_s + 3 * error_s:
        return Fit("time stamps", apart_s, error_s), ""
    zones = round(apart_s / ZONE_S)
    left_s = apart_s - zones * ZONE_S
    if zones and abs(apart_s) < ANOTHER_DAY_S and abs(left_s) <= min(reach_s, WITHIN_S) + 3 * error_s:
        said = "" if first.local != second.local else f"are {_span(zones * ZONE_S)} apart, as those of two time zones"
        return Fit("time stamps", left_s, error_s), said
    return None, f"are {_span(apart_s)} apart, more than the recordings are long: one clock was wrong"


def _span(seconds: float) -> str:
    size = abs(seconds)
    if size >= 86_400:
        return f"{size / 86_400:.1f} days"
    hours, minutes = divmod(round(size / 60), 60)
    parts = [f"{hours} h"] * bool(hours) + [f"{minutes} min"] * bool(minutes)
    return " ".join(parts) or f"{size:.0f} s"


def _iso(text: str) -> float | None:
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    return seconds if _plausible(seconds) else None


def _plausible(seconds: float) -> bool:
    return EARLIEST <= seconds <= LATEST
