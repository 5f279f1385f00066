"""The expert's repetition that is nearest to a user's: by posture at key moments, then in step.

A million repetitions would want an index; a hundred thousand are one matrix product, which numpy does in milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from formcheck.body import PoseSequence
from formcheck.body.planes import Side
from formcheck.reference.compare import TURNED_DEG, Course, InStep, course, in_step
from formcheck.reference.moments import KeyMoment, key_moments, speed
from formcheck.reference.posture import WIDTH, mirrored, posture
from formcheck.reference.shown import OTHER_SIDE, Half, Reference, Shown
from formcheck.reps import RepSpan
from formcheck.signals import Floats

LEAST_COMMON = 0.2  # of a posture: half a repetition in 2D is 0.44 of it
IN_STEP = 6  # of the nearest by posture are brought in step, and the nearest of these is taken


@dataclass(frozen=True, eq=False)
class Candidate:
    """One repetition of a reference, as it is or in a mirror."""

    reference: Reference
    at: int
    mirrored: bool

    @property
    def shown(self) -> Shown:
        """The repetition, mirrored where that is told."""
        plain = self.reference.shown[self.at]
        return plain.mirrored if self.mirrored else plain

    @property
    def performed(self) -> Performed:
        """The repetition as a user's is described."""
        plain = performed(self.reference.shown[self.at])
        return plain.mirrored if self.mirrored else plain


@dataclass(frozen=True, eq=False)
class Performed:
    """A user's repetition, ready to be compared: its course, key moments and posture, and the side that works."""

    course: Course
    moments: tuple[KeyMoment, ...]
    posture: NDArray[np.float32]
    side: Side | None

    @cached_property
    def mirrored(self) -> Performed:
        """The same in a mirror."""
        return replace(self, course=self.course.mirrored, posture=mirrored(self.posture), side=OTHER_SIDE[self.side])


@dataclass(frozen=True, eq=False)
class Found:
    """An expert's repetition beside a user's; `distance` is that of their postures, in trunk lengths a bone."""

    candidate: Candidate
    distance: float
    beside: InStep


class Postures:
    """The postures of many repetitions, of which the nearest are found; rows (N, WIDTH), NaN where not seen."""

    def __init__(self, rows: NDArray[np.float32]) -> None:
        if rows.ndim != 2 or rows.shape[1] != WIDTH:
            raise ValueError(f"expected postures (N, {WIDTH}), got {rows.shape}")
        known = np.isfinite(rows)
        self._partly = np.flatnonzero(~known.all(axis=1))
        self._known = known[self._partly]
        # One row of numbers a bone: a product with one posture then reads memory from end to end.
        self._columns = np.ascontiguousarray(np.where(known, rows, np.float32(0.0)).T)
        self._squares = np.einsum("wn,wn->n", self._columns, self._columns)

    def __len__(self) -> int:
        return self._columns.shape[1]

    def distances(self, row: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 2) to each as it is and in a mirror: root mean square over the bones that both show, trunk lengths.

        Infinite where they have less than `LEAST_COMMON` of a posture in common.
        """
        both = (row, mirrored(row))  # the mirror image of the one is as far as that of the other
        out = np.empty((len(self), 2), dtype=np.float32)
        whole = bool(np.isfinite(row).all())
        for at, each in enumerate(both):
            if whole:
                squares = each @ self._columns
                squares *= -2.0
                squares += self._squares + float(each @ each)
                squares *= 3.0 / WIDTH
                squares[self._partly] = self._over_common(self._columns[:, self._partly].T, self._known, each)
            else:
                known = np.ones((len(self), WIDTH), dtype=np.bool_)
                known[self._partly] = self._known
                squares = self._over_common(self._columns.T, known, each)
            out[:, at] = squares
        return np.sqrt(np.maximum(out, 0.0, out=out), out=out)

    @staticmethod
    def _over_common(rows: NDArray[np.float32], known: NDArray[np.bool_], row: NDArray[np.float32]):
        ours = np.isfinite(row)
        wanted, mask = np.where(ours, row, 0.0).astype(np.float32), known.astype(np.float32)
        common = mask @ ours.astype(np.float32)
        total = (rows**2) @ ours.astype(np.float32) - 2.0 * rows @ wanted + mask @ (wanted**2)
        return np.where(common >= LEAST_COMMON * WIDTH, 3.0 * total / np.maximum(common, 1.0), np.inf)


class Experts:
    """References that can be asked for the repetition nearest to a user's."""

    def __init__(self, references: Sequence[Reference]) -> None:
        self.shown = tuple((reference, at) for reference in references for at in range(len(reference.shown)))

    @cached_property
    def postures(self) -> Postures:
        """Of all their repetitions, in the order of `shown`."""
        rows = [performed(reference.shown[at]).posture for reference, at in self.shown]
        return Postures(np.stack(rows) if rows else np.empty((0, WIDTH), dtype=np.float32))

    def nearest(self, user: Performed, most: int, *, alike: bool = True) -> list[tuple[Candidate, float]]:
        """The nearest repetitions by posture with their distances, the nearest first.

        With `alike` only those that can be compared: of the same half, with the same side at work, and seen from where
        the user is seen.
        """
        apart = self.postures.distances(user.posture).ravel()
        some = min(len(apart), max(64, 4 * most))
        found = self._first(user, apart, np.argpartition(apart, some - 1)[:some] if some else [], most, alike)
        return found if len(found) >= most or some == len(apart) else self._first(user, apart, None, most, alike)

    def _first(
        self, user: Performed, apart: NDArray[np.float32], chosen: Sequence[int] | NDArray[np.intp] | None, most: int,
        alike: bool,
    ) -> list[tuple[Candidate, float]]:  # fmt: skip
        order = np.argsort(apart) if chosen is None else np.array(chosen, dtype=np.intp)[np.argsort(apart[chosen])]
        found: list[tuple[Candidate, float]] = []
        for flat in order:
            number, turned = divmod(int(flat), 2)
            if not np.isfinite(apart[flat]) or len(found) >= most:
                break
            candidate = Candidate(*self.shown[number], bool(turned))
            if not alike or comparable(user, candidate) is None:
                found.append((candidate, float(apart[flat])))
        return found

    def best(self, user: Performed, most: int = 1) -> list[Found]:
        """The repetitions most like the user's: of the nearest by posture those nearest in step; none that is alike."""
        found: list[Found] = []
        for candidate, distance in self.nearest(user, IN_STEP + most):
            beside = in_step(user.course, candidate.performed.course)
            if beside is not None:
                found.append(Found(candidate, distance, beside))
        return sorted(found, key=lambda each: each.beside.distance)[:most]


def comparable(user: Performed, candidate: Candidate) -> str | None:
    """Why a user's repetition cannot be compared with an expert's; None when it can."""
    expert = candidate.performed
    if user.side is not None and expert.side is not None and user.side != expert.side:
        return "your other side works, not the one that the expert shows"
    if not set(user.course.halves) & set(expert.course.halves):
        return "the recordings show different halves of the repetition"
    turned = abs((user.course.yaw_deg - expert.course.yaw_deg + 180.0) % 360.0 - 180.0)
    if not turned <= TURNED_DEG:
        return "your camera stands too differently from the one that filmed the expert"
    return None


@lru_cache(maxsize=2048)
def performed(shown: Shown) -> Performed:
    """An expert's repetition as a user's is described."""
    return described(shown.pose, speed(shown.pose), shown.span, shown.side)


def described(
    pose: PoseSequence, fast: Floats, span: RepSpan, side: Side | None, concentric: Half = "back"
) -> Performed:
    """A repetition in a recording whose `speed` (T,) is known; `side` works, and the way `concentric` lifts."""
    moments = key_moments(pose.time, fast, span, concentric)
    return Performed(course(pose, span), moments, posture(pose, moments), side)


__all__ = ["Candidate", "Experts", "Found", "Performed", "Postures", "comparable", "described"]
