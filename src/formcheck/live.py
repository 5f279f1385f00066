"""Counting and judging while somebody exercises: landmarks go in one frame at a time, events come out.

The same machine counts as in recordings, over the last seconds; what it has announced stays announced.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from formcheck.assess import Advice, Rep
from formcheck.assess.bouts import bouts, likeness, typical_way, ways_of
from formcheck.assess.likely import ABSURD, DOUBTFUL, exercising
from formcheck.assess.sets import advise, find_spans, judged_rep, likely_spans
from formcheck.assess.unnamed import (
    ATTEMPT,
    EXERCISE,
    RESEMBLES,
    Proposal,
    find_sets,
    likely_exercise,
    propose,
)
from formcheck.assess.workout import unnamed_rep
from formcheck.body import BLAZEPOSE_33, PoseSequence, Skeleton
from formcheck.body.movement import Movement, principal
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises import Exercise, find
from formcheck.pose import Estimator, Landmarks, as_sequence
from formcheck.predictor import ModelFolder, name_stretch
from formcheck.predictor.criteria import seconds
from formcheck.reps import RepSpan, find_reps
from formcheck.signals import Floats
from formcheck.sources import Frame

LOOK_S = 0.1  # between two looks at the last seconds: a repetition is announced soon after it is over
UNNAMED_LOOK_S = 0.24  # the same, where the whole body must be looked at
CERTAIN_S = 0.08  # after its end, what comes next shows that a repetition is over
SEARCH_S = 0.8  # between two looks for a movement that repeats itself
SCOUTS = 2  # directions of movement that show whether anything repeats itself
RIDGE = 1e-3  # of the mean variance of the body's coordinates
SEARCHED_S = 25.0  # of the past are looked through for one
MEMORY_S = 40.0  # of the past are kept
KEPT_REPS = 3  # of the past that the machine sees, so that it knows how large they are
LEAST_TAIL_S = 8.0
FIRST_TAIL_S = 15.0  # before any repetition was told
KNOWN_AFTER = 3  # repetitions, before an unknown movement is taken for an exercise
AT_ONCE_S = 15.0  # whoever moves so soon has most likely begun
LOST_S = 1.0  # without anybody, before it is worth telling
OVER_S = 12.0  # without another repetition, and a set is over
NAMING_S = 2.0  # between two attempts to name what is done
NAMED_FROM_S = 12.0  # of the past, at most, say what it is
HELD_S = 6.0  # of a hold say so


class LiveEvent(BaseModel):
    """Something to tell at once, on the clock of the camera."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="null")

    event: Literal["repetition", "attempt", "set", "named", "lost", "found"]
    time_s: float = Field(description="when it became certain")
    count: int = Field(default=0, ge=0, description="complete repetitions of this set so far")
    exercise: str | None = None
    rep: Rep | None = Field(default=None, description="the repetition, judged where the exercise is known")
    cue: str | None = Field(default=None, description="what to do better in the next one")
    advice: tuple[Advice, ...] = Field(default=(), description="at the end of a set: what would help most")


@dataclass(frozen=True, eq=False)
class _Following:
    """An unnamed movement that is being counted: along which direction of the body, how large, and how it goes."""

    direction: Floats
    least: float
    ways: Floats

    @staticmethod
    def of(movement: Movement, proposal: Proposal) -> _Following:
        """Whatever drives the proposal, as a direction (39,): that means the same from one moment to the next."""
        centred = movement.alike - movement.alike.mean(axis=0)
        ridge = RIDGE * np.trace(centred.T @ centred) / centred.shape[1] * np.eye(centred.shape[1])
        wanted = np.nan_to_num(proposal.signal - np.nanmean(proposal.signal))
        direction = np.linalg.solve(centred.T @ centred + ridge, centred.T @ wanted)
        way = typical_way(movement, movement.alike @ direction, proposal.spans)
        return _Following(direction, ATTEMPT * way, ways_of(movement, proposal.spans))

    def found(self, movement: Movement) -> list[RepSpan]:
        """The repetitions of this movement in another stretch of time."""
        signal = np.where(movement.known, movement.alike @ self.direction, np.nan)
        spans = [span for span in find_reps(movement.time, signal, self.least) if not span.attempt]
        if not spans:
            return []
        like = np.median(likeness(movement, ways_of(movement, spans), self.ways), axis=1) > RESEMBLES
        return [span for span, alike in zip(spans, like, strict=True) if alike]


class LiveCoach:
    """Counts as the frames come in; with an exercise it judges too.

    Without one, three repetitions of anything are needed before it counts them; then those before are told as well.
    A `model` names the exercise as soon as it knows it, and from then on that exercise is judged until the set ends;
    a hold, in which nothing repeats itself, is found by the model alone.
    """

    def __init__(
        self,
        exercise: Exercise | None = None,
        skeleton: Skeleton = BLAZEPOSE_33,
        frame_size: tuple[int, int] = (1, 1),
        model: ModelFolder | None = None,
    ) -> None:
        self._given = self._exercise = exercise
        self._model, self._named_s = model, -np.inf
        self._skeleton = skeleton
        self._frame_size = frame_size
        self._frames: deque[tuple[float, Landmarks | None]] = deque()
        self._began_s = 0.0
        self._looked_s = self._searched_s = -np.inf
        self._scouted = 0
        self._told: list[RepSpan] = []
        self._reps: list[Rep] = []
        self._following: _Following | None = None
        self._seen_s, self._lost = 0.0, False
        self._over_s = -np.inf  # until when the sets that are over lasted

    @property
    def count(self) -> int:
        """Complete repetitions of the current set."""
        return sum(not span.attempt for span in self._told)

    def push(self, time_s: float, landmarks: Landmarks | None) -> tuple[LiveEvent, ...]:
        """Take one frame's landmarks, None where nobody was found; returns what there is to tell.

        Raises ValueError when the clock does not move forward.
        """
        if self._frames and time_s <= self._frames[-1][0]:
            raise ValueError(
                f"expected a time after {self._frames[-1][0]:.3f} s, got {time_s:.3f}: is the clock set back?"
            )
        if not self._frames:
            self._began_s = self._seen_s = time_s
        self._frames.append((time_s, landmarks))
        if landmarks is not None and landmarks.retracts_s is not None:  # they were about somebody else
            since_s = landmarks.retracts_s
            self._frames = deque((at_s, None if since_s <= at_s < time_s else each) for at_s, each in self._frames)
        while self._frames[0][0] < time_s - MEMORY_S:
            self._frames.popleft()
        events = list(self._presence(time_s, landmarks is not None))
        look_s = LOOK_S if self._exercise is not None else UNNAMED_LOOK_S
        if time_s - self._looked_s >= look_s and landmarks is not None:
            self._looked_s = time_s
            events += self._look(time_s)
        if self._told and time_s - self._told[-1].end_s > max(OVER_S, 3 * self._lasts_s()):
            events += self.finish()
        return tuple(events)

    def finish(self) -> tuple[LiveEvent, ...]:
        """End the set; returns what was not yet certain and its summary, nothing where there was none."""
        if not self._frames:
            return ()
        time_s = self._frames[-1][0]
        last = tuple(self._look(time_s, certain_s=-LOOK_S))
        if self._given is not None:
            last += tuple(self._overlooked(time_s, self._given))
        elif self._exercise is None and self._following is None:
            last = tuple(self._all_there_was(time_s))
        if not self._told:
            self._exercise = self._given
            return last
        judged = [rep for rep in self._reps if rep.findings]  # not those before the exercise was known
        advice = advise(self._exercise, judged) if self._exercise is not None and judged else ()
        name = None if self._exercise is None else self._exercise.name
        event = LiveEvent(event="set", time_s=time_s, count=self.count, exercise=name, advice=advice)
        self._over_s = self._told[-1].end_s
        self._told, self._reps, self._following, self._exercise = [], [], None, self._given
        return (*last, event)

    def _presence(self, time_s: float, seen: bool) -> Iterator[LiveEvent]:
        """Say when nobody has been found for a while, and when somebody is there again."""
        if seen:
            if self._lost:
                yield LiveEvent(event="found", time_s=time_s, count=self.count)
            self._seen_s, self._lost = time_s, False
        elif not self._lost and time_s - self._seen_s >= LOST_S:
            self._lost = True
            yield LiveEvent(event="lost", time_s=time_s, count=self.count)

    def _look(self, time_s: float, certain_s: float = CERTAIN_S) -> Iterator[LiveEvent]:
        """Whatever the last seconds hold that has not been told and was over `certain_s` ago."""
        until_s = time_s - certain_s
        if self._exercise is not None:
            pose = self._pose(self._tail_s(time_s))
            track = Track(with_view(pose if pose.skeleton is BLAZEPOSE_33 else pose.on(BLAZEPOSE_33)))
            for span in self._untold(find_spans(self._exercise, track), until_s):
                if not self._exercising(pose, span):
                    continue
                yield self._tell(
                    time_s, span, judged_rep(self._exercise, {"front": track}, track, span, 1, seconds(self._exercise))
                )
        else:
            yield from self._name(time_s)
            if self._exercise is not None:
                return
            if self._following is None and time_s - self._searched_s >= SEARCH_S:
                self._searched_s = time_s
                yield from self._search(time_s)
            elif self._following is not None:
                yield from self._follow(time_s, self._following, until_s)

    def _name(self, time_s: float) -> Iterator[LiveEvent]:
        """Ask the model what is done, once it is known to be done, or whether something is held."""
        if self._model is None or time_s - self._named_s < NAMING_S:
            return
        self._named_s = time_s
        since_s = max(self._told[0].start_s, time_s - NAMED_FROM_S) if self._told else time_s - HELD_S
        naming = name_stretch([self._model.answer(self._pose(since_s))], self._model.card.unknown_below)
        if naming is None or not naming.known:
            return
        exercise = find(naming.label)
        if bool(self._told) != (exercise.hold is None):
            return  # what is held is not repeated
        self._exercise = exercise
        yield LiveEvent(event="named", time_s=time_s, count=self.count, exercise=exercise.name)

    def _exercising(self, pose: PoseSequence, span: RepSpan) -> bool:
        """Whether this looks like a repetition, not like sitting down; after a few, everything does."""
        if span.held or self.count >= KNOWN_AFTER:
            return True
        movement = Movement.of(pose)
        doubtful = ABSURD if span.end_s - self._began_s < AT_ONCE_S else DOUBTFUL
        return movement is None or bool(exercising(movement, [span], doubtful))

    def _search(self, time_s: float) -> Iterator[LiveEvent]:
        """Take up a movement that repeats itself, and tell the repetitions that there were."""
        movement = Movement.of(self._pose(max(time_s - SEARCHED_S, self._over_s)))
        scouted = 0 if movement is None else _repeated(movement)
        if movement is None or scouted < KNOWN_AFTER or scouted == self._scouted:
            return
        proposal = propose(movement)
        if proposal is None or len(proposal.spans) < KNOWN_AFTER:
            self._searched_s += SEARCH_S  # looking closely takes its time
            return
        if likely_exercise(proposal) < EXERCISE:
            self._scouted = scouted  # not again before there is one more
            return
        self._following = _Following.of(movement, proposal)
        for span in self._untold(proposal.spans, time_s - CERTAIN_S):
            yield self._tell(time_s, span, unnamed_rep(span, 1))

    def _overlooked(self, time_s: float, exercise: Exercise) -> Iterator[LiveEvent]:
        """At the end of a set, what only shows once all of it is seen, as in a recording."""
        pose = self._pose(max(time_s - MEMORY_S, self._told[0].start_s - LEAST_TAIL_S if self._told else -np.inf))
        track = Track(with_view(pose if pose.skeleton is BLAZEPOSE_33 else pose.on(BLAZEPOSE_33)))
        counted = [span for span in self._told if not span.attempt]
        for span in likely_spans(exercise, track):
            known = any(
                told.start_s < span.turn_s < told.end_s or span.start_s < told.turn_s < span.end_s for told in counted
            )
            if span.complete and not span.attempt and not known:
                yield self._tell(
                    time_s, span, judged_rep(exercise, {"front": track}, track, span, 1, seconds(exercise))
                )

    def _all_there_was(self, time_s: float) -> Iterator[LiveEvent]:
        """At the end, what is repeated too seldom to be taken up: the same as in a recording."""
        for found in find_sets(self._pose(max(time_s - MEMORY_S, self._over_s))):
            for span in self._untold(found.spans, time_s + LOOK_S):
                yield self._tell(time_s, span, unnamed_rep(span, 1))

    def _follow(self, time_s: float, following: _Following, until_s: float) -> Iterator[LiveEvent]:
        movement = Movement.of(self._pose(self._tail_s(time_s)))
        if movement is not None:
            for span in self._untold(following.found(movement), until_s):
                yield self._tell(time_s, span, unnamed_rep(span, 1))

    def _untold(self, spans: Iterable[RepSpan], until_s: float) -> Iterator[RepSpan]:
        """Those after the last that was told which are complete, or fell short, and over at `until_s`."""
        for span in spans:
            told_s = self._told[-1].turn_s + 0.25 * self._lasts_s() if self._told else self._over_s
            if span.complete and span.turn_s > told_s and span.end_s <= until_s:
                yield span

    def _tell(self, time_s: float, span: RepSpan, rep: Rep) -> LiveEvent:
        self._told.append(span)
        name = None if self._exercise is None else self._exercise.name
        rep = rep.model_copy(update={"index": len(self._told)})
        self._reps.append(rep)
        if span.attempt:
            return LiveEvent(event="attempt", time_s=time_s, count=self.count, exercise=name, rep=rep)
        worst = min(
            (finding for finding in rep.findings if finding.verdict == "fail"),
            key=lambda finding: finding.score or 0.0,
            default=None,
        )
        cue = None if worst is None else worst.cue
        return LiveEvent(event="repetition", time_s=time_s, count=self.count, exercise=name, rep=rep, cue=cue)

    def _tail_s(self, time_s: float) -> float:
        """From where the machine looks: a few repetitions before the last that was told."""
        if not self._told:
            return time_s - FIRST_TAIL_S
        recent = self._told[-KEPT_REPS:]
        return min(recent[0].start_s - 0.5, time_s - LEAST_TAIL_S)

    def _lasts_s(self) -> float:
        return float(np.median([span.end_s - span.start_s for span in self._told[-6:]])) if self._told else 0.0

    def _pose(self, since_s: float) -> PoseSequence:
        frames = [(time_s, landmarks) for time_s, landmarks in self._frames if time_s >= since_s]
        return as_sequence(
            [time_s for time_s, _ in frames], [each for _, each in frames], self._skeleton, self._frame_size
        )


def _repeated(movement: Movement) -> int:
    """How often the body as a whole has done something alike: quickly told, and mostly not at all."""
    components = principal(movement.alike, movement.known, SCOUTS)
    return max((len(bout.spans) for component in components for bout in bouts(movement, component, "")), default=0)


def watched(frames: Iterable[Frame], estimator: Estimator, coach: LiveCoach) -> Iterator[LiveEvent]:
    """What there is to tell while frames come in; Ctrl+C ends the set as the last frame does."""
    try:
        for frame in frames:
            yield from coach.push(frame.time_s, estimator(frame))
    except KeyboardInterrupt:
        pass
    yield from coach.finish()


def replayed(pose: PoseSequence, coach: LiveCoach) -> Iterator[LiveEvent]:
    """What would have been told while a recorded person's landmarks came in."""
    found = pose.found
    for at, time_s in enumerate(pose.time):
        world = None if pose.world is None else pose.world[at]
        seen = Landmarks(pose.image[at], world, pose.visibility[at]) if found[at] else None
        yield from coach.push(float(time_s), seen)
    yield from coach.finish()
