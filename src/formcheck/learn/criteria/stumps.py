"""Boosted stumps: a few single signs, each with one edge, whose votes add up to a logit.

Friedman, Hastie & Tibshirani, "Additive logistic regression: a statistical view of boosting", Annals of Statistics
28(2), 2000, with the second-order gain and the shrunken leaves of Chen & Guestrin, "XGBoost", KDD 2016. Where one
angle of one joint tells a criterion, 200 repetitions are enough to find it among thousands of signs; a network that
weighs all of them at once needs more.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_EDGES = 15  # quantiles of every value: finer ones tell nothing more of some hundred repetitions
_RATE = 0.3
_LAMBDA = 1.0  # keeps the votes of few repetitions small
_SURE = 1e-3  # least curvature of the loss, where all is decided

Values = NDArray[np.float32]


class Stumps(nn.Module):
    """Logits (B, criteria) of values (B, V): `rounds` votes for each criterion, all zero before `learn`.

    A value that is not there (`known` (B, V) false) has no vote.
    """

    def __init__(self, criteria: int, rounds: int = 40) -> None:
        super().__init__()
        self.register_buffer("at", torch.zeros(criteria, rounds, dtype=torch.int64))
        for name in ("edge", "below", "above"):
            setattr(self, name, nn.Parameter(torch.zeros(criteria, rounds), requires_grad=False))

    def forward(self, values: Tensor, known: Tensor) -> Tensor:
        chosen = values[:, self.at]  # (B, criteria, rounds)
        votes = torch.where(chosen <= self.edge, self.below, self.above)
        return torch.where(known[:, self.at], votes, 0.0).sum(dim=2)

    def learn(self, values: Tensor, labels: Tensor) -> None:
        """From values (N, V) and labels (N, criteria), NaN for those that nobody knows."""
        shown, told = values.numpy(), labels.numpy()
        edges = np.quantile(shown, np.arange(1, _EDGES + 1) / (_EDGES + 1), axis=0).astype(np.float32)
        sides = (shown[:, None] <= edges).reshape(len(shown), -1).astype(np.float32)  # (N, edges V)
        for criterion in range(told.shape[1]):
            here = np.isfinite(told[:, criterion])
            votes = _votes(sides[here], told[here, criterion], self.at.shape[1])
            places = votes[:, 0].astype(np.int64)
            self.at[criterion] = torch.from_numpy(places % shown.shape[1])
            self.edge[criterion] = torch.from_numpy(edges.reshape(-1)[places])
            self.below[criterion], self.above[criterion] = torch.from_numpy(votes[:, 1:].astype(np.float32).T)


def _votes(sides: Values, labels: Values, rounds: int) -> NDArray[np.float64]:
    """(rounds, 3): which side is asked, and the votes of those on it and of the others; zeros with one label only."""
    found, logits = np.zeros((rounds, 3)), np.zeros(len(labels))
    if len(np.unique(labels)) < 2:
        return found
    for at in range(rounds):
        said = 1 / (1 + np.exp(-logits))
        slopes = np.stack([labels - said, said * (1 - said) + _SURE]).astype(np.float32)
        (down, down_bend), (whole, whole_bend) = slopes @ sides, slopes.sum(axis=1)
        up, up_bend = whole - down, whole_bend - down_bend
        best = int(np.argmax(down**2 / (down_bend + _LAMBDA) + up**2 / (up_bend + _LAMBDA)))
        votes = [_RATE * slope[best] / (bend[best] + _LAMBDA) for slope, bend in ((down, down_bend), (up, up_bend))]
        found[at] = best, *votes
        logits += np.where(sides[:, best] > 0, *votes)
    return found
