"""From pictures to one person's landmarks over time, whatever estimator looks at them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import numpy as np

from formcheck.body import PoseSequence, Skeleton
from formcheck.pose.estimator import Estimator, Landmarks
from formcheck.pose.model import Progress
from formcheck.sources import Frame, FrameSource, PoseFile

LONGEST_PX = 1280  # BlazePose looks at 256 px of the person: more only costs time
MAX_RATE_HZ = 60.0  # the fastest joints here move at a few Hz: 240 Hz shows nothing that 60 Hz does not
_AHEAD = 4  # pictures decoded but not yet looked at


def estimate(
    source: FrameSource | PoseFile,
    estimator: Estimator | None = None,
    *,
    progress: Progress | None = None,
    longest_px: int | None = LONGEST_PX,
    max_rate_hz: float | None = MAX_RATE_HZ,
) -> PoseSequence:
    """One person's landmarks through a recording; a pose file gives what it holds.

    `estimator` looks at the frames (default: MediaPipe, opened and closed here; one that is given stays open).
    Decoding runs ahead in a thread of its own by a few frames; only landmarks are kept. `progress` is called with
    the share done. Raises SourceError when the source gives no frame, PoseModelError when the model is not to be had.
    """
    if isinstance(source, PoseFile):
        return source.sequence
    if estimator is not None:
        return _run(source, estimator, progress, longest_px, max_rate_hz)
    own = _mediapipe()
    try:
        return _run(source, own, progress, longest_px, max_rate_hz)
    finally:
        own.close()


def estimate_many(
    sources: Mapping[str, FrameSource | PoseFile],
    estimator: Callable[[], Estimator] | None = None,
    *,
    progress: Progress | None = None,
    longest_px: int | None = LONGEST_PX,
    max_rate_hz: float | None = MAX_RATE_HZ,
) -> dict[str, PoseSequence]:
    """`estimate` for several recordings side by side, by name; `estimator` makes one for each of them.

    One thread per recording: the estimators leave Python while they compute. When one fails or the user interrupts,
    the others are stopped before the error is raised.
    """
    done = dict.fromkeys(sources, 0.0)
    stop = threading.Event()

    def one(name: str, source: FrameSource | PoseFile) -> PoseSequence:
        if isinstance(source, PoseFile):
            return source.sequence
        own = estimator() if estimator is not None else _mediapipe()

        def report(share: float) -> None:
            done[name] = share
            if stop.is_set():
                raise _Stopped

        try:
            return _run(source, own, report, longest_px, max_rate_hz)
        finally:
            own.close()

    with ThreadPoolExecutor(max_workers=max(1, len(sources))) as pool:
        futures = {name: pool.submit(one, name, source) for name, source in sources.items()}
        try:
            waiting = set(futures.values())
            while waiting:
                finished, waiting = wait(waiting, timeout=0.1, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                if progress is not None:
                    progress(sum(done.values()) / len(done))
        finally:
            stop.set()
    return {name: future.result() for name, future in futures.items()}


class _Stopped(Exception):
    """Another recording failed: this one need not go on."""


def _mediapipe() -> Estimator:
    from formcheck.pose.mediapipe import MediaPipe

    return MediaPipe()


def _run(
    source: FrameSource,
    estimator: Estimator,
    progress: Progress | None,
    longest_px: int | None,
    max_rate_hz: float | None,
) -> PoseSequence:
    times: list[float] = []
    seen: list[Landmarks | None] = []
    frames = _ahead(source.frames(longest_px=longest_px, max_rate_hz=max_rate_hz), _AHEAD)
    try:
        for frame in frames:
            times.append(frame.time_s)
            seen.append(estimator(frame))
            _retract(times, seen)
            if progress is not None and source.duration_s:
                progress(min(1.0, frame.time_s / source.duration_s))
    finally:
        frames.close()
    if progress is not None:
        progress(1.0)
    return as_sequence(times, seen, estimator.skeleton, source.frame_size)


def _retract(times: list[float], seen: list[Landmarks | None]) -> None:
    """Take back the answers that the latest one says were about somebody else."""
    latest = seen[-1]
    if latest is None or latest.retracts_s is None:
        return
    for at in range(len(times) - 2, -1, -1):
        if times[at] < latest.retracts_s:
            return
        seen[at] = None


def as_sequence(
    times: Sequence[float], seen: Sequence[Landmarks | None], skeleton: Skeleton, frame_size: tuple[int, int]
) -> PoseSequence:
    """Answers of an estimator, one a frame (None where nobody was found), as one person over time."""
    shape = (len(times), len(skeleton))
    image = np.full((*shape, 2), np.nan, dtype=np.float32)
    world = np.full((*shape, 3), np.nan, dtype=np.float32)
    visibility = np.zeros(shape, dtype=np.float32)
    only_2d = any(landmarks is not None and landmarks.world is None for landmarks in seen)
    for at, landmarks in enumerate(seen):
        if landmarks is not None:
            image[at] = landmarks.image
            visibility[at] = landmarks.visibility
            if landmarks.world is not None:
                world[at] = landmarks.world
    return PoseSequence(
        time=np.array(times),
        image=image.astype(np.float64),
        world=None if only_2d else world.astype(np.float64),
        visibility=visibility.astype(np.float64),
        skeleton=skeleton,
        frame_size=frame_size,
    )


def _ahead(frames: Iterator[Frame], depth: int) -> Generator[Frame]:
    """The same frames, produced by a thread of their own that runs at most `depth` ahead."""
    ready: queue.Queue[Frame | BaseException | None] = queue.Queue(maxsize=depth)
    stop = threading.Event()

    def put(item: Frame | BaseException | None) -> bool:
        while not stop.is_set():
            try:
                ready.put(item, timeout=0.1)
            except queue.Full:
                continue
            return True
        return False

    def produce() -> None:
        try:
            for frame in frames:
                if not put(frame):
                    return
            put(None)
        except BaseException as error:  # raised again where the frames are wanted
            put(error)

    thread = threading.Thread(target=produce, name="formcheck-decode", daemon=True)
    thread.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        thread.join()
