"""A chain written as a folder: networks, chain.json, what runs them in Python and in a page, and recordings to try.

What is in it stands on its own: numpy and LiteRT are enough in Python, a browser is enough for the page.
"""

# pyright: basic, reportMissingImports=false

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch

from formcheck.body import BLAZEPOSE_33
from formcheck.exercises import Exercise, find
from formcheck.learn.chain import example
from formcheck.learn.chain.convert import correctness_of
from formcheck.learn.chain.drivings import DRIVINGS
from formcheck.learn.chain.graphs import INPUTS, Likely, Scored, files
from formcheck.learn.chain.names import Trained, width_of
from formcheck.learn.chain.samples import first_that_runs, write_samples
from formcheck.learn.chain.studio import Named, named
from formcheck.learn.correctness.network import Correctness
from formcheck.learn.correctness.studio import weights
from formcheck.learn.litert import INSTALL
from formcheck.learn.verdicts_studio import judged_criteria
from formcheck.predictor.criteria import folder_name
from formcheck.predictor.streams import INSTANTS

KINDS = ("litert_int8", "litert_float", "onnx_int8", "onnx_float")
LARGEST = 1_200_000  # bytes of a network
COMPARED = range(11_300_000, 11_300_008)  # the seeds of synthetic people on whom files are compared
CHECKPOINT = "last.pt"
PLAIN = "{name}-{kind}{suffix}"

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Written:
    """A network of a chain: of which exercise (the class for `names`), which kind, its size, and how far it is off."""

    name: str
    kind: str
    path: Path
    size: int
    off: float


def network_of_run(run: Path, exercise: Exercise) -> Correctness:
    """The network of a finished training of correctness; raises ValueError for anything else."""
    try:
        told = torch.load(run / CHECKPOINT, map_location="cpu", weights_only=True)["best"]
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise ValueError(f"expected the folder of a training of {exercise.name}, got {run}: {error}") from error
    try:
        network = Correctness(weights(exercise).tolist(), width_of(told))
        network.load_state_dict(told)
    except (KeyError, RuntimeError) as error:
        first = str(error).splitlines()[-1].strip()
        raise ValueError(f"expected {run} to hold today's network of {exercise.name}: {first}; train again") from error
    if not torch.allclose(network.weights, torch.tensor([weights(exercise).tolist()])):
        raise ValueError(f"expected {run} to be of {exercise.name} as it is today: its criteria weigh otherwise")
    return network.eval()


def networks_in(folder: Path) -> dict[str, Correctness]:
    """The networks of correctness below a folder, by exercise: each lies in a folder of the exercise's name.

    That is a model folder, or a training with `model/` or `last.pt` in it. Raises ValueError where there is none.
    """
    found: dict[str, Correctness] = {}
    there = {folder_name(path.name): path for path in sorted(folder.glob("*/"))}
    for name in DRIVINGS:
        one = there.get(folder_name(name), folder / folder_name(name))
        model = next((each for each in (one, one / "model") if (each / "card.json").is_file()), None)
        if model is not None:
            found[name] = correctness_of(model)
        elif (one / CHECKPOINT).is_file():
            found[name] = network_of_run(one, find(name))
    if not found:
        like = folder / folder_name(next(iter(DRIVINGS)))
        raise ValueError(f"expected models of correctness in {folder}, such as {like}, got none")
    return found


def write_chain(
    out: Path,
    names: Trained,
    networks: Mapping[str, Correctness],
    cache: Path,
    kinds: Sequence[str] = KINDS,
    progress: Progress | None = None,
) -> list[Written]:
    """Write the folder of a chain; exercises that are named but have no network are told without a score.

    Raises ValueError where a file is off by more than `graphs.PARITY` or too large, and without what writes it.
    """
    if any(kind.startswith("litert") for kind in kinds) and find_spec("litert_torch") is None:
        raise ValueError(f"expected what writes LiteRT, litert_torch is not installed: {INSTALL}; or take --to onnx")
    out.mkdir(parents=True, exist_ok=True)
    exercises = names.labels[:-1]
    shown = named(exercises, COMPARED, cache, progress)
    written = _write(out, "names", Likely(names.network), shown, kinds)
    entries: list[dict[str, Any]] = []
    for at, name in enumerate(exercises):
        exercise = find(name)
        entry = {
            "name": name,
            "title": exercise.title,
            "driving": DRIVINGS[name].told(),
            "criteria": _criteria(exercise),
        }
        if name in networks:
            of_it = _rows(shown, shown.labels == at)
            made = _write(out, folder_name(name), Scored(networks[name]), of_it, kinds)
            entry["files"] = {each.kind: each.path.name for each in made}
            written += made
        entries.append(entry)
        if progress is not None:
            progress("Writing networks", (at + 1) / len(exercises))
    told = {
        "format": "formcheck-chain",
        "version": 1,
        "about": "Networks trained on synthetic people only; an indication for practice, not a diagnosis.",
        "licence": "Apache-2.0",
        "instants": INSTANTS,
        "joints": BLAZEPOSE_33.joints,
        "bones": [[BLAZEPOSE_33.index(joint) for joint in bone] for bone in BLAZEPOSE_33.bones],
        "labels": names.labels,
        "names": {each.kind: each.path.name for each in written if each.name == "names"},
        "exercises": entries,
        "samples": write_samples(out, exercises),
    }
    (out / "chain.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    here = Path(__file__).parent
    shutil.copyfile(here / "example.py", out / "example.py")
    shutil.copyfile(here / "chain.mjs", out / "chain.mjs")
    return written


def _rows(some: Named, chosen: np.ndarray) -> Named:
    return Named(*(getattr(some, name)[chosen] for name in ("front", "side", "duration_s", "labels", "people")))


def _write(out: Path, name: str, network: Any, shown: Named, kinds: Sequence[str]) -> list[Written]:
    given = {each: getattr(shown, each).astype(np.float32) for each in INPUTS[:2]}
    for values in given.values():
        values[::7, :, 30:36] = np.nan  # some joints are missing, as they are now and then
    given["duration_s"] = shown.duration_s[:, None].astype(np.float32)
    found: list[Written] = []
    for each in files(network, given, tuple(kinds)):
        path = out / PLAIN.format(name=name, kind=each.kind.rsplit("_", maxsplit=1)[-1], suffix=each.suffix)
        if len(each.content) > LARGEST:
            raise ValueError(
                f"expected {path.name} of at most {LARGEST / 1e6} MB, it has {len(each.content) / 1e6:.2f}"
            )
        path.write_bytes(each.content)
        found.append(Written(name, each.kind, path, len(each.content), each.off))
    return found


def _criteria(exercise: Exercise) -> list[dict[str, Any]]:
    by_id = {criterion.id: criterion for criterion in exercise.criteria}
    return [
        {"id": name, "title": by_id[name].title, "cue": by_id[name].cue, "weight": float(weight)}
        for name, weight in zip(judged_criteria(exercise), weights(exercise), strict=True)
    ]


def check_chain(out: Path) -> dict[str, float]:
    """How many of the repetitions of the folder's recordings are found and named by its own example, by recording.

    Raises ValueError where fewer than half are: something was written that does not work.
    """
    chain, _ = first_that_runs(out)
    found: dict[str, float] = {}
    for each in chain.told["samples"]:
        told = json.loads((out / each["file"]).read_text(encoding="utf-8"))
        camera = example.read(out / each["file"], chain.told["joints"])
        seen = chain.watch({example.view(camera[1]): camera})
        right = sum(rep.label == told["exercise"] for rep in seen)
        if told["truth"]:
            found[each["file"]] = right / len(told["truth"])
    if poor := [name for name, share in found.items() if not 0.5 <= share <= 1.5]:
        raise ValueError(f"expected the chain to find the repetitions in {', '.join(poor)}, it does not")
    return found
