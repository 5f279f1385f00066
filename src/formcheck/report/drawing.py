"""Skeletons, lit joints, angles and words on a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.assess.analysis import Finding
from formcheck.body.skeleton import Skeleton
from formcheck.report.faces import Region
from formcheck.signals import Floats

Picture = NDArray[np.uint8]
Color = tuple[int, int, int]

# Okabe & Ito, "Color Universal Design", 2008: told apart by colour-blind people; they differ in lightness as well.
LEFT: Color = (86, 180, 233)
RIGHT: Color = (240, 228, 66)
MIDDLE: Color = (250, 250, 250)
LIT: Color = (213, 64, 0)
OUTLINE: Color = (24, 28, 32)
INK: Color = (255, 255, 255)

SEEN = 0.35  # below this a landmark is a guess: it is not drawn
FITS_DEG = 12.0  # an angle is drawn only where the picture shows what was measured
_SHIFT = 4  # cv2 draws on a grid of 1/16 px: limbs do not jump from pixel to pixel

# How angles at a joint are told: as bend from straight between two limbs, or as opening between them.
_BENDS = {
    "knee": (("hip", "ankle"),),
    "elbow": (("shoulder", "wrist"),),
    "hip": (("shoulder", "knee"), ("shoulder", "ankle")),
    "shoulder": (("hip", "ear"),),
}
_OPENINGS = {"shoulder": (("hip", "elbow"), ("hip", "wrist"))}
_LEANS = {"hip": "shoulder"}  # of the trunk, from the vertical


@dataclass(frozen=True)
class Lit:
    """A joint to light up, with the finding's value where it is an angle; `to` says which one: `ear`, `elbow`."""

    joint: str
    value_deg: float | None = None
    to: str = ""

    @classmethod
    def of(cls, finding: Finding) -> Lit | None:
        """What a failed finding lights up; None when it names no joint."""
        if finding.joint is None:
            return None
        return cls(finding.joint, finding.value if finding.unit == "deg" else None)


def draw_skeleton(
    picture: Picture,
    points: Floats,
    seen: Floats,
    skeleton: Skeleton,
    lit: tuple[Lit, ...] = (),
    width: float = 2.0,
    glow: Color = LIT,
) -> None:
    """Draw limbs and joints onto an RGB picture, in place; `points` (K, 2) in px of this picture, `seen` (K,)."""
    import cv2

    visible = np.isfinite(points).all(axis=1) & (seen >= SEEN)
    bones = [
        (a, b)
        for a, b in skeleton.bones
        if visible[skeleton.index(a)] and visible[skeleton.index(b)] and "nose" not in (a, b)
    ]
    hot = {joint for mark in lit for joint in lit_joints(mark, skeleton)}
    for outline in (True, False):
        for a, b in bones:
            glowing = a in hot or b in hot
            color = OUTLINE if outline else glow if glowing else _side_color(a, b)
            thickness = width * (1.5 if glowing else 1.0) + (width if outline else 0.0)
            start, end = _fixed(points[skeleton.index(a)]), _fixed(points[skeleton.index(b)])
            cv2.line(picture, start, end, color, max(1, round(thickness)), cv2.LINE_AA, _SHIFT)
    for joint in {joint for bone in bones for joint in bone}:
        at = points[skeleton.index(joint)]
        _dot(picture, at, width * 1.5, OUTLINE)
        _dot(picture, at, width * 1.0, MIDDLE)
    for mark in lit:
        _light(picture, points, skeleton, mark, width, glow)


def draw_head(
    picture: Picture, head: Region, scale: float, width: float, shift: tuple[float, float] = (0.0, 0.0)
) -> None:
    """Draw the head as a circle, in place, where there is no video to show it; `head` times `scale` plus `shift`."""
    import cv2

    if head.whole or head.radius[0] != head.radius[1]:  # not known at this instant
        return
    center = _fixed(np.array(head.center) * scale + shift)
    radius = round(0.55 * head.radius[0] * scale * (1 << _SHIFT))
    cv2.circle(picture, center, radius, OUTLINE, max(1, round(2 * width)), cv2.LINE_AA, _SHIFT)
    cv2.circle(picture, center, radius, MIDDLE, max(1, round(width)), cv2.LINE_AA, _SHIFT)


@dataclass(frozen=True, eq=False)
class Angle:
    """An angle in the picture: from the line that ends at `start`, round `vertex`, to the limb that ends at `end`.

    `construed`: that line is not a limb but what is measured from, the vertical or the straight limb.
    """

    start: Floats
    vertex: Floats
    end: Floats
    construed: bool


def seen_angle(points: Floats, skeleton: Skeleton, lit: Lit) -> Angle | None:
    """The lit angle as it lies in the picture: a bend from straight, an angle between two limbs, or a lean.

    None where the picture does not show it: no angle was measured, a joint is missing, or every angle at the joint
    differs from the value by more than 12 degrees, as when the limb points at the camera.
    """
    if lit.value_deg is None:
        return None
    part, side = _parts(lit.joint)
    vertex = _place(points, skeleton, part, side)
    fits: list[tuple[float, Angle]] = []
    for near, far in _limbs(_BENDS, part, side, lit.to):
        a, b = _place(points, skeleton, near, side), _place(points, skeleton, far, side)
        onward = vertex + (vertex - a) * _length(b - vertex) / max(_length(vertex - a), 1e-9)
        fits.append((_angle_deg(onward - vertex, b - vertex), Angle(onward, vertex, b, True)))
    for near, far in _limbs(_OPENINGS, part, side, lit.to):
        a, b = _place(points, skeleton, near, side), _place(points, skeleton, far, side)
        fits.append((_angle_deg(a - vertex, b - vertex), Angle(a, vertex, b, False)))
    if part in _LEANS and not side:  # the sign of a lean tells forwards from backwards
        end = _place(points, skeleton, _LEANS[part], side)
        upright = vertex - [0.0, _length(end - vertex)]
        fits.append((_angle_deg(upright - vertex, end - vertex), Angle(upright, vertex, end, True)))
    value_deg = lit.value_deg if side else abs(lit.value_deg)
    errors = [(abs(degrees - value_deg), angle) for degrees, angle in fits if np.isfinite(degrees)]
    if not errors:
        return None
    error, angle = min(errors, key=lambda item: item[0])
    return angle if error <= FITS_DEG else None


def _limbs(known: dict[str, tuple[tuple[str, str], ...]], part: str, side: str, to: str) -> list[tuple[str, str]]:
    return [limbs for limbs in known.get(part, ()) if side and to in (limbs[1], "")]


def _parts(joint: str) -> tuple[str, str]:
    part, _, side = joint.rpartition("_")
    return (part, side) if side in ("left", "right") else (joint, "")


def _place(points: Floats, skeleton: Skeleton, part: str, side: str) -> Floats:
    """Where a joint is; without a side the middle of both; NaN where the skeleton lacks it."""
    names = [f"{part}_{side}"] if side else [part] if part in skeleton else [f"{part}_left", f"{part}_right"]
    if any(name not in skeleton for name in names):
        return np.full(2, np.nan)
    return np.mean([points[skeleton.index(name)] for name in names], axis=0)


def lit_joints(lit: Lit, skeleton: Skeleton) -> tuple[str, ...]:
    """The joints of a skeleton that are lit: both sides where none is named."""
    names = (lit.joint, f"{lit.joint}_left", f"{lit.joint}_right")
    return names[:1] if lit.joint in skeleton else tuple(name for name in names if name in skeleton)


def _light(picture: Picture, points: Floats, skeleton: Skeleton, lit: Lit, width: float, glow: Color) -> None:
    angle = seen_angle(points, skeleton, lit)
    if angle is not None:
        _wedge(picture, angle, width, glow)
    for joint in lit_joints(lit, skeleton):
        at = points[skeleton.index(joint)]
        if np.isfinite(at).all():
            _dot(picture, at, width * 3.4, OUTLINE)
            _dot(picture, at, width * 3.0, INK)
            _dot(picture, at, width * 2.0, glow)


def _wedge(picture: Picture, angle: Angle, width: float, glow: Color) -> None:
    import cv2

    start, end = angle.start - angle.vertex, angle.end - angle.vertex
    radius = 0.45 * min(np.linalg.norm(start), np.linalg.norm(end))
    first, second = (np.arctan2(arm[1], arm[0]) for arm in (start, end))
    sweep = (second - first + np.pi) % (2 * np.pi) - np.pi
    turns = first + sweep * np.linspace(0.0, 1.0, 32)
    arc = angle.vertex + radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    low = np.maximum(np.floor(np.minimum(arc.min(axis=0), angle.vertex)).astype(int) - 2, 0)
    high = np.maximum(np.ceil(np.maximum(arc.max(axis=0), angle.vertex)).astype(int) + 3, 0)
    patch = picture[low[1] : high[1], low[0] : high[0]]
    if patch.size:
        outline = np.concatenate([angle.vertex[None], arc]) - low
        filled = np.ascontiguousarray(patch)
        cv2.fillPoly(filled, [np.round(outline * (1 << _SHIFT)).astype(np.int32)], glow, cv2.LINE_AA, _SHIFT)
        patch[:] = (0.45 * filled + 0.55 * patch).astype(np.uint8)
    if angle.construed:
        tip = angle.vertex + 1.5 * radius * start / max(float(np.linalg.norm(start)), 1e-9)
        for color, extra in ((OUTLINE, 0.9), (INK, 0.0)):
            thickness = max(1, round(width * (0.6 + extra)))
            cv2.line(picture, _fixed(angle.vertex), _fixed(tip), color, thickness, cv2.LINE_AA, _SHIFT)
    line = np.round(arc * (1 << _SHIFT)).astype(np.int32)
    cv2.polylines(picture, [line], False, INK, max(1, round(width * 0.8)), cv2.LINE_AA, _SHIFT)


def _length(u: Floats) -> float:
    return float(np.linalg.norm(u))


def _angle_deg(u: Floats, v: Floats) -> float:
    lengths = np.linalg.norm(u) * np.linalg.norm(v)
    return float(np.degrees(np.arccos(np.clip(u @ v / max(lengths, 1e-9), -1.0, 1.0))))


def _side_color(a: str, b: str) -> Color:
    if a.endswith("_left") and b.endswith("_left"):
        return LEFT
    return RIGHT if a.endswith("_right") and b.endswith("_right") else MIDDLE


def _fixed(point: Floats) -> tuple[int, int]:
    x, y = np.clip(np.round(point * (1 << _SHIFT)), -(1 << 20), 1 << 20)  # far outside: cv2 counts in 32 bits
    return int(x), int(y)


def _dot(picture: Picture, at: Floats, radius: float, color: Color) -> None:
    import cv2

    cv2.circle(picture, _fixed(at), max(1, round(radius * (1 << _SHIFT))), color, -1, cv2.LINE_AA, _SHIFT)


@cache
def _font() -> Any:
    """OpenCV 5 carries a variable font (Rubik); OpenCV 4 has only stroke letters."""
    import cv2

    return cv2.FontFace("sans") if hasattr(cv2, "FontFace") else None


def write(
    picture: Picture, text: str, at: tuple[float, float], size: float, color: Color = INK, bold: int = 400
) -> None:
    """Write one line onto an RGB picture, in place; `at` is the left end of its base line, `size` its height in px."""
    import cv2

    place = (round(at[0]), round(at[1]))
    if (font := _font()) is not None:
        cv2.putText(picture, text, place, color, font, round(size), bold)
        return
    plain = text.encode("ascii", "replace").decode()
    cv2.putText(picture, plain, place, cv2.FONT_HERSHEY_DUPLEX, size / 30, color, 1 + (bold > 500), cv2.LINE_AA)


def text_width(text: str, size: float, bold: int = 400) -> float:
    """How many px a line takes."""
    import cv2

    if (font := _font()) is not None:
        box: Any = cv2.getTextSize((4096, 4096), text, (0, 100), font, round(size), bold)
        return float(box[2])
    return float(cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, size / 30, 1)[0][0])


def shade(picture: Picture, box: tuple[int, int, int, int], strength: float, color: Color = OUTLINE) -> None:
    """Lay a veil over the box (left, top, right, bottom) of a picture, in place."""
    left, top, right, bottom = box
    patch = picture[max(0, top) : bottom, max(0, left) : right]
    if patch.size:
        import cv2

        veil = np.full_like(patch, color)
        patch[:] = cv2.addWeighted(patch, 1 - strength, veil, strength, 0)


def fitted(text: str, size: float, bold: int, room: float) -> str:
    """The text, cut with an ellipsis where it is wider than `room` px."""
    if text_width(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (
            (middle, high) if text_width(text[:middle].rstrip() + "…", size, bold) <= room else (low, middle - 1)
        )
    return text[:low].rstrip(" ,.;:") + "…"


def wrapped(text: str, size: float, bold: int, room: float, most: int) -> list[str]:
    """The text in at most `most` lines of `room` px, the last one cut where it must be."""
    words = text.split()
    lines: list[str] = []
    while words and len(lines) < most - 1:
        count = len(words)
        while count > 1 and text_width(" ".join(words[:count]), size, bold) > room:
            count -= 1
        lines.append(" ".join(words[:count]))
        words = words[count:]
    return lines + ([fitted(" ".join(words), size, bold, room)] if words else [])
