"""Whether counting live tells what counting a recording does, how late, and at what cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.evaluation.counting import Counted, Rows, Tell
from formcheck.evaluation.interval import with_interval
from formcheck.exercises import find_or_load
from formcheck.live import LiveCoach, LiveEvent
from formcheck.pose import Landmarks
from formcheck.signals import Floats

CLOSE_S = 0.15  # between the times of one and the same repetition
PARTS = ("start", "turning point", "end")


@dataclass(frozen=True, eq=False)
class Replayed:
    """One recording played to the live coach, beside what was counted in it as a whole.

    `count` are the repetitions told. Of those that were told where the recording has one: `off_s` (N, 3) by how much
    start, turning point and end differ (of an unknown exercise live and recorded repetitions may begin at either end of
    the way), and `late_s` (N,) from the end of the recorded one to being told.
    """

    recorded: Counted
    count: int
    off_s: Floats
    late_s: Floats
    cpu_ms: float


def replay_all(recorded: Sequence[Counted], tell: Tell = None, what: str = "Replaying") -> list[Replayed]:
    """Every recording that was counted, played to the live coach frame by frame, told its exercise if that was."""
    found: list[Replayed] = []
    for at, each in enumerate(recorded):
        found.append(replay(each))
        if tell is not None:
            tell(what, (at + 1) / len(recorded))
    return found


def replay(recorded: Counted) -> Replayed:
    """One recording played to the live coach; the time it takes is CPU time of this process."""
    clip, pose = recorded.clip, recorded.clip.pose()
    exercise = find_or_load(clip.exercise) if recorded.given and clip.exercise is not None else None
    coach = LiveCoach(exercise, pose.skeleton, pose.frame_size)
    seen = pose.found
    frames = [
        Landmarks(pose.image[at], None if pose.world is None else pose.world[at], pose.visibility[at])
        if seen[at]
        else None
        for at in range(len(pose))
    ]
    events: list[LiveEvent] = []
    start_s = time.process_time()
    for time_s, landmarks in zip(pose.time, frames, strict=True):
        events += coach.push(float(time_s), landmarks)
    cpu_ms = 1000.0 * (time.process_time() - start_s) / max(len(frames), 1)
    events += coach.finish()
    told = [event for event in events if event.event == "repetition"]
    off_s, late_s = _beside(recorded, told)
    return Replayed(recorded, len(told), off_s, late_s, cpu_ms)


def _beside(recorded: Counted, told: Sequence[LiveEvent]) -> tuple[Floats, Floats]:
    """How live repetitions differ from the recorded ones in which they turn."""
    spans = [span for span in recorded.spans if span.complete and not span.attempt]
    off: list[tuple[float, float, float]] = []
    late: list[float] = []
    for event in told:
        rep = event.rep
        if rep is None:
            continue
        turn_s = rep.turn_s
        same = [span for span in spans if span.start_s < turn_s < span.end_s]
        if same:
            span = min(same, key=lambda each: abs(each.turn_s - turn_s))
            off.append((rep.start_s - span.start_s, rep.turn_s - span.turn_s, rep.end_s - span.end_s))
            late.append(event.time_s - span.end_s)
    return np.array(off).reshape(-1, 3), np.array(late)


def live_table(played: Sequence[Replayed]) -> Rows:
    """Rows of (what, value): the live count against the recorded one and the label, times, delay, and CPU.

    Differences of start, turning point and end are absolute; the delay is from a repetition's end to being told.
    """
    sources = [each.recorded.clip.source for each in played]
    off = np.abs(np.concatenate([each.off_s for each in played]))
    late = np.concatenate([each.late_s for each in played])
    return [
        ("live", "value"),
        ("recordings", str(len(played))),
        ("count as recorded %", with_interval([float(each.count == each.recorded.count) for each in played], sources)),
        (
            "count right %",
            with_interval([float(each.recorded.clip.error(each.count) == 0) for each in played], sources),
        ),
        ("count right as recorded %", with_interval([float(each.recorded.error == 0) for each in played], sources)),
        *((f"{part} off, s", _spread(off[:, at], 90) + _close(off[:, at])) for at, part in enumerate(PARTS)),
        ("told after its end, s", _spread(late, 95)),
        ("CPU ms a frame", _spread(np.array([each.cpu_ms for each in played]), 95)),
    ]


def _spread(values: Floats, percent: float) -> str:
    if not len(values):
        return "–"
    return f"median {np.median(values):.2f}, {percent:.0f}th percentile {np.percentile(values, percent):.2f}"


def _close(values: Floats) -> str:
    return f", {100 * np.mean(values < CLOSE_S):.1f} % below {CLOSE_S:g}" if len(values) else ""


def unlike_rows(played: Sequence[Replayed]) -> Rows:
    """Rows of the recordings whose live count is not the recorded one."""
    rows: Rows = [("recording", "exercise", "live", "recorded", "labelled")]
    for each in played:
        if each.count != each.recorded.count:
            clip = each.recorded.clip
            told = (str(each.count), str(each.recorded.count), str(clip.count))
            rows.append((clip.name, clip.exercise or clip.kind, *told))
    return rows
