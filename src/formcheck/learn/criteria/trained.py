"""One row of ALEX-GYM-1's tables trained on one split, and what is kept of it; a finished one is read."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from formcheck.exercises import find
from formcheck.learn.criteria.data import Repetitions, Singles, Split
from formcheck.learn.criteria.frozen import Said, gather_activations, said_by
from formcheck.learn.criteria.models import find_network
from formcheck.learn.criteria.models.ours import Ours
from formcheck.learn.criteria.ours import FIRST, PEOPLE, acquainted, fitted
from formcheck.learn.criteria.pictures import gather_pictures
from formcheck.learn.criteria.published import BOTH, POSE, ROWS, VISION, Row
from formcheck.learn.criteria.r3d import kinetics_weights
from formcheck.learn.criteria.studio import acted
from formcheck.learn.criteria.train import Plan, Progress, Shown, Start, logits_of, made, train

FUSED = ("fusion", "cnn_gru_resnet3d")  # networks that begin with the trained vision stream

SMALL, WHOLE = 64, 112  # pixels of the pictures, without and with pretrained weights

_ANSWERS = "answers.npz"
_ROW = {row.title: row for row in ROWS}


@dataclass(frozen=True, eq=False)
class Job:
    """A row of the tables that is to be trained on one split of repetitions; `settings` are those of `Rows`."""

    row: Row
    reps: Repetitions
    split: Split
    settings: tuple[Path, int | None, int, Path | None]

    @property
    def looks(self) -> bool:
        """Whether its network looks at pictures, which takes longest."""
        return "pictures" in find_network(self.row.network).needs


def train_row(job: Job, progress: Progress) -> None:
    """Train what is not finished, in a process of its own as well; see `beside`."""
    Rows(*job.settings, progress).answered(job.row, job.reps, job.split)


def streams_of(row: Row) -> tuple[str, ...]:
    """The titles of the rows that a fusion begins with."""
    if row.network not in FUSED:
        return ()
    return (POSE, VISION) if row.title == BOTH else (VISION,)


class Rows:
    """What the rows of one run share: pictures, weights, quick repetitions, each made when first needed."""

    def __init__(
        self, out: Path, epochs: int | None, seed: int, weights: Path | None, progress: Progress | None
    ) -> None:
        self.out, self.epochs, self.seed, self.progress = out, epochs, seed, progress
        self.weights = weights
        self.state: Any = None if weights is None else kinetics_weights(weights)
        self.size = SMALL if weights is None else WHOLE
        self._shown: dict[tuple[str, bool], Shown] = {}
        self._begun: dict[str, Ours] = {}

    def lacks(self, row: Row, reps: Repetitions) -> str:
        """Why a row cannot be run; empty where it can."""
        if "pictures" not in find_network(row.network).needs or any(reps.pictures):
            return ""
        return f"{row.title}, {reps.exercise}: not run, since there are no pictures."

    def answered(self, row: Row, reps: Repetitions, split: Split) -> Singles:
        """(P, C) logits of the tested repetitions: read where it was trained before, else trained."""
        return _read(self._trained(row, reps, split), "logits")["logits"]

    def job(self, row: Row, reps: Repetitions, split: Split) -> Job:
        """The same as `answered` for another process."""
        return Job(row, reps, split, (self.out, self.epochs, self.seed, self.weights))

    def finished(self, row: Row, reps: Repetitions, split: Split) -> bool:
        """Whether it was trained before. Of a fusion, its vision stream is trained for the answer."""
        return _there(self._planned(row, reps, split)[2] / _ANSWERS)

    def _trained(self, row: Row, reps: Repetitions, split: Split) -> Path:
        """What is kept of a trained row: its logits, and what a fusion that begins with it needs."""
        plan, pictures, folder = self._planned(row, reps, split)
        tell = (
            None if self.progress is None else _told(self.progress, f"{row.title}, {reps.exercise}, {split.protocol}")
        )
        _keep(folder / _ANSWERS, lambda: self._said(row, reps, split, plan, folder, pictures, tell))
        return folder / _ANSWERS

    def _planned(self, row: Row, reps: Repetitions, split: Split) -> tuple[Plan, Shown | None, Path]:
        """How a row is trained, on which pictures, and the folder of this very training."""
        pictures = self._pictures(row, reps, split)
        plan = Plan(row.network, dict(row.sizes), seed=self.seed)
        plan = plan if self.epochs is None else replace(plan, epochs=self.epochs)
        # The paper's networks are what they are; ours may become another one.
        own = (_weights_of(made(plan, len(reps.criteria))),) if row.ours else ()
        named = hashlib.sha256(repr((row.title, asdict(plan), self.state is not None, split.protocol, *own)).encode())
        named.update((b"" if pictures is None else pictures.key.encode()) + reps.landmarks.tobytes())
        for part in (reps.labels, split.train, split.validation, split.test):
            named.update(part.tobytes())
        folder = self.out / "runs" / plain(reps.exercise) / plain(split.protocol)
        return plan, pictures, folder / f"{plain(row.title)}-{named.hexdigest()[:8]}"

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
            network = fitted(reps, split, self._acquainted(reps) if row.quick else None, self.seed)
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

    def _acquainted(self, reps: Repetitions) -> Ours:
        if reps.exercise not in self._begun:
            folder = self.out / "quick"
            quick = quick_repetitions(reps.exercise, folder, self.progress)
            told = repr((reps.criteria, self.seed, _weights_of(Ours(1)))).encode()
            named = hashlib.sha256(told + quick.landmarks.tobytes()).hexdigest()
            kept = folder / f"{plain(reps.exercise)}-{named[:8]}.pt"
            self._begun[reps.exercise] = acquainted(reps.criteria, quick, kept, self.seed)
        return self._begun[reps.exercise]


def quick_repetitions(exercise: str, folder: Path, progress: Progress | None = None) -> Repetitions:
    """Repetitions of `PEOPLE` synthetic people whom no dataset has, from `folder` where they were acted before."""
    stored = folder / f"{plain(exercise)}-{FIRST}-{PEOPLE}.npz"
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


def _there(path: Path) -> bool:
    """Whether answers are there, and not half written."""
    try:
        _read(path, "logits")
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return False
    return True


def _keep(path: Path, make: Callable[[], dict[str, NDArray[Any]]]) -> None:
    """Write what `make` gives where it is not there yet."""
    if _there(path):
        return
    answers = make()  # trained, or gone on with
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


def plain(name: str) -> str:
    """A name as files are called here."""
    return "-".join("".join(letter if letter.isalnum() else " " for letter in name.lower()).split())
