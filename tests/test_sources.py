"""What can be read, how exactly, and what is said about what cannot."""

import itertools
from fractions import Fraction

import av
import numpy as np
import pytest
from conftest import number_of, numbered, write_video
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from formcheck.sources import ImageFolder, SourceError, Video, open_source
from formcheck.sources.frame import reduced, too_soon


def numbers(frames):
    """What the pictures say their numbers are."""
    return [number_of(frame.image) for frame in frames]


@pytest.mark.parametrize(
    ("frames", "rate", "name"),
    [(5, 5, "slow.mp4"), (30, 30, "second.mkv"), (60, 30000 / 1001, "ntsc.mov"), (120, 240, "fast.mp4")],
)
def test_every_frame_comes_once_at_its_exact_time(clip, frames, rate, name):
    video = Video(clip(frames, rate, name=name))
    read = list(video.frames())
    assert numbers(read) == list(range(frames))
    np.testing.assert_allclose([frame.time_s for frame in read], np.arange(frames) / rate, atol=6e-4)
    assert video.rate_hz == pytest.approx(rate, rel=0.01) and video.warnings == ()
    assert video.frame_count == pytest.approx(frames, abs=1) and video.duration_s == pytest.approx(frames / rate, 0.05)


def test_a_variable_rate_stays_variable(clip):
    steps = np.tile([1 / 30, 1 / 30, 1 / 15, 1 / 120], 15)
    times = np.concatenate([[0.0], np.cumsum(steps)])
    video = Video(clip(times_s=times))
    np.testing.assert_allclose([frame.time_s for frame in video.frames()], times, atol=1e-4)
    wanted = times[[3, 40, 41, 17, 60, 0]]
    assert numbers(video.frames_at(wanted)) == [3, 40, 41, 17, 60, 0]


def test_time_begins_with_the_first_frame(clip):
    times = 7.5 + np.arange(30) / 30
    video = Video(clip(times_s=times, name="late.mkv"))
    read = list(video.frames())
    assert read[0].time_s == pytest.approx(0.0, abs=1e-3) and read[-1].time_s == pytest.approx(29 / 30, abs=1e-3)
    assert numbers(video.frames_at([0.5])) == [15]


def test_seeking_finds_the_very_frame(clip):
    video = Video(clip(300))
    order = np.random.default_rng(1).permutation(300)[:25]
    assert numbers(video.frames_at(order / 30)) == order.tolist()
    assert numbers(video.frames_at([1.0 + 0.4 / 30, 1.0 + 0.6 / 30, 99.0, -1.0])) == [30, 31, 299, 0]


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_phone_held_upright_gives_upright_pictures(clip, turned):
    upright = numbered(5, (90, 160))
    lying = np.ascontiguousarray(np.rot90(upright, -(360 - turned) // 90))
    video = Video(write_video(clip(1).parent / "phone.mp4", [lying] * 10, np.arange(10) / 30, turned=turned))
    frame = next(iter(video.frames()))
    height, width = upright.shape[:2]
    assert video.frame_size == frame.frame_size == (width, height) and frame.image.shape == upright.shape
    assert frame.image.flags.c_contiguous
    assert np.abs(frame.image.astype(float) - upright).mean() < 12
    small = next(iter(video.frames(longest_px=80)))
    assert small.image.shape == (80, 45, 3) and small.frame_size == (width, height)


def test_4k_is_reduced_while_it_is_read(clip):
    video = Video(clip(4, size=(3840, 2160)))
    assert video.frame_size == (3840, 2160)
    read = list(video.frames(longest_px=1280))
    assert numbers(read) == [0, 1, 2, 3] and read[0].image.shape == (720, 1280, 3)
    assert read[0].frame_size == (3840, 2160)


@pytest.mark.parametrize(("rate", "kept"), [(240, 60), (120, 60), (90, 45), (60, 60), (30, 30)])
def test_fast_cameras_are_thinned_evenly(clip, rate, kept):
    times = [frame.time_s for frame in Video(clip(rate, rate)).frames(max_rate_hz=60)]
    assert len(times) == kept
    np.testing.assert_allclose(np.diff(times), 1 / kept, atol=1e-4)


@given(st.lists(st.floats(0.002, 0.2), min_size=1, max_size=50), st.floats(5, 120))
def test_thinning_never_exceeds_the_rate_by_more_than_a_quarter(steps, max_rate_hz):
    last, kept = None, []
    for time_s in itertools.accumulate(steps):
        if not too_soon(time_s, last, max_rate_hz):
            last = time_s
            kept.append(time_s)
    assert (np.diff(kept) >= 0.8 / max_rate_hz - 1e-9).all()


@given(st.integers(2, 8000), st.integers(2, 8000), st.integers(64, 4000))
def test_reduction_keeps_the_shape(width, height, longest_px):
    small = reduced((width, height), longest_px)
    assert max(small) <= max(longest_px, 2)
    if max(width, height) <= longest_px:
        assert small == (width, height)
    elif min(small) > 2:
        assert small[0] / small[1] == pytest.approx(width / height, abs=(1 + width / height) / min(small))


def test_pixels_that_are_not_square_are_made_square(tmp_path):
    path = tmp_path / "dv.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 360, 288, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(16, 15)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered(3, (360, 288)), format="rgb24")))
        container.mux(stream.encode())
    video = Video(path)
    assert video.frame_size == (384, 288)
    assert next(iter(video.frames())).image.shape == (288, 384, 3)


def test_a_file_that_breaks_off_gives_what_it_has_and_says_so(clip):
    path = clip(300, movflags="faststart")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    video = Video(path)
    read = numbers(video.frames())
    assert read == list(range(len(read))) and 150 < len(read) < 250
    assert any("cut off" in sentence for sentence in video.warnings)


def test_a_damaged_file_gives_the_rest_and_says_so(clip):
    path = clip(300, name="damaged.mkv")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 400] = bytes(np.random.default_rng(0).integers(0, 256, 400, dtype=np.uint8))
    path.write_bytes(data)
    video = Video(path)
    read = list(video.frames())
    assert len(read) > 200 and (np.diff([frame.time_s for frame in read]) > 0).all()


def test_passes_over_one_video_do_not_disturb_each_other(clip):
    video = Video(clip(60))
    first, second = video.frames(), video.frames()
    assert numbers([next(first), next(first)]) == [0, 1]
    assert numbers(second) == list(range(60)) and number_of(next(first).image) == 2


def sound_only(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 44100), dtype=np.float32), format="fltp", layout="mono")
        sound.sample_rate = 44100
        container.mux(stream.encode(sound))
        container.mux(stream.encode())
    return path


def no_frames(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        container.start_encoding()
    return path


def without_index(path):
    write_video(path, (numbered(at) for at in range(90)), np.arange(90) / 30)
    path.write_bytes(path.read_bytes()[:-2000])
    return path


def written(content):
    def write(path):
        path.write_bytes(content)
        return path

    return write


def picture(path):
    Image.fromarray(numbered(1)).save(path, format="PNG")
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: path, "no such file"),
        (written(b""), "got .*empty.mp4"),
        (written(b"reps: 12\n" * 2000), "expected a video"),
        (written(bytes(range(256)) * 50), "expected a video"),
        (sound_only, "only sound"),
        (no_frames, "expected a video"),
        (without_index, "cut off"),
        (picture, "single picture"),
    ],
    ids=["missing", "empty", "text", "noise", "sound", "no-frames", "no-index", "picture"],
)
def test_what_is_not_a_video_is_refused_in_words(tmp_path, make, says):
    path = make(tmp_path / "empty.mp4")
    with pytest.raises(SourceError, match=says) as refusal:
        open_source(path)
    assert "expected" in str(refusal.value) and ", got" in str(refusal.value) and "empty.mp4" in str(refusal.value)


@pytest.fixture
def folder(tmp_path):
    """Twelve numbered pictures whose names sort wrongly as text."""
    for at in range(12):
        Image.fromarray(numbered(at)).save(tmp_path / f"frame{at}.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


def test_a_folder_of_pictures_is_a_video_in_natural_order(folder):
    source = open_source(folder)
    assert isinstance(source, ImageFolder) and source.frame_size == (160, 90) and source.rate_hz == 30
    read = list(source.frames())
    assert numbers(read) == list(range(12))
    np.testing.assert_allclose([frame.time_s for frame in read], np.arange(12) / 30)
    assert numbers(source.frames_at([0.1, 5.0, 0.0])) == [3, 11, 0]
    assert numbers(ImageFolder(folder, rate_hz=240).frames(max_rate_hz=60)) == [0, 4, 8]


def test_a_bad_picture_is_left_out_and_told(folder):
    (folder / "frame4.png").write_bytes(b"not a picture")
    Image.fromarray(numbered(1, (80, 80))).save(folder / "frame7.png")
    source = ImageFolder(folder)
    read = list(source.frames())
    assert numbers(read) == [0, 1, 2, 3, 5, 6, 8, 9, 10, 11]
    assert read[4].time_s == pytest.approx(5 / 30)  # the others keep their places on the clock
    assert [sentence.split()[0] for sentence in source.warnings] == ["frame4.png", "frame7.png"]
    assert numbers(source.frames_at([4 / 30])) in ([3], [5])


def test_a_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(SourceError, match="none"):
        open_source(tmp_path)
    (tmp_path / "a.jpg").write_bytes(b"")
    with pytest.raises(SourceError, match="1 that cannot be read"):
        open_source(tmp_path)
    with pytest.raises(SourceError, match="above 0 Hz"):
        ImageFolder(tmp_path, rate_hz=0)


@pytest.mark.parametrize("name", ["raw.h264", "garbled.avi", "stream.ts", "web.webm"])
def test_containers_with_poor_clocks_still_give_every_frame_and_find_it_again(tmp_path, name):
    with av.open(str(tmp_path / name), "w") as container:
        stream = container.add_stream("libvpx" if name.endswith("webm") else "libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for at in range(100):
            frame = av.VideoFrame.from_ndarray(numbered(at), format="rgb24")
            container.mux(stream.encode(frame.reformat(format="yuv420p")))
        container.mux(stream.encode())
    video = Video(tmp_path / name)
    read = list(video.frames())
    assert numbers(read) == list(range(100))
    times = np.array([frame.time_s for frame in read])
    assert (np.diff(times) > 0).all()
    np.testing.assert_allclose(times * (video.rate_hz or 0), np.arange(100), atol=2.1)
    assert numbers(video.frames_at(times[[30, 75, 6]])) == [30, 75, 6]
