"""How long a chain takes for a repetition, how large it is, and how far its scores are off, by format and place."""

from __future__ import annotations

import functools
import http.server
import json
import os
import platform
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from formcheck.learn.chain import example

RUNS = 60  # of every repetition, of which the median counts
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE_S = 180.0


class BrowserError(ValueError):
    """A page that cannot be measured; the message says why."""


@dataclass(frozen=True, eq=False)
class Measured:
    """A chain in one format at one place: `scores` and `names` of the repetitions of its recordings, and medians.

    `median_ms` is for a repetition through all of it (equal parts, name, score), and a tenth took at most `quick_ms`,
    as all would on a machine that does nothing else; `cut_ms` is for finding the repetitions in a second of a
    recording, NaN where that was not measured.
    """

    place: str
    format: str
    weights: str
    median_ms: float
    quick_ms: float
    cut_ms: float
    scores: tuple[float, ...]
    names: tuple[str, ...]


def in_python(folder: Path, format: str, weights: str, runs: int = RUNS) -> Measured:
    """A chain as its own example runs it, or in torch; raises ValueError where the runtime is not installed."""
    if format == "torch":
        try:
            from formcheck.learn.chain.in_torch import torch_networks

            chain = example.Chain(folder, "float", "onnx")
            chain.networks = torch_networks(folder)
        except ImportError as error:
            raise ValueError(
                f"expected torch, {error.name} is not installed: pip install 'formcheck[learn]'"
            ) from error
    else:
        chain = example.Chain(
            folder, "int8" if weights == "int8" else "float", "litert" if format == "litert" else "onnx"
        )
    times: list[float] = []
    cuts: list[float] = []
    found: list[example.Repetition] = []
    for each in chain.told["samples"]:
        camera = example.read(folder / each["file"], chain.told["joints"])
        cameras = {example.view(camera[1]): camera}
        begun = time.perf_counter()
        for driving in chain.drivings(None):
            told = json.loads(driving)
            example.cut(camera[0], example.height(*camera, told), told["least"])
        cuts.append((time.perf_counter() - begun) / (camera[0][-1] - camera[0][0]))
        seen = chain.watch(cameras)
        found += seen
        for _ in range(runs):
            for rep in seen:
                begun = time.perf_counter()
                shown = chain.shown(cameras, rep.start_s, rep.end_s)
                assert shown is not None
                chain.score(chain.name(shown)[0], shown)
                times.append(time.perf_counter() - begun)
    quick_ms, median_ms = 1000 * np.quantile(times, (0.1, 0.5)) if times else (np.nan, np.nan)
    cut_ms = 1000 * float(np.median(cuts))
    scores, names = _told([(rep.score, rep.label) for rep in found])
    place = f"Python {platform.python_version()}"
    return Measured(place, format, weights, float(median_ms), float(quick_ms), cut_ms, scores, names)


def in_browser(folder: Path, runs: int = RUNS) -> list[Measured]:
    """The page of a chain in a headless Chromium, with both kinds of weights.

    Raises BrowserError without a browser, without a page, and where the page does not report in three minutes.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise BrowserError(f"expected a browser ({', '.join(BROWSERS)}), there is none")
    if not (folder / "index.html").is_file():
        raise BrowserError(f"expected a page in {folder}, it has none: formcheck export chain --litertjs DIR")
    told = _reported(folder, found, runs)
    agent = next((part.replace("/", " ") for part in told["agent"].split() if "Chrome/" in part), "Chromium")
    measured: list[Measured] = []
    for weights in ("int8", "float"):
        rows = [row for row in told["rows"] if row["weights"] == weights]
        timed = np.array([[row["median_ms"], row["quick_ms"]] for row in rows if row["median_ms"] is not None])
        median_ms, quick_ms = np.median(timed, axis=0).tolist() if len(timed) else (np.nan, np.nan)
        scores, names = _told([(rep["score"], rep["label"]) for row in rows for rep in row["found"]])
        measured.append(Measured(agent, "litert", weights, median_ms, quick_ms, np.nan, scores, names))
    return measured


def _told(found: Sequence[tuple[float | None, str]]) -> tuple[tuple[float, ...], tuple[str, ...]]:
    return tuple(np.nan if score is None else score for score, _ in found), tuple(label for _, label in found)


def _reported(folder: Path, browser: str, runs: int) -> Any:
    """What the page of a chain reports of itself when it is opened."""
    said: list[bytes] = []
    done = threading.Event()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def do_POST(self) -> None:
            said.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(204)
            self.end_headers()
            done.set()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}/index.html?report={runs}"
    quiet = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        page = subprocess.Popen(
            [browser, *quiet, f"--user-data-dir={profile}", address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            if not done.wait(PATIENCE_S):
                raise BrowserError(f"expected the page in {folder} to report within {PATIENCE_S:g} s, it did not")
        finally:
            page.terminate()
            page.wait(20)
            server.shutdown()
            server.server_close()
    told = json.loads(said[0])
    if not all({"quick_ms", "median_ms", "found", "weights"} <= row.keys() for row in told["rows"]):
        raise BrowserError(f"expected a page of this version in {folder}, it reports something else; export it again")
    return told


def sizes(folder: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """Bytes of all networks of a chain, and of the largest, by format and weights."""
    told: Mapping[str, Any] = json.loads((folder / "chain.json").read_text(encoding="utf-8"))
    found: dict[tuple[str, str], list[int]] = {}
    for files in [told["names"], *(each["files"] for each in told["exercises"] if "files" in each)]:
        for kind, name in files.items():
            format, weights = kind.split("_")
            found.setdefault((format, weights), []).append((folder / name).stat().st_size)
    return {kind: (sum(each), max(each)) for kind, each in found.items()}


def device_table(folder: Path, measured: Sequence[Measured]) -> list[tuple[str, ...]]:
    """Rows of a table; scores are compared with torch, or with the first float row where torch was not measured."""
    truth = next((each for each in measured if each.format == "torch"), None)
    truth = truth or next((each for each in measured if each.weights == "float"), None)
    by_kind = sizes(folder)
    rows = [
        (
            *("where", "format", "weights", "kB, all", "kB, largest"),
            *("ms a repetition, median", "quickest tenth", "score off, most", "named alike"),
        )
    ]
    for each in measured:
        size = by_kind.get((each.format, each.weights))
        total, largest = ("–", "–") if size is None else (f"{part / 1000:.0f}" for part in size)
        off, alike = _beside(each, truth)
        took = f"{each.median_ms:.2f}", f"{each.quick_ms:.2f}"
        rows.append((each.place, each.format, each.weights, total, largest, *took, off, alike))
    return rows


def _beside(each: Measured, truth: Measured | None) -> tuple[str, str]:
    if truth is None or each is truth:
        return "–", "–"
    if len(each.names) != len(truth.names):
        return "–", f"{len(each.names)} for {len(truth.names)} repetitions"
    alike = sum(a == b for a, b in zip(each.names, truth.names, strict=True)) / max(len(truth.names), 1)
    both = np.abs(np.array(each.scores) - np.array(truth.scores))
    return (f"{np.nanmax(both):.4f}" if np.isfinite(both).any() else "–"), f"{alike:.0%}"


def machine() -> str:
    """What kind of machine this is."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        kind = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        kind = platform.processor() or "unknown processor"
    busy = f", of which {os.getloadavg()[0]:.1f} were asked for meanwhile" if hasattr(os, "getloadavg") else ""
    return f"{platform.system()} {platform.machine()}, {kind}, {os.cpu_count()} cores{busy}; one thread used"
