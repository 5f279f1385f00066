"""Commands about sensors and scores: training the models, and saying what they are worth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar

if TYPE_CHECKING:
    from formcheck.learn.correctness.worth import Scored

INSTALL = "pip install 'formcheck[learn]'"
PEOPLE, STEER, TEST = 200, 20, 30  # who wear sensors
FIRST_WORN = 9_000_000
THIN = 2  # windows begin every second and last four: every other one teaches as much


def train_correctness(
    exercise: Annotated[str, typer.Option(help="Which exercise of the catalogue.")],
    out: Annotated[Path, typer.Option(help="The folder of the run; an interrupted one is gone on with.")],
    people: Annotated[int, typer.Option(min=3, help="How many synthetic people.")] = 300,
    epochs: Annotated[int, typer.Option(min=1, help="At most.")] = 70,
    thermal: Annotated[bool, typer.Option(help="Show them to a thermal camera, too: five times as slow.")] = True,
    seed: Annotated[int, typer.Option(min=1, help="Of the people and the training.")] = 1,
    cache: Annotated[Path | None, typer.Option(help="The folder for repetitions; in --out if not given.")] = None,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Teach a network to score the repetitions of an exercise, from any mixture of cameras, IMUs and thermal camera."""
    try:
        from formcheck.learn.correctness import train
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error
    from formcheck.evaluation.correctness import agreement_rows
    from formcheck.exercises import find
    from formcheck.learn.correctness.worth import scored

    found, plan = find(exercise), train.Plan(people=people, epochs=epochs, thermal=thermal, seed=seed)
    kept = cache or out / "cache"
    with progress_bar(quiet) as progress:
        trained = train.train(found, plan, kept, out, progress)
        tested = train.tested_people(found, plan, kept, progress)
        model = train.write_model(trained, found, plan, tested, out / "model")
    if quiet:
        return
    count = len(set(tested.people.tolist()))
    print_table(
        f"{found.title}: {count} synthetic people who were not met", agreement_rows([scored(model, found, tested)])
    )
    size = (model.folder / "model.onnx").stat().st_size / 1000
    typer.echo(f"Model: {model.folder} ({size:.0f} kB as ONNX)")


def train_worn(
    out: Annotated[Path, typer.Option(help="The folder of the run; an interrupted one is gone on with.")],
    people: Annotated[
        int, typer.Option(min=3, help="How many synthetic people to learn from: four seconds each.")
    ] = PEOPLE,
    epochs: Annotated[int, typer.Option(min=1, help="How many.")] = 12,
    cache: Annotated[Path | None, typer.Option(help="The folder for windows; in --out if not given.")] = None,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Teach a network to name every exercise of the catalogue, rest and unknown, from IMUs on wrists and ankles."""
    try:
        from formcheck.learn.worn import train
    except ImportError as error:
        raise ValueError(f"expected what training needs, {error.name} is not installed: {INSTALL}") from error
    from formcheck.evaluation.worn import worth_rows
    from formcheck.learn.worn.studio import felt

    kept = cache or out / "cache"
    with progress_bar(quiet) as progress:
        learnt = felt(range(FIRST_WORN, FIRST_WORN + people), kept, progress)
        others = FIRST_WORN + 500_000
        steering = felt(range(others, others + STEER), kept, progress)
        strangers = felt(range(others + STEER, others + STEER + TEST), kept, progress)
        plan = train.Plan(epochs=epochs)
        network = train.train(learnt.thinned(THIN), plan, out, progress)
        card = train.described(network, steering, strangers, plan, people)
        model = train.write_model(network, card, strangers.values, out / "model")
    if quiet:
        return
    print_table(f"{TEST} synthetic people who were not met, whole sets", worth_rows(model, strangers))
    size = (model.folder / "model.onnx").stat().st_size / 1000
    typer.echo(f"Model: {model.folder} ({size:.0f} kB as ONNX)")


def correctness(
    exercise: Annotated[list[str] | None, typer.Option(help="Only this one; may be repeated.")] = None,
    model: Annotated[
        Path | None, typer.Option(help="The folder of a model of this one exercise; the shipped if none.")
    ] = None,
    people: Annotated[int, typer.Option(min=3, help="How many synthetic people, whom no model has met.")] = 60,
    thermal: Annotated[bool, typer.Option(help="Show them to a thermal camera, too: five times as slow.")] = True,
    plots: Annotated[Path | None, typer.Option(help="A folder for Bland-Altman plots.")] = None,
    filmed: Annotated[int, typer.Option(min=0, help="How many to film and watch by the real estimator, too.")] = 0,
    cache: Annotated[Path, typer.Option(help="Where repetitions are kept between runs.")] = Path("build/correctness"),
    workers: Annotated[int, typer.Option(help="Processes that film and watch.")] = 2,
) -> None:
    """Compare correctness scores with the truth, by streams, on synthetic people whom no model has met."""
    from formcheck.evaluation.correctness import agreement_rows, film_rows
    from formcheck.exercises import find
    from formcheck.learn.correctness import filmed as films
    from formcheck.learn.correctness.worth import scored, strangers
    from formcheck.predictor.correctness import CorrectnessModel, shipped_correctness, with_models

    names = tuple(exercise or ()) or with_models()
    done: list[Scored] = []
    seen: list[films.OnFilm] = []
    with progress_bar(quiet=False) as progress:
        for name in names:
            found = find(name)
            judge = shipped_correctness(found.name) if model is None else CorrectnessModel(model)
            if judge is None or judge.card.exercise != found.name:
                raise ValueError(
                    f"expected an exercise with a correctness model ({', '.join(with_models())}), got {name}"
                )
            done.append(scored(judge, found, strangers(found, people, cache, thermal, progress)))
            if filmed:
                seen.append(films.on_film(found, judge, films.PEOPLE[:filmed], cache / "film", workers, progress))
    print_table(
        f"Correctness against the truth, {people} synthetic people; 95 % intervals over people", agreement_rows(done)
    )
    if seen:
        print_table(f"{filmed} others, filmed by two cameras and watched by the estimator", film_rows(seen))
    if plots is not None:
        from formcheck.evaluation.correctness_plots import draw_agreement

        plots.mkdir(parents=True, exist_ok=True)
        for each in done:
            draw_agreement(each, plots / f"{each.exercise.name.replace(' ', '_')}.svg")
        typer.echo(f"Bland-Altman plots: {plots}")


def worn(
    people: Annotated[int, typer.Option(min=3, help="How many synthetic people, whom no model has met.")] = 20,
    cache: Annotated[Path, typer.Option(help="Where windows are kept between runs.")] = Path("build/worn"),
) -> None:
    """Name exercises from IMUs on wrists and ankles, and from a camera together with them, on synthetic people."""
    from formcheck.evaluation.worn import heard, heard_rows, worth_rows
    from formcheck.learn.worn.studio import felt
    from formcheck.predictor.worn import shipped_worn

    model = shipped_worn()
    if model is None:
        raise ValueError("expected the model of worn sensors that ships, there is none: formcheck train worn")
    first = FIRST_WORN + 700_000
    with progress_bar(quiet=False) as progress:
        strangers = felt(range(first, first + people), cache, progress)
        together = heard(model, range(first, first + people), progress)
    print_table(
        f"{people} synthetic people who were not met, whole sets, by what they wear", worth_rows(model, strangers)
    )
    print_table("The same people before one camera, with four sensors, or both", heard_rows(together))
