"""Which person: chosen by size, place and visibility when several are in view, then kept.

A landmarker that follows one person is fast, but hops to whoever walks through the picture. So its answer is checked
against where the kept person was and how large, which costs microseconds; only when it jumps, and now and then
otherwise, a second and slower look finds everybody. When the follower went astray it is shown a picture with only the
kept person in it. Frames in which the kept person cannot be told from the others are missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from formcheck.body import Skeleton
from formcheck.pose.estimator import Landmarks
from formcheck.pose.scene import Glance, box
from formcheck.signals import Floats
from formcheck.sources import Frame

Follow = Callable[[Frame], Landmarks | None]
Everybody = Callable[[Frame], list[Landmarks]]

FIRST_S = 1.0  # the first moments, in which a more prominent person may still be chosen instead
GONE_S = 1.0  # after so long without the kept person, whoever stayed that long takes the place
GONE_ALONE_S = 0.3  # the same when nobody else was about: then it was a leap, or a gap in the video
FLEETING_S = 0.3  # who was seen for less than this, and lost, was perhaps nobody
CUT_S = 0.5  # the follower may need some frames to let go of a scene that is over
LATELY_S = 3.0  # for so long somebody who was seen may still be about
BRIEF_S = 3.0  # within so long a change of person that proves wrong is taken back
SETTLED_S = 3.0  # after so long in another place, that is theirs
HOP_S = 1.5  # within so long a follower that hopped to somebody else is found out
RETURN_S = 30.0  # so long the one who was given up is taken back on coming back
LOOK_S = 0.1  # least time between two looks for everybody; this often while somebody is close
MOVING_S = 0.25  # time to the next look when something else moves; longer each time nobody is found
CROWD_S = 1.0  # time to the next look with several people in view
ALONE_S = 5.0  # and with one

# Against a constant-velocity guess, 0.25 % of the 29,800 frames of 97 real clips exceed the first two.
_JUMP, _JUMP_PER_S = 0.25, 2.0  # sizes
_GROWTH, _GROWTH_PER_S = 0.2, 3.0  # log of the ratio of sizes
_SIDEWAYS = 0.2  # sizes within a tenth of a second: walkers and a follower that hops to them, hardly an exercise
_CLOSE = 3.0  # sizes between two people who may soon cover each other
_DRIFT = 0.8  # sizes sideways from the place of the last seconds
_ANCHOR_S, _RECENT_S = 2.0, 0.1  # memories of place
_MARGIN = 0.15  # share of a person's box left around it when others are hidden
_PROMINENT = 1.5  # how much more prominent somebody must be to be chosen instead


@dataclass(frozen=True, eq=False)
class _Look:
    """Somebody in one frame: `centre` (2,) px of the torso, `size` px the spread of the main joints.

    `prominence` says how much this looks like the person being filmed.
    """

    landmarks: Landmarks
    centre: Floats
    size: float
    prominence: float

    def same_body(self, other: _Look) -> bool:
        """Whether two answers in one frame are about one body, be the hidden parts guessed differently."""
        return float(np.linalg.norm(self.centre - other.centre)) < 0.3 * max(self.size, other.size)

    def near(self, other: _Look, sizes: float) -> bool:
        """Whether two answers may be about one body."""
        apart = float(np.linalg.norm(self.centre - other.centre)) / max(self.size, other.size)
        return apart < sizes and abs(math.log(self.size / other.size)) < 0.5


@dataclass(frozen=True, eq=False)
class _Track:
    """Somebody when last seen: speed in px/s, `anchor` and `recent` the places of the last seconds and moment."""

    since_s: float
    time_s: float
    look: _Look
    speed: Floats
    anchor: Floats
    recent: Floats

    @classmethod
    def begun(cls, time_s: float, look: _Look) -> _Track:
        return cls(time_s, time_s, look, np.zeros(2), look.centre, look.centre)

    def seen(self, time_s: float, look: _Look) -> _Track:
        step_s = max(time_s - self.time_s, 1e-3)
        anchor = self.anchor
        if not self.is_away(look):
            anchor = anchor + min(1.0, step_s / _ANCHOR_S) * (look.centre - anchor)
        if step_s > 0.6 or not self.goes_on(time_s, look):
            return _Track(self.since_s, time_s, look, np.zeros(2), anchor, look.centre)
        speed = (look.centre - self.look.centre) / step_s
        recent = self.recent + min(1.0, step_s / _RECENT_S) * (look.centre - self.recent)
        return _Track(self.since_s, time_s, look, speed, anchor, recent)

    def expected(self, time_s: float, share: float = 1.0) -> Floats:
        """The place at constant velocity, of which only a share is believed, for 0.6 s."""
        return self.look.centre + share * self.speed * min(time_s - self.time_s, 0.6)

    def jump(self, time_s: float, look: _Look) -> float:
        """How far somebody is from where this one is expected, in sizes."""
        return float(np.linalg.norm(look.centre - self.expected(time_s, 0.5))) / self.look.size

    def drift(self, look: _Look) -> float:
        """How far somebody is from this one's place of the last seconds, in sizes."""
        return float(np.linalg.norm(look.centre - self.anchor)) / self.look.size

    def is_away(self, look: _Look) -> bool:
        """Whether somebody has left this one's place sideways, as walkers do and hardly an exercise."""
        return float(abs(look.centre[0] - self.anchor[0])) > _DRIFT * self.look.size

    def has_place_of(self, look: _Look) -> bool:
        """Whether somebody is in this one's place of the last seconds, perhaps lower or higher, as exercises go."""
        aside = float(abs(look.centre[0] - self.anchor[0])) / self.look.size
        return aside < 0.6 and self.drift(look) < 1.6 and self.growth(look) < 0.6

    def growth(self, look: _Look) -> float:
        """How much larger or smaller somebody is, as the log of the ratio."""
        return abs(math.log(look.size / self.look.size))

    def steps_aside(self, look: _Look) -> bool:
        """Whether somebody is quickly leaving sideways, or it is the follower that does."""
        return float(abs(look.centre[0] - self.recent[0])) > _SIDEWAYS * self.look.size

    def goes_on(self, time_s: float, look: _Look, strictly: bool = False) -> bool:
        """Whether somebody continues this track without a jump; strictly: nor with a quick step aside."""
        step_s = time_s - self.time_s
        if strictly and self.steps_aside(look):
            return False
        return (
            self.jump(time_s, look) <= _JUMP + _JUMP_PER_S * step_s
            and self.growth(look) <= _GROWTH + _GROWTH_PER_S * step_s
        )

    def cost(self, time_s: float, look: _Look) -> float:
        """How unlike this one somebody is; at most 1 may be them. What is allowed grows while they are away."""
        step_s = time_s - self.time_s
        place = min(self.jump(time_s, look), self.drift(look)) / (0.5 + step_s)
        return max(place, self.growth(look) / (0.45 + 0.25 * min(step_s, 2.0)))


class OnePerson:
    """Chooses one person and keeps to them, frame by frame.

    `follow` answers with the one person it follows and `everybody` with all people in a frame; shown an empty
    picture, `follow` must forget whom it followed. `skeleton` names the joints of both.
    """

    def __init__(self, skeleton: Skeleton, follow: Follow, everybody: Everybody) -> None:
        self._follow, self._everybody = follow, everybody
        self._torso = [skeleton.index(f"{joint}_{side}") for joint in ("shoulder", "hip") for side in ("left", "right")]
        main = ("shoulder", "hip", "elbow", "knee", "ankle")
        self._main = [skeleton.index(f"{joint}_{side}") for joint in main for side in ("left", "right")]
        self._kept: _Track | None = None
        self._missing_s: float | None = None  # since when the kept person is not to be seen
        self._gone_s = GONE_S  # how long they may be
        self._stray = False  # the follower follows somebody else
        self._other: _Track | None = None  # the other person who matters most: the closest, or the stray's
        self._given_up: _Track | None = None
        self._looked_s = -math.inf  # last look for everybody
        self._step_s = -math.inf  # last time the answer began to step aside quickly
        self._cut_s = -math.inf  # last cut to another scene
        self._away_s = math.inf  # since when the kept person is away from their place
        self._again_s = math.inf  # next look although nothing is wrong
        self._patience_s = MOVING_S
        self._glance = Glance()

    def __call__(self, frame: Frame) -> Landmarks | None:
        """The kept person in this frame, or None."""
        now_s, kept = frame.time_s, self._kept
        found = self._look(self._follow(frame), frame)
        if self._glance.see(frame, None if kept is None else kept.look.landmarks):
            self._cut_s = now_s
        if found is None:  # the follower has just searched the whole picture
            self._stray = False
            self._lose(now_s)
            return None
        if kept is None:
            return self._begin(frame, found)
        if self._stray and self._other is not None:
            self._stray = self._other.goes_on(now_s, found)
            self._other = self._other.seen(now_s, found)
        wrong = self._stray or not (
            kept.goes_on(now_s, found, self._is_close(kept, now_s))
            if self._missing_s is None
            else kept.cost(now_s, found) <= 1.0
        )
        fleeting = self._missing_s is not None and kept.time_s - kept.since_s < FLEETING_S
        if wrong and (fleeting or now_s - self._cut_s < CUT_S):
            return self._begin(frame, found)
        self._away_s = min(self._away_s, now_s) if kept.is_away(found) else math.inf
        away = self._away_s <= now_s and now_s - self._looked_s >= MOVING_S
        due = now_s >= self._again_s or (self._glance.moving and now_s >= self._looked_s + self._patience_s)
        if not wrong and kept.steps_aside(found) and now_s - self._step_s > HOP_S:
            self._step_s = now_s
        if not wrong and not away and not due:
            return self._accept(now_s, found)
        if now_s - self._looked_s < LOOK_S - 1e-6:
            self._lose(now_s)
            return None
        return self._decide(frame, kept, found)

    def _lose(self, now_s: float) -> None:
        if self._missing_s is None:
            self._missing_s = now_s

    def _accept(self, now_s: float, look: _Look) -> Landmarks:
        self._kept = _Track.begun(now_s, look) if self._kept is None else self._kept.seen(now_s, look)
        self._missing_s, self._stray = None, False
        return look.landmarks

    def _begin(self, frame: Frame, found: _Look) -> Landmarks:
        """Choose whom to keep, at the start and after a cut: the most prominent of all."""
        self._given_up, self._cut_s = None, -math.inf
        best = max(self._all(frame, found), key=lambda look: look.prominence)
        return self._choose(frame, best, found)

    def _choose(self, frame: Frame, best: _Look, found: _Look) -> Landmarks:
        self._kept = self._other = None
        return self._accept(frame.time_s, self._steered(frame, best, found))

    def _decide(self, frame: Frame, kept: _Track, found: _Look) -> Landmarks | None:
        """Look for everybody, and tell which of them is the kept person, if any."""
        now_s, looked_s, was_missing = frame.time_s, self._looked_s, self._missing_s is not None
        people = self._all(frame, found)
        back = self._is_back(kept, people)
        if back is not None:
            self._given_up = None
            brief = now_s - kept.since_s < BRIEF_S
            shown = self._choose(frame, back, found)
            return replace(shown, retracts_s=kept.since_s) if brief else shown
        best = self._match(kept, now_s, people)
        if best is None:
            if not self._stray:
                self._gone_s = GONE_S if self._knows_another(now_s) else GONE_ALONE_S
            self._lose(now_s)
            self._stray = True
            self._note(now_s, found)
            return self._replace(frame, kept, people, found)
        others = [look for look in people if look is not best]
        self._note(now_s, min(others, key=lambda look: kept.drift(look), default=None))
        if self._is_better(now_s, kept, best) and self._other is not None:
            return self._choose(frame, self._other.look, found)
        if now_s - self._away_s >= SETTLED_S:
            self._kept = replace(kept, anchor=best.centre)
        apart = float(np.linalg.norm(best.centre - found.centre)) > 0.6 * max(best.size, found.size)
        shown = self._accept(now_s, self._steered(frame, best, found))
        if was_missing or not apart:
            return shown
        hopped_s = self._step_s if now_s - self._step_s <= HOP_S else max(looked_s, now_s - HOP_S)
        return replace(shown, retracts_s=hopped_s)

    def _match(self, kept: _Track, now_s: float, people: list[_Look]) -> _Look | None:
        """Who of the people is the kept person, given where the other one is going; None: cannot be told."""
        if kept.is_away(people[0]) and not self._stray:  # did they walk, or did the follower hop to a walker?
            best = min(people[1:], key=kept.drift, default=people[0])
            if kept.has_place_of(best):
                return best
        if len(people) == 1 and not self._knows_another(now_s) and kept.jump(now_s, people[0]) < 0.6:
            return people[0]  # nobody else about: whatever the size does, as when legs out of frame are guessed anew
        best = min(people, key=lambda look: kept.cost(now_s, look))
        other = self._other
        if other is not None and now_s - other.time_s < 1.0 and len(people) > 1:
            pairs = [(a, b) for a in people for b in people if a is not b]
            best = min(pairs, key=lambda pair: kept.cost(now_s, pair[0]) + min(2.0, _ahead(other, now_s, pair[1])))[0]
        elif self._stray and best is people[0]:
            return None
        return best if kept.cost(now_s, best) <= 1.0 else None

    def _is_back(self, kept: _Track, people: list[_Look]) -> _Look | None:
        """The one who was given up, if they are in their old place again beside the one who is kept now."""
        left = self._given_up
        others = [look for look in people if not look.near(kept.look, 0.5)]
        if left is None or len(others) == len(people):
            return None
        best = min(others, key=left.drift, default=None)
        return best if best is not None and left.has_place_of(best) else None

    def _replace(self, frame: Frame, kept: _Track, people: list[_Look], found: _Look) -> Landmarks | None:
        """Give the kept person up for somebody who has stayed since they were lost, if they are gone long enough."""
        now_s, stray = frame.time_s, self._other
        if stray is None or stray.is_away(found):  # passing by is not staying
            self._other = _Track.begun(now_s, found)
            return None
        missing_s = now_s if self._missing_s is None else self._missing_s
        if now_s - max(missing_s, stray.since_s) < self._gone_s - 1e-6:
            return None
        best = max(people, key=lambda look: look.prominence)
        self._given_up = kept
        return self._choose(frame, best, found)

    def _all(self, frame: Frame, found: _Look) -> list[_Look]:
        """Everybody in the frame, the one who is followed first; sets when to look again."""
        now_s = frame.time_s
        looks = [self._look(landmarks, frame) for landmarks in self._everybody(frame)]
        people = [found] + [look for look in looks if look is not None and not look.same_body(found)]
        self._looked_s = now_s
        if self._given_up is not None and now_s - self._given_up.time_s > RETURN_S:
            self._given_up = None
        alone = len(people) == 1
        patient = alone and not self._knows_another(now_s)
        self._patience_s = min(1.5 * self._patience_s, CROWD_S) if patient else MOVING_S
        close = self._kept is not None and any(self._kept.drift(look) < _CLOSE for look in people[1:])
        first = self._kept is None or now_s - self._kept.since_s < FIRST_S
        again_s = LOOK_S if close and not first else CROWD_S
        self._again_s = now_s + (ALONE_S if alone and self._given_up is None else again_s)
        return people

    def _note(self, now_s: float, other: _Look | None) -> None:
        """Remember the other person who matters most."""
        before = self._other
        if other is None:
            return
        step_s = math.inf if before is None else max(now_s - before.time_s, 1e-3)
        if before is None or not other.near(before.look, 0.7 + 4.0 * step_s):
            self._other = _Track.begun(now_s, other)
        else:  # looks are rare, so that a walker leaps from one to the next
            self._other = replace(before.seen(now_s, other), speed=(other.centre - before.look.centre) / step_s)

    def _knows_another(self, now_s: float) -> bool:
        """Whether somebody else was seen lately."""
        return self._other is not None and now_s - self._other.time_s < LATELY_S

    def _is_close(self, kept: _Track, now_s: float) -> bool:
        """Whether somebody else was seen a moment ago and may be about to cover the kept person."""
        other = self._other
        if other is None or now_s - other.time_s > 1.0:
            return False
        return float(np.linalg.norm(other.expected(now_s) - kept.look.centre)) / kept.look.size < _CLOSE

    def _is_better(self, now_s: float, kept: _Track, best: _Look) -> bool:
        """Whether in the first moments somebody else has shown to be the one who is filmed."""
        if self._other is None or now_s - kept.since_s > FIRST_S:
            return False
        lasting = now_s - self._other.since_s >= FIRST_S / 2
        return lasting and self._other.look.prominence > _PROMINENT * best.prominence

    def _steered(self, frame: Frame, best: _Look, found: _Look) -> _Look:
        """Make `follow` follow `best` from here on: it is shown an empty picture, then one without the others."""
        if best is found:
            return found
        self._follow(replace(frame, image=np.full_like(frame.image, 127)))
        shown = self._look(self._follow(_only(frame, best)), frame)
        return shown if shown is not None and shown.near(best, 0.5) else best

    def _look(self, landmarks: Landmarks | None, frame: Frame) -> _Look | None:
        if landmarks is None:
            return None
        main = landmarks.image[self._main].astype(np.float64)
        size = float(np.sqrt(((main - main.mean(axis=0)) ** 2).sum(axis=1).mean()))
        centre = landmarks.image[self._torso].mean(axis=0).astype(np.float64)
        if not size > 0.0 or not np.isfinite(centre).all():
            return None
        half = frame.frame_size[0] / 2
        central = 1.0 - 0.6 * min(1.0, abs(centre[0] - half) / half)
        return _Look(landmarks, centre, size, size * central * float(landmarks.visibility[self._main].mean()))


def _ahead(track: _Track, time_s: float, look: _Look) -> float:
    """How far somebody is from where a track leads at full speed, in sizes."""
    return float(np.linalg.norm(look.centre - track.expected(time_s))) / track.look.size


def _only(frame: Frame, look: _Look) -> Frame:
    """The frame with everything greyed out but one person's box and a margin."""
    scale = frame.image.shape[1] / frame.frame_size[0]
    (left, top), (right, bottom) = (
        np.maximum(corner * scale, 0).astype(int) for corner in box(look.landmarks, _MARGIN)
    )
    image = np.full_like(frame.image, 127)
    image[top:bottom, left:right] = frame.image[top:bottom, left:right]
    return replace(frame, image=image)
