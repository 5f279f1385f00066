"""The synthetic studio: an athlete performs any exercise with chosen faults before any cameras, with known truth."""

from formcheck.synthetic.athlete import Athlete, Outfit
from formcheck.synthetic.camera import Camera
from formcheck.synthetic.film import film, pictures
from formcheck.synthetic.performance import Performance, perform

__all__ = ["Athlete", "Camera", "Outfit", "Performance", "film", "perform", "pictures"]
