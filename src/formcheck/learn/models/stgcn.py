"""Graph convolutions over joints and convolutions over time, taken in turn.

ST-GCN++ of Duan et al., "PYSKL: Towards good practices for skeleton action recognition", ACM MM 2022: three adjacency
matrices (a joint itself, towards the middle, away from it) whose weights are learnt, a residual in every block, and
several dilated kernels over time; after Yan et al., "Spatial temporal graph convolutional networks", AAAI 2018. Smaller
than theirs: 4 blocks, 32 to 64 wide."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections import deque

import torch
from torch import Tensor, nn

from formcheck.learn.models.shape import Shape


class STGCN(nn.Module):
    """Logits (N, L) of windows (N, T, C) whose channels are joints x fields."""

    def __init__(self, shape: Shape, width: int = 32, dropout: float = 0.2) -> None:
        super().__init__()
        self.shape = shape
        adjacency = partitions(shape.joints, shape.bones)
        self.norm = nn.BatchNorm1d(shape.channels)
        self.blocks = nn.Sequential(
            Block(shape.fields, width, adjacency, 1),
            Block(width, width, adjacency, 1),
            Block(width, 2 * width, adjacency, 2),
            Block(2 * width, 2 * width, adjacency, 1),
        )
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * width, shape.classes))

    def forward(self, window: Tensor) -> Tensor:
        normed = self.norm(window.transpose(1, 2)).transpose(1, 2)
        graph = normed.unflatten(2, (self.shape.joints, self.shape.fields)).permute(0, 3, 1, 2)  # (N, fields, T, V)
        return self.head(self.blocks(graph).mean(dim=(2, 3)))


class Block(nn.Module):
    """(N, inside, T, V) to (N, outside, T / stride, V)."""

    adjacency: Tensor

    def __init__(self, inside: int, outside: int, adjacency: Tensor, stride: int) -> None:
        super().__init__()
        self.adjacency = nn.Parameter(adjacency.clone())  # its zeros may grow: joints that no bone joins
        self.spread = nn.Conv2d(inside, outside * len(adjacency), 1)
        self.norm = nn.BatchNorm2d(outside)
        self.over_time = OverTime(outside, stride)
        same = inside == outside and stride == 1
        self.residual = nn.Identity() if same else nn.Conv2d(inside, outside, 1, stride=(stride, 1))

    def forward(self, graph: Tensor) -> Tensor:
        spread = self.spread(graph).unflatten(1, (len(self.adjacency), -1))  # (N, P, outside, T, V)
        gathered = torch.einsum("npctv,pvw->nctw", spread, self.adjacency)
        return (self.over_time(self.norm(gathered).relu()) + self.residual(graph)).relu()


class OverTime(nn.Module):
    """Kernels of 3 frames, dilated by 1 to 4, each with a share of the channels, side by side."""

    def __init__(self, width: int, stride: int) -> None:
        super().__init__()
        share = width // 4
        shares = (width - 3 * share, share, share, share)
        self.branches = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(width, part, 1),
                nn.BatchNorm2d(part),
                nn.ReLU(),
                nn.Conv2d(part, part, (3, 1), stride=(stride, 1), padding=(dilation, 0), dilation=(dilation, 1)),
            )
            for dilation, part in enumerate(shares, start=1)
        )
        self.norm = nn.BatchNorm2d(width)

    def forward(self, graph: Tensor) -> Tensor:
        return self.norm(torch.cat([branch(graph) for branch in self.branches], dim=1))


def partitions(joints: int, bones: tuple[tuple[int, int], ...]) -> Tensor:
    """(3, V, V): a joint itself, its neighbours nearer to the middle of the graph, and those further out.

    Columns sum to 1 where there is a neighbour (Yan et al. 2018, spatial configuration; the middle is the joint from
    which the furthest is nearest).
    """
    away = [_steps(joint, joints, bones) for joint in range(joints)]
    middle = min(away, key=max)
    parts = torch.zeros(3, joints, joints)
    parts[0] = torch.eye(joints)
    for a, b in (*bones, *((b, a) for a, b in bones)):
        parts[1 if middle[a] <= middle[b] else 2, a, b] = 1.0
    return parts / parts.sum(dim=1, keepdim=True).clamp(min=1.0)


def _steps(start: int, joints: int, bones: tuple[tuple[int, int], ...]) -> list[int]:
    """How many bones lie between a joint and each other one; as many as there are joints where none do."""
    steps = [joints] * joints
    steps[start] = 0
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for a, b in (*bones, *((b, a) for a, b in bones)):
            if a == here and steps[b] > steps[here] + 1:
                steps[b] = steps[here] + 1
                waiting.append(b)
    return steps


NETWORK = STGCN
