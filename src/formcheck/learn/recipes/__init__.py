"""The recognition experiments of published papers, one file each, found by its file name."""

from __future__ import annotations

import difflib
import importlib
import pkgutil

from formcheck.learn.recipes.recipe import LEAKY, EvaluationProtocol, Model, Published, Recipe

__all__ = ["LEAKY", "EvaluationProtocol", "Model", "Published", "Recipe", "find_recipe", "recipes"]

_PARTS = ("recipe", "recordings", "running", "synthetic")  # the modules of this package that are not recipes


def recipes() -> tuple[str, ...]:
    """The names of all recipes, as `gym-22`."""
    names = {module.name for module in pkgutil.iter_modules(__path__)} - set(_PARTS)
    return tuple(sorted(name.replace("_", "-") for name in names))


def find_recipe(name: str) -> Recipe:
    """The recipe of a name; raises ValueError for an unknown one, naming the nearest."""
    wanted = name.strip().lower().replace("_", "-")
    if wanted not in recipes():
        near = difflib.get_close_matches(wanted, recipes(), n=1, cutoff=0.4) or recipes()
        raise ValueError(f"expected a paper to reproduce, got {name!r}: did you mean {' or '.join(near)}?")
    return importlib.import_module(f"{__name__}.{wanted.replace('-', '_')}").RECIPE
