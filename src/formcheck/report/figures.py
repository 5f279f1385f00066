"""Pictures of repetitions at start and turning point, cropped to the person, with what failed lit."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.assess.analysis import Analysis, ExerciseSet, Finding, Rep
from formcheck.report.drawing import (
    INK,
    LIT,
    Angle,
    Lit,
    Picture,
    draw_head,
    draw_skeleton,
    seen_angle,
    text_width,
    write,
)
from formcheck.report.footage import Footage
from formcheck.report.words import camera_name, failures, quantity
from formcheck.signals import Floats

MOST_REPS = 8
ALL_UP_TO = 6
APART_S = 0.25  # a finding that was decided further than this from start and turning point gets a picture of its own
AT_MOMENT_S = 0.15
LONGEST_PX = 1440  # of a full frame that is read
SHOWN_PX = 520  # height of a picture in the report, enough for print and for fine screens
WIDEST_PX = 720
JPEG_QUALITY = 80

Box = tuple[int, int, int, int]


@dataclass(frozen=True, eq=False)
class Moment:
    """One instant of a repetition in one stream, and the failed findings that it shows."""

    label: str
    time_s: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Shot:
    """A finished picture: `uri` a data address, `size` (width, height) px, `alt` what it shows."""

    label: str
    time_s: float
    uri: str
    size: tuple[int, int]
    alt: str


@dataclass(frozen=True, eq=False)
class RepFigures:
    """The pictures of one repetition, by stream."""

    rep: Rep
    shots: Mapping[str, tuple[Shot, ...]]


def chosen_reps(exercise_set: ExerciseSet, most: int = MOST_REPS) -> list[Rep]:
    """The repetitions worth a picture, in order: all of a few; of many the best, the worst, and one for each failure.

    What is left of `most` goes to the others with failures, the lowest scores first.
    """
    reps = exercise_set.reps
    if len(reps) <= min(ALL_UP_TO, most):
        return list(reps)
    scored = [rep for rep in reps if rep.score is not None and not rep.attempt]
    ordered = sorted(scored, key=lambda rep: rep.score or 0.0)
    picked: dict[int, Rep] = {}
    for rep in [*ordered[-1:], *ordered[:1]]:
        picked[rep.index] = rep
    covered = {finding.criterion for rep in picked.values() for finding in failures(rep)}
    worst = sorted(reps, key=lambda rep: (not failures(rep), rep.score if rep.score is not None else 1.0))
    for rep in worst:
        fresh = {finding.criterion for finding in failures(rep)} - covered
        if fresh and len(picked) < most:
            picked[rep.index] = rep
            covered |= fresh
    for rep in worst:
        if len(picked) < most and failures(rep):
            picked.setdefault(rep.index, rep)
    return sorted(picked.values() or list(reps[:most]), key=lambda rep: rep.index)


def rep_figures(
    analysis: Analysis, footages: Mapping[str, Footage], progress: Callable[[float], None]
) -> list[list[RepFigures]]:
    """The pictures of every set's chosen repetitions; a repetition without any picture is left out."""
    most = max(2, MOST_REPS // max(1, len(analysis.sets)))
    chosen = [chosen_reps(each, most if len(analysis.sets) > 1 else MOST_REPS) for each in analysis.sets]
    plans = {
        (number, rep.index, name): _moments(rep, name)
        for number, (each, reps) in enumerate(zip(analysis.sets, chosen, strict=True))
        for rep in reps
        for name in _streams_of(rep, each, footages)
    }
    shots: dict[tuple[int, int, str], tuple[Shot, ...]] = {}
    for name, footage in footages.items():
        keys = [key for key in plans if key[2] == name]
        times = [moment.time_s for key in keys for moment in plans[key]]
        pictures = footage.pictures(times, LONGEST_PX)
        for done, key in enumerate(keys):
            taken = [(moment, next(pictures)) for moment in plans[key]]
            shots[key] = _shots(footage, [(moment, picture) for moment, picture in taken if picture is not None])
            progress((done + 1) / len(keys))
    return [
        [
            RepFigures(rep, found)
            for rep in reps
            if (found := {key[2]: shots[key] for key in plans if key[:2] == (number, rep.index) and shots[key]})
        ]
        for number, reps in enumerate(chosen)
    ]


def _streams_of(rep: Rep, exercise_set: ExerciseSet, footages: Mapping[str, Footage]) -> list[str]:
    """The streams in which something failed; else the one in which most of the set was judged."""
    failed = {finding.stream for finding in failures(rep)}
    named = [name for name in footages if name in failed]
    if named or not footages:
        return named
    judged = [f.stream for each in exercise_set.reps for f in each.judged if f.verdict != "not_judged"]
    return [max(footages, key=judged.count)]


def _moments(rep: Rep, stream: str) -> list[Moment]:
    failed = [finding for finding in failures(rep) if finding.stream in (stream, None)]
    middle, before, after = "Turning point", "On the way", "On the way back"
    if rep.kind == "hold":
        middle, before, after = "Half way", "In the first half", "In the second half"
    times = {"Start": rep.start_s, middle: rep.turn_s}
    for finding in failed:
        own_s = finding.time_s
        if own_s is not None and len(times) < 3 and min(abs(own_s - t) for t in times.values()) > APART_S:
            times[before if own_s < rep.turn_s else after] = own_s
    shown: dict[str, list[Finding]] = {label: [] for label in times}
    for finding in failed:
        at_s = rep.turn_s if finding.time_s is None else finding.time_s
        shown[min(times, key=lambda label: abs(times[label] - at_s))].append(finding)
    ordered = sorted(times, key=lambda label: times[label])
    return [Moment(label, times[label], tuple(shown[label])) for label in ordered]


def _shots(footage: Footage, taken: Sequence[tuple[Moment, Picture]]) -> tuple[Shot, ...]:
    if not taken:
        return ()
    size = taken[0][1].shape[1::-1]
    scale = np.array(size) / footage.pose.frame_size
    bodies = [footage.joints(moment.time_s) for moment, _ in taken]
    box = person_box([points * scale for points, _ in bodies], (int(size[0]), int(size[1])))
    return tuple(
        _shot(footage, moment, picture, points * scale, seen, box)
        for (moment, picture), (points, seen) in zip(taken, bodies, strict=True)
    )


def person_box(bodies: Sequence[Floats], size: tuple[int, int]) -> Box:
    """The (left, top, right, bottom) of a picture that holds all `bodies` (K, 2) with some air; all of it when empty.

    It is no narrower than 0.6 and no wider than 1.8 times its height, where the picture allows.
    """
    width, height = size
    points = np.concatenate(list(bodies))
    points = points[np.isfinite(points).all(axis=1)]
    points = points[(points > -0.5 * np.array(size)).all(axis=1) & (points < 1.5 * np.array(size)).all(axis=1)]
    if len(points) < 3:
        return 0, 0, width, height
    low, high = points.min(axis=0), points.max(axis=0)
    middle, extent = (low + high) / 2, (high - low)
    air = 0.22 * max(extent)
    across, down = extent + air
    across, down = max(across, 0.6 * down, 32.0), max(down, across / 1.8, 32.0)
    left, right = _within(middle[0] - across / 2, middle[0] + across / 2, width)
    top, bottom = _within(middle[1] - down / 2 - 0.15 * air, middle[1] + down / 2 - 0.15 * air, height)
    return left, top, right, bottom


def _within(low: float, high: float, limit: int) -> tuple[int, int]:
    shift = max(0.0, -low) - max(0.0, high - limit)
    return max(0, round(low + shift)), min(limit, round(high + shift))


def _shot(footage: Footage, moment: Moment, picture: Picture, points: Floats, seen: Floats, box: Box) -> Shot:
    import cv2

    left, top, right, bottom = box
    crop = picture[top:bottom, left:right]
    zoom = min(SHOWN_PX / crop.shape[0], WIDEST_PX / crop.shape[1])
    shown_size = (max(2, round(crop.shape[1] * zoom)), max(2, round(crop.shape[0] * zoom)))
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_CUBIC
    crop = np.ascontiguousarray(cv2.resize(crop, shown_size, interpolation=how), dtype=np.uint8)
    drawn_at = (points - [left, top]) * zoom
    lit = [
        mark if finding.time_s is None or abs(finding.time_s - moment.time_s) < AT_MOMENT_S else Lit(mark.joint)
        for finding in moment.findings
        if (mark := Lit.of(finding)) is not None
    ]
    skeleton = footage.pose.skeleton
    width = max(2.0, max(shown_size) / 170)
    if footage.source is None and footage.head is not None:
        per_px = zoom * picture.shape[1] / footage.pose.frame_size[0]
        draw_head(crop, footage.head.at(moment.time_s), per_px, width, (-left * zoom, -top * zoom))
    draw_skeleton(crop, drawn_at, seen, skeleton, tuple(lit), width)
    for mark in lit:
        angle = seen_angle(drawn_at, skeleton, mark)
        if angle is not None:
            _label(crop, angle, quantity(mark.value_deg, "deg"))
    done, data = cv2.imencode(".jpg", crop[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise OSError("expected the picture to be encoded as JPEG, got nothing from OpenCV")
    failed = ", ".join(finding.title for finding in moment.findings)
    return Shot(
        moment.label,
        moment.time_s,
        "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii"),
        shown_size,
        f"{moment.label}, {camera_name(footage.name)}" + (f"; to work on: {failed}" if failed else ""),
    )


def _label(picture: Picture, angle: Angle, text: str) -> None:
    """The angle in a chip beside its vertex, on the side away from the limbs."""
    import cv2

    height, width = picture.shape[:2]
    size = max(15.0, max(height, width) / 21)
    wide = text_width(text, size, 600) + 0.9 * size
    middle = sum(
        (arm - angle.vertex) / max(float(np.linalg.norm(arm - angle.vertex)), 1e-6) for arm in (angle.start, angle.end)
    )
    away = -middle / max(float(np.linalg.norm(middle)), 1e-6)
    center = angle.vertex + away * (0.6 * wide + 0.7 * size)
    x = float(np.clip(center[0] - wide / 2, 2, max(2, width - wide - 2)))
    y = float(np.clip(center[1], size, height - size))
    corner, far = (round(x), round(y - 0.75 * size)), (round(x + wide), round(y + 0.75 * size))
    cv2.rectangle(picture, corner, far, LIT, -1, cv2.LINE_AA)
    write(picture, text, (x + 0.45 * size, y + 0.36 * size), size, INK, 600)
