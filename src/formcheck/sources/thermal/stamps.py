"""When frames were taken: as a table beside them says, or evenly at a rate."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.sources.thermal.recording import ASSUMED_HZ, Declared

TIMES = "timestamps.csv"
EPOCH_S = 1e8  # a larger number of seconds counts from 1970: it is March 1973
EPOCH_MS = 1e11

_NAMES = ("file", "filename", "name", "frame")
_CLOCKS = {"time_s": 1.0, "timestamp_s": 1.0, "timestamp": 1.0, "time": 1.0, "time_ms": 1e-3, "timestamp_ms": 1e-3}


@dataclass(frozen=True, eq=False)
class Stamped:
    """Which frames are kept in which order, `order` (T,), and when they were taken, `time` (T,) s from the first.

    `first_s` and `started_s` as of a ThermalRecording; `how` in words.
    """

    order: NDArray[np.intp]
    time: Floats
    first_s: float
    started_s: float | None
    how: str


def stamped(folder: Path, names: Sequence[str], declared: Declared, warnings: list[str]) -> Stamped:
    """The clock of frames by their file names, from `timestamps.csv` of their folder where that tells, else even."""
    stamps = _told(folder, names, warnings) if folder.is_dir() and declared.rate_hz is None else None
    return evenly(len(names), declared) if stamps is None else on_clock(stamps, f"times from {TIMES}", warnings)


def evenly(count: int, declared: Declared) -> Stamped:
    """A clock for frames that come without one."""
    rate = declared.rate_hz or ASSUMED_HZ
    said = "declared" if declared.rate_hz else "assumed, since the source tells no times"
    return Stamped(np.arange(count), np.arange(count) / rate, 0.0, None, f"{rate:g} frames a second {said}")


def on_clock(stamps: Floats, how: str, warnings: list[str]) -> Stamped:
    """Stamps (N,) s, or milliseconds since 1970, as a clock; frames out of order are put in order and told."""
    known = np.flatnonzero(np.isfinite(stamps))
    if len(known) < len(stamps):
        warnings.append(f"{len(stamps) - len(known)} frames without a time were left out.")
    order = known[np.argsort(stamps[known], kind="stable")]
    if (np.diff(order) < 0).any():
        warnings.append("Frames do not lie in the order of their times; they were put in order.")
    seconds = stamps[order] / 1000.0 if len(order) and stamps[order[0]] > EPOCH_MS else stamps[order]
    again = np.flatnonzero(np.diff(seconds) <= 1e-6) + 1
    if len(again):
        warnings.append(f"{len(again)} frames with the time of another one were left out.")
    order, seconds = np.delete(order, again), np.delete(seconds, again)
    first_s = float(seconds[0]) if len(seconds) else 0.0
    return Stamped(order, seconds - first_s, first_s, first_s if first_s > EPOCH_S else None, how)


def _told(folder: Path, names: Sequence[str], warnings: list[str]) -> Floats | None:
    """(N,) s by file name, NaN where the table says nothing; None without a table that can be used."""
    table = folder / TIMES
    if not table.is_file():
        return None
    try:
        rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines()))
        header = {column.strip().lower(): column for column in (rows[0] if rows else {})}
        name = next(header[column] for column in _NAMES if column in header)
        clock = next(column for column in _CLOCKS if column in header)
        times = {row[name].strip(): float(row[header[clock]]) * _CLOCKS[clock] for row in rows}
    except (OSError, UnicodeError, csv.Error, StopIteration, ValueError, AttributeError, TypeError):
        warnings.append(f"{TIMES} was left out: it has no columns file and time_s that can be read.")
        return None
    stamps = np.array([times.get(each, np.nan) for each in names])
    missing = [each for each in times if each not in set(names)]
    if missing:
        warnings.append(f"{len(missing)} frames of {TIMES} are not there or could not be read, {missing[0]} first.")
    if not np.isfinite(stamps).any():
        warnings.append(f"{TIMES} was left out: it names none of the frames.")
        return None
    return stamps
