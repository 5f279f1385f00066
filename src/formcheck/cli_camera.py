"""Commands that print what is known of cameras: filters before the estimator, and focal lengths without a board."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar


def filters(
    athletes: Annotated[int, typer.Option(min=1, help="How many synthetic people.")] = 4,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 20,
) -> None:
    """Film people clean, noisy and blurred, and let the estimator watch through every filter and none."""
    from formcheck.evaluation.filters import filter_rows, watched

    with progress_bar(quiet=False) as progress:
        done = watched(range(first, first + athletes), progress)
    people = f"{athletes} synthetic people (from seed {first})"
    print_table(f"Filters before the estimator, {people}; 95 % intervals over people", filter_rows(done))


def focal(
    athletes: Annotated[int, typer.Option(min=1, help="How many synthetic people, by landmarks alone.")] = 10,
    filmed: Annotated[int, typer.Option(min=0, help="How many of them are filmed as well.")] = 3,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 800,
    cache: Annotated[Path, typer.Option(help="Where landmarks are kept between runs.")] = Path("build/synthetic"),
    workers: Annotated[int, typer.Option(min=1, help="Processes that film and watch.")] = 1,
) -> None:
    """Tell focal lengths from people who walk and exercise before cameras that look up, level and down."""
    from formcheck.evaluation.focal import Landmarks, focal_rows, shots, told

    people: dict[Landmarks, int] = {"exact": athletes, "fast mode": athletes, "film": min(filmed, athletes)}
    with progress_bar(quiet=False) as progress:
        for by, count in people.items():
            if count:
                done = told(shots(range(first, first + count)), by, cache, workers, progress)
                title = f"Focal lengths from the body, landmarks: {by}; {count} synthetic people (from seed {first})"
                print_table(f"{title}; 95 % intervals over people", focal_rows(done))
