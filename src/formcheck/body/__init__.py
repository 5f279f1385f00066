"""Skeletons, poses over time, and what can be measured on them."""

from formcheck.body.pose import PoseSequence, View
from formcheck.body.recording import Recording
from formcheck.body.skeleton import (
    BLAZEPOSE_33,
    COCO_17,
    COCO_WHOLE_31,
    H36M_17,
    HALPE_26,
    KINECT_25,
    OPENPOSE_18,
    SKELETONS,
    UI_PRMD_22,
    Skeleton,
)

__all__ = [
    "BLAZEPOSE_33",
    "COCO_17",
    "COCO_WHOLE_31",
    "H36M_17",
    "HALPE_26",
    "KINECT_25",
    "OPENPOSE_18",
    "SKELETONS",
    "UI_PRMD_22",
    "PoseSequence",
    "Recording",
    "Skeleton",
    "View",
]
