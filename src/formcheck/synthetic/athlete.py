"""Who performs: a body, a temperament and clothes, sampled from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

Rgb = tuple[int, int, int]

# Segment lengths as shares of stature, men and women: de Leva 1996, "Adjustments to Zatsiorsky-Seluyanov's segment
# inertia parameters", J Biomech 29(9), table 4 (stature 1.741 and 1.735 m). Trunk pieces run from mid-hip up.
_SEGMENTS = {
    "thigh": (0.2425, 0.2124),
    "shank": (0.2493, 0.2492),
    "foot": (0.1482, 0.1316),
    "upper_arm": (0.1618, 0.1586),
    "forearm": (0.1545, 0.1523),
    "hand": (0.0495, 0.0450),  # wrist to third knuckle
    "hip_to_shoulder": (0.2961, 0.2870),
    "hip_to_c7": (0.3465, 0.3543),
}
# Not joint to joint in de Leva: Drillis & Contini 1966, as given by Winter 2009, fig. 4.1; the distances of hip and
# of shoulder centres from Bell 1989 (hip, 0.36 of the pelvis breadth to each side) and biacromial breadth less 3 cm
# on each side (Zatsiorsky 2002).
_ANKLE_HEIGHT = 0.039
_HIP_CENTRES = (0.100, 0.104)
_SHOULDER_CENTRES = (0.205, 0.190)

# What the least skilled have more than the most skilled: tremor in degrees, variation as a share.
_STEADIEST_DEG, _UNSTEADY_DEG = 0.25, 0.9
_MOST_ALIKE, _UNLIKE = 0.01, 0.05
_USUAL_SKILL = 0.75

_SKINS: tuple[Rgb, ...] = ((236, 200, 176), (224, 182, 150), (198, 150, 116), (160, 112, 82), (112, 76, 56))
_HAIRS: tuple[Rgb, ...] = ((40, 30, 26), (74, 50, 34), (120, 84, 52), (168, 130, 78), (92, 88, 86))
_SHIRTS: tuple[Rgb, ...] = ((44, 96, 160), (170, 52, 48), (60, 128, 84), (92, 92, 100), (196, 150, 52), (120, 76, 140))
_SHORTS: tuple[Rgb, ...] = ((34, 38, 48), (52, 56, 92), (76, 76, 80), (40, 66, 58))
_SHOES: tuple[Rgb, ...] = ((226, 226, 222), (40, 40, 44), (190, 60, 50), (70, 110, 180))


@dataclass(frozen=True)
class Outfit:
    """Colours, red green blue 0..255."""

    skin: Rgb = _SKINS[1]
    hair: Rgb = _HAIRS[0]
    shirt: Rgb = _SHIRTS[0]
    shorts: Rgb = _SHORTS[0]
    shoes: Rgb = _SHOES[0]
    long_hair: bool = False


@dataclass(frozen=True)
class Athlete:
    """Body proportions (m), and how this person moves.

    `girth` multiplies limb and trunk thickness; `tempo` multiplies durations; `range_of_motion` multiplies how far a
    movement goes; `asymmetry` is by how much the left side goes further than the right, as a share; `tremor_deg` is
    the standard deviation of what the joints do beside the movement; `variation` that of a repetition's size and
    time; `severity` multiplies the size of faults. `works_left` says which side works in one-sided exercises.
    Angles that are personal habits, not faults, are in `habit_deg`.
    """

    stature_m: float
    female: bool
    thigh_m: float
    shank_m: float
    foot_m: float
    upper_arm_m: float
    forearm_m: float
    hand_m: float
    hip_to_shoulder_m: float
    hip_to_c7_m: float
    hip_centres_m: float
    shoulder_centres_m: float
    girth: float = 1.0
    tempo: float = 1.0
    range_of_motion: float = 1.0
    asymmetry: float = 0.0
    tremor_deg: float = 0.4
    variation: float = 0.03
    severity: float = 1.0
    habit_deg: float = 0.0
    works_left: bool = True
    outfit: Outfit = field(default_factory=Outfit)
    seed: int = 0

    @property
    def ankle_height_m(self) -> float:
        """Height of the ankle joint over the sole (Drillis & Contini 1966)."""
        return _ANKLE_HEIGHT * self.stature_m

    @property
    def leg_m(self) -> float:
        """Hip joint to floor in upright standing."""
        return self.thigh_m + self.shank_m + self.ankle_height_m

    @property
    def head_m(self) -> float:
        """Chin to crown: 0.130 of stature (Drillis & Contini 1966)."""
        return 0.130 * self.stature_m

    @staticmethod
    def average(female: bool = False) -> Athlete:
        """The mean man or woman of de Leva 1996, without variation, tremor or asymmetry."""
        return replace(_built(1.735 if female else 1.741, female, {}), tremor_deg=0.0, variation=0.0)

    @property
    def skill(self) -> float:
        """How practised this person moves, from 0 (for the first time) to 1: how steadily, and how alike each time."""
        unsteady = (self.tremor_deg - _STEADIEST_DEG) / _UNSTEADY_DEG
        unlike = (self.variation - _MOST_ALIKE) / _UNLIKE
        return float(np.clip(1.0 - (unsteady + unlike) / 2, 0.0, 1.0))

    def mirrored(self) -> Athlete:
        """The same person with left and right exchanged: the other side works, and the other side goes further."""
        return replace(self, works_left=not self.works_left, asymmetry=-self.asymmetry)

    def practised(self, skill: float) -> Athlete:
        """The same person with a `skill` of 0..1: less skilled trembles and varies more, and left differs from right.

        Novices vary several times as much from repetition to repetition as the practised do (Schmidt & Lee 2019, Motor
        Learning and Performance). Raises ValueError for a skill outside 0..1.
        """
        if not 0.0 <= skill <= 1.0:
            raise ValueError(f"expected a skill from 0 to 1, got {skill}")
        return replace(
            self,
            tremor_deg=_STEADIEST_DEG + _UNSTEADY_DEG * (1.0 - skill),
            variation=_MOST_ALIKE + _UNLIKE * (1.0 - skill),
            asymmetry=float(np.clip(self.asymmetry * max(0.3, 1.0 + 4.0 * (_USUAL_SKILL - skill)), -0.08, 0.08)),
        )

    @staticmethod
    def sample(seed: int, skill: float | None = None) -> Athlete:
        """Somebody: the same person for the same seed, of middling to high skill or as `practised` as `skill` says.

        Statures after NHANES 2007-2010 (men 1.76, women 1.62 m, sd 0.07); proportions vary with sd 3 % of each length.
        """
        draw = np.random.default_rng([seed, 7])
        female = bool(draw.random() < 0.5)
        stature = float(np.clip(draw.normal(1.62 if female else 1.76, 0.065), 1.48, 1.98))
        factors = {
            name: float(np.clip(draw.normal(1.0, 0.03), 0.93, 1.07)) for name in (*_SEGMENTS, "hips", "shoulders")
        }
        factors["hip_to_c7"] = factors["hip_to_shoulder"]
        somebody = replace(
            _built(stature, female, factors),
            girth=float(np.clip(draw.normal(1.0, 0.10), 0.82, 1.28)),
            tempo=float(np.clip(draw.normal(1.0, 0.14), 0.75, 1.35)),
            range_of_motion=float(np.clip(draw.normal(1.0, 0.025), 0.95, 1.05)),
            asymmetry=float(np.clip(draw.normal(0.0, 0.012), -0.03, 0.03)),
            tremor_deg=_STEADIEST_DEG + _UNSTEADY_DEG / 2 * float(draw.random()),
            variation=_MOST_ALIKE + _UNLIKE / 2 * float(draw.random()),
            severity=float(np.clip(draw.normal(1.0, 0.08), 0.85, 1.15)),
            habit_deg=float(np.clip(draw.normal(0.0, 1.5), -3.0, 3.0)),
            works_left=bool(draw.random() < 0.5),
            outfit=_dressed(draw, female),
            seed=seed,
        )
        return somebody if skill is None else somebody.practised(skill)


def _built(stature_m: float, female: bool, factors: dict[str, float]) -> Athlete:
    length = {name: shares[female] * stature_m * factors.get(name, 1.0) for name, shares in _SEGMENTS.items()}
    return Athlete(
        stature_m=stature_m,
        female=female,
        thigh_m=length["thigh"],
        shank_m=length["shank"],
        foot_m=length["foot"],
        upper_arm_m=length["upper_arm"],
        forearm_m=length["forearm"],
        hand_m=length["hand"],
        hip_to_shoulder_m=length["hip_to_shoulder"],
        hip_to_c7_m=length["hip_to_c7"],
        hip_centres_m=_HIP_CENTRES[female] * stature_m * factors.get("hips", 1.0),
        shoulder_centres_m=_SHOULDER_CENTRES[female] * stature_m * factors.get("shoulders", 1.0),
    )


def _dressed(draw: np.random.Generator, female: bool) -> Outfit:
    def one(colours: tuple[Rgb, ...]) -> Rgb:
        return colours[int(draw.integers(len(colours)))]

    skin = one(_SKINS)
    # A head whose hair is as light as its skin has no face from the side, for people and estimators alike.
    hairs = tuple(hair for hair in _HAIRS if sum(hair) < 0.62 * sum(skin))
    return Outfit(
        skin=skin,
        hair=one(hairs),
        shirt=one(_SHIRTS),
        shorts=one(_SHORTS),
        shoes=one(_SHOES),
        long_hair=bool(female and draw.random() < 0.8),
    )
