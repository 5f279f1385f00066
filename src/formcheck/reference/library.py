"""Experts on disk: a folder each, with a JSON file and ordinary pose files; no picture unless it was asked for.

Every reference opens by itself, so that a damaged one loses nothing but itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

from formcheck.body.planes import Side
from formcheck.reference.shown import Half, Reference, Shown
from formcheck.reps import RepSpan
from formcheck.sources import SourceError, read_pose, write_pose

FORMAT, VERSION = "formcheck-reference", 1
CARD = "reference.json"
FOLDER_VARIABLE = "FORMCHECK_REFERENCES"
LARGEST = 500_000_000  # bytes that an imported file may unpack to: the landmarks of an hour are a tenth of it
_NAME = re.compile(r"\w[\w .+-]{0,79}")


class LibraryError(ValueError):
    """A reference that is not there, cannot be read or cannot be kept; the message says what to do."""


@dataclass(frozen=True)
class Opened:
    """What a library holds: its references by name, and a sentence about each that could not be read."""

    references: tuple[Reference, ...]
    problems: tuple[str, ...] = ()


def library_folder() -> Path:
    """Where the user's references lie: the folder that FORMCHECK_REFERENCES names, or the user's data folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return Path(named)
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Application Support"
    else:
        root = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return root / "formcheck" / "references"


class Library:
    """The references in a folder (default: `library_folder`), which need not be there yet."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = library_folder() if folder is None else folder

    def names(self) -> tuple[str, ...]:
        """The names of all references, readable or not."""
        if not self.folder.is_dir():
            return ()
        return tuple(
            sorted(path.name for path in self.folder.iterdir() if path.is_dir() and _NAME.fullmatch(path.name))
        )

    def open(self, name: str) -> Reference:
        """One reference; raises LibraryError when there is none of this name, or it cannot be read."""
        return _read(self._there(name))

    def all(self, exercise: str | None = None) -> Opened:
        """Every reference that can be read, of one exercise if it is named; those that cannot are told."""
        found: list[Reference] = []
        problems: list[str] = []
        for name in self.names():
            try:
                if exercise is None or _card(self.folder / name).get("exercise") == exercise:
                    found.append(_read(self.folder / name))
            except LibraryError as error:
                problems.append(f"The reference {name} was left aside: {error}.")
        return Opened(tuple(found), tuple(problems))

    def add(self, reference: Reference, pictures: dict[str, bytes] | None = None) -> Path:
        """Keep a reference, whole or not at all, with `pictures` (JPEG by file name) where they were asked for.

        Raises LibraryError for a name that is taken or none, or when nothing can be written.
        """
        target = self.place_for(reference.name)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".adding-", dir=self.folder) as made:
                part = Path(made) / target.name
                part.mkdir()
                _write(part, reference)
                for name, picture in (pictures or {}).items():
                    (part / name).write_bytes(picture)
                os.replace(part, target)
        except OSError as error:
            raise LibraryError(f"expected a folder to write to, got {self.folder} ({error.strerror})") from error
        return target

    def place_for(self, name: str) -> Path:
        """Where a new reference of this name will lie; raises LibraryError for a name that is taken or none."""
        target = self._folder_of(name)
        if name.startswith("studio "):
            raise LibraryError(f"expected another name than the studio's experts have, got {name!r}")
        if target.exists():
            raise LibraryError(f"expected a new name, got {name!r}: remove that reference first, or rename")
        return target

    def remove(self, name: str) -> None:
        """Delete a reference with everything in it; raises LibraryError when there is none of this name."""
        shutil.rmtree(self._there(name))

    def write_out(self, names: Sequence[str], file: Path) -> None:
        """Write references (all: none named) into one file to hand on; raises LibraryError as `open` does."""
        chosen = tuple(names) or self.names()
        if not chosen:
            raise LibraryError("expected references to export, there are none yet: formcheck references add NAME VIDEO")
        for name in chosen:
            self.open(name)
        part = file.with_name(f"{file.name}.part")
        try:
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:  # pose files are compressed
                for name in chosen:
                    for path in sorted(self._folder_of(name).iterdir()):
                        packed.write(path, f"{name}/{path.name}")
            os.replace(part, file)
        except OSError as error:
            raise LibraryError(f"expected a file to write, got {file} ({error.strerror})") from error
        finally:
            part.unlink(missing_ok=True)

    def read_in(self, file: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Add what `write_out` wrote: the names that were added, and a sentence about each that was not.

        Raises LibraryError for a file that is none of ours.
        """
        added: list[str] = []
        problems: list[str] = []
        with tempfile.TemporaryDirectory(prefix="formcheck-import-") as made:
            _unpack(file, Path(made))
            for folder in sorted(Path(made).iterdir()):
                try:
                    pictures = {each.name: each.read_bytes() for each in folder.glob("*.jpg")}
                    self.add(_read(folder), pictures)
                    added.append(folder.name)
                except LibraryError as error:
                    problems.append(f"{folder.name} was not added: {error}.")
        return tuple(added), tuple(problems)

    def _there(self, name: str) -> Path:
        folder = self._folder_of(name)
        if not folder.is_dir():
            known = ", ".join(self.names()) or "none"
            raise LibraryError(f"expected the name of a reference, got {name!r}: there are {known}")
        return folder

    def _folder_of(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise LibraryError(
                f"expected a name of letters, digits, spaces, . + - and _, at most 80, got {name!r}: choose another one"
            )
        return self.folder / name


def _write(folder: Path, reference: Reference) -> None:
    listed: list[dict[str, Any]] = []
    for at, each in enumerate(reference.shown, start=1):
        file = f"{each.stream}-{at}.npz"
        write_pose(folder / file, each.pose)
        span = {"start_s": each.span.start_s, "turn_s": each.span.turn_s, "end_s": each.span.end_s}
        more = {"excursion": each.span.excursion, "held": each.span.held, "side": each.side, "half": each.half}
        listed.append({"file": file, "stream": each.stream, **span, **more})
    card = {
        "format": FORMAT,
        "version": VERSION,
        "name": reference.name,
        "exercise": reference.exercise,
        "origin": reference.origin,
        "note": reference.note,
        "made": reference.made,
        "repetitions": listed,
    }
    (folder / CARD).write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _card(folder: Path) -> dict[str, Any]:
    """What the JSON file of a reference says; raises LibraryError."""
    path = folder / CARD
    try:
        card: object = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LibraryError(
            f"expected {path} to describe it, got {str(error).splitlines()[0]}; remove it and add it again"
        ) from error
    if not isinstance(card, dict) or cast(dict[str, Any], card).get("format") != FORMAT:
        raise LibraryError(f'expected "format": "{FORMAT}" in {path}, got another kind of file')
    known = cast(dict[str, Any], card)
    if known.get("version") != VERSION:
        raise LibraryError(f"expected version {VERSION} in {path}, got {known.get('version')}; update formcheck")
    return known


def _read(folder: Path) -> Reference:
    card = _card(folder)
    try:
        shown = tuple(_shown(folder, each) for each in card["repetitions"])
        origin = "studio" if card["origin"] == "studio" else "person"
        return Reference(
            folder.name, str(card["exercise"]), shown, origin, str(card.get("note", "")), str(card.get("made", ""))
        )
    except SourceError as error:
        raise LibraryError(str(error)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        why = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise LibraryError(
            f"expected repetitions with file, start_s, turn_s and end_s in {folder / CARD}, got {why}; "
            "remove it and add it again"
        ) from error


def _shown(folder: Path, told: dict[str, Any]) -> Shown:
    half, side = told.get("half"), told.get("side")
    if half not in (None, *get_args(Half)) or side not in (None, *get_args(Side)):
        raise ValueError(f"side {side!r} and half {half!r}")
    start_s, turn_s, end_s = (float(told[name]) for name in ("start_s", "turn_s", "end_s"))
    if not start_s <= turn_s <= end_s or not start_s < end_s:
        raise ValueError(f"a repetition from {start_s} over {turn_s} to {end_s} s")
    span = RepSpan(
        start_s,
        turn_s,
        end_s,
        float(told.get("excursion", 0.0)),
        half != "back",
        half != "out",
        held=bool(told.get("held")),
    )
    file = str(told["file"])
    if Path(file).name != file:
        raise ValueError(f"a file outside its folder: {file}")
    return Shown(str(told["stream"]), read_pose(folder / file), span, side, half)


def _unpack(file: Path, folder: Path) -> None:
    """The files of an exported library, one folder a reference; nothing that would land elsewhere."""
    try:
        with zipfile.ZipFile(file) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            places = [entry.filename.split("/") for entry in entries]
            ours = bool(entries) and all(len(place) == 2 and _NAME.fullmatch(place[0]) and place[1] for place in places)
            if not ours or sum(entry.file_size for entry in entries) > LARGEST:
                raise LibraryError(f"expected references that formcheck exported, got something else in {file}")
            for entry, (name, inner) in zip(entries, places, strict=True):
                (folder / name).mkdir(exist_ok=True)
                (folder / name / Path(inner).name).write_bytes(packed.read(entry))
    except (OSError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:  # RuntimeError: it is encrypted
        raise LibraryError(
            f"expected a file that formcheck references export wrote, got {file}: {str(error).splitlines()[0]}"
        ) from error
