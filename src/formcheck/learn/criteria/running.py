"""ALEX-GYM-1 run again: its networks and ours, people apart and as in its public code, on a copy or on a replica."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from formcheck.exercises import find
from formcheck.learn.criteria.data import APART, LEAKY, Repetitions, Singles, Split, by_person, by_row, in_folds
from formcheck.learn.criteria.data import repetitions_of as read_repetitions
from formcheck.learn.criteria.fidelity import Fidelity, fidelity
from formcheck.learn.criteria.frozen import Said, gather_activations, said_by
from formcheck.learn.criteria.models import find_network
from formcheck.learn.criteria.models.ours import Ours
from formcheck.learn.criteria.ours import FIRST, PEOPLE, Looks, acquainted, fitted
from formcheck.learn.criteria.pictures import gather_pictures
from formcheck.learn.criteria.published import BOTH, POSE, ROWS, VISION, Row, pick_exercises, pick_rows
from formcheck.learn.criteria.r3d import kinetics_weights
from formcheck.learn.criteria.studio import acted
from formcheck.learn.criteria.train import Plan, Progress, Shown, Start, logits_of, made, train
from formcheck.learn.datasets import open_dataset
from formcheck.learn.datasets.alex_gym_1 import LAYOUT
from formcheck.replicas import write_replica
from formcheck.replicas.alex_gym_1 import PEOPLE as PARTICIPANTS
from formcheck.replicas.production import MANIFEST, write_json

FOLDS = 5
IN_FOLDS = "each person tested once"
PROTOCOLS = (APART, IN_FOLDS, LEAKY)

FUSED = ("fusion", "cnn_gru_resnet3d")  # networks that begin with the trained vision stream

SMALL, WHOLE = 64, 112  # pixels of the pictures, without and with pretrained weights

_ANSWERS = "answers.npz"
_ROW = {row.title: row for row in ROWS}


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
    progress: Progress | None = None,
) -> Reproduction:
    """Train and test every network in every protocol; what is finished in `out` is read from there.

    Without `data` a replica of `people` (45) synthetic people is written there first. `IN_FOLDS`, with people apart as
    well, is run of our own networks only, unless it is asked for. `weights` are Kinetics-400's for R3D-18. Raises
    ValueError for unknown names and for data of another layout, DatasetError for data that cannot be read.
    """
    chosen, rows, wanted = pick_exercises(exercises), pick_rows(networks), _pick_protocols(protocols)
    folder = _replica(out, PARTICIPANTS if people is None else people, seed, progress) if data is None else data
    dataset = open_dataset(folder, "leave out")
    if dataset.layout != LAYOUT:
        raise ValueError(f"expected a copy of ALEX-GYM-1, got {folder}, which is laid out as {dataset.layout}")
    notes = [*dataset.notes, *(f"Left out: {problem}" for problem in dataset.problems)]
    run = _Run(out, epochs, seed, weights, progress)
    judged, dealt = list[Judged](), list[Dealt]()
    for exercise in chosen:
        reps = read_repetitions(dataset, exercise)
        for protocol in wanted:
            splits = _splits(protocol, reps, seed)
            dealt.append(_counted(exercise, protocol, reps, splits))
            for row in rows:
                if protocol == IN_FOLDS and not protocols and not row.ours:
                    continue
                lacking = run.lacks(row, reps)
                if lacking:
                    notes.append(lacking)
                    continue
                parts = [(split, run.answered(row, reps, split)) for split in splits]
                judged.append(_together(row, reps, protocol, parts))
    return Reproduction(
        folder,
        (folder / MANIFEST).exists(),
        len({clip.person for clip in dataset.clips}),
        chosen,
        rows,
        weights is not None,
        run.size,
        seed,
        tuple(dealt),
        tuple(judged),
        tuple(dict.fromkeys(notes)),
    )


def _pick_protocols(words: Sequence[str]) -> tuple[str, ...]:
    for word in words:
        if not any(word.lower() in name for name in PROTOCOLS):
            raise ValueError(f"expected a protocol ({'; '.join(PROTOCOLS)}), got {word!r}")
    return tuple(name for name in PROTOCOLS if not words or any(word.lower() in name for word in words))


def _replica(out: Path, people: int, seed: int, progress: Progress | None) -> Path:
    """The replica in `out`, written where it is not finished."""
    folder = out / f"replica-{people}-{seed}"
    if not (folder / MANIFEST).exists() or (folder / ".unfinished").exists():
        write_replica("alex-gym-1", folder, people, seed, progress=progress)
    return folder


def _splits(protocol: str, reps: Repetitions, seed: int) -> tuple[Split, ...]:
    if protocol == LEAKY:
        return (by_row(reps, seed),)
    return (by_person(reps, seed),) if protocol == APART else in_folds(reps, FOLDS, seed)


def _counted(exercise: str, protocol: str, reps: Repetitions, splits: Sequence[Split]) -> Dealt:
    """Of one split; of folds, the mean training and validation part and everybody who is tested."""
    parts = [[getattr(split, name) for split in splits] for name in ("train", "validation", "test")]
    sizes = [[len(each) for each in part] for part in parts]
    people = [[len(np.unique(reps.people[each])) for each in part] for part in parts]
    known = sum(int(np.isin(np.unique(reps.people[split.test]), reps.people[split.train]).sum()) for split in splits)
    counts = [
        (round(float(np.mean(part[0]))), round(float(np.mean(part[1]))), sum(part[2])) for part in (sizes, people)
    ]
    return Dealt(exercise, protocol, counts[0], counts[1], known)


def _together(row: Row, reps: Repetitions, protocol: str, parts: Sequence[tuple[Split, Singles]]) -> Judged:
    places = np.concatenate([split.test for split, _ in parts])
    logits = np.concatenate([said for _, said in parts])
    return Judged(row, reps.exercise, protocol, reps.criteria, logits, reps.labels[places], reps.people[places])


class _Run:
    """What the rows of one run share: pictures, weights, quick repetitions, each made when first needed."""

    def __init__(
        self, out: Path, epochs: int | None, seed: int, weights: Path | None, progress: Progress | None
    ) -> None:
        self.out, self.epochs, self.seed, self.progress = out, epochs, seed, progress
        self.state: Any = None
        if weights is not None:
            self.state = kinetics_weights(weights)
        self.size = SMALL if weights is None else WHOLE
        self._shown: dict[tuple[str, bool], Shown] = {}
        self._begun: dict[str, tuple[Any, Looks]] = {}

    def lacks(self, row: Row, reps: Repetitions) -> str:
        """Why a row cannot be run; empty where it can."""
        if "pictures" not in find_network(row.network).needs or any(reps.pictures):
            return ""
        return f"{row.title}, {reps.exercise}: not run, since there are no pictures."

    def answered(self, row: Row, reps: Repetitions, split: Split) -> Singles:
        """(P, C) logits of the tested repetitions: read where it was trained before, else trained."""
        return _read(self._trained(row, reps, split), "logits")["logits"]

    def _trained(self, row: Row, reps: Repetitions, split: Split) -> Path:
        """What is kept of a trained row: its logits, and what a fusion that begins with it needs."""
        pictures = self._pictures(row, reps, split)
        plan = Plan(row.network, dict(row.sizes), seed=self.seed)
        plan = plan if self.epochs is None else replace(plan, epochs=self.epochs)
        # The paper's networks are what they are; ours may become another one.
        own = (_weights_of(made(plan, len(reps.criteria))),) if row.ours else ()
        named = hashlib.sha256(repr((row.title, asdict(plan), self.state is not None, split.protocol, *own)).encode())
        named.update((b"" if pictures is None else pictures.key.encode()) + reps.landmarks.tobytes())
        for part in (reps.labels, split.train, split.validation, split.test):
            named.update(part.tobytes())
        folder = self.out / "runs" / _plain(reps.exercise) / _plain(split.protocol)
        folder /= f"{_plain(row.title)}-{named.hexdigest()[:8]}"
        tell = (
            None if self.progress is None else _told(self.progress, f"{row.title}, {reps.exercise}, {split.protocol}")
        )
        _keep(folder / _ANSWERS, lambda: self._said(row, reps, split, plan, folder, pictures, tell))
        return folder / _ANSWERS

    def _said(
        self,
        row: Row,
        reps: Repetitions,
        split: Split,
        plan: Plan,
        folder: Path,
        pictures: Shown | None,
        tell: Progress | None,
    ) -> dict[str, Singles]:
        if row.ours:
            begun, looks = self._acquainted(reps) if row.quick else (None, None)
            network = fitted(reps, split, begun, looks, self.seed)
        else:
            start = self._start(row, reps, split)
            network: Any = train(reps, split, plan, folder, pictures, start, tell).network
        said = {"logits": logits_of(network, reps, split.test, pictures)}
        if row.title == VISION:
            return said | {"said": said_by(network.pictures, cast(Any, pictures))}
        return said | _stream(network) if row.title == POSE else said

    def _start(self, row: Row, reps: Repetitions, split: Split) -> Start | None:
        """What a network begins with: pretrained weights, or for a fusion the streams that were trained before."""
        if row.network == "vision" and self.state is not None:
            return lambda network: network.pictures.start_from(self.state)  # pyright: ignore
        if row.network not in FUSED:
            return None
        pose = _stream_from(self._trained(_ROW[POSE], reps, split)) if row.title == BOTH else None
        return lambda network: network.begin_with(pose)  # pyright: ignore

    def _pictures(self, row: Row, reps: Repetitions, split: Split) -> Shown | None:
        """Pictures for a network that needs them, or what layers that stay as they are make of them."""
        if "pictures" not in find_network(row.network).needs:
            return None
        if row.network in FUSED:
            seen = self._pictures(_ROW[VISION], reps, split)
            assert seen is not None
            return Said(_read(self._trained(_ROW[VISION], reps, split), "said")["said"], seen.present)
        state = self.state if row.network == "vision" else None
        if (reps.exercise, state is None) not in self._shown:
            folder = self.out / "pictures"
            pictures = gather_pictures(reps.pictures, self.size, folder, progress=self.progress)
            if state is not None:
                pictures = gather_activations(pictures, state, folder, progress=self.progress)
            self._shown[reps.exercise, state is None] = pictures
        return self._shown[reps.exercise, state is None]

    def _acquainted(self, reps: Repetitions) -> tuple[Any, Looks]:
        if reps.exercise not in self._begun:
            folder = self.out / "quick"
            quick = quick_repetitions(reps.exercise, folder, self.progress)
            told = repr((reps.criteria, self.seed, _weights_of(Ours(1)))).encode()
            named = hashlib.sha256(told + quick.landmarks.tobytes()).hexdigest()
            kept = folder / f"{_plain(reps.exercise)}-{named[:8]}.pt"
            self._begun[reps.exercise] = acquainted(reps.criteria, quick, kept, self.seed)
        return self._begun[reps.exercise]


def compared(out: Path, exercises: Sequence[str], progress: Progress | None = None) -> tuple[Fidelity, ...]:
    """Table 3 of some exercises, from `out` where it was made before: it does not depend on any training."""
    stored = out / "fidelity" / f"{'-'.join(_plain(name) for name in sorted(exercises))}.json"
    try:
        return tuple(Fidelity(**row) for row in json.loads(stored.read_bytes()))
    except (OSError, ValueError, TypeError):
        pass  # not there, or of another version
    rows = fidelity(exercises, progress=progress)
    write_json(stored, [vars(row) for row in rows], indent=None)
    return rows


def quick_repetitions(exercise: str, folder: Path, progress: Progress | None = None) -> Repetitions:
    """Repetitions of `PEOPLE` synthetic people whom no dataset has, from `folder` where they were acted before."""
    stored = folder / f"{_plain(exercise)}-{FIRST}-{PEOPLE}.npz"
    names = [each.name for each in fields(Repetitions) if each.name not in ("exercise", "criteria", "pictures")]
    try:
        with np.load(stored) as kept:
            return Repetitions(exercise, tuple(kept["criteria"].tolist()), **{name: kept[name] for name in names})
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        pass  # not there, or half written
    made = acted(find(exercise), range(FIRST, FIRST + PEOPLE), progress)
    folder.mkdir(parents=True, exist_ok=True)
    _save(stored, {"criteria": np.array(made.criteria)} | {name: getattr(made, name) for name in names})
    return made


def _weights_of(network: Any) -> int:
    """How many weights a network has: answers of another version of it are not its own."""
    return sum(each.numel() for each in network.parameters())


def _stream(network: Any) -> dict[str, NDArray[Any]]:
    """The weights of a trained pose network but those of its head, by name."""
    return {name: value.cpu().numpy() for name, value in network.state_dict().items() if not name.startswith("head.")}


def _stream_from(path: Path) -> dict[str, Any]:
    return {name: torch.from_numpy(value) for name, value in _read(path).items() if name != "logits"}


def _read(path: Path, *names: str) -> dict[str, NDArray[Any]]:
    with np.load(path) as stored:
        return {name: stored[name] for name in names or stored.files}


def _keep(path: Path, make: Callable[[], dict[str, NDArray[Any]]]) -> None:
    """Write what `make` gives where it is not there yet."""
    try:
        _read(path, "logits")
        return
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        pass  # not there, or half written: trained, or gone on with
    answers = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    _save(path, answers)
    (path.parent / "last.pt").unlink(missing_ok=True)  # four times the network's size, and needed no more


def _save(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)  # pyright: ignore
    os.replace(part, path)


def _told(progress: Progress, what: str) -> Progress:
    return lambda step, share: progress(f"{step}: {what}", share)


def _plain(name: str) -> str:
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())
