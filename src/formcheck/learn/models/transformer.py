"""Transformer encoder with sinusoidal positions.

"22 gym gestures" (Cybernetics and Physics 13-2, 2024): positions of the width of the input are added to the raw input;
one block of attention with 4 heads, add and norm, feed-forward, add and norm; a linear layer to the classes. Width of
the feed-forward, pooling and dropout are open in the paper, and 51 channels do not divide by 4: ours pads the input
with zero channels, has a feed-forward of 4 times the width, dropout 0.1, and takes the mean over time.

Vaswani et al., "Attention is all you need", NeurIPS 2017, section 3.5: the positions."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from formcheck.learn.models.shape import Shape


class Transformer(nn.Module):
    """Logits (N, L) of windows (N, T, C)."""

    positions: Tensor

    def __init__(self, shape: Shape, heads: int = 4, blocks: int = 1, dropout: float = 0.1) -> None:
        super().__init__()
        width = math.ceil(shape.channels / (2 * heads)) * 2 * heads
        self.further = width - shape.channels
        self.register_buffer("positions", sinusoids(shape.frames, width), persistent=False)
        self.blocks = nn.ModuleList(Block(width, heads, dropout) for _ in range(blocks))
        self.head = nn.Linear(width, shape.classes)

    def forward(self, window: Tensor) -> Tensor:
        states = pad(window, (0, self.further)) + self.positions  # (N, T, width)
        for block in self.blocks:
            states = block(states)
        return self.head(states.mean(dim=1))


class Block(nn.Module):
    """Attention, add and norm, feed-forward, add and norm: (N, T, width) to the same."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, heads, dropout=dropout, batch_first=True)
        self.forth = nn.Sequential(
            nn.Linear(width, 4 * width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(4 * width, width)
        )
        self.norms = nn.ModuleList([nn.LayerNorm(width), nn.LayerNorm(width)])
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor) -> Tensor:
        attended, _ = self.attention(states, states, states, need_weights=False)
        states = self.norms[0](states + self.dropout(attended))
        return self.norms[1](states + self.dropout(self.forth(states)))


def sinusoids(frames: int, width: int) -> Tensor:
    """(T, width) sines and cosines of the frame's number at wavelengths from 2 pi to 20,000 pi; an even width."""
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10_000.0) / width))
    phases = torch.arange(frames)[:, None] * rates  # (T, width / 2)
    return torch.stack([phases.sin(), phases.cos()], dim=2).reshape(frames, width)


NETWORK = Transformer
