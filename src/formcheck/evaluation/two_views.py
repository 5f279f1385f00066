"""How well two cameras see what one cannot: synthetic people, filmed from two places, watched by the real estimator.

The two films of a performance have their own frame rates, start at their own instants and share no clock. The truth
(where every joint is, and when each film began) is the studio's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.body.fusion import Fused, NotFused, fuse
from formcheck.body.sync import LEAST_AGREEMENT, find_offset
from formcheck.body.triangulation import CalibratedCamera
from formcheck.body.view import with_view
from formcheck.evaluation.interval import with_interval
from formcheck.evaluation.synthetic import film_and_watch
from formcheck.exercises import Exercise, find_or_load
from formcheck.signals import Floats, rate_hz, uniform_clock
from formcheck.sources import read_pose
from formcheck.synthetic import Athlete, Camera, Performance, perform

REPS = 3  # of a set, the first of them clean
FAST_REPS = 6  # of repetitions that take less than a second
IDLE_S = 1.0  # before and after the set
LATEST_S = 0.5  # a camera is started up to this long after the other
FARTHEST = 1.4  # times the distance at which the athlete fills the frame
RATES_HZ = ((30.0, 24.0), (24.0, 30.0), (25.0, 15.0), (20.0, 30.0))
FAST_RATES_HZ = ((30.0, 60.0), (60.0, 24.0), (30.0, 25.0))
OBLIQUE_SHARE = 0.25  # of the pairs: neither camera stands before or beside the athlete

Seat = Literal["first", "second"]


@dataclass(frozen=True)
class Seen:
    """One of the two films of a performance: what `evaluation.synthetic.film_and_watch` films and watches."""

    exercise: str
    athlete: int
    seat: Seat

    def _draw(self) -> np.random.Generator:
        return np.random.default_rng([self.athlete, *self.exercise.encode(), 83])

    def _fast(self) -> bool:
        motion = find_or_load(self.exercise).motion
        timing = motion.timing if motion else None
        return bool(timing and timing.out_s + timing.hold_s + timing.back_s < 1.0)

    def rate_hz(self) -> float:
        """Frames a second of this film."""
        rates = FAST_RATES_HZ if self._fast() else RATES_HZ
        return rates[int(self._draw().integers(len(rates)))][int(self.seat == "second")]

    def performed(self) -> Performance:
        """The set at the instants of this film: one clean repetition, the others with a fault each."""
        exercise, draw = find_or_load(self.exercise), self._draw()
        draw.integers(8)  # the rates' draw
        reps = 2 if exercise.hold else FAST_REPS if self._fast() else REPS
        chosen = draw.permutation(len(exercise.faults))
        grades = [
            {exercise.faults[chosen[at % len(chosen)]].criterion: float(draw.uniform(0.5, 1.0))}
            for at in range(reps - 1)
        ]
        whole = perform(
            exercise, Athlete.sample(self.athlete), reps, [{}, *grades], self.athlete, before_s=IDLE_S, after_s=IDLE_S
        )
        starts_s = draw.uniform(0.0, LATEST_S, size=2)
        return whole.at(
            uniform_clock(float(starts_s[int(self.seat == "second")]), float(whole.time[-1]), self.rate_hz())
        )

    def camera(self, performance: Performance) -> Camera:
        """Before and beside the athlete within 15 degrees, at either side; in some pairs at an angle both."""
        draw = np.random.default_rng([self.athlete, *self.exercise.encode(), 89])
        hand, near = draw.choice([-1.0, 1.0]), draw.uniform(1.0, FARTHEST, size=2)
        if draw.random() < OBLIQUE_SHARE:
            turns = hand * draw.uniform(28.0, 60.0), -hand * draw.uniform(28.0, 60.0)
        else:
            turns = draw.uniform(-15.0, 15.0), hand * (performance.exercise.side_camera_deg + draw.uniform(-15.0, 15.0))
        at = int(self.seat == "second")
        close = performance.camera(azimuth_deg=float(turns[at]))
        distance_m = float(np.linalg.norm((close.target - close.position)[[0, 2]])) * float(near[at])
        return performance.camera(azimuth_deg=float(turns[at]), distance_m=distance_m, frame_size=close.frame_size)


@dataclass(frozen=True)
class Pair:
    """One performance and its two films."""

    exercise: str
    athlete: int

    @property
    def seats(self) -> tuple[Seen, Seen]:
        """The two films."""
        return Seen(self.exercise, self.athlete, "first"), Seen(self.exercise, self.athlete, "second")


def pairs(exercises: Sequence[Exercise], athletes: Sequence[int]) -> list[Pair]:
    """Every exercise once, by the athletes in turn."""
    return [Pair(each.file or each.name, athletes[at % len(athletes)]) for at, each in enumerate(exercises)]


@dataclass(frozen=True, eq=False)
class Watched:
    """A pair as the estimator saw it, with the truth: performances at the instants of either film, and cameras."""

    pair: Pair
    poses: tuple[PoseSequence, PoseSequence]
    performances: tuple[Performance, Performance]
    cameras: tuple[Camera, Camera]

    @property
    def offset_s(self) -> float:
        """What to add to the second film's clock to reach the first one's."""
        return float(self.performances[1].time[0] - self.performances[0].time[0])

    @property
    def kind(self) -> str:
        """Where the cameras stand."""
        return "front and side" if self.cameras[0].view == "front" else "both at an angle"


def watch_pairs(
    planned: Sequence[Pair], folder: Path, workers: int = 2, progress: Callable[[str, float], None] | None = None
) -> list[Watched]:
    """Every pair filmed and watched, what is there already from `folder`; raises OSError when it cannot be written."""
    kept = film_and_watch([seat for pair in planned for seat in pair.seats], folder, workers, progress)
    return [watched(pair, kept[pair.seats[0]], kept[pair.seats[1]]) for pair in planned]


def watched(pair: Pair, first: Path, second: Path) -> Watched:
    """A pair whose landmarks are kept."""
    performances = pair.seats[0].performed(), pair.seats[1].performed()
    cameras = tuple(seat.camera(done) for seat, done in zip(pair.seats, performances, strict=True))
    poses = with_view(read_pose(first)), with_view(read_pose(second))
    return Watched(pair, poses, performances, (cameras[0], cameras[1]))


def exactly(camera: Camera) -> CalibratedCamera:
    """A camera of the studio with its true place and lens, as a perfect calibration would give it."""
    width, height = camera.frame_size
    matrix = np.array([[camera.focal_px, 0.0, width / 2], [0.0, camera.focal_px, height / 2], [0.0, 0.0, 1.0]])
    lens = (camera.lens.k1, camera.lens.k2, camera.lens.p1, camera.lens.p2)
    return CalibratedCamera(matrix, camera.axes, -camera.axes @ camera.position, camera.frame_size, lens)


CUTS = {
    "each started at its own time": ((0.0, 1.0), (0.0, 1.0)),
    "first stopped early": ((0.0, 0.7), (0.0, 1.0)),
    "second has the middle only": ((0.0, 1.0), (0.25, 0.75)),
    "first started late, second stopped early": ((0.3, 1.0), (0.0, 0.75)),
}


@dataclass(frozen=True)
class Synced:
    """How far off an offset is, in frames of the slower camera; None where the streams were not aligned."""

    watched: Watched
    cut: str
    frames: float | None
    ms: float | None
    rival: bool


def synced(each: Watched) -> list[Synced]:
    """The pair aligned whole and with parts of it missing; too little agreement is no alignment."""
    out: list[Synced] = []
    frame_s = 1.0 / min(rate_hz(pose.time) for pose in each.poses)
    for name, shares in CUTS.items():
        first, second = (in_part(pose, *share) for pose, share in zip(each.poses, shares, strict=True))
        found = find_offset(first, second)
        if found is None or found.agreement < LEAST_AGREEMENT:
            out.append(Synced(each, name, None, None, False))
            continue
        off_s = abs(found.offset_s - each.offset_s)
        out.append(Synced(each, name, off_s / frame_s, 1000.0 * off_s, found.rival_s is not None))
    return out


def in_part(pose: PoseSequence, start: float, end: float) -> PoseSequence:
    """What lies between two shares of a recording."""
    begin_s, long_s = float(pose.time[0]), float(pose.time[-1] - pose.time[0])
    return pose.between(begin_s + start * long_s, begin_s + end * long_s + 1e-6)


def sync_rows(results: Sequence[Synced]) -> list[tuple[str, ...]]:
    """Rows of (what is missing, pairs, within a frame %, within a tenth %, median error, not aligned %, warned %)."""
    heading = ("what the films have in common", "pairs", "within 1 frame %", "within 0.1 frame %", "median, frames")
    rows: list[tuple[str, ...]] = [(*heading, "median, ms", "not aligned %", "of wrong ones, warned of")]
    for name in (*CUTS, "all"):
        chosen = [each for each in results if name in (each.cut, "all")]
        people = [str(each.watched.pair.athlete) for each in chosen]
        off = np.array([np.inf if each.frames is None else each.frames for each in chosen])
        ms = [each.ms for each in chosen if each.ms is not None]
        wrong = [each.rival for each in chosen if each.frames is not None and each.frames > 1]
        rows.append(
            (
                name,
                str(len(chosen)),
                with_interval((off <= 1).astype(float), people),
                with_interval((off <= 0.1).astype(float), people),
                f"{np.median(off):.2f}",
                f"{np.median(ms):.1f}" if ms else "–",
                with_interval(np.isinf(off).astype(float), people),
                f"{sum(wrong)} of {len(wrong)}",
            )
        )
    return rows


LIMBS = tuple(f"{j}_{s}" for j in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for s in ("left", "right"))
ANGLES = {"knee": ("hip", "knee", "ankle"), "hip": ("shoulder", "hip", "knee"), "elbow": ("shoulder", "elbow", "wrist")}
_AT = [BLAZEPOSE_33.index(joint) for joint in LIMBS]
_HIPS = [BLAZEPOSE_33.index(f"hip_{side}") for side in ("left", "right")]
_MEASURES = ("root, mm", "root and size, mm", "Procrustes, mm", *(f"{name}, deg" for name in ANGLES))


def errors(points: Floats, truth: Floats) -> Floats:
    """How far joints (T, 33, 3) m in a camera's axes are from the truth in the same axes: one number a measure.

    Mean distance of the 12 joints of the limbs in mm, with the mid-hips on top of each other; with one size for the
    whole recording, too; each frame turned, scaled and moved (PA-MPJPE); then mean errors of angles at joints, deg.
    """
    known = np.isfinite(points[:, _AT]).all(axis=(1, 2))
    points, truth = points[known], truth[known]
    mine, true = (each - each[:, _HIPS].mean(axis=1, keepdims=True) for each in (points, truth))
    size = (mine[:, _AT] * true[:, _AT]).sum() / (mine[:, _AT] ** 2).sum()
    lengths = [
        np.linalg.norm(mine - true, axis=-1)[:, _AT],
        np.linalg.norm(size * mine - true, axis=-1)[:, _AT],
        _procrustes(points[:, _AT], truth[:, _AT]),
    ]
    angles = [
        np.abs(_angle_deg(points, part, side) - _angle_deg(truth, part, side)).mean()
        for part in ANGLES.values()
        for side in ("left", "right")
    ]
    return np.array([1000.0 * each.mean() for each in lengths] + list(np.reshape(angles, (-1, 2)).mean(axis=1)))


def _procrustes(points: Floats, truth: Floats) -> Floats:
    x, y = (each - each.mean(axis=1, keepdims=True) for each in (points, truth))
    u, s, vt = np.linalg.svd(np.swapaxes(x, 1, 2) @ y)
    turn = np.sign(np.linalg.det(u @ vt))
    s[:, 2] *= turn
    u[:, :, 2] *= turn[:, None]
    size = s.sum(axis=1) / (x**2).sum(axis=(1, 2))
    return np.linalg.norm(size[:, None, None] * (x @ u @ vt) - y, axis=-1)


def _angle_deg(points: Floats, part: tuple[str, str, str], side: str) -> Floats:
    a, vertex, b = (points[:, BLAZEPOSE_33.index(f"{joint}_{side}")] for joint in part)
    u, v = a - vertex, b - vertex
    cosine = (u * v).sum(axis=1) / (np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1))
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


@dataclass(frozen=True)
class Compared:
    """The errors of either view alone, and of both made one, without and with calibration; None where that failed."""

    watched: Watched
    single: tuple[Floats, Floats]
    fused: Floats | None
    calibrated: Floats | None
    why: str = ""


def compared(each: Watched) -> Compared:
    """One pair: synchronised as an analysis would, then made one body."""
    single = tuple(
        errors(pose.world, done.points[: len(pose)] @ camera.axes.T)
        for pose, done, camera in zip(each.poses, each.performances, each.cameras, strict=True)
        if pose.world is not None
    )
    found = find_offset(*each.poses)
    if found is None or found.agreement < LEAST_AGREEMENT:
        return Compared(each, (single[0], single[1]), None, None, "the two films could not be aligned")
    second = each.poses[1].shifted(found.offset_s)
    known: list[Floats | None] = []
    why = ""
    for cameras in (None, (exactly(each.cameras[0]), exactly(each.cameras[1]))):
        try:
            known.append(_off(each, fuse(each.poses[0], second, cameras)))
        except NotFused as error:
            known.append(None)
            why = why or str(error)
    return Compared(each, (single[0], single[1]), known[0], known[1], why)


def _off(each: Watched, body: Fused) -> Floats:
    """The errors of a fused body in the first camera's axes, at the instants that both saw."""
    assert body.pose.world is not None
    start_s = float(each.performances[0].time[0])
    truth = each.performances[0].at(body.pose.time[body.both] + start_s).points
    return errors(body.pose.world[body.both] @ body.cameras[0].rotation.T, truth @ each.cameras[0].axes.T)


def joint_rows(results: Sequence[Compared]) -> list[tuple[str, ...]]:
    """Rows of (cameras, measure, pairs, better single view, both, reduction %, calibrated), intervals over people.

    The better single view is chosen for every pair and measure by the truth, which nobody who films has.
    """
    rows: list[tuple[str, ...]] = [
        ("cameras", "error", "pairs", "better single view", "two views", "lower by %", "two views, calibrated")
    ]
    for kind in ("front and side", "both at an angle", "all"):
        chosen = [each for each in results if kind in (each.watched.kind, "all") and each.fused is not None]
        people = [str(each.watched.pair.athlete) for each in chosen]
        for at, name in enumerate(_MEASURES):
            better = np.array([min(view[at] for view in each.single) for each in chosen])
            both = np.array([each.fused[at] for each in chosen if each.fused is not None])
            sure = [
                (each.calibrated[at], who)
                for each, who in zip(chosen, people, strict=True)
                if each.calibrated is not None
            ]
            rows.append(
                (
                    kind,
                    name,
                    str(len(chosen)),
                    with_interval(better, people, percent=False),
                    with_interval(both, people, percent=False),
                    _lower(better, both, people),
                    with_interval([value for value, _ in sure], [who for _, who in sure], percent=False),
                )
            )
    return rows


def _lower(better: Floats, both: Floats, people: Sequence[str]) -> str:
    """By how many per cent the mean over pairs is lower, with the interval over people."""
    if not len(better):
        return "–"
    names = np.unique(people)
    of = np.searchsorted(names, people)
    sums = np.stack([np.bincount(of, each, len(names)) for each in (better, both)], axis=1)
    drawn = sums[np.random.default_rng(0).integers(len(names), size=(2000, len(names)))].sum(axis=1)
    low, high = np.percentile(1 - drawn[:, 1] / drawn[:, 0], [2.5, 97.5])
    return f"{100 * (1 - both.sum() / better.sum()):.0f} [{100 * low:.0f}, {100 * high:.0f}]"
