"""Public recordings of inertial sensors with what they are of: exercise, repetitions, person, session."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck.signals import Signal
from formcheck.sources.imu import read_imu
from formcheck.sources.imu.table import read_table

REST = "rest"


@dataclass(frozen=True)
class Worn:
    """One recording of one activity: by whom (`person`, or a session where people are unknown), of how many `reps`.

    `kind` parts what is told apart in a table; `reps` is None where nobody says it. `files` are those of its sensor.
    """

    name: str
    person: str
    kind: str
    exercise: str
    reps: int | None
    files: tuple[Path, ...]
    rate_hz: float | None = None

    def sensors(self) -> Mapping[str, Signal]:
        """What was measured, the single sensor as the left wrist's."""
        return read_imu(self.files, place="wrist_left", rate_hz=self.rate_hz).sensors


_METAMOTION = re.compile(
    r"(?P<person>[^-]+)-(?P<exercise>bench|dead|ohp|row|squat|rest)-(?P<load>[a-z]+)(?P<rest>[^_]*?)\s*_MetaWear_"
    r"(?P<stamp>[\dT.\-]+)_(?P<address>\w{12})_(?P<quantity>Accelerometer|Gyroscope)_.*Hz_(?P<firmware>.*)\.csv(?:\.gz)?"
)
_SETS = {"heavy": 5, "medium": 10}  # as the author's later public lessons on these recordings have it


def metamotion(folder: Path, as_named: bool = False) -> list[Worn]:
    """Sets of barbell exercises, `<person>-<exercise>-<load>`; each recording once.

    The published folder holds recordings several times: with stamps moved by a day or two under another person's
    letter, or another number of firmware. Only the first by name of those with one start is taken, unless asked for
    `as_named`. Heavy sets have 5 repetitions, medium ones 10; sets of the first day, whose names tell the effort
    (`rpe`), have not always, and those of half and high benches need not: their `kind` says so.
    """
    found: dict[tuple[str, ...], dict[str, Path]] = {}
    about: dict[tuple[str, ...], Worn] = {}
    for path in sorted(folder.iterdir()):
        name = _METAMOTION.fullmatch(path.name)
        if name is None:
            continue
        load, early = name["load"], "rpe" in name["rest"]
        key = (name["stamp"], name["address"])
        if as_named:
            key = (*key, name["person"], name["firmware"])
        reps = _SETS.get(load)
        kind = "other" if reps is None else "first day" if early else "later days"
        what = f"{name['person']}-{name['exercise']}-{load} {name['stamp']}"
        new = Worn(what, name["person"], kind, name["exercise"], reps, ())
        first = about.setdefault(key, new)
        if (first.person, first.name) == (new.person, new.name):
            found.setdefault(key, {}).setdefault(name["quantity"], path)
    return [_with_files(about[key], tuple(files.values())) for key, files in found.items()]


def _with_files(worn: Worn, files: tuple[Path, ...]) -> Worn:
    return replace(worn, files=files)


_WATCH = re.compile(r"(?P<day>\d{6})_(?P<exercise>[0-9A-Z]+)_W[\d_]+_S\d+_R?(?P<reps>\d+)-.*\.csv(?:\.gz)?")


def watch(folder: Path) -> list[Worn]:
    """Sets of one person on many days, `<day>_<exercise code>_W<weight>_S<set>_R<repetitions>`; sessions are days."""
    named = ((path, _WATCH.fullmatch(path.name)) for path in sorted(folder.iterdir()))
    return [
        Worn(path.name.split(".csv")[0], name["day"], "all", name["exercise"], int(name["reps"]), (path,))
        for path, name in named
        if name is not None
    ]


def muvr(folder: Path) -> list[Worn]:
    """Sets of a few people at a gym, exercise and repetitions in the rows; sessions by the files' names.

    Files with rows of more than one exercise are left out. The rate is not stated; 50 Hz is assumed.
    """
    out: list[Worn] = []
    for path in sorted(folder.iterdir()):
        table = read_table(path)
        rows = (table.header, *table.rows)
        exercises = {row[3] for row in rows if len(row) > 3}
        if len(exercises) != 1:
            continue
        told = table.header[6] if len(table.header) > 6 else ""
        reps = int(float(told)) if told and float(told) > 0 else None
        session = re.sub(r"_labelled_[a-z]+|_\d+$|__[0-9a-f-]{36}$", "", path.name.split(".csv")[0]).strip("_")
        out.append(Worn(path.name, session.replace("__", "_"), "all", next(iter(exercises)), reps, (path,), 50.0))
    return out


def layouts(folder: Path, as_named: bool = False) -> Iterator[tuple[str, list[Worn]]]:
    """What of these is in a folder, or in the folders within it; `as_named` as `metamotion` has it."""
    for place in (folder, *sorted(each for each in folder.iterdir() if each.is_dir())):
        names = [each.name for each in place.iterdir() if each.is_file()]
        for read, title, pattern in (
            (metamotion, "MetaMotion at one wrist", _METAMOTION),
            (watch, "a watch at the left wrist", _WATCH),
            (muvr, "muvr, a watch's accelerometer", re.compile(r".*(_labelled_|__[0-9a-f-]{36}).*\.csv(\.gz)?")),
        ):
            if any(pattern.fullmatch(name) for name in names):
                leaky = as_named and read is metamotion
                yield title + (", as named (leaky)" if leaky else ""), metamotion(place, True) if leaky else read(place)
                break
