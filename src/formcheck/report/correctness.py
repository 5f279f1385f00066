"""What the report says of correctness scores: how right every repetition was, and what cost the points."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from formcheck.assess.analysis import Correctness, ExerciseSet
from formcheck.report.words import listed, lower_first, percent

SHADES = ("#a8350f", "#c8643f", "#dc9273", "#ebbfa9", "#f4dccf")  # what cost most is darkest
TOLD = 3  # what cost a repetition most is told in words
WORTH_TELLING = 1.0  # points a repetition, over a set
_WORDS = {
    "front": "the camera in front",
    "side": "the camera at the side",
    "imu": "the sensors",
    "thermal": "the thermal camera",
}


@dataclass(frozen=True)
class ScoreBar:
    """One repetition's score out of 100, what was lost as (share in %, colour, in words), and the same in a line."""

    number: int
    score: str
    lost: tuple[tuple[float, str, str], ...]
    said: str


@dataclass(frozen=True)
class CorrectnessPanel:
    """Everything that the page says about correctness."""

    lead: str
    cost: str
    bars: tuple[ScoreBar, ...]


def correctness_panel(each: ExerciseSet) -> CorrectnessPanel | None:
    """The panel of a set; None where no repetition has a score."""
    told = [(rep.index, rep.correctness) for rep in each.reps if rep.correctness is not None]
    if not told or each.correctness is None:
        return None
    points: dict[str, float] = defaultdict(float)
    for _, said in told:
        for lost in said.lost:
            points[lost.title] += lost.points / len(told)
    ranked = sorted(points, key=lambda title: -points[title])
    shades = {title: SHADES[min(at, len(SHADES) - 1)] for at, title in enumerate(ranked)}
    bars = tuple(
        ScoreBar(
            number,
            str(percent(said.score)),
            tuple((lost.points, shades[lost.title], f"{lost.title}: {lost.points:.0f} points") for lost in said.lost),
            _said(said),
        )
        for number, said in told
    )
    return CorrectnessPanel(_lead(each, [said for _, said in told]), _cost(ranked, points), bars)


def correctness_line(each: ExerciseSet) -> str:
    """A line for the terminal: the mean score, how far off such scores are, and what cost most; empty for none."""
    panel = correctness_panel(each)
    if panel is None or each.correctness is None:
        return ""
    errors = [rep.correctness.error for rep in each.reps if rep.correctness is not None]
    mean, off = percent(each.correctness), 100 * max(errors)
    return f"Correctness {mean} of 100, ± {off:.0f} for each repetition. {panel.cost}".strip()


def _said(said: Correctness) -> str:
    parts = [f"{lost.title} −{lost.points:.0f}" for lost in said.lost if round(lost.points) >= 1]
    more = len(parts) - TOLD
    return ", ".join(parts[:TOLD]) + (f", {more} more" if more > 0 else "") if parts else "nothing to speak of"


def _lead(each: ExerciseSet, told: list[Correctness]) -> str:
    streams = list(dict.fromkeys(stream for said in told for stream in said.streams))
    error = 100 * max(said.error for said in told)
    return (
        f"{percent(each.correctness)} of 100 on average, as a model scores it that was trained on synthetic people "
        f"with graded faults, from {listed([_WORDS[stream] for stream in streams])}. Such scores are off by "
        f"{error:.0f} points on average."
    )


def _cost(ranked: list[str], points: dict[str, float]) -> str:
    worth = [
        f"{lower_first(title)} ({points[title]:.0f} a repetition)" for title in ranked if points[title] >= WORTH_TELLING
    ]
    return f"What cost most: {listed(worth[:TOLD])}." if worth else ""
