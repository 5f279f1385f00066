"""How warm it is what a thermal camera sees: skin by region, hair, clothes and room, and exertion over a set."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from formcheck.exercises.motion import Arm, Key, Leg, Motion, Pose, Timing
from formcheck.signals import Floats
from formcheck.synthetic.athlete import Outfit
from formcheck.synthetic.figure import figure
from formcheck.synthetic.performance import Performance, perform

KELVIN = 273.15
USUAL_ROOM_C = 22.5

# Resting skin in a room of 22 to 23 degrees, in Celsius, at points of the body: the pattern of Marins et al. 2014,
# "Thermal body patterns for healthy Brazilian adults", J Therm Biol 42, rounded: the face warmest but for nose and
# ears, limbs cooler outwards, kneecaps cooler than the calves. The last number is by how much it follows the room, per
# degree: an assumption, more so outwards.
_SKIN: tuple[tuple[str, float, float], ...] = (
    ("head", 34.4, 0.12),
    ("eye_inner", 35.2, 0.08),
    ("mouth", 34.3, 0.12),
    ("nose", 32.9, 0.30),
    ("ear", 32.8, 0.30),
    ("c7", 34.2, 0.15),
    ("t12", 33.4, 0.20),
    ("shoulder", 33.3, 0.20),
    ("elbow", 32.3, 0.25),
    ("wrist", 32.1, 0.30),
    ("palm", 31.9, 0.40),
    ("fingers", 31.0, 0.45),
    ("hip", 32.6, 0.20),
    ("thigh", 32.1, 0.22),
    ("knee", 31.1, 0.25),
    ("calf", 31.8, 0.25),
    ("ankle", 31.0, 0.30),
    ("foot_index", 30.4, 0.35),
)
_BETWEEN = {"thigh": ("hip", "knee", 0.5), "calf": ("knee", "ankle", 0.4)}
# How far the outside of what covers the skin is from the room's temperature towards the skin's: assumptions, half-way
# or a little more for one loose layer with as much air below it as outside; hair is thinner cover than cloth.
_COVERS = {"hair": 0.74, "shirt": 0.58, "shorts": 0.54, "shoes": 0.28}
_WARMS = {"skin": 1.0, "hair": 0.4, "shirt": 0.4, "shorts": 0.4, "shoes": 0.1}  # share of the skin's own change
MATERIALS = ("skin", "hair", "shirt", "shorts", "shoes")
# The figure painted by numbers: colours whose direction, not whose brightness, says what a face is made of.
_PAINT = Outfit(skin=(250, 0, 0), hair=(0, 250, 0), shirt=(0, 0, 250), shorts=(250, 250, 0), shoes=(0, 250, 250))


@dataclass(frozen=True)
class Warmth:
    """How warm room and person are.

    `room_c` is the air; walls are `gradient_k_m` warmer a metre upwards with so many warm or cold `spots` (lamps,
    radiators, windows), and the floor `floor_k` cooler than the air.
    `person_k` is by how much this person's skin is warmer than usual, `fold_k` the spread of cloth from fold to fold.
    `worked_s` are seconds of work before the set began, from earlier sets.
    """

    room_c: float = USUAL_ROOM_C
    gradient_k_m: float = 0.5
    floor_k: float = 1.2
    spots: int = 0
    person_k: float = 0.0
    fold_k: float = 0.3
    worked_s: float = 0.0

    @staticmethod
    def sample(seed: int) -> Warmth:
        """Some training room and somebody in it, the same for the same seed: 19 to 25 degrees of air."""
        draw = np.random.default_rng([seed, 53])
        return Warmth(
            room_c=float(draw.uniform(19.0, 25.0)),
            gradient_k_m=float(draw.uniform(0.2, 0.8)),
            floor_k=float(draw.uniform(0.5, 2.0)),
            spots=int(draw.integers(0, 4)),
            person_k=float(np.clip(draw.normal(0.0, 0.4), -0.8, 0.8)),
            fold_k=float(draw.uniform(0.2, 0.45)),
            worked_s=float(draw.choice([0.0, 0.0, 30.0, 90.0, 180.0])),
        )


def exertion_k(worked_s: Floats) -> Floats:
    """By how much skin is warmer than at rest after (T,) seconds of work.

    It first cools by some tenths of a degree, since its vessels narrow when work begins, and then warms as the body
    carries heat out (Torii et al. 1992, "Fall in skin temperature of exercising man", Br J Sports Med 26(1); Merla et
    al. 2010, Ann Biomed Eng 38(1)). Their subjects ran or cycled for minutes; the time constants here, 6 s down and
    120 s up, 0.5 K and 3 K, are shortened to those of a resistance set and are an assumption.
    """
    return 3.0 * -np.expm1(-worked_s / 120.0) - 0.5 * -np.expm1(-worked_s / 6.0)


def worked_s(performance: Performance, time: Floats) -> Floats:
    """Seconds spent in repetitions before each instant, (T,)."""
    out = np.zeros(len(time))
    for rep in performance.reps:
        out += np.clip(time, rep.start_s, rep.end_s) - rep.start_s
    return out


@dataclass(frozen=True, eq=False)
class Coat:
    """The person's surface in thermal terms: per face of the figure how warm it is at rest and how it follows the skin.

    `rest_c` (F,) Celsius; `follows` (F,) the share of the skin's change that it shows; `material` (F,) indices into
    MATERIALS.
    """

    rest_c: Floats
    follows: Floats
    material: NDArray[np.intp]

    def celsius(self, change_k: float) -> Floats:
        """(F,) when skin is `change_k` warmer than at rest."""
        return self.rest_c + self.follows * change_k


def coat(performance: Performance, gripping: bool, warmth: Warmth, seed: int = 0) -> Coat:
    """How warm each face of the athlete's `figure` is, with hands `gripping` or open.

    What a face is made of is read from a figure painted by numbers; where on the body it is, from an upright one with
    its arms spread, so that a hand beside a thigh does not warm it.
    """
    pose = Pose(leg=Leg(step_out=0.12, load=0.5), arm=Arm(shoulder_abduction_deg=70))
    motion = Motion((Key(0, pose), Key(1, pose)), Timing(1.0, 0.0, 1.0, 0.0))
    outfit = replace(_PAINT, long_hair=performance.athlete.outfit.long_hair)
    painted = replace(performance.athlete, outfit=outfit, tremor_deg=0.0)
    spread = perform(replace(performance.exercise, motion=motion, faults=()), painted, reps=1).start
    mesh = figure(painted, spread, gripping)
    middle = mesh.vertices[0][mesh.faces].mean(axis=1)
    skin = _skin_c(middle, {name: place[0] for name, place in spread.points.items()}, warmth)
    material = _materials(mesh.colours)
    cover = np.array([_COVERS.get(name, 1.0) for name in MATERIALS])[material]
    folds = np.random.default_rng([seed, 59]).standard_normal(len(skin)) * warmth.fold_k
    cloth = np.isin(material, [MATERIALS.index(name) for name in ("shirt", "shorts")])
    rest = warmth.room_c + cover * (skin - warmth.room_c) + np.where(cloth, np.clip(folds, -0.8, 0.8), 0.0)
    return Coat(rest, np.array([_WARMS[name] for name in MATERIALS])[material], material)


def _skin_c(places: Floats, points: dict[str, Floats], warmth: Warmth) -> Floats:
    """Skin temperature (F,) at places (F, 3) m, drawn smoothly through those of the points of _SKIN."""
    anchors: list[Floats] = []
    values: list[float] = []
    for name, celsius, follows in _SKIN:
        for side in ("", "_left", "_right"):
            start, end, share = _BETWEEN.get(name, (name, name, 0.0))
            if start + side in points and end + side in points:
                anchors.append((1 - share) * points[start + side] + share * points[end + side])
                values.append(celsius + follows * (warmth.room_c - USUAL_ROOM_C) + warmth.person_k)
    away = np.linalg.norm(places[:, None] - np.stack(anchors), axis=-1)
    weight = 1.0 / np.maximum(away, 0.01) ** 4
    return (weight * np.array(values)).sum(axis=1) / weight.sum(axis=1)


def _materials(colours: Floats) -> NDArray[np.intp]:
    """What each face (F, 3) of the painted figure is made of; what is no cover (eyes, lips, brows) counts as skin."""
    paints = np.array([getattr(_PAINT, name) for name in MATERIALS], dtype=np.float64)
    paints /= np.linalg.norm(paints, axis=1, keepdims=True)
    bright = np.linalg.norm(colours, axis=1)
    alike = colours @ paints.T / np.maximum(bright, 1e-9)[:, None]
    best = alike.argmax(axis=1)
    return np.where((alike.max(axis=1) > 0.95) & (bright > 40), best, 0)
