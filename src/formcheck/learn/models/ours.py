"""Residual convolutions over time on places, speeds and bones, made for what is missing: our own.

Every joint gives its place in the picture and in space, its speed, and the bones that begin there, in space as
directions, which do not depend on how long somebody's limbs are. What is not known in a frame is 0 there and in
everything that follows from it, and the network is told so. Residual dilated convolutions follow (Bai, Kolter & Koltun,
"An empirical evaluation of generic convolutional and recurrent networks", 2018; batch normalisation and shortcuts as in
He et al., CVPR 2016), and what they find is averaged and its largest value taken over the window."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.learn.models.shape import Shape

_FASTER = 4.0  # speeds are small beside places: 15 frames a second
_HIDDEN = 0.05  # of the inputs, in training: no joint is leant on alone


class Residual(nn.Module):
    """Logits (N, L) of windows (N, T, C) whose channels are joints x fields."""

    def __init__(self, shape: Shape, width: int = 80, dropout: float = 0.2) -> None:
        super().__init__()
        self.shape = shape
        bones = torch.tensor(shape.bones, dtype=torch.int64).reshape(-1, 2)
        self.register_buffer("begins", bones[:, 0], persistent=False)
        self.register_buffer("ends", bones[:, 1], persistent=False)
        values = sum(len(places) for places, _ in shape.views)
        inside = (len(shape.views) + 2 * values) * shape.joints + values * len(shape.bones)
        self.stem = nn.Sequential(nn.Dropout1d(_HIDDEN), nn.Conv1d(inside, width, 1), nn.BatchNorm1d(width), nn.ReLU())
        self.blocks = nn.Sequential(
            Block(width, 1, 2, dropout),
            Block(width, 1, 2, dropout),
            Block(width, 1, 1, dropout),
            Block(width, 2, 1, dropout),
        )
        self.head = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * width, shape.classes))

    def forward(self, window: Tensor) -> Tensor:
        states = self.blocks(self.stem(self._looks(window).transpose(1, 2)))  # (N, width, T / 4)
        return self.head(torch.cat([states.mean(dim=2), states.amax(dim=2)], dim=1))

    def _looks(self, window: Tensor) -> Tensor:
        """(N, T, values): places, speeds and bones of what is known, and what that is."""
        fields = window.unflatten(2, (self.shape.joints, self.shape.fields))  # (N, T, V, fields)
        parts: list[Tensor] = []
        for places, seen in self.shape.views:
            place = torch.stack([fields[..., each] for each in places], dim=3)
            known = place.abs().amax(dim=3) if seen is None else fields[..., seen]
            known = (known > 0).to(place.dtype)[..., None]  # (N, T, V, 1)
            place = place * known
            speed = (place[:, 1:] - place[:, :-1]) * known[:, 1:] * known[:, :-1] * _FASTER
            speed = torch.cat([torch.zeros_like(place[:, :1]), speed], dim=1)
            bone = (
                (place[:, :, self.ends] - place[:, :, self.begins]) * known[:, :, self.ends] * known[:, :, self.begins]
            )
            if len(places) == 3:
                bone = bone / (bone.square().sum(dim=3, keepdim=True) + 1e-4).sqrt()
            parts += [place.flatten(2), known.flatten(2), speed.flatten(2), bone.flatten(2)]
        return torch.cat(parts, dim=2)


class Block(nn.Module):
    """(N, width, T) to (N, width, T / stride): two convolutions over five instants, and a shortcut past them."""

    def __init__(self, width: int, dilation: int, stride: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation, stride=stride),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Conv1d(width, width, 5, padding=2 * dilation, dilation=dilation),
            nn.BatchNorm1d(width),
        )
        self.shortcut = nn.Identity() if stride == 1 else nn.AvgPool1d(stride, ceil_mode=True)

    def forward(self, states: Tensor) -> Tensor:
        return (self.layers(states) + self.shortcut(states)).relu()


NETWORK = Residual
