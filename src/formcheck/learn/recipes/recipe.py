"""What a recipe is: a paper's networks, its protocols, and the figures that it publishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from formcheck.learn.data import Examples, Split

Progress = Callable[[str, float], None]

LEAKY = "leaky: "


@dataclass(frozen=True)
class Published:
    """An accuracy that a paper prints, in per cent; up to `high` where it gives a range only."""

    low: float
    high: float | None = None

    @property
    def most(self) -> float:
        """The figure, or the upper end of the range."""
        return self.low if self.high is None else self.high

    def __str__(self) -> str:
        return f"{self.low:g}" if self.high is None else f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True, eq=False)
class Model:
    """A network as a paper calls it, with the `sizes` that the paper gives it, and what it publishes by protocol."""

    title: str
    network: str
    sizes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    published: Mapping[str, Published] = field(default_factory=dict[str, Published])


@dataclass(frozen=True, eq=False)
class EvaluationProtocol:
    """How examples become a split; `undersample` thins the most frequent label of the training part."""

    name: str
    deal: Callable[[Examples, int], Split]
    undersample: bool = False


@dataclass(frozen=True, eq=False)
class Recipe:
    """A paper's recognition experiment.

    `act` gives the windows of a synthetic person (a seed) and `read` those of a copy of the dataset (its folder, a
    folder for the landmarks found in its videos). `people` and `epochs` are defaults, `strangers` is how many further
    synthetic people every network is shown at the end. `plan` gives a `formcheck.learn.train.Plan`. `by_label` are
    published precision, recall, F1 and accuracy of labels, in per cent, by the model that they are of. `chosen` says
    what the paper leaves open and what it is here.
    """

    title: str
    names: tuple[str, ...]
    people: int
    strangers: int
    epochs: int
    models: tuple[Model, ...]
    protocols: tuple[EvaluationProtocol, ...]
    plan: Callable[[], Any]
    act: Callable[[Sequence[int], Path, Progress | None], Examples]
    read: Callable[[Path, Path, Progress | None], tuple[Examples, tuple[str, ...]]]
    chosen: tuple[str, ...]
    by_label: Mapping[str, tuple[float, float, float, float]] = field(
        default_factory=dict[str, tuple[float, float, float, float]]
    )

    def pick(self, wanted: Sequence[str]) -> tuple[Model, ...]:
        """The paper's networks of these names (its titles, or files of `formcheck.learn.models`), all for none.

        A network that the paper does not have is taken as it is, without published figures. Raises ValueError for an
        unknown name, naming the nearest.
        """
        from formcheck.learn.models import find_network
        from formcheck.learn.rocket import is_rocket

        found: list[Model] = []
        for name in wanted:
            ours = [each for each in self.models if plain(name) in (plain(each.title), plain(each.network))]
            if not ours:
                if not is_rocket(name):
                    find_network(name)
                ours = [Model(name, name.lower().replace("-", "_"))]
            found += [each for each in ours if each not in found]
        return tuple(found) or self.models

    def pick_protocols(self, wanted: Sequence[str]) -> tuple[EvaluationProtocol, ...]:
        """The protocols whose names hold one of these words, all for none; raises ValueError for a word of none."""
        for word in wanted:
            if not any(word.lower() in each.name.lower() for each in self.protocols):
                known = "; ".join(each.name for each in self.protocols)
                raise ValueError(f"expected a protocol of {self.title} ({known}), got {word!r}")
        return tuple(
            each for each in self.protocols if not wanted or any(word.lower() in each.name.lower() for word in wanted)
        )


def plain(name: str) -> str:
    """A name as part of a file's: small letters and digits with hyphens between."""
    letters = "".join(letter if letter.isalnum() or letter == "." else " " for letter in name.lower())
    return "-".join(letters.split())
