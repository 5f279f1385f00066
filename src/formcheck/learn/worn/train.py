"""Training the model that names exercises from worn sensors, and writing it down."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.learn.correctness.network import OUT, Readings
from formcheck.learn.correctness.train import State
from formcheck.learn.data import Examples
from formcheck.learn.export import onnx_bytes
from formcheck.learn.scores import temperature_of, unknown_below_of
from formcheck.learn.studio import labels
from formcheck.learn.worn.studio import Felt
from formcheck.learn.worn.worth import SUBSETS, named_sets, only
from formcheck.predictor.streams import PLACES, mirrored_readings
from formcheck.predictor.worn import SAMPLES, WornCard, WornModel, write_worn_card

LACKING = 0.3  # of the sensors are hidden in training, each by itself, and one at least is worn
ONE_WRIST = 0.2  # of the windows are those of a watch
TURNED = 0.05  # of a sensor's readings are added to other axes: straps turn
ROUND = 0.25  # of the sensors sit any way about the limb
PROOF = 8

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Plan:
    """How the network is trained: one cycle of the rate (Smith & Topin 2019) over so many epochs."""

    epochs: int = 12
    batch: int = 128
    rate: float = 2e-3
    weight_decay: float = 1e-4
    smoothing: float = 0.05
    width: int = 64
    seed: int = 1


class WornNames(nn.Module):
    """Logits (N, L) of windows (N, 200, 24) of sensors; what is not worn is 0."""

    def __init__(self, count: int, width: int = 64, dropout: float = 0.2) -> None:
        super().__init__()
        self.readings = Readings(width, dropout)
        self.head = nn.Linear(OUT, count)

    def forward(self, window: Tensor) -> Tensor:
        return self.head(self.readings(window))


def train(learnt: Felt, plan: Plan, out: Path, progress: Progress | None = None) -> WornNames:
    """Train on windows; an interrupted run goes on from `out`. ValueError where `out` holds another training."""
    torch.manual_seed(plan.seed)
    network = WornNames(len(labels()), plan.width)
    weights = _weights(learnt.labels)
    adam = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=plan.weight_decay)
    steps = len(learnt) // plan.batch
    cycle = torch.optim.lr_scheduler.OneCycleLR(adam, plan.rate, total_steps=plan.epochs * steps + 1)
    state = State(out / "last.pt", repr((plan, len(learnt))))
    told = state.read()
    if told is not None:
        network.load_state_dict(told["network"])
        adam.load_state_dict(told["adam"])
        cycle.load_state_dict(told["cycle"])
    for epoch in range(0 if told is None else told["epoch"], plan.epochs):
        _epoch(network, adam, cycle, learnt, weights, plan, np.random.default_rng([plan.seed, epoch, 223]))
        state.write(
            {
                "network": network.state_dict(),
                "adam": adam.state_dict(),
                "cycle": cycle.state_dict(),
                "epoch": epoch + 1,
            }
        )
        if progress is not None:
            progress("Training", (epoch + 1) / plan.epochs)
    return network.eval()


def _weights(given: np.ndarray) -> Tensor:
    """By label: one over the root of how often it is seen, since unknown is seen as often as all exercises."""
    counts = np.bincount(given, minlength=len(labels()))
    weights = 1.0 / np.sqrt(np.maximum(counts, 1))
    return torch.from_numpy((weights / weights.mean()).astype(np.float32))


def _epoch(
    network: WornNames, adam: Any, cycle: Any, learnt: Felt, weights: Tensor, plan: Plan, draw: np.random.Generator
) -> None:
    network.train()
    torch.manual_seed(int(draw.integers(2**31)))
    order = draw.permutation(len(learnt))
    for at in range(0, len(order) - plan.batch + 1, plan.batch):
        chosen = order[at : at + plan.batch]
        window = torch.from_numpy(varied(learnt.values[chosen].astype(np.float32), draw))
        aims = torch.from_numpy(learnt.labels[chosen].astype(np.int64))
        adam.zero_grad()
        nn.functional.cross_entropy(network(window), aims, weights, label_smoothing=plan.smoothing).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()
        cycle.step()


def varied(values: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Windows (N, 200, 24) half of them in a mirror, with sensors missing, or that sit otherwise on the limb."""
    count = len(values)
    turn = draw.random(count) < 0.5
    values[turn] = mirrored_readings(values[turn])
    triads = values.reshape(count, values.shape[1], len(PLACES), 2, 3)
    mixing = np.eye(3) + draw.normal(0.0, TURNED, (count, len(PLACES), 3, 3))
    angle = draw.uniform(-np.pi, np.pi, (count, len(PLACES))) * (draw.random((count, len(PLACES))) < ROUND)
    about = np.zeros((count, len(PLACES), 3, 3))
    about[..., 0, 0] = 1.0
    about[..., 1, 1] = about[..., 2, 2] = np.cos(angle)
    about[..., 1, 2], about[..., 2, 1] = np.sin(angle), -np.sin(angle)
    triads = np.einsum("ntpqa,npab->ntpqb", triads, (mixing @ about).astype(np.float32))
    worn = draw.random((count, len(PLACES))) >= LACKING
    watch = draw.random(count) < ONE_WRIST
    worn[watch] = np.eye(len(PLACES), dtype=bool)[draw.integers(0, 2, count)][watch]
    bare = ~worn.any(axis=1)
    worn[bare] = np.eye(len(PLACES), dtype=bool)[draw.integers(0, len(PLACES), count)][bare]
    return (triads * worn[:, None, :, None, None]).reshape(values.shape).astype(np.float32)


def logits_of(network: WornNames, values: np.ndarray) -> np.ndarray:
    """(N, L) of windows (N, 200, 24)."""
    network.eval()
    with torch.no_grad():
        parts = [
            network(torch.from_numpy(values[at : at + 512].astype(np.float32))) for at in range(0, len(values), 512)
        ]
    return torch.cat(parts).numpy()


def write_model(network: WornNames, card: WornCard, shown: np.ndarray, folder: Path) -> WornModel:
    """Write card, ONNX and proof, and read them back; ModelFolderError where they do not answer as the network does."""
    folder.mkdir(parents=True, exist_ok=True)
    example = {"window": torch.zeros(2, SAMPLES, shown.shape[2])}
    (folder / "model.onnx").write_bytes(onnx_bytes(network, example))
    kept = np.ascontiguousarray(shown[:: max(1, len(shown) // PROOF)][:PROOF], dtype=np.float32)
    with torch.no_grad():
        said = network(torch.from_numpy(kept)).numpy()
    np.savez_compressed(folder / "parity.npz", allow_pickle=False, input=kept, output=said)
    write_worn_card(folder, card)
    return WornModel(folder)


def described(network: WornNames, steering: Felt, strangers: Felt, plan: Plan, people: int) -> WornCard:
    """The card of a trained network: calibrated on those who steer, and its worth on people whom it never met."""
    raw, known = (
        logits_of(network, steering.values),
        cast(Examples, steering),
    )  # labels, names and clips are all it takes
    temperature = temperature_of(raw, known)
    unknown_below = unknown_below_of(raw / temperature, known)
    worth = {
        title: {
            name: round(value, 4)
            for name, value in named_sets(logits / temperature, strangers, unknown_below).told().items()
        }
        for title, places in SUBSETS.items()
        for logits in (logits_of(network, only(strangers, places)),)
    }
    parameters = sum(each.numel() for each in network.parameters())
    return WornCard(
        labels(),
        temperature,
        unknown_below,
        metrics={
            "parameters": parameters,
            f"{len(np.unique(strangers.people))} synthetic people who were not met": worth,
        },
        training={
            "data": f"{people} synthetic people with sensors, {len(steering)} windows of others to calibrate by",
            **asdict(plan),
        },
    )
