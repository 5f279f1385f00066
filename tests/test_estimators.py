"""Other estimators than MediaPipe: what YOLO and RTMPose models answer, brought back to the picture to the pixel.

The networks here were made here (`blobs`): they have the real ones' inputs and outputs, and find coloured dots.
"""

import json
from dataclasses import replace

import numpy as np
import pytest

from formcheck.assess import assess
from formcheck.body import BLAZEPOSE_33, COCO_17, COCO_WHOLE_31, HALPE_26
from formcheck.body.track import Track
from formcheck.body.view import estimate_view, with_view
from formcheck.cli import main
from formcheck.coach import analyze
from formcheck.evaluation.estimators import RATE_HZ, SHOWN, estimator_rows, tried
from formcheck.evaluation.flat import beside, flat_rows, flattened, lost_rows
from formcheck.exercises import catalogue, find
from formcheck.pose import PoseModelError, Recorded, open_estimator
from formcheck.pose.detector import Detector
from formcheck.pose.onnx import OnnxModel
from formcheck.pose.rtmpose import RtmPose, decoded
from formcheck.pose.yolo import Yolo, picked
from formcheck.sources import Frame
from formcheck.synthetic import Athlete, perform
from formcheck.synthetic.estimated import estimated_before

blobs = pytest.importorskip("blobs", reason="the onnx package makes these networks")

# Somebody with a large head: no dot may touch another. Shares of the height, the width being half of it.
STANDING = np.array(
    [
        *([0.5, 0.1], [0.6, 0.03], [0.4, 0.03], [0.72, 0.1], [0.28, 0.1], [0.65, 0.24], [0.35, 0.24]),
        *([0.8, 0.36], [0.2, 0.36], [0.9, 0.5], [0.1, 0.5], [0.6, 0.52], [0.4, 0.52]),
        *([0.64, 0.72], [0.36, 0.72], [0.66, 0.96], [0.34, 0.96]),
    ]
)
SIZES = {"wide": (1280, 720), "square": (640, 640), "tall": (480, 854)}
YOLO = {"task": "pose", "kpt_shape": "[17, 3]", "stride": "32"}


def person(left, top, height):
    """(17, 2) px the joints of somebody."""
    return STANDING * [0.5 * height, height] + [left, top]


@pytest.fixture
def write_film():
    """A function that writes a video of an empty room with frames at given times."""
    from conftest import write_video

    def make(path, times_s, size=(320, 240)):
        images = (np.full((size[1], size[0], 3), 114, dtype=np.uint8) for _ in times_s)
        return write_video(path, images, times_s, rate=15)

    return make


def frame(people, size, radius, time_s=0.0, shown=None):
    """A frame of people as dots, of which the estimator is shown a copy of another size."""
    import cv2

    image = blobs.picture(people, size, radius)
    return Frame(time_s, image if shown is None else cv2.resize(image, shown, interpolation=cv2.INTER_AREA), size)


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The networks, by what they are."""
    folder = tmp_path_factory.mktemp("models")
    return {
        "raw": blobs.yolo(folder / "raw.onnx", (320, 320), **YOLO),
        "ended": blobs.yolo(folder / "ended.onnx", (320, 256), ended=True),
        "any size": blobs.yolo(folder / "any.onnx", None),
        "rtmpose": blobs.rtmpose(folder / "rtmpose.onnx"),
        "rtmdet": blobs.detector(folder / "rtmdet.onnx"),
        "yolox": blobs.detector(folder / "yolox.onnx", (416, 416), yolox=True),
    }


@pytest.mark.parametrize(
    ("kind", "size"),
    [(kind, size) for kind in ("raw", "ended") for size in SIZES.values()] + [("any size", SIZES["wide"])],
)
def test_yolo_joints_come_back_to_the_pixel(models, kind, size):
    width, height = size
    joints = person(0.1 * width, 0.08 * height, 0.7 * height)
    estimator = open_estimator(models[kind])()
    assert isinstance(estimator, Yolo)
    found = estimator(frame([joints], size, 0.018 * height))
    assert found is not None and found.world is None
    assert estimator.skeleton is COCO_17
    seen = {"raw": (320, 320), "ended": (320, 256)}.get(kind, (640, 640))
    step_px = max(width / seen[0], height / seen[1])  # a pixel of what the network sees
    np.testing.assert_allclose(found.image, joints, atol=step_px)
    assert found.visibility.min() > 0.9


@pytest.mark.parametrize("finder", ["rtmdet", "yolox", None])
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_rtmpose_joints_come_back_to_the_pixel(models, finder, size):
    width, height = size
    joints = person(0.12 * width, 0.12 * height, 0.7 * height)
    estimator = open_estimator(models["rtmpose"], finder and models[finder])()
    assert isinstance(estimator, RtmPose)
    first = estimator(frame([joints], size, 0.012 * height))
    moved = joints + 0.03 * height  # from now on the last frame says where to look
    second = estimator(frame([moved], size, 0.012 * height, 1 / 30))
    assert first is not None and second is not None and first.world is None
    step_px = 0.7 * height * 1.25**2 / 256  # a pixel of the crop
    np.testing.assert_allclose(first.image, joints, atol=step_px)
    np.testing.assert_allclose(second.image, moved, atol=step_px)
    assert second.visibility.min() > 0.9


@pytest.mark.parametrize(
    ("kind", "finder", "step_px"),
    # The dots' RTMPose tells the mean of two people who are both in its crop, so there they do not pass each other.
    [("raw", None, 60), ("ended", None, 60), ("rtmpose", "rtmdet", 15)],
)
def test_of_two_people_the_larger_is_kept(models, kind, finder, step_px):
    estimator = open_estimator(models[kind], finder and models[finder])()
    size, errors = (960, 540), []
    for step in range(9):
        small, large = person(20 + step_px * step, 120, 330), person(620 - 5 * step, 60, 440)
        found = estimator(frame([small, large], size, 8.0, step / 12))
        errors.append(np.nan if found is None else np.abs(found.image - large).max())
    assert np.isfinite(errors).mean() > 0.7
    assert np.nanmax(errors) < 3.0  # never the other one, who is hundreds of pixels away


@pytest.mark.parametrize("kind", ["raw", "rtmpose"])
def test_a_reduced_copy_is_told_in_pixels_of_the_full_frame(models, kind):
    joints = person(300, 60, 900)
    found = open_estimator(models[kind])()(frame([joints], (1920, 1080), 14.0, shown=(960, 540)))
    assert found is not None
    np.testing.assert_allclose(found.image, joints, atol=6.0)


@pytest.mark.parametrize(("kind", "finder"), [("raw", None), ("rtmpose", None), ("rtmpose", "rtmdet")])
def test_nobody_is_found_where_nobody_is_and_somebody_again_afterwards(models, kind, finder):
    estimator = open_estimator(models[kind], finder and models[finder])()
    joints, size = person(200, 60, 380), (640, 480)
    empty = np.full((480, 640, 3), 114, dtype=np.uint8)
    seen = [frame([joints], size, 6.0, 0.0), Frame(0.1, empty, size), frame([joints], size, 6.0, 0.2)]
    answers = [estimator(each) for each in seen]
    assert [each is None for each in answers] == [False, True, False]


@pytest.mark.parametrize(("points", "skeleton"), [(26, HALPE_26), (133, COCO_WHOLE_31)])
def test_feet_of_larger_rtmpose_models_are_named(tmp_path, points, skeleton):
    model = RtmPose(OnnxModel(blobs.rtmpose(tmp_path / "feet.onnx", people=1, joints=points)))
    assert model.skeleton is skeleton
    columns, rows = np.meshgrid(np.arange(14), np.arange(10))
    joints = np.stack([columns.ravel(), rows.ravel()], axis=1)[:points] * 45.0 + 60.0
    image = np.full((600, 720, 3), 114, dtype=np.uint8)
    for colour, (x, y) in zip(blobs.palette(points), joints.astype(int), strict=True):
        image[y - 9 : y + 9, x - 9 : x + 9] = np.round(colour * 255)
    low, high = joints.min(axis=0), joints.max(axis=0)
    found = model._joints(image, np.concatenate([low, high]))
    wanted = {17: "foot_index_left", 18: "small_toe_left", 19: "heel_left", 20: "foot_index_right", 22: "heel_right"}
    wanted |= {77: "mouth_left", 96: "index_left", 129: "pinky_right"}
    if points == 26:
        wanted = {20: "foot_index_left", 21: "foot_index_right", 24: "heel_left", 25: "heel_right", 17: "head_top"}
    for at, joint in wanted.items():
        np.testing.assert_allclose(found[skeleton.index(joint), :2], joints[at], atol=4.0, err_msg=joint)
    assert set(skeleton.joints) & set(BLAZEPOSE_33.joints) >= {"heel_left", "foot_index_right", "knee_left"}


def test_boxes_that_overlap_are_one_person():
    boxes = np.array([[0, 0, 100, 200], [5, 0, 105, 200], [60, 0, 160, 200], [300, 0, 400, 200.0]])
    assert picked(boxes, np.array([0.6, 0.9, 0.5, 0.3]), 0.7) == [1, 2, 3]
    assert picked(boxes[:0], np.zeros(0), 0.7) == []


def test_simcc_tells_places_between_its_bins():
    bins = np.arange(384)
    places = np.array([10.3, 191.5, 77.77])
    curves = np.exp(-0.5 * ((bins - 2 * places[:, None]) / 6.0) ** 2)
    found = decoded(0.8 * curves, 0.6 * curves, 2.0)
    np.testing.assert_allclose(found[:2, :2], np.stack([places, places], axis=1)[:2], atol=0.3)
    np.testing.assert_allclose(found[2], [places[2], places[2], 0.6], atol=0.01)


def test_what_is_written_beside_a_model_is_believed(tmp_path, models):
    (tmp_path / "end2end.onnx").write_bytes(models["yolox"].read_bytes().replace(b"conv_obj", b"conv_xxx"))
    image = blobs.picture([person(200, 60, 380)], (640, 480), 8.0)
    found = Detector(OnnxModel(models["yolox"]))(image)
    np.testing.assert_allclose(found[0, :4], [219, 71.4, 371, 424.8], atol=3.0)
    assert not len(Detector(OnnxModel(tmp_path))(image))  # it takes the pixels for those of RTMDet
    step = {"type": "Normalize", "mean": [0, 0, 0], "std": [1, 1, 1], "to_rgb": False}
    told = {"pipeline": {"tasks": [{"transforms": [{"type": "LoadImageFromFile"}, step]}, {"module": "Net"}]}}
    (tmp_path / "pipeline.json").write_text(json.dumps(told))
    np.testing.assert_allclose(Detector(OnnxModel(tmp_path))(image), found, atol=1e-3)
    (tmp_path / "pipeline.json").write_text("{}")
    with pytest.raises(PoseModelError, match=r"expected the pipeline\.json that MMDeploy writes"):
        OnnxModel(tmp_path)


def _odd(path, **outputs):
    """A network with outputs of other shapes."""
    graph = blobs.Graph((64, 64))
    for name, shape in outputs.items():
        nothing = graph.op("Mul", graph.sums("images", 0, 1, 2, 3), graph.constant(0.0))
        graph.op("Expand", nothing, graph.constant(shape, np.int64), output=name)
    return graph.save(path, outputs)


def test_models_of_unknown_shape_are_refused_in_one_line(tmp_path, models):
    detecting = blobs.yolo(tmp_path / "boxes.onnx", (64, 64), people=1, task="detect")
    horse = blobs.yolo(tmp_path / "horse.onnx", (64, 64), people=1, task="pose", kpt_shape="[24, 3]")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a network")
    empty = tmp_path / "empty"
    empty.mkdir()
    refused = {
        _odd(tmp_path / "heat.onnx", heatmaps=[1, 17, 64, 48]): r"\(1, 56, N\).*SimCC|\(1, 56, N\).*got heatmaps",
        _odd(tmp_path / "hand.onnx", simcc_x=[1, 21, 128], simcc_y=[1, 21, 128]): r"26 \(Halpe\).*got simcc_x \(1, 21",
        _odd(tmp_path / "five.onnx", output0=[1, 5, 100]): r"got output0 \(1, 5, 100\)",
        detecting: "task is pose.*task is detect",
        horse: "17 key points of COCO.*24",
        broken: "expected an ONNX model that ONNX Runtime",
        empty: "a folder with one .onnx file.*none",
        tmp_path / "nowhere.onnx": "no such file",
        models["rtmdet"]: "expected a pose model, got a detector.*--detector",
    }
    for path, told in refused.items():
        with pytest.raises(PoseModelError, match=told) as refusal:
            open_estimator(path)
        assert "\n" not in str(refusal.value)
    with pytest.raises(PoseModelError, match="expected a detector only with an RTMPose model"):
        open_estimator(models["raw"], models["rtmdet"])
    with pytest.raises(PoseModelError, match="expected a detector with the outputs dets"):
        open_estimator(models["rtmpose"], models["raw"])


def test_where_the_camera_stands_is_told_without_depth_in_nineteen_of_twenty():
    right: list[bool] = []
    stand = {0.0: "front", 90.0: "side-left", -90.0: "side-right", 45.0: "oblique", 180.0: "back"}
    for seed, exercise in enumerate(each for each in catalogue() if each.motion is not None):
        performance = perform(exercise, Athlete.sample(seed), 1, (), seed, rate_hz=6.0)
        for azimuth_deg, view in stand.items():
            camera = performance.camera(azimuth_deg=azimuth_deg)
            seen = estimated_before(performance, camera, np.random.default_rng([seed, 1]))
            right.append(estimate_view(flattened(seen)) == view)
    assert len(right) == 140
    assert np.mean(right) >= 0.95


def test_sets_are_counted_alike_from_17_joints_without_depth():
    chosen = [find(name) for name in ("squat", "single-leg romanian deadlift", "barbell biceps curl", "jumping jack")]
    done = beside(chosen, (5, 6))
    assert [each.flat.counted for each in done] == [len(each.clip.faults) for each in done]
    assert np.mean([each.flat.named for each in done]) >= 0.8
    verdicts = [set(each.flat.verdicts.values()) for each in done if each.clip.view == "side"]
    assert all(found & {"pass", "fail"} for found in verdicts)
    assert [row[0] for row in flat_rows(done)].count("all") == 1
    lost = {row[1] for row in lost_rows(done)[1:]}
    assert "feet_flat" in lost  # there are no heels


def test_a_recording_is_analysed_whole_from_17_joints_without_depth(tmp_path, write_film):
    performance = perform(find("squat"), Athlete.sample(4), 3, (), seed=4, rate_hz=15.0, before_s=0.8, after_s=0.8)
    exact = performance.landmarks(performance.camera(azimuth_deg=-90.0, frame_size=(320, 240)), occlusion=False)
    video = write_film(tmp_path / "set.mp4", exact.time)
    out = tmp_path / "report"
    analysis = analyze(video, estimator=lambda: Recorded(flattened(exact)), out=out)
    (found,) = analysis.sets
    assert (found.exercise, found.count) == ("squat", 3)
    findings = {finding.criterion: finding for finding in found.reps[1].findings}
    assert findings["hips_below_knees"].verdict == "pass"
    assert findings["hips_below_knees"].view == "side-right"
    assert findings["feet_flat"].verdict == "not_judged"
    assert "the pose model does not tell where your" in findings["feet_flat"].reason
    written = {path.name for path in out.iterdir()}
    assert {"report.html", "analysis.json"} <= written
    assert any(name.endswith(".mp4") for name in written)
    again = analyze(out / "front.npz", exercise="squat")  # what was kept has no depth either
    assert again.sets[0].count == 3


def test_criteria_of_a_plane_that_the_camera_does_not_face_are_not_judged_without_depth():
    performance = perform(find("squat"), Athlete.sample(4), 2, (), seed=4, rate_hz=15.0)
    exact = performance.landmarks(performance.camera(azimuth_deg=45.0), occlusion=False)
    flat = with_view(flattened(exact).on(BLAZEPOSE_33))
    assert flat.view == "oblique"
    (found,) = assess(find("squat"), {"front": Track(flat)})
    assert found.count == 2
    findings = {each.criterion: each for each in found.reps[0].findings}
    assert findings["hips_below_knees"].verdict == "pass", "a height needs no depth"
    back = findings["simultaneous_hip_knee_bend"]
    assert back.verdict == "not_judged"
    assert back.reason == (
        "without depth, which this pose model does not tell, it can only be seen by a camera at your side"
    )


def test_the_command_line_takes_a_model_of_ones_own(tmp_path, models, write_film, capsys, monkeypatch):
    video = write_film(tmp_path / "dots.mp4", np.arange(8) / 15)

    def run(*arguments):
        monkeypatch.setattr(
            "sys.argv", ["formcheck", "analyze", str(video), "--out", str(tmp_path / "out"), *arguments]
        )
        with pytest.raises(SystemExit) as end:
            main()
        return end.value.code, capsys.readouterr().err

    code, said = run("--estimator", str(models["raw"]))
    assert code == 1 and "Nobody was found" in said
    code, said = run("--estimator", str(models["rtmdet"]))
    assert code == 2 and "--detector" in said
    code, said = run("--detector", str(models["rtmdet"]))
    assert code == 2 and "expected --estimator with --detector" in said


def test_estimators_are_compared_on_films(models):
    def recorded(seen):
        return lambda: Recorded(seen)

    exercise, azimuth_deg = SHOWN[0]
    performance = perform(find(exercise), Athlete.sample(1), 2, (), 1, RATE_HZ, 0.3, 0.3)
    exact = performance.landmarks(performance.camera(azimuth_deg=azimuth_deg), occlusion=False)
    shaky = replace(exact, image=exact.image + np.random.default_rng(0).normal(0, 3.0, exact.image.shape))
    done = tried({"exact": recorded(flattened(exact)), "shaky": recorded(shaky)}, [1], shown=SHOWN[:1])
    true, off = done
    assert true.found == off.found == 1.0
    assert true.jitter_px < 0.5
    assert off.jitter_px == pytest.approx(3.0 * np.sqrt(2 * (1 - 1 / 5)), rel=0.1)
    assert true.off_deg["knee"] < off.off_deg["knee"] < 12.0
    assert [row[0] for row in estimator_rows(done)] == ["estimator", "exact", "shaky"]
