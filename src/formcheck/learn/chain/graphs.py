"""A network as the files that run on a device: LiteRT and ONNX, with float and with int8 weights, each compared.

What is given and said has names; everything else in a LiteRT file loses its name, which is half of the file.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from formcheck.learn.correctness.network import Correctness, Names
from formcheck.learn.export import int8_onnx, onnx_bytes
from formcheck.learn.litert import INSTALL, hushed
from formcheck.predictor.streams import SHAPES

INPUTS = ("front", "side", "duration_s")
PARITY = {"float": 1e-4, "int8": 0.01}  # of a score or a probability
SAME_NAME = 0.99  # of repetitions, at least, are named as the network names them
OUTPUT = "said"
LARGE = 500  # weights in a matrix that is worth making small
# The layer that reads landmarks holds the scales of their normalisation, from 1 to 300: made int8, it makes ten times
# the error of all the others. Then the layers next to the answer.
READ = 2 * SHAPES["front"][1]  # numbers that it reads at an instant
LEFT_FLOAT = (".*Landmarks_(front|side);.*", ".*(Says_|Landmarks_(front|side);).*")

Shown = Mapping[str, np.ndarray]
Answers = Callable[[Shown], np.ndarray]
Try = Callable[[], bytes]


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

    Raises ParityError where scores or probabilities are more than 1e-4 off with float weights, or scores more than 0.01
    with int8 weights, or where these name fewer than 0.99 alike, and ValueError without what writes them.
    """
    network.eval()
    with torch.no_grad():
        said = network(*(torch.from_numpy(shown[name]) for name in INPUTS)).numpy()
    names = isinstance(network, Likely)
    made: list[File] = []
    if any(kind.startswith("litert") for kind in kinds):
        made += _compared(_litert(network, "litert_int8" in kinds), shown, said, names, litert_answers)
    if any(kind.startswith("onnx") for kind in kinds):
        made += _compared(_onnx(network, "onnx_int8" in kinds), shown, said, names, onnx_answers)
    return [each for each in made if each.kind in kinds]


def _compared(
    tries: Mapping[str, Sequence[Try]], shown: Shown, said: np.ndarray, names: bool, opened: Callable[[bytes], Answers]
) -> list[File]:
    """Of each kind the first file that answers well enough."""
    found: list[File] = []
    for kind, ways in tries.items():
        limit = PARITY[kind.rsplit("_", maxsplit=1)[-1]]
        offs: list[float] = []
        for way in ways:
            content = way()
            heard = opened(content)(shown)
            offs.append(float(np.abs(heard - said)[:, None if names else 0].max()))
            alike = (heard.argmax(axis=1) == said.argmax(axis=1)).mean()
            if offs[-1] <= limit or (names and kind.endswith("int8") and alike >= SAME_NAME):
                found.append(File(kind, content, offs[-1]))
                break
        else:
            raise ParityError(f"expected {kind} to answer as torch does within {limit:g}, it is {min(offs):.3g} off")
    return found


def _onnx(network: nn.Module, int8: bool) -> Mapping[str, Sequence[Try]]:
    whole = whole_onnx(network)
    return {"onnx_float": [lambda: whole]} | ({"onnx_int8": onnx_int8(whole)} if int8 else {})


def whole_onnx(network: nn.Module) -> bytes:
    """A network that takes what two cameras see as ONNX with float weights, for any number of repetitions."""
    return onnx_bytes(network, {name: example(2)[name] for name in INPUTS}, "repetitions", outputs=(OUTPUT,))


def onnx_int8(whole: bytes) -> list[Try]:
    """ONNX with int8 weights: computed with int8, too, but for what reads landmarks; or only kept as int8."""
    return [lambda: _quantised(whole), lambda: _kept_small(whole)]


def _quantised(whole: bytes) -> bytes:
    return int8_onnx(whole, lambda node, sizes: not any(READ in sizes.get(name, ()) for name in node.input))


def _kept_small(whole: bytes) -> bytes:
    """The same steps, whose weights are int8 with a scale for each row, and made float again when they are used."""
    import onnx
    from onnx import helper, numpy_helper

    model = onnx.load_from_string(whole)
    del model.graph.value_info[:]
    used = {node.input[1] for node in model.graph.node if node.op_type in ("Conv", "Gemm", "MatMul")}
    for kept in [each for each in model.graph.initializer if each.name in used and np.prod(each.dims) >= LARGE]:
        values = numpy_helper.to_array(kept)
        rows = np.abs(values.reshape(len(values), -1)).max(axis=1)
        scale = np.maximum(rows / 127.0, 1e-12).astype(np.float32)
        small = np.round(values / scale.reshape(-1, *[1] * (values.ndim - 1))).astype(np.int8)
        model.graph.initializer.remove(kept)
        parts = [f"{kept.name}_int8", f"{kept.name}_scale"]
        model.graph.initializer.extend(
            numpy_helper.from_array(each, name) for each, name in zip((small, scale), parts, strict=True)
        )
        model.graph.node.insert(0, helper.make_node("DequantizeLinear", parts, [kept.name], axis=0))
    return model.SerializeToString()


def _litert(network: nn.Module, int8: bool) -> dict[str, Sequence[Try]]:
    """Float, and int8 but for some layers; where that is too far off, for some more."""
    with hushed(), tempfile.TemporaryDirectory() as made:
        try:
            import litert_torch
        except ImportError as error:
            raise ValueError(f"expected what writes LiteRT, {error.name} is not installed: {INSTALL}") from error
        path = Path(made) / "float.tflite"
        litert_torch.convert(network, sample_kwargs=example(1)).export(str(path))
        whole = path.read_bytes()
    found: dict[str, Sequence[Try]] = {"litert_float": [lambda: shortened(whole)]}
    if int8:
        found["litert_int8"] = [partial(_small_litert, whole, left) for left in LEFT_FLOAT]
    return found


def _small_litert(whole: bytes, left: str) -> bytes:
    from ai_edge_quantizer import quantizer, recipe

    with hushed(), tempfile.TemporaryDirectory() as made:
        path, small = Path(made) / "float.tflite", Path(made) / "int8.tflite"
        path.write_bytes(whole)
        (told,) = recipe.weight_only_wi8_afp32()
        told = [told, {**told, "regex": left, "algorithm_key": "no_quantize"}]
        quantizer.Quantizer(str(path), told).quantize().export_model(str(small), overwrite=True)
        return shortened(small.read_bytes())


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
