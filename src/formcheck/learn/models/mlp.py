"""Multilayer perceptron over the flattened window.

The weakest of the networks beside the Transformer in "22 gym gestures" (Cybernetics and Physics 13-2, 2024), which
leaves its sizes open; ours are two hidden layers."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from torch import Tensor, nn

from formcheck.learn.models.shape import Shape


class MLP(nn.Module):
    """Logits (N, L) of windows (N, T, C)."""

    def __init__(self, shape: Shape, width: int = 256, dropout: float = 0.3) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            nn.Linear(shape.frames * shape.channels, width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(width, shape.classes),
        )

    def forward(self, window: Tensor) -> Tensor:
        return self.layers(window)


NETWORK = MLP
