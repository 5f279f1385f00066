"""Whether a video of a dataset is there and opens."""

from __future__ import annotations

from pathlib import Path

VIDEOS = (".mp4", ".mov", ".avi", ".mkv", ".m4v", ".webm")


def damage(file: Path, deep: bool) -> str:
    """What is wrong with a video, in words; empty when nothing is. `deep` decodes its first picture."""
    from formcheck.sources import SourceError, Video

    if file.stat().st_size == 0:
        return "expected a video, got an empty file"
    if deep:
        try:
            Video(file)
        except SourceError as error:
            return str(error)
    return ""
