"""Where the person is in thermal frames: what is warmer than the room, moves, and has the edges of a body."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.sources.thermal import ThermalRecording, Unit, Warmth
from formcheck.thermal.room import Room, room_of

SMALLEST = 0.004  # of the picture: somebody standing 12 m before a lens of 55 degrees
LARGEST = 0.65
CLEARLY = 8.0  # times the noise is a body above its room; four grey levels are no body either
CRISP = 1.35  # a warm spot that fades out as a Gaussian has 1.1 to 1.33, a disc with edges 1.5 to 3, limbs 2 and more
CRISP_STILL = 1.8  # for what does not move in a recording of some length either: people do
STILL_FRAMES = 8
WINDOW_PX = (5, 5)  # about an outline, in which what is inside is compared with what is outside
APART_PX = 2.5  # the middles of these two parts
CUT = 0.35  # of an outline on the border of the picture: what is cut more is not told for a person
NEAR = 0.12  # of the picture's longer side: parts of one body, with a bench between them, are nearer than this
SECOND = 0.25  # of the largest: another moving body is another person
PERSON = 0.02  # of the picture is a person beside another one: arms and legs that are seen apart are less
BESIDE = 0.25  # of the narrower one's columns are shared at most: they stand beside each other
MOVING = 0.03  # of a region moves: a warm spot on the wall does not
SOMETIMES = 0.02  # of the time
PRESENT = 0.25  # of the usual area: less is a hand that reaches into the picture
BODY_C = (24.0, 43.0)  # clothes in a cool room; no skin is warmer

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Silhouettes:
    """One person in thermal frames.

    `time` (T,) s; `mask` (T, H, W) where the person is, at most 160 px; `above` (T, H, W) how much warmer than the room
    every pixel is, in K or parts of the relative scale; `found` (T,) whether the person is there; `level` (H, W) the
    room; `people` how many seem to be in the recording; `warnings` in sentences.
    """

    time: Floats
    mask: Mask
    above: Warmth
    found: Mask
    level: Floats
    unit: Unit
    people: int
    warnings: tuple[str, ...] = ()

    @property
    def warmth(self) -> Warmth:
        """(T, H, W) how much warmer than the room the person is, 0 elsewhere."""
        return np.where(self.mask, np.clip(self.above, 0.0, None), np.float32(0.0))


def silhouettes(recording: ThermalRecording) -> Silhouettes:
    """The person in every frame of a recording, or in a single picture; where nobody is, `found` is False.

    In a recording the person is who moves; of several people the one who moves most is followed, and that is told.
    """
    room = room_of(recording)
    warm = _warm(room)
    if room.still:
        region, people, warnings = _standing_out(room, warm)
    else:
        region, people, warnings = _who_moves(room, warm)
    mask = warm & region
    area = mask.mean(axis=(1, 2))
    usual = float(np.median(area[area > SMALLEST])) if (area > SMALLEST).any() else 1.0
    found = room.usable & (area >= max(SMALLEST, PRESENT * usual))
    mask[~found] = False
    return Silhouettes(recording.time, mask, room.above, found, room.level, room.unit, people, tuple(warnings))


def _warm(room: Room) -> Mask:
    """(T, H, W) what is clearly warmer than the room, without single pixels."""
    import cv2

    warm = room.above > room.threshold
    cross = np.asarray(cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    for at in range(len(warm)):
        warm[at] = cv2.morphologyEx(warm[at].astype(np.uint8), cv2.MORPH_OPEN, cross).astype(bool)
    return warm


def _regions(mask: Mask) -> list[Mask]:
    """The connected regions (H, W) of a mask that are not specks."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    least = 0.25 * SMALLEST * mask.size
    return [np.asarray(labels == at) for at in range(1, count) if stats[at, cv2.CC_STAT_AREA] >= least]


def _who_moves(room: Room, warm: Mask) -> tuple[Mask, int, list[str]]:
    """The region (H, W) of who moves most, how many people move, and what to say about it."""
    visited = np.asarray(warm[room.usable].mean(axis=0) > SOMETIMES)
    stirred = np.zeros(room.level.shape)
    for before, after in pairwise(room.above):
        stirred += np.abs(after - before) * room.moving
    regions = _regions(visited)
    moves = [(room.moving & each).sum() > max(8, MOVING * each.sum()) for each in regions]
    if not any(moves):
        return _standing_out(room, warm)
    picture = np.median(room.above[room.usable], axis=0)
    # a head that keeps still over moving arms is of the body; a lamp beside them is not
    bodies = [each for each, own in zip(regions, moves, strict=True) if own or _bodily(room, picture, each) > 0]
    together = [each for each in _joined(bodies) if (room.moving & each).any()]
    together.sort(key=lambda each: -float(stirred[each].sum()))
    main, *others = together
    share = [float(warm[:, each].sum() / max(1.0, float(warm[:, main].sum()))) for each in others]
    more = [each for each, part in zip(others, share, strict=True) if part > SECOND and each.mean() > PERSON]
    if not more:
        return main, 1, []
    middle = float(np.flatnonzero(main.any(axis=0)).mean()) / main.shape[1]
    where = "left" if middle < 0.4 else "right" if middle > 0.6 else "middle"
    return (
        main,
        1 + len(more),
        [f"{1 + len(more)} warm bodies move in the picture; the one who moves most, in the {where}, was followed."],
    )


def _joined(bodies: list[Mask]) -> list[Mask]:
    """Regions (H, W), those near each other made one unless both are people."""
    import cv2

    reach = max(1, round(NEAR * max(bodies[0].shape)))
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), dtype=np.uint8)
    out: list[Mask] = []
    for body in sorted(bodies, key=lambda each: -int(each.sum())):
        near = cv2.dilate(body.astype(np.uint8), kernel).astype(bool)
        parts = [other for other in out if (near & other).any() and _a_part(body, other)]
        out = [other for other in out if not any(other is part for part in parts)]
        out.append(np.logical_or.reduce([body, *parts]))
    return out


def _a_part(body: Mask, other: Mask) -> bool:
    """Whether a region is part of the body that another one is, as an arm beside a machine, and no person beside it."""
    tall, taller = (float(np.ptp(np.flatnonzero(each.any(axis=1))) + 1) for each in (body, other))
    columns = [each.any(axis=0) for each in (body, other)]
    beside = (columns[0] & columns[1]).sum() < BESIDE * min(each.sum() for each in columns)
    as_large = body.mean() > PERSON and body.sum() > 0.4 * other.sum()
    return not (beside and tall > 0.5 * taller and as_large)


def _standing_out(room: Room, warm: Mask) -> tuple[Mask, int, list[str]]:
    """In pictures in which nothing moves, the region that stands out like a body, if any does."""
    picture = np.median(room.above[room.usable], axis=0) if room.usable.any() else room.above[0]
    likely = [
        (score, each)
        for each in _regions(np.asarray(warm.mean(axis=0) > 0.5))
        if (score := _bodily(room, picture, each)) > 0
    ]
    if not likely:
        return np.zeros(room.level.shape, dtype=bool), 0, []
    best = max(likely, key=lambda each: each[0])[1]
    return best, 1, []


def _bodily(room: Room, picture: Warmth, region: Mask) -> float:
    """How much a region (H, W) of a picture stands out as a body does; 0 where it is none."""
    share = float(region.mean())
    if not SMALLEST <= share <= LARGEST:
        return 0.0
    high = float(np.percentile(picture[region], 90))
    if high < max(CLEARLY * room.noise, 2 * room.least):
        return 0.0
    if room.unit == "celsius":
        celsius = float(np.percentile((picture + room.level)[region], 90))
        if not BODY_C[0] <= celsius <= BODY_C[1]:
            return 0.0
    crisp, cut = _edges(picture, region & (picture > 0.5 * high))
    if crisp < (CRISP if room.usable.sum() < STILL_FRAMES else CRISP_STILL) or cut > CUT:
        return 0.0
    return float(np.sqrt(share)) * min(high / room.noise, 50.0)


def _edges(picture: Warmth, core: Mask) -> tuple[float, float]:
    """How steep the outline of a warm core is, over its height and size, and the share of it on the picture's border.

    Slope times radius over height: does not depend on how large or how warm it is. The slope is the median along the
    outline, since a wall may end sharply on one side, and between means of some pixels, since noise has slopes too.
    """
    import cv2

    def around(part: Mask) -> Floats:
        here = part.astype(np.float32)
        total = np.asarray(cv2.boxFilter(picture.astype(np.float32) * here, -1, WINDOW_PX, normalize=False))
        count = np.asarray(cv2.boxFilter(here, -1, WINDOW_PX, normalize=False))
        return total / np.maximum(count, 1.0)

    cross = np.asarray(cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    border = np.ones_like(core)
    border[1:-1, 1:-1] = False
    grown = cv2.dilate(core.astype(np.uint8), cross).astype(bool)
    padded = np.pad(core, 1).astype(np.uint8)
    outline = core & ~cv2.erode(padded, cross)[1:-1, 1:-1].astype(bool)
    inner = outline & ~border
    if not inner.any():
        return 0.0, 1.0
    slope = float(np.median((around(core) - around(~grown))[inner])) / APART_PX
    radius = float(np.sqrt(core.sum() / np.pi))
    steep = slope * radius / max(float(np.median(picture[core])), 1e-9)
    return steep, float((outline & border).sum() / outline.sum())
