"""The command that prints how a chain does on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar


def device(
    chain: Annotated[Path, typer.Option(help="The folder that `formcheck export chain` has written.")],
    runs: Annotated[int, typer.Option(min=1, help="How often every repetition is timed.")] = 60,
) -> None:
    """Time a chain by format, in Python and in a page, and print its sizes and how far its scores are off."""
    from formcheck.evaluation.device import BrowserError, device_table, in_browser, in_python, machine

    kinds = [("torch", "float"), ("onnx", "float"), ("onnx", "int8"), ("litert", "float"), ("litert", "int8")]
    measured, left_out = [], list[str]()
    with progress_bar(quiet=False) as progress:
        for at, (format, weights) in enumerate(kinds):
            try:
                measured.append(in_python(chain, format, weights, runs))
            except ValueError as error:
                left_out.append(f"{format} {weights}: {error}")
            if progress is not None:
                progress("Timing", (at + 1) / (len(kinds) + 1))
        try:
            measured += in_browser(chain, runs)
        except BrowserError as error:
            left_out.append(f"page: {error}")
    if not measured:
        raise ValueError(f"expected the folder of a chain, got {chain}; " + "; ".join(left_out))
    reps = len(measured[0].names)
    print_table(
        f"{reps} repetitions of synthetic people; medians over {runs} runs of each", device_table(chain, measured)
    )
    typer.echo(f"\n{machine()}.")
    cuts = [each.cut_ms for each in measured if each.cut_ms == each.cut_ms]
    if cuts:
        typer.echo(f"Finding the repetitions takes {min(cuts):.2f} ms for a second of a recording in Python, besides.")
    for each in left_out:
        typer.echo(f"Left out: {each}")
