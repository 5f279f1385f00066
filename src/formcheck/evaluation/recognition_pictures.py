"""A picture of what was taken for what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.evaluation.recognition import Named
from formcheck.evaluation.recognition_scores import outcomes
from formcheck.signals import Floats

CELL, NAMES, TOP, EDGE = 24.0, 210.0, 46.0, 12.0  # px
DARK = (29, 78, 137)  # of a cell that holds all of its row
LEAST = 0.005  # a smaller share is not written


def draw_confusion(title: str, named: Sequence[Named], folder: Path) -> Path:
    """The confusion of one model as an SVG in a folder. Raises OSError when that cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]+", "_", title)
    path = folder / f"{name}.svg"
    of = outcomes(named)
    path.write_text(drawing(title, of.names, of.confusion), encoding="utf-8")
    return path


def drawing(title: str, names: Sequence[str], confusion: NDArray[np.intp]) -> str:
    """The SVG of (L, L) counts: what is shown by row, what it is named by column, in per cent of its row.

    Names that are never shown have a column only.
    """
    shown = np.flatnonzero(confusion.sum(axis=1))
    counts = confusion[shown]
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    width = NAMES + CELL * len(names) + EDGE + 40
    height = TOP + CELL * len(shown) + NAMES + EDGE
    accuracy = np.trace(confusion) / max(int(confusion.sum()), 1)
    told = f"{title}: {int(confusion.sum())} recordings, {100 * accuracy:.1f} % named right"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{max(width, 9.0 * len(told)):.0f}" height="{height:.0f}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{EDGE}" y="18" font-weight="bold">{escape(told)}</text>',
        f'<text x="{EDGE}" y="36" fill="#555">Rows: what is shown, and how often. Columns: what it is named. In % of '
        "the row.</text>",
        *_rows([f"{names[at]} ({int(counts[row].sum())})" for row, at in enumerate(shown.tolist())]),
        *_columns(names, TOP + CELL * len(shown)),
        *_cells(shares, shown),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rows(names: Sequence[str]) -> Iterator[str]:
    for at, name in enumerate(names):
        y = TOP + CELL * (at + 0.5) + 4
        yield f'<text x="{NAMES - 6}" y="{y:.1f}" text-anchor="end">{escape(name)}</text>'


def _columns(names: Sequence[str], bottom: float) -> Iterator[str]:
    for at, name in enumerate(names):
        x = NAMES + CELL * (at + 0.5) + 4
        yield (
            f'<text transform="translate({x:.1f},{bottom + 6:.1f}) rotate(-90)" text-anchor="end">{escape(name)}</text>'
        )


def _cells(shares: Floats, shown: NDArray[np.intp]) -> Iterator[str]:
    for row, true in enumerate(shown.tolist()):
        for column, share in enumerate(shares[row].tolist()):
            x, y = NAMES + CELL * column, TOP + CELL * row
            colour = ",".join(f"{255 + (dark - 255) * share:.0f}" for dark in DARK)
            edge = "#333" if column == true else "#e4e6e8"
            yield (
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{CELL - 1}" height="{CELL - 1}" fill="rgb({colour})" '
                f'stroke="{edge}"/>'
            )
            if share >= LEAST:
                ink = "#fff" if share > 0.5 else "#222"
                yield (
                    f'<text x="{x + CELL / 2:.1f}" y="{y + CELL / 2 + 4:.1f}" text-anchor="middle" font-size="10" '
                    f'fill="{ink}">{100 * share:.0f}</text>'
                )
