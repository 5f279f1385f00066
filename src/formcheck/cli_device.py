"""Commands that print how a chain does on this machine, and what smaller networks would cost."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar


def device(
    chain: Annotated[Path, typer.Option(help="The folder that `formcheck export chain` has written.")],
    runs: Annotated[int, typer.Option(min=1, help="How often every repetition is timed.")] = 60,
    people: Annotated[int, typer.Option(min=0, help="How many synthetic people do whole sets before it, too.")] = 0,
    data: Annotated[Path | None, typer.Option(help="A folder of labelled recordings that it watches, too.")] = None,
) -> None:
    """Time a chain by format, in Python and in a page, and print its sizes and how far its scores are off."""
    from formcheck.evaluation.device import BrowserError, device_table, in_browser, in_python, machine
    from formcheck.evaluation.device_sets import real_table, sets_table, watch_sets

    kinds = [("torch", "float"), ("onnx", "float"), ("onnx", "int8"), ("litert", "float"), ("litert", "int8")]
    measured, left_out = [], list[str]()
    with progress_bar(quiet=False) as progress:
        for at, (format, weights) in enumerate(kinds):
            try:
                measured.append(in_python(chain, format, weights, runs))
            except ValueError as error:
                left_out.append(f"{format} {weights}: {error}")
            if progress is not None:
                progress("Timing", (at + 1) / (len(kinds) + 1))
        try:
            measured += in_browser(chain, runs)
        except BrowserError as error:
            left_out.append(f"page: {error}")
    if not measured:
        raise ValueError(f"expected the folder of a chain, got {chain}; " + "; ".join(left_out))
    reps = len(measured[0].names)
    print_table(
        f"{reps} repetitions of synthetic people; medians over {runs} runs of each", device_table(chain, measured)
    )
    typer.echo(f"\n{machine()}.")
    cuts = [each.cut_ms for each in measured if each.cut_ms == each.cut_ms]
    if cuts:
        typer.echo(f"Finding the repetitions takes {min(cuts):.2f} ms for a second of a recording in Python, besides.")
    for each in left_out:
        typer.echo(f"Left out: {each}")
    if people:
        with progress_bar(quiet=False) as progress:
            watched, kind = watch_sets(chain, people, progress)
        title = f"Sets of {watched[0].performed} by {people} synthetic people who were not met, {kind}"
        print_table(f"{title}; 95 % intervals over people", sets_table(watched))
    if data is not None:
        with progress_bar(quiet=False) as progress:
            rows = real_table(chain, data, progress)
        print_table(f"Real people in {data.name}", rows)


def pruning(
    exercise: Annotated[str, typer.Option(help="Which exercise of a chain.")],
    models: Annotated[
        Path | None, typer.Option(help="A folder of correctness models, or of their trainings; else those that ship.")
    ] = None,
    cache: Annotated[Path, typer.Option(help="Where synthetic people are kept.")] = Path("build/correctness"),
    people: Annotated[int, typer.Option(min=3, help="How many it is taught again on.")] = 300,
    epochs: Annotated[int, typer.Option(min=1, help="How many for networks that are made anew.")] = 40,
) -> None:
    """Take the smallest weights of a correctness model away, fine-tune it, and print what that costs."""
    try:
        from formcheck.learn.chain.export import networks_in
        from formcheck.learn.chain.prune import pruning_rows, try_pruning
        from formcheck.learn.correctness.train import Plan
    except ImportError as error:
        raise ValueError(f"expected torch, {error.name} is not installed: pip install 'formcheck[learn]'") from error
    from formcheck.evaluation.interval import with_interval
    from formcheck.exercises import find
    from formcheck.predictor.correctness import SHIPPED

    found = find(exercise)
    networks = networks_in(models or SHIPPED)
    if found.name not in networks:
        raise ValueError(f"expected a model of {', '.join(networks)}, got {exercise!r}")
    with progress_bar(quiet=False) as progress:
        tried = try_pruning(networks[found.name], found, cache, Plan(people=people, epochs=epochs), progress)
    rows = pruning_rows(tried, lambda errors, groups: with_interval(errors, groups, percent=False))
    who = len(set(tried[0].people.tolist()))
    print_table(f"{found.title}: {len(tried[0].people)} repetitions of {who} synthetic people who were not met", rows)
