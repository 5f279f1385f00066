"""From where light falls, how bright and how warm it is, and what the sensor adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from formcheck.signals import Floats
from formcheck.synthetic.rotations import unit

Picture = NDArray[np.uint8]

_NEUTRAL_K = 6500.0
_GAMMA = 2.2  # between light and the numbers in a picture (IEC 61966-2-1, sRGB, as a plain power)
_XYZ_TO_RGB = np.array(  # IEC 61966-2-1, linear
    [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
)


@dataclass(frozen=True)
class Light:
    """A lamp and the light of the room.

    `source` is from where the lamp shines (left, up, forward of the athlete; up above 0); `lamp`, `room` and `floor`
    are the shares of light from the lamp, from everywhere, and from above rather than from the floor. `brightness`
    multiplies everything, and `kelvin` is the colour that the camera's white balance leaves (6500: none). Raises
    ValueError for a lamp below the floor, and a colour outside 2000 to 20000 K.
    """

    source: tuple[float, float, float] = (0.35, 1.0, 0.55)
    lamp: float = 0.42
    room: float = 0.46
    floor: float = 0.12
    brightness: float = 1.0
    kelvin: float = _NEUTRAL_K

    def __post_init__(self) -> None:
        if self.source[1] <= 0 or not 2000.0 <= self.kelvin <= 20000.0:
            raise ValueError(f"expected a lamp above the floor and 2000 to 20000 K, got {self}")

    @property
    def direction(self) -> Floats:
        """(3,): the unit vector towards the lamp."""
        return unit(np.array(self.source))

    def shade(self, normals: Floats) -> Floats:
        """(...,): how bright a face is, from its normal (..., 3)."""
        slope = np.clip(normals @ self.direction, 0.0, 1.0)
        return self.room + self.lamp * slope + self.floor * (normals[..., 1] * 0.5 + 0.5)

    def developed(self, picture: Picture) -> Picture:
        """A picture as it looks in this brightness and colour."""
        import cv2

        if self.brightness == 1.0 and self.kelvin == _NEUTRAL_K:
            return picture
        gain = (self.brightness * _white(self.kelvin) / _white(_NEUTRAL_K)) ** (1 / _GAMMA)
        table = np.clip(np.arange(256)[:, None] * gain, 0, 255).round().astype(np.uint8)
        return np.asarray(cv2.LUT(picture, table[None]), dtype=np.uint8)


def _white(kelvin: float) -> Floats:
    """(3,): linear red, green and blue of a black body, green at 1 (Kim et al. 2002, US 7,024,034: cubic splines)."""
    t = 1000.0 / kelvin
    if kelvin < 4000:
        x = ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910
    else:
        x = ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390
    if kelvin < 2222:
        y = ((-1.1063814 * x - 1.34811020) * x + 2.18555832) * x - 0.20219683
    elif kelvin < 4000:
        y = ((-0.9549476 * x - 1.37418593) * x + 2.09137015) * x - 0.16748867
    else:
        y = ((3.0817580 * x - 5.87338670) * x + 3.75112997) * x - 0.37001483
    rgb = np.maximum(_XYZ_TO_RGB @ np.array([x / y, 1.0, (1 - x - y) / y]), 0.02)
    return rgb / rgb[1]


class Sensor:
    """The noise of a camera's sensor: its variance grows with the light (photons), over a floor (reading out)."""

    def __init__(self, noise: float, frame_size: tuple[int, int], seed: int) -> None:
        """`noise` is the standard deviation at middle grey, in steps of 8 bits."""
        self._draw = np.random.default_rng([seed, 41])
        width, height = frame_size
        self._noise = noise
        size = (height + 64, width + 64, 3) if noise > 0 else (0, 0, 3)
        self._field = self._draw.standard_normal(size).astype(np.float32)
        self._size = noise * np.sqrt((np.arange(256) / 128.0) * 0.8 + 0.2).astype(np.float32)

    def __call__(self, picture: Picture) -> Picture:
        """A picture with noise, another one each time."""
        if self._noise <= 0:
            return picture
        height, width = picture.shape[:2]
        down, across = self._draw.integers(0, 64, 2)
        field = self._field[down : down + height, across : across + width]
        if self._draw.random() < 0.5:
            field = -field
        return np.clip(picture + field * self._size[picture], 0, 255).astype(np.uint8)
