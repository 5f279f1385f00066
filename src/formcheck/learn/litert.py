"""A trained network as int8 LiteRT beside its ONNX in a model folder, with a proof of its own.

Converted by litert-torch, its weights made int8 by ai-edge-quantizer. What these two need (typing_extensions before
4.13) is older than what formcheck is pinned to, so they get an environment of their own: see constraints-litert.txt."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from formcheck.learn.models import Shape, find_network, shape_of
from formcheck.predictor import ModelFolder, ModelFolderError, find_layout
from formcheck.predictor.folder import PARITY, PARITY_LITERT, litert_answers, write_litert

INSTALL = "pip install 'formcheck[litert-export]', in an environment of its own (pins: constraints-litert.txt)"
SAME_LABEL = 0.97  # of windows, at least: int8 that names others is not the network that was trained
COMPARED = 512  # windows, at most


def litert_bytes(network: nn.Module, shape: Shape, int8: bool = True) -> bytes:
    """A network in evaluation mode as LiteRT for one window (1, T, C) float32, which gives logits (1, L) float32.

    With `int8` the weights of convolutions and linear layers are int8, with a scale for every output channel, and what
    is computed stays float32. Raises ValueError where the converter is not installed.
    """
    network.eval()
    with hushed(), tempfile.TemporaryDirectory() as made:
        try:
            import litert_torch
            from ai_edge_quantizer import quantizer, recipe
        except ImportError as error:
            raise ValueError(f"expected what writes LiteRT, {error.name} is not installed: {INSTALL}") from error
        path = Path(made) / "float.tflite"
        litert_torch.convert(network, (torch.zeros(1, shape.frames, shape.channels),)).export(str(path))
        if int8:
            made_small = quantizer.Quantizer(str(path), recipe.weight_only_wi8_afp32()).quantize()
            path = path.with_name("int8.tflite")
            made_small.export_model(str(path), overwrite=True)
        return path.read_bytes()


def export_litert(network: nn.Module, shape: Shape, shown: np.ndarray, folder: Path, int8: bool = True) -> ModelFolder:
    """Write `model.tflite` into a model folder that has its ONNX, and read it back through LiteRT.

    `shown` (N, T, C) are windows on which it is compared with the network, 512 at most, evenly; how far its logits are
    off and how often the label is the same goes into the card's metrics. Raises ModelFolderError, and writes nothing,
    where float logits are more than 1e-3 off, or where int8 gives less than 0.97 of the windows the network's label.
    """
    made = litert_bytes(network, shape, int8)
    compared = np.asarray(shown[:: max(1, -(-len(shown) // COMPARED))], dtype=np.float32)
    with torch.no_grad():
        said = network(torch.from_numpy(compared)).numpy()
    heard = litert_answers(made)(compared)
    off = float(np.abs(heard - said).max())
    same = float((heard.argmax(axis=1) == said.argmax(axis=1)).mean())
    if not (same >= SAME_LABEL if int8 else off <= PARITY_LITERT):
        raise ModelFolderError(
            f"expected LiteRT to answer as the network does, {'with int8 weights ' if int8 else ''}it gives {same:.1%} "
            f"of {len(compared)} windows the same label and is {off:.3g} off; write it with float weights"
        )
    told = {
        "litert_weights": "int8" if int8 else "float32",
        "litert_windows": len(compared),
        "litert_most_off": float(f"{off:.3g}"),
        "litert_same_label": round(same, 4),
    }
    write_litert(folder, made, told)
    return ModelFolder(folder, "litert")


def litert_of_run(run: Path, windows: Path | None = None, int8: bool = True) -> ModelFolder:
    """Write `model.tflite` into the model folder of a finished training, from its best checkpoint.

    It is compared on the `values` of the .npz files below `windows`, else on the windows of the folder's proof. Raises
    ValueError for a folder without a finished training, and where the checkpoint does not answer as its model folder.
    """
    try:
        told: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
        kept = torch.load(run / "checkpoints" / "best.ckpt", map_location="cpu", weights_only=True)["state_dict"]
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"expected the folder of a finished training, got {run}: {error}") from error
    model = ModelFolder(run / "model")
    shape = shape_of(find_layout(model.card.layout), model.card.frames, len(model.card.labels))
    network = find_network(told["plan"]["network"])(shape, **told["plan"]["sizes"])
    weights = {name.removeprefix("network."): value for name, value in kept.items() if name.startswith("network.")}
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise ValueError(f"expected the weights of today's network {model.card.network}, got {error}") from error
    network.eval()
    with np.load(model.folder / "parity.npz") as stored:
        shown = stored["input"]
    with torch.no_grad():
        off = float(np.abs(network(torch.from_numpy(shown)).numpy() - model.logits(shown)).max())
    if not off <= 2 * PARITY:
        raise ValueError(f"expected {run} to hold the weights of its model folder, they are {off:.3g} off; train again")
    return export_litert(network, shape, shown if windows is None else _windows(windows, shape), model.folder, int8)


def _windows(folder: Path, shape: Shape) -> np.ndarray:
    """A few windows of every .npz below a folder."""
    files = sorted(folder.rglob("*.npz"))
    parts: list[np.ndarray] = []
    for path in files:
        with np.load(path) as stored:
            values = stored["values"] if "values" in stored else np.zeros((0, 0, 0))
        if values.shape[1:] == (shape.frames, shape.channels):
            parts.append(values[:: max(1, len(values) * len(files) // COMPARED)])
    if not sum(map(len, parts)):
        raise ValueError(f"expected .npz with values (N, {shape.frames}, {shape.channels}) below {folder}, got none")
    return np.concatenate(parts)


@contextlib.contextmanager
def hushed() -> Iterator[None]:
    """The converter tells its steps on both outputs, also from C++; what goes wrong it raises."""
    with open(os.devnull, "w") as nowhere, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        aside = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                yield
        finally:
            os.dup2(aside, 2)
            os.close(aside)
