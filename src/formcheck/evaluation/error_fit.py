"""From landmarks that the estimator found on rendered video, and the truth, to the errors of the studio's fast mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.signals import Floats
from formcheck.synthetic.estimated import IMAGE, JOINTS, LIMBS, NORMAL_PX, Errors, trunk_lengths

POSES, PERSON, NOISE = 14, 6, 48  # how many numbers tell a pose, differences between recordings, and what wavers
RIDGE = 0.1  # of the variance of the poses: keeps the bias near the mean where people were hardly seen
ELSEWHERE = 0.35  # trunk lengths from the joints on average: such a frame shows another body, and counts as lost
LOG_ODDS = 6.0  # visibility beyond this is certainty
_ORDER = BLAZEPOSE_33.mirrored_order()
_SHARED_DOF = 2 * 12.0  # joints waver together: a frame's error has some dozen degrees of freedom, not 198


@dataclass(frozen=True, eq=False)
class Watched:
    """One recording as it truly was and as the estimator saw it, seen from the left where it is seen from a side.

    `poses` (T, 99) in trunk lengths; `off` (T, 198) as in `Errors`; `trunk_px` (T,); `size` how large world landmarks
    came out; `found` (T,); `swapped` (T, 2) arms and legs.
    """

    poses: Floats
    off: Floats
    trunk_px: Floats
    size: float
    found: NDArray[np.bool_]
    swapped: NDArray[np.bool_]
    step_s: float


def compare(exact: PoseSequence, seen: PoseSequence) -> Watched:
    """The errors of one recording, frame by frame; NaN where the person was not found."""
    if exact.view == "side-right":
        exact, seen = exact.mirrored(), seen.mirrored()
    assert exact.world is not None and seen.world is not None
    image, world, visibility = seen.image.copy(), seen.world.copy(), seen.visibility.copy()
    trunk_m, short_px = trunk_lengths(exact.world.astype(np.float32), exact.image.astype(np.float32))
    trunk_px = short_px.astype(np.float64)
    swapped = np.stack([_swapped(exact, seen, names, trunk_px) for names in LIMBS.values()], axis=1)
    for at, names in enumerate(LIMBS.values()):
        here, joints = np.flatnonzero(swapped[:, at]), np.array([BLAZEPOSE_33.index(name) for name in names])
        for part in (image, world, visibility):
            part[here[:, None], joints] = part[here[:, None], _ORDER[joints]]
    away = np.linalg.norm(image - exact.image, axis=-1).mean(axis=1) / trunk_px
    found = np.asarray(np.isfinite(image).all(axis=(1, 2)) & ~(away > ELSEWHERE))
    size = 1.0
    if found.any():
        size = float(
            np.median(np.linalg.norm(world[found], axis=(1, 2)) / np.linalg.norm(exact.world[found], axis=(1, 2)))
        )
    odds = np.clip(visibility, 1e-4, 1 - 1e-4)
    off = np.concatenate(
        [
            ((image - exact.image) / trunk_px[:, None, None]).reshape(-1, 2 * JOINTS),
            ((world / size - exact.world) / trunk_m).reshape(-1, 3 * JOINTS),
            np.clip(np.log(odds / (1 - odds)), -LOG_ODDS, LOG_ODDS),
        ],
        axis=1,
    )
    off[~found] = np.nan
    step_s = float(np.median(np.diff(exact.time)))
    poses = (exact.world / trunk_m).reshape(-1, 3 * JOINTS)
    return Watched(poses, off, trunk_px, size, found, swapped, step_s)


def _swapped(exact: PoseSequence, seen: PoseSequence, names: Sequence[str], trunk_px: Floats) -> NDArray[np.bool_]:
    """(T,) whether the limbs' joints lie much nearer to those of the other side, and the sides are well apart."""
    joints = np.array([BLAZEPOSE_33.index(name) for name in names])
    own = np.linalg.norm(seen.image[:, joints] - exact.image[:, joints], axis=-1).mean(axis=1)
    other = np.linalg.norm(seen.image[:, joints] - exact.image[:, _ORDER[joints]], axis=-1).mean(axis=1)
    apart = np.linalg.norm(exact.image[:, joints] - exact.image[:, _ORDER[joints]], axis=-1).mean(axis=1)
    return np.asarray((other < 0.5 * own) & (apart > 0.25 * trunk_px))


def fit(recordings: Mapping[tuple[str, str], Sequence[Watched]]) -> dict[tuple[str, str], Errors]:
    """The errors of each posture and view; raises ValueError for one with fewer than three recordings."""
    few = [key for key, each in recordings.items() if sum(one.found.any() for one in each) < 3]
    if few:
        raise ValueError(
            f"expected at least three recordings with a person found of each posture and view, not of {few}"
        )
    return {key: _fit(each) for key, each in recordings.items()}


def _fit(every: Sequence[Watched]) -> Errors:
    used = [one for one in every if one.found.any()]
    clip = np.concatenate([np.full(int(one.found.sum()), at) for at, one in enumerate(used)])
    poses = np.concatenate([one.poses[one.found] for one in used])
    off = np.concatenate([one.off[one.found] for one in used])
    trunk_px = np.concatenate([one.trunk_px[one.found] for one in used])
    weight = 1.0 / np.bincount(clip)[clip]  # every recording counts alike, however long
    centre, basis = _reduced(poses)
    bias = _ridge((poses - centre) @ basis, off, weight)
    left = off - np.concatenate([np.ones((len(poses), 1)), (poses - centre) @ basis], axis=1) @ bias
    smaller = _growth(left, trunk_px, clip)
    left /= ((trunk_px / NORMAL_PX) ** -smaller)[:, None]
    means = np.stack([left[clip == at].mean(axis=0) for at in range(len(used))])
    left = left - means[clip]
    steps = [one.step_s for one in used]
    loud, bursts, bursts_memory = _bursts(left, clip, steps)
    noise, scores = _factors(left / loud[:, None])
    sizes = np.log([one.size for one in used])
    return Errors(
        **{
            name: np.asarray(value, dtype=np.float32)
            for name, value in {
                "centre": centre,
                "poses": basis,
                "bias": bias,
                "person": _between(means - means.mean(axis=0)),
                "noise": noise * np.median(loud),
                "memory_s": _memory_s(scores, clip, steps),
                "bursts": [bursts],
                "bursts_memory_s": [bursts_memory],
                "smaller": [smaller],
                "size": [sizes.mean(), sizes.std()],
                "lost": _chances([~one.found for one in every], [one.step_s for one in every]),
                "swapped": [
                    _chances([one.swapped[:, at] for one in every], [one.step_s for one in every]) for at in (0, 1)
                ],
            }.items()
        }
    )


def _reduced(poses: Floats) -> tuple[Floats, Floats]:
    """The mean pose (99,) and the directions (99, P) in which poses differ most."""
    centre = poses.mean(axis=0)
    _, _, ways = np.linalg.svd(poses - centre, full_matrices=False)
    return centre, ways[:POSES].T


def _ridge(features: Floats, targets: Floats, weight: Floats) -> Floats:
    """(1 + P, D) least squares with a penalty on all but the mean."""
    rows = np.concatenate([np.ones((len(features), 1)), features], axis=1)
    gram = rows.T @ (weight[:, None] * rows)
    penalty = RIDGE * weight.sum() * features.var(axis=0).sum() * np.eye(len(gram))
    penalty[0, 0] = 0.0
    return np.linalg.solve(gram + penalty, rows.T @ (weight[:, None] * targets))


def _growth(left: Floats, trunk_px: Floats, clip: NDArray[np.intp]) -> float:
    """The power with which errors grow as the body gets smaller in the picture."""
    count = clip.max() + 1
    loud = np.log([np.sqrt((left[clip == at][:, IMAGE] ** 2).mean()) for at in range(count)])
    small = -np.log([np.median(trunk_px[clip == at]) / NORMAL_PX for at in range(count)])
    if np.ptp(small) < 0.2:
        return 0.0
    return float(np.clip(np.polyfit(small, loud, 1)[0], 0.0, 1.5))


def _principal(rows: Floats, count: int) -> Floats:
    """(count, D): the directions in which rows differ most, as long as the rows spread."""
    _, size, ways = np.linalg.svd(rows, full_matrices=False)
    out = np.zeros((count, rows.shape[1]))
    kept = min(count, len(size))
    out[:kept] = size[:kept, None] * ways[:kept]
    return out


def _factors(left: Floats) -> tuple[Floats, Floats]:
    """Joint factors (K, D) of the noise, which hold nearly all of it, and their scores (T, K) of unit variance."""
    scale = left.std(axis=0) + 1e-6
    _, _, ways = np.linalg.svd(left / scale, full_matrices=False)
    scores = (left / scale) @ ways[:NOISE].T
    spread = scores.std(axis=0) + 1e-9
    whole = np.sqrt((left**2).sum() / ((scores @ ways[:NOISE] * scale) ** 2).sum())
    return whole * spread[:, None] * ways[:NOISE] * scale, scores / spread


def _memory_s(scores: Floats, clip: NDArray[np.intp], steps: Sequence[float]) -> Floats:
    """(K,) time constants of first-order noise, from how alike neighbouring frames are."""
    pairs = np.flatnonzero(np.diff(clip) == 0)
    alike = (scores[pairs] * scores[pairs + 1]).mean(axis=0) / np.maximum((scores[pairs] ** 2).mean(axis=0), 1e-12)
    return -float(np.median(steps)) / np.log(np.clip(alike, 0.02, 0.995))


def _bursts(left: Floats, clip: NDArray[np.intp], steps: Sequence[float]) -> tuple[Floats, float, float]:
    """(T,) how large a frame's error is, how much that varies (sd of its logarithm), and how long a burst lasts.

    Errors have long tails: a steady hum, and now and then a frame in which the body is elsewhere. The size of the hum
    is taken from the median, so that those few do not make every frame as restless.
    """
    scaled = left / (np.median(np.abs(left), axis=0) / 0.6745 + 1e-6)
    loud = np.sqrt((scaled**2).mean(axis=1)) + 1e-3
    log = np.log(loud)
    for at in range(clip.max() + 1):
        log[clip == at] -= np.median(log[clip == at])
    spread = float(np.median(np.abs(log)) / 0.6745)
    own = max(spread**2 - 1.0 / (2.0 * _SHARED_DOF), 0.0)
    return loud, float(min(np.sqrt(own), 0.6)), float(_memory_s(log[:, None], clip, steps)[0])


def _between(means: Floats) -> Floats:
    """(Q, D) factors of what differs between recordings, as large as the median recording's difference."""
    factors = _principal(means, PERSON) / np.sqrt(max(len(means) - 1, 1))
    usual = np.median(np.linalg.norm(means, axis=1)) / max(np.sqrt((means**2).sum(axis=1).mean()), 1e-9)
    return factors * min(
        1.0, float(usual) / 0.9
    )  # of a few normal factors, the median is nine tenths of the root mean square


def _chances(states: Sequence[NDArray[np.bool_]], steps: Sequence[float]) -> tuple[float, float]:
    """Chances a second to enter a state and to leave it again."""
    entered = sum(int((np.diff(state.astype(int)) > 0).sum()) + int(state[0]) for state in states)
    inside = sum(float(state.sum()) * step for state, step in zip(states, steps, strict=True))
    outside = sum(float((~state).sum()) * step for state, step in zip(states, steps, strict=True))
    return (entered / outside if outside else 1e3, entered / inside if inside else 1.0)
