"""The chain on a device: what cuts repetitions is the same in Python and in a page, and close to formcheck's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formcheck.assess.sets import find_spans
from formcheck.body import BLAZEPOSE_33, PoseSequence
from formcheck.body.track import Track
from formcheck.body.view import with_view
from formcheck.exercises import find
from formcheck.learn.chain import example
from formcheck.learn.chain.drivings import DRIVINGS
from formcheck.learn.chain.samples import write_samples
from formcheck.predictor.equal_parts import means

JOINTS = BLAZEPOSE_33.joints
MODULE = Path(example.__file__).with_name("chain.mjs")


@pytest.fixture(scope="module")
def recordings(tmp_path_factory) -> dict[str, Path]:
    """Landmarks of a synthetic person in every exercise that a chain can cut, by exercise."""
    folder = tmp_path_factory.mktemp("samples")
    told = write_samples(folder, tuple(DRIVINGS))
    return dict(zip((*DRIVINGS, "squat"), (folder / each["file"] for each in told), strict=True))


def _pose(time: np.ndarray, world: np.ndarray) -> PoseSequence:
    """As formcheck holds them, seen by a camera far away."""
    seen = np.isfinite(world).all(axis=2)
    return with_view(
        PoseSequence(time, world[..., :2] * 300 + 400, world, seen.astype(float), BLAZEPOSE_33, (800, 800))
    )


@pytest.mark.parametrize("name", list(DRIVINGS))
def test_repetitions_are_those_that_were_performed_and_those_that_formcheck_finds(recordings, name):
    time, world = example.read(recordings[name], JOINTS)
    truth = json.loads(recordings[name].read_text())["truth"]
    found = example.cut(time, example.height(time, world, DRIVINGS[name].told()), DRIVINGS[name].least)
    ours = [each for each in find_spans(find(name), Track(_pose(time, world))) if each.complete and not each.attempt]
    assert len(found) == len(truth) == len(ours)
    for (start_s, end_s), true, own in zip(found, truth, ours, strict=True):
        assert abs(start_s - true["start_s"]) + abs(end_s - true["end_s"]) < 0.9
        assert abs(start_s - own.start_s) + abs(end_s - own.end_s) < 0.9


def test_equal_parts_are_those_that_models_are_trained_on(recordings):
    time, world = example.read(recordings["steam engine"], JOINTS)
    world[40:43] = np.nan
    world[:, 7] = np.nan
    found = example.parts(time, world, 1.0, 2.37, 30)
    near = (time >= 0.5) & (time < 2.87)
    wanted = means(time[near], world[near], 1.0, 2.37, 30).reshape(1, 30, 99)
    assert found is not None and np.isnan(found[0, :, 21:24]).all()
    np.testing.assert_allclose(found, wanted, atol=1e-6)
    world[:] = np.nan
    assert example.parts(time, world, 1.0, 2.37, 30) is None


def test_the_page_cuts_and_shows_repetitions_as_python_does(recordings, tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    script = tmp_path / "cut.mjs"
    script.write_text(
        f"""import {{ apart, cut, height, landmarks, parts, view }} from "{MODULE.as_uri()}";
        import {{ readFileSync }} from "node:fs";
        const [drivings, files, spans] = JSON.parse(readFileSync(0));
        const found = files.map((file) => {{
          const camera = landmarks(JSON.parse(readFileSync(file)));
          const cuts = drivings.map((each) => cut(camera.time, height(camera.time, camera.world, each), each.least));
          const shown = cuts.flat().map(([a, b]) => Array.from(parts(camera.time, camera.world, a, b, 30) ?? []));
          const known = shown.map((each) => each.map((value) => Number.isNaN(value) ? null : value));
          return {{ view: view(camera), cuts, shown: known }};
        }});
        console.log(JSON.stringify([found, apart(spans)]));"""
    )
    drivings = [each.told() for each in {*DRIVINGS.values()}]
    files = []
    for name, path in recordings.items():  # with people who are lost for a while, and joints that are
        told = json.loads(path.read_text())
        for gone in (slice(60, 66), slice(120, 155)):
            for frame in told["world_m"][gone]:
                frame[:] = [[None] * 3] * 33
        for frame in told["world_m"][80:110]:
            frame[15] = [None] * 3
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(told))
    draw = np.random.default_rng(3)
    spans = [(start, start + length, length * worth) for start, length, worth in draw.random((40, 3)) * [9, 2, 1]]
    asked = json.dumps([drivings, [str(file) for file in files], spans])
    answer = subprocess.run([node, script], input=asked, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    found, chosen = json.loads(answer.stdout)
    assert chosen == example.apart(spans)
    some = 0
    for file, there in zip(files, found, strict=True):
        time, world = example.read(file, JOINTS)
        assert there["view"] == example.view(world)
        cuts = [example.cut(time, example.height(time, world, each), each["least"]) for each in drivings]
        shown = [example.parts(time, world, *span, 30) for each in cuts for span in each]
        for here, theirs in zip(cuts, there["cuts"], strict=True):
            np.testing.assert_allclose(np.reshape(theirs, (-1, 2)), np.reshape(here, (-1, 2)), atol=1e-9)
        for here, theirs in zip(shown, there["shown"], strict=True):
            values = np.array([], np.float32) if here is None else here.ravel()
            np.testing.assert_allclose(np.array(theirs, np.float32), values, atol=1e-6)
        some += len(shown)
    assert some > 20


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 20), st.floats(0.2, 3), st.floats(0.01, 1)), max_size=9))
def test_repetitions_that_are_chosen_are_worth_most_and_do_not_overlap(made):
    spans = [(start, start + length, worth) for start, length, worth in made]

    def fits(chosen):
        ordered = sorted(chosen, key=lambda at: (spans[at][1], spans[at][0]))
        return all(
            spans[b][0] + example.OVERLAP_S >= spans[a][1] for place, b in enumerate(ordered) for a in ordered[:place]
        )

    chosen = example.apart(spans)
    every = ([at for at in range(len(spans)) if mask >> at & 1] for mask in range(1 << len(spans)))
    best = max(sum(spans[at][2] for at in each) for each in every if fits(each))
    assert fits(chosen) and sum(spans[at][2] for at in chosen) == pytest.approx(best)


def test_landmarks_are_read_from_three_kinds_of_file_and_what_is_none_is_told(recordings, tmp_path):
    time, world = example.read(recordings["sit-up"], JOINTS)
    world[5, 3] = np.nan
    np.savez(tmp_path / "pose.npz", time=time, world=world)
    names = [f"{joint}_{axis}_m" for joint in JOINTS for axis in "xyz"]
    rows = np.column_stack([time, world.reshape(len(time), -1)])
    lines = [",".join("" if np.isnan(each) else repr(float(each)) for each in row) for row in rows]
    (tmp_path / "pose.csv").write_text("\n".join([",".join(["time_s", *names]), *lines]))
    for name in ("pose.npz", "pose.csv"):
        again = example.read(tmp_path / name, JOINTS)
        np.testing.assert_allclose(again[0], time)
        np.testing.assert_allclose(again[1], world)
    np.savez(tmp_path / "coco.npz", time=time, world=world[:, :17])
    np.savez(tmp_path / "back.npz", time=time[::-1], world=world)
    (tmp_path / "none.csv").write_text("a,b\n1,2\n3,4\n5,6\n")
    for name, why in (("coco.npz", "33"), ("back.npz", "increase"), ("none.csv", "time_s"), ("absent.json", "absent")):
        with pytest.raises(ValueError, match=f"expected landmarks .*{why}"):
            example.read(tmp_path / name, JOINTS)


def test_a_folder_that_is_no_chain_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"expected a folder with a chain\.json"):
        example.Chain(tmp_path)


@pytest.mark.skipif(find_spec("torch") is not None, reason="torch is installed")
def test_what_export_needs_is_told_in_one_line():
    answer = subprocess.run(
        [sys.executable, "-c", "from formcheck.cli import main; main()", "export", "recognition"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 2 and answer.stderr.count("\n") == 1
    assert "torch is not installed: pip install 'formcheck[learn]'" in answer.stderr
