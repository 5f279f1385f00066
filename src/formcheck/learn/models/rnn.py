"""Plain recurrent network (Elman), its last state classified.

RNN of "22 gym gestures" (Cybernetics and Physics 13-2, 2024), which leaves its sizes open; ours is one
layer of 128.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from torch import Tensor, nn

from formcheck.learn.models.shape import Shape


class RNN(nn.Module):
    """Logits (N, L) of windows (N, T, C)."""

    def __init__(self, shape: Shape, width: int = 128, dropout: float = 0.3) -> None:
        super().__init__()
        self.over_time = nn.RNN(shape.channels, width, batch_first=True)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, shape.classes))

    def forward(self, window: Tensor) -> Tensor:
        states, _ = self.over_time(window)  # (N, T, width)
        return self.head(states[:, -1])


NETWORK = RNN
