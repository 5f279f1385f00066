"""What a thermal camera saw, as the report shows it: the energy image of a repetition, and how warm parts looked."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from formcheck.assess.analysis import ExerciseSet
from formcheck.signals import Floats

SHOWN_PX = 192
MOST = 8
GROUND = (243, 245, 245)
# From cool to warm, dark to light, and lighter where the body was seldom: our own, readable in grey as well.
_SCALE = np.array([(38, 20, 72), (118, 28, 109), (203, 62, 68), (246, 138, 36), (252, 231, 137)], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class WarmImage:
    """One repetition: `silhouette` (H, W) 0..1 share of time in which the body was there; `warmth` (H, W), NaN else.

    `warmth` is in degrees Celsius, or relative to the camera's own scale, by `unit`.
    """

    silhouette: Floats
    warmth: Floats
    unit: Literal["celsius", "relative"]


@dataclass(frozen=True)
class WarmShot:
    """A finished picture: `uri` a data address, `name` of the repetition."""

    uri: str
    name: str


@dataclass(frozen=True)
class WarmPanel:
    """Everything that the page says of warmth in one set; `low` and `high` are the ends of the colours."""

    shots: tuple[WarmShot, ...]
    low: str
    high: str
    rows: tuple[tuple[str, str, str, str], ...]


def warm_panel(number: int, each: ExerciseSet, images: Mapping[tuple[int, int], WarmImage]) -> WarmPanel | None:
    """The panel of a set, counted from 0; None where there is nothing to show."""
    reps = [rep for rep in each.reps if (number, rep.index) in images]
    chosen = (
        [reps[int(at)] for at in np.unique(np.linspace(0, len(reps) - 1, min(MOST, len(reps))).round())] if reps else []
    )
    own = {rep.index: images[number, rep.index] for rep in chosen}
    values = [image.warmth[np.isfinite(image.warmth)] for image in own.values()]
    known = np.concatenate(values) if values else np.zeros(0)
    rows = tuple(
        (
            part.region.capitalize() if part.region != "body" else "Whole body",
            f"{part.start_c:.1f} °C",
            f"{part.end_c:.1f} °C",
            f"{part.change_k:+.1f} K".replace("-", "\N{MINUS SIGN}"),
        )
        for part in each.warmth
    )
    if not len(known):
        return WarmPanel((), "", "", rows) if rows else None
    low, high = (float(edge) for edge in np.percentile(known, [2, 98]))
    celsius = next(iter(own.values())).unit == "celsius"
    shots = tuple(WarmShot(_uri(image, low, high), f"Rep {index}") for index, image in own.items())
    ends = (f"{low:.1f} °C", f"{high:.1f} °C") if celsius else ("cool", "warm")
    return WarmPanel(shots, *ends, rows)


def scale_css() -> str:
    """The colours as a gradient for the key."""
    return ", ".join("#" + "".join(f"{round(part):02x}" for part in colour) for colour in _SCALE)


def _uri(image: WarmImage, low: float, high: float) -> str:
    """The picture as a PNG data address."""
    import cv2

    share = np.clip((np.nan_to_num(image.warmth, nan=low) - low) / max(high - low, 1e-6), 0.0, 1.0)
    at = np.linspace(0.0, 1.0, len(_SCALE))
    colours = np.stack([np.interp(share, at, _SCALE[:, part]) for part in range(3)], axis=-1)
    cover = np.clip(image.silhouette, 0.0, 1.0)[..., None] ** 0.6
    picture = (1 - cover) * np.array(GROUND) + cover * colours
    large = cv2.resize(picture.astype(np.float32), (SHOWN_PX, SHOWN_PX), interpolation=cv2.INTER_CUBIC)
    done, data = cv2.imencode(".png", np.clip(large, 0, 255).astype(np.uint8)[..., ::-1])
    if not done:
        raise ValueError("expected a picture that can be written as PNG")
    return "data:image/png;base64," + base64.b64encode(data.tobytes()).decode()
