"""A network as the files that run on a device: LiteRT and ONNX, with float and with int8 weights, each compared.

What is given and said has names; everything else in a LiteRT file loses its name, which is half of the file.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.learn.correctness.network import Correctness, Names
from formcheck.learn.export import onnx_bytes
from formcheck.learn.litert import INSTALL, hushed
from formcheck.predictor.streams import SHAPES

INPUTS = ("front", "side", "duration_s")
PARITY = {"float": 1e-4, "int8": 0.01}  # of a score or a probability
OUTPUT = "said"
# The layer that reads landmarks holds the scales of their normalisation, from 1 to 300: made int8, it makes ten times
# the error of all the others. Then the layers next to the answer.
LEFT_FLOAT = (".*Landmarks_(front|side);.*", ".*(Says_|Landmarks_(front|side);).*")

Shown = Mapping[str, np.ndarray]
Answers = Callable[[Shown], np.ndarray]


class ParityError(ValueError):
    """A file that does not answer as the network does; the message says by how much."""


class Scored(nn.Module):
    """(N, 1 + C): the score of repetitions that two cameras may show, and the grades of C faults."""

    def __init__(self, network: Correctness) -> None:
        super().__init__()
        self.network = network

    def forward(self, front: Tensor, side: Tensor, duration_s: Tensor) -> Tensor:
        return torch.cat(self.network({"front": front, "side": side}, duration_s), dim=1)


class Likely(nn.Module):
    """(N, L): the probabilities of L labels, of the same."""

    def __init__(self, network: Names) -> None:
        super().__init__()
        self.network = network

    def forward(self, front: Tensor, side: Tensor, duration_s: Tensor) -> Tensor:
        return self.network({"front": front, "side": side}, duration_s).softmax(dim=1)


@dataclass(frozen=True)
class File:
    """A network as bytes: `litert_float`, `litert_int8`, `onnx_float` or `onnx_int8`, and how far off it is at most."""

    kind: str
    content: bytes
    off: float

    @property
    def suffix(self) -> str:
        """The end of a file name."""
        return ".tflite" if self.kind.startswith("litert") else ".onnx"


def files(network: nn.Module, shown: Shown, kinds: tuple[str, ...]) -> list[File]:
    """A network that takes `front`, `side` and `duration_s` as files of these kinds, compared on repetitions (N, ...).

    The first number that a network says of a repetition is compared: a score; of probabilities, all are. Raises
    ParityError where float is more than 1e-4 off, or int8 more than 0.01, and ValueError without what writes them.
    """
    network.eval()
    with torch.no_grad():
        said = network(*(torch.from_numpy(shown[name]) for name in INPUTS)).numpy()
    compared = slice(0, 1) if isinstance(network, Scored) else slice(None)
    made: list[File] = []
    if any(kind.startswith("litert") for kind in kinds):
        made += _compared(_litert(network, "litert_int8" in kinds), shown, said, compared, litert_answers)
    if any(kind.startswith("onnx") for kind in kinds):
        made += _compared(_onnx(network, "onnx_int8" in kinds), shown, said, compared, onnx_answers)
    return [each for each in made if each.kind in kinds]


def _compared(
    tried: Mapping[str, list[bytes]],
    shown: Shown,
    said: np.ndarray,
    compared: slice,
    opened: Callable[[bytes], Answers],
) -> list[File]:
    """Of each kind the first file that answers well enough."""
    found: list[File] = []
    for kind, contents in tried.items():
        limit = PARITY[kind.rsplit("_", maxsplit=1)[-1]]
        offs: list[float] = []
        for content in contents:
            heard = opened(content)(shown)
            offs.append(float(np.abs(heard - said)[:, compared].max()))
            if offs[-1] <= limit:
                found.append(File(kind, content, offs[-1]))
                break
        else:
            least = min(offs)
            raise ParityError(f"expected {kind} to answer as torch does within {limit:g}, it is {least:.3g} off")
    return found


def _onnx(network: nn.Module, int8: bool) -> dict[str, list[bytes]]:
    whole = onnx_bytes(network, {name: example(2)[name] for name in INPUTS}, "repetitions", outputs=(OUTPUT,))
    return {"onnx_float": [whole]} | ({"onnx_int8": [_onnx_int8(whole)]} if int8 else {})


def _onnx_int8(whole: bytes) -> bytes:
    """ONNX whose weights are int8, and so is what is computed with them, as large as it happens to be."""
    import logging

    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.getLogger().setLevel(logging.ERROR)  # it advises a preparation that onnx_bytes has done
    with tempfile.TemporaryDirectory() as made:
        path, small = Path(made) / "float.onnx", Path(made) / "int8.onnx"
        model = onnx.load_from_string(whole)
        del model.graph.value_info[:]  # of steps that the exporter has since made simpler
        onnx.save(model, path)
        quantize_dynamic(path, small, per_channel=True, weight_type=QuantType.QInt8)
        return small.read_bytes()


def _litert(network: nn.Module, int8: bool) -> dict[str, list[bytes]]:
    """Float, and int8 but for some layers; where that is too far off, for some more."""
    with hushed(), tempfile.TemporaryDirectory() as made:
        try:
            import litert_torch
            from ai_edge_quantizer import quantizer, recipe
        except ImportError as error:
            raise ValueError(f"expected what writes LiteRT, {error.name} is not installed: {INSTALL}") from error
        path, small = Path(made) / "float.tflite", Path(made) / "int8.tflite"
        litert_torch.convert(network, sample_kwargs=example(1)).export(str(path))
        found = {"litert_float": [shortened(path.read_bytes())]}
        for left in LEFT_FLOAT if int8 else ():
            (told,) = recipe.weight_only_wi8_afp32()
            told = [told, {**told, "regex": left, "algorithm_key": "no_quantize"}]
            quantizer.Quantizer(str(path), told).quantize().export_model(str(small), overwrite=True)
            found.setdefault("litert_int8", []).append(shortened(small.read_bytes()))
    return found


def shortened(network: bytes) -> bytes:
    """A LiteRT network without the names of its tensors, but for what it is given and says."""
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    model = schema.ModelT.InitFromPackedBuf(network, 0)
    (signature,), (graph,) = model.signatureDefs, model.subgraphs
    named = {each.tensorIndex: each.name for each in [*signature.inputs, *signature.outputs]}
    for at, tensor in enumerate(graph.tensors):
        tensor.name = named.get(at)
    builder = flatbuffers.Builder(len(network))
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def example(count: int) -> dict[str, Tensor]:
    """Repetitions of the size that a network takes."""
    return {
        "front": torch.zeros(count, *SHAPES["front"]),
        "side": torch.zeros(count, *SHAPES["side"]),
        "duration_s": torch.ones(count, 1),
    }


def litert_answers(network: bytes) -> Answers:
    """What LiteRT says, (N, ...), of repetitions, one after the other."""
    from ai_edge_litert.interpreter import Interpreter

    reader = Interpreter(model_content=network, num_threads=1)
    reader.allocate_tensors()
    at = {each["name"]: each["index"] for each in reader.get_input_details()}
    out = reader.get_output_details()[0]["index"]

    def answers(shown: Shown) -> np.ndarray:
        said: list[np.ndarray] = []
        for row in range(len(shown["duration_s"])):
            for name, index in at.items():
                reader.set_tensor(index, shown[name][row : row + 1])
            reader.invoke()
            said.append(np.array(reader.get_tensor(out)[0]))
        return np.stack(said)

    return answers


def onnx_answers(network: bytes) -> Answers:
    """What ONNX Runtime says, (N, ...), of repetitions."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    return lambda shown: np.asarray(
        session.run(None, {each.name: shown[each.name] for each in session.get_inputs()})[0]
    )
