"""How correct a repetition is, as a share of all points, and what cost them: the models, one for each exercise.

As in EJUST-GYM-3: once the exercise is known, its own model scores every repetition, from any of the streams that
there are. The folders `correctness/<exercise>/` beside this file hold the models that ship.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from formcheck.predictor.criteria import folder_name
from formcheck.predictor.folder import PARITY, ModelFolderError, onnx_session
from formcheck.predictor.streams import SHAPES, Repetition, Singles

SCHEMA = 1
SHIPPED = Path(__file__).with_name("correctness")
OUTPUTS = ("score", "grades")


@dataclass(frozen=True)
class CorrectnessCard:
    """What a correctness model is, and how far off its scores are.

    `criteria` are the faults whose grades it gives, `weights` by how much each lowers the score when it is plain.
    `errors` are the mean absolute errors of the score on people who were not trained on, by streams
    (`front+imu`): only these mixtures may be asked for.
    """

    exercise: str
    criteria: tuple[str, ...]
    weights: tuple[float, ...]
    errors: Mapping[str, float] = field(default_factory=dict[str, float])
    metrics: Mapping[str, Any] = field(default_factory=dict[str, Any])
    training: Mapping[str, Any] = field(default_factory=dict[str, Any])
    task: str = "correctness"
    licence: str = "Apache-2.0"
    schema: int = SCHEMA


@dataclass(frozen=True)
class Correct:
    """How correct a repetition was: `score` 0..1, its usual `error`, by which streams, and the `lost` points 0..1.

    `lost` are by criterion, the largest first; they and the score add up to 1.
    """

    score: float
    error: float
    streams: tuple[str, ...]
    lost: Mapping[str, float]


class CorrectnessModel:
    """A model that scores the repetitions of one exercise, read from its folder.

    Raises ModelFolderError for a folder without card or network, and where the network does not answer its own proof as
    the trained one did.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder, self.card = Path(folder), _read_card(Path(folder))
        self._session = onnx_session(self.folder / "model.onnx")
        self._check()

    def answers(self, streams: Mapping[str, Singles], duration_s: Singles) -> tuple[Singles, Singles]:
        """Scores (N,) and grades (N, C) of N repetitions; streams (N, ...) that are missing are left out.

        Raises ValueError for a stream of another size.
        """
        count = len(duration_s)
        given: dict[str, Singles] = {"duration_s": np.asarray(duration_s, dtype=np.float32).reshape(count, 1)}
        for name, shape in SHAPES.items():
            values = streams.get(name)
            if values is not None and values.shape != (count, *shape):
                raise ValueError(f"expected {name} of shape {(count, *shape)}, got {values.shape}")
            given[name] = np.zeros((count, *shape), np.float32) if values is None else values.astype(np.float32)
        score, grades = self._session.run(OUTPUTS, {name: given[name] for name in self._asked()})
        return np.asarray(score)[:, 0], np.asarray(grades)

    def score(self, repetition: Repetition) -> Correct | None:
        """How correct a repetition was, by the largest mixture of its streams that the model knows; None by none."""
        mixture = max(self._known(repetition), key=lambda each: -self.card.errors["+".join(each)], default=None)
        if mixture is None:
            return None
        shown = {name: repetition.streams[name][None] for name in mixture}
        score, grades = self.answers(shown, np.array([repetition.duration_s], dtype=np.float32))
        costs = {
            name: float(grade * weight)
            for name, grade, weight in zip(self.card.criteria, grades[0], self.card.weights, strict=True)
        }
        lost = dict(sorted(costs.items(), key=lambda each: -each[1]))
        error = self.card.errors["+".join(mixture)]
        return Correct(float(np.clip(score[0], 0.0, 1.0)), error, mixture, lost)

    def _known(self, repetition: Repetition) -> list[tuple[str, ...]]:
        mixtures = (tuple(name.split("+")) for name in self.card.errors)
        return [each for each in mixtures if set(each) <= set(repetition.streams)]

    def _asked(self) -> tuple[str, ...]:
        return tuple(each.name for each in self._session.get_inputs())

    def _check(self) -> None:
        path = self.folder / "parity.npz"
        try:
            with np.load(path) as stored:
                shown = {name: stored[name] for name in (*SHAPES, "duration_s") if name in stored}
                said = [stored[name] for name in OUTPUTS]
            score, grades = self.answers(shown, shown.pop("duration_s"))
        except (OSError, KeyError, ValueError) as error:
            raise ModelFolderError(f"expected repetitions and answers in {path}, got {error!r}; train again") from error
        off = max(float(np.abs(score - said[0]).max()), float(np.abs(grades - said[1]).max()))
        if not off <= PARITY:
            raise ModelFolderError(
                f"expected {self.folder} to answer parity.npz as the trained network did, within {PARITY:g}; "
                f"it is {off:.3g} off; train again"
            )


def shipped_correctness(exercise: str) -> CorrectnessModel | None:
    """The model of an exercise that ships; None where there is none. ModelFolderError where it is damaged."""
    folder = SHIPPED / folder_name(exercise)
    return _opened(folder) if (folder / "card.json").is_file() else None


def with_models() -> tuple[str, ...]:
    """The exercises whose correctness model ships."""
    return tuple(sorted(_read_card(path.parent).exercise for path in SHIPPED.glob("*/card.json")))


@cache
def _opened(folder: Path) -> CorrectnessModel:
    return CorrectnessModel(folder)


def write_correctness_card(folder: Path, card: CorrectnessCard) -> None:
    """Write what a model is beside its network."""
    (folder / "card.json").write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")


def _read_card(folder: Path) -> CorrectnessCard:
    try:
        told: Any = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        if not isinstance(told, dict) or (told.get("schema"), told.get("task")) != (SCHEMA, "correctness"):
            raise ValueError(f"a card of a correctness model, schema {SCHEMA}, is needed")
        known = {each.name for each in fields(CorrectnessCard)}
        facts: dict[str, Any] = {name: each for name, each in cast(dict[str, Any], told).items() if name in known}
        facts["criteria"], facts["weights"] = tuple(facts["criteria"]), tuple(facts["weights"])
        return CorrectnessCard(**facts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFolderError(f"expected the folder of a correctness model, got {folder}: {error}") from error
