"""Recordings of inertial sensors in the CSV layout that the maker's app writes for MetaMotion sensors.

One file for each of accelerometer, gyroscope and magnetometer of a sensor, named
`<name>_MetaWear_<local start>_<address>_<quantity>_<rate>Hz_<firmware>.csv`; columns `epoch (ms)`, `time (<zone>)`,
`elapsed (s)` and three axes in g, deg/s or T. Taken from public recordings and from the app's own headers.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from formcheck.signals import Floats, Signal
from formcheck.synthetic.imu import CHANNELS, PLACES, RATE_HZ, Place

STANDARD_GRAVITY_M_S2 = 9.80665  # one g of the files
_FIRMWARE = "1.4.4"
_ZONE = timezone(timedelta(hours=1))
_FIRST_DAY = datetime(2024, 1, 8, 8, 0, tzinfo=_ZONE)  # a Monday in winter time
# Quantity, unit, channels, what one unit is in the channels' own, decimals of the file.
_QUANTITIES = (
    ("Accelerometer", "g", CHANNELS[0:3], STANDARD_GRAVITY_M_S2, 3),
    ("Gyroscope", "deg/s", CHANNELS[3:6], 1.0, 3),
    ("Magnetometer", "T", CHANNELS[6:9], 1e6, 9),
)


def began(seed: int) -> datetime:
    """When a synthetic recording began: some millisecond of opening hours in early 2024, the same for the same seed."""
    draw = np.random.default_rng([seed, 43])
    day, ms = int(draw.integers(0, 60)), int(draw.integers(0, 12 * 3_600_000))
    return _FIRST_DAY + timedelta(days=day, milliseconds=ms)


def address(place: Place, devices: int = 0) -> str:
    """The radio address of the sensor worn at a place, of the set of four called `devices`: twelve hex digits.

    The two highest bits are set, as in every random static Bluetooth address (Bluetooth Core Specification, Vol 6,
    Part B, 1.3.2.1), so it belongs to no maker.
    """
    draw = np.random.default_rng([devices, PLACES.index(place), 47])
    return f"{int(draw.integers(0, 2**48)) | 0b11 << 46:012X}"


def write_metamotion(
    folder: Path, name: str, signals: Mapping[Place, Signal], seed: int = 0, devices: int = 0
) -> list[Path]:
    """Write what `imus` gave into an existing folder, three files a sensor; returns them in order.

    The place is added to the name (`anna-squat-wrist-left_MetaWear_...`). Time 0 of the sensors' clocks is
    `began(seed)`; lost samples are left out as rows, and a quantity without any sample has a header only. Every file is
    written beside first and then renamed. Raises ValueError for a signal without the channels of `imus`, OSError when
    the folder cannot be written.
    """
    start = began(seed)
    out: list[Path] = []
    for place, signal in signals.items():
        missing = [channel for channel in CHANNELS if channel not in signal.channels]
        if missing:
            raise ValueError(f"expected the channels {CHANNELS} from {place}, got none of {missing}")
        for quantity, unit, channels, one, decimals in _QUANTITIES:
            values = np.stack([signal[channel] for channel in channels], axis=1) / one
            stamp = f"{start:%Y-%m-%dT%H.%M.%S}.{start.microsecond // 1000:03d}"
            label = f"{name}-{place.replace('_', '-')}_MetaWear_{stamp}_{address(place, devices)}"
            path = folder / f"{label}_{quantity}_{RATE_HZ:.3f}Hz_{_FIRMWARE}.csv"
            header = f"epoch (ms),time (01:00),elapsed (s),{','.join(f'{axis}-axis ({unit})' for axis in 'xyz')}"
            part = path.with_name(path.name + ".part")
            try:
                part.write_text("\n".join([header, *_rows(signal.time, values, start, decimals)]) + "\n", "utf-8")
                os.replace(part, path)
            finally:
                part.unlink(missing_ok=True)
            out.append(path)
    return out


def _rows(time: Floats, values: Floats, start: datetime, decimals: int) -> list[str]:
    zero_ms = round(start.timestamp() * 1000)
    here = np.flatnonzero(np.isfinite(values).all(axis=1))
    epochs = [zero_ms + round(1000 * float(time[at])) for at in here]
    rows: list[str] = []
    for at, epoch in zip(here, epochs, strict=True):
        local = datetime.fromtimestamp(epoch // 1000, UTC).astimezone(_ZONE)
        axes = ",".join(f"{value + 0.0:.{decimals}f}" for value in np.round(values[at], decimals))
        elapsed = (epoch - epochs[0]) / 1000
        rows.append(f"{epoch},{local:%Y-%m-%dT%H:%M:%S}.{epoch % 1000:03d},{elapsed:.3f},{axes}")
    return rows
