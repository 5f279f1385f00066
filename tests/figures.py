"""A person by arithmetic: 33 landmarks of an upright body that bends hips and knees, seen from any side.

Metres; x to the person's left, y down, z backwards; then turned about the vertical by the camera's place and drawn
at 200 px a metre without perspective. Only as human as the tests of planes, views, alignment and verdicts need.
"""

import numpy as np

from formcheck.body import BLAZEPOSE_33, PoseSequence

PX_PER_M = 200.0
FRAME = (640, 480)


def squatting(knee_deg, yaw_deg=0.0, rate_hz=30.0, hip_ratio=0.9, noise_px=0.0, seed=0):
    """Somebody whose knees flex by `knee_deg` (T,), hips by `hip_ratio` of it; yaw 0 faces the camera."""
    knee = np.radians(np.asarray(knee_deg, dtype=float))
    thigh, shank, trunk = 0.42, 0.42, 0.5
    shin_lean = 0.25 * knee
    ankle = np.zeros((len(knee), 3))
    knee_at = ankle + shank * _sagittal(shin_lean)
    hip = knee_at + thigh * _sagittal(shin_lean - knee)
    shoulder = hip + trunk * _sagittal(shin_lean - knee + hip_ratio * knee)
    points = {"ankle": ankle, "knee": knee_at, "hip": hip, "shoulder": shoulder}
    points["heel"] = ankle + [0.0, 0.06, 0.05]
    points["foot_index"] = ankle + [0.0, 0.06, -0.14]
    points["elbow"] = shoulder + [0.0, 0.28, 0.0]
    points["wrist"] = shoulder + [0.0, 0.53, -0.02]
    for finger in ("pinky", "index", "thumb"):
        points[finger] = shoulder + [0.0, 0.6, -0.03]
    head = {
        "ear": (0.07, -0.2, 0.0),
        "eye": (0.03, -0.23, -0.08),
        "mouth": (0.03, -0.15, -0.08),
        "nose": (0, -0.2, -0.1),
    }
    joints = np.empty((len(knee), 33, 3))
    for at, joint in enumerate(BLAZEPOSE_33.joints):
        stem, _, side = joint.rpartition("_")
        sign = {"left": 1.0, "right": -1.0}.get(side, 0.0)
        stem = joint if not sign else stem
        part = next((part for part in head if stem.startswith(part)), None)
        if part:
            joints[:, at] = shoulder + np.multiply(head[part], [sign or 1.0, 1.0, 1.0])
        else:
            half = {"shoulder": 0.19, "elbow": 0.21, "wrist": 0.23, "pinky": 0.23, "index": 0.23, "thumb": 0.23}
            joints[:, at] = points[stem] + [sign * half.get(stem, 0.12), 0.0, 0.0]
    yaw = np.radians(yaw_deg)
    turned = joints.copy()
    turned[..., 0] = joints[..., 0] * np.cos(yaw) + joints[..., 2] * np.sin(yaw)
    turned[..., 2] = -joints[..., 0] * np.sin(yaw) + joints[..., 2] * np.cos(yaw)
    image = turned[..., :2] * PX_PER_M + [FRAME[0] / 2, 0.85 * FRAME[1]]
    image = image + np.random.default_rng(seed).normal(0, noise_px, image.shape)
    hips = [BLAZEPOSE_33.index(f"hip_{side}") for side in ("left", "right")]
    world = turned - turned[:, hips].mean(axis=1, keepdims=True)
    time = np.arange(len(knee)) / rate_hz
    return PoseSequence(time, image, world, np.ones((len(knee), 33)), BLAZEPOSE_33, FRAME)


def _sagittal(lean):
    """Unit vectors leaning forward (towards -z) from straight up (-y)."""
    return np.stack([np.zeros_like(lean), -np.cos(lean), -np.sin(lean)], axis=1)


def squats(depths_deg, rate_hz=30.0, rep_s=2.0, rest_s=0.5, idle_s=1.5):
    """Knee flexion over time for repetitions of the given depths, and their turning points in seconds."""
    cycle = (1 - np.cos(2 * np.pi * np.arange(0, rep_s, 1 / rate_hz) / rep_s)) / 2
    idle, rest = np.zeros(round(idle_s * rate_hz)), np.zeros(round(rest_s * rate_hz))
    parts, turns, length = [idle], [], len(idle)
    for depth in depths_deg:
        turns.append((length + len(cycle) / 2) / rate_hz)
        parts += [depth * cycle, rest]
        length += len(cycle) + len(rest)
    return np.concatenate([*parts, idle]), turns
