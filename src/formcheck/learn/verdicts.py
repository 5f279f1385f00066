"""Training a criteria model: on quick synthetic people, and what it is worth on filmed ones.

Adam with decoupled weight decay and one cycle of the rate (Loshchilov & Hutter 2019; Smith & Topin 2019); binary
cross-entropy of the labels that are known.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.exercises import Exercise
from formcheck.learn.verdicts_network import Verdicts
from formcheck.learn.verdicts_studio import Repetitions, judged_criteria, kept_repetitions
from formcheck.predictor.criteria import CHANNELS, FRAMES, CriteriaCard, CriteriaModel, write_card

FIRST = 6_000_000  # the seeds of those who are trained on; those who steer follow after
STEERING = 100_000
HIDDEN_VIEW = 0.25  # of the repetitions before two cameras are shown as if there were one
PROOF = 8

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Plan:
    """How a criteria model is trained: on how many people, steered by how many, and how long."""

    people: int = 2000
    steering: int = 200
    epochs: int = 12
    batch: int = 128
    rate: float = 4e-3
    weight_decay: float = 1e-3
    smoothing: float = 0.02
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Trained:
    """A network, the criteria of its logits, and how well it does on those who steered, per criterion."""

    network: nn.Module
    criteria: tuple[str, ...]
    steered: dict[str, float]
    shown: np.ndarray


def train(exercise: Exercise, plan: Plan, cache: Path, progress: Progress | None = None) -> Trained:
    """Train on quick people; `cache` keeps their repetitions. ValueError for an exercise without faults."""
    criteria = judged_criteria(exercise)
    first = FIRST + 1_000_000 * (plan.seed - 1)
    learnt = kept_repetitions(exercise, range(first, first + plan.people), cache, progress)
    asked = first + STEERING
    steering = kept_repetitions(exercise, range(asked, asked + plan.steering), cache, progress)
    torch.manual_seed(plan.seed)
    network = Verdicts(len(criteria))
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=plan.weight_decay)
    steps = plan.epochs * -(-len(learnt) // plan.batch)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, plan.rate, total_steps=steps)
    draw = np.random.default_rng([plan.seed, 179])
    for epoch in range(plan.epochs):
        network.train()
        order = draw.permutation(len(learnt))
        for at in range(0, len(order), plan.batch):
            chosen = order[at : at + plan.batch]
            shown = torch.from_numpy(one_view_hidden(learnt.values[chosen].astype(np.float32), draw))
            if len(chosen) > 1:
                optimiser.zero_grad()
                loss(network(shown), torch.from_numpy(learnt.labels[chosen]), plan.smoothing).backward()
                optimiser.step()
            cycle.step()
        if progress is not None:
            progress("Training", (epoch + 1) / plan.epochs)
    return Trained(network.eval(), criteria, _steered(network, criteria, steering), _proof(steering))


def loss(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Mean binary cross-entropy over the labels that are known (not NaN)."""
    known = torch.isfinite(labels)
    aims = torch.where(known, labels, 0.5) * (1.0 - smoothing) + 0.5 * smoothing
    each = nn.functional.binary_cross_entropy_with_logits(logits, aims, reduction="none")
    return (each * known).sum() / known.sum().clamp(min=1)


def one_view_hidden(values: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """The same (N, 24, 266), changed in place, where some who are seen by two cameras are seen by one only."""
    half = CHANNELS // 2
    both = (values[:, :, :half] != 0).any(axis=(1, 2)) & (values[:, :, half:] != 0).any(axis=(1, 2))
    hidden = both & (draw.random(len(values)) < HIDDEN_VIEW)
    front = draw.random(len(values)) < 0.5
    values[hidden & front, :, :half] = 0.0
    values[hidden & ~front, :, half:] = 0.0
    return values


def _steered(network: nn.Module, criteria: tuple[str, ...], steering: Repetitions) -> dict[str, float]:
    """Balanced accuracy per criterion on quick people who were not trained on."""
    said = predicted(network, steering.values) > 0
    found: dict[str, float] = {}
    for at, name in enumerate(criteria):
        labels = steering.labels[:, at]
        right = [float((said[labels == kind, at] == bool(kind)).mean()) for kind in (0, 1) if (labels == kind).any()]
        found[name] = round(float(np.mean(right)), 4)
    return found


def predicted(network: nn.Module, values: np.ndarray, batch: int = 512) -> np.ndarray:
    """Logits (N, C) of repetitions (N, 24, 266)."""
    network.eval()
    with torch.no_grad():
        parts = [
            network(torch.from_numpy(values[at : at + batch].astype(np.float32))).numpy()
            for at in range(0, len(values), batch)
        ]
    return np.concatenate(parts)


def _proof(steering: Repetitions) -> np.ndarray:
    """A few repetitions, seen from different views."""
    return steering.values[:: max(1, len(steering) // PROOF)][:PROOF].astype(np.float32)


def write_model(trained: Trained, exercise: Exercise, plan: Plan, folder: Path) -> CriteriaModel:
    """Write card, ONNX and proof, and read them back; nothing is trusted yet.

    Raises ModelFolderError when what was written does not answer as the network does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(_onnx(trained.network))
    np.savez_compressed(
        folder / "parity.npz", allow_pickle=False, input=trained.shown, output=predicted(trained.network, trained.shown)
    )
    weights = sum(each.numel() for each in trained.network.parameters())
    card = CriteriaCard(
        exercise=exercise.name,
        criteria=trained.criteria,
        metrics={"balanced accuracy, quick people who were not trained on": trained.steered},
        training={
            "data": f"{plan.people} synthetic people, landmarks with the estimator's measured errors",
            "weights": weights,
            **asdict(plan),
        },
    )
    write_card(folder, card)
    return CriteriaModel(folder)


def _onnx(network: nn.Module) -> bytes:
    """A network as ONNX for any number of repetitions."""
    from onnxscript import ir

    network.eval()
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns of torchvision, which nobody needs here
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about its internals
        program = torch.onnx.export(
            network,
            (torch.zeros(2, FRAMES, CHANNELS),),
            input_names=["repetition"],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("repetitions", min=1)},),
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    for node in program.model.graph.all_nodes():
        node.metadata_props.clear()  # where in somebody's files each step was written
    return ir.serde.serialize_model(program.model).SerializeToString()
