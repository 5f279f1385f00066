"""Model folders: a card, the network as ONNX, and the proof that it answers as the one that was trained."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.predictor.layout import find_layout
from formcheck.predictor.window import Padded, Sliding, Windows, windows
from formcheck.signals import Floats

PARITY = 1e-4  # of a logit
SCHEMA = 1


class ModelFolderError(ValueError):
    """A model folder that cannot be used; the message says what was expected, what came, and what to do."""


@dataclass(frozen=True)
class Card:
    """What a model is: its task, what it is shown and says, how it was measured and on whom it was trained.

    A window has `frames`, at `rate_hz` every `step_s`, or as they come where these are None. Logits are divided by
    `temperature` before the softmax; below `unknown_below` the answer is not to be believed.
    """

    task: str
    network: str
    layout: str
    frames: int
    labels: tuple[str, ...]
    rate_hz: float | None = None
    step_s: float | None = None
    temperature: float = 1.0
    unknown_below: float = 0.0
    metrics: Mapping[str, float | str] = field(default_factory=dict[str, "float | str"])
    training: Mapping[str, Any] = field(default_factory=dict[str, Any])
    licence: str = "Apache-2.0"
    schema: int = SCHEMA

    @property
    def cut(self) -> Sliding | Padded:
        """How a recording becomes the windows that the model was trained on."""
        if self.rate_hz is None or self.step_s is None:
            return Padded(self.frames)
        return Sliding(self.frames, self.rate_hz, self.step_s)


@dataclass(frozen=True, eq=False)
class Answer:
    """Probabilities (N, L) of the labels for N windows, when they are, (N,) s each, and as `found` in `Windows`."""

    probabilities: Floats
    start_s: Floats
    end_s: Floats
    found: Floats
    labels: tuple[str, ...]


class ModelFolder:
    """A model that answers, read from its folder on one core.

    Raises ModelFolderError for a folder without card or network, for a card of another schema, and where the network
    does not answer its own proof as the trained one did.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.card = _read_card(self.folder)
        self.layout = find_layout(self.card.layout)
        self._session = _session(self.folder / "model.onnx")
        self._check()

    def logits(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, L) of windows (N, T, C); raises ValueError for windows of another shape."""
        shape = (self.card.frames, len(self.layout.channels))
        if values.ndim != 3 or values.shape[1:] != shape:
            raise ValueError(f"expected windows of shape (N, {shape[0]}, {shape[1]}), got {values.shape}")
        if not len(values):
            return np.zeros((0, len(self.card.labels)), dtype=np.float32)
        name = self._session.get_inputs()[0].name
        return np.asarray(self._session.run(None, {name: values.astype(np.float32)})[0], dtype=np.float32)

    def probabilities(self, seen: Windows) -> Floats:
        """(N, L) calibrated probabilities of windows; raises ValueError for windows of another layout."""
        if seen.layout is not self.layout:
            raise ValueError(f"expected windows of layout {self.layout.name}, got {seen.layout.name}")
        return softmax(self.logits(seen.values) / self.card.temperature)

    def answer(self, pose: PoseSequence) -> Answer:
        """What the model says of a recording, window by window."""
        seen = windows(pose, self.layout, self.card.cut)
        return Answer(self.probabilities(seen), seen.start_s, seen.end_s, seen.found, self.card.labels)

    def _check(self) -> None:
        path = self.folder / "parity.npz"
        try:
            with np.load(path) as stored:
                shown, said = stored["input"], stored["output"]
        except (OSError, KeyError, ValueError) as error:
            raise ModelFolderError(
                f"expected an input and an output in {path}, got {error!r}; export it again"
            ) from error
        off = float(np.abs(self.logits(shown) - said).max())
        if not off <= PARITY:
            raise ModelFolderError(
                f"expected {self.folder / 'model.onnx'} to answer parity.npz as the trained model did, within "
                f"{PARITY:g}; it is {off:.3g} off; export it again"
            )


def softmax(logits: NDArray[np.floating[Any]]) -> Floats:
    """Probabilities (N, L) of logits (N, L)."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def write_folder(folder: Path, card: Card, onnx: bytes, shown: NDArray[np.float32], said: NDArray[np.float32]) -> None:
    """Write a model folder: card, network, and the proof (windows shown and logits said); the card comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(onnx)
    np.savez_compressed(folder / "parity.npz", allow_pickle=False, input=shown, output=said)
    (folder / "card.json").write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")


def _read_card(folder: Path) -> Card:
    path = folder / "card.json"
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(told, dict) or cast(dict[str, Any], told).get("schema") != SCHEMA:
            raise ValueError(f"a card of schema {SCHEMA} is needed")
        known = {each.name for each in fields(Card)}
        facts: dict[str, Any] = {name: value for name, value in cast(dict[str, Any], told).items() if name in known}
        facts["labels"] = tuple(facts["labels"])
        return Card(**facts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFolderError(f"expected the folder of a model with a card.json, got {folder}: {error}") from error


def _session(path: Path) -> Any:
    try:
        import onnxruntime  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise ModelFolderError("expected onnxruntime, it is not installed: pip install onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has a dozen kinds of its own
        raise ModelFolderError(f"expected a network in {path}, got {error}") from error
