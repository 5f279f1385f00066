"""The command `formcheck live`: what a camera sees, counted and judged at once, one JSON object a line."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from formcheck.live import LiveEvent
    from formcheck.sources import Frame

LONGEST_PX = 640  # enough for one person, and quick to turn and to shrink


def live(
    source: Annotated[str, typer.Argument(help="The number of a camera (0 is the first), a video, or a pose file.")],
    exercise: Annotated[str | None, typer.Option(help="Which exercise: a name, or your own file, mine.py.")] = None,
    fast: Annotated[bool, typer.Option(help="A recording as fast as it can be watched, not at its own clock.")] = False,
    mirrored: Annotated[bool, typer.Option(help="The picture is a mirror image, as selfie cameras give it.")] = False,
) -> None:
    """Count repetitions while they are done; prints counts, verdicts and cues as JSON lines until Ctrl+C.

    Without an exercise whatever is repeated is counted from the third repetition on, and named and judged as soon as it
    is recognised.
    """
    from formcheck.exercises import find_or_load
    from formcheck.live import LiveCoach, replayed, watched
    from formcheck.pose.mediapipe import MediaPipe
    from formcheck.predictor import shipped
    from formcheck.sources import Camera, Mirrored, Played, PoseFile, open_source

    wanted = None if exercise is None else find_or_load(exercise)
    model = shipped() if wanted is None else None
    if source.isdigit():
        pictures = Camera(int(source))
    else:
        recorded = open_source(source)
        if isinstance(recorded, PoseFile):
            sequence = recorded.sequence.mirrored() if mirrored else recorded.sequence
            _tell(replayed(sequence, LiveCoach(wanted, sequence.skeleton, sequence.frame_size, model)))
            return
        turned = Mirrored(recorded) if mirrored else recorded
        pictures = turned if fast else Played(turned)
    estimator = MediaPipe()
    try:
        coach = LiveCoach(wanted, estimator.skeleton, pictures.frame_size, model)
        frames = pictures.frames(longest_px=LONGEST_PX)
        _tell(watched(_mirror(frames) if mirrored and source.isdigit() else frames, estimator, coach))
    finally:
        estimator.close()


def _tell(events: Iterable[LiveEvent]) -> None:
    counted = False
    for event in events:
        counted = counted or event.event == "repetition"
        sys.stdout.write(event.model_dump_json(exclude_none=True) + "\n")
        sys.stdout.flush()  # whoever reads wants it now
    if not counted:
        typer.echo("formcheck: no repetition was seen", err=True)
        raise typer.Exit(1)


def _mirror(frames: Iterable[Frame]) -> Iterator[Frame]:
    for frame in frames:
        yield replace(frame, image=frame.image[:, ::-1].copy())
