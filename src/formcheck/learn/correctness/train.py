"""Training a correctness model: Adam, a plateau schedule and an early stop after 15 epochs, as in EJUST-GYM-3."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.exercises import Exercise
from formcheck.learn.correctness.network import STREAMS, Correctness
from formcheck.learn.correctness.studio import Graded, graded, weights
from formcheck.learn.correctness.worth import errors_of, scored, spearman, there
from formcheck.learn.export import onnx_bytes
from formcheck.learn.verdicts_studio import judged_criteria
from formcheck.predictor.correctness import OUTPUTS, CorrectnessCard, CorrectnessModel, write_correctness_card
from formcheck.predictor.streams import SHAPES, mirrored_landmarks, mirrored_readings

FIRST = 8_000_000  # the seeds of those who are trained on; those who steer, and those who test, follow after
STEERING, TESTING = 100_000, 200_000
SHOWN = 0.6  # the chance of a stream to be in a mixture
DROPPED, NOISE_M = 0.05, 0.01  # of the frames are dropped or exchanged with the next (EJUST-GYM-3), and noise is added
TURNED = 0.03  # of a sensor's readings are added to other axes: straps turn

PROOF = 6

Progress = Callable[[str, float], None]
Told = tuple[Tensor, Tensor]
"""What a stream says, and what that is worth."""
Facts = Mapping[int, np.ndarray]
"""Numbers about people, by their seeds; NaN for what they did not say."""


@dataclass(frozen=True)
class Plan:
    """How a correctness model is trained: on how many people, steered by how many, and how long at most.

    The rate is halved after `plateau` epochs without a better error of those who steer. EJUST-GYM-3 has batches of 32.
    """

    people: int = 300
    steering: int = 50
    testing: int = 60
    epochs: int = 70
    batch: int = 64
    rate: float = 3e-3
    weight_decay: float = 1e-4
    plateau: int = 4
    patience: int = 15
    thermal: bool = True
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Trained:
    """A network in evaluation mode, and its curves: steering error of the score by epoch."""

    network: Correctness
    curve: tuple[float, ...] = field(default=())


def train(exercise: Exercise, plan: Plan, cache: Path, out: Path, progress: Progress | None = None) -> Trained:
    """Train on synthetic people; `cache` keeps their repetitions, and an interrupted run goes on from `out`.

    Raises ValueError for an exercise without faults that can be performed, and where `out` holds another training.
    """
    first = FIRST + 1_000_000 * (plan.seed - 1)
    learnt = graded(exercise, range(first, first + plan.people), cache, plan.thermal, progress)
    asked = first + STEERING
    steering = graded(exercise, range(asked, asked + plan.steering), cache, plan.thermal, progress)
    return fit(learnt, steering, weights(exercise).tolist(), plan, out, progress)


def fit(
    learnt: Graded,
    steering: Graded,
    weighed: list[float],
    plan: Plan,
    out: Path,
    progress: Progress | None = None,
    facts: Facts | None = None,
) -> Trained:
    """Train on some repetitions, steered by those of others; `facts` about the people are told it as well."""
    torch.manual_seed(plan.seed)
    network = Correctness(weighed, facts=0 if facts is None else len(next(iter(facts.values()))))
    adam = torch.optim.Adam(network.parameters(), lr=plan.rate, weight_decay=plan.weight_decay)
    falling = torch.optim.lr_scheduler.ReduceLROnPlateau(adam, factor=0.5, patience=plan.plateau)
    state = State(out / "last.pt", repr((plan, weighed, len(learnt), len(steering))))
    told = state.read()
    begun, best, curve = 0, network.state_dict(), list[float]()
    if told is not None:
        network.load_state_dict(told["network"])
        adam.load_state_dict(told["adam"])
        falling.load_state_dict(told["falling"])
        begun, best, curve = told["epoch"], told["best"], told["curve"]
    for epoch in range(begun, plan.epochs):
        if finished(curve, plan.patience):
            break
        _epoch(network, adam, learnt, plan, np.random.default_rng([plan.seed, epoch, 193]), facts)
        now = steered(network, steering, facts)
        if not curve or now < min(curve):
            best = {name: value.clone() for name, value in network.state_dict().items()}
        curve.append(now)
        falling.step(now)
        state.write(
            {
                "network": network.state_dict(),
                "adam": adam.state_dict(),
                "falling": falling.state_dict(),
                "epoch": epoch + 1,
                "best": best,
                "curve": curve,
            }
        )
        if progress is not None:
            progress("Training (may stop early)", (epoch + 1) / plan.epochs)
    network.load_state_dict(best)
    return Trained(network.eval(), tuple(curve))


def finished(curve: Sequence[float], patience: int) -> bool:
    """Whether none of the last epochs was the best."""
    return len(curve) > patience and min(curve[-patience:]) > min(curve)


def _epoch(
    network: Correctness, adam: Any, learnt: Graded, plan: Plan, draw: np.random.Generator, facts: Facts | None
) -> None:
    network.train()
    torch.manual_seed(int(draw.integers(2**31)))
    order = draw.permutation(len(learnt))
    for at in range(0, len(order) - plan.batch + 1, plan.batch):
        chosen = learnt.of(np.sort(order[at : at + plan.batch]))
        streams, duration_s = varied(chosen, draw)
        given = {name: torch.from_numpy(values) for name, values in streams.items() if values.any()}
        adam.zero_grad()
        told = network.streams.told(given, _with(duration_s, chosen, facts))
        truth = torch.from_numpy(chosen.grades)
        losses = [loss(network, network.streams.joined(part), truth) for part in mixtures(told, draw)]
        torch.stack(losses).mean().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        adam.step()


def loss(network: Correctness, logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of the grades, which is least at what is to be expected, and a little of the score's own error."""
    score, _ = network.of(logits)
    true_score = 1.0 - (truth * network.weights).sum(dim=1, keepdim=True)
    return nn.functional.binary_cross_entropy_with_logits(logits, truth) + 0.2 * (score - true_score).abs().mean()


def varied(chosen: Graded, draw: np.random.Generator) -> tuple[dict[str, np.ndarray], Tensor]:
    """Streams (N, ...) a little otherwise, half of them in a mirror, and how long the repetitions took (N, 1)."""
    streams = {name: getattr(chosen, name).astype(np.float32) for name in STREAMS}
    count = len(chosen)
    turn = draw.random(count) < 0.5
    for name in ("front", "side"):
        values = streams[name]
        values[turn] = mirrored_landmarks(values[turn])
        there = values.any(axis=(1, 2), keepdims=True)
        at = np.arange(values.shape[1]) + (draw.random((count, values.shape[1])) < DROPPED)
        values = np.take_along_axis(values, np.minimum(at, values.shape[1] - 1)[:, :, None], axis=1)
        size = draw.normal(1.0, 0.03, (count, 1, 1))
        streams[name] = ((values * size + draw.normal(0.0, NOISE_M, values.shape)) * there).astype(np.float32)
    values = streams["imu"]
    values[turn] = mirrored_readings(values[turn])
    streams["imu"] = _turned(values, draw)
    streams["thermal"][turn] = streams["thermal"][turn][..., ::-1]
    return streams, torch.from_numpy(chosen.duration_s[:, None])


def _turned(values: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Readings of sensors that sit a little otherwise."""
    triads = values.reshape(len(values), values.shape[1], -1, 3)
    mixing = np.eye(3) + draw.normal(0.0, TURNED, (len(values), triads.shape[2], 3, 3))
    return np.einsum("ntsa,nsab->ntsb", triads, mixing).reshape(values.shape).astype(np.float32)


def _with(duration_s: Tensor, some: Graded, facts: Facts | None) -> Tensor:
    """Durations (N, 1), and beside them the facts about whose repetitions they are."""
    if facts is None:
        return duration_s
    known = np.stack([facts[int(person)] for person in some.people]).astype(np.float32)
    return torch.cat([duration_s, torch.from_numpy(known)], dim=1)


def mixtures(told: Mapping[str, Told], draw: np.random.Generator) -> Iterator[dict[str, Told]]:
    """Every stream alone, all of them, and each repetition by some of them: any mixture is met."""
    yield from ({name: each} for name, each in told.items())
    if len(told) > 1:
        yield dict(told)
        yield {
            name: (said, worth * torch.from_numpy((draw.random((len(worth), 1)) < SHOWN).astype(np.float32)))
            for name, (said, worth) in told.items()
        }


SUBSETS: tuple[tuple[str, ...], ...] = (
    ("front",),
    ("side",),
    ("imu",),
    ("thermal",),
    ("front", "side"),
    ("front", "imu"),
    ("front", "thermal"),
    ("imu", "thermal"),
    STREAMS,
)
"""The mixtures of streams that are steered by, and told of."""


def steered(network: Correctness, steering: Graded, facts: Facts | None = None) -> float:
    """The mean absolute error of the score over single streams and all together."""
    errors = [
        float(np.abs(said - 1.0 + steering.grades @ network.weights.numpy()[0]).mean())
        for said in (answers(network, steering, subset, facts)[0] for subset in SUBSETS if there(steering, subset))
    ]
    return math.fsum(errors) / len(errors)


def answers(
    network: Correctness, some: Graded, subset: tuple[str, ...], facts: Facts | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """(N,) scores and (N, C) grades of repetitions that these streams alone show."""
    network.eval()
    found: list[tuple[np.ndarray, np.ndarray]] = []
    with torch.no_grad():
        for at in range(0, len(some), 256):
            part = some.of(np.arange(at, min(at + 256, len(some))))
            given = {name: torch.from_numpy(getattr(part, name).astype(np.float32)) for name in subset}
            score, grades = network(given, _with(torch.from_numpy(part.duration_s[:, None]), part, facts))
            found.append((score.numpy()[:, 0], grades.numpy()))
    return np.concatenate([each[0] for each in found]), np.concatenate([each[1] for each in found])


class _Whole(nn.Module):
    """The network with its streams as arguments, as an exported one takes them."""

    def __init__(self, network: Correctness, streams: tuple[str, ...]) -> None:
        super().__init__()
        self.network, self.named = network, streams

    def forward(self, *given: Tensor) -> tuple[Tensor, Tensor]:
        return self.network(dict(zip(self.named, given[:-1], strict=True)), given[-1])


def tested_people(exercise: Exercise, plan: Plan, cache: Path, progress: Progress | None = None) -> Graded:
    """Repetitions of people who neither taught nor steered, from whom the card has its errors."""
    first = FIRST + 1_000_000 * (plan.seed - 1) + TESTING
    return graded(exercise, range(first, first + plan.testing), cache, plan.thermal, progress)


def write_model(trained: Trained, exercise: Exercise, plan: Plan, tested: Graded, folder: Path) -> CorrectnessModel:
    """Write card, ONNX and proof, and read them back.

    A network that has never met thermal repetitions does not take any. Raises ModelFolderError when what was written
    does not answer as the network does.
    """
    streams = tuple(name for name in STREAMS if there(tested, (name,)))
    example = {name: torch.zeros(2, *SHAPES[name]) for name in streams} | {"duration_s": torch.ones(2, 1)}
    folder.mkdir(parents=True, exist_ok=True)
    whole = _Whole(trained.network.eval(), streams)
    (folder / "model.onnx").write_bytes(onnx_bytes(whole, example, "repetitions", packed=True, outputs=OUTPUTS))
    proof = tested.of(np.arange(0, len(tested), max(1, len(tested) // PROOF))[:PROOF])
    given = {name: getattr(proof, name).astype(np.float32) for name in streams}
    score, grades = answers(trained.network, proof, streams)
    np.savez_compressed(
        folder / "parity.npz", allow_pickle=False, **given, duration_s=proof.duration_s, score=score, grades=grades
    )
    card = CorrectnessCard(
        exercise.name,
        judged_criteria(exercise),
        tuple(round(float(each), 6) for each in weights(exercise)),
        training={
            "data": f"{plan.people} synthetic people with graded faults, steered by {plan.steering} others",
            "epochs run": len(trained.curve),
            **asdict(plan),
        },
    )
    write_correctness_card(folder, card)
    done = scored(CorrectnessModel(folder), exercise, tested)
    metrics = {
        "parameters": sum(each.numel() for each in trained.network.parameters()),
        "tested": f"{len(tested)} repetitions by {len(set(done.people))} synthetic people who were not met",
        "Spearman": {"+".join(each): round(spearman(said, done.truth), 4) for each, said in done.said.items()},
    }
    write_correctness_card(folder, replace(card, errors=errors_of(done), metrics=metrics))
    return CorrectnessModel(folder)


@dataclass(frozen=True)
class State:
    """Where an interrupted training goes on."""

    path: Path
    plan: str

    def read(self) -> dict[str, Any] | None:
        if not self.path.exists():
            return None
        told: dict[str, Any] = torch.load(self.path, weights_only=True)
        if told["plan"] != self.plan:
            raise ValueError(
                f"expected a folder of the same training or a new one, got another plan in {self.path}; remove it"
            )
        return told

    def write(self, told: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(self.path.name + ".part")
        torch.save({**told, "plan": self.plan}, part)
        part.replace(self.path)
