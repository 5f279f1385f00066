"""Trained networks written as model folders, with the proof that ONNX answers as torch did."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.learn.models import Shape
from formcheck.predictor import Card, ModelFolder, write_folder

PROOF = 8  # windows in a parity file


def onnx_bytes(
    network: nn.Module,
    given: Mapping[str, Tensor],
    many: str = "windows",
    packed: bool = False,
    outputs: Sequence[str] = ("logits",),
) -> bytes:
    """A network in evaluation mode as ONNX for any number of rows, which are `many`: what is `given` to `outputs`.

    `given` are inputs by name, in the order in which the network takes them; `packed` says that it takes them as one
    sequence (`*given`).
    """
    from onnxscript import ir

    network.eval()
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns of torchvision, which nobody needs here
    rows = tuple({0: torch.export.Dim(many, min=1)} for _ in given)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, about its internals
        program = torch.onnx.export(
            network,
            tuple(given.values()),
            input_names=list(given),
            output_names=list(outputs),
            dynamic_shapes=(rows,) if packed else rows,
            dynamo=True,
            verbose=False,
        )
    assert program is not None
    for node in program.model.graph.all_nodes():
        node.metadata_props.clear()  # where in somebody's files each step was written
    return ir.serde.serialize_model(program.model).SerializeToString()


def int8_onnx(whole: bytes, chosen: Callable[[Any, Mapping[str, tuple[int, ...]]], bool]) -> bytes:
    """An ONNX model that keeps weights as int8 and computes with int8 in the nodes that are `chosen`.

    They are chosen by the node and the sizes of all weights by name. What goes in is made int8 as it comes.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    root = logging.getLogger()
    before = root.level
    with tempfile.TemporaryDirectory() as made:
        path, small = Path(made) / "float.onnx", Path(made) / "int8.onnx"
        model = onnx.load_from_string(whole)
        del model.graph.value_info[:]  # of steps that the exporter has since made simpler
        onnx.save(model, path)
        sizes = {each.name: tuple(each.dims) for each in model.graph.initializer}
        left = [node.name for node in model.graph.node if not chosen(node, sizes)]
        root.setLevel(logging.ERROR)  # it advises a preparation that the exporter has done
        try:
            quantize_dynamic(path, small, nodes_to_exclude=left, per_channel=True, weight_type=QuantType.QInt8)
        finally:
            root.setLevel(before)
        return small.read_bytes()


def export_folder(network: nn.Module, shape: Shape, card: Card, shown: np.ndarray, folder: Path) -> ModelFolder:
    """Write a model folder and read it back; `shown` (N, T, C) are windows for the proof, at most 8 are kept.

    Raises ModelFolderError when what was written does not answer as the network does.
    """
    network.eval()
    kept = np.asarray(shown[:PROOF], dtype=np.float32)
    with torch.no_grad():
        said: Tensor = network(torch.from_numpy(kept))
    weights = sum(each.numel() for each in network.parameters() if each.requires_grad)
    card = replace(card, metrics={**card.metrics, "parameters": weights})
    example = torch.zeros(2, shape.frames, shape.channels)
    write_folder(folder, card, onnx_bytes(network, {"window": example}), kept, said.numpy())
    return ModelFolder(folder)
