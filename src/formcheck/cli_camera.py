"""Commands that print what is known of cameras: filters before the estimator, and focal lengths without a board."""

from __future__ import annotations

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
