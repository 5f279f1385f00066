"""What the analysis tells of each stream: how long it is, what it saw, and how its clock was told."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formcheck.assess import Stream
from formcheck.body import PoseSequence
from formcheck.clock import Fit
from formcheck.signals import Signal, rate_hz
from formcheck.sources.thermal import ThermalRecording

RUNS_S = 0.35  # between two samples of a sensor that runs
_QUANTITY = {"acc": "accelerometer", "gyro": "gyroscope", "mag": "magnetometer"}


def camera_stream(name: str, path: str | Path, pose: PoseSequence, mirrored: bool) -> Stream:
    """A camera, before its clock is told."""
    return Stream(
        name=name,
        kind="camera",
        file=Path(str(path)).name,
        view=pose.view,
        mirrored=mirrored,
        duration_s=round(float(pose.time[-1] - pose.time[0]), 4) if len(pose) else 0.0,
        frames=len(pose),
        rate_hz=round(rate_hz(pose.time), 3) if len(pose) > 1 else None,
        frame_size=pose.frame_size,
        found=round(float(pose.found.mean()), 4) if len(pose) else 0.0,
        offset_s=0.0,
    )


def sensor_stream(place: str, path: str | Path, signal: Signal) -> Stream:
    """A worn sensor, before its clock is told; `found` is the share of time in which samples arrived."""
    ran = signal.time[np.isfinite(signal.values).any(axis=1)]
    span_s = float(np.ptp(signal.time)) if len(signal) else 0.0
    gaps = np.diff(ran)
    running_s = float(gaps[gaps <= max(RUNS_S, 3 / rate_hz(ran) if len(ran) > 1 else 0.0)].sum())
    return Stream(
        name=place,
        kind="imu",
        file=Path(str(path)).name,
        duration_s=round(span_s, 4),
        frames=len(ran),
        rate_hz=round(rate_hz(ran), 3) if len(ran) > 1 else None,
        frame_size=None,
        found=round(min(1.0, running_s / span_s), 4) if span_s > 0 else 0.0,
        offset_s=0.0,
        how=", ".join(dict.fromkeys(_QUANTITY[name.split("_")[0]] for name in signal.channels)),
    )


def thermal_stream(path: str | Path, recording: ThermalRecording, found: float) -> Stream:
    """A thermal camera that found the person in a share of its pictures, before its clock is told."""
    return Stream(
        name="thermal",
        kind="thermal",
        file=Path(str(path)).name,
        duration_s=round(float(np.ptp(recording.time)), 4) if len(recording) else 0.0,
        frames=len(recording),
        rate_hz=round(rate_hz(recording.time), 3) if len(recording) > 1 else None,
        frame_size=recording.frame_size,
        found=round(found, 4),
        offset_s=0.0,
        how=recording.how,
    )


def timed(stream: Stream, fit: Fit, first: bool) -> Stream:
    """A stream with how its clock is read on that of the recording, which is the `first` one's."""
    aligned = fit.by != "not aligned"
    return stream.model_copy(
        update={
            "offset_s": round(fit.offset_s, 4) if aligned else 0.0,
            "offset_error_s": round(fit.error_s, 4) if aligned and not first and fit.by != "reference" else None,
            "clock": fit.by,
            "drift_ppm": None if fit.drift_ppm is None else round(fit.drift_ppm, 1),
            "drift_error_ppm": None if fit.drift_error_ppm is None else round(fit.drift_error_ppm, 1),
        }
    )
