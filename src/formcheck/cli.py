"""The command line: arguments to functions, errors to one line, progress bars."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from formcheck.assess import Analysis

app = typer.Typer(
    help="Watches somebody exercise, counts the repetitions, judges each, and says what to do better.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
evaluate = typer.Typer(help="Print the tables of the documentation.", no_args_is_help=True)
app.add_typer(evaluate, name="evaluate")

Progress = Callable[[str, float], None]


def main() -> None:
    """Run the program: exit 0 done, 1 nothing usable in the recording, 2 bad input, 130 interrupted."""
    try:
        app(standalone_mode=False)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except typer.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        typer.echo("Interrupted: nothing was left half written.", err=True)
        sys.exit(130)
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "show"):  # a usage error: typer shows it well
            error.show()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            sys.exit(2)
        if not isinstance(error, (ValueError, OSError)) and not _ours(error):
            raise
        typer.echo(f"formcheck: {error}", err=True)
        sys.exit(2)


def _ours(error: Exception) -> bool:
    return type(error).__module__.startswith("formcheck.")


@app.command()
def analyze(
    front: Annotated[Path, typer.Argument(help="A video, a folder of pictures, or a pose file (.npz).")],
    exercise: Annotated[str, typer.Option(help="Which exercise it is, e.g. squat.")],
    side: Annotated[Path | None, typer.Option(help="The same performance seen by a second camera.")] = None,
    out: Annotated[Path, typer.Option(help="The folder for the results.")] = Path("formcheck-report"),
    overlay: Annotated[bool, typer.Option(help="Write the video with the skeleton drawn on it.")] = True,
    blur_face: Annotated[bool, typer.Option(help="Blur the face in pictures and video, for sharing.")] = False,
    mirrored: Annotated[bool, typer.Option(help="The picture is a mirror image, as selfie cameras save it.")] = False,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Count and judge the repetitions in a recording, and write a report."""
    from formcheck.coach import analyze as run

    with _progress(quiet) as progress:
        analysis = run(
            front,
            side,
            exercise=exercise,
            out=out,
            mirrored=mirrored,
            overlay=overlay,
            blur_face=blur_face,
            progress=progress,
        )
    if not quiet:
        _print(analysis)
        typer.echo(f"Report: {out / 'report.html'}")
    if not analysis.sets:
        typer.echo(f"formcheck: {analysis.warnings[-1] if analysis.warnings else 'nothing was found'}", err=True)
        raise typer.Exit(1)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder for videos, truth and report.")] = Path("formcheck-demo"),
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """A synthetic athlete squats before two cameras with two planned faults; the real pipeline finds them."""
    from formcheck.demonstration import demonstrate

    with _progress(quiet) as progress:
        analysis = demonstrate(out, progress=progress)
    if not quiet:
        _print(analysis)
        typer.echo(f"The athlete is synthetic. Videos and truth.json: {out}")
        typer.echo(f"Report: {out / 'report.html'}")
    if not analysis.sets:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON schema of analysis.json."""
    import json

    from formcheck.assess import Analysis

    typer.echo(json.dumps(Analysis.model_json_schema(), indent=2))


@contextmanager
def _progress(quiet: bool) -> Generator[Progress | None]:
    if quiet:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, object] = {}

        def report(step: str, share: float) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=1.0)
            bar.update(tasks[step], completed=share)  # pyright: ignore[reportArgumentType]

        yield report


def _print(analysis: Analysis) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for each in analysis.sets:
        score = "" if each.score is None else f", score {100 * each.score:.0f} %"
        console.print(f"[bold]{each.title}[/bold]: {each.count} repetitions{score}")
        table = Table(show_edge=False)
        for heading in ("criterion", "passed", "failed", "not judged"):
            table.add_column(heading, justify="left" if heading == "criterion" else "right")
        for row in each.criteria:
            table.add_row(row.title, str(row.passed), str(row.failed), str(row.not_judged))
        console.print(table)
        for advice in each.advice:
            console.print(f"→ {advice.cue} (repetitions {', '.join(map(str, advice.reps))})")
    for warning in analysis.warnings:
        console.print(f"[yellow]![/yellow] {warning}", highlight=False)
