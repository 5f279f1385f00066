"""MediaPipe's pose landmarker: the only module that calls it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from formcheck.body import BLAZEPOSE_33, Skeleton
from formcheck.pose.estimator import Landmarks
from formcheck.pose.libraries import missing_libraries
from formcheck.pose.model import PoseModelError, Progress, pose_model
from formcheck.pose.person import OnePerson
from formcheck.sources import Frame

if TYPE_CHECKING:
    from mediapipe import Image
    from mediapipe.tasks.python.vision.pose_landmarker import PoseLandmarkerResult
MOST_PEOPLE = 3  # looked at when somebody has to be told from the others; each costs as much as following one


class MediaPipe:
    """BlazePose GHUM full through MediaPipe Tasks (Bazarevsky et al., 2020; Grishchenko et al., 2022).

    One person is chosen and kept, see `formcheck.pose.person`. `model` is a `.task` bundle (default: `pose_model`).
    Computes in one thread and leaves Python meanwhile, so that several run side by side. Raises PoseModelError when
    the model is not to be had or cannot be loaded.
    """

    def __init__(self, model: Path | None = None, progress: Progress | None = None) -> None:
        self._model = model or pose_model(progress)
        self._follower = Landmarker(self._model)
        self._finder: Landmarker | None = None
        self._person = OnePerson(BLAZEPOSE_33, self._follower.follow, self._everybody)

    @property
    def skeleton(self) -> Skeleton:
        """The 33 landmarks of BlazePose."""
        return BLAZEPOSE_33

    def __call__(self, frame: Frame) -> Landmarks | None:
        """The kept person in this frame; frames must come in order of time."""
        return self._person(frame)

    def _everybody(self, frame: Frame) -> list[Landmarks]:
        if self._finder is None:
            self._finder = Landmarker(self._model, people=MOST_PEOPLE, video=False)
        return self._finder.everybody(frame)

    def close(self) -> None:
        """Let go of the model."""
        self._follower.close()
        if self._finder is not None:
            self._finder.close()


class Landmarker:
    """One MediaPipe pose landmarker: `follow` one person from frame to frame, or find `everybody` in one frame."""

    def __init__(self, model: Path, people: int = 1, video: bool = True) -> None:
        with _quiet():
            try:
                from mediapipe.tasks.python import BaseOptions, vision
            except OSError as error:  # a library that it links is missing
                raise PoseModelError(missing_libraries() or str(error)) from error
            mode = vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE
            try:
                self._landmarker = vision.PoseLandmarker.create_from_options(
                    vision.PoseLandmarkerOptions(
                        base_options=BaseOptions(model_asset_path=str(model)), running_mode=mode, num_poses=people
                    )
                )
            except (RuntimeError, ValueError, OSError) as error:
                raise PoseModelError(
                    missing_libraries()
                    or f"expected a pose landmarker bundle that MediaPipe can load, got {model}: {error}; "
                    "delete it to have it fetched again"
                ) from error
        self._last_ms = -1
        self._found = False

    def follow(self, frame: Frame) -> Landmarks | None:
        """The person that was followed so far, or whoever is found first."""
        self._last_ms = max(self._last_ms + 1, round(frame.time_s * 1000))
        people = self._look(frame, lambda picture: self._landmarker.detect_for_video(picture, self._last_ms))
        return people[0] if people else None

    def everybody(self, frame: Frame) -> list[Landmarks]:
        """All people found in one picture."""
        return self._look(frame, self._landmarker.detect)

    def _look(self, frame: Frame, detect: Callable[[Image], PoseLandmarkerResult]) -> list[Landmarks]:
        import mediapipe as mp

        picture = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.image)
        with nullcontext() if self._found else _quiet():  # it has more to say about the first person it finds
            people = _people(detect(picture), frame.frame_size)
        self._found = self._found or bool(people)
        return people

    def close(self) -> None:
        """Let go of the model."""
        self._landmarker.close()


def _people(result: PoseLandmarkerResult, frame_size: tuple[int, int]) -> list[Landmarks]:
    found: list[Landmarks] = []
    for image, world in zip(result.pose_landmarks, result.pose_world_landmarks, strict=True):
        normalised = np.array([(point.x, point.y, point.visibility, point.z) for point in image], dtype=np.float32)
        metres = np.array([(point.x, point.y, point.z) for point in world], dtype=np.float32)
        pixels = normalised[:, :2] * np.array(frame_size, dtype=np.float32)
        found.append(Landmarks(pixels, metres, normalised[:, 2], depth=normalised[:, 3] * frame_size[0]))
    return found


class _Nowhere:
    """File descriptor 2 turned away while anybody wants silence, whatever the thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._kept = -1

    def enter(self) -> None:
        with self._lock:
            self._users += 1
            if self._users == 1:
                self._kept = os.dup(2)
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, 2)
                os.close(nowhere)

    def leave(self) -> None:
        with self._lock:
            self._users -= 1
            if self._users == 0:
                os.dup2(self._kept, 2)
                os.close(self._kept)


_nowhere = _Nowhere()


@contextmanager
def _quiet() -> Generator[None]:
    """Turn away what MediaPipe's C++ part logs at start: it writes to file descriptor 2 whatever it is told."""
    _nowhere.enter()
    try:
        yield
    finally:
        _nowhere.leave()
