"""A correctness model with its smallest weights taken away, or made narrower, and taught again: what that costs.

Magnitude pruning over all layers together, with fine-tuning (Han et al., "Learning both Weights and Connections for
Efficient Neural Networks", NeurIPS 2015). Only what looks through cameras is kept, as on a device.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import copy
import gzip
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.exercises import Exercise
from formcheck.learn.chain.names import CAMERAS
from formcheck.learn.correctness.network import Correctness
from formcheck.learn.correctness.studio import Graded, correct, graded, weights
from formcheck.learn.correctness.train import FIRST, STEERING, TESTING, Plan, answers, loss, mixtures, varied

SHARES = (0.3, 0.5, 0.7, 0.9)
WIDTHS = (24, 16)
TUNED = 6  # epochs of fine-tuning
RATE = 5e-4
SUBSETS = (("front",), ("side",), ("front", "side"))

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Tried:
    """A network that was made smaller, in words; how many weights differ from 0, and its size when it is zipped.

    `errors` (N,) are of the score, by mixture of cameras, of repetitions of `people` (N,) whom it has not met.
    """

    what: str
    weights: int
    zipped: int
    errors: dict[tuple[str, ...], np.ndarray]
    people: np.ndarray


def try_pruning(
    network: Correctness, exercise: Exercise, cache: Path, plan: Plan | None = None, progress: Progress | None = None
) -> list[Tried]:
    """The network as it is, without shares of its weights before and after fine-tuning, and narrower ones."""
    torch.set_num_threads(1)
    plan = plan or Plan()
    first = FIRST + 1_000_000 * (plan.seed - 1)
    learnt, steering, tested = (
        graded(exercise, range(at, at + count), cache, plan.thermal, progress)
        for at, count in ((first, plan.people), (first + STEERING, plan.steering), (first + TESTING, plan.testing))
    )
    found = [_told("as trained", network, exercise, tested)]
    steps = [*SHARES, *WIDTHS]
    for at, step in enumerate(steps):
        if step < 1:
            cut = copy.deepcopy(network)
            masks = smallest(cut, step)
            masked(cut, masks)
            found.append(_told(f"{step:.0%} pruned", cut, exercise, tested))
            tuned = taught(cut, learnt, steering, plan, TUNED, RATE, masks)
            found.append(_told(f"{step:.0%} pruned, fine-tuned", tuned, exercise, tested))
        else:
            torch.manual_seed(plan.seed)
            narrow = Correctness(weights(exercise).tolist(), int(step))
            narrow = taught(narrow, learnt, steering, plan, plan.epochs, plan.rate, {})
            found.append(_told(f"width {step}, from anew", narrow, exercise, tested))
        if progress is not None:
            progress("Pruning", (at + 1) / len(steps))
    return found


def seen_by_cameras(network: Correctness) -> dict[str, nn.Parameter]:
    """The weights that a device needs, by name."""
    return {
        name: value
        for name, value in network.named_parameters()
        if any(f".{camera}." in name for camera in CAMERAS) or name.endswith("usual")
    }


def smallest(network: Correctness, share: float) -> dict[str, Tensor]:
    """Masks, by name, that are 0 for the given share of all weights of matrices: those nearest to 0."""
    matrices = {name: value.detach() for name, value in seen_by_cameras(network).items() if value.ndim > 1}
    sizes = torch.cat([value.abs().flatten() for value in matrices.values()])
    limit = sizes.kthvalue(max(1, round(share * len(sizes)))).values
    return {name: (value.abs() > limit).to(value.dtype) for name, value in matrices.items()}


def masked(network: Correctness, masks: dict[str, Tensor]) -> None:
    """Set the weights to 0 that masks hide."""
    named = dict(network.named_parameters())
    with torch.no_grad():
        for name, mask in masks.items():
            named[name].mul_(mask)


def taught(
    network: Correctness,
    learnt: Graded,
    steering: Graded,
    plan: Plan,
    epochs: int,
    rate: float,
    masks: dict[str, Tensor],
) -> Correctness:
    """The network after some epochs on what cameras show, of which the one counts that steers best; masks stay."""
    adam = torch.optim.Adam(seen_by_cameras(network).values(), lr=rate, weight_decay=plan.weight_decay)
    steps = len(learnt) // plan.batch
    cycle = torch.optim.lr_scheduler.CosineAnnealingLR(adam, epochs * steps)
    best: tuple[float, dict[str, Tensor]] = (np.inf, network.state_dict())
    draw = np.random.default_rng([plan.seed, 223])
    for _ in range(epochs):
        network.train()
        for chosen in draw.permutation(len(learnt))[: steps * plan.batch].reshape(steps, plan.batch):
            some = learnt.of(np.sort(chosen))
            streams, duration_s = varied(some, draw)
            adam.zero_grad()
            told = network.streams.told({name: torch.from_numpy(streams[name]) for name in CAMERAS}, duration_s)
            truth = torch.from_numpy(some.grades)
            parts = [loss(network, network.streams.joined(part), truth) for part in mixtures(told, draw)]
            torch.stack(parts).mean().backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            adam.step()
            masked(network, masks)
            cycle.step()
        now = float(np.mean([error.mean() for error in _errors(network, steering).values()]))
        if now < best[0]:
            best = now, {name: value.clone() for name, value in network.state_dict().items()}
    network.load_state_dict(best[1])
    return network.eval()


def _errors(network: Correctness, some: Graded) -> dict[tuple[str, ...], np.ndarray]:
    truth = 1.0 - some.grades @ network.weights.numpy()[0]
    return {subset: np.abs(answers(network, some, subset)[0] - truth) for subset in SUBSETS}


def _told(what: str, network: Correctness, exercise: Exercise, tested: Graded) -> Tried:
    parts = [value.detach().numpy() for value in seen_by_cameras(network).values()]
    stored = io.BytesIO()
    with gzip.GzipFile(fileobj=stored, mode="wb", mtime=0) as file:
        for each in parts:
            file.write(each.astype(np.float32).tobytes())
    truth = correct(exercise, tested.grades)
    errors = {subset: np.abs(answers(network, tested, subset)[0] - truth) for subset in SUBSETS}
    return Tried(what, int(sum((each != 0).sum() for each in parts)), len(stored.getvalue()), errors, tested.people)


def pruning_rows(tried: Sequence[Tried], interval: Callable[[np.ndarray, list[str]], str]) -> list[tuple[str, ...]]:
    """Rows of a table; `interval` words the mean of errors (N,) over groups."""
    rows = [("network", "weights that are not 0", "kB zipped, float", *("MAE, " + "+".join(each) for each in SUBSETS))]
    for each in tried:
        people = [str(person) for person in each.people]
        errors = (interval(each.errors[subset], people) for subset in SUBSETS)
        rows.append((each.what, f"{each.weights:,}", f"{each.zipped / 1000:.0f}", *errors))
    return rows
