"""What is being done, from windows of one or several sensors: features that people read off such signals, and a ridge.

Mean, spread and percentiles of every axis, how axes go together, how fast they change and at which rates they swing
(Bao & Intille 2004, *Activity recognition from user-annotated acceleration data*; Figo et al. 2010, *Preprocessing
techniques for context recognition from accelerometer data*), then multinomial logistic regression: with a few people's
recordings to learn from, nothing larger pays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.inertial.movement import InertialMovement
from formcheck.inertial.windows import Windows, windows
from formcheck.signals import Floats, Signal

LONG, OVERLAP = 200, 0.75  # samples of a window that holds most of a repetition, and how much of it is in the next
BANDS_HZ = ((0.1, 0.4), (0.4, 0.8), (0.8, 1.6), (1.6, 3.2), (3.2, 8.0))
TURNED_DEG = 10.0  # straps are put on by hand: the spread of how windows to learn from are turned
COPIES = 3
STEADY = 40  # features that are read where it is known who people are
STILL = 0.01  # body sizes: less is no movement
CERTAIN = 0.85
RIDGE = 1.0  # weight of the squared weights against the sum of the log losses of a hundred windows
PERCENTILES = (5, 25, 75, 95)


@dataclass(frozen=True, eq=False)
class Recogniser:
    """A multinomial logistic regression on features, `weights` (F + 1, L) on features.

    Of all features those at `chosen` (F,) are read, taken about `middle` (F,), over `spread` (F,).
    """

    labels: tuple[str, ...]
    places: tuple[str, ...]
    quantities: tuple[str, ...]
    chosen: NDArray[np.intp]
    middle: Floats
    spread: Floats
    weights: Floats

    def of(self, sensors: Mapping[str, Signal]) -> dict[str, float]:
        """The probability of each label for a whole recording; empty where it is shorter than two seconds."""
        seen = described(sensors, self.places, self.quantities)
        return self.told(features(*seen)) if len(seen[0]) else {}

    def told(self, rows: Floats) -> dict[str, float]:
        """The probability of each label for the features (N, F) of a recording's windows together."""
        design = np.clip((rows[:, self.chosen] - self.middle) / self.spread, -6.0, 6.0)
        chance = _softmax(np.column_stack([design, np.ones(len(design))]) @ self.weights)
        share = _softmax(np.log(chance + 1e-6).mean(axis=0)[None])[0]
        return dict(zip(self.labels, (float(each) for each in share), strict=True))


def described(sensors: Mapping[str, Signal], places: Sequence[str], quantities: Sequence[str]) -> tuple[Floats, Floats]:
    """Windows (N, 200, C) of the sensors, and what (N, 7 P) each limb's way and tilt are like within them."""
    cut = long_windows(sensors, places, quantities)
    movement = InertialMovement.of_sensors({name: each for name, each in sensors.items() if name in places})
    ways = np.zeros((len(cut), 7 * len(places)))
    if movement is None or not len(cut):
        return cut.values, ways
    first = movement.index(cut.start_s)
    at = np.minimum(first[:, None] + np.arange(cut.values.shape[1]), len(movement.time) - 1)
    for number, place in enumerate(places):
        if place in movement.names:
            sensor = movement.names.index(place)
            tilt, way = (movement.joints[at, 2 * sensor + part].std(axis=1) for part in (0, 1))
            level = np.log(np.linalg.norm(way[:, :2], axis=1) + STILL) - np.log(way[:, 2] + STILL)
            ways[:, 7 * number : 7 * number + 7] = np.column_stack([np.log(way + STILL), np.log(tilt + STILL), level])
    return cut.values, ways


def long_windows(sensors: Mapping[str, Signal], places: Sequence[str], quantities: Sequence[str]) -> Windows:
    """Windows of four seconds, one a second; of what is shorter but lasts two seconds one, as far as it goes."""
    cut = windows(sensors, places, quantities, LONG, OVERLAP)
    return cut if len(cut) else windows(sensors, places, quantities, LONG // 2, OVERLAP)


def learnt(
    recordings: Sequence[Mapping[str, Signal]],
    labels: Sequence[str],
    places: Sequence[str],
    quantities: Sequence[str] = ("acc", "gyro"),
    people: Sequence[str] | None = None,
    seed: int = 0,
) -> Recogniser:
    """A recogniser learnt from whole recordings of one label each, all of them counting alike.

    Windows are also shown as a strap put on otherwise would have measured them. Where `people` tells whose each
    recording is, only features are read in which exercises differ more than people do, and recordings are left out
    whose label all other people's contradict with certainty. Raises ValueError for a single label.
    """
    draw = np.random.default_rng([seed, 59])
    rows: list[list[Floats]] = []
    for sensors in recordings:
        cut, ways = described(sensors, places, quantities)
        copies = [cut, *(_turned(cut, draw) for _ in range(COPIES - 1))]
        rows.append([features(each, ways) for each in copies] if len(cut) else [])
    used = [at for at, each in enumerate(rows) if each]
    chosen = np.arange(rows[used[0]][0].shape[1] if used else 0)
    if people is not None and used:
        chosen = _steady(rows, labels, people, used)
        used = _trusted(rows, labels, people, used, chosen, places, quantities)
    return _learnt([rows[at] for at in used], [labels[at] for at in used], chosen, places, quantities)


def _steady(
    rows: Sequence[Sequence[Floats]], labels: Sequence[str], people: Sequence[str], used: Sequence[int]
) -> NDArray[np.intp]:
    """The features in which exercises differ most for how much people differ who do the same (Fisher's ratio)."""
    seen = np.array([np.concatenate(rows[at]).mean(axis=0) for at in used])
    of, whose = np.array([labels[at] for at in used]), np.array([people[at] for at in used])
    middles: list[Floats] = []
    within: list[Floats] = []
    for label in np.unique(of):
        each = np.array([seen[(of == label) & (whose == who)].mean(axis=0) for who in np.unique(whose[of == label])])
        middles.append(each.mean(axis=0))
        within += [each.var(axis=0, ddof=1)] if len(each) > 1 else []
    if not within:
        return np.arange(seen.shape[1])
    ratio = np.var(middles, axis=0) / (np.mean(within, axis=0) + 1e-9)
    return np.sort(np.argsort(-ratio)[:STEADY])


def _trusted(
    rows: Sequence[Sequence[Floats]],
    labels: Sequence[str],
    people: Sequence[str],
    used: Sequence[int],
    chosen: NDArray[np.intp],
    places: Sequence[str],
    quantities: Sequence[str],
) -> list[int]:
    """Recordings but those that all other people's contradict with certainty: somebody wrote down another exercise.

    Northcutt, Jiang & Chuang 2021, *Confident learning*, JAIR 70, with people in place of folds.
    """
    kept: list[int] = []
    for person in dict.fromkeys(people[at] for at in used):
        others = [at for at in used if people[at] != person]
        own = [at for at in used if people[at] == person]
        if len({labels[at] for at in others}) < 2:
            kept += own
            continue
        model = _learnt([rows[at] for at in others], [labels[at] for at in others], chosen, places, quantities)
        for at in own:
            told = model.told(rows[at][0])
            doubtful = labels[at] in told and max(told.values()) > CERTAIN and told[labels[at]] < 1.0 - CERTAIN
            kept += [] if doubtful else [at]
    return sorted(kept)


def _learnt(
    rows: Sequence[Sequence[Floats]],
    labels: Sequence[str],
    chosen: NDArray[np.intp],
    places: Sequence[str],
    quantities: Sequence[str],
) -> Recogniser:
    names = tuple(sorted(set(labels)))
    if len(names) < 2:
        raise ValueError(f"expected recordings of at least two kinds, got {names}")
    design = np.concatenate([copy[:, chosen] for each in rows for copy in each])
    counts = [sum(len(copy) for copy in each) for each in rows]
    of = np.repeat([names.index(label) for label in labels], counts)
    share = np.repeat(1.0 / np.array(counts), counts)
    middle, spread = design.mean(axis=0), design.std(axis=0) + 1e-6
    shown = np.clip((design - middle) / spread, -6.0, 6.0)
    balance = 1.0 / np.maximum(np.bincount(of, weights=share, minlength=len(names)), 1e-9)
    weights = _fitted(np.column_stack([shown, np.ones(len(shown))]), of, share * balance[of], len(names))
    return Recogniser(names, tuple(places), tuple(quantities), chosen, middle, spread, weights)


def features(values: Floats, ways: Floats) -> Floats:
    """(N, F) what windows (N, T, C) at 50 Hz look like, `ways` (N, W) of their limbs with it.

    Axes that were not measured are taken to stand still at 0.
    """
    filled = _filled(values)
    mean = filled.mean(axis=1)
    about = filled - mean[:, None]
    spread = about.std(axis=1)
    parts = [
        mean,
        np.log(spread + 1e-2),
        *(np.percentile(about, at, axis=1) for at in PERCENTILES),
        np.log(np.abs(np.diff(filled, axis=1)).mean(axis=1) + 1e-3),
        _together(about, spread),
        _swings(about),
        _skewed(about, spread),
        ways,
    ]
    return np.concatenate(parts, axis=1)


def _filled(values: Floats) -> Floats:
    mean = np.nan_to_num(np.nanmean(np.where(np.isfinite(values).any(axis=1, keepdims=True), values, 0.0), axis=1))
    return np.where(np.isfinite(values), values, mean[:, None])


def _together(about: Floats, spread: Floats) -> Floats:
    """(N, C (C - 1) / 2) correlations of axes of the same sensor and of others."""
    first, second = np.triu_indices(about.shape[2], 1)
    both = np.einsum("ntc,ntd->ncd", about, about)[:, first, second] / about.shape[1]
    return both / np.maximum(spread[:, first] * spread[:, second], 1e-3)


def _swings(about: Floats) -> Floats:
    """(N, 5 C) logarithms of the power in bands."""
    frequency = np.fft.rfftfreq(about.shape[1], 1.0 / 50.0)
    power = np.abs(np.fft.rfft(about * np.hanning(about.shape[1])[:, None], axis=1)) ** 2
    inside = [power[:, (frequency >= low) & (frequency < high)].sum(axis=1) for low, high in BANDS_HZ]
    total = power.sum(axis=1) + 1e-3
    return np.concatenate([np.log(each / total + 1e-3) for each in inside], axis=1)


def _skewed(about: Floats, spread: Floats) -> Floats:
    return (about**3).mean(axis=1) / np.maximum(spread, 1e-2) ** 3


def _turned(values: Floats, draw: np.random.Generator) -> Floats:
    """Windows as a sensor would have measured them that is turned by some degrees in its strap."""
    from scipy.spatial.transform import Rotation

    turn = Rotation.from_rotvec(np.radians(TURNED_DEG) * draw.standard_normal(3)).as_matrix()
    triads = values.reshape(*values.shape[:2], values.shape[2] // 3, 3)
    return (triads @ turn.T).reshape(values.shape)


def _fitted(design: Floats, of: NDArray[np.int_], share: Floats, count: int) -> Floats:
    """(F, L) weights that make the truth likely, small ones preferred, by a quasi-Newton search."""
    from scipy.optimize import minimize

    target = np.eye(count)[of]
    total = share.sum()
    small = np.ones((design.shape[1], 1))
    small[-1] = 0.0

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(-1, count)
        chance = _softmax(design @ weights)
        error = -(share * np.log(chance[np.arange(len(of)), of] + 1e-12)).sum() / total
        slope = design.T @ ((chance - target) * (share / total)[:, None])
        return (
            float(error + 0.5 * RIDGE / 100 * (small * weights**2).sum()),
            (slope + RIDGE / 100 * small * weights).ravel(),
        )

    found = minimize(loss, np.zeros(design.shape[1] * count), jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return np.asarray(found.x, dtype=np.float64).reshape(-1, count)


def _softmax(scores: Floats) -> Floats:
    high = np.exp(scores - scores.max(axis=1, keepdims=True))
    return high / high.sum(axis=1, keepdims=True)
