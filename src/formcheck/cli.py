"""The command line: arguments to functions, errors to one line, progress bars."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from formcheck.cli_calibrate import calibrate
from formcheck.cli_data import data, synth
from formcheck.cli_evaluate import evaluate
from formcheck.cli_exercises import exercises
from formcheck.cli_export import export
from formcheck.cli_live import live
from formcheck.cli_pose import chosen_estimator
from formcheck.cli_references import references
from formcheck.cli_reproduce import reproduce
from formcheck.cli_screen import progress_bar
from formcheck.cli_train import train
from formcheck.sources.filtered import Filter

if TYPE_CHECKING:
    from formcheck.assess import Advice, Analysis


app = typer.Typer(
    help="Watches somebody exercise, counts the repetitions, judges each, and says what to do better.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(evaluate, name="evaluate")
app.add_typer(exercises, name="exercises")
app.add_typer(train, name="train")

app.command()(synth)
app.command()(calibrate)
app.command()(live)
app.command()(reproduce)
app.command()(export)
app.add_typer(data, name="data")
app.add_typer(references, name="references")

INTERRUPTED = 130  # 128 + SIGINT, as shells report it


def main() -> None:
    """Run the program: exit 0 done, 1 nothing usable in the recording, 2 bad input, 130 interrupted."""
    try:
        code = app(standalone_mode=False)  # its exit code: 130 when interrupted
    except (typer.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except Exception as error:
        if hasattr(error, "format_message") and hasattr(error, "show"):  # a usage error: typer shows it well
            error.show()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
            sys.exit(2)
        if not isinstance(error, (ValueError, OSError)) and not _ours(error):
            raise
        typer.echo(f"formcheck: {error}", err=True)
        sys.exit(2)
    if code == INTERRUPTED:
        typer.echo("Interrupted: nothing was left half written.", err=True)
    sys.exit(code if isinstance(code, int) else 0)


def _ours(error: Exception) -> bool:
    return type(error).__module__.startswith("formcheck.")


@app.command()
def analyze(
    front: Annotated[Path | None, typer.Argument(help="A video, a folder of pictures, or a pose file (.npz).")] = None,
    exercise: Annotated[
        str | None,
        typer.Option(help="Which exercise: a name, or your own file, mine.py; without it, it is recognised."),
    ] = None,
    side: Annotated[Path | None, typer.Option(help="The same performance seen by a second camera.")] = None,
    imu: Annotated[
        Path | None, typer.Option(help="Inertial sensors worn meanwhile: the folder of their files, or one file.")
    ] = None,
    thermal: Annotated[
        Path | None, typer.Option(help="The same performance seen by a thermal camera: a folder or a video.")
    ] = None,
    load: Annotated[
        float | None, typer.Option(metavar="KG", help="The weight you lifted, in all: estimates your maximum from it.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder for the results.")] = Path("formcheck-report"),
    overlay: Annotated[bool, typer.Option(help="Write the video with the skeleton drawn on it.")] = True,
    blur_face: Annotated[bool, typer.Option(help="Blur the face in pictures and video, for sharing.")] = False,
    private: Annotated[bool, typer.Option("--private", help="Keep no picture of the person: skeleton only.")] = False,
    mirrored: Annotated[bool, typer.Option(help="The picture is a mirror image, as selfie cameras save it.")] = False,
    calibration: Annotated[
        Path | None,
        typer.Option(help="Where the two cameras stand, as JSON; without it, it is found from the movement."),
    ] = None,
    lens: Annotated[
        list[Path] | None,
        typer.Option(help="What formcheck calibrate wrote: straightens the pictures; twice for two cameras."),
    ] = None,
    prefilter: Annotated[
        Filter | None,
        typer.Option("--filter", help="Smooth or sharpen what the pose estimator sees; rarely worth it."),
    ] = None,
    estimator: Annotated[
        Path | None,
        typer.Option(metavar="MODEL", help="Another pose model: YOLO or RTMPose as ONNX, or a MediaPipe .task bundle."),
    ] = None,
    detector: Annotated[
        Path | None, typer.Option(metavar="MODEL", help="Who finds people for RTMPose: RTMDet or YOLOX as ONNX.")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(metavar="NAME", help="Compare with this expert only; see formcheck references.")
    ] = None,
    experts: Annotated[bool, typer.Option(help="Compare every repetition with the nearest expert's.")] = True,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Count and judge the repetitions in a recording, of any mixture of cameras and sensors, and write a report."""
    from formcheck.coach import analyze as run
    from formcheck.exercises import find_or_load

    wanted = None if exercise is None else find_or_load(exercise)
    with progress_bar(quiet) as progress:
        analysis = run(
            front,
            side,
            imu=imu,
            thermal=thermal,
            exercise=wanted,
            load_kg=load,
            out=out,
            mirrored=mirrored,
            calibration=calibration,
            lenses=lens or (),
            prefilter=prefilter,
            overlay=overlay,
            blur_face=blur_face,
            private=private,
            estimator=chosen_estimator(estimator, detector),
            experts=experts,
            reference=reference,
            progress=progress,
        )
    if not quiet:
        _print(analysis)
        typer.echo(f"Report: {out / 'report.html'}")
    if not analysis.sets:
        typer.echo(f"formcheck: {analysis.warnings[-1] if analysis.warnings else 'nothing was found'}", err=True)
        raise typer.Exit(1)


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder for videos, truth and report.")] = Path("formcheck-demo"),
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """A synthetic athlete squats before two cameras with two planned faults; the real pipeline finds them."""
    from formcheck.demonstration import demonstrate

    with progress_bar(quiet) as progress:
        analysis = demonstrate(out, progress=progress)
    if not quiet:
        _print(analysis)
        typer.echo(f"The athlete is synthetic. Videos and truth.json: {out}")
        typer.echo(f"Report: {out / 'report.html'}")
    if not analysis.sets:
        raise typer.Exit(1)


@app.command()
def schema() -> None:
    """Print the JSON schema of analysis.json."""
    import json

    from formcheck.assess import Analysis

    typer.echo(json.dumps(Analysis.model_json_schema(), indent=2))


def _print(analysis: Analysis) -> None:
    from rich.console import Console
    from rich.table import Table

    from formcheck.report.correctness import correctness_line
    from formcheck.report.strength import strength_panel
    from formcheck.report.words import recognised

    console = Console()
    for each in analysis.sets:
        cut_off = sum(not rep.complete for rep in each.reps)
        attempts = sum(rep.attempt and rep.complete for rep in each.reps)
        parts = [_many(each.count, "repetition") if each.hold_s is None else _held(each.hold_s, each.count)]
        parts += [f"{cut_off} cut off by the recording"] if cut_off else []
        parts += [_many(attempts, "attempt")] if attempts else []
        parts += [] if each.score is None else [f"score {100 * each.score:.0f} %"]
        parts += [f"{each.start_s:.0f} to {each.end_s:.0f} s"] if len(analysis.sets) > 1 else []
        console.print(f"[bold]{each.title}[/bold]: {', '.join(parts)}")
        if said := recognised(each):
            console.print(said, highlight=False, soft_wrap=True)
        if scored := correctness_line(each):
            console.print(scored, highlight=False, soft_wrap=True)
        if not each.criteria:
            continue
        table = Table(show_edge=False)
        for heading in ("criterion", "passed", "failed", "not judged"):
            table.add_column(heading, justify="left" if heading == "criterion" else "right")
        for row in each.criteria:
            table.add_row(row.title, str(row.passed), str(row.failed), str(row.not_judged))
        console.print(table)
        for advice in each.expert_advice:
            console.print(f"Beside an expert: {_told(advice)}", highlight=False, soft_wrap=True)
        panel = strength_panel(each)
        for line in panel.said if panel else ():
            console.print(line, highlight=False, soft_wrap=True)
        for advice in each.advice:
            console.print(f"→ {_told(advice)}", highlight=False, soft_wrap=True)
    for warning in analysis.warnings:
        console.print(f"[yellow]![/yellow] {warning}", highlight=False, soft_wrap=True)


def _told(advice: Advice) -> str:
    return f"{advice.cue} (in {', '.join(map(str, advice.reps))})"


def _held(hold_s: float, count: int) -> str:
    return f"held {hold_s:.1f} s" + (f" in {count} holds" if count > 1 else "")


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
