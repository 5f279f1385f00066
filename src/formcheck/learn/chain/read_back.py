"""The weights of a network, read back from the ONNX that a model folder holds: enough to write it in other formats.

The exporter keeps the names of weights, but joins the biases of an LSTM, turns some matrices, and works batch
normalisation into the convolution before it. Whether all was understood is proved by the folder's own proof.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from torch import nn

from formcheck.predictor import ModelFolderError

Network = TypeVar("Network", bound=nn.Module)
GATES = (0, 2, 3, 1)  # input, forget, cell, output as torch has them, among ONNX's input, output, forget, cell


def named_weights(path: Path) -> dict[str, np.ndarray]:
    """The weights in an ONNX file by name; raises ModelFolderError where it is none."""
    import onnx
    from onnx import numpy_helper

    try:
        return {each.name: np.array(numpy_helper.to_array(each)) for each in onnx.load(path).graph.initializer}
    except Exception as error:  # protobuf has kinds of its own
        raise ModelFolderError(f"expected a network in {path}, got {error}") from error


def read_back(network: Network, path: Path, unused: tuple[str, ...] = ()) -> Network:
    """The network, in evaluation mode, with the weights of an ONNX file that was written of one like it.

    Streams that are `unused` may lack theirs. Raises ModelFolderError where another weight cannot be found.
    """
    import onnx

    kept = named_weights(path)
    wanted = network.state_dict()
    found = {name: torch.from_numpy(kept[name]) for name in wanted if _fits(kept, name, wanted[name])}
    modules = dict(network.named_modules())
    nodes = onnx.load(path).graph.node
    joined = [[kept.get(name) for name in node.input[1:4]] for node in nodes if node.op_type == "LSTM"]
    written = [name for name, each in modules.items() if isinstance(each, nn.LSTM) and _beside(name, kept)]
    for name, parts in zip(written, joined, strict=False):
        found |= _gates(name, *parts)
    for name, module in modules.items():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) and f"{name}.running_var" not in found:
            found |= {f"{name}.{key}": value for key, value in _nothing(module).items()}
    turned = [value for name, value in kept.items() if name not in wanted and value.ndim == 2]
    for name, value in wanted.items():
        if name in found or value.ndim != 2:
            continue
        at = next((at for at, each in enumerate(turned) if each.T.shape == tuple(value.shape)), None)
        if at is not None:
            found[name] = torch.from_numpy(np.ascontiguousarray(turned.pop(at).T))
    missing = network.load_state_dict(found, strict=False).missing_keys
    counts = "num_batches_tracked"  # only training needs them
    if needed := [name for name in missing if not name.endswith(counts) and not {*name.split(".")} & {*unused}]:
        raise ModelFolderError(f"expected all weights in {path}, {', '.join(needed[:3])} are not there; train again")
    return network.eval()


def _fits(kept: dict[str, np.ndarray], name: str, value: torch.Tensor) -> bool:
    return name in kept and kept[name].shape == tuple(value.shape)


def _beside(name: str, kept: dict[str, np.ndarray]) -> bool:
    """Whether there are weights of the part of the network that a module is in."""
    return any(each.startswith(name.rpartition(".")[0]) for each in kept)


def _gates(name: str, *parts: np.ndarray | None) -> dict[str, torch.Tensor]:
    """Of an LSTM what was joined: (directions, 4 H, inputs), (directions, 4 H, H) and biases (directions, 8 H)."""
    found: dict[str, torch.Tensor] = {}
    inputs, states, biases = parts
    named = {"weight_ih_l0": inputs, "weight_hh_l0": states}
    if biases is not None:
        half = biases.shape[1] // 2
        named |= {"bias_ih_l0": biases[:, :half], "bias_hh_l0": biases[:, half:]}
    for kind, values in named.items():
        for direction, each in zip(("", "_reverse"), () if values is None else values, strict=False):
            gates = each.reshape(4, -1, *each.shape[1:])[list(GATES)].reshape(each.shape)
            found[f"{name}.{kind}{direction}"] = torch.from_numpy(np.ascontiguousarray(gates))
    return found


def _nothing(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> dict[str, torch.Tensor]:
    """What makes a normalisation leave everything as it is."""
    zeros, ones = torch.zeros(norm.num_features), torch.ones(norm.num_features)
    return {"weight": ones, "bias": zeros, "running_mean": zeros, "running_var": ones - norm.eps}
