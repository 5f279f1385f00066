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
    sensor, by place; `thermal` how much a thermal camera saw move, one channel (its frames stay with who reads them).
    Every stream is already on the recording's clock, which is that of the first camera, or else sensor, that shows
    something; `offset_s` says what was added to each stream's own time to bring it there.
    """

    front: PoseSequence | None = None
    side: PoseSequence | None = None
    imu: Mapping[str, Signal] = field(default_factory=dict[str, Signal])
    thermal: Signal | None = None
    offset_s: Mapping[str, float] = field(default_factory=dict[str, float])

    def __post_init__(self) -> None:
        if self.front is None and self.side is None and not self.imu and self.thermal is None:
            raise ValueError(
                "expected at least one stream in a recording, got none: give a video, a pose file, IMUs or a thermal "
                "recording"
            )

    @property
    def poses(self) -> dict[str, PoseSequence]:
        """The camera streams that are there, by name (`front`, `side`)."""
        named = {"front": self.front, "side": self.side}
        return {name: pose for name, pose in named.items() if pose is not None}

    @property
    def span_s(self) -> tuple[float, float]:
        """From the first to the last instant of any stream; 0, 0 where none has any."""
        clocks = [pose.time for pose in self.poses.values()] + [signal.time for signal in self.imu.values()]
        clocks += [] if self.thermal is None else [self.thermal.time]
        there = [time for time in clocks if len(time)]
        if not there:
            return 0.0, 0.0
        return min(float(time[0]) for time in there), max(float(time[-1]) for time in there)
