"""An athlete performs an exercise: where every joint is, and what is true about every repetition."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from formcheck.body import BLAZEPOSE_33, PoseSequence, View
from formcheck.exercises import Exercise
from formcheck.exercises.motion import Fault, Motion
from formcheck.signals import Floats, uniform_clock
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.camera import FOCAL, Camera, placed
from formcheck.synthetic.entrance import Entrance
from formcheck.synthetic.equipment import outline
from formcheck.synthetic.kinematics import body, grips
from formcheck.synthetic.plan import Pauses, PlannedRep, plan
from formcheck.synthetic.stance import Angles, Body
from formcheck.synthetic.timeline import Keys, course, keyed, placing_angles

OVER_BRIDGE_M = 1.3  # from lower, the bar on the hips hides them
FACE_UP = 0.85  # of a pelvis' front that points up: within 32 degrees of lying on the back
FAILS = 0.5  # the grade from which a fault's criterion is not satisfied


@dataclass(frozen=True, eq=False)
class Performance:
    """One set as it truly was.

    `time` (T,) s; `body` positions and orientations in the studio's frame (left, up, forward of the athlete; metres;
    floor at 0); `reps` with their planned faults. `moved` gives the body at any other instants (T,) s. Until
    `arrives_s` the athlete walks in, from outside the picture.
    """

    exercise: Exercise
    athlete: Athlete
    motion: Motion
    time: Floats
    body: Body
    reps: tuple[PlannedRep, ...]
    moved: Callable[[Floats], Body]
    arrives_s: float = 0.0
    settled_s: float | None = None  # when what does not move stands as it will; the first repetition's start

    def at(self, time: Floats) -> Performance:
        """The same performance at other instants (T,) s: another frame rate, or the clock of another camera."""
        return replace(self, time=time, body=self.moved(time))

    @cached_property
    def start(self) -> Body:
        """The body (one frame) at the start of the first repetition, by which bench and machine are placed."""
        settled_s = self.reps[0].start_s if self.settled_s is None else self.settled_s
        return self.moved(np.array([settled_s]))

    @property
    def joints(self) -> Floats:
        """(T, 33, 3) m: the joints of BLAZEPOSE_33, x to the athlete's left, y down, z backwards; floor at y = 0."""
        return self.points * [1.0, -1.0, -1.0]

    @property
    def points(self) -> Floats:
        """(T, 33, 3) m: the joints of BLAZEPOSE_33 in the studio's frame, in which cameras stand."""
        return np.stack([self.body.points[joint] for joint in BLAZEPOSE_33.joints], axis=1)

    def labels(self, rep: int) -> dict[str, int]:
        """1 for every criterion that a repetition (from 0) satisfies, 0 for those it does not (grade >= 0.5)."""
        grades = self.reps[rep].faults
        return {criterion.id: int(grades.get(criterion.id, 0.0) < FAILS) for criterion in self.exercise.criteria}

    def camera(
        self,
        view: View = "front",
        *,
        azimuth_deg: float | None = None,
        height_m: float | None = None,
        distance_m: float | None = None,
        frame_size: tuple[int, int] | None = None,
        focal: float = FOCAL,
    ) -> Camera:
        """A camera placed so that the whole performance is in its frame; see `camera.placed`."""
        if height_m is None and self.motion.support == "back and feet":
            height_m = OVER_BRIDGE_M
        face_up = self.motion.support == "seat" and float(self.start.frames["pelvis"][0, 1, 2]) > FACE_UP
        return placed(self.outline(), view, azimuth_deg, height_m, distance_m, frame_size, focal=focal, face_up=face_up)

    def outline(self) -> Floats:
        """(T, N, 3) m: points of the athlete, the crown and what they hold, which a picture must hold.

        While the athlete walks in, those of the arrival: who comes into the picture is outside before.
        """
        early = self.time < self.arrives_s
        points = self._outline(self.body)
        if early.any():
            points[early] = self._outline(self.moved(np.array([self.arrives_s])))
        return points

    def _outline(self, body: Body) -> Floats:
        crown = body.points["head"] + 0.14 * body.frames["head"][:, :, 1]
        points = np.stack([*body.points.values(), crown], axis=1)
        return np.concatenate([points, outline(self.motion, self.athlete, body, self.start)], axis=1)

    def landmarks(self, camera: Camera, occlusion: bool = True) -> PoseSequence:
        """What a perfect estimator would report: exact pixels and metres, visibility by what hides what.

        Nobody is found while half of the body is still outside the picture. Without `occlusion` every joint counts as
        visible, which is far quicker.
        """
        from formcheck.synthetic.occlusion import visibility

        joints, camera = self.points, camera.at(self.time)
        local, image = camera.seen_from(joints), camera.project(joints)
        hips = [BLAZEPOSE_33.index(f"hip_{side}") for side in ("left", "right")]
        world = local - local[:, hips].mean(axis=1, keepdims=True)
        seen = visibility(self.athlete, self.body, joints, camera) if occlusion else np.ones(joints.shape[:2])
        inside = ((image >= 0) & (image < camera.frame_size)).all(axis=2).mean(axis=1)
        absent = (self.time < self.arrives_s) & (inside < 0.5)
        image[absent], world[absent], seen[absent] = np.nan, np.nan, 0.0
        return PoseSequence(
            time=self.time,
            image=image,
            world=world,
            visibility=seen,
            skeleton=BLAZEPOSE_33,
            frame_size=camera.frame_size,
            view=camera.view,
        )

    def truth(self) -> dict[str, object]:
        """Exercise and repetitions as plain data, for `truth.json`."""
        return {
            "exercise": self.exercise.name,
            "athlete": self.athlete.seed,
            "synthetic": True,
            "reps": [
                {
                    "start_s": round(rep.start_s, 4),
                    "turn_s": round(rep.turn_s, 4),
                    "end_s": round(rep.end_s, 4),
                    "side": _side(self.motion, rep),
                    "faults": {name: grade for name, grade in rep.faults.items() if grade > 0},
                    "labels": self.labels(at),
                }
                for at, rep in enumerate(self.reps)
            ],
        }

    def write_truth(self, path: Path) -> None:
        """Write `truth()` as JSON, beside first and then renamed; raises OSError when the folder cannot be written."""
        part = path.with_name(path.name + ".part")
        part.write_text(json.dumps(self.truth(), indent=2) + "\n", encoding="utf-8")
        os.replace(part, path)


def _side(motion: Motion, rep: PlannedRep) -> str:
    return "both" if motion.working == "both" else "left" if rep.works_left else "right"


def perform(
    exercise: Exercise,
    athlete: Athlete,
    reps: int = 5,
    faults: Mapping[str, float] | Sequence[Mapping[str, float]] = (),
    seed: int = 0,
    rate_hz: float = 30.0,
    before_s: float = 1.2,
    after_s: float = 1.2,
    instants: Callable[[Sequence[PlannedRep]], Floats] | None = None,
    pauses: Pauses | None = None,
    walk_in_s: float = 0.0,
) -> Performance:
    """A set of `reps` repetitions by `athlete`, the same for the same arguments.

    `faults` are grades 0..1 by criterion id, for all repetitions or one mapping per repetition; `before_s` and
    `after_s` are seconds in the start posture. `pauses` are further ones, none without. Before everything the athlete
    walks in for `walk_in_s`, from outside the picture, where the exercise begins standing free. `instants` chooses
    other instants (T,) s than those of an even clock, knowing when the repetitions are. Raises ValueError when the
    exercise has no motion yet, for an unknown criterion, a grade outside 0..1, a number of mappings other than `reps`,
    or where nobody can walk in.
    """
    motion = exercise.motion
    if motion is None:
        raise ValueError(f"expected an exercise with a motion to perform, {exercise.name} has none yet")
    grades = [dict(faults)] * reps if isinstance(faults, Mapping) else [dict(each) for each in faults] or [{}] * reps
    if len(grades) != reps or reps < 1:
        raise ValueError(f"expected faults for each of {reps} repetitions (at least 1), got {len(grades)}")
    known = [_faults(exercise, each) for each in grades]
    draw = np.random.default_rng([seed, athlete.seed, 11])
    planned = plan(athlete, motion, list(zip(grades, known, strict=True)), walk_in_s + before_s, draw, pauses)
    time = instants(planned) if instants else uniform_clock(0.0, planned[-1].end_s + after_s, rate_hz)
    keys = keyed(athlete, motion, planned, known, draw)
    angles = partial(_angles, athlete, motion, planned, known, keys, draw)
    moved = partial(_moved, athlete, motion, angles)
    if walk_in_s:
        arrival = np.array([walk_in_s])
        moved = Entrance(athlete, motion, walk_in_s, moved(arrival), angles(arrival), seed).before(moved)
    return Performance(exercise, athlete, motion, time, moved(time), tuple(planned), moved, arrives_s=walk_in_s)


def _angles(
    athlete: Athlete,
    motion: Motion,
    planned: Sequence[PlannedRep],
    known: Sequence[tuple[Fault, ...]],
    keys: Sequence[Keys],
    draw: np.random.Generator,
    time: Floats,
) -> Angles:
    return course(athlete, motion, planned, known, keys, time, copy.deepcopy(draw))


def _moved(athlete: Athlete, motion: Motion, angles: Callable[[Floats], Angles], time: Floats) -> Body:
    return body(athlete, motion, angles(time), grips(athlete, motion, placing_angles(athlete, motion)))


def _faults(exercise: Exercise, grades: Mapping[str, float]) -> tuple[Fault, ...]:
    known = {fault.criterion: fault for fault in exercise.faults}
    for name, grade in grades.items():
        if name not in known:
            raise ValueError(f"expected a fault of {exercise.name} {tuple(known)}, got {name!r}")
        if not 0.0 <= grade <= 1.0:
            raise ValueError(f"expected a grade from 0 to 1 for {name}, got {grade}")
    return tuple(known[name] for name, grade in grades.items() if grade > 0)
