"""A small network that judges the criteria of one repetition from one view or two: our own, about 70,000 weights.

At twelve instants it reads places, what is seen, all distances between joints, in the picture and in space (as in
ALEX-GYM-1, ICINCO 2025, here in trunk lengths, so that neither size nor distance counts), limbs as lines, and how
these have changed since the start. What is not known is 0 there and in everything that follows from it. Two
convolutions over time follow, then sixths of the repetition, since a criterion is about the start, the turning point
or a way. Each view has weights of its own; one that is missing adds nothing.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.predictor.criteria import FRAMES, LAYOUT

JOINTS, FIELDS = len(LAYOUT.skeleton), len(LAYOUT.fields)
INSTANTS, PARTS = 12, 6  # of the repetition


class Verdicts(nn.Module):
    """Logits (N, C) that each of C criteria is satisfied in repetitions (N, 24, 266)."""

    def __init__(self, criteria: int, width: int = 24, dropout: float = 0.15) -> None:
        super().__init__()
        self.front, self.side = View(width, dropout), View(width, dropout)
        self.head = nn.Sequential(
            nn.Linear(2 * View.OUT + 2, 48), nn.ReLU(), nn.Dropout(dropout), nn.Linear(48, criteria)
        )

    def forward(self, shown: Tensor) -> Tensor:
        half = JOINTS * FIELDS
        parts: list[Tensor] = []
        for view, values in ((self.front, shown[..., :half]), (self.side, shown[..., half:])):
            parts += [view.scaled(read(values)), there(values)]
        return self.judged(*parts)

    def judged(self, front: Tensor, front_there: Tensor, side: Tensor, side_there: Tensor) -> Tensor:
        """Logits of what was read and scaled (N, 12, READ) in each view; (N, 1) is 1 where a view is there, else 0."""
        parts = [self.front(front) * front_there, self.side(side) * side_there]
        return self.head(torch.cat([*parts, front_there, side_there], dim=1))


def there(values: Tensor) -> Tensor:
    """(N, 1) 1 where a view (N, 24, 133) is there, else 0."""
    return (values.abs().amax(dim=(1, 2)) > 0).to(values.dtype)[:, None]


def read(values: Tensor) -> Tensor:
    """(N, 12, READ) of a view (N, 24, 133).

    Its fields; distances of known joints in picture and space; and from joint to joint (`LINES`) the way across, down
    and back, and how that has changed since the start: a heel that rises by a thumb's breadth is lost in all else.
    """
    values = values.unflatten(1, (INSTANTS, FRAMES // INSTANTS)).mean(dim=2)
    joints = values.unflatten(2, (JOINTS, FIELDS))  # image x, y, seen; world x, y, z, seen
    reads = [values]
    for places, seen in ((joints[..., 0:2], joints[..., 2]), (joints[..., 3:6], joints[..., 6])):
        known = (seen > 0).to(values.dtype)
        apart = places[:, :, _ONES] - places[:, :, _OTHERS]
        both = known[:, :, _ONES] * known[:, :, _OTHERS]
        reads.append((apart.square().sum(dim=3) + 1e-6).sqrt() * both)
        both = (known[:, :, _BEGINS] * known[:, :, _ENDS])[..., None]
        line = (places[:, :, _ENDS] - places[:, :, _BEGINS]) * both
        before = line[:, :START].sum(dim=1, keepdim=True) / both[:, :START].sum(dim=1, keepdim=True).clamp(min=1.0)
        there_before = (both[:, :START].amax(dim=1, keepdim=True) > 0).to(values.dtype)
        reads += [line.flatten(2), ((line - before) * both * there_before).flatten(2)]
    return torch.cat(reads, dim=2)


def _pairs(*names: tuple[str, str]) -> list[tuple[str, str]]:
    return [(f"{a}_{side}", f"{b}_{side}") for a, b in names for side in ("left", "right")]


LINES = (
    *LAYOUT.skeleton.bones,
    *_pairs(("heel", "foot_index"), ("ear", "shoulder"), ("ear", "hip"), ("hip", "heel"), ("knee", "foot_index")),
    *((f"{joint}_left", f"{joint}_right") for joint in ("wrist", "knee", "ankle", "heel", "foot_index")),
)
START = 2  # of 12 instants
_ONES, _OTHERS = torch.triu_indices(JOINTS, JOINTS, 1)
_BEGINS, _ENDS = (torch.tensor([LAYOUT.skeleton.index(line[at]) for line in LINES]) for at in (0, 1))
READ = FIELDS * JOINTS + 2 * len(_ONES) + 2 * 5 * len(LINES)


class View(nn.Module):
    """(N, 40) of what was read and scaled in one view (N, 12, READ)."""

    OUT = 40

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(READ))
        self.register_buffer("spread", torch.ones(READ))
        self.stem = nn.Linear(READ, width)
        self.waves = nn.Sequential(
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 3, padding=1),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Conv1d(width, width, 3, padding=1),
        )
        self.norm = nn.BatchNorm1d(width)
        self.out = nn.Sequential(nn.Linear((PARTS + 1) * width, self.OUT), nn.ReLU(), nn.Dropout(dropout))

    def scaled_to(self, reads: Tensor) -> None:
        """Take mean and spread from what is read (N, 12, READ) in those that are trained on."""
        flat = reads.flatten(0, 1)
        self.mean.copy_(flat.mean(dim=0))
        self.spread.copy_((flat - self.mean).square().mean(dim=0).sqrt() + 1e-3)

    def scaled(self, reads: Tensor) -> Tensor:
        """(N, 12, READ) of what is read, about 0 and as large as 1."""
        return (reads - self.mean) / self.spread

    def forward(self, scaled: Tensor) -> Tensor:
        states = self.stem(scaled).transpose(1, 2)  # (N, width, T)
        states = self.norm(states + self.waves(states)).relu()
        parts = states.unflatten(2, (PARTS, INSTANTS // PARTS)).mean(dim=3).flatten(1)
        return self.out(torch.cat([parts, states.amax(dim=2)], dim=1))
