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
    as_named: Annotated[
        bool,
        typer.Option(
            "--as-named", help="Believe the MetaMotion files' names: leaky, since copies have another person's."
        ),
    ] = False,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what was counted wrong, too.")] = False,
    fit: Annotated[Path | None, typer.Option(help="Fit anew how sure a count is, and write it to this file.")] = None,
    fitted_from: Annotated[int, typer.Option(help="The seed of the first synthetic person to fit on.")] = 400,
    fitted_on: Annotated[int, typer.Option(min=1, help="How many people.")] = 2,
) -> None:
    """Count and name recordings of inertial sensors, told nothing about them, and compare with their labels."""
    from formcheck.evaluation import imu as tables
    from formcheck.evaluation.imu_data import layouts

    if not data and not studio and fit is None:
        raise typer.BadParameter("expected --data, --studio or --fit, got none of them: there is nothing to count")
    if fit is not None:
        _fit(fit, range(fitted_from, fitted_from + fitted_on))
    with progress_bar(quiet=False) as progress:
        for folder in data or ():
            found = list(layouts(folder, as_named))
            if not found:
                raise typer.BadParameter(f"expected recordings of MetaMotion, a watch or muvr in {folder}, got none")
            for title, recordings in found:
                _counted(title, recordings, wrong, progress)
                if recognition:
                    _named(title, recordings, progress)
        if studio:
            title = f"Counted on synthetic people (seeds {first} to {first + studio - 1}), all exercises but holds"
            print_table(title, tables.studio_rows(range(first, first + studio), progress))


def _fit(file: Path, people: range) -> None:
    from formcheck.evaluation import imu_fit
    from formcheck.evaluation.fit_likely import save

    with progress_bar(quiet=False) as progress:
        save(imu_fit.fit(imu_fit.examples(people, progress)), file)


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
