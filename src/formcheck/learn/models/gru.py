"""Gated recurrent unit, with or without multi-head self-attention over its states.

GymbrAIn: 256 or 512 units, dropout 0.5 or 0.25, softmax over the classes (which the loss has here). The number of
heads is open in the paper; ours are 4."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from torch import Tensor, nn

from formcheck.learn.models.shape import Shape


class GRU(nn.Module):
    """Logits (N, L) of windows (N, T, C)."""

    def __init__(
        self, shape: Shape, width: int = 256, dropout: float = 0.25, attention: bool = True, heads: int = 4
    ) -> None:
        super().__init__()
        self.over_time = nn.GRU(shape.channels, width, batch_first=True)
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True) if attention else None
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(width, shape.classes))

    def forward(self, window: Tensor) -> Tensor:
        states, _ = self.over_time(window)  # (N, T, width)
        if self.attention is None:
            return self.head(states[:, -1])
        attended, _ = self.attention(states, states, states, need_weights=False)
        return self.head(attended.mean(dim=1))


NETWORK = GRU
