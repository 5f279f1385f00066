"""The figures on top of a set in the report."""

from __future__ import annotations

from collections.abc import Sequence

from formcheck.assess.analysis import ExerciseSet
from formcheck.report.words import counted, is_counted, length, listed, percent, quantity, signal_name


def facts(each: ExerciseSet) -> list[tuple[str, str, str]]:
    """The figures on top: (label, value, what stands small beside it)."""
    told: list[tuple[str, str, str]] = []
    if each.hold_s is not None:
        told.append(_duration("Held", each.hold_s))
    if each.hold_s is None or each.count > 1:
        told.append(("Reps" if each.hold_s is None else "Holds", str(each.count), ""))
    if each.score is not None:
        told.append(("Form", percent(each.score), "of 100"))
    whole = [rep for rep in each.reps if is_counted(rep)]
    times = [rep.end_s - rep.start_s for rep in whole]
    if times and each.hold_s is None:
        told.append(("A typical rep", f"{_median(times):.1f}", "s"))
    elif len(times) > 1:
        told.append(_duration("Longest hold", max(times)))
    motion = [rep.range_of_motion for rep in whole if rep.range_of_motion is not None]
    if motion:
        unit = each.trace.unit
        small = signal_name(each.trace.name, unit).lower()
        told.append(("Range of motion", quantity(_median(motion), unit), small))
    return told


def _duration(label: str, seconds: float) -> tuple[str, str, str]:
    value, _, unit = length(seconds).partition(" ")
    return label, value, unit


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def aside(each: ExerciseSet) -> str:
    """What else was seen, in a sentence; empty where nothing was."""
    attempts = sum(rep.attempt for rep in each.reps)
    parts = sum(not rep.complete and not rep.attempt for rep in each.reps)
    said = [counted(attempts, "attempt")] if attempts else []
    said += [f"{counted(parts, 'rep')} cut off by the recording"] if parts else []
    return f"Also seen, not counted: {listed(said)}." if said else ""
