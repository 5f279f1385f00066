"""The dark panel beside the overlay's pictures: exercise, count, the last repetition's verdicts, and what to do."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from formcheck.assess.analysis import Analysis, ExerciseSet, Finding, Rep
from formcheck.report.drawing import INK, OUTLINE, Color, Lit, Picture, fitted, text_width, wrapped, write
from formcheck.report.words import clock, failures, is_counted, percent, rep_name

GREY: Color = (150, 158, 165)
SOFT: Color = (214, 219, 222)
PASS: Color = (120, 205, 185)
WARM: Color = (255, 138, 84)


@dataclass(frozen=True, eq=False)
class State:
    """What is known at an instant: the set, complete repetitions or seconds held so far, the last one that ended."""

    exercise_set: ExerciseSet | None
    count: int
    last: Rep | None
    held_s: int | None = None


class Score:
    """Looks up the state of an analysis at any instant."""

    def __init__(self, analysis: Analysis) -> None:
        self._sets = sorted(analysis.sets, key=lambda each: each.start_s)
        self._starts = [each.start_s for each in self._sets]
        self._states: dict[tuple[int, int, int | None], State] = {}
        self._ends = [[rep.end_s for rep in sorted(each.reps, key=_end)] for each in self._sets]
        self._reps = [sorted(each.reps, key=_end) for each in self._sets]

    def at(self, time_s: float) -> State:
        """The state at `time_s`; the same object as long as nothing changes."""
        which = max(0, bisect_right(self._starts, time_s) - 1)
        done = bisect_right(self._ends[which], time_s) if self._sets else 0
        held_s = self._held_s(which, time_s)
        if (which, done, held_s) not in self._states:
            finished = self._reps[which][:done] if self._sets else []
            self._states[which, done, held_s] = State(
                self._sets[which] if self._sets else None,
                sum(is_counted(rep) for rep in finished),
                finished[-1] if finished else None,
                held_s,
            )
        return self._states[which, done, held_s]

    def _held_s(self, which: int, time_s: float) -> int | None:
        """Whole seconds held until now; None where repetitions are counted."""
        if not self._sets or self._sets[which].hold_s is None:
            return None
        counted = [rep for rep in self._reps[which] if is_counted(rep)]
        return int(sum(max(0.0, min(time_s, rep.end_s) - rep.start_s) for rep in counted))

    def lit(self, time_s: float, stream: str) -> tuple[Lit, ...]:
        """The joints to light up in a stream: what fails in the repetition under way."""
        marks: dict[str, Lit] = {}
        for reps in self._reps:
            for rep in reps:
                if rep.start_s <= time_s < rep.end_s:
                    for finding in failures(rep):
                        mark = Lit.of(finding)
                        if mark is not None and finding.stream in (stream, None):
                            # The value holds at the moment that decided, not throughout the repetition.
                            near = finding.time_s is not None and abs(finding.time_s - time_s) < 0.15
                            if mark.joint not in marks or near:
                                marks[mark.joint] = mark if near else Lit(mark.joint)
        return tuple(marks.values())


def _end(rep: Rep) -> float:
    return rep.end_s


def draw_panel(state: State, size: tuple[int, int]) -> Picture:
    """The panel of (width, height) px for a state; tall ones stack their parts, wide ones set them side by side."""
    width, height = size
    panel = np.full((height, width, 3), OUTLINE, dtype=np.uint8)
    if state.exercise_set is None:
        write(panel, "No exercise found", (0.06 * width, 0.5 * height), min(22, 0.08 * width), SOFT)
        return panel
    if height > width:
        _tall(panel, state, state.exercise_set)
    else:
        _wide(panel, state, state.exercise_set)
    return panel


def _tall(panel: Picture, state: State, each: ExerciseSet) -> None:
    height, width = panel.shape[:2]
    unit = min(width / 20, height / 36)
    edge, room, line = 1.3 * unit, width - 2.6 * unit, 1.75 * unit
    y = 2.6 * unit
    write(panel, fitted(each.title, 1.25 * unit, 500, room), (edge, y), 1.25 * unit, SOFT, 500)
    y += 5.0 * unit
    _count(panel, state, (edge, y), 5.0 * unit)
    y += 2.9 * unit
    if state.last is None:
        return
    write(panel, fitted(_heading(state.last), unit, 500, room), (edge, y), unit, GREY, 500)
    cue_lines = wrapped(_cue(state.last, each), 1.2 * unit, 500, room, 5)
    cue_height = (1.2 + 1.7 * len(cue_lines)) * unit
    y += 0.5 * unit
    for finding in state.last.judged:
        if y + line + cue_height > height - edge:
            break
        y += line
        _verdict(panel, finding, (edge, y), unit, room)
    y += 1.2 * unit
    for text in cue_lines:
        y += 1.7 * unit
        write(panel, text, (edge, y), 1.2 * unit, INK, 500)


def _wide(panel: Picture, state: State, each: ExerciseSet) -> None:
    height, width = panel.shape[:2]
    unit = min(height / 9.5, width / 52)
    edge, line = 1.3 * unit, 1.65 * unit
    write(panel, fitted(each.title, 1.15 * unit, 500, 0.24 * width), (edge, 2.1 * unit), 1.15 * unit, SOFT, 500)
    _count(panel, state, (edge, 7.0 * unit), 4.6 * unit)
    if state.last is None:
        return
    left = 0.27 * width
    room = 0.34 * width
    write(panel, fitted(_heading(state.last), unit, 500, room), (left, 2.1 * unit), unit, GREY, 500)
    for number, text in enumerate(wrapped(_cue(state.last, each), 1.2 * unit, 500, room, 3)):
        write(panel, text, (left, (4.2 + 1.75 * number) * unit), 1.2 * unit, INK, 500)
    left = 0.65 * width
    rows = max(1, int((height - 1.2 * unit) / line))
    columns = -(-len(state.last.judged) // rows)
    room = (width - left - edge) / max(columns, 1)
    for number, finding in enumerate(state.last.judged):
        column, row = divmod(number, rows)
        _verdict(panel, finding, (left + column * room, 2.1 * unit + row * line), 0.95 * unit, room - unit)


def _count(panel: Picture, state: State, at: tuple[float, float], size: float) -> None:
    number, words = str(state.count), "rep" if state.count == 1 else "reps"
    if state.held_s is not None:
        number, words = (str(state.held_s), "s held") if state.held_s < 60 else (clock(state.held_s), "held")
    write(panel, number, at, size, INK, 600)
    beside = at[0] + text_width(number, size, 600) + 0.18 * size
    write(panel, words, (beside, at[1]), 0.27 * size, GREY)


def _heading(rep: Rep) -> str:
    if rep.attempt:
        return f"{rep_name(rep)}, not counted"
    return rep_name(rep) + (f" · form {percent(rep.score)} of 100" if rep.score is not None else "")


def _cue(rep: Rep, each: ExerciseSet) -> str:
    failed = failures(rep, each.advice)
    if rep.attempt:
        return "Too short to count." if rep.kind == "hold" else "Stopped well short of a full rep."
    if failed:
        return failed[0].cue
    if not rep.judged:
        return ""
    return "Good." if any(finding.verdict == "pass" for finding in rep.judged) else "Could not be judged."


def _verdict(panel: Picture, finding: Finding, at: tuple[float, float], size: float, room: float) -> None:
    color, ink, bold = {"pass": (PASS, SOFT, 400), "fail": (WARM, INK, 600), "not_judged": (GREY, GREY, 400)}[
        finding.verdict
    ]
    _symbol(panel, finding.verdict, at, size, color)
    title = fitted(finding.title, size, bold, room - 1.7 * size)
    write(panel, title, (at[0] + 1.7 * size, at[1]), size, ink, bold)


def _symbol(panel: Picture, verdict: str, at: tuple[float, float], size: float, color: Color) -> None:
    import cv2

    strokes = {
        "pass": ([(0.05, 0.40), (0.35, 0.08), (0.90, 0.75)],),
        "fail": ([(0.12, 0.72), (0.78, 0.04)], [(0.12, 0.04), (0.78, 0.72)]),
        "not_judged": ([(0.12, 0.38), (0.78, 0.38)],),
    }[verdict]
    for stroke in strokes:
        points = np.array([[at[0] + x * size, at[1] - y * size] for x, y in stroke])
        line = np.round(points * 16).astype(np.int32)
        cv2.polylines(panel, [line], False, color, max(1, round(0.17 * size)), cv2.LINE_AA, 4)
