"""The studio's experts that ship with the program: synthetic people, filmed and watched by the real estimator.

One file an exercise. Landmarks are kept to a tenth of a pixel and half a millimetre, as steps from frame to frame, so
that all of them together take a few megabytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.reference.shown import Reference, Shown
from formcheck.reps import RepSpan

PX, M, SURE = 10.0, 2000.0, 100.0  # steps in a pixel, a metre, and from unseen to seen
# Eyes and mouth say nothing about a movement.
KEPT = tuple(at for at, joint in enumerate(BLAZEPOSE_33.joints) if not joint.startswith(("eye", "mouth")))


@cache
def shipped_references(exercise: str) -> tuple[Reference, ...]:
    """The studio's experts in an exercise of the catalogue; none for any other."""
    file = resources.files("formcheck.reference") / "experts" / f"{exercise.replace(' ', '_')}.npz"
    if not file.is_file():
        return ()
    with np.load(io.BytesIO(file.read_bytes()), allow_pickle=False) as arrays:
        return _unpacked({name: arrays[name] for name in arrays.files})


def shipped_exercises() -> tuple[str, ...]:
    """The exercises in which the studio's experts can be seen, in the order of their names."""
    folder = resources.files("formcheck.reference") / "experts"
    if not folder.is_dir():
        return ()
    return tuple(sorted(each.name.removesuffix(".npz").replace("_", " ") for each in folder.iterdir()))


def packed(references: Sequence[Reference]) -> dict[str, NDArray[Any]]:
    """The arrays of one file: what `shipped_references` reads."""
    told: list[dict[str, Any]] = []
    poses = [each.pose for reference in references for each in reference.shown]
    for reference in references:
        shown = [
            {
                "stream": each.stream,
                "frames": len(each.pose),
                "view": each.pose.view,
                "frame_size": each.pose.frame_size,
                "span": [round(number, 4) for number in (each.span.start_s, each.span.turn_s, each.span.end_s)],
                "excursion": round(each.span.excursion, 4),
                "held": each.span.held,
                "side": each.side,
            }
            for each in reference.shown
        ]
        told.append({"name": reference.name, "exercise": reference.exercise, "note": reference.note, "shown": shown})
    return {
        "header": np.frombuffer(json.dumps(told).encode(), dtype=np.uint8),
        "time": np.concatenate([pose.time for pose in poses]).astype(np.float32),
        "image": np.concatenate([_steps(pose.image[:, KEPT] * PX) for pose in poses]),
        "world": np.concatenate([_steps(pose.world[:, KEPT] * M) for pose in poses if pose.world is not None]),
        "visibility": np.concatenate([_steps(pose.visibility[:, KEPT] * SURE) for pose in poses]),
    }


def _steps(values: NDArray[np.float64]) -> NDArray[np.int16]:
    """(T, ...) as whole numbers, each the step from the one before; missing ones take the place of the last seen."""
    whole = np.rint(values)
    for at in range(1, len(whole)):
        whole[at] = np.where(np.isfinite(whole[at]), whole[at], whole[at - 1])
    return np.diff(np.nan_to_num(whole), axis=0, prepend=0.0).astype(np.int16)


def _unpacked(arrays: dict[str, NDArray[Any]]) -> tuple[Reference, ...]:
    told = json.loads(arrays["header"].tobytes())
    references: list[Reference] = []
    at = 0
    for one in told:
        shown: list[Shown] = []
        for each in one["shown"]:
            part = slice(at, at + each["frames"])
            at = part.stop
            start_s, turn_s, end_s = each["span"]
            span = RepSpan(start_s, turn_s, end_s, each["excursion"], held=each["held"])
            shown.append(Shown(each["stream"], _pose(arrays, part, each), span, each["side"]))
        references.append(Reference(one["name"], one["exercise"], tuple(shown), "studio", one["note"]))
    return tuple(references)


def _pose(arrays: dict[str, NDArray[Any]], part: slice, told: dict[str, Any]) -> PoseSequence:
    whole = {name: np.cumsum(arrays[name][part], axis=0, dtype=np.int32) for name in ("image", "world", "visibility")}
    frames = part.stop - part.start
    image = np.full((frames, len(BLAZEPOSE_33), 2), np.nan)
    world = np.full((frames, len(BLAZEPOSE_33), 3), np.nan)
    visibility = np.zeros((frames, len(BLAZEPOSE_33)))
    image[:, KEPT], world[:, KEPT] = whole["image"] / PX, whole["world"] / M
    visibility[:, KEPT] = np.clip(whole["visibility"] / SURE, 0.0, 1.0)
    width, height = told["frame_size"]
    return PoseSequence(
        time=arrays["time"][part].astype(np.float64),
        image=image,
        world=world,
        visibility=visibility,
        skeleton=BLAZEPOSE_33,
        frame_size=(width, height),
        view=told["view"],
    )
