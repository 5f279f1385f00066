"""Joints looked at by a few learnt questions, then convolutions over time: our own, small, made for what is missing.

A joint is up to two tokens a frame, its place in the picture and its place in space, each with its speed. Learnt
questions attend to the tokens that are there, so that a joint, the depth or the picture may be missing in any frame
without anything standing in for it (masked attention: Vaswani et al. 2017, section 3.2.3). The answers go through
residual dilated convolutions over time (Bai et al., "An empirical evaluation of generic convolutional and recurrent
networks", 2018), and a last question attends to the frames that tell most."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.learn.models.shape import Shape

_AWAY = -1e4  # added to the score of what is not there; not infinity, since everything may be missing


class Questions(nn.Module):
    """Logits (N, L) of windows (N, T, C) whose channels are joints x fields."""

    def __init__(
        self, shape: Shape, token: int = 32, questions: int = 8, width: int = 96, blocks: int = 4, dropout: float = 0.2
    ) -> None:
        super().__init__()
        self.shape = shape
        self.embeddings = nn.ModuleList(nn.Linear(2 * len(places), token) for places, _ in shape.views)
        self.joints = nn.Parameter(0.1 * torch.randn(len(shape.views), shape.joints, token))
        self.questions = nn.Parameter(torch.randn(questions, token) / token**0.5)
        self.narrow = nn.Sequential(nn.Linear(questions * token, width), nn.LayerNorm(width))
        self.blocks = nn.ModuleList(Block(width, 2**at, dropout) for at in range(blocks))
        self.moments = nn.Linear(width, 4)
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(5 * width, shape.classes))

    def forward(self, window: Tensor) -> Tensor:
        fields = window.unflatten(2, (self.shape.joints, self.shape.fields))  # (N, T, V, fields)
        tokens, there = self._tokens(fields)
        scores = tokens @ self.questions.T + ((1.0 - there) * _AWAY)[..., None]  # (N, T, tokens, questions)
        weights = scores.softmax(dim=2) * there[..., None]
        answers = (weights.transpose(2, 3) @ tokens).flatten(2)  # (N, T, questions x token)
        states = self.narrow(answers).transpose(1, 2)  # (N, width, T)
        for block in self.blocks:
            states = block(states)
        told = there.amax(dim=2)[:, None]  # (N, 1, T): frames in which anything is there
        moments = self.moments(states.transpose(1, 2)).transpose(1, 2) + (1.0 - told) * _AWAY
        looked = torch.einsum("nmt,nct->nmc", moments.softmax(dim=2), states).flatten(1)
        mean = (states * told).sum(dim=2) / told.sum(dim=2).clamp(min=1.0)
        return self.head(torch.cat([looked, mean], dim=1))

    def _tokens(self, fields: Tensor) -> tuple[Tensor, Tensor]:
        """(N, T, tokens, token) and whether each is there, (N, T, tokens) 1 or 0."""
        tokens: list[Tensor] = []
        there: list[Tensor] = []
        for at, (places, seen) in enumerate(self.shape.views):
            place = torch.stack([fields[..., each] for each in places], dim=3)
            known = place.abs().amax(dim=3) if seen is None else fields[..., seen]
            known = (known > 0).to(place.dtype)  # (N, T, V)
            both = (known[:, 1:] * known[:, :-1])[..., None]
            speed = (place[:, 1:] - place[:, :-1]) * both
            speed = torch.cat([torch.zeros_like(place[:, :1]), speed], dim=1)
            tokens.append((self.embeddings[at](torch.cat([place, 4.0 * speed], dim=3)) + self.joints[at]).relu())
            there.append(known)
        return torch.cat(tokens, dim=2), torch.cat(there, dim=2)


class Block(nn.Module):
    """(N, width, T) to the same: a dilated depthwise convolution, then two pointwise ones, with a residual."""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation, groups=width),
            nn.BatchNorm1d(width),
            nn.Conv1d(width, 2 * width, 1),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Conv1d(2 * width, width, 1),
        )

    def forward(self, states: Tensor) -> Tensor:
        return states + self.layers(states)


NETWORK = Questions
