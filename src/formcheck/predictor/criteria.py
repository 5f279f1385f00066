"""Models that judge the criteria of an exercise from one repetition, as seen by a camera in front, at a side, or both.

A repetition is shown from its start to its end in 24 equal parts, whatever its length and the cameras' rates; a camera
that there is not is all zeros. The folders `criteria/<exercise>/` beside this file hold the models that ship.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from numpy.typing import NDArray

from formcheck.assess.judge import kind_of_view
from formcheck.assess.second_opinion import Opinion, Seconds, Trusted
from formcheck.body import PoseSequence
from formcheck.body.planes import Side
from formcheck.body.track import Track
from formcheck.exercises import Exercise
from formcheck.predictor.equal_parts import means
from formcheck.predictor.folder import PROOFS, ModelFolderError, Runtime, check_proof, network_of
from formcheck.predictor.layout import WITH_EARS, Field
from formcheck.reps import RepSpan
from formcheck.signals import Floats

FRAMES = 24
FINER = 4  # instants that are averaged to one of the frames: jitter, not movement, is averaged out
LAYOUT = WITH_EARS
CHANNELS = 2 * len(LAYOUT.channels)
SCHEMA = 1
SHIPPED = Path(__file__).with_name("criteria")
STREAMS = ("front", "side")  # cameras; a body that was put together from both is not looked at

Views = Literal["front", "side", "front+side"]
"""From where a repetition was seen."""


@dataclass(frozen=True, eq=False)
class Shown:
    """One repetition as the model is shown it: `values` (24, 266), from where, and by which streams."""

    values: NDArray[np.float32]
    views: Views
    streams: Mapping[str, str]  # by "front" and "side"


@dataclass(frozen=True)
class CriteriaCard:
    """What a criteria model is, says, and is worth.

    `criteria` are the ids of its logits, 1 = satisfied, which are divided by `temperature` (by views). `heard` (by
    views) are the criteria that it may second, `alone` those that it may judge where the rule cannot; `trusted` says
    who decides where rule and model differ, and `weights` are those of the rule's and the model's log odds.
    """

    exercise: str
    criteria: tuple[str, ...]
    temperature: Mapping[Views, float] = field(default_factory=dict[Views, float])
    heard: Mapping[Views, tuple[str, ...]] = field(default_factory=dict[Views, tuple[str, ...]])
    alone: Mapping[Views, tuple[str, ...]] = field(default_factory=dict[Views, tuple[str, ...]])
    trusted: Mapping[str, Trusted] = field(default_factory=dict[str, Trusted])
    weights: tuple[float, float] = (1.0, 1.0)
    layout: str = LAYOUT.name
    frames: int = FRAMES
    metrics: Mapping[str, Any] = field(default_factory=dict[str, Any])
    training: Mapping[str, Any] = field(default_factory=dict[str, Any])
    task: str = "criteria"
    licence: str = "Apache-2.0"
    schema: int = SCHEMA


class CriteriaModel:
    """A model that says how probable it is that each criterion of an exercise is satisfied, read from its folder.

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
        """(N, C) of repetitions (N, 24, 266); raises ValueError for another shape."""
        if values.ndim != 3 or values.shape[1:] != (FRAMES, CHANNELS):
            raise ValueError(f"expected repetitions of shape (N, {FRAMES}, {CHANNELS}), got {values.shape}")
        if not len(values):
            return np.zeros((0, len(self.card.criteria)), dtype=np.float32)
        return self._answers(values.astype(np.float32))

    def satisfied(self, shown: Shown) -> dict[str, float]:
        """How probable it is that each criterion is satisfied, calibrated, by id."""
        logits = self.logits(shown.values[None])[0] / self.card.temperature.get(shown.views, 1.0)
        return {name: float(each) for name, each in zip(self.card.criteria, _probable(logits), strict=True)}

    def opinions(self, exercise: Exercise, shown: Shown) -> dict[str, Opinion]:
        """What the model has to say of the criteria that it was found to know something of."""
        views, said = shown.views, self.satisfied(shown)
        heard = self.card.heard.get(views, ())
        kinds = {criterion.id: criterion.views for criterion in exercise.criteria}
        opinions: dict[str, Opinion] = {}
        for name, probable in said.items():
            if name not in heard or name not in kinds:
                continue
            best = next((kind for kind in kinds[name] if kind in shown.streams), next(iter(shown.streams)))
            opinions[name] = Opinion(
                probable,
                self.card.trusted.get(name, "rule"),
                self.card.weights,
                alone=name in self.card.alone.get(views, ()),
                stream=shown.streams[best],
                view=best,
            )
        return opinions


def seconds(exercise: Exercise) -> Seconds | None:
    """Who gives opinions on the repetitions of an exercise; None where no model of it ships.

    Raises ModelFolderError when the shipped model is damaged.
    """
    folder = SHIPPED / folder_name(exercise.name)
    if exercise.file or not (folder / "card.json").is_file():
        return None
    model = _shipped(folder)

    def opinions(tracks: Mapping[str, Track], span: RepSpan, side: Side | None) -> Mapping[str, Opinion]:
        if span.attempt or not span.complete:  # it has only been shown whole repetitions
            return {}
        shown = show({name: track.pose for name, track in tracks.items()}, span, side)
        return {} if shown is None else model.opinions(exercise, shown)

    return opinions


def folder_name(exercise: str) -> str:
    """The folder of an exercise's model."""
    return exercise.replace(" ", "_").replace("-", "_")


@cache
def _shipped(folder: Path) -> CriteriaModel:
    return CriteriaModel(folder)


def judge(
    front: PoseSequence | None, side: PoseSequence | None, exercise: str, worked: Side | None = None
) -> dict[str, float]:
    """How probable it is that each criterion is satisfied in one repetition, which the sequences show whole.

    Their views must be those; `worked` is the working side where one side works. Raises ValueError where no model of
    the exercise ships, or nothing is seen from either view.
    """
    folder = SHIPPED / folder_name(exercise)
    if not (folder / "card.json").is_file():
        raise ValueError(f"expected an exercise with a criteria model, got {exercise!r}")
    poses = {name: pose for name, pose in (("front", front), ("side", side)) if pose is not None and len(pose) > 1}
    if poses:
        time = next(iter(poses.values())).time
        end_s = float(time[-1] + np.median(np.diff(time)))  # a frame lasts until the next
        shown = show(poses, RepSpan(float(time[0]), float(time[len(time) // 2]), end_s, 1.0), worked)
        if shown is not None:
            return _shipped(folder).satisfied(shown)
    raise ValueError("expected a repetition seen from the front or from a side, got none")


def show(poses: Mapping[str, PoseSequence], span: RepSpan, side: Side | None) -> Shown | None:
    """A repetition as seen from the front and from a side, by the first stream that has each view; None by neither.

    Where one side works, it is the left one: others are mirrored. Where both do, the camera is at the left side.
    """
    streams: dict[str, str] = {}
    for name, pose in poses.items():
        kind = kind_of_view(pose.view)
        if name in STREAMS and kind in ("front", "side") and kind not in streams:
            streams[kind] = name
    seen = {kind: part for kind, name in streams.items() if (part := _part(poses[name], span)) is not None}
    if not seen:
        return None
    mirrored = side == "right" if side else "side" in seen and seen["side"].view == "side-right"
    blocks = [
        _values(seen[kind].mirrored() if mirrored else seen[kind])
        if kind in seen
        else np.zeros((FRAMES, CHANNELS // 2), dtype=np.float32)
        for kind in STREAMS
    ]
    views = cast(Views, "+".join(kind for kind in STREAMS if kind in seen))
    return Shown(np.concatenate(blocks, axis=1), views, {kind: streams[kind] for kind in seen})


_BACKWARDS = LAYOUT.where(Field.IMAGE_X)


def _values(pose: PoseSequence) -> NDArray[np.float32]:
    """(24, 133) of one view; from either side the person looks to the left."""
    values = LAYOUT.values(pose)
    if pose.view == "side-right":
        values[:, _BACKWARDS] *= -1.0
    return values


def _part(pose: PoseSequence, span: RepSpan) -> PoseSequence | None:
    """A repetition in 24 frames, each the mean of what was seen around it; None where nobody was seen in half of it."""
    near = (pose.time >= span.start_s - 0.5) & (pose.time < span.end_s + 0.5)
    part = pose.rows(near)
    if len(part) < 2 or part.found.mean() < 0.5:
        return None

    def mean(values: Floats) -> Floats:
        return means(part.time, values, span.start_s, span.end_s, FRAMES, FINER)

    edges = np.linspace(span.start_s, span.end_s, FRAMES, endpoint=False)
    return replace(
        part,
        time=edges + (span.end_s - span.start_s) / FRAMES / 2,
        image=mean(part.image),
        world=None if part.world is None else mean(part.world),
        visibility=np.nan_to_num(mean(part.visibility)),
    )


def _probable(logits: NDArray[np.float32]) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(logits.astype(np.float64), -40.0, 40.0)))


def write_card(folder: Path, card: CriteriaCard) -> None:
    """Write what a model is beside its network."""
    (folder / "card.json").write_text(json.dumps(asdict(card), indent=2) + "\n", encoding="utf-8")


def _read_card(folder: Path) -> CriteriaCard:
    path = folder / "card.json"
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(told, dict) or (told.get("schema"), told.get("task")) != (SCHEMA, "criteria"):
            raise ValueError(f"a card of a criteria model, schema {SCHEMA}, is needed")
        known = {each.name for each in fields(CriteriaCard)}
        facts: dict[str, Any] = {name: value for name, value in cast(dict[str, Any], told).items() if name in known}
        for name in ("criteria", "weights"):
            facts[name] = tuple(facts[name])
        if (facts["frames"], facts["layout"]) != (FRAMES, LAYOUT.name):
            raise ValueError(f"{FRAMES} frames of {LAYOUT.name} are needed")
        return CriteriaCard(**facts)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelFolderError(
            f"expected the folder of a criteria model with a card.json, got {folder}: {error}"
        ) from error
