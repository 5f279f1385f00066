"""Commands about datasets: making one with synthetic people, and looking into one."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar

data = typer.Typer(help="Look into a dataset.", no_args_is_help=True)

_SHOWN = 50  # problems that are printed; a damaged disk has thousands


class Grades(StrEnum):
    """How large planned faults are."""

    labels = "labels"
    scores = "scores"


def synth(
    layout: Annotated[str, typer.Argument(help="alex-gym-1, ejust-gym-3 or class-folders.")],
    out: Annotated[Path, typer.Option(help="A new folder for it; an unfinished one is gone on with.")],
    people: Annotated[int | None, typer.Option(help="How many synthetic people; as in the paper if not given.")] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same files, byte for byte.")] = 0,
    reps: Annotated[int | None, typer.Option(help="Repetitions of a recording.")] = None,
    size: Annotated[str | None, typer.Option(help="Of the pictures in pixels, e.g. 480x640.")] = None,
    grades: Annotated[
        Grades | None, typer.Option(help="labels: faults absent or plain. scores: faults of every size.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes that film.")] = 2,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Write a dataset of synthetic people in the layout of a published one."""
    from formcheck.replicas import write_replica

    with progress_bar(quiet) as progress:
        write_replica(
            layout,
            out,
            people,
            seed,
            reps,
            _frame_size(size),
            None if grades is None else grades.value,
            workers,
            progress,
        )
    if not quiet:
        typer.echo(f"Synthetic people in the layout {layout}: {out}. Look into it with: formcheck data inspect {out}")


def _frame_size(size: str | None) -> tuple[int, int] | None:
    if size is None:
        return None
    found = re.fullmatch(r"(\d+)x(\d+)", size)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if min(width, height) < 16 or max(width, height) > 4096 or width % 2 or height % 2:
        raise ValueError(f"expected a --size such as 480x640, even numbers from 16 to 4096, got {size!r}")
    return width, height


@data.command()
def inspect(
    folder: Annotated[Path, typer.Argument(help="The folder of the dataset.")],
    quiet: Annotated[bool, typer.Option(help="Print nothing but what is wrong.")] = False,
) -> None:
    """Say what a dataset holds, and what in it is missing or damaged: exit 0 nothing, 1 something, 2 no dataset."""
    from formcheck.learn.datasets import headline, inspect_dataset, overview

    with progress_bar(quiet) as progress:
        dataset = inspect_dataset(folder, progress)
    if not quiet:
        typer.echo(headline(dataset))
        for title, rows in overview(dataset):
            print_table(title, rows)
        typer.echo("")
        for note in dataset.notes:
            typer.echo(f"Note: {note}")
    for problem in dataset.problems[:_SHOWN]:
        typer.echo(f"{problem}")
    if len(dataset.problems) > _SHOWN:
        typer.echo(f"... and {len(dataset.problems) - _SHOWN} more")
    if dataset.problems:
        typer.echo(f"formcheck: {len(dataset.problems)} missing or damaged", err=True)
        raise typer.Exit(1)
