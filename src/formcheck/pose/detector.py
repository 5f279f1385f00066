"""People's boxes by a detector of OpenMMLab, exported to ONNX by MMDeploy: RTMDet or YOLOX."""

from __future__ import annotations

import numpy as np

from formcheck.pose.onnx import Normalised, OnnxModel
from formcheck.signals import Floats
from formcheck.sources.frame import Image

PERSON = 0  # the first class of COCO, and the only one of the detectors that come with RTMPose
SURE = 0.3  # the score from which MMPose's own demonstrations look for joints in a box
# RTMDet was trained on BGR pictures; Lyu et al., "RTMDet", 2022, and its configuration in MMDetection.
_RTMDET = Normalised((103.53, 116.28, 123.675), (57.375, 57.12, 58.395), rgb=False)
_YOLOX = Normalised(rgb=False)  # the pixels as they are; Ge et al., "YOLOX", 2021
_YOLOX_HEAD = b"multi_level_conv_obj"  # the name of weights that only YOLOX's head has in MMDetection


class Detector:
    """Finds people's boxes: outputs `dets` (1, N, 5), corners and score, and `labels` (1, N).

    How pictures are normalised is read from the `pipeline.json` beside the file; without it, from the names of the
    weights, by which YOLOX and RTMDet differ. Raises PoseModelError for a model that is no such detector.
    """

    def __init__(self, model: OnnxModel) -> None:
        if not is_detector(model):
            raise model.unlike("a detector with the outputs dets (1, N, 5) and labels (1, N)", model.gives())
        self._model = model
        yolox = model.stated is None and _YOLOX_HEAD in model.path.read_bytes()
        self._normalised = model.stated or (_YOLOX if yolox else _RTMDET)

    def __call__(self, image: Image) -> Floats:
        """(P, 5) left, top, right, bottom in px of the RGB picture and score, of people, the surest first."""
        placed = self._model.placed(image, centred=False)
        answers = self._model.run(self._normalised(placed.picture))
        boxes, labels = (np.asarray(answers[name][0], dtype=np.float64) for name in ("dets", "labels"))
        people = boxes[(labels == PERSON) & (boxes[:, 4] >= SURE)]
        people = people[np.argsort(-people[:, 4], kind="stable")]
        corners = placed.back(people[:, :4].reshape(-1, 2, 2)).reshape(-1, 4)
        return np.concatenate([corners, people[:, 4:]], axis=1)


def is_detector(model: OnnxModel) -> bool:
    """Whether a model answers with boxes and labels and nothing else."""
    boxes, labels = model.outputs.get("dets", ()), model.outputs.get("labels", ())
    return len(model.outputs) == 2 and len(boxes) == 3 and boxes[-1] == 5 and len(labels) == 2
