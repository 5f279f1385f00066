"""What people say about themselves, checked and as numbers: height, weight, age, sleep, smoking, diet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from formcheck.learn.datasets.dataset import Person
from formcheck.signals import Floats

YES, NO = ("yes", "y", "true", "1", "smoker", "current"), ("no", "n", "false", "0", "non-smoker", "never")
HEALTHY, OTHER = ("healthy", "balanced", "good", "yes"), ("other", "unhealthy", "bad", "no", "poor")
BMI_KG_M2 = (10.0, 80.0)  # nobody outside of it exercises: height and weight do not belong together


@dataclass(frozen=True)
class Quantity:
    """A number that people are asked for: how headings begin, its unit, and what it can be.

    `low` to `high` is wide enough for anybody old enough to be asked who exercises; `units` are others that a heading
    may name, with their size in the own unit.
    """

    name: str
    starts: tuple[str, ...]
    unit: str
    low: float
    high: float
    units: Mapping[str, float]


QUANTITIES = (
    Quantity("height_cm", ("height", "stature"), "cm", 100.0, 250.0, {"m": 100.0, "mm": 0.1, "in": 2.54}),
    Quantity("weight_kg", ("weight", "mass"), "kg", 25.0, 350.0, {"g": 0.001, "lb": 0.45359237, "lbs": 0.45359237}),
    Quantity("age_years", ("age",), "years", 5.0, 110.0, {"months": 1 / 12}),
    Quantity("sleep_h", ("sleep",), "h", 0.0, 24.0, {"min": 1 / 60}),
)
NAMES = (*(each.name for each in QUANTITIES), "bmi_kg_m2", "smokes", "eats_healthily")
"""What `features` tells, in this order."""


def features(person: Person) -> tuple[Floats, tuple[str, ...]]:
    """What is known of somebody as numbers (7,) under NAMES, NaN where it is missing or impossible.

    Answers of yes and no are 1 and 0.
    """
    values = dict.fromkeys(NAMES, float("nan"))
    for heading, told in person.facts.items():
        quantity = quantity_of(heading)
        if quantity is not None:
            value = in_unit(quantity, heading, told)
            if value is not None and quantity.low <= value <= quantity.high:
                values[quantity.name] = value
        elif heading.lower().startswith("smok"):
            values["smokes"] = _answer(told, YES, NO)
        elif heading.lower().startswith(("diet", "eat", "nutrition")):
            values["eats_healthily"] = _answer(told, HEALTHY, OTHER)
    values["bmi_kg_m2"] = values["weight_kg"] / (values["height_cm"] / 100.0) ** 2
    return np.array([values[name] for name in NAMES], dtype=np.float64), NAMES


def impossible(heading: str, told: str | float | None) -> str | None:
    """What was expected under a heading, where what is told there cannot be; None where it can."""
    quantity = quantity_of(heading)
    if quantity is None or told is None:
        return None
    value = in_unit(quantity, heading, told)
    if value is None:
        return "a number"
    if quantity.low <= value <= quantity.high:
        return None
    size = _unit_of(quantity, heading)
    return f"{quantity.low / size:g} to {quantity.high / size:g}"


def impossible_together(facts: Mapping[str, str | float | None]) -> str | None:
    """What does not fit together in what somebody says, in words; None where all does."""
    values, names = features(Person("", facts))
    bmi = float(values[names.index("bmi_kg_m2")])
    if np.isnan(bmi) or BMI_KG_M2[0] <= bmi <= BMI_KG_M2[1]:
        return None
    low, high = BMI_KG_M2
    return f"expected a height and a weight of one person ({low:g} to {high:g} kg/m2), got {bmi:.0f} kg/m2"


def quantity_of(heading: str) -> Quantity | None:
    """The number that a heading asks for."""
    name = heading.strip().lower()
    return next((each for each in QUANTITIES if name.startswith(each.starts)), None)


def in_unit(quantity: Quantity, heading: str, told: str | float | None) -> float | None:
    """A cell in the quantity's own unit, whatever unit the heading names; None where it is no number."""
    try:
        value = float(told) if told is not None else float("nan")
    except ValueError:
        return None
    return value * _unit_of(quantity, heading) if np.isfinite(value) else None


def _unit_of(quantity: Quantity, heading: str) -> float:
    """The size of the unit that a heading ends in, `height_m` or `Height (m)`, in the quantity's own."""
    words = re.findall(r"[a-z]+", heading.lower())[1:]
    units = {**quantity.units, quantity.unit: 1.0}
    return next((units[word] for word in reversed(words) if word in units), 1.0)


def _answer(told: str | float | None, yes: tuple[str, ...], no: tuple[str, ...]) -> float:
    if told is None:
        return float("nan")
    said = (f"{told:g}" if isinstance(told, float | int) else str(told)).strip().lower()
    return 1.0 if said in yes else 0.0 if said in no else float("nan")
