"""How long it takes to find the nearest of many experts, and to hold one repetition against them."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from formcheck.reference.compare import PLACES
from formcheck.reference.moments import speed
from formcheck.reference.nearest import Experts, Postures, described, performed
from formcheck.reference.posture import WIDTH
from formcheck.reference.shipped import shipped_references
from formcheck.reference.warp import warp

MANY = 100_000
REPEATS = 30


def speed_rows() -> list[tuple[str, ...]]:
    """Rows of (what, median ms, fastest ms, slowest ms)."""
    draw = np.random.default_rng(0)
    many = Postures(draw.normal(size=(MANY, WIDTH)).astype(np.float32))
    row = draw.normal(size=WIDTH).astype(np.float32)
    references = shipped_references("squat")
    shown = references[0].shown[0]
    experts, fast, user = Experts(references[1:]), speed(shown.pose), performed(shown)
    experts.best(user)  # what experts look like is worked out once
    courses = draw.normal(size=(2, PLACES, 12))
    jobs: dict[str, Callable[[], object]] = {
        f"the nearest of {MANY:,} repetitions".replace(",", " "): lambda: _nearest(many, row),
        "one repetition described": lambda: described(shown.pose, fast, shown.span, None),
        f"beside the experts of its exercise ({len(experts.shown)} repetitions)": lambda: experts.best(user),
        "of that, one way warped": lambda: warp(courses[0], courses[1]),
    }
    rows: list[tuple[str, ...]] = [("what", "median ms", "fastest ms", "slowest ms")]
    for name, job in jobs.items():
        took = [_timed(job) for _ in range(REPEATS)]
        rows.append((name, *(f"{1000 * value:.2f}" for value in (np.median(took), min(took), max(took)))))
    return rows


def _nearest(many: Postures, row: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> int:
    return int(np.argmin(many.distances(row)))


def _timed(job: Callable[[], object]) -> float:
    start_s = time.perf_counter()
    job()
    return time.perf_counter() - start_s
