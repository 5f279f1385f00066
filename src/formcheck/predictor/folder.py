"""Model folders: a card, the network as ONNX or LiteRT, and the proof that it answers as the one that was trained."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.predictor.layout import find_layout
from formcheck.predictor.window import Padded, Sliding, Windows, windows
from formcheck.signals import Floats

PARITY = 1e-4  # of a logit
PARITY_LITERT = 1e-3  # of a logit, against what LiteRT said when it was exported
SCHEMA = 1

Runtime = Literal["onnx", "litert"]
PROOFS = {"onnx": ("model.onnx", "output", PARITY), "litert": ("model.tflite", "output_litert", PARITY_LITERT)}


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
    """A model that answers, read from its folder on one core by ONNX Runtime or by LiteRT.

    Raises ModelFolderError for a folder without card or network, for a card of another schema, where the network does
    not answer its own proof as the trained one did, and where the runtime is not installed.
    """

    def __init__(self, folder: str | Path, runtime: Runtime = "onnx") -> None:
        if runtime not in PROOFS:
            raise ValueError(f"expected the runtime onnx or litert, got {runtime!r}")
        self.folder, self.runtime = Path(folder), runtime
        self.card = _read_card(self.folder)
        self.layout = find_layout(self.card.layout)
        self._answers = network_of(self.folder, runtime)
        check_proof(self.folder, runtime, self.logits)

    def logits(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, L) of windows (N, T, C); raises ValueError for windows of another shape."""
        shape = (self.card.frames, len(self.layout.channels))
        if values.ndim != 3 or values.shape[1:] != shape:
            raise ValueError(f"expected windows of shape (N, {shape[0]}, {shape[1]}), got {values.shape}")
        if not len(values):
            return np.zeros((0, len(self.card.labels)), dtype=np.float32)
        return self._answers(values.astype(np.float32))

    def probabilities(self, seen: Windows) -> Floats:
        """(N, L) calibrated probabilities of windows; raises ValueError for windows of another layout."""
        if seen.layout is not self.layout:
            raise ValueError(f"expected windows of layout {self.layout.name}, got {seen.layout.name}")
        return softmax(self.logits(seen.values) / self.card.temperature)

    def answer(self, pose: PoseSequence) -> Answer:
        """What the model says of a recording, window by window."""
        seen = windows(pose, self.layout, self.card.cut)
        return Answer(self.probabilities(seen), seen.start_s, seen.end_s, seen.found, self.card.labels)


def softmax(logits: NDArray[np.floating[Any]]) -> Floats:
    """Probabilities (N, L) of logits (N, L)."""
    powers = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True, initial=-np.inf))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float64)


def write_folder(folder: Path, card: Card, onnx: bytes, shown: NDArray[np.float32], said: NDArray[np.float32]) -> None:
    """Write a model folder: card, network, and the proof (windows shown and logits said); the card comes last."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(onnx)
    np.savez_compressed(folder / "parity.npz", allow_pickle=False, input=shown, output=said)
    _write_card(folder, card)


def write_litert(folder: Path, litert: bytes, metrics: Mapping[str, float | str]) -> None:
    """Add LiteRT to a model folder: network, its own proof, and what its card tells of it.

    Raises ModelFolderError for a folder that is not a model's.
    """
    model = ModelFolder(folder)
    with np.load(folder / "parity.npz") as stored:
        proof = {name: stored[name] for name in ("input", "output")}
    proof["output_litert"] = litert_answers(litert)(proof["input"])
    (folder / "model.tflite").write_bytes(litert)
    np.savez_compressed(folder / "parity.npz", allow_pickle=False, **proof)
    _write_card(folder, replace(model.card, metrics={**model.card.metrics, **metrics}))


def _write_card(folder: Path, card: Card) -> None:
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


Answers = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def network_of(folder: Path, runtime: Runtime) -> Answers:
    """What the network in a model folder says; raises ModelFolderError for none, and without the runtime."""
    path = folder / PROOFS[runtime][0]
    return _onnx_answers(path) if runtime == "onnx" else litert_answers(_read(path))


def check_proof(folder: Path, runtime: Runtime, answers: Answers) -> None:
    """Raise ModelFolderError where a folder has no proof, or does not answer it as the trained network did."""
    path = folder / "parity.npz"
    network, output, parity = PROOFS[runtime]
    try:
        with np.load(path) as stored:
            shown, said = stored["input"], stored[output]
    except (OSError, KeyError, ValueError) as error:
        raise ModelFolderError(
            f"expected an input and an {output} in {path}, got {error!r}; export it again"
        ) from error
    off = float(np.abs(answers(shown) - said).max())
    if not off <= parity:
        raise ModelFolderError(
            f"expected {folder / network} to answer parity.npz as the trained model did, within "
            f"{parity:g}; it is {off:.3g} off; export it again"
        )


def _onnx_answers(path: Path) -> Answers:
    """What ONNX Runtime says, (N, L), of windows (N, T, C)."""
    session = onnx_session(path)
    name: str = session.get_inputs()[0].name
    return lambda values: np.asarray(session.run(None, {name: values})[0], dtype=np.float32)


def onnx_session(path: Path) -> Any:
    """A network in ONNX Runtime, on one core; raises ModelFolderError for no network, and without the runtime."""
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


def litert_answers(network: bytes) -> Answers:
    """What LiteRT says, (N, L) logits, of windows (N, T, C): one after the other, as its networks take one at a time.

    Raises ModelFolderError for what is not a LiteRT network of float32 windows, and where LiteRT is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise ModelFolderError("expected LiteRT, it is not installed: pip install 'formcheck[litert]'") from error
    try:
        reader: Any = Interpreter(model_content=network, num_threads=1)
        reader.allocate_tensors()
        (asked,), (told,) = reader.get_input_details(), reader.get_output_details()
    except (ValueError, RuntimeError) as error:
        raise ModelFolderError(f"expected a LiteRT network of one input and one output, got {error}") from error
    if asked["dtype"] is not np.float32 or told["dtype"] is not np.float32 or len(asked["shape"]) != 3:
        raise ModelFolderError(f"expected a LiteRT network from float32 windows to float32 logits, got {asked}, {told}")

    def answers(values: NDArray[np.float32]) -> NDArray[np.float32]:
        said: list[NDArray[np.float32]] = []
        for window in values:
            try:
                reader.set_tensor(asked["index"], window[None])
                reader.invoke()
            except (ValueError, RuntimeError) as error:
                raise ModelFolderError(f"expected LiteRT to take {window.shape}, got {error}") from error
            said.append(np.array(reader.get_tensor(told["index"])[0], dtype=np.float32))
        return np.stack(said)

    return answers


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelFolderError(
            f"expected a LiteRT network in {path}, got {error}; write it: formcheck train litert RUN"
        ) from error
