"""Which exercise is done, from inertial sensors on wrists and ankles: windows of their readings, and the model.

EJUST-GYM-3 reads 100 samples at 50 Hz, which is two seconds and less than many a repetition; here a window is four.
The folder `worn/` beside this file holds the model that ships.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from formcheck.predictor.folder import PROOFS, Answer, ModelFolderError, Runtime, check_proof, network_of, softmax
from formcheck.predictor.streams import CHANNELS, PLACES
from formcheck.signals import LONGEST_GAP_S, Floats, Signal, fill_gaps

RATE_HZ = 50.0
SAMPLES = 200
STEP_S = 1.0
WORN = 0.5  # of a window of a sensor must have been received
SCHEMA = 1
SHIPPED = Path(__file__).with_name("worn")


@dataclass(frozen=True, eq=False)
class Worn:
    """Windows (N, 200, 24) of what sensors measured, 0 where nothing was received, [`start_s`, `end_s`) (N,) each."""

    values: NDArray[np.float32]
    start_s: Floats
    end_s: Floats

    def __len__(self) -> int:
        return len(self.values)


def worn_windows(sensors: Mapping[str, Signal], step_s: float = STEP_S, samples: int = SAMPLES) -> Worn:
    """Windows at 50 Hz of sensors on one clock, by place (`wrist_left` ...); other sensors are left aside.

    A sensor that was not received in half of a window is missing there; windows without any are left out. A recording
    that is shorter than a window makes one, its end repeated as nothing.
    """
    here = {place: signal for place, signal in sensors.items() if place in PLACES and len(signal) > 1}
    empty = Worn(np.zeros((0, samples, len(PLACES) * len(CHANNELS)), dtype=np.float32), np.zeros(0), np.zeros(0))
    if not here:
        return empty
    start_s = min(float(signal.time[0]) for signal in here.values())
    end_s = max(float(signal.time[-1]) for signal in here.values())
    clock = start_s + np.arange(max(samples, int((end_s - start_s) * RATE_HZ) + 1)) / RATE_HZ
    values = np.full((len(clock), len(PLACES), len(CHANNELS)), np.nan)
    for place, signal in here.items():
        for at, channel in enumerate(CHANNELS):
            if channel in signal.channels:
                values[:, PLACES.index(place), at] = _evenly(signal, channel, clock)
    firsts = np.arange(0, len(clock) - samples + 1, max(1, round(step_s * RATE_HZ)))
    cut = np.lib.stride_tricks.sliding_window_view(values, samples, axis=0)[firsts].transpose(0, 3, 1, 2)
    received = np.isfinite(cut).any(axis=3).mean(axis=1) >= WORN  # (N, places)
    shown = np.where(received[:, None, :, None], np.nan_to_num(cut), 0.0).astype(np.float32)
    kept = received.any(axis=1)
    begins = clock[firsts[kept]]
    return Worn(
        shown[kept].reshape(int(kept.sum()), samples, empty.values.shape[2]), begins, begins + samples / RATE_HZ
    )


def _evenly(signal: Signal, channel: str, clock: Floats) -> Floats:
    """A channel at even instants; NaN where nothing was received for longer than 0.3 s, and outside."""
    value = fill_gaps(signal.time, signal[channel][:, None], LONGEST_GAP_S)[:, 0]
    known = np.isfinite(value)
    if known.sum() < 2:
        return np.full(len(clock), np.nan)
    time = signal.time[known]
    after = np.clip(np.searchsorted(time, clock), 1, len(time) - 1)
    near = (time[after] - time[after - 1] <= LONGEST_GAP_S) & (clock >= time[0]) & (clock <= time[-1])
    return np.where(near, np.interp(clock, time, value[known]), np.nan)


@dataclass(frozen=True)
class WornCard:
    """What a model of worn sensors says, and is worth: its `labels`, whose logits are divided by `temperature`.

    `unknown_below` as in `naming.name_stretch`.
    """

    labels: tuple[str, ...]
    temperature: float = 1.0
    unknown_below: float = 0.5
    rate_hz: float = RATE_HZ
    samples: int = SAMPLES
    metrics: Mapping[str, Any] = field(default_factory=dict[str, Any])
    training: Mapping[str, Any] = field(default_factory=dict[str, Any])
    task: str = "worn"
    licence: str = "Apache-2.0"
    schema: int = SCHEMA


class WornModel:
    """A model that names what is done from worn sensors, read from its folder.

    Raises ModelFolderError for a folder without card or network, where the network does not answer its own proof as the
    trained one did, and where the runtime is not installed.
    """

    def __init__(self, folder: str | Path, runtime: Runtime = "onnx") -> None:
        if runtime not in PROOFS:
            raise ValueError(f"expected the runtime onnx or litert, got {runtime!r}")
        self.folder, self.card = Path(folder), _read_card(Path(folder))
        self._answers = network_of(self.folder, runtime)
        check_proof(self.folder, runtime, self.logits)

    def logits(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, L) of windows (N, 200, 24); raises ValueError for another shape."""
        expected = (SAMPLES, len(PLACES) * len(CHANNELS))
        if values.ndim != 3 or values.shape[1:] != expected:
            raise ValueError(f"expected windows of shape (N, *{expected}), got {values.shape}")
        if not len(values):
            return np.zeros((0, len(self.card.labels)), dtype=np.float32)
        return self._answers(np.ascontiguousarray(values, dtype=np.float32))

    def answer(self, sensors: Mapping[str, Signal]) -> Answer:
        """What sensors on one clock are worn in, window by window, as `naming.name_stretch` takes it."""
        seen = worn_windows(sensors)
        probabilities = softmax(self.logits(seen.values) / self.card.temperature)
        return Answer(probabilities, seen.start_s, seen.end_s, np.ones(len(seen)), self.card.labels)


def write_worn_card(folder: Path, card: WornCard) -> None:
    """Write what a model is beside its network."""
    (folder / "card.json").write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")


@cache
def shipped_worn() -> WornModel | None:
    """The model that ships; None where there is none."""
    return WornModel(SHIPPED) if (SHIPPED / "card.json").is_file() else None


def _read_card(folder: Path) -> WornCard:
    try:
        told: Any = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        if not isinstance(told, dict) or (told.get("schema"), told.get("task")) != (SCHEMA, "worn"):
            raise ValueError(f"a card of a model of worn sensors, schema {SCHEMA}, is needed")
        known = {each.name for each in fields(WornCard)}
        facts: dict[str, Any] = {name: each for name, each in cast(dict[str, Any], told).items() if name in known}
        facts["labels"] = tuple(facts["labels"])
        return WornCard(**facts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFolderError(f"expected the folder of a model of worn sensors, got {folder}: {error}") from error
