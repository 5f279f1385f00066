"""Networks of other projects, as ONNX files: opened, asked what they take and give, and shown pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from formcheck.pose.model import PoseModelError
from formcheck.signals import Floats
from formcheck.sources.frame import Image

Tensor = NDArray[np.float32]

GREY = 114  # what Ultralytics, YOLOX and RTMDet fill the rest of a picture with
_ANY_SIZE_PX = 640  # the longer side for networks that take any; the COCO models of both projects were trained at it
_PARTS = 32  # to a multiple of which such a picture is filled: the coarsest stride of these networks
_TYPES = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


@dataclass(frozen=True, eq=False)
class Placed:
    """A picture brought to a network's size: `picture` (h, w, 3) uint8, of which point p was `(p - corner) / scale`."""

    picture: Image
    scale: float
    corner: tuple[float, float]

    def back(self, points: Floats) -> Floats:
        """Points (..., 2) px of the network's picture, in px of the picture that was brought to its size."""
        return (points - np.array(self.corner)) / self.scale


@dataclass(frozen=True)
class Normalised:
    """What a network wants made of pixels 0..255: (pixel - mean) / std, channel by channel, of RGB or of BGR."""

    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    rgb: bool = True

    def __call__(self, picture: Image) -> Tensor:
        """(1, 3, h, w) of an RGB picture (h, w, 3)."""
        ordered = picture if self.rgb else picture[..., ::-1]
        mean, std = (np.array(each, dtype=np.float32) for each in (self.mean, self.std))
        values = (ordered.astype(np.float32) - mean) / std
        return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


class OnnxModel:
    """An ONNX file that takes one picture (1, 3, height, width).

    `path` is the file, or a folder with one in it, as MMDeploy writes them; what `pipeline.json` beside it says of
    normalisation is `stated`. `metadata` is what the file tells of itself, `outputs` the name and shape of what it
    answers an empty picture with. Raises PoseModelError for a file that is no such network.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = _file(Path(path).expanduser())
        self._session = _session(self.path)
        inputs = self._session.get_inputs()
        taken = [(each.name, tuple(each.shape), each.type) for each in inputs]
        shape = taken[0][1]
        if len(taken) != 1 or len(shape) != 4 or shape[1] != 3 or (isinstance(shape[0], int) and shape[0] != 1):
            raise self.unlike("one picture of shape (1, 3, height, width) as its input", _listed(taken))
        if taken[0][2] not in _TYPES:
            raise self.unlike("an input of 32 or 16 bit floats", taken[0][2])
        self._input, self._type = taken[0][0], _TYPES[taken[0][2]]
        height, width = shape[2:]
        self.size = (width, height) if isinstance(width, int) and isinstance(height, int) else None
        self.metadata: Mapping[str, str] = self._session.get_modelmeta().custom_metadata_map
        blank = self.size or (_ANY_SIZE_PX, _ANY_SIZE_PX)
        answers = self.run(np.zeros((1, 3, blank[1], blank[0]), dtype=np.float32))
        self.outputs = {name: values.shape for name, values in answers.items()}
        self.stated = _stated(self.path.parent / "pipeline.json")

    def run(self, values: Tensor) -> dict[str, NDArray[Any]]:
        """Its answers by name; raises PoseModelError when it fails."""
        try:
            answers = cast("list[NDArray[Any]]", self._session.run(None, {self._input: values.astype(self._type)}))
        except Exception as error:  # onnxruntime's errors have no common class of their own
            raise self.unlike(f"an answer to a picture of shape {values.shape}", _first_line(error)) from error
        return {each.name: values for each, values in zip(self._session.get_outputs(), answers, strict=True)}

    def placed(self, image: Image, centred: bool) -> Placed:
        """The picture shrunk or enlarged to the network's size, its shape kept, and filled up with grey.

        It lies in the middle or in the upper left corner; a network that takes any size gets no more grey than needed.
        """
        import cv2

        height, width = image.shape[:2]
        if self.size is None:
            scale = _ANY_SIZE_PX / max(height, width)
            full = [_PARTS * -(-round(side * scale) // _PARTS) for side in (width, height)]
        else:
            full = list(self.size)
            scale = min(full[0] / width, full[1] / height)
        small = [max(1, round(side * scale)) for side in (width, height)]
        left, top = ((whole - part) // 2 if centred else 0 for whole, part in zip(full, small, strict=True))
        picture = np.full((full[1], full[0], 3), GREY, dtype=np.uint8)
        shrunk = image if small == [width, height] else cv2.resize(image, tuple(small), interpolation=cv2.INTER_LINEAR)
        picture[top : top + small[1], left : left + small[0]] = shrunk
        return Placed(picture, scale, (float(left), float(top)))

    def unlike(self, expected: str, got: str) -> PoseModelError:
        """The error that says that this file is not what was expected."""
        return PoseModelError(f"expected {expected}, got {got} from {self.path}: {_WHAT_TO_DO}")

    def gives(self) -> str:
        """What it answers with, for errors."""
        return ", ".join(f"{name} {shape}" for name, shape in self.outputs.items())


_WHAT_TO_DO = (
    "give a YOLO pose model exported to ONNX, an RTMPose model as MMDeploy exports it, or a MediaPipe .task bundle; "
    "docs/estimators.md says how they are made"
)


def _file(path: Path) -> Path:
    """The ONNX file that is meant."""
    if not path.exists():
        raise PoseModelError(f"expected a pose model, got {path}: no such file; check the path")
    if path.is_file():
        return path
    found = sorted(path.glob("*.onnx"))
    if len(found) != 1:
        names = ", ".join(each.name for each in found) or "none"
        raise PoseModelError(f"expected a folder with one .onnx file in it, got {path} with {names}: name the file")
    return found[0]


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors are raised; warnings about other people's graphs help nobody here
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # frames are decoded while it waits
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise PoseModelError(
            f"expected an ONNX model that ONNX Runtime {onnxruntime.__version__} can load, got {path}: "
            f"{_first_line(error)}; {_WHAT_TO_DO}"
        ) from error


def _stated(file: Path) -> Normalised | None:
    """The normalisation in MMDeploy's description of a model; None where there is no such file.

    Raises PoseModelError when the file cannot be read: guessing against what it says would be worse.
    """
    if not file.is_file():
        return None
    try:
        tasks = json.loads(file.read_text(encoding="utf-8"))["pipeline"]["tasks"]
        steps = [step for task in tasks for step in task.get("transforms", ())]
        step = next((step for step in steps if step["type"] == "Normalize"), None)
        if step is None:
            return Normalised(rgb=False)
        mean, std = (tuple(float(value) for value in step[key]) for key in ("mean", "std"))
        if len(mean) != 3 or len(std) != 3 or not all(std):
            raise ValueError(f"mean {mean}, std {std}")
        return Normalised(mean, std, bool(step.get("to_rgb", False)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise PoseModelError(
            f"expected the pipeline.json that MMDeploy writes, with mean and std of three channels, got {file}: "
            f"{error!r}; export the model again, or move the .onnx file to a folder of its own"
        ) from error


def _listed(taken: list[tuple[str, tuple[Any, ...], str]]) -> str:
    return ", ".join(f"{name} {shape}" for name, shape, _ in taken)


def _first_line(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0][:200] if text else type(error).__name__
