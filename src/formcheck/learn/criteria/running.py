"""ALEX-GYM-1 run again: its networks and ours, people apart and as in its public code, on a copy or on a replica."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from formcheck.learn.criteria.beside import beside
from formcheck.learn.criteria.data import APART, LEAKY, Repetitions, Singles, by_person, by_row, in_folds
from formcheck.learn.criteria.data import repetitions_of as read_repetitions
from formcheck.learn.criteria.fidelity import Fidelity, fidelity
from formcheck.learn.criteria.published import ROWS, Row, pick_exercises, pick_rows
from formcheck.learn.criteria.train import Progress
from formcheck.learn.criteria.trained import FUSED, Job, Rows, plain, streams_of, train_row
from formcheck.learn.datasets import open_dataset
from formcheck.learn.datasets.alex_gym_1 import LAYOUT
from formcheck.replicas import write_replica
from formcheck.replicas.alex_gym_1 import PEOPLE as PARTICIPANTS
from formcheck.replicas.production import MANIFEST, write_json

FOLDS = 5
IN_FOLDS = "each person tested once"
PROTOCOLS = (APART, IN_FOLDS, LEAKY)


@dataclass(frozen=True, eq=False)
class Judged:
    """What a row of the table said (`logits`) of tested repetitions, beside `labels` (N, C) and whose they are (N,)."""

    row: Row
    exercise: str
    protocol: str
    criteria: tuple[str, ...]
    logits: Singles
    labels: Singles
    people: NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Dealt:
    """How many repetitions and people a protocol trains on, steers by and tests on."""

    exercise: str
    protocol: str
    repetitions: tuple[int, int, int]
    people: tuple[int, int, int]
    known: int  # of the tested people, trained on as well


@dataclass(frozen=True, eq=False)
class Reproduction:
    """Everything that was measured. `notes` say what was not, and why."""

    data: Path
    synthetic: bool
    people: int
    exercises: tuple[str, ...]
    rows: tuple[Row, ...]
    pretrained: bool
    size: int
    seed: int
    dealt: tuple[Dealt, ...]
    judged: tuple[Judged, ...]
    notes: tuple[str, ...]


def reproduce(
    out: Path,
    data: Path | None = None,
    exercises: Sequence[str] = (),
    networks: Sequence[str] = (),
    protocols: Sequence[str] = (),
    people: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    weights: Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> Reproduction:
    """Train and test every network in every protocol; what is finished in `out` is read from there.

    Without `data` a replica of `people` (45) synthetic people is written there first. `IN_FOLDS`, with people apart as
    well, is run of our own networks only, unless it is asked for. `weights` are Kinetics-400's for R3D-18. Without a
    GPU so many `workers` train the paper's networks, in processes of their own. Raises ValueError for unknown names and
    for data of another layout, DatasetError for data that cannot be read.
    """
    chosen, rows, wanted = pick_exercises(exercises), pick_rows(networks), _pick_protocols(protocols)
    folder = (
        _replica(out, PARTICIPANTS if people is None else people, seed, workers, progress) if data is None else data
    )
    dataset = open_dataset(folder, "leave out")
    if dataset.layout != LAYOUT:
        raise ValueError(f"expected a copy of ALEX-GYM-1, got {folder}, which is laid out as {dataset.layout}")
    notes = [*dataset.notes, *(f"Left out: {problem}" for problem in dataset.problems)]
    read = [read_repetitions(dataset, exercise) for exercise in chosen]
    dealt = [_Parts(reps, protocol, seed) for reps in read for protocol in wanted]
    asked = [
        (row, parts)
        for parts in dealt
        for row in rows
        if row.ours or parts.protocol != IN_FOLDS or protocols  # folds are for our own networks
    ]
    run = Rows(out, epochs, seed, weights, progress)
    if workers > 1 and not torch.cuda.is_available():
        _train_beside(run, asked, workers)
    judged = list[Judged]()
    for row, parts in asked:
        if lacking := run.lacks(row, parts.reps):
            notes.append(lacking)
            continue
        said = [run.answered(row, parts.reps, split) for split in parts.splits]
        judged.append(parts.together(row, said))
    return Reproduction(
        folder,
        (folder / MANIFEST).exists(),
        len({clip.person for clip in dataset.clips}),
        chosen,
        rows,
        weights is not None,
        run.size,
        seed,
        tuple(parts.counted() for parts in dealt),
        tuple(judged),
        tuple(dict.fromkeys(notes)),
    )


def _pick_protocols(words: Sequence[str]) -> tuple[str, ...]:
    for word in words:
        if not any(word.lower() in name for name in PROTOCOLS):
            raise ValueError(f"expected a protocol ({'; '.join(PROTOCOLS)}), got {word!r}")
    return tuple(name for name in PROTOCOLS if not words or any(word.lower() in name for word in words))


def _replica(out: Path, people: int, seed: int, workers: int, progress: Progress | None) -> Path:
    """The replica in `out`, written where it is not finished."""
    folder = out / f"replica-{people}-{seed}"
    if not (folder / MANIFEST).exists() or (folder / ".unfinished").exists():
        write_replica("alex-gym-1", folder, people, seed, workers=workers, progress=progress)
    return folder


class _Parts:
    """Repetitions as a protocol deals them: one split, or five of which each tests others."""

    def __init__(self, reps: Repetitions, protocol: str, seed: int) -> None:
        self.reps, self.protocol = reps, protocol
        if protocol == IN_FOLDS:
            self.splits = in_folds(reps, FOLDS, seed)
        else:
            self.splits = (by_row(reps, seed) if protocol == LEAKY else by_person(reps, seed),)

    def counted(self) -> Dealt:
        """Of one split; of folds, the mean training and validation part and everybody who is tested."""
        parts = [[getattr(split, name) for split in self.splits] for name in ("train", "validation", "test")]
        sizes = [[len(each) for each in part] for part in parts]
        names = [[np.unique(self.reps.people[each]) for each in part] for part in parts]
        people = [[len(each) for each in part] for part in names]
        known = sum(int(np.isin(tested, trained).sum()) for trained, tested in zip(names[0], names[2], strict=True))
        counts = [
            (round(float(np.mean(part[0]))), round(float(np.mean(part[1]))), sum(part[2])) for part in (sizes, people)
        ]
        return Dealt(self.reps.exercise, self.protocol, counts[0], counts[1], known)

    def together(self, row: Row, said: Sequence[Singles]) -> Judged:
        """What a row said of the tested repetitions of every split."""
        reps, places = self.reps, np.concatenate([split.test for split in self.splits])
        told = np.concatenate(said)
        return Judged(row, reps.exercise, self.protocol, reps.criteria, told, reps.labels[places], reps.people[places])


def _train_beside(run: Rows, asked: Sequence[tuple[Row, _Parts]], workers: int) -> None:
    """Train what is not finished of the paper's networks, several at once: first what fusions begin with."""
    for fused in (False, True):
        jobs = dict[tuple[str, str, str], Job]()
        for row, parts in asked:
            needed = [each for each in ROWS if each == row or each.title in streams_of(row)]
            for each in needed:
                if each.ours or (each.network in FUSED) != fused or run.lacks(each, parts.reps):
                    continue
                for split in parts.splits:
                    if not run.finished(each, parts.reps, split):
                        jobs[each.title, parts.reps.exercise, split.protocol] = run.job(each, parts.reps, split)
        if len(jobs) > 1:  # one alone has all cores in this process
            slow_first = sorted(jobs.values(), key=lambda job: (job.row.network != "vision", not job.looks))
            beside(slow_first, train_row, workers, run.progress)


def compared(out: Path, exercises: Sequence[str], progress: Progress | None = None) -> tuple[Fidelity, ...]:
    """Table 3 of some exercises, from `out` where it was made before: it does not depend on any training."""
    stored = out / "fidelity" / f"{'-'.join(plain(name) for name in sorted(exercises))}.json"
    try:
        return tuple(Fidelity(**row) for row in json.loads(stored.read_bytes()))
    except (OSError, ValueError, TypeError):
        pass  # not there, or of another version
    rows = fidelity(exercises, progress=progress)
    write_json(stored, [vars(row) for row in rows], indent=None)
    return rows
