"""What is drawn on pictures: the overlay video, skeletons, angles, and faces to hide."""

import av
import numpy as np
import pytest
from analyses import OUTPUTS, analysis, decoded, exercise_set, film, finding, rep, three_squats, written
from figures import squats, squatting

from formcheck.body import Recording
from formcheck.report.drawing import LEFT, LIT, RIGHT, Lit, draw_skeleton, seen_angle
from formcheck.report.faces import Head, blur_head
from formcheck.sources import Video


@pytest.fixture
def recording():
    return three_squats()


def test_the_overlay_keeps_times_and_sizes_and_shows_the_video(recording, tmp_path):
    source = film(tmp_path / "front.mp4", frames=60, rate=20)
    written(analysis(exercise_set([rep(1, 0.2)])), recording, tmp_path, sources={"front": source})
    frames = decoded(tmp_path / "overlay.mp4")
    assert [round(time, 3) for time, _ in frames] == [round(at / 20, 3) for at in range(60)]
    height, width, _ = frames[0][1].shape
    assert width % 2 == height % 2 == 0 and width <= 1280 and height <= 720
    shown = [picture[-20, 20].mean() for _, picture in frames]
    assert shown[0] < 60 and shown[-1] > 190 and np.corrcoef(shown, np.arange(60))[0, 1] > 0.99


def test_a_fast_camera_is_thinned_to_thirty_frames_a_second(recording, tmp_path):
    source = film(tmp_path / "front.mp4", frames=240, rate=120)
    written(analysis(exercise_set([rep(1, 0.2)])), recording, tmp_path, sources={"front": source})
    steps = np.diff([time for time, _ in decoded(tmp_path / "overlay.mp4")])
    assert steps.min() > 0.03 and steps.max() < 0.05


def test_two_views_run_on_one_clock(tmp_path):
    knee = squats([110, 70])[0]
    front = squatting(knee)
    side = squatting(knee, 90.0)
    recording = Recording(front=front, side=side.shifted(0.5), offset_s={"front": 0.0, "side": 0.5})
    sources = {
        "front": film(tmp_path / "front.mp4", frames=120, rate=30, bright=60),
        "side": film(tmp_path / "side.mp4", frames=50, rate=25, bright=120),
    }
    beside = finding("fail", "criterion_0", stream="side", joint="hip")
    reps = [rep(1, 1.0, findings=(beside,))]
    page = written(analysis(exercise_set(reps), streams=2), recording, tmp_path / "out", sources=sources)
    assert "Second camera: side.mp4" in page.text and "started 0.50 s later (± 0.02 s)" in page.text
    assert "seen by the second camera" in page.text
    frames = decoded(tmp_path / "out" / "overlay.mp4")
    height, width, _ = frames[0][1].shape
    assert width <= 1280 and height <= 720 and len(frames) == 120
    middle = width // 2 + 30
    rows = slice(int(0.6 * height), int(0.65 * height))

    def brightness(time_s, column):
        return frames[round(time_s * 30)][1][rows, column].mean()

    assert brightness(0.2, middle) < 60  # the second camera does not run yet: a dark field
    assert brightness(1.5, middle) == pytest.approx(30 + 200 * 25 / 50, abs=10)  # its own 1.0 s
    assert brightness(1.5, 20) == pytest.approx(30 + 200 * 45 / 120, abs=10)
    assert brightness(3.5, middle) < 120  # it has stopped, so its last picture is dimmed


def test_a_pose_file_alone_gives_a_skeleton_animation(recording, tmp_path):
    page = written(analysis(exercise_set([rep(1, 1.5, ("fail",))])), recording, tmp_path)
    assert "without the video" in page.text
    red = {}
    for time_s, picture in decoded(tmp_path / "overlay.mp4"):
        assert picture[5, 5].min() > 200  # plain ground
        r, g, b = np.moveaxis(picture.astype(int), 2, 0)
        assert ((b > 150) & (r < 140)).sum() > 50  # the left side's blue
        red[time_s] = ((r > 140) & (g < 110) & (b < 90)).sum()
    lit = [time_s for time_s, count in red.items() if count > 30]
    assert (min(lit), max(lit)) == pytest.approx((1.5, 3.4))  # during the repetition that fails, and then only


def test_empty_poses_still_give_all_files(tmp_path):
    pose = squatting(np.full(30, 20.0))
    blind = type(pose)(pose.time, np.full_like(pose.image, np.nan), None, np.zeros((30, 33)), pose.skeleton, (640, 480))
    recording = Recording(front=blind, offset_s={"front": 0.0})
    written(analysis(), recording, tmp_path / "plain")
    source = film(tmp_path / "front.mp4", frames=30)
    written(analysis(), recording, tmp_path / "blurred", sources={"front": source}, blur_face=True)
    assert {path.name for path in (tmp_path / "blurred").iterdir()} == OUTPUTS


def test_the_face_is_hidden_also_where_the_person_was_lost():
    pose = squatting(np.full(150, 30.0))
    image = pose.image.copy()
    image[60:75] = np.nan  # lost for half a second
    image[100:] = np.nan  # and for good
    head = Head.of(type(pose)(pose.time, image, None, pose.visibility, pose.skeleton, pose.frame_size))
    rng = np.random.default_rng(0)
    busy = rng.integers(0, 255, (480, 640, 3), dtype=np.uint8)
    nose = pose.pixels("nose")

    def detail(picture, at):
        x, y = np.round(at).astype(int)
        return picture[y - 8 : y + 8, x - 8 : x + 8].std()

    for frame in (0, 59, 62, 67, 74, 99, 101, 149):
        hidden = blur_head(busy, head.at(pose.time[frame]), 1.0)
        assert detail(hidden, nose[frame]) < 0.3 * detail(busy, nose[frame]), frame
    ankle = pose.pixels("ankle_left")[0]
    assert detail(blur_head(busy, head.at(0.0), 1.0), ankle) == detail(busy, ankle)
    nobody = Head.of(type(pose)(pose.time, image * np.nan, None, pose.visibility, pose.skeleton, pose.frame_size))
    assert detail(blur_head(busy, nobody.at(1.0), 1.0), ankle) < 0.3 * detail(busy, ankle)


def test_blurring_reaches_pictures_and_overlay(tmp_path):
    pose = squatting(squats([110])[0])
    recording = Recording(front=pose, offset_s={"front": 0.0})
    rng = np.random.default_rng(1)
    texture = rng.integers(0, 255, (480, 640, 3), dtype=np.uint8)
    with av.open(str(tmp_path / "front.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "10"})
        stream.width, stream.height, stream.pix_fmt = 640, 480, "yuv420p"
        for _ in range(30):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(texture, format="rgb24")))
        container.mux(stream.encode(None))
    x, y = np.round(pose.pixels("nose")[15]).astype(int)
    spread = {}
    for blur in (False, True):
        folder = tmp_path / str(blur)
        page = written(
            analysis(exercise_set([rep(1, 0.1, length_s=0.8)])),
            recording,
            folder,
            sources={"front": Video(tmp_path / "front.mp4")},
            blur_face=blur,
        )
        spread[blur] = decoded(folder / "overlay.mp4")[15][1][y - 10 : y + 10, x - 10 : x + 10].std()
        assert ("is blurred" in page.text) is blur
    assert spread[True] < 0.5 * spread[False]


def test_left_and_right_are_told_apart_and_what_failed_is_lit():
    pose = squatting(np.array([100.0]), 0.0)
    points, seen = pose.image[0], pose.visibility[0]

    def drawn(*lit):
        picture = np.zeros((480, 640, 3), dtype=np.uint8)
        draw_skeleton(picture, points, seen, pose.skeleton, lit)
        return {name: (picture == color).all(axis=2).sum() for name, color in (("l", LEFT), ("r", RIGHT), ("lit", LIT))}

    plain, one, both = drawn(), drawn(Lit("knee_left")), drawn(Lit("knee"))
    assert plain["l"] > 50 and plain["r"] > 50 and plain["lit"] == 0
    assert one["lit"] > 50 and one["l"] < plain["l"] and one["r"] == plain["r"]
    assert both["lit"] > 1.5 * one["lit"]


def test_an_angle_is_drawn_only_where_the_picture_shows_it():
    side, front = squatting(np.array([100.0]), 90.0), squatting(np.array([100.0]), 0.0)
    lit = Lit("knee_left", 100.0)
    angle = seen_angle(side.image[0], side.skeleton, lit)
    assert angle is not None
    u, v = angle.start - angle.vertex, angle.end - angle.vertex
    assert np.degrees(np.arccos(u @ v / np.linalg.norm(u) / np.linalg.norm(v))) == pytest.approx(100.0, abs=1.0)
    assert seen_angle(front.image[0], front.skeleton, lit) is None
    assert seen_angle(front.image[0], front.skeleton, Lit("shoulder", -5.0)) is None  # a tilt, which no joint shows
    lean = seen_angle(side.image[0], side.skeleton, Lit("hip", 15.0))  # so far does the figure lean here
    assert lean is not None and lean.start[0] == pytest.approx(lean.vertex[0]) and lean.start[1] < lean.vertex[1]
    assert seen_angle(side.image[0], side.skeleton, Lit("knee_left")) is None
    assert seen_angle(side.image[0] * np.nan, side.skeleton, lit) is None
