"""Windows of a copy of a dataset for a recipe: a folder of videos or pose files per exercise, or EJUST-GYM-3."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.exercises import Exercise, UnknownExercise, find
from formcheck.learn.data import Examples
from formcheck.learn.datasets import Clip, DatasetError, Problem, Repetition, class_folders, open_dataset
from formcheck.learn.datasets.dataset import read_truth, reps
from formcheck.learn.recipes.recipe import Progress
from formcheck.predictor import Layout, Padded, Sliding, windows

SEEN = 0.5  # of a clip's frames in which the person must be found
UNSAID = "Nothing says who is in which recording: every recording stands in for a person."

Parts = Callable[[PoseSequence, Clip], list[PoseSequence]]
"""Which stretches of a recording are examples: its repetitions, or the whole."""


@dataclass(frozen=True)
class Kept:
    """Where landmarks that the estimator found in videos are kept, so that it looks at each only once."""

    folder: Path

    def pose(self, file: Path, progress: Callable[[float], None] | None = None) -> PoseSequence:
        """The landmarks of a video or a pose file. Raises DatasetError for one that cannot be used."""
        from formcheck.pose import estimate
        from formcheck.sources import SourceError, Video, read_pose, write_pose

        try:
            if file.suffix.lower() == ".npz":
                return read_pose(file)
            facts = file.stat()
            key = hashlib.sha256(repr((str(file.resolve()), facts.st_size, facts.st_mtime_ns)).encode()).hexdigest()[
                :16
            ]
            kept = self.folder / f"{file.stem}-{key}.npz"
            if not kept.exists():
                found = estimate(Video(file), progress=progress)
                self.folder.mkdir(parents=True, exist_ok=True)
                write_pose(kept, found)
            return read_pose(kept)
        except SourceError as error:
            raise DatasetError(Problem(file, "", str(error))) from error


def clips_of_classes(folder: Path, names: Sequence[str]) -> tuple[list[Clip], tuple[str, ...]]:
    """The recordings in a folder per exercise (videos, or pose files `.npz`), and notes about them.

    A pose file stands where the video would. Raises DatasetError for no folder, ValueError where an exercise of `names`
    has no recording.
    """
    if not folder.is_dir():
        raise DatasetError(f"expected a folder with a folder per exercise, got {folder}: no such folder")
    clips: list[Clip] = []
    if class_folders.recognises(folder):
        clips += open_dataset(folder, "leave out").clips
    videos = {clip.name for clip in clips}
    for here in sorted(path for path in folder.iterdir() if path.is_dir()):
        exercise = _exercise(here.name)
        for file in sorted(here.glob("*.npz")) if exercise else ():
            name = f"{here.name}/{file.stem}"
            if exercise and name not in videos:
                clips.append(_pose_clip(folder, name, file, exercise))
    clips = [clip for clip in clips if clip.exercise in names]
    complete(folder, clips, names)
    unsaid = any(clip.person == clip.name for clip in clips)
    return clips, (UNSAID,) if unsaid else ()


def complete(folder: Path, clips: Sequence[Clip], names: Sequence[str]) -> None:
    """Raises ValueError where an exercise has no recording."""
    missing = [name for name in names if name not in {clip.exercise for clip in clips}]
    if missing:
        raise ValueError(
            f"expected recordings of {', '.join(names)} in {folder}, got none of {', '.join(missing)}: "
            "name a folder after each, with videos or pose files (.npz)"
        )


def _exercise(name: str) -> Exercise | None:
    try:
        return find({"leg pulldown": "lat pulldown"}.get(name.lower(), name))  # as the 22-gesture paper prints it
    except UnknownExercise:
        return None


def _pose_clip(folder: Path, name: str, file: Path, exercise: Exercise) -> Clip:
    place = folder / "truth" / f"{file.stem}.json"
    truth = read_truth(place)
    if truth is None:
        return Clip(name, name, exercise.name, {"video": (file,)})
    return Clip(name, truth["person"], exercise.name, {"video": (file,)}, reps(truth), place)


def whole(pose: PoseSequence, clip: Clip) -> list[PoseSequence]:
    """A recording as it is."""
    return [pose]


def repetitions(pose: PoseSequence, clip: Clip) -> list[PoseSequence]:
    """Every repetition of a recording: where the dataset says they are, else where counting finds them."""
    from formcheck.assess import assess
    from formcheck.body.track import Track
    from formcheck.body.view import with_view

    known = [(rep.start_s, rep.end_s) for rep in clip.reps if _timed(rep)]
    if not known:
        sets = assess(find(clip.exercise), {"front": Track(with_view(pose))})
        known = [(rep.start_s, rep.end_s) for each in sets for rep in each.reps if rep.complete]
    return [pose.between(start or 0.0, end or 0.0) for start, end in known]


def _timed(rep: Repetition) -> bool:
    return rep.start_s is not None and rep.end_s is not None


def watched(
    clips: Sequence[Clip],
    streams: Sequence[str],
    parts: Parts,
    names: tuple[str, ...],
    layout: Layout,
    cut: Sliding | Padded,
    kept: Path,
    progress: Progress | None = None,
) -> Examples:
    """The windows of recordings, each by the first of `streams` that it has.

    Raises DatasetError for a recording that cannot be used, ValueError where nobody is found in any.
    """
    values, labels = [np.zeros((0, cut.frames, len(layout.channels)), dtype=np.float32)], list[int]()
    people, names_of_clips = list[str](), list[str]()
    store = Kept(kept)
    for at, clip in enumerate(clips):
        files = next((clip.streams[stream] for stream in streams if stream in clip.streams), None)
        if not files:
            continue

        def tell(share: float, at: int = at) -> None:
            if progress is not None:
                progress("Watching", (at + share) / len(clips))

        for part in parts(store.pose(files[0], tell), clip):
            if len(part) and part.found.mean() >= SEEN:
                seen = windows(part, layout, cut).values
                values.append(seen)
                labels += [names.index(clip.exercise)] * len(seen)
                people += [clip.person] * len(seen)
                names_of_clips += [clip.name] * len(seen)
        tell(1.0)
    if not labels:
        raise ValueError(f"expected recordings in which somebody is found, got none among {len(clips)}")
    return _examples(values, labels, people, names_of_clips, names, layout, cut)


def _examples(
    values: list[NDArray[np.float32]],
    labels: list[int],
    people: list[str],
    clips: list[str],
    names: tuple[str, ...],
    layout: Layout,
    cut: Sliding | Padded,
) -> Examples:
    return Examples(
        np.concatenate(values), np.array(labels, dtype=np.intp), np.array(people), np.array(clips), names, layout, cut
    )
