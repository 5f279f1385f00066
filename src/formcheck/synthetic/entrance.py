"""Walking into the frame: from aside or from behind to where the exercise is done, then standing still."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from formcheck.exercises.motion import Equipment, Motion
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.gait import SETTLE_S, STEP, STEP_S, Gait, Stand, falls_along, walked
from formcheck.synthetic.kinematics import body_over
from formcheck.synthetic.stance import SIDES, Angles, Body, joined

SHORTEST_S = 2.2  # two steps and standing still
_BEND_M = 1.5  # over this much of the way the path turns to where the athlete faces
# What can be carried in; the rest stands on the floor or is fixed to a machine.
_CARRIED: tuple[Equipment, ...] = ("none", "barbell", "barbell along the legs", "dumbbells", "weight plate")


class Entrance:
    """An athlete who walks in and stands as a body does at `arrive_s`, the same for the same seed.

    `arrived` and `angles` (one frame each) are that body and its angles. Raises ValueError where the exercise does not
    begin standing free, or for less time than two steps take.
    """

    def __init__(
        self, athlete: Athlete, motion: Motion, arrive_s: float, arrived: Body, angles: Angles, seed: int
    ) -> None:
        if motion.support != "feet" or motion.equipment not in _CARRIED:
            raise ValueError(
                "expected an exercise that begins standing free to walk in for, got one that begins on "
                f"{motion.support if motion.support != 'feet' else motion.equipment}; leave walk_in_s at 0"
            )
        if arrive_s < SHORTEST_S:
            raise ValueError(f"expected walk_in_s of 0 or at least {SHORTEST_S} s, got {arrive_s}")
        self._athlete, self._motion, self._angles, self._arrive_s = athlete, motion, angles, arrive_s
        draw = np.random.default_rng([seed, athlete.seed, 71])
        from_deg = float(draw.choice([-1.0, 1.0]) * draw.uniform(40.0, 65.0))
        steps = max(2, round((arrive_s - SETTLE_S) / (STEP_S * athlete.tempo**0.5)) - 1)
        self._step_s = (arrive_s - SETTLE_S) / (steps + 1)
        self._stand = Stand.of(athlete, arrived)
        path = _Path(self._stand, from_deg, steps * STEP * athlete.stature_m)
        self._falls = falls_along(athlete, path, steps, self._step_s, self._stand)

    def before(self, moved: Callable[[Floats], Body]) -> Callable[[Floats], Body]:
        """The body at any instants (T,) s, walking in before the arrival and as `moved` has it from then on."""

        def both(time: Floats) -> Body:
            early = time < self._arrive_s
            return joined(self.body(time[early]), moved(time[~early]), early)

        return both

    def body(self, time: Floats) -> Body:
        """At instants (T,) s before the arrival."""
        gait = walked(self._athlete, self._falls, self._stand, time)
        angles = walking_angles(gait)
        if self._motion.equipment != "none":  # hands that carry do not swing
            angles = angles.towards(self._angles, np.ones(len(time)), only="arm")
        angles = angles.towards(self._angles, 1.0 - gait.going)
        return body_over(self._athlete, self._motion, angles, gait.hips, gait.pelvis, gait.feet, gait.knees)


def walking_angles(gait: Gait) -> Angles:
    """Trunk and arms of somebody who walks: the thorax turns against the pelvis, each arm swings with the other leg."""
    given: dict[str, Floats] = {"trunk.twist_deg": -8.0 * gait.swing}
    for side, sign in SIDES:
        ahead = sign * gait.swing
        given[f"arm_{side}.shoulder_flexion_deg"] = 1.0 + 15.0 * ahead
        given[f"arm_{side}.shoulder_abduction_deg"] = np.full(len(ahead), 8.0)
        given[f"arm_{side}.elbow_flexion_deg"] = 20.0 + 8.0 * ahead
        given[f"arm_{side}.forearm_pronation_deg"] = np.full(len(ahead), 80.0)
    return Angles.resting(len(gait.swing), given)


class _Path:
    """A way that ends where and as somebody stands, coming from `from_deg` to the left of it."""

    def __init__(self, stand: Stand, from_deg: float, length_m: float) -> None:
        self._length_m = length_m
        self._end = (stand.feet["left"].place + stand.feet["right"].place) / 2
        self._along = np.linspace(-0.5, 1.0, 600) * length_m
        left_m = np.clip((length_m - self._along - 0.15) / min(_BEND_M, 0.7 * length_m), 0.0, 1.0)
        self._heading = stand.turn_deg + from_deg * left_m**2 * (3.0 - 2.0 * left_m)
        way = np.stack([np.sin(np.radians(self._heading)), np.cos(np.radians(self._heading))], axis=1)
        step = np.diff(self._along)[:, None] * (way[1:] + way[:-1]) / 2
        gone = np.concatenate([np.zeros((1, 2)), np.cumsum(step, axis=0)])
        self._place = self._end + gone - gone[-1]

    def __call__(self, share: Floats) -> tuple[Floats, Floats]:
        """Places (N, 2) m and headings (N,) degrees at shares of the way; below 0 before it."""
        at = share * self._length_m
        place = np.stack([np.interp(at, self._along, self._place[:, axis]) for axis in (0, 1)], axis=1)
        return place, np.interp(at, self._along, self._heading)
