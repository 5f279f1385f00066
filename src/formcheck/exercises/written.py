"""An exercise as the text of its file, in the words and the style of the catalogue's files."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Mapping, Sequence

from formcheck.body import quantities
from formcheck.body.track import Quantity
from formcheck.exercises.measures import BusierSide, Measure, Read
from formcheck.exercises.vocabulary import Criterion, Driving, Exercise, Posture

LONGEST = 120  # characters of a line
_SHORT = {"turn": "at_turn", "start": "at_start", "whole": "throughout"}


def written(exercise: Exercise, heading: str, notes: Mapping[str, str]) -> str:
    """The Python text that defines an exercise which is counted, has no motion, and measures by `Read` alone.

    `heading` becomes the docstring; `notes` are comments above the parts named `driving`, `postures`, `phases`, or as a
    criterion. Raises ValueError for an exercise that cannot be written so.
    """
    driving = exercise.driving
    if driving is None or exercise.motion is not None:
        raise ValueError(f"expected an exercise that is counted and has no motion, got {exercise.name}")
    body = [
        f"    name={_text(exercise.name)},",
        f"    aliases={_tuple([_text(alias) for alias in exercise.aliases])},",
        *_note(notes.get("driving"), 4),
        *_call("    driving=", "Driving", _driving(driving)),
        *_postures(exercise.postures, notes.get("postures")),
        *_note(notes.get("phases"), 4),
        f"    phases={_tuple([_text(phase) for phase in exercise.phases])},",
        f"    equipment={_tuple([_text(each) for each in exercise.equipment])},",
        f"    muscles={_tuple([_text(each) for each in exercise.muscles])},",
        "    criteria=(",
        *(line for each in exercise.criteria for line in _criterion(each, notes.get(each.id))),
        "    ),",
    ]
    used = {driving.quantity, *(each.measure.quantity for each in exercise.criteria)}
    used |= {posture.quantity for posture in exercise.postures}
    text = "\n".join(body)
    words = ("INF", "BusierSide", "Criterion", "Driving", "Exercise", "Posture", "Read", *sorted(_SHORT.values()))
    lines = [
        *_docstring(heading),
        "",
        *_import("formcheck.body.quantities", sorted(_name(quantity) for quantity in used)),
        *_import(
            "formcheck.exercises.vocabulary", [word for word in words if re.search(rf"\b{word}\b", f"Exercise({text}")]
        ),
        "",
        "EXERCISE = Exercise(",
        text,
        ")",
    ]
    return "\n".join(lines) + "\n"


def _driving(driving: Driving) -> list[str]:
    parts = [_name(driving.quantity), f"least={driving.least!r}"]
    parts += ["falls=True"] if driving.falls else []
    parts.append(f"views={_tuple([_text(view) for view in driving.views])}")
    if isinstance(driving.side_of, BusierSide):
        parts.append(f"side_of=BusierSide({_name(driving.side_of.quantity)})")
    elif driving.side_of is not None:
        raise ValueError(f"expected the working side to be found by BusierSide, got {driving.side_of}")
    return parts


def _postures(postures: Sequence[Posture], note: str | None) -> list[str]:
    if not postures:
        return []
    each = [f"Posture({_name(p.quantity)}, {_number(p.low)}, {_number(p.high)})" for p in postures]
    return [*_note(note, 4), f"    postures={_tuple(each)},"]


def _criterion(criterion: Criterion, note: str | None) -> list[str]:
    return [
        "        Criterion(",
        f"            id={_text(criterion.id)},",
        f"            title={_text(criterion.title)},",
        *_note(note, 12),
        f"            measure={_measure(criterion.measure)},",
        f"            good=({_number(criterion.good[0])}, {_number(criterion.good[1])}),",
        f"            margin={criterion.margin!r},",
        f"            views={_tuple([_text(view) for view in criterion.views])},",
        f"            cue={_text(criterion.cue)},",
        f"            why={_text(criterion.why)},",
        f"            source={_text(criterion.source)},",
        f"            error={criterion.error!r},",
        "        ),",
    ]


def _measure(measure: Measure) -> str:
    if not isinstance(measure, Read):
        raise ValueError(f"expected a measure that reads a quantity, got {measure}")
    limbs = "" if measure.limbs == "each" else f", limbs={_text(measure.limbs)}"
    if measure.take == "median" and measure.since is None and measure.moment in _SHORT:
        return f"{_SHORT[measure.moment]}({_name(measure.quantity)}{limbs})"
    since = "" if measure.since is None else f", since={_text(measure.since)}"
    return f"Read({_name(measure.quantity)}, {_text(measure.moment)}, {_text(measure.take)}{since}{limbs})"


def _name(quantity: Quantity) -> str:
    """What a quantity is called in Python."""
    found = [name for name, value in vars(quantities).items() if value is quantity]
    if not found:
        raise ValueError(f"expected a quantity of formcheck.body.quantities, got {quantity.name}")
    return found[0]


def _number(value: float) -> str:
    return repr(value) if math.isfinite(value) else "INF" if value > 0 else "-INF"


def _text(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)  # in double quotes, and escaped as Python does


def _tuple(parts: Sequence[str]) -> str:
    return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def _call(before: str, function: str, arguments: Sequence[str]) -> list[str]:
    line = f"{before}{function}({', '.join(arguments)}),"
    if len(line) <= LONGEST:
        return [line]
    indent = " " * (len(before) - len(before.lstrip()))
    return [f"{before}{function}(", *(f"{indent}    {argument}," for argument in arguments), f"{indent}),"]


def _note(note: str | None, indent: int) -> list[str]:
    return [f"{' ' * indent}# {line}" for line in textwrap.wrap(note, LONGEST - indent - 2)] if note else []


def _docstring(heading: str) -> list[str]:
    paragraphs = heading.replace("\\", "/").replace('"""', "'''").split("\n")
    lines = [line for each in paragraphs for line in (textwrap.wrap(each, LONGEST - 3, break_long_words=False) or [""])]
    return [f'"""{lines[0]}"""'] if len(lines) == 1 else [f'"""{lines[0]}', *lines[1:], '"""']


def _import(module: str, names: Sequence[str]) -> list[str]:
    line = f"from {module} import {', '.join(names)}"
    return [line] if len(line) <= LONGEST else [f"from {module} import (", *(f"    {name}," for name in names), ")"]
