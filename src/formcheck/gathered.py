"""Every stream of one performance, opened, watched and brought to one clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from formcheck.assess import Stream
from formcheck.body import BLAZEPOSE_33, PoseSequence, Recording
from formcheck.body.view import framing_advice, with_view
from formcheck.calibration import Intrinsics
from formcheck.clock import (
    CLOCKS_S,
    Clocked,
    Fit,
    Stamp,
    Tone,
    align,
    align_sensors,
    energy,
    find_tones,
    imu_motion,
    pose_motion,
    video_stamp,
)
from formcheck.described import camera_stream, sensor_stream, thermal_stream, timed
from formcheck.pose import Estimator, estimate_many
from formcheck.sources import Filter, Filtered, FrameSource, Mirrored, PoseFile, SourceError, Straight, open_source
from formcheck.sources.imu import ImuRecording, read_imu
from formcheck.sources.sound import read_sound
from formcheck.sources.thermal import ThermalRecording, read_thermal
from formcheck.thermal import Silhouettes, motion_energy, silhouettes

FOUND = 0.5  # of the frames: with the person in fewer, a warning is due
SEEN_AT_ALL = 0.02  # of the frames: below this a camera shows nothing by which others could be told the time

Path_ = str | Path


@dataclass(frozen=True)
class Given:
    """What somebody recorded: any subset of two cameras, a folder of inertial sensors, and a thermal camera.

    `lenses` are those of the cameras, one for both or one for each; none bends nothing. `prefilter` is what pictures go
    through before the pose estimator, and it alone, looks at them.
    """

    front: Path_ | None = None
    side: Path_ | None = None
    imu: Path_ | None = None
    thermal: Path_ | None = None
    lenses: Sequence[Intrinsics] = ()
    prefilter: Filter | None = None

    @property
    def there(self) -> dict[str, Path_]:
        """The paths by stream; a second camera by itself is the first one."""
        paths = {"front": self.front, "side": self.side, "imu": self.imu, "thermal": self.thermal}
        if self.front is None:
            paths |= {"front": self.side, "side": None}
        return {name: path for name, path in paths.items() if path is not None}


@dataclass(frozen=True, eq=False)
class Gathered:
    """A recording on one clock with everything that is known about how it was read.

    `sources` are the opened cameras by name; `warm` the person before the thermal camera, on the same clock; `streams`
    what the analysis tells of each.
    """

    recording: Recording
    sources: Mapping[str, FrameSource | PoseFile]
    streams: tuple[Stream, ...]
    warnings: tuple[str, ...]
    warm: Silhouettes | None = None

    @property
    def seen(self) -> bool:
        """Whether a camera saw the person."""
        return any(stream.found > 0 for stream in self.streams if stream.kind == "camera")


@dataclass(eq=False)
class _Opened:
    """What could be opened, and what is wrong with it."""

    cameras: dict[str, FrameSource | PoseFile] = field(default_factory=dict[str, FrameSource | PoseFile])
    imu: ImuRecording | None = None
    thermal: ThermalRecording | None = None
    warnings: list[str] = field(default_factory=list[str])


def gather(
    given: Given,
    *,
    mirrored: bool = False,
    estimator: Callable[[], Estimator] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Gathered:
    """Open, watch and align every stream that was given.

    What cannot be used is left aside with a warning while anything else is left. Raises SourceError when nothing was
    given, for a path where nothing lies, and when no stream can be used; PoseModelError when the pose model is not to
    be had.
    """
    paths = given.there
    if not paths:
        raise SourceError("expected a recording, got none: give a video, a pose file, --imu or --thermal")
    opened = _opened(paths, mirrored, given.lenses)
    tell = None if progress is None else lambda share: progress("Watching", share)
    looked_at = {name: _looked_at(source, given.prefilter) for name, source in opened.cameras.items()}
    found = estimate_many(looked_at, estimator, progress=tell) if looked_at else {}
    poses = {name: with_view(_known(pose)) for name, pose in found.items()}
    several = len(opened.cameras) > 1
    for name, source in opened.cameras.items():
        opened.warnings += [f"{_where(name, several)}{warning}" for warning in source.warnings]
        opened.warnings += [f"{_where(name, several)}{advice}" for advice in _seen(poses[name])]
    warm = None if opened.thermal is None else silhouettes(opened.thermal)
    opened.warnings += [] if opened.imu is None else list(opened.imu.warnings)
    opened.warnings += _thermal_warnings(opened.thermal, warm)
    return _on_one_clock(paths, opened, poses, warm, mirrored)


def _seen(pose: PoseSequence) -> tuple[str, ...]:
    share = float(pose.found.mean()) if len(pose) else 0.0
    if share == 0.0:
        return ("Nobody was found: put the camera where your whole body is in the picture, with light on you.",)
    found = (f"You were found in only {share:.0%} of the frames: repetitions may be missing.",) if share < FOUND else ()
    return (*found, *framing_advice(pose))


def _thermal_warnings(recording: ThermalRecording | None, warm: Silhouettes | None) -> list[str]:
    if recording is None or warm is None:
        return []
    said = [f"Thermal camera: {warning}" for warning in (*recording.warnings, *warm.warnings)]
    share = float(warm.found.mean()) if len(warm.found) else 0.0
    if share == 0.0:
        said.append("Thermal camera: nobody was found: you must be warmer than the room, and your body in the picture.")
    elif share < FOUND:
        said.append(f"Thermal camera: you were found in only {share:.0%} of the frames: repetitions may be missing.")
    return said


def _where(name: str, several: bool) -> str:
    return {"front": "First camera: ", "side": "Second camera: "}[name] if several else ""


def _title(name: str) -> str:
    """A stream as the subject of a sentence."""
    titles = {"front": "The first camera", "side": "The second camera", "imu": "The sensors"}
    return titles.get(name, "The thermal camera")


def _opened(paths: Mapping[str, Path_], mirrored: bool, lenses: Sequence[Intrinsics]) -> _Opened:
    out = _Opened()
    failed: list[SourceError] = []
    for name, path in paths.items():
        try:
            if name == "imu":
                out.imu = read_imu(path)
            elif name == "thermal":
                out.thermal = read_thermal(path)
            else:
                which = min(len(out.cameras), len(lenses) - 1)  # one lens is that of both cameras
                out.cameras[name] = _camera(path, mirrored, lenses[which] if lenses else None)
        except SourceError as error:
            if len(paths) == 1 or not Path(path).exists():  # a slip of the pen is better told at once
                raise
            failed.append(error)
            were = "were" if name == "imu" else "was"
            out.warnings.append(f"{_title(name)} could not be used and {were} left aside: {error}.")
    if len(failed) == len(paths):
        raise failed[0]
    return out


def _camera(path: Path_, mirrored: bool, lens: Intrinsics | None) -> FrameSource | PoseFile:
    source = open_source(path)
    if isinstance(source, PoseFile):
        if lens is not None:
            seen = source.sequence
            straight = lens.for_frames(seen.frame_size).straight(seen.image)
            source = replace(source, sequence=replace(seen, image=straight))
        return replace(source, sequence=source.sequence.mirrored()) if mirrored else source
    shown: FrameSource = source
    if lens is not None:
        lens.for_frames(source.frame_size)  # another shape is better told now
        shown = Straight(source, lambda size: lens.for_frames(size).maps())
    return Mirrored(shown) if mirrored else shown


def _looked_at(source: FrameSource | PoseFile, by: Filter | None) -> FrameSource | PoseFile:
    """What the pose estimator is shown of a camera."""
    return source if by is None or isinstance(source, PoseFile) else Filtered(source, by)


def _known(pose: PoseSequence) -> PoseSequence:
    """The sequence on the skeleton that pictures and measures are written for."""
    return pose if pose.skeleton is BLAZEPOSE_33 else pose.on(BLAZEPOSE_33)


def _on_one_clock(
    paths: Mapping[str, Path_],
    opened: _Opened,
    poses: Mapping[str, PoseSequence],
    warm: Silhouettes | None,
    mirrored: bool,
) -> Gathered:
    clocked = _clocked(paths, opened, poses, warm)
    fits, warnings = _fits(clocked, opened)
    sensors = {} if opened.imu is None else opened.imu.sensors
    used = {name: pose.shifted(fits[name].offset_s) for name, pose in poses.items() if fits[name].by != "not aligned"}
    worn = {place: fits[place].moved(signal) for place, signal in sensors.items() if fits[place].by != "not aligned"}
    shown, person = None, None if warm is None or not len(warm.found) else float(warm.found.mean())
    if warm is not None and fits["thermal"].by != "not aligned":
        warm = replace(warm, time=fits["thermal"].on_first(warm.time))
        shown = motion_energy(warm)
    else:
        warm = None
    recording = Recording(
        front=used.get("front"),
        side=used.get("side"),
        imu=worn,
        thermal=shown,
        offset_s={name: fit.offset_s for name, fit in fits.items() if fit.by != "not aligned"},
    )
    first = _first(clocked)
    streams = [camera_stream(name, paths[name], pose, mirrored) for name, pose in poses.items()]
    streams += [sensor_stream(place, paths["imu"], signal) for place, signal in sensors.items()]
    if opened.thermal is not None:
        share = 0.0 if person is None else person
        streams.append(thermal_stream(paths["thermal"], opened.thermal, share))
    told = tuple(timed(stream, fits[stream.name], stream.name == first) for stream in streams)
    sources = {name: source for name, source in opened.cameras.items() if name in used}
    return Gathered(recording, sources, told, (*warnings, *opened.warnings), warm)


def _clocked(
    paths: Mapping[str, Path_], opened: _Opened, poses: Mapping[str, PoseSequence], warm: Silhouettes | None
) -> dict[str, Clocked]:
    """Each stream as the clock sees it, the first of them being the clock of the recording."""
    heard = _tones({name: path for name, path in paths.items() if name in (*poses, "thermal")})
    out: dict[str, Clocked] = {}
    for name, pose in poses.items():
        duration_s = float(np.ptp(pose.time)) if len(pose) else 0.0
        stamp = None if isinstance(opened.cameras[name], PoseFile) else video_stamp(paths[name], duration_s)
        moves = pose.found.mean() > SEEN_AT_ALL if len(pose) else False
        motion = pose_motion(pose) if moves else None
        out[name] = Clocked(_title(name), duration_s, motion, heard.get(name, ()), stamp, pose if moves else None)
    if opened.imu is not None:
        motion, started_s = imu_motion(opened.imu.sensors), opened.imu.started_s
        ends = [float(signal.time[-1]) for signal in opened.imu.sensors.values() if len(signal)]
        stamp = None if started_s is None else Stamp(started_s, CLOCKS_S, "the sensors' clock")
        out["imu"] = Clocked(_title("imu"), max(ends, default=0.0), motion, stamp=stamp)
    if opened.thermal is not None and warm is not None:
        duration_s = float(np.ptp(warm.time)) if len(warm.time) else 0.0
        started_s = opened.thermal.started_s
        stamp = video_stamp(paths["thermal"], duration_s) if started_s is None else Stamp(started_s, CLOCKS_S, "frames")
        moved = motion_energy(warm)
        known = int(np.isfinite(moved.values).sum()) > 8
        motion = energy(moved) if known else None
        out["thermal"] = Clocked(_title("thermal"), duration_s, motion, heard.get("thermal", ()), stamp)
    return out


def _tones(paths: Mapping[str, Path_]) -> dict[str, tuple[Tone, ...]]:
    """The tones in the sound of each video; none where fewer than two have sound."""
    videos = {
        name: path
        for name, path in paths.items()
        if Path(path).is_file() and Path(path).suffix.lower() not in (".npz", ".csv", ".tiff", ".png")
    }
    heard: dict[str, tuple[Tone, ...]] = {}
    for name, path in videos.items() if len(videos) > 1 else ():
        try:
            sound = read_sound(path)
        except SourceError:
            continue
        if sound is not None:
            heard[name] = find_tones(sound)
    return heard if len(heard) > 1 else {}


def _first(clocked: Mapping[str, Clocked]) -> str:
    """The stream whose clock is that of the recording: the first that shows or feels something, cameras first."""
    return next((name for name, each in clocked.items() if each.motion is not None), next(iter(clocked)))


def _fits(clocked: Mapping[str, Clocked], opened: _Opened) -> tuple[dict[str, Fit], list[str]]:
    """How each stream's clock is read on that of the recording, sensors one by one, and what is doubtful about it."""
    first = _first(clocked)
    fits: dict[str, Fit] = {first: Fit("reference", 0.0, 0.0)}
    warnings: list[str] = []
    for name, each in clocked.items():
        if name == first:
            continue
        fit, said = align(clocked[first], each)
        other = next((key for key in fits if key != first and clocked[key].motion is not None), None)
        if fit.by in ("time stamps", "not aligned") and other is not None:
            through, more = align(clocked[other], each)
            if through.by in ("beep", "motion") and fits[other].by != "not aligned":
                fit, said = _chained(fits[other], through), more
        fits[name] = fit
        warnings += said
        if fit.by == "not aligned":
            warnings.append(_left_aside(name, clocked))
    if opened.imu is not None:
        group = fits.pop("imu")
        motion = None if first == "imu" else clocked[first].motion
        if group.by == "not aligned":
            fits |= dict.fromkeys(opened.imu.sensors, group)
        else:
            apart, said = align_sensors(motion, opened.imu.sensors, None if first == "imu" else group)
            lead = next((place for place, fit in apart.items() if fit.error_s == 0.0), None)
            fits |= {place: replace(fit, by="reference") if place == lead else fit for place, fit in apart.items()}
            warnings += said
    return fits, warnings


def _chained(outer: Fit, inner: Fit) -> Fit:
    """A third clock read on the first through the second, without its drift, which is that of neither alone."""
    offset_s = inner.offset_s + outer.offset_s
    return Fit(inner.by, offset_s, float(np.hypot(inner.error_s, outer.error_s)), inner.agreement)


def _left_aside(name: str, clocked: Mapping[str, Clocked]) -> str:
    if name == "side" and _first(clocked) == "front":
        return (
            "The two recordings could not be aligned in time, so only the first one was judged: "
            "film the same performance with both cameras, from before the first repetition to after the last."
        )
    first = clocked[_first(clocked)].title
    verb = "were" if name == "imu" else "was"
    return (
        f"{clocked[name].title} could not be brought to the clock of {first[:1].lower()}{first[1:]}, so "
        f"{'they' if name == 'imu' else 'it'} {verb} left aside: start every device before the first repetition and "
        "stop it after the last."
    )
