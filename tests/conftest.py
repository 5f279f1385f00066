"""Videos made on the spot, and the pose model where it can be had."""

import os
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from formcheck.pose import PoseModelError, pose_model

# How long an example takes says nothing on a busy machine.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
TICKS = 90_000
BITS = 10


@pytest.fixture(scope="session", autouse=True)
def nobodys_references(tmp_path_factory):
    """Before any test, for fixtures that are shared by some: the user's own library is neither read nor written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FORMCHECK_REFERENCES", str(tmp_path_factory.mktemp("nobodys") / "references"))
        yield


@pytest.fixture(autouse=True)
def no_references(tmp_path_factory, monkeypatch):
    """An empty library of references for every test."""
    folder = tmp_path_factory.mktemp("references") / "library"
    folder.mkdir()
    monkeypatch.setenv("FORMCHECK_REFERENCES", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared_data():
    """The real recordings beside the checkout."""
    if not SHARED.is_dir():
        pytest.skip(f"no real recordings at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def model():
    """The pose model, fetched once per user cache."""
    try:
        return pose_model()
    except PoseModelError as error:
        pytest.skip(f"no pose model: {error}")


def numbered(index, size=(160, 90)):
    """A picture that says its number in the grey of ten upright bars, with a red corner at the top left."""
    width, height = size
    image = np.full((height, width, 3), 40, dtype=np.uint8)
    for bit in range(BITS):
        left, right = (round(width * (0.1 + 0.8 * (bit + side) / BITS)) for side in (0, 1))
        image[height // 4 :, left:right] = 220 if index >> bit & 1 else 90
    image[: height // 6, : width // 12] = (220, 30, 30)
    return image


def number_of(image):
    """The number in a picture made by `numbered`, or reduced from one."""
    height, width = image.shape[:2]
    row = image[round(0.6 * height)].mean(axis=1)
    bars = [row[round(width * (0.1 + 0.8 * (bit + 0.5) / BITS))] for bit in range(BITS)]
    return sum(1 << bit for bit, grey in enumerate(bars) if grey > 155)


def write_video(path, images, times_s, rate=30, turned=0, **container_options):
    """An H.264 file whose pictures show at exactly `times_s`; `turned` sets the rotation flag, in degrees."""
    import av

    with av.open(str(path), "w", options=container_options) as container:
        stream = None
        for image, time_s in zip(images, times_s, strict=True):
            if stream is None:
                stream = container.add_stream("libx264", rate=Fraction(rate).limit_denominator(1001))
                stream.height, stream.width = image.shape[:2]
                stream.pix_fmt = "yuv420p"
                stream.options = {"crf": "16", "preset": "ultrafast", "g": "24", "bf": "2"}
                stream.codec_context.time_base = Fraction(1, TICKS)
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = round(time_s * TICKS), Fraction(1, TICKS)
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode())
    if turned:
        _set_rotation(path, turned)
    return path


def _set_rotation(path, degrees):
    """Write the display matrix of an MP4 track (ISO/IEC 14496-12, tkhd), as phones do when held upright."""
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40  # after version, flags, times, id, duration, layer, group, volume
    cos, sin = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[degrees]
    one = 1 << 16
    values = [cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30]
    data[matrix : matrix + 36] = b"".join(value.to_bytes(4, "big", signed=True) for value in values)
    path.write_bytes(data)


@pytest.fixture
def clip(tmp_path):
    """A function that writes a numbered video: number of frames, rate, size, and what `write_video` takes."""

    def make(frames=60, rate=30, size=(160, 90), times_s=None, name="clip.mp4", **options):
        times = [at / rate for at in range(frames)] if times_s is None else times_s
        images = (numbered(at, size) for at in range(len(times)))
        return write_video(tmp_path / name, images, times, rate, **options)

    return make


@pytest.fixture
def write_only_folder(tmp_path):
    """A folder in which nothing can be created; skipped for the administrator, who may write anywhere."""
    if os.geteuid() == 0:
        pytest.skip("the administrator may write anywhere")
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    return folder
