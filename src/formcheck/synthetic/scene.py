"""What a recording looks like beside the athlete: place, light, lens, hands that hold the camera, and its clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from formcheck.body import View
from formcheck.signals import Floats
from formcheck.synthetic.camera import AZIMUTH_DEG, FOCAL, Camera
from formcheck.synthetic.clock import camera_clock
from formcheck.synthetic.lens import Lens
from formcheck.synthetic.light import Light
from formcheck.synthetic.places import PLACES, Place
from formcheck.synthetic.sway import Sway

if TYPE_CHECKING:
    from formcheck.synthetic.performance import Performance


@dataclass(frozen=True)
class Scene:
    """One way to film: as it is, a plain room in even light before a perfect camera on a tripod.

    `seed` says what the place looks like (None: the athlete's own room). `noise` is the sensor's, in steps of 8 bits at
    middle grey; `shutter` the share of the time between pictures for which the shutter is open, which blurs what moves;
    `lens` and `sway` belong to the camera (`camera` puts them there). `turn_deg`, `raise_m` and `focal` place the
    camera beside where it was meant to stand; `rate_hz`, `jitter_s` and `dropped` make its clock (see `clock`). Raises
    ValueError for a place that is not known, or a share outside 0..1.
    """

    place: Place = "room"
    seed: int | None = None
    light: Light = field(default_factory=Light)
    noise: float = 0.0
    shutter: float = 0.0
    lens: Lens = field(default_factory=Lens)
    sway: float = 0.0
    turn_deg: float = 0.0
    raise_m: float = 0.0
    focal: float = FOCAL
    rate_hz: float = 30.0
    jitter_s: float = 0.0
    dropped: float = 0.0

    def __post_init__(self) -> None:
        if self.place not in PLACES or not 0.0 <= self.shutter <= 1.0:
            raise ValueError(f"expected a place of {PLACES} and a shutter open for 0 to 1, got {self}")

    @staticmethod
    def sample(seed: int) -> Scene:
        """Some way to film: the same for the same seed; as different as home and gym videos are."""
        draw = np.random.default_rng([seed, 43])
        around, above = draw.uniform(-np.pi, np.pi), np.radians(draw.uniform(35, 80))
        lamp = float(draw.uniform(0.25, 0.5))
        light = Light(
            source=(float(np.sin(around) * np.cos(above)), float(np.sin(above)), float(np.cos(around) * np.cos(above))),
            lamp=lamp,
            room=0.88 - lamp,
            brightness=float(draw.uniform(0.6, 1.25)),
            kelvin=float(1e6 / draw.uniform(125, 190)),  # even in what the eye takes for even: 5300 to 8000 K
        )
        held = bool(draw.random() < 0.4)
        wide = float(draw.uniform(0, 1))
        steady = bool(draw.random() < 0.5)
        return Scene(
            place=PLACES[int(draw.integers(len(PLACES)))],
            seed=seed,
            light=light,
            noise=float(draw.uniform(0.0, 6.0)),
            shutter=float(draw.choice([0.0, draw.uniform(0.1, 0.6)])),
            lens=Lens(
                k1=-0.16 * wide + 0.02,
                k2=0.03 * wide,
                p1=float(draw.normal(0, 0.001)),
                p2=float(draw.normal(0, 0.001)),
            ),
            sway=float(draw.uniform(0.6, 1.4)) if held else 0.0,
            turn_deg=float(np.clip(draw.normal(0, 5), -12, 12)),
            raise_m=float(np.clip(draw.normal(0, 0.12), -0.3, 0.3)),
            focal=FOCAL * float(draw.uniform(0.75, 1.25)),
            rate_hz=float(draw.choice([24.0, 25.0, 30.0, 30.0, 60.0])),
            jitter_s=0.0 if steady else float(draw.uniform(0.001, 0.004)),
            dropped=0.0 if steady else float(draw.uniform(0.0, 0.04)),
        )

    def camera(
        self,
        performance: Performance,
        view: View = "front",
        *,
        azimuth_deg: float | None = None,
        height_m: float | None = None,
        frame_size: tuple[int, int] | None = None,
    ) -> Camera:
        """A camera about a performance as `Performance.camera` places it, moved, held and with the lens of this scene.

        A camera that this cuts the athlete off with is moved back until it does not. Raises ValueError where none fits.
        """
        meant = performance.camera(view, azimuth_deg=azimuth_deg, height_m=height_m, frame_size=frame_size)
        around = (AZIMUTH_DEG[view] if azimuth_deg is None else azimuth_deg) + self.turn_deg
        height_m = max(0.15, float(meant.position[1]) + self.raise_m)
        sway = Sway(self.sway, self.seed or 0) if self.sway else None
        for further in np.arange(0.0, 6.0, 0.2):
            camera = performance.camera(
                view, azimuth_deg=around, height_m=height_m, frame_size=meant.frame_size, focal=self.focal
            )
            away = camera.position - camera.target
            level = away * [1.0, 0.0, 1.0]
            moved = camera.position + float(further) * level / max(float(np.linalg.norm(level)), 1e-9)
            camera = replace(camera, position=moved, lens=self.lens, sway=sway, view=meant.view)
            if camera.at(performance.time).holds(performance.outline(), 0.03):
                return camera
        raise ValueError("expected an athlete that fits the frame of this scene within 6 m more")

    def clock(self, performance: Performance, start_s: float = 0.0) -> Floats:
        """When (T,) s its camera, started at `start_s`, takes pictures, to the end of a performance."""
        end_s = float(performance.time[-1])
        return camera_clock(start_s, end_s, self.rate_hz, self.jitter_s, self.dropped, self.seed or 0)
