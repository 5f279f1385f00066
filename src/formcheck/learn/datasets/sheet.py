"""Excel sheets and CSV files of datasets, read with an eye on where something is wrong."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from formcheck.learn.datasets.dataset import DatasetError, Problem

Cell = str | int | float | bool | None


@dataclass(frozen=True)
class Row:
    """A row that is not empty; `number` is the one that a spreadsheet shows."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """The first sheet of a workbook, or a CSV file: a heading, and rows."""

    file: Path
    heading: tuple[str, ...]
    rows: tuple[Row, ...]

    def column(self, name: str) -> int:
        """Where a column is; raises DatasetError naming those there are."""
        if name not in self.heading:
            got = ", ".join(map(repr, self.heading))
            raise DatasetError(Problem(self.file, "row 1", f"expected a column {name!r}, got {got}"))
        return self.heading.index(name)

    def cell(self, row: Row, column: int) -> Cell:
        """One cell; None where the row ends before it."""
        return row.cells[column] if column < len(row.cells) else None

    def problem(self, row: Row, column: int, expected: str) -> Problem:
        """That a cell does not hold what was expected."""
        found = self.cell(row, column)
        shown = "an empty cell" if found is None else repr(found)
        where = f"row {row.number}, column {self.heading[column]!r} ({_letters(column)}{row.number})"
        return Problem(self.file, where, f"expected {expected}, got {shown}")


def read_workbook(file: Path) -> Sheet:
    """The first sheet of an Excel workbook. Raises DatasetError for a file that is none, or that has no heading."""
    import zipfile
    from xml.etree.ElementTree import ParseError

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(file, read_only=True, data_only=True)
        try:
            rows = [[_plain(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]
        finally:
            book.close()
    except (OSError, zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError) as error:
        what = f"expected an Excel workbook, got a file that does not open: {error}"
        raise DatasetError(Problem(file, "", what)) from error
    return _sheet(file, rows)


def read_csv(file: Path) -> Sheet:
    """A CSV file with a heading, plain or packed by gzip; every cell is text or None.

    Cells are divided by commas, or by semicolons where the heading has more of these. Raises DatasetError for a file
    that is not text.
    """
    text = list(_lines(file))
    divider = ";" if text and text[0].count(";") > text[0].count(",") else ","
    try:
        rows: list[list[Cell]] = [[cell.strip() or None for cell in row] for row in csv.reader(text, delimiter=divider)]
    except csv.Error as error:
        raise DatasetError(Problem(file, "", f"expected a CSV file, got one that cannot be read: {error}")) from error
    return _sheet(file, rows)


def read_heading(file: Path) -> tuple[str, ...]:
    """The first row of a CSV file, plain or packed by gzip; empty where the file is no text."""
    try:
        first = next(_lines(file), "")
    except DatasetError:
        return ()
    return tuple(cell.strip() for cell in next(csv.reader([first]), []))


def _lines(file: Path) -> Iterator[str]:
    try:
        if file.suffix == ".gz":
            with gzip.open(file, "rt", newline="", encoding="utf-8-sig") as packed:
                yield from packed
        else:
            with file.open(newline="", encoding="utf-8-sig") as plain:
                yield from plain
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DatasetError(Problem(file, "", f"expected a CSV file, got one that cannot be read: {error}")) from error


def number(cell: Cell) -> float | None:
    """A cell as a number, whether it was typed as one or as text; None where it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    try:
        found = float(cell)
    except ValueError:
        return None
    return found if found == found and abs(found) != float("inf") else None


def _sheet(file: Path, rows: Sequence[Sequence[Cell]]) -> Sheet:
    heading = [] if not rows else [" ".join(str(cell or "").split()) for cell in rows[0]]
    while heading and not heading[-1]:
        heading.pop()
    if not heading:
        raise DatasetError(Problem(file, "row 1", "expected a heading, got an empty sheet"))
    return Sheet(file, tuple(heading), tuple(_filled(rows)))


def _filled(rows: Sequence[Sequence[Cell]]) -> Iterator[Row]:
    for at, cells in enumerate(rows[1:], start=2):
        if any(cell is not None for cell in cells):
            yield Row(at, tuple(cells))


def _plain(cell: object) -> Cell:
    return cell if cell is None or isinstance(cell, str | int | float | bool) else str(cell)


def _letters(column: int) -> str:
    """A column's name in a spreadsheet: A, B ... Z, AA ..."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
