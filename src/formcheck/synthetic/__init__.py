"""The synthetic studio: an athlete performs any exercise with chosen faults before any cameras, with known truth."""

from formcheck.synthetic.activity import act, activities
from formcheck.synthetic.athlete import Athlete, Outfit
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.film import film, pictures
from formcheck.synthetic.lens import Lens
from formcheck.synthetic.light import Light
from formcheck.synthetic.performance import Performance, perform
from formcheck.synthetic.scene import Scene

__all__ = [
    "Athlete",
    "Camera",
    "Lens",
    "Light",
    "Outfit",
    "Performance",
    "Scene",
    "act",
    "activities",
    "film",
    "perform",
    "pictures",
]
