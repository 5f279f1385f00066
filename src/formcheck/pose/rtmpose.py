"""RTMPose models exported to ONNX: the joints of one person in a box, each coordinate told as a class (SimCC)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.body import COCO_17, COCO_WHOLE_31, HALPE_26, Skeleton
from formcheck.pose.detector import Detector
from formcheck.pose.estimator import Landmarks
from formcheck.pose.onnx import Normalised, OnnxModel, Tensor
from formcheck.pose.person import OnePerson
from formcheck.signals import Floats
from formcheck.sources import Frame
from formcheck.sources.frame import Image

PADDING = 1.25  # of a person's box, as MMPose trains and tests (GetBBoxCenterScale)
GROWN = 1.25  # from the outermost joints to a person's box: there is more of them than joints, and they move on
SEEN = 0.3  # the score from which MMPose draws a joint
FULL = 0.6  # the score of a joint that is as visible as can be: SEEN stands for a visibility of a half
_IMAGENET = Normalised((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
_WHOLE = (  # where COCO-WholeBody's 133 points (Jin et al., ECCV 2020) have those of COCO_WHOLE_31
    *range(17),
    *(17, 20, 18, 21, 19, 22),  # big toes, small toes, heels
    *(77, 71),  # corners of the mouth
    *(108, 129, 96, 117, 94, 115),  # knuckles of little and index finger, joint of the thumb
)


@dataclass(frozen=True)
class SimccLayout:
    """What an RTMPose model answers: its two outputs by name, bins a pixel, and which points are which joints."""

    x: str
    y: str
    bins: float
    skeleton: Skeleton
    points: tuple[int, ...]


_LAYOUTS = {
    17: (COCO_17, tuple(range(17))),
    26: (HALPE_26, tuple(range(26))),
    133: (COCO_WHOLE_31, _WHOLE),
}


def simcc_layout(model: OnnxModel) -> SimccLayout | None:
    """How a model answers if it is an RTMPose model of people, from the shapes of its outputs; None if it is not.

    Two outputs (1, K, Wx) and (1, K, Wy), K key points of 17, 26 or 133, as many bins a pixel along both sides.
    Raises PoseModelError for SimCC of other key points.
    """
    shapes = list(model.outputs.items())
    if len(shapes) != 2 or any(len(shape) != 3 or shape[0] != 1 for _, shape in shapes) or model.size is None:
        return None
    named = {name for name, _ in shapes} == {"simcc_x", "simcc_y"}
    (x, (_, points, across)), (y, (_, others, down)) = sorted(shapes) if named else shapes
    width, height = model.size
    if points != others or across * height != down * width:
        if named:
            raise model.unlike(_expected(model), model.gives())
        return None
    if points not in _LAYOUTS:
        raise model.unlike(_expected(model), model.gives())
    skeleton, chosen = _LAYOUTS[points]
    return SimccLayout(x, y, across / width, skeleton, chosen)


def _expected(model: OnnxModel) -> str:
    width, height = model.size or (192, 256)
    return (
        f"simcc_x (1, K, {2 * width}) and simcc_y (1, K, {2 * height}) with K = 17 (COCO), 26 (Halpe) or 133 "
        "(COCO-WholeBody) key points of a person"
    )


class RtmPose:
    """RTMPose (Jiang et al., 2023) with SimCC (Li et al., ECCV 2022); one person is chosen and kept.

    Joints are looked for in a box: that of the last frame's joints, grown; at the start and when they are lost, the
    boxes of a `detector`, or the whole picture without one. 2D: `world` is None. A score of 0.3, from which MMPose
    draws a joint, is a visibility of a half. Raises PoseModelError for a model that is none.
    """

    def __init__(self, model: OnnxModel, detector: Detector | None = None) -> None:
        layout = simcc_layout(model)
        if layout is None or model.size is None:
            raise model.unlike(_expected(model), model.gives())
        self._model, self._layout, self._size, self._detector = model, layout, model.size, detector
        self._normalised = model.stated or _IMAGENET
        self._box: Floats | None = None
        self._person = OnePerson(layout.skeleton, self._follow, self._everybody)

    @property
    def skeleton(self) -> Skeleton:
        """The joints that the model was trained on."""
        return self._layout.skeleton

    def __call__(self, frame: Frame) -> Landmarks | None:
        """The kept person in this frame; frames must come in order of time."""
        return self._person(frame)

    def _everybody(self, frame: Frame) -> list[Landmarks]:
        """All people a detector finds; without one there is only who is followed."""
        if self._detector is None:
            return []
        found = [self._joints(frame.image, box[:4]) for box in self._detector(frame.image)]
        return [_landmarks(each, frame) for each in found if each is not None]

    def _follow(self, frame: Frame) -> Landmarks | None:
        """Whoever was followed, or else whom the detector is surest of, or who is found in the whole picture."""
        found = None if self._box is None else self._joints(frame.image, self._box)
        if found is None:
            found = self._found_anew(frame.image)
        self._box = None if found is None else _around(found)
        return None if found is None else _landmarks(found, frame)

    def _found_anew(self, image: Image) -> Floats | None:
        if self._detector is not None:
            found = (self._joints(image, box[:4]) for box in self._detector(image))
            return next((each for each in found if each is not None), None)
        height, width = image.shape[:2]
        roughly = self._joints(image, np.array([0.0, 0.0, width, height]), padding=1.0)
        return None if roughly is None else self._joints(image, _around(roughly))

    def _joints(self, image: Image, box: Floats, padding: float = PADDING) -> Floats | None:
        """(K, 3) x and y in px of the picture and score 0..1 in a box (4,); None when hardly any joint is clear."""
        import cv2

        crop = _crop(box, self._size, padding)
        picture = np.asarray(cv2.warpAffine(image, crop, self._size, flags=cv2.INTER_LINEAR), dtype=np.uint8)
        answers = self._model.run(self._normalised(picture))
        joints = decoded(answers[self._layout.x][0], answers[self._layout.y][0], self._layout.bins)
        joints = joints[list(self._layout.points)]
        joints[:, :2] = (joints[:, :2] - crop[:, 2]) / crop[0, 0] + 0.5  # there the middle of the first pixel is 0
        clearest = np.sort(joints[: len(COCO_17), 2])[-(len(COCO_17) // 2) :]  # half the body may be out of the picture
        return joints if float(clearest.mean()) >= SEEN else None

    def close(self) -> None:
        """Let go of whom it followed."""
        self._box = None


def decoded(simcc_x: Tensor, simcc_y: Tensor, bins: float) -> Floats:
    """(K, 3) x and y in px and score of K joints, of SimCC's answers (K, Wx) and (K, Wy) with `bins` a pixel.

    The place is that of the largest value, moved to the vertex of the parabola through it and its neighbours: the
    classes were trained on a Gaussian, so that the place between two bins is told as well. The score is the smaller
    of both largest values, as in MMPose.
    """
    places, scores = zip(*(_peaks(np.asarray(each, dtype=np.float64)) for each in (simcc_x, simcc_y)), strict=True)
    return np.stack([*(place / bins for place in places), np.minimum(*scores)], axis=1)


def _peaks(values: Floats) -> tuple[Floats, Floats]:
    """Where the rows (K, W) are largest, in bins, and how large they are there."""
    rows, at = np.arange(len(values)), values.argmax(axis=1)
    inner = np.clip(at, 1, values.shape[1] - 2)
    left, middle, right = (values[rows, inner + step] for step in (-1, 0, 1))
    bent = left - 2 * middle + right
    bends = (bent < 0) & (inner == at)
    shift = np.where(bends, 0.5 * (left - right) / np.where(bends, bent, 1.0), 0.0)
    return at + np.clip(shift, -0.5, 0.5), values[rows, at]


def _crop(box: Floats, size: tuple[int, int], padding: float) -> Floats:
    """(2, 3) the affine map from the picture to a crop of `size` about a box (4,), its aspect ratio that of `size`."""
    width, height = size
    low, high = box[:2], box[2:]
    sides = np.maximum(high - low, 1.0) * padding
    scale = 1.0 / max(sides[0] / width, sides[1] / height)
    corner = np.array(size) / 2 - scale * (low + high) / 2
    return np.array([[scale, 0.0, corner[0]], [0.0, scale, corner[1]]])


def _around(joints: Floats) -> Floats:
    """(4,) the box around the clear joints (K, 3) of a person, grown."""
    clear = joints[joints[:, 2] >= SEEN, :2]
    low, high = clear.min(axis=0), clear.max(axis=0)
    more = (GROWN - 1.0) / 2 * (high - low)
    return np.concatenate([low - more, high + more])


def _landmarks(joints: Floats, frame: Frame) -> Landmarks:
    ratio = frame.frame_size[0] / frame.image.shape[1]
    return Landmarks(joints[:, :2] * ratio, None, np.clip(joints[:, 2] / FULL, 0.0, 1.0))
