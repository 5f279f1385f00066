"""The network of a chain that names a repetition: one of its exercises, or none of them."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.learn.chain.graphs import Likely, whole_onnx
from formcheck.learn.chain.read_back import named_weights, read_back
from formcheck.learn.chain.studio import OTHER, Named, named
from formcheck.learn.correctness.network import STREAMS, Names
from formcheck.predictor.streams import mirrored_landmarks

FIRST = 11_000_000  # the seeds of those who are trained on; those who steer, and those who test, follow after
STEERING, TESTING = 100_000, 200_000
NOISE_M = 0.01
WEIGHTS = "names.pt"
CAMERAS = ("front", "side")
SHIPPED = Path(__file__).with_name("names")

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Plan:
    """How the network that names is trained: on how many people, steered by how many, and how long."""

    people: int = 150
    steering: int = 30
    epochs: int = 12
    batch: int = 64
    rate: float = 2e-3
    weight_decay: float = 1e-3
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Trained:
    """The network in evaluation mode, its labels, and the share of steering repetitions that it names right."""

    network: Names
    labels: tuple[str, ...]
    accuracy: float


def kept(exercises: Sequence[str], plan: Plan, cache: Path, out: Path, progress: Progress | None = None) -> Trained:
    """The network that was trained in `out` before, or one that is trained now and kept there.

    Raises ValueError where `out` holds one for other exercises or of another plan.
    """
    labels, path = (*exercises, OTHER), out / WEIGHTS
    if path.exists():
        told = torch.load(path, map_location="cpu", weights_only=True)
        if (tuple(told["labels"]), told["plan"]) != (labels, asdict(plan)):
            raise ValueError(f"expected {path} to be of {labels} and {plan}, got another; take another folder")
        network = Names(len(labels), width_of(told["weights"]))
        network.load_state_dict(told["weights"])
        return Trained(network.eval(), labels, told["accuracy"])
    trained = train(exercises, plan, cache, progress)
    out.mkdir(parents=True, exist_ok=True)
    told = {"weights": trained.network.state_dict(), "labels": labels, "accuracy": trained.accuracy}
    torch.save({**told, "plan": asdict(plan)}, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)
    return trained


def keep(trained: Trained, folder: Path) -> None:
    """Write a trained network as it ships: ONNX of what looks through cameras, and what it is."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(whole_onnx(Likely(trained.network)))
    told = {"labels": trained.labels, "accuracy": round(trained.accuracy, 4), "people": "synthetic"}
    (folder / "names.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def opened(folder: Path = SHIPPED) -> Trained:
    """A network that was kept; raises ValueError where there is none, or it is of another kind."""
    try:
        told = json.loads((folder / "names.json").read_text(encoding="utf-8"))
        labels, accuracy = tuple(told["labels"]), float(told["accuracy"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"expected a network that names repetitions in {folder}, got {error!r}") from error
    kept = named_weights(folder / "model.onnx")
    width = len(kept["network.streams.branches.front.stem.bias"])
    unseen = tuple(name for name in STREAMS if name not in CAMERAS)
    network = read_back(Likely(Names(len(labels), width)), folder / "model.onnx", unseen).network
    return Trained(network, labels, accuracy)


def width_of(weights: Mapping[str, Tensor]) -> int:
    """How wide the network is that has these weights; raises KeyError for those of another kind."""
    return len(weights["streams.branches.front.stem.bias"])


def train(exercises: Sequence[str], plan: Plan, cache: Path, progress: Progress | None = None) -> Trained:
    """Adam with one cycle of the rate; every exercise, and all that is none, weigh the same."""
    first = FIRST + 1_000_000 * (plan.seed - 1)
    learnt = named(exercises, range(first, first + plan.people), cache, progress)
    asked = first + STEERING
    steering = named(exercises, range(asked, asked + plan.steering), cache, progress)
    torch.manual_seed(plan.seed)
    network, draw = Names(len(exercises) + 1), np.random.default_rng([plan.seed, 199])
    counts = np.bincount(learnt.labels, minlength=len(exercises) + 1)
    weigh = torch.from_numpy((len(learnt) / len(counts) / np.maximum(counts, 1)).astype(np.float32))
    adam = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=plan.weight_decay)
    steps = len(learnt) // plan.batch
    cycle = torch.optim.lr_scheduler.OneCycleLR(adam, plan.rate, total_steps=plan.epochs * steps + 1)
    for epoch in range(plan.epochs):
        network.train()
        order = draw.permutation(len(learnt))[: steps * plan.batch].reshape(steps, plan.batch)
        for chosen in order:
            adam.zero_grad()
            logits = network(*_shown(learnt, chosen, draw))
            nn.functional.cross_entropy(logits, torch.from_numpy(learnt.labels[chosen]), weigh).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            adam.step()
            cycle.step()
        if progress is not None:
            progress("Training", (epoch + 1) / plan.epochs)
    said = likely(network, steering).argmax(axis=1)
    return Trained(network.eval(), (*exercises, OTHER), float((said == steering.labels).mean()))


def _shown(some: Named, chosen: np.ndarray, draw: np.random.Generator) -> tuple[dict[str, Tensor], Tensor]:
    """Repetitions a little otherwise, half of them in a mirror."""
    turn = draw.random(len(chosen)) < 0.5
    shown: dict[str, Tensor] = {}
    for name in CAMERAS:
        values = getattr(some, name)[chosen].astype(np.float32)
        values[turn] = mirrored_landmarks(values[turn])
        there = values.any(axis=(1, 2), keepdims=True)
        values = (values * draw.normal(1.0, 0.03, (len(values), 1, 1)) + draw.normal(0, NOISE_M, values.shape)) * there
        shown[name] = torch.from_numpy(values.astype(np.float32))
    return shown, torch.from_numpy(some.duration_s[chosen, None])


def likely(network: Names, some: Named) -> np.ndarray:
    """(N, L) probabilities of the labels."""
    network.eval()
    found: list[np.ndarray] = []
    with torch.no_grad():
        for at in range(0, len(some), 512):
            part = slice(at, at + 512)
            shown = {name: torch.from_numpy(getattr(some, name)[part].astype(np.float32)) for name in CAMERAS}
            found.append(network(shown, torch.from_numpy(some.duration_s[part, None])).softmax(dim=1).numpy())
    return np.concatenate(found)
