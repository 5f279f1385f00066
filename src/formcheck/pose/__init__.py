"""Pose estimation: landmarks of one person, from a video or a folder of pictures."""

from formcheck.pose.estimate import as_sequence, estimate, estimate_many
from formcheck.pose.estimator import Estimator, Landmarks
from formcheck.pose.kinds import open_estimator
from formcheck.pose.model import PoseModelError, Progress, pose_model
from formcheck.pose.recorded import Recorded

__all__ = [
    "Estimator",
    "Landmarks",
    "PoseModelError",
    "Progress",
    "Recorded",
    "as_sequence",
    "estimate",
    "estimate_many",
    "open_estimator",
    "pose_model",
]
