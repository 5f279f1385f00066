"""Experts: their repetitions, the one nearest to yours, and how you differ from it, joint by joint."""

from formcheck.reference.library import Library, LibraryError, library_folder
from formcheck.reference.shown import Reference, Shown

__all__ = ["Library", "LibraryError", "Reference", "Shown", "library_folder"]
