"""Filling a folder piece by piece: interrupted at any moment, it goes on where it was and ends the same."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

MANIFEST = "formcheck-synth.json"
"""Beside every replica: what it is and how it was made. The same options give the same bytes."""

_UNFINISHED = ".unfinished"  # there while something is left to do; holds what finished pieces hand over to the end
_FULL = (errno.ENOSPC, errno.EDQUOT)

Progress = Callable[[str, float], None]
Result = dict[str, Any]
"""What a finished piece hands over to `assemble`; plain data."""


class ReplicaError(ValueError):
    """A dataset that cannot be written; the message says why and what to do."""


class Piece(Protocol):
    """A part of a dataset that is made in one go."""

    @property
    def key(self) -> str:
        """Its name, unique in the dataset and fit for a file name."""
        ...


P = TypeVar("P", bound=Piece)


def produce(
    out: Path,
    manifest: Mapping[str, object],
    pieces: Sequence[P],
    make: Callable[[P, Path], Result],
    assemble: Callable[[Path, list[Result]], None],
    workers: int = 2,
    progress: Progress | None = None,
) -> None:
    """Write a dataset to `out`: `make(piece, out)` for every piece, in any order, then `assemble(out, results)`.

    `make` is a function of a module, so that other processes can run it. Raises ReplicaError for a folder that holds
    something else, a finished dataset or one begun with other options, and when the disk is full.
    """
    work = _begun(out, {**manifest, "studio": studio()})
    results = {piece.key: work / f"{piece.key}.json" for piece in pieces}
    missing = [piece for piece in pieces if not results[piece.key].exists()]
    try:
        done = _made(missing, make, out, results, workers)
        for at, _ in enumerate(done):
            if progress is not None:
                progress("Filming synthetic people", (len(pieces) - len(missing) + at + 1) / len(pieces))
        assemble(out, [json.loads(results[piece.key].read_bytes()) for piece in pieces])
        shutil.rmtree(work)
    except OSError as error:
        why = "the disk is full" if error.errno in _FULL else error.strerror or str(error)
        raise ReplicaError(
            f"expected room to write the dataset in {out}, got: {why} ({error.filename or out}); make room and run the "
            "same command again, it goes on where it was"
        ) from error
    except BrokenProcessPool as error:
        raise ReplicaError(
            "expected the processes that film to live, one of them was ended, perhaps for want of memory; run the same "
            "command again with fewer --workers, it goes on where it was"
        ) from error
    finally:
        _tidy(out)


def studio() -> str:
    """A name for everything that decides what a replica looks like: other code does not finish what this code began."""
    package = Path(__file__).parent.parent
    sources = [path for part in ("exercises", "replicas", "synthetic") for path in (package / part).glob("*.py")]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(sources))).hexdigest()[:16]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside and rename it, so that one that is there is whole; makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        os.replace(part, path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        part.unlink(missing_ok=True)


def write_json(path: Path, content: object, indent: int | None = 2) -> None:
    """Write plain data as JSON, whole or not at all."""
    separators = None if indent else (",", ":")
    write_whole(path, (json.dumps(content, indent=indent, separators=separators) + "\n").encode())


def _begun(out: Path, manifest: Mapping[str, object]) -> Path:
    """The folder for what is left to do in `out`, which is begun or gone on with."""
    work = out / _UNFINISHED
    if out.exists() and not out.is_dir():
        raise ReplicaError(f"expected a folder for the dataset, got a file at {out}; choose another --out")
    there = {path.name for path in out.iterdir()} - {_UNFINISHED} if out.exists() else set[str]()
    if there:
        found = _manifest(out)
        if found is None:
            raise ReplicaError(
                f"expected a new or an empty folder, got {out} with {len(there)} files or folders that are not a "
                "dataset of formcheck; choose another --out"
            )
        if not work.exists():
            raise ReplicaError(
                f"expected a new folder, got {out} with a finished dataset in it; choose another --out or delete it"
            )
        other = [f"{name} {_shown(found.get(name))}" for name in manifest if found.get(name) != manifest[name]]
        if other:
            asked = [f"{name} {_shown(manifest[name])}" for name in manifest if found.get(name) != manifest[name]]
            raise ReplicaError(
                f"expected the options with which the unfinished dataset in {out} was begun ({', '.join(other)}), "
                f"got {', '.join(asked)}; give the same options, or choose another --out"
            )
    try:
        work.mkdir(parents=True, exist_ok=True)
        _tidy(out)
        write_json(out / MANIFEST, manifest)
    except OSError as error:
        raise ReplicaError(f"expected to write in {out}, got: {error.strerror}; choose another --out") from error
    return work


def _tidy(out: Path) -> None:
    """Remove what was being written when it was interrupted."""
    for part in sorted(out.rglob("*.part")):
        shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)


def _manifest(folder: Path) -> dict[str, object] | None:
    """How a dataset of ours was made; None where there is none."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return cast(dict[str, object], found) if isinstance(found, dict) and "layout" in found else None


def _shown(value: object) -> str:
    return "not given" if value is None else str(value)


def _made(
    pieces: Sequence[P],
    make: Callable[[P, Path], Result],
    out: Path,
    results: Mapping[str, Path],
    workers: int,
) -> Generator[None]:
    """Makes the pieces, in this process or in several, and yields after each."""
    if workers < 2 or len(pieces) < 2:
        for piece in pieces:
            yield _make(make, piece, out, results[piece.key])
        return
    # Processes that begin anew: a copy of this one would take locks along that its threads hold.
    with ProcessPoolExecutor(workers, get_context("spawn"), belong_to_the_parent) as pool:
        try:
            yield from _finished(pool.submit(_make, make, piece, out, results[piece.key]).result for piece in pieces)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _finished(waits: Iterable[Callable[[], None]]) -> Generator[None]:
    for wait in list(waits):
        yield wait()


def _make(make: Callable[[P, Path], Result], piece: P, out: Path, result: Path) -> None:
    try:
        write_json(result, make(piece, out), indent=None)
    except OSError as error:  # of some library, which may not travel between processes
        raise OSError(error.errno, error.strerror or str(error), str(error.filename or out)) from None


def belong_to_the_parent() -> None:
    """End with it and when the user interrupts: nobody else writes in the folder when it is gone on with."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(1))
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
