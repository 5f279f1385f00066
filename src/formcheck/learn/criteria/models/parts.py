"""What several networks of ALEX-GYM-1 are made of: every distance and angle, a stream per view, a head."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

from formcheck.body.pairwise import pairs, triplets

DISTANCES, ANGLES = len(pairs()[0]), len(triplets()[0])
VIEW = 512  # what a stream says of one view
_NEAR = 1e-9  # landmarks nearer than this have no direction from each other


class Pairwise(nn.Module):
    """(N, 33, 3) landmarks to (N, channels): the distances and cosines of `formcheck.body.pairwise`, 0 for NaN.

    `scale_invariant` as there.
    """

    def __init__(self, distances: bool = True, angles: bool = True, scale_invariant: bool = False) -> None:
        super().__init__()
        self.distances, self.angles, self.scale_invariant = distances, angles, scale_invariant
        a, b = (torch.from_numpy(each) for each in pairs())
        place = torch.zeros(33, 33, dtype=torch.int64)
        place[a, b] = torch.arange(len(a))
        first, middle, last = (torch.from_numpy(each) for each in triplets())
        for name, places in {"a": a, "b": b, "ab": place[first, middle], "bc": place[middle, last]}.items():
            self.register_buffer(name, places, persistent=False)

    @property
    def channels(self) -> int:
        """How many there are of each frame."""
        return self.distances * DISTANCES + self.angles * ANGLES

    def forward(self, landmarks: Tensor) -> Tensor:
        points = landmarks.permute(2, 1, 0)  # (3, 33, N): what is gathered lies together
        towards = points.index_select(1, self.b) - points.index_select(1, self.a)  # (3, 528, N)
        x, y, z = towards.unbind()
        squared = x * x + y * y + z * z  # a sum over so short an axis is slow
        length = squared.sqrt()
        there = length > _NEAR  # which NaN is not
        parts: list[Tensor] = []
        if self.distances:
            shown = length / squared.mean(dim=0).sqrt() if self.scale_invariant else length
            parts.append(torch.where(there & shown.isfinite(), shown, 0.0))
        if self.angles:
            direction = torch.where(there, towards / length, 0.0)
            # From b to a is against the direction from a to b. Axis by axis: nothing of this size is made twice.
            x, y, z = ((-axis).index_select(0, self.ab) * axis.index_select(0, self.bc) for axis in direction.unbind())
            parts.append(x + y + z)
        return torch.cat(parts).T


class Residual(nn.Module):
    """(N, width, T, 1) to (N, out, T / stride, 1): 1x1 to half of `out`, 3x1, 1x1, and a shortcut past them."""

    def __init__(self, width: int, out: int, stride: int) -> None:
        super().__init__()
        inner = out // 2
        self.layers = nn.Sequential(
            nn.Conv2d(width, inner, 1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(),
            nn.Conv2d(inner, inner, (3, 1), (stride, 1), (1, 0), bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU(),
            nn.Conv2d(inner, out, 1, bias=False),
            nn.BatchNorm2d(out),
        )
        same = width == out and stride == 1
        self.shortcut = (
            nn.Identity()
            if same
            else nn.Sequential(nn.Conv2d(width, out, 1, (stride, 1), bias=False), nn.BatchNorm2d(out))
        )

    def forward(self, states: Tensor) -> Tensor:
        return (self.layers(states) + self.shortcut(states)).relu()


class Stride(nn.Module):
    """(N, T, channels) to (N, out, T / 2, 1): a Conv2d (3, 1) with stride (2, 1), padded by one instant.

    Written as one product of matrices, which for thousands of channels and sixteen instants is far faster.
    """

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.weights = nn.Linear(3 * channels, out)

    def forward(self, shown: Tensor) -> Tensor:
        before = torch.cat([torch.zeros_like(shown[:, :1]), shown[:, 1:-1:2]], dim=1)
        three = torch.cat([before, shown[:, 0::2], shown[:, 1::2]], dim=2)  # (N, T / 2, 3 channels)
        return self.weights(three).transpose(1, 2)[..., None]


class PoseView(nn.Module):
    """(N, T, channels) of one view to (N, 512): the pose stream of ALEX-GYM-1 up to its pooling."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Stride(channels, VIEW // 2),
            nn.BatchNorm2d(VIEW // 2),
            nn.ReLU(),
            Residual(VIEW // 2, VIEW, 2),
            Residual(VIEW, VIEW, 1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )

    def forward(self, shown: Tensor) -> Tensor:
        return self.layers(shown)


def head(widths: Sequence[int], criteria: int, dropout: float) -> nn.Sequential:
    """Fully connected layers of these widths, the first what goes in, with logits at the end."""
    layers: list[nn.Module] = []
    for inside, outside in pairwise(widths):
        layers += [nn.Linear(inside, outside), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Linear(widths[-1], criteria))
