"""Networks that judge the criteria of one repetition, one file each, found by its file name.

A file exports one class as `NETWORK`, made with `NETWORK(criteria, **sizes)`. Its `needs` say what it looks at, out of
`landmarks` and `pictures`. `forward(landmarks, pictures, present)` gives logits (B, criteria), above 0 where a
criterion is satisfied, of

- landmarks (B, 2, 16, 33, 3) float32, views front and side: x and y as shares of the picture, z on the scale of x; NaN
  where nobody was found;
- pictures (B, 2, 3, 16, H, W) float32, normalised, None where it needs none;
- present (B, 2) bool: a view may be missing, whatever stands in its place then.

A class that says `square` is given landmarks on one scale instead: y in widths of the picture, too.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from typing import Any

__all__ = ["FRAMES", "JOINTS", "VIEWS", "find_network", "networks"]

VIEWS = ("front", "side")
FRAMES = 16  # of one repetition and view
JOINTS = 33  # landmarks of the estimator

_PARTS = ("parts",)  # the modules of this package that are not networks


def networks() -> tuple[str, ...]:
    """The names of all networks, which are those of their files."""
    names = {module.name for module in pkgutil.iter_modules(__path__)}
    return tuple(sorted(name for name in names - set(_PARTS) if not name.startswith("_")))


def find_network(name: str) -> Any:
    """The class of a network; raises ValueError for an unknown name, naming the nearest."""
    wanted = name.lower().replace("-", "_")
    if wanted not in networks():
        near = difflib.get_close_matches(wanted, networks(), n=3, cutoff=0.4) or networks()
        raise ValueError(f"expected a network, got {name!r}: did you mean {' or '.join(near)}?")
    return importlib.import_module(f"{__name__}.{wanted}").NETWORK
