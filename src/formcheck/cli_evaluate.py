"""Commands that print the tables of the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli_camera import filters, focal
from formcheck.cli_device import device, pruning
from formcheck.cli_form import form
from formcheck.cli_imu import imu
from formcheck.cli_pose import estimators
from formcheck.cli_recognition import recognition
from formcheck.cli_references import evaluate_references
from formcheck.cli_screen import print_table, progress_bar
from formcheck.cli_streams import correctness, worn
from formcheck.cli_thermal import thermal

if TYPE_CHECKING:
    from formcheck.evaluation.counting import Counted
    from formcheck.evaluation.counting_live import Replayed
    from formcheck.exercises import Exercise
    from formcheck.learn.datasets.counted import CountedSet

evaluate = typer.Typer(help="Print the tables of the documentation.", no_args_is_help=True)
evaluate.command()(recognition)
evaluate.command()(form)
evaluate.command()(imu)
evaluate.command()(device)
evaluate.command()(pruning)
evaluate.command()(thermal)
evaluate.command()(correctness)
evaluate.command()(worn)
evaluate.command()(estimators)
evaluate.command()(filters)
evaluate.command()(focal)
evaluate.command("references")(evaluate_references)

Chosen = Annotated[list[str] | None, typer.Option("--exercise", help="Only these exercises, or your own files.")]
Cache = Annotated[Path, typer.Option(help="Where landmarks are kept between runs.")]
Workers = Annotated[int, typer.Option(help="Processes that film and watch.")]
KEPT = Path("build/synthetic")


@evaluate.command()
def counting(
    data: Annotated[
        list[Path] | None, typer.Option(help="A folder of labelled recordings, of any layout that is known.")
    ] = None,
    studio: Annotated[int, typer.Option(min=0, help="How many synthetic people to count.")] = 0,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 0,
    exercise: Chosen = None,
    videos: Annotated[bool, typer.Option(help="Watch the videos of labelled clips, not their landmarks.")] = False,
    by_exercise: Annotated[bool, typer.Option("--by-exercise", help="A row for every exercise, too.")] = False,
    live: Annotated[bool, typer.Option("--live", help="Play every recording to the live coach, too.")] = False,
    plots: Annotated[Path | None, typer.Option(help="A folder for drawings of what was counted wrong.")] = None,
    fit: Annotated[
        Path | None, typer.Option(help="Fit anew how sure a count is, and write it; see likely.json.")
    ] = None,
    fitted_from: Annotated[int, typer.Option(help="The seed of the first synthetic person to fit on.")] = 400,
    fitted_on: Annotated[int, typer.Option(help="How many people, who exercise and do something else.")] = 10,
) -> None:
    """Count labelled recordings of real and of synthetic people, the exercise given and not, and compare."""
    from formcheck.evaluation.counting import count_all, gathered
    from formcheck.evaluation.counting_live import replay_all
    from formcheck.evaluation.counting_plots import draw_wrong
    from formcheck.evaluation.counting_studio import GIVEN, count_ghosts, ghost_table, studio_sets
    from formcheck.exercises import find_or_load

    if not data and not studio and fit is None:
        raise typer.BadParameter("expected --data, --studio or --fit, got none of them: there is nothing to count")
    seeds = range(first, first + studio)
    if fit is not None:
        _fit_likely(fit, range(fitted_from, fitted_from + fitted_on), seeds)
    sets = [each for folder in data or () for each in gathered(folder, videos)]
    if studio:
        chosen = [find_or_load(name) for name in exercise or ()]
        sets += [studio_sets(seeds, chosen), studio_sets(seeds, chosen, cut_out=True)]
    with progress_bar(quiet=False) as progress:
        for found in sets:
            for given in (False, True):
                name = f"{found.layout}, exercise {'given' if given else 'unknown'}"
                counted = count_all(found.clips, given, progress, name)
                if counted:
                    _print_counted(name, found, counted, by_exercise)
                if counted and live:
                    _print_live(name, replay_all(counted, progress, f"{name}, live"))
                if counted and plots is not None:
                    typer.echo(f"\n{len(draw_wrong(counted, plots))} drawings of what was counted wrong: {plots}")
        if studio:
            given = exercise or GIVEN
            rows = ghost_table(count_ghosts(seeds, given, progress))
            print_table("Repetitions a minute where there are none, synthetic people; 95 % intervals over people", rows)


def _fit_likely(file: Path, people: range, others: range) -> None:
    from formcheck.evaluation.fit_likely import examples, fit, fit_table, save, shipped

    if set(people) & set(others):
        raise typer.BadParameter(f"expected --studio to be other people than the {people} that are fitted on: --first")
    with progress_bar(quiet=False) as progress:
        odds = fit(examples(people, people, progress))
        save(odds, file)
        known = examples(others, others, progress) if others else []
    for name, each in odds.items():
        rows = [(key, f"{weight:.3f}") for key, weight in zip(each.names, each.weight, strict=True)]
        print_table(f"{file}: {name}, per spread", [("what", "weight"), *rows, ("constant", f"{each.constant:.3f}")])
    if known:
        print_table("Fitted and shipped", fit_table(odds, shipped(), known))


def _print_counted(name: str, found: CountedSet, counted: Sequence[Counted], by_exercise: bool) -> None:
    from formcheck.evaluation import counting as tables

    sources = "people" if found.people_known else "sources"
    each = list(tables.by_exercise(counted)) if by_exercise else []
    print_table(f"{name}; 95 % intervals over {sources}", tables.counting_table([*each, ("all", counted)]))
    for note in found.notes:
        typer.echo(note)
    for problem in found.problems:
        typer.echo(f"Left out: {problem}")
    print_table(f"{name}: confidence", tables.confidence_table(counted))
    if len(rows := tables.wrong_rows(counted)) > 1:
        print_table(f"{name}: counted wrong", rows)


def _print_live(name: str, played: Sequence[Replayed]) -> None:
    from formcheck.evaluation.counting_live import live_table, unlike_rows

    print_table(f"{name}: live", live_table(played))
    if len(rows := unlike_rows(played)) > 1:
        print_table(f"{name}: live counts unlike recorded ones", rows)


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

    chosen = _exercises(exercise)
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
    from formcheck.synthetic.estimated import load, save

    chosen = _exercises(exercise)
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


@evaluate.command("second-opinion")
def second_opinion(
    athletes: Annotated[int, typer.Option(min=1, help="How many synthetic people.")] = 10,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 0,
    exercise: Annotated[list[str] | None, typer.Option("--exercise", help="Only these exercises.")] = None,
    cache: Cache = KEPT,
    workers: Workers = 2,
) -> None:
    """Judge criteria by rules alone, by the shipped models alone, and by both, from one camera and from two."""
    from formcheck.evaluation.second_opinion import compared, comparison_tables, shipped_models

    models = shipped_models(exercise or ())
    with progress_bar(quiet=False) as progress:
        said = compared(models, range(first, first + athletes), cache, workers, progress)
    people = f"{athletes} synthetic people (seeds {first} to {first + athletes - 1}), through the real estimator"
    for title, rows in comparison_tables(said, models):
        print_table(f"{title}, {people}; 95 % intervals over people", rows)


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
def features(
    repetitions: Annotated[int, typer.Option(min=1, help="Of 16 frames in two views each.")] = 16,
    repeats: Annotated[int, typer.Option(min=1, help="Timed repeats.")] = 7,
) -> None:
    """Time all distances and angles between landmarks beside the plain computation in torch, on one core."""
    try:
        from formcheck.learn.criteria.features_speed import features_table
    except ImportError as error:
        install = "pip install 'formcheck[learn]'"
        raise ValueError(f"expected torch to compare with, {error.name} is not installed: {install}") from error

    rows = features_table(repetitions, repeats)
    print_table(f"528 distances and 5456 angles of {32 * repetitions} frames, one core, median of {repeats}", rows)


@evaluate.command()
def studio(
    repeats: Annotated[int, typer.Option(help="Timed repeats after one warm-up.")] = 3,
    exercise: Chosen = None,
) -> None:
    """Time the synthetic studio on one core: landmarks with the estimator's errors, pictures, and film."""
    from formcheck.evaluation.studio import studio_table, time_studio

    chosen = _exercises(exercise)
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

    with progress_bar(quiet=False) as progress:
        if data is not None:
            people = learnt_from_people(data, progress)
            print_table("Learnt from real people of one source, counting those of all others", people)
        else:
            chosen = _exercises(exercise)
            athletes = learnt_from_athletes(chosen, first, progress)
            print_table(f"Learnt from two synthetic people, counting two others (from seed {first})", athletes)


@evaluate.command("two-views")
def two_views(
    athletes: Annotated[int, typer.Option(help="How many synthetic people, who take the exercises in turn.")] = 14,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 500,
    exercise: Chosen = None,
    acted: Annotated[
        bool, typer.Option("--acted", help="Only what needs no film: whose sets are taken for one.")
    ] = False,
    cache: Cache = KEPT,
    workers: Workers = 2,
) -> None:
    """Film people from two places without a shared clock, align the films, and make one body of both."""
    from formcheck.evaluation import two_views as tables
    from formcheck.evaluation.two_views_criteria import criterion_rows, judged
    from formcheck.evaluation.two_views_other import PEOPLE, paired, paired_rows

    chosen = _exercises(exercise)
    with progress_bar(quiet=False) as progress:
        others = range(first + 400, first + 400 + PEOPLE)
        told = paired(chosen, others, progress)
    print_table(
        f"Which films are taken for one set, {PEOPLE} synthetic people (from seed {others[0]}), acted and not filmed; "
        "95 % intervals over people",
        paired_rows(told),
    )
    if acted:
        return
    with progress_bar(quiet=False) as progress:
        watched = tables.watch_pairs(tables.pairs(chosen, range(first, first + athletes)), cache, workers, progress)
        synced = [cut for each in watched for cut in tables.synced(each)]
        compared = [tables.compared(each) for each in watched]
        verdicts = [verdict for each in watched for verdict in judged(each)]
    people = f"{len({each.pair.athlete for each in watched})} synthetic people (from seed {first})"
    print_table(f"Aligning two films, {people}; 95 % intervals over people", tables.sync_rows(synced))
    print_table(f"Where joints are, {people}; 95 % intervals over people", tables.joint_rows(compared))
    for each in compared:
        if each.fused is None:
            typer.echo(f"Not made one: {each.watched.pair.exercise}, seed {each.watched.pair.athlete}: {each.why}")
    print_table(f"Criteria, {people}; 95 % intervals over people", criterion_rows(verdicts))


@evaluate.command()
def clock(
    athletes: Annotated[int, typer.Option(min=1, help="How many synthetic people.")] = 4,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 700,
    tracks: Annotated[int, typer.Option(min=0, help="Pairs of sound tracks of every kind.")] = 5,
    exercise: Chosen = None,
) -> None:
    """Bring cameras, sensors and a thermal camera to one clock, by sound and by motion, and compare with the truth."""
    from formcheck.evaluation import clock as tables
    from formcheck.evaluation import clock_sounds as sounds
    from formcheck.exercises import find

    people, several = range(first, first + athletes), range(first, first + max(1, athletes // 2))
    long = [find(name) for name in tables.LONG]
    with progress_bar(quiet=False) as progress:
        heard = sounds.heard_all(tracks, first, progress)
        beeps = sounds.drift_of_two_beeps(max(2, tracks), first)
        told = tables.told(_exercises(exercise), people, progress=progress)
        drifts = tables.told_drift(long, several, progress)
    who = f"{athletes} synthetic people (from seed {first})"
    if heard:
        print_table("Two sound tracks by their tones; 95 % intervals over pairs", sounds.heard_rows(heard))
        print_table("A drift of 100 ppm from two beeps four minutes apart", sounds.beep_drift_rows(beeps))
    print_table(f"Clocks by motion alone, {who}, fast mode; 95 % intervals over people", tables.told_rows(told))
    print_table("Of these the exercises that most often miss 50 ms", tables.worst_rows(told))
    whole = f"{len(several)} of them, sets of {tables.LONG_S:.0f} s, sensors that drift by {tables.DRIFT_PPM:.0f} ppm"
    print_table(f"Drift by motion, {whole}; 95 % intervals over people", tables.drift_rows(drifts))
    print_table("The same recordings' clocks", tables.told_rows(drifts))


@evaluate.command()
def lens(
    athletes: Annotated[int, typer.Option(min=1, help="How many synthetic people: a minute and a half each.")] = 3,
    first: Annotated[int, typer.Option(help="The seed of the first of them.")] = 1,
) -> None:
    """Film people through a wide lens, and compare joint angles with and without straightening the pictures."""
    from formcheck.evaluation.lens import lens_rows, measured

    with progress_bar(quiet=False) as progress:
        done = measured(range(first, first + athletes), progress)
    print_table(f"Error of the driving joint's angle, {athletes} synthetic people before a wide lens", lens_rows(done))


def _exercises(names: list[str] | None) -> tuple[Exercise, ...]:
    """Those of these names or files, the whole catalogue for none."""
    from formcheck.exercises import catalogue, find_or_load

    return tuple(find_or_load(name) for name in names) if names else catalogue()
