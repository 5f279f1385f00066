"""An exercise as a person wants to read it, and as a program does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from formcheck.exercises.vocabulary import CameraView, Criterion, Exercise, Measure, Posture, Read
from formcheck.report.words import aim, listed, quantity, upper_first

_FROM: dict[CameraView, str] = {
    "front": "from the front",
    "back": "from behind",
    "side": "from the side",
    "oblique": "at an angle",
}
_TAKEN = {"high": "highest ", "low": "lowest ", "strongest": "strongest "}


@dataclass(frozen=True)
class Card:
    """What a person wants to know: (heading, text) about the exercise, and the same for each criterion by its title."""

    title: str
    facts: tuple[tuple[str, str], ...]
    criteria: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def card(exercise: Exercise) -> Card:
    """An exercise in words."""
    facts = (
        ("Also called", ", ".join(exercise.aliases)),
        ("Equipment", equipment(exercise)),
        ("Muscles", ", ".join(exercise.muscles)),
        ("Counts" if exercise.driving else "Timed", _counts(exercise)),
        ("Phases", ", then ".join(exercise.phases) if exercise.driving else ""),
        ("Sides", _SIDES[exercise.working]),
        ("Camera", camera(exercise)),
        ("File", exercise.file),
    )
    criteria = tuple((criterion.title, _facts(criterion, exercise)) for criterion in exercise.criteria)
    return Card(upper_first(exercise.name), tuple((name, text) for name, text in facts if text), criteria)


_SIDES = {"both": "", "one": "one side for a whole set", "alternating": "left and right in turn"}


def listing(exercises: Sequence[Exercise]) -> list[tuple[str, ...]]:
    """Rows of (exercise, also called, criteria, camera, equipment), the first with these headings."""
    rows: list[tuple[str, ...]] = [("exercise", "also called", "criteria", "camera", "equipment")]
    for exercise in exercises:
        first, second = cameras(exercise)
        where = first if second is None else f"{first}, {second}"
        aliases, number = ", ".join(exercise.aliases), str(len(exercise.criteria))
        rows.append((exercise.name, aliases, number, where, equipment(exercise)))
    return rows


def equipment(exercise: Exercise) -> str:
    """What one needs, in words."""
    return ", ".join("body weight" if each == "none" else each for each in exercise.equipment)


def cameras(exercise: Exercise) -> tuple[CameraView, CameraView | None]:
    """The view in which most criteria can be judged, and the one that a second camera adds most in."""

    def gain(view: CameraView, seen: frozenset[str]) -> tuple[float, float, int]:
        new = [each for each in exercise.criteria if view in each.views and each.id not in seen]
        best = sum(each.views[0] == view for each in new)
        order = exercise.watched.views
        return len(new), best, -order.index(view) if view in order else -len(order)

    first = max(_FROM, key=lambda view: gain(view, frozenset()))
    seen = frozenset(each.id for each in exercise.criteria if first in each.views)
    second = max(_FROM, key=lambda view: gain(view, seen))
    return first, second if gain(second, seen)[0] else None


def camera(exercise: Exercise) -> str:
    """Where to film from, and what a second camera adds."""
    first, second = cameras(exercise)
    here = [each for each in exercise.criteria if first in each.views]
    said = _FROM[first]
    turned = exercise.side_camera_deg - 90.0
    if first == "side" and abs(turned) >= 5.0:
        said += f", {abs(turned):.0f}° further {'back' if turned > 0 else 'forward'}"
    if exercise.criteria:
        said += f": judges {len(here)} of {len(exercise.criteria)} criteria"
    if second is not None:
        more = [each.title for each in exercise.criteria if second in each.views and first not in each.views]
        said += f"; a second one {_FROM[second]} adds: {', '.join(more)}"
    return said


def _counts(exercise: Exercise) -> str:
    if exercise.hold is not None:
        met = [_within(each) for each in exercise.hold.conditions]
        least = f"{exercise.hold.least_s:g} s"
        return f"the seconds during which {listed(met)}; at least {least}, breaks of up to {exercise.hold.gap_s:g} s"
    assert exercise.driving is not None
    driving, phase = exercise.driving, exercise.phases[0]
    way = "falls" if driving.falls else "grows"
    size = quantity(driving.least, driving.quantity.unit)
    said = f"every time the {driving.quantity.name} {way} by {size} or more ({phase}) and comes back"
    during = [_within(each) for each in exercise.postures]
    return said + (f", while {listed(during)}" if during else "")


def _within(posture: Posture) -> str:
    return f"the {posture.quantity.name} is {aim(posture.low, posture.high, posture.quantity.unit)}"


def _facts(criterion: Criterion, exercise: Exercise) -> tuple[tuple[str, str], ...]:
    seen = [_FROM[view] for view in criterion.views]
    return (
        ("Good", _good(criterion)),
        ("Measured", measured(criterion.measure, exercise)),
        ("Seen", " or ".join([", ".join(seen[:-1]), seen[-1]] if len(seen) > 1 else seen)),
        ("Cue", criterion.cue),
        ("Why", criterion.why),
        ("Source", criterion.source),
    )


def _good(criterion: Criterion) -> str:
    (low, high), margin, unit = criterion.good, criterion.margin, criterion.measure.unit
    digits = 3 if unit != "deg" and margin < 0.05 else None
    limits: list[str] = []
    if math.isfinite(low):
        limits.append(f"below {quantity(low - margin, unit, digits)}")
    if math.isfinite(high):
        limits.append(f"above {quantity(high + margin, unit, digits)}")
    return f"{aim(low, high, unit)}; fails {' and '.join(limits)}" if limits else ""


def measured(measure: Measure, exercise: Exercise) -> str:
    """What is measured, when, and on whose side, in words: `highest sag of the hips, throughout`."""
    taken = _TAKEN.get(measure.take, "") if isinstance(measure, Read) else ""
    when = _moment(measure.moments[0], exercise)
    if isinstance(measure, Read) and measure.since is not None:
        when += f", since {_moment(measure.since, exercise).removeprefix('in ').removeprefix('at ')}"
    elif len(measure.moments) > 1:  # both ways
        when = "throughout"
    whose = {"each": "", "working": ", working side", "other": ", other side"}[measure.limbs]
    return f"{taken}{measure.name}, {when}{whose}"


def _moment(moment: str, exercise: Exercise) -> str:
    if exercise.hold is not None:
        words = {"start": "in the first second", "turn": "half way", "end": "in the last second"}
        return words.get(moment, {"out": "in the first half", "back": "in the second half"}.get(moment, "throughout"))
    words = {
        "start": "in the start posture",
        "turn": "at the turning point",
        "end": "at the end",
        "out": f"in the {exercise.phases[0]} phase",
        "back": f"in the {exercise.phases[1]} phase",
    }
    return words.get(moment, "throughout")


def as_data(exercise: Exercise) -> dict[str, object]:
    """An exercise as plain data; open ends of ranges are None."""
    watched: dict[str, object] = {"quantity": exercise.watched.quantity.name, "unit": exercise.watched.quantity.unit}
    if exercise.driving is not None:
        watched |= {"least": exercise.driving.least, "falls": exercise.driving.falls}
    if exercise.hold is not None:
        watched |= {"least_s": exercise.hold.least_s, "gap_s": exercise.hold.gap_s}
    first, second = cameras(exercise)
    return {
        "name": exercise.name,
        "aliases": list(exercise.aliases),
        "equipment": list(exercise.equipment),
        "muscles": list(exercise.muscles),
        "phases": list(exercise.phases),
        "working": exercise.working,
        "cameras": [first] if second is None else [first, second],
        "side_camera_deg": exercise.side_camera_deg,
        "driving" if exercise.driving else "hold": watched | {"views": list(exercise.watched.views)},
        "postures": [
            {"quantity": each.quantity.name, "unit": each.quantity.unit, "range": _ends((each.low, each.high))}
            for each in (exercise.hold.conditions if exercise.hold else exercise.postures)
        ],
        "criteria": [
            {
                "id": each.id,
                "title": each.title,
                "measure": each.measure.name,
                "measured": measured(each.measure, exercise),
                "unit": each.measure.unit,
                "good": _ends(each.good),
                "margin": each.margin,
                "error": each.error,
                "weight": each.weight,
                "views": list(each.views),
                "cue": each.cue,
                "why": each.why,
                "source": each.source,
            }
            for each in exercise.criteria
        ],
        "file": exercise.file or None,
    }


def _ends(good: tuple[float, float]) -> list[float | None]:
    return [edge if math.isfinite(edge) else None for edge in good]
