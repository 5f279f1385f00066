"""What ALEX-GYM-1 (ICINCO 2025, DOI 10.5220/0013669400003982) publishes: its networks and tables 4 to 8, as figures.

Hamming losses of tables 5 to 7 are whole multiples of 1/45, 1/17 and 1/41, which are the test sizes of the public
code's split of shuffled rows: 7 wrong answers of 270 make the 0.0259 of the squat.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from formcheck.exercises import find
from formcheck.replicas.alex_gym_1 import ACTIONS

SQUAT, DEADLIFT, LUNGE = (action.exercise for action in (ACTIONS[0], ACTIONS[1], ACTIONS[2]))
EXERCISES = (SQUAT, DEADLIFT, LUNGE)

Figures = Mapping[str, tuple[float, float]]
"""Hamming loss and F1 by exercise."""


@dataclass(frozen=True, eq=False)
class Row:
    """A network of table 4, or one of our own: a file of `models` with its sizes.

    `quick`: taught by quick repetitions of other synthetic people first.
    """

    title: str
    network: str
    sizes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    published: Figures = field(default_factory=dict[str, tuple[float, float]])
    ours: bool = False
    quick: bool = False


def _figures(squat: tuple[float, float], deadlift: tuple[float, float], lunge: tuple[float, float]) -> Figures:
    return {SQUAT: squat, DEADLIFT: deadlift, LUNGE: lunge}


POSE, VISION, BOTH = "pose: angles + distances", "vision: two R3D-18", "multi-modal"
OURS, OURS_ALONE = "ours: pose, 3000 quick repetitions first", "ours: pose, this dataset alone"

ROWS = (
    Row("pose: raw landmarks", "pose", {"shown": "raw"}, _figures((0.1593, 0.8232), (0.2, 0.7232), (0.2689, 0.6814))),
    Row(
        "pose: distances",
        "pose",
        {"shown": "distances"},
        _figures((0.1519, 0.8211), (0.1902, 0.7054), (0.2689, 0.6949)),
    ),
    Row("pose: angles", "pose", {"shown": "angles"}, _figures((0.1296, 0.8502), (0.1805, 0.7099), (0.2521, 0.6794))),
    Row(POSE, "pose", {}, _figures((0.1074, 0.8795), (0.1463, 0.7865), (0.2521, 0.7139))),
    Row(VISION, "vision", {}, _figures((0.0370, 0.9583), (0.0585, 0.9217), (0.1008, 0.8805))),
    Row("1D CNN-GRU + ViT", "cnn_gru_vit", {}, _figures((0.0481, 0.9502), (0.1073, 0.9276), (0.1681, 0.8837))),
    Row("2D CNN + ViT", "cnn2d_vit", {}, _figures((0.0444, 0.9665), (0.0927, 0.9377), (0.1597, 0.8862))),
    Row(
        "1D CNN-GRU + 3D ResNet",
        "cnn_gru_resnet3d",
        {},
        _figures((0.0263, 0.9694), (0.0644, 0.9303), (0.0862, 0.8947)),
    ),
    Row(BOTH, "fusion", {}, _figures((0.0259, 0.9706), (0.0488, 0.9347), (0.0756, 0.9097))),
    Row(OURS_ALONE, "ours", ours=True),
    Row(OURS, "ours", ours=True, quick=True),
)

CRITERIA: Mapping[str, Mapping[str, tuple[float, float, float]]] = {  # tables 5 to 7: pose, vision, multi-modal
    SQUAT: {
        "feet_flat": (0.2, 0.0444, 0.0667),
        "simultaneous_hip_knee_bend": (0.0, 0.0444, 0.0),
        "hips_move_back": (0.1111, 0.0, 0.0),
        "neutral_lower_back": (0.1111, 0.0, 0.0),
        "hips_below_knees": (0.0222, 0.0, 0.0),
        "feet_angled_out": (0.2, 0.1333, 0.0889),
    },
    DEADLIFT: {
        "balance": (0.1220, 0.1463, 0.1220),
        "back_straight": (0.0244, 0.0, 0.0),
        "leg_extension": (0.1951, 0.0976, 0.0732),
        "controlled_reverse": (0.2927, 0.0488, 0.0488),
        "support_knee_bent": (0.0976, 0.0, 0.0),
    },
    LUNGE: {
        "heels_shoulder_width": (0.2941, 0.2353, 0.2353),
        "gaze_forward": (0.2941, 0.0588, 0.0),
        "knee_90": (0.2353, 0.1176, 0.0588),
        "natural_arm_swing": (0.1765, 0.0588, 0.0588),
        "feet_aligned": (0.0588, 0.0588, 0.0588),
        "back_straight": (0.1765, 0.1176, 0.0588),
        "back_knee_position": (0.5294, 0.0588, 0.0588),
    },
}

LATENCY_S = {POSE: 0.0192, VISION: 5.2748, BOTH: 5.6324}
"""Table 8: seconds an inference on a Raspberry Pi 4 (four A72 cores at 1.8 GHz)."""


def pick_exercises(wanted: Sequence[str]) -> tuple[str, ...]:
    """The exercises of these names, the catalogue's or the sheets', all for none; raises ValueError for another."""
    sheets = {action.name: action.exercise for action in ACTIONS}
    found: list[str] = []
    for name in wanted:
        exercise = sheets.get(name.lower()) or find(name).name
        if exercise not in EXERCISES:
            raise ValueError(f"expected an exercise of ALEX-GYM-1 ({', '.join(sheets)}), got {name!r}")
        found += [exercise] if exercise not in found else []
    return tuple(found) or EXERCISES


def pick_rows(wanted: Sequence[str]) -> tuple[Row, ...]:
    """The rows whose title or network begins with one of these words, all for none; raises ValueError for others."""
    found: list[Row] = []
    for word in wanted:
        plain = word.lower().replace("-", "_")
        here = [row for row in ROWS if row.title.lower().startswith(word.lower()) or row.network == plain]
        if not here:
            names = sorted({row.network for row in ROWS})
            near = difflib.get_close_matches(plain, names, n=1, cutoff=0.4) or names
            raise ValueError(f"expected a network of ALEX-GYM-1, got {word!r}: did you mean {' or '.join(near)}?")
        found += [row for row in here if row not in found]
    return tuple(row for row in ROWS if row in found) or ROWS
