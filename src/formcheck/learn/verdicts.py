"""Training a criteria model: on quick synthetic people, and what it is worth on filmed ones.

Adam with decoupled weight decay and one cycle of the rate (Loshchilov & Hutter 2019; Smith & Topin 2019); binary
cross-entropy of the labels that are known.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.exercises import Exercise
from formcheck.learn.export import onnx_bytes
from formcheck.learn.models import Shape
from formcheck.learn.verdicts_network import Verdicts, read, there
from formcheck.learn.verdicts_studio import Repetitions, judged_criteria, kept_repetitions
from formcheck.learn.verdicts_worth import VIEWS, Said, decided, share_right
from formcheck.predictor.criteria import CHANNELS, FRAMES, LAYOUT, CriteriaCard, CriteriaModel, write_card
from formcheck.predictor.folder import ModelFolderError, litert_answers
from formcheck.predictor.layout import IMAGE, WORLD

FIRST = 6_000_000  # the seeds of those who are trained on; those who steer follow after
STEERING = 100_000
HIDDEN_VIEW = 0.25  # of the repetitions before two cameras are shown as if there were one
LARGER, LESS_EXACT = 0.03, 0.01  # of the trunk, in training, beside the estimator's own errors
PROOF = 8
COMPARED = 256  # repetitions, about
SCALED = 1000  # repetitions that say how large what is read is
QUICK = "balanced accuracy, quick people who were not trained on"
WEIGHTS = "network.pt"

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Plan:
    """How a criteria model is trained: on how many people, steered by how many, and how long."""

    people: int = 300
    steering: int = 200
    epochs: int = 10
    batch: int = 128
    copies: int = 1  # of each repetition, varied
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
    network, draw = Verdicts(len(criteria)), np.random.default_rng([plan.seed, 179])
    copies = [_scaled(network, varied(learnt.values.astype(np.float32), draw)) for _ in range(plan.copies)]
    labels = torch.from_numpy(learnt.labels)
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.rate, weight_decay=plan.weight_decay)
    steps = plan.epochs * (len(learnt) // plan.batch)
    cycle = torch.optim.lr_scheduler.OneCycleLR(optimiser, plan.rate, total_steps=steps + 1)
    for epoch in range(plan.epochs):
        network.train()
        front, side, *seen = copies[epoch % plan.copies]
        order = torch.from_numpy(draw.permutation(len(learnt)))
        for chosen in order[: len(order) // plan.batch * plan.batch].split(plan.batch):
            front_there, side_there = one_view_hidden([each[chosen] for each in seen], draw)
            optimiser.zero_grad()
            logits = network.judged(front[chosen], front_there, side[chosen], side_there)
            loss(logits, labels[chosen], plan.smoothing).backward()
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


def varied(values: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    """Repetitions (N, 24, 266) cut a little earlier or later, of people a little larger or smaller, and less exact."""
    known = values != 0
    count = len(values)
    at = np.clip(np.arange(FRAMES) + draw.integers(-1, 2, (count, 1)), 0, FRAMES - 1)
    values, known = (np.take_along_axis(each, at[:, :, None], axis=1) for each in (values, known))
    size = np.ones((count, 1, CHANNELS), dtype=np.float32)
    size[:, :, _PLACES] = draw.normal(1.0, LARGER, (count, 1, 1))
    noise = np.zeros_like(values)
    noise[:, :, _PLACES] = draw.normal(0.0, LESS_EXACT, (count, FRAMES, len(_PLACES)))
    return np.where(known, values * size + noise, 0.0).astype(np.float32)


_PLACES = np.concatenate([LAYOUT.where(*IMAGE, *WORLD) + half for half in (0, CHANNELS // 2)])


def _scaled(network: Verdicts, values: np.ndarray) -> list[Tensor]:
    """What is read and scaled in front and side views (N, 12, READ), and which of them are there (N, 1).

    The first who are read say what the scale is. All of it is kept, since to read again for every epoch takes longer
    than to train.
    """
    parts: list[Tensor] = []
    seen: list[Tensor] = []
    for view, half in zip((network.front, network.side), np.split(values, 2, axis=2), strict=True):
        shown = torch.from_numpy(np.ascontiguousarray(half))
        seen.append(there(shown))
        if not view.spread.ne(1.0).any():
            view.scaled_to(read(shown[seen[-1][:, 0] > 0][:SCALED]))
        batches = shown.split(512)
        parts.append(torch.cat([view.scaled(read(each)) for each in batches]))
    return [*parts, *seen]


def one_view_hidden(seen: list[Tensor], draw: np.random.Generator) -> list[Tensor]:
    """Which views are there, (N, 1) each, where some who are seen by two cameras are shown as seen by one only."""
    front, side = seen
    both = (front * side > 0).numpy()[:, 0]
    hidden, first = both & (draw.random(len(both)) < HIDDEN_VIEW), draw.random(len(both)) < 0.5
    keep = [torch.from_numpy(~(hidden & chosen)[:, None]) for chosen in (first, ~first)]
    return [front * keep[0], side * keep[1]]


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
    (folder / "model.onnx").write_bytes(
        onnx_bytes(trained.network, {"repetition": torch.zeros(2, FRAMES, CHANNELS)}, "repetitions")
    )
    np.savez_compressed(
        folder / "parity.npz", allow_pickle=False, input=trained.shown, output=predicted(trained.network, trained.shown)
    )
    weights = sum(each.numel() for each in trained.network.parameters())
    card = CriteriaCard(
        exercise=exercise.name,
        criteria=trained.criteria,
        metrics={QUICK: trained.steered},
        training={
            "data": f"{plan.people} synthetic people, landmarks with the estimator's measured errors",
            "weights": weights,
            **asdict(plan),
        },
    )
    write_card(folder, card)
    return CriteriaModel(folder)


def kept_network(exercise: Exercise, plan: Plan, out: Path, cache: Path, progress: Progress | None = None) -> Trained:
    """The network trained in `out` before, or one that is trained now and kept there.

    Raises ValueError where `out` holds one that was trained by another plan or for other criteria.
    """
    path = out / WEIGHTS
    if not path.exists():
        trained = train(exercise, plan, cache, progress)
        out.mkdir(parents=True, exist_ok=True)
        kept = {"weights": trained.network.state_dict(), "criteria": trained.criteria, "steered": trained.steered}
        torch.save({**kept, "shown": torch.from_numpy(trained.shown), "plan": asdict(plan)}, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)
        return trained
    kept = torch.load(path, map_location="cpu", weights_only=True)
    if kept["plan"] != asdict(plan) or tuple(kept["criteria"]) != judged_criteria(exercise):
        raise ValueError(f"expected {path} to be of the same plan {asdict(plan)}, got {kept['plan']}: another --out")
    network = Verdicts(len(kept["criteria"]))
    network.load_state_dict(kept["weights"])
    return Trained(network.eval(), tuple(kept["criteria"]), kept["steered"], kept["shown"].numpy())


def validated(model: CriteriaModel, exercise: Exercise, said: Sequence[Said]) -> CriteriaModel:
    """The model with a card that says who is trusted, from what was said of people whom it never met."""
    people = len({each.person for each in said})
    card = decided(model.card, said)
    told = {
        "people": people,
        "repetitions": len({(each.person, each.rep) for each in said}),
        "balanced accuracy to be expected": {
            views: {
                name: {
                    who: round(right, 4)
                    for who in ("rule", "model", "both")
                    if np.isfinite(right := share_right(card, said, views, name, who))
                }
                for name in card.criteria
            }
            for views in VIEWS
        },
    }
    write_card(model.folder, replace(card, metrics={**card.metrics, "validation, filmed synthetic people": told}))
    return CriteriaModel(model.folder)


def write_litert(trained: Trained, folder: Path, shown: np.ndarray) -> None:
    """Add int8 LiteRT to a model folder, with a proof of its own.

    `shown` (N, 24, 266) are repetitions to compare on. Raises ValueError where the converter is not installed, and
    ModelFolderError, writing nothing, where int8 gives less than 0.97 of the verdicts that the network gives.
    """
    from formcheck.learn.litert import SAME_LABEL, litert_bytes

    made = litert_bytes(trained.network, Shape(CHANNELS, FRAMES, max(2, len(trained.criteria))))
    said, heard = predicted(trained.network, shown), litert_answers(made)(shown.astype(np.float32))
    same = float(((said > 0) == (heard > 0)).mean())
    if same < SAME_LABEL:
        raise ModelFolderError(f"expected int8 LiteRT to give the network's verdicts, it gives {same:.1%} of them")
    model = CriteriaModel(folder)
    proof = predicted(trained.network, trained.shown), litert_answers(made)(trained.shown)
    (folder / "model.tflite").write_bytes(made)
    np.savez_compressed(
        folder / "parity.npz", allow_pickle=False, input=trained.shown, output=proof[0], output_litert=proof[1]
    )
    told = {"litert_weights": "int8", "litert_same_verdict": round(same, 4)}
    write_card(folder, replace(model.card, metrics={**model.card.metrics, **told}))


def with_litert(trained: Trained, exercise: Exercise, plan: Plan, folder: Path, cache: Path) -> bool:
    """Whether LiteRT was added: only where its converter is installed; compared on those who steered."""
    if find_spec("litert_torch") is None:
        return False
    asked = FIRST + 1_000_000 * (plan.seed - 1) + STEERING
    steering = kept_repetitions(exercise, range(asked, asked + plan.steering), cache)
    write_litert(trained, folder, steering.values[:: max(1, len(steering) // COMPARED)])
    return True


def trust_rows(card: CriteriaCard) -> list[tuple[str, ...]]:
    """Rows of (criterion, balanced accuracy on quick people, who is trusted, from where heard, from where alone)."""
    steered: dict[str, float] = card.metrics[QUICK]
    rows = [("criterion", "balanced accuracy, quick people", "trusted", "heard from", "judges alone from")]
    for name in card.criteria:
        heard, alone = (
            ", ".join(views for views in VIEWS if name in chosen.get(views, ())) or "–"
            for chosen in (card.heard, card.alone)
        )
        rows.append((name, f"{100 * steered[name]:.1f} %", card.trusted.get(name, "rule"), heard, alone))
    return rows
