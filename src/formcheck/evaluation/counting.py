"""How well repetitions are counted, of exercises that are given and of those that nobody names, against labels."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from formcheck.assess.counting import count_reps
from formcheck.body.labelled import LabelledClip
from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.matching import Matched, match
from formcheck.exercises import Exercise, find_or_load
from formcheck.learn.datasets import DatasetError, labelled_clips, repcount, squatify, ui_prmd
from formcheck.learn.datasets.counted import CountedSet
from formcheck.reps import RepSpan
from formcheck.signals import Floats

Tell = Callable[[str, float], None] | None
Rows = list[tuple[str, ...]]

HEADING = ("recordings", "sources", "exact %", "within ±1 %", "MAE", "found / more / missed", "F1 %")
BINS = (0.0, 0.5, 0.7, 0.9, 1.0)  # of confidence, between which it is compared with the share that is right


@dataclass(frozen=True, eq=False)
class Counted:
    """One labelled recording and what was counted in it, told its exercise (`given`) or not.

    `spans` are the repetitions found, attempts and cut-off ones too; `matched` is None where the label tells no times.
    `time` (T,) s and `signal` (T,) are what they were found on.
    """

    clip: LabelledClip
    given: bool
    count: int
    confidence: float
    spans: tuple[RepSpan, ...]
    matched: Matched | None
    time: Floats
    signal: Floats
    driven_by: str

    @property
    def error(self) -> int:
        """How far the count is from the labelled range, or from the count of both sides where that is nearer."""
        return self.clip.error(self.count)


def gathered(folder: Path, videos: bool = False) -> list[CountedSet]:
    """The labelled recordings in a folder of whichever layout; of single repetitions also joined ones.

    With `videos` the videos of labelled clips are watched anew. Raises DatasetError for any other folder, and where
    nothing can be counted.
    """
    if labelled_clips.recognises(folder):
        return [labelled_clips.counted(folder, videos)]
    if folder.is_dir():
        if repcount.recognises(folder):
            return [repcount.counted(folder)]
        if squatify.recognises(folder):
            return [squatify.counted(folder)]
        if ui_prmd.recognises(folder):
            return [ui_prmd.counted(folder), ui_prmd.joined(folder)]
    known = "; ".join(f"{each.LAYOUT}: {each.EXPECTED}" for each in (labelled_clips, repcount, squatify, ui_prmd))
    raise DatasetError(f"expected a folder of labelled recordings, got {folder}: check --data. Known are {known}")


def count_all(clips: Sequence[LabelledClip], given: bool, tell: Tell = None, what: str = "Counting") -> list[Counted]:
    """Every recording counted, one after the other; with `given` those whose exercise the catalogue holds.

    Holds are timed, not counted: without their exercise they are left out.
    """
    counted: list[Counted] = []
    for at, clip in enumerate(clips):
        exercise = None if clip.exercise is None else find_or_load(clip.exercise)
        if exercise is not None if given else exercise is None or exercise.hold is None:
            counted.append(count_one(clip, exercise if given else None))
        if tell is not None:
            tell(what, (at + 1) / len(clips))
    return counted


def count_one(clip: LabelledClip, exercise: Exercise | None) -> Counted:
    """One recording counted and matched with its label."""
    found = count_reps(clip.pose(), exercise)
    spans = [span for span in found.spans if span.complete and not span.attempt]
    return Counted(
        clip,
        exercise is not None,
        found.count,
        found.confidence,
        found.spans,
        match(clip, spans, any_phase=exercise is None),
        found.time,
        found.signal,
        found.driven_by,
    )


def counting_table(groups: Sequence[tuple[str, Sequence[Counted]]]) -> Rows:
    """Rows of how well recordings were counted, one a group of a name; intervals over their sources.

    MAE is the mean of the error over the labelled count, or over 1 where that is 0 (Hu et al., CVPR 2022). F1 is over
    all repetitions whose times are labelled, found within the tolerance of `matching`.
    """
    rows: Rows = [("exercise", *HEADING)]
    for name, counted in groups:
        sources = [each.clip.source for each in counted]
        errors = np.array([each.error for each in counted])
        relative = [each.error / max(each.clip.count, 1) for each in counted]
        cells = (
            with_interval((errors == 0).astype(float), sources),
            with_interval((errors <= 1).astype(float), sources),
            with_interval(relative, sources, percent=False),
        )
        rows.append((name, str(len(counted)), str(len(set(sources))), *cells, *_found(counted)))
    return rows


def _found(counted: Sequence[Counted]) -> tuple[str, str]:
    """How many repetitions were found, more than there were, and missed, in numbers and as F1."""
    told = [(each.clip.source, each.matched) for each in counted if each.matched is not None]
    tp, fp, fn = (sum(getattr(matched, part) for _, matched in told) for part in ("tp", "fp", "fn"))
    weights = [2 * matched.tp + matched.fp + matched.fn for _, matched in told]
    shares = [2 * matched.tp / max(weight, 1) for (_, matched), weight in zip(told, weights, strict=True)]
    return f"{tp} / {fp} / {fn}" if told else "–", with_interval(
        shares, [source for source, _ in told], weights=weights
    )


def by_exercise(counted: Sequence[Counted]) -> Iterator[tuple[str, list[Counted]]]:
    """Groups for `counting_table`: what every recording shows, by its name in the catalogue where it has one."""
    names = [each.clip.exercise or each.clip.kind for each in counted]
    for wanted in sorted(set(names)):
        yield wanted, [each for each, name in zip(counted, names, strict=True) if name == wanted]


def wrong_rows(counted: Sequence[Counted]) -> Rows:
    """Rows of what was counted wrong."""
    rows: Rows = [("recording", "exercise", "counted", "labelled", "confidence", "driven by")]
    for each in counted:
        if each.error:
            kind = each.clip.exercise or each.clip.kind
            sure = f"{each.confidence:.2f}"
            rows.append((each.clip.name, kind, str(each.count), labelled(each.clip), sure, each.driven_by))
    return rows


def labelled(clip: LabelledClip) -> str:
    """The labelled count in words: "5", "4 to 6", "6 or 3 of both sides"."""
    told = str(clip.low) if clip.low == clip.high else f"{clip.low} to {clip.high}"
    return told if clip.both_sides is None else f"{told} or {clip.both_sides} of both sides"


def confidence_table(counted: Sequence[Counted]) -> Rows:
    """Rows of (confidence, recordings, mean confidence, right, ECE): does confidence say how often a count is right?

    Right is a count within its labelled range. The expected calibration error is the mean distance of confidence and
    share in these bins, by how many recordings fall in them (Guo et al., ICML 2017).
    """
    rows: Rows = [("confidence", "recordings", "mean confidence %", "count right %", "ECE %")]
    sure = np.array([each.confidence for each in counted])
    right = np.array([each.error == 0 for each in counted], dtype=np.float64)
    which = np.clip(np.searchsorted(BINS, sure, side="right") - 1, 0, len(BINS) - 2)
    apart = 0.0
    for at in range(len(BINS) - 1):
        here = which == at
        if here.any():
            sources = [each.clip.source for each, inside in zip(counted, here, strict=True) if inside]
            span = f"{BINS[at]:.1f} to {BINS[at + 1]:.1f}"
            share = with_interval(right[here], sources)
            rows.append((span, str(here.sum()), f"{100 * sure[here].mean():.1f}", share, ""))
            apart += abs(float((sure - right)[here].sum())) / len(counted)
    whole = (f"{100 * sure.mean():.1f}", f"{100 * right.mean():.1f}", f"{100 * apart:.1f}")
    return [*rows, ("all", str(len(counted)), *whole)]
