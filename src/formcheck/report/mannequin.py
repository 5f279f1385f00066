"""Somebody drawn with limbs, trunk and head, where there is no picture of them; joints lit, values beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from formcheck.body.pose import PoseSequence
from formcheck.body.skeleton import Skeleton
from formcheck.report.drawing import (
    INK,
    OUTLINE,
    Color,
    Lit,
    Picture,
    draw_skeleton,
    lit_joints,
    text_width,
    write,
)
from formcheck.report.faces import Region
from formcheck.signals import Floats

DARK: Color = (40, 44, 48)  # the ground of the overlay
AMBER: Color = (230, 159, 0)  # Okabe & Ito 2008, as the other colours of the drawing
AIM: Color = (0, 158, 115)  # their bluish green

# How thick parts of the body are drawn, in trunk lengths: by eye, for the look alone.
_THICK = {
    ("hip", "knee"): 0.27,
    ("knee", "ankle"): 0.18,
    ("shoulder", "elbow"): 0.16,
    ("elbow", "wrist"): 0.12,
    ("wrist", "index"): 0.09,
    ("ankle", "foot_index"): 0.12,
    ("heel", "foot_index"): 0.11,
}
_TRUNK = 0.24
_NECK = 0.17
_SHIFT = 4


def draw_mannequin(picture: Picture, points: Floats, pose: PoseSequence, head: Region | None, trunk_px: float) -> None:
    """Draw a body in shades of the ground, in place; `points` (K, 2) in px of this picture, NaN where unknown.

    `head` in px of this picture; `trunk_px` the length of the trunk.
    """
    near = {"side-left": "left", "side-right": "right"}.get(pose.view)
    far = {"left": "right", "right": "left"}.get(near or "", "right")
    ground = picture[0, 0].astype(float)
    towards = np.array(INK if ground.mean() < 128 else OUTLINE, dtype=float)

    def shade(share: float) -> Color:
        red, green, blue = np.round(ground + share * (towards - ground)).astype(int)
        return int(red), int(green), int(blue)

    behind, before = shade(0.14 if near else 0.22), shade(0.26 if near else 0.22)
    _limbs(picture, points, pose.skeleton, far, trunk_px, behind)
    _trunk(picture, points, pose.skeleton, trunk_px, shade(0.20), head)
    if head is not None and not head.whole and head.radius[0] == head.radius[1]:
        _disc(picture, np.array(head.center), 0.62 * head.radius[0], shade(0.26))
    _limbs(picture, points, pose.skeleton, "left" if far == "right" else "right", trunk_px, before)


def _limbs(picture: Picture, points: Floats, skeleton: Skeleton, side: str, trunk_px: float, color: Color) -> None:
    for (one, other), thick in _THICK.items():
        a, b = (_point(points, skeleton, f"{joint}_{side}") for joint in (one, other))
        _thick_line(picture, a, b, thick * trunk_px, color)


def _trunk(
    picture: Picture, points: Floats, skeleton: Skeleton, trunk_px: float, color: Color, head: Region | None
) -> None:
    import cv2

    corners = [_point(points, skeleton, name) for name in ("shoulder_left", "shoulder_right", "hip_right", "hip_left")]
    known = [corner for corner in corners if np.isfinite(corner).all()]
    for a, b in zip(known, [*known[1:], *known[:1]], strict=True):
        _thick_line(picture, a, b, _TRUNK * trunk_px, color)
    if len(known) > 2:
        hull = np.round(np.array(known) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(picture, [hull], color, cv2.LINE_AA, _SHIFT)
    if head is not None and not head.whole and np.isfinite(corners[:2]).all():
        _thick_line(picture, np.mean(corners[:2], axis=0), np.array(head.center), _NECK * trunk_px, color)


def _point(points: Floats, skeleton: Skeleton, name: str) -> Floats:
    return points[skeleton.index(name)] if name in skeleton else np.full(2, np.nan)


def _fixed(at: Floats) -> tuple[int, int]:
    x, y = np.clip(np.round(at * (1 << _SHIFT)), -(1 << 20), 1 << 20)
    return int(x), int(y)


def _thick_line(picture: Picture, a: Floats, b: Floats, thick: float, color: Color) -> None:
    import cv2

    if np.isfinite(a).all() and np.isfinite(b).all() and thick >= 1:
        thickness = min(200, max(1, round(thick)))  # cv2 refuses lines of 256 px and more
        cv2.line(picture, _fixed(a), _fixed(b), color, thickness, cv2.LINE_AA, _SHIFT)


def _disc(picture: Picture, center: Floats, radius: float, color: Color) -> None:
    import cv2

    cv2.circle(picture, _fixed(center), max(1, round(radius * (1 << _SHIFT))), color, -1, cv2.LINE_AA, _SHIFT)


def draw_ring(picture: Picture, points: Floats, skeleton: Skeleton, lit: Lit, width: float, color: Color) -> None:
    """A ring round a joint, in place: it differs in this repetition, but not at this moment."""
    import cv2

    for joint in lit_joints(lit, skeleton):
        at = points[skeleton.index(joint)]
        if np.isfinite(at).all():
            for ink, thick in ((OUTLINE, 2.2), (color, 1.2)):
                radius = round(3.6 * width * (1 << _SHIFT))
                cv2.circle(picture, _fixed(at), radius, ink, max(1, round(thick * width)), cv2.LINE_AA, _SHIFT)


def draw_body(
    picture: Picture,
    points: Floats,
    seen: Floats,
    skeleton: Skeleton,
    lit: Sequence[Lit],
    ringed: Sequence[Lit],
    glow: Color,
    width: float,
) -> None:
    """A skeleton with joints that glow and joints with an amber ring, in place."""
    draw_skeleton(picture, points, seen, skeleton, tuple(lit), width, glow)
    for mark in ringed:
        draw_ring(picture, points, skeleton, mark, width, AMBER)


def draw_chips(
    picture: Picture,
    points: Floats,
    skeleton: Skeleton,
    said: Sequence[tuple[Lit, str]],
    size: float,
    color: Color,
    kept: dict[str, Floats],
) -> None:
    """Words beside joints, in place, each where it hides least of the body and none over another.

    `kept` remembers where, from its joint, the words of each stand: in a video they do not jump about.
    """
    import cv2

    height, width = picture.shape[:2]
    body = _along(points, skeleton)
    taken: list[tuple[float, float, float, float]] = []
    for lit, text in said:
        at = next(
            (p for name in lit_joints(lit, skeleton) if np.isfinite(p := points[skeleton.index(name)]).all()), None
        )
        if at is None or not (-size < at[0] < width + size and -size < at[1] < height + size):
            continue
        wide, tall = text_width(text, size, 600) + 0.9 * size, 1.5 * size
        if lit.joint not in kept:
            kept[lit.joint] = np.array(_free(at, (wide, tall), (width, height), body, taken)) - at
        corner = np.clip(at + kept[lit.joint], 2, np.maximum(2, [width - wide - 2, height - tall - 2]))
        left, top = float(corner[0]), float(corner[1])
        for x, y, r, b in sorted(taken, key=lambda each: each[1]):  # words that came later give way, downwards
            if left < r and left + wide > x and top < b + 2 and top + tall > y - 2:
                top = b + 2
        taken.append((left, top, left + wide, top + tall))
        near = np.clip(at, [left, top], [left + wide, top + tall])
        away = near - at
        edge = at + away * min(1.0, 0.6 * size / max(float(np.linalg.norm(away)), 1e-6))
        cv2.line(picture, _fixed(edge), _fixed(near), color, max(1, round(0.12 * size)), cv2.LINE_AA, _SHIFT)
        far = round(left + wide), round(top + tall)
        cv2.rectangle(picture, (round(left), round(top)), far, color, -1, cv2.LINE_AA)
        write(picture, text, (left + 0.45 * size, top + tall / 2 + 0.36 * size), size, INK, 600)


def _along(points: Floats, skeleton: Skeleton) -> Floats:
    """(N, 2) points all along the limbs that are there."""
    shares = np.linspace(0.0, 1.0, 9)[:, None]
    limbs = [points[skeleton.index(a)] * (1 - shares) + points[skeleton.index(b)] * shares for a, b in skeleton.bones]
    every = np.concatenate([*limbs, np.empty((0, 2))])
    return every[np.isfinite(every).all(axis=1)]


def _free(
    at: Floats,
    chip: tuple[float, float],
    room: tuple[int, int],
    body: Floats,
    taken: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float]:
    """Where a chip goes: about its joint, inside the picture, over as little as possible."""
    wide, tall = chip
    best, least, edge = (0.0, 0.0), np.inf, 0.25 * tall
    for reach in (0.9, 1.5, 2.3, 3.2):
        for turn in np.linspace(0.0, 2 * np.pi, 16, endpoint=False):
            across, down = np.cos(turn), np.sin(turn)
            left = at[0] + across * (wide / 2 + reach * tall) - wide / 2
            top = at[1] + down * (tall / 2 + reach * tall) - tall / 2
            held = (
                float(np.clip(left, 2, max(2, room[0] - wide - 2))),
                float(np.clip(top, 2, max(2, room[1] - tall - 2))),
            )
            hidden = (
                ((body > np.array(held) - edge) & (body < np.array(held) + [wide + edge, tall + edge]))
                .all(axis=1)
                .sum()
            )
            over = any(
                held[0] < r and held[0] + wide > x and held[1] < b and held[1] + tall > y for x, y, r, b in taken
            )
            moved = abs(held[0] - left) + abs(held[1] - top)
            cost = 2.0 * float(hidden) + 2.5 * reach + 100.0 * over + 2.0 * moved / tall + 0.4 * abs(down)
            if cost < least:
                best, least = held, cost
    return best
