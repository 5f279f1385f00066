"""The command that runs a paper's experiment and prints its figures beside those measured here."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from formcheck.cli_screen import print_table, progress_bar

INSTALL = "pip install 'formcheck[learn]'"
TABLE = "reproduction.json"


def reproduce(
    paper: Annotated[str, typer.Argument(help="ejust-gym-3, gymbrain or gym-22.")],
    data: Annotated[
        Path | None,
        typer.Option(
            help="Your copy of its dataset: EJUST-GYM-3 as published, or a folder of videos or pose files per "
            "exercise. Synthetic people if not given."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder for everything; an interrupted run goes on from it.")
    ] = None,
    people: Annotated[int | None, typer.Option(min=3, help="How many synthetic people.")] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="At most.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the people, the split and the training.")] = 0,
    network: Annotated[
        list[str] | None,
        typer.Option(help="Only this network of the paper, or another of formcheck.learn.models; may be repeated."),
    ] = None,
    protocol: Annotated[
        list[str] | None, typer.Option(help="Only protocols that hold this word, e.g. apart; may be repeated.")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Run a paper's recognition experiment, its own protocol and one that keeps people apart.

    On two cores and synthetic people each takes 15 to 35 minutes; fewer --people or --epochs are quicker.
    """
    from formcheck.coach import writable
    from formcheck.learn.recipes import find_recipe

    recipe = find_recipe(paper)
    try:
        from formcheck.evaluation.reproduced import headline, sentences, tables, told
        from formcheck.learn.recipes.running import reproduce as run
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error

    folder = writable(Path(f"formcheck-{paper}") if out is None else out)
    with progress_bar(quiet) as progress:
        done = run(recipe, folder, data, people, epochs, seed, network or (), protocol or (), progress)
    _write(folder / TABLE, told(done))
    if quiet:
        return
    typer.echo(headline(done))
    for title, rows in tables(done):
        print_table(title, rows)
    typer.echo("")
    for line in sentences(done):
        typer.echo(f"- {line}")
    typer.echo("\nOpen in the paper and chosen here:")
    for line in (*recipe.chosen, *done.notes):
        typer.echo(f"- {line}")
    typer.echo(f"\nThe same as data: {folder / TABLE}. A folder for every network: {folder / 'runs'}")


def _write(path: Path, facts: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    os.replace(part, path)
