"""Training our own network: on thousands of quick synthetic repetitions first, then on the few of a dataset.

The first part is the same for every split and kept; nobody in it is in any dataset. The second begins with what is
average there, since quick repetitions lean otherwise than a dataset's, and is so short that the weights after several
lengths of it are averaged (Wortsman et al., "Model soups", ICML 2022). Validation people choose between that, the
network before, and each length alone. Then stumps learn from the dataset alone, and their logits are added.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import copy
import os
from collections.abc import Sequence
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


def acquainted(criteria: tuple[str, ...], quick: Repetitions, kept: Path, seed: int = 0) -> Ours:
    """A network that has learnt from quick repetitions, read from `kept` where it was before."""
    torch.manual_seed(seed)
    network = Ours(len(criteria))
    if kept.exists():
        network.load_state_dict(torch.load(kept, weights_only=True))
        return network
    looks = looks_of(network, _misplaced(quick, seed), criteria)
    network.measure(looks.values, looks.present)
    _fit(network, looks, rounds=8, rate=1e-3, seed=seed)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    torch.save(network.state_dict(), part)
    os.replace(part, kept)
    return network


def fitted(reps: Repetitions, split: Split, begun: Ours | None, seed: int = 0) -> Ours:
    """The network after the training people of a split; without one `begun`, it learns from them alone.

    What is average is measured on them in either case: quick repetitions lean otherwise. Stumps know nothing of quick
    repetitions, and learn from the validation people as well, who choose how far the rest goes.
    """
    torch.manual_seed(seed)
    network = Ours(len(reps.criteria)) if begun is None else copy.deepcopy(begun)
    own = looks_of(network, reps, reps.criteria)
    train, validation = (own.of(torch.from_numpy(places)) for places in (split.train, split.validation))
    network.measure(train.values, train.present)
    if begun is None:
        tried = [_fitted(network, train, rounds, 1e-3, seed) for rounds in (10, 20, 40)]
    else:
        shown = own.of(torch.from_numpy(np.repeat(split.train, 4)))
        tried = [_fitted(network, shown, rounds, 3e-4, seed) for rounds in _ROUNDS]
        tried = [_averaged(tried), network, *tried]
    chosen = min(tried, key=lambda each: _lost(each, validation))
    both = own.of(torch.from_numpy(np.concatenate([split.train, split.validation])))
    chosen.stumps.learn(chosen.single(both.values, both.present)[0], both.labels)
    return chosen


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
