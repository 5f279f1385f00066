"""Focal length without a target: from somebody who walks about before a camera that looks down or up at them.

Who stands upright on one floor is a ruler of constant length in many places: how much shorter it gets with distance
and how much it tilts at the picture's sides say where horizon and nadir are, and these say the focal length (Lv, Zhao &
Nevatia, ICPR 2002; Fei et al., "Single View Physical Distance Estimation using Human Pose", ICCV 2021). A camera that
looks level sees neither: then the answer is what was known before, and its error says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from formcheck.body import PoseSequence
from formcheck.calibration.lens import CalibrationError, Intrinsics
from formcheck.calibration.stance import stances
from formcheck.signals import Floats

USUAL = 0.98  # focal lengths of phones and webcams: 0.6 to 1.6 of the picture's longer side, 95 %
USUAL_ERROR = 0.25
UNTOLD = 0.15  # an error above this says little more than was known before anything was seen
LEAST = 4  # places: fewer are explained by one crooked stance as well as by a tilted camera
MISFIT = 4.0  # of a place, in squared errors: nobody who stands on one floor is that far off
HIPS = (0.62, 0.03)  # of the way from ankles to shoulders (de Leva 1996), and how that differs between people
SEEN_ERROR = (0.012, 0.02, 0.012)  # of the same way: errors of ankles, hips and shoulders that stay over a step
LEAN_ERROR = (0.02, 0.06)  # rad, to the side and towards the camera: nobody stands or walks quite upright
ROLL_ERROR, PITCH_ERROR = 0.03, 0.4  # rad: cameras are put up straight, and tilted as it happens
HEIGHT = (0.8, 0.7)  # of the camera over the ankles, in lengths from ankles to shoulders
_GRID = np.exp(np.linspace(np.log(0.4), np.log(2.5), 9))
_OUTLYING = 3.0  # errors from which a place counts less and less (Cauchy)
_PITCHES = (-0.3, 0.0, 0.3)  # to begin with: a solution from the wrong side does not find the other
_ROUNDS = 25


@dataclass(frozen=True)
class Focal:
    """A focal length in lengths of the picture's longer side, and the standard error of its logarithm.

    `pitch_deg` is how far the camera looks up; `places` at how many different places the person stood.
    """

    ratio: float
    error: float
    pitch_deg: float
    places: int

    @property
    def told(self) -> bool:
        """Whether the person said more than was known of any camera before."""
        return self.error <= UNTOLD


def centred(ratio: float, frame_size: tuple[int, int]) -> Intrinsics:
    """A camera of a focal length in longer sides, its principal point in the middle of the picture, no distortion."""
    focal_px = ratio * max(frame_size)
    width, height = frame_size
    matrix = np.array([[focal_px, 0.0, width / 2], [0.0, focal_px, height / 2], [0.0, 0.0, 1.0]])
    return Intrinsics(matrix, (0.0, 0.0, 0.0, 0.0, 0.0), frame_size)


def focal_of(pose: PoseSequence) -> Focal:
    """The focal length that the person's constant size tells, with its error.

    The posterior over a grid of focal lengths, everything else fitted at each. Raises CalibrationError where nobody is
    seen upright, whole, and at four places at least, and where these are not on one floor.
    """
    seen = stances(pose)
    if len(seen) < LEAST:
        raise CalibrationError(
            f"expected somebody who stands upright at several places, whole in the picture, got {len(seen)}: walk "
            "about before the camera, near and far, to its left and right"
        )
    costs, pitches = np.empty(len(_GRID)), np.empty(len(_GRID))
    for at, cost, shared in _along_grid(seen):
        costs[at], pitches[at] = cost, np.degrees(np.arctan(shared[1]))
    if costs.min() > MISFIT * len(seen):
        raise CalibrationError(
            "expected somebody who stands and walks on one floor before a camera that stays where it is, got places "
            "that fit no camera: film a walk on a tripod, without a bar to hang from and without stairs"
        )
    return _posterior(costs, pitches, len(seen))


def _posterior(costs: Floats, pitches: Floats, places: int) -> Focal:
    from scipy.interpolate import CubicSpline

    fine = np.linspace(np.log(_GRID[0]), np.log(_GRID[-1]), 600)
    log = -0.5 * CubicSpline(np.log(_GRID), costs)(fine) - 0.5 * ((fine - np.log(USUAL)) / USUAL_ERROR) ** 2
    share = np.exp(log - log.max())
    share /= share.sum()
    mean = float(share @ fine)
    error = float(np.sqrt(share @ (fine - mean) ** 2))
    return Focal(float(np.exp(mean)), error, -float(np.interp(mean, np.log(_GRID), pitches)), places)


def _along_grid(seen: Floats) -> Iterator[tuple[int, float, Floats]]:
    """Index, cost and what all places share, for every focal length of the grid, each begun from its neighbour."""
    middle = int(np.abs(_GRID - USUAL).argmin())
    first = min((_fitted(_GRID[middle], seen, *_begun(_GRID[middle], seen, pitch)) for pitch in _PITCHES), key=_cost)
    yield middle, first[0], first[1]
    for way in (range(middle + 1, len(_GRID)), range(middle - 1, -1, -1)):
        before, at_before = first, middle
        for at in way:
            local = before[2] * [1.0, _GRID[at] / _GRID[at_before], 1.0, 1.0]
            before, at_before = _fitted(_GRID[at], seen, before[1], local), at
            yield at, before[0], before[1]


def _cost(fit: tuple[float, Floats, Floats]) -> float:
    return fit[0]


def _begun(focal: float, seen: Floats, pitch: float) -> tuple[Floats, Floats]:
    """What all places share (4,): slopes of roll and pitch, height, hips; and each has (N, 4): right, away, leans."""
    far = focal / np.linalg.norm(seen[:, -1] - seen[:, 0], axis=1)
    local = np.zeros((len(seen), 4))
    local[:, 0], local[:, 1] = seen[:, 0, 0] * far / focal, far
    height = max(0.05, float(np.median(seen[:, 0, 1] * far / focal + pitch * far)))
    return np.array([0.0, pitch, height, HIPS[0]]), local


def _off(focal: float, seen: Floats, shared: Floats, local: Floats) -> Floats:
    """(N, 8): errors of the three middles in the picture and of the leans, each in its standard error."""
    down = np.array([shared[0], 1.0, shared[1]])
    down /= np.linalg.norm(down)
    right = np.array([1.0, 0.0, 0.0]) - down[0] * down
    right /= np.linalg.norm(right)
    away = np.cross(right, down)
    foot = shared[2] * down + local[:, :1] * right + local[:, 1:2] * away
    up = local[:, 2:3] * right + local[:, 3:] * away - down
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    points = np.stack([foot, foot + shared[3] * up, foot + up], axis=1)
    pixels = focal * points[..., :2] / np.maximum(points[..., 2:], 0.1)
    tall = np.linalg.norm(seen[:, -1] - seen[:, 0], axis=1)[:, None, None]
    apart = (pixels - seen) / (tall * np.array(SEEN_ERROR)[:, None])
    return np.concatenate([apart.reshape(len(seen), -1), local[:, 2:] / LEAN_ERROR], axis=1)


_SHARED = np.array([ROLL_ERROR, PITCH_ERROR, HEIGHT[1], HIPS[1]])
_USUALLY = np.array([0.0, 0.0, HEIGHT[0], HIPS[0]])


def _fitted(focal: float, seen: Floats, shared: Floats, local: Floats) -> tuple[float, Floats, Floats]:
    """Cost, shared and local numbers that fit best: Levenberg-Marquardt, each place eliminated by itself."""
    damping, step = 1e-3, 1e-6
    off = _off(focal, seen, shared, local)
    cost = _total(off, shared)
    for _ in range(_ROUNDS):
        by_local = np.stack([(_off(focal, seen, shared, local + step * way) - off) / step for way in np.eye(4)], -1)
        by_shared = np.stack([(_off(focal, seen, shared + step * way, local) - off) / step for way in np.eye(4)], -1)
        heavy = 1.0 / (1.0 + (off / _OUTLYING) ** 2)
        turned = (by_local * heavy[..., None]).transpose(0, 2, 1)
        inner, across, pull = turned @ by_local, turned @ by_shared, turned @ off[..., None]
        weighted = by_shared * heavy[..., None]
        outer = np.einsum("tri,trj->ij", weighted, by_shared) + np.diag(1 / _SHARED**2)
        pull_shared = np.einsum("tri,tr->i", weighted, off) + (shared - _USUALLY) / _SHARED**2
        gained = 0.0
        for _ in range(6):
            damped = inner + (damping * inner + 1e-9) * np.eye(4)
            solved = np.linalg.solve(damped, np.concatenate([across, pull], axis=2))
            eliminated = outer * (1 + damping * np.eye(4)) - np.einsum("tij,tik->jk", across, solved[..., :4])
            ahead = -np.linalg.solve(eliminated, pull_shared - np.einsum("tij,ti->j", across, solved[..., 4]))
            tried, placed = shared + ahead, local - solved[..., 4] - solved[..., :4] @ ahead
            tried[2], placed[:, 1] = max(tried[2], 0.02), np.maximum(placed[:, 1], 0.2)
            there = _off(focal, seen, tried, placed)
            gained = cost - _total(there, tried)
            if gained > 0:
                shared, local, off, cost = tried, placed, there, cost - gained
                damping = max(damping / 5, 1e-7)
                break
            damping *= 10
        if gained < 1e-3:
            break
    return cost, shared, local


def _total(off: Floats, shared: Floats) -> float:
    robust = _OUTLYING**2 * np.log1p((off / _OUTLYING) ** 2)
    return float(robust.sum() + (((shared - _USUALLY) / _SHARED) ** 2).sum())
