"""How fast distances and angles are measured beside the plain way: three points gathered for every angle, in torch."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from formcheck.body.pairwise import pairs, pairwise, triplets
from formcheck.learn.criteria.models import FRAMES, JOINTS, VIEWS
from formcheck.learn.criteria.models.parts import Pairwise

Rows = list[tuple[str, ...]]


def plain(landmarks: Tensor) -> Tensor:
    """(N, 33, 3) to (N, 5984): every distance, and the cosine of every angle from its three points."""
    a, b = (torch.from_numpy(each) for each in pairs())
    first, middle, last = (torch.from_numpy(each) for each in triplets())
    distances = (landmarks[:, a] - landmarks[:, b]).norm(dim=2)
    one, other = landmarks[:, first] - landmarks[:, middle], landmarks[:, last] - landmarks[:, middle]
    cosines = (one * other).sum(dim=2) / (one.norm(dim=2) * other.norm(dim=2))
    return torch.cat([distances, cosines], dim=1)


def features_table(repetitions: int = 16, repeats: int = 7) -> Rows:
    """Rows of (what, microseconds a frame, times as fast as the plain way, largest difference from it), on one core.

    The ways take turns on the same frames, so that a machine whose speed drifts treats them alike.
    """
    frames = torch.rand(repetitions * len(VIEWS) * FRAMES, JOINTS, 3, generator=torch.Generator().manual_seed(0))
    array, layer = frames.numpy(), Pairwise()
    ways: dict[str, Callable[[], object]] = {
        "plain: points gathered by triplet, torch": lambda: plain(frames),
        "formcheck.body.pairwise, numpy": lambda: pairwise(array),
        "the networks' layer, torch": lambda: layer(frames),
    }
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            exact = plain(frames.double()).numpy()
            found = {name: np.asarray(way()) for name, way in ways.items()}
            seconds = {name: list[float]() for name in ways}
            for _ in range(repeats):
                for name, way in ways.items():
                    begin = time.perf_counter()
                    way()
                    seconds[name].append(time.perf_counter() - begin)
    finally:
        torch.set_num_threads(threads)
    median = {name: float(np.median(each)) for name, each in seconds.items()}
    slowest = next(iter(median.values()))
    rows: Rows = [("what", "µs a frame", "times as fast", "largest error")]
    for name, each in median.items():
        off = float(np.abs(found[name] - exact).max())
        rows.append((name, f"{1e6 * each / len(frames):.1f}", f"{slowest / each:.1f}", f"{off:.1e}"))
    return rows
