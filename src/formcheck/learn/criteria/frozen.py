"""What networks that stay as they are make of pictures: computed once, and trained on in the place of pictures."""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from formcheck.learn.criteria.models.vision import PictureViews
from formcheck.learn.criteria.pictures import Pictures, Progress
from formcheck.learn.criteria.r3d import R3D18, quicken
from formcheck.learn.criteria.train import batches


@dataclass(frozen=True, eq=False)
class Activations:
    """What `R3D18.early` made of N repetitions: `values` (N, 2, C, T, H, W) float16 on disk, `present` (N, 2).

    Stands in the place of `Pictures`: indexed by places (B,), it gives (B, 2, C, T, H, W) float32.
    """

    values: NDArray[np.float16]
    present: NDArray[np.bool_]
    key: str

    def __len__(self) -> int:
        return len(self.present)

    def __getitem__(self, places: NDArray[np.intp] | Sequence[int]) -> NDArray[np.float32]:
        return np.asarray(self.values[np.asarray(places, dtype=np.intp)], dtype=np.float32)


def gather_activations(
    pictures: Pictures, state: Mapping[str, Tensor], folder: Path, batch: int = 4, progress: Progress | None = None
) -> Activations:
    """The activations of pictures under pretrained weights, from `folder` where they were computed before.

    Half precision on disk, whose rounding (2^-11) is below that of the arithmetic in training. Uses a GPU where there
    is one. Raises OSError where the array cannot be written.
    """
    named = hashlib.blake2b(pictures.key.encode(), digest_size=8)
    for name in sorted(state):
        named.update(name.encode())
        named.update(state[name].detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().tobytes())
    stored = folder / f"activations_{named.hexdigest()}.npy"
    if not stored.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = stored.with_suffix(f".{os.getpid()}.part")
        try:
            _compute(pictures, state, part, batch, progress)
            os.replace(part, stored)
        finally:
            part.unlink(missing_ok=True)
    return Activations(np.load(stored, mmap_mode="r"), pictures.present, named.hexdigest())


@dataclass(frozen=True, eq=False)
class Said:
    """What the trained picture networks of both views say of N repetitions: `values` (N, 2, W), `present` (N, 2).

    Stands in the place of `Pictures` for a fusion: indexed by places (B,), it gives (B, 2, W) float32.
    """

    values: NDArray[np.float32]
    present: NDArray[np.bool_]

    @property
    def key(self) -> str:
        """A name for the content."""
        return hashlib.blake2b(self.values.tobytes(), digest_size=8).hexdigest()

    def __getitem__(self, places: NDArray[np.intp] | Sequence[int]) -> NDArray[np.float32]:
        return self.values[np.asarray(places, dtype=np.intp)]


def said_by(views: PictureViews, pictures: Pictures | Activations, batch: int = 16) -> NDArray[np.float32]:
    """(N, 2, W) what trained picture networks say of all repetitions, in evaluation mode."""
    views.eval()
    device = next(views.parameters()).device
    parts: list[NDArray[np.float32]] = []
    with torch.inference_mode():
        for places in batches(np.arange(len(pictures)), batch):
            there = torch.from_numpy(pictures.present[places]).to(device)
            said = views.features(torch.from_numpy(pictures[places]).to(device), there)
            parts.append(said.unflatten(1, (2, -1)).cpu().numpy())
    return np.concatenate(parts)


def _compute(
    pictures: Pictures, state: Mapping[str, Tensor], part: Path, batch: int, progress: Progress | None
) -> None:
    network = R3D18()
    network.load_state_dict(state)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    quicken(network.to(device).eval())
    values: NDArray[np.float16] | None = None
    with torch.inference_mode():
        for places in batches(np.arange(len(pictures)), batch):
            shown = torch.from_numpy(pictures[places]).to(device)
            said = network.early(shown.flatten(0, 1)).unflatten(0, shown.shape[:2]).half().cpu().numpy()
            if values is None:
                whole = (len(pictures), *said.shape[1:])
                values = np.lib.format.open_memmap(part, mode="w+", dtype=np.float16, shape=whole)
            values[places] = said
            if progress is not None:
                progress("Passing pictures through the frozen layers", (places[-1] + 1) / len(pictures))
    if values is None:
        raise ValueError("expected pictures of at least one repetition, got none")
    values.flush()
