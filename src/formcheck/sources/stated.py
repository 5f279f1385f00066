"""The focal length that a phone wrote into a video or a picture itself."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from formcheck.sources.frame import checked_path

KEY = b"com.apple.quicktime.camera.focal_length.35mm_equivalent"
FILM_DIAGONAL_MM = 43.27  # of 36 x 24 mm, which "35 mm equivalent" compares with (CIPA DCG-001)
STATED_ERROR = 0.06  # of the logarithm: whole millimetres, diagonal or width, and what steadying the picture cuts off
_EXIF, _EQUIVALENT = 0x8769, 0xA405  # Exif 2.32: the camera's own tags, FocalLengthIn35mmFilm
_PICTURES = (".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".png")
_HOLDERS = (b"moov", b"trak", b"udta")


def stated_focal(path: str | Path, frame_size: tuple[int, int]) -> float | None:
    """The focal length in lengths of the picture's longer side as the file states it, None where it does not.

    Of a video the QuickTime key of iPhones, for the file or for its track; of a picture, or a folder of them, its Exif
    tags. Both are 35 mm equivalents, which compare diagonals. Raises SourceError when nothing is there.
    """
    found = checked_path(path, "a video or pictures")
    if found.is_dir():
        found = next((file for file in sorted(found.iterdir()) if file.suffix.lower() in _PICTURES), found)
    equivalent_mm = (
        _exif(found) if found.suffix.lower() in _PICTURES else _quicktime(found) if found.is_file() else None
    )
    if equivalent_mm is None or not 5.0 <= equivalent_mm <= 500.0:
        return None
    width, height = frame_size
    return equivalent_mm / FILM_DIAGONAL_MM * (width**2 + height**2) ** 0.5 / max(frame_size)


def _exif(path: Path) -> float | None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as picture:
            stated = picture.getexif().get_ifd(_EXIF).get(_EQUIVALENT)
    except (UnidentifiedImageError, OSError):
        return None
    return float(stated) if isinstance(stated, int | float) and stated > 0 else None


def _quicktime(path: Path) -> float | None:
    """The value of the key in the metadata of a file or one of its tracks, which FFmpeg does not give of tracks."""
    with path.open("rb") as file:
        end = file.seek(0, 2)
        for begin, stop in _metadata(file, 0, end):
            file.seek(begin)
            value = _value(file.read(min(stop - begin, 1 << 20)))
            if value is not None:
                return value
    return None


def _metadata(file: BinaryIO, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """From where to where the metadata boxes lie, also those of tracks (ISO/IEC 14496-12)."""
    for kind, inner, stop in _boxes(file, begin, end):
        if kind == b"meta":
            yield inner, stop
        elif kind in _HOLDERS:
            yield from _metadata(file, inner, stop)


def _boxes(file: BinaryIO, begin: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Kind, begin and end of what boxes hold, one after the other; ends where they make no sense."""
    while begin + 8 <= end:
        file.seek(begin)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            size, head = struct.unpack(">Q", file.read(8).ljust(8, b"\0"))[0], 16
        stop = end if size == 0 else begin + size
        if stop < begin + head or stop > end:
            return
        yield kind, begin + head, stop
        begin = stop


def _value(metadata: bytes) -> float | None:
    """The number of the key in `keys`, and the text of that number in `ilst` (QuickTime File Format, metadata)."""
    named, listed = metadata.find(b"keys"), metadata.find(b"ilst")
    if named < 0 or listed < 0:
        return None
    at, number = named + 12, 0
    while at + 8 <= len(metadata):
        (size,) = struct.unpack(">I", metadata[at : at + 4])
        number += 1
        if size < 8 or at + size > len(metadata):
            return None
        if metadata[at + 8 : at + size] == KEY:
            break
        at += size
    else:
        return None
    at = listed + 4
    while at + 24 <= len(metadata):
        size, of = struct.unpack(">II", metadata[at : at + 8])
        if of == number:
            digits = re.search(rb"\d+(\.\d+)?", metadata[at + 24 : at + size])
            return float(digits.group()) if digits else None
        if size < 8:
            return None
        at += size
    return None
