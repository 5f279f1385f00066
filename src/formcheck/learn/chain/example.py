"""Names and scores every repetition in the landmarks of one person, by the small models beside this file.

    pip install numpy ai-edge-litert
    python example.py sample-jumping-jack.json

Landmarks become repetitions (a state machine on the height of a few joints), each of which is cut into 30 equal parts,
named by one network, and scored by the network of its class, which also says what cost the points. Centring, scaling
and what is missing is seen to inside the networks. chain.json says what there is. Nothing leaves this machine.

Landmarks are the 33 world landmarks of MediaPipe (m, x right, y down, z away from the camera), NaN where missing:
.npz with `time` (T,) s and `world` (T, 33, 3); .csv with the columns time_s, nose_x_m, nose_y_m, nose_z_m, ...; or
.json with `time_s` and `world_m`. A second file by --side is another camera on the same clock.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Camera = tuple[Floats, Floats]  # time (T,) s, world (T, 33, 3) m
Weights = Literal["int8", "float"]
Runtime = Literal["litert", "onnx"]

REVERSAL = 0.4  # of the usual excursion: a smaller reversal is jitter
FULL = 0.3  # of the usual excursion: a smaller one is no repetition,
SHALLOW = 0.5  # nor is a smaller one than this where the least is not reached, in a set with
ESTABLISHED = 4  # swings of full size
BACK = 0.7  # of the excursion is undone before a repetition at the recording's end is complete,
HALF = 0.5  # or this, where the signal has come to rest
RESTED_S = 0.5  # for as long
FLANK = 0.06  # of the excursion: nearer to a valley or a peak than this, jitter hides the movement,
HIDDEN = 0.37  # whose part there takes this share of the visible part's time (minimum jerk, Flash & Hogan 1985)
SMOOTH_S = 0.04  # standard deviation of the Gaussian that smooths: half of what swings at 4.7 Hz is left
LEVEL = 0.12  # trunk lengths, at most, are two knees apart in a picture of somebody who stands
FINER = 4  # instants in each of the equal parts
KNOWN = 0.3  # of a part must have been seen
AROUND_S = 0.5  # of the recording is looked at beside a repetition
SURE = 0.5  # the class of a repetition is at least this likely
GAP_S = 1.0  # whoever is not seen for as long might have done anything
OVERLAP_S = 0.1  # repetitions may overlap by this
OTHER_COUNTS = 0.01  # a repetition of no class is told only where there is none of any class


@dataclass(frozen=True)
class Repetition:
    """One repetition: what it is, how likely that is, its score 0..1 (None without a model), what cost points."""

    start_s: float
    end_s: float
    label: str
    confidence: float
    score: float | None
    lost: Mapping[str, float]


class Chain:
    """The networks of a folder; raises ValueError for a folder without them, and where the runtime is missing."""

    def __init__(self, folder: str | Path, weights: Weights = "int8", runtime: Runtime = "litert") -> None:
        folder = Path(folder)
        try:
            self.told: dict[str, Any] = json.loads((folder / "chain.json").read_text(encoding="utf-8"))
            files: dict[str, dict[str, str]] = {"": self.told["names"]}
            files |= {each["name"]: each["files"] for each in self.told["exercises"] if "files" in each}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"expected a folder with a chain.json, got {folder}: {error}") from error
        kind = f"{runtime}_{weights}"
        self.exercises: dict[str, dict[str, Any]] = {each["name"]: each for each in self.told["exercises"]}
        self.labels: list[str] = self.told["labels"]
        self.parts: int = self.told["instants"]
        opened = _litert if runtime == "litert" else _onnx
        missing = [name for name, each in files.items() if kind not in each or not (folder / each[kind]).is_file()]
        if missing:
            raise ValueError(f"expected {kind} networks in {folder}, there are {', '.join(sorted(files['']))}")
        self.networks = {name: opened(folder / each[kind]) for name, each in files.items()}

    def watch(self, cameras: Mapping[str, Camera], exercise: str | None = None) -> list[Repetition]:
        """Every repetition in a recording of `front` or `side` or both; the class is recognised unless it is given.

        Raises ValueError for an exercise that the chain lacks.
        """
        time, world = next(iter(cameras.values()))
        found: list[tuple[float, float, str, float, dict[str, NDArray[np.float32]]]] = []
        for driving, names in self.drivings(exercise).items():
            for start_s, end_s in cut(time, height(time, world, json.loads(driving)), json.loads(driving)["least"]):
                shown = self.shown(cameras, start_s, end_s)
                if shown is None:
                    continue
                label, sure = (exercise, 1.0) if exercise is not None else self.name(shown)
                if (label in names and sure >= SURE) or label not in self.exercises:
                    found.append((start_s, end_s, label, sure, shown))
        best = apart([(start, end, self.worth(start, end, label, sure)) for start, end, label, sure, _ in found])
        return [Repetition(*found[at][:4], *self.score(found[at][2], found[at][4])) for at in best]

    def drivings(self, exercise: str | None) -> dict[str, list[str]]:
        """The signals (as JSON) that drive the exercises, and which: of one alone where it is given."""
        if exercise is not None and exercise not in self.exercises:
            raise ValueError(f"expected an exercise of this chain ({', '.join(self.exercises)}), got {exercise!r}")
        found: dict[str, list[str]] = {}
        for name in self.exercises if exercise is None else [exercise]:
            found.setdefault(json.dumps(self.exercises[name]["driving"]), []).append(name)
        return found

    def worth(self, start_s: float, end_s: float, label: str, sure: float) -> float:
        """How much a repetition counts where several overlap."""
        return (end_s - start_s) * sure * (1.0 if label in self.exercises else OTHER_COUNTS)

    def shown(
        self, cameras: Mapping[str, Camera], start_s: float, end_s: float
    ) -> dict[str, NDArray[np.float32]] | None:
        """What the networks are given of a repetition; None where nobody was seen in half of it."""
        seen = {name: parts(*camera, start_s, end_s, self.parts) for name, camera in cameras.items()}
        if all(each is None for each in seen.values()):
            return None
        missing = np.zeros((1, self.parts, 99), np.float32)
        both = {name: missing if (each := seen.get(name)) is None else each for name in ("front", "side")}
        return {**both, "duration_s": np.array([[end_s - start_s]], np.float32)}

    def name(self, shown: Mapping[str, NDArray[np.float32]]) -> tuple[str, float]:
        """The likeliest class of a repetition, and how likely it is."""
        likely = self.networks[""](shown)
        best = int(np.argmax(likely))
        return self.labels[best], float(likely[best])

    def score(self, label: str, shown: Mapping[str, NDArray[np.float32]]) -> tuple[float | None, dict[str, float]]:
        """The score of a repetition of a class, and what each fault cost; None where the class has no network."""
        if label not in self.networks:
            return None, {}
        score, *grades = self.networks[label](shown).tolist()
        criteria = self.exercises[label]["criteria"]
        lost = {each["id"]: each["weight"] * grade for each, grade in zip(criteria, grades, strict=True)}
        return min(max(score, 0.0), 1.0), lost


def height(time: Floats, world: Floats, driving: Mapping[str, Any]) -> Floats:
    """(T,) how high the joints `up` are over those `down`, in trunk lengths, smoothed; its size only where `apart`."""
    trunk = np.linalg.norm(world[:, (11, 12)].mean(axis=1) - world[:, (23, 24)].mean(axis=1), axis=1)
    trunk = middle(trunk[np.isfinite(trunk)].tolist())
    value = (world[:, driving["down"], 1].mean(axis=1) - world[:, driving["up"], 1].mean(axis=1)) / max(trunk, 0.05)
    value = smooth(time, value)
    if not driving["apart"]:
        return value
    level = middle(value[np.isfinite(value)].tolist())  # from the side the near knee is lower while both stand
    return np.abs(value - min(max(level, -LEVEL), LEVEL))


def smooth(time: Floats, value: Floats) -> Floats:
    """(T,) the value under a Gaussian of 0.04 s; what is missing stays so."""
    found = np.full(len(value), np.nan)
    known = np.flatnonzero(np.isfinite(value))
    time, value = time[known], value[known]
    first, last = np.searchsorted(time, (time - 3 * SMOOTH_S, time + 3 * SMOOTH_S))
    for at in range(len(known)):
        near = slice(first[at], max(last[at], at + 1))
        weight = np.exp(-0.5 * ((time[near] - time[at]) / SMOOTH_S) ** 2)
        found[known[at]] = (weight * value[near]).sum() / weight.sum()
    return found


def cut(time: Floats, value: Floats, least: float) -> list[tuple[float, float]]:
    """[start, end) s of the repetitions on a signal (T,) that grows towards their turning points.

    `least` is the smallest excursion of a repetition. Those that the recording cuts off, or a gap, are left out.
    """
    known = np.isfinite(value)
    time, value = time[known], value[known]
    usual, found, swings = least, list[tuple[int, bool]](), list[float]()
    for _ in range(3):  # the size of the swings says which of them are jitter, and the other way round
        found = turns(value, max(REVERSAL * usual, 0.5 * least))
        swings = [abs(float(value[b] - value[a])) for (a, _), (b, _) in pairwise(found)]
        usual = _usual([each for each in swings if each >= least], least)
    established = sum(each >= least for each in swings) >= ESTABLISHED
    smallest = max(min(least, SHALLOW * usual) if established else least, FULL * usual)
    spans: list[list[float]] = []
    for before, at, after in zip(found, found[1:], found[2:], strict=False):
        if not at[1]:
            continue
        rise, fall = (float(value[at[0]] - value[each[0]]) for each in (before, after))
        size = max(rise, fall)
        begins = HALF if before is found[0] and rests(value[time <= time[0] + RESTED_S], size) else BACK
        ends = HALF if after is found[-1] and rests(value[time >= time[-1] - RESTED_S], size) else BACK
        cut_off = (before is found[0] and rise < begins * size) or (after is found[-1] and fall < ends * size)
        unseen = np.diff(time[before[0] : after[0] + 1]).max() > GAP_S
        if size < smallest or cut_off or unseen:
            continue
        start_s = leaves(time, value, before[0], at[0], size)
        end_s = -leaves(-time[::-1], value[::-1], len(time) - 1 - after[0], len(time) - 1 - at[0], size)
        if spans and spans[-1][1] > start_s:
            spans[-1][1] = start_s = (spans[-1][1] + start_s) / 2
        spans.append([start_s, end_s])
    return [(start_s, end_s) for start_s, end_s in spans]


def rests(value: Floats, size: float) -> bool:
    """Whether a stretch of a signal stays where it is."""
    return len(value) > 2 and float(np.ptp(value)) < FLANK * size


def turns(value: Floats, reversal: float) -> list[tuple[int, bool]]:
    """Where a signal turns, valleys and peaks (True) by turns: the state machine that counts."""
    found: list[tuple[int, bool]] = []
    low = high = 0
    rising: bool | None = None
    for at in range(len(value)):
        low = at if value[at] < value[low] else low
        high = at if value[at] > value[high] else high
        if rising is not False and value[at] < value[high] - reversal:
            found.append((high, True))
            rising, low = False, at
        elif rising is not True and value[at] > value[low] + reversal:
            found.append((low, False))
            rising, high = True, at
    if rising is not None:
        found.append((high, True) if rising else (low, False))
    if found and found[0][0] > 0:  # the first is only the first that was certain: the signal came from somewhere
        first, peak = found[0]
        begin = int(np.argmin(value[: first + 1]) if peak else np.argmax(value[: first + 1]))
        if begin < first and abs(value[begin] - value[first]) >= reversal:
            found.insert(0, (begin, not peak))
    return found


def leaves(time: Floats, value: Floats, valley: int, peak: int, size: float) -> float:
    """When the movement from a valley to a peak began."""
    left = max((at for at in range(valley, peak + 1) if value[at] <= value[valley] + FLANK * size), default=valley)
    arrived = next((at for at in range(left + 1, peak + 1) if value[at] >= value[peak] - FLANK * size), peak)
    return float(max(time[0], time[left] - HIDDEN * (time[arrived] - time[left])))


def middle(values: Sequence[float]) -> float:
    """The median; 0 of none."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return (ordered[half] + ordered[(len(ordered) - 1) // 2]) / 2 if ordered else 0.0


def _usual(swings: Sequence[float], least: float) -> float:
    """The median of the swings that are at least half as large as the largest few."""
    if not swings:
        return least
    large = sorted(swings)[int(0.9 * (len(swings) - 1))]
    return middle([each for each in swings if each >= 0.5 * large])


def parts(time: Floats, world: Floats, start_s: float, end_s: float, count: int) -> NDArray[np.float32] | None:
    """(1, count, 99) landmarks of a repetition in equal parts, NaN where missing; None for one that was hardly seen."""
    inside = (time >= start_s) & (time < end_s)
    near = (time >= start_s - AROUND_S) & (time < end_s + AROUND_S)
    if not inside.any() or near.sum() < 2 or np.isfinite(world[inside]).any(axis=(1, 2)).mean() < 0.5:
        return None
    time, flat = time[near], world[near].reshape(int(near.sum()), -1)
    when = start_s + (np.arange(count * FINER) + 0.5) / (count * FINER) * (end_s - start_s)
    after = np.clip(np.searchsorted(time, when), 1, len(time) - 1)
    share = np.clip((when - time[after - 1]) / (time[after] - time[after - 1]), 0.0, 1.0)
    weights = np.zeros((count * FINER, len(time)))
    weights[np.arange(count * FINER), after - 1] = 1.0 - share
    weights[np.arange(count * FINER), after] += share
    weights = weights.reshape(count, FINER, -1).mean(axis=1)
    seen = np.isfinite(flat)
    share = weights @ seen
    found = (weights @ np.where(seen, flat, 0.0)) / np.where(share > 0, share, 1.0)
    return np.where(share >= KNOWN, found, np.nan).astype(np.float32)[None]


def view(world: Floats) -> str:
    """Where a camera stands, `front` or `side`: shoulders and hips lie across the picture, or along its depth."""
    across = (world[:, 11] - world[:, 12]) + (world[:, 23] - world[:, 24])
    across = np.abs(across[np.isfinite(across).all(axis=1)])
    return "side" if middle(across[:, 2].tolist()) > middle(across[:, 0].tolist()) else "front"


def apart(spans: Sequence[tuple[float, float, float]]) -> list[int]:
    """Which of (start, end, worth) are worth most together without overlapping: weighted interval scheduling."""
    order = sorted(range(len(spans)), key=lambda at: (spans[at][1], spans[at][0]))
    best: list[tuple[float, list[int]]] = [(0.0, [])]
    for place, at in enumerate(order):
        start_s = spans[at][0]
        free = sum(spans[each][1] <= start_s + OVERLAP_S for each in order[:place])
        taken = (best[free][0] + spans[at][2], [*best[free][1], at])
        best.append(taken if taken[0] > best[place][0] else best[place])
    return best[-1][1]


def _litert(path: Path) -> Any:
    try:
        from ai_edge_litert.interpreter import Interpreter  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise ValueError("expected LiteRT, it is not installed: pip install ai-edge-litert") from error
    reader: Any = Interpreter(model_path=str(path), num_threads=1)
    reader.allocate_tensors()
    at = {each["name"]: each["index"] for each in reader.get_input_details()}
    out = reader.get_output_details()[0]["index"]

    def run(shown: Mapping[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        for name, index in at.items():
            reader.set_tensor(index, shown[name])
        reader.invoke()
        return np.array(reader.get_tensor(out)[0])

    return run


def _onnx(path: Path) -> Any:
    try:
        import onnxruntime  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise ValueError("expected ONNX Runtime, it is not installed: pip install onnxruntime") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda shown: session.run(None, {each.name: shown[each.name] for each in session.get_inputs()})[0][0]


def read(path: str | Path, joints: Sequence[str]) -> Camera:
    """Landmarks in a file; raises ValueError where they are not what is expected."""
    path = Path(path)
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as stored:
                time, world = stored["time"], stored["world"]
        elif path.suffix == ".csv":
            table: Any = np.genfromtxt(path, delimiter=",", names=True, dtype=np.float64)
            time = table["time_s"]
            world = np.stack([np.stack([table[f"{joint}_{axis}_m"] for axis in "xyz"], -1) for joint in joints], 1)
        else:
            told = json.loads(path.read_text(encoding="utf-8"))
            time, world = told["time_s"], np.array(told["world_m"], dtype=np.float64)  # null is NaN
        time, world = np.asarray(time, dtype=np.float64), np.asarray(world, dtype=np.float64)
        if world.shape != (len(time), len(joints), 3) or len(time) < 3:
            raise ValueError(f"{world.shape} landmarks at {time.shape} instants; ({len(joints)}, 3) are needed at each")
        if not (np.diff(time) > 0).all():
            raise ValueError("times that do not increase")
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ValueError(f"expected landmarks (.npz, .csv or .json), got {path}: {error}") from error
    return time, np.where(np.abs(world) < 1e3, world, np.nan)


def main(argv: Sequence[str] | None = None) -> int:
    """The command line: a line for each repetition; exit 1 where there is none, 2 for bad input."""
    asked = argparse.ArgumentParser(description="Name and score the repetitions in landmarks, on this machine.")
    asked.add_argument("landmarks", help=".npz, .csv or .json")
    asked.add_argument("--side", help="the landmarks of a second camera, at the side; the first is in front then")
    asked.add_argument("--exercise", help="which exercise it is; recognised if not given")
    asked.add_argument("--float", action="store_true", help="float weights instead of int8")
    asked.add_argument("--onnx", action="store_true", help="ONNX Runtime instead of LiteRT")
    asked.add_argument("--json", action="store_true", help="print JSON")
    told = asked.parse_args(argv)
    try:
        chain = Chain(Path(__file__).parent, "float" if told.float else "int8", "onnx" if told.onnx else "litert")
        first = read(told.landmarks, chain.told["joints"])
        cameras = {"front" if told.side else view(first[1]): first}
        if told.side:
            cameras["side"] = read(told.side, chain.told["joints"])
        found = chain.watch(cameras, told.exercise)
    except ValueError as error:
        print(f"example.py: {error}", file=sys.stderr)
        return 2
    if told.json:
        print(json.dumps([asdict(each) for each in found], indent=1))
    for each in [] if told.json else found:
        print(f"{each.start_s:7.2f} .. {each.end_s:6.2f} s  {each.label:16}{each.confidence:5.0%}  {_words(each)}")
    return 0 if found else 1


def _words(found: Repetition) -> str:
    if found.score is None:
        return "no score: the chain has no model of it"
    lost = sorted(((cost, name) for name, cost in found.lost.items() if cost >= 0.02), reverse=True)
    costs = "; ".join(f"{name.replace('_', ' ')} -{100 * cost:.0f}" for cost, name in lost)
    return f"{found.score:4.0%}  {costs}"


if __name__ == "__main__":
    sys.exit(main())
