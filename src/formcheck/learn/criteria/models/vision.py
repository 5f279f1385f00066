"""The vision stream of ALEX-GYM-1 (ICINCO 2025, DOI 10.5220/0013669400003982), for itself: one R3D-18 for each view.

512 from each, and 1024-512-256 the criteria. It starts from Kinetics-400, with stem and stages 1 and 2 frozen, where
such weights are given; without them freezing would keep noise, and every layer is trained. Open in the paper and chosen
here: dropout 0.3."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from formcheck.learn.criteria.models.parts import head
from formcheck.learn.criteria.r3d import R3D18


class PictureViews(nn.Module):
    """What the pictures of both views show, by a network for each that gives (B, width / 2) of a clip."""

    def __init__(self, front: nn.Module, side: nn.Module, width: int) -> None:
        super().__init__()
        self.views = nn.ModuleList([front, side])
        self.width = width  # of `features`

    def features(self, pictures: Tensor, present: Tensor) -> Tensor:
        """(B, width) of pictures (B, 2, 3, 16, H, W), or of what `R3D18.early` made of them.

        Zeros for a missing view.
        """
        said = [self._said(view, pictures[:, at], present[:, at]) for at, view in enumerate(self.views)]
        return torch.cat(said, dim=1)

    def start_from(self, state: Mapping[str, Tensor]) -> None:
        """Take pretrained weights (`kinetics_weights`) into both views, and freeze what the paper freezes.

        Raises ValueError where the networks are not those of these weights.
        """
        for view in self.views:
            if not isinstance(view, R3D18) or view.stem[0].weight.shape != state["stem.0.weight"].shape:
                raise ValueError(
                    "expected R3D-18 of width 64 for pretrained weights, got others; leave the weights out"
                )
            view.load_state_dict(state)
            view.freeze()

    def _said(self, view: nn.Module, clips: Tensor, there: Tensor) -> Tensor:
        look = _later(view) if clips.shape[1] != 3 else view
        if not self.training:
            return torch.where(there[:, None], look(clips), 0.0)
        # A view that is missing must not enter the normalisation of its batch.
        said = torch.zeros(len(clips), self.width // 2, device=clips.device)
        if there.any():
            said[there] = look(clips[there])
        return said


class Words(nn.Module):
    """Stands in the place of trained `PictureViews` that stay as they are: what they say (B, 2, W) is given."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width  # 2 W

    def features(self, said: Tensor, present: Tensor) -> Tensor:
        """(B, 2 W), zeros for a missing view."""
        return torch.where(present[..., None], said, 0.0).flatten(1)


class Vision(nn.Module):
    """Logits (B, criteria) of pictures (B, 2, 3, 16, H, W); `width` is that of the R3D-18's stem, 64 in the paper."""

    needs = ("pictures",)

    def __init__(self, criteria: int, width: int = 64, dropout: float = 0.3) -> None:
        super().__init__()
        self.pictures = PictureViews(R3D18(width), R3D18(width), 16 * width)
        self.head = head((16 * width, 512, 256), criteria, dropout)

    def forward(self, landmarks: Tensor | None, pictures: Tensor, present: Tensor) -> Tensor:
        return self.head(self.pictures.features(pictures, present))


def _later(view: nn.Module) -> Callable[[Tensor], Tensor]:
    if not isinstance(view, R3D18):
        raise ValueError("expected pictures (B, 2, 3, T, H, W) for this network, got activations of an R3D-18")
    return view.late


NETWORK = Vision
