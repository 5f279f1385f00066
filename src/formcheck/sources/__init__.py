"""Where recordings come from: video files, folders of pictures, pose files."""

from __future__ import annotations

from pathlib import Path

from formcheck.sources.camera import Camera, Played
from formcheck.sources.filtered import Filter, Filtered
from formcheck.sources.frame import Frame, FrameSource, SourceError, checked_path
from formcheck.sources.images import ImageFolder
from formcheck.sources.kinect import is_kinect, open_kinect
from formcheck.sources.mirror import Mirrored
from formcheck.sources.posefile import PoseFile, open_pose, read_pose, write_pose
from formcheck.sources.straight import Straight
from formcheck.sources.video import Video

__all__ = [
    "Camera",
    "Filter",
    "Filtered",
    "Frame",
    "FrameSource",
    "ImageFolder",
    "Mirrored",
    "Played",
    "PoseFile",
    "SourceError",
    "Straight",
    "Video",
    "open_kinect",
    "open_pose",
    "open_source",
    "read_pose",
    "write_pose",
]


def open_source(path: str | Path) -> Video | ImageFolder | PoseFile:
    """Open a recording by what lies at `path`: a folder of pictures, a pose file (`.npz`), joints of a Kinect
    (`JointPosition....csv`), else a video.

    Raises SourceError when there is nothing or it cannot be used.
    """
    found = checked_path(path, "a video, a folder of pictures or a pose file")
    if found.is_dir():
        return ImageFolder(found)
    if is_kinect(found):
        return open_kinect(found)
    return open_pose(found) if found.suffix.lower() == ".npz" else Video(found)
