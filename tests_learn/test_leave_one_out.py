"""UI-PRMD with everybody left out once: episodes of any length, folds that share nobody, tables."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from formcheck.body import UI_PRMD_22
from formcheck.cli import app
from formcheck.learn.leave_one_out import AUGMENTATIONS, FRAMES, episodes, leave_one_out, together
from formcheck.learn.train import Plan
from formcheck.predictor import BODY, Field

PEOPLE, EACH = 3, 4
SMALL = Plan(network="mlp", epochs=12, batch=16, rate=3e-3, augmentations=AUGMENTATIONS)


@pytest.fixture(autouse=True)
def _one_thread():
    torch.set_num_threads(1)


def _skeleton(size):
    """Somebody who stands, each joint (22, 3) cm from the one before it."""
    joints = np.zeros((22, 3))
    told = {
        **{"spine": (0, 15, 0), "chest": (0, 25, 0), "neck": (0, 15, 0), "head": (0, 10, 0), "head_top": (0, 15, 0)},
        **{f"collar_{side}": (sign * 5, 10, 0) for side, sign in (("left", 1), ("right", -1))},
        **{f"shoulder_{side}": (sign * 14, 0, 0) for side, sign in (("left", 1), ("right", -1))},
        **{f"{joint}_{side}": (0, -27, 0) for joint in ("elbow", "wrist") for side in ("left", "right")},
        **{f"hip_{side}": (sign * 10, -5, 0) for side, sign in (("left", 1), ("right", -1))},
        **{f"{joint}_{side}": (0, -40, 0) for joint in ("knee", "ankle") for side in ("left", "right")},
        **{f"foot_index_{side}": (0, -3, 15) for side in ("left", "right")},
    }
    for joint, place in told.items():
        joints[UI_PRMD_22.index(joint)] = place
    joints *= size
    joints[0] = (0, 95 * size, -300)
    return joints


@pytest.fixture(scope="module")
def prmd(tmp_path_factory):
    """Arms raised to the side (movement 7) or legs bent (1), each its own time, by people of three sizes."""
    folder, draw = tmp_path_factory.mktemp("ui_prmd"), np.random.default_rng(0)
    positions, angles = {}, {}
    for movement, joint, axis in ((1, "hip", 0), (7, "shoulder", 2)):
        for person in range(PEOPLE):
            for number in range(EACH):
                frames = int(draw.integers(30, 110))
                name = f"m{movement:02d}_s{person + 1:02d}_e{number + 1:02d}"
                turned = np.zeros((frames, 22, 3))
                bend = draw.uniform(70, 90) * np.sin(np.linspace(0, np.pi, frames))
                turned[:, UI_PRMD_22.index(f"{joint}_left"), axis] = bend
                turned[:, UI_PRMD_22.index(f"{joint}_right"), axis] = -bend if axis == 2 else bend
                positions[movement, name] = np.tile(_skeleton(0.85 + 0.1 * person), (frames, 1, 1))
                angles[movement, name] = turned
    for movement in (1, 7):
        for what, told in (("positions", positions), ("angles", angles)):
            arrays = {name: each.reshape(len(each), -1) for (of, name), each in told.items() if of == movement}
            np.savez(folder / f"m{movement:02d}_correct_{what}.npz", **arrays)
    return folder


def test_everybody_is_left_out_once(prmd, tmp_path):
    examples = episodes(prmd)
    assert examples.names == ("deep squat", "shoulder abduction") and examples.counts().tolist() == [PEOPLE * EACH] * 2
    windows = examples.values.reshape(len(examples), FRAMES, len(BODY.skeleton), -1)
    knees = [BODY.skeleton.index(f"knee_{side}") for side in ("left", "right")]
    assert (windows[:, :, knees, BODY.fields.index(Field.WORLD_SEEN)] == 1).all()  # squeezed or stretched to fill it
    assert (windows[..., BODY.fields.index(Field.IMAGE_SEEN)] == 0).all()
    left = leave_one_out(examples, SMALL, tmp_path)
    assert [each.person for each in left] == [f"s{person:02d}" for person in range(1, PEOPLE + 1)]
    assert [int(each.scores.confusion.sum()) for each in left] == [2 * EACH] * PEOPLE
    assert together(left).accuracy >= 0.9 and together(left).confusion.sum() == len(examples)
    again = leave_one_out(examples, SMALL, tmp_path)  # goes on from what is there
    assert [each.scores.confusion.tolist() for each in again] == [each.scores.confusion.tolist() for each in left]
    with pytest.raises(ValueError, match="at least 3 people"):
        leave_one_out(examples.of(np.isin(examples.people, ("s01", "s02"))), SMALL, tmp_path)


def test_the_command_prints_people_and_movements(prmd, tmp_path):
    words = ("--leave-one-out", "mlp", "--data", str(prmd), "--epochs", "1", "--out", str(tmp_path))
    done = CliRunner().invoke(app, ["evaluate", "recognition", *words])
    assert done.exit_code == 0, done.output
    rows = [line.split("|")[1].strip() for line in done.output.splitlines() if line.startswith("| ")]
    assert rows[:5] == ["person left out", "s01", "s02", "s03", "mean over people"]
    assert rows[5:] == ["movement", "deep squat", "shoulder abduction"]
