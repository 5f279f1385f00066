"""A pair as it is drawn: the same part of the frame for the user and for the expert, bodies, lit joints, values."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from formcheck.body.pose import PoseSequence
from formcheck.body.skeleton import Skeleton
from formcheck.report.drawing import LIT, Lit, Picture
from formcheck.report.faces import Region
from formcheck.report.mannequin import AIM, DARK, draw_body, draw_chips, draw_mannequin
from formcheck.report.together import Offence, Together
from formcheck.signals import Floats

NARROWEST, WIDEST = 0.72, 1.6  # width of one half over its height
NEAR_S = 0.3  # of its moment: values stand beside a joint
AIR = 0.16  # about both bodies, of their extent

Box = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Shown:
    """What is lit at an instant: the offences whose values stand beside them, and those that only get a ring."""

    now: tuple[Offence, ...] = ()
    others: tuple[Offence, ...] = ()

    def marks(self, *, theirs: bool) -> tuple[list[Lit], list[Lit]]:
        """What glows and what gets a ring, on the user or the expert."""
        glowing = [each.theirs if theirs else each.lit for each in self.now]
        ringed = [] if theirs else [each.lit for each in self.others]
        lit = [mark for mark in glowing if mark is not None]
        return lit, [mark for mark in ringed if mark is not None and mark.joint not in {each.joint for each in lit}]

    def chips(self, *, theirs: bool) -> list[tuple[Lit, str]]:
        """What to write beside which joint."""
        return [
            (each.lit, each.said[1 if theirs else 0])
            for each in self.now
            if each.lit is not None and each.said is not None
        ]


@dataclass(frozen=True, eq=False)
class Stage:
    """Where a pair is drawn: the part `box` (left, top, right, bottom) px of the user's frame in `size` px."""

    pair: Together
    box: Box
    size: tuple[int, int]
    _kept: dict[bool, dict[str, Floats]] = field(default_factory=dict[bool, dict[str, Floats]], repr=False)

    @property
    def zoom(self) -> float:
        """Px of the picture in a px of the user's frame."""
        return self.size[0] / (self.box[2] - self.box[0])

    @property
    def longest_px(self) -> int:
        """How large the user's full frame is needed, on its longer side."""
        return max(2, math.ceil(min(1.0, self.zoom) * max(self.pair.footage.pose.frame_size)))

    def yours(self, picture: Picture | None, time_s: float, shown: Shown, ground: Sequence[int] = DARK) -> Picture:
        """The user at an instant, on their `picture` of the whole frame, or as a figure on plain ground."""
        pair, plain = self.pair, picture is None
        drawn = self._plain(ground) if picture is None else self._cropped(picture, ground)
        points, seen = pair.yours(time_s)
        at, pose = self._in(points), pair.footage.pose
        width = max(2.0, max(self.size) / 210)
        if plain:
            known = np.where((seen >= 0.2)[:, None], at, np.nan)
            head = None if pair.footage.head is None else self._head(pair.footage.head.at(time_s), 1.0, np.zeros(2))
            draw_mannequin(drawn, known, pose, head, self._trunk_px())
        lit, ringed = shown.marks(theirs=False)
        draw_body(drawn, at, seen, near_last(pose), lit, ringed, LIT, width)
        draw_chips(
            drawn, at, pose.skeleton, shown.chips(theirs=False), self._letters(), LIT, self._kept.setdefault(False, {})
        )
        return drawn

    def theirs(self, expert_s: float, shown: Shown, ground: Sequence[int] = DARK) -> Picture:
        """The expert at an instant of theirs, as a figure on plain ground."""
        pair, drawn = self.pair, self._plain(ground)
        points, seen = pair.theirs(expert_s)
        at, pose = self._in(points), pair.expert.pose
        head = None if pair.expert.head is None else self._head(pair.expert.head.at(expert_s), pair.scale, pair.shift)
        draw_mannequin(drawn, at, pose, head, self._trunk_px())
        lit, ringed = shown.marks(theirs=True)
        draw_body(drawn, at, seen, near_last(pose), lit, ringed, AIM, max(2.0, max(self.size) / 210))
        draw_chips(
            drawn, at, pose.skeleton, shown.chips(theirs=True), self._letters(), AIM, self._kept.setdefault(True, {})
        )
        return drawn

    def _letters(self) -> float:
        return max(15.0, min(self.size[0] / 15, self.size[1] / 17))

    def _in(self, points: Floats) -> Floats:
        return (points - np.array(self.box[:2])) * self.zoom

    def _head(self, head: Region, scale: float, shift: Floats) -> Region:
        x, y = self._in(np.array(head.center) * scale + shift)
        radius = head.radius[0] * scale * self.zoom, head.radius[1] * scale * self.zoom
        return Region((float(x), float(y)), radius, head.whole)

    def _trunk_px(self) -> float:
        return self.pair.trunk_px * self.zoom

    def _plain(self, ground: Sequence[int]) -> Picture:
        return ground_of(self.size, tuple(ground)).copy()

    def _cropped(self, picture: Picture, ground: Sequence[int]) -> Picture:
        """The box of a picture of the whole frame, of any size; what lies outside it is plain."""
        import cv2

        drawn = self._plain(ground)
        per_px = picture.shape[1] / self.pair.footage.pose.frame_size[0]
        height, width = picture.shape[:2]
        left, top, right, bottom = (round(edge * per_px) for edge in self.box)
        x0, y0, x1, y1 = max(0, left), max(0, top), min(width, right), min(height, bottom)
        if x1 <= x0 or y1 <= y0:
            return drawn
        zoom = self.size[0] / max(1, right - left)
        a, b = (round((x0 - left) * zoom), round((y0 - top) * zoom))
        wide, tall = min(self.size[0] - a, round((x1 - x0) * zoom)), min(self.size[1] - b, round((y1 - y0) * zoom))
        if wide < 1 or tall < 1:
            return drawn
        how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
        drawn[b : b + tall, a : a + wide] = cv2.resize(picture[y0:y1, x0:x1], (wide, tall), interpolation=how)
        return drawn


def near_last(pose: PoseSequence) -> Skeleton:
    """The skeleton with the bones of the side that is near the camera at the end: they are drawn over the others."""
    near = {"side-left": "_left", "side-right": "_right"}.get(pose.view, "_")
    bones = sorted(pose.skeleton.bones, key=lambda bone: all(joint.endswith(near) for joint in bone))
    return replace(pose.skeleton, bones=tuple(bones))


@lru_cache(maxsize=4)
def ground_of(size: tuple[int, int], color: tuple[int, ...]) -> Picture:
    """A plain picture of `size` (width, height) px; it is kept, so draw on a copy."""
    return np.full((size[1], size[0], 3), color, dtype=np.uint8)


def lit_at(pair: Together, time_s: float, near_s: float = NEAR_S) -> Shown:
    """What is lit on a pair at an instant of the recording."""
    now = tuple(each for each in pair.offences if abs(each.time_s - time_s) <= near_s)
    return Shown(now, tuple(each for each in pair.offences if each not in now))


def body_box(pair: Together) -> Box:
    """What holds both bodies throughout, with some air; px of the user's frame."""
    found: list[Floats] = []
    for time_s in np.linspace(pair.first_s, pair.last_s, 16):
        (yours, seen), (theirs, _) = pair.yours(float(time_s)), pair.theirs(pair.expert_s(float(time_s)))
        found += [yours[(seen > 0.2) & np.isfinite(yours).all(axis=1)], theirs[np.isfinite(theirs).all(axis=1)]]
    points = np.concatenate(found)
    width, height = pair.footage.pose.frame_size
    if len(points) < 4:
        return 0.0, 0.0, float(width), float(height)
    low, high = np.percentile(points, 0.5, axis=0), np.percentile(points, 99.5, axis=0)
    air = AIR * float(max(high - low)) + 1.0
    return float(low[0] - air), float(low[1] - 1.2 * air), float(high[0] + air), float(high[1] + 0.8 * air)


def aspect_of(box: Box) -> float:
    """The width of a box over its height, within what makes a readable picture."""
    return min(WIDEST, max(NARROWEST, (box[2] - box[0]) / (box[3] - box[1])))


def staged(pair: Together, box: Box, size: tuple[int, int], header_px: float = 0.0) -> Stage:
    """A stage of `size` px that shows at least `box`, and no more beyond the user's frame than it must.

    Where there is room, `header_px` above it stay free.
    """
    aspect, (limit_x, limit_y) = size[0] / size[1], pair.footage.pose.frame_size
    header = (box[3] - box[1]) * header_px / max(size[1] - header_px, 1.0)
    for above in (header, 0.0):
        wide, tall = box[2] - box[0], box[3] - box[1] + above
        wide, tall = max(wide, tall * aspect), max(tall, wide / aspect)
        if pair.footage.source is None or (wide <= limit_x and tall <= limit_y):
            box = (box[0], box[1] - above, box[2], box[3])
            break
    left = _inside((box[0], box[2]), wide, limit_x)
    top = _inside((box[1], box[3]), tall, limit_y)
    return Stage(pair, (left, top, left + wide, top + tall), size)


def _inside(body: tuple[float, float], length: float, limit: int) -> float:
    """Where a stretch of `length` px begins that holds a body and lies in 0..limit as far as it can."""
    low = (sum(body) - length) / 2
    wished = min(max(low, 0.0), limit - length) if length <= limit else (limit - length) / 2
    return min(max(wished, body[1] - length), body[0])
