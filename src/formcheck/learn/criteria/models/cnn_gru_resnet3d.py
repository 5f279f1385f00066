"""A baseline of ALEX-GYM-1's table 4: 1D CNN and GRU over the landmarks' distances and angles, with 3D ResNet.

Open in the paper and chosen here: two convolutions of 256 over three instants each with batch normalisation, a GRU of
256 whose last state counts; 3D ResNet is R3D-18 as in the vision stream; both are fused as in the multi-modal one."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.learn.criteria.models.fusion import Fused
from formcheck.learn.criteria.models.parts import Pairwise
from formcheck.learn.criteria.models.vision import PictureViews
from formcheck.learn.criteria.r3d import R3D18


class CnnGruViews(nn.Module):
    """What the landmarks of both views show, by a 1D CNN and a GRU for each."""

    def __init__(self, width: int = 256) -> None:
        super().__init__()
        self.looks = Pairwise()
        self.views = nn.ModuleList(_CnnGru(self.looks.channels, width) for _ in range(2))
        self.width = 2 * width  # of `features`

    def features(self, landmarks: Tensor, present: Tensor) -> Tensor:
        """(B, width) of landmarks (B, 2, 16, 33, 3); zeros for a missing view."""
        shown = self.looks(landmarks.flatten(0, 2)).unflatten(0, landmarks.shape[:3])  # (B, 2, 16, channels)
        said = [view(shown[:, at].transpose(1, 2)) for at, view in enumerate(self.views)]
        return torch.cat([torch.where(present[:, at, None], each, 0.0) for at, each in enumerate(said)], dim=1)


class _CnnGru(nn.Module):
    """(N, channels, T) to (N, width)."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.over_instants = nn.Sequential(
            nn.Conv1d(channels, width, 3, padding=1),
            nn.BatchNorm1d(width),
            nn.ReLU(),
            nn.Conv1d(width, width, 3, padding=1),
            nn.BatchNorm1d(width),
            nn.ReLU(),
        )
        self.over_time = nn.GRU(width, width, batch_first=True)

    def forward(self, shown: Tensor) -> Tensor:
        states, _ = self.over_time(self.over_instants(shown).transpose(1, 2))
        return states[:, -1]


class CnnGruResNet3D(Fused):
    """Logits (B, criteria); `width` is that of the R3D-18's stem."""

    def __init__(self, criteria: int, width: int = 64, dropout: float = 0.3) -> None:
        super().__init__(criteria, CnnGruViews(), PictureViews(R3D18(width), R3D18(width), 16 * width), dropout)


NETWORK = CnnGruResNet3D
