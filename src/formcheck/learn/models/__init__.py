"""Networks that name the exercise in a window, one file each, found by its file name.

Every network is a torch module made from a `Shape` and its own sizes; it takes windows (N, T, C) and gives logits
(N, L).
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from typing import Any

from formcheck.learn.models.shape import Shape, shape_of

__all__ = ["Shape", "find_network", "networks", "shape_of"]

_PARTS = ("shape",)  # the modules of this package that are not networks


def networks() -> tuple[str, ...]:
    """The names of all networks, which are those of their files."""
    names = {module.name for module in pkgutil.iter_modules(__path__)}
    return tuple(sorted(names - set(_PARTS)))


def find_network(name: str) -> Any:
    """The class of a network; raises ValueError for an unknown name, naming the nearest."""
    wanted = name.lower().replace("-", "_")
    if wanted not in networks():
        near = difflib.get_close_matches(wanted, networks(), n=3, cutoff=0.4) or networks()
        raise ValueError(f"expected a network, got {name!r}: did you mean {' or '.join(near)}?")
    return importlib.import_module(f"{__name__}.{wanted}").NETWORK
