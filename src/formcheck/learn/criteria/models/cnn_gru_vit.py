"""A baseline of ALEX-GYM-1's table 4: 1D CNN and GRU over the landmarks' distances and angles, with ViT.

Open in the paper and chosen here: the CNN-GRU as in `cnn_gru_resnet3d`; a ViT for each view with patches of an eighth
of the picture's side, four blocks of width 128 and 4 heads over a picture and two over the 16 pictures, no dropout (1.2
million weights each, which a CPU trains); both are fused as in the multi-modal one."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from formcheck.learn.criteria.models.cnn_gru_resnet3d import CnnGruViews
from formcheck.learn.criteria.models.fusion import Fused
from formcheck.learn.criteria.models.vision import PictureViews
from formcheck.learn.criteria.vit import ViT


class CnnGruViT(Fused):
    """Logits (B, criteria) of landmarks and pictures, which are looked at with `size` px."""

    def __init__(
        self, criteria: int, size: int = 64, width: int = 128, blocks: tuple[int, int] = (4, 2), dropout: float = 0.3
    ) -> None:
        front, side = (ViT(size, size // 8, width=width, blocks=blocks) for _ in range(2))
        super().__init__(criteria, CnnGruViews(), PictureViews(front, side, 2 * width), dropout)


NETWORK = CnnGruViT
