"""The line from a recording to its analysis: open, estimate, align, assess, report."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from formcheck import __version__
from formcheck.assess import Analysis, ExerciseSet, Stream, assess
from formcheck.assess.strength import LoadError, checked_load, with_strength
from formcheck.assess.workout import between_sets
from formcheck.body import BLAZEPOSE_33, PoseSequence, Recording
from formcheck.body.fusion import NotFused, fuse
from formcheck.body.sync import LEAST_AGREEMENT, Offset, find_offset
from formcheck.body.track import Track
from formcheck.body.triangulation import CalibratedCamera, read_cameras
from formcheck.body.view import framing_advice, with_view
from formcheck.exercises import Exercise, find, load
from formcheck.pose import Estimator, estimate_many
from formcheck.predictor.criteria import seconds
from formcheck.recognition import recognised_sets
from formcheck.signals import rate_hz
from formcheck.sources import FrameSource, Mirrored, PoseFile, open_source, write_pose

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share of it that is done, 0..1."""

FOUND = 0.5  # of the frames: with the person in fewer, a warning is due


class OutputError(OSError):
    """The results cannot be written where they were asked for."""


@dataclass(frozen=True)
class _Watched:
    """A recording with everything that is known about how it was read."""

    recording: Recording
    sources: Mapping[str, FrameSource | PoseFile]
    streams: tuple[Stream, ...]
    warnings: tuple[str, ...]


def analyze(
    front: str | Path,
    side: str | Path | None = None,
    *,
    exercise: str | Path | Exercise | None = None,
    load_kg: float | None = None,
    out: str | Path | None = None,
    mirrored: bool = False,
    calibration: str | Path | None = None,
    overlay: bool = True,
    blur_face: bool = False,
    estimator: Callable[[], Estimator] | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Count and judge the repetitions in one or two recordings of a performance; without an exercise, recognise it.

    `front` and `side` are videos, folders of pictures or pose files of the same performance, of any view; `exercise`
    a name or alias, the Path of an exercise file (whose code is run), or an `Exercise`; without one every set is named
    by the shipped model, or counted without a name where that does not know it. `load_kg` is the weight that was
    lifted, for an estimate of the one-repetition maximum. `mirrored` says that the pictures are mirror images, as
    selfie cameras save them; `calibration` where the two cameras stand, a JSON file (`body.triangulation`), without
    which their places are found from the movement. With `out`, report, table, cues, overlay video and landmarks are
    written there. The analysis has no sets when no repetition was found. Raises SourceError for unusable input,
    UnknownExercise, OwnExerciseError, LoadError, CameraError for a calibration that is none, PoseModelError when the
    pose model is not to be had, and OutputError when `out` cannot be written.
    """
    wanted = _wanted(exercise)
    if wanted is not None:
        checked_load(load_kg, wanted)
    elif load_kg is not None:
        raise LoadError("expected an exercise with the load: say which one it was")
    cameras = None if calibration is None else read_cameras(Path(calibration))
    folder = None if out is None else writable(Path(out))
    watched = _watch({"front": front, "side": side}, mirrored, estimator, progress)
    poses = watched.recording.poses
    made, doubts = _made_one(watched.recording, cameras)
    if wanted is None:
        sets = recognised_sets(poses, made=made)
    else:
        tracks = {name: Track(pose) for name, pose in {**poses, **made}.items()}
        sets = with_strength(assess(wanted, tracks, seconds(wanted)), wanted, tracks, load_kg)
    analysis = Analysis(
        formcheck_version=__version__,
        streams=watched.streams,
        sets=sets,
        segments=between_sets(sets, poses, *_span(watched.recording)),
        warnings=(*watched.warnings, *doubts, *_empty(sets, watched, wanted)),
    )
    if folder is not None:
        _write(analysis, watched, folder, overlay=overlay, blur_face=blur_face, progress=progress)
    return analysis


def _wanted(exercise: str | Path | Exercise | None) -> Exercise | None:
    return find(exercise) if isinstance(exercise, str) else load(exercise) if isinstance(exercise, Path) else exercise


def writable(folder: Path) -> Path:
    """The folder, made if need be and tried; raises OutputError when nothing can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".formcheck-"):
            pass
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise OutputError(
            f"expected a folder to write to, got {folder} ({why}): choose another one with --out"
        ) from error
    return folder


def _watch(
    paths: Mapping[str, str | Path | None],
    mirrored: bool,
    estimator: Callable[[], Estimator] | None,
    progress: Progress | None,
) -> _Watched:
    sources = {name: _opened(path, mirrored) for name, path in paths.items() if path is not None}
    found = estimate_many(
        sources, estimator, progress=None if progress is None else lambda share: progress("Watching", share)
    )
    poses = {name: with_view(_known(pose)) for name, pose in found.items()}
    offsets, warnings = _aligned(poses)
    for name, source in sources.items():
        warnings += [f"{_where(name, sources)}{warning}" for warning in source.warnings]
    for name in poses:
        warnings += [f"{_where(name, sources)}{advice}" for advice in _seen(poses[name])]
    streams = tuple(
        Stream(
            name=name,
            file=Path(str(paths[name])).name,
            view=pose.view,
            mirrored=mirrored,
            duration_s=round(float(pose.time[-1] - pose.time[0]), 4) if len(pose) else 0.0,
            frames=len(pose),
            rate_hz=round(rate_hz(pose.time), 3) if len(pose) > 1 else None,
            frame_size=pose.frame_size,
            found=round(float(pose.found.mean()), 4) if len(pose) else 0.0,
            offset_s=round(offsets[name].offset_s, 4) if name in offsets else 0.0,
            offset_error_s=round(offsets[name].error_s, 4) if name in offsets and name != "front" else None,
        )
        for name, pose in poses.items()
    )
    used = {name: pose.shifted(offsets[name].offset_s) for name, pose in poses.items() if name in offsets}
    recording = Recording(
        front=used.get("front"),
        side=used.get("side"),
        offset_s={name: offset.offset_s for name, offset in offsets.items()},
    )
    return _Watched(recording, {name: sources[name] for name in used}, streams, tuple(warnings))


def _opened(path: str | Path, mirrored: bool) -> FrameSource | PoseFile:
    source = open_source(path)
    if not mirrored:
        return source
    if isinstance(source, PoseFile):
        return replace(source, sequence=source.sequence.mirrored())
    return Mirrored(source)


def _known(pose: PoseSequence) -> PoseSequence:
    """The sequence on the skeleton that pictures and measures are written for."""
    return pose if pose.skeleton is BLAZEPOSE_33 else pose.on(BLAZEPOSE_33)


def _aligned(poses: Mapping[str, PoseSequence]) -> tuple[dict[str, Offset], list[str]]:
    """What to add to each stream's time; a second stream that cannot be aligned is left out with a warning."""
    offsets = {"front": Offset(0.0, 0.0, 1.0)}
    if "side" not in poses:
        return offsets, []
    offset = find_offset(poses["front"], poses["side"])
    if offset is None or offset.agreement < LEAST_AGREEMENT:
        return offsets, [
            "The two recordings could not be aligned in time, so only the first one was judged: "
            "film the same performance with both cameras, from before the first repetition to after the last."
        ]
    offsets["side"] = offset
    if offset.rival_s is None:
        return offsets, []
    return offsets, [
        f"The two recordings also match when the second is shifted by {offset.rival_s - offset.offset_s:+.1f} s, "
        "so their repetitions may be paired wrongly: let both cameras see how you start."
    ]


def _made_one(
    recording: Recording, cameras: tuple[CalibratedCamera, CalibratedCamera] | None
) -> tuple[dict[str, PoseSequence], tuple[str, ...]]:
    """The body that two aligned streams make together, as a stream of its own; a warning where they make none."""
    if recording.front is None or recording.side is None:
        return {}, ()
    try:
        return {"both": fuse(recording.front, recording.side, cameras).pose}, ()
    except NotFused as why:
        return {}, (f"Each camera was judged by itself: {why}.",)


def _seen(pose: PoseSequence) -> tuple[str, ...]:
    share = float(pose.found.mean()) if len(pose) else 0.0
    if share == 0.0:
        return ("Nobody was found: put the camera where your whole body is in the picture, with light on you.",)
    found = (f"You were found in only {share:.0%} of the frames: repetitions may be missing.",) if share < FOUND else ()
    return (*found, *framing_advice(pose))


def _where(name: str, sources: Mapping[str, object]) -> str:
    if len(sources) < 2:
        return ""
    return {"front": "First camera: ", "side": "Second camera: "}[name]


def _span(recording: Recording) -> tuple[float, float]:
    times = [pose.time for pose in recording.poses.values() if len(pose)]
    if not times:
        return 0.0, 0.0
    return min(float(time[0]) for time in times), max(float(time[-1]) for time in times)


def _empty(sets: tuple[ExerciseSet, ...], watched: _Watched, exercise: Exercise | None) -> tuple[str, ...]:
    if sets or not any(stream.found for stream in watched.streams):
        return ()
    if exercise is None:
        return (
            "Nothing that is repeated as in an exercise was found: name the exercise, or check that your whole body is "
            "in the picture.",
        )
    if exercise.hold is not None:
        return (
            f"No {exercise.name} of at least {exercise.hold.least_s:g} s was found: check that this is the exercise "
            "in the recording, and that your whole body is in the picture.",
        )
    return (
        f"No repetition of {exercise.name} was found: check that this is the exercise in the recording, "
        "and that the joints that move are in the picture.",
    )


def _write(
    analysis: Analysis, watched: _Watched, folder: Path, *, overlay: bool, blur_face: bool, progress: Progress | None
) -> None:
    from formcheck.report import write_outputs  # Jinja2 and cv2: only when something is written

    pictures = {name: None if isinstance(source, PoseFile) else source for name, source in watched.sources.items()}
    try:
        for name, pose in watched.recording.poses.items():
            write_pose(folder / f"{name}.npz", pose.shifted(-watched.recording.offset_s[name]))
        write_outputs(
            analysis, watched.recording, pictures, folder, overlay=overlay, blur_face=blur_face, progress=progress
        )
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise OutputError(f"expected room to write the results to {folder}, got: {why}") from error
