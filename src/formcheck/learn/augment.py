"""What windows go through in training: the papers' augmentations and ours, a batch (N, T, C) at a time.

Each is a callable `(windows, layout, generator) -> windows`, drawn anew for every window, and shows only what another
person before another camera could have shown. `_SEEN` channels change where joints are taken away, and nowhere else.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor

from formcheck.predictor import Field, Layout

Augmentation = Callable[[Tensor, Layout, Generator], Tensor]

_IMAGE = (Field.IMAGE_X, Field.IMAGE_Y)
_WORLD = (Field.WORLD_X, Field.WORLD_Y, Field.WORLD_Z)
_SEEN = (Field.IMAGE_SEEN, Field.WORLD_SEEN)
FRAME_PX = (1280, 720)  # EJUST-GYM-3 and most phones: what ±100 px of GymbrAIn are a share of


def _rand(generator: Generator, *size: int) -> Tensor:
    return torch.rand(size, generator=generator)


def _at(layout: Layout, *fields: Field) -> Tensor:
    return torch.as_tensor(layout.where(*fields))


@dataclass(frozen=True)
class Mirror:
    """A share of the windows mirrored, left joints for right ones: GymbrAIn, EJUST-GYM-3."""

    share: float = 0.5

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        order, signs = layout.mirror()
        chosen = _rand(generator, len(windows), 1, 1) < self.share
        return torch.where(chosen, windows[..., torch.as_tensor(order)] * torch.as_tensor(signs), windows)


@dataclass(frozen=True)
class Noise:
    """Gaussian noise of `size` (in the layout's unit) on every place that is there: EJUST-GYM-3, size open there."""

    size: float = 0.02

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        places = _at(layout, *_IMAGE, *_WORLD)
        there = (windows[..., places] != 0).to(windows.dtype)  # missing is exactly 0
        out = windows.clone()
        out[..., places] += self.size * there * torch.randn(there.shape, generator=generator)
        return out


@dataclass(frozen=True)
class FrameDropShuffle:
    """A share of the frames replaced by the one before, and as many neighbours exchanged: EJUST-GYM-3, share open."""

    share: float = 0.1

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        count, frames = windows.shape[:2]
        source = torch.arange(frames).expand(count, frames).clone()
        dropped = _rand(generator, count, frames) < self.share
        source[:, 1:] -= dropped[:, 1:].long()
        swapped = torch.nonzero(_rand(generator, count, frames - 1) < self.share / 2)
        rows, first = swapped[:, 0], swapped[:, 1]
        source[rows, first], source[rows, first + 1] = source[rows, first + 1].clone(), source[rows, first].clone()
        return windows[torch.arange(count)[:, None], source]


@dataclass(frozen=True)
class Translate:
    """The picture moved by up to `pixels` both ways: GymbrAIn, ±100 px. For layouts that keep where that is."""

    pixels: float = 100.0

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        out = windows.clone()
        for field, size in zip(_IMAGE, FRAME_PX, strict=True):
            places = _at(layout, field)
            moved = (2 * _rand(generator, len(windows), 1, 1) - 1) * self.pixels / size
            out[..., places] += moved * (windows[..., places] != 0)
        return out


@dataclass(frozen=True)
class Turn:
    """The body turned about the vertical by up to `most_deg`: yaw is estimated, and estimated wrongly."""

    most_deg: float = 25.0

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        angle = (2 * _rand(generator, len(windows), 1, 1) - 1) * math.radians(self.most_deg)
        x, z = _at(layout, Field.WORLD_X), _at(layout, Field.WORLD_Z)
        out = windows.clone()
        out[..., x] = windows[..., x] * angle.cos() - windows[..., z] * angle.sin()
        out[..., z] = windows[..., x] * angle.sin() + windows[..., z] * angle.cos()
        return out


@dataclass(frozen=True)
class Stretch:
    """Each direction stretched by up to `most`: other builds, and lenses and estimators that make them look other."""

    most: float = 0.12

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        out = windows.clone()
        for field in (*_IMAGE, *_WORLD):
            out[..., _at(layout, field)] *= 1 + (2 * _rand(generator, len(windows), 1, 1) - 1) * self.most
        return out


@dataclass(frozen=True)
class BoneScale:
    """Each joint's distance from the middle scaled by up to `most`, the same over the window and on both sides."""

    most: float = 0.06

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        joints = len(layout.skeleton)
        scale = 1 + (2 * _rand(generator, len(windows), joints) - 1) * self.most
        scale = (scale + scale[:, torch.as_tensor(layout.skeleton.mirrored_order())]) / 2
        graph = windows.unflatten(2, (joints, -1)).clone()
        for at, field in enumerate(layout.fields):
            if field not in _SEEN:
                graph[..., at] *= scale[:, None]
        return graph.flatten(2)


@dataclass(frozen=True)
class TimeWarp:
    """The window played faster or slower by up to `most`, about a moment in it; what lies outside stands still."""

    most: float = 0.3

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        count, frames = windows.shape[:2]
        speed = torch.exp((2 * _rand(generator, count, 1) - 1) * math.log1p(self.most)).clamp(max=1.0 + self.most)
        pivot = _rand(generator, count, 1) * (frames - 1)
        at = (pivot + speed * (torch.arange(frames) - pivot)).clamp(0, frames - 1)
        before = at.floor().long().clamp(max=frames - 2)
        share = (at - before)[..., None]
        rows = torch.arange(count)[:, None]
        first, second = windows[rows, before], windows[rows, before + 1]
        mixed = first + share * (second - first)
        whole = (first != 0) == (second != 0)  # between a place and a missing one lies nothing
        return torch.where(whole, mixed, torch.zeros_like(mixed))


@dataclass(frozen=True)
class JointDropout:
    """Joints taken away for the whole window, each by chance `share`, in a share `often` of the windows."""

    share: float = 0.15
    often: float = 0.4

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        joints = len(layout.skeleton)
        gone = _rand(generator, len(windows), 1, joints, 1) < self.share
        gone &= _rand(generator, len(windows), 1, 1, 1) < self.often
        return windows.unflatten(2, (joints, -1)).masked_fill(gone, 0.0).flatten(2)


@dataclass(frozen=True)
class SourceDropout:
    """Picture, space, or feet taken away: as with 2D estimators, motion capture, and COCO's 17 joints."""

    picture: float = 0.15
    space: float = 0.2
    feet: float = 0.25

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        out = windows.clone()
        drawn = _rand(generator, len(windows), 1, 1)
        both = bool(layout.where(*_IMAGE).size and layout.where(*_WORLD).size)
        image, world = _at(layout, *_IMAGE, Field.IMAGE_SEEN), _at(layout, *_WORLD, Field.WORLD_SEEN)
        if both:
            out[..., image] *= drawn >= self.picture
            out[..., world] *= (drawn < self.picture) | (drawn >= self.picture + self.space)
        feet = torch.tensor([name.startswith(("heel", "foot")) for name in layout.skeleton.joints])
        gone = feet[:, None] & (_rand(generator, len(windows), 1, 1, 1) < self.feet)
        return out.unflatten(2, (len(feet), -1)).masked_fill(gone, 0.0).flatten(2)


@dataclass(frozen=True)
class CutShort:
    """A share of the windows over after a part of `least` at the least: as recordings shorter than a window are."""

    share: float = 0.15
    least: float = 0.25

    def __call__(self, windows: Tensor, layout: Layout, generator: Generator) -> Tensor:
        count, frames = windows.shape[:2]
        kept = (self.least + (1 - self.least) * _rand(generator, count, 1)) * frames
        kept = torch.where(_rand(generator, count, 1) < self.share, kept, float(frames))
        return windows * (torch.arange(frames) < kept)[..., None]


EJUST = (FrameDropShuffle(), Noise(), Mirror())
"""EJUST-GYM-3, whose exercises are all symmetric but for their sides."""

GYMBRAIN = (Translate(), Mirror())
"""GymbrAIn."""

OURS = (
    *(Mirror(), TimeWarp(), Turn(), Stretch(), BoneScale(), Noise(0.015)),
    *(JointDropout(), SourceDropout(), CutShort()),
)
"""Ours, for `BODY`."""
