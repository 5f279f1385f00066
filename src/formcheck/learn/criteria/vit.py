"""A vision transformer for short clips: patches of each picture first, then the pictures over time.

Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021: patches, a token that gathers, blocks with
normalisation first and GELU. Arnab et al., "ViViT", ICCV 2021, model 2: one encoder over space, another over time.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from contextlib import ExitStack

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel


class ViT(nn.Module):
    """Clips (B, 3, T, H, W) to (B, width); pictures of another size than `size` are brought to it first.

    `precision` as in `R3D18`.
    """

    def __init__(
        self,
        size: int = 64,
        patch: int = 8,
        frames: int = 16,
        width: int = 128,
        blocks: tuple[int, int] = (4, 2),
        heads: int = 4,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if size % patch:
            raise ValueError(f"expected pictures of a whole number of {patch} px patches, got {size} px")
        self.size, self.frames, self.width = size, frames, width
        self.patches = nn.Conv2d(3, width, patch, patch)
        self.gathers = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.places = nn.Parameter(0.02 * torch.randn(1, (size // patch) ** 2 + 1, width))
        self.instants = nn.Parameter(0.02 * torch.randn(1, frames, width))
        self.space = _encoder(width, heads, blocks[0], dropout)
        self.over_time = _encoder(width, heads, blocks[1], dropout)
        self.precision: torch.dtype | None = None

    def forward(self, clips: Tensor) -> Tensor:
        with self._computed_in(clips):
            return self._looked_at(clips).float()

    def _computed_in(self, like: Tensor) -> ExitStack:
        entered = ExitStack()
        if self.precision is not None:
            entered.enter_context(torch.autocast(like.device.type, self.precision))
            if like.device.type == "cpu":  # the fused kernel's way back takes ten times as long on so few patches
                entered.enter_context(sdpa_kernel(SDPBackend.MATH))
        return entered

    def _looked_at(self, clips: Tensor) -> Tensor:
        pictures = clips.transpose(1, 2).flatten(0, 1)  # (B T, 3, H, W)
        if pictures.shape[-2:] != (self.size, self.size):
            pictures = nn.functional.interpolate(pictures, (self.size, self.size), mode="area")
        tokens = self.patches(pictures).flatten(2).transpose(1, 2)  # (B T, P, width)
        tokens = torch.cat([self.gathers.expand(tokens.shape[0], -1, -1), tokens], dim=1) + self.places
        seen = self.space(tokens)[:, 0].unflatten(0, (clips.shape[0], self.frames))  # (B, T, width)
        return self.over_time(seen + self.instants).mean(dim=1)


def _encoder(width: int, heads: int, blocks: int, dropout: float) -> nn.TransformerEncoder:
    block = nn.TransformerEncoderLayer(
        width, heads, 4 * width, dropout, activation="gelu", batch_first=True, norm_first=True
    )
    return nn.TransformerEncoder(block, blocks, nn.LayerNorm(width), enable_nested_tensor=False)
