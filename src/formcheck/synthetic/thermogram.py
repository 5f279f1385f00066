"""Files of thermal frames: centi-kelvin TIFF for measuring, colour-mapped video for looking at.

Radiometric frames are written one 16-bit TIFF a frame with a table of their instants beside them, as thermal datasets
made with FLIR Lepton and Tau cores come (the FLIR ADAS set has a folder of 16-bit TIFF; Lepton's TLinear output counts
hundredths of a kelvin): a frame can be read, or be missing, by itself.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.sources.thermal.palette import ironbow
from formcheck.synthetic.film import ENCODING
from formcheck.synthetic.heat import KELVIN
from formcheck.synthetic.thermal import Kelvins, Thermogram

TIMES = "timestamps.csv"
_NOTE = "synthetic thermal frame; value / 100 = kelvin"
_TICKS = 90_000
_ENLARGED = 4


def write_centikelvin(thermogram: Thermogram, folder: Path) -> None:
    """Write `frame_00001.tiff` and so on, 16-bit unsigned hundredths of a kelvin, and `timestamps.csv`, into a folder.

    The table has the columns `file` and `time_s`. All is written into a folder beside first, which is then renamed.
    Raises FileExistsError when the folder is there already, and OSError when it cannot be written.
    """
    from PIL import Image

    if folder.exists():
        raise FileExistsError(f"expected a folder that is not there yet, got {folder}")
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir()
        counts = np.clip(np.round(thermogram.kelvin * 100.0), 0, 65_535).astype(np.uint16)
        names = [f"frame_{at + 1:05d}.tiff" for at in range(len(counts))]
        for name, frame in zip(names, counts, strict=True):
            Image.fromarray(frame).save(part / name, description=_NOTE)
        with (part / TIMES).open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file, lineterminator="\n")
            rows.writerow(("file", "time_s"))
            rows.writerows((name, f"{when:.4f}") for name, when in zip(names, thermogram.time, strict=True))
        os.replace(part, folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def write_coloured(thermogram: Thermogram, path: Path, span_c: tuple[float, float] | None = None) -> None:
    """Write frames as the H.264 video that consumer thermal cameras save, in ironbow colours, four times enlarged.

    Every frame's own coldest and warmest pixel are the ends of its scale, as those cameras do by themselves, unless
    `span_c` gives two temperatures in Celsius for all. The scale is in a JSON file of the same name beside the video:
    `scale` (`frame` or `fixed`) and, for every frame, `time_s`, `low_c` and `high_c`. Both are written beside first
    and then renamed, the video last. Raises ValueError for a span that is not one, OSError when nothing can be written.
    """
    if span_c is not None and not span_c[0] < span_c[1]:
        raise ValueError(f"expected the lower and then the higher temperature of the scale, got {span_c}")
    flat = thermogram.celsius.reshape(len(thermogram.time), -1)
    ends = [(float(frame.min()), float(frame.max())) if span_c is None else span_c for frame in flat]
    side = path.with_suffix(".json")
    video, note = (file.with_name(file.name + ".part") for file in (path, side))
    try:
        _encode(thermogram, ends, video)
        note.write_text(json.dumps(_scale(thermogram.time, ends, span_c is not None), indent=1) + "\n", "utf-8")
        os.replace(note, side)
        os.replace(video, path)
    finally:
        video.unlink(missing_ok=True)
        note.unlink(missing_ok=True)


def coloured(kelvin: Kelvins, low_c: float, high_c: float) -> NDArray[np.uint8]:
    """A frame (height, width) K, enlarged, in ironbow colours of a scale in Celsius: (4 height, 4 width, 3)."""
    import cv2

    height, width = kelvin.shape
    large = cv2.resize(kelvin, (width * _ENLARGED, height * _ENLARGED), interpolation=cv2.INTER_CUBIC)
    share = (np.asarray(large) - KELVIN - low_c) / max(high_c - low_c, 1e-6)
    return ironbow()[np.clip(np.round(255 * share), 0, 255).astype(np.intp)]


def _encode(thermogram: Thermogram, ends: list[tuple[float, float]], path: Path) -> None:
    import av

    height, width = (_ENLARGED * size for size in thermogram.kelvin.shape[1:])
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(87, 10))
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuv420p"
        stream.options = dict(ENCODING)
        stream.codec_context.time_base = Fraction(1, _TICKS)
        for when, kelvin, (low, high) in zip(thermogram.time, thermogram.kelvin, ends, strict=True):
            frame = av.VideoFrame.from_ndarray(coloured(kelvin, low, high), format="rgb24")
            frame.pts = round(float(when - thermogram.time[0]) * _TICKS)
            frame.time_base = Fraction(1, _TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _scale(time: Floats, ends: list[tuple[float, float]], fixed: bool) -> dict[str, object]:
    return {
        "synthetic": True,
        "palette": "ironbow",
        "unit": "celsius",
        "scale": "fixed" if fixed else "frame",
        "first_frame_s": round(float(time[0]), 4),
        "frames": [
            {"time_s": round(float(when), 4), "low_c": round(low, 2), "high_c": round(high, 2)}
            for when, (low, high) in zip(time, ends, strict=True)
        ],
    }
