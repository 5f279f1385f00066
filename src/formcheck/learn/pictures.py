"""Training curves and confusion matrices, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from formcheck.learn.scores import Scores

_WRITTEN = 40  # labels up to which the shares are written into a confusion matrix


def draw_curves(curves: Sequence[dict[str, float]], path: Path) -> None:
    """Losses, accuracy and F1 by epoch, as the kind of picture that the file's name ends in."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    losses, shares = figure.subplots(1, 2)
    epochs = np.arange(1, len(curves) + 1)
    for axes, names in (
        (losses, ("training_loss", "validation_loss")),
        (shares, ("validation_accuracy", "validation_f1")),
    ):
        for name in names:
            axes.plot(epochs, [each.get(name, np.nan) for each in curves], label=name.replace("_", " "))
        axes.set_xlabel("epoch")
        axes.grid(alpha=0.3)
        axes.legend()
    losses.set_ylabel("cross-entropy")
    shares.set_ylim(0, 1)
    figure.savefig(path)


def draw_confusion(scores: Scores, path: Path) -> None:
    """Which label was given instead of which, in shares of the true one, as the picture the file's name ends in."""
    from matplotlib.figure import Figure

    kept = np.flatnonzero(scores.confusion.sum(axis=0) + scores.confusion.sum(axis=1))
    counts = scores.confusion[np.ix_(kept, kept)].astype(np.float64)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
    names = [scores.names[at] for at in kept]
    side = 3.0 + 0.32 * len(names)
    figure = Figure(figsize=(side, side), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("named")
    axes.set_ylabel("true")
    axes.set_title(f"% of the true label's windows; accuracy {scores.accuracy:.1%}, macro F1 {scores.macro_f1:.1%}")
    if len(names) <= _WRITTEN:
        for row, column in zip(*np.nonzero(shares >= 0.005), strict=True):
            colour = "white" if shares[row, column] > 0.5 else "black"
            text = f"{100 * shares[row, column]:.0f}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=7)
    figure.savefig(path)
