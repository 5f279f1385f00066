"""Whose repetitions a user's are held against: everybody's of the exercise, or those of one named reference."""

from __future__ import annotations

from dataclasses import dataclass, field

from formcheck.exercises import Exercise
from formcheck.reference.library import Library, LibraryError
from formcheck.reference.shipped import shipped_exercises, shipped_references
from formcheck.reference.shown import Reference


@dataclass
class Chosen:
    """The references that are asked: of `only` one by its name, or all of the library and the studio's.

    Calling it gives those of an exercise; `problems` are sentences about references that could not be read.
    """

    only: str | None = None
    library: Library = field(default_factory=Library)
    problems: list[str] = field(default_factory=list[str])
    _found: dict[str, tuple[Reference, ...]] = field(default_factory=dict[str, "tuple[Reference, ...]"])

    def __call__(self, exercise: str) -> tuple[Reference, ...]:
        """The references of an exercise, people's before the studio's."""
        if exercise not in self._found:
            self._found[exercise] = self._of(exercise)
        return self._found[exercise]

    def _of(self, exercise: str) -> tuple[Reference, ...]:
        if self.only is not None:
            named = find_reference(self.only, self.library)
            return (named,) if named.exercise == exercise else ()
        opened = self.library.all(exercise)
        self.problems += [each for each in opened.problems if each not in self.problems]
        return (*opened.references, *shipped_references(exercise))

    def named(self) -> dict[str, Reference]:
        """Every reference that was given, by name."""
        return {each.name: each for found in self._found.values() for each in found}

    def must_show(self, exercise: Exercise | None) -> None:
        """Raise LibraryError when the one that was named is not there, or shows another than a named exercise."""
        shown = None if self.only is None else find_reference(self.only, self.library).exercise
        if shown is not None and exercise is not None and shown != exercise.name:
            raise LibraryError(
                f"expected a reference of {exercise.name}, got {self.only}, who shows {shown}: name another one, or "
                "leave the choice to formcheck"
            )


def find_reference(name: str, library: Library | None = None) -> Reference:
    """The reference of a name, in the library or among the studio's experts.

    Raises LibraryError when nobody is called that.
    """
    library = library or Library()
    if name in library.names():
        return library.open(name)
    for exercise in shipped_exercises() if name.startswith("studio ") else ():
        for each in shipped_references(exercise):
            if each.name == name:
                return each
    known = ", ".join(library.names()) or "none of yours"
    raise LibraryError(
        f"expected the name of a reference, got {name!r}: there are {known}, and the studio's (references list)"
    )
