"""Long short-term memory both ways, with two dense layers.

EJUST-GYM-3: 256 units each way, two dense ReLU layers each with dropout 0.4, softmax over the classes (which the loss
has here). The widths of the dense layers are open in the paper; ours halve: 256, 128. Also in "22 gym gestures"."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.learn.models.shape import Shape


class BiLSTM(nn.Module):
    """Logits (N, L) of windows (N, T, C)."""

    def __init__(self, shape: Shape, width: int = 256, dropout: float = 0.4) -> None:
        super().__init__()
        self.width = width
        self.over_time = nn.LSTM(shape.channels, width, batch_first=True, bidirectional=True)
        self.head = nn.Sequential(
            nn.Linear(2 * width, width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(width, max(width // 2, 2)),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(max(width // 2, 2), shape.classes),
        )

    def forward(self, window: Tensor) -> Tensor:
        states, _ = self.over_time(window)  # (N, T, 2 width)
        ends = torch.cat([states[:, -1, : self.width], states[:, 0, self.width :]], dim=1)  # each way has seen it all
        return self.head(ends)


NETWORK = BiLSTM
