"""Synthetic people filmed, and watched by the real estimator; their landmarks are kept, clip by clip."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from formcheck.pose import estimate
from formcheck.sources import SourceError, Video, write_pose
from formcheck.synthetic import Camera, Performance, film

Clip = TypeVar("Clip")
Made = Callable[[Clip], tuple[Performance, Camera]]


def watch_all(
    kept: Mapping[Clip, Path],
    made: Made[Clip],
    workers: int = 2,
    progress: Callable[[str, float], None] | None = None,
) -> None:
    """Film and watch every clip whose landmarks are not where they are to be kept.

    `made` gives the performance of a clip and the camera before it, and must be a function that other processes can be
    told. It can be interrupted, and goes on where it was. Raises OSError when nothing can be written there.
    """
    missing = {clip: path for clip, path in kept.items() if not path.exists()}
    for folder in {path.parent for path in missing.values()}:
        folder.mkdir(parents=True, exist_ok=True)
    if not missing:
        return
    with ProcessPoolExecutor(max_workers=workers) as pool:
        try:
            done = pool.map(partial(_watch, made), missing.keys(), missing.values())
            for at, _ in enumerate(done):
                if progress is not None:
                    progress("Filming and watching", (at + 1) / len(missing))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _watch(made: Made[Clip], clip: Clip, path: Path) -> None:
    performance, camera = made(clip)
    with tempfile.TemporaryDirectory(prefix="formcheck-studio-") as folder:
        video = Path(folder) / "clip.mp4"
        film(performance, camera, video)
        try:
            pose = estimate(Video(video))
        except SourceError as error:
            raise OSError(f"expected a filmed clip of {clip}, got: {error}") from error
        write_pose(path, pose)  # whole or not at all, so that a later run can trust what is there
