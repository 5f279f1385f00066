"""How well models name what whole recordings show, side by side, and what a model costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.body import PoseSequence
from formcheck.learn.datasets.shown import ShownClip
from formcheck.predictor import UNKNOWN, ModelFolder, ModelFolderError, Naming, named
from formcheck.predictor.naming import RIVALS

Tell = Callable[[str, float], None] | None

WARM_UP, TIMED = 10, 100  # windows

_WEIGHTS = {1, 2, 3, 10, 11, 16}  # kinds of numbers: float, uint8, int8, float16, double, bfloat16
_VARINT, _FIXED_64, _LENGTH, _FIXED_32 = 0, 1, 2, 5  # how a field is written: protobuf.dev, "Encoding"


@dataclass(frozen=True, eq=False)
class Named:
    """One recording named by a model. The truth is its exercise, or "unknown" for what is outside the catalogue."""

    clip: ShownClip
    naming: Naming

    @property
    def truth(self) -> str:
        """What should have been said."""
        return self.clip.exercise or UNKNOWN

    @property
    def said(self) -> str:
        """What was said."""
        return self.naming.label

    @property
    def right(self) -> bool:
        """Whether what was said is true."""
        return self.said == self.truth

    @property
    def unlike(self) -> float:
        """How little it looks like an exercise of the catalogue: 1 - what decides whether it is named after one."""
        return 1.0 - sum(share for _, share in self.naming.likely[:RIVALS])

    @property
    def among_two(self) -> bool:
        """Whether the truth is what was said, or else the likeliest of the other names, "unknown" among them."""
        known = self.naming.likely
        every = [*known, (UNKNOWN, 1.0 - sum(share for _, share in known))]
        others = [(share, name) for name, share in every if name != self.said]
        return self.right or (bool(others) and max(others)[1] == self.truth)


def name_clip(pose: PoseSequence, model: ModelFolder) -> Naming:
    """What a model says that a whole recording shows; "unknown" where it has no frames."""
    return named(model, [model.answer(pose)]) or Naming(UNKNOWN, 1.0, ())


def name_all(
    clips: Sequence[ShownClip], models: Sequence[ModelFolder], tell: Tell = None, what: str = "Naming"
) -> list[list[Named]]:
    """Every recording named by every model: a list a model, in the order of the recordings."""
    said: list[list[Named]] = [[] for _ in models]
    for at, clip in enumerate(clips):
        pose = clip.pose()
        for model, those in zip(models, said, strict=True):
            those.append(Named(clip, name_clip(pose, model)))
        if tell is not None:
            tell(what, (at + 1) / len(clips))
    return said


@dataclass(frozen=True)
class Cost:
    """What a model costs: how many `parameters`, `megabytes` (10^6) of its file, and `window_ms`, the median."""

    parameters: int
    megabytes: float
    window_ms: float


def cost(model: ModelFolder) -> Cost:
    """The cost of a model, timed one window at a time on one core."""
    path = model.folder / "model.onnx"
    shape = (1, model.card.frames, len(model.layout.channels))
    window = np.random.default_rng(0).normal(0.0, 0.5, shape).astype(np.float32)
    spent_s: list[float] = []
    for _ in range(WARM_UP + TIMED):
        begins_s = time.perf_counter()
        model.logits(window)
        spent_s.append(time.perf_counter() - begins_s)
    return Cost(parameters(path), path.stat().st_size / 1e6, 1000.0 * float(np.median(spent_s[WARM_UP:])))


def parameters(path: Path) -> int:
    """How many weights an ONNX file holds: the sizes of its initialisers that are no whole-number constants.

    The numbers of the fields are those of onnx.proto: graph 7 of a model, initializer 5 of a graph, dims 1 and
    data_type 2 of a tensor. Raises ModelFolderError for a file that is no ONNX.
    """
    count = 0
    try:
        for graph in _parts(path.read_bytes(), 7):
            for tensor in _parts(graph, 5):
                sizes, kind = [], 0
                for field, value in _fields(tensor):
                    if field == 1:
                        sizes += _packed(value) if isinstance(value, bytes) else [value]
                    elif field == 2 and isinstance(value, int):
                        kind = value
                count += int(np.prod(sizes, dtype=np.int64)) if kind in _WEIGHTS else 0
    except (IndexError, OSError) as error:
        raise ModelFolderError(f"expected a network as ONNX in {path}, got {error!r}") from error
    return count


def _parts(message: bytes, wanted: int) -> Iterator[bytes]:
    for field, value in _fields(message):
        if field == wanted and isinstance(value, bytes):
            yield value


def _packed(numbers: bytes) -> list[int]:
    at, found = 0, list[int]()
    while at < len(numbers):
        value, at = _varint(numbers, at)
        found.append(value)
    return found


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message: numbers and bytes by field."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        written = key & 7
        if written == _VARINT:
            value, at = _varint(message, at)
            yield key >> 3, value
            continue
        if written == _LENGTH:
            size, at = _varint(message, at)
        elif written in (_FIXED_64, _FIXED_32):
            size = 8 if written == _FIXED_64 else 4
        else:
            raise IndexError(f"a field written in way {written}")
        if at + size > len(message):
            raise IndexError("a message that is cut off")
        yield key >> 3, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (message[at] & 127) << shift
        at, shift = at + 1, shift + 7
        if message[at - 1] < 128:
            return value, at
