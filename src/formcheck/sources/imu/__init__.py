"""Inertial sensors: recordings of one or several, in whichever layout they lie on the disk; one layout a file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, cast

from formcheck.sources.frame import SourceError, checked_path
from formcheck.sources.imu.assemble import assembled
from formcheck.sources.imu.recording import PLACES, ImuRecording, Reading
from formcheck.sources.imu.table import Table, is_table, read_table

__all__ = ["PLACES", "ImuRecording", "layouts", "read_imu"]

_PARTS = ("assemble", "faults", "naming", "recording", "table", "units")  # the modules that are no layouts


class Layout(Protocol):
    """What a layout's file has; it may have `siblings(path) -> list[Path]`, the other files of the same sensor."""

    LAYOUT: str
    """The name of the layout, as people know it."""

    EXPECTED: str
    """What a file of this layout holds, in a few words."""

    recognises: Callable[[Table], bool]
    """Whether a table is of this layout."""

    read: Callable[[Table, float | None], list[Reading]]
    """The readings of a table; the second argument is the rate in Hz where somebody stated it."""


def layouts() -> tuple[Layout, ...]:
    """Every layout of this package, plain columns last: it takes whatever has names for its columns."""
    names = sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name not in _PARTS)
    names.sort(key=lambda name: name == "columns")
    return tuple(cast(Layout, importlib.import_module(f"{__name__}.{name}")) for name in names)


def read_imu(
    path: str | Path | Sequence[str | Path], *, place: str | None = None, rate_hz: float | None = None
) -> ImuRecording:
    """The inertial sensors of one recording: a file, a folder that holds one recording's files, or a list of files.

    Of a MetaMotion file the sensor's other quantities beside it are read too. `place` is where a single sensor was worn
    when the file does not say it, `rate_hz` the rate of a file without a clock. What is wrong with a sensor is
    said in `warnings`, one of no use is left out. Raises SourceError where nothing can be read, a layout is not
    known, and for a folder of several recordings.
    """
    files = _files(path)
    readings: list[Reading] = []
    warnings: list[str] = []
    for file in files:
        try:
            readings += _readings(file, rate_hz)
        except SourceError as error:
            if len(files) == 1:
                raise
            warnings.append(f"{file.name} was left out: {error}.")
    _check_single(readings, files)
    if place is not None:
        if len({reading.sensor for reading in readings}) > 1:
            raise SourceError("expected one sensor where a place is stated, got several; name the places in the files")
        readings = [replace(reading, place=place, sensor=place) for reading in readings]
    if not readings and warnings:
        raise SourceError("expected files of an inertial sensor, got none that can be read: " + " ".join(warnings))
    found = assembled(readings)
    return replace(found, warnings=(*warnings, *found.warnings))


def _files(path: str | Path | Sequence[str | Path]) -> list[Path]:
    if not isinstance(path, str | Path):
        files = [checked_path(each, "a sensor file") for each in path]
        if not files:
            raise SourceError("expected at least one sensor file, got an empty list")
        return files
    found = checked_path(path, "a sensor file, or a folder of them")
    if found.is_dir():
        files = sorted(each for each in found.iterdir() if is_table(each))
        if not files:
            raise SourceError(f"expected CSV files of inertial sensors in {found}, got none; give their folder")
        return files
    beside = [other for layout in layouts() for other in getattr(layout, "siblings", _none)(found)]
    return sorted({found, *beside})


def _none(path: Path) -> list[Path]:
    return []


def _readings(file: Path, rate_hz: float | None) -> list[Reading]:
    table = read_table(file)
    for layout in layouts():
        if layout.recognises(table):
            return layout.read(table, rate_hz)
    known = "; or ".join(f"{layout.EXPECTED} ({layout.LAYOUT})" for layout in layouts())
    got = ", ".join(table.header[:8])
    raise SourceError(f"expected {known} in {file.name}, got columns {got}; rename the columns with their units")


def _check_single(readings: Sequence[Reading], files: Sequence[Path]) -> None:
    """Raises SourceError when files are of several recordings: the same quantity of the same sensor twice."""
    seen: dict[tuple[str, str], Reading] = {}
    for reading in readings:
        first = seen.setdefault((reading.sensor, reading.quantity), reading)
        if first is not reading:
            raise SourceError(
                f"expected the files of one recording, got {first.file} and {reading.file}, both {reading.called}; "
                "give the folder or the files of one"
            )
    names = sorted({reading.recording for reading in readings if reading.place is not None or len(files) == 1})
    if len(names) > 1 and len(files) > len(names):
        few = ", ".join(names[:3])
        raise SourceError(f"expected the files of one recording, got those of {len(names)} ({few}); give those of one")
