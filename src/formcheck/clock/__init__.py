"""One clock for all streams of a performance: time stamps, the start beep, and motion that several of them see."""

from formcheck.clock.align import UNTOLD_S, Clocked, align, align_sensors
from formcheck.clock.fit import Fit, Way
from formcheck.clock.motion import by_motion, energy, imu_motion, pose_motion
from formcheck.clock.stamps import CLOCKS_S, Stamp, by_stamps, name_stamp, video_stamp
from formcheck.clock.tones import Tone, by_tones, find_tones

__all__ = [
    "CLOCKS_S",
    "UNTOLD_S",
    "Clocked",
    "Fit",
    "Stamp",
    "Tone",
    "Way",
    "align",
    "align_sensors",
    "by_motion",
    "by_stamps",
    "by_tones",
    "energy",
    "find_tones",
    "imu_motion",
    "name_stamp",
    "pose_motion",
    "video_stamp",
]
