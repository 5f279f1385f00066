"""What strength athletes ask of a set: speed, what was lost of it, repetitions in reserve, one-repetition maximum.

Everything that rests on velocity takes for granted that every repetition was pushed as fast as it would go, as in the
studies. Where no study is known for an exercise nothing is said, with the reason. docs/strength.md lists the formulas.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from formcheck.assess.analysis import ExerciseSet, OneRepMax, RepLift, Reserve, Strength
from formcheck.assess.sets import driving_stream
from formcheck.assess.strength_speed import REP_ERROR, SIZE_ERROR, Rise, metres_per_px, rises, told
from formcheck.body.track import Track
from formcheck.exercises.vocabulary import Exercise

HEAVIEST_KG = 1000.0  # twice the heaviest deadlift there was: more is a slip of the keyboard
MOST_REPS = 12  # to failure: beyond ten or twelve, Epley's and Brzycki's formulas drift apart
LEAST_REPS = 3  # for a loss of velocity to say anything about the reserve
STUDIED_FROM = 0.5  # of the one-repetition maximum: lighter loads were not followed to failure
SHARE_ERROR = 0.1  # of the share of repetitions done: the error in squats, Pérez-Castilla et al. 2024, Appl Sci 14(11)
VAGUE = 0.25  # of the possible repetitions done, or fewer: it could be any number
LEAST_RISE_M = 0.08  # the smallest of a whole repetition, of dips, is twice that: less is seen from above, or trembling


class LoadError(ValueError):
    """A load that cannot be: not a weight, or of an exercise that lifts none."""


@dataclass(frozen=True)
class Studied:
    """What is known of an exercise's velocities when every repetition is as fast as it can be.

    `failure_m_s` is the mean velocity of the last repetition that succeeds, which is that of the one-repetition
    maximum (Izquierdo et al. 2006, Int J Sports Med 27(9)). At a velocity loss of `half_loss` half of the possible
    repetitions are done. `square`, `linear` and `constant` give the load in % of the maximum from the mean propulsive
    velocity, with the standard error `load_error` in %.
    """

    failure_m_s: float
    half_loss: float
    square: float
    linear: float
    constant: float
    load_error: float
    formula: str

    def load_share(self, velocity_m_s: float) -> float:
        """The load as a share of the one-repetition maximum that is lifted at a mean velocity."""
        return (self.square * velocity_m_s**2 + self.linear * velocity_m_s + self.constant) / 100.0

    def done_share(self, loss: float, fastest_m_s: float) -> float:
        """The share of possible repetitions that are done at a velocity loss, 0..1: by straight lines through a half.

        The last possible one is as slow as `failure_m_s`.
        """
        most = max(1.0 - self.failure_m_s / fastest_m_s, 0.05)
        half = min(self.half_loss, most / 2)
        return float(np.interp(loss, [0.0, half, most], [0.0, 0.5, 1.0]))


# Bench press: load from velocity, and the velocity of the maximum (0.16 +- 0.04 m/s), González-Badillo & Sánchez-Medina
# 2010, Int J Sports Med 31(5); half done at 25 to 30 %, González-Badillo et al. 2017, Int J Sports Med 38(3).
# Squat: load from velocity, Sánchez-Medina et al. 2017, Sports Med Int Open 1(2); velocity of the maximum 0.29 +- 0.05
# m/s, Conceição et al. 2016, J Sports Sci 34(12); half done at 20 %, Rodríguez-Rosell et al. 2020, J Strength Cond Res
# 34(9). The losses at half are round figures, not coefficients of these papers.
STUDIED: dict[str, Studied] = {
    "bench press": Studied(0.16, 0.275, 8.4326, -73.501, 112.33, 3.6, "González-Badillo & Sánchez-Medina 2010"),
    "squat": Studied(0.29, 0.20, -5.961, -50.71, 117.0, 4.0, "Sánchez-Medina et al. 2017"),
}


def checked_load(load_kg: float | None, exercise: Exercise) -> float | None:
    """The load in kg; raises LoadError when it is no weight, or when the exercise lifts none."""
    if load_kg is None:
        return None
    if exercise.lift is None:
        raise LoadError(f"expected an exercise that lifts a weight for a load, got {exercise.name}: leave the load out")
    if not (math.isfinite(load_kg) and 0 < load_kg <= HEAVIEST_KG):
        raise LoadError(f"expected a load above 0 and up to {HEAVIEST_KG:.0f} kg, got {load_kg:g}")
    return load_kg


def with_strength(
    sets: Sequence[ExerciseSet], exercise: Exercise, tracks: Mapping[str, Track], load_kg: float | None = None
) -> tuple[ExerciseSet, ...]:
    """The sets of an exercise with how fast its weight rose; as they are where it lifts nothing.

    `tracks` are the camera streams that the sets were found in, `load_kg` what was lifted in all (both dumbbells; of a
    pull-up what was added). Raises LoadError for a load that cannot be.
    """
    load_kg = checked_load(load_kg, exercise)
    name = driving_stream(exercise, tracks)
    if exercise.lift is None or name is None:
        return tuple(sets)
    return tuple(_with_strength(each, exercise, tracks[name], load_kg) for each in sets)


def _with_strength(each: ExerciseSet, exercise: Exercise, track: Track, load_kg: float | None) -> ExerciseSet:
    scale = metres_per_px(track.pose.between(each.start_s, each.end_s))
    least_px = LEAST_RISE_M / scale if scale is not None else 0.0
    found = [rise if rise and rise.height_px >= least_px else None for rise in rises(exercise, track, each.reps)]
    lifts = [told(rise, scale) for rise in found]
    reps = tuple(rep.model_copy(update={"lift": lift}) for rep, lift in zip(each.reps, lifts, strict=True))
    counted = [at for at, rep in enumerate(reps) if rep.complete and not rep.attempt]
    strength = _strength(exercise, [found[at] for at in counted], [lifts[at] for at in counted], load_kg)
    return each.model_copy(update={"reps": reps, "strength": strength})


def _strength(
    exercise: Exercise, found: Sequence[Rise | None], lifts: Sequence[RepLift | None], load_kg: float | None
) -> Strength:
    joint = exercise.lift.joint if exercise.lift else None
    speeds = [lift.mean_velocity_m_s for lift in lifts if lift is not None]
    fastest = max(speeds, default=None)
    loss, loss_error = velocity_loss([None if rise is None else rise.mean_px_s for rise in found])
    if loss is not None and joint is not None:
        loss_error = max(loss_error, math.sqrt(1 + (1 - loss) ** 2) * REP_ERROR[joint])
    reserve = reps_in_reserve(exercise, len(found), fastest, loss, loss_error)
    reserve, reserve_reason = (None, reserve) if isinstance(reserve, str) else (reserve, None)
    maxima = () if load_kg is None else one_rep_max(exercise, load_kg, len(found), reserve, fastest)
    maxima, max_reason = ((), maxima) if isinstance(maxima, str) else (maxima, None)
    return Strength(
        load_kg=load_kg,
        lifted=joint,
        fastest_m_s=fastest,
        last_m_s=lifts[-1].mean_velocity_m_s if lifts and lifts[-1] is not None else None,
        velocity_error=SIZE_ERROR[joint] if joint is not None and speeds else None,
        velocity_loss=None if loss is None else round(loss, 4),
        velocity_loss_error=None if loss is None else round(loss_error, 4),
        velocity_reason=_untold(exercise, found, lifts),
        reps_in_reserve=reserve,
        reserve_reason=reserve_reason,
        one_rep_max=maxima,
        one_rep_max_reason=max_reason,
    )


def _untold(exercise: Exercise, found: Sequence[Rise | None], lifts: Sequence[RepLift | None]) -> str | None:
    joint = exercise.lift.joint if exercise.lift else None
    if joint is None:
        return "the machine's weight follows no joint that a camera sees"
    moving = {"wrist": "hands", "shoulder": "shoulders", "hip": "hips"}[joint]
    if not found:
        return "no whole repetition was counted"
    if all(rise is None for rise in found):
        return f"your {moving} could not be followed through a repetition"
    if all(lift is None for lift in lifts):
        return "these landmarks have no depth, so there is nothing to tell metres from"
    if found[-1] is None:
        return f"your {moving} could not be followed through the last repetition"
    return "one repetition shows no loss" if sum(rise is not None for rise in found) < 2 else None


def velocity_loss(speeds: Sequence[float | None]) -> tuple[float | None, float]:
    """How much slower the last repetition was than the fastest, as a share, and its standard error.

    `speeds` in any unit, None where it was not seen; the loss is None when that is so of the last, or of all but it.
    (fastest - last) / fastest: Sánchez-Medina & González-Badillo 2011, Med Sci Sports Exerc 43(9). The error is how far
    single repetitions are from a straight line through all.
    """
    seen = [(at, speed) for at, speed in enumerate(speeds) if speed is not None]
    if len(seen) < 2 or speeds[-1] is None:
        return None, math.nan
    at, speed = np.array(seen).T
    fastest = float(speed.max())
    spread = 0.0
    if len(seen) > 3:
        off = speed - np.polyval(np.polyfit(at, speed, 1), at)
        spread = math.sqrt(float((off**2).sum()) / (len(seen) - 2)) / fastest
    return 1.0 - float(speed[-1]) / fastest, math.sqrt(2.0) * spread


def reps_in_reserve(
    exercise: Exercise, reps: int, fastest_m_s: float | None, loss: float | None, loss_error: float
) -> Reserve | str:
    """How many more of `reps` repetitions were possible, from the velocity loss; else why that cannot be told."""
    studied = STUDIED.get(exercise.name)
    if studied is None:
        return f"no study that formcheck knows ties lost speed to repetitions left in the {exercise.name}"
    if loss is None or fastest_m_s is None:
        return "the loss of speed is not known"
    if reps < LEAST_REPS:
        return f"it takes at least {LEAST_REPS} repetitions"
    if studied.load_share(fastest_m_s) < STUDIED_FROM:
        return "the weight was too light for you: the studies begin at half of what you can lift once"
    if fastest_m_s <= studied.failure_m_s:
        return "you moved more slowly than people do at their limit, so speed says nothing about your reserve"
    done = studied.done_share(loss, fastest_m_s)
    if done < VAGUE:
        return "you hardly slowed down, and that does not say how far your limit was"
    steep = studied.done_share(loss + loss_error, fastest_m_s) - studied.done_share(loss - loss_error, fastest_m_s)
    error = math.hypot(SHARE_ERROR, steep / 2)
    low = reps / min(done + error, 1.0) - reps
    high = reps / (done - error) - reps if done - error > VAGUE else None
    return Reserve(low=math.floor(low + 0.25), high=None if high is None else math.ceil(high - 0.25))


def one_rep_max(
    exercise: Exercise, load_kg: float, reps: int, reserve: Reserve | None, fastest_m_s: float | None
) -> tuple[OneRepMax, ...] | str:
    """The one-repetition maximum from a set of `reps` with a load, by every way there is; else why there is none."""
    if exercise.lift is None or exercise.lift.body:
        return "you lift your own body with it, whose weight formcheck does not know"
    if exercise.working != "both":
        return "your sides work in turn, and the formulas count repetitions of both together"
    if reps < 1:
        return "no whole repetition was counted"
    by_velocity = _max_by_velocity(exercise, load_kg, fastest_m_s)
    by_repetitions = max_by_repetitions(load_kg, reps, reserve)
    found = tuple(each for each in (by_velocity, by_repetitions) if each is not None)
    return found or f"the formulas are for up to {MOST_REPS} repetitions: take a heavier weight"


def max_by_repetitions(load_kg: float, reps: int, reserve: Reserve | None) -> OneRepMax | None:
    """The maximum from repetitions to failure; None beyond `MOST_REPS` of them.

    Epley 1985, Poundage Chart: load (1 + reps / 30). Brzycki 1993, J Phys Educ Recreat Dance 64(1): load 36 / (37 -
    reps). One repetition is the maximum itself. Where the reserve is not known it is a lower bound.
    """
    fewest = reps + (reserve.low if reserve else 0)
    most = reps + reserve.high if reserve and reserve.high is not None else None
    if fewest > MOST_REPS:
        return None

    def formulas(count: int) -> tuple[float, float]:
        return load_kg * (1.0 + count / 30.0 if count > 1 else 1.0), load_kg * 36.0 / (37.0 - count)

    high = max(formulas(most)) if most is not None and most <= MOST_REPS else None
    return OneRepMax(
        method="repetitions",
        low_kg=_kg(min(formulas(fewest))),
        high_kg=None if high is None else _kg(high),
        formula="Epley 1985; Brzycki 1993",
    )


def _max_by_velocity(exercise: Exercise, load_kg: float, fastest_m_s: float | None) -> OneRepMax | None:
    studied, joint = STUDIED.get(exercise.name), exercise.lift.joint if exercise.lift else None
    if studied is None or joint is None or fastest_m_s is None:
        return None
    share = studied.load_share(fastest_m_s)
    if share < STUDIED_FROM or fastest_m_s < studied.failure_m_s:
        return None
    by_size = studied.load_share(fastest_m_s * (1 - SIZE_ERROR[joint])) - share
    error = math.hypot(by_size, studied.load_error / 100.0)
    return OneRepMax(
        method="velocity",
        low_kg=_kg(load_kg / min(share + error, 1.0)),
        high_kg=_kg(load_kg / max(share - error, 0.1)),
        formula=studied.formula,
    )


def _kg(value: float) -> float:
    return float(round(value)) if value >= 20.0 else round(2.0 * value) / 2.0
