"""Inertial sensors on both wrists and ankles: what they truly go through, and what they then report.

Modelled on the MetaMotion sensors of EJUST-GYM-3: a BMI160 (accelerometer, gyroscope) and a BMM150 (magnetometer).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from formcheck.signals import Floats, Signal, smooth, uniform_clock
from formcheck.synthetic.athlete import Athlete
from formcheck.synthetic.performance import Performance
from formcheck.synthetic.rotations import about, unit
from formcheck.synthetic.stance import Body

if TYPE_CHECKING:
    from scipy.interpolate import BSpline

Place = Literal["wrist_left", "wrist_right", "ankle_left", "ankle_right"]

PLACES: tuple[Place, ...] = ("wrist_left", "wrist_right", "ankle_left", "ankle_right")
CHANNELS = (
    *(f"acc_{axis}_m_s2" for axis in "xyz"),
    *(f"gyro_{axis}_deg_s" for axis in "xyz"),
    *(f"mag_{axis}_ut" for axis in "xyz"),
)
RATE_HZ = 50.0
GRAVITY_M_S2 = 9.81  # near 50 degrees of latitude
FIELD_UT = (20.0, 44.0)  # the earth's, to the north and down: rounded from IGRF-13 for central Europe in 2020

_INNER_HZ = 200.0  # the clock on which the movement is differentiated: ten times what the sensor passes
# BMI160 data sheet (Bosch BST-BMI160-DS000): -3 dB at 20.25 Hz for 50 Hz output in the normal filter mode.
_CUTOFF_HZ = 20.25
# Where a strap sits, as a share of the segment from elbow or knee, and how far from the bone's axis the sensor lies at
# a stature of 1.75 m: the radius of the limb there, and half the sensor's case.
_STRAPS = {"wrist": (0.90, 0.029 + 0.006), "ankle": (0.86, 0.038 + 0.006)}


@dataclass(frozen=True, eq=False)
class Triad:
    """Three axes that measure one quantity, in its unit, and how they err.

    A reading is `scale` (3,) times the truth plus `bias` (3,) plus white noise of standard deviation `noise`, cut off
    at +-`limit` (3,) and rounded to steps of `step`; 0 is no rounding.
    """

    bias: Floats
    scale: Floats
    limit: Floats
    noise: float = 0.0
    step: float = 0.0

    def read(self, truth: Floats, draw: np.random.Generator) -> Floats:
        """What is reported of `truth` (T, 3)."""
        out = truth * self.scale + self.bias + self.noise * draw.standard_normal(truth.shape)
        out = np.clip(out, -self.limit, self.limit)
        return np.round(out / self.step) * self.step if self.step else out


@dataclass(frozen=True, eq=False)
class Imu:
    """One sensor as it is worn, and how it errs.

    `mounting` (3, 3) has the sensor's axes as columns in those of an ideally worn one: x along the limb away from the
    trunk, z out of the skin (back of the hand, outer side of the shank), y = z x x. `round_deg` is by how much the
    strap is turned about the limb. Its clock shows `clock_offset_s` plus true time, and gains `clock_drift_ppm`
    microseconds a second. Lost data come in bursts: short ones of one or a few radio packets every `short_loss_s` on
    average, and breaks of the link every `long_loss_s`; both infinite without losses.
    """

    place: Place
    acc_m_s2: Triad
    gyro_deg_s: Triad
    mag_ut: Triad
    mounting: Floats
    round_deg: float = 0.0
    clock_offset_s: float = 0.0
    clock_drift_ppm: float = 0.0
    short_loss_s: float = np.inf
    long_loss_s: float = np.inf

    @staticmethod
    def ideal(place: Place) -> Imu:
        """A sensor without any error, worn as meant."""
        none, one, endless = np.zeros(3), np.ones(3), np.full(3, np.inf)
        perfect = Triad(none, one, endless)
        return Imu(place, perfect, perfect, perfect, np.eye(3))

    @staticmethod
    def sample(place: Place, seed: int) -> Imu:
        """Some sensor, worn by hand: the same for the same arguments.

        Noise is that of the data sheets within the bandwidth: BMI160 180 ug / sqrt(Hz) and 0.007 deg/s / sqrt(Hz);
        BMM150 0.5 uT. Ranges and steps: +-16 g at 2048 a g, +-2000 deg/s at 16.4 a deg/s, +-1300 uT (z 2500) at 0.3 uT.
        Standard deviations of bias follow the typical offsets there (25 mg, 1 deg/s after calibration at rest; 5 uT of
        iron nearby); scale errors of 1 %, straps turned by 12 degrees and cases tilted by 6 are assumptions.
        Clocks: radio start times within 0.25 s, crystals within 40 ppm. Link breaks of 2 to 3.5 s every 300 s are what
        public MetaMotion recordings show.
        """
        draw = np.random.default_rng([seed, PLACES.index(place), 37])
        band = np.sqrt(1.57 * _CUTOFF_HZ)
        one = np.ones(3)
        gravity = 9.80665

        def triad(bias: float, noise: float, limit: Floats, step: float) -> Triad:
            return Triad(
                bias * draw.standard_normal(3), 1.0 + 0.01 * draw.standard_normal(3), limit, float(noise), step
            )

        tilt = np.clip(6.0 * draw.standard_normal((3, 1)), -15, 15)
        return Imu(
            place,
            acc_m_s2=triad(0.025 * gravity, 180e-6 * gravity * band, 16 * gravity * one, gravity / 2048),
            gyro_deg_s=triad(1.0, 0.007 * band, 2000 * one, 1 / 16.4),
            mag_ut=triad(5.0, 0.5, np.array([1300.0, 1300.0, 2500.0]), 0.3),
            mounting=(about(0, tilt[0]) @ about(1, tilt[1]) @ about(2, tilt[2]))[0],
            round_deg=float(np.clip(12.0 * draw.standard_normal(), -30, 30)),
            clock_offset_s=float(draw.uniform(-0.25, 0.25)),
            clock_drift_ppm=float(draw.uniform(-40, 40)),
            short_loss_s=60.0,
            long_loss_s=300.0,
        )


def ideal() -> dict[Place, Imu]:
    """Four sensors without any error, by place."""
    return {place: Imu.ideal(place) for place in PLACES}


def worn(seed: int) -> dict[Place, Imu]:
    """Four sensors with errors, by place; the same for the same seed."""
    return {place: Imu.sample(place, seed) for place in PLACES}


def pose_of(performance: Performance, imu: Imu) -> tuple[Floats, Floats]:
    """Where a sensor is, (T, 3) m, and how it is turned, (T, 3, 3) with its axes as columns, in the studio's frame."""
    along, skin, joint, length = _segment(performance.body, performance.athlete, imu.place)
    part = imu.place.split("_")[0]
    share, radius = _STRAPS[part]
    athlete = performance.athlete
    thick = radius * athlete.stature_m / 1.75 * athlete.girth
    turn = np.radians(imu.round_deg)
    out: Floats = np.cos(turn) * skin + np.sin(turn) * np.cross(along, skin)
    axes: Floats = np.stack([along, np.cross(out, along), out], axis=-1)
    return joint + share * length * along + thick * out, axes @ imu.mounting


def imus(
    performance: Performance, seed: int = 0, sensors: Mapping[Place, Imu] | None = None, north_deg: float = 0.0
) -> dict[Place, Signal]:
    """What four sensors report during a performance, by place, each a Signal of CHANNELS at 50 Hz on its own clock.

    Accelerometers read specific force: +9.81 m/s2 upwards at rest. `sensors` are those of `worn(seed)` by default;
    `seed` also draws their noise and losses. Magnetic north lies `north_deg` to the left of where the athlete faces at
    the start. Lost samples are NaN.

    The body is asked for at 200 Hz, whatever the performance's own rate; positions and orientations are differentiated
    along quintic splines and limited to the sensor's band (BMI160: 20.25 Hz) before they are sampled. Raises ValueError
    for a performance shorter than 0.2 s.
    """
    if performance.time[-1] - performance.time[0] < 0.2:
        raise ValueError("expected a performance of at least 0.2 s")
    chosen = worn(seed) if sensors is None else sensors
    start_s, end_s = float(performance.time[0]), float(performance.time[-1])
    fine = performance.at(uniform_clock(start_s, end_s + 1e-9, _INNER_HZ))
    return {place: _reported(fine, imu, seed, north_deg) for place, imu in chosen.items()}


def _segment(body: Body, athlete: Athlete, place: Place) -> tuple[Floats, Floats, Floats, float]:
    """Of forearm or shank: away from the trunk (T, 3), out of the skin (T, 3), its upper joint (T, 3) m, length m.

    The turn about its own axis is that of hand or foot, brought to the segment by the shortest way: the forearm's end
    pronates with the hand, the shank turns with the foot. A wrist or an ankle never bends by 180 degrees, so there is
    always one shortest way and no flip.
    """
    part, side = place.split("_")
    sign = 1.0 if side == "left" else -1.0
    if part == "wrist":
        start, end, frame, length = f"elbow_{side}", f"wrist_{side}", body.frames[f"hand_{side}"], athlete.forearm_m
        skin = -frame[:, :, 2]
    else:
        start, end, frame, length = f"knee_{side}", f"ankle_{side}", body.frames[f"foot_{side}"], athlete.shank_m
        skin = sign * frame[:, :, 0]
    along = unit(body.points[end] - body.points[start])
    return along, _swung(skin, -frame[:, :, 1], along), body.points[start], length


def _swung(vectors: Floats, start: Floats, end: Floats) -> Floats:
    """Vectors (T, 3) turned by the shortest rotation that brings unit vectors `start` to `end`, (T, 3) each."""
    axis = np.cross(start, end)
    cosine = (start * end).sum(axis=1, keepdims=True)
    across = np.cross(axis, vectors)
    return vectors + across + np.cross(axis, across) / np.maximum(1.0 + cosine, 1e-9)


def _reported(performance: Performance, imu: Imu, seed: int, north_deg: float) -> Signal:
    draw = np.random.default_rng([seed, PLACES.index(imu.place), 41])
    inner = performance.time
    places, turns = pose_of(performance, imu)
    force = np.asarray(_curve(inner, places)(inner, 2)) + np.array([0.0, GRAVITY_M_S2, 0.0])
    turned, rate = _turning(_curve(inner, _quaternions(turns)), inner)
    north = np.radians(north_deg)
    earth = np.array([np.sin(north) * FIELD_UT[0], -FIELD_UT[1], np.cos(north) * FIELD_UT[0]])
    truth = np.concatenate(
        [np.einsum("tji,tj->ti", turned, force), np.degrees(rate), np.einsum("tji,j->ti", turned, earth)], axis=1
    )
    # A filter run forwards and backwards is 3 dB down where it is 1.5 dB down once (Winter 2009, 3.4.4.2).
    truth = smooth(inner, truth, _CUTOFF_HZ / (np.sqrt(2) - 1) ** 0.25)
    clock, when = _clock(imu, float(inner[0]), float(inner[-1]))
    now = np.asarray(_curve(inner, truth)(when))
    triads = (imu.acc_m_s2, imu.gyro_deg_s, imu.mag_ut)
    values = np.concatenate([triad.read(now[:, 3 * at : 3 * at + 3], draw) for at, triad in enumerate(triads)], axis=1)
    values[_lost(imu, clock, draw)] = np.nan
    return Signal(clock, values, CHANNELS)


def _curve(time: Floats, values: Floats) -> BSpline:
    """The quintic spline through `values` (T, ...) at `time` (T,) s: its third derivative has no jumps."""
    from scipy.interpolate import make_interp_spline

    return make_interp_spline(time, values, k=5)


def _quaternions(turns: Floats) -> Floats:
    """(T, 4) x, y, z, w of rotations (T, 3, 3), each of the sign nearer to the one before: q and -q are one turn."""
    from scipy.spatial.transform import Rotation

    out = Rotation.from_matrix(turns).as_quat()
    flips = np.cumprod(np.where((out[1:] * out[:-1]).sum(axis=1) < 0, -1.0, 1.0))
    out[1:] *= flips[:, None]
    return out


def _turning(turn: BSpline, time: Floats) -> tuple[Floats, Floats]:
    """Rotations (T, 3, 3) and angular velocities (T, 3) rad/s, in the turning frame itself, of a curve of quaternions.

    The velocity is twice the vector part of q* dq/dt over |q|^2 (Diebel 2006, *Representing attitude*), which needs no
    unit quaternions between the instants.
    """
    from scipy.spatial.transform import Rotation

    q, dq = np.asarray(turn(time)), np.asarray(turn(time, 1))
    vector, scalar = q[:, :3], q[:, 3:]
    rate = scalar * dq[:, :3] - dq[:, 3:] * vector - np.cross(vector, dq[:, :3])
    return Rotation.from_quat(q).as_matrix(), 2.0 * rate / (q * q).sum(axis=1, keepdims=True)


def _clock(imu: Imu, start_s: float, end_s: float) -> tuple[Floats, Floats]:
    """The sensor's own instants and the true ones, (T,) s each, of all samples between two true instants."""
    pace = 1.0 + imu.clock_drift_ppm * 1e-6
    first = int(np.ceil((start_s * pace + imu.clock_offset_s) * RATE_HZ - 1e-6))
    last = int(np.floor((end_s * pace + imu.clock_offset_s) * RATE_HZ + 1e-6))
    clock = np.arange(first, last + 1) / RATE_HZ
    return clock, np.clip((clock - imu.clock_offset_s) / pace, start_s, end_s)


def _lost(imu: Imu, clock: Floats, draw: np.random.Generator) -> np.ndarray:
    """(T,) which samples never arrived: short losses of 0.06 to 0.3 s, broken links of 2 to 3.5 s."""
    out = np.zeros(len(clock), dtype=bool)
    for every, shortest, longest in ((imu.short_loss_s, 0.06, 0.3), (imu.long_loss_s, 2.0, 3.5)):
        if not np.isfinite(every):
            continue
        span = float(clock[-1] - clock[0])
        for start in clock[0] + span * draw.random(int(draw.poisson(span / every))):
            out |= (clock >= start) & (clock < start + draw.uniform(shortest, longest))
    return out
