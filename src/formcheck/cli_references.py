"""The commands about experts: keep one, list, show, remove, and hand on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar

references = typer.Typer(no_args_is_help=True, help="Experts to be compared with: add, list, show, remove, hand on.")

Name = Annotated[str, typer.Argument(help="What the reference is called.")]
Quiet = Annotated[bool, typer.Option(help="Print nothing but errors.")]


@references.command()
def add(
    name: Name,
    video: Annotated[Path, typer.Argument(help="A video, a folder of pictures, or a pose file of an expert.")],
    side: Annotated[Path | None, typer.Option(help="The same performance seen by a second camera.")] = None,
    exercise: Annotated[str | None, typer.Option(help="Which exercise; without it, it is recognised.")] = None,
    partial: Annotated[bool, typer.Option("--partial", help="Keep repetitions of which only a half is shown.")] = False,
    note: Annotated[str, typer.Option(help="Who it is, and what they agreed to.")] = "",
    pictures: Annotated[bool, typer.Option("--pictures", help="Keep a picture of each, too.")] = False,
    mirrored: Annotated[bool, typer.Option(help="The picture is a mirror image, as selfie cameras save it.")] = False,
    quiet: Quiet = False,
) -> None:
    """Keep the good repetitions in a recording of an expert: landmarks, no picture unless --pictures.

    Ask the expert first, and say with --note what they agreed to.
    """
    from formcheck.enrolled import enrol, summary
    from formcheck.exercises import find_or_load
    from formcheck.reference import Library

    library = Library()
    library.place_for(name)  # a name that will not do is told before anything is watched
    wanted = None if exercise is None else find_or_load(exercise)
    with progress_bar(quiet) as progress:
        found, images = enrol(
            name,
            video,
            side,
            exercise=wanted,
            partial=partial,
            note=note,
            pictures=pictures,
            mirrored=mirrored,
            progress=progress,
        )
    kept = library.add(found, images)
    if not quiet:
        print_table(f"Kept in {kept}", summary((found,)))


@references.command("list")
def listed(
    exercise: Annotated[str | None, typer.Option(help="Only of this exercise.")] = None,
) -> None:
    """List yours, and the studio's synthetic experts that ship."""
    from formcheck.enrolled import summary
    from formcheck.exercises import find_or_load
    from formcheck.reference import Library
    from formcheck.reference.shipped import shipped_exercises, shipped_references

    wanted = None if exercise is None else find_or_load(exercise).name
    opened = Library().all(wanted)
    if opened.references:
        print_table("Yours", summary(opened.references))
    for problem in opened.problems:
        typer.echo(problem, err=True)
    studio = [each for name in shipped_exercises() if wanted in (None, name) for each in shipped_references(name)]
    if wanted is not None:
        print_table("The studio's, synthetic", summary(studio))
        return
    names = list(dict.fromkeys(each.exercise for each in studio))
    typer.echo(f"\nThe studio's synthetic experts, {len(studio)} in {len(names)} exercises: {', '.join(names)}")


@references.command()
def show(name: Name) -> None:
    """Say what a reference holds: repetitions, key moments, build."""
    from formcheck.enrolled import summary
    from formcheck.reference.chosen import find_reference
    from formcheck.reference.nearest import performed

    found = find_reference(name)
    print_table(found.name, summary((found,)))
    rows: list[tuple[str, ...]] = [("repetition", "camera", "seen from", "side", "moments, s")]
    for number, each in enumerate(found.shown, 1):
        moments = ", ".join(f"{moment.kind} {moment.time_s:.2f}" for moment in performed(each).moments)
        half = "" if each.half is None else f", the way {each.half} only"
        rows.append((f"{number}{half}", each.stream, each.pose.view, each.side or "both", moments))
    print_table("Repetitions", rows)
    lengths = ", ".join(f"{part} {share:.2f}" for part, share in found.proportions.items())
    typer.echo(f"\nBuild, in trunk lengths: {lengths}")


@references.command()
def remove(name: Name) -> None:
    """Delete one of yours, with everything in it."""
    from formcheck.reference import Library

    Library().remove(name)
    typer.echo(f"Removed: {name}")


@references.command()
def export(
    file: Annotated[Path, typer.Argument(help="The file to write, e.g. experts.zip.")],
    name: Annotated[list[str] | None, typer.Option(help="Only this one; may be repeated.")] = None,
) -> None:
    """Write references into one file, to hand on or to keep."""
    from formcheck.reference import Library

    Library().write_out(name or (), file)
    typer.echo(f"Written: {file}")


@references.command("import")
def read_in(file: Annotated[Path, typer.Argument(help="What references export wrote.")]) -> None:
    """Add the references in such a file."""
    from formcheck.reference import Library

    added, problems = Library().read_in(file)
    typer.echo(f"Added: {', '.join(added) or 'nothing'}")
    for problem in problems:
        typer.echo(problem, err=True)
    if problems and not added:
        raise typer.Exit(2)


def evaluate_references(
    people: Annotated[int, typer.Option(min=2, help="How many synthetic people: 4 minutes each to film.")] = 4,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 700,
    exercise: Annotated[list[str] | None, typer.Option(help="Only these exercises.")] = None,
    fit: Annotated[bool, typer.Option("--fit", help="Film the experts anew, learn the thresholds, and stop.")] = False,
    cache: Annotated[Path, typer.Option(help="Where landmarks are kept between runs.")] = Path("build/references"),
    workers: Annotated[int, typer.Option(help="Processes that film and watch.")] = 2,
) -> None:
    """Hold synthetic people, clean and with every fault, against the experts that ship: who is found, what is told."""
    from formcheck.evaluation import references as tables
    from formcheck.evaluation.fit_spread import fit_shipped
    from formcheck.evaluation.references_speed import speed_rows
    from formcheck.exercises import catalogue, find

    chosen = tuple(find(name) for name in exercise) if exercise else catalogue()
    with progress_bar(quiet=False) as progress:
        if fit:
            typer.echo(fit_shipped(chosen, cache, workers, progress))
            return
        done = tables.filmed(chosen, range(first, first + people), cache / "trials", workers, progress)
    who = f"{people} synthetic people (from seed {first}), through the real estimator; 95 % intervals over people"
    print_table(f"The nearest of all experts that ship, {who}", tables.retrieval_rows(done))
    print_table(f"What is advised, {who}", tables.advice_rows(done))
    if len(rows := tables.missed_rows(done)) > 1:
        print_table("Faults told least, learnt thresholds", rows)
    print_table("Time on one core", speed_rows())
