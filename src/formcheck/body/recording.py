"""What was captured of one performance, on one clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from formcheck.body.pose import PoseSequence
from formcheck.signals import Signal


@dataclass(frozen=True, eq=False)
class Recording:
    """Any subset of the streams of one performance.

    `front` is the first camera and `side` the second, whatever their views turn out to be; `imu` one Signal per
    sensor. Every stream is already on the recording's clock, which is that of the first camera (or sensor) that is
    there; `offset_s` says what was added to each stream's own time to bring it there. Thermal frames join here.
    """

    front: PoseSequence | None = None
    side: PoseSequence | None = None
    imu: Mapping[str, Signal] = field(default_factory=dict[str, Signal])
    offset_s: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        if self.front is None and self.side is None and not self.imu:
            raise ValueError("expected at least one stream in a recording, got none: give a video, a pose file or IMUs")

    @property
    def poses(self) -> dict[str, PoseSequence]:
        """The camera streams that are there, by name (`front`, `side`)."""
        named = {"front": self.front, "side": self.side}
        return {name: pose for name, pose in named.items() if pose is not None}
