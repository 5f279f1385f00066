"""How correct a repetition is, from any of two cameras, four inertial sensors and a thermal camera.

As in EJUST-GYM-3: a bidirectional LSTM reads 30 instants of 33 landmarks, and there are branches for inertial sensors
and for the gait energy image; how they look is open in the paper. Here each has a small branch of its own, a stream
that is missing adds nothing, and what comes out is a grade for every fault, so that the score says what it is made
of. Body size, units and missing values are seen to inside, so that an exported network is given what was measured.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from formcheck.body import BLAZEPOSE_33
from formcheck.predictor.streams import CHANNELS, INSTANTS, PLACES, READINGS, SHAPES

STREAMS = tuple(SHAPES)
OUT = 48  # numbers that each stream is told in
G_M_S2, FAST_DEG_S = 9.81, 200.0
USUAL_S = 2.0  # of a repetition: its length is told in proportion to this
LARGEST = 1e5  # nothing measured is as large: what is not smaller is missing

_HIPS = [BLAZEPOSE_33.index(f"hip_{side}") for side in ("left", "right")]
_SHOULDERS = [BLAZEPOSE_33.index(f"shoulder_{side}") for side in ("left", "right")]


class Streams(nn.Module):
    """(N, 197) of repetitions: what each stream tells in 48 numbers, whether it is there, and how long it took."""

    WIDTH = len(STREAMS) * (OUT + 1) + 1

    def __init__(self, width: int = 48, dropout: float = 0.2) -> None:
        super().__init__()
        self.branches = nn.ModuleDict(
            {
                "front": Landmarks(width, dropout),
                "side": Landmarks(width, dropout),
                "imu": Readings(width, dropout),
                "thermal": Energy(dropout),
            }
        )

    def forward(self, given: Mapping[str, Tensor], duration_s: Tensor) -> Tensor:
        told: list[Tensor] = []
        for name in STREAMS:
            if name not in given:
                told.append(torch.zeros_like(duration_s).expand(-1, OUT + 1))
                continue
            values = known(given[name])
            there = (values.abs().flatten(1).amax(dim=1, keepdim=True) > 0).to(values.dtype)
            told += [self.branches[name](values) * there, there]
        return torch.cat([*told, torch.log(duration_s.clamp(min=0.05) / USUAL_S)], dim=1)


class Correctness(nn.Module):
    """Scores (N, 1) and the grades (N, C) of faults, 0..1, of repetitions.

    `weights` (C,) are by how much each fault lowers the score when it is plain. Takes any of `front` and `side`
    (N, 30, 99) m, `imu` (N, 100, 24) m/s2 and deg/s, and `thermal` (N, 2, 64, 64) by name, and `duration_s` (N, 1).
    What is missing is left out, NaN or 0.
    """

    def __init__(self, weights: Sequence[float], width: int = 48, dropout: float = 0.2) -> None:
        super().__init__()
        self.register_buffer("weights", torch.tensor([weights], dtype=torch.float32))
        self.streams = Streams(width, dropout)
        self.head = dense(len(weights), dropout)

    def forward(self, given: Mapping[str, Tensor], duration_s: Tensor) -> tuple[Tensor, Tensor]:
        grades = torch.sigmoid(self.head(self.streams(given, duration_s)))
        return 1.0 - (grades * self.weights).sum(dim=1, keepdim=True), grades


class Names(nn.Module):
    """Logits (N, L) of which of L exercises a repetition is, from the same streams."""

    def __init__(self, labels: int, width: int = 48, dropout: float = 0.2) -> None:
        super().__init__()
        self.streams = Streams(width, dropout)
        self.head = dense(labels, dropout)

    def forward(self, given: Mapping[str, Tensor], duration_s: Tensor) -> Tensor:
        return self.head(self.streams(given, duration_s))


def dense(outputs: int, dropout: float) -> nn.Sequential:
    """Three dense layers on what the streams tell."""
    return nn.Sequential(
        nn.Linear(Streams.WIDTH, 96),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(96, 64),
        nn.ReLU(),
        nn.Dropout(dropout),
        nn.Linear(64, outputs),
    )


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
        self.out = nn.Sequential(nn.Linear(6 * width, OUT), nn.ReLU(), nn.Dropout(dropout))

    def forward(self, values: Tensor) -> Tensor:
        joints = values.unflatten(2, (len(BLAZEPOSE_33), 3))
        joints = joints - joints[:, :, _HIPS].mean(dim=2, keepdim=True)
        trunk = joints[:, :, _SHOULDERS].mean(dim=2).square().sum(dim=2).add(1e-8).sqrt().mean(dim=1)
        places = (joints / trunk.clamp(min=0.05)[:, None, None, None]).flatten(2)
        changed = places - places[:, :3].mean(dim=1, keepdim=True)
        shown = torch.cat([places, changed], dim=2).flatten(0, 1)
        states = self.stem(self.norm(shown)).relu().unflatten(0, (-1, INSTANTS))
        return self.out(pooled(self.over_time(states)[0]))


class Readings(nn.Module):
    """(N, 48) of readings (N, 100, 24): convolutions to 25 instants, then a bidirectional LSTM."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        scale = [1.0 / G_M_S2] * 3 + [1.0 / FAST_DEG_S] * 3
        self.register_buffer("scale", torch.tensor(scale * len(PLACES)))
        assert len(scale) == len(CHANNELS) and READINGS % 4 == 0
        self.stem = nn.Sequential(
            nn.Conv1d(len(scale) * len(PLACES), width, 5, stride=2, padding=2),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )
        self.over_time = nn.LSTM(width, width, batch_first=True, bidirectional=True)
        self.out = nn.Sequential(nn.Linear(6 * width, OUT), nn.ReLU(), nn.Dropout(dropout))

    def forward(self, values: Tensor) -> Tensor:
        states = self.stem((values * self.scale).transpose(1, 2)).transpose(1, 2)
        return self.out(pooled(self.over_time(states)[0]))


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


def pooled(states: Tensor) -> Tensor:
    """(N, 3 W) of states (N, T, W): their mean, and the largest and smallest of each."""
    return torch.cat([states.mean(dim=1), states.amax(dim=1), states.amin(dim=1)], dim=1)
