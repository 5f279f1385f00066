"""What the numbers of radiometric frames mean: temperatures in whichever unit makes a room with people of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formcheck.sources.frame import SourceError
from formcheck.sources.thermal.recording import Declared, Unit, Warmth

ZERO_C = 273.15  # kelvin
USUAL_ROOM_C = 22.0
USUAL_WARMEST_C = 35.0  # resting skin of the face, Marins et al. 2014, J Therm Biol 42
EVEN_K = 1.5  # nothing that is as even as this shows a person
CLEAR = 2.0  # another unit that explains the numbers worse by less than this is told
_ROOM_C = (2.0, 42.0)
_WARMEST_C = (10.0, 150.0)
_COLDEST_C = -45.0


@dataclass(frozen=True)
class Scale:
    """A unit: Celsius = numbers times `by` plus `plus`. `whole` where whole numbers are written in it."""

    name: str
    by: float
    plus: float
    whole: bool = True


# Lepton's TLinear output and FLIR's "high resolution" are hundredths, "low resolution" tenths of a kelvin (FLIR Lepton
# Engineering Datasheet); 1/64 kelvin is what cameras with InfiRay's P2 core give.
SCALES = (
    Scale("centi-kelvin", 0.01, -ZERO_C),
    Scale("centi-Celsius", 0.01, 0.0),
    Scale("deci-kelvin", 0.1, -ZERO_C),
    Scale("deci-Celsius", 0.1, 0.0),
    Scale("1/64 kelvin", 1 / 64, -ZERO_C),
    Scale("Celsius", 1.0, 0.0),
    Scale("kelvin", 1.0, -ZERO_C),
    Scale("Fahrenheit", 5 / 9, -160 / 9, whole=False),
)


def to_celsius(numbers: Warmth, declared: str | None = None) -> tuple[Warmth, str, list[str]] | None:
    """Numbers (T, H, W) in Celsius, which unit they were taken for in words, and warnings; None where none fits.

    The unit is the one in which the middle of all pixels is a usual room, the warmest ones are skin and something is
    warmer than the rest. Raises SourceError for a declared unit that is not known.
    """
    known = numbers[np.isfinite(numbers)]
    if declared is not None:
        scale = _named(declared)
        return _converted(numbers, scale), f"temperatures in {scale.name}, as declared", []
    if not len(known):
        return None
    spread = np.percentile(known[:: max(1, len(known) // 2_000_000)], [0.2, 50.0, 99.8]).astype(np.float64)
    whole = bool(np.equal(np.mod(known[:100_000], 1), 0).all())
    ranked = sorted((cost, at) for at, scale in enumerate(SCALES) if (cost := _cost(spread, scale, whole)) is not None)
    if not ranked:
        return None
    cost, best = ranked[0]
    scale, warnings = SCALES[best], list[str]()
    if scale.name != "centi-kelvin" and whole:
        warnings.append(
            f"The numbers are no centi-kelvin, which radiometric frames usually hold; they were taken for {scale.name}."
        )
    others = [SCALES[at].name for other, at in ranked[1:] if other < cost + CLEAR]
    if others:
        warnings.append(f"The numbers could be {' or '.join(others)} as well; declare the unit if it is that.")
    low, room, high = (spread * scale.by + scale.plus).tolist()
    said = f"temperatures in {scale.name}, since that makes {low:.0f} to {high:.0f} °C of them, mostly {room:.0f}"
    return _converted(numbers, scale), said, warnings


def as_temperatures(numbers: Warmth, declared: Declared, warnings: list[str]) -> tuple[Warmth, Unit, str]:
    """Numbers (T, H, W) in Celsius, or on a scale from 0 to 1 where they are no temperatures; the unit, and in words.

    Adds to `warnings`. Raises SourceError where there are no numbers at all.
    """
    found = to_celsius(numbers, declared.unit)
    if found is not None:
        values, how, told = found
        warnings += told
        return values, "celsius", how
    known = numbers[np.isfinite(numbers)]
    if not len(known):
        raise SourceError("expected temperatures, got frames in which every pixel is missing; export them again")
    low, high = float(known.min()), float(known.max())
    warnings.append(
        f"Numbers from {low:g} to {high:g} are no temperatures of a room in any known unit: taken for relative ones."
    )
    return (numbers - np.float32(low)) / np.float32(max(high - low, 1e-6)), "relative", "raw numbers, warmer is more"


def _converted(numbers: Warmth, scale: Scale) -> Warmth:
    # centi-kelvin need 16 bits and float32 has 24, so nothing is lost
    return numbers * np.float32(scale.by) + np.float32(scale.plus)


def _cost(spread: np.ndarray, scale: Scale, whole: bool) -> float | None:
    """How unlikely a room with people makes a unit; None where it cannot be one."""
    low, room, high = (spread * scale.by + scale.plus).tolist()
    inside = _ROOM_C[0] <= room <= _ROOM_C[1] and _WARMEST_C[0] <= high <= _WARMEST_C[1] and low >= _COLDEST_C
    if not inside or (whole and not scale.whole):
        return None
    uneven = max(0.0, EVEN_K - (high - low)) / 0.5
    return ((room - USUAL_ROOM_C) / 8) ** 2 + (max(0.0, abs(high - USUAL_WARMEST_C) - 5) / 10) ** 2 + uneven**2


def _named(declared: str) -> Scale:
    found = [scale for scale in SCALES if scale.name.lower() == declared.lower()]
    if not found:
        raise SourceError(f"expected a unit of {', '.join(scale.name for scale in SCALES)}, got {declared!r}")
    return found[0]
