"""What each stream of EJUST-GYM-3 is worth: naming and scoring the repetitions of its four exercises.

128 synthetic people with the paper's heights, weights and habits, split by person; cameras in front and at the left,
four inertial sensors, a thermal camera. The paper publishes no such figures.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.exercises import find
from formcheck.learn.correctness.network import STREAMS, Names
from formcheck.learn.correctness.studio import Graded, correct, of_athlete, together, weights
from formcheck.learn.correctness.train import Plan, State, answers, finished, fit, mixtures, varied
from formcheck.learn.correctness.worth import MIXTURES, seen_by
from formcheck.learn.data import SHARES
from formcheck.learn.kept import kept
from formcheck.replicas.ejust_gym_3 import EXERCISES, Member, members
from formcheck.replicas.people import seed_of

FACTS = ("height", "weight", "age", "sleep", "smokes", "eats healthily")
_MIDDLE = np.array([178.7, 76.0, 20.4, 7.25, 0.13, 0.45])  # means and spreads that the paper prints, or follow from it
_SPREAD = np.array([7.0, 12.0, 2.5, 1.4, 0.33, 0.5])

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Named:
    """What was named of N tested repetitions by each mixture, the true labels (N,), and whose they are (N,)."""

    names: tuple[str, ...]
    truth: np.ndarray
    people: tuple[str, ...]
    said: Mapping[tuple[str, ...], np.ndarray]


@dataclass(frozen=True, eq=False)
class Rated:
    """What was scored of N tested repetitions of an exercise by each mixture, the truth (N,), and whose they are.

    It is NaN where no stream of a mixture shows the repetition.

    `knowing` is what a network said by all streams that was told the facts about the people as well.
    """

    exercise: str
    truth: np.ndarray
    people: tuple[str, ...]
    said: Mapping[tuple[str, ...], np.ndarray]
    knowing: np.ndarray


@dataclass(frozen=True, eq=False)
class Ablation:
    """Everything that was measured on so many people, of whom others were taught, steered and tested."""

    people: tuple[int, int, int]
    named: Named
    rated: tuple[Rated, ...]
    epochs: int
    seed: int


def ablated(
    out: Path, people: int = 128, epochs: int = 60, seed: int = 0, progress: Progress | None = None
) -> Ablation:
    """Train and test; what is finished in `out` is read from there, and an interrupted run goes on."""
    names = tuple(find(name).name for name in EXERCISES.values())
    everybody = members(people, seed)
    data: dict[str, Graded] = {}
    for at, (short, name) in enumerate(zip(EXERCISES, names, strict=True)):
        parts: list[Graded] = []
        for done, member in enumerate(everybody):
            path = out / "repetitions" / f"{short}-{seed}-{member.number}.npz"
            parts.append(
                kept(path, Graded, lambda member=member, name=name, short=short: _set(member, name, short, seed))
            )
            if progress is not None:
                progress("Performing before all devices", (at + (done + 1) / people) / len(names))
        data[name] = together(parts)
    parts_of = _dealt([member.number for member in everybody], seed)
    facts = {member.number: _facts(member) for member in everybody}
    plan = Plan(epochs=epochs, batch=32, rate=1e-3, plateau=5, seed=seed + 1)  # the paper's, where it tells
    named = _named(data, parts_of, plan, out, progress)
    rated = tuple(_rated(name, data[name], parts_of, facts, plan, out, progress) for name in names)
    counts = (len(parts_of[0]), len(parts_of[1]), len(parts_of[2]))
    return Ablation(counts, named, rated, epochs, seed)


def _set(member: Member, name: str, short: str, seed: int) -> Graded:
    made = of_athlete(find(name), member.athlete, seed_of("ejust", seed, member.number, short) % 2**31)
    return replace(made, people=np.full(len(made), member.number, dtype=np.int64))


def _dealt(people: Sequence[int], seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People to learn from, to steer by and to test on: 70, 15 and 15 %."""
    order = np.random.default_rng([seed, 227]).permutation(np.asarray(people))
    first, second = (round(share * len(order)) for share in np.cumsum(SHARES)[:2])
    return order[:first], order[first:second], order[second:]


def _facts(member: Member) -> np.ndarray:
    """What the paper asks people for, about 0 and as large as 1; NaN where they did not say."""
    smokes = np.nan if member.smokes is None else float(member.smokes)
    told = [member.height_cm, member.weight_kg, member.age, member.sleep_h, smokes, float(member.eats_healthily)]
    return ((np.array(told, dtype=np.float64) - _MIDDLE) / _SPREAD).astype(np.float32)


def _rated(
    name: str,
    data: Graded,
    dealt: tuple[np.ndarray, ...],
    facts: Mapping[int, np.ndarray],
    plan: Plan,
    out: Path,
    progress: Progress | None,
) -> Rated:
    exercise = find(name)
    learnt, steering, tested = (data.of(np.isin(data.people, who)) for who in dealt)
    folder = out / "runs" / f"correctness-{name.replace(' ', '-')}"
    weighed = weights(exercise).tolist()
    trained = fit(learnt, steering, weighed, plan, folder, progress)
    knowing = fit(learnt, steering, weighed, plan, folder.with_name(f"{folder.name}-facts"), progress, facts)
    said = {
        each: np.where(seen_by(tested, each), answers(trained.network, tested, each)[0], np.nan) for each in MIXTURES
    }
    known = answers(knowing.network, tested, STREAMS, facts)[0]
    return Rated(name, correct(exercise, tested.grades), tuple(map(str, tested.people)), said, known)


def _named(
    data: Mapping[str, Graded], dealt: tuple[np.ndarray, ...], plan: Plan, out: Path, progress: Progress | None
) -> Named:
    every = together([_ungraded(each) for each in data.values()])
    labels = np.repeat(np.arange(len(data)), [len(each) for each in data.values()])
    learnt, steering, tested = (np.flatnonzero(np.isin(every.people, who)) for who in dealt)
    network = _taught(every, labels, learnt, steering, plan, out / "runs" / "names", progress)
    said = {each: _logits(network, every.of(tested), each).argmax(axis=1) for each in MIXTURES}
    return Named(tuple(data), labels[tested], tuple(map(str, every.people[tested])), said)


def _ungraded(some: Graded) -> Graded:
    """The same without grades, of which exercises have not the same number."""
    return Graded(*(each[:, :0] if name == "grades" else each for name, each in vars(some).items()))


def _taught(
    every: Graded,
    labels: np.ndarray,
    learnt: np.ndarray,
    steering: np.ndarray,
    plan: Plan,
    out: Path,
    progress: Progress | None,
) -> Names:
    torch.manual_seed(plan.seed)
    network = Names(int(labels.max()) + 1)
    adam = torch.optim.Adam(network.parameters(), lr=plan.rate, weight_decay=plan.weight_decay)
    state = State(out / "last.pt", repr((plan, len(learnt), len(steering))))
    told = state.read() or {"epoch": 0, "best": network.state_dict(), "curve": [], "network": network.state_dict()}
    network.load_state_dict(told["network"])
    if "adam" in told:
        adam.load_state_dict(told["adam"])
    best, curve = told["best"], told["curve"]
    for epoch in range(told["epoch"], plan.epochs):
        if finished(curve, plan.patience):
            break
        _epoch(network, adam, every, labels, learnt, plan, np.random.default_rng([plan.seed, epoch, 229]))
        now = _wrong(network, every.of(steering), labels[steering])
        if not curve or now < min(curve):
            best = {name: value.clone() for name, value in network.state_dict().items()}
        curve = [*curve, now]
        kept_state = {"network": network.state_dict(), "adam": adam.state_dict(), "best": best, "curve": curve}
        state.write({**kept_state, "epoch": epoch + 1})
        if progress is not None:
            progress("Learning names (may stop early)", (epoch + 1) / plan.epochs)
    network.load_state_dict(best)
    return network.eval()


def _epoch(
    network: Names, adam: Any, every: Graded, labels: np.ndarray, learnt: np.ndarray, plan: Plan, draw: Any
) -> None:
    network.train()
    torch.manual_seed(int(draw.integers(2**31)))
    order = draw.permutation(learnt)
    for at in range(0, len(order) - plan.batch + 1, plan.batch):
        rows = np.sort(order[at : at + plan.batch])
        streams, duration_s = varied(every.of(rows), draw)
        given = {name: torch.from_numpy(values) for name, values in streams.items() if values.any()}
        told, aims = network.streams.told(given, duration_s), torch.from_numpy(labels[rows].astype(np.int64))
        adam.zero_grad()
        losses = [nn.functional.cross_entropy(network.streams.joined(part), aims) for part in mixtures(told, draw)]
        torch.stack(losses).mean().backward()
        adam.step()


def _wrong(network: Names, some: Graded, labels: np.ndarray) -> float:
    """The mean cross-entropy over single streams."""
    aims = torch.from_numpy(labels.astype(np.int64))
    found = [nn.functional.cross_entropy(torch.from_numpy(_logits(network, some, (each,))), aims) for each in STREAMS]
    return float(torch.stack(found).mean())


def _logits(network: Names, some: Graded, mixture: tuple[str, ...]) -> np.ndarray:
    network.eval()
    found: list[Tensor] = []
    with torch.no_grad():
        for at in range(0, len(some), 256):
            part = some.of(np.arange(at, min(at + 256, len(some))))
            given = {name: torch.from_numpy(getattr(part, name).astype(np.float32)) for name in mixture}
            found.append(network(given, torch.from_numpy(part.duration_s[:, None])))
    return torch.cat(found).numpy()
