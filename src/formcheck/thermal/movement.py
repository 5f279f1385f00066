"""How somebody moves in thermal frames, whatever they do: how the picture of their warmth changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from formcheck.body.movement import LONGEST_GAP_S, STIRRING, Movement, principal
from formcheck.signals import Floats, Signal, fill_gaps, rate_hz, smooth, uniform_clock
from formcheck.sources.thermal import Warmth
from formcheck.thermal.silhouette import Silhouettes

FASTEST_HZ = 17.4  # twice what the cameras give: turning points fall between frames
CUTOFF_HZ = 3.5  # 0.4 of 8.7 frames a second, as for joints seen at that rate
KEPT = 8  # symmetrical and as many other directions in which the picture changes
ACROSS, DOWN = 36, 27  # cells of the reduced picture
LEAST_FRAMES = 8
PRESENT = 0.25  # of the frames: who is there less is not followed
PART_S = 2.5  # about a repetition
USUALLY = 60  # per cent of these parts move less than what is usual: there may be rests between
RARELY = 0.05  # the least that a direction counts
EQUAL = 0.6  # of the brightest warmth: a face is not worth three shirts


@dataclass(frozen=True, eq=False)
class WarmMovement(Movement):
    """A person's movement in thermal frames on an even clock.

    `joints` (T, 8, 2) are how far the picture of the person's warmth is from its mean along the directions in which it
    changes most: [..., 0] of the half of it that is its own mirror image, [..., 1] of the other half. The length of
    all of them is about 1 when nothing of the person is where it was.
    `outline` (T, C) are numbers of the silhouette named `of_outline`, lengths over the square root of the person's
    area; `middle` (T, 2) is where the person is in the picture, in the same lengths.
    """

    outline: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    of_outline: tuple[str, ...] = ()

    @staticmethod
    def of_silhouettes(seen: Silhouettes) -> WarmMovement | None:
        """The movement of a person who was found; None when they were in too few frames."""
        if seen.found.sum() < LEAST_FRAMES or seen.found.mean() < PRESENT:
            return None
        first, last = seen.time[seen.found][[0, -1]]
        known = np.isfinite(fill_gaps(seen.time, np.where(seen.found, 1.0, np.nan), LONGEST_GAP_S))
        clock = uniform_clock(float(first), float(last) + 1e-6, min(FASTEST_HZ, 2 * rate_hz(seen.time)))
        changes = _changes(seen)
        names, numbers = _outline(seen)
        values = np.concatenate([changes, numbers], axis=1)
        even = np.stack([np.interp(clock, seen.time[seen.found], each) for each in values.T], axis=1)
        even = smooth(clock, even, CUTOFF_HZ)
        between = np.interp(clock, seen.time, known.astype(float)) > 0.99
        joints = even[:, : 2 * KEPT].reshape(-1, KEPT, 2)
        outline = even[:, 2 * KEPT :]
        middle = outline[:, [names.index("middle across"), names.index("middle down")]]
        return WarmMovement(clock, joints, between, np.ones(KEPT), middle, outline, names)

    def between(self, start_s: float, end_s: float) -> WarmMovement:
        """The part in [start_s, end_s)."""
        part = slice(*np.searchsorted(self.time, (start_s, end_s)))
        return replace(
            self,
            time=self.time[part],
            joints=self.joints[part],
            known=self.known[part],
            middle=self.middle[part],
            outline=self.outline[part],
        )

    def turned(self, ways: Floats) -> tuple[Floats, ...]:
        """Ways (N, P, 8, 2) seen in a mirror."""
        return (ways * [1.0, -1.0],)

    @cached_property
    def stirring(self) -> Floats:
        """(T,) 0..1: how fast the picture of the person changes; half at 0.3 of it a second."""
        speed = np.linalg.norm(np.gradient(self.joints, axis=0), axis=(1, 2)) * self.rate_hz
        return speed / (speed + STIRRING)

    @cached_property
    def alike(self) -> Floats:
        """(T, 8) what is the same for a body and its mirror image."""
        return self.joints[:, :, 0] * 1.0

    @cached_property
    def signals(self) -> dict[str, Floats]:
        """By name, everything (T,) that may drive repetitions."""
        out = {name: values for name, values in zip(self.of_outline, self.outline.T, strict=True)}
        everything = self.joints.reshape(len(self.joints), -1)
        for what, values in (("warmth", everything), ("symmetrical warmth", self.alike)):
            for at, component in enumerate(principal(values, self.known, 3)):
                out[f"{what}, component {at + 1}"] = component
        return {name: values for name, values in out.items() if np.ptp(values) > 0}


def motion_signal(seen: Silhouettes) -> Signal:
    """How much of the person's picture changes at every instant, `change_per_s` (T,): of its warmth, a second.

    NaN where nobody was found. Independent of how warm the person is and of a camera that scales every frame anew.
    """
    change = np.full(len(seen.time), np.nan)
    at = np.flatnonzero(seen.found)
    follows = np.diff(at) == 1
    if follows.any():
        pictures = _cropped(seen)
        step_s = np.diff(seen.time[at])
        speed = np.linalg.norm(np.diff(pictures, axis=0), axis=(1, 2)) / _usual(pictures) / step_s
        # A frame shows what moved since the last one: the speed is that of the middle between them.
        middle = (seen.time[at[1:]] + seen.time[at[:-1]]) / 2
        change[at] = np.interp(seen.time[at], middle[follows], speed[follows])
    return Signal(seen.time, change[:, None], ("change_per_s",))


def _bright(seen: Silhouettes) -> float:
    """What warmth counts fully: so that faces and hands do not outweigh trunk and legs."""
    inside = seen.above[seen.mask]
    return EQUAL * float(np.percentile(inside, 95)) if len(inside) else 1.0


def _usual(pictures: Warmth) -> float:
    """The length of a picture as a vector: a person who is elsewhere changes it by 1.4 of that."""
    return max(float(np.median(np.linalg.norm(pictures, axis=(1, 2)))), 1e-9)


def _changes(seen: Silhouettes) -> Floats:
    """(F, 16) for frames with somebody: along 8 symmetrical and 8 antisymmetrical directions in turn."""
    pictures = _cropped(seen)
    usual = _usual(pictures)
    mirrored = pictures[:, :, ::-1]
    halves = ((pictures + mirrored) / 2, (pictures - mirrored) / 2)
    changes = np.stack([_directions(half / usual) for half in halves], axis=-1).reshape(len(pictures), -1)
    return changes * _typical(seen.time[seen.found], changes)


def _typical(time: Floats, changes: Floats) -> Floats:
    """(16,) 0..1: how much each direction counts, by how much of its movement is there most of the time.

    Who leans back in one repetition moves everything, once; what the arms do in all of them must not drown in that.
    """
    starts = np.arange(time[0], max(time[-1] - PART_S, time[0]) + 1e-6, PART_S / 4)
    inside = [(time >= start) & (time < start + PART_S) for start in starts]
    parts = np.array([changes[part].std(axis=0) for part in inside if part.sum() > 3])
    if not len(parts):
        return np.ones(changes.shape[1])
    share = np.percentile(parts, USUALLY, axis=0) / (changes.std(axis=0) + 1e-9)
    return np.clip(share / max(float(share.max()), 1e-9), RARELY, 1.0)


def _cropped(seen: Silhouettes) -> Warmth:
    """(F, 27, 36) warmth of frames with somebody, about the middle of all places where they were, reduced."""
    import cv2

    visited = seen.mask[seen.found].mean(axis=0)
    across = np.cumsum(visited.sum(axis=0)) / max(float(visited.sum()), 1e-9)
    rows = np.flatnonzero(visited.any(axis=1))
    columns = np.flatnonzero(visited.any(axis=0))
    axis = int(np.searchsorted(across, 0.5))  # of the mirror: as much of the person left of it as right
    half = max(axis - columns[0], columns[-1] + 1 - axis)
    pad = half
    bright = _bright(seen)
    out: list[Warmth] = []
    for at in np.flatnonzero(seen.found):
        warm = np.where(seen.mask[at], np.minimum(seen.above[at], bright), 0.0).astype(np.float32)
        wide = np.pad(warm[rows[0] : rows[-1] + 1], ((0, 0), (pad, pad)))[:, axis + pad - half : axis + pad + half]
        out.append(np.asarray(cv2.resize(wide, (ACROSS, DOWN), interpolation=cv2.INTER_AREA), dtype=np.float32))
    return np.stack(out)


def _directions(pictures: Warmth | Floats) -> Floats:
    """(F, 8) pictures (F, H, W) along the directions in which they differ most."""
    flat = pictures.reshape(len(pictures), -1).astype(np.float64)
    flat -= flat.mean(axis=0)
    left, size, _ = np.linalg.svd(flat, full_matrices=False)
    out = np.zeros((len(flat), KEPT))
    count = min(KEPT, len(size))
    out[:, :count] = left[:, :count] * size[:count]
    return out


def _outline(seen: Silhouettes) -> tuple[tuple[str, ...], Floats]:
    """Names, and (F, C) for frames with somebody: where the silhouette is, how far it reaches and how it leans."""
    masks = seen.mask[seen.found]
    area = masks.sum(axis=(1, 2)).astype(np.float64)
    length = np.sqrt(float(np.median(area)))
    y, x = np.arange(masks.shape[1]) + 0.5, np.arange(masks.shape[2]) + 0.5
    down, across = masks.sum(axis=2) / area[:, None], masks.sum(axis=1) / area[:, None]
    my, mx = down @ y, across @ x
    vy, vx = down @ y**2 - my**2, across @ x**2 - mx**2
    vxy = np.einsum("tyx,y,x->t", masks, y, x, optimize=True) / area - mx * my
    upper, lower = (_quantile(down, y, share) for share in (0.03, 0.97))
    left, right = (_quantile(across, x, share) for share in (0.03, 0.97))
    lean = 0.5 * np.unwrap(np.arctan2(2 * vxy, vy - vx))
    out = {
        "middle across": mx / length,
        "middle down": my / length,
        "upper end": upper / length,
        "lower end": lower / length,
        "left end": left / length,
        "right end": right / length,
        "height": (lower - upper) / length,
        "width": (right - left) / length,
        "area": np.sqrt(area) / length,
        "spread down": np.sqrt(vy) / length * 2,
        "spread across": np.sqrt(vx) / length * 2,
        "lean": lean,
    }
    return tuple(out), np.stack(list(out.values()), axis=1)


def _quantile(share: Floats, at: Floats, wanted: float) -> Floats:
    """(F,) where so much of a silhouette (F, N) lies before, between pixels by straight lines."""
    summed = np.cumsum(share, axis=1)
    after = (summed < wanted).sum(axis=1).clip(0, share.shape[1] - 1)
    rows = np.arange(len(share))
    before = summed[rows, after] - share[rows, after]
    inside = (wanted - before) / np.maximum(share[rows, after], 1e-12)
    return at[after] - 0.5 + np.clip(inside, 0.0, 1.0)
