"""Excel sheets that are the same bytes for the same rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from formcheck.replicas.production import write_whole

Cell = str | int | float | None


def write_sheet(path: Path, title: str, heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a workbook with one sheet, a heading and rows, whole or not at all. Raises OSError."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in (heading, *rows):
        sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    write_whole(path, _undated(made.getvalue()))


def _undated(workbook: bytes) -> bytes:
    """The same workbook without the time at which it was written, in its properties and in its archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name)  # 1980-01-01, whatever the clock and the machine say
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()
