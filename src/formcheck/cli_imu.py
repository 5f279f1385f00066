"""The command that says how well inertial sensors count and tell exercises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli_screen import Progress, print_table, progress_bar

if TYPE_CHECKING:
    from formcheck.evaluation.imu_data import Worn


def imu(
    data: Annotated[
        list[Path] | None,
        typer.Option(
            help="A folder of recordings (MetaMotion sets, watch sets, muvr), or one that holds such folders."
        ),
    ] = None,
    studio: Annotated[int, typer.Option(min=0, help="How many synthetic people to count.")] = 0,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 0,
    recognition: Annotated[bool, typer.Option(help="Tell exercises, too, one person or session left out.")] = True,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what was counted wrong, too.")] = False,
) -> None:
    """Count and name recordings of inertial sensors, told nothing about them, and compare with their labels."""
    from formcheck.evaluation import imu as tables
    from formcheck.evaluation.imu_data import layouts

    if not data and not studio:
        raise typer.BadParameter("expected --data or --studio, got neither: there is nothing to count")
    with progress_bar(quiet=False) as progress:
        for folder in data or ():
            found = list(layouts(folder))
            if not found:
                raise typer.BadParameter(f"expected recordings of MetaMotion, a watch or muvr in {folder}, got none")
            for title, recordings in found:
                _counted(title, recordings, wrong, progress)
                if recognition:
                    _named(title, recordings, progress)
        if studio:
            title = f"Counted on synthetic people (seeds {first} to {first + studio - 1}), all exercises but holds"
            print_table(title, tables.studio_rows(range(first, first + studio), progress))


def _counted(title: str, recordings: list[Worn], wrong: bool, progress: Progress | None) -> None:
    from formcheck.evaluation import imu as tables

    known = [each for each in recordings if each.reps is not None]
    felt = tables.count_worn(known, progress)
    kinds = len({each.kind for each in known}) > 1
    said = f"{title}: repetitions, exercise unknown; 95 % intervals over people or sessions"
    print_table(said, tables.count_rows(felt, "kind" if kinds else "exercise"))
    if wrong:
        for line in tables.wrong_counts(felt):
            typer.echo(line)


def _named(title: str, recordings: list[Worn], progress: Progress | None) -> None:
    from formcheck.evaluation import imu as tables

    named = tables.leave_one_out(recordings, progress)
    if named:
        said = f"{title}: exercises, each person or session named by what was learnt from the others"
        print_table(said, tables.name_rows(named))
