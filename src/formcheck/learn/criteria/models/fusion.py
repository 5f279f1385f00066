"""The multi-stage fusion of ALEX-GYM-1 (ICINCO 2025, DOI 10.5220/0013669400003982): pose and vision together.

Each stream ends in 1024-512. Both, 1024, go through 1024-768-384-192 with batch normalisation and ReLU, 192-96 with
ReLU and dropout, and 96 the criteria. Open in the paper and chosen here: dropout 0.3, in the exits too; streams are
trained first, each for itself. The fusion begins with them: the pose stream is trained on with exits and head, the
pictures' networks stay as they are."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from formcheck.learn.criteria.models.pose import Pose
from formcheck.learn.criteria.models.vision import PictureViews, Words
from formcheck.learn.criteria.r3d import R3D18

_EXIT = 512


class Fused(nn.Module):
    """Logits (B, criteria) of a stream of landmarks and one of pictures, any two that have `features` and `width`.

    Either may be missing as a whole: None for its input is as if it had seen nothing.
    """

    needs = ("landmarks", "pictures")

    def __init__(self, criteria: int, pose: nn.Module, pictures: PictureViews, dropout: float) -> None:
        super().__init__()
        self.pose = pose
        self.pictures: PictureViews | Words = pictures
        self.exits = nn.ModuleList(
            nn.Sequential(nn.Linear(stream.width, _EXIT), nn.ReLU(), nn.Dropout(dropout)) for stream in (pose, pictures)
        )
        layers: list[nn.Module] = []
        for inside, outside in ((2 * _EXIT, 768), (768, 384), (384, 192)):
            layers += [nn.Linear(inside, outside), nn.BatchNorm1d(outside), nn.ReLU()]
        layers += [nn.Linear(192, 96), nn.ReLU(), nn.Dropout(dropout), nn.Linear(96, criteria)]
        self.head = nn.Sequential(*layers)

    def forward(self, landmarks: Tensor | None, pictures: Tensor | None, present: Tensor) -> Tensor:
        said = [_said(stream, shown, present) for stream, shown in ((self.pose, landmarks), (self.pictures, pictures))]
        return self.head(torch.cat([exit(each) for exit, each in zip(self.exits, said, strict=True)], dim=1))

    def begin_with(self, pose: Mapping[str, Tensor] | None) -> None:
        """Begin with trained streams: weights of the pose stream where given, and what the other says as its input."""
        if pose is not None:
            self.pose.load_state_dict(pose)
        self.pictures = Words(self.pictures.width)


def _said(stream: nn.Module, shown: Tensor | None, present: Tensor) -> Tensor:
    if shown is None:
        return torch.zeros(len(present), stream.width, device=present.device)
    return stream.features(shown, present)


class MultiModal(Fused):
    """The paper's own: the pose stream and two R3D-18 of `width`, 64 in the paper."""

    def __init__(
        self, criteria: int, width: int = 64, shown: str = "both", scale_invariant: bool = False, dropout: float = 0.3
    ) -> None:
        pose = Pose(criteria, shown, scale_invariant)
        pose.head = nn.Identity()  # the fusion's stands in its place
        super().__init__(criteria, pose, PictureViews(R3D18(width), R3D18(width), 16 * width), dropout)


NETWORK = MultiModal
