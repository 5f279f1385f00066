"""What an expert showed: repetitions as cameras saw them, each with its landmarks, clock and view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np

from formcheck.assess.judge import kind_of_view
from formcheck.body import PoseSequence
from formcheck.body.planes import Side, point
from formcheck.exercises.vocabulary import CameraView
from formcheck.reps import RepSpan

Half = Literal["out", "back"]
"""Of a repetition of which a recording shows only a half: the way to the turning point, or the way from it."""

OTHER_SIDE: dict[Side | None, Side | None] = {"left": "right", "right": "left", None: None}

MARGIN_S = 0.3  # kept before and after a repetition, so that smoothing has something to stand on

# Lengths by which bodies differ, each in trunk lengths: what it is called, from joint to joint.
_LENGTHS = {
    "thigh": ("hip", "knee"),
    "shank": ("knee", "ankle"),
    "upper arm": ("shoulder", "elbow"),
    "forearm": ("elbow", "wrist"),
}


@dataclass(frozen=True, eq=False)
class Shown:
    """One repetition before one camera.

    `pose` holds its frames and a little before and after, with their view; `span` says where it is on that clock;
    `side` is the side that works, None where both do; `half` the half that is shown, None where it is whole.
    """

    stream: str
    pose: PoseSequence
    span: RepSpan
    side: Side | None = None
    half: Half | None = None

    @property
    def view(self) -> CameraView | None:
        """How the camera saw the expert, in the words of criteria; None when unknown."""
        return kind_of_view(self.pose.view)

    @cached_property
    def mirrored(self) -> Shown:
        """The same repetition in a mirror: the other side works, and the other side faces the camera."""
        return replace(self, pose=self.pose.mirrored(), side=OTHER_SIDE[self.side])


@dataclass(frozen=True, eq=False)
class Reference:
    """The good repetitions of one expert in one exercise.

    `name` is unique in a library; `exercise` a name of the catalogue, or of the expert's own file; `origin` says who
    it is: a person, or the studio's synthetic expert; `note` what the person agreed to, in their words; `made` the day
    it was added (ISO 8601).
    """

    name: str
    exercise: str
    shown: tuple[Shown, ...]
    origin: Literal["person", "studio"] = "person"
    note: str = ""
    made: str = ""

    def __post_init__(self) -> None:
        if not self.shown:
            raise ValueError(f"expected at least one repetition in the reference {self.name}, got none")

    @property
    def views(self) -> tuple[str, ...]:
        """The views in which it was filmed, each once."""
        return tuple(dict.fromkeys(each.pose.view for each in self.shown))

    @cached_property
    def proportions(self) -> dict[str, float]:
        """The lengths of thigh, shank, upper arm and forearm in trunk lengths, as estimated; NaN where never seen."""
        every = [proportions(each.pose) for each in self.shown]
        return {name: float(np.nanmedian([one[name] for one in every])) for name in _LENGTHS}


def proportions(pose: PoseSequence) -> dict[str, float]:
    """The lengths of thigh, shank, upper arm and forearm in trunk lengths; NaN where they are not seen.

    From world landmarks where there are some: in a picture limbs are foreshortened.
    """
    world = pose.world is not None

    def length(one: str, other: str) -> float:
        away = np.linalg.norm(point(pose, one, world) - point(pose, other, world), axis=1)
        away = away[np.isfinite(away)]
        return float(np.median(away) if world else np.percentile(away, 90)) if len(away) else np.nan

    trunk = length("shoulders", "hips")
    return {
        name: float(np.nanmean([length(f"{one}_{side}", f"{other}_{side}") for side in ("left", "right")])) / trunk
        for name, (one, other) in _LENGTHS.items()
    }


def cut_out(pose: PoseSequence, span: RepSpan) -> PoseSequence:
    """The frames of one repetition, with a little before and after, on a clock that begins with them."""
    part = pose.between(span.start_s - MARGIN_S, span.end_s + MARGIN_S)
    return part.shifted(-float(part.time[0]))


def showing(stream: str, pose: PoseSequence, span: RepSpan, side: Side | None) -> Shown:
    """A repetition of a recording as a reference keeps it; one that the recording cuts off is a half."""
    begins_s = float(pose.between(span.start_s - MARGIN_S, np.inf).time[0])
    moved = replace(span, start_s=span.start_s - begins_s, turn_s=span.turn_s - begins_s, end_s=span.end_s - begins_s)
    half: Half | None = None if span.complete else "out" if span.begun else "back"
    return Shown(stream, cut_out(pose, span), moved, side, half)
