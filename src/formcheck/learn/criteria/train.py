"""Training a network to judge criteria as ALEX-GYM-1 does; an interrupted run goes on from its last epoch."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from formcheck.learn.criteria.data import Repetitions, Singles, Split
from formcheck.learn.criteria.models import find_network
from formcheck.learn.criteria.r3d import quicken

Progress = Callable[[str, float], None]
Start = Callable[[nn.Module], None]

_STATE, _PLAN = "last.pt", "plan.json"


class Shown(Protocol):
    """Pictures, or activations of them, of all repetitions: (B, 2, ...) float32 at places (B,), and which there are."""

    @property
    def present(self) -> NDArray[np.bool_]: ...

    @property
    def key(self) -> str: ...

    def __getitem__(self, places: Any) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Plan:
    """How a network is trained: Adam at `rate`, halved after `plateau` epochs without a lower validation loss.

    Training stops after `patience` such epochs or after `epochs`. All but the latter are the paper's.
    """

    network: str = "pose"
    sizes: dict[str, Any] = field(default_factory=dict[str, Any])
    epochs: int = 40
    batch: int = 16
    rate: float = 1e-4
    weight_decay: float = 1e-5
    plateau: int = 5
    patience: int = 10
    clip: float = 1.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Fitted:
    """A trained `network`, in evaluation mode with the weights of its best epoch, and the losses of every epoch."""

    network: nn.Module
    training_loss: tuple[float, ...]
    validation_loss: tuple[float, ...]


def train(
    reps: Repetitions,
    split: Split,
    plan: Plan,
    out: Path,
    pictures: Shown | None = None,
    start: Start | None = None,
    progress: Progress | None = None,
) -> Fitted:
    """Train a network by binary cross-entropy of known labels, and keep its epoch of least validation loss.

    `pictures` of all repetitions, for a network that needs them; `start` gives a new network weights to begin with.
    What is needed to go on is in `out`. Uses a GPU where there is one. Raises ValueError where `out` holds another run,
    for an unknown network, for sizes that it does not have, and for pictures that it needs and does not get.
    """
    network = made(plan, len(reps.criteria))
    if "pictures" in network.needs and pictures is None:
        raise ValueError(f"expected pictures, which the network {plan.network} needs, got a dataset without any")
    _claim(out, _told(reps, split, plan, pictures))
    if start is not None:
        start(network)
    run = _Run(quicken(network.to(_device())), reps, plan, pictures if "pictures" in network.needs else None)
    run.restore(out / _STATE)
    while not run.done:
        run.epoch(split)
        run.store(out / _STATE)
        if progress is not None:
            progress("Training (may stop early)", len(run.losses) / plan.epochs)
    network.load_state_dict(run.best)
    training, validation = zip(*run.losses, strict=True)
    return Fitted(network.eval(), training, validation)


def made(plan: Plan, criteria: int) -> Any:
    """The network of a plan with fresh weights, the same for the same seed. Raises ValueError as `train` does."""
    torch.manual_seed(plan.seed)
    try:
        return find_network(plan.network)(criteria, **plan.sizes)
    except TypeError as error:
        raise ValueError(f"expected sizes that the network {plan.network} has, got {plan.sizes}: {error}") from error


def logits_of(
    network: nn.Module, reps: Repetitions, places: NDArray[np.intp], pictures: Shown | None = None, batch: int = 16
) -> Singles:
    """(P, C) of the repetitions at some places, in evaluation mode."""
    network.eval()
    with torch.no_grad():
        parts = [network(*inputs(network, reps, part, pictures)).cpu() for part in batches(places, batch)]
    return torch.cat(parts).numpy()


def inputs(
    network: Any, reps: Repetitions, places: NDArray[np.intp], pictures: Shown | None = None
) -> tuple[Tensor, Tensor | None, Tensor]:
    """What a network is called with for the repetitions at some places.

    A network that says `square` gets landmarks on one scale: y in widths of the picture as well.
    """
    device = next(network.parameters()).device
    landmarks = torch.from_numpy(reps.landmarks[places]).to(device)
    if getattr(network, "square", False):
        heights = torch.from_numpy(reps.heights[places]).to(device)
        landmarks = (
            landmarks * torch.stack([torch.ones_like(heights), heights, torch.ones_like(heights)], -1)[:, :, None, None]
        )
    there = torch.from_numpy(reps.present[places])
    if "pictures" not in network.needs or pictures is None:
        return landmarks, None, there.to(device)
    if "landmarks" not in network.needs:
        there = torch.from_numpy(pictures.present[places])
    elif not np.array_equal(reps.present, pictures.present):
        there = there & torch.from_numpy(pictures.present[places])
    return landmarks, torch.from_numpy(pictures[places]).to(device), there.to(device)


def batches(places: NDArray[np.intp], size: int) -> list[NDArray[np.intp]]:
    """Places in parts of a size, the last one shorter."""
    return [places[at : at + size] for at in range(0, len(places), size)]


def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
    """The mean binary cross-entropy of labels (B, C) that are known; NaN are those that nobody knows."""
    known = labels.isfinite()
    return binary_cross_entropy_with_logits(logits[known], labels[known])


class _Run:
    """A network in training: its optimizer, its best weights, and how many epochs ago they were found."""

    def __init__(self, network: Any, reps: Repetitions, plan: Plan, pictures: Shown | None) -> None:
        self.network, self.reps, self.plan, self.pictures = network, reps, plan, pictures
        weights = [each for each in network.parameters() if each.requires_grad]
        self.adam = torch.optim.Adam(weights, lr=plan.rate, weight_decay=plan.weight_decay)
        self.plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(self.adam, factor=0.5, patience=plan.plateau)
        self.losses: list[tuple[float, float]] = []
        self.best: dict[str, Tensor] = {}

    @property
    def done(self) -> bool:
        least = min((loss for _, loss in self.losses), default=np.inf)
        since = next((at for at, (_, loss) in enumerate(reversed(self.losses)) if loss == least), 0)
        return len(self.losses) >= self.plan.epochs or since >= self.plan.patience

    def epoch(self, split: Split) -> None:
        at = len(self.losses)
        torch.manual_seed(1_000_003 * self.plan.seed + at)  # dropout: a resumed run is the same run
        order = np.random.default_rng([self.plan.seed, at, 3]).permutation(split.train)
        self.network.train()
        found: list[float] = []
        for part in batches(order, self.plan.batch):
            if len(part) < 2 or not np.isfinite(self.reps.labels[part]).any():
                continue  # a batch of one cannot be normalised
            loss = loss_of(self.network(*inputs(self.network, self.reps, part, self.pictures)), self._labels(part))
            self.adam.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), self.plan.clip)
            self.adam.step()
            found.append(loss.item())
        said = torch.from_numpy(logits_of(self.network, self.reps, split.validation, self.pictures))
        lost = float(loss_of(said, torch.from_numpy(self.reps.labels[split.validation])))
        if not self.losses or lost < min(each for _, each in self.losses):
            self.best = {name: value.detach().cpu().clone() for name, value in self.network.state_dict().items()}
        self.plateau.step(lost)
        self.losses.append((float(np.mean(found)), lost))

    def _labels(self, part: NDArray[np.intp]) -> Tensor:
        return torch.from_numpy(self.reps.labels[part]).to(_device())

    def store(self, path: Path) -> None:
        state = {name: getattr(self, name).state_dict() for name in ("network", "adam", "plateau")}
        part = path.with_suffix(".part")
        torch.save(state | {"losses": self.losses, "best": self.best}, part)
        os.replace(part, path)

    def restore(self, path: Path) -> None:
        if not path.exists():
            return
        state = torch.load(path, map_location=_device(), weights_only=True)
        for name in ("network", "adam", "plateau"):
            getattr(self, name).load_state_dict(state[name])
        self.losses, self.best = [tuple(each) for each in state["losses"]], state["best"]


def _device() -> str:
    return "cuda" if torch.cuda.is_available() else "cpu"


def _told(reps: Repetitions, split: Split, plan: Plan, pictures: Shown | None) -> dict[str, Any]:
    """What a run is of, as plain data."""
    return {
        "exercise": reps.exercise,
        "criteria": list(reps.criteria),
        "protocol": split.protocol,
        "people": [_names(reps, part) for part in (split.train, split.validation, split.test)],
        "repetitions": [len(part) for part in (split.train, split.validation, split.test)],
        "pictures": None if pictures is None else pictures.key,
        **vars(plan),
    }


def _names(reps: Repetitions, places: NDArray[np.intp]) -> Sequence[str]:
    return np.unique(reps.people[places]).tolist()


def _claim(out: Path, told: dict[str, Any]) -> None:
    """Write down whose folder this is, or see that it is ours."""
    path, ours = out / _PLAN, json.dumps(told, indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") != ours:
        raise ValueError(f"expected a folder of the same training or a new one, got another plan in {path}; remove it")
    out.mkdir(parents=True, exist_ok=True)
    path.write_text(ours, encoding="utf-8")
