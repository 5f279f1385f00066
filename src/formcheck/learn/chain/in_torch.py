"""The networks of a chain's folder in torch, as they were trained: what the other formats are compared with."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from torch import nn

from formcheck.learn.chain.graphs import INPUTS, Likely, Scored
from formcheck.learn.chain.read_back import named_weights, read_back
from formcheck.learn.correctness.network import STREAMS, Correctness, Names

UNSEEN = tuple(name for name in STREAMS if name not in INPUTS)


def torch_networks(folder: Path) -> dict[str, Callable[[Mapping[str, np.ndarray]], np.ndarray]]:
    """What answers in a chain, by name ("" names the class), read back from its float ONNX; one thread.

    Raises ValueError for a folder without it.
    """
    torch.set_num_threads(1)
    try:
        told = json.loads((folder / "chain.json").read_text(encoding="utf-8"))
        files = {"": told["names"]["onnx_float"]}
        files |= {each["name"]: each["files"]["onnx_float"] for each in told["exercises"] if "files" in each}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"expected the folder of a chain with float ONNX, got {folder}: {error!r}") from error
    weights = {each["name"]: [one["weight"] for one in each["criteria"]] for each in told["exercises"]}
    found: dict[str, Callable[[Mapping[str, np.ndarray]], np.ndarray]] = {}
    for name, file in files.items():
        width = len(named_weights(folder / file)["network.streams.branches.front.stem.bias"])
        network = Scored(Correctness(weights[name], width)) if name else Likely(Names(len(told["labels"]), width))
        found[name] = _answering(read_back(network, folder / file, UNSEEN))
    return found


def _answering(network: nn.Module) -> Callable[[Mapping[str, np.ndarray]], np.ndarray]:
    def answer(shown: Mapping[str, np.ndarray]) -> np.ndarray:
        with torch.inference_mode():
            return network(*(torch.from_numpy(shown[name]) for name in INPUTS)).numpy()[0]

    return answer
