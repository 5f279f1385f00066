"""Bland and Altman's plots of scores against the truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formcheck.evaluation.correctness import TOLD
from formcheck.learn.correctness.worth import Scored


def draw_agreement(done: Scored, path: Path) -> None:
    """Differences of score and truth over their means, a panel for each mixture of streams, in points of a hundred.

    Bland & Altman, "Statistical methods for assessing agreement", Lancet 327, 1986. Drawn as the kind of picture that
    the file's name ends in. Raises ImportError without matplotlib.
    """
    from matplotlib.figure import Figure

    shown = [(title, done.said[mixture]) for title, mixture in TOLD if mixture in done.said]
    columns = min(3, len(shown))
    rows = -(-len(shown) // columns)
    figure = Figure(figsize=(3.6 * columns, 2.9 * rows + 0.5), layout="constrained")
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).flat
    for axes, (title, said) in zip(panels, shown, strict=False):
        seen = np.isfinite(said)
        off, mean = 100 * (said - done.truth)[seen], 50 * (said + done.truth)[seen]
        bias, about = float(off.mean()), 1.96 * float(off.std())
        axes.scatter(mean, off, s=6, alpha=0.35, linewidths=0, color="#1f6feb")
        for level, style in ((bias, "-"), (bias - about, "--"), (bias + about, "--")):
            axes.axhline(level, color="#444444", linestyle=style, linewidth=1)
            axes.annotate(
                f"{level:+.1f}", (1.0, level), xycoords=("axes fraction", "data"), ha="right", va="bottom", fontsize=7
            )
        axes.set_title(f"{title}: off by {np.abs(off).mean():.1f} on average", fontsize=9)
        axes.grid(alpha=0.25)
    for axes in list(figure.axes)[len(shown) :]:
        axes.set_visible(False)
    figure.supxlabel("mean of score and truth, points", fontsize=9)
    figure.supylabel("score less truth, points", fontsize=9)
    people = len(set(done.people))
    figure.suptitle(f"{done.exercise.title}: {len(done.truth)} repetitions by {people} synthetic people", fontsize=10)
    figure.savefig(path)
