"""Training our own network: on thousands of quick synthetic repetitions first, then on the few of a dataset.

The first part is the same for every split and kept; nobody in it is in any dataset. With so little in the second, a
quarter of what is shown stays quick repetitions, and the weights after several lengths of it are averaged (Wortsman et
al., "Model soups", ICML 2022). Validation people choose between that, the network before, and each length alone.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits

from formcheck.learn.criteria.data import Repetitions, Split
from formcheck.learn.criteria.models.ours import Ours
from formcheck.learn.criteria.train import inputs, loss_of

Progress = Callable[[str, float], None]

PEOPLE = 375  # synthetic, 8 repetitions each
FIRST = 50_000  # the seed of the first of them

_BATCH = 64
_NOISE = 0.1  # standard deviations, of every value
# Of the picture's width, where a joint is in a whole repetition: a knee is off by 8 degrees in pictures that are looked
# at one by one, by 6 in the errors of quick repetitions, which were measured on video.
_OFF = 0.008
_LOST = 0.08  # of the repetitions lose one view or the other
_ROUNDS = (1, 2, 4, 8)  # lengths of the second part


@dataclass(frozen=True, eq=False)
class Looks:
    """What the network looks at in N repetitions: `values` (N, 2, V), `present` (N, 2) and `labels` (N, C)."""

    values: Tensor
    present: Tensor
    labels: Tensor

    def of(self, places: Tensor) -> Looks:
        """Those at some places."""
        return Looks(self.values[places], self.present[places], self.labels[places])

    def __len__(self) -> int:
        return len(self.labels)


def looks_of(network: Ours, reps: Repetitions, criteria: tuple[str, ...]) -> Looks:
    """What a network looks at in repetitions, with their labels of some criteria, NaN for those they have not got."""
    found: list[Tensor] = []
    with torch.no_grad():
        for at in range(0, len(reps), 256):
            places = np.arange(at, min(at + 256, len(reps)))
            landmarks, _, present = inputs(network, reps, places)
            found.append(network.looked_at(landmarks, present))
    return Looks(torch.cat(found), torch.from_numpy(reps.present), torch.from_numpy(reps.labelled(criteria)))


def acquainted(criteria: tuple[str, ...], quick: Repetitions, kept: Path, seed: int = 0) -> tuple[Ours, Looks]:
    """A network that has learnt from quick repetitions, read from `kept` where it was before, and what it looked at."""
    torch.manual_seed(seed)
    network = Ours(len(criteria))
    looks = looks_of(network, _misplaced(quick, seed), criteria)
    if kept.exists():
        network.load_state_dict(torch.load(kept, weights_only=True))
        return network, looks
    network.measure(looks.values, looks.present)
    _fit(network, looks, rounds=8, rate=1e-3, seed=seed)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    torch.save(network.state_dict(), part)
    os.replace(part, kept)
    return network, looks


def fitted(reps: Repetitions, split: Split, begun: Ours | None, quick: Looks | None, seed: int = 0) -> Ours:
    """The network after the training people of a split; without one `begun`, it learns from them alone."""
    if begun is None:
        torch.manual_seed(seed)
        fresh = Ours(len(reps.criteria))
        own = looks_of(fresh, reps, reps.criteria)
        train = own.of(torch.from_numpy(split.train))
        fresh.measure(train.values, train.present)
        tried = [_fitted(fresh, train, rounds, 1e-3, seed) for rounds in (10, 20, 40)]
    else:
        own = looks_of(begun, reps, reps.criteria)
        shown = own.of(torch.from_numpy(np.repeat(split.train, 4)))
        if quick is not None:
            some = np.random.default_rng([seed, 13]).permutation(len(quick))[: len(shown) // 3]
            shown = _joined(shown, quick.of(torch.from_numpy(some)))
        tried = [_fitted(begun, shown, rounds, 3e-4, seed) for rounds in _ROUNDS]
        tried = [_averaged(tried), begun, *tried]
    validation = own.of(torch.from_numpy(split.validation))
    return min(tried, key=lambda each: _lost(each, validation))


def _misplaced(quick: Repetitions, seed: int) -> Repetitions:
    draw = np.random.default_rng([seed, 17])
    places = quick.landmarks.copy()
    off = draw.normal(0.0, _OFF, (*places.shape[:2], 1, places.shape[3], 2)).astype(np.float32)
    off[..., 1] /= quick.heights[:, :, None, None]  # heights are shares of the height
    places[..., :2] += off
    return replace(quick, landmarks=places)


def _averaged(networks: Sequence[Ours]) -> Ours:
    made = copy.deepcopy(networks[0])
    states = [dict(each.named_parameters()) for each in networks]
    with torch.no_grad():
        for name, weights in made.named_parameters():
            weights.copy_(torch.stack([state[name] for state in states]).mean(dim=0))
    return made.eval()


def _fitted(network: Ours, looks: Looks, rounds: int, rate: float, seed: int) -> Ours:
    return _fit(copy.deepcopy(network), looks, rounds, rate, seed)


def _joined(one: Looks, other: Looks) -> Looks:
    pairs = zip((one.values, one.present, one.labels), (other.values, other.present, other.labels), strict=True)
    return Looks(*(torch.cat(pair) for pair in pairs))


def _lost(network: Ours, looks: Looks) -> float:
    network.eval()
    with torch.no_grad():
        return float(loss_of(network.layers(network.standard(looks.values, looks.present)), looks.labels))


def _fit(network: Ours, looks: Looks, rounds: int, rate: float, seed: int) -> Ours:
    """Some rounds with a rate that rises and falls (Smith & Topin, "Super-convergence", 2019), noise and lost views."""
    drawn = torch.Generator().manual_seed(seed + 1)
    torch.manual_seed(seed + 2)  # dropout
    standard = network.standard(looks.values, looks.present).unflatten(1, (2, -1))
    labels, known = looks.labels.nan_to_num(0.0), looks.labels.isfinite().float()
    adam = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=1e-3)
    steps = rounds * -(-len(looks) // _BATCH)
    cycle: Any = torch.optim.lr_scheduler.OneCycleLR(adam, rate, total_steps=steps)
    network.train()
    for _ in range(rounds):
        for places in torch.randperm(len(looks), generator=drawn).split(_BATCH):
            shown = standard[places] + _NOISE * torch.randn(standard[places].shape, generator=drawn)
            shown = _with_lost_views(shown, drawn)
            each = binary_cross_entropy_with_logits(network.layers(shown), labels[places], reduction="none")
            loss = (each * known[places]).sum() / known[places].sum().clamp_min(1.0)
            adam.zero_grad()
            loss.backward()
            adam.step()
            cycle.step()
    return network.eval()


def _with_lost_views(shown: Tensor, drawn: torch.Generator) -> Tensor:
    lost = torch.rand(len(shown), generator=drawn) < _LOST
    which = torch.randint(2, (len(shown),), generator=drawn)
    gone = lost[:, None] & (which[:, None] == torch.arange(2))
    return torch.where(gone[..., None], 0.0, shown).flatten(1)
