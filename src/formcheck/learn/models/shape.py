"""What a network is made for: the size of its windows, what their channels are, and how many labels there are."""

from __future__ import annotations

from dataclasses import dataclass

from formcheck.predictor import Field, Layout

_IMAGE = (Field.IMAGE_X, Field.IMAGE_Y)
_WORLD = (Field.WORLD_X, Field.WORLD_Y, Field.WORLD_Z)


@dataclass(frozen=True)
class Shape:
    """Windows (N, `frames`, `channels`) of `joints` x fields, and `classes` labels.

    `bones` are pairs of joints. `views` say which fields of a joint belong together (its place in the picture, its
    place in space) and which field says that they are there, None where nothing does.
    """

    channels: int
    frames: int
    classes: int
    joints: int = 1
    bones: tuple[tuple[int, int], ...] = ()
    views: tuple[tuple[tuple[int, ...], int | None], ...] = ()

    def __post_init__(self) -> None:
        if min(self.channels, self.frames - 1, self.classes - 1, self.joints) < 1:
            raise ValueError(f"expected channels and joints, 2 frames and 2 classes at least, got {self}")
        if self.channels % self.joints:
            raise ValueError(f"expected as many channels for each of {self.joints} joints, got {self.channels}")
        if not self.views:
            object.__setattr__(self, "views", ((tuple(range(self.fields)), None),))

    @property
    def fields(self) -> int:
        """How many channels a joint has."""
        return self.channels // self.joints


def shape_of(layout: Layout, frames: int, classes: int) -> Shape:
    """The shape of windows of a layout."""
    views: list[tuple[tuple[int, ...], int | None]] = []
    for wanted, seen in ((_IMAGE, Field.IMAGE_SEEN), (_WORLD, Field.WORLD_SEEN)):
        places = tuple(at for at, field in enumerate(layout.fields) if field in wanted)
        if places:
            views.append((places, layout.fields.index(seen) if seen in layout.fields else None))
    return Shape(len(layout.channels), frames, classes, len(layout.skeleton), layout.bones, tuple(views))
