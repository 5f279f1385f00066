"""Everything that is drawn from an analysis, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from formcheck.assess.analysis import Analysis
from formcheck.body.recording import Recording
from formcheck.reference import Reference
from formcheck.report.footage import clock_origin_s, footage_of
from formcheck.report.tracks import reps_csv, srt
from formcheck.report.warmth import WarmImage
from formcheck.sources.frame import FrameSource

Progress = Callable[[str, float], None]

REPORT = "Writing the report"  # the stages that `progress` is told
OVERLAY = "Drawing the video"
BESIDE = "Drawing you beside the expert"


def write_outputs(
    analysis: Analysis,
    recording: Recording,
    sources: Mapping[str, FrameSource | None],
    folder: Path,
    *,
    overlay: bool = True,
    blur_face: bool = False,
    warm: Mapping[tuple[int, int], WarmImage] | None = None,
    references: Mapping[str, Reference] | None = None,
    beside: bool | None = None,
    progress: Progress | None = None,
) -> dict[str, Path]:
    """Write `analysis.json`, `reps.csv`, `cues.srt`, `report.html`, `overlay.mp4` into `folder`; their paths by name.

    Where repetitions are compared with an expert, `coach.png` and `beside.mp4` as well.

    `sources` gives the pictures of each camera stream of the recording, None where there are only landmarks: then
    skeletons are drawn on plain ground. `blur_face` hides the face of the person analysed in all pictures. `warm` are
    energy images of a thermal camera, by set from 0 and repetition from 1. `references` are the experts that reps are
    compared with, by name; `beside` says whether that video is written, where it is not as `overlay` says.
    `progress` is called with the stage and its share done. Every file is written beside its
    place and renamed when it is whole, the small ones first; whatever ends the work early leaves no part of a file
    and no file of an earlier run changed but those already done. Raises OSError when the folder cannot be written.
    """
    from formcheck.report.beside import coach_picture, compared, png, write_beside
    from formcheck.report.page import report_html

    tell = progress or (lambda stage, share: None)
    folder.mkdir(parents=True, exist_ok=True)
    footages = footage_of(recording, sources, blur_face=blur_face)
    origin_s = clock_origin_s(recording)
    tell(REPORT, 0.0)
    written: dict[str, Path] = {}
    pairs = compared(analysis, footages, references or {})
    filmed = pairs if (overlay if beside is None else beside) else []
    texts = {
        "analysis.json": lambda: analysis.model_dump_json(indent=2) + "\n",
        "reps.csv": lambda: reps_csv(analysis),
        "cues.srt": lambda: srt(analysis, origin_s),
        "report.html": lambda: report_html(
            analysis,
            footages,
            blur_face=blur_face,
            warm=warm,
            references=references,
            beside=filmed,
            progress=lambda share: tell(REPORT, share),
        ),
    }
    for name, text in texts.items():
        with _whole(folder / name) as part:
            part.write_text(text(), encoding="utf-8", newline="")
        written[name] = folder / name
    if pairs:
        written["coach.png"] = _written(folder / "coach.png", lambda part: part.write_bytes(png(coach_picture(pairs))))
    tell(REPORT, 1.0)
    if overlay and footages:
        from formcheck.report.overlay import write_overlay

        written["overlay.mp4"] = _written(
            folder / "overlay.mp4",
            lambda part: write_overlay(analysis, footages, part, origin_s, lambda share: tell(OVERLAY, share)),
        )
        tell(OVERLAY, 1.0)
    if filmed:
        written["beside.mp4"] = _written(
            folder / "beside.mp4", lambda part: write_beside(filmed, part, lambda share: tell(BESIDE, share))
        )
        tell(BESIDE, 1.0)
    return written


def _written(path: Path, write: Callable[[Path], object]) -> Path:
    with _whole(path) as part:
        write(part)
    return path


@contextmanager
def _whole(path: Path) -> Generator[Path]:
    """A path beside `path` to write to, renamed to it when the block ends well and removed when it does not."""
    part = path.with_name(path.name + ".part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
