"""Commands that train."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar
from formcheck.cli_streams import train_correctness, train_worn

train = typer.Typer(help="Train a model on data of yours, or on synthetic people.", no_args_is_help=True)

SHARES = (0.84, 0.08, 0.08)  # of the people, to learn from, to steer by, and to test on
FILMED_FROM = 10_000  # the seeds of those who are filmed, after the others
THIN = 2  # windows begin every second and last four: every other one teaches as much
INSTALL = "pip install 'formcheck[learn]'"


train.command("correctness")(train_correctness)
train.command("worn")(train_worn)


@train.callback()
def training() -> None:
    """Train a model on data of yours, or on synthetic people."""


@train.command()
def recognition(
    out: Annotated[Path, typer.Option(help="The folder of the run; an interrupted one is gone on with.")],
    network: Annotated[str, typer.Option(help="Which network: a file of formcheck.learn.models.")] = "ours",
    people: Annotated[int, typer.Option(min=3, help="How many synthetic people, quickly: a few seconds each.")] = 110,
    filmed: Annotated[
        int, typer.Option(min=0, help="And how many who are filmed and watched by the estimator: two minutes each.")
    ] = 18,
    epochs: Annotated[int, typer.Option(min=1, help="How many.")] = 14,
    seed: Annotated[int, typer.Option(help="Of the people, the split and the training.")] = 1,
    cache: Annotated[
        Path | None, typer.Option(help="The folder for the people's windows; in --out if not given.")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Teach a network to name every exercise of the catalogue, rest and unknown, from synthetic people."""
    try:
        from formcheck.learn.train import Plan
        from formcheck.learn.train import train as run
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error
    import numpy as np

    from formcheck.learn.data import joined_splits, split_by_person
    from formcheck.learn.filmed import filmed_examples
    from formcheck.learn.models import find_network
    from formcheck.learn.studio import studio_examples
    from formcheck.predictor import BODY, Sliding

    find_network(network)
    with progress_bar(quiet) as progress:
        first = 10_000 * (seed + 1)
        kept = cache or out / "windows"
        quick = split_by_person(studio_examples(range(first, first + people), BODY, Sliding(), kept, progress), SHARES)
        about = f"{people} synthetic people, landmarks with the estimator's measured errors"
        parts = [replace(quick, train=quick.train.of(np.arange(0, len(quick.train), THIN)), about=about)]
        if filmed:
            seeds = range(first + FILMED_FROM, first + FILMED_FROM + filmed)
            watched = split_by_person(filmed_examples(seeds, BODY, Sliding(), kept / "filmed", 2, progress), SHARES)
            parts.append(replace(watched, about=f"{filmed} synthetic people, filmed and watched by the estimator"))
        plan = Plan(
            network=network,
            epochs=epochs,
            batch=128,
            rate=2e-3,
            weight_decay=1e-4,
            cycle=True,
            smoothing=0.05,
            seed=seed,
        )
        trained = run(joined_splits(parts), plan, out, progress)
    if quiet:
        return
    scores = trained.scores
    rows = [("label", "windows", "F1"), *_rows(scores.names, scores.confusion.sum(axis=1).tolist(), scores.f1.tolist())]
    print_table("Synthetic people whom the network has not met, landmarks with the estimator's errors", rows)
    typer.echo("\n" + ", ".join(f"{name.replace('_', ' ')} {value:.3f}" for name, value in scores.headline().items()))
    typer.echo(f"Run: {out / 'run.json'}. Model: {trained.model.folder}")


@train.command()
def litert(
    run: Annotated[Path, typer.Argument(help="The folder of a finished training, with model/ and checkpoints/.")],
    windows: Annotated[
        Path | None, typer.Option(help="Windows to compare on: a folder of .npz; RUN/windows if it is there.")
    ] = None,
    whole: Annotated[bool, typer.Option("--float", help="Keep the weights as they are: no int8.")] = False,
) -> None:
    """Write a trained network as LiteRT beside its ONNX, with int8 weights and a proof of its own."""
    try:
        from formcheck.learn.litert import litert_of_run
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error

    beside = run / "windows"
    model = litert_of_run(run, windows or (beside if beside.is_dir() else None), int8=not whole)
    path = model.folder / "model.tflite"
    told = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in model.card.metrics.items() if name.startswith("litert")
    )
    typer.echo(f"{path}: {path.stat().st_size / 1000:.0f} kB; {told}")


@train.command()
def criteria(
    exercise: Annotated[str, typer.Option(help="Which exercise of the catalogue.")],
    out: Annotated[Path, typer.Option(help="The folder of the run; an interrupted one is gone on with.")],
    people: Annotated[int, typer.Option(min=3, help="How many synthetic people, quickly: a moment each.")] = 300,
    filmed: Annotated[
        int, typer.Option(min=0, help="And how many who are filmed to decide who is trusted: a minute each; 0: nobody.")
    ] = 10,
    epochs: Annotated[int, typer.Option(min=1, help="How many.")] = 10,
    seed: Annotated[int, typer.Option(help="Of the people and the training.")] = 1,
    cache: Annotated[
        Path | None, typer.Option(help="The folder for repetitions and film; in --out if not given.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes that film and watch.")] = 2,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Teach a small network to judge the criteria of an exercise beside its rules, and decide who is trusted."""
    try:
        from formcheck.learn import verdicts
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error
    from formcheck.exercises import find
    from formcheck.learn.verdicts_filmed import VALIDATION, said_by_people

    found, plan, kept = find(exercise), verdicts.Plan(people=people, epochs=epochs, seed=seed), cache or out / "cache"
    with progress_bar(quiet) as progress:
        trained = verdicts.kept_network(found, plan, out, kept, progress)
        model = verdicts.write_model(trained, found, plan, out / "model")
        if filmed:
            others = VALIDATION[:filmed]
            model = verdicts.validated(
                model, found, said_by_people(found, others, kept / "film", model, workers, progress)
            )
        lite = verdicts.with_litert(trained, found, plan, model.folder, kept)
    if quiet:
        return
    print_table(f"{found.title}: who is trusted", verdicts.trust_rows(model.card))
    size = (model.folder / "model.onnx").stat().st_size / 1000
    typer.echo(f"Model: {model.folder} ({size:.0f} kB as ONNX{', and LiteRT' if lite else ''})")


def _rows(names: tuple[str, ...], counts: list[int], f1: list[float]) -> list[tuple[str, ...]]:
    return [(name, str(count), f"{each:.3f}") for name, count, each in zip(names, counts, f1, strict=True) if count]
