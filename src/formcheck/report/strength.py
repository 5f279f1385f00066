"""What the report says of speed and strength, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.assess.analysis import ExerciseSet, OneRepMax, Reserve, Strength
from formcheck.report.words import counted, is_counted, listed, lower_first, percent

CERTAIN = 1.3  # standard errors: nine in ten losses that are none stay below it
SLIGHT = 0.05  # nobody would call a smaller loss one
_MOVING = {"wrist": "hands", "shoulder": "shoulders", "hip": "hips"}


@dataclass(frozen=True)
class SpeedBar:
    """One repetition's speed: its number, its share of the fastest in %, and what stands beside it."""

    number: int
    width: float
    speed: str
    rise: str
    duration: str


@dataclass(frozen=True)
class StrengthPanel:
    """Everything that the page says about speed and strength: what stands out, the bars, and the small print."""

    said: tuple[str, ...]
    bars: tuple[SpeedBar, ...]
    moving: str
    notes: tuple[str, ...]


def strength_panel(each: ExerciseSet) -> StrengthPanel | None:
    """The panel of a set; None where there is nothing to say."""
    strength = each.strength
    if strength is None:
        return None
    bars = _bars(each)
    if len(bars) < 2 and strength.load_kg is None:
        return None
    said = tuple(filter(None, (_slowed(strength), *_maxima(strength))))
    moving = _MOVING[strength.lifted] if strength.lifted else ""
    return StrengthPanel(said, bars, moving, tuple(_notes(strength, moving)))


def _bars(each: ExerciseSet) -> tuple[SpeedBar, ...]:
    lifts = [(rep, rep.lift) for rep in each.reps if is_counted(rep) and rep.lift is not None]
    most = max((lift.mean_velocity_m_s for _, lift in lifts), default=1.0)
    return tuple(
        SpeedBar(
            rep.index,
            100.0 * lift.mean_velocity_m_s / most,
            f"{lift.mean_velocity_m_s:.2f} m/s",
            f"{100 * lift.rise_m:.0f} cm",
            f"{lift.duration_s:.1f} s",
        )
        for rep, lift in lifts
    )


def _slowed(strength: Strength) -> str:
    loss, error = strength.velocity_loss, strength.velocity_loss_error or 0.0
    if loss is None:
        return ""
    if loss < max(CERTAIN * error, SLIGHT):
        return "You kept your speed over the set, as far as this recording can tell."
    said = f"You slowed down by {percent(loss)} % over the set"
    return f"{said}: {left(strength.reps_in_reserve)}." if strength.reps_in_reserve else f"{said}."


def left(reserve: Reserve) -> str:
    """Repetitions in reserve in words: `about 2 to 3 repetitions left`, `at least 4 repetitions left`."""
    if reserve.high is None:
        return f"at least {counted(reserve.low, 'repetition')} left" if reserve.low else "perhaps some repetitions left"
    if reserve.high == 0:
        return "no repetition left"
    if reserve.low == 0:
        return f"at most {counted(reserve.high, 'repetition')} left"
    if reserve.low == reserve.high:
        return f"about {counted(reserve.low, 'repetition')} left"
    return f"about {reserve.low} to {counted(reserve.high, 'repetition')} left"


def _maxima(strength: Strength) -> tuple[str, ...]:
    if not strength.one_rep_max:
        return ()
    ways = listed([f"{_kilograms(each)} by {_BY[each.method]}" for each in strength.one_rep_max])
    return (f"The most you could lift once, estimated from {strength.load_kg:g} kg: {ways}.",)


_BY = {"velocity": "your speed", "repetitions": "the number of repetitions"}


def _kilograms(estimate: OneRepMax) -> str:
    if estimate.high_kg is None:
        return f"{estimate.low_kg:g} kg or more"
    return f"{estimate.low_kg:g} to {estimate.high_kg:g} kg"


def _notes(strength: Strength, moving: str) -> list[str]:
    notes: list[str] = []
    if strength.velocity_error is not None:
        notes.append(
            f"Speed is the mean while your {moving} move against the weight, from the picture and the size of your "
            f"body: right to about {percent(strength.velocity_error)} %, if the camera stood still. One repetition "
            "against another is more exact."
        )
    if strength.reps_in_reserve or any(each.method == "velocity" for each in strength.one_rep_max):
        notes.append("What follows from speed holds only if you pushed every repetition as fast as you could.")
    if any(each.high_kg is None for each in strength.one_rep_max):
        notes.append("“Or more”: how many repetitions you had left is not known well enough.")
    if strength.one_rep_max:
        notes.append(f"Formulas: {'; '.join(each.formula for each in strength.one_rep_max)}.")
    asked = strength.load_kg is not None
    reasons = (
        ("Speed is not told", strength.velocity_reason if asked else None),
        ("Repetitions left are not told", strength.reserve_reason if asked and not strength.velocity_reason else None),
        ("Your maximum is not told", strength.one_rep_max_reason),
    )
    return notes + [f"{what}: {lower_first(why)}." for what, why in reasons if why]
