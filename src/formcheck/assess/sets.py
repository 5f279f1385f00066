"""From driving signal and findings to repetitions, sets, and the advice that would help most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from formcheck.assess.analysis import Advice, CriterionSummary, ExerciseSet, Finding, Rep, Tempo, Trace
from formcheck.assess.judge import judge, kind_of_view, measurable
from formcheck.assess.likely import RATHER, exercising, fitted
from formcheck.assess.second_opinion import Seconds, joined
from formcheck.assess.surely import given_looks, rep_looks
from formcheck.assess.unnamed import CUT_OUT_S, find_sets
from formcheck.body.movement import Movement
from formcheck.body.track import SIDES, Track
from formcheck.exercises.vocabulary import Exercise
from formcheck.reps import RepSpan, find_holds, find_reps
from formcheck.signals import Floats, derivative

IN_POSTURE = 0.35  # probability of an exercise, where its posture is one that people are seldom in otherwise
IN_VIEW = 0.35  # of a repetition, or nobody saw it
SHORTEST_S = 0.1
SPIKE = 0.25  # of the median duration
REST_S = 30.0  # a longer pause between two repetitions ends a set
TURNING = 0.08  # of the excursion: within this of the turning point counts as holding it
TRACE_HZ = 20.0  # enough to draw any repetition slower than a quarter of a second
ADVICE = 2  # more than two things at a time are not heard


def assess(exercise: Exercise, tracks: Mapping[str, Track], second: Seconds | None = None) -> tuple[ExerciseSet, ...]:
    """Every set of an exercise in a recording; `tracks` are its camera streams by name, on one clock.

    `second` gives a model's opinions beside the rules.
    """
    name = driving_stream(exercise, tracks)
    if name is None:
        return ()
    track = tracks[name]
    found = find_spans(exercise, track)
    groups = _grouped(likely_spans(exercise, track))
    return tuple(_set(exercise, tracks, track, group, _sure(exercise, track, found, group), second) for group in groups)


def _sure(exercise: Exercise, track: Track, found: Sequence[RepSpan], group: Sequence[RepSpan]) -> float:
    """The probability that a set was counted right; `found` are the repetitions of the whole recording."""
    near = [span for span in found if group[0].start_s - REST_S < span.turn_s < group[-1].end_s + REST_S]
    return fitted("given").of(given_looks(exercise, track, near, group))


def likely_spans(exercise: Exercise, track: Track) -> list[RepSpan]:
    """The repetitions, or holds, of an exercise, without what only looks like some in a recording that shows more.

    Whoever sits down moves as in a squat. A few repetitions that might be something else must be found, too, where
    nobody knows the exercise.
    """
    spans = find_spans(exercise, track)
    if exercise.hold is not None or not spans or track.time[-1] - track.time[0] < CUT_OUT_S:
        return spans
    movement = Movement.of(track.pose)
    if movement is None:
        return spans
    runs = exercising(movement, spans, rather=IN_POSTURE if exercise.postures else RATHER)
    if all(likely for _, likely in runs):
        return [span for run, _ in runs for span in run]
    anyhow = [(found.spans[0].start_s, found.spans[-1].end_s) for found in find_sets(track.pose)]

    def found(run: Sequence[RepSpan]) -> bool:
        return any(start_s < span.turn_s < end_s for span in run for start_s, end_s in anyhow)

    return [span for run, likely in runs if likely or found(run) for span in run]


def find_spans(exercise: Exercise, track: Track) -> list[RepSpan]:
    """The repetitions, or holds, of an exercise in one camera stream, before anything is judged."""
    if exercise.hold is not None:
        met = np.ones(len(track.time), dtype=bool)
        for condition in exercise.hold.conditions:
            values = track.mean(condition.quantity)
            met &= (values >= condition.low) & (values <= condition.high)  # a missing value meets nothing
        return list(find_holds(track.time, met, exercise.hold.least_s, exercise.hold.gap_s))
    assert exercise.driving is not None
    if not measurable(track.pose, exercise.driving.quantity, exercise.driving.views[0]):
        # What the signal needs is not in the picture, while something is that repeats itself with it.
        return [span for found in find_sets(track.pose) for span in found.spans]
    spans = find_reps(track.time, driving_signal(exercise, track), exercise.driving.least)
    known = np.isfinite(track.mean(exercise.driving.quantity))
    return _without_spikes(
        [span for span in spans if _in_posture(exercise, track, span) and _inside(track.time, known, span) >= IN_VIEW]
    )


def _inside(time: Floats, known: NDArray[np.bool_], span: RepSpan) -> float:
    """The share of a repetition in which its signal is known."""
    part = known[slice(*np.searchsorted(time, (span.start_s, span.end_s)))]
    return float(part.mean()) if len(part) else 0.0


def _without_spikes(spans: list[RepSpan]) -> list[RepSpan]:
    """Without what is over in a moment among repetitions that take their time: joints that leapt, and came back."""
    spans = [span for span in spans if not span.complete or span.end_s - span.start_s > SHORTEST_S]
    lasts_s = [span.end_s - span.start_s for span in spans if span.complete and not span.attempt]
    if len(lasts_s) < 3:
        return spans
    least_s = SPIKE * float(np.median(lasts_s))
    return [span for span in spans if not span.complete or span.end_s - span.start_s >= least_s]


def driving_stream(exercise: Exercise, tracks: Mapping[str, Track]) -> str | None:
    """The stream that counts: the one whose view shows the movement best among those that see the person well."""

    def rank(name: str) -> tuple[bool, int]:
        view, views = kind_of_view(tracks[name].pose.view), exercise.watched.views
        return tracks[name].pose.found.mean() < 0.5, views.index(view) if view in views else len(views)

    seen = [name for name, track in tracks.items() if track.pose.found.any() and track.pose.view != "both"]
    return min(seen, key=rank) if seen else None


def driving_signal(exercise: Exercise, track: Track) -> Floats:
    """The signal whose peaks are the turning points, (T,); of a hold the quantity that is shown."""
    signal = track.mean(exercise.watched.quantity)
    return -signal if exercise.driving is not None and exercise.driving.falls else signal


def _in_posture(exercise: Exercise, track: Track, span: RepSpan) -> bool:
    inside = (track.time >= span.start_s) & (track.time <= span.end_s)
    for posture in exercise.postures:
        values = track.mean(posture.quantity)[inside]
        middle = np.nanmedian(values) if np.isfinite(values).any() else np.nan
        if middle < posture.low or middle > posture.high:
            return False
    return True


def _grouped(spans: Sequence[RepSpan]) -> list[list[RepSpan]]:
    groups: list[list[RepSpan]] = []
    for span in spans:
        if groups and span.start_s - groups[-1][-1].end_s <= REST_S:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _set(
    exercise: Exercise,
    tracks: Mapping[str, Track],
    track: Track,
    spans: Sequence[RepSpan],
    sure: float,
    second: Seconds | None,
) -> ExerciseSet:
    reps = tuple(judged_rep(exercise, tracks, track, span, index + 1, second) for index, span in enumerate(spans))
    criteria = summaries(exercise, reps)
    counted = [rep for rep in reps if rep.complete and not rep.attempt]
    scores = [rep.score for rep in counted or reps if rep.score is not None]
    return ExerciseSet(
        exercise=exercise.name,
        title=exercise.title,
        confidence=round(sure if exercise.hold is None else float(np.mean([rep.confidence for rep in reps])), 4),
        start_s=reps[0].start_s,
        end_s=reps[-1].end_s,
        count=len(counted),
        hold_s=round(sum(rep.end_s - rep.start_s for rep in counted), 3) if exercise.hold else None,
        score=round(float(np.mean(scores)), 4) if scores else None,
        reps=reps,
        criteria=criteria,
        advice=_advice(exercise, reps, criteria),
        trace=_trace(exercise, track, reps[0].start_s, reps[-1].end_s),
    )


def judged_rep(
    exercise: Exercise,
    tracks: Mapping[str, Track],
    track: Track,
    span: RepSpan,
    index: int,
    second: Seconds | None = None,
) -> Rep:
    """One repetition with everything that is said of it; `track` is the stream that counts, `index` from 1."""
    driving = exercise.driving
    side = driving.side_of(track, span) if driving and driving.side_of else None
    opinions = second(tracks, span, side) if second else {}
    views = {kind_of_view(each.pose.view) for each in tracks.values()}
    findings = tuple(
        joined(judge(criterion, tracks, span, side), opinions.get(criterion.id), criterion.views[0] not in views)
        for criterion in exercise.criteria
    )
    inside = (track.time >= span.start_s) & (track.time <= span.end_s)
    shown = track.mean(exercise.shown)[inside]
    speed = np.abs(derivative(track.time[inside], shown)) if inside.sum() > 1 else np.array([np.nan])
    moves = np.isfinite(shown).any() and not span.held
    return Rep(
        index=index,
        kind="hold" if span.held else "repetition",
        start_s=round(span.start_s, 4),
        turn_s=round(span.turn_s, 4),
        end_s=round(span.end_s, 4),
        complete=span.complete,
        attempt=span.attempt,
        side=side or "both",
        score=_score(exercise, findings),
        confidence=round(fitted("rep").of(rep_looks(exercise, track, span)), 4),
        tempo=_tempo(exercise, track.time[inside], driving_signal(exercise, track)[inside], span),
        range_of_motion=round(float(np.nanmax(shown) - np.nanmin(shown)), 3) if moves else None,
        peak_velocity=round(float(np.nanmax(speed)), 3) if moves and np.isfinite(speed).any() else None,
        asymmetry=_asymmetry(exercise, track, inside),
        findings=findings,
    )


def _score(exercise: Exercise, findings: Sequence[Finding]) -> float | None:
    weights = {criterion.id: criterion.weight for criterion in exercise.criteria}
    judged = [(finding.score, weights[finding.criterion]) for finding in findings if finding.score is not None]
    if not judged:
        return None
    return round(sum(score * weight for score, weight in judged) / sum(weight for _, weight in judged), 4)


def _tempo(exercise: Exercise, time: Floats, signal: Floats, span: RepSpan) -> Tempo:
    """How long it went down, held the turning point, and went up, in seconds."""
    if span.held:
        return Tempo(down_s=None, hold_s=round(span.end_s - span.start_s, 3), up_s=None)
    known = np.isfinite(signal)
    if known.sum() < 4:
        return Tempo(down_s=None, hold_s=None, up_s=None)
    top = float(np.nanmax(signal))
    near = np.flatnonzero(known & (signal >= top - TURNING * span.excursion))
    first, last = float(time[near[0]]), float(time[near[-1]])
    out = round(first - span.start_s, 3) if span.begun else None
    back = round(span.end_s - last, 3) if span.ended else None
    down, up = (out, back) if exercise.eccentric_first else (back, out)
    return Tempo(down_s=down, hold_s=round(last - first, 3), up_s=up)


def _asymmetry(exercise: Exercise, track: Track, inside: np.ndarray) -> float | None:
    """Left less right range of motion over their mean; None where one side is hidden or they work in turn."""
    driving, quantity = exercise.driving, exercise.shown
    if driving is None or not quantity.paired or driving.side_of is not None or len(track.sides) < 2:
        return None
    ranges: list[float] = []
    for side in SIDES:
        values = track.values(quantity, side)[inside]
        if np.isfinite(values).sum() < 4:
            return None
        ranges.append(float(np.subtract(*np.nanpercentile(values, [95, 5]))))
    mean = sum(ranges) / 2
    return round((ranges[0] - ranges[1]) / mean, 4) if mean > 0 else None


def summaries(exercise: Exercise, reps: Sequence[Rep]) -> tuple[CriterionSummary, ...]:
    """Every criterion of an exercise over repetitions that were all asked for it."""
    found: list[CriterionSummary] = []
    for at, criterion in enumerate(exercise.criteria):
        findings = [rep.findings[at] for rep in reps if not rep.attempt]
        scores = [finding.score for finding in findings if finding.score is not None]
        verdicts = [finding.verdict for finding in findings]
        found.append(
            CriterionSummary(
                criterion=criterion.id,
                title=criterion.title,
                passed=verdicts.count("pass"),
                failed=verdicts.count("fail"),
                not_judged=verdicts.count("not_judged"),
                score=round(float(np.mean(scores)), 4) if scores else None,
                cue=criterion.cue,
                why=criterion.why,
            )
        )
    return tuple(found)


def advise(exercise: Exercise, reps: Sequence[Rep]) -> tuple[Advice, ...]:
    """What would help most with what repetitions show."""
    return _advice(exercise, reps, summaries(exercise, reps))


def _advice(exercise: Exercise, reps: Sequence[Rep], criteria: Sequence[CriterionSummary]) -> tuple[Advice, ...]:
    """The failed criteria that cost the most points, each with the repetitions in which it failed."""
    weights = {criterion.id: criterion.weight for criterion in exercise.criteria}
    lost: list[tuple[float, Advice]] = []
    for summary in criteria:
        failed = [
            (rep.index, finding)
            for rep in reps
            for finding in rep.findings
            if finding.criterion == summary.criterion and finding.verdict == "fail" and not rep.attempt
        ]
        if failed:
            points = sum((1 - (finding.score or 0.0)) * finding.confidence for _, finding in failed)
            advice = Advice(
                criterion=summary.criterion,
                cue=summary.cue,
                why=summary.why,
                reps=tuple(index for index, _ in failed),
            )
            lost.append((points * weights[summary.criterion], advice))
    return tuple(advice for _, advice in sorted(lost, key=lambda item: -item[0])[:ADVICE])


def _trace(exercise: Exercise, track: Track, start_s: float, end_s: float) -> Trace:
    """The quantity shown, from a little before the set to a little after, thinned for drawing."""
    quantity = exercise.shown
    values = track.mean(quantity)
    inside = np.flatnonzero((track.time >= start_s - 2.0) & (track.time <= end_s + 2.0))
    if len(inside) > 1:
        rate = (len(inside) - 1) / (track.time[inside[-1]] - track.time[inside[0]])
        inside = inside[:: max(1, int(rate / TRACE_HZ))]
    return Trace(
        name=quantity.name,
        unit=quantity.unit,
        time_s=tuple(round(float(time), 4) for time in track.time[inside]),
        value=tuple(round(float(value), 3) if np.isfinite(value) else None for value in values[inside]),
    )
