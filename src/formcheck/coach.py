"""The line from a recording to its analysis: open, estimate, align, assess, report."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from formcheck import __version__
from formcheck.assess import Analysis, ExerciseSet, assess
from formcheck.assess.strength import LoadError, checked_load, with_strength
from formcheck.assess.workout import between_sets
from formcheck.body import PoseSequence, Recording
from formcheck.body.fusion import NotFused, fuse
from formcheck.body.track import Track
from formcheck.body.triangulation import CalibratedCamera, read_cameras
from formcheck.calibration import read_intrinsics
from formcheck.confirmed import counts_of, joined, movement_felt, with_warmth
from formcheck.exercises import Exercise, catalogue, find, load
from formcheck.gathered import Gathered, Given, gather
from formcheck.pose import Estimator
from formcheck.predictor.criteria import seconds
from formcheck.predictor.streams import energy
from formcheck.predictor.worn import shipped_worn
from formcheck.recognition import recognised_sets
from formcheck.reference import Reference
from formcheck.reference.chosen import Chosen
from formcheck.reference.judged import with_experts
from formcheck.report.warmth import WarmImage
from formcheck.scoring import Energy, with_correctness
from formcheck.sources import Filter, PoseFile, write_pose
from formcheck.thermal import Silhouettes, energy_image

Progress = Callable[[str, float], None]
"""Called with the name of the step and the share of it that is done, 0..1."""


class OutputError(OSError):
    """The results cannot be written where they were asked for."""


def analyze(
    front: str | Path | None = None,
    side: str | Path | None = None,
    *,
    imu: str | Path | None = None,
    thermal: str | Path | None = None,
    exercise: str | Path | Exercise | None = None,
    load_kg: float | None = None,
    out: str | Path | None = None,
    mirrored: bool = False,
    calibration: str | Path | None = None,
    lenses: Sequence[str | Path] = (),
    experts: bool = True,
    reference: str | None = None,
    prefilter: Filter | None = None,
    overlay: bool = True,
    blur_face: bool = False,
    private: bool = False,
    estimator: Callable[[], Estimator] | None = None,
    progress: Progress | None = None,
) -> Analysis:
    """Count and judge the repetitions in recordings of a performance; without an exercise, recognise it.

    Any subset of the streams of one performance: `front` and `side` are videos, folders of pictures or pose files, of
    any view; `imu` a folder (or file) of inertial sensors; `thermal` a thermal recording. `exercise` is a name or
    alias, the Path of an exercise file (whose code is run), or an `Exercise`; without one every set is named by the
    shipped models, or counted without a name where they do not know it. `load_kg` is the weight that was lifted, for
    an estimate of the one-repetition maximum. `mirrored` says that the pictures are mirror images, as selfie cameras
    save them; `calibration` where the two cameras stand, a JSON file (`body.triangulation`), without which their
    places are found from the movement; `lenses` what formcheck calibrate wrote of one camera or both, whose bending is
    taken out of the pictures; `prefilter` what the pose estimator alone sees pictures through. Every repetition is held
    against that of the nearest of `experts`, or of the one `reference` that is named. With `out`, report, table, cues,
    videos and landmarks are written there; `private` keeps every picture of the person out of them. The analysis has no
    sets when no repetition was found. Raises SourceError for unusable input, UnknownExercise, OwnExerciseError,
    LoadError, LibraryError for a `reference` that is none or of another exercise, CameraError or CalibrationError for a
    calibration that is none, PoseModelError when the pose model is not to be had, and OutputError when `out` cannot be
    written.
    """
    wanted = _wanted(exercise)
    if wanted is not None:
        checked_load(load_kg, wanted)
    elif load_kg is not None:
        raise LoadError("expected an exercise with the load: say which one it was")
    asked = Chosen(reference)
    asked.must_show(wanted)
    cameras = None if calibration is None else read_cameras(Path(calibration))
    folder = None if out is None else writable(Path(out))
    given = Given(front, side, imu, thermal, tuple(read_intrinsics(Path(each)) for each in lenses), prefilter)
    watched = gather(given, mirrored=mirrored, estimator=estimator, progress=progress)
    poses = watched.recording.poses
    made, doubts = _made_one(watched.recording, cameras)
    sets = seen_sets(wanted, watched.recording, made, load_kg)
    sets, disputes = joined(sets, counts_of(watched.recording, watched.warm), watched.recording, wanted)
    sets = with_correctness(sets, poses, watched.recording.imu, _energy(watched.warm))
    sets = with_warmth(sets, watched.warm)
    if experts and poses:
        sets = with_experts(sets, _known(wanted), poses, asked)
    felt = None if watched.seen else movement_felt(watched.recording)
    analysis = Analysis(
        formcheck_version=__version__,
        streams=watched.streams,
        sets=sets,
        segments=between_sets(sets, poses, *watched.recording.span_s, felt),
        private=private,
        warnings=(*watched.warnings, *doubts, *disputes, *asked.problems, *_empty(sets, watched, wanted)),
    )
    if folder is not None:
        _write(analysis, watched, folder, asked.named(), overlay=overlay, blur_face=blur_face, progress=progress)
    return analysis


def seen_sets(
    wanted: Exercise | None, recording: Recording, made: Mapping[str, PoseSequence], load_kg: float | None
) -> tuple[ExerciseSet, ...]:
    """What the cameras see, judged, and named by them and by worn sensors."""
    poses = recording.poses
    if not poses:
        return ()
    if wanted is None:
        worn = shipped_worn() if recording.imu else None
        felt = () if worn is None else (worn.answer(recording.imu),)
        return recognised_sets(poses, made=made, felt=felt)
    tracks = {name: Track(pose) for name, pose in {**poses, **made}.items()}
    return with_strength(assess(wanted, tracks, seconds(wanted)), wanted, tracks, load_kg)


def _energy(warm: Silhouettes | None) -> Energy | None:
    """Gives the energy image of a repetition as models are shown it; None without a thermal camera."""
    if warm is None:
        return None

    def image(start_s: float, end_s: float):
        if not start_s < end_s:
            return None
        found = energy_image(warm, (start_s, end_s))
        return energy(found.silhouette, found.warmth) if found.frames else None

    return image


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


def _empty(sets: tuple[ExerciseSet, ...], watched: Gathered, exercise: Exercise | None) -> tuple[str, ...]:
    if sets or not any(stream.found for stream in watched.streams):
        return ()
    if not watched.seen:
        return (
            "Nothing that is repeated as in an exercise was found in what the sensors or the thermal camera recorded.",
        )
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


def _known(wanted: Exercise | None) -> dict[str, Exercise]:
    """The exercises whose repetitions can be held against an expert's, by name."""
    every = catalogue() if wanted is None else (wanted,)
    return {exercise.name: exercise for exercise in every}


def _write(
    analysis: Analysis,
    watched: Gathered,
    folder: Path,
    references: Mapping[str, Reference],
    *,
    overlay: bool,
    blur_face: bool,
    progress: Progress | None,
) -> None:
    from formcheck.report import write_outputs  # Jinja2 and cv2: only when something is written

    private = analysis.private
    pictures = {
        name: None if private or isinstance(source, PoseFile) else source for name, source in watched.sources.items()
    }
    try:
        for name, pose in watched.recording.poses.items():
            write_pose(folder / f"{name}.npz", pose.shifted(-watched.recording.offset_s[name]))
        write_outputs(
            analysis,
            watched.recording,
            pictures,
            folder,
            overlay=overlay and not private,
            beside=overlay,
            blur_face=blur_face,
            references=references,
            warm={} if private else _energy_images(analysis, watched.warm),
            progress=progress,
        )
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise OutputError(f"expected room to write the results to {folder}, got: {why}") from error


def _energy_images(analysis: Analysis, warm: Silhouettes | None) -> dict[tuple[int, int], WarmImage]:
    """The energy image of every whole repetition, by set (from 0) and repetition (from 1)."""
    if warm is None:
        return {}
    out: dict[tuple[int, int], WarmImage] = {}
    for number, each in enumerate(analysis.sets):
        for rep in each.reps:
            if rep.complete and rep.start_s < rep.end_s:
                found = energy_image(warm, (rep.start_s, rep.end_s))
                if found.frames:
                    out[number, rep.index] = WarmImage(found.silhouette, found.warmth, found.unit)
    return out
