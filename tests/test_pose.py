"""The real estimator on people whose landmarks are known, and the way frames get to it."""

import threading
import weakref

import numpy as np
import pytest
from conftest import write_video

from formcheck.exercises import squat
from formcheck.pose import Landmarks, Recorded, estimate, estimate_many
from formcheck.sources import Frame, SourceError, Video, open_source, read_pose, write_pose
from formcheck.synthetic import Athlete, perform, pictures
from formcheck.synthetic.room import background

SIZE = (480, 360)
CORE = [f"{joint}_{side}" for joint in ("shoulder", "hip", "knee", "ankle") for side in ("left", "right")]


@pytest.fixture(scope="session")
def athlete():
    """One squat in front of a camera at the left: exact landmarks and about 120 pictures."""
    performance = perform(squat.EXERCISE, Athlete.average(), reps=1, before_s=0.4, after_s=0.4)
    camera = performance.camera("side-left", frame_size=SIZE, distance_m=5.5)
    return performance.landmarks(camera), list(pictures(performance, camera))


@pytest.fixture(scope="session")
def walker():
    """Somebody else, standing: a picture and where they are in it."""
    performance = perform(squat.EXERCISE, Athlete.average(female=True), reps=1)
    camera = performance.camera("side-left", frame_size=SIZE, distance_m=5.0)
    image = next(iter(pictures(performance, camera)))
    room, _ = background(camera, performance.athlete.outfit.skin, performance.athlete.seed)
    there = np.abs(image.astype(int) - room).max(axis=2) > 24
    columns = np.flatnonzero(there.any(axis=0))
    return image, there, (columns[0] + columns[-1]) // 2


def with_walker(images, walker, start, px_per_frame):
    """The pictures with somebody who walks through in front."""
    person, there, middle = walker
    for at, image in enumerate(images):
        shift = round(-60 + (at - start) * px_per_frame - middle)
        out = image.copy()
        rows, columns = np.nonzero(there)
        inside = (columns + shift >= 0) & (columns + shift < SIZE[0])
        out[rows[inside], columns[inside] + shift] = person[rows[inside], columns[inside]]
        yield out if at >= start else image


def apart(found, truth):
    """(T,) median distance of the main joints from the truth, in torso lengths."""
    torso = np.linalg.norm(truth.pixels("shoulder_left") - truth.pixels("hip_left"), axis=1)
    gaps = [np.linalg.norm(found.pixels(joint) - truth.pixels(joint), axis=1) for joint in CORE]
    off = np.full(len(found), np.nan)
    off[found.found] = np.nanmedian(np.array(gaps)[:, found.found], axis=0) / np.median(torso)
    return off


@pytest.mark.usefixtures("model")
class TestMediaPipe:
    def test_it_finds_a_person_where_they_are(self, athlete, tmp_path):
        truth, images = athlete
        video = Video(write_video(tmp_path / "a.mp4", images, truth.time))
        shares = []
        found = estimate(video, progress=shares.append)
        np.testing.assert_allclose(found.time, truth.time, atol=1e-3)
        assert found.frame_size == SIZE and found.found.mean() > 0.98
        assert np.nanmedian(apart(found, truth)) < 0.15
        assert shares == sorted(shares) and shares[-1] == 1.0
        # z points away from the camera: of a person seen from the left, the left side is nearer
        assert np.nanmedian(found.metres("hip_left")[:, 2] - found.metres("hip_right")[:, 2]) < -0.05
        assert np.nanmedian(found.metres("ankle_left")[:, 1]) > 0.5  # y down

    def test_a_rotated_phone_and_a_large_picture_change_nothing(self, athlete, tmp_path):
        truth, images = athlete
        images, truth = images[:20], truth.between(0.0, truth.time[20])
        lying = [np.ascontiguousarray(np.rot90(image)) for image in images]
        portrait = Video(write_video(tmp_path / "phone.mp4", lying, truth.time, turned=90))
        large = [image.repeat(8, axis=0).repeat(8, axis=1) for image in images[:6]]
        huge = Video(write_video(tmp_path / "4k.mp4", large, truth.time[:6]))
        found = estimate_many({"portrait": portrait, "huge": huge})
        assert np.nanmedian(apart(found["portrait"], truth)) < 0.15
        assert found["huge"].frame_size == (3840, 2880)
        np.testing.assert_allclose(
            found["huge"].pixels("hip_left") / 8, found["portrait"].pixels("hip_left")[:6], atol=0.03 * SIZE[1]
        )

    @pytest.mark.parametrize("px_per_frame", [6.0, 12.0])
    def test_a_passer_by_does_not_become_the_athlete(self, athlete, walker, tmp_path, px_per_frame):
        truth, images = athlete
        path = write_video(tmp_path / "a.mp4", with_walker(images, walker, 15, px_per_frame), truth.time)
        found = estimate(Video(path))
        off = apart(found, truth)
        assert (off > 0.8).sum() <= 6
        assert found.found.mean() > 0.6 and found.found[-5:].all() and (off[-5:] < 0.4).all()

    def test_a_person_in_a_tenth_of_the_frames_is_found_there(self, athlete, tmp_path):
        _, images = athlete
        empty = np.full_like(images[0], 150)
        shown = [images[at % len(images)] if 54 <= at < 60 else empty for at in range(60)]
        found = estimate(Video(write_video(tmp_path / "a.mp4", shown, np.arange(60) / 30)))
        assert found.found[55:60].all() and not found.found[:54].any()
        nobody = estimate(Video(write_video(tmp_path / "b.mp4", [empty] * 10, np.arange(10) / 5)))
        assert len(nobody) == 10 and not nobody.found.any()

    def test_nothing_is_printed(self, athlete, tmp_path, capfd):
        truth, images = athlete
        estimate(Video(write_video(tmp_path / "a.mp4", images[:5], truth.time[:5])))
        assert capfd.readouterr() == ("", "")

    def test_it_agrees_with_landmarks_of_a_real_clip(self, shared_data):
        name = "jeff-j-chen_MediaPipe-PoseReader__videos__good.npz"
        truth = read_pose(shared_data / "landmarks" / name)
        found = estimate(Video(shared_data / "clips" / "deadlift_side_good.mp4"))
        np.testing.assert_allclose(found.time, truth.time, atol=1e-3)
        assert found.found.all() and np.nanmax(apart(found, truth)) < 0.1


class Counted:
    """A source of plain frames that knows how many of them are alive."""

    frame_size, rate_hz, warnings = (64, 48), 30.0, ()

    def __init__(self, frames, fails_at=None):
        self.count, self.fails_at = frames, fails_at
        self.duration_s = frames / 30
        self.alive = self.most = 0

    def frames(self, *, longest_px=None, max_rate_hz=None):
        for at in range(self.count):
            if at == self.fails_at:
                raise SourceError("expected more, got the end of the disk")
            frame = Frame(at / 30, np.zeros((48, 64, 3), np.uint8), self.frame_size)
            self.alive += 1
            self.most = max(self.most, self.alive)
            weakref.finalize(frame, self.gone)
            yield frame
            del frame

    def gone(self):
        self.alive -= 1


class Looking:
    """An estimator that sees the same thing in every frame, until `stops` is raised at frame `at`."""

    def __init__(self, sequence, at=None, stops=None):
        self.skeleton, self.calls, self.at, self.stops = sequence.skeleton, 0, at, stops
        self.closed = False
        self.answer = Landmarks(sequence.image[0], None, sequence.visibility[0])

    def __call__(self, frame):
        if self.calls == self.at:
            raise self.stops
        self.calls += 1
        return self.answer

    def close(self):
        self.closed = True


def decoding():
    return [thread for thread in threading.enumerate() if thread.name.startswith("formcheck")]


def test_frames_are_never_held(athlete):
    source = Counted(2000)
    assert len(estimate(source, Looking(athlete[0]))) == 2000
    assert source.most <= 8 and source.alive <= 1 and not decoding()


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError("no")])
def test_an_interrupt_stops_the_decoder(athlete, error):
    with pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else RuntimeError):
        estimate(Counted(10_000), Looking(athlete[0], at=5, stops=error))
    assert not decoding()


def test_an_error_while_reading_is_raised_where_it_is_wanted(athlete):
    with pytest.raises(SourceError, match="end of the disk"):
        estimate(Counted(100, fails_at=40), Looking(athlete[0]))
    assert not decoding()


def test_when_one_of_two_views_fails_the_other_stops(athlete):
    made = []

    def make():
        made.append(Looking(athlete[0]))
        return made[-1]

    sources = {"front": Counted(1_000_000), "side": Counted(1_000_000, fails_at=10)}
    with pytest.raises(SourceError):
        estimate_many(sources, make)
    assert not decoding() and len(made) == 2 and all(one.closed for one in made)


def test_an_interrupt_while_two_views_run_stops_both(athlete):
    def interrupt(share):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        estimate_many(
            {"a": Counted(1_000_000), "b": Counted(1_000_000)}, lambda: Looking(athlete[0]), progress=interrupt
        )
    assert not decoding()


def test_a_recorded_pose_plays_for_its_video(athlete, clip, tmp_path):
    truth, _ = athlete
    video = Video(clip(times_s=truth.time, size=(240, 180)))
    played = estimate(video, Recorded(truth))
    np.testing.assert_allclose(played.image, truth.image / 2, atol=1e-3)  # on frames of half the size
    np.testing.assert_allclose(played.world, truth.world, atol=1e-5)
    path = write_pose(tmp_path / "a.npz", truth)
    assert estimate(open_source(path)) is not None
    np.testing.assert_allclose(estimate_many({"front": open_source(path)})["front"].image, truth.image, atol=1e-3)


def test_a_recorded_pose_says_nothing_outside_its_time(athlete):
    truth, _ = athlete
    frame = Frame(truth.time[-1] + 1.0, np.zeros((4, 4, 3), np.uint8), SIZE)
    assert Recorded(truth)(frame) is None
