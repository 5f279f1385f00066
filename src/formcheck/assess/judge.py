"""From a measured repetition to verdicts: pass, fail, or not judged and why."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from formcheck.assess.analysis import Finding
from formcheck.body.planes import Side
from formcheck.body.pose import PoseSequence
from formcheck.body.track import SEEN, SIDES, Quantity, Track
from formcheck.exercises.measures import Measure, Read, Reading
from formcheck.exercises.vocabulary import CameraView, Criterion
from formcheck.reps import RepSpan

WEAKER_VIEW = 1.6  # times the standard error in a view that is not the criterion's best
TWO_VIEWS = 1.2  # times it in the body that two views make together
CLEAR = 0.8  # confidence below which such a view had better say nothing
IN_PICTURE = 0.6  # of the frames looked at must have the joints inside the picture

_WHERE: dict[CameraView, str] = {
    "front": "in front of you",
    "back": "behind you",
    "side": "at your side",
    "oblique": "at an angle to you",
}


def judge(criterion: Criterion, tracks: Mapping[str, Track], span: RepSpan, side: Side | None) -> Finding:
    """One criterion on one repetition, in the camera stream that sees it best.

    `tracks` by stream name; `side` is the working side, None where both work together.
    """
    missing = _cut_off(criterion, span)
    if missing is not None:
        return not_judged(criterion, missing)
    ranked = _ranked(criterion, tracks)
    if not ranked:
        flat = any(kind_of_view(track.pose.view) in criterion.views for track in tracks.values())
        best = criterion.views[0]
        places = [_WHERE[view] for view in criterion.views if not flat or _same_plane(view, best)]
        where = " or ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)
        without = "without depth, which this pose model does not tell, " if flat else ""
        return not_judged(criterion, f"{without}it can only be seen by a camera {where}")
    reason = ""
    for name, times in ranked:
        track = tracks[name]
        readings, reason = _readings(criterion, track, span, side)
        if readings:
            worst = _worst(criterion, readings)
            finding = _judged(criterion, name, track, span, worst, criterion.error * times)
            if times < WEAKER_VIEW or finding.confidence >= CLEAR:
                return finding
            reason = f"it is too close to call without a camera {_WHERE[criterion.views[0]]}"
    return not_judged(criterion, reason)


def kind_of_view(view: str) -> CameraView | None:
    """The view in the words of criteria: `side` for either side; None when unknown."""
    kinds: dict[str, CameraView] = {
        "side-left": "side",
        "side-right": "side",
        "front": "front",
        "back": "back",
        "oblique": "oblique",
    }
    return kinds.get(view)


def measurable(pose: PoseSequence, quantity: Quantity, best: CameraView) -> bool:
    """Whether a stream can measure a quantity that is seen best from `best`.

    With depth it can from anywhere; in the picture alone only heights, and what moves in the plane that the camera
    faces.
    """
    return pose.world is not None or quantity.height or _same_plane(kind_of_view(pose.view), best)


def _same_plane(view: CameraView | None, other: CameraView) -> bool:
    return view == other or (view in ("front", "back") and other in ("front", "back"))


def _cut_off(criterion: Criterion, span: RepSpan) -> str | None:
    needs = set(criterion.measure.moments)
    if not span.begun and needs & {"start", "out", "whole"}:
        return "the recording begins inside this repetition"
    if not span.ended and needs & {"end", "back", "whole"}:
        return "the recording ends inside this repetition"
    return None


def _ranked(criterion: Criterion, tracks: Mapping[str, Track]) -> list[tuple[str, float]]:
    """The streams that the criterion can be judged in, the best first, with what its standard error is times there.

    A camera that has the criterion's best view reads it in its picture. The body that two views make together comes
    next: no other single view is as good (`formcheck evaluate two-views`).
    """
    ranks = {name: kind_of_view(track.pose.view) for name, track in tracks.items()}
    fit = [
        (name, criterion.views.index(view))
        for name, view in ranks.items()
        if view in criterion.views and measurable(tracks[name].pose, criterion.measure.quantity, criterion.views[0])
    ]
    ranked = [(name, WEAKER_VIEW if rank else 1.0) for name, rank in sorted(fit, key=lambda item: item[1])]
    made = [(name, TWO_VIEWS) for name, track in tracks.items() if track.pose.view == "both"]
    return sorted([*ranked, *made], key=lambda item: item[1])


def _readings(criterion: Criterion, track: Track, span: RepSpan, side: Side | None) -> tuple[list[Reading], str]:
    """The values on the sides that count and can be seen; else none and the reason."""
    measure = criterion.measure
    sides, reason = _sides(criterion, track, side)
    frames = measure.frames(track, span)
    readings: list[Reading] = []
    for each in sides:
        joint = measure.quantity.joints[0].replace("_", " ")
        if untold := _untold(track, measure.quantity.needed((each,) if measure.quantity.paired else track.sides)):
            reason = f"the pose model does not tell where your {untold} is"
            continue
        if not len(frames) or np.median(track.seen(measure.quantity, each)[frames]) < SEEN:
            reason = f"your {each} {joint} is hidden from the camera"
            continue
        if track.inside(measure.quantity, each)[frames].mean() < IN_PICTURE:
            reason = f"your {each} {joint} is outside the picture"
            continue
        reading = _worst(criterion, [part.read(track, span, each) for part in _at_both_ends(measure, span)])
        if not math.isfinite(reading.value):
            reason = (
                "it needs depth, which the pose model does not tell"
                if track.pose.world is None
                else f"your {joint} could not be followed through this repetition"
            )
            continue
        shown = each if measure.quantity.paired else None
        readings.append(Reading(reading.value, reading.time_s, shown))
    return readings, reason


def _untold(track: Track, joints: tuple[str, ...]) -> str | None:
    """The first of these joints that is never told, though the person is found: YOLO's models know no heels."""
    if not track.pose.found.any():
        return None
    missing = [joint for joint in joints if not np.isfinite(track.pose.pixels(joint)).any()]
    if not missing:
        return None
    *joint, side = missing[0].split("_")
    return " ".join([side, *joint])


def _at_both_ends(measure: Measure, span: RepSpan) -> tuple[Measure, ...]:
    """What is read at the start is read at the end as well: the posture between repetitions belongs to both."""
    if isinstance(measure, Read) and measure.moment == "start" and measure.since is None and span.ended:
        return measure, replace(measure, moment="end")
    return (measure,)


def _worst(criterion: Criterion, readings: list[Reading]) -> Reading:
    known = [reading for reading in readings if math.isfinite(reading.value)]
    return min(known, key=lambda reading: criterion.limit_distance(reading.value)) if known else readings[0]


def _sides(criterion: Criterion, track: Track, side: Side | None) -> tuple[tuple[Side, ...], str]:
    limbs, quantity = criterion.measure.limbs, criterion.measure.quantity
    if not quantity.paired:
        return (SIDES[0],), ""
    if limbs == "each":
        return track.sides, ""
    if side is None:
        return (), "the working side could not be told"
    wanted: Side = side if limbs == "working" else ("right" if side == "left" else "left")
    # The far leg of a lunge or hinge moves apart from the near one and is seen well enough when it is visible.
    return (wanted,), ""


def _judged(criterion: Criterion, stream: str, track: Track, span: RepSpan, reading: Reading, error: float) -> Finding:
    score = criterion.score(reading.value)
    frames = criterion.measure.frames(track, span)
    seen = float(np.median(track.seen(criterion.measure.quantity, reading.side or track.sides[0])[frames]))
    right = 0.5 * (1 + math.erf(abs(criterion.limit_distance(reading.value)) / error / math.sqrt(2)))
    confidence = 0.5 + (right - 0.5) * min(1.0, seen / 0.9)
    joint = criterion.measure.quantity.joints[0]
    low, high = criterion.good
    passed = score >= 0.5
    return Finding(
        criterion=criterion.id,
        title=criterion.title,
        verdict="pass" if passed else "fail",
        measure=criterion.measure.name,
        value=round(reading.value, 4),
        unit=criterion.measure.unit,
        good=(low if math.isfinite(low) else None, high if math.isfinite(high) else None),
        score=round(score, 4),
        confidence=round(min(confidence, 0.99), 4),
        source="rule",
        stream=None if track.pose.view == "both" else stream,
        view=track.pose.view,
        time_s=round(reading.time_s, 4),
        joint=f"{joint}_{reading.side}" if reading.side else joint,
        cue=criterion.cue,
        reason=None,
    )


def not_judged(criterion: Criterion, reason: str) -> Finding:
    """A criterion without a verdict, and why."""
    low, high = criterion.good
    return Finding(
        criterion=criterion.id,
        title=criterion.title,
        verdict="not_judged",
        measure=criterion.measure.name,
        value=None,
        unit=criterion.measure.unit,
        good=(low if math.isfinite(low) else None, high if math.isfinite(high) else None),
        score=None,
        confidence=0.0,
        source="rule",
        stream=None,
        view=None,
        time_s=None,
        joint=None,
        cue=criterion.cue,
        reason=reason,
    )
