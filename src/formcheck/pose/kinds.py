"""Which estimator a model file is for: told by what the model takes and gives, not by the file's name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from formcheck.pose.detector import Detector, is_detector
from formcheck.pose.estimator import Estimator
from formcheck.pose.model import PoseModelError
from formcheck.pose.onnx import OnnxModel
from formcheck.pose.rtmpose import RtmPose, simcc_layout
from formcheck.pose.yolo import Yolo, yolo_layout

BUNDLE = b"PK\x03\x04"  # MediaPipe's bundles are zip files


def open_estimator(model: str | Path, detector: str | Path | None = None) -> Callable[[], Estimator]:
    """What makes estimators of a model file: one for each recording, all with the same network in memory.

    `model` is a YOLO pose model or an RTMPose model as ONNX, or a MediaPipe `.task` bundle; `detector`, for RTMPose
    alone, an RTMDet or YOLOX model that finds people. Raises PoseModelError when a file is missing, cannot be loaded,
    or is another kind of model.
    """
    path = Path(model).expanduser()
    if _is_bundle(path):
        if detector is not None:
            raise PoseModelError(f"expected a detector only with an RTMPose model, got one with {path}: leave it out")
        from formcheck.pose.mediapipe import MediaPipe

        return lambda: MediaPipe(path)
    network = OnnxModel(path)
    if simcc_layout(network) is not None:
        finder = None if detector is None else Detector(OnnxModel(detector))
        return lambda: RtmPose(network, finder)
    if yolo_layout(network) is not None:
        if detector is not None:
            raise PoseModelError(
                f"expected a detector only with an RTMPose model, got one with the YOLO model {network.path}, "
                "which finds people itself: leave it out"
            )
        return lambda: Yolo(network)
    if is_detector(network):
        raise network.unlike("a pose model", "a detector, which goes with an RTMPose model as --detector,")
    raise network.unlike(
        "outputs (1, 56, N) or (1, N, 57) of a YOLO pose model, or (1, K, Wx) and (1, K, Wy) of RTMPose",
        network.gives(),
    )


def _is_bundle(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(BUNDLE)) == BUNDLE
