"""What the pose estimator would report of a performance, without rendering it: exact landmarks with its own errors.

The errors were measured over rendered video (`formcheck evaluate estimator --fit`): for each posture and view, how the
landmarks are off on average in a pose, how that differs from person to person, how it wavers from frame to frame and
from joint to joint together, how often the person is lost, and how often left and right are taken for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.body import BLAZEPOSE_33, PoseSequence, View
from formcheck.exercises.motion import Motion
from formcheck.signals import Floats
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.performance import Performance

Singles = NDArray[np.float32]

JOINTS = len(BLAZEPOSE_33)
IMAGE, WORLD, SEEN = slice(0, 2 * JOINTS), slice(2 * JOINTS, 5 * JOINTS), slice(5 * JOINTS, 6 * JOINTS)
LIMBS = {
    "arms": tuple(
        name for name in BLAZEPOSE_33.joints if name.split("_")[0] in ("elbow", "wrist", "pinky", "index", "thumb")
    ),
    "legs": tuple(name for name in BLAZEPOSE_33.joints if name.split("_")[0] in ("knee", "ankle", "heel", "foot")),
}
NORMAL_PX = 160.0  # length of a trunk in the picture at which errors are told; they grow as it gets smaller
_MODEL = Path(__file__).with_name("estimator_errors.npz")
HIPS = [BLAZEPOSE_33.index(f"hip_{side}") for side in ("left", "right")]
_ORDER = BLAZEPOSE_33.mirrored_order()
_MIRRORED = np.array([-1.0, 1.0, 1.0], dtype=np.float32)


def posture(motion: Motion) -> str:
    """Which of the postures, between which the estimator's errors differ most, a movement begins in."""
    if motion.support in ("bar overhead", "hands on bars"):
        return "hanging"
    if motion.support in ("hands and toes", "forearms and toes"):
        return "face down"
    if motion.support == "feet":
        return "standing"
    return "seated" if motion.keys[0].pose.trunk.pelvis_tilt_deg > -60.0 else "lying"


def kind_of_view(view: View) -> str:
    """The views between which errors are told apart; either side counts as the left one, mirrored."""
    return "side" if view.startswith("side") else "oblique" if view == "unknown" else view


@dataclass(frozen=True, eq=False)
class Errors:
    """The errors of one posture and view; D = 198 numbers a frame: 33 x 2 image, 33 x 3 world, 33 visibility.

    Image errors are in trunk lengths in the picture, world errors in trunk lengths, visibility as log odds.
    `centre` (99,) and `poses` (99, P) reduce a pose (in trunk lengths) to P numbers; `bias` (1 + P, D) are the mean
    errors in a pose; `person` (Q, D) and `noise` (K, D) are factors of what differs between recordings and of what
    wavers within one, `memory_s` (K,) its time constants; `bursts` and `bursts_memory_s` say how restless and how
    steady its size is;
    `smaller` is the power with which it grows as the body gets smaller; `size` (2,) mean and standard deviation of the
    logarithm of how large world landmarks come out; `lost` (2,) chances a second to lose and to find the person;
    `swapped` (2, 2) chances a second to swap arms, legs, and to swap them back.
    """

    centre: Singles
    poses: Singles
    bias: Singles
    person: Singles
    noise: Singles
    memory_s: Singles
    bursts: Singles
    bursts_memory_s: Singles
    smaller: Singles
    size: Singles
    lost: Singles
    swapped: Singles

    def sampled(
        self, poses: Singles, trunk_px: Singles, step_s: float, draw: np.random.Generator, runs: int
    ) -> Singles:
        """(T, D) errors of T frames in `poses` (T, 99) whose trunk is `trunk_px` (T,) long in the picture.

        The frames are `runs` recordings of equal length one after the other, `step_s` between frames.
        """
        frames = len(poses)
        louder = np.power(np.maximum(trunk_px, 1.0) / NORMAL_PX, -self.smaller, dtype=np.float32)[:, None]
        person = draw.standard_normal((runs, len(self.person)), dtype=np.float32)
        burst = np.exp(self.bursts * _wandering(self.bursts_memory_s, step_s, (runs, frames // runs, 1), draw))
        factors = _wandering(self.memory_s, step_s, (runs, frames // runs, len(self.memory_s)), draw)
        parts = (  # one product of all that adds up is several times as fast as sums of products
            np.ones((frames, 1), dtype=np.float32),
            poses @ self.poses - self.centre @ self.poses,
            np.repeat(person, frames // runs, axis=0) * louder,
            factors.reshape(frames, -1) * (burst.reshape(-1, 1) * louder),
        )
        return np.concatenate(parts, axis=1) @ np.concatenate((self.bias, self.person, self.noise))


def _wandering(memory_s: Singles, step_s: float, shape: tuple[int, int, int], draw: np.random.Generator) -> Singles:
    """(runs, frames, channels) first-order autoregressive noise of unit variance, each run starting anew."""
    keep = np.exp(-step_s / np.maximum(memory_s, 1e-3)).astype(np.float32)
    runs, frames, channels = shape
    noise = draw.standard_normal((frames, runs, channels), dtype=np.float32)
    noise[1:] *= np.sqrt(1.0 - keep**2)
    for frame in range(1, frames):
        noise[frame] += keep * noise[frame - 1]
    return noise.swapaxes(0, 1)


def load(path: Path = _MODEL) -> dict[tuple[str, str], Errors]:
    """The measured errors by (posture, view); raises ValueError naming the command that measures them."""
    return _loaded(path)


@cache
def _loaded(path: Path) -> dict[tuple[str, str], Errors]:
    if not path.exists():
        raise ValueError(f"expected measured errors in {path}, got none: formcheck evaluate estimator --fit {path}")
    with np.load(path) as stored:
        keys = sorted({tuple(name.split("/")[:2]) for name in stored.files})
        return {
            (key[0], key[1]): Errors(
                **{each.name: stored[f"{key[0]}/{key[1]}/{each.name}"].astype(np.float32) for each in fields(Errors)}
            )
            for key in keys
        }


def save(errors: Mapping[tuple[str, str], Errors], path: Path) -> None:
    """Write measured errors, in half precision, which is far finer than they are known."""
    arrays = {
        f"{posture}/{view}/{each.name}": getattr(one, each.name).astype(np.float16)
        for (posture, view), one in sorted(errors.items())
        for each in fields(Errors)
    }
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    part.replace(path)


def estimated(exact: PoseSequence, errors: Errors, seed: int, runs: int = 1) -> PoseSequence:
    """Exact landmarks of BLAZEPOSE_33 (see `Performance.landmarks`) as the estimator would report them.

    `runs` says into how many recordings of equal length the frames fall. The exact visibility is not used: the errors
    know how visible a joint is in a pose. Frames in which the person is lost are NaN.
    """
    assert exact.world is not None
    image, world, visibility = reported(
        exact.image,
        exact.world,
        errors,
        mirrored=exact.view == "side-right",
        step_s=float(np.median(np.diff(exact.time))),
        draw=np.random.default_rng([seed, 31]),
        runs=runs,
    )
    return PoseSequence(
        exact.time,
        image.astype(np.float64),
        world.astype(np.float64),
        visibility.astype(np.float64),
        exact.skeleton,
        exact.frame_size,
        exact.view,
    )


def estimated_before(performance: Performance, camera: Camera, draw: np.random.Generator) -> PoseSequence:
    """What the estimator would report of a performance before a camera, which it does not tell the view of."""
    local = camera.seen_from(performance.points)
    image, world, visibility = reported(
        camera.pictured(local),
        local,
        load()[posture(performance.motion), kind_of_view(camera.view)],
        mirrored=camera.view == "side-right",
        step_s=float(np.median(np.diff(performance.time))),
        draw=draw,
        runs=1,
    )
    return PoseSequence(
        performance.time,
        image.astype(np.float64),
        world.astype(np.float64),
        visibility.astype(np.float64),
        BLAZEPOSE_33,
        camera.frame_size,
    )


def reported(
    image: Floats | Singles,
    world: Floats | Singles,
    errors: Errors,
    *,
    mirrored: bool,
    step_s: float,
    draw: np.random.Generator,
    runs: int,
) -> tuple[Singles, Singles, Singles]:
    """Image (T, 33, 2) px, world (T, 33, 3) m and visibility (T, 33) as reported, from exact image and world.

    The origin of the exact world landmarks does not matter. `mirrored` for a camera at the right side, whose errors are
    those of the left side in a mirror.
    """
    seen, exact = np.asarray(image, dtype=np.float32), np.asarray(world, dtype=np.float32)
    exact = exact - exact[:, HIPS].mean(axis=1, keepdims=True)
    if mirrored:
        seen, exact = seen[:, _ORDER] * _MIRRORED[:2], exact[:, _ORDER] * _MIRRORED
    seen, exact = _with_swaps((seen, exact), errors, step_s, draw)
    trunk_m, trunk_px = trunk_lengths(exact, seen)
    off = errors.sampled(exact.reshape(len(exact), -1) / trunk_m, trunk_px, step_s, draw, runs)
    size = np.exp(draw.normal(errors.size[0], errors.size[1], runs)).astype(np.float32)
    seen = seen + off[:, IMAGE].reshape(-1, JOINTS, 2) * trunk_px[:, None, None]
    exact = exact + off[:, WORLD].reshape(-1, JOINTS, 3) * trunk_m
    exact *= np.repeat(size, len(exact) // runs)[:, None, None]
    visibility = 1.0 / (1.0 + np.exp(-off[:, SEEN]))
    if mirrored:
        seen, exact, visibility = seen[:, _ORDER] * _MIRRORED[:2], exact[:, _ORDER] * _MIRRORED, visibility[:, _ORDER]
    lost = _switching(errors.lost, step_s, len(exact), draw)
    seen[lost], exact[lost], visibility[lost] = np.nan, np.nan, 0.0
    return seen.astype(np.float32, copy=False), exact.astype(np.float32, copy=False), visibility.astype(np.float32)


def trunk_lengths(world: Singles, image: Singles) -> tuple[float, Singles]:
    """The trunk's length in m, and (T,) what that is in the picture, from how large the whole body is in both."""
    shoulders, hips = (
        world[:, [BLAZEPOSE_33.index(f"{name}_{side}") for side in ("left", "right")]].mean(axis=1)
        for name in ("shoulder", "hip")
    )
    trunk_m = float(np.median(np.linalg.norm(shoulders - hips, axis=1)))
    in_m, in_px = (_spread(part[..., :2]) for part in (world, image))
    return trunk_m, (in_px / in_m * trunk_m).astype(np.float32)


def _spread(places: Singles) -> Singles:
    """(T,) how far (T, J, 2) places are from their middle, the root of the sum of squares."""
    axes = np.ascontiguousarray(places.transpose(2, 0, 1))
    axes -= axes.mean(axis=2, keepdims=True)
    return np.sqrt(np.einsum("atj,atj->t", axes, axes))


def _with_swaps(
    parts: tuple[Singles, Singles], errors: Errors, step_s: float, draw: np.random.Generator
) -> tuple[Singles, Singles]:
    """The landmarks with left and right limbs exchanged where the estimator would mistake them."""
    for at, names in enumerate(LIMBS.values()):
        if errors.swapped[at, 0] > 0:
            here = np.flatnonzero(_switching(errors.swapped[at], step_s, len(parts[0]), draw))
            if not len(here):
                continue
            joints = np.array([BLAZEPOSE_33.index(name) for name in names])
            parts = (parts[0].copy(), parts[1].copy())
            for part in parts:
                part[here[:, None], joints] = part[here[:, None], _ORDER[joints]]
    return parts


def _switching(chances: Singles, step_s: float, frames: int, draw: np.random.Generator) -> NDArray[np.bool_]:
    """(T,) a state that switches on and off with these chances a second, beginning as it is on average."""
    on, off = (float(chance) for chance in chances)
    state = np.zeros(frames, dtype=np.bool_)
    if on <= 0:
        return state
    at = 0
    active = draw.random() < on / (on + off)
    while at < frames:
        stay = 1 + int(draw.exponential(1.0 / max((off if active else on) * step_s, 1e-6)))
        state[at : at + stay] = active
        at, active = at + stay, not active
    return state
