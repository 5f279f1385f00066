"""Who takes part: synthetic athletes with the sex, age and body that a dataset says its people have."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields, replace

from formcheck.synthetic import Athlete

# Median stature in m by age in years, girls and boys: CDC growth charts 2000 (Kuczmarski et al. 2002, Vital Health
# Stat 11(246)), rounded to a centimetre; from 18 on that of adults.
_GIRLS_M = (1.28, 1.33, 1.38, 1.44, 1.51, 1.57, 1.60, 1.62, 1.62, 1.63, 1.63)
_BOYS_M = (1.28, 1.33, 1.39, 1.44, 1.49, 1.56, 1.64, 1.70, 1.74, 1.75, 1.76)
_YOUNGEST = 8


@dataclass(frozen=True)
class Participant:
    """One person of a dataset; `number` counts from 1."""

    number: int
    athlete: Athlete
    age: int

    @property
    def name(self) -> str:
        """`P01` and so on, as truth files and sheets name them."""
        return f"P{self.number:02d}"

    @property
    def sex(self) -> str:
        """`F` or `M`."""
        return "F" if self.athlete.female else "M"


def seed_of(*words: object) -> int:
    """A seed that belongs to these words alone."""
    return int.from_bytes(hashlib.sha256(" ".join(map(str, words)).encode()).digest()[:4])


def somebody(*words: object, female: bool | None = None) -> Athlete:
    """The synthetic adult that belongs to these words, of the sex asked for."""
    for attempt in range(1000):
        athlete = Athlete.sample(seed_of(*words, attempt))
        if female in (None, athlete.female):
            return athlete
    raise AssertionError("one in two sampled athletes is a woman")


def aged(athlete: Athlete, age: int) -> Athlete:
    """The same person at an age from 8 years on, with the stature that children of that age have."""
    medians = _GIRLS_M if athlete.female else _BOYS_M
    here = medians[min(max(age, _YOUNGEST) - _YOUNGEST, len(medians) - 1)]
    return with_stature(athlete, athlete.stature_m * here / medians[-1])


def with_stature(athlete: Athlete, stature_m: float) -> Athlete:
    """The same proportions at another stature."""
    scale = stature_m / athlete.stature_m
    lengths = [field.name for field in fields(athlete) if field.name.endswith("_m")]
    return replace(athlete, **{name: getattr(athlete, name) * scale for name in lengths})
