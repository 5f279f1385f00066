"""Convolutions over time, pooled.

CNN-1D of "22 gym gestures" (Cybernetics and Physics 13-2, 2024), which leaves its sizes open; ours are three layers
of kernel 5."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from itertools import pairwise

from torch import Tensor, nn

from formcheck.learn.models.shape import Shape


class CNN1D(nn.Module):
    """Logits (N, L) of windows (N, T, C)."""

    def __init__(self, shape: Shape, width: int = 128, dropout: float = 0.3) -> None:
        super().__init__()
        widths = (shape.channels, width, width, width)
        layers: list[nn.Module] = []
        for inside, outside in pairwise(widths):
            layers += [nn.Conv1d(inside, outside, 5, padding=2), nn.BatchNorm1d(outside), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, shape.classes))

    def forward(self, window: Tensor) -> Tensor:
        features = self.layers(window.transpose(1, 2))  # (N, width, T)
        return self.head(features.mean(dim=2))


NETWORK = CNN1D
