"""What the report says: numbers, units, names and remarks in plain second person English."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from formcheck.assess.analysis import Advice, ExerciseSet, Finding, Rep
from formcheck.assess.workout import UNNAMED

SYMBOL = {"pass": "✓", "fail": "✗", "not_judged": "\N{EN DASH}"}
NOT_MEDICAL_ADVICE = "Not medical advice"

_UNIT = {"deg": "°", "%": " %", "times": " \N{MULTIPLICATION SIGN}", "ratio": ""}


def quantity(value: float | None, unit: str, digits: int | None = None) -> str:
    """A value with its unit as people write it: `87°`, `0.4 s`, `0.23 trunk lengths`; an em dash when missing."""
    if value is None or value != value:
        return "—"
    if digits is None:
        digits = 0 if unit == "deg" or unit.startswith("%") or abs(value) >= 100 else 1 if unit in ("s", "deg/s") else 2
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\N{MINUS SIGN}") + unit_suffix(unit)


def unit_suffix(unit: str) -> str:
    """What follows a number in `unit`: `°` directly, words after a space."""
    return _UNIT.get(unit, f" {unit}" if unit else "")


def good_range(finding: Finding) -> str:
    """The good range as an aim: `at least 100°`, `at most 0.15`, `80° to 110°`; empty when there is none."""
    return aim(*finding.good, finding.unit)


def aim(low: float | None, high: float | None, unit: str) -> str:
    """A range as an aim: `at least 100°`; None or infinite is an open end, and two of them give no words."""
    low = low if low is not None and math.isfinite(low) else None
    high = high if high is not None and math.isfinite(high) else None
    if low is None and high is None:
        return ""
    if high is None:
        return f"at least {quantity(low, unit)}"
    if low is None:
        return f"at most {quantity(high, unit)}"
    suffix = unit_suffix(unit)
    first = quantity(low, unit)
    return f"{first if suffix == '°' else first.removesuffix(suffix)} to {quantity(high, unit)}"


def percent(share: float | None) -> str:
    """A share 0..1 as a whole number of percent without the sign; an em dash when missing."""
    return "—" if share is None else f"{100 * share:.0f}"


def clock(time_s: float) -> str:
    """Seconds as minutes and seconds, `1:05`."""
    whole = max(0, round(time_s))
    return f"{whole // 60}:{whole % 60:02d}"


def length(duration_s: float) -> str:
    """How long something lasts: `5.4 s`, `1:05 min`."""
    return f"{duration_s:.1f} s" if duration_s < 60 else f"{clock(duration_s)} min"


def counted(number: int, noun: str) -> str:
    """`1 rep`, `3 reps`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(parts: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`; or with another word before the last."""
    return f" {last} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def runs(indices: Iterable[int]) -> str:
    """Numbers as a list in which three or more neighbours are drawn together by a dash."""
    ordered = sorted(set(indices))
    groups: list[list[int]] = []
    for index in ordered:
        if groups and index == groups[-1][-1] + 1:
            groups[-1].append(index)
        else:
            groups.append([index])
    parts: list[str] = []
    for group in groups:
        if len(group) > 2:
            parts.append(f"{group[0]}\N{EN DASH}{group[-1]}")
        else:
            parts += [str(index) for index in group]
    return listed(parts)


def in_reps(indices: Sequence[int], judged: int, there: int, noun: str = "rep") -> str:
    """Where something was seen: `in rep 3`, `in reps 1 and 3`, `in all 12 reps`; `judged` of `there` could be."""
    if len(indices) == judged and judged > 2:
        return f"in all {judged} {noun}s" if judged == there else f"in all {judged} {noun}s that could be judged"
    return f"in {noun} {indices[0]}" if len(indices) == 1 else f"in {noun}s {runs(indices)}"


def noun(exercise_set: ExerciseSet) -> str:
    """What a set is made of: reps, or holds such as planks."""
    return "rep" if exercise_set.hold_s is None else "hold"


def amount(exercise_set: ExerciseSet) -> str:
    """How much was done: `5 reps`, `held 42.3 s`, `held 1:20 min in 3 holds`."""
    if exercise_set.hold_s is None:
        return counted(exercise_set.count, "rep")
    several = f" in {exercise_set.count} holds" if exercise_set.count > 1 else ""
    return f"held {length(exercise_set.hold_s)}{several}"


def rep_name(rep: Rep) -> str:
    """How a repetition is called: `Rep 3`, `Attempt 3`, `Cut-off rep 3`, `Hold 3`."""
    if rep.attempt:
        return f"Attempt {rep.index}"
    if rep.kind == "hold":
        return f"Hold {rep.index}"
    return f"Rep {rep.index}" if rep.complete else f"Cut-off rep {rep.index}"


def rep_note(rep: Rep) -> str:
    """What is special about a repetition, in words; empty for an ordinary one."""
    if rep.attempt and rep.kind == "hold":
        return "An attempt: it was too short, so it is not counted."
    if rep.attempt:
        return "An attempt: it began but fell well short, so it is not counted."
    if not rep.complete:
        return "The recording begins or ends inside it, so it is not counted; what was seen of it is judged."
    return ""


def is_counted(rep: Rep) -> bool:
    """Whether a repetition is part of the count."""
    return rep.complete and not rep.attempt


def failures(rep: Rep, advice: Sequence[Advice] = ()) -> list[Finding]:
    """The failed findings of a repetition: what the set's advice names first, then the worst scores."""
    rank = {entry.criterion: place for place, entry in enumerate(advice)}
    failed = [finding for finding in rep.judged if finding.verdict == "fail"]
    return sorted(failed, key=lambda finding: (rank.get(finding.criterion, len(rank)), finding.score or 0.0))


def upper_first(text: str) -> str:
    """A phrase as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def lower_first(sentence: str) -> str:
    """A sentence as it continues after a colon; words in capitals stay."""
    return sentence[:1].lower() + sentence[1:] if sentence[1:2].islower() or sentence[1:2] == " " else sentence


def remark(rep: Rep, exercise_set: ExerciseSet) -> str:
    """One sentence to say after it: `Rep 3: sit deeper until ….`, `Rep 4: good.`, `Hold 1, held 42.3 s: good.`"""
    name = rep_name(rep)
    failed = failures(rep, exercise_set.advice)
    if rep.kind == "hold":
        name += f", held {length(rep.end_s - rep.start_s)}"
    if rep.attempt:
        short = "it was too short" if rep.kind == "hold" else "it stopped well short of a full rep"
        return f"{name}: not counted, {short}."
    if failed:
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        return f"{name}: {lower_first(failed[0].cue.rstrip().rstrip('.'))}{more}."
    if any(finding.verdict == "pass" for finding in rep.judged):
        return f"{name}: good."
    return f"{name}: not judged."


def signal_name(name: str, unit: str) -> str:
    """A trace's name in words, without its unit: `knee_flexion_deg` and `knee flexion` become `Knee bend`."""
    words = name.removesuffix(f"_{unit}").replace("_", " ").strip().replace("flexion", "bend")
    return upper_first(words)


def camera_name(stream: str) -> str:
    """A stream as people call it: `first camera`."""
    return {"front": "first camera", "side": "second camera"}.get(stream, stream)


def view_tag(view: str) -> str:
    """A view as a short label; empty when unknown."""
    return {
        "front": "Front",
        "back": "Back",
        "side-left": "Left side",
        "side-right": "Right side",
        "oblique": "At an angle",
    }.get(view, "")


def view_words(view: str) -> str:
    """A view as it is said: `from your left side`."""
    return {
        "front": "from the front",
        "back": "from behind",
        "side-left": "from your left side",
        "side-right": "from your right side",
        "oblique": "at an angle",
    }.get(view, "from an unknown side")


def recognised(each: ExerciseSet) -> str:
    """How a set got its name, in a sentence; empty where somebody gave it."""
    if each.recognised is None:
        return ""
    likely = [(entry.title, f"{percent(entry.probability)} %") for entry in each.recognised]
    if each.exercise != UNNAMED:
        own = [
            share for entry, (_, share) in zip(each.recognised, likely, strict=True) if entry.exercise == each.exercise
        ]
        said = f"Recognised by how you move{f', {own[0]} sure' if own else ''}"
        return (
            f"{said}."
            if each.criteria
            else f"{said}. No whole repetition of it was found to judge, so they are counted only."
        )
    if not likely and each.counted_by == "imu":
        return (
            "Counted, not named: exercises are recognised from sensors on wrists and ankles whose files say where they "
            "were worn. Name it with --exercise."
        )
    if not likely and each.counted_by == "thermal":
        return "Counted, not named: no exercise is recognised from a thermal camera alone. Name it with --exercise."
    if not likely:
        return "This is no exercise that formcheck knows: it was counted, not judged."
    looks = listed([f"{lower_first(title)} ({share})" for title, share in likely], "or")
    return f"Counted, not judged: it may be {looks}. Name the exercise to have it judged."


def seconded(finding: Finding) -> str:
    """What measurement and trained model make of each other, after a semicolon; empty where only one of them judged."""
    second = finding.second
    if finding.verdict == "not_judged" or (second is None and finding.source != "model"):
        return ""
    if second is None:
        return "judged by a model that was trained on repetitions, since no camera stands where it could be measured"
    if second.agrees:
        return "measured, and a trained model says the same"
    other = {"pass": "good", "fail": "to work on"}[second.verdict]
    if second.source == "model":
        return f"a trained model would call it {other}, but the measurement is trusted here"
    return f"measured, it would be {other}, but a trained model is trusted here"


def differing(found: Sequence[tuple[Rep, Finding]], noun: str = "rep") -> list[str]:
    """Where measurement and trained model differ on one criterion, or only the model judged, a sentence each."""
    said: dict[str, list[int]] = {}
    for rep, finding in found:
        words = seconded(finding)
        if words and not (finding.second and finding.second.agrees):
            said.setdefault(words, []).append(rep.index)
    return [f"{upper_first(in_reps(reps, len(found), len(found), noun))}: {words}." for words, reps in said.items()]
