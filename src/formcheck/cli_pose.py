"""Whose pose model looks: the estimator that is asked for, and the command that compares several."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar

if TYPE_CHECKING:
    from formcheck.pose import Estimator


def chosen_estimator(model: Path | None, detector: Path | None) -> Callable[[], Estimator] | None:
    """What makes the estimators that are asked for; None for MediaPipe's own."""
    from formcheck.pose import open_estimator

    if model is None and detector is not None:
        raise typer.BadParameter("expected --estimator with --detector: a detector finds people for an RTMPose model")
    return None if model is None else open_estimator(model, detector)


def estimators(
    model: Annotated[
        list[Path] | None,
        typer.Option(metavar="MODEL", help="A pose model to compare with MediaPipe's own; as often as you like."),
    ] = None,
    detector: Annotated[
        Path | None, typer.Option(metavar="MODEL", help="Who finds people for RTMPose: RTMDet or YOLOX as ONNX.")
    ] = None,
    athletes: Annotated[int, typer.Option(min=0, help="How many synthetic people to film.")] = 4,
    flat: Annotated[int, typer.Option(min=0, help="How many to judge from 17 joints without depth, too.")] = 0,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 30,
    exercise: Annotated[
        list[str] | None, typer.Option("--exercise", help="With --flat: only these exercises, or your own files.")
    ] = None,
) -> None:
    """Show films of synthetic people to several pose estimators, and compare them with the truth."""
    from formcheck.evaluation import estimators as tables
    from formcheck.evaluation.flat import beside, flat_rows, lost_rows
    from formcheck.exercises import catalogue, find_or_load

    people = range(first, first + athletes)
    with progress_bar(quiet=False) as progress:
        done = tables.tried(tables.available(model or (), detector), people, progress) if athletes else []
        chosen = [find_or_load(name) for name in exercise] if exercise else catalogue()
        judged = beside(chosen, range(first, first + flat), progress) if flat else []
    if done:
        who = f"{athletes} synthetic people (from seed {first})"
        print_table(f"Pose estimators, {who}; 95 % intervals over people", tables.estimator_rows(done))
    if judged:
        who = f"{flat} synthetic people (from seed {first}), fast mode"
        print_table(f"All landmarks, and 17 joints without depth: {who}; 95 % intervals over people", flat_rows(judged))
    if len(lost := lost_rows(judged)) > 1:
        print_table("Criteria that are only judged with all landmarks", lost)
