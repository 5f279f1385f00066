"""A picture of one count beside its label: the signal, what was found on it, and what was there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np

from formcheck.evaluation.counting import Counted, labelled
from formcheck.reps import RepSpan
from formcheck.signals import Floats, stretches

LEFT, RIGHT, HEIGHT, TOP = 20.0, 20.0, 150.0, 46.0  # px
WIDE_PX, PX_A_SECOND, WIDEST_PX = 900.0, 14.0, 6000.0
LANE = 14.0
FOUND, THERE, PARTLY = "#2563a8", "#1d7a3c", "#9aa0a6"
POINTS = 4000

_Scale = Callable[[float], float]


def draw_wrong(counted: Sequence[Counted], folder: Path) -> list[Path]:
    """An SVG of every recording that was counted wrong. Raises OSError when the folder cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn: list[Path] = []
    for each in counted:
        if each.error:
            name = re.sub(r"[^\w.-]+", "_", each.clip.name)
            path = folder / f"{name}-{'given' if each.given else 'unknown'}.svg"
            path.write_text(drawing(each), encoding="utf-8")
            drawn.append(path)
    return drawn


def drawing(counted: Counted) -> str:
    """The SVG: two lanes of intervals with their turning points, found over labelled, and the signal below them."""
    time = counted.time
    start_s, end_s = (float(time[0]), float(time[-1])) if len(time) else (0.0, 1.0)
    width = float(np.clip(PX_A_SECOND * (end_s - start_s), WIDE_PX, WIDEST_PX))
    scale = (width - LEFT - RIGHT) / max(end_s - start_s, 1e-6)

    def x(time_s: float) -> float:
        return LEFT + scale * (time_s - start_s)

    clip = counted.clip
    kind = clip.exercise or clip.kind
    told = f"{clip.name}: {kind}, {'given' if counted.given else 'unknown'}. "
    told += f"Counted {counted.count}, labelled {labelled(clip)}; confidence {counted.confidence:.2f}; "
    told += f"driven by {counted.driven_by}."
    lanes = TOP + 2 * (LANE + 4) + 8
    total = lanes + HEIGHT + 26
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{total:.0f}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width:.0f}" height="{total:.0f}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18">{escape(told)}</text>',
        f'<text x="{LEFT}" y="36"><tspan fill="{FOUND}">found</tspan> over '
        f'<tspan fill="{THERE}">labelled</tspan>; grey is cut off or an attempt</text>',
        *_found(counted.spans, x),
        *_there(counted, x),
        *_curve(time, counted.signal, x, lanes),
        *_seconds(start_s, end_s, x, lanes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _lane(left: float, right: float, turns: tuple[float, float], y: float, colour: str) -> Iterator[str]:
    if right > left:
        yield (
            f'<rect x="{left:.1f}" y="{y}" width="{right - left:.1f}" height="{LANE}" '
            f'fill="{colour}" fill-opacity="0.25" stroke="{colour}"/>'
        )
    if all(np.isfinite(turns)):
        wide = max(turns[1] - turns[0], 2.0)
        yield f'<rect x="{turns[0] - 1:.1f}" y="{y - 2}" width="{wide:.1f}" height="{LANE + 4}" fill="{colour}"/>'


def _found(spans: Sequence[RepSpan], x: _Scale) -> Iterator[str]:
    for span in spans:
        colour = FOUND if span.complete and not span.attempt else PARTLY
        turn = x(span.turn_s)
        yield from _lane(x(span.start_s), x(span.end_s), (turn, turn), TOP, colour)


def _there(counted: Counted, x: _Scale) -> Iterator[str]:
    for cycle in counted.clip.cycles or ():
        known = np.isfinite(cycle.start_s) and np.isfinite(cycle.end_s)
        ends = (x(cycle.start_s), x(cycle.end_s)) if known else (0.0, 0.0)
        turns = (x(cycle.turn_s[0]), x(cycle.turn_s[1]))
        yield from _lane(*ends, turns, TOP + LANE + 4, THERE if cycle.whole else PARTLY)


def _curve(time: Floats, signal: Floats, x: _Scale, top: float) -> Iterator[str]:
    width = x(float(time[-1])) - LEFT if len(time) else 0.0
    yield f'<rect x="{LEFT}" y="{top}" width="{width:.1f}" height="{HEIGHT}" fill="#f6f7f8"/>'
    known = np.isfinite(signal)
    if known.sum() < 2:
        return
    low, high = float(signal[known].min()), float(signal[known].max())
    step = max(1, len(time) // POINTS)
    for begin, end in stretches(known):
        points = " ".join(
            f"{x(time[at]):.1f},{top + HEIGHT - 4 - (HEIGHT - 8) * (signal[at] - low) / max(high - low, 1e-9):.1f}"
            for at in range(begin, end, step)
        )
        yield f'<polyline points="{points}" fill="none" stroke="#444" stroke-width="1.2"/>'


def _seconds(start_s: float, end_s: float, x: _Scale, top: float) -> Iterator[str]:
    every = next(step for step in (1, 2, 5, 10, 30, 60, 300, 3600) if step * (x(1.0) - x(0.0)) >= 50)
    for second in range(int(np.ceil(start_s / every)) * every, int(end_s) + 1, every):
        at = x(second)
        yield f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{top + HEIGHT}" stroke="#ddd"/>'
        yield f'<text x="{at:.1f}" y="{top + HEIGHT + 16}" text-anchor="middle" fill="#555">{second} s</text>'
