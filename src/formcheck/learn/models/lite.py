"""Inception with fixed filters and separable convolutions, about 90,000 weights for our windows.

LITE of Ismail-Fawaz et al., "LITE: Light Inception with boosTing tEchniques for time series classification", DSAA 2023:
beside kernels of three lengths stand filters that nobody trains, which see what rises, falls and peaks; two dilated
separable convolutions follow. As in InceptionTime (Ismail Fawaz et al. 2020) a bottleneck precedes the kernels."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.learn.models.shape import Shape

_KERNELS = (41, 21, 11)  # LITE has 40, 20, 10; odd ones keep the length without a shift
_RISES = (2, 4, 8, 16, 32)
_PEAKS = (6, 12, 24)


class LITE(nn.Module):
    """Logits (N, L) of windows (N, T, C)."""

    def __init__(self, shape: Shape, width: int = 32, dropout: float = 0.2) -> None:
        super().__init__()
        self.bottleneck = nn.Conv1d(shape.channels, width, 1, bias=False)
        self.kernels = nn.ModuleList(nn.Conv1d(width, width, size, padding=size // 2, bias=False) for size in _KERNELS)
        self.fixed = Fixed()
        inside = len(_KERNELS) * width + 4 * (2 * len(_RISES) + len(_PEAKS))
        self.into_few = nn.Conv1d(width, 4, 1, bias=False)  # what the fixed filters look at
        self.norm = nn.BatchNorm1d(inside)
        self.separable = nn.Sequential(*_separable(inside, width, 21, 2), *_separable(width, width, 11, 4))
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, shape.classes))

    def forward(self, window: Tensor) -> Tensor:
        few = self.bottleneck(window.transpose(1, 2))  # (N, width, T)
        found = [kernel(few) for kernel in self.kernels] + [self.fixed(self.into_few(few))]
        features = self.separable(self.norm(torch.cat(found, dim=1)).relu())
        return self.head(features.mean(dim=2))


class Fixed(nn.Module):
    """(N, 4, T) to (N, 4 F, T): each channel filtered by F filters for rises, falls and peaks."""

    def __init__(self) -> None:
        super().__init__()
        filters: list[Tensor] = []
        for length in _RISES:
            rise = torch.ones(length)
            rise[: length // 2] = -1.0
            filters += [rise / length, -rise / length]
        for length in _PEAKS:
            third = torch.hann_window(length // 3, periodic=False) if length > 6 else torch.ones(2)
            peak = torch.cat([-0.5 * third, third, -0.5 * third])
            filters.append(peak / length)
        for at, each in enumerate(filters):
            self.register_buffer(f"filter_{at}", each.expand(4, 1, -1).clone(), persistent=False)
        self.count = len(filters)

    def forward(self, few: Tensor) -> Tensor:
        found: list[Tensor] = []
        for at in range(self.count):
            kernel = getattr(self, f"filter_{at}")
            length = kernel.shape[2]
            padded = nn.functional.pad(few, (length // 2, length - 1 - length // 2))
            found.append(nn.functional.conv1d(padded, kernel, groups=4))
        return torch.cat(found, dim=1)


def _separable(inside: int, outside: int, size: int, dilation: int) -> list[nn.Module]:
    padding = dilation * (size // 2)
    return [
        nn.Conv1d(inside, inside, size, padding=padding, dilation=dilation, groups=inside, bias=False),
        nn.Conv1d(inside, outside, 1, bias=False),
        nn.BatchNorm1d(outside),
        nn.ReLU(),
    ]


NETWORK = LITE
