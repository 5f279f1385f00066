"""Thermal recordings: frames of temperatures, or coloured pictures of them; one file a format, found by its name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, cast

from formcheck.sources.frame import SourceError, checked_path
from formcheck.sources.thermal.recording import ASSUMED_HZ, Declared, ThermalRecording, Unit, Warmth

__all__ = ["ASSUMED_HZ", "Declared", "ThermalRecording", "Unit", "Warmth", "formats", "read_thermal"]

_PARTS = ("celsius", "palette", "recording", "stamps")  # the modules of this package that are not formats


class Format(Protocol):
    """What a format's file has."""

    FORMAT: str
    """What it is called."""

    recognises: Callable[[Path], bool]
    """Whether what lies at a path looks like it, going by names alone."""

    read: Callable[[Path, Declared], ThermalRecording]
    """The recording; raises SourceError where there is none."""


def formats() -> tuple[Format, ...]:
    """Every format of this package, in the order of their file names."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in _PARTS)
    return tuple(cast(Format, importlib.import_module(f"{__name__}.{name}")) for name in modules)


def read_thermal(
    path: str | Path, *, unit: str | None = None, rate_hz: float | None = None, palette: str | None = None
) -> ThermalRecording:
    """The thermal recording at `path`: a folder of pictures or tables, one of these, or a coloured video.

    16-bit pictures and tables are temperatures, whose unit is found from their values; coloured ones are turned back
    along their palette, into Celsius where a JSON file beside tells the scale. `unit`, `rate_hz` and `palette` say
    what the source does not or tells wrongly. Raises SourceError for what cannot be read.
    """
    found = checked_path(path, "a thermal recording")
    declared = Declared(unit, rate_hz, palette)
    for each in formats():
        if each.recognises(found):
            return each.read(found, declared)
    known = "; ".join(each.FORMAT for each in formats())
    what = "a folder with nothing of that in it" if found.is_dir() else f"a file named {found.name}"
    raise SourceError(f"expected a thermal recording ({known}), got {what}; give the folder or file of one")
