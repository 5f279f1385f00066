"""The beep: it sounds when it should, in the file as well, and the pictures of the file stay what they were."""

import av
import numpy as np
import pytest

from formcheck.synthetic.sound import RATE_HZ, add_sound, beep


def onset_s(sound, rate_hz=RATE_HZ, frequency_hz=1000.0):
    """When the tone is first half as loud as it gets: its size in windows of 2 ms that follow each other by 0.5 ms."""
    window, step = round(0.002 * rate_hz), round(0.0005 * rate_hz)
    wave = np.exp(-2j * np.pi * frequency_hz * np.arange(len(sound)) / rate_hz) * sound
    size = np.abs(np.convolve(wave, np.ones(window) / window, mode="same"))[::step]
    return float(np.argmax(size > size.max() / 2) * step / rate_hz)


def heard(path):
    """The samples that a player would play, and when the first is."""
    with av.open(str(path)) as container:
        frames = list(container.decode(container.streams.audio[0]))
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]), float(frames[0].pts * frames[0].time_base)


def packets(path):
    with av.open(str(path)) as container:
        return [(packet.pts, bytes(packet)) for packet in container.demux(container.streams.video[0]) if packet.size]


def test_a_beep_stands_out_of_a_quiet_room_when_it_should():
    sound = beep(3.0, 1.25, seed=4)
    assert sound.shape == (3 * RATE_HZ,)
    assert sound.dtype == np.float32
    assert onset_s(sound) == pytest.approx(1.25, abs=0.003)
    before, during = sound[: int(1.2 * RATE_HZ)], sound[int(1.26 * RATE_HZ) : int(1.44 * RATE_HZ)]
    assert 0.0005 < before.std() < 0.01
    assert during.std() > 30 * before.std()
    assert np.argmax(np.abs(np.fft.rfft(during))) / 0.18 == pytest.approx(1000.0, abs=6.0)
    assert sound[int(1.5 * RATE_HZ) :].std() < 0.01
    assert np.array_equal(sound, beep(3.0, 1.25, seed=4))
    assert not np.array_equal(sound, beep(3.0, 1.25, seed=5))


def test_a_beep_that_does_not_fit_says_so():
    with pytest.raises(ValueError, match="within 0 to 1"):
        beep(1.0, 0.9)
    with pytest.raises(ValueError, match=r"got -0\.1"):
        beep(1.0, -0.1)


@pytest.mark.parametrize("at_s", [0.0, 0.5, 1.2345])
def test_the_file_beeps_within_ten_milliseconds_and_keeps_its_pictures(clip, at_s):
    path = clip(frames=60)
    pictures = packets(path)
    add_sound(path, beep(2.0, at_s, seed=1))
    sound, first_s = heard(path)
    assert first_s + onset_s(sound) == pytest.approx(at_s, abs=0.01)
    assert len(sound) / RATE_HZ == pytest.approx(2.0, abs=0.05)
    assert packets(path) == pictures
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_another_sound_replaces_the_first_and_the_same_gives_the_same_bytes(clip):
    path = clip(frames=30)
    add_sound(path, beep(1.0, 0.2, seed=1))
    first = path.read_bytes()
    add_sound(path, beep(1.0, 0.7, seed=1))
    sound, first_s = heard(path)
    assert first_s + onset_s(sound) == pytest.approx(0.7, abs=0.01)
    with av.open(str(path)) as container:
        assert len(container.streams.audio) == 1
    add_sound(path, beep(1.0, 0.2, seed=1))
    assert path.read_bytes() == first


def test_a_file_without_pictures_is_left_alone(tmp_path):
    path = tmp_path / "sound.m4a"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(beep(1.0, 0.2)[None], "fltp", "mono")
        frame.sample_rate = RATE_HZ
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    before = path.read_bytes()
    with pytest.raises(ValueError, match="without pictures"):
        add_sound(path, beep(1.0, 0.2))
    assert path.read_bytes() == before
    with pytest.raises(OSError):
        add_sound(tmp_path / "missing.mp4", beep(1.0, 0.2))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
