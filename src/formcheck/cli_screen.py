"""What every command shows in the same way: progress bars and tables."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

import typer

Progress = Callable[[str, float], None]


@contextmanager
def progress_bar(quiet: bool) -> Generator[Progress | None]:
    """A bar per step on standard error, gone when done; None when quiet."""
    if quiet:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    tasks: dict[str, TaskID] = {}

    def report(step: str, share: float) -> None:
        bar.start()  # with the first step, so that an error before it stands alone
        if step not in tasks:
            tasks[step] = bar.add_task(step, total=1.0)
        bar.update(tasks[step], completed=share)

    try:
        yield report
    finally:
        if tasks:
            bar.stop()


def print_table(title: str, rows: list[tuple[str, ...]]) -> None:
    """Print a table as Markdown, so that what the documentation shows is what the command prints."""
    typer.echo(f"\n{title}\n")
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for at, row in enumerate(rows):
        typer.echo("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if at == 0:
            typer.echo("|" + "|".join("-" * (width + 2) for width in widths) + "|")
