"""Networks of ALEX-GYM-1 as ONNX, and how long each takes for one repetition on one core: its table 8."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.learn.criteria.models import FRAMES, JOINTS, VIEWS, find_network
from formcheck.learn.criteria.published import BOTH, OURS, POSE, ROWS, VISION
from formcheck.learn.export import int8_onnx, onnx_bytes

PICTURE = 224  # pixels of the paper's pictures
_INT8 = ", int8 weights"
POSE_INT8 = POSE + _INT8
REPEATS = {POSE: 50, POSE_INT8: 50, OURS: 200, VISION: 3, BOTH: 3}

_CRITERIA = 6  # of the squat
_LARGE = 1_000_000  # weights of a matrix whose way from memory is most of the time


@dataclass(frozen=True)
class Timed:
    """A network of table 8: its `parameters` and the median wall time of one repetition in both views."""

    title: str
    parameters: int
    median_s: float


class _Whole(nn.Module):
    """A network that is called with what it needs alone, and `present` last."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, *given: Tensor) -> Tensor:
        named = dict(zip(self.network.needs, given, strict=False))
        return self.network(named.get("landmarks"), named.get("pictures"), given[-1])


def example(network: Any, count: int = 2, size: int = PICTURE) -> dict[str, Tensor]:
    """Drawn inputs of a network for `count` repetitions, by name: what it needs, and `present`."""
    drawn = torch.Generator().manual_seed(0)
    shapes = {
        "landmarks": (count, len(VIEWS), FRAMES, JOINTS, 3),
        "pictures": (count, len(VIEWS), 3, FRAMES, size, size),
    }
    given = {
        name: torch.rand(shapes[name], generator=drawn) for name in ("landmarks", "pictures") if name in network.needs
    }
    return given | {"present": torch.ones(count, len(VIEWS), dtype=torch.bool)}


def onnx_of(network: Any, size: int = PICTURE) -> bytes:
    """A network in evaluation mode as ONNX for any number of repetitions: what it needs and `present` to `logits`."""
    return onnx_bytes(_Whole(network), example(network, size=size), "repetitions", packed=True)


def onnx_int8_of(network: Any) -> bytes:
    """As `onnx_of`, with int8 for the matrices that read distances and angles: 9 of the 11 million weights."""
    return int8_onnx(
        onnx_of(network), lambda node, sizes: any(math.prod(sizes.get(name, (0,))) >= _LARGE for name in node.input)
    )


def session_of(model: bytes) -> Any:
    """ONNX Runtime on one core."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def time_networks(wanted: Collection[str], progress: Callable[[str, float], None] | None = None) -> tuple[Timed, ...]:
    """Those rows of table 8 that are wanted, after a warm-up, in ONNX Runtime; weights do not matter to the time."""
    found: list[Timed] = []
    titles = [title for title in REPEATS if title.removesuffix(_INT8) in wanted]
    for at, title in enumerate(titles):
        row = next(row for row in ROWS if row.title == title.removesuffix(_INT8))
        network = find_network(row.network)(_CRITERIA, **row.sizes).eval()
        session = session_of((onnx_int8_of if title.endswith(_INT8) else onnx_of)(network))
        given = {name: value.numpy() for name, value in example(network, 1).items()}
        session.run(None, given)
        seconds: list[float] = []
        for _ in range(REPEATS[title]):
            begin = time.perf_counter()
            session.run(None, given)
            seconds.append(time.perf_counter() - begin)
        parameters = sum(each.numel() for each in network.parameters())
        found.append(Timed(title, parameters, float(np.median(seconds))))
        if progress is not None:
            progress("Timing", (at + 1) / len(titles))
    return tuple(found)
