"""Where in the picture a board was seen, and what the lens bends, drawn."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from formcheck.calibration.zhang import Calibration

GRID = 12  # lines


def draw_coverage(camera: Calibration, path: Path) -> None:
    """Every corner in the picture (green, red where it is off by more than a pixel's worth of the rest), and straight
    lines as the lens bends them, as a PNG."""
    from PIL import Image, ImageDraw

    width, height = camera.lens.frame_size
    image = Image.new("RGB", (width, height), (248, 248, 246))
    pen = ImageDraw.Draw(image)
    for axis in (0, 1):
        for share in np.linspace(0.0, 1.0, GRID + 1):
            along = np.linspace(0.0, 1.0, 60)
            points = np.stack([np.full(60, share), along] if axis == 0 else [along, np.full(60, share)], axis=1)
            line = camera.lens.bent(points * [width, height])
            pen.line([tuple(map(float, point)) for point in line], fill=(205, 205, 200), width=2)
    usual = float(np.median(camera.errors_px))
    for sight, error in zip(camera.sights, camera.errors_px, strict=True):
        colour = (26, 127, 55) if error <= 2 * usual else (191, 60, 40)
        for x, y in sight.pixels:
            pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill=colour)
    image.save(path)
