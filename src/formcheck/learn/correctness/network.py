"""How correct a repetition is, from any of two cameras, four inertial sensors and a thermal camera.

As in EJUST-GYM-3: a bidirectional LSTM reads 30 instants of 33 landmarks, and there are branches for inertial sensors
and for the gait energy image; how they look is open in the paper. Here each branch says of every fault how plain it
is, and how much that is worth; what they say is averaged with these worths (Hinton 2002, "Training products of
experts", Neural Computation 14(8)), so that any stream may be missing and the score says what it is made of. Body
size, units and missing values are seen to inside, so that an exported network is given what was measured.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from formcheck.body import BLAZEPOSE_33
from formcheck.predictor.streams import CHANNELS, INSTANTS, PLACES, SHAPES

STREAMS = tuple(SHAPES)
OUT = 48  # numbers that each stream is told in
G_M_S2, FAST_DEG_S = 9.81, 200.0
PARTS = 5  # of a repetition
USUAL_S = 2.0  # of a repetition: its length is told in proportion to this
LARGEST = 1e5  # nothing measured is as large: what is not smaller is missing

_HIPS = [BLAZEPOSE_33.index(f"hip_{side}") for side in ("left", "right")]
_SHOULDERS = [BLAZEPOSE_33.index(f"shoulder_{side}") for side in ("left", "right")]


class Streams(nn.Module):
    """Logits (N, K) of repetitions: what the streams that are there say, each as far as it is worth.

    Takes any of `front` and `side` (N, 30, 99) m, `imu` (N, 100, 24) m/s2 and deg/s, and `thermal` (N, 2, 64, 64) by
    name, and `duration_s` (N, 1), beside which `facts` numbers about the person may stand, about 0 and as large as 1.
    What is missing is left out, NaN or 0.
    """

    def __init__(self, outputs: int, width: int = 40, dropout: float = 0.2, facts: int = 0) -> None:
        super().__init__()
        self.branches = nn.ModuleDict(
            {
                "front": Landmarks(width, dropout),
                "side": Landmarks(width, dropout),
                "imu": Readings(width, dropout),
                "thermal": Energy(dropout),
            }
        )
        self.says = nn.ModuleDict({name: Says(outputs, dropout, facts) for name in STREAMS})
        self.usual = nn.Parameter(torch.zeros(1, outputs))  # what is said where nothing is seen, worth 1

    def forward(self, given: Mapping[str, Tensor], duration_s: Tensor) -> Tensor:
        return self.joined(self.told(given, duration_s))

    def told(self, given: Mapping[str, Tensor], duration_s: Tensor) -> dict[str, tuple[Tensor, Tensor]]:
        """What each stream says (N, K), and its worth (N, K), which is 0 where it is missing."""
        took = torch.log(duration_s[:, :1].clamp(min=0.05) / USUAL_S)
        if duration_s.shape[1] > 1:  # LiteRT has nothing for a tensor without columns
            took = torch.cat([took, known(duration_s[:, 1:])], dim=1)
        found: dict[str, tuple[Tensor, Tensor]] = {}
        for name in STREAMS:
            if name in given:
                values = known(given[name])
                there = (values.abs().flatten(1).amax(dim=1, keepdim=True) > 0).to(values.dtype)
                said, worth = self._said(name, values, took, there)
                found[name] = said, worth * there
        return found

    def joined(self, told: Mapping[str, tuple[Tensor, Tensor]]) -> Tensor:
        """(N, K) the mean of what streams say, by their worth, and of what is usual, which is worth 1."""
        total, worths = self.usual, torch.ones_like(self.usual)
        for said, worth in told.values():
            total, worths = total + said * worth, worths + worth
        return total / worths

    def _said(self, name: str, values: Tensor, took: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
        """What a stream says, (N, K), and its worth; in training those that lack it are left out of its statistics."""
        if not self.training:
            return self.says[name](self.branches[name](values), took)
        rows = torch.nonzero(there[:, 0]).flatten()
        empty = values.new_zeros(len(values), self.usual.shape[1])
        if len(rows) < 2:
            return empty, empty
        said, share = self.says[name](self.branches[name](values[rows]), took[rows])
        return empty.index_copy(0, rows, said), empty.index_copy(0, rows, share)


class Says(nn.Module):
    """What a stream says, (N, K) logits, and how much each of them is worth, from its 48 numbers and the duration."""

    def __init__(self, outputs: int, dropout: float, facts: int = 0) -> None:
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(OUT + 1 + facts, 64), nn.ReLU(), nn.Dropout(dropout))
        self.said, self.worth = nn.Linear(64, outputs), nn.Linear(64, outputs)

    def forward(self, told: Tensor, took: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.hidden(torch.cat([told, took], dim=1))
        return self.said(hidden), nn.functional.softplus(self.worth(hidden) + 2.0)


class Correctness(nn.Module):
    """Scores (N, 1) and the grades (N, C) of faults, 0..1, of repetitions; takes what `Streams` does.

    `weights` (C,) are by how much each fault lowers the score when it is plain.
    """

    def __init__(self, weights: Sequence[float], width: int = 40, dropout: float = 0.2, facts: int = 0) -> None:
        super().__init__()
        self.register_buffer("weights", torch.tensor([weights], dtype=torch.float32))
        self.streams = Streams(len(weights), width, dropout, facts)

    def forward(self, given: Mapping[str, Tensor], duration_s: Tensor) -> tuple[Tensor, Tensor]:
        return self.of(self.streams(given, duration_s))

    def of(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Scores and grades of logits (N, C)."""
        grades = torch.sigmoid(logits)
        return 1.0 - (grades * self.weights).sum(dim=1, keepdim=True), grades


class Names(nn.Module):
    """Logits (N, L) of which of L exercises a repetition is, from the same streams."""

    def __init__(self, labels: int, width: int = 40, dropout: float = 0.2) -> None:
        super().__init__()
        self.streams = Streams(labels, width, dropout)

    def forward(self, given: Mapping[str, Tensor], duration_s: Tensor) -> Tensor:
        return self.streams(given, duration_s)


def known(values: Tensor) -> Tensor:
    """The values, and 0 for those that are missing: what is NaN is not smaller than anything."""
    return torch.where(values.abs() < LARGEST, values, torch.zeros_like(values))


class Landmarks(nn.Module):
    """(N, 48) of landmarks (N, 30, 99) m, in trunk lengths from mid-hip: how they lie, and how that has changed."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(2 * 3 * len(BLAZEPOSE_33))
        self.stem = nn.Linear(2 * 3 * len(BLAZEPOSE_33), width)
        self.over_time = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        self.out = nn.Sequential(nn.Linear(2 * width * (PARTS + 1), OUT), nn.ReLU(), nn.Dropout(dropout))

    def forward(self, values: Tensor) -> Tensor:
        joints = values.unflatten(2, (len(BLAZEPOSE_33), 3))
        joints = joints - joints[:, :, _HIPS].mean(dim=2, keepdim=True)
        trunk = joints[:, :, _SHOULDERS].mean(dim=2).square().sum(dim=2).add(1e-8).sqrt().mean(dim=1)
        places = (joints / trunk.clamp(min=0.05)[:, None, None, None]).flatten(2)
        changed = places - places[:, :3].mean(dim=1, keepdim=True)
        shown = torch.cat([places, changed], dim=2).flatten(0, 1)
        states = self.stem(self.norm(shown)).relu().unflatten(0, (-1, INSTANTS))
        return self.out(in_parts(self.over_time(states)[0]))


class Readings(nn.Module):
    """(N, 48) of readings (N, T, 24) at T instants, 20 k of them: two convolutions to a quarter, then an LSTM."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        scale = [1.0 / G_M_S2] * 3 + [1.0 / FAST_DEG_S] * 3
        self.register_buffer("scale", torch.tensor(scale * len(PLACES)))
        assert len(scale) == len(CHANNELS)
        self.stem = nn.Sequential(
            nn.Conv1d(len(scale) * len(PLACES), width, 5, stride=2, padding=2),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )
        self.over_time = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        self.out = nn.Sequential(nn.Linear(2 * width * (PARTS + 1), OUT), nn.ReLU(), nn.Dropout(dropout))

    def forward(self, values: Tensor) -> Tensor:
        states = self.stem((values * self.scale).transpose(1, 2)).transpose(1, 2)
        return self.out(in_parts(self.over_time(states)[0]))


class Energy(nn.Module):
    """(N, 48) of a gait energy image (N, 2, 64, 64): how often the body was where, and how warm it was there."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        sizes = (2, 12, 24, 32, 32)
        layers: list[nn.Module] = []
        for few, many in pairwise(sizes):
            layers += [nn.Conv2d(few, many, 3, stride=2, padding=1), nn.BatchNorm2d(many), nn.ReLU()]
        self.stem = nn.Sequential(*layers)
        self.out = nn.Sequential(nn.Flatten(), nn.Linear(32 * 4 * 4, OUT), nn.ReLU(), nn.Dropout(dropout))

    def forward(self, values: Tensor) -> Tensor:
        return self.out(self.stem(values))


def in_parts(states: Tensor) -> Tensor:
    """(N, 6 W) of states (N, T, W): their means over fifths of the repetition, and the largest of each.

    A fault shows at the start, at the turning point or on the way.
    """
    parts = states.unflatten(1, (PARTS, -1)).mean(dim=2).flatten(1)
    return torch.cat([parts, states.amax(dim=1)], dim=1)
