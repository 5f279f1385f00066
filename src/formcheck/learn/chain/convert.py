"""A model folder's network in another format: ONNX or LiteRT, float or int8, compared before it is written."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from formcheck.learn.chain.graphs import PARITY, ParityError, Scored, files, onnx_answers, onnx_int8
from formcheck.learn.chain.read_back import named_weights, read_back
from formcheck.learn.correctness.network import STREAMS, Correctness
from formcheck.learn.litert import litert_bytes
from formcheck.learn.models import Shape, find_network, shape_of
from formcheck.learn.verdicts_network import Verdicts
from formcheck.predictor import ModelFolder, ModelFolderError, find_layout
from formcheck.predictor.correctness import CorrectnessModel
from formcheck.predictor.criteria import CHANNELS, FRAMES, CriteriaModel, folder_name
from formcheck.predictor.folder import litert_answers, softmax

SHIPPED = Path(__file__).parents[2] / "predictor"
ALIKE = 0.97  # of what is named, or of verdicts, at least, is as with float weights
FLOAT = 1e-3  # of a logit


@dataclass(frozen=True)
class Exported:
    """What was written: where, its size in bytes, how far it is off, and in words what was compared."""

    path: Path
    size: int
    off: float
    compared: str


def models() -> dict[str, Path]:
    """The folders of the models that ship, by the name that a command takes."""
    found = {path.parent.relative_to(SHIPPED).as_posix(): path.parent for path in sorted(SHIPPED.rglob("card.json"))}
    return {name: path for name, path in found.items() if (path / "model.onnx").is_file()}


def find_model(name: str) -> Path:
    """The folder of a model that ships (`recognition`, `criteria/squat`), or one that was trained.

    Raises ValueError for what is neither, naming what there is.
    """
    for folder in (Path(name), Path(name) / "model"):
        if (folder / "card.json").is_file():
            return folder
    kind, _, exercise = name.partition("/")
    wanted = f"{kind}/{folder_name(exercise.lower())}" if exercise else kind
    known = models()
    if wanted not in known:
        raise ValueError(f"expected a model ({', '.join(known)}) or the folder of one that was trained, got {name!r}")
    return known[wanted]


def export_model(folder: Path, to: str, int8: bool, out: Path) -> Exported:
    """Write the network of a model folder as `onnx` or `litert`, and compare it on the folder's own proof.

    Raises ModelFolderError for a damaged folder, ParityError (and writes nothing) where int8 weights name fewer than
    0.97 alike or move a score by more than 0.01, and ValueError without what writes the format.
    """
    task = _task(folder)
    writes: dict[str, Callable[[Path, bool], tuple[bytes, float, str]]] = {
        "onnx": _onnx_of_scores if task == "correctness" else _onnx,
        "litert": _litert_of_scores if task == "correctness" else _litert,
    }
    if to not in writes:
        raise ValueError(f"expected the format onnx or litert, got {to!r}")
    content, off, compared = writes[to](folder, int8)
    named = folder.parent.name if folder.name == "model" else folder.name
    path = out / f"{named}-{'int8' if int8 else 'float'}.{'onnx' if to == 'onnx' else 'tflite'}"
    out.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Exported(path, len(content), off, compared)


def _task(folder: Path) -> str:
    """What a model does; opening it has its proof checked."""
    try:
        task = json.loads((folder / "card.json").read_text(encoding="utf-8"))["task"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFolderError(f"expected the folder of a model with a card.json, got {folder}: {error!r}") from error
    known = {"recognition": ModelFolder, "criteria": CriteriaModel, "correctness": CorrectnessModel}
    if task not in known:
        raise ModelFolderError(f"expected a model of {', '.join(known)}, got one of {task!r} in {folder}")
    known[task](folder)
    return task


def _proof(folder: Path) -> dict[str, np.ndarray]:
    with np.load(folder / "parity.npz") as stored:
        return {name: stored[name] for name in stored}


def _onnx(folder: Path, int8: bool) -> tuple[bytes, float, str]:
    proof = _proof(folder)

    def compared(content: bytes) -> tuple[float, str]:
        (name,) = _inputs(content)
        return _compared(folder, proof["output"], onnx_answers(content)({name: proof["input"]}), int8)

    return _first_onnx(folder, int8, compared)


def _first_onnx(folder: Path, int8: bool, compared: Callable[[bytes], tuple[float, str]]) -> tuple[bytes, float, str]:
    """The network as it lies there, or the first way to make it small that answers well enough."""
    whole = (folder / "model.onnx").read_bytes()
    worse: ParityError | None = None
    for way in onnx_int8(whole) if int8 else [lambda: whole]:
        content = way()
        try:
            return content, *compared(content)
        except ParityError as error:
            worse = error
    assert worse is not None
    raise worse


def _litert(folder: Path, int8: bool) -> tuple[bytes, float, str]:
    network, shape = _network(folder)
    proof = _proof(folder)
    with torch.no_grad():
        off = float(np.abs(network(torch.from_numpy(proof["input"])).numpy() - proof["output"]).max())
    if off > FLOAT:
        raise ModelFolderError(
            f"expected the weights in {folder} to be today's network, it is {off:.3g} off; train again"
        )
    content = litert_bytes(network, shape, int8)
    return content, *_compared(folder, proof["output"], litert_answers(content)(proof["input"]), int8)


def _network(folder: Path) -> tuple[nn.Module, Shape]:
    card: Any = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    if card["task"] == "criteria":
        count = len(card["criteria"])
        return read_back(Verdicts(count), folder / "model.onnx"), Shape(CHANNELS, FRAMES, max(2, count))
    shape = shape_of(find_layout(card["layout"]), card["frames"], len(card["labels"]))
    sizes = card.get("training", {}).get("sizes", {})
    return read_back(find_network(card["network"])(shape, **sizes), folder / "model.onnx"), shape


def _compared(folder: Path, said: np.ndarray, heard: np.ndarray, int8: bool) -> tuple[float, str]:
    """How far probabilities are off, and a sentence; raises ParityError where that is too far."""
    if _is_criteria(folder):
        alike, kind = float(((said > 0) == (heard > 0)).mean()), "verdicts"
        off = float(np.abs(1 / (1 + np.exp(-heard)) - 1 / (1 + np.exp(-said))).max())
    else:
        alike, kind = float((said.argmax(axis=1) == heard.argmax(axis=1)).mean()), "names"
        off = float(np.abs(softmax(heard) - softmax(said)).max())
    if not (alike >= ALIKE if int8 else np.abs(heard - said).max() <= FLOAT):
        raise ParityError(f"expected the {kind} of the trained network, {alike:.1%} are the same; export float weights")
    return off, f"{alike:.1%} of {said.size if kind == 'verdicts' else len(said)} {kind} as trained"


def _is_criteria(folder: Path) -> bool:
    return "criteria" in json.loads((folder / "card.json").read_text(encoding="utf-8"))


def _onnx_of_scores(folder: Path, int8: bool) -> tuple[bytes, float, str]:
    proof = _proof(folder)

    def compared(content: bytes) -> tuple[float, str]:
        shown = {name: proof[name].astype(np.float32) for name in _inputs(content)}
        shown["duration_s"] = shown["duration_s"].reshape(-1, 1)
        off = float(np.abs(onnx_answers(content)(shown).ravel() - proof["score"].ravel()).max())
        limit = PARITY["int8" if int8 else "float"]
        if not off <= limit:
            raise ParityError(f"expected scores within {limit:g} of the trained network's, they are {off:.3g} off")
        return off, f"{len(proof['score'])} scores"

    return _first_onnx(folder, int8, compared)


def _litert_of_scores(folder: Path, int8: bool) -> tuple[bytes, float, str]:
    """The part that looks through cameras: sensors and thermal images are left to ONNX."""
    network, proof = correctness_of(folder), _proof(folder)
    shown = {name: proof[name].astype(np.float32) for name in ("front", "side")}
    shown["duration_s"] = proof["duration_s"].reshape(-1, 1).astype(np.float32)
    kind = f"litert_{'int8' if int8 else 'float'}"
    (made,) = files(Scored(network), shown, (kind,))
    return made.content, made.off, f"{len(proof['score'])} scores from two cameras"


def correctness_of(folder: Path) -> Correctness:
    """The network of a correctness model; raises ModelFolderError where it does not answer as the folder's proof."""
    model, kept = CorrectnessModel(folder), named_weights(folder / "model.onnx")
    width = next((len(value) for name, value in kept.items() if name.endswith("branches.front.stem.bias")), 0)
    network = read_back(Scored(Correctness(model.card.weights, width)), folder / "model.onnx", _unused(kept)).network
    proof = _proof(folder)
    shown = {
        name: torch.from_numpy(proof[name].astype(np.float32)) for name in proof if name in network.streams.branches
    }
    with torch.no_grad():
        score = network(shown, torch.from_numpy(proof["duration_s"].reshape(-1, 1).astype(np.float32)))[0].numpy()
    off = float(np.abs(score.ravel() - proof["score"].ravel()).max())
    if not off <= FLOAT:
        raise ModelFolderError(
            f"expected the weights in {folder} to be today's network, it is {off:.3g} off; train again"
        )
    return network


def _unused(kept: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """The streams that a network has never met."""
    return tuple(name for name in STREAMS if not any(f".{name}." in each for each in kept))


def _inputs(content: bytes) -> list[str]:
    import onnx

    return [each.name for each in onnx.load_from_string(content).graph.input]
