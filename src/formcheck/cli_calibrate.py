"""The command that finds out what a camera's lens does, and where two cameras stand."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from formcheck.cli_screen import Progress, print_table, progress_bar

if TYPE_CHECKING:
    from formcheck.calibration import Calibration, Charuco, Checkerboard, Sight

LOOKED_HZ = 6.0  # pictures a second that are looked at


class Kind(Enum):
    """Boards that can be printed."""

    CHARUCO = "charuco"
    CHECKERBOARD = "checkerboard"


def calibrate(
    video: Annotated[Path | None, typer.Argument(help="A video, or a folder of pictures, of board or person.")] = None,
    side: Annotated[Path | None, typer.Option(help="The second camera, filming the board at the same time.")] = None,
    out: Annotated[Path, typer.Option(help="Where the camera is written.")] = Path("camera.json"),
    board: Annotated[Kind, typer.Option(help="Of a ChArUco board a part is enough.")] = Kind.CHARUCO,
    columns: Annotated[int, typer.Option(min=3, help="Squares across.")] = 7,
    rows: Annotated[int, typer.Option(min=3, help="Squares down.")] = 10,
    square: Annotated[float, typer.Option(metavar="MM", help="How wide a printed square is: measure it.")] = 25.0,
    printed: Annotated[
        Path | None, typer.Option("--print", metavar="FILE", help="Write the board as a page to print, and stop.")
    ] = None,
    person: Annotated[
        bool, typer.Option("--person", help="No board: focal length alone, from somebody who walks about.")
    ] = False,
    quiet: Annotated[bool, typer.Option(help="Print nothing but errors.")] = False,
) -> None:
    """Find focal length, principal point and distortion of a camera from a printed board; with --side, of two.

    Print the board (--print board.pdf), glue it on something flat, and film it for half a minute: near and far, in
    every corner of the picture, tilted to all sides. With --person, tilt the camera down or up instead, and let
    somebody walk about before it for half a minute, near and far, to its left and right.
    """
    from formcheck.calibration import Charuco, Checkerboard
    from formcheck.calibration.board import printable

    if person:
        if video is None or side is not None or printed is not None:
            raise typer.BadParameter("expected one video with --person, and neither --side nor --print")
        _by_person(video, out, quiet)
        return
    kinds = {Kind.CHARUCO: Charuco, Kind.CHECKERBOARD: Checkerboard}
    made = kinds[board](columns, rows, square / 1000.0)
    if printed is not None:
        printable(made, printed)
        typer.echo(f"Board: {printed}. Print it at 100 %, and measure a square: it is to be {square:g} mm wide.")
        return
    if video is None:
        raise typer.BadParameter("expected a video of the board, or --print FILE to get one, got neither")
    with progress_bar(quiet) as progress:
        found = [_found(path, made, progress) for path in (video, side) if path is not None]
    _written(found, made, out, quiet)


def _found(path: Path, board: Charuco | Checkerboard, progress: Progress | None) -> tuple[list[Sight], Calibration]:
    from formcheck.calibration import CalibrationError, sights_of
    from formcheck.calibration import calibrate as solve
    from formcheck.sources import PoseFile, open_source

    source = open_source(path)
    if isinstance(source, PoseFile):
        raise CalibrationError(f"expected a video or pictures of a board, got the pose file {path}")
    total_s = source.duration_s

    def told():
        for frame in source.frames(max_rate_hz=LOOKED_HZ):
            if progress is not None and total_s:
                progress(f"Looking for the board in {path.name}", min(1.0, frame.time_s / total_s))
            yield frame

    sights, size, looked = sights_of(told(), board)
    if not sights:
        raise CalibrationError(
            f"expected a {type(board).__name__} board of {board.columns} x {board.rows} squares in {path}, got none in "
            f"{looked} pictures: say --board, --columns and --rows as it was printed, and show all of it in good light"
        )
    return sights, solve(sights, board, size)


def _written(
    found: list[tuple[list[Sight], Calibration]], board: Charuco | Checkerboard, out: Path, quiet: bool
) -> None:
    from formcheck.calibration import write_intrinsics
    from formcheck.calibration.draw import draw_coverage
    from formcheck.calibration.pair import paired

    names = [out] if len(found) == 1 else [out.with_stem(f"{out.stem}-{name}") for name in ("front", "side")]
    for (_, camera), path in zip(found, names, strict=True):
        write_intrinsics(
            path,
            camera.lens,
            error_px=round(camera.error_px, 4),
            focal_error_px=round(camera.focal_error_px, 3),
            sights=len(camera.sights),
            covered=round(camera.covered, 3),
        )
        draw_coverage(camera, path.with_suffix(".png"))
    if len(found) == 2:
        lenses = found[0][1].lens, found[1][1].lens
        pair = paired(found[0][0], found[1][0], board, lenses)
        out.write_text(json.dumps(_cameras(found, pair), indent=2) + "\n", encoding="utf-8")
    if quiet:
        return
    rows = [("camera", "focal length, px", "principal point, px", "corners are off", "picture covered", "sights")]
    for (_, camera), path in zip(found, names, strict=True):
        matrix = camera.lens.matrix
        rows.append(
            (
                path.stem,
                f"{camera.lens.focal_px:.1f} ± {camera.focal_error_px:.1f}",
                f"{matrix[0, 2]:.1f}, {matrix[1, 2]:.1f} ± {camera.centre_error_px:.1f}",
                f"{camera.error_px:.2f} px",
                f"{camera.covered:.0%}",
                str(len(camera.sights)),
            )
        )
    print_table("Cameras; ± one standard deviation", rows)
    for _, camera in found:
        for warning in camera.warnings:
            typer.echo(f"! {warning}")
    if len(found) == 2:
        typer.echo(f"Both cameras, for formcheck analyze --calibration: {out}")
    else:
        typer.echo(f"Camera, for formcheck analyze --lens: {out}. Where the board was: {out.with_suffix('.png')}")


def _by_person(video: Path, out: Path, quiet: bool) -> None:
    """Write the camera that the file states, or else the person before it tells."""
    from formcheck.calibration import CalibrationError, write_intrinsics
    from formcheck.calibration.person import Focal, centred, focal_of
    from formcheck.pose import estimate
    from formcheck.sources import PoseFile, open_source
    from formcheck.sources.stated import STATED_ERROR, stated_focal

    source = open_source(video)
    with progress_bar(quiet) as progress:
        pose = estimate(source, progress=progress and (lambda share: progress("Watching", share)))
    size = pose.frame_size
    stated = None if isinstance(source, PoseFile) else stated_focal(video, size)
    told: Focal | None = None
    try:
        told = focal_of(pose)
    except CalibrationError:
        if stated is None:
            raise
    if stated is None and told is not None and not told.told:
        raise CalibrationError(
            f"expected somebody who walks about before a tilted camera, got {told.places} places before one that looks "
            f"{_looks(told.pitch_deg)}: many focal lengths fit ({told.ratio:.2f} of the longer side, give or take "
            f"{told.error:.0%}, is hardly more than what is usual); tilt the camera down or up by 15 degrees, and walk "
            "near and far, to its left and right, or print a board (--print)"
        )
    known: dict[str, tuple[float, float]] = {}
    if stated is not None:
        known["the file"] = stated, STATED_ERROR
    if told is not None:
        known["the person"] = told.ratio, told.error
    by, (ratio, error) = next(iter(known.items()))
    lens = centred(ratio, size)
    write_intrinsics(out, lens, focal_error_px=round(error * lens.focal_px, 3), by=by)
    if quiet:
        return
    rows = [("by", "focal length, px", "of the longer side")]
    rows += [
        (way, f"{at * max(size):.0f} ± {at * off * max(size):.0f}", f"{at:.2f}") for way, (at, off) in known.items()
    ]
    print_table("Focal length; ± one standard deviation", rows)
    if len(known) == 2:
        one, other = known.values()
        if abs(np.log(one[0] / other[0])) > 2.0 * np.hypot(one[1], other[1]):
            typer.echo("! The two do not agree: was the film cut or zoomed after it was taken?")
    typer.echo(f"Camera, for formcheck analyze --lens: {out}. The middle of the picture and no bending are assumed.")


def _looks(pitch_deg: float) -> str:
    return "level" if abs(pitch_deg) < 5 else f"{'up' if pitch_deg > 0 else 'down'} by {abs(pitch_deg):.0f} degrees"


def _cameras(found: list[tuple[list[Sight], Calibration]], pair: object) -> dict[str, object]:
    """Two cameras as `body.triangulation.read_cameras` reads them; the room is that of the first one."""
    from formcheck.calibration.pair import Pair

    assert isinstance(pair, Pair)
    places = (
        ([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [0.0] * 3),
        (pair.rotation.tolist(), pair.translation.tolist()),
    )
    return {
        "cameras": [
            {
                "matrix": camera.lens.matrix.tolist(),
                "rotation": turn,
                "translation": move,
                "frame_size": list(camera.lens.frame_size),
                "distortion": list(camera.lens.distortion[:4]),
            }
            for (_, camera), (turn, move) in zip(found, places, strict=True)
        ],
        "error_px": round(pair.error_px, 4),
        "offset_s": round(pair.offset_s, 4),
        "instants": pair.instants,
    }
