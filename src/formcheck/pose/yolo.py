"""YOLO pose models of Ultralytics, exported to ONNX: every person in a picture with 17 key points, in one look.

Only the exported network is run, by ONNX Runtime; Ultralytics' own code, which is under the AGPL, is not needed here.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

import numpy as np

from formcheck.body import COCO_17, Skeleton
from formcheck.pose.estimator import Landmarks
from formcheck.pose.onnx import Normalised, OnnxModel, Tensor
from formcheck.pose.person import OnePerson
from formcheck.signals import Floats
from formcheck.sources import Frame

SURE = 0.25  # the confidence from which Ultralytics shows a box
SAME = 0.7  # the overlap from which its non-maximum suppression takes two boxes for one person
_BOX = 5  # centre x and y, width, height, confidence
_BOX_ENDED = 6  # corners, confidence and class, of an export that has picked the boxes itself
_JOINTS = len(COCO_17)
_PIXELS = Normalised(std=(255.0, 255.0, 255.0))


@dataclass(frozen=True)
class YoloLayout:
    """How an export answers: `picked` when boxes were picked in the graph, and 2 or 3 numbers a joint."""

    picked: bool
    numbers: int


def yolo_layout(model: OnnxModel) -> YoloLayout | None:
    """How a model answers if it is a YOLO pose model, from the shape of its output and what the file tells of itself.

    (1, 56, N) boxes still to be picked, or (1, N, 57) picked already; 39 and 40 where joints have no visibility. None
    for another kind of model; raises PoseModelError for a model of Ultralytics that is not one of people's pose.
    """
    task = model.metadata.get("task")
    if task is not None and task != "pose":
        raise model.unlike("a YOLO model whose task is pose", f"one whose task is {task}")
    joints = _told_joints(model)
    if task == "pose" and joints is not None and joints[0] != _JOINTS:
        raise model.unlike(f"the {_JOINTS} key points of COCO", f"key points of shape {joints}")
    shapes = list(model.outputs.values())
    if len(shapes) != 1 or len(shapes[0]) != 3 or shapes[0][0] != 1:
        if task == "pose":
            raise model.unlike(f"one output {_expected()}", model.gives())
        return None
    _, rows, columns = shapes[0]
    for numbers in (3, 2):
        if rows == _BOX + numbers * _JOINTS:
            return YoloLayout(False, numbers)
        if columns == _BOX_ENDED + numbers * _JOINTS:
            return YoloLayout(True, numbers)
    if task == "pose":
        raise model.unlike(f"an output {_expected()}", model.gives())
    return None


def _expected() -> str:
    return f"(1, {_BOX + 3 * _JOINTS}, N) or (1, N, {_BOX_ENDED + 3 * _JOINTS})"


def _told_joints(model: OnnxModel) -> tuple[int, ...] | None:
    """`kpt_shape` as the file tells it, (joints, numbers each)."""
    try:
        told = ast.literal_eval(model.metadata.get("kpt_shape", "None"))
        return None if told is None else tuple(int(value) for value in told)
    except (ValueError, SyntaxError, TypeError):
        return None


class Yolo:
    """A YOLO pose model (Maji et al., CVPR Workshops 2022; Jocher et al., Ultralytics); one person is chosen and kept.

    2D: `world` is None. A joint's visibility is the model's own, 0..1. Raises PoseModelError for a model that is none.
    """

    def __init__(self, model: OnnxModel) -> None:
        layout = yolo_layout(model)
        if layout is None:
            raise model.unlike(f"an output {_expected()}", model.gives())
        self._model, self._layout = model, layout
        self._followed: Landmarks | None = None
        self._last: tuple[Frame, list[Landmarks]] | None = None
        self._person = OnePerson(COCO_17, self._follow, self._everybody)

    @property
    def skeleton(self) -> Skeleton:
        """The 17 key points of COCO."""
        return COCO_17

    def __call__(self, frame: Frame) -> Landmarks | None:
        """The kept person in this frame; frames must come in order of time."""
        return self._person(frame)

    def _everybody(self, frame: Frame) -> list[Landmarks]:
        """All people, the surest first; a frame that was looked at a moment ago is not looked at again."""
        if self._last is None or self._last[0] is not frame:
            self._last = frame, self._look(frame)
        return self._last[1]

    def _follow(self, frame: Frame) -> Landmarks | None:
        """Whoever is nearest to the one of the last frame, or the surest; nobody is followed past an empty picture."""
        people = self._everybody(frame)
        if not people:
            self._followed = None
            return None
        before = self._followed
        chosen = people[0] if before is None else min(people, key=lambda each: _apart(each, before))
        self._followed = chosen
        return chosen

    def _look(self, frame: Frame) -> list[Landmarks]:
        placed = self._model.placed(frame.image, centred=True)
        (answer,) = self._model.run(_PIXELS(placed.picture)).values()
        values = self._picked(np.asarray(answer[0], dtype=np.float32))
        ratio = frame.frame_size[0] / frame.image.shape[1]
        numbers = self._layout.numbers
        people: list[Landmarks] = []
        for row in values:
            joints = row.reshape(_JOINTS, numbers).astype(np.float64)
            seen = np.clip(joints[:, 2], 0.0, 1.0) if numbers == 3 else np.ones(_JOINTS)
            people.append(Landmarks(placed.back(joints[:, :2]) * ratio, None, seen))
        return people

    def _picked(self, answer: Tensor) -> Tensor:
        """(P, 17 x numbers) the joints of those whom the network is sure of, one row a person, the surest first."""
        if self._layout.picked:
            sure = answer[answer[:, 4] >= SURE]
            return sure[np.argsort(-sure[:, 4], kind="stable"), _BOX_ENDED:]
        rows = answer[:, answer[4] >= SURE].T
        half = rows[:, 2:4] / 2
        corners = np.concatenate([rows[:, :2] - half, rows[:, :2] + half], axis=1, dtype=np.float64)
        return rows[picked(corners, rows[:, 4].astype(np.float64), SAME), _BOX:]

    def close(self) -> None:
        """Let go of the last frame."""
        self._last = None


def picked(corners: Floats, score: Floats, same: float) -> list[int]:
    """Non-maximum suppression: which of N boxes (N, 4), left, top, right and bottom, are kept, the surest first.

    A box is dropped when it shares more than `same` of the area of both together (intersection over union) with a
    surer one that is kept.
    """
    area = np.prod(np.maximum(corners[:, 2:] - corners[:, :2], 0.0), axis=1)
    left = list(np.argsort(-score, kind="stable"))
    kept: list[int] = []
    while left:
        best, rest = left[0], np.array(left[1:], dtype=int)
        kept.append(int(best))
        low = np.maximum(corners[best, :2], corners[rest, :2])
        high = np.minimum(corners[best, 2:], corners[rest, 2:])
        shared = np.prod(np.maximum(high - low, 0.0), axis=1)
        together = np.maximum(area[best] + area[rest] - shared, 1e-9)
        left = list(rest[shared / together <= same])
    return kept


def _apart(person: Landmarks, before: Landmarks) -> float:
    """How far somebody is from where they were, px, joint by joint."""
    return float(np.linalg.norm(person.image - before.image, axis=1).mean())
