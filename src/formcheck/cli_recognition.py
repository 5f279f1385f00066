"""The command that says how well exercises are recognised."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli_screen import Progress, print_table, progress_bar

if TYPE_CHECKING:
    from formcheck.learn.datasets.shown import ShownSet
    from formcheck.predictor import ModelFolder

INSTALL = "pip install 'formcheck[learn]'"


class Only(Enum):
    """What models are shown of a recording."""

    WORLD = "world"
    PICTURE = "picture"
    COCO = "coco"


def recognition(
    model: Annotated[
        list[Path] | None, typer.Option(help="The folder of a model; several are compared. The shipped one if none.")
    ] = None,
    data: Annotated[
        list[Path] | None, typer.Option(help="A folder of recordings with their exercise, of any layout that is known.")
    ] = None,
    studio: Annotated[int, typer.Option(min=0, help="How many synthetic people to film and name.")] = 0,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 0,
    only: Annotated[
        list[Only] | None,
        typer.Option(help="Show models only a part: landmarks in space, in the picture, or COCO's 17 in the picture."),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=1.0, metavar="HZ", help="The frame rate of datasets that tell none.")
    ] = None,
    wrong: Annotated[bool, typer.Option("--wrong", help="List what was named wrong, too.")] = False,
    pictures: Annotated[Path | None, typer.Option(help="A folder for pictures of what was taken for what.")] = None,
    cache: Annotated[Path, typer.Option(help="Where landmarks are kept between runs.")] = Path("build/synthetic"),
    workers: Annotated[int, typer.Option(help="Processes that film and watch.")] = 2,
    leave_one_out: Annotated[
        str | None,
        typer.Option(
            metavar="NETWORK", help="Train this network on all people of UI-PRMD but one, for everybody, instead."
        ),
    ] = None,
    epochs: Annotated[int, typer.Option(min=1, help="At most, for --leave-one-out.")] = 25,
    out: Annotated[Path, typer.Option(help="The folder of the runs of --leave-one-out.")] = Path("build/leave-one-out"),
) -> None:
    """Name whole recordings of real and of synthetic people by one model or several, and compare."""
    if leave_one_out is not None:
        if data is None or len(data) != 1:
            raise typer.BadParameter("expected --leave-one-out with one --data, a folder of UI-PRMD")
        _leave_one_out(leave_one_out, data[0], out, epochs)
        return
    if not data and not studio:
        raise typer.BadParameter("expected --data or --studio, got neither of them: there is nothing to recognise")
    from formcheck.evaluation.recognition import cost
    from formcheck.evaluation.recognition_sets import filmed, gathered, restricted
    from formcheck.evaluation.recognition_tables import model_table

    models = _models(model or ())
    sets = [gathered(folder, rate) for folder in data or ()]
    with progress_bar(quiet=False) as progress:
        if studio:
            sets.append(filmed(range(first, first + studio), cache, workers, progress))
        print_table("Models", model_table([(name, each, cost(each)) for name, each in models]))
        for found in sets:
            for part in only or (None,):
                shown = found if part is None else restricted(found, part.value)
                if shown is None:
                    typer.echo(f"\n{found.layout}: left out with --only world, it has no landmarks in space.")
                else:
                    _name(shown, models, wrong, pictures, progress)


def _models(folders: Sequence[Path]) -> list[tuple[str, ModelFolder]]:
    """Models by names that tell them apart."""
    from formcheck.predictor import ModelFolder

    if not folders:
        from formcheck.predictor import shipped

        return [("shipped", shipped())]
    parts = [each.resolve().parts for each in folders]
    least = 2 if any(each[-1] == "model" for each in parts) else 1  # as training calls it in the folder of a run
    most = max(map(len, parts))
    depth = next((last for last in range(least, most) if len({each[-last:] for each in parts}) == len(parts)), most)
    return [("/".join(each[-depth:]), ModelFolder(folder)) for each, folder in zip(parts, folders, strict=True)]


def _name(
    shown: ShownSet,
    models: Sequence[tuple[str, ModelFolder]],
    wrong: bool,
    pictures: Path | None,
    progress: Progress | None,
) -> None:
    from formcheck.evaluation import recognition_tables as tables
    from formcheck.evaluation.recognition import name_all
    from formcheck.evaluation.recognition_pictures import draw_confusion

    said = name_all(shown.clips, [each for _, each in models], progress, shown.layout)
    of_models = [(name, named) for (name, _), named in zip(models, said, strict=True)]
    over = "people" if shown.people_known else "sources"
    print_table(f"{shown.layout}; 95 % intervals over {over}", tables.naming_table(of_models))
    for note in shown.notes:
        typer.echo(note)
    for problem in shown.problems:
        typer.echo(f"Left out: {problem}")
    print_table(f"{shown.layout}: what was shown", tables.kind_table(of_models))
    if wrong and len(rows := tables.wrong_rows(of_models)) > 1:
        print_table(f"{shown.layout}: named wrong, and how surely", rows)
    if pictures is not None:
        for name, named in of_models:
            typer.echo(f"Picture: {draw_confusion(f'{shown.layout}, {name}', named, pictures)}")


def _leave_one_out(network: str, folder: Path, out: Path, epochs: int) -> None:
    try:
        from formcheck.learn import leave_one_out as learning
        from formcheck.learn.train import Plan
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error
    from formcheck.evaluation.recognition_tables import left_out_tables
    from formcheck.learn.models import find_network
    from formcheck.learn.rocket import is_rocket

    if not is_rocket(network):
        find_network(network)
    plan = Plan(network=network, epochs=epochs, plateau=learning.PLATEAU, augmentations=learning.AUGMENTATIONS)
    with progress_bar(quiet=False) as progress:
        left = learning.leave_one_out(learning.episodes(folder, progress), plan, out, progress)
    people, movements = left_out_tables([(each.person, each.scores) for each in left], learning.together(left))
    print_table(f"{network} on UI-PRMD, {learning.PROTOCOL}; 95 % interval over people", people)
    print_table("Movements of everybody", movements)
    typer.echo(f"\nRuns: {out}")
