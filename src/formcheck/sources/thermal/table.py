"""Temperatures as text: one CSV file a frame, frames below each other in one, or a table with a row a frame."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from formcheck.signals import Floats
from formcheck.sources.frame import SourceError
from formcheck.sources.images import natural
from formcheck.sources.thermal.celsius import as_temperatures
from formcheck.sources.thermal.recording import Declared, ThermalRecording, Warmth, small_enough
from formcheck.sources.thermal.stamps import TIMES, Stamped, evenly, on_clock, stamped

FORMAT = "temperatures as text (.csv, .tsv, .txt), a file a frame or a table with a row a frame"

_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})
_CLOCKS = {"time_s": 1.0, "timestamp_s": 1.0, "time": 1.0, "timestamp": 1.0, "t": 1.0, "time_ms": 1e-3}
_PLACE = re.compile(r"^[a-z_]*?(\d+)\D+(\d+)$")  # of a pixel: t_0_3, r0c3, row 0 column 3
# Frames of common sensors (Melexis MLX90640, Panasonic AMG8833, Heimann, Lepton 2 and 3, Seek, InfiRay, FLIR), w x h.
_FRAMES = (
    *((8, 8), (16, 12), (24, 24), (32, 24), (32, 32), (64, 48), (80, 60), (80, 62), (80, 64), (120, 84), (160, 120)),
    *((206, 156), (240, 180), (256, 192), (320, 240), (384, 288), (640, 480), (640, 512)),
)
_FEWEST_PX = 4  # a side

Rows = list[list[float]]


def recognises(path: Path) -> bool:
    """Whether it is such a file or a folder with some."""
    return bool(_files(path)) if path.is_dir() else path.suffix.lower() in _SUFFIXES


def read(path: Path, declared: Declared) -> ThermalRecording:
    """The frames, on the clock of a time column or of `timestamps.csv` where there is one.

    Missing pixels are NaN; frames without any number, or of another size than most, are left out and told. Raises
    SourceError where nothing is left.
    """
    warnings: list[str] = []
    if path.is_dir():
        named = [(file.name, frame) for file in _files(path) for frame in _frames(file, warnings)]
    else:
        lines = _lines(path)
        header = [cell.strip().strip('"').lower() for cell in _cells(lines[0])] if lines else []
        if any(cell in _CLOCKS for cell in header):
            return _from_table(path, lines, header, declared)
        named = [(path.name, frame) for frame in _frames(path, warnings)]
    kept = _alike(named, warnings)
    if not kept:
        raise SourceError(
            f"expected frames of temperatures in {path}, got none ({' '.join(warnings[:1]) or 'no numbers'}); "
            "give rows of numbers, one file a frame"
        )
    clock = stamped(path, [name for name, _ in kept], declared, warnings)
    numbers = np.stack([small_enough(frame) for _, frame in kept])
    return _recording(numbers, clock, declared, warnings)


def _recording(numbers: Warmth, clock: Stamped, declared: Declared, warnings: list[str]) -> ThermalRecording:
    values, unit, how = as_temperatures(numbers, declared, warnings)
    said = f"{how}; {clock.how}"
    return ThermalRecording(
        clock.time, values[clock.order], unit, clock.started_s, said, tuple(warnings), clock.first_s
    )


def _files(folder: Path) -> list[Path]:
    chosen = (file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES and file.name != TIMES)
    return sorted((file for file in chosen if not file.name.startswith(".")), key=lambda file: natural(file.name))


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError) as error:
        raise SourceError(f"expected temperatures as text, got {file}: {error}; export it again as CSV") from error


def _cells(line: str) -> list[str]:
    """The cells of a line, whichever separates them; a decimal comma becomes a point."""
    for mark in (";", "\t"):
        if mark in line:
            return [cell.replace(",", ".") for cell in line.rstrip(mark).split(mark)]
    return line.rstrip(",").split(",") if "," in line else line.split()


def _number(cell: str) -> float:
    """NaN for what is none."""
    try:
        number = float(cell)
    except ValueError:
        return float("nan")
    return number if np.isfinite(number) else float("nan")


def _frames(file: Path, warnings: list[str]) -> list[Warmth]:
    """The frames in a file without a time column: blocks of rows with as many numbers, blank lines between."""
    blocks: list[Rows] = [[]]
    for line in _lines(file):
        row = [_number(cell) for cell in _cells(line)]
        if len(row) >= _FEWEST_PX:
            blocks[-1].append(row)
        elif blocks[-1] and not line.strip():
            blocks.append([])
    frames: list[Warmth] = []
    for block in blocks:
        if not block:
            continue
        width = Counter(map(len, block)).most_common(1)[0][0]
        rows = [row for row in block if len(row) == width]
        while rows and not np.isfinite(rows[0]).any():  # a line of headings
            rows.pop(0)
        if len(rows) < len(block) - 3:
            warnings.append(
                f"{file.name}: {len(block) - len(rows)} rows were left out that are not of {width} numbers."
            )
        frame = np.array(rows, dtype=np.float32).reshape(len(rows), width)
        if len(rows) < _FEWEST_PX or not np.isfinite(frame).any():
            warnings.append(f"{file.name} was left out: it has no frame of at least {_FEWEST_PX} rows of numbers.")
            continue
        frames.append(frame)
    return frames


def _alike(named: Sequence[tuple[str, Warmth]], warnings: list[str]) -> list[tuple[str, Warmth]]:
    if not named:
        return []
    shape, _ = Counter(frame.shape for _, frame in named).most_common(1)[0]
    others = [name for name, frame in named if frame.shape != shape]
    if others:
        warnings.append(f"{len(others)} frames were left out, {others[0]} first: most are {shape[1]} x {shape[0]}.")
    return [(name, frame) for name, frame in named if frame.shape == shape]


def _from_table(path: Path, lines: list[str], header: list[str], declared: Declared) -> ThermalRecording:
    warnings: list[str] = []
    clock = next(at for at, cell in enumerate(header) if cell in _CLOCKS)
    rows = [[_number(cell) for cell in _cells(line)] for line in lines[1:] if line.strip()]
    whole = [row for row in rows if len(row) == len(header)]
    if len(whole) < len(rows):
        warnings.append(f"{len(rows) - len(whole)} rows were left out that do not have {len(header)} cells.")
    if not whole:
        raise SourceError(f"expected rows of temperatures below the heading of {path}, got none; export it again")
    table: Floats = np.array(whole, dtype=np.float64)
    pixels = [at for at in range(len(header)) if at != clock and (_PLACE.match(header[at]) or header[at].isdigit())]
    pixels = pixels or [at for at in range(len(header)) if at > clock]
    height, width = _shape([header[at] for at in pixels], path)
    known = np.isfinite(table[:, pixels]).any(axis=1)
    if not known.any():
        raise SourceError(f"expected temperatures in {path}, got rows without any number; export it again")
    if not known.all():
        warnings.append(f"{int((~known).sum())} frames without any number were left out.")
    table = table[known]
    stamps = table[:, clock] * _CLOCKS[header[clock]]
    when = evenly(len(table), declared) if declared.rate_hz else on_clock(stamps, "times from the table", warnings)
    numbers = table[:, pixels].astype(np.float32).reshape(-1, height, width)
    return _recording(np.stack([small_enough(frame) for frame in numbers]), when, declared, warnings)


def _shape(names: list[str], path: Path) -> tuple[int, int]:
    """(height, width) of a frame whose pixels are the columns of a table."""
    places = [match.groups() for name in names if (match := _PLACE.match(name))]
    if len(places) == len(names):
        height, width = (len({place[part] for place in places}) for part in (0, 1))
        if height * width == len(names):
            return height, width
    found = [(height, width) for width, height in _FRAMES if width * height == len(names)]
    if not found:
        raise SourceError(
            f"expected the pixels of a frame in the columns of {path}, got {len(names)} of them, which is no known "
            "size; name columns by row and column, as in t_0_3"
        )
    return found[0]
