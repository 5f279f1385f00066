"""The command that runs a paper's experiment and prints its figures beside those measured here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from formcheck.cli_screen import Progress, print_table, progress_bar

INSTALL = "pip install 'formcheck[learn]'"
TABLE = "reproduction.json"
ALEX = "alex-gym-1"  # judges criteria, the others name exercises
EJUST = "EJUST-GYM-3"
GYMBRAIN = "GymbrAIn"
FILMED, FIRST_FILMED = 4, 700  # synthetic people who are held against experts
STREAMS_NOTES = (
    "Streams and scores: always on synthetic people, whose correctness is one less the weighted mean of their fault "
    "grades. The paper publishes neither a figure for the score nor one for any stream but pose.",
    "A repetition is 30 instants of both cameras' landmarks, 100 of four accelerometers and gyroscopes, and one energy "
    "image; streams are put on one clock with errors as they are left after alignment.",
)

EXPERTS_NOTES = (
    "Retrieval and advice: the paper shows one example (27 degrees, threshold 25) and no figure. Poses are compared at "
    "the velocity minima by L2, as there; joints after warping in time. The experts are the studio's, of whom 4 ship.",
)


def reproduce(
    paper: Annotated[str, typer.Argument(help="alex-gym-1, ejust-gym-3, gymbrain or gym-22.")],
    data: Annotated[
        Path | None,
        typer.Option(
            help="Your copy of its dataset: ALEX-GYM-1 or EJUST-GYM-3 as published, or a folder of videos or pose "
            "files per exercise. Synthetic people if not given."
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
    exercise: Annotated[
        list[str] | None, typer.Option(help="Of alex-gym-1, only this exercise: squat, deadlift or lunges.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="Of alex-gym-1: Kinetics-400 weights of R3D-18, as torchvision has them.")
    ] = None,
    protocol: Annotated[
        list[str] | None, typer.Option(help="Only protocols that hold this word, e.g. apart; may be repeated.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=1, help="Of alex-gym-1, without a GPU: networks trained at once, 3 GB of memory each.")
    ] = 2,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Run a paper's experiment, its own protocol and one that keeps people apart.

    On two cores and synthetic people the recognition papers take 15 to 35 minutes each, alex-gym-1 hours; fewer
    --people or --epochs are quicker, and --network pose --network ours leaves the networks that look at pictures out.
    """
    from formcheck.coach import writable
    from formcheck.learn.recipes import find_recipe

    folder = Path(f"formcheck-{paper}") if out is None else out
    if paper.strip().lower().replace("_", "-") == ALEX:
        options = exercise or (), network or (), protocol or (), people, epochs, seed, weights, workers
        _criteria(writable(folder), data, options, quiet)
        return
    if exercise or weights is not None:
        raise typer.BadParameter(f"expected --exercise and --weights with {ALEX} alone, got {paper}")
    recipe = find_recipe(paper)
    try:
        from formcheck.evaluation.reproduced import headline, sentences, tables, told
        from formcheck.learn.recipes.running import reproduce as run
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error

    folder = writable(folder)
    with progress_bar(quiet) as progress:
        done = run(recipe, folder, data, people, epochs, seed, network or (), protocol or (), progress)
        whole = not network and not protocol
        more = _further(recipe.title, folder, people, epochs, seed, progress) if whole else _NOTHING
    _write(folder / TABLE, told(done) | more.facts)
    if quiet:
        return
    notes = (*recipe.chosen, *done.notes, *more.notes)
    _print(folder, headline(done), [*tables(done), *more.tables], sentences(done), notes)


@dataclass(frozen=True)
class _Further:
    """What a paper brings beside recognition: tables with their titles, the same as data, and notes."""

    tables: Sequence[tuple[str, list[tuple[str, ...]]]] = ()
    facts: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()


_NOTHING = _Further()


def _further(
    title: str, folder: Path, people: int | None, epochs: int | None, seed: int, progress: Progress | None
) -> _Further:
    if title == EJUST:
        return _streams(folder, people, epochs, seed, progress)
    return _experts(folder, people, progress) if title == GYMBRAIN else _NOTHING


def _streams(folder: Path, people: int | None, epochs: int | None, seed: int, progress: Progress | None) -> _Further:
    """Of EJUST-GYM-3, what every stream is worth: on synthetic people, since the paper's scores are not public."""
    from formcheck.evaluation.ablation import ablation_tables, ablation_told
    from formcheck.learn.correctness.ablation import ablated

    streams = ablated(folder / "streams", people or 128, epochs or 60, seed, progress)
    return _Further(ablation_tables(streams), {"streams": ablation_told(streams)}, STREAMS_NOTES)


def _experts(folder: Path, people: int | None, progress: Progress | None) -> _Further:
    """Of GymbrAIn, the expert that is retrieved and the advice that is given: on synthetic people who are filmed."""
    from formcheck.evaluation import references as tables
    from formcheck.exercises import find
    from formcheck.learn.recipes.gymbrain import NAMES

    chosen, count = [find(name) for name in NAMES], min(people or FILMED, FILMED)
    seeds = range(FIRST_FILMED, FIRST_FILMED + count)
    done = tables.filmed(chosen, seeds, folder / "trials", progress=progress)
    retrieved, advised = tables.retrieval_rows(done), tables.advice_rows(done)
    who = f"{count} synthetic people, clean and with every fault, through the real estimator"
    return _Further(
        [(f"The nearest of all experts that ship, {who}", retrieved), (f"What is advised, {who}", advised)],
        {"retrieval": retrieved, "advice": advised},
        EXPERTS_NOTES,
    )


def _criteria(folder: Path, data: Path | None, options: tuple[Any, ...], quiet: bool) -> None:
    """ALEX-GYM-1, which judges criteria instead of naming exercises."""
    try:
        from formcheck.evaluation.reproduced_criteria import headline, sentences, tables, told
        from formcheck.learn.criteria.latency import time_networks
        from formcheck.learn.criteria.published import ROWS
        from formcheck.learn.criteria.running import compared
        from formcheck.learn.criteria.running import reproduce as run
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error

    with progress_bar(quiet) as progress:
        done = run(folder, data, *options, progress=progress)
        shapes = compared(folder, done.exercises, progress) if done.rows == ROWS else ()  # no network's table
        timed = time_networks([row.title for row in done.rows], progress)
    _write(folder / TABLE, told(done, shapes, timed))
    if quiet:
        return
    _print(folder, headline(done), tables(done, shapes, timed), (*sentences(done), *done.notes))


def _print(
    folder: Path,
    headline: str,
    tables: Iterable[tuple[str, list[tuple[str, ...]]]],
    sentences: Iterable[str],
    chosen: Sequence[str] = (),
) -> None:
    """A reproduction as people read it; `chosen` is what the paper leaves open."""
    typer.echo(headline)
    for title, rows in tables:
        print_table(title, rows)
    typer.echo("")
    for line in sentences:
        typer.echo(f"- {line}")
    if chosen:
        typer.echo("\nOpen in the paper and chosen here:")
        for line in chosen:
            typer.echo(f"- {line}")
    typer.echo(f"\nThe same as data: {folder / TABLE}. A folder for every network: {folder / 'runs'}")


def _write(path: Path, facts: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    os.replace(part, path)
