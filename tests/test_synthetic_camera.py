"""Lenses bend pictures and truth alike, hands shake both, clocks are kept, and what stands in the way hides."""

import cv2
import numpy as np
import pytest

from formcheck.exercises import find
from formcheck.sources import Video
from formcheck.synthetic import Athlete, Camera, Lens, Scene, film, perform, pictures
from formcheck.synthetic.clock import camera_clock
from formcheck.synthetic.light import Light, Sensor
from formcheck.synthetic.mesh import Mesh
from formcheck.synthetic.places import PLACES
from formcheck.synthetic.room import Backdrop, background
from formcheck.synthetic.solids import ball, box, disc, rod
from formcheck.synthetic.sway import Sway

WIDE = Lens(k1=-0.22, k2=0.05, p1=0.004, p2=-0.003)
JOINTS = [
    f"{joint}_{side}"
    for joint in ("shoulder", "elbow", "wrist", "index", "hip", "knee", "ankle", "foot_index", "heel")
    for side in ("left", "right")
]


@pytest.fixture(scope="module")
def squat():
    return perform(find("squat"), Athlete.sample(105), reps=1, seed=5, rate_hz=10.0, before_s=0.5, after_s=0.5)


def still(performance, time_s=None):
    """The performance at one instant, by default the turning point."""
    return performance.at(np.array([performance.reps[0].turn_s if time_s is None else time_s]))


def with_lens(camera, lens=WIDE, **more):
    return Camera(camera.position, camera.target, camera.focal_px, camera.frame_size, camera.view, lens, **more)


def silhouette(performance, camera):
    """Where the athlete and their gear are in the only picture: what is the same on black and on white."""

    def on(shade):
        width, height = camera.frame_size
        nothing = np.full((height, width, 3), shade, dtype=np.uint8), np.zeros((height, width), dtype=np.uint8)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Backdrop, "seen", lambda self, seen: nothing)
            return next(pictures(performance, camera)).astype(int)

    return np.abs(on(0) - on(255)).max(axis=2) < 64


def one(camera):
    return Camera(
        camera.position[0], camera.target[0], camera.focal_px, camera.frame_size, roll_deg=float(camera.roll_deg[0])
    )


@pytest.mark.parametrize("lens", [WIDE, Lens(k1=0.12), Lens(p1=0.01, p2=0.02), Lens()])
def test_a_lens_bends_as_opencv_says_and_can_be_undone(lens):
    camera = with_lens(Camera(np.array([0.3, 1.2, 3.0]), np.array([0, 0.9, 0]), 640.0, (480, 640)), lens)
    points = np.random.default_rng(1).uniform([-0.9, 0, -1], [0.9, 1.9, 1], (200, 3))
    matrix = np.array([[640.0, 0, 240], [0, 640.0, 320], [0, 0, 1]])
    turn, shift = cv2.Rodrigues(camera.axes)[0], -camera.axes @ camera.position
    expected, _ = cv2.projectPoints(points, turn, shift, matrix, np.array([lens.k1, lens.k2, lens.p1, lens.p2]))
    assert np.allclose(camera.project(points), expected[:, 0], atol=1e-6)
    local = camera.seen_from(points)
    assert np.allclose(camera.directions(camera.project(points)), local[:, :2] / local[:, 2:], atol=1e-6)


def test_a_lens_that_folds_within_the_frame_is_refused_and_never_folds_outside():
    with pytest.raises(ValueError, match="once within the frame"):
        with_lens(Camera(np.array([0, 1, 3.0]), np.array([0, 1.0, 0]), 300.0, (480, 640)), Lens(k1=-0.6))
    x = np.linspace(0, 30, 3000)
    assert (np.diff(WIDE.bent(np.stack([x, 0 * x], axis=1))[:, 0]) > 0).all()


@pytest.mark.parametrize("sway", [None, Sway(3.0, seed=4)])
def test_picture_and_true_landmarks_go_through_the_same_lens_and_hand(squat, sway):
    done = still(squat)
    aside = Camera(np.array([1.8, 1.9, 2.1]), np.array([0.55, 1.1, -0.5]), 400.0, (480, 640))
    camera = with_lens(aside, sway=sway)
    there = silhouette(done, camera)
    near = cv2.dilate(there.astype(np.uint8), np.ones((5, 5)))

    def inside(landmarks):
        pixels = np.stack([landmarks.pixels(joint)[0] for joint in JOINTS]).round().astype(int)
        return np.mean([near[y, x] for x, y in pixels])

    assert inside(done.landmarks(camera)) == 1.0
    assert inside(done.landmarks(aside)) < 0.9
    other = silhouette(done, aside)
    assert (there & other).sum() < 0.8 * (there | other).sum()


@pytest.mark.parametrize("place", ["room", "garage"])
def test_the_place_behind_is_where_a_bent_or_moving_camera_sees_it(squat, place):
    base = squat.camera("oblique")
    camera = with_lens(base, Lens(), sway=Sway(2.0, seed=9))
    backdrop = Backdrop(camera, (224, 182, 150), 3, place, Light(), None)
    moved = one(camera.at(np.array([1.3])))
    exact, floor = background(moved, (224, 182, 150), 3, place)
    unmoved, _ = background(base, (224, 182, 150), 3, place)
    seen, floor_seen = backdrop.seen(moved)

    def off(image):  # the same blur for both: one of them was looked up between pixels
        return np.abs(cv2.blur(image, (9, 9)).astype(int) - cv2.blur(exact, (9, 9))).mean()

    assert off(seen) < 1.0
    assert off(seen) < 0.35 * off(unmoved)
    assert (floor_seen.astype(bool) == floor).mean() > 0.98


def test_walls_are_bent_by_the_lens(squat):
    base = squat.camera("front")
    image, _ = Backdrop(with_lens(base), (224, 182, 150), 3, "room", Light(), None).seen(with_lens(base))
    size = (base.frame_size[0] + 200, base.frame_size[1] + 200)
    wide, _ = background(Camera(base.position, base.target, base.focal_px, size), (224, 182, 150), 3)
    matrix = np.array([[base.focal_px, 0, 0.0], [0, base.focal_px, 0], [0, 0, 1]])
    matrix[:2, 2] = np.array(base.frame_size) / 2 - 0.5
    x, y = np.meshgrid(np.arange(base.frame_size[0]), np.arange(base.frame_size[1]))
    pixels = np.stack([x, y], axis=-1).astype(float).reshape(-1, 1, 2)
    coefficients = np.array([WIDE.k1, WIDE.k2, WIDE.p1, WIDE.p2])
    straight = cv2.undistortPoints(pixels, matrix, coefficients, P=matrix)
    across, down = (straight.reshape(*x.shape, 2) + 100).astype(np.float32).transpose(2, 0, 1)
    expected = cv2.remap(wide, np.ascontiguousarray(across), np.ascontiguousarray(down), cv2.INTER_LINEAR)
    assert np.abs(cv2.blur(image, (5, 5)).astype(int) - cv2.blur(expected, (5, 5))).mean() < 0.5


def test_a_hand_wanders_smoothly_and_always_the_same_way(squat):
    camera = with_lens(squat.camera("front"), Lens(), sway=Sway(1.0, seed=2))
    time = np.arange(0, 6, 1 / 60)
    feet = camera.at(time).project(np.broadcast_to(squat.start.points["heel_left"], (len(time), 3)))
    assert 0.003 < np.ptp(feet, axis=0).max() / max(camera.frame_size) < 0.06
    assert np.abs(np.diff(feet, axis=0)).max() < 1.5
    assert np.array_equal(feet, camera.at(time).project(np.broadcast_to(squat.start.points["heel_left"], (360, 3))))
    other = with_lens(camera, Lens(), sway=Sway(1.0, seed=3)).at(time)
    assert not np.allclose(other.position, camera.at(time).position)


@pytest.mark.parametrize(
    ("aim", "words"),
    [((0, 1.2, 0), "at the bottom"), ((0, -1.1, 0), "at the top"), ((0.9, 0, 0), "at the left|at the right")],
)
def test_a_camera_that_loses_the_athlete_is_refused_with_where_and_when(squat, tmp_path, aim, words):
    camera = squat.camera("front")
    astray = Camera(camera.position, camera.target + aim, camera.focal_px, camera.frame_size)
    with pytest.raises(ValueError, match=rf"{words} \(by \d+ % of the frame\).* between 0\.00 and") as said:
        film(squat, astray, tmp_path / "lost.mp4")
    assert "move the camera back" in str(said.value)
    assert not list(tmp_path.iterdir())
    near = Camera(squat.body.points["hips"][0] + [0, 0.2, 0.1], camera.target, camera.focal_px, camera.frame_size)
    with pytest.raises(ValueError, match="too near"):
        near.must_hold(squat.outline(), squat.time)


def test_only_the_instants_without_the_athlete_are_named(squat):
    camera = squat.camera("front")
    hips = squat.body.points["hips"][:, None]
    below = camera.project(hips)[:, 0, 1]
    low = (below.min() + below.max()) / 2  # the lower edge of the frame cuts half of the way down
    short = Camera(camera.position, camera.target, camera.focal_px, (480, 2 * round(low - 320)))
    gone = squat.time[short.project(hips)[:, 0, 1] >= short.frame_size[1]]
    assert 2 < len(gone) < len(squat.time) - 4
    with pytest.raises(ValueError, match=f"at the bottom .* between {gone[0]:.2f} and {gone[-1]:.2f} s"):
        short.must_hold(hips, squat.time)


def test_a_camera_rises_before_the_feet_of_who_lies_on_the_back_and_before_nobody_else():
    def height_m(name, **camera):
        return float(perform(find(name), Athlete.sample(100), reps=1, rate_hz=5.0).camera(**camera).position[1])

    assert height_m("leg raises", view="front") == pytest.approx(1.7)
    assert height_m("leg raises", view="front", height_m=0.6) == 0.6
    assert height_m("leg raises", view="side-left") < 1.0 < height_m("leg raises", view="oblique") < 1.7
    assert height_m("push-up", view="front") == height_m("push-up", view="side-left") < 0.8
    assert height_m("squat", view="front") == 1.1


def test_a_camera_too_near_says_where_it_cuts(squat):
    with pytest.raises(ValueError, match=r"too near at 1\.50 m: they leave it at the .*(top|bottom) \(by \d+ %"):
        squat.camera("front", distance_m=1.5)
    wide, narrow = (squat.camera("front", focal=focal) for focal in (0.7, 1.6))
    assert wide.focal_px < 0.5 * narrow.focal_px
    assert np.linalg.norm(wide.position - wide.target) < np.linalg.norm(narrow.position - narrow.target)


@pytest.mark.parametrize("rate_hz", [24.0, 60.0])
def test_a_phones_uneven_clock_is_written_to_the_file_as_it_was(squat, tmp_path, rate_hz):
    end_s = 0.9
    clock = camera_clock(0.31, end_s, rate_hz, jitter_s=0.004, dropped=0.15, seed=3)
    late = squat.at(clock)
    path = tmp_path / "late.mp4"
    film(late, squat.camera("front", frame_size=(120, 160)), path)
    times = np.array([frame.time_s for frame in Video(path).frames()])
    assert np.allclose(times, clock - clock[0], atol=2e-5)
    assert np.ptp(np.diff(times)) > 0.5 / rate_hz
    exact = late.landmarks(squat.camera("front")).pixels("wrist_left")
    again = squat.at(clock[5:6]).landmarks(squat.camera("front")).pixels("wrist_left")
    assert np.allclose(exact[5], again[0])


def test_a_clock_keeps_its_order_its_start_and_about_its_share():
    clock = camera_clock(2.0, 62.0, 30.0, jitter_s=0.02, dropped=0.1, seed=1)
    assert clock[0] == 2.0
    assert (np.diff(clock) > 0).all()
    assert 0.07 < 1 - len(clock) / 1800 < 0.13
    assert np.array_equal(camera_clock(0, 1, 25.0), np.arange(25) / 25)
    for wrong in ({"rate_hz": 0.0}, {"dropped": 0.7}, {"jitter_s": -1.0}):
        with pytest.raises(ValueError, match="expected a rate"):
            camera_clock(0.0, 1.0, **wrong)
    with pytest.raises(ValueError, match="two pictures"):
        camera_clock(0.0, 0.01, 30.0)


def test_an_open_shutter_blurs_what_moves_and_nothing_else():
    jack = perform(find("jumping jack"), Athlete.sample(102), reps=1, seed=1, before_s=0.5)
    rep = jack.reps[0]
    quick = jack.at((rep.start_s + rep.arrive_s) / 2 + np.arange(3) / 30)
    camera = jack.camera("front", frame_size=(240, 320))
    sharp, blurred = (list(pictures(quick, camera, Scene(shutter=share)))[1].astype(int) for share in (0.0, 0.9))
    pixels = quick.landmarks(camera)

    def change(joint):
        x, y = pixels.pixels(joint)[1].round().astype(int)
        return np.abs(sharp - blurred)[y - 6 : y + 7, x - 6 : x + 7].mean()

    assert change("wrist_left") > 15
    assert change("wrist_left") > 4 * change("hip_left")
    assert np.abs(sharp - blurred)[:30].mean() < 0.5


def test_light_has_a_side_a_colour_and_a_strength(squat):
    done, camera = still(squat, 0.1), squat.camera("front", frame_size=(240, 320))
    seen = done.landmarks(camera)

    def picture(**light):
        return next(pictures(done, camera, Scene(light=Light(**light)))).astype(int)

    def shoulders(image):
        places = [seen.pixels(f"shoulder_{side}")[0].round().astype(int) for side in ("left", "right")]
        return [image[y - 3 : y + 8, x - 5 : x + 6].mean() for x, y in places]

    for aside in (2, -2):
        left, right = shoulders(picture(source=(aside, 0.5, 0.6), lamp=0.6, room=0.3))
        assert (left - right) * aside > 0.05 * (left + right)
    warm, cold = picture(kelvin=4000.0), picture(kelvin=9000.0)
    assert (warm[..., 0] - warm[..., 2]).mean() > (cold[..., 0] - cold[..., 2]).mean() + 30
    assert picture(brightness=0.6).mean() < 0.85 * picture().mean()
    with pytest.raises(ValueError, match="above the floor"):
        Light(source=(0.0, -1.0, 0.0))


def test_noise_has_the_size_that_was_asked_for():
    grey = np.full((200, 200, 3), 128, dtype=np.uint8)
    sensor = Sensor(4.0, (200, 200), seed=1)
    first, second = sensor(grey).astype(float), sensor(grey).astype(float)
    assert abs(first.std() - 4.0) < 0.3
    assert np.corrcoef((first - 128).ravel(), (second - 128).ravel())[0, 1] < 0.1
    assert sensor(np.full_like(grey, 20)).std() < 0.75 * first.std()


def test_scenes_are_as_different_as_videos_are_and_keep_the_athlete_in_the_frame(squat):
    scenes = [Scene.sample(seed) for seed in range(40)]
    assert scenes == [Scene.sample(seed) for seed in range(40)]
    assert {scene.place for scene in scenes} == set(PLACES)
    assert {scene.rate_hz for scene in scenes} >= {24.0, 30.0, 60.0}
    assert any(scene.sway for scene in scenes)
    assert any(not scene.sway for scene in scenes)
    for scene in scenes[:8]:
        camera = scene.camera(squat, "side-left")
        camera.must_hold(squat.outline(), squat.time)
        assert camera.view == "side-left"
        assert camera.lens == scene.lens
    for wrong in ({"place": "moon"}, {"shutter": 1.5}):
        with pytest.raises(ValueError, match="expected a place"):
            Scene(**wrong)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_stands_before_the_athlete(squat, place):
    done = still(squat, 0.1)
    for view in ("front", "side-left"):
        camera = done.camera(view, frame_size=(240, 320))
        body = cv2.erode(silhouette(done, camera).astype(np.uint8), np.ones((3, 3))).astype(bool)
        plain, there = (next(pictures(done, camera, Scene(place=each, seed=4))) for each in ("room", place))
        assert body.mean() > 0.02
        assert np.abs(plain.astype(int) - there)[body].max() <= 3


@pytest.mark.parametrize("solid", [rod, disc, ball, box])
def test_solids_are_closed_and_face_outwards(solid):
    mesh, middle = Mesh(1), np.array([0.3, 1.0, -0.2])
    if solid is box:
        box(mesh, middle, cv2.Rodrigues(np.array([0.3, 0.5, -0.2]))[0], (0.4, 0.1, 0.9), (9, 9, 9))
        volume = 0.4 * 0.1 * 0.9
    elif solid is ball:
        ball(mesh, middle[None], 0.2, (9, 9, 9))
        volume = 4 / 3 * np.pi * 0.2**3
    else:
        end = middle + [0.1, 0.3, 0.2]
        volume = np.pi * 0.2**2 * np.linalg.norm(end - middle)
        if solid is rod:
            rod(mesh, middle[None], end[None], 0.2, (9, 9, 9), 3, 24)
        else:
            disc(mesh, middle[None], end[None], 0.2)
    quads = (mesh.vertices[0] - middle)[mesh.faces]
    cut = [(quads[:, 0], quads[:, 1], quads[:, 2]), (quads[:, 0], quads[:, 2], quads[:, 3])]
    signed = sum((np.cross(b - a, c - a) * a).sum() / 6 for a, b, c in cut)
    assert 0.8 * volume < signed < 1.05 * volume


def test_a_bench_hides_what_is_behind_it_and_the_body_on_it_hides_the_bench():
    press = perform(find("bench press"), Athlete.sample(101), reps=1, seed=1)
    done = still(press)
    camera = done.camera("side-left")
    there = silhouette(done, camera)
    hips, shoulder = (done.body.points[name][0] for name in ("hip_left", "shoulder_left"))
    top_m = press.motion.seat_height * press.athlete.leg_m
    image = next(pictures(done, camera)).astype(float)

    def colour(point):
        x, y = camera.project(point).round().astype(int)
        assert there[y, x]
        return image[y, x] / image[y, x].sum()

    middle = (hips + shoulder) / 2
    pad = colour(np.array([0.14, top_m - 0.035, middle[2]]))
    shirt = np.array(press.athlete.outfit.shirt) / sum(press.athlete.outfit.shirt)
    trunk = colour(middle + [0.0, 0.02, 0.0])
    assert np.abs(trunk - shirt).sum() < 0.08
    assert np.abs(pad - shirt).sum() > 0.15
    below = camera.project(np.array([0.0, 0.2, middle[2]])).round().astype(int)
    assert there[: below[1]].any()


def test_a_bar_is_in_the_frame_to_its_ends_and_its_disc_hides_what_is_behind():
    press = perform(find("bench press"), Athlete.sample(101), reps=1, seed=1, rate_hz=8.0)
    front = press.camera("front")
    palms = press.body.points["palm_left"] - press.body.points["palm_right"]
    across = palms / np.linalg.norm(palms, axis=1, keepdims=True)
    middle = (press.body.points["palm_left"] + press.body.points["palm_right"]) / 2
    for sign in (-1, 1):
        assert front.holds((middle + sign * 0.9 * across)[:, None])
    done = still(press)
    side = done.camera("side-left")
    palm_left, palm_right = (done.body.points[f"palm_{hand}"][0] for hand in ("left", "right"))
    along = (palm_left - palm_right) / np.linalg.norm(palm_left - palm_right)
    disc_face = (palm_left + palm_right) / 2 + 0.69 * along + [0.0, 0.08, 0.0]
    x, y = side.project(disc_face).round().astype(int)
    image = next(pictures(done, side)).astype(int)
    assert image[y, x].max() < 80
    assert np.ptp(image[y, x]) < 12
