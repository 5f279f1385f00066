"""Pictures of people made of coloured dots, and ONNX networks with the interfaces of YOLO and RTMPose that find them.

Every joint of everybody has a colour of its own. The networks weigh each pixel by how near it is to a joint's colour
and tell the middle of the weights, in the form in which the real ones do: so their answers, and all that formcheck
makes of them, can be checked to the pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from formcheck.pose.onnx import GREY

Array = NDArray[np.float64]

GROUND = GREY / 255
_NEAR = 0.07  # of a colour: no other joint's colour, nor what a dot's rim blends to, is so near


def palette(count: int) -> Array:
    """(count, 3) colours 0..1 on a sphere about the ground's grey: what blends one with the ground is none of them."""
    spread = np.arange(2 * count) + 0.5
    height, turn = 1 - spread / count, np.pi * (1 + np.sqrt(5)) * spread
    flat = np.sqrt(np.maximum(1 - height**2, 0))
    directions = np.stack([flat * np.cos(turn), flat * np.sin(turn), height], axis=1)
    dark = directions @ -np.ones(3) / np.sqrt(3)  # what blends the ground with the black beside a crop
    return np.round((GROUND + 0.42 * directions[dark < 0.85][:count]) * 255) / 255


def picture(people: Sequence[Array], size: tuple[int, int], radius: float) -> NDArray[np.uint8]:
    """(h, w, 3) the joints (K, 2) px of at most two people as dots, each in a colour of its own."""
    width, height = size
    columns, rows = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    image = np.full((height, width, 3), GREY, dtype=np.uint8)
    colours = palette(2 * len(people[0]))
    for colour, (x, y) in zip(colours, np.concatenate(list(people)), strict=False):
        image[(columns - x) ** 2 + (rows - y) ** 2 <= radius**2] = np.round(colour * 255)
    return image


class Graph:
    """An ONNX graph in the making: `op` adds a node and gives its output's name."""

    def __init__(self, size: tuple[int, int] | None) -> None:
        self.size = size
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, values: object, dtype: type = np.float32, name: str | None = None) -> str:
        name = name or f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=dtype), name))
        return name

    def op(self, kind: str, *inputs: str, output: str | None = None, **attributes: object) -> str:
        output = output or f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def sums(self, values: str, *axes: int) -> str:
        return self.op("ReduceSum", values, self.constant(axes, np.int64), keepdims=0)

    def near_colours(self, pixels: str, colours: Array) -> str:
        """(1, K, h, w) how near each pixel 0..1 is to each colour."""
        weights = self.constant(2 * colours[:, :, None, None])
        offset = self.constant(_NEAR**2 - (colours**2).sum(axis=1))
        square = self.op("ReduceSum", self.op("Mul", pixels, pixels), self.constant([1], np.int64), keepdims=1)
        return self.op("Relu", self.op("Sub", self.op("Conv", pixels, weights, offset), square))

    def middles(self, near: str) -> tuple[str, str, str]:
        """x and y (1, K) px of the middle of each colour and whether it is there, 0..1."""
        total = self.op("Add", self.sums(near, 2, 3), self.constant(1e-9))
        one = self.op("Add", self.op("Mul", near, self.constant(0.0)), self.constant(1.0))
        places: list[str] = []
        for axis in (3, 2):
            grid = self.op("Sub", self.op("CumSum", one, self.constant(axis, np.int64)), self.constant(0.5))
            places.append(self.op("Div", self.sums(self.op("Mul", near, grid), 2, 3), total))
        there = self.op("Min", self.op("Div", total, self.constant(1e-3)), self.constant(1.0))
        return *places, there

    def save(self, path: Path, outputs: dict[str, Sequence[object]], **metadata: str) -> Path:
        width, height = self.size or ("width", "height")
        shown = helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, height, width])
        told = [
            helper.make_tensor_value_info(name, TensorProto.INT64 if name == "labels" else TensorProto.FLOAT, shape)
            for name, shape in outputs.items()
        ]
        graph = helper.make_graph(self.nodes, "blobs", [shown], told, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10)
        helper.set_model_props(model, metadata)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, path)
        return path


def _people(graph: Graph, pixels: str, people: int, joints: int = 17) -> tuple[str, str, str]:
    """x, y and presence of everybody's joints, each (people, K)."""
    near = graph.near_colours(pixels, palette(people * joints))
    shape = graph.constant((people, joints), np.int64)
    x, y, there = (graph.op("Reshape", each, shape) for each in graph.middles(near))
    return x, y, there


def _corners(graph: Graph, x: str, y: str) -> list[str]:
    """Left, top, right and bottom (people, 1) of joints."""
    low = [graph.op("ReduceMin", each, axes=[1], keepdims=1) for each in (x, y)]
    return low + [graph.op("ReduceMax", each, axes=[1], keepdims=1) for each in (x, y)]


def _sure(graph: Graph, there: str) -> str:
    """(people, 1) the share of the joints that are there."""
    return graph.op("ReduceMean", there, axes=[1], keepdims=1)


def yolo(path: Path, size: tuple[int, int] | None, people: int = 2, ended: bool = False, **metadata: str) -> Path:
    """A network with the outputs of a YOLO pose model: raw, everybody found three times over, or with boxes picked."""
    graph = Graph(size)
    x, y, there = _people(graph, "images", people)
    triples = [graph.op("Unsqueeze", each, graph.constant([2], np.int64)) for each in (x, y, there)]
    joints = graph.op("Reshape", graph.op("Concat", *triples, axis=2), graph.constant((people, 51), np.int64))
    left, top, right, bottom = _corners(graph, x, y)
    sure = _sure(graph, there)
    if ended:
        nobody = graph.op("Mul", sure, graph.constant(0.0))
        rows = graph.op("Concat", left, top, right, bottom, sure, nobody, joints, axis=1)
        graph.op("Unsqueeze", rows, graph.constant([0], np.int64), output="output0")
        return graph.save(path, {"output0": [1, people, 57]}, **metadata)
    half = graph.constant(0.5)
    middle = [graph.op("Mul", graph.op("Add", a, b), half) for a, b in ((left, right), (top, bottom))]
    extent = [graph.op("Sub", b, a) for a, b in ((left, right), (top, bottom))]
    found: list[str] = []
    for less, moved in ((0.6, 2.0), (1.0, 0.0), (0.5, -3.0)):  # neighbours are less sure, and beside
        beside = graph.op("Add", middle[0], graph.constant(moved))
        wrong = graph.op("Add", joints, graph.constant(moved))
        found.append(
            graph.op("Concat", beside, middle[1], *extent, graph.op("Mul", sure, graph.constant(less)), wrong, axis=1)
        )
    rows = graph.op("Transpose", graph.op("Concat", *found, axis=0), perm=[1, 0])
    graph.op("Unsqueeze", rows, graph.constant([0], np.int64), output="output0")
    return graph.save(path, {"output0": [1, 56, 3 * people]}, **metadata)


def _pixels(graph: Graph, mean: Sequence[float], std: Sequence[float], rgb: bool) -> str:
    """Normalised pixels turned back into RGB 0..1."""
    scaled = graph.op("Mul", "images", graph.constant(np.reshape(std, (1, 3, 1, 1)) / 255))
    pixels = graph.op("Add", scaled, graph.constant(np.reshape(mean, (1, 3, 1, 1)) / 255))
    return pixels if rgb else graph.op("Gather", pixels, graph.constant([2, 1, 0], np.int64), axis=1)


def rtmpose(path: Path, size: tuple[int, int] = (192, 256), people: int = 2, joints: int = 17) -> Path:
    """A network with the outputs of RTMPose: the joints of whoever is in the picture, as Gaussians over the bins."""
    graph = Graph(size)
    pixels = _pixels(graph, (123.675, 116.28, 103.53), (58.395, 57.12, 57.375), True)
    near = graph.near_colours(pixels, palette(people * joints))
    shape = graph.constant((people, joints, size[1], size[0]), np.int64)
    either = graph.op("Unsqueeze", graph.sums(graph.op("Reshape", near, shape), 0), graph.constant([0], np.int64))
    *places, there = graph.middles(either)
    for name, place, side, sigma in zip(("simcc_x", "simcc_y"), places, size, (6.0, 6.93), strict=True):
        bins = graph.constant(np.arange(2 * side)[None, None] + 1.0)  # MMPose calls the middle of the first pixel 0
        off = graph.op("Sub", bins, graph.op("Unsqueeze", graph.op("Mul", place, graph.constant(2.0)), _last(graph)))
        curve = graph.op("Exp", graph.op("Mul", graph.op("Mul", off, off), graph.constant(-0.5 / sigma**2)))
        graph.op("Mul", curve, graph.op("Unsqueeze", there, _last(graph)), output=name)
    return graph.save(path, {"simcc_x": [1, joints, 2 * size[0]], "simcc_y": [1, joints, 2 * size[1]]})


def _last(graph: Graph) -> str:
    return graph.constant([2], np.int64)


def detector(path: Path, size: tuple[int, int] = (320, 320), people: int = 2, yolox: bool = False) -> Path:
    """A network with the outputs of RTMDet or YOLOX as MMDeploy exports them: boxes of everybody, and of a chair."""
    graph = Graph(size)
    mean, std = ((0.0,) * 3, (1.0,) * 3) if yolox else ((103.53, 116.28, 123.675), (57.375, 57.12, 58.395))
    x, y, there = _people(graph, _pixels(graph, mean, std, False), people)
    rows = graph.op("Concat", *_corners(graph, x, y), _sure(graph, there), axis=1)
    chair = graph.constant([[10, 10, 300, 300, 0.99]], name="bbox_head.multi_level_conv_obj" if yolox else None)
    graph.op("Unsqueeze", graph.op("Concat", chair, rows, axis=0), graph.constant([0], np.int64), output="dets")
    graph.op("Identity", graph.constant([[56, *[0] * people]], np.int64), output="labels")
    return graph.save(path, {"dets": [1, people + 1, 5], "labels": [1, people + 1]})
