"""How well models name what whole recordings show, side by side, and what a model costs."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.body import PoseSequence
from formcheck.learn.datasets.shown import ShownClip
from formcheck.predictor import UNKNOWN, ModelFolder, Naming, named
from formcheck.predictor.naming import RIVALS

Tell = Callable[[str, float], None] | None

WARM_UP, TIMED = 10, 100  # windows


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
    """What a model costs: `parameters` as its card tells, `megabytes` (10^6) of its file, the median `window_ms`."""

    parameters: int | None
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
    told = model.card.metrics.get("parameters")
    parameters = None if told is None else int(told)
    return Cost(parameters, path.stat().st_size / 1e6, 1000.0 * float(np.median(spent_s[WARM_UP:])))
