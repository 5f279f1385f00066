"""Whether verdicts get better where two views are made one: synthetic people whose faults are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.assess.judge import judge, kind_of_view
from formcheck.assess.sets import driving_stream, find_spans
from formcheck.body.fusion import NotFused, fuse
from formcheck.body.sync import LEAST_AGREEMENT, find_offset
from formcheck.body.track import Track
from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.two_views import Watched
from formcheck.exercises.vocabulary import Criterion
from formcheck.synthetic.performance import FAILS

MATCH_S = 0.75  # a found repetition belongs to a planned one when their turning points are this close

Place = Literal["its best view", "a weaker view", "no view"]


@dataclass(frozen=True)
class Judged:
    """One criterion on one repetition: what the cameras offer it, the truth, and the verdicts."""

    athlete: int
    exercise: str
    criterion: str
    place: Place
    faulty: bool
    apart: str
    together: str
    chosen: str


def judged(each: Watched) -> list[Judged]:
    """Every criterion of every planned repetition that was found; none where the streams cannot be made one.

    Of a repetition with a fault, criteria that the fault brings along are left out.
    """
    exercise = each.performances[0].exercise
    offset = find_offset(*each.poses)
    if offset is None or offset.agreement < LEAST_AGREEMENT:
        return []
    second = each.poses[1].shifted(offset.offset_s)
    try:
        body = fuse(each.poses[0], second)
    except NotFused:
        return []
    single = {"front": Track(each.poses[0]), "side": Track(second)}
    both = {"both": Track(body.pose)}
    name = driving_stream(exercise, single)
    if name is None:
        return []
    spans = find_spans(exercise, single[name])
    side_of = exercise.driving.side_of if exercise.driving else None
    brings = {fault.criterion: fault.also for fault in exercise.faults}
    start_s = float(each.performances[0].time[0])
    out: list[Judged] = []
    for rep in each.performances[0].reps:
        near = [span for span in spans if abs(span.turn_s + start_s - rep.turn_s) < MATCH_S]
        if not near:
            continue
        span = min(near, key=lambda span: abs(span.turn_s + start_s - rep.turn_s))
        side = side_of(single[name], span) if side_of else None
        faults = [criterion for criterion, grade in rep.faults.items() if grade >= FAILS]
        for criterion in exercise.criteria:
            if criterion.id not in faults and any(criterion.id in brings[fault] for fault in faults):
                continue
            verdicts = (judge(criterion, tracks, span, side).verdict for tracks in (single, both, {**single, **both}))
            place = _place(criterion, single)
            out.append(Judged(each.pair.athlete, exercise.name, criterion.id, place, criterion.id in faults, *verdicts))
    return out


def _place(criterion: Criterion, tracks: Mapping[str, Track]) -> Place:
    views = {kind_of_view(track.pose.view) for track in tracks.values()}
    if criterion.views[0] in views:
        return "its best view"
    return "a weaker view" if views & set(criterion.views) else "no view"


def criterion_rows(results: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Rows of (what the cameras offer, verdicts, then right % and not judged % by single views, both, and as chosen).

    *Right* is over verdicts with and without the fault, each half counting the same; intervals over people.
    """
    heading = ["the two cameras offer the criterion", "with / without the fault"]
    for who in ("either view", "both made one", "as analyze chooses"):
        heading += [f"{who}: right %", f"{who}: not judged %"]
    rows: list[tuple[str, ...]] = [tuple(heading)]
    for place in ("its best view", "a weaker view", "no view", "all"):
        chosen = [each for each in results if place in (each.place, "all")]
        cells = [place, f"{sum(each.faulty for each in chosen)} / {sum(not each.faulty for each in chosen)}"]
        for verdicts in ([e.apart for e in chosen], [e.together for e in chosen], [e.chosen for e in chosen]):
            cells += _cells(chosen, verdicts)
        rows.append(tuple(cells))
    return rows


def _cells(chosen: Sequence[Judged], verdicts: Sequence[str]) -> list[str]:
    people = [str(each.athlete) for each in chosen]
    left = [verdict == "not_judged" for verdict in verdicts]
    told = [at for at, none in enumerate(left) if not none]
    right = [float(verdicts[at] == ("fail" if chosen[at].faulty else "pass")) for at in told]
    faulty = np.array([chosen[at].faulty for at in told], dtype=bool)
    share = np.where(faulty, 0.5 / max(faulty.sum(), 1), 0.5 / max((~faulty).sum(), 1))
    known = [people[at] for at in told]
    return [
        with_interval(right, known, weights=share),
        with_interval(np.array(left, dtype=float), people),
    ]
