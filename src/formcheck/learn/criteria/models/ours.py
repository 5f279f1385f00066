"""A small network on what coaches look at, pose only: our own.

In each view the places of joints about the hips, limbs and feet as lines with direction and length, how far the hips
come down, and the legs once more as the one that stands and the other (where one is in front or in the air, its foot is
the lower one in the picture), with the bends of their joints; all in body sizes on one scale. Of each six instants, the
extremes, mean, spread and median; one hidden layer looks at these, and boosted stumps, whose logits are added. Where
nobody was found the frame before stands in, else the one after; a missing view counts as average and has no stump.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import torch
from torch import Tensor, nn

from formcheck.body import BLAZEPOSE_33
from formcheck.learn.criteria.stumps import Stumps

_PAIRED = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
_SIDES = ("left", "right")
_POINTS = ("nose", "ear_left", "ear_right", *(f"{name}_{side}" for name in _PAIRED for side in _SIDES))
_ALONG = (
    ("hip", "knee"),
    ("knee", "ankle"),
    ("heel", "foot_index"),
    ("ankle", "foot_index"),
    ("hip", "shoulder"),
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("shoulder", "ear"),
    ("hip", "ear"),
    ("ankle", "hip"),
    ("ankle", "shoulder"),
    ("ankle", "heel"),
)
_ACROSS = ("hip", "shoulder", "ankle", "heel", "foot_index", "knee", "ear")
_LINES = (
    *((f"{a}_{side}", f"{b}_{side}") for a, b in _ALONG for side in _SIDES),
    *((f"{name}_left", f"{name}_right") for name in _ACROSS),
    ("ear_left", "nose"),
    ("ear_right", "nose"),
)
_LEG = ("hip", "knee", "ankle", "heel", "foot_index")
_OF_LEG = ((0, 1), (1, 2), (3, 4), (2, 4), (0, 2))  # thigh, shank, sole, instep, hip to ankle
_TURN = slice(6, 11)  # of 16 instants
_INSTANTS = (0, 4, 6, 8, 10, 12)  # of 16
_FARTHEST = 8.0  # standard deviations: what lies beyond is a mistake


def _places(*names: str) -> Tensor:
    return torch.tensor([BLAZEPOSE_33.index(name) for name in names])


class Ours(nn.Module):
    """Logits (B, criteria) of landmarks (B, 2, 16, 33, 3) on one scale; `measure` sets what is average first."""

    needs = ("landmarks",)
    square = True

    def __init__(self, criteria: int, width: int = 96, hidden: float = 0.2, dropout: float = 0.4) -> None:
        super().__init__()
        self.register_buffer("points", _places(*_POINTS), persistent=False)
        self.register_buffer("begins", _places(*(a for a, _ in _LINES)), persistent=False)
        self.register_buffer("ends", _places(*(b for _, b in _LINES)), persistent=False)
        for side in _SIDES:
            self.register_buffer(side, _places(*(f"{name}_{side}" for name in _LEG)), persistent=False)
        looks = 2 * len(_POINTS) + 2 + 5 * len(_LINES) + 2 * (3 * len(_OF_LEG) + 3 * 2 + 2 * 2)
        self.values = looks * (len(_INSTANTS) + 6)  # of one view
        self.register_buffer("mean", torch.zeros(2, self.values))
        self.register_buffer("spread", torch.ones(2, self.values))
        self.layers = nn.Sequential(
            nn.Dropout(hidden),
            nn.Linear(2 * self.values, width),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(width, criteria),
        )
        self.stumps = Stumps(criteria)

    def forward(self, landmarks: Tensor, pictures: Tensor | None, present: Tensor) -> Tensor:
        looks = self.looked_at(landmarks, present)
        return self.layers(self.standard(looks, present)) + self.stumps(*self.single(looks, present))

    def standard(self, looks: Tensor, present: Tensor) -> Tensor:
        """(B, 2 x values) of what was looked at, in standard deviations from average, 0 for a missing view."""
        far = ((looks - self.mean) / self.spread).clamp(-_FARTHEST, _FARTHEST)
        return torch.where(present[..., None], far, 0.0).flatten(1)

    def single(self, looks: Tensor, present: Tensor) -> tuple[Tensor, Tensor]:
        """What the stumps look at, (B, 2 x values) with 0 for a missing view, and which of it is there."""
        known = present[..., None].expand(looks.shape)
        return torch.where(known, looks, 0.0).flatten(1), known.flatten(1)

    def measure(self, looks: Tensor, present: Tensor) -> None:
        """Take mean and spread of each value from those of repetitions (B, 2, values)."""
        for view in range(2):
            if present[:, view].any():
                here = looks[present[:, view], view]
                self.mean[view], self.spread[view] = here.mean(dim=0), here.std(dim=0, correction=0) + 1e-3

    def looked_at(self, landmarks: Tensor, present: Tensor) -> Tensor:
        """(B, 2, values) of landmarks (B, 2, 16, 33, 3) of the views that are present (B, 2)."""
        points = _filled(torch.where(present[:, :, None, None, None], landmarks[..., :2], torch.nan))
        shoulders, hips, ankles = (self._middle(points, name) for name in ("shoulder", "hip", "ankle"))
        size = (shoulders - ankles).square().sum(dim=-1).sqrt().amax(dim=2)  # (B, 2)
        points = points / torch.where(size > 0, size, 1.0)[..., None, None, None]
        hips, ankles = (self._middle(points, name) for name in ("hip", "ankle"))
        about = points.index_select(3, self.points) - hips[..., None, :]
        lines = points.index_select(3, self.ends) - points.index_select(3, self.begins)
        lengths = lines.square().sum(dim=-1, keepdim=True).sqrt()
        floor = ankles.sort(dim=2).values[:, :, 7:9].mean(dim=2, keepdim=True)
        parts = (about, lines, lines / (lengths + 1e-6), lengths, *self._legs(points))
        over_time = torch.cat([*(each.flatten(3) for each in parts), hips - floor], dim=3)  # (B, 2, 16, looks)
        mean = over_time.mean(dim=2)
        spread = (over_time - mean[:, :, None]).square().mean(dim=2).sqrt()
        high, low = over_time.amax(dim=2), over_time.amin(dim=2)
        instants = [over_time[:, :, at] for at in _INSTANTS]
        median = over_time.sort(dim=2).values[:, :, 7]  # the lower one, as torch has it
        return torch.cat([*instants, high, low, high - low, mean, spread, median], dim=2)

    def _legs(self, points: Tensor) -> list[Tensor]:
        """Of the standing leg, then of the other: lines, their lengths, bends, and hips and head over its ankle."""
        left, right = points.index_select(3, self.left), points.index_select(3, self.right)  # (B, 2, 16, 5, 2)
        lower = (left - right)[:, :, _TURN, 2, 1].mean(dim=2).sum(dim=1) > 0  # (B,): y points down
        one = torch.ones_like(left[:, 0, 0, 0, 0])
        front, side = (torch.stack([x, one], dim=1) for x in (torch.where(lower, one, -one), one))
        across = torch.stack([front, side], dim=1)[:, :, None, None]  # outward is to the right, from before
        lower = lower[:, None, None, None, None]
        trunk = self._middle(points, "shoulder") - self._middle(points, "hip")
        over = torch.stack([self._middle(points, "hip"), points[..., 0, :]], dim=3)
        found: list[Tensor] = []
        for leg in (torch.where(lower, left, right), torch.where(lower, right, left)):
            lines = torch.stack([leg[..., b, :] - leg[..., a, :] for a, b in _OF_LEG], dim=3) * across
            lengths = lines.square().sum(dim=-1, keepdim=True).sqrt()
            ways = lines / (lengths + 1e-6)
            body = trunk[..., None, :] * across
            body = body / (body.square().sum(dim=-1, keepdim=True).sqrt() + 1e-6)
            thigh, shank, sole = ways[..., 0:1, :], ways[..., 1:2, :], ways[..., 2:3, :]
            bends = torch.cat([_bend(thigh, shank), _bend(shank, sole), _bend(body, thigh)], dim=3)
            found += [ways, lengths, bends, (over - leg[..., 2:3, :]) * across]
        return found

    def _middle(self, points: Tensor, name: str) -> Tensor:
        left, right = (BLAZEPOSE_33.index(f"{name}_{side}") for side in _SIDES)
        return (points[..., left, :] + points[..., right, :]) / 2


def _bend(one: Tensor, other: Tensor) -> Tensor:
    """Cosine and sine of the angle from one direction (..., 2) to another."""
    sine = one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]
    return torch.stack([(one * other).sum(dim=-1), sine], dim=-1)


def _filled(points: Tensor) -> Tensor:
    """(B, 2, 16, 33, 2) without gaps: the instant before, else the one after; 0 where there is none."""
    frames = list(points.unbind(dim=2))
    for order in (range(1, len(frames)), range(len(frames) - 2, -1, -1)):
        step = order.step
        for at in order:
            frames[at] = torch.where(frames[at].isnan(), frames[at - step], frames[at])
    return torch.stack(frames, dim=2).nan_to_num(0.0)


NETWORK = Ours
