"""Commands that print the tables of the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from formcheck.cli_screen import print_table, progress_bar

evaluate = typer.Typer(help="Print the tables of the documentation.", no_args_is_help=True)

Chosen = Annotated[list[str] | None, typer.Option("--exercise", help="Only these exercises, or your own files.")]
Cache = Annotated[Path, typer.Option(help="Where landmarks are kept between runs.")]
Workers = Annotated[int, typer.Option(help="Processes that film and watch.")]
KEPT = Path("build/synthetic")


@evaluate.command()
def counting(
    data: Annotated[Path, typer.Option(help="A folder with labels.csv, landmarks/ and clips/.")],
    videos: Annotated[bool, typer.Option(help="Watch the videos instead of reading kept landmarks.")] = False,
) -> None:
    """Count labelled recordings of real people, the exercise given, and compare with the labels."""
    from formcheck.evaluation.counting import count_clips, counting_table

    with progress_bar(quiet=False) as progress:
        counted = count_clips(data, videos=videos, progress=progress)
    print_table(
        "Real people, every labelled clip (nothing is trained, so there is no split); 95 % intervals over sources",
        counting_table(counted),
    )
    wrong = [clip for clip in counted if clip.error]
    if wrong:
        heading = ("clip", "exercise", "counted", "labelled")
        rows = [(clip.clip, clip.exercise, str(clip.count), f"{clip.low} to {clip.high}") for clip in wrong]
        print_table("Counts outside the labelled range", [heading, *rows])


@evaluate.command()
def synthetic(
    athletes: Annotated[int, typer.Option(help="How many synthetic people.")] = 20,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 0,
    exercise: Chosen = None,
    cache: Cache = KEPT,
    workers: Workers = 2,
) -> None:
    """Film synthetic people with planned faults, and compare what is found with what was planned."""
    from formcheck.evaluation.estimator import measure, seen_rows
    from formcheck.evaluation.synthetic import clips, counting_rows, criterion_rows, film_and_watch, judged_all
    from formcheck.exercises import catalogue, find_or_load

    chosen = tuple(find_or_load(name) for name in exercise) if exercise else catalogue()
    planned = clips(chosen, range(first, first + athletes))
    with progress_bar(quiet=False) as progress:
        kept = film_and_watch(planned, cache, workers, progress)
        results = judged_all(kept, progress)
        seen = measure(kept, progress)
    people = f"{athletes} synthetic people (seeds {first} to {first + athletes - 1}), through the real estimator"
    print_table(f"The estimator, {people}; 95 % intervals over people", seen_rows(seen))
    print_table(f"Counting, {people}; 95 % intervals over people", counting_rows(results))
    print_table(f"Criteria, {people}, each in its best view; 95 % intervals over people", criterion_rows(results))


@evaluate.command()
def estimator(
    athletes: Annotated[int, typer.Option(help="How many synthetic people to compare on.")] = 20,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 0,
    fit: Annotated[Path | None, typer.Option(help="Measure the errors anew, on other people, and write them.")] = None,
    fitted_on: Annotated[int, typer.Option(help="How many synthetic people to measure them on.")] = 2,
    fitted_from: Annotated[int, typer.Option(help="The seed of the first of those.")] = 200,
    exercise: Chosen = None,
    cache: Cache = KEPT,
    workers: Workers = 2,
) -> None:
    """Compare the estimator's errors on rendered video with those of the fast mode for the same performances."""
    from formcheck.evaluation.estimator import fit_errors, match_rows, portraits
    from formcheck.evaluation.synthetic import clips, film_and_watch
    from formcheck.exercises import catalogue, find_or_load
    from formcheck.synthetic.estimated import load, save

    chosen = tuple(find_or_load(name) for name in exercise) if exercise else catalogue()
    with progress_bar(quiet=False) as progress:
        if fit is not None:
            planned = portraits(chosen, range(fitted_from, fitted_from + fitted_on))
            save(fit_errors(planned, cache, workers, progress), fit)
        kept = film_and_watch(clips(chosen, range(first, first + athletes)), cache, workers, progress)
        rows = match_rows(kept, load() if fit is None else load(fit))
    print_table(
        f"Errors measured over rendered video / in the fast mode, {athletes} synthetic people (seeds {first} to "
        f"{first + athletes - 1}), on whom the fast mode was not fitted",
        rows,
    )


@evaluate.command()
def speed(
    front: Annotated[Path | None, typer.Argument(help="A video; without one, a synthetic minute is filmed.")] = None,
    side: Annotated[Path | None, typer.Option(help="The same performance seen by a second camera.")] = None,
    exercise: Annotated[str, typer.Option(help="Which exercise it is.")] = "push-up",
    repeats: Annotated[int, typer.Option(help="Timed repeats after one warm-up.")] = 3,
) -> None:
    """Time the analysis beside the bare decode + MediaPipe loop over the same file, in one run."""
    import tempfile

    from formcheck.evaluation.speed import filmed_minute, speed_table, time_analysis
    from formcheck.exercises import find

    with progress_bar(quiet=False) as progress, tempfile.TemporaryDirectory(prefix="formcheck-speed-") as folder:
        if front is None:
            front, side = filmed_minute(find(exercise), Path(folder), progress)
        timings = time_analysis(front, side, find(exercise), repeats, progress)
    print_table(f"{front.name}, {repeats} repeats after a warm-up, no overlay", speed_table(timings))


@evaluate.command()
def studio(
    repeats: Annotated[int, typer.Option(help="Timed repeats after one warm-up.")] = 3,
    exercise: Chosen = None,
) -> None:
    """Time the synthetic studio on one core: landmarks with the estimator's errors, pictures, and film."""
    from formcheck.evaluation.studio import studio_table, time_studio
    from formcheck.exercises import catalogue, find_or_load

    chosen = tuple(find_or_load(name) for name in exercise) if exercise else catalogue()
    with progress_bar(quiet=False) as progress:
        timings = time_studio(chosen, repeats, progress)
    print_table(f"The studio on one core, {repeats} repeats after a warm-up, CPU time", studio_table(timings))


@evaluate.command()
def learning(
    data: Annotated[Path | None, typer.Option(help="A folder with labels.csv and landmarks/ of real people.")] = None,
    first: Annotated[int, typer.Option(help="The seed of the first of four synthetic people.")] = 0,
    exercise: Chosen = None,
) -> None:
    """Learn exercises from two recordings each, and count other people with what was learnt."""
    from formcheck.evaluation.learning import learnt_from_athletes, learnt_from_people
    from formcheck.exercises import catalogue, find_or_load

    with progress_bar(quiet=False) as progress:
        if data is not None:
            people = learnt_from_people(data, progress)
            print_table("Learnt from real people of one source, counting those of all others", people)
        else:
            chosen = tuple(find_or_load(name) for name in exercise) if exercise else catalogue()
            athletes = learnt_from_athletes(chosen, first, progress)
            print_table(f"Learnt from two synthetic people, counting two others (from seed {first})", athletes)
