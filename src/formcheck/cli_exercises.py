"""The commands about exercises: list them, show one, draw them all, learn a new one from recordings."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from formcheck.cli_screen import progress_bar

if TYPE_CHECKING:
    from formcheck.apprentice import Lesson
    from formcheck.exercises import Exercise


class _ByName(typer.core.TyperGroup):
    """A group whose command may be left out before a name: `exercises squat` is `exercises show squat`."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = args[0] in self.commands or args[0].startswith("-")
        return super().resolve_command(ctx, args if known else ["show", *args])


exercises = typer.Typer(cls=_ByName, subcommand_metavar="[NAME] | COMMAND [ARGS]...")

JsonOption = Annotated[bool, typer.Option("--json", help="Print data for programs.")]


@exercises.callback(invoke_without_command=True)
def list_exercises(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the exercises; with a NAME, or your own file, say all about one."""
    from formcheck.exercises import catalogue
    from formcheck.report.card import as_data, listing

    if ctx.invoked_subcommand is not None:
        return
    known = catalogue()
    if as_json:
        typer.echo(json.dumps([as_data(exercise) for exercise in known], indent=2, ensure_ascii=False))
        return
    _print_rows(listing(known))


@exercises.command()
def picture(
    out: Annotated[Path, typer.Argument(help="A .jpg or .png file.")],
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Draw every exercise at its start and turning point, from the front and the side."""
    from formcheck.exercises import catalogue
    from formcheck.synthetic.sheet import write_sheet

    with progress_bar(quiet) as progress:
        write_sheet(catalogue(), out, None if progress is None else lambda share: progress("Drawing", share))


@exercises.command()
def show(
    name: Annotated[str, typer.Argument(help="A name or alias, or your own file, mine.py (its code is run).")],
    as_json: JsonOption = False,
) -> None:
    """Say what counts as a repetition, where to film from, and what is judged, how, and why."""
    from formcheck.exercises import find_or_load
    from formcheck.report.card import as_data

    exercise = find_or_load(name)
    if as_json:
        typer.echo(json.dumps(as_data(exercise), indent=2, ensure_ascii=False))
    else:
        _print_card(exercise)


@exercises.command()
def learn(
    clips: Annotated[list[Path], typer.Argument(help="Recordings of an expert: videos or pose files (.npz).")],
    name: Annotated[str, typer.Option(help="What the exercise is called.")],
    out: Annotated[Path | None, typer.Option(help="The file to write; by default named after the exercise.")] = None,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Learn an exercise from recordings of an expert, and write it as a file to edit and to use with --exercise."""
    from formcheck.apprentice import learn as run

    path = out or Path(re.sub(r"\W+", "_", name.strip().lower()).strip("_") + ".py")
    if path.exists():
        raise ValueError(f"expected a new file to write to, {path} is there already: choose another one with --out")
    with progress_bar(quiet) as progress:
        lesson = run(name, clips, progress=progress)
    path.write_text(lesson.text, encoding="utf-8")
    if not quiet:
        _print_lesson(lesson, path)


def _print_lesson(lesson: Lesson, path: Path) -> None:
    imitation = lesson.imitation
    for clip in imitation.clips:
        typer.echo(f"{clip.name}: {len(clip.reps)} repetitions, seen from the view {clip.track.pose.view}")
        for number, rep in enumerate(clip.reps, 1):
            typer.echo(f"  {number:2}  {rep.start_s:6.2f} s to {rep.end_s:6.2f} s, turning point {rep.turn_s:6.2f} s")
        for rep in clip.odd:
            typer.echo(f"   –  {rep.start_s:6.2f} s to {rep.end_s:6.2f} s, left out: unlike the others")
    quantity = imitation.quantity
    way = "falls" if imitation.falls else "grows"
    typer.echo(f"The {quantity.name} {way} by {imitation.least:.3g} {quantity.unit} or more in each repetition.")
    typer.echo(f"Written: {path}. Check the times above and edit the file; then it is used with --exercise {path}")


def _print_rows(rows: list[tuple[str, ...]]) -> None:
    """A table for people; whole lines for pipes."""
    from rich.console import Console
    from rich.table import Table

    console, heading = Console(), rows[0]
    if not console.is_terminal:
        _columns(rows)
        return
    table = Table(show_edge=False)
    for at, name in enumerate(heading):
        numbers = all(row[at].isdigit() for row in rows[1:])
        table.add_column(name, justify="right" if numbers else "left", no_wrap=at == 0)
    for row in rows[1:]:
        table.add_row(*row)
    console.print(table)


def _print_card(exercise: Exercise) -> None:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table

    from formcheck.report.card import card

    console, said = Console(), card(exercise)
    for number, (title, facts) in enumerate([(said.title, said.facts), *said.criteria]):
        heading, indent = (f"\n{number}  {title}", 3) if number else (title, 0)
        if not console.is_terminal:
            typer.echo(heading)
            _columns(facts, " " * indent)
            continue
        table = Table.grid(padding=(0, 2))
        table.add_column(style="dim", no_wrap=True)
        for fact in facts:
            table.add_row(*fact)
        console.print(heading, style="bold", highlight=False)
        console.print(Padding(table, (0, 0, 0, indent)))


def _columns(rows: Sequence[tuple[str, ...]], indent: str = "") -> None:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        typer.echo(indent + line.rstrip())
