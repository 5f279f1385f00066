"""Running a recipe: every network in every protocol, kept as soon as it is trained."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import hashlib
import logging
import os
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.learn.data import Examples, Split, undersampled
from formcheck.learn.recipes.recipe import LEAKY, EvaluationProtocol, Model, Progress, Recipe, plain
from formcheck.learn.rocket import is_rocket, rocket_answers
from formcheck.learn.scores import scored
from formcheck.learn.train import logits_of, train
from formcheck.replicas import MANIFEST

ANSWERS = "answers.npz"
AT_LEAST = 3  # people: one to train on, one to steer by, one to test on


@dataclass(frozen=True, eq=False)
class Answers:
    """What a network `said` (N,) of windows, beside the `truth` (N,), whose they are and from which clip.

    `clip_accuracy` is by majority vote over the windows of a clip.
    """

    truth: NDArray[np.intp]
    said: NDArray[np.intp]
    people: NDArray[np.str_]
    clips: NDArray[np.str_]
    clip_accuracy: float


@dataclass(frozen=True, eq=False)
class Measured:
    """One network in one protocol. `strangers` are people it never met, None where only a dataset was given."""

    model: Model
    protocol: EvaluationProtocol
    test: Answers
    strangers: Answers | None
    folder: Path


@dataclass(frozen=True, eq=False)
class Dealt:
    """How a protocol dealt the examples, counted: windows and people by part.

    `known_people` of those tested were trained on as well, and `known_windows` of the tested windows are of a clip of
    which others were trained on.
    """

    protocol: EvaluationProtocol
    leaky: bool
    windows: tuple[int, int, int]
    people: tuple[int, int, int]
    known_people: int
    known_windows: int

    @property
    def title(self) -> str:
        """The protocol's name, which says so when it is leaky."""
        return titled(self.protocol, self.leaky)


@dataclass(frozen=True, eq=False)
class Reproduction:
    """A recipe that has been run. `notes` are about the dataset; `people` counts those of the dataset or the studio."""

    recipe: Recipe
    data: Path | None
    synthetic: bool
    people: int
    strangers: int
    epochs: int
    seed: int
    dealt: tuple[Dealt, ...]
    measured: tuple[Measured, ...]
    notes: tuple[str, ...]


def titled(protocol: EvaluationProtocol, leaky: bool) -> str:
    """A protocol's name as every table shows it."""
    return f"{LEAKY if leaky else ''}{protocol.name}"


def reproduce(
    recipe: Recipe,
    out: Path,
    data: Path | None = None,
    people: int | None = None,
    epochs: int | None = None,
    seed: int = 0,
    networks: Sequence[str] = (),
    protocols: Sequence[str] = (),
    progress: Progress | None = None,
) -> Reproduction:
    """Run a recipe on a copy of its dataset, or on synthetic people where none is given.

    Everything is kept in `out`: windows or landmarks, and a folder for every network in every protocol, from which an
    interrupted run goes on. Raises ValueError for fewer than three people, DatasetError for a folder that is not the
    dataset, and what `train` raises.
    """
    models, chosen = recipe.pick(networks), recipe.pick_protocols(protocols)
    if data is not None and people is not None:
        raise ValueError("expected either a dataset or a number of synthetic people, got both: leave --people out")
    count = recipe.people if people is None else people
    if count < AT_LEAST:
        raise ValueError(f"expected at least {AT_LEAST} people, one in each part of the split, got {count}")
    strangers, notes = None, ()
    if data is None:
        first = 1_000_000 * (seed + 1)
        examples = recipe.act(range(first, first + count), out / "windows", progress)
        further = range(first + 500_000, first + 500_000 + min(recipe.strangers, 3 * count))
        strangers = recipe.act(further, out / "windows", progress)
    else:
        examples, notes = recipe.read(data, out / "landmarks", progress)
        _enough(examples, data)
    dealt, measured = list[Dealt](), list[Measured]()
    for protocol in chosen:
        split = deal(protocol, examples, seed)
        dealt.append(_counted(protocol, split))
        for at, model in enumerate(models):
            tell = _step(progress, split.protocol, at, len(models))
            plan = replace(
                recipe.plan(),
                network=model.network,
                sizes=dict(model.sizes),
                epochs=recipe.epochs if epochs is None else epochs,
                undersample=protocol.undersample,
                seed=seed,
            )
            measured.append(_measured(model, protocol, split, strangers, plan, out / "runs", tell))
    return Reproduction(
        recipe,
        data,
        synthetic=data is None or (data / MANIFEST).exists(),
        people=len(np.unique(examples.people)),
        strangers=0 if strangers is None else len(np.unique(strangers.people)),
        epochs=recipe.epochs if epochs is None else epochs,
        seed=seed,
        dealt=tuple(dealt),
        measured=tuple(measured),
        notes=notes,
    )


def deal(protocol: EvaluationProtocol, examples: Examples, seed: int) -> Split:
    """The split of a protocol, named as tables name it."""
    split = protocol.deal(examples, seed)
    return replace(split, protocol=titled(protocol, split.leaky))


def _enough(examples: Examples, data: Path) -> None:
    count = len(np.unique(examples.people))
    if count < AT_LEAST:
        raise ValueError(
            f"expected at least {AT_LEAST} people in {data}, one in each part of the split, got {count}: "
            "nobody can be tested on people who were trained on"
        )


def _counted(protocol: EvaluationProtocol, split: Split) -> Dealt:
    trained = undersampled(split.train) if protocol.undersample else split.train
    parts = (trained, split.validation, split.test)
    known = np.isin(split.test.clips, split.train.clips)
    people = [np.unique(part.people) for part in parts]
    return Dealt(
        protocol,
        split.leaky,
        (len(trained), len(split.validation), len(split.test)),
        (len(people[0]), len(people[1]), len(people[2])),
        int(np.isin(people[2], people[0]).sum()),
        int(known.sum()),
    )


def _step(progress: Progress | None, name: str, at: int, count: int) -> Progress | None:
    if progress is None:
        return None
    return lambda step, share: progress(f"Training, {name}", (at + share) / count)


def _measured(
    model: Model,
    protocol: EvaluationProtocol,
    split: Split,
    strangers: Examples | None,
    plan: Any,
    out: Path,
    progress: Progress | None,
) -> Measured:
    """What a network of one protocol answers: read where it was trained before, else trained."""
    shown = {"test": split.test} | ({} if strangers is None else {"strangers": strangers})
    key = hashlib.sha256(repr((plan.told(), split.protocol, split.train.names)).encode())
    for part in (split.train, split.validation, *shown.values()):
        key.update(part.values.tobytes() + part.labels.tobytes())
    folder = out / plain(split.protocol) / f"{plain(model.title)}-{key.hexdigest()[:8]}"

    def make() -> dict[str, NDArray[np.float32]]:
        if is_rocket(plan.network):
            folder.mkdir(parents=True, exist_ok=True)
            return rocket_answers(undersampled(split.train, plan.seed) if plan.undersample else split.train, shown)
        return _trained(shown, lambda: train(split, plan, folder, progress).network)

    logits = _answered(folder / ANSWERS, tuple(shown), make)
    if progress is not None:
        progress("done", 1.0)
    answers = {name: _answers(logits[name], part) for name, part in shown.items()}
    return Measured(model, protocol, answers["test"], answers.get("strangers"), folder)


def _trained(shown: dict[str, Examples], network: Callable[[], Any]) -> dict[str, NDArray[np.float32]]:
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it misses torchvision, which nothing here needs
    learnt = network()
    return {name: logits_of(learnt, part) for name, part in shown.items()}


def _answered(
    path: Path, names: tuple[str, ...], make: Callable[[], dict[str, NDArray[np.float32]]]
) -> dict[str, NDArray[np.float32]]:
    try:
        with np.load(path) as stored:
            return {name: stored[name] for name in names}
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        pass  # not there, or half written: trained, or gone on with
    made = make()
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, allow_pickle=False, **made)  # pyright: ignore[reportArgumentType]
    os.replace(part, path)
    return made


def _answers(logits: NDArray[np.float32], examples: Examples) -> Answers:
    scores = scored(logits, examples)
    said = np.asarray(logits.argmax(axis=1), dtype=np.intp)
    return Answers(examples.labels, said, examples.people, examples.clips, scores.clip_accuracy)
