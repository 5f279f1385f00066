"""Windows of sensors worn by synthetic people who do every exercise of the catalogue, rest, or do something else.

The same people, sets, activities and outsiders as `learn.studio` shows to cameras, as `synthetic.imu` feels them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.learn.studio import (
    ACTIVE,
    ACTIVITY_S,
    IMPROVISED,
    IMPROVISED_S,
    RESTING,
    SHALLOW,
    SHORT,
    STILL,
    kept,
    known_outside,
    labels,
    perform_set,
    performable,
)
from formcheck.predictor import REST, UNKNOWN
from formcheck.predictor.window import share_within
from formcheck.predictor.worn import Worn, worn_windows
from formcheck.signals import Signal
from formcheck.synthetic import Athlete, Performance, act, activities
from formcheck.synthetic.improvised import improvised
from formcheck.synthetic.imu import imus, worn

VERSION = 1
APART_S = 0.06  # the standard deviation of what is left between the clocks of two sensors

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Felt:
    """N windows (N, 200, 24) float16, their `labels` (N,), which clip each is of and whose (`clips`, `people`)."""

    values: NDArray[np.float16]
    labels: NDArray[np.intp]
    clips: NDArray[np.str_]
    people: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.values)

    def thinned(self, step: int) -> Felt:
        """Every so manieth window."""
        return Felt(self.values[::step], self.labels[::step], self.clips[::step], self.people[::step])

    @property
    def names(self) -> tuple[str, ...]:
        """What the labels are called."""
        return labels()


def felt(people: Sequence[int], cache: Path, progress: Progress | None = None) -> Felt:
    """The windows of synthetic people (their seeds), read from `cache` or made and kept there."""
    if not len(people):
        raise ValueError("expected the seeds of synthetic people, got none")
    key = hashlib.sha256(repr((VERSION, labels())).encode()).hexdigest()[:12]
    parts: list[dict[str, NDArray[np.generic]]] = []
    for at, seed in enumerate(people):
        parts.append(kept(cache / f"worn-{key}" / f"person-{seed}.npz", lambda seed=seed: _performed(seed)))
        if progress is not None:
            progress("Performing with sensors", (at + 1) / len(people))
    return Felt(
        np.concatenate([part["values"] for part in parts]).astype(np.float16),
        np.concatenate([part["labels"] for part in parts]).astype(np.intp),
        np.concatenate([part["clips"] for part in parts]).astype(np.str_),
        np.concatenate([np.full(len(part["labels"]), seed) for part, seed in zip(parts, people, strict=True)]),
    )


def _performed(seed: int) -> dict[str, NDArray[np.generic]]:
    values: list[NDArray[np.float16]] = []
    found: list[NDArray[np.intp]] = []
    clips: list[str] = []
    for name, seen, label in (*_sets(seed), *_idling(seed), *_outside(seed)):
        chosen = label >= 0
        values.append(seen.values[chosen].astype(np.float16))
        found.append(label[chosen])
        clips += [f"{name} of person {seed}"] * int(chosen.sum())
    return {"values": np.concatenate(values), "labels": np.concatenate(found), "clips": np.array(clips)}


Shown = tuple[str, Worn, NDArray[np.intp]]


def _sets(seed: int) -> Iterator[Shown]:
    for label, exercise in enumerate(performable()):
        draw = np.random.default_rng([seed, label, 197])
        short = float(draw.uniform(*SHORT)) if draw.random() < SHALLOW else 0.0
        done = perform_set(exercise, seed, draw, short=short)
        seen = _felt(done, [seed, label], draw)
        yield exercise.name, seen, _labels(done, seen, label, labels().index(REST))


def _idling(seed: int) -> Iterator[Shown]:
    for at, name in enumerate(activities()):
        done = act(name, Athlete.sample(seed), ACTIVITY_S, seed)
        seen = _felt(done, [seed, 100 + at], np.random.default_rng([seed, at, 199]))
        label = labels().index(REST if name in RESTING else UNKNOWN)
        yield name, seen, np.full(len(seen), label)


def _outside(seed: int) -> Iterator[Shown]:
    for at, exercise in enumerate((*(improvised(1_000 * seed + at) for at in range(IMPROVISED)), *known_outside(seed))):
        draw = np.random.default_rng([seed, at, 211])
        done = perform_set(exercise, seed, draw, IMPROVISED_S)
        seen = _felt(done, [seed, 200 + at], draw)
        yield exercise.name, seen, _labels(done, seen, labels().index(UNKNOWN), -1)


def _labels(done: Performance, seen: Worn, label: int, beside: int) -> NDArray[np.intp]:
    """(N,) the label of each window: `label` while the set is under way, `beside` beside it, -1 for half of it."""
    share = share_within(seen.start_s, seen.end_s, done.reps[0].start_s, done.reps[-1].end_s)
    return np.where(share >= ACTIVE, label, np.where(share <= STILL, beside, -1)).astype(np.intp)


def _felt(done: Performance, seeds: Sequence[int], draw: np.random.Generator) -> Worn:
    return worn_windows(sensors_of(done, seeds, draw))


def sensors_of(done: Performance, seeds: Sequence[int], draw: np.random.Generator) -> dict[str, Signal]:
    """What sensors put on anew for every set report, on one clock but for a little."""
    seed = int(np.random.default_rng(seeds).integers(2**31))
    sensors = worn(seed)
    signals: dict[str, Signal] = {}
    for place, signal in imus(done, seed, sensors, north_deg=float(draw.uniform(-180, 180))).items():
        true_s = signal.time - sensors[place].clock_offset_s + float(draw.normal(0.0, APART_S))
        signals[place] = Signal(true_s, signal.values, signal.channels)
    return signals
