"""The command that says how well people are seen, and their repetitions counted, by a thermal camera alone."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar

POSED = ("squat", "jumping jack", "lateral raise", "push-up")


def thermal(
    data: Annotated[
        Path | None, typer.Option(help="A folder of real far-infrared pictures in folders 1 to 5, as ARTraining has.")
    ] = None,
    people: Annotated[int, typer.Option(min=0, help="How many synthetic people to film.")] = 2,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 0,
    exercise: Annotated[list[str] | None, typer.Option("--exercise", help="Only these exercises.")] = None,
    in_turn: Annotated[
        bool, typer.Option("--in-turn", help="Every exercise by one of them in turn, not by everybody.")
    ] = False,
    pose: Annotated[bool, typer.Option(help="Try the pose estimator on thermal frames, too.")] = True,
    by_exercise: Annotated[bool, typer.Option("--by-exercise", help="A row for every exercise, too.")] = False,
    keep: Annotated[
        Path | None, typer.Option(help="A folder where counts of finished sets are kept, to go on from later.")
    ] = None,
    fit: Annotated[Path | None, typer.Option(help="Fit anew how sure a count is, and write it.")] = None,
    fitted_from: Annotated[int, typer.Option(help="The seed of the first synthetic person to fit on.")] = 400,
    fitted_on: Annotated[int, typer.Option(help="How many people, who exercise and do something else.")] = 2,
) -> None:
    """Find people in real thermal pictures, and count synthetic people's repetitions from thermal files.

    A set is rendered with the camera's errors, written as radiometric frames and as coloured video, and read again.
    """
    from formcheck.evaluation import thermal as pictures
    from formcheck.evaluation import thermal_studio as studio
    from formcheck.evaluation.fit_likely import save
    from formcheck.exercises import find_or_load

    seeds = range(first, first + people)
    chosen = [find_or_load(name) for name in exercise or ()]
    with ExitStack() as tidy, progress_bar(quiet=False) as progress:
        finder = None
        if pose and (data or people):
            finder, close = pictures.mediapipe_finder()
            tidy.callback(close)
        if fit is not None:
            save(studio.fit(range(fitted_from, fitted_from + fitted_on), progress), fit)
        if data is not None:
            rows = pictures.picture_table(pictures.real_pictures(data, finder, progress))
            print_table("Real far-infrared pictures; 95 % intervals over recordings", rows)
        if people:
            watched = studio.watch(seeds, chosen, keep=keep, in_turn=in_turn, tell=progress)
            title = "Sets of synthetic people, exercise unknown, from thermal files alone; 95 % intervals over people"
            print_table(title, studio.count_table(watched, by_exercise))
            print_table("Counted wrong by more than one", studio.wrong_table(watched))
            print_table("How sure a count is", studio.confidence_table(watched))
            if not exercise:
                print_table("Synthetic people who do something else", studio.ghost_table(seeds, progress))
            if finder is not None:
                posed = chosen or [find_or_load(name) for name in POSED]
                rows = pictures.pose_table(pictures.try_pose(posed, seeds, finder, progress))
                print_table("A pose estimator on contrast-stretched thermal frames of synthetic people", rows)
