"""A baseline of ALEX-GYM-1's table 4: 2D CNN over the landmarks, with ViT.

Open in the paper and chosen here: the 2D CNN looks at the landmarks as a picture of 16 instants by 33 joints, x, y and
z its colours, through four 3 x 3 convolutions of 32, 64, 128 and 256 with batch normalisation, halved after the first
three; the ViT as in `cnn_gru_vit`; both are fused as in the multi-modal one."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.learn.criteria.models.fusion import Fused
from formcheck.learn.criteria.models.vision import PictureViews
from formcheck.learn.criteria.vit import ViT

_WIDTHS = (32, 64, 128, 256)


class Cnn2DViews(nn.Module):
    """What the landmarks of both views show, by a 2D CNN for each."""

    width = 2 * _WIDTHS[-1]  # of `features`

    def __init__(self) -> None:
        super().__init__()
        self.views = nn.ModuleList(_cnn() for _ in range(2))

    def features(self, landmarks: Tensor, present: Tensor) -> Tensor:
        """(B, width) of landmarks (B, 2, 16, 33, 3), 0 for NaN; zeros for a missing view."""
        shown = landmarks.nan_to_num(0.0).permute(0, 1, 4, 2, 3)  # (B, 2, 3, 16, 33)
        said = [view(shown[:, at]) for at, view in enumerate(self.views)]
        return torch.cat([torch.where(present[:, at, None], each, 0.0) for at, each in enumerate(said)], dim=1)


def _cnn() -> nn.Sequential:
    layers: list[nn.Module] = []
    for inside, outside in zip((3, *_WIDTHS[:-1]), _WIDTHS, strict=True):
        layers += [nn.Conv2d(inside, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside), nn.ReLU()]
        layers += [nn.MaxPool2d(2)] if outside != _WIDTHS[-1] else []
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten())


class Cnn2DViT(Fused):
    """Logits (B, criteria) of landmarks and pictures, which are looked at with `size` px."""

    def __init__(
        self, criteria: int, size: int = 64, width: int = 128, blocks: tuple[int, int] = (4, 2), dropout: float = 0.3
    ) -> None:
        front, side = (ViT(size, size // 8, width=width, blocks=blocks) for _ in range(2))
        super().__init__(criteria, Cnn2DViews(), PictureViews(front, side, 2 * width), dropout)


NETWORK = Cnn2DViT
