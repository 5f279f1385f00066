"""Tables of sensor files: comma, semicolon or tab separated text, plain or gzipped."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.signals import Floats
from formcheck.sources.frame import SourceError

SUFFIXES = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")


@dataclass(frozen=True, eq=False)
class Table:
    """The cells of one file: the first row `header` as it stands, which may hold numbers, and the `rows` below it."""

    path: Path
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """The file's name without its endings."""
        name = self.path.name
        for suffix in (".gz", ".csv", ".tsv", ".txt"):
            name = name[: -len(suffix)] if name.lower().endswith(suffix) else name
        return name

    def numbers(self, column: int, skip: int = 0, headless: bool = False) -> Floats:
        """(T,) a column as numbers, NaN where a cell is empty or no number; `headless` counts the header as a row."""
        rows = (self.header, *self.rows) if headless else self.rows[skip:]
        return np.array([_number(row[column]) if column < len(row) else np.nan for row in rows], dtype=np.float64)


def is_table(path: Path) -> bool:
    """Whether a file is one that may hold readings, going by its name."""
    return path.is_file() and path.name[0] != "." and path.name.lower().endswith(SUFFIXES)


def read_table(path: Path) -> Table:
    """A file as a table; raises SourceError when it is no text, damaged or empty."""
    try:
        content = path.read_bytes()
        if path.suffix.lower() == ".gz":
            content = gzip.decompress(content)
        text = content.decode("utf-8-sig")
    except (OSError, EOFError, zlib.error) as error:
        raise SourceError(f"expected a readable sensor file, got {path}: {error}; record or copy it again") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"expected text in {path}, got bytes that are none; give a CSV file") from error
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=first.count)
    if separator == ";":  # where decimals have commas
        text = text.replace(",", ".")
    rows = [tuple(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text), delimiter=separator)]
    rows = [row for row in rows if any(row)]
    if len(rows) < 2:
        raise SourceError(f"expected rows of readings in {path}, got {len(rows)}; record it again")
    return Table(path, rows[0], tuple(rows[1:]))


def is_number(cell: str) -> bool:
    """Whether a cell holds a number."""
    return bool(np.isfinite(_number(cell)))


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")
