"""The pose stream of ALEX-GYM-1 (ICINCO 2025, DOI 10.5220/0013669400003982), for itself: two views, a head.

Per view a convolution over all channels of three instants to 256, two residual blocks to 512, and the mean over time.
Both views together make 1024, and 1024-512-256 the criteria. Open in the paper and chosen here: padding by one instant,
batch normalisation after every convolution, dropout 0.3; the reduction within a block to half and the stride of its
first are those of the authors' public code. What is not known in a frame is 0."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.learn.criteria.models.parts import VIEW, Pairwise, PoseView, head

SHOWN = ("both", "angles", "distances", "raw")


class Pose(nn.Module):
    """Logits (B, criteria) of landmarks (B, 2, 16, 33, 3).

    `shown` is what the network looks at: "both" angles and distances, one of them, or the "raw" landmarks, as in the
    paper's table 4. `scale_invariant` measures distances in those of the frame. Raises ValueError for another `shown`.
    """

    needs = ("landmarks",)
    width = 2 * VIEW  # of `features`

    def __init__(self, criteria: int, shown: str = "both", scale_invariant: bool = False, dropout: float = 0.3) -> None:
        super().__init__()
        if shown not in SHOWN:
            raise ValueError(f"expected shown to be {', '.join(SHOWN[:-1])} or {SHOWN[-1]}, got {shown!r}")
        raw = shown == "raw"
        self.looks = (
            _Raw() if raw else Pairwise(shown in ("both", "distances"), shown in ("both", "angles"), scale_invariant)
        )
        self.views = nn.ModuleList([PoseView(self.looks.channels), PoseView(self.looks.channels)])
        self.head = head((self.width, 512, 256), criteria, dropout)

    def forward(self, landmarks: Tensor, pictures: Tensor | None, present: Tensor) -> Tensor:
        return self.head(self.features(landmarks, present))

    def features(self, landmarks: Tensor, present: Tensor) -> Tensor:
        """(B, 1024) of both views, zeros for a view that is missing."""
        shown = self.looks(landmarks.flatten(0, 2)).unflatten(0, landmarks.shape[:3])  # (B, 2, 16, channels)
        there = present.to(landmarks.dtype)
        return torch.cat([stream(shown[:, at]) * there[:, at, None] for at, stream in enumerate(self.views)], dim=1)


class _Raw(nn.Module):
    """(N, 33, 3) to (N, 99), 0 for NaN."""

    channels = 99

    def forward(self, landmarks: Tensor) -> Tensor:
        return landmarks.nan_to_num(0.0).flatten(1)


NETWORK = Pose
